#pragma once

#include <string>
#include <vector>

#include "platforms/platform_fixture.h"
#include "support/catch.h"
#include "support/fake_mastodon.h"

namespace postq::testing {

// An account on a fake instance, signed in.
struct MastodonBench : Bench {
  using Software = FakeMastodon::Software;

  explicit MastodonBench(Software software = Software::mastodon) : server(software) {
    account.id = AccountId{1};
    account.name = "masto";
    account.platform = "mastodon";
    account.settings["url"] = "https://fake.example/@anna";
    account.secret_from = SecretFrom::file;
    secrets.values = {{"token", Secret(server.token)}};
    server.now = [this] { return now; };
    http.otherwise = [this](const HttpRequest& request) { return server.exchange(request); };
    REQUIRE(mastodon.check_settings(account));
    sign_in();
  }

  void sign_in() {
    const auto identity = mastodon.identify(account, context);
    REQUIRE(identity);
    account.remote_id = identity->remote_id;
    for (const auto& [name, value] : identity->settings) account.settings[name] = value;
    note = identity->note;
    http.requests.clear();
  }

  ApprovedDelivery delivery(const Draft& draft) const { return approved(mastodon.render(account, draft)); }

  PreparedRequest outgoing(const ApprovedDelivery& sent, int part = 1, std::vector<Receipt> earlier = {},
                           std::vector<Upload> uploads = {}) const {
    PartContext facts{part, mastodon.request_key(account, sent, part, {}, now), std::move(earlier), std::move(uploads),
                      now};
    const auto body = mastodon.body(account, sent, facts);
    REQUIRE(body);
    return {part, static_cast<int>(sent.content().parts.size()), facts.key, *body};
  }

  SendAnswer send(const std::string& text) {
    const ApprovedDelivery sent = delivery(draft_of({text}));
    return mastodon.send(account, sent, outgoing(sent), context);
  }

  // An attempt whose answer was lost, as the store keeps it.
  Attempt lost(const PreparedRequest& outgoing_one) const {
    Attempt attempt;
    attempt.part = outgoing_one.part;
    attempt.key = outgoing_one.key;
    attempt.request = outgoing_one.body;
    attempt.started_at = now;
    attempt.ended_at = now + Seconds{30};
    attempt.outcome = Outcome::unconfirmed;
    return attempt;
  }

  FakeMastodon server;
  const Platform& mastodon = platform_named("mastodon");
  Account account;
  std::string note;
};

}  // namespace postq::testing
