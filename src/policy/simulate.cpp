#include <algorithm>
#include <functional>
#include <set>
#include <tuple>
#include <utility>

#include <postq/policy/late.h>
#include <postq/policy/people_waiting.h>
#include <postq/policy/policy.h>

// The queue is run forward with the very rules that flush asks, on a snapshot that moves on with each post. Only the
// moments at which something can change are looked at: a post becomes due, ends, has been held too long, a hold passes,
// or somebody writes by hand.
namespace postq {
namespace {

enum class Writing : std::uint8_t {
  as_assumed,   // only what the caller assumes
  when_needed,  // also whatever a post needs by hand when its turn comes: tells how much that is
};

// One delivery on its way through the forecast.
struct Item {
  Candidate candidate;
  ForecastEntry entry;
  bool gone = false;                    // out, or out of the queue
  std::optional<TimePoint> look_again;  // its end, or when it was held too long: asked even behind another's hold
};

class QueueRun {
 public:
  QueueRun(const Snapshot& snapshot, const std::vector<Candidate>& queue, const RuleContext& context, TimePoint end,
           const std::vector<TimePoint>& assumed_by_hand, Writing writing);

  void run();
  const std::vector<Item>& items() const { return items_; }
  int written() const { return written_; }
  // Whether a post was held while some by hand were lacking.
  bool lacked_by_hand() const { return lacked_by_hand_; }
  std::optional<TimePoint> first_written() const { return first_written_; }

 private:
  // Posts whose time is now come before those that missed theirs; then by time, then by id.
  using DueKey = std::tuple<bool, TimePoint, DeliveryId, std::size_t>;
  DueKey due_key(std::size_t index) const {
    const auto& candidate = items_[index].candidate;
    return {candidate.missed_at.has_value(), candidate.next_at, candidate.delivery, index};
  }

  void note(std::optional<TimePoint> at) {
    if (at && *at > now_ && *at <= end_) moments_.insert(*at);
  }
  void look_forward(Item& item);
  void move_to(TimePoint at);
  void recount();
  void flush();
  void take_back_overdue();
  void pass_chance(bool sent);
  void ask(Item& item);
  std::int64_t lacking(const Judgement& judgement) const;
  bool write_what_it_needs(Item& item, Judgement& judgement);
  void goes(Item& item);
  void explain(Item& item, const Judgement& judgement);
  std::string reason_of(const Item& item, const Verdict& verdict) const;
  RuleContext context_now(bool words) const {
    return {context_.settings, context_.zone, now_, context_.past, nullptr, words};
  }

