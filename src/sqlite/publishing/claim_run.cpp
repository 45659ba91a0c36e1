#include "sqlite/publishing/claim_run.h"

#include <algorithm>
#include <iterator>

#include <postq/policy/late.h>

#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/events/event_log.h"
#include "sqlite/events/trust.h"
#include "sqlite/publishing/already_out.h"
#include "sqlite/publishing/withdrawal.h"

namespace postq::sqlite {

namespace {

constexpr std::size_t kMostDue = 2000;                // looked at in one turn; the rest is behind them in any case
constexpr std::size_t kMostUnchanged = 100;           // held deliveries named again although nothing changed
constexpr Seconds kRemember = std::chrono::hours{1};  // a verdict is written again at most this often

std::string_view rule_in(std::string_view verdict) {
  return verdict.substr(0, verdict.find(':'));
}

std::string verdict_text(const Judgement& judgement) {
  const auto* deciding = judgement.deciding();
  return deciding == nullptr ? std::string() : deciding->rule + ": " + deciding->reason;
}

std::string rule_of(const Judgement& judgement) {
  const auto* deciding = judgement.deciding();
  return deciding == nullptr ? std::string() : deciding->rule;
}

// The delivery doesn't stay in the queue as approved.
bool leaves(Effect effect) {
  return effect == Effect::to_review || effect == Effect::drop || effect == Effect::expire;
}

std::string_view event_kind(Effect effect) {
  switch (effect) {
    case Effect::to_review:
    case Effect::mark_missed:
      return "missed";
    case Effect::drop:
      return "dropped";
    case Effect::expire:
      return "expired";
    case Effect::none:
      break;
  }
  return "held";
}

constexpr std::string_view kToReview = R"sql(
  UPDATE deliveries SET approval_id = NULL, revision = revision + 1, missed_at = ?2, tries = 0 WHERE id = ?1)sql";
constexpr std::string_view kMarkMissed = "UPDATE deliveries SET missed_at = ?2 WHERE id = ?1";
constexpr std::string_view kDrop = R"sql(
  UPDATE deliveries SET state = 'cancelled', approval_id = NULL, revision = revision + 1, missed_at = ?2
   WHERE id = ?1)sql";
constexpr std::string_view kExpire = R"sql(
  UPDATE deliveries SET state = 'expired', approval_id = NULL, revision = revision + 1, missed_at = coalesce(missed_at, ?2)
   WHERE id = ?1)sql";

}  // namespace

Result<Claims> ClaimRun::all() {
  if (request_.only) {
    POSTQ_TRY(const auto delivery, load_delivery(db_, *request_.only));
    POSTQ_TRY(auto* turn, turn_of(delivery.account));
    POSTQ_TRY(auto asking, read_asking(db_, delivery.id, turn->recent));
    POSTQ_CHECK(consider_only(*turn, std::move(asking)));
    return std::move(claims_);
  }
  for (const auto account : request_.accounts) POSTQ_CHECK(take_turn(account));
  return std::move(claims_);
}

Result<ClaimRun::Turn*> ClaimRun::turn_of(AccountId account) {
  if (const auto found = turns_.find(account); found != turns_.end()) return &found->second;
  Turn turn;
  POSTQ_TRY(turn.account, load_account(db_, account));
  POSTQ_TRY(turn.doubt, account_doubt(db_, turn.account));
  if (!turn.doubt.empty()) claims_.doubtful.push_back({account, turn.account.name, turn.doubt});
  turn.settings = &request_.settings_for(turn.account);
  turn.judge = request_.judge_for(turn.account);
  POSTQ_TRY(turn.recent, RecentTexts::read(db_, account, *turn.settings, request_.now));
  POSTQ_CHECK(db_.each(kSending, {account}, [&](const Row&) { ++turn.under_way; }));
  return &turns_.emplace(account, std::move(turn)).first->second;
}

Result<const Snapshot*> ClaimRun::snapshot_of(Turn& turn) {
  if (!turn.snapshot) {
    POSTQ_TRY(turn.snapshot, read_snapshot(db_, turn.account, *turn.settings, request_.day_of(request_.now),
                                           request_.readable(turn.account), request_.now));
    if (request_.know) request_.know(turn.account, *turn.snapshot);
    if (request_.know && is_gap(*turn.snapshot, *turn.settings, request_.now)) {
      POSTQ_TRY(const auto overdue, overdue_of(turn));
      POSTQ_TRY(const auto taken_back, db_.integer(kTakenBack, {turn.account.id, turn.snapshot->last_chance.at}));
      turn.snapshot->overdue = static_cast<int>(overdue.size()) + static_cast<int>(taken_back);
    }
  }
  return &*turn.snapshot;
}

