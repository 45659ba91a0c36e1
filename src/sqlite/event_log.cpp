#include "sqlite/event_log.h"

#include <algorithm>
#include <map>

namespace postq::sqlite {

namespace {

constexpr std::string_view kHead = "SELECT chain_no, hash FROM events WHERE chain = ?1 ORDER BY chain_no DESC LIMIT 1";

Digest link(const Digest& prev, std::string_view body) {
  Sha256 hash;
  hash.update(prev.view());
  hash.update(body);
  return hash.finish();
}

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

void check_event(const Row& row, ChainEnd& head, std::vector<std::string>& problems) {
  const std::string name =
      "event " + std::to_string(row.integer(0)) + " (" + row.text(1) + " " + std::to_string(row.integer(2)) + ")";
  if (row.integer(2) != head.chain_no + 1) {
    problems.push_back(name + " follows " + std::to_string(head.chain_no) + ": something is missing between them");
  }
  if (row.digest(9) != head.hash) problems.push_back(name + " doesn't continue the event before it");
  const Digest hash = link(row.digest(9), row.view(7));
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
  Place place{event.chain, end->chain_no + 1, unix_seconds(doing_.now), event.kind, {}, {}};
  if (event.post) place.post = number(*event.post);
  if (event.delivery) place.delivery = number(*event.delivery);
  auto body = opening(place);
  body.text("actor", doing_.actor.name).raw("agent", doing_.actor.agent ? "true" : "false");
  const std::string text = body.raw("details", event.details.str()).str();
  const Digest hash = link(end->hash, text);
  POSTQ_CHECK(db_.run(kInsert, {event.chain, place.chain_no, doing_.now, event.kind, event.post, event.delivery, text,
                                end->hash, hash}));
  *end = {place.chain_no, hash};
  return db_.last_id();
}

Result<std::int64_t> append_event(Database& db, const NewEvent& event, const Doing& doing) {
  return EventWriter(db, doing).append(event);
}

Status append(Database& db, const NewEvent& event, const Doing& doing) {
  POSTQ_TRY([[maybe_unused]] const auto seq, append_event(db, event, doing));
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
