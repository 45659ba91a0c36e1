#include "sqlite/events/trust.h"

#include <nlohmann/json.hpp>

#include <postq/core/content.h>

#include "sqlite/database/json_writer.h"
#include "sqlite/database/rows.h"
#include "sqlite/database/statements.h"
#include "sqlite/events/event_log.h"

namespace postq::sqlite {

namespace {

// Documents and bodies come in one spelling, so that text that can stand nowhere else is found without reading JSON.
bool holds(std::string_view body, const std::string& text) {
  return body.find(text) != std::string_view::npos;
}

std::size_t count_of(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) ++count;
  return count;
}

// Its time and its end, as the document spells them.
bool keeps_schedule(std::string_view document, const Schedule& schedule) {
  const bool same_wall = schedule.wall ? holds(document, "\"wall\":" + json_string(format_wall(*schedule.wall))) &&
                                             holds(document, "\"zone\":" + json_string(schedule.zone))
                                       : !holds(document, "\"wall\":");
  return same_wall && (schedule.until ? holds(document, "\"until\":" + std::to_string(unix_seconds(*schedule.until)))
                                      : !holds(document, "\"until\":"));
}

// One part without files, for who the account is: by far the most, and told without reading the document.
bool is_plain(std::string_view document, const Account& account) {
  const auto begins = "{\"version\":1,\"platform\":" + json_string(account.platform) +
                      ",\"account\":" + json_string(account.remote_id) + ",\"parts\":[{\"text\":";
  return !account.remote_id.empty() && document.starts_with(begins) && count_of(document, "\"text\":") == 1 &&
         !holds(document, "\"media\":") && !holds(document, "\"thumbnail\":");
}

Result<bool> has_part(Database& db, DeliveryId delivery, std::size_t part) {
  constexpr std::string_view kPart = "SELECT count(*) FROM parts WHERE delivery_id = ?1 AND n = ?2";
  return db.integer(kPart, {delivery, part}).map([](auto count) { return count != 0; });
}

Result<std::string> file_doubt(Database& db, const Media& media) {
  constexpr std::string_view kFile = "SELECT count(*) FROM media WHERE digest = ?1";
  POSTQ_TRY(const auto known, db.integer(kFile, {media.digest}));
  if (known != 0) return std::string();
  return "the queue lost its file " + media.name;
}

Result<std::string> files_doubt(Database& db, const Content::Part& part) {
  for (const auto& media : part.media) {
    POSTQ_TRY(auto doubt, file_doubt(db, media));
    if (!doubt.empty()) return doubt;
  }
  if (part.card && part.card->thumbnail) return file_doubt(db, *part.card->thumbnail);
  return std::string();
}

// What the newest events about an account say of it.
struct AccountAsLogged {
  std::int64_t id = 0;  // 0: it was never added
  std::string remote_id;
  std::optional<std::string> base_url;  // older events don't say it
  std::string settings;
  std::string changed;  // an event whose hash doesn't fit

  void take(std::string_view kind, std::string_view body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    const auto details = json.is_object() ? json.find("details") : json.end();
    if (details == json.end() || !details->is_object()) return;
    const auto text = [&](const char* name) { return details->value(name, nlohmann::json()); };
    if (kind == "account added") {
      *this = {};
      if (const auto value = text("account"); value.is_number_integer()) id = value.get<std::int64_t>();
    }
    if (const auto value = text("base_url"); value.is_string()) base_url = value.get<std::string>();
    if (const auto value = text("remote_id"); value.is_string()) remote_id = value.get<std::string>();
    if (const auto value = text("settings"); value.is_object()) settings = value.dump();
  }
};

Result<AccountAsLogged> read_account_log(Database& db, const std::string& chain) {
  AccountAsLogged logged;
  POSTQ_CHECK(db.each(kAccountEvents, {chain}, [&](const Row& row) {
    logged.take(row.view(0), row.view(1));
    if (chain_link(row.digest(2), row.view(1)) != row.digest(3)) logged.changed = row.text(0);
  }));
  return logged;
}

// Of an account that was added before its events named the address: it follows from the settings.
bool follows_from_settings(const Account& account) {
  return account.base_url.empty() || account.setting("url").starts_with(account.base_url);
}

}  // namespace

