#include "app/settle_by_hand.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include "app/select.h"
#include "app/workers.h"

namespace postq {

namespace {

using namespace std::chrono_literals;

// Set while something may stand that was to be taken back, so that nobody reads the record for it otherwise.
constexpr const char* kRefusedMark = "not-retracted";
constexpr int kEventsReadBack = 2000;

constexpr auto kLockWait = 75s;  // longer than any request that may be in the air

Result<DeliveryDetail> the_one(Store& store, const std::string& typed) {
  POSTQ_TRY(auto selected, select(store, {typed}));
  if (selected.deliveries.size() != 1) {
    std::string names;
    std::vector<DeliveryId> in_doubt;
    for (const auto& detail : selected.posts.front().deliveries) {
      names += (names.empty() ? "" : ", ") + name_of(detail.delivery);
      const bool meant = selected.contains(detail.delivery.id) && detail.delivery.state == DeliveryState::unconfirmed;
      if (meant) in_doubt.push_back(detail.delivery.id);
    }
    if (in_doubt.size() == 1) selected.deliveries = in_doubt;
    if (in_doubt.size() != 1) return fail(ErrorKind::usage, "which account of post " + typed + "?", "one of " + names);
  }
  for (auto& post : selected.posts) {
    for (auto& detail : post.deliveries) {
      if (detail.delivery.id == selected.deliveries.front()) return std::move(detail);
    }
  }
  return fail(ErrorKind::not_found, "there is no " + typed);
}

Status still_unconfirmed(const DeliveryDetail& detail) {
  const auto& delivery = detail.delivery;
  if (delivery.state == DeliveryState::unconfirmed) return {};
  std::string where;
  for (const auto& part : detail.parts) {
    if (part.receipt && !part.receipt->url.empty()) where += (where.empty() ? ": " : ", ") + part.receipt->url;
  }
  return fail(ErrorKind::refused,
              name_of(delivery) + " is " + std::string(word(delivery.state)) + where + ", not unconfirmed",
              "postq show " + name_of(delivery));
}

// What of it is out and was not taken back before, the last to go first.
struct Out {
  Receipt receipt;
  int part = 0;
};
std::vector<Out> standing_parts(const DeliveryDetail& detail) {
  std::vector<Out> standing;
  for (auto second = detail.twice.rbegin(); second != detail.twice.rend(); ++second) {
    if (!second->retracted_at) standing.push_back({second->receipt, second->part});
  }
  for (auto part = detail.parts.rbegin(); part != detail.parts.rend(); ++part) {
    if (part->receipt && !detail.delivery.retracted_at) standing.push_back({*part->receipt, part->n});
  }
  return standing;
}

// Every part that is not gone is named; the most certain trouble decides.
void add_part(std::optional<Error>& trouble, Error error, int part) {
  if (part > 0) error.message = "part " + std::to_string(part) + ": " + error.message;
  if (!trouble) {
    trouble = std::move(error);
    return;
  }
  if (error.kind == ErrorKind::platform) trouble->kind = error.kind;
  trouble->message += "; " + error.message;
  if (!error.hint.empty()) trouble->hint += (trouble->hint.empty() ? "" : "\n") + error.hint;
}

const Error& interruption() {
  static const Error stopped{ErrorKind::interrupted, "not tried", {}, {}};
  return stopped;
}

// What a worker needs to take one delivery back: all of it read before.
struct TakeBack {
  Account account;
  const Platform* platform = nullptr;
  std::vector<Out> parts;
  bool thread = false;
  Locks* locks = nullptr;
  HttpClient* http = nullptr;
  Secrets* secrets = nullptr;
  MediaStore* media = nullptr;
  Now now;
  std::function<bool()> interrupted;
};

// Another process may be sending on the account for a while; nobody waits for that once they have pressed Ctrl-C.
Result<std::unique_ptr<Lock>> lock_account(const TakeBack& what) {
  constexpr auto kSlice = 1s;
  for (auto left = kLockWait;; left -= kSlice) {
    auto lock = what.locks->lock("account-" + what.account.name, kSlice);
    if (lock || lock.error().kind != ErrorKind::try_later || left <= kSlice) return lock;
    if (what.interrupted()) return tl::make_unexpected(interruption());
  }
}

Status take_back(const TakeBack& what) {
  POSTQ_TRY(const auto lock, lock_account(what));
  Outside outside{*what.http, *what.secrets, *what.media, what.now};
  std::optional<Error> trouble;
  bool goes_on = true;
  for (const auto& [receipt, part] : what.parts) {
    if (!goes_on) break;
    if (what.interrupted()) {
      if (trouble) trouble->kind = ErrorKind::interrupted;
      add_part(trouble, interruption(), what.thread ? part : 0);
      continue;
    }
    const Status gone = what.platform->retract(what.account, receipt, outside);
    if (gone) continue;
    add_part(trouble, gone.error(), what.thread ? part : 0);
    // What one part doesn't let happen, the others may; what the account or the network doesn't, nothing will.
    goes_on = gone.error().kind == ErrorKind::platform || gone.error().kind == ErrorKind::unknown;
  }
  return trouble ? Status(pass_on(std::move(*trouble))) : Status{};
}

Result<TakeBack> prepare_to_take_back(World& world, Store& store, const DeliveryDetail& detail) {
  TakeBack what;
  POSTQ_TRY(what.account, account_of(store, detail.delivery));
  what.platform = world.platforms().find(what.account.platform);
  if (what.platform == nullptr || !what.platform->traits().retract) {
    return fail(ErrorKind::refused, what.account.platform + " can't take posts back", "delete it there yourself");
  }
  what.parts = standing_parts(detail);
  what.thread = detail.parts.size() > 1;
  POSTQ_TRY(what.locks, world.locks());
  POSTQ_TRY(what.http, world.http());
  POSTQ_TRY(what.secrets, world.secrets());
  POSTQ_TRY(what.media, world.media());
  what.now = [&world] { return world.now(); };
  what.interrupted = [&world] { return world.interrupted(); };
  return what;
}

// All of them: each account one after the other, the accounts side by side.
class Retraction {
 public:
  Retraction(World& world, Store& store, const std::vector<DeliveryDetail>& deliveries, const RetractWatch& watch)
      : world_(world), store_(store), watch_(watch), workers_(kMostAtOnce) {
    for (const auto& detail : deliveries) {
      queues_[detail.delivery.account].push_back(&detail);
    }
  }

