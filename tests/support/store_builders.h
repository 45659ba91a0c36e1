#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <postq/core/content.h>
#include <postq/ports/store.h>
#include <postq/text/text.h>

#include "support/catch.h"

// Rows with defaults, so that a test of the queue spells out only what it is about.
namespace postq::test {

// Sun 22 Nov 2026 12:00:00 UTC.
constexpr TimePoint kNoon = time_point(1795348800);

inline AuditContext by_ann(TimePoint now = kNoon) {
  return {{"ann", false}, now};
}
inline AuditContext by_agent(TimePoint now = kNoon) {
  return {{"robot", true}, now};
}

// The value, or the test ends with the message.
template <typename T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return *std::move(result);
}
inline void must(const Status& status) {
  if (!status) FAIL(status.error().message);
}

inline Account add_account(Store& store, const std::string& name, const std::string& remote_id = {}) {
  NewAccount account;
  account.account.name = name;
  account.account.platform = "feed";
  account.account.remote_id = remote_id.empty() ? name + "-remote" : remote_id;
  must(store.add_account(account, by_ann(kNoon - std::chrono::days{100})));
  return must(store.account(name));
}

struct PostSpec {
  std::vector<std::string> texts = {"a post about nothing in particular"};  // one per part
  std::vector<Account> accounts = {};
  Origin origin = Origin::scheduled;
  std::string key = "key-1";
  std::string label = {};
  bool together = false;
  std::optional<TimePoint> at = {};  // --at = {}; its zone is UTC
  std::optional<TimePoint> until = {};
  std::vector<Media> media = {};  // of the first part
  std::string reply_to = {};
  std::string visibility = {};
  TimePoint now = kNoon;
};

inline Schedule schedule_of(const PostSpec& spec) {
  Schedule schedule;
  if (spec.at) {
    schedule.wall = WallTime{spec.at->time_since_epoch()};
    schedule.zone = "UTC";
    schedule.not_before = *spec.at;
  }
  schedule.until = spec.until;
  return schedule;
}

inline Draft draft_of(const PostSpec& spec) {
  Draft draft;
  for (const auto& text : spec.texts) draft.parts.push_back({text, {}});
  draft.parts.front().media = spec.media;
  draft.schedule = schedule_of(spec);
  draft.reply_to = spec.reply_to;
  draft.visibility = spec.visibility;
  return draft;
}

inline NewDelivery delivery_of(const PostSpec& spec, const Account& account) {
  Content content;
  content.platform = account.platform;
  content.account = account.remote_id.empty() ? account.name : account.remote_id;  // as it is rendered
  NewDelivery delivery;
  for (const auto& text : spec.texts) {
    content.parts.push_back({text, {}, {}, {}});
    delivery.fingerprints.push_back(fingerprint(text));
  }
  content.parts.front().media = spec.media;
  content.reply_to = spec.reply_to;
  content.visibility = spec.visibility;
  content.schedule = schedule_of(spec);
  delivery.account = account.id;
  delivery.document = document_of(content);
  delivery.schedule = content.schedule;
  return delivery;
}

inline NewPost new_post(const PostSpec& spec) {
  NewPost post;
  post.origin = spec.origin;
  post.key = spec.key;
  post.draft = to_json(draft_of(spec));
  post.label = spec.label;
  post.together = spec.together;
  post.media = spec.media;
  for (const auto& account : spec.accounts) post.deliveries.push_back(delivery_of(spec, account));
  return post;
}

inline PostDetail add_post(Store& store, const PostSpec& spec) {
  return must(store.post(must(store.add_post(new_post(spec), by_ann(spec.now))).post));
}

inline Delivery delivery_on(Store& store, PostId post, const std::string& account) {
  for (const auto& detail : must(store.post(post)).deliveries) {
    if (detail.delivery.account_name == account) return detail.delivery;
  }
  FAIL("the post has no delivery on " + account);
  return {};
}

// A yes to what is stored now.
inline Decision yes_to(const Delivery& delivery) {
  Decision decision;
  decision.delivery = delivery.id;
  decision.digest = delivery.digest;
  decision.revision = delivery.revision;
  return decision;
}

// A person said yes to every delivery of the post.
inline void approve(Store& store, PostId post, TimePoint now = kNoon) {
  std::vector<Decision> decisions;
  for (const auto& detail : must(store.post(post)).deliveries) decisions.push_back(yes_to(detail.delivery));
  must(store.decide(decisions, by_ann(now)));
}

