#include "sqlite/events/event_log.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace postq::sqlite {

namespace {

constexpr std::string_view kHead = "SELECT chain_no, hash FROM events WHERE chain = ?1 ORDER BY chain_no DESC LIMIT 1";

struct Place {
  std::string_view chain;
  std::int64_t chain_no = 0;
  std::int64_t at = 0;
  std::string_view kind;
  std::optional<std::int64_t> post;
  std::optional<std::int64_t> delivery;
};

// The part of a body that repeats the columns.
JsonObject opening(const Place& place) {
  const auto number_or_null = [](std::optional<std::int64_t> value) {
    return value ? std::to_string(*value) : std::string("null");
  };
  JsonObject body;
  body.text("chain", place.chain).number("chain_no", place.chain_no).number("at", place.at).text("kind", place.kind);
  body.raw("post", number_or_null(place.post)).raw("delivery", number_or_null(place.delivery));
  return body;
}

std::optional<std::int64_t> maybe_number(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

Event read_event(const Row& row) {
  Event event;
  event.seq = row.integer(0);
  event.chain = row.text(1);
  event.chain_no = row.integer(2);
  event.at = row.time(3);
  event.kind = row.text(4);
  if (!row.is_null(5)) event.post = row.id<PostId>(5);
  if (!row.is_null(6)) event.delivery = row.id<DeliveryId>(6);
  event.body = row.text(7);
  event.hash = row.digest(8);
  return event;
}

constexpr std::string_view kColumns =
    "SELECT seq, chain, chain_no, at, kind, post_id, delivery_id, body, hash, prev FROM events";
constexpr std::string_view kOfPost = " WHERE post_id = ?1 ORDER BY seq DESC LIMIT ?2";
constexpr std::string_view kNewest = " ORDER BY seq DESC LIMIT ?1";
constexpr std::string_view kAll = " ORDER BY seq";
constexpr std::string_view kAllOfPost = " WHERE post_id = ?1 ORDER BY seq";

void check_event(const Row& row, ChainEnd& head, std::vector<std::string>& problems) {
  const std::string name =
      "event " + std::to_string(row.integer(0)) + " (" + row.text(1) + " " + std::to_string(row.integer(2)) + ")";
  if (row.integer(2) != head.chain_no + 1) {
    problems.push_back(name + " follows " + std::to_string(head.chain_no) + ": something is missing between them");
  }
  if (row.digest(9) != head.hash) problems.push_back(name + " doesn't continue the event before it");
  const Digest hash = chain_link(row.digest(9), row.view(7));
  if (hash != row.digest(8)) problems.push_back(name + " was changed: its hash doesn't fit");
  const std::string begin =
      opening({row.view(1), row.integer(2), row.integer(3), row.view(4), maybe_number(row, 5), maybe_number(row, 6)})
          .str();
  // Without its closing brace: actor and details follow.
  if (!row.view(7).starts_with(std::string_view(begin).substr(0, begin.size() - 1))) {
    problems.push_back(name + " says something else than its columns");
  }
  head = {row.integer(2), row.digest(8)};
}

}  // namespace

Digest chain_link(const Digest& prev, std::string_view body) {
  Sha256 hash;
  hash.update(prev.view());
  hash.update(body);
  return hash.finish();
}

NewEvent event_about(const Delivery& delivery, std::string_view kind, JsonObject details) {
  return {delivery.account_name, kind, delivery.post, delivery.id, std::move(details)};
}

Result<ChainEnd*> EventWriter::end_of(std::string_view chain) {
  if (const auto known = ends_.find(chain); known != ends_.end()) return &known->second;
  POSTQ_TRY(const auto found, db_.first(kHead, {chain}, [](const Row& row) {
    return ChainEnd{row.integer(0), row.digest(1)};
  }));
  return &ends_.emplace(chain, found.value_or(ChainEnd{})).first->second;
}

Result<std::int64_t> EventWriter::append(const NewEvent& event) {
  constexpr std::string_view kInsert = R"sql(
    INSERT INTO events (chain, chain_no, at, kind, post_id, delivery_id, body, prev, hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))sql";
  POSTQ_TRY(auto* const end, end_of(event.chain));
  Place place{event.chain, end->chain_no + 1, unix_seconds(audit_.now), event.kind, {}, {}};
  if (event.post) place.post = number(*event.post);
  if (event.delivery) place.delivery = number(*event.delivery);
  auto body = opening(place);
  body.text("actor", audit_.actor.name).raw("agent", audit_.actor.agent ? "true" : "false");
  if (!audit_.actor.person.empty()) body.text("for", audit_.actor.person);
  const std::string text = body.raw("details", event.details.str()).str();
  const Digest hash = chain_link(end->hash, text);
  POSTQ_CHECK(db_.run(kInsert, {event.chain, place.chain_no, audit_.now, event.kind, event.post, event.delivery, text,
                                end->hash, hash}));
  *end = {place.chain_no, hash};
  return db_.last_id();
}

Result<std::int64_t> append_event(Database& db, const NewEvent& event, const AuditContext& audit) {
  return EventWriter(db, audit).append(event);
}

