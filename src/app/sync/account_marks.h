#pragma once

#include <string>
#include <string_view>

#include <postq/ports/files.h>

namespace postq {

// Small facts that the state folder remembers of an account, by its name.
namespace account_mark {
inline constexpr std::string_view kUnreadable = "unreadable-";             // since when its timeline can't be read
inline constexpr std::string_view kItemsUnreadable = "items-unreadable-";  // since when nobody knows who speaks to it
inline constexpr std::string_view kSignedOut = "signed-out-";              // why that is: 1 for a sign-in
inline constexpr std::string_view kNoTurn = "no-turn-";                    // since when no flush came to it
inline constexpr std::string_view kTriedOn = "tried-on-";                  // when it was last flushed by itself
inline constexpr std::string_view kDoubtful = "doubtful-";                 // when its damage was last told
}  // namespace account_mark

std::string mark_name(std::string_view what, std::string_view account);

// A name may be given again, to somebody else's account: nothing that was remembered of the one before is true of it.
void forget_marks(StateFiles& state, std::string_view account);

}  // namespace postq