Result<std::vector<ClaimRun::Due>> ClaimRun::due_deliveries(AccountId account, bool missed) {
  std::vector<Due> due;
  POSTQ_CHECK(db_.each(kDue, {account, request_.now, missed, kMostDue}, [&](const Row& row) {
    due.push_back({row.id<DeliveryId>(0), std::string(rule_in(row.view(1))), row.maybe_time(2), row.maybe_time(3)});
  }));
  return due;
}

// What is overdue, whenever it is to be tried again: the rules' own word for it has the last say.
Result<std::vector<Asking>> ClaimRun::overdue_of(Turn& turn) {
  constexpr Seconds kLongestWait = std::chrono::days{1};
  std::vector<DeliveryId> ids;
  POSTQ_CHECK(db_.each(kOverdue, {turn.account.id, request_.now + kLongestWait, request_.now, kMostDue},
                       [&](const Row& row) { ids.push_back(row.id<DeliveryId>(0)); }));
  std::vector<Asking> overdue;
  for (const auto id : ids) {
    POSTQ_TRY(auto asking, read_asking(db_, id, turn.recent));
    if (asking.approved() && is_overdue(asking.candidate, request_.now)) overdue.push_back(std::move(asking));
  }
  return overdue;
}

// After a gap, before anything of the account is claimed, so that none of them goes while the others come to review.
Status ClaimRun::take_back_overdue(Turn& turn) {
  if (!request_.know) return {};
  POSTQ_TRY(const auto* snapshot, snapshot_of(turn));
  if (!is_gap(*snapshot, *turn.settings, request_.now)) return {};
  POSTQ_TRY(const auto overdue, overdue_of(turn));
  for (const auto& asking : overdue) {
    auto judgement = turn.judge(*snapshot, asking.candidate);
    if (!leaves(judgement.effect)) continue;
    POSTQ_CHECK(apply(asking.delivery, judgement));
    POSTQ_CHECK(hold(turn, asking.delivery, std::move(judgement)));
  }
  return {};
}

Status ClaimRun::take_turn(AccountId account) {
  POSTQ_TRY(auto* turn, turn_of(account));
  POSTQ_CHECK(expire_pending(*turn));
  if (!turn->doubt.empty()) return {};
  POSTQ_CHECK(take_back_overdue(*turn));
  // Those whose time is now go before those that missed theirs.
  for (const bool missed : {false, true}) {
    POSTQ_TRY(const auto due, due_deliveries(account, missed));
    for (const auto& entry : due) {
      if (claimed_.contains(entry.id)) continue;
      if (!turn->account_hold && turn->under_way >= request_.per_account) return {};
      POSTQ_CHECK(consider(*turn, entry));
      if (turn->waits) {
        claims_.waiting.push_back(account);
        return {};
      }
    }
    if (due.size() == kMostDue && turn->account_hold) POSTQ_CHECK(remember_the_rest(*turn));
  }
  return {};
}

Status ClaimRun::remember_the_rest(const Turn& turn) {
  // Nobody looks at them one by one, but they are held, not forgotten.
  constexpr std::string_view kRest = R"sql(
    UPDATE deliveries SET verdict = ?3, verdict_at = ?2
     WHERE account_id = ?1 AND state = 'queued' AND approval_id IS NOT NULL AND next_at <= ?2 AND paused = 0
       AND (verdict_at IS NULL OR verdict_at <= ?4))sql";
  return db_.run(kRest, {turn.account.id, request_.now, verdict_text(*turn.account_hold), request_.now - kRemember});
}

