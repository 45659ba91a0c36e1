#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "platforms/mastodon/fixture.h"

namespace postq::testing {

// An account on a fake instance whose own posts are read, and whose lost ones are looked for.
struct TimelineBench : MastodonBench {
  using MastodonBench::MastodonBench;

  TimelineReading read(const std::string& cursor = "", Seconds back = std::chrono::hours{24 * 14}) {
    http.requests.clear();
    const auto reading = mastodon.read_timeline(account, {now - back, cursor}, context);
    REQUIRE(reading);
    return *reading;
  }

  // A post whose answer is lost; `taken` false: the server never got it.
  Attempt lose(const std::string& text, bool taken = true, const std::string& reply_to = "",
               const std::string& visibility = "") {
    Draft draft = draft_of({text});
    draft.visibility = visibility;
    Content content = mastodon.render(account, draft);
    content.reply_to = reply_to.empty() ? "" : "https://fake.example/1";
    content.reply_ref = reply_to;
    const ApprovedDelivery delivery = approved(content);
    const PreparedRequest sent = outgoing(delivery);
    Attempt attempt = lost(sent);
    if (taken) {
      server.after_creating(Behaviour::answer(504, "<html>"));
    } else {
      server.instead(Behaviour::answer(504, "<html>"));
    }
    CHECK(mastodon.send(account, delivery, sent, context).outcome == Outcome::unconfirmed);
    return attempt;
  }

  // What is known of own posts: as the store looks it up, for one attempt alone.
  Look look_for(const Attempt& attempt) const {
    Look look;
    look.from = attempt.started_at;
    look.until = attempt.ended_at.value_or(attempt.started_at + std::chrono::minutes{5});
    look.explained = explained;
    look.visibilities_seen = seen;
    return look;
  }
  Settlement settle(const Attempt& attempt) {
    http.requests.clear();
    return mastodon.settle(account, approved(mastodon.render(account, draft_of({"any"}))), attempt, look_for(attempt),
                           context);
  }
  // The next look knows what this one asked.
  Settlement settle_on(Attempt& attempt) {
    const Settlement found = settle(attempt);
    if (!found.looked.empty()) attempt.looked = found.looked;
    return found;
  }
  std::size_t asked_for(const std::string& what) const {
    return static_cast<std::size_t>(
        std::count_if(http.requests.begin(), http.requests.end(),
                      [&](const HttpRequest& request) { return request.url.ends_with(what); }));
  }

  std::vector<std::string> explained;  // ids of own posts that have a receipt
  std::vector<std::string> seen;       // visibilities
};

}  // namespace postq::testing
