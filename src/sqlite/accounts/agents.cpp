#include "sqlite/accounts/agents.h"

#include "sqlite/database/rows.h"
#include "sqlite/events/event_log.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

// Whose a post is, and what became of it since.
struct Ownership {
  Actor author;
  bool approved = false;  // ever, any delivery of it
  std::string changed_by;
};

// What somebody else did to a post that an agent may not undo. A rejection is an answer to its author, who may change
// the post because of it.
constexpr std::string_view kChangedBy = R"sql(
  SELECT CASE WHEN json_valid(body) THEN json_extract(body, '$.actor') END FROM events
   WHERE post_id = ?1
     AND (kind = 'edited' OR kind = 'rescheduled' OR kind = 'cancelled' OR kind = 'queued' OR kind = 'added')
     AND NOT CASE WHEN json_valid(body) THEN json_extract(body, '$.agent') AND json_extract(body, '$.actor') = ?2
                       AND coalesce(json_extract(body, '$.for'), '') = ?3 ELSE 0 END
   ORDER BY seq DESC LIMIT 1)sql";

Result<Ownership> ownership_of(Database& db, PostId post, const Actor& agent) {
  constexpr std::string_view kAuthor = "SELECT author, author_for FROM posts WHERE id = ?1";
  constexpr std::string_view kApproved = R"sql(
    SELECT count(*) FROM deliveries d JOIN approvals a ON a.delivery_id = d.id
     WHERE d.post_id = ?1 AND a.verdict = 'approved')sql";
  Ownership found;
  POSTQ_TRY(auto author, db.first(kAuthor, {post}, [](const Row& row) { return read_author(row, 0); }));
  if (!author) return fail(ErrorKind::not_found, "there is no post " + text_of(post), "postq list");
  found.author = *std::move(author);
  if (found.author != agent) return found;
  POSTQ_TRY(const auto approvals, db.integer(kApproved, {post}));
  found.approved = approvals > 0;
  POSTQ_TRY(auto other, db.first(kChangedBy, {post, agent.name, agent.person}, [](const Row& row) {
    return row.is_null(0) ? std::string("somebody") : row.text(0);
  }));
  found.changed_by = std::move(other).value_or("");
  return found;
}

std::string why_not(const Ownership& found, PostId post, const Actor& agent) {
  const std::string name = "post " + text_of(post);
  if (found.author != agent) {
    return name + " was written by " + say_actor(found.author) + ", and an agent changes only its own";
  }
  if (found.approved) return name + " has been approved, and from then on only a person changes it";
  if (!found.changed_by.empty()) {
    return found.changed_by + " has changed " + name + ", and from then on only a person changes it";
  }
  return {};
}

}  // namespace

Status persons_only(const AuditContext& audit, std::string_view what) {
  if (!audit.actor.agent) return {};
  return fail(ErrorKind::refused, "an agent may not " + std::string(what) + ", and " + audit.actor.name + " is one",
              "ask a person to do it");
}

Status check_own(Database& db, PostId post, const std::string& command, const AuditContext& audit) {
  const auto& agent = audit.actor;
  if (!agent.agent) return {};
  POSTQ_TRY(const auto found, ownership_of(db, post, agent));
  auto why = why_not(found, post, agent);
  if (why.empty()) return {};
  return fail(ErrorKind::refused, std::move(why),
              "ask " + (agent.person.empty() ? std::string("a person") : agent.person) + " to type:  postq " + command);
}

Status append_refusal(Database& db, const std::string& command, std::optional<PostId> post, const std::string& why,
                      const AuditContext& audit) {
  return append(db,
                {kQueueChain, "refused to an agent", post, {}, JsonObject().text("command", command).text("why", why)},
                audit);
}

Status SqliteStore::check_agent(PostId post, const std::string& command, const AuditContext& audit) {
  if (!audit.actor.agent) return {};
  POSTQ_TRY(auto transaction, db_.begin_write());
  auto allowed = check_own(db_, post, command, audit);
  if (allowed || allowed.error().kind != ErrorKind::refused) return allowed;
  POSTQ_CHECK(append_refusal(db_, command, post, allowed.error().message, audit));
  POSTQ_CHECK(transaction.commit());
  return allowed;
}

Status SqliteStore::note_refusal(const std::string& command, std::optional<PostId> post, const std::string& why,
                                 const AuditContext& audit) {
  POSTQ_TRY(auto transaction, db_.begin_write());
  POSTQ_CHECK(append_refusal(db_, command, post, why, audit));
  return transaction.commit();
}

}  // namespace postq::sqlite