  Result<std::vector<Retracted>> run() {
    for (const auto& [account, queue] : queues_) next(account);
    while (workers_.busy()) workers_.finish_some();
    if (!trouble_) return pass_on(trouble_.error());
    return std::move(done_);
  }

 private:
  static constexpr std::size_t kMostAtOnce = 16;

  void next(AccountId account) {
    auto& queue = queues_[account];
    while (!queue.empty() && trouble_) {
      const DeliveryDetail& detail = *queue.front();
      queue.pop_front();
      if (begin(detail)) return;
    }
  }

  // Whether a worker is at it.
  bool begin(const DeliveryDetail& detail) {
    if (world_.interrupted()) {
      end(detail, tl::make_unexpected(interruption()));
      return false;
    }
    auto what = prepare_to_take_back(world_, store_, detail);
    if (!what) {
      end(detail, pass_on(what.error()));
      return false;
    }
    if (watch_.on_begin) watch_.on_begin(name_of(detail.delivery));
    workers_.start(
        [this, &detail, what = std::move(*what)]() -> Workers::Finish {
          return [this, &detail, status = take_back(what)] { ended(detail, status); };
        },
        [this, &detail](const Error& error) { ended(detail, pass_on(error)); });
    return true;
  }

  void ended(const DeliveryDetail& detail, const Status& status) {
    end(detail, status);
    next(detail.delivery.account);
  }

  void end(const DeliveryDetail& detail, const Status& status) {
    const auto id = detail.delivery.id;
    const Status recorded = status ? store_.retracted(id, world_.doing())
                                   : store_.note(id, kNotRetracted, status.error().message, world_.doing());
    if (!recorded && trouble_) trouble_ = recorded;
    const auto state = world_.state();
    if (!status && state) (*state)->write_mark(kRefusedMark, unix_seconds(world_.now()));
    done_.push_back({name_of(detail.delivery), id, status ? recorded : status});
    if (watch_.on_end) watch_.on_end(done_.back());
  }

