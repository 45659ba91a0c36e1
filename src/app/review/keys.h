#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postq {

// What can be answered in review.
enum class ReviewKey : std::uint8_t {
  yes,
  no,
  edit,
  time,
  alt,
  split,
  request,
  next,
  back,
  undo,
  pause,
  quit,
  help,
  more,  // the next page of a long post
};

// What the prompt offers depends on what is on the screen.
struct AvailableActions {
  bool more = false;  // the end of the post was not on the screen yet: no yes before
  std::size_t deliveries = 1;
  bool alt = false;
  bool next = false;
  bool back = false;
  bool undo = false;
  bool paused = false;
};

// A key as hit, or a word as typed in plain mode; nothing for what means nothing.
std::optional<ReviewKey> review_key(std::string_view typed);
bool is_possible(ReviewKey key, const AvailableActions& can);
std::string why_not_possible(std::optional<ReviewKey> key, const AvailableActions& can);

// At most two lines, without a line feed at the end, and only keys that do something here.
std::string review_prompt(const AvailableActions& can, std::size_t columns, bool plain);
std::string review_help(const AvailableActions& can, std::size_t columns);

}  // namespace postq
