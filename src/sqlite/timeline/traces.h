#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <postq/core/timeline.h>
#include <postq/ports/store.h>

#include "sqlite/database/database.h"

namespace postq::sqlite {

// A timeline item as its attribution sees it: as it was when it was first seen. Edits change nothing.
struct SeenItem {
  std::string remote_id;
  TimePoint created_at{};
  TimePoint first_seen_at{};
  TimelineKind kind = TimelineKind::post;
  std::string visibility;
  bool by_scheduler = false;
  std::string text;
  std::int64_t fingerprint = 0;  // of the text; 0: too short to tell
  std::int64_t key = 0;          // of the text: equal for equal ones
};

// The texts an item may be a trace of, read once for a whole reading.
class Traces {
 public:
  struct Text {
    std::int64_t fingerprint = 0;
    std::int64_t key = 0;
    std::string words = {};  // the text itself, where it is known
    // Nearly the same, with words in common; of texts too short to tell only the identical ones.
    bool is_like(const SeenItem& item) const;
  };

  // For items of the account from `from` to `to`.
  static Result<Traces> read(Database& db, AccountId account, TimePoint from, TimePoint to);

  // These posts of other schedulers alone.
  static Traces of(const std::vector<SeenItem>& foreign);

  // Of a scheduled delivery or another scheduler's post, on any account: a bridge made it, or a person repeated it.
  bool is_copy(const SeenItem& item) const;
  // The times between which is_copy() may say yes.
  std::pair<TimePoint, TimePoint> of_copies() const;
  // Of an attempt that was thought absent.
  bool is_ghost(const SeenItem& item) const;
  // It may be the post of a request whose answer is not there.
  bool may_be_in_doubt(const SeenItem& item) const;

 private:
  struct Trace {
    TimePoint at{};
    Text text;
  };
  struct Open {
    TimePoint started_at{};
    TimePoint until{};
    Text text;
  };
  std::vector<Trace> scheduled_;
  std::vector<Trace> absent_;
  std::vector<Open> open_;
};

// What the account's list has shown, lately. The row of a receipt is there before any list has shown the post.
struct Shown {
  std::vector<std::string> visibilities;
  bool answers = false;
};
Result<Shown> shown_by_list(Database& db, AccountId account);

// Whether the timeline has shown the post of this request in doubt: under its key, else one with its words in its time.
Result<Sighting> sighting_of(Database& db, const Attempt& attempt);

// The id of the seen post that a person who looked means, by its address, else by the key or by the words in the time
// of the request; empty where the timeline has shown none, or more than one with these words.
Result<std::string> post_meant(Database& db, const Attempt& attempt, std::string_view url);

// Receipts of first parts that bear an address or a request key instead of the post's id, because nobody knew it: of
// the account, for items since `from`.
struct Unnamed {
  DeliveryId delivery{};
  int part = 1;
  Receipt receipt;
  std::string key;  // of its attempt
  Traces::Text text;

  // Whether this is its post.
  bool is_of(const SeenItem& item) const;
};
Result<std::vector<Unnamed>> unnamed_receipts(Database& db, AccountId account, TimePoint from);

}  // namespace postq::sqlite
