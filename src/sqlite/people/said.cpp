#include "sqlite/people/said.h"

#include <algorithm>

#include "sqlite/archive/archive.h"
#include "sqlite/database/rows.h"
#include "sqlite/people/answers.h"

namespace postq::sqlite {

namespace {

// Beside the kinds of items, what is only there to be shown.
constexpr std::string_view kAround = "around";

// What a post is to the account can only become more: the same one is found by a search, in a notification, and under
// an own post.
int weight(std::string_view kind) {
  if (kind == "reply") return 4;
  if (kind == "quote") return 3;
  if (kind == "mention") return 2;
  return kind == "heard" ? 1 : 0;
}
bool may_wait(std::string_view kind) {
  return weight(kind) >= 2;
}

struct Entry {
  std::string_view kind;
  const RemotePost* said = nullptr;
  bool own = false;  // of the account itself, from before its timeline was read: only there to be shown
};

struct KnownItem {
  ItemId id{};
  std::string kind;
  RemotePost said;
  bool deleted = false;
};

Result<std::optional<KnownItem>> load_known(Database& db, AccountId account, std::string_view remote_id) {
  constexpr std::string_view kKnown = R"sql(
    SELECT id, kind, person_id, reply_to, conversation, text, warning, visibility, language, url, created_at,
           deleted_at IS NOT NULL, mentions
      FROM items WHERE account_id = ?1 AND remote_id = ?2)sql";
  return db.first(kKnown, {account, remote_id}, [](const Row& row) {
    KnownItem known;
    known.id = row.id<ItemId>(0);
    known.kind = row.text(1);
    known.said.person.id = row.text(2);
    known.said.reply_to = row.text(3);
    known.said.conversation = row.text(4);
    known.said.text = row.text(5);
    known.said.warning = row.text(6);
    known.said.visibility = row.text(7);
    known.said.language = row.text(8);
    known.said.url = row.text(9);
    known.said.created_at = row.time(10);
    known.deleted = row.flag(11);
    known.said.mentions = handles_of(row.view(12));
    return known;
  });
}

// Returns whether the person is ignored. Only what is said to the account tells that for certain.
Result<bool> record_person(Database& db, AccountId account, const Person& person, bool certain) {
  constexpr std::string_view kKnown =
      "SELECT handle, name, ignored FROM people WHERE account_id = ?1 AND person_id = ?2";
  constexpr std::string_view kInsert =
      "INSERT INTO people (account_id, person_id, handle, name, ignored) VALUES (?1, ?2, ?3, ?4, ?5)";
  constexpr std::string_view kRename =
      "UPDATE people SET handle = ?3, name = ?4, ignored = ?5 WHERE account_id = ?1 AND person_id = ?2";
  // Rare, so it may look at all of the account's.
  constexpr std::string_view kIgnore = R"sql(
    UPDATE items SET ignored = ?3,
           waits = CASE WHEN state = 'open' AND deleted_at IS NULL AND NOT ?3 AND kind <> 'around' THEN kind <> 'heard' END
     WHERE account_id = ?1 AND person_id = ?2 AND ignored <> ?3)sql";
  POSTQ_TRY(const auto known, db.first(kKnown, {account, person.id}, [](const Row& row) {
    return Person{{}, row.text(0), row.text(1), row.flag(2)};
  }));
  if (!known) {
    POSTQ_CHECK(db.run(kInsert, {account, person.id, person.handle, person.name, person.ignored}));
    return person.ignored;
  }
  const bool ignored = certain ? person.ignored : known->ignored;
  if (known->handle == person.handle && known->name == person.name && known->ignored == ignored) return ignored;
  POSTQ_CHECK(db.run(kRename, {account, person.id, person.handle, person.name, ignored}));
  if (known->ignored != ignored) POSTQ_CHECK(db.run(kIgnore, {account, person.id, ignored}));
  return ignored;
}

// Items count from 1 up, what is around from -1 down.
Result<ItemId> next_id(Database& db, std::string_view kind) {
  constexpr std::string_view kUp = "SELECT max(0, coalesce(max(id), 0)) + 1 FROM items";
  constexpr std::string_view kDown = "SELECT min(0, coalesce(min(id), 0)) - 1 FROM items";
  POSTQ_TRY(const auto id, db.integer(kind == kAround ? kDown : kUp));
  return ItemId{id};
}

