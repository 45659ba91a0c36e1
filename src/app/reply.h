#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <postq/ports/store.h>

#include "app/compose.h"
#include "app/world.h"

namespace postq {

enum class Again : std::uint8_t { no, yes };

// Somebody who is to be answered, and the account that answers.
struct ReplyTarget {
  Item item;
  Account account;
};

// kind not_found for an item that isn't there; kind refused when it was deleted, when an answer is on its way or may be
// out, and when it was answered already, unless it shall be once more.
Result<ReplyTarget> reply_target(World& world, Store& store, ItemId item, Again again);

// The same question once more, right before something is stored or sent: what changed while a person wrote counts. The
// lock that comes back keeps other processes from answering on the account until it goes; kind try_later when one does.
Result<std::unique_ptr<Lock>> claim_answer(World& world, Store& store, const ReplyTarget& target, Again again);

// What was typed, as an answer: to the item's account, to the item's address, with its warning unless another one was
// given, and never for more people than the item; kind usage when `typed` asks for more.
Result<ComposeRequest> as_answer(const ReplyTarget& target, ComposeRequest typed);

// An answer whose target the platform no longer knows.
Error gone(const Item& item);

// The conversation as a person wants it in sight while they write: "> " before what was said, oldest first.
Result<std::string> quoted(World& world, Store& store, const Item& item);

}  // namespace postq
