#pragma once

#include "platforms/platform_fixture.h"
#include "support/catch.h"

namespace postq::testing {

// A feed that was added, ready to be sent to.
struct FeedBench : Bench {
  explicit FeedBench(std::string url = {}, std::string title = "Ink & Oak") {
    account.id = AccountId{1};
    account.name = "site";
    account.platform = "feed";
    account.settings["path"] = dir.path("site");
    if (!url.empty()) account.settings["url"] = std::move(url);
    account.settings["title"] = std::move(title);
    account.settings["author"] = "Anna";
    REQUIRE(feed.check_settings(account));
  }

  void add() {
    const auto identity = feed.identify(account, context);
    REQUIRE(identity);
    account.remote_id = identity->remote_id;
  }

  ApprovedDelivery delivery(const Draft& draft, std::int64_t id = 12) const {
    return approved(feed.render(account, draft), id);
  }

  SendAnswer send(const ApprovedDelivery& sent, int part = 1, std::vector<Receipt> earlier = {}) {
    return feed.send(account, sent, outgoing_of(feed, account, sent, part, now, std::move(earlier)), context);
  }

  // Sends a post that must go out.
  Receipt post(const std::string& text, std::int64_t id = 12) {
    const SendAnswer answer = send(delivery(draft_of({text}), id));
    REQUIRE(answer.outcome == Outcome::sent);
    return answer.receipt;
  }

  std::string site(const std::string& name = {}) const { return dir.path(name.empty() ? "site" : "site/" + name); }
  std::string file(const std::string& name) const { return read_text(site(name)); }

  const Platform& feed = platform_named("feed");
  Account account;
};

}  // namespace postq::testing
