#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <postq/core/item.h>
#include <postq/core/timeline.h>
#include <postq/ports/platform.h>

namespace postq {

struct AuditContext;

// What the readings of an account's items have left behind, and what the next one needs.
struct ItemsKnown {
  std::string cursor;
  std::optional<TimePoint> read_at;
  std::optional<TimePoint> whole_at;
  std::vector<OwnPost> own;      // since `from`, newest first, without answers to others; at most 200
  std::vector<RemotePost> open;  // that wait, oldest first; at most 200
};

// An approved answer that is in review again: what it answers was settled otherwise, or is gone, since the approval.
struct WithdrawnAnswer {
  std::string name;  // "12@bsky"
  std::string why;   // "i7, which it answers, was answered elsewhere"
};

struct ItemsChange {
  std::int64_t fresh = 0;     // that nobody had seen before, heard ones left out
  std::int64_t answered = 0;  // found answered elsewhere
  std::int64_t gone = 0;
  std::int64_t heard = 0;
  std::vector<WithdrawnAnswer> withdrawn;
};

struct ItemFilter {
  std::vector<ItemState> states;  // empty = open
  bool heard = false;             // only these; else none of them
  bool ignored = false;           // bots and muted people as well
  bool deleted = false;           // also what is gone
  std::string account;
  std::string person;               // occurs in the handle or the name
  std::optional<TimePoint> before;  // said before
  std::optional<TimePoint> since;   // said, or settled, since
  std::int64_t limit = 50;          // 0: all
};

// What `inbox` says around the list.
struct InboxSummary {
  std::int64_t waiting = 0;              // people, on each account; counted to the end: an index alone is read
  std::optional<TimePoint> longest;      // since when the first of them waits
  std::int64_t heard = 0;                // open ones
  std::int64_t answered = 0;             // since `since`
  std::optional<Seconds> median_answer;  // of these, from said to answered
};

// A saved search.
struct Listen {
  ListenId id{};
  AccountId account{};
  std::string account_name;
  std::string words;
  std::string cursor;
  TimePoint created_at{};
  std::optional<TimePoint> read_at;
  std::int64_t found = 0;
};

// A hit of `search`: what somebody said, or what the account said.
struct ArchiveHit {
  AccountId account{};
  std::string account_name;
  bool own = false;
  std::optional<ItemId> item;  // somebody said it
  std::optional<PostId> post;  // sent from here
  std::string remote_id;
  std::string person;  // handle; empty: own
  TimePoint at{};
  std::string text;
  std::string url;
};

struct ArchiveQuery {
  std::string words;  // all of them occur; "quoted words" together, word* as a beginning
  std::string account;
  std::string person;
  bool own_only = false;
  bool others_only = false;
  std::optional<TimePoint> from, to;  // said then or later, and before
  std::int64_t limit = 20;            // 0: all
};

// For `stats`: everything of a period, as rows.
struct OwnFact {
  AccountId account{};
  TimePoint at{};
  CountsAs counts_as = CountsAs::nothing;
  TimelineKind kind = TimelineKind::post;
  bool past_rules = false;     // postq send
  std::optional<PostId> post;  // of those
  std::optional<Reactions> reactions;
};
struct ItemFact {
  AccountId account{};
  TimePoint at{};
  std::string person;  // id
  std::string handle;
  ItemKind kind = ItemKind::mention;
  ItemState state = ItemState::open;
  std::optional<TimePoint> settled_at;
};
struct StatsFacts {
  std::vector<OwnFact> own;     // by time
  std::vector<ItemFact> items;  // by time; no heard or ignored ones
};

// The half of the store that people fill: items, saved searches, and the archive of what was read and sent.
class ItemStore {
 public:
  virtual ~ItemStore() = default;

  // `from` is the begin of the window that readings look at.
  virtual Result<ItemsKnown> items_known(AccountId account, TimePoint from) = 0;
  // Stores a reading in one transaction: new items, texts and names as they are now, what is gone, what was answered
  // elsewhere. `whole`: the request was for everything.
  virtual Result<ItemsChange> store_items(AccountId account, const ItemsReading& reading, bool whole,
                                          const AuditContext& audit) = 0;
  virtual Result<std::vector<Item>> items(const ItemFilter& filter) = 0;   // longest waiting first; heard: newest first
  virtual Result<std::int64_t> count_items(const ItemFilter& filter) = 0;  // no further than its limit
  virtual Result<Item> item(ItemId item) = 0;                              // kind not_found
  // The conversation that it belongs to, oldest first, itself among them; at most `limit` around it.
  virtual Result<std::vector<RemotePost>> conversation(ItemId item, int limit) = 0;
  virtual Result<std::vector<WithdrawnAnswer>> dismiss(const std::vector<ItemId>& items, const std::string& reason,
                                                       const AuditContext& audit) = 0;
  virtual Status reopen(const std::vector<ItemId>& items, const AuditContext& audit) = 0;  // dismissed or answered
  virtual Result<InboxSummary> inbox_summary(TimePoint since) = 0;
  // Deliveries that answer it and are not over, or went out; newest last.
  virtual Result<std::vector<DeliveryId>> answers_to(ItemId item) = 0;

  virtual Result<ListenId> add_listen(AccountId account, const std::string& words, const AuditContext& audit) = 0;
  virtual Result<std::vector<Listen>> listens() = 0;  // by id, without removed ones
  virtual Status remove_listen(ListenId listen, const AuditContext& audit) = 0;
  virtual Result<ItemsChange> store_heard(ListenId listen, const ItemsReading& reading, const AuditContext& audit) = 0;

  virtual Result<std::vector<ArchiveHit>> search_archive(const ArchiveQuery& query) = 0;  // newest first; kind usage
  virtual Result<std::int64_t> count_archive(const ArchiveQuery& query) = 0;              // no further than its limit
  virtual Result<StatsFacts> stats_facts(TimeRange range) = 0;
};

}  // namespace postq
