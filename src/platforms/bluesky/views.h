#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <postq/core/item.h>

// What an AppView tells of posts, as values. Strangers have a hand in all of it: what can't be read is left out, and
// what is no UTF-8 is repaired.
namespace postq::bluesky {

struct PostView {
  std::string uri;
  Person person;
  std::optional<TimePoint> created_at;  // as its author says
  std::optional<TimePoint> indexed_at;
  std::string text;  // with a line for each thing that is attached
  std::string language;
  std::vector<std::pair<std::string, std::string>> mentions;  // DID and handle, with its @
  std::string parent;                                         // at:// addresses; empty where there is none
  std::string root;
  std::string quoted;
  std::int64_t likes = 0;
  std::int64_t replies = 0;
  std::int64_t reposts = 0;
};

struct PostViews {
  std::vector<PostView> posts;
  std::vector<std::string> reasons;  // of notifications: one for each
  std::string cursor;                // empty: there is no more
};

std::optional<PostViews> read_notifications(std::string_view body);
std::optional<PostViews> read_views(std::string_view body);  // of getPosts and searchPosts

struct ThreadView {
  std::vector<PostView> posts;  // the post itself, what it answers and what answers it, in any order
  bool hidden = false;          // the post itself is there, and one of the two blocks the other
};
std::optional<ThreadView> read_thread(std::string_view body);  // of getPostThread; empty: the post is gone

// The account in whose repository a record stands.
std::string author_of(std::string_view uri);

}  // namespace postq::bluesky