std::string approval_doubt(const Row& row, int first, const Delivery& delivery, const Approval& approval) {
  if (row.is_null(first)) return "the record has no event of its approval";
  const auto body = row.view(first + 2);
  const bool of_this = row.view(first) == "approved" && !row.is_null(first + 1) &&
                       row.integer(first + 1) == number(delivery.id) &&
                       holds(body, ",\"kind\":\"approved\",\"post\":" + text_of(delivery.post) +
                                       ",\"delivery\":" + std::to_string(number(delivery.id)) + ",\"actor\":");
  if (!of_this) return "its approval names another event of the record";
  if (chain_link(row.digest(first + 3), body) != row.digest(first + 4)) {
    return "the event of its approval was changed: its hash doesn't fit";
  }
  if (!holds(body, ",\"details\":{\"digest\":\"" + approval.digest.hex() +
                       "\",\"revision\":" + std::to_string(approval.revision) + ",")) {
    return "the event of its approval is about another content";
  }
  return {};
}

Result<std::string> approval_doubt(Database& db, const Delivery& delivery, const Approval& approval) {
  constexpr std::string_view kProof = R"sql(
    SELECT e.kind, e.delivery_id, e.body, e.prev, e.hash FROM approvals a LEFT JOIN events e ON e.seq = a.event_seq
     WHERE a.id = ?1)sql";
  const bool fits = approval.verdict == ReviewVerdict::approved && approval.delivery == delivery.id &&
                    approval.digest == delivery.digest && approval.revision == delivery.revision;
  if (!fits) return std::string("it has no approval of exactly this content");
  POSTQ_TRY(auto doubt, db.first(kProof, {approval.id},
                                 [&](const Row& row) { return approval_doubt(row, 0, delivery, approval); }));
  return doubt.value_or("its approval is gone");
}

Result<std::string> receipts_doubt(Database& db, DeliveryId delivery, std::int64_t told) {
  constexpr std::string_view kReceipts = "SELECT count(*) FROM parts WHERE delivery_id = ?1 AND remote_id IS NOT NULL";
  constexpr std::string_view kParts = R"sql(
    SELECT count(DISTINCT CASE WHEN json_valid(body) THEN json_extract(body, '$.details.part') ELSE -seq END)
      FROM events INDEXED BY events_out WHERE (kind = 'sent' OR kind = 'part sent') AND delivery_id = ?1)sql";
  if (told == 0) return std::string();
  POSTQ_TRY(const auto all_sent, db.integer(kAllSent, {delivery}));
  if (all_sent != 0) return std::string("the record says that it was sent, and its receipt is missing");
  POSTQ_TRY(const auto receipts, db.integer(kReceipts, {delivery}));
  if (receipts >= told) return std::string();
  // One that a key stood in for is told a second time, under its own id.
  POSTQ_TRY(const auto parts, db.integer(kParts, {delivery}));
  if (receipts >= parts) return std::string();
  return "the record says that " + std::to_string(parts) + " parts of it are out, and there are receipts for " +
         std::to_string(receipts);
}

std::string digest_doubt(const Digest& digest, const std::optional<std::string>& document) {
  if (!document) return "the queue lost its content";
  if (sha256(*document) != digest) return "its content was changed by something else than postq";
  return {};
}

