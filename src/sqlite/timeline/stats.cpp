#include <algorithm>

#include "sqlite/database/statements.h"
#include "sqlite/sqlite_store.h"

namespace postq::sqlite {

namespace {

OwnFact read_own(const Row& row) {
  OwnFact fact;
  fact.account = row.id<AccountId>(0);
  fact.at = row.time(1);
  fact.counts_as = counts_as_from_word(row.view(2)).value_or(CountsAs::nothing);
  fact.kind = timeline_kind_from_word(row.view(3)).value_or(TimelineKind::post);
  fact.past_rules = !row.is_null(4);
  if (fact.past_rules) fact.post = row.id<PostId>(4);
  if (!row.is_null(6)) fact.reactions = Reactions{row.text(5), row.integer(6), row.integer(7), row.integer(8)};
  return fact;
}

ItemFact read_fact(const Row& row) {
  ItemFact fact;
  fact.account = row.id<AccountId>(0);
  fact.at = row.time(1);
  fact.person = row.text(2);
  fact.handle = row.text(3);
  fact.kind = item_kind_from_word(row.view(4)).value_or(ItemKind::mention);
  fact.state = item_state_from_word(row.view(5)).value_or(ItemState::open);
  fact.settled_at = row.maybe_time(6);
  return fact;
}

}  // namespace

Result<StatsFacts> SqliteStore::stats_facts(TimeRange range) {
  POSTQ_TRY(auto transaction, db_.begin_read());
  StatsFacts facts;
  POSTQ_CHECK(db_.each(kOwnFacts, {range.from, range.to}, [&](const Row& row) { facts.own.push_back(read_own(row)); }));
  POSTQ_CHECK(
      db_.each(kItemFacts, {range.from, range.to}, [&](const Row& row) { facts.items.push_back(read_fact(row)); }));
  // Each account's come in order.
  const auto earlier = [](const auto& one, const auto& other) { return one.at < other.at; };
  std::stable_sort(facts.own.begin(), facts.own.end(), earlier);
  std::stable_sort(facts.items.begin(), facts.items.end(), earlier);
  return facts;
}

}  // namespace postq::sqlite
