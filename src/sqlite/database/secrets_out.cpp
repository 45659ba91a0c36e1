#include "sqlite/database/secrets_out.h"

#include <map>
#include <unordered_map>
#include <vector>

#include <postq/base/digest.h>
#include <postq/ports/store.h>

#include "sqlite/database/json_writer.h"
#include "sqlite/events/event_log.h"
#include "sqlite/posts/contents.h"
#include "sqlite/posts/request_digest.h"

namespace postq::sqlite {

namespace {

struct Move {
  Account before;
  Account after;
};

// `"key":"value"` as it stands in documents and events. Inside of a text its quotes would be escaped, so it is found
// where it means what it says, and nowhere else.
std::string member(std::string_view key, std::string_view value) {
  const auto whole = JsonObject().text(key, value).str();
  return whole.substr(1, whole.size() - 2);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// A person's queue has a handful of accounts, and what was changed of them is told by their settings.
class SecretsOut {
 public:
  SecretsOut(Database& db, const TakeSecrets& take, TimePoint now) : db_(db), take_(take), now_(now) {}

  Result<bool> run() {
    POSTQ_TRY(auto transaction, db_.begin_write());
    POSTQ_CHECK(take());
    if (moves_.empty()) return false;
    // They hold promises that this step keeps by itself, about rows that nothing else may change.
    POSTQ_TRY(const auto triggers, drop_triggers());
    POSTQ_CHECK(change_requests());
    POSTQ_CHECK(change_documents());
    POSTQ_CHECK(change_events());
    POSTQ_CHECK(change_accounts());
    for (const auto& trigger : triggers) POSTQ_CHECK(db_.script(trigger));
    POSTQ_CHECK(transaction.commit());
    return true;
  }

 private:
  Status take() {
    constexpr std::string_view kAccounts = R"sql(
      SELECT id, name, platform, base_url, coalesce(remote_id, ''), settings, secret_from, removed_at IS NOT NULL
        FROM accounts)sql";
    std::vector<Account> accounts;
    POSTQ_CHECK(db_.each(kAccounts, {}, [&](const Row& row) -> Status {
      Account account;
      account.id = row.id<AccountId>(0);
      account.name = row.text(1);
      account.platform = row.text(2);
      account.base_url = row.text(3);
      account.remote_id = row.text(4);
      POSTQ_TRY(account.settings, settings_from_json(row.view(5)));
      const auto from = row.view(6);
      account.secret_from = from == "none"      ? SecretFrom::none
                            : from == "command" ? SecretFrom::command
                                                : SecretFrom::file;
      account.removed = row.flag(7);
      accounts.push_back(std::move(account));
      return {};
    }));
    for (auto& account : accounts) {
      Move move{account, account};
      POSTQ_CHECK(take_(move.after));
      if (move.after.settings != move.before.settings) moves_.push_back(std::move(move));
    }
    return {};
  }

  Result<std::vector<std::string>> drop_triggers() {
    std::vector<std::string> made;
    std::vector<std::string> names;
    POSTQ_CHECK(db_.each("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'", {}, [&](const Row& row) {
      names.push_back(row.text(0));
      made.push_back(row.text(1));
    }));
    for (const auto& name : names) POSTQ_CHECK(db_.script("DROP TRIGGER \"" + name + "\""));
    return made;
  }

  // Who the account is stands in the documents of its posts.
  static std::string changed_document(const Move& move, std::string document) {
    if (document.find(member("platform", move.before.platform)) == std::string::npos) return document;
    replace_all(document, member("account", move.before.remote_id), member("account", move.after.remote_id));
    return document;
  }
  std::string changed_document(std::string document) const {
    for (const auto& move : moves_) {
      if (!move.before.remote_id.empty()) document = changed_document(move, std::move(document));
    }
    return document;
  }

  // The same `add` with the same key is the same post afterwards, too: what it asked for is told by the documents.
  Status change_requests() {
    struct Request {
      PostId id{};
      NewPost post;
      Digest digest;
    };
    POSTQ_TRY(const auto has_answers,
              db_.integer("SELECT count(*) FROM pragma_table_info('posts') WHERE name = 'answers'"));
    const std::string posts =
        "SELECT p.id, p.origin, p.draft, p.label, p.together, p.request_digest, " +
        std::string(has_answers != 0 ? "p.answers" : "NULL") +
        " FROM posts p WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.post_id = p.id AND d.account_id = ?1)";
    constexpr std::string_view kDocuments = R"sql(
      SELECT d.account_id, k.document FROM deliveries d JOIN contents k ON k.digest = d.digest WHERE d.post_id = ?1)sql";
    for (const auto& move : moves_) {
      std::vector<Request> requests;
      POSTQ_CHECK(db_.each(posts, {move.before.id}, [&](const Row& row) {
        Request request;
        request.id = row.id<PostId>(0);
        request.post.origin = origin_from_word(row.view(1)).value_or(Origin::scheduled);
        request.post.draft = row.text(2);
        request.post.label = row.text(3);
        request.post.together = row.flag(4);
        request.digest = row.digest(5);
        if (!row.is_null(6)) request.post.answers = row.id<ItemId>(6);
        requests.push_back(std::move(request));
      }));
      for (auto& request : requests) {
        auto& deliveries = request.post.deliveries;
        POSTQ_CHECK(db_.each(kDocuments, {request.id}, [&](const Row& row) {
          NewDelivery delivery;
          delivery.account = row.id<AccountId>(0);
          delivery.document = row.text(1);
          deliveries.push_back(std::move(delivery));
        }));
        if (request_digest(request.post) != request.digest) continue;  // it was edited since
        for (auto& delivery : deliveries) delivery.document = changed_document(std::move(delivery.document));
        POSTQ_CHECK(
            db_.run("UPDATE posts SET request_digest = ?2 WHERE id = ?1", {request.id, request_digest(request.post)}));
      }
    }
    return {};
  }

