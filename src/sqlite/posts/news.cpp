#include <algorithm>

#include "sqlite/database/rows.h"
#include "sqlite/sqlite_store.h"

// What the author of a post is told once.
namespace postq::sqlite {

namespace {

constexpr Seconds kOldest = std::chrono::days{7};  // an unconfirmed one is looked for during three

// Whose news it is: ?1 a name, ?2 whether it is an agent's, ?3 for whom that one acts.
constexpr std::string_view kTheirs = R"sql(
     AND CASE WHEN ?2 THEN p.author = ?1 AND p.author_for = ?3
              ELSE (p.author = ?1 AND p.author_for IS NULL) OR p.author_for = ?1 END)sql";

// ?4 behind which event: a no that still stands. Only persons say no, and nobody is told what they did themselves.
constexpr std::string_view kRejected = R"sql(
  SELECT a.delivery_id, a.person, a.reason, a.at, a.event_seq
    FROM approvals a INDEXED BY approvals_rejected JOIN deliveries d ON d.id = a.delivery_id
    JOIN posts p ON p.id = d.post_id
   WHERE a.verdict = 'rejected' AND a.event_seq > ?4 AND d.state = 'cancelled' AND d.revision = a.revision + 1
     AND (?2 OR a.person <> ?1))sql";

// ?4 behind which event: taken out of the queue by a person, and still out.
constexpr std::string_view kRemoved = R"sql(
  SELECT e.delivery_id, json_extract(e.body, '$.actor'), '', e.at, e.seq
    FROM events e INDEXED BY events_cancelled JOIN deliveries d ON d.id = e.delivery_id
    JOIN posts p ON p.id = d.post_id
   WHERE e.kind = 'cancelled' AND e.seq > ?4 AND d.state = 'cancelled' AND json_valid(e.body)
     AND json_extract(e.body, '$.details.revision') = d.revision AND NOT json_extract(e.body, '$.agent')
     AND (?2 OR json_extract(e.body, '$.actor') <> ?1))sql";

// ?4 behind which event, ?5 since when it is out. Only persons write by hand.
constexpr std::string_view kOut = R"sql(
  SELECT d.id, '', '', e.at, e.seq, coalesce((SELECT r.url FROM parts r WHERE r.delivery_id = d.id AND r.n = 1), '')
    FROM accounts c CROSS JOIN deliveries d INDEXED BY deliveries_by_hand
                            ON d.account_id = c.id AND d.public_at >= ?5 AND d.public_at IS NOT NULL
                           AND d.origin = 'hand-written'
    JOIN posts p ON p.id = d.post_id
    JOIN events e INDEXED BY events_post ON e.post_id = d.post_id AND e.delivery_id = d.id AND e.kind = 'sent'
                                        AND e.seq > ?4
   WHERE p.author = ?1 AND NOT ?2 AND ?3 = '' AND d.state = 'sent' AND d.retracted_at IS NULL
     AND EXISTS (SELECT 1 FROM events u INDEXED BY events_post
                  WHERE u.post_id = d.post_id AND u.delivery_id = d.id AND u.kind = 'unconfirmed' AND u.seq < e.seq))sql";

// Whose it is takes joins, and preparing those was an eighth of `postq`, which mostly finds none: ?1 behind which
// event, ?2 since when it is out.
constexpr std::string_view kAny = R"sql(
  SELECT EXISTS (SELECT 1 FROM approvals INDEXED BY approvals_rejected WHERE verdict = 'rejected' AND event_seq > ?1),
         EXISTS (SELECT 1 FROM events INDEXED BY events_cancelled WHERE kind = 'cancelled' AND seq > ?1),
         EXISTS (SELECT 1 FROM accounts c CROSS JOIN deliveries d INDEXED BY deliveries_by_hand
                            ON d.account_id = c.id AND d.public_at >= ?2 AND d.public_at IS NOT NULL
                           AND d.origin = 'hand-written'))sql";

struct Any {
  bool rejected = false;
  bool removed = false;
  bool out = false;
};

}  // namespace

Result<std::vector<News>> SqliteStore::news_for(const Actor& reader, std::int64_t after, TimePoint now) {
  constexpr std::string_view kLast = "SELECT coalesce(max(seq), 0) FROM events";
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto last, db_.integer(kLast));
  if (after > last) after = 0;  // it was told of another copy of this queue
  POSTQ_TRY(const auto any, db_.first(kAny, {after, now - kOldest}, [](const Row& row) {
    return Any{row.flag(0), row.flag(1), row.flag(2)};
  }));
  std::vector<News> news;
  std::vector<DeliveryId> deliveries;
  const auto keep = [&](News::Kind kind) {
    return [&, kind](const Row& row) {
      deliveries.push_back(row.id<DeliveryId>(0));
      const std::string url = kind == News::Kind::out ? row.text(5) : std::string();
      news.push_back({kind, {}, row.text(1), row.text(2), url, row.time(3), row.integer(4)});
    };
  };
  const auto& [name, agent, person] = reader;
  if (any->rejected) {
    POSTQ_CHECK(db_.each(joined<kRejected, kTheirs>, {name, agent, person, after}, keep(News::Kind::rejected)));
  }
  if (any->removed) {
    POSTQ_CHECK(db_.each(joined<kRemoved, kTheirs>, {name, agent, person, after}, keep(News::Kind::removed)));
  }
  if (any->out) POSTQ_CHECK(db_.each(kOut, {name, agent, person, after, now - kOldest}, keep(News::Kind::out)));
  for (std::size_t i = 0; i < news.size(); ++i) {
    POSTQ_TRY(news[i].delivery, load_delivery(db_, deliveries[i]));
  }
  std::sort(news.begin(), news.end(), [](const News& one, const News& other) { return one.seq < other.seq; });
  return news;
}

}  // namespace postq::sqlite