inline PostDetail add_approved(Store& store, const PostSpec& spec) {
  const auto post = add_post(store, spec);
  approve(store, post.id, spec.now);
  return must(store.post(post.id));
}

// claiming with rules that a test names

inline Judgement allowed() {
  return {};
}

inline Judgement held(std::string rule, Scope reach = Scope::post, Effect effect = Effect::none) {
  Verdict verdict;
  verdict.answer = Answer::hold;
  verdict.reach = reach;
  verdict.effect = effect;
  verdict.rule = std::move(rule);
  verdict.reason = "the test says so";
  Judgement judgement;
  judgement.answer = Answer::hold;
  judgement.reach = reach;
  judgement.effect = effect;
  judgement.verdicts.push_back(std::move(verdict));
  return judgement;
}

// Rules that allow everything; a test replaces `judge`.
struct Rules {
  PolicySettings settings;
  std::function<Judgement(const Account&, const Snapshot&, const Candidate&)> judge =
      [](const Account&, const Snapshot&, const Candidate&) { return allowed(); };
};

// `rules` must outlive the request.
inline ClaimRequest claim_request(const Rules& rules, const std::vector<Account>& accounts, TimePoint now = kNoon) {
  ClaimRequest request;
  request.now = now;
  for (const auto& account : accounts) request.accounts.push_back(account.id);
  request.judge_for = [&rules](const Account& account) -> Judge {
    return [&rules, account](const Snapshot& snapshot, const Candidate& candidate) {
      return rules.judge(account, snapshot, candidate);
    };
  };
  request.settings_for = [&rules](const Account&) -> const PolicySettings& { return rules.settings; };
  request.day_of = [](TimePoint at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    return TimeRange{day, day + std::chrono::days{1}};
  };
  request.readable = [](const Account&) { return true; };
  return request;
}

inline Claims claim(Store& store, const std::vector<Account>& accounts, TimePoint now = kNoon,
                    const Rules& rules = {}) {
  return must(store.claim(claim_request(rules, accounts, now), by_ann(now)));
}

// sending

inline NewAttempt intent_for(const Delivery& delivery, int part = 1) {
  NewAttempt attempt;
  attempt.delivery = delivery.id;
  attempt.account = delivery.account;
  attempt.part = part;
  attempt.key = "request-" + std::to_string(number(delivery.id)) + "-" + std::to_string(part);
  attempt.request = "body of part " + std::to_string(part);
  attempt.digest = delivery.digest;
  return attempt;
}

inline Result<AttemptId> begin(Store& store, const Delivery& delivery, int part = 1, TimePoint now = kNoon) {
  Step step;
  step.intents.push_back(intent_for(delivery, part));
  return must(store.commit(step, by_ann(now))).intents.front();
}

inline AttemptResult result_of(AttemptId attempt, const Delivery& delivery, Outcome outcome, int part = 1) {
  AttemptResult result;
  result.attempt = attempt;
  result.delivery = delivery.id;
  result.account = delivery.account;
  result.part = part;
  result.outcome = outcome;
  return result;
}

inline AttemptResult sent(AttemptId attempt, const Delivery& delivery, int part = 1, TimePoint at = kNoon) {
  auto result = result_of(attempt, delivery, Outcome::sent, part);
  const auto id = "remote-" + std::to_string(number(delivery.id)) + "-" + std::to_string(part);
  result.receipt = Receipt{id, "cid", "https://example.org/" + id, at};
  result.text = "the text of part " + std::to_string(part);
  return result;
}

inline void record(Store& store, const AttemptResult& result, TimePoint now = kNoon) {
  Step step;
  step.results.push_back(result);
  must(store.commit(step, by_ann(now)));
}

// Claims, sends and records one part: the delivery is sent afterwards if it has no more.
inline void send_all(Store& store, const Account& account, TimePoint now = kNoon) {
  for (const auto& claimed : claim(store, {account}, now).claimed) {
    for (const auto& part : claimed.parts) {
      if (part.receipt) continue;
      const auto attempt = must(begin(store, claimed.delivery, part.n, now));
      record(store, sent(attempt, claimed.delivery, part.n, now), now);
    }
  }
}

}  // namespace postq::test