Status append(Database& db, const NewEvent& event, const AuditContext& audit) {
  POSTQ_TRY([[maybe_unused]] const auto seq, append_event(db, event, audit));
  return {};
}

Result<std::vector<Event>> read_events(Database& db, std::optional<PostId> post, int limit) {
  std::vector<Event> events;
  const auto keep = [&](const Row& row) { events.push_back(read_event(row)); };
  if (post) {
    POSTQ_CHECK(db.each(joined<kColumns, kOfPost>, {*post, limit}, keep));
  } else {
    POSTQ_CHECK(db.each(joined<kColumns, kNewest>, {limit}, keep));
  }
  std::reverse(events.begin(), events.end());
  return events;
}

Status read_each_event(Database& db, std::optional<PostId> post, const std::function<void(const Event&)>& take) {
  const auto read = [&](const Row& row) { take(read_event(row)); };
  if (post) return db.each(joined<kColumns, kAllOfPost>, {*post}, read);
  return db.each(joined<kColumns, kAll>, {}, read);
}

Result<std::int64_t> count_events(Database& db, std::optional<PostId> post) {
  if (post) return db.integer("SELECT count(*) FROM events WHERE post_id = ?1", {*post});
  return db.integer("SELECT count(*) FROM events");
}

namespace {

constexpr std::size_t kHexLength = 64;  // of a SHA-256

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

Result<std::vector<std::string>> chain_names(Database& db) {
  // Each name by one step in the index, however long its chain is.
  constexpr std::string_view kNames = R"sql(
    WITH RECURSIVE names(name) AS (
      SELECT min(chain) FROM events
      UNION ALL SELECT (SELECT min(chain) FROM events WHERE chain > name) FROM names WHERE name IS NOT NULL)
    SELECT name FROM names WHERE name IS NOT NULL)sql";
  std::vector<std::string> names;
  POSTQ_CHECK(db.each(kNames, {}, [&](const Row& row) { names.push_back(row.text(0)); }));
  return names;
}

// One hash over the ends that the chains had when this was the last event.
Result<Digest> ends_as_of(Database& db, std::int64_t seq) {
  constexpr std::string_view kEnd =
      "SELECT hash FROM events WHERE chain = ?1 AND seq <= ?2 ORDER BY chain_no DESC LIMIT 1";
  POSTQ_TRY(const auto names, chain_names(db));
  Sha256 hash;
  for (const auto& name : names) {
    POSTQ_TRY(const auto end, db.first(kEnd, {name, seq}, [](const Row& row) { return row.digest(0); }));
    if (end) hash.update(name + " " + end->hex() + "\n");
  }
  return hash.finish();
}

constexpr std::string_view kLastSeq = "SELECT coalesce(max(seq), 0) FROM events";

}  // namespace

Result<std::string> read_record_head(Database& db) {
  POSTQ_TRY(const auto last, db.integer(kLastSeq));
  POSTQ_TRY(const auto ends, ends_as_of(db, last));
  return std::to_string(last) + ":" + ends.hex();
}

Result<std::string> head_doubt(Database& db, const std::string& head) {
  constexpr std::string_view kThere = "SELECT count(*) FROM events WHERE hash = ?1";
  const auto colon = head.find(':');
  const std::string hex = colon == std::string::npos ? head : head.substr(colon + 1);
  const auto seq =
      number_in(colon == std::string::npos ? std::string_view("0") : std::string_view(head).substr(0, colon));
  if (hex.size() != kHexLength || hex.find_first_not_of("0123456789abcdef") != std::string::npos || !seq) {
    return fail(ErrorKind::usage, "'" + head + "' is no head of a record: it is NUMBER:HASH, or the hash of one chain",
                "postq log --verify    prints them; journalctl -t postq    has those of each flush");
  }
  const Digest digest = Digest::from_hex(hex);
  if (colon == std::string::npos) {
    POSTQ_TRY(const auto there, db.integer(kThere, {digest}));
    if (there != 0) return std::string();
    return "no event has the hash " + hex + ": what it was the end of is gone or changed";
  }
  POSTQ_TRY(const auto last, db.integer(kLastSeq));
  if (last < *seq) {
    return "the record ends at event " + std::to_string(last) + ", and the head is of event " + std::to_string(*seq) +
           ": what came between was cut off";
  }
  POSTQ_TRY(const auto ends, ends_as_of(db, *seq));
  if (ends == digest) return std::string();
  return "the record up to event " + std::to_string(*seq) + " is not the one that the head was taken of";
}

Result<ChainCheck> check_chains(Database& db) {
  ChainCheck check;
  std::map<std::string, ChainEnd, std::less<>> heads;
  POSTQ_CHECK(db.each(joined<kColumns, kAll>, {}, [&](const Row& row) {
    ++check.events;
    check_event(row, heads[row.text(1)], check.problems);
  }));
  for (const auto& [chain, head] : heads) check.heads.emplace_back(chain, head.hash);
  return check;
}

}  // namespace postq::sqlite