Status ClaimRun::consider(Turn& turn, const Due& due) {
  // Behind a hold of the account nothing goes; what is remembered of it is enough until the next full look.
  const bool same_hold = turn.account_hold && due.remembered == rule_of(*turn.account_hold);
  if (same_hold && is_fresh(due.remembered_at) && !is_to_be_told(turn, due)) {
    if (claims_.held.size() >= kMostUnchanged) return {};
    POSTQ_TRY(auto delivery, load_delivery(db_, due.id));
    claims_.held.push_back({std::move(delivery), *turn.account_hold, false});
    return {};
  }
  POSTQ_TRY(auto asking, read_asking(db_, due.id, turn.recent));
  POSTQ_TRY(const auto doubt, doubt_of(turn, asking));
  if (!doubt.empty()) return take_back(asking.delivery, doubt);
  if (!asking.together) return decide(turn, std::move(asking), {});
  POSTQ_TRY(const auto damaged, damaged_sibling(asking.delivery));
  if (damaged) return take_back(damaged->delivery, damaged->why);
  POSTQ_TRY(const auto siblings, siblings_of(asking.delivery));
  asking.candidate.together_blocked_by = siblings.blocked_by;
  if (!siblings.blocked_by.empty()) return decide(turn, std::move(asking), {});
  return decide(turn, std::move(asking), siblings);
}

Status ClaimRun::consider_only(Turn& turn, Asking asking) {
  const auto& delivery = asking.delivery;
  if (delivery.state != DeliveryState::queued || !asking.approved()) {
    const bool pending = delivery.state == DeliveryState::queued;
    return fail(ErrorKind::refused,
                name_of(delivery) + (pending ? " is not approved" : " is " + std::string(word(delivery.state))),
                pending ? "postq review " + text_of(delivery.post) : "postq show " + text_of(delivery.post));
  }
  if (!turn.doubt.empty()) {
    return fail(ErrorKind::refused, delivery.account_name + ": " + turn.doubt, "postq log --verify");
  }
  POSTQ_TRY(const auto doubt, doubt_of(turn, asking));
  if (!doubt.empty()) return take_back(delivery, doubt);
  if (turn.under_way >= request_.per_account) {
    return fail(ErrorKind::try_later, "another post is on its way to " + delivery.account_name,
                "try again in a moment");
  }
  return decide(turn, std::move(asking), {});
}

// Why it isn't what was approved, or was sent already.
Result<std::string> ClaimRun::doubt_of(const Turn& turn, const Asking& asking) {
  if (!asking.approved()) return std::string("it has no approval of exactly this content");
  if (!asking.doubt.empty()) return asking.doubt;
  POSTQ_TRY(auto sent, receipts_doubt(db_, asking.delivery.id, asking.told_sent));
  if (!sent.empty()) return sent;
  if (asking.first_part.n == 0) return std::string("the queue lost its parts");
  return document_doubt(db_, asking.delivery, turn.account, asking.document);
}

// What goes together goes back together, whichever of them isn't what was approved.
Result<std::optional<Damaged>> ClaimRun::damaged_sibling(const Delivery& delivery) {
  POSTQ_TRY(const auto siblings, approved_siblings(db_, delivery));
  for (const auto id : siblings) {
    POSTQ_TRY(auto sibling, load_delivery(db_, id));
    POSTQ_TRY(const auto* its_turn, turn_of(sibling.account));
    POSTQ_TRY(const auto asking, read_asking(db_, id, its_turn->recent));
    POSTQ_TRY(auto doubt, doubt_of(*its_turn, asking));
    if (!doubt.empty()) return Damaged{std::move(sibling), std::move(doubt)};
  }
  return std::optional<Damaged>{};
}

Status ClaimRun::take_back(const Delivery& delivery, const std::string& why) {
  POSTQ_TRY(auto back, sqlite::take_back(db_, delivery, why, [this](const NewEvent& event) -> Status {
              return events_.append(event).map([](auto) {});
            }));
  std::move(back.begin(), back.end(), std::back_inserter(claims_.damaged));
  return {};
}

Status ClaimRun::decide(Turn& turn, Asking asking, const Siblings& with) {
  const auto& delivery = asking.delivery;
  POSTQ_TRY(const auto* snapshot, snapshot_of(turn));
  auto judgement = turn.judge(*snapshot, asking.candidate);
  POSTQ_CHECK(apply(delivery, judgement));
  if (!judgement.allowed() || leaves(judgement.effect)) return hold(turn, delivery, std::move(judgement));
  // Behind a hold of the account even what no rule of its own holds has to wait: the order is kept. But an answer
  // doesn't stand behind what is held until somebody gets an answer.
  const bool no_room = turn.under_way >= request_.per_account;
  if (turn.account_hold && (!asking.candidate.answers || no_room)) return {};
  if (with.is_busy) {
    // Nothing behind it may go meanwhile: else the accounts could be busy in turn, and the post be put off for ever.
    turn.waits = !turn.account_hold;
    return {};
  }
  POSTQ_TRY(const bool out, is_out_already(asking, with));
  if (out) return {};
  POSTQ_CHECK(claim(turn, std::move(asking), std::move(judgement)));
  for (const auto sibling : with.ids) {
    POSTQ_TRY(const auto loaded, load_delivery(db_, sibling));
    POSTQ_TRY(auto* its_turn, turn_of(loaded.account));
    POSTQ_TRY(const auto* its_snapshot, snapshot_of(*its_turn));
    POSTQ_TRY(auto its_asking, read_asking(db_, sibling, its_turn->recent));
    auto its_judgement = its_turn->judge(*its_snapshot, its_asking.candidate);
    POSTQ_CHECK(apply(loaded, its_judgement));
    POSTQ_CHECK(claim(*its_turn, std::move(its_asking), std::move(its_judgement)));
  }
  return {};
}

