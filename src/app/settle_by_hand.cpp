#include "app/settle_by_hand.h"

#include <algorithm>

namespace postq {

namespace {

using namespace std::chrono_literals;

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
  POSTQ_TRY(const auto account, store.account(detail.delivery.account_name));
  const auto* const platform = world.platforms().find(account.platform);
  if (platform == nullptr || !platform->traits().retract) {
    return fail(ErrorKind::refused, account.platform + " can't take posts back", "delete it there yourself");
  }
  POSTQ_TRY(auto* const http, world.http());
  POSTQ_TRY(auto* const secrets, world.secrets());
  POSTQ_TRY(auto* const media, world.media());
  POSTQ_TRY(auto* const locks, world.locks());
  POSTQ_TRY(const auto lock, locks->lock("account-" + account.name, 75s));
  Outside outside{*http, *secrets, *media, [&world] { return world.now(); }};
  std::optional<Error> trouble;
  for (auto part = detail.parts.rbegin(); part != detail.parts.rend(); ++part) {
    if (!part->receipt) continue;
    const Status gone = platform->retract(account, *part->receipt, outside);
    if (gone) continue;
    add_part(trouble, gone.error(), detail.parts.size() > 1 ? part->n : 0);
    // What one part doesn't let happen, the others may; what the account or the network doesn't, nothing will.
    if (gone.error().kind != ErrorKind::platform && gone.error().kind != ErrorKind::unknown) break;
  }
  if (trouble) return pass_on(std::move(*trouble));
  return store.retracted(detail.delivery.id, world.doing());
}

}  // namespace

Result<std::string> resolve_by_hand(World& world, Store& store, const std::string& typed, bool sent,
                                    const std::string& url) {
  POSTQ_TRY(const auto detail, the_one(store, typed));
  const auto& delivery = detail.delivery;
  if (delivery.state != DeliveryState::unconfirmed) {
    return fail(ErrorKind::refused,
                name_of(delivery) + " is " + std::string(word(delivery.state)) + ", not unconfirmed",
                "postq show " + name_of(delivery));
  }
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
    POSTQ_TRY(const auto content, content_from_document(detail.document));
    result.text = content.parts[static_cast<std::size_t>(open->part) - 1].text;
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
      const bool over = delivery.state == DeliveryState::failed || delivery.state == DeliveryState::cancelled ||
                        delivery.state == DeliveryState::expired;
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
