#include "sqlite/database/rows.h"
#include "sqlite/events/event_log.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

// What stands for the address of one that has none: "record:000001", counted by the account. No id of a platform and
// no address looks like it, and no row of a timeline is ever removed.
constexpr std::string_view kWithoutUrl = "record:";

// What the timeline has of an address, on any account.
struct KnownNote {
  AccountId account{};
  std::string name;
  bool counts = false;  // a note that wasn't taken back
};

Result<std::optional<KnownNote>> known_note(Database& db, const std::string& url) {
  constexpr std::string_view kNote = R"sql(
    SELECT t.account_id, c.name, t.why = 'recorded' FROM timeline t JOIN accounts c ON c.id = t.account_id
     WHERE t.remote_id = ?1 AND c.removed_at IS NULL ORDER BY t.why = 'recorded' DESC LIMIT 1)sql";
  return db.first(kNote, {url}, [](const Row& row) {
    return KnownNote{row.id<AccountId>(0), row.text(1), row.flag(2)};
  });
}

// "12@linkedin", when postq sent what has that address.
Result<std::optional<std::string>> sent_as(Database& db, const std::string& url) {
  constexpr std::string_view kReceipt = R"sql(
    SELECT d.post_id || '@' || c.name FROM parts p JOIN deliveries d ON d.id = p.delivery_id
      JOIN accounts c ON c.id = d.account_id
     WHERE p.url IS NOT NULL AND rtrim(p.url, '/') = rtrim(?1, '/') LIMIT 1)sql";
  return db.first(kReceipt, {url}, [](const Row& row) { return row.text(0); });
}

Result<std::string> next_without_url(Database& db, AccountId account) {
  constexpr std::string_view kNext = R"sql(
    SELECT ?2 || printf('%06d', 1 + count(*)) FROM timeline
     WHERE account_id = ?1 AND substr(remote_id, 1, length(?2)) = ?2)sql";
  POSTQ_TRY(auto id, db.first(kNext, {account, kWithoutUrl}, [](const Row& row) { return row.text(0); }));
  return id.value_or(std::string(kWithoutUrl));
}

std::string url_of(std::string remote_id) {
  return remote_id.starts_with(kWithoutUrl) ? std::string() : std::move(remote_id);
}

struct Note {
  std::string remote_id;
  RecordedPost post;
};

// ?1 account, ?2 an address or nothing.
Result<std::optional<Note>> find_note(Database& db, AccountId account, const std::string& url) {
  constexpr std::string_view kFind = R"sql(
    SELECT remote_id, created_at, kind = 'reply' FROM timeline
     WHERE account_id = ?1 AND why = 'recorded' AND (?2 = '' OR remote_id = ?2)
     ORDER BY first_seen_at DESC, remote_id DESC LIMIT 1)sql";
  return db.first(kFind, {account, url}, [](const Row& row) {
    return Note{row.text(0), {url_of(row.text(0)), row.time(1), row.flag(2)}};
  });
}

JsonObject details_of(const RecordedPost& post) {
  JsonObject details;
  details.text("url", post.url).text("made_at", format_rfc3339(post.at)).text("as", post.answer ? "reply" : "post");
  return details;
}

}  // namespace

Result<bool> SqliteStore::record_post(AccountId account, const RecordedPost& post, const AuditContext& audit) {
  // What was taken back may be noted again.
  constexpr std::string_view kRecord = R"sql(
    INSERT INTO timeline (account_id, remote_id, created_at, counts_as, why, kind, text, fingerprint, first_seen_at,
                          last_seen_at)
    VALUES (?1, ?2, ?3, 'hand-written', 'recorded', ?4, '', 0, ?5, ?5)
    ON CONFLICT DO UPDATE SET created_at = excluded.created_at, counts_as = 'hand-written', why = 'recorded',
           kind = excluded.kind, first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at,
           deleted_at = NULL)sql";
  if (post.at > audit.now) return fail(ErrorKind::refused, "a post that is still to be made can't be noted");
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto known, load_account(db_, account));
  std::string remote_id = post.url;
  if (post.url.empty()) {
    POSTQ_TRY(remote_id, next_without_url(db_, account));
  } else {
    POSTQ_TRY(const auto sent, sent_as(db_, post.url));
    if (sent) {
      return fail(ErrorKind::refused, "that is " + *sent + ", which postq sent: it is counted already",
                  "postq show " + *sent);
    }
    POSTQ_TRY(const auto note, known_note(db_, post.url));
    if (note && note->account != account && note->counts) {
      return fail(ErrorKind::refused, "that address is noted for " + note->name + " already",
                  "if it belongs to " + known.name + ":  postq record " + note->name + " " + post.url + " --undo");
    }
    if (note && note->account == account && note->counts) return false;
  }
  POSTQ_CHECK(db_.run(kRecord, {account, remote_id, post.at, post.answer ? "reply" : "post", audit.now}));
  POSTQ_CHECK(append(db_, {known.name, "recorded by hand", {}, {}, details_of(post)}, audit));
  POSTQ_CHECK(transaction.commit());
  return true;
}

Result<std::optional<RecordedPost>> SqliteStore::recorded_post(AccountId account, const std::string& url) {
  POSTQ_TRY(const auto note, find_note(db_, account, url));
  return note ? std::optional(note->post) : std::nullopt;
}

Result<std::optional<TimePoint>> SqliteStore::last_recorded_without_url(AccountId account) {
  constexpr std::string_view kLast = R"sql(
    SELECT first_seen_at FROM timeline
     WHERE account_id = ?1 AND why = 'recorded' AND substr(remote_id, 1, length(?2)) = ?2
     ORDER BY first_seen_at DESC LIMIT 1)sql";
  return db_.first(kLast, {account, kWithoutUrl}, [](const Row& row) { return row.time(0); });
}

Result<RecordedPost> SqliteStore::take_back_recorded(AccountId account, const std::string& url,
                                                     const AuditContext& audit) {
  constexpr std::string_view kTakeBack = R"sql(
    UPDATE timeline SET counts_as = 'nothing', why = 'deleted', deleted_at = ?3
     WHERE account_id = ?1 AND remote_id = ?2)sql";
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_TRY(const auto known, load_account(db_, account));
  POSTQ_TRY(const auto note, find_note(db_, account, url));
  if (!note) {
    return fail(ErrorKind::not_found,
                url.empty() ? "nothing is noted for " + known.name : "that address isn't noted for " + known.name,
                "postq log");
  }
  POSTQ_CHECK(db_.run(kTakeBack, {account, note->remote_id, audit.now}));
  POSTQ_CHECK(append(db_, {known.name, "record taken back", {}, {}, details_of(note->post)}, audit));
  POSTQ_CHECK(transaction.commit());
  return note->post;
}

}  // namespace postq::sqlite