  Status change_documents() {
    constexpr std::string_view kWith = "SELECT digest, document, created_at FROM contents WHERE instr(document, ?1)";
    struct Document {
      Digest digest;
      std::string text;
      TimePoint at;
    };
    POSTQ_CHECK(db_.script("CREATE TEMP TABLE moved (old BLOB PRIMARY KEY, new BLOB NOT NULL) WITHOUT ROWID"));
    for (const auto& move : moves_) {
      if (move.before.remote_id.empty() || move.before.remote_id == move.after.remote_id) continue;
      std::vector<Document> documents;
      POSTQ_CHECK(db_.each(kWith, {member("account", move.before.remote_id)}, [&](const Row& row) {
        documents.push_back({row.digest(0), row.text(1), row.time(2)});
      }));
      for (auto& document : documents) {
        const auto text = changed_document(move, document.text);
        if (text == document.text) continue;
        const Digest digest = sha256(text);
        POSTQ_CHECK(store_document(db_, digest, text, document.at));
        POSTQ_CHECK(db_.run("INSERT OR REPLACE INTO moved (old, new) VALUES (?1, ?2)", {document.digest, digest}));
        digests_[document.digest.hex()] = digest.hex();
      }
    }
    for (const auto* const table : {"approvals", "deliveries"}) {
      POSTQ_CHECK(db_.run(std::string("UPDATE ") + table +
                          " SET digest = (SELECT m.new FROM moved m WHERE m.old = digest)"
                          " WHERE digest IN (SELECT m.old FROM moved m)"));
    }
    POSTQ_CHECK(db_.run("DELETE FROM contents WHERE digest IN (SELECT m.old FROM moved m)"));
    return db_.script("DROP TABLE moved");
  }