Result<ItemId> insert(Database& db, AccountId account, const Entry& entry, bool ignored, TimePoint now) {
  constexpr std::string_view kInsert = R"sql(
    INSERT INTO items (id, account_id, remote_id, kind, person_id, ignored, reply_to, conversation, text, warning,
                       visibility, language, url, created_at, first_seen_at, mentions, state, reason, waits)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, 'open', '',
            CASE WHEN NOT ?6 AND ?4 <> 'around' THEN ?4 <> 'heard' END))sql";
  const RemotePost& said = *entry.said;
  POSTQ_TRY(const auto id, next_id(db, entry.kind));
  // Nobody waits since a time that is still to come.
  POSTQ_CHECK(db.run(kInsert, {id, account, said.remote_id, entry.kind, said.person.id, ignored, said.reply_to,
                               said.conversation, said.text, said.warning, said.visibility, said.language, said.url,
                               std::min(said.created_at, now), now, words_of(said.mentions)}));
  if (!entry.own) POSTQ_CHECK(remember_said(db, account, said.remote_id));
  return id;
}

// As it is now; what one way of reading doesn't tell stays as another one told it.
RemotePost merged(const RemotePost& known, const RemotePost& seen) {
  RemotePost now = seen;
  const auto keep = [](std::string& field, const std::string& before) {
    if (field.empty()) field = before;
  };
  keep(now.reply_to, known.reply_to);
  keep(now.conversation, known.conversation);
  keep(now.visibility, known.visibility);
  keep(now.language, known.language);
  keep(now.url, known.url);
  if (now.mentions.empty()) now.mentions = known.mentions;
  return now;
}

bool same(const RemotePost& one, const RemotePost& other) {
  return one.person.id == other.person.id && one.reply_to == other.reply_to && one.conversation == other.conversation &&
         one.text == other.text && one.warning == other.warning && one.visibility == other.visibility &&
         one.mentions == other.mentions && one.language == other.language && one.url == other.url;
}

// What changed of a row that was there.
struct Update {
  ItemId id{};
  bool any = false;
  bool kind = false;
  bool conversation = false;
};

Result<Update> update(Database& db, AccountId account, const KnownItem& known, const Entry& entry, bool ignored) {
  constexpr std::string_view kUpdate = R"sql(
    UPDATE items SET id = ?2, kind = ?3, person_id = ?4, ignored = ?5, reply_to = ?6, conversation = ?7, text = ?8,
           warning = ?9, visibility = ?10, language = ?11, url = ?12, mentions = ?13, deleted_at = NULL,
           waits = CASE WHEN state = 'open' AND NOT ?5 AND ?3 <> 'around' THEN ?3 <> 'heard' END
     WHERE id = ?1)sql";
  const bool more = weight(entry.kind) > weight(known.kind);
  const auto said = merged(known.said, *entry.said);
  Update change{known.id, false, more, said.conversation != known.said.conversation};
  change.any = more || known.deleted || !same(said, known.said);
  if (!change.any) return change;
  if (more && known.kind == kAround) {
    POSTQ_TRY(change.id, next_id(db, entry.kind));
  }
  if (!entry.own) POSTQ_CHECK(forget_said(db, account, said.remote_id));
  POSTQ_CHECK(db.run(kUpdate, {known.id, change.id, more ? entry.kind : std::string_view(known.kind), said.person.id,
                               ignored, said.reply_to, said.conversation, said.text, said.warning, said.visibility,
                               said.language, said.url, words_of(said.mentions)}));
  if (!entry.own) POSTQ_CHECK(remember_said(db, account, said.remote_id));
  return change;
}