// Also one of those that go with it: then none of them goes.
Result<bool> ClaimRun::is_out_already(const Asking& asking, const Siblings& with) {
  bool any = false;
  const auto keep = [&](std::optional<Held> found) {
    any = any || found.has_value();
    if (found) claims_.held.push_back(*std::move(found));
  };
  POSTQ_TRY(auto found, take_back_if_out(db_, asking, events_, request_.now));
  keep(std::move(found));
  for (const auto sibling : with.ids) {
    POSTQ_TRY(const auto loaded, load_delivery(db_, sibling));
    POSTQ_TRY(auto* turn, turn_of(loaded.account));
    POSTQ_TRY(const auto its_asking, read_asking(db_, sibling, turn->recent));
    POSTQ_TRY(found, take_back_if_out(db_, its_asking, events_, request_.now));
    keep(std::move(found));
  }
  return any;
}

Result<ClaimRun::Siblings> ClaimRun::siblings_of(const Delivery& delivery) {
  constexpr std::string_view kSiblings = R"sql(
    SELECT id FROM deliveries WHERE post_id = ?1 AND id <> ?2 AND state = 'queued' ORDER BY id)sql";
  Siblings siblings;
  POSTQ_CHECK(db_.each(kSiblings, {delivery.post, delivery.id},
                       [&](const Row& row) { siblings.ids.push_back(row.id<DeliveryId>(0)); }));
  for (const auto id : siblings.ids) {
    POSTQ_TRY(const auto sibling, load_delivery(db_, id));
    POSTQ_TRY(const auto why, why_not_now(sibling));
    if (why.empty()) {
      POSTQ_TRY(auto* turn, turn_of(sibling.account));
      siblings.is_busy = siblings.is_busy || !has_room(*turn);
      continue;
    }
    siblings.blocked_by += (siblings.blocked_by.empty() ? "" : ", ") + sibling.account_name + " (" + why + ")";
  }
  return siblings;
}

bool ClaimRun::is_of_this_run(AccountId account) const {
  const auto is_in = [account](const std::vector<AccountId>& accounts) {
    return std::find(accounts.begin(), accounts.end(), account) != accounts.end();
  };
  return is_in(request_.accounts) || is_in(request_.locked);
}

Result<std::string> ClaimRun::why_not_now(const Delivery& sibling) {
  if (!sibling.approval) return std::string("not approved");
  if (sibling.paused) return std::string("paused");
  if (sibling.next_at > request_.now) return std::string("not due yet");
  if (!is_of_this_run(sibling.account)) return std::string("not part of this flush");
  POSTQ_TRY(auto* turn, turn_of(sibling.account));
  if (turn->account_hold) return rule_of(*turn->account_hold);
  POSTQ_TRY(const auto* snapshot, snapshot_of(*turn));
  POSTQ_TRY(const auto asking, read_asking(db_, sibling.id, turn->recent));
  if (!asking.approved()) return std::string("not approved");
  if (!turn->doubt.empty()) return turn->doubt;
  const auto judgement = turn->judge(*snapshot, asking.candidate);
  if (judgement.allowed() && !leaves(judgement.effect)) return std::string();
  return rule_of(judgement);
}

