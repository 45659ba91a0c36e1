#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sqlite/fixture.h"

namespace postq::test {

// An account to which people say things.
struct Inbox {
  Queue queue;
  Store& store = queue.store;
  Account account = add_account(store, "bsky", "did:anna");

  static RemotePost said(const std::string& id, const std::string& person, TimePoint at,
                         const std::string& text = "hello") {
    RemotePost one;
    one.remote_id = id;
    one.person = {"did:" + person, "@" + person, person, false};
    one.created_at = at;
    one.text = text;
    one.url = "https://example.org/" + id;
    return one;
  }
  static FoundItem mention(const std::string& id, const std::string& person, TimePoint at,
                           const std::string& text = "hello") {
    return {ItemKind::mention, said(id, person, at, text)};
  }
  // In the conversation that `conversation` began.
  static FoundItem reply(const std::string& id, const std::string& person, TimePoint at,
                         const std::string& conversation, const std::string& reply_to = {}) {
    FoundItem item{ItemKind::reply, said(id, person, at)};
    item.said.conversation = conversation;
    item.said.reply_to = reply_to.empty() ? conversation : reply_to;
    return item;
  }
  ItemsChange store_reading(const ItemsReading& reading, TimePoint now = kNoon, bool whole = false) {
    return must(store.store_items(account.id, reading, whole, by_ann(now)));
  }
  ItemsChange read(const std::vector<FoundItem>& items, TimePoint now = kNoon) {
    ItemsReading reading;
    reading.items = items;
    return store_reading(reading, now);
  }
  static TimelineItem own(const std::string& id, const std::string& reply_to, TimePoint at,
                          const std::string& text = "of my own") {
    TimelineItem item;
    item.remote_id = id;
    item.created_at = at;
    item.kind = reply_to.empty() ? TimelineKind::post : TimelineKind::reply;
    item.reply_to = reply_to;
    item.text = text;
    return item;
  }
  TimelineChange read_timeline(const std::vector<TimelineItem>& items, TimePoint now = kNoon, bool walk = false) {
    TimelineReading reading;
    reading.items = items;
    reading.complete = {now - std::chrono::days{20}, now};
    reading.full = reading.whole = walk;
    return must(store.store_timeline(account.id, reading, by_ann(now)));
  }
  TimelineChange read_own(const std::string& id, const std::string& reply_to, TimePoint at) {
    return read_timeline({own(id, reply_to, at)}, at + std::chrono::minutes{1});
  }
  // The item of a remote id, whatever its state.
  Item of(const std::string& remote_id) {
    const auto id = queue.count("SELECT id FROM items WHERE remote_id = '" + remote_id + "'");
    return must(store.item(ItemId{id}));
  }
  std::string state_of(const std::string& remote_id) { return std::string(word(of(remote_id).state)); }
};

}  // namespace postq::test
