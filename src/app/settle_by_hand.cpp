#include "app/settle_by_hand.h"

#include <algorithm>

#include "app/select.h"

namespace postq {

namespace {

using namespace std::chrono_literals;

constexpr auto kLockWait = 75s;  // longer than any request that may be in the air

Result<DeliveryDetail> the_one(Store& store, const std::string& typed) {
  POSTQ_TRY(auto selected, select(store, {typed}));
  if (selected.deliveries.size() != 1) {
    std::string names;
    for (const auto& detail : selected.posts.front().deliveries) {
      names += (names.empty() ? "" : ", ") + name_of(detail.delivery);
    }
    return fail(ErrorKind::usage, "which account of post " + typed + "?", "one of " + names);
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

Status retract_parts(World& world, const DeliveryDetail& detail, Store& store) {
  POSTQ_TRY(const auto account, account_of(store, detail.delivery));
  const auto* const platform = world.platforms().find(account.platform);
  if (platform == nullptr || !platform->traits().retract) {
    return fail(ErrorKind::refused, account.platform + " can't take posts back", "delete it there yourself");
  }
  POSTQ_TRY(auto* const http, world.http());
  POSTQ_TRY(auto* const secrets, world.secrets());
  POSTQ_TRY(auto* const media, world.media());
  POSTQ_TRY(auto* const locks, world.locks());
  POSTQ_TRY(const auto lock, locks->lock("account-" + account.name, kLockWait));
  Outside outside{*http, *secrets, *media, [&world] { return world.now(); }};
  std::optional<Error> trouble;
  for (const auto& [receipt, part] : standing_parts(detail)) {
    const Status gone = platform->retract(account, receipt, outside);
    if (gone) continue;
    add_part(trouble, gone.error(), detail.parts.size() > 1 ? part : 0);
    // What one part doesn't let happen, the others may; what the account or the network doesn't, nothing will.
    if (gone.error().kind != ErrorKind::platform && gone.error().kind != ErrorKind::unknown) break;
  }
  if (trouble) return pass_on(std::move(*trouble));
  return store.retracted(detail.delivery.id, world.doing());
}

}  // namespace

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

Result<std::vector<Retracted>> retract(World& world, Store& store, const std::vector<DeliveryDetail>& deliveries) {
  std::vector<Retracted> done;
  for (const auto& detail : deliveries) {
    done.push_back({name_of(detail.delivery), retract_parts(world, detail, store)});
  }
  return done;
}

}  // namespace postq
