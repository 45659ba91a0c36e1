#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <postq/ports/store.h>

#include "app/compose/compose.h"
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

// Of whom the item speaks to beside the account, those whom an answer with this text doesn't name, and so doesn't tell.
std::vector<std::string> not_told(const Item& item, const Account& account, std::string_view text);
// The text with these people named in front.
std::string naming(const std::vector<std::string>& handles, const std::string& text);
// "@bob, @carol@other.example", for a sentence.
std::string joined(const std::vector<std::string>& handles);

// What stands below the text while a person writes, in lines of notes: whom an answer doesn't tell by itself, what is
// answered, and the conversation, "> " before what was said, oldest first.
Result<std::string> below_the_answer(World& world, Store& store, const ReplyTarget& target);

// Where what an item answers can't be shown.
inline constexpr std::string_view kUnknownParent = "What it answers can't be read: it is gone, or not for you.";

}  // namespace postq
