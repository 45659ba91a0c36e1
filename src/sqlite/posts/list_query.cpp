#include "sqlite/posts/list_query.h"

#include <algorithm>
#include <array>

#include <postq/text/text.h>

#include "sqlite/database/statements.h"

namespace postq::sqlite {

namespace {

constexpr std::array kLiveStates{DeliveryState::queued, DeliveryState::sending, DeliveryState::unconfirmed,
                                 DeliveryState::failed};

bool contains(const std::vector<DeliveryState>& states, DeliveryState state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

// A statement made of constant pieces; everything a person typed is bound.
class ListQuery {
 public:
  explicit ListQuery(const ListFilter& filter) : filter_(filter) {}

  // In order, and no more than the limit.
  std::string rows() {
    const auto sql = build();
    // 0 is no limit, which SQLite writes as a negative one.
    const int limit = filter_.limit == 0 ? -1 : filter_.limit;
    return sql + (only_live_ ? " ORDER BY next_at, id" : " ORDER BY id DESC") + " LIMIT " + bind(limit);
  }
  std::string count() {
    const auto sql = build();
    const int limit = filter_.limit == 0 ? -1 : filter_.limit;
    return "SELECT count(*) FROM (" + sql + " LIMIT " + bind(limit) + ")";
  }
  const std::vector<Value>& values() const { return values_; }

 private:
  std::string build() {
    states_ = filter_.states;
    const bool only_queued =
        filter_.pending_only || filter_.approved_only || filter_.late_only || filter_.paused_only || filter_.held_at;
    if (only_queued) states_ = {DeliveryState::queued};
    if (states_.empty() && !filter_.everything) states_.assign(kLiveStates.begin(), kLiveStates.end());
    read_conditions();

    only_live_ = !states_.empty() && std::all_of(states_.begin(), states_.end(), [](DeliveryState state) {
      return std::find(kLiveStates.begin(), kLiveStates.end(), state) != kLiveStates.end();
    });
    std::string sql;
    for (const auto& arm : only_live_ ? live_arms() : over_arms()) {
      if (!sql.empty()) sql += " UNION ALL ";
      sql += arm + conditions_;
    }
    return sql;
  }

  std::string bind(Value value) {
    values_.push_back(value);
    return "?" + std::to_string(values_.size());
  }

  // What was rejected lies among what was taken out (database/rows.h).
  std::string in_states() {
    const bool rejected = contains(states_, DeliveryState::rejected);
    const bool cancelled = contains(states_, DeliveryState::cancelled);
    std::string list;
    for (const auto state : states_) {
      if (state == DeliveryState::rejected && cancelled) continue;
      list +=
          (list.empty() ? "" : ",") + bind(word(state == DeliveryState::rejected ? DeliveryState::cancelled : state));
    }
    std::string sql = " AND state IN (" + list + ")";
    if (rejected == cancelled) return sql;
    return sql + " AND (state <> 'cancelled' OR " + (cancelled ? "NOT " : "") +
           "EXISTS (SELECT 1 FROM approvals n WHERE n.delivery_id = deliveries.id AND n.verdict = 'rejected'"
           " AND n.revision = deliveries.revision - 1))";
  }

  // By next_at: the arms that an index already has in that order.
  std::vector<std::string> live_arms() {
    const std::string approval = filter_.approved_only  ? " AND approval_id IS NOT NULL"
                                 : filter_.pending_only ? " AND approval_id IS NULL"
                                                        : "";
    if (names_posts()) return {by_post() + in_states() + approval + missed()};
    if (!filter_.account.empty()) {
      return {"SELECT id, next_at FROM deliveries WHERE account_id = " + account() +
              " AND state <> 'sent' AND state <> 'cancelled' AND state <> 'expired'" + in_states() + approval +
              missed()};
    }
    if (filter_.late_only) return {std::string(kMissedArm) + approval};
    const bool unsent = filter_.origin == Origin::hand_written && states_ == std::vector{DeliveryState::queued};
    if (unsent) return {std::string(kUnsentArm) + approval};
    std::vector<std::string> arms;
    if (contains(states_, DeliveryState::queued)) {
      if (!filter_.approved_only) arms.emplace_back(kPendingArm);
      if (!filter_.pending_only) arms.emplace_back(kApprovedArm);
    }
    if (contains(states_, DeliveryState::failed)) arms.emplace_back(kFailedArm);
    const bool sending = contains(states_, DeliveryState::sending);
    const bool unconfirmed = contains(states_, DeliveryState::unconfirmed);
    if (sending || unconfirmed) {
      const bool both = sending && unconfirmed;
      arms.push_back(
          std::string(kOpenArm) +
          (both ? "" : " AND state = " + bind(word(sending ? DeliveryState::sending : DeliveryState::unconfirmed))));
    }
    return arms;
  }

  // Two indices have what is public in order of its time, each account's by itself.
  std::vector<std::string> public_arms() {
    const std::string arm =
        "SELECT id, next_at FROM deliveries WHERE account_id IN (SELECT id FROM accounts) AND public_at >= " +
        bind(*filter_.public_since) + (states_.empty() ? "" : in_states());
    return {arm + " AND origin = 'scheduled'", arm + " AND origin = 'hand-written'"};
  }

  // By id, newest first.
  std::vector<std::string> over_arms() {
    if (filter_.public_since && filter_.account.empty() && !names_posts()) return public_arms();
    std::string arm = names_posts() ? by_post() : "SELECT id, next_at FROM deliveries WHERE true";
    if (!states_.empty()) arm += in_states();
    const bool dropped = !states_.empty() && std::all_of(states_.begin(), states_.end(), [](DeliveryState state) {
      return state == DeliveryState::cancelled || state == DeliveryState::rejected || state == DeliveryState::expired;
    });
    if (dropped) arm += " AND state IN ('cancelled','expired')";
    if (!filter_.account.empty()) arm += " AND account_id = " + account();
    return {std::move(arm)};
  }

  // Few posts have a number or a label in common, however many there are: their deliveries are looked up, then sorted.
  bool names_posts() const { return !filter_.posts.empty() || !filter_.label.empty(); }

  std::string by_post() {
    std::string arm = "SELECT id, next_at FROM deliveries WHERE true";
    if (!filter_.posts.empty()) {
      std::string list;
      for (const auto post : filter_.posts) list += (list.empty() ? "" : ",") + bind(post);
      arm += " AND post_id IN (" + list + ")";
    }
    if (!filter_.label.empty()) {
      arm += " AND post_id IN (SELECT p.id FROM posts p WHERE p.label = " + bind(filter_.label) + " AND p.label <> '')";
    }
    return arm;
  }

  std::string account() {
    return "(SELECT c.id FROM accounts c WHERE c.name = " + bind(filter_.account) + " AND c.removed_at IS NULL)";
  }

  std::string missed() const { return filter_.late_only ? " AND missed_at IS NOT NULL" : ""; }

  void read_conditions() {
    if (!filter_.text.empty()) {
      pattern_ = "%";
      for (const char c : filter_.text) {
        if (c == '%' || c == '_' || c == '\\') pattern_ += '\\';
        pattern_ += c;
      }
      pattern_ += '%';
      const std::string like = " LIKE " + bind(pattern_) + " ESCAPE '\\'";
      // What is nowhere in the document is in no text of it, and most documents are done with so; but JSON writes some
      // characters in another way.
      const bool plain = std::none_of(filter_.text.begin(), filter_.text.end(), [](char c) {
        return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
      });
      conditions_ +=
          " AND EXISTS (SELECT 1 FROM contents k, json_tree(k.document) t WHERE k.digest = deliveries.digest" +
          (plain ? " AND k.document" + like : std::string()) +
          " AND t.type = 'text' AND t.key IN ('text','alt','warning','name','title','description','reply_to')"
          " AND t.atom" +
          like + ")";
    }
    if (!filter_.author.empty()) {
      conditions_ +=
          " AND EXISTS (SELECT 1 FROM posts w WHERE w.id = deliveries.post_id AND w.author = " + bind(filter_.author) +
          ")";
    }
    if (filter_.paused_only) conditions_ += " AND paused = 1";
    if (filter_.held_at) {
      conditions_ +=
          " AND approval_id IS NOT NULL AND paused = 0 AND origin = 'scheduled' AND coalesce(verdict, '') <> ''"
          " AND next_at <= " +
          bind(*filter_.held_at);
    }
    if (filter_.origin) conditions_ += " AND origin = " + bind(word(*filter_.origin));
    if (filter_.public_since) conditions_ += " AND public_at >= " + bind(*filter_.public_since);
    if (filter_.from) conditions_ += " AND next_at >= " + bind(*filter_.from);
    if (filter_.to) conditions_ += " AND next_at < " + bind(*filter_.to);
  }

  const ListFilter& filter_;
  bool only_live_ = true;
  std::vector<DeliveryState> states_;
  std::string pattern_;
  std::string conditions_;
  std::vector<Value> values_;
};

}  // namespace

Result<std::vector<DeliveryId>> find_deliveries(Database& db, const ListFilter& filter) {
  ListQuery query(filter);
  const std::string sql = query.rows();
  std::vector<DeliveryId> ids;
  POSTQ_CHECK(db.each(sql, query.values(), [&](const Row& row) { ids.push_back(row.id<DeliveryId>(0)); }));
  return ids;
}

Result<std::int64_t> count_deliveries(Database& db, const ListFilter& filter) {
  ListQuery query(filter);
  const std::string sql = query.count();
  POSTQ_TRY(const auto found, db.first(sql, query.values(), [](const Row& row) { return row.integer(0); }));
  return found.value_or(0);
}

}  // namespace postq::sqlite
