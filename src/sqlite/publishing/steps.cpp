#include <cassert>

#include "sqlite/database/rows.h"
#include "sqlite/events/event_log.h"
#include "sqlite/events/record_check.h"
#include "sqlite/publishing/progress.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

// What an intent's own state forbids is its answer; what the database can't do ends the whole step.
bool is_an_answer(ErrorKind kind) {
  return kind == ErrorKind::refused || kind == ErrorKind::not_found || kind == ErrorKind::try_later;
}

}  // namespace

Result<CommitResult> SqliteStore::commit(const Step& step, const AuditContext& audit) {
  assert(step.uploads.size() == step.upload_parts.size());
  POSTQ_TRY(auto transaction, db_.begin_write());
  ArchiveLater archive;
  for (const auto& result : step.results) {
    const auto ended = end_attempt(db_, result, archive, audit);
    // A person settled it meanwhile: an answer that isn't a receipt says nothing more.
    if (!ended && ended.error().kind != ErrorKind::refused) return pass_on(ended.error());
  }
  for (const auto& back : step.back) POSTQ_CHECK(put_back(db_, back, audit));
  for (std::size_t n = 0; n < step.uploads.size(); ++n) {
    POSTQ_CHECK(store_upload(db_, step.uploads[n].first, step.upload_parts[n], step.uploads[n].second));
  }
  CommitResult done;
  for (const auto& intent : step.intents) {
    auto begun = begin_attempt(db_, intent, audit);
    if (!begun && !is_an_answer(begun.error().kind)) return pass_on(std::move(begun).error());
    done.intents.push_back(std::move(begun));
  }
  POSTQ_CHECK(archive.write(db_));
  POSTQ_CHECK(transaction.commit());
  return done;
}

Status SqliteStore::settle(const AttemptResult& result, const AuditContext& audit) {
  POSTQ_TRY(auto transaction, db_.begin_write());
  ArchiveLater archive;
  POSTQ_CHECK(end_attempt(db_, result, archive, audit));
  POSTQ_CHECK(archive.write(db_));
  return transaction.commit();
}

Result<std::vector<Upload>> SqliteStore::uploads(DeliveryId delivery, int part) {
  constexpr std::string_view kUploads = R"sql(
    SELECT digest, remote_ref, ready, expires_at FROM uploads WHERE delivery_id = ?1 AND part = ?2 ORDER BY digest)sql";
  std::vector<Upload> uploads;
  POSTQ_CHECK(db_.each(kUploads, {delivery, part}, [&](const Row& row) {
    uploads.push_back({row.digest(0), row.text(1), row.flag(2), row.time(3)});
  }));
  return uploads;
}

Status SqliteStore::note(DeliveryId delivery, const std::string& kind, const std::string& detail,
                         const AuditContext& audit) {
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto about, load_delivery(db_, delivery));
  POSTQ_CHECK(append(db_, event_about(about, kind, JsonObject().text("detail", detail)), audit));
  return transaction.commit();
}

Result<std::vector<Event>> SqliteStore::events(std::optional<PostId> post, int limit) {
  return read_events(db_, post, limit);
}

Status SqliteStore::each_event(std::optional<PostId> post, const std::function<void(const Event&)>& take) {
  return read_each_event(db_, post, take);
}

Result<std::int64_t> SqliteStore::count_events(std::optional<PostId> post) {
  return sqlite::count_events(db_, post);
}

Result<ChainCheck> SqliteStore::verify_events() {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(auto check, check_chains(db_));
  POSTQ_CHECK(check_record(db_, check.problems));
  return check;
}

Result<std::string> SqliteStore::record_head() {
  POSTQ_TRY(auto transaction, db_.begin_read());
  return read_record_head(db_);
}

Result<std::string> SqliteStore::check_head(const std::string& head) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  return head_doubt(db_, head);
}

}  // namespace postq::sqlite
