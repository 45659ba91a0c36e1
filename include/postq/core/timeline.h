#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/ids.h>
#include <postq/time/time.h>

namespace postq {

enum class TimelineKind : std::uint8_t { post, reply, own_reply, quote, boost };

// One of the account's own posts as the platform shows it.
struct TimelineItem {
  std::string remote_id;
  TimePoint created_at{};  // the server's
  TimelineKind kind = TimelineKind::post;
  std::string reply_to;
  std::string client;  // the posting app's name, where the platform tells
  std::string visibility;
  std::string text;
  std::optional<std::int64_t> media;  // pictures and films it was posted with, where the platform tells
  bool by_scheduler = false;          // posted by an app for people who aren't there; set by who stores a reading
};

enum class CountsAs : std::uint8_t { hand_written, scheduled, undecided, nothing };

std::string_view word(TimelineKind kind);
std::string_view word(CountsAs counts_as);
std::optional<TimelineKind> timeline_kind_from_word(std::string_view text);
std::optional<CountsAs> counts_as_from_word(std::string_view text);

// Whether an app, as timelines name it, posts for people who aren't there: one that postq knows (itself on another
// machine among them) or one of `more`. Case doesn't matter.
bool is_scheduler(std::string_view client, const std::vector<std::string>& more);

// What readers did with one of the account's own posts, as far as the platform tells.
struct Reactions {
  std::string remote_id;
  std::int64_t likes = 0;
  std::int64_t replies = 0;
  std::int64_t boosts = 0;
};

// What the ratio counts on one account within its window.
struct MixCount {
  std::int64_t by_hand_posts = 0;
  std::int64_t by_hand_answers = 0;
  std::int64_t scheduled = 0;

  std::int64_t by_hand() const { return by_hand_posts + by_hand_answers; }
};

// The same with times, oldest first: for forecasts.
struct MixHistory {
  std::vector<TimePoint> by_hand;
  std::vector<TimePoint> scheduled;
};

// The posts on an account's timeline and how they count; what was deleted isn't among them.
struct TimelineCount {
  std::int64_t posts = 0;
  std::int64_t by_hand_posts = 0;
  std::int64_t by_hand_answers = 0;
  std::int64_t scheduled = 0;
  std::int64_t undecided = 0;
  std::int64_t nothing = 0;

  std::int64_t by_hand() const { return by_hand_posts + by_hand_answers; }
};

}  // namespace postq
