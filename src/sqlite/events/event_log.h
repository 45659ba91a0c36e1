#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <postq/ports/store.h>

#include "sqlite/database/database.h"
#include "sqlite/database/json_writer.h"

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

// The hash of an event: of the hash before it, and its body.
Digest chain_link(const Digest& prev, std::string_view body);

// Where a chain of events goes on.
struct ChainEnd {
  std::int64_t chain_no = 0;
  Digest hash;
};

// Appends many events inside one transaction, asking for the end of each chain once. Nobody else may append meanwhile.
class EventWriter {
 public:
  EventWriter(Database& db, const AuditContext& audit) : db_(db), audit_(audit) {}
  Result<std::int64_t> append(const NewEvent& event);  // its seq

 private:
  Result<ChainEnd*> end_of(std::string_view chain);

  Database& db_;
  const AuditContext& audit_;
  std::map<std::string, ChainEnd, std::less<>> ends_;
};

// Appends one to its chain, inside the caller's transaction; returns its seq.
Result<std::int64_t> append_event(Database& db, const NewEvent& event, const AuditContext& audit);
Status append(Database& db, const NewEvent& event, const AuditContext& audit);

Result<std::vector<Event>> read_events(Database& db, std::optional<PostId> post, int limit);
Status read_each_event(Database& db, std::optional<PostId> post, const std::function<void(const Event&)>& take);
Result<std::int64_t> count_events(Database& db, std::optional<PostId> post);
// Computes every hash anew, and compares each body with its columns.
Result<ChainCheck> check_chains(Database& db);

// "1234:HEX": the last event, and one hash over the ends of all chains as they were then.
Result<std::string> read_record_head(Database& db);
// See Store::check_head.
Result<std::string> head_doubt(Database& db, const std::string& head);

}  // namespace postq::sqlite