Result<std::string> document_doubt(Database& db, const Delivery& delivery, const Account& account,
                                   const std::optional<std::string>& document) {
  if (auto doubt = digest_doubt(delivery.digest, document); !doubt.empty()) return doubt;
  std::size_t parts = 1;
  if (!is_plain(*document, account) || !keeps_schedule(*document, delivery.schedule)) {
    const auto content = content_from_document(*document);
    if (!content || content->parts.empty()) return std::string("its content can't be read");
    if (!is_for(*content, account)) {
      return "it was written for " + content->account + " on " + content->platform + ", and " + account.name +
             " is another account now";
    }
    const auto& row = delivery.schedule;
    const auto& approved = content->schedule;
    if (approved.wall != row.wall || (row.wall && approved.zone != row.zone) || approved.until != row.until) {
      return std::string("its time or its end was changed by something else than postq");
    }
    for (const auto& part : content->parts) {
      POSTQ_TRY(auto doubt, files_doubt(db, part));
      if (!doubt.empty()) return doubt;
    }
    parts = content->parts.size();
  }
  // A lone part is read with the delivery.
  for (std::size_t part = parts == 1 ? 2 : 1; part <= parts; ++part) {
    POSTQ_TRY(const bool known, has_part(db, delivery.id, part));
    if (!known) return "the queue lost its part " + std::to_string(part);
  }
  return std::string();
}

Result<std::string> attempt_doubt(Database& db, PostId post, const Attempt& attempt) {
  constexpr std::string_view kAttemptEvents = R"sql(
    SELECT body, prev, hash FROM events INDEXED BY events_post
     WHERE post_id = ?1 AND kind = 'attempt' AND delivery_id = ?2 ORDER BY seq)sql";
  // Its number is the first thing that the event says of it, its body's digest the last.
  const std::string opening = ",\"details\":{\"attempt\":" + std::to_string(number(attempt.id)) +
                              ",\"part\":" + std::to_string(attempt.part) + ",\"key\":" + json_string(attempt.key) +
                              ",";
  const std::string ending = "\"request\":\"" + sha256(attempt.request).hex() + "\"}}";
  std::string doubt = "the record has no event of the request";
  POSTQ_CHECK(db.each(kAttemptEvents, {post, attempt.delivery}, [&](const Row& row) {
    const auto body = row.view(0);
    if (!holds(body, opening)) return;
    doubt.clear();
    if (chain_link(row.digest(1), body) != row.digest(2)) {
      doubt = "the event of the request was changed: its hash doesn't fit";
    } else if (!body.ends_with(ending)) {
      doubt = "the stored request was changed by something else than postq";
    }
  }));
  return doubt;
}

Result<std::string> account_doubt(Database& db, const Account& account) {
  POSTQ_TRY(const auto logged, read_account_log(db, account.name));
  if (logged.id != number(account.id)) return std::string("the record has no event of the account");
  if (!logged.changed.empty()) return "the event '" + logged.changed + "' was changed: its hash doesn't fit";
  if (logged.remote_id != account.remote_id) {
    return "something else than postq changed who it is, from " + logged.remote_id + " to " + account.remote_id;
  }
  const bool same_place = logged.base_url ? *logged.base_url == account.base_url : follows_from_settings(account);
  const auto settings = settings_from_json(logged.settings.empty() ? "{}" : logged.settings);
  if (!same_place || !settings || *settings != account.settings) {
    return std::string("something else than postq changed its address or another setting");
  }
  return std::string();
}

Result<std::string> repeat_doubt(Database& db, const Delivery& delivery) {
  POSTQ_TRY(const auto account, load_account(db, delivery.account));
  POSTQ_TRY(auto doubt, account_doubt(db, account));
  if (!doubt.empty()) return account.name + ": " + doubt;
  POSTQ_TRY(const auto approval, load_approval(db, delivery.approval));
  if (!approval) return std::string("its approval is gone");
  POSTQ_TRY(doubt, approval_doubt(db, delivery, *approval));
  if (!doubt.empty()) return doubt;
  POSTQ_TRY(const auto document, find_document(db, delivery.digest));
  POSTQ_TRY(doubt, document_doubt(db, delivery, account, document));
  if (!doubt.empty()) return doubt;
  POSTQ_TRY(const auto attempts, load_attempts(db, delivery.id));
  for (const auto& attempt : attempts) {
    if (attempt.outcome != Outcome::unconfirmed) continue;
    POSTQ_TRY(doubt, attempt_doubt(db, delivery.post, attempt));
    if (!doubt.empty()) return doubt;
  }
  return std::string();
}

}  // namespace postq::sqlite