  std::string changed_event(std::string body) const {
    for (const auto& move : moves_) {
      if (!move.before.remote_id.empty()) {
        replace_all(body, member("remote_id", move.before.remote_id), member("remote_id", move.after.remote_id));
      }
      for (const auto& [name, value] : move.before.settings) {
        const auto after = move.after.settings.find(name);
        const std::string shown = after == move.after.settings.end() ? "" : after->second;
        if (shown != value) replace_all(body, member(name, value), member(name, shown));
      }
    }
    constexpr std::size_t kHex = 64;
    for (auto at = body.find('"'); at != std::string::npos; at = body.find('"', at + 1)) {
      if (at + kHex + 1 >= body.size() || body[at + kHex + 1] != '"') continue;
      const auto found = digests_.find(body.substr(at + 1, kHex));
      if (found != digests_.end()) body.replace(at + 1, kHex, found->second);
    }
    return body;
  }

  // A changed event has another hash, and so has everything behind it in its chain.
  Status change_events() {
    struct Link {
      std::int64_t seq;
      std::string body;
      Digest prev;
      Digest hash;
    };
    struct End {
      Digest before;
      Digest after;
      bool begun = false;
      bool changed = false;
    };
    std::map<std::string, End> ends;
    std::vector<Link> links;
    const auto write = [&]() -> Status {
      for (const auto& link : links) {
        POSTQ_CHECK(db_.run("UPDATE events SET body = ?2, prev = ?3, hash = ?4 WHERE seq = ?1",
                            {link.seq, link.body, link.prev, link.hash}));
      }
      links.clear();
      return {};
    };
    constexpr std::size_t kAtOnce = 10'000;
    constexpr std::string_view kEvents =
        "SELECT seq, chain, body, prev, hash FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    for (std::int64_t last = 0;;) {
      std::size_t seen = 0;
      POSTQ_CHECK(db_.each(kEvents, {last, kAtOnce}, [&](const Row& row) {
        ++seen;
        last = row.integer(0);
        auto& end = ends[row.text(1)];
        const auto body = changed_event(row.text(2));
        end.before = row.digest(4);
        end.changed = end.changed || body != row.view(2);
        if (end.changed) {
          const Digest prev = end.begun ? end.after : row.digest(3);
          Sha256 hash;
          hash.update(prev.view());
          hash.update(body);
          end.after = hash.finish();
          links.push_back({last, body, prev, end.after});
        } else {
          end.after = row.digest(4);
        }
        end.begun = true;
      }));
      POSTQ_CHECK(write());
      if (seen < kAtOnce) break;
    }
    for (const auto& [chain, end] : ends) {
      if (!end.changed) continue;
      JsonObject details;
      details.text("why", "a secret was taken out, so this chain was linked anew").text("ended", end.before.hex());
      POSTQ_CHECK(append(db_, {chain, "linked anew", {}, {}, std::move(details)}, {{"postq", false}, now_}));
    }
    return {};
  }

  Status change_accounts() {
    for (const auto& [before, after] : moves_) {
      POSTQ_CHECK(db_.run("UPDATE accounts SET settings = ?2, base_url = ?3, remote_id = nullif(?4, '') WHERE id = ?1",
                          {before.id, settings_to_json(after.settings), after.base_url, after.remote_id}));
    }
    return {};
  }

  Database& db_;
  const TakeSecrets& take_;
  TimePoint now_;
  std::vector<Move> moves_;
  std::unordered_map<std::string, std::string> digests_;  // of documents, in hex: before, after
};

}  // namespace

Status take_secrets_out(Database& db, const TakeSecrets& take, TimePoint now) {
  // A document is deleted once nothing points at it; asking for each whether that is so would read all rows each time.
  POSTQ_CHECK(db.script("PRAGMA foreign_keys = OFF; PRAGMA secure_delete = ON"));
  const auto taken = SecretsOut(db, take, now).run();
  // What was overwritten before lies in the file until it is written anew. Without room for that it stays there, and
  // everything else is done.
  if (taken && *taken) {
    (void)db.script("VACUUM");
    (void)db.script("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  POSTQ_CHECK(db.script("PRAGMA secure_delete = OFF; PRAGMA foreign_keys = ON"));
  if (!taken) return pass_on(taken.error());
  return {};
}

}  // namespace postq::sqlite
