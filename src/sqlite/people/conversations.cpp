#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "sqlite/database/rows.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

// What others took back stands there without its words.
constexpr std::string_view kSaid = R"sql(
  SELECT i.remote_id, i.person_id, p.handle, p.name, i.ignored, i.created_at, i.reply_to, i.conversation,
         CASE WHEN i.deleted_at IS NULL THEN i.text ELSE '' END, i.warning, i.visibility, i.language, i.url, i.mentions, i.deleted_at IS NOT NULL
    FROM items i JOIN people p ON p.account_id = i.account_id AND p.person_id = i.person_id)sql";
// Also what is gone: an answer to it is read beside the place where it stood.
constexpr std::string_view kByRemoteId = " WHERE i.account_id = ?1 AND i.remote_id = ?2";
// ?1 account, ?2 conversation, ?3 time, ?4 how many: those before and those after.
constexpr std::string_view kBefore = R"sql(
   WHERE i.id IN (SELECT id FROM items INDEXED BY items_conversation
                   WHERE account_id = ?1 AND conversation = ?2 AND conversation <> '' AND created_at <= ?3
                     AND deleted_at IS NULL ORDER BY created_at DESC LIMIT ?4))sql";
constexpr std::string_view kAfter = R"sql(
   WHERE i.id IN (SELECT id FROM items INDEXED BY items_conversation
                   WHERE account_id = ?1 AND conversation = ?2 AND conversation <> '' AND created_at > ?3
                     AND deleted_at IS NULL ORDER BY created_at LIMIT ?4))sql";

// The account's own posts in the same shape.
constexpr std::string_view kOwnColumns = R"sql(
  SELECT t.remote_id, coalesce(c.remote_id, ''), coalesce(c.remote_name, c.name), '', 0, t.created_at,
         coalesce(t.reply_to, ''), '', t.text, '', coalesce(t.visibility, ''), '', coalesce(r.url, ''), '',
         t.deleted_at IS NOT NULL
    FROM timeline t)sql";
constexpr std::string_view kOwnRest = R"sql(
    JOIN accounts c ON c.id = t.account_id
    LEFT JOIN parts r ON r.account_id = t.account_id AND r.remote_id = t.remote_id AND r.remote_id IS NOT NULL
   WHERE t.account_id = ?1 AND t.kind <> 'boost')sql";
constexpr std::string_view kById = " AND t.remote_id = ?2";
// Named, because one that is in order of time would be read to its end.
constexpr std::string_view kByAnswers = " INDEXED BY timeline_answers";
constexpr std::string_view kAnswering =
    " AND t.reply_to = ?2 AND t.reply_to IS NOT NULL AND t.deleted_at IS NULL ORDER BY t.created_at LIMIT ?3";
constexpr auto& kOwnById = joined<kOwnColumns, kOwnRest, kById>;
constexpr auto& kOwnAnswers = joined<kOwnColumns, kByAnswers, kOwnRest, kAnswering>;

// Puts what answers behind what it answers, wherever it stood: its author's clock may be slow. Otherwise nothing moves.
std::vector<RemotePost> behind_what_they_answer(std::vector<RemotePost> all) {
  constexpr auto kNobody = static_cast<std::size_t>(-1);
  std::map<std::string_view, std::size_t> place_of;
  for (std::size_t i = 0; i < all.size(); ++i) place_of.emplace(all[i].remote_id, i);
  std::vector<std::size_t> parents;
  for (const auto& said : all) {
    const auto parent = place_of.find(said.reply_to);
    parents.push_back(parent == place_of.end() ? kNobody : parent->second);
  }
  std::vector<RemotePost> ordered;
  std::vector<bool> placed(all.size());
  std::vector<std::size_t> above;
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (auto at = i; at != kNobody && !placed[at]; at = parents[at]) {
      placed[at] = true;
      above.push_back(at);
    }
    for (; !above.empty(); above.pop_back()) ordered.push_back(std::move(all[above.back()]));
  }
  return ordered;
}

