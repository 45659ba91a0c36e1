#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sqlite/fixture.h"

namespace postq::test {

constexpr auto kWords = "the spring release of our little garden planner is out with a calendar and a frost warning";
constexpr auto kNearWords = "the spring release of our little garden planner is out with a calendar and a frost alarm";
constexpr auto kOtherWords = "walked along the river this morning and saw three herons standing in the shallow water";

// An account whose timeline is read.
struct Timeline {
  Queue queue;
  Store& store = queue.store;
  Account account = add_account(store, "mastodon");

  static TimelineItem item(const std::string& id, const std::string& text, TimePoint at = kNoon) {
    TimelineItem entry;
    entry.remote_id = id;
    entry.created_at = at;
    entry.client = "Web";
    entry.visibility = "public";
    entry.text = text;
    return entry;
  }
  static TimelineItem scheduled_elsewhere(const std::string& id, const std::string& text) {
    auto entry = item(id, text);
    entry.by_scheduler = true;
    return entry;
  }
  TimelineChange read(const std::vector<TimelineItem>& items, TimePoint now = kNoon + std::chrono::hours{1},
                      bool full = false) {
    TimelineReading reading;
    reading.items = items;
    reading.complete = {now - std::chrono::days{20}, now};
    reading.full = full;
    reading.whole = full;
    return must(store.store_timeline(account.id, reading, by_ann(now)));
  }
  // The same, and what is missing was deleted.
  TimelineChange walk(const std::vector<TimelineItem>& items, TimePoint now = kNoon + std::chrono::hours{1}) {
    return read(items, now, true);
  }
  // "hand-written/plain"
  std::string of(const std::string& id) {
    return must(queue.rows()->first("SELECT counts_as || '/' || why FROM timeline WHERE remote_id = ?1", {id},
                                    [](const sqlite::Row& row) { return row.text(0); }))
        .value_or("absent");
  }
  // Claimed, with a request in the air.
  std::pair<Delivery, AttemptId> in_the_air(const std::string& text, TimePoint now = kNoon) {
    const auto post = add_approved(store, {.texts = {text}, .accounts = {account}, .key = text, .now = now});
    claim(store, {account}, now);
    const auto delivery = delivery_on(store, post.id, "mastodon");
    return {delivery, must(begin(store, delivery, 1, now))};
  }
  Snapshot snapshot(TimePoint now = kNoon + std::chrono::hours{1}) {
    return must(store.snapshot(account, {}, {kNoon, kNoon + std::chrono::hours{24}}, true, true, now));
  }
};

}  // namespace postq::test
