#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/ids.h>
#include <postq/base/result.h>
#include <postq/time/time.h>

namespace postq {

// heard: a saved search found it, and nobody waits.
enum class ItemKind : std::uint8_t { mention, reply, quote, heard };
enum class ItemState : std::uint8_t { open, answered, dismissed };

std::string_view word(ItemKind kind);
std::string_view word(ItemState state);
std::optional<ItemKind> item_kind_from_word(std::string_view text);
std::optional<ItemState> item_state_from_word(std::string_view text);

struct Person {
  std::string id;        // stays the same when they rename themselves
  std::string handle;    // "@mira.bsky.social", "@tom@ruby.social"
  std::string name;      // as they call themselves; may be empty
  bool ignored = false;  // a bot, or muted or blocked by the account: never waits
};

// What somebody said, as a platform shows it. All of it is text from outside.
struct RemotePost {
  std::string remote_id;
  Person person;
  TimePoint created_at{};    // the server's
  std::string reply_to;      // remote id of what it answers; empty: it begins a conversation
  std::string conversation;  // remote id of the post that began it, as far as it is known
  std::string text;
  std::string warning;
  std::string visibility;  // as the platform spells it; an answer is never for more people
  std::string language;
  std::string url;  // for people to open, and what --reply-to takes
  // Handles of whom it mentions beside the account and its own author: "@bob@other.example". An answer tells them only
  // if it names them.
  std::vector<std::string> mentions;
  bool deleted = false;  // in a conversation: it is gone, and its text with it
};

struct FoundItem {
  ItemKind kind = ItemKind::mention;
  RemotePost said;
};

// A stored one: i7.
struct Item {
  ItemId id{};
  AccountId account{};
  std::string account_name;
  ItemKind kind = ItemKind::mention;
  RemotePost said;
  TimePoint first_seen_at{};
  ItemState state = ItemState::open;
  std::string reason;       // dismissed
  std::string answered_by;  // remote id of the answer, where it is known
  std::optional<TimePoint> settled_at;
  std::optional<TimePoint> deleted_at;
  // The own post that it answers, as far as it was read: "on your post of Sat 20:14", "on your answer to @tom".
  std::optional<TimePoint> on_own_at;
  std::string on_own_text;
  std::string on_answer_to;  // whom that own post answers; empty: a post of its own

  bool waits() const {
    return state == ItemState::open && kind != ItemKind::heard && !said.person.ignored && !deleted_at;
  }
};

// "i7", also "I7" and "7"; kind usage.
Result<ItemId> item_id_from_words(std::string_view text);
std::string name_of(ItemId item);

}  // namespace postq
