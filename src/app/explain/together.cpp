#include "app/explain/together.h"

#include "app/forecast/forecast.h"
#include "app/words/select.h"

namespace postq {

namespace {

// What the rules say of it by itself: without `together`, or each of two would be held by the other.
Result<std::optional<BlockedSibling>> held_by_a_rule(World& world, Store& store, const Delivery& sibling,
                                                     TimePoint asked) {
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(const auto account, account_of(store, sibling));
  POSTQ_TRY(const auto inputs, read_rule_inputs(world, store, account));
  POSTQ_TRY(const auto candidate, store.candidate(sibling.id, inputs.settings, world.now()));
  const auto judgement = judge_at(inputs, candidate, *zone, world.now(), asked);
  const auto* const verdict = judgement.deciding();
  if (judgement.allowed() || verdict == nullptr) return std::nullopt;
  return BlockedSibling{sibling.account_name, verdict->rule, verdict->rule + ": " + verdict->reason,
                        without_send(verdict->remedies)};
}

Result<std::optional<BlockedSibling>> what_blocks(World& world, Store& store, const Delivery& sibling,
                                                  TimePoint asked) {
  const auto& account = sibling.account_name;
  const std::string post = std::to_string(number(sibling.post));
  if (!sibling.approval) {
    return BlockedSibling{account, "not approved", "", {{"postq review " + post, "read it and say yes or no"}}};
  }
  if (sibling.paused) {
    return BlockedSibling{account, "paused", "", {{"postq resume " + post + "@" + account, "lets that one go on"}}};
  }
  if (sibling.next_at > asked) return BlockedSibling{account, "not due yet", "", {}};
  return held_by_a_rule(world, store, sibling, asked);
}

}  // namespace

Result<std::vector<BlockedSibling>> blocked_siblings(World& world, Store& store, const PostDetail& post, DeliveryId of,
                                                     TimePoint asked) {
  std::vector<BlockedSibling> blocked;
  for (const auto& other : post.deliveries) {
    if (other.delivery.id == of || other.delivery.state != DeliveryState::queued) continue;
    POSTQ_TRY(auto sibling, what_blocks(world, store, other.delivery, asked));
    if (sibling) blocked.push_back(*std::move(sibling));
  }
  return blocked;
}

std::string say_blocked(const std::vector<BlockedSibling>& siblings) {
  std::string text;
  for (const auto& sibling : siblings) text += (text.empty() ? "" : ", ") + sibling.account + " (" + sibling.why + ")";
  return text;
}

}  // namespace postq
