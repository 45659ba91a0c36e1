#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <postq/ports/store.h>

#include "sqlite/database.h"
#include "sqlite/json_writer.h"

namespace postq::sqlite {

// The chain of what isn't about one account's delivery.
inline constexpr std::string_view kQueueChain = "queue";

struct NewEvent {
  std::string_view chain = kQueueChain;
  std::string_view kind;
  std::optional<PostId> post;
  std::optional<DeliveryId> delivery;
  JsonObject details;
};
NewEvent event_about(const Delivery& delivery, std::string_view kind, JsonObject details = {});

// Appends to the event's chain, inside the caller's transaction; returns its seq.
Result<std::int64_t> append_event(Database& db, const NewEvent& event, const Doing& doing);
Status append(Database& db, const NewEvent& event, const Doing& doing);

Result<std::vector<Event>> read_events(Database& db, std::optional<PostId> post, int limit);
// Computes every hash anew, and compares each body with its columns.
Result<ChainCheck> check_chains(Database& db);

}  // namespace postq::sqlite