Status ClaimRun::expire_pending(Turn& turn) {
  // Nobody approved them in time; the rules only ever see approved ones, so their end is looked at here.
  constexpr std::string_view kOver = R"sql(
    SELECT id FROM deliveries
     WHERE state = 'queued' AND until_at IS NOT NULL AND until_at <= ?2 AND approval_id IS NULL AND account_id = ?1)sql";
  std::vector<DeliveryId> over;
  POSTQ_CHECK(
      db_.each(kOver, {turn.account.id, request_.now}, [&](const Row& row) { over.push_back(row.id<DeliveryId>(0)); }));
  for (const auto id : over) {
    POSTQ_TRY(auto asking, read_asking(db_, id, turn.recent));
    POSTQ_TRY(const auto* snapshot, snapshot_of(turn));
    auto judgement = turn.judge(*snapshot, asking.candidate);
    if (judgement.effect != Effect::expire) continue;
    POSTQ_CHECK(apply(asking.delivery, judgement));
    claims_.held.push_back({std::move(asking.delivery), std::move(judgement), true});
  }
  return {};
}

// A rule may have held it too long by now.
bool ClaimRun::is_to_be_told(const Turn& turn, const Due& due) const {
  if (!due.own_time) return false;
  Candidate candidate;
  candidate.not_before = *due.own_time;
  return request_.now >= held_too_long_from(candidate, *turn.settings);
}

bool ClaimRun::is_fresh(std::optional<TimePoint> remembered_at) const {
  return remembered_at && request_.now - *remembered_at < kRemember;
}

Status ClaimRun::apply(const Delivery& delivery, const Judgement& judgement) {
  std::string_view sql;
  switch (judgement.effect) {
    case Effect::none:
      return {};
    case Effect::mark_missed:
      if (delivery.missed_at) return {};
      sql = kMarkMissed;
      break;
    case Effect::to_review:
      sql = kToReview;
      break;
    case Effect::drop:
      sql = kDrop;
      break;
    case Effect::expire:
      sql = kExpire;
      break;
  }
  POSTQ_CHECK(db_.run(sql, {delivery.id, request_.now}));
  JsonObject details;
  details.text("why", verdict_text(judgement)).text("back_to_review", leaves(judgement.effect) ? "yes" : "no");
  return events_.append(event_about(delivery, event_kind(judgement.effect), std::move(details))).map([](auto) {});
}

Status ClaimRun::hold(Turn& turn, const Delivery& delivery, Judgement judgement) {
  constexpr std::string_view kRemembered = "UPDATE deliveries SET verdict = ?2, verdict_at = ?3 WHERE id = ?1";
  const bool changed = rule_in(delivery.verdict) != rule_of(judgement) || judgement.effect != Effect::none;
  if (changed || !is_fresh(delivery.verdict_at)) {
    POSTQ_CHECK(db_.run(kRemembered, {delivery.id, verdict_text(judgement), request_.now}));
  }
  if (!turn.account_hold && judgement.reach == Scope::account && !leaves(judgement.effect)) {
    turn.account_hold = judgement;
  }
  claims_.held.push_back({delivery, std::move(judgement), changed});
  return {};
}

Status ClaimRun::claim(Turn& turn, Asking asking, Judgement judgement) {
  auto& delivery = asking.delivery;
  if (!asking.approval || !asking.document) {
    return fail(ErrorKind::bug, name_of(delivery) + " was to be claimed unseen", "postq doctor");
  }
  POSTQ_CHECK(db_.run(kClaim, {delivery.id, request_.now}));
  POSTQ_TRY([[maybe_unused]] const auto event, events_.append(event_about(delivery, "claimed")));
  ++turn.under_way;
  if (turn.snapshot && !add_claimed(*turn.snapshot, delivery, request_.now)) turn.snapshot.reset();
  turn.recent.add(asking, request_.now);
  claimed_.insert(delivery.id);

  auto& claimed = claims_.claimed.emplace_back();
  delivery.state = DeliveryState::sending;
  delivery.verdict.clear();
  delivery.verdict_at = request_.now;
  if (judgement.effect == Effect::mark_missed && !delivery.missed_at) delivery.missed_at = request_.now;
  if (asking.more_parts) {
    POSTQ_TRY(claimed.parts, load_parts(db_, delivery.id));
  } else {
    claimed.parts.push_back(std::move(asking.first_part));
  }
  if (asking.attempted) {
    POSTQ_TRY(claimed.attempts, load_attempts(db_, delivery.id));
  }
  claimed.delivery = std::move(asking.delivery);
  claimed.document = *std::move(asking.document);
  claimed.approval = *std::move(asking.approval);
  claimed.judgement = std::move(judgement);
  return {};
}

}  // namespace postq::sqlite