Status record_entry(Database& db, AccountId account, const Entry& entry, Recorded& recorded, Settling& settling) {
  const RemotePost& said = *entry.said;
  auto& change = recorded.change;
  POSTQ_TRY(const bool ignored, record_person(db, account, said.person, may_wait(entry.kind)));
  POSTQ_TRY(const auto known, load_known(db, account, said.remote_id));
  Update update_of;
  if (known) {
    POSTQ_TRY(update_of, update(db, account, *known, entry, ignored));
  } else {
    POSTQ_TRY(update_of.id, insert(db, account, entry, ignored, settling.audit.now));
    update_of.any = update_of.kind = true;
  }
  recorded.anything = recorded.anything || update_of.any;
  const bool now_waits = update_of.kind && may_wait(entry.kind) && !(known && may_wait(known->kind));
  if (now_waits && !ignored) ++change.fresh;
  if (update_of.kind && entry.kind == "heard") ++change.heard;
  if (!update_of.kind && !update_of.conversation) return {};
  POSTQ_TRY(const auto answered, look_for_answer(db, update_of.id, settling));
  change.answered += answered;
  return {};
}

// The timeline has it, and tells all about it.
Result<bool> is_on_timeline(Database& db, const Account& account, const RemotePost& said) {
  constexpr std::string_view kOwn =
      "SELECT count(*) FROM timeline WHERE account_id = ?1 AND remote_id = ?2 AND kind <> 'boost'";
  POSTQ_TRY(const auto own, db.integer(kOwn, {account.id, said.remote_id}));
  return own != 0;
}

bool is_own(const Account& account, const RemotePost& said) {
  return !account.remote_id.empty() && said.person.id == account.remote_id;
}

}  // namespace

Result<Recorded> record_said(Database& db, const Account& account, const std::vector<FoundItem>& found,
                             const std::vector<RemotePost>& around, const AuditContext& audit) {
  std::vector<Entry> entries;
  for (const auto& item : found) entries.push_back({word(item.kind), &item.said});
  for (const auto& said : around) entries.push_back({kAround, &said});
  // By time, so that ids count as people spoke, and the archive grows at its end.
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.said->created_at < b.said->created_at; });
  Recorded recorded;
  Settling settling{audit};
  for (auto& entry : entries) {
    entry.own = is_own(account, *entry.said);
    // An own post waits for nobody; one from before the timeline begins is what somebody may have answered.
    if (entry.said->remote_id.empty() || (entry.own && entry.kind != kAround)) continue;
    POSTQ_TRY(const bool known, is_on_timeline(db, account, *entry.said));
    if (known) continue;
    POSTQ_CHECK(record_entry(db, account.id, entry, recorded, settling));
  }
  recorded.change.withdrawn = std::move(settling.withdrawn);
  return recorded;
}

Status mark_gone(Database& db, AccountId account, const std::vector<std::string>& remote_ids, ItemsChange& change,
                 const AuditContext& audit) {
  constexpr std::string_view kGone = R"sql(
    UPDATE items SET deleted_at = ?3, waits = NULL WHERE account_id = ?1 AND remote_id = ?2 AND deleted_at IS NULL
    RETURNING id)sql";
  Settling settling{audit, std::move(change.withdrawn)};
  for (const auto& remote_id : remote_ids) {
    POSTQ_CHECK(forget_said(db, account, remote_id));
    POSTQ_TRY(const auto gone,
              db.first(kGone, {account, remote_id, audit.now}, [](const Row& row) { return row.id<ItemId>(0); }));
    if (!gone) continue;
    ++change.gone;
    POSTQ_CHECK(withdraw_answers(db, *gone, "was deleted by its author", settling));
  }
  change.withdrawn = std::move(settling.withdrawn);
  return {};
}

Status record_reactions(Database& db, AccountId account, const std::vector<Reactions>& reactions) {
  constexpr std::string_view kReactions = R"sql(
    UPDATE timeline SET likes = ?3, replies = ?4, boosts = ?5
     WHERE account_id = ?1 AND remote_id = ?2 AND (likes IS NOT ?3 OR replies IS NOT ?4 OR boosts IS NOT ?5))sql";
  for (const auto& entry : reactions) {
    POSTQ_CHECK(db.run(kReactions, {account, entry.remote_id, entry.likes, entry.replies, entry.boosts}));
  }
  return {};
}

}  // namespace postq::sqlite