  World& world_;
  Store& store_;
  const RetractWatch& watch_;
  std::map<AccountId, std::deque<const DeliveryDetail*>> queues_;
  std::vector<Retracted> done_;
  Status trouble_;   // of the store
  Workers workers_;  // last: its threads end before what they use
};

}  // namespace

Result<Delivery> unconfirmed_one(Store& store, const std::string& typed) {
  POSTQ_TRY(auto detail, the_one(store, typed));
  POSTQ_CHECK(still_unconfirmed(detail));
  return std::move(detail.delivery);
}

Result<std::string> resolve_by_hand(World& world, Store& store, const std::string& typed, bool sent,
                                    const std::string& url) {
  POSTQ_TRY(const auto before, the_one(store, typed));
  POSTQ_CHECK(still_unconfirmed(before));
  // Another postq may be repeating the request at this moment: what it finds out counts more than a look at the page.
  POSTQ_TRY(auto* const locks, world.locks());
  POSTQ_TRY(const auto lock, locks->lock("account-" + before.delivery.account_name, kLockWait));
  POSTQ_TRY(const auto detail, the_one(store, typed));
  POSTQ_CHECK(still_unconfirmed(detail));
  const auto& delivery = detail.delivery;
  const auto open = std::find_if(detail.attempts.rbegin(), detail.attempts.rend(),
                                 [](const Attempt& attempt) { return attempt.outcome == Outcome::unconfirmed; });
  if (open == detail.attempts.rend()) {
    return fail(ErrorKind::storage, name_of(delivery) + " is unconfirmed without an attempt", "postq doctor");
  }
  AttemptResult result;
  result.attempt = open->id;
  result.delivery = delivery.id;
  result.account = delivery.account;
  result.part = open->part;
  result.detail = kPersonLooked;
  result.outcome = sent ? Outcome::sent : Outcome::absent;
  if (sent) {
    // Without an address the request key stands in: it was chosen before sending and is unique.
    result.receipt = Receipt{url.empty() ? open->key : url, "", url, open->started_at};
    // A content that is damaged keeps nobody from saying what became of it.
    const auto content = content_from_document(detail.document);
    const auto part = static_cast<std::size_t>(open->part) - 1;
    if (content && part < content->parts.size()) result.text = content->parts[part].text;
  }
  POSTQ_CHECK(store.settle(result, world.doing()));
  return name_of(delivery);
}

Result<Requeued> retry(World& world, Store& store, const std::vector<std::string>& typed) {
  POSTQ_TRY(const auto selected, select(store, typed));
  Requeued requeued;
  for (const auto& post : selected.posts) {
    for (const auto& detail : post.deliveries) {
      const auto& delivery = detail.delivery;
      if (!selected.contains(delivery.id)) continue;
      if (delivery.state == DeliveryState::failed) POSTQ_CHECK(check_scheduled(post));
      const bool over =
          delivery.state == DeliveryState::failed || delivery.dropped() || delivery.state == DeliveryState::expired;
      if (!over) {
        requeued.left.push_back(name_of(delivery) + " is " + std::string(word(delivery.state)));
        continue;
      }
      POSTQ_CHECK(store.requeue(delivery.id, world.doing()));
      requeued.queued.push_back(name_of(delivery));
    }
  }
  if (requeued.queued.empty()) {
    std::string states;
    for (const auto& left : requeued.left) states += (states.empty() ? "" : ", ") + left;
    return fail(ErrorKind::refused, "nothing to queue again: " + states, "postq list --failed");
  }
  return requeued;
}

bool may_be_out(const DeliveryDetail& detail) {
  return detail.delivery.state == DeliveryState::sending || detail.delivery.state == DeliveryState::unconfirmed;
}

Result<std::vector<Retracted>> retract(World& world, Store& store, const std::vector<DeliveryDetail>& deliveries,
                                       const RetractWatch& watch) {
  return Retraction(world, store, deliveries, watch).run();
}

Result<std::vector<Delivery>> not_taken_back(World& world, Store& store) {
  std::vector<Delivery> standing;
  POSTQ_TRY(auto* const state, world.state());
  if (state->read_mark(kRefusedMark).value_or(0) == 0) return standing;
  POSTQ_TRY(const auto events, store.events(std::nullopt, kEventsReadBack));
  std::vector<DeliveryId> refused;
  for (const auto& event : events) {
    if (!event.delivery || (event.kind != kNotRetracted && event.kind != "retracted")) continue;
    std::erase(refused, *event.delivery);
    if (event.kind == kNotRetracted) refused.push_back(*event.delivery);
  }
  for (const auto id : refused) {
    POSTQ_TRY(auto delivery, store.delivery(id));
    if (!delivery.retracted_at) standing.push_back(std::move(delivery));
  }
  if (standing.empty()) state->write_mark(kRefusedMark, 0);
  return standing;
}

}  // namespace postq
