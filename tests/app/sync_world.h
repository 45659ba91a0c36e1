#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/flush.h"
#include "app/sync.h"
#include "support/test_world.h"

namespace postq::test {

// A platform that keeps what is posted to it, by account, and loses answers as a test says. Its posts are thrown at the
// front, so that they come newest first.
class Shore final : public Platform {
 public:
  struct Beach {
    std::vector<TimelineItem> posts;
    std::vector<TimelineRequest> asked;
    std::optional<Error> trouble;  // of reading
    bool takes_cursors = true;
    bool loses_answers = false;
    std::optional<Seconds> clock_skew;
    std::optional<TimePoint> only_since;  // older posts can't be reached
  };
  PlatformTraits facts;
  mutable std::map<std::string, Beach> beaches;    // one account is used by one thread at a time
  std::function<void()> between_post_and_receipt;  // a second machine, or another process
  Now now;

  Shore() {
    facts.name = "shore";
    facts.title = "Shore";
    facts.timeline = true;
    facts.tells_apps_apart = true;
    facts.repeat = Repeat::after_reading;
  }

  const PlatformTraits& traits() const override { return facts; }
  Status check_settings(Account&) const override { return {}; }
  Limits limits(const Account&) const override { return {}; }
  Result<std::string> body(const Account&, const ApprovedDelivery& delivery, const PartFacts& part) const override {
    return delivery.content().parts[static_cast<std::size_t>(part.part) - 1].text;
  }
  std::string show(const Account&, const Outgoing& outgoing) const override { return outgoing.body; }
  Result<Identity> identify(const Account& account, Outside&) const override {
    return Identity{account.name + "-remote", account.name, ""};
  }
  SendAnswer send(const Account& account, const ApprovedDelivery&, const Outgoing& outgoing, Outside&) const override {
    auto& beach = beaches[account.name];
    const auto id = throw_in(account.name, outgoing.body);
    if (between_post_and_receipt) between_post_and_receipt();
    SendAnswer answer;
    if (beach.loses_answers) {
      answer.error = {ErrorKind::unknown, "the answer got lost", {}, {}};
      return answer;
    }
    answer.outcome = Outcome::sent;
    answer.receipt = {id, "", "https://shore.example/" + id, now()};
    return answer;
  }
  Settlement settle(const Account& account, const ApprovedDelivery&, const Attempt& attempt, Outside&) const override {
    for (const auto& post : beaches[account.name].posts) {
      if (post.text == attempt.request) {
        return {Settlement::Kind::sent, {post.remote_id, "", "", post.created_at}, "found", {}};
      }
    }
    return {Settlement::Kind::absent, {}, "not there", {}};
  }
  Result<TimelineReading> read_timeline(const Account& account, const TimelineRequest& request,
                                        Outside&) const override {
    auto& beach = beaches[account.name];
    beach.asked.push_back(request);
    if (beach.trouble) return pass_on(*beach.trouble);
    if (!request.cursor.empty() && !beach.takes_cursors) {
      return fail(ErrorKind::platform, "shore says 400: no such cursor");
    }
    TimelineReading reading;
    reading.complete = {request.from, now()};
    // The cursor is when the last reading ended.
    if (!request.cursor.empty()) reading.complete.from = time_point(std::stoll(request.cursor));
    if (beach.only_since) reading.complete.from = std::max(reading.complete.from, *beach.only_since);
    for (const auto& post : beach.posts) {
      if (post.created_at >= reading.complete.from) reading.items.push_back(post);
    }
    reading.cursor = std::to_string(unix_seconds(now()));
    reading.full = true;
    reading.clock_skew = beach.clock_skew;
    return reading;
  }

  // Posted there by any program; returns its id.
  std::string throw_in(const std::string& account, const std::string& text, const std::string& client = "") const {
    return throw_in(account, text, client, now());
  }
  std::string throw_in(const std::string& account, const std::string& text, const std::string& client,
                       TimePoint at) const {
    TimelineItem item;
    item.remote_id = account + "-" + std::to_string(++thrown_);
    item.created_at = at;
    item.client = client;
    item.text = text;
    auto& posts = beaches[account].posts;
    posts.insert(posts.begin(), item);
    return item.remote_id;
  }

 private:
  mutable int thrown_ = 0;
};

// A world with accounts on the shore and one that nobody can read.
class SyncWorld : public TestWorld, private Platforms {
 public:
  Shore shore;

  SyncWorld() {
    known_platforms = this;
    shore.now = [this] { return clock; };
    settings.policy.min_gap = Seconds{0};
    settings.policy.repeat = Strictness::off;
    const auto identity = must(queue().identity());
    must(state_files().write_store_id({identity.uuid, identity.epoch, state_files().machine_id()}));
  }

  Account on_shore(const std::string& name) {
    NewAccount added;
    added.account.name = name;
    added.account.platform = "shore";
    added.account.remote_id = name + "-remote";
    must(queue().add_account(added, doing()));
    shore.beaches[name];
    return must(queue().account(name));
  }
  std::vector<TimelineRead> sync(const std::vector<Account>& accounts) {
    std::vector<TimelineRead> reads;
    must(read_timelines(*this, queue(), accounts, [&reads](const TimelineRead& read) { reads.push_back(read); }));
    return reads;
  }
  TimelineRead sync(const Account& account) { return sync(std::vector{account}).at(0); }
  FlushReport run_flush() { return must(flush(*this, queue(), {})); }
  void schedule(const std::string& text, const Account& account) {
    add_approved(queue(), {.texts = {text}, .accounts = {account}, .key = text, .now = clock});
  }
  MixCount mix(const Account& account) { return snapshot(account).mix; }
  Snapshot snapshot(const Account& account) {
    return must(queue().snapshot(account, settings.policy, {clock, clock}, true, false, clock));
  }

 private:
  std::vector<const Platform*> all() const override { return {&shore, all_platforms().find("webhook")}; }
  const Platform* find(std::string_view name) const override {
    return name == "shore" ? &shore : all_platforms().find(name);
  }
};

}  // namespace postq::test
