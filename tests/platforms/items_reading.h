#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <postq/ports/platform.h>

// What the tests of two networks ask about a reading of items.
namespace postq::testing {

inline constexpr Seconds kDay{std::chrono::hours{24}};

using Words = std::vector<std::string>;

inline const FoundItem* find(const ItemsReading& reading, const std::string& id) {
  const auto found = std::find_if(reading.items.begin(), reading.items.end(),
                                  [&](const FoundItem& item) { return item.said.remote_id == id; });
  return found == reading.items.end() ? nullptr : &*found;
}

inline bool is_around(const ItemsReading& reading, const std::string& id) {
  return std::any_of(reading.around.begin(), reading.around.end(),
                     [&](const RemotePost& said) { return said.remote_id == id; });
}

// "mention tom's words", in the order of time.
inline Words kinds(const ItemsReading& reading) {
  std::vector<std::pair<TimePoint, std::string>> all;
  for (const FoundItem& item : reading.items) {
    all.emplace_back(item.said.created_at, std::string(word(item.kind)) + " " + item.said.text);
  }
  std::sort(all.begin(), all.end());
  Words words;
  for (auto& [at, text] : all) words.push_back(std::move(text));
  return words;
}

// Everything of two weeks, or what came since a cursor.
inline ItemsRequest since_two_weeks(TimePoint now, const std::string& cursor = "") {
  ItemsRequest request;
  request.from = now - 14 * kDay;
  request.cursor = cursor;
  return request;
}

}  // namespace postq::testing
