#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/flush/flush.h"
#include "app/sync/sync.h"
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
    bool loses_requests = false;                // on the way: nobody knows whether they arrived
    bool is_down = false;                       // nothing reaches it
    std::optional<Error> keeps;                 // what it answers instead of deleting; needs facts.retract
    std::optional<SendAnswer> answers_instead;  // once, and nothing is there afterwards
    std::optional<Seconds> clock_skew;
    std::optional<TimePoint> only_since;  // older posts can't be reached
    // What people say: what is there now, and what was asked.
    std::vector<FoundItem> said;
    std::vector<RemotePost> around;
    std::vector<ItemsRequest> items_asked;
    std::optional<Error> items_trouble;
    std::optional<TimePoint> items_limited;
    std::optional<Error> items_cut_by;  // in the middle of a reading
    std::size_t items_at_once = 100'000;
    std::map<std::string, std::vector<RemotePost>> finds;  // by words
    std::vector<SearchRequest> searched;
    std::optional<Error> search_trouble;
  };
  PlatformTraits facts;
  mutable std::map<std::string, Beach> beaches;                    // one account is used by one thread at a time
  std::function<void()> between_post_and_receipt;                  // a second machine, or another process
  std::function<void(const std::string& account)> before_reading;  // on the worker's thread
  std::function<void(const std::string& account)> before_sending;
  std::function<void()> before_body;
  std::optional<Settlement> finds;  // what a look finds, instead of what is there
  mutable std::vector<std::string> looked_for;
  Now now;

  Shore() {
    facts.name = "shore";
    facts.title = "Shore";
    facts.timeline = true;
    facts.tells_apps_apart = true;
    facts.repeat = RetrySafety::after_reading;
  }

  // From now on people can be heard there, and answered.
  void let_people_talk() {
    facts.items = true;
    facts.searches = true;
    facts.replies = true;
    facts.visibilities = {"public", "unlisted", "private", "direct"};
  }

  const PlatformTraits& traits() const override { return facts; }
  Status check_settings(Account&) const override { return {}; }
  Limits limits(const Account&) const override { return {}; }
  Result<std::string> body(const Account&, const ApprovedDelivery& delivery, const PartContext& part) const override {
    if (before_body) before_body();
    return delivery.content().parts[static_cast<std::size_t>(part.part) - 1].text;
  }
  std::string show(const Account&, const PreparedRequest& outgoing) const override { return outgoing.body; }
  Result<Identity> identify(const Account& account, PlatformContext&) const override {
    return Identity{account.name + "-remote", account.name, ""};
  }
  Content render(const Account& account, const Draft& draft) const override {
    auto content = Platform::render(account, draft);
    content.resolved = content.reply_to.empty();
    return content;
  }
  Result<Content> resolve(const Account& account, const Content& content, PlatformContext&) const override {
    Content found = content;
    found.resolved = true;
    for (const auto& item : beaches[account.name].said) {
      if (item.said.url == content.reply_to) found.reply_ref = item.said.remote_id;
    }
    if (!found.reply_to.empty() && found.reply_ref.empty()) {
      return fail(ErrorKind::not_found, "the shore finds no post at " + found.reply_to);
    }
    return found;
  }
  SendAnswer send(const Account& account, const ApprovedDelivery& delivery, const PreparedRequest& outgoing,
                  PlatformContext&) const override {
    if (before_sending) before_sending(account.name);
    auto& beach = beaches[account.name];
    SendAnswer answer;
    if (beach.answers_instead) return *std::exchange(beach.answers_instead, {});
    if (beach.is_down) {
      answer.outcome = Outcome::not_sent;
      answer.error = {ErrorKind::try_later, "the shore can't be reached", {}, {}};
      return answer;
    }
    if (beach.loses_requests) {
      answer.error = {ErrorKind::unknown, "the connection broke", {}, {}};
      return answer;
    }
    const auto id = throw_in(account.name, outgoing.body);
    const auto& answered = delivery.content().reply_ref;
    beach.posts.front().reply_to = answered;
    if (!answered.empty()) beach.posts.front().kind = TimelineKind::reply;
    if (between_post_and_receipt) between_post_and_receipt();
    if (beach.loses_answers) {
      answer.error = {ErrorKind::unknown, "the answer got lost", {}, {}};
      return answer;
    }
    answer.outcome = Outcome::sent;
    answer.receipt = {id, "", "https://shore.example/" + id, now()};
    return answer;
  }
  Settlement settle(const Account& account, const ApprovedDelivery&, const Attempt& attempt, const Look&,
                    PlatformContext&) const override {
    looked_for.push_back(attempt.request);
    if (finds) return *finds;
    if (beaches[account.name].is_down) {
      Settlement nobody_knows;
      nobody_knows.detail = "the shore can't be reached";
      return nobody_knows;
    }
    for (const auto& post : beaches[account.name].posts) {
      if (post.text == attempt.request) {
        return {Settlement::Kind::sent, {post.remote_id, "", "", post.created_at}, "found", {}};
      }
    }
    return {Settlement::Kind::absent, {}, "not there", {}};
  }
  Status retract(const Account& account, const Receipt& receipt, PlatformContext&) const override {
    auto& beach = beaches[account.name];
    if (beach.keeps) return pass_on(*beach.keeps);
    std::erase_if(beach.posts, [&](const TimelineItem& post) { return post.remote_id == receipt.remote_id; });
    return {};
  }
  Result<TimelineReading> read_timeline(const Account& account, const TimelineRequest& request,
                                        PlatformContext&) const override {
    if (before_reading) before_reading(account.name);
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

  Result<ItemsReading> read_items(const Account& account, const ItemsRequest& request,
                                  PlatformContext&) const override {
    auto& beach = beaches[account.name];
    beach.items_asked.push_back(request);
    if (beach.items_trouble) return pass_on(*beach.items_trouble);
    if (!request.cursor.empty() && !beach.takes_cursors) {
      return fail(ErrorKind::platform, "shore says 400: no such cursor");
    }
    // The cursor is how many were read, of those that ever came.
    ItemsReading reading;
    const std::size_t begin = request.cursor.empty() ? 0 : std::stoul(request.cursor);
    const std::size_t end = std::min(beach.said.size(), begin + beach.items_at_once);
    for (std::size_t i = begin; i < end; ++i) {
      if (!beach.said[i].said.remote_id.empty()) reading.items.push_back(beach.said[i]);
    }
    reading.cursor = std::to_string(end);
    reading.complete = end == beach.said.size();
    reading.around = beach.around;
    reading.limited_until = beach.items_limited;
    if (reading.limited_until) reading.error = {ErrorKind::try_later, "shore is full", {}, {}};
    if (beach.items_cut_by) {
      reading.error = *beach.items_cut_by;
      reading.complete = false;
    }
    for (const auto& open : request.open) {
      const auto same = [&](const FoundItem& item) { return item.said.remote_id == open.remote_id; };
      if (std::none_of(beach.said.begin(), beach.said.end(), same)) reading.gone.push_back(open.remote_id);
    }
    return reading;
  }
  Result<ItemsReading> search(const Account& account, const SearchRequest& request, PlatformContext&) const override {
    auto& beach = beaches[account.name];
    beach.searched.push_back(request);
    if (beach.search_trouble) return pass_on(*beach.search_trouble);
    ItemsReading reading;
    for (const auto& said : beach.finds[request.words]) reading.items.push_back({ItemKind::heard, said});
    reading.cursor = "read";
    return reading;
  }

  // Somebody says something to the account; its id there.
  std::string say_to(const std::string& account, const std::string& handle, const std::string& text, TimePoint at,
                     ItemKind kind = ItemKind::mention, const std::string& reply_to = "") const {
    auto& said = beaches[account].said;
    said.push_back({kind, said_by(handle, text, at, "said-" + std::to_string(++thrown_))});
    said.back().said.reply_to = reply_to;
    return said.back().said.remote_id;
  }
  static RemotePost said_by(const std::string& handle, const std::string& text, TimePoint at, const std::string& id) {
    RemotePost said;
    said.remote_id = id;
    said.person = {handle + "-id", handle, "", false};
    said.created_at = at;
    said.text = text;
    said.visibility = "public";
    said.conversation = id;
    said.url = "https://shore.example/" + id;
    return said;
  }
  void take_back(const std::string& account, const std::string& id) const {
    for (auto& item : beaches[account].said) {
      if (item.said.remote_id == id) item.said = {};
    }
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
    added.account.base_url = "https://" + name + ".example";
    must(queue().add_account(added, audit()));
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
