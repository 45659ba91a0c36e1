#include "app/flush/settle_by_hand.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>

#include "app/sync/workers.h"
#include "app/words/select.h"

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

// The key of its attempt stands for the id: a person settled it and gave no address.
bool is_without_address(const DeliveryDetail& detail, const PartDetail& part) {
  if (!part.receipt || !part.receipt->url.empty() || detail.delivery.retracted_at) return false;
  return std::any_of(detail.attempts.begin(), detail.attempts.end(), [&](const Attempt& attempt) {
    return attempt.part == part.n && attempt.detail == kPersonLooked && attempt.key == part.receipt->remote_id;
  });
}

// Of what waits to be sent again because its last attempt was called absent; nullptr where it isn't so.
const Attempt* thought_absent(const DeliveryDetail& detail) {
  const auto state = detail.delivery.state;
  const auto missing =
      std::find_if(detail.parts.begin(), detail.parts.end(), [](const auto& part) { return !part.receipt; });
  const bool waits = state == DeliveryState::queued || state == DeliveryState::failed;
  if (!waits || missing == detail.parts.end()) return nullptr;
  const auto absent = std::find_if(detail.attempts.rbegin(), detail.attempts.rend(), [&](const Attempt& attempt) {
    return attempt.part == missing->n && attempt.outcome == Outcome::absent;
  });
  return absent == detail.attempts.rend() ? nullptr : &*absent;
}

// The attempt that a person's word settles: the one in doubt, the one that was called absent and is out all the same,
// or, to add its address, the one that was called sent without.
Result<Attempt> meant_attempt(const DeliveryDetail& detail, bool sent, const std::string& url) {
  const auto& attempts = detail.attempts;
  if (sent && !url.empty() && detail.delivery.state != DeliveryState::unconfirmed) {
    const auto lacking = std::find_if(attempts.rbegin(), attempts.rend(), [&](const Attempt& attempt) {
      return std::any_of(detail.parts.begin(), detail.parts.end(), [&](const PartDetail& part) {
        return part.n == attempt.part && is_without_address(detail, part) && part.receipt->remote_id == attempt.key;
      });
    });
    if (lacking != attempts.rend()) return *lacking;
  }
  if (const auto* const absent = sent ? thought_absent(detail) : nullptr; absent != nullptr) return *absent;
  POSTQ_CHECK(still_unconfirmed(detail));
  const auto open = std::find_if(attempts.rbegin(), attempts.rend(),
                                 [](const Attempt& attempt) { return attempt.outcome == Outcome::unconfirmed; });
  if (open != attempts.rend()) return *open;
  return fail(ErrorKind::storage, name_of(detail.delivery) + " is unconfirmed without an attempt", "postq doctor");
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
  PlatformContext context{*what.http, *what.secrets, *what.media, what.now};
  std::optional<Error> trouble;
  bool goes_on = true;
  for (const auto& [receipt, part] : what.parts) {
    if (!goes_on) break;
    if (what.interrupted()) {
      if (trouble) trouble->kind = ErrorKind::interrupted;
      add_part(trouble, interruption(), what.thread ? part : 0);
      continue;
    }
    const Status gone = what.platform->retract(what.account, receipt, context);
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
  if (lacks_address(detail, what.platform->traits())) {
    return fail(
        ErrorKind::refused, "its address is not known",
        "postq resolve " + name_of(detail.delivery) + " --sent URL    then postq retract " + name_of(detail.delivery));
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
    end(detail, status && may_be_out(detail) ? stays_in_doubt(detail) : status);
    next(detail.delivery.account);
  }

  // What was known of it is gone, and the rest may be public: it isn't called taken back, and nothing more of it goes.
  Status stays_in_doubt(const DeliveryDetail& detail) {
    const auto& delivery = detail.delivery;
    if (!delivery.paused) {
      const auto paused = store_.set_paused({delivery.id}, true, world_.audit(), "taken back as far as it is known");
      if (!paused && trouble_) trouble_ = paused;
    }
    return fail(ErrorKind::unknown, "what was known of it is, and the rest is UNCONFIRMED: it may be public",
                "postq resolve " + name_of(delivery) + " --sent URL    if it is there; then postq retract " +
                    name_of(delivery) + "\npostq resolve " + name_of(delivery) +
                    " --not-sent    if it is not; it is paused");
  }

  void end(const DeliveryDetail& detail, const Status& status) {
    const auto id = detail.delivery.id;
    const Status recorded = status ? store_.retracted(id, world_.audit())
                                   : store_.note(id, kNotRetracted, status.error().message, world_.audit());
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

Result<Delivery> resolvable_one(Store& store, const std::string& typed, bool sent, const std::string& url) {
  POSTQ_TRY(auto detail, the_one(store, typed));
  POSTQ_CHECK(meant_attempt(detail, sent, url));
  return std::move(detail.delivery);
}

bool lacks_address(const DeliveryDetail& detail, const PlatformTraits& traits) {
  // Elsewhere nothing has an address but what postq gave it.
  return traits.timeline && std::any_of(detail.parts.begin(), detail.parts.end(),
                                        [&](const PartDetail& part) { return is_without_address(detail, part); });
}

std::string say_place(const DeliveryDetail& detail, const PartDetail& part, const PlatformTraits& traits) {
  if (!part.receipt) return {};
  if (!part.receipt->url.empty()) return part.receipt->url;
  if (!traits.timeline || !is_without_address(detail, part)) return part.receipt->remote_id;
  return "its address is not known: postq resolve " + name_of(detail.delivery) + " --sent URL";
}

Result<std::string> resolve_by_hand(World& world, Store& store, const std::string& typed, bool sent,
                                    const std::string& url) {
  POSTQ_TRY(const auto before, the_one(store, typed));
  POSTQ_CHECK(meant_attempt(before, sent, url));
  // Another postq may be repeating the request at this moment: what it finds out counts more than a look at the page.
  POSTQ_TRY(auto* const locks, world.locks());
  POSTQ_TRY(const auto lock, locks->lock("account-" + before.delivery.account_name, kLockWait));
  POSTQ_TRY(const auto detail, the_one(store, typed));
  POSTQ_TRY(const auto open, meant_attempt(detail, sent, url));
  const auto& delivery = detail.delivery;
  AttemptResult result;
  result.attempt = open.id;
  result.delivery = delivery.id;
  result.account = delivery.account;
  result.part = open.part;
  result.detail = kPersonLooked;
  result.by_person = true;
  result.outcome = sent ? Outcome::sent : Outcome::absent;
  if (sent) {
    // The store knows what the timeline has shown; where that is nothing, the request key stands in for an address.
    result.receipt = Receipt{"", "", url, open.started_at};
    // A content that is damaged keeps nobody from saying what became of it.
    const auto content = content_from_document(detail.document);
    const auto part = static_cast<std::size_t>(open.part) - 1;
    if (content && part < content->parts.size()) result.text = content->parts[part].text;
  }
  POSTQ_CHECK(store.settle(result, world.audit()));
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
      POSTQ_CHECK(store.requeue(delivery.id, world.audit()));
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