  Snapshot snapshot_;
  const RuleContext& context_;
  const TimePoint end_;
  const Writing writing_;
  TimePoint now_;
  TimeRange today_{};
  MixCount beyond_history_;  // what the count knows and the history doesn't; it is taken to stay
  bool reading_goes_on_;
  std::vector<Item> items_;
  std::vector<TimePoint> assumed_;  // sorted; those not written yet
  std::set<TimePoint> moments_;
  std::set<std::pair<TimePoint, std::size_t>> upcoming_;
  std::set<DueKey> due_;
  std::string account_held_by_;  // in this flush
  std::string account_held_why_;
  int sent_ = 0;
  int written_ = 0;
  std::optional<TimePoint> first_written_;
  bool lacked_by_hand_ = false;
};

QueueRun::QueueRun(const Snapshot& snapshot, const std::vector<Candidate>& queue, const RuleContext& context,
                   TimePoint end, const std::vector<TimePoint>& assumed_by_hand, Writing writing)
    : snapshot_(snapshot),
      context_(context),
      end_(end),
      writing_(writing),
      now_(context.now),
      today_(calendar_day(context.now, context.zone)),
      reading_goes_on_(snapshot.readable && count_is_trusted(snapshot, context)),
      assumed_(assumed_by_hand) {
  if (!snapshot_.history) snapshot_.history.emplace();
  const auto known = count_in_window(*snapshot_.history, now_, context.settings.window);
  beyond_history_ = {snapshot.mix.by_hand() - known.by_hand(), 0, snapshot.mix.scheduled - known.scheduled};
  std::sort(assumed_.begin(), assumed_.end(), std::greater<>());
  for (const auto at : assumed_) note(at);

  moments_.insert(now_);
  for (const auto& candidate : queue) {
    const TimePoint asked = std::max({candidate.next_at, candidate.not_before, now_});
    if (asked > end_) continue;
    Item item{candidate, {}, false, std::nullopt};
    item.candidate.next_at = std::max(candidate.next_at, candidate.not_before);
    item.entry.delivery = candidate.delivery;
    item.entry.post = candidate.post;
    item.entry.asked = asked;
    upcoming_.insert({asked, items_.size()});
    note(asked);
    items_.push_back(std::move(item));
  }
}

void QueueRun::run() {
  while (!moments_.empty()) {
    move_to(moments_.extract(moments_.begin()).value());
    const auto gone = sent_;
    flush();
    pass_chance(sent_ > gone);
  }
}

void QueueRun::move_to(TimePoint at) {
  keep_waiting_times(snapshot_, at - now_);
  now_ = at;
  auto& by_hand = snapshot_.history->by_hand;
  for (; !assumed_.empty() && assumed_.back() <= now_; assumed_.pop_back()) {
    by_hand.insert(std::upper_bound(by_hand.begin(), by_hand.end(), assumed_.back()), assumed_.back());
  }
  recount();
  if (!today_.contains(now_)) {
    today_ = calendar_day(now_, context_.zone);
    snapshot_.scheduled_today = 0;
  }
  if (reading_goes_on_) snapshot_.read_at = now_;
}

void QueueRun::recount() {
  const auto known = count_in_window(*snapshot_.history, now_, context_.settings.window);
  snapshot_.mix = {std::max<std::int64_t>(0, known.by_hand() + beyond_history_.by_hand()), 0,
                   std::max<std::int64_t>(0, known.scheduled + beyond_history_.scheduled)};
}

void QueueRun::flush() {
  for (; !upcoming_.empty() && upcoming_.begin()->first <= now_; upcoming_.erase(upcoming_.begin())) {
    due_.insert(due_key(upcoming_.begin()->second));
  }
  take_back_overdue();
  account_held_by_.clear();
  for (auto next = due_.begin(); next != due_.end();) {
    const auto here = next++;
    const std::size_t index = std::get<std::size_t>(*here);
    Item& item = items_[index];
    if (item.gone) {
      due_.erase(here);
      continue;
    }
    // What holds the account holds those behind as well; each is still asked once, to be explained, and when it ends.
    const bool explained =
        writing_ == Writing::when_needed ? !item.entry.rule.empty() : item.entry.rule == account_held_by_;
    const bool same_hold = !account_held_by_.empty() && explained;
    const bool must_look = item.look_again && *item.look_again <= now_;
    if (same_hold && !must_look) continue;
    ask(item);
    if (item.gone) {
      due_.erase(here);
    } else if (due_key(index) != *here) {
      due_.erase(here);
      due_.insert(due_key(index));
    }
  }
}

// After a gap those that are overdue leave together, also those whose next try is still to come.
void QueueRun::take_back_overdue() {
  snapshot_.overdue = 0;
  if (!is_gap(snapshot_, context_.settings, now_)) return;
  std::vector<Item*> overdue;
  for (auto& item : items_) {
    const bool is_out = item.gone && !item.candidate.missed_at;
    if (!is_out && came_due_meanwhile(item.candidate, snapshot_, now_)) ++snapshot_.overdue;
    if (!item.gone && is_overdue(item.candidate, now_)) overdue.push_back(&item);
  }
  for (auto* const item : overdue) {
    const auto judgement = judge(snapshot_, item->candidate, context_now(false));
    if (judgement.effect == Effect::none || judgement.effect == Effect::mark_missed) continue;
    explain(*item, judgement);
    item->gone = true;
    item->candidate.missed_at = now_;
  }
}

// Every flush is taken to come at once: after each moment somebody has tried, unless something else keeps the account
// from being sent on.
void QueueRun::pass_chance(bool sent) {
  const bool limited = snapshot_.limited_until && now_ < *snapshot_.limited_until;
  if (snapshot_.sign_in_needed || limited) return;
  const auto block = snapshot_.last_chance.block;
  const bool lasts = block == Block::unreachable || block == Block::unreadable;
  if (sent || !lasts) snapshot_.last_chance = {now_, Block::no_flush};
}

void QueueRun::ask(Item& item) {
  auto judgement = judge(snapshot_, item.candidate, context_now(false));
  if (judgement.effect == Effect::mark_missed) item.candidate.missed_at = now_;
  if (judgement.allowed() || (writing_ == Writing::when_needed && write_what_it_needs(item, judgement))) {
    goes(item);
    return;
  }
  lacked_by_hand_ = lacked_by_hand_ || lacking(judgement) > 0;
  explain(item, judgement);
  if (judgement.effect != Effect::none && judgement.effect != Effect::mark_missed) {
    item.gone = true;
    return;
  }
  if (judgement.reach == Scope::account && account_held_by_ != item.entry.rule) {
    account_held_by_ = item.entry.rule;
    account_held_why_ = item.entry.reason;
  }
  // Each of its holds may be the only one of a post behind it.
  for (const auto& verdict : judgement.verdicts) note(verdict.earliest);
  look_forward(item);
}

// How many by hand the ratio asks for before a post that is held.
std::int64_t QueueRun::lacking(const Judgement& judgement) const {
  if (!context_.settings.ratio || judgement.effect == Effect::expire || judgement.effect == Effect::drop) return 0;
  return by_hand_needed(snapshot_.mix, *context_.settings.ratio);
}

bool QueueRun::write_what_it_needs(Item& item, Judgement& judgement) {
  const auto needed = lacking(judgement);
  if (needed == 0) return false;
  snapshot_.mix.by_hand_posts += needed;
  auto with_them = judge(snapshot_, item.candidate, context_now(false));
  if (!with_them.allowed()) {
    recount();
    judgement = std::move(with_them);  // what holds it besides the ratio
    return false;
  }
  auto& by_hand = snapshot_.history->by_hand;
  by_hand.insert(by_hand.end(), static_cast<std::size_t>(needed), now_);
  written_ += static_cast<int>(needed);
  if (!first_written_) first_written_ = now_;
  return true;
}

void QueueRun::goes(Item& item) {
  ++sent_;
  item.gone = true;
  item.entry.goes = now_;
  item.entry.by_hand_needed = written_;
  if (item.candidate.origin == Origin::hand_written) {
    snapshot_.history->by_hand.push_back(now_);
  } else if (!item.candidate.started) {  // a started one is counted already
    snapshot_.history->scheduled.push_back(now_);
    snapshot_.last_scheduled_at = now_;
    ++snapshot_.scheduled_today;
  }
  recount();
}

// Lateness and an end that came while a rule held the post are the rule's doing: the entry names the rule.
void QueueRun::explain(Item& item, const Judgement& judgement) {
  const Verdict* why = nullptr;
  for (const auto& verdict : judgement.verdicts) {
    if (verdict.answer != Answer::hold || verdict.effect != Effect::none) continue;
    why = &verdict;
    break;
  }
  if (why == nullptr && !item.entry.rule.empty()) return;
  if (why == nullptr) why = judgement.deciding();
  item.entry.rule = why->rule;
  // Nobody is told what held a post in the other run.
  if (writing_ == Writing::as_assumed) item.entry.reason = reason_of(item, *why);
}

// A hold of the account says the same of every post.
std::string QueueRun::reason_of(const Item& item, const Verdict& verdict) const {
  if (verdict.reach == Scope::account && verdict.rule == account_held_by_) return account_held_why_;
  const auto told = judge(snapshot_, item.candidate, context_now(true));
  const auto same = std::find_if(told.verdicts.begin(), told.verdicts.end(),
                                 [&](const Verdict& other) { return other.rule == verdict.rule; });
  return same->reason;
}

void QueueRun::look_forward(Item& item) {
  const Candidate& candidate = item.candidate;
  item.look_again.reset();
  const auto look_at = [&](TimePoint at) {
    if (at <= now_) return;
    note(at);
    item.look_again = item.look_again ? std::min(*item.look_again, at) : at;
  };
  if (candidate.until) look_at(*candidate.until);
  if (candidate.own_time && !candidate.missed_at) {
    look_at(held_too_long_from(candidate, context_.settings));
    // While something keeps the account from being sent on, time alone makes a post late.
    if (snapshot_.last_chance.at < now_) {
      look_at(due_time(candidate) + context_.settings.late_after + Seconds{1});
      look_at(snapshot_.last_chance.at + context_.settings.late_after + std::chrono::minutes{2});
    }
  }
}

}  // namespace

Forecast simulate(const Snapshot& snapshot, const std::vector<Candidate>& queue, const RuleContext& context,
                  Seconds horizon, const std::vector<TimePoint>& assumed_by_hand) {
  const TimePoint end = context.now + horizon;
  QueueRun told(snapshot, queue, context, end, assumed_by_hand, Writing::as_assumed);
  told.run();
  // Where none were lacking, a run in which they are written is the same.
  std::optional<QueueRun> helped;
  if (told.lacked_by_hand()) {
    helped.emplace(snapshot, queue, context, end, assumed_by_hand, Writing::when_needed);
    helped->run();
  }

  Forecast forecast;
  forecast.room = room_for_scheduled(snapshot.mix, context.settings);
  if (helped) {
    forecast.by_hand_needed = helped->written();
    forecast.needed_before = helped->first_written();
  }
  for (std::size_t i = 0; i < told.items().size(); ++i) {
    auto& entry = forecast.entries.emplace_back(told.items()[i].entry);
    entry.by_hand_needed = helped && entry.rule == "ratio" ? helped->items()[i].entry.by_hand_needed : 0;
  }
  std::sort(forecast.entries.begin(), forecast.entries.end(), [](const auto& a, const auto& b) {
    return std::pair(a.asked, a.delivery) < std::pair(b.asked, b.delivery);
  });
  return forecast;
}

}  // namespace postq