// Gathers by following from what is known: upwards by what each replies to, down to one's own answers.
class Conversation {
 public:
  Conversation(Database& db, AccountId account, int limit) : db_(db), account_(account), limit_(limit) {}

  Status gather(const Item& item) {
    keep(item.said);
    if (!item.said.conversation.empty()) {
      POSTQ_CHECK(find(joined<kSaid, kBefore>, {account_, item.said.conversation, item.said.created_at, limit_}));
      POSTQ_CHECK(find(joined<kSaid, kAfter>, {account_, item.said.conversation, item.said.created_at, limit_}));
    }
    POSTQ_CHECK(climb(item.said.reply_to));
    if (!found_.contains(item.said.conversation)) POSTQ_CHECK(find_one(item.said.conversation));
    return add_own_answers();
  }

  // Oldest first, at most the limit around `center`; what it answers is always among them.
  std::vector<RemotePost> around(const RemotePost& center) && {
    std::vector<RemotePost> all;
    for (auto& [id, said] : found_) all.push_back(std::move(said));
    std::sort(all.begin(), all.end(), [](const RemotePost& one, const RemotePost& other) {
      return std::tie(one.created_at, one.remote_id) < std::tie(other.created_at, other.remote_id);
    });
    all = behind_what_they_answer(std::move(all));
    const auto most = static_cast<std::ptrdiff_t>(std::max(limit_, 1));
    const auto size = static_cast<std::ptrdiff_t>(all.size());
    if (size <= most) return all;
    const auto place_of = [&](const std::string& id) {
      return std::find_if(all.begin(), all.end(), [&](const RemotePost& said) { return said.remote_id == id; }) -
             all.begin();
    };
    const auto first = std::clamp(place_of(center.remote_id) - most / 2, std::ptrdiff_t{0}, size - most);
    const auto answered = place_of(center.reply_to);
    const bool before = most > 1 && answered < first;
    std::vector<RemotePost> shown;
    if (before) shown.push_back(std::move(all[static_cast<std::size_t>(answered)]));
    std::move(all.begin() + first + (before ? 1 : 0), all.begin() + first + most, std::back_inserter(shown));
    return shown;
  }

 private:
  void keep(const RemotePost& said) {
    if (found_.try_emplace(said.remote_id, said).second) fresh_.push_back(said.remote_id);
  }

  Status find(std::string_view sql, Values values) {
    return db_.each(sql, values, [&](const Row& row) { keep(read_said(row, 0)); });
  }

  Status find_one(const std::string& remote_id) {
    if (remote_id.empty()) return {};
    POSTQ_CHECK(find(joined<kSaid, kByRemoteId>, {account_, remote_id}));
    return find(kOwnById, {account_, remote_id});
  }

  Status climb(std::string parent) {
    for (int steps = 0; steps < limit_ && !parent.empty(); ++steps) {
      if (!found_.contains(parent)) POSTQ_CHECK(find_one(parent));
      const auto found = found_.find(parent);
      if (found == found_.end()) return {};
      parent = found->second.reply_to;
    }
    return {};
  }

  // An answer of one's own may go on in a thread.
  Status add_own_answers() {
    const auto most = static_cast<std::size_t>(limit_) * 3;
    for (std::size_t at = 0; at < fresh_.size() && found_.size() < most; ++at) {
      const auto id = fresh_[at];
      POSTQ_CHECK(find(kOwnAnswers, {account_, id, limit_}));
    }
    return {};
  }

  Database& db_;
  AccountId account_;
  int limit_;
  std::map<std::string, RemotePost, std::less<>> found_;
  std::vector<std::string> fresh_;  // in the order they were found
};

}  // namespace

Result<std::vector<RemotePost>> SqliteStore::conversation(ItemId id, int limit) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  POSTQ_TRY(const auto known, item(id));
  Conversation conversation(db_, known.account, std::max(limit, 1));
  POSTQ_CHECK(conversation.gather(known));
  return std::move(conversation).around(known.said);
}

}  // namespace postq::sqlite
