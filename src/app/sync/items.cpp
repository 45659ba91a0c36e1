#include "app/sync/items.h"

#include "app/sync/account_marks.h"
#include "app/sync/reading.h"
#include "app/sync/timed_http.h"

namespace postq {

namespace {

using namespace std::chrono_literals;

constexpr Seconds kSearchEvery = 15min;     // servers count searches more strictly than readings
constexpr Seconds kSearchedBack = 24h * 7;  // the first time

std::string unheard_mark(const Account& account) {
  return mark_name(account_mark::kItemsUnreadable, account.name);
}

void add(ItemsChange& all, const ItemsChange& one) {
  all.fresh += one.fresh;
  all.answered += one.answered;
  all.gone += one.gone;
  all.heard += one.heard;
  all.withdrawn.insert(all.withdrawn.end(), one.withdrawn.begin(), one.withdrawn.end());
}

Result<ItemsReading> read_items(const ItemsQuestion& question, PlatformContext& context) {
  return ask_from_cursor(*question.items, [&](const ItemsRequest& request) {
    return question.platform->read_items(question.account, request, context);
  });
}

Result<ItemsReading> search(const ItemsQuestion& question, const SearchRequest& wanted, PlatformContext& context) {
  return ask_from_cursor(wanted, [&](const SearchRequest& request) {
    return question.platform->search(question.account, request, context);
  });
}

// What the place said instead of an answer, or behind a part of one.
std::optional<Error> trouble_of(const Result<ItemsReading>& reading, const Account& account) {
  Error error = reading ? reading->error : reading.error();
  if (error.message.empty()) return std::nullopt;
  if (error.hint.empty() && error.kind == ErrorKind::sign_in) error.hint = "postq account login " + account.name;
  return error;
}

void remember(StateFiles& state, const Account& account, ItemsRead& items, TimePoint now) {
  items.failed_before = unheard_since(state, account).has_value();
  if (items.error) note_unheard(state, account, now);
  if (!items.error && items.failed_before) state.write_mark(unheard_mark(account), 0);
}

}  // namespace

std::optional<TimePoint> unheard_since(const StateFiles& state, const Account& account) {
  const auto mark = state.read_mark(unheard_mark(account)).value_or(0);
  if (mark == 0) return std::nullopt;
  return time_point(mark);
}

void note_unheard(StateFiles& state, const Account& account, TimePoint now) {
  if (!unheard_since(state, account)) state.write_mark(unheard_mark(account), unix_seconds(now));
}

Result<ItemsQuestion> items_question(Store& store, const Account& account, const Platform& platform,
                                     const ItemsMoment& moment) {
  ItemsQuestion question{account, &platform, {}, {}};
  if (platform.traits().items) {
    const TimePoint from = moment.now - moment.window;
    POSTQ_TRY(auto known, store.items_known(account.id, from));
    const bool whole = !happened_within(known.whole_at, kWholeEvery, moment.now);
    question.items = ItemsRequest{from, std::move(known.cursor), std::move(known.own), whole, std::move(known.open)};
  }
  if (!platform.traits().searches) return question;
  POSTQ_TRY(const auto listens, store.listens());
  for (const auto& listen : listens) {
    if (listen.account != account.id) continue;
    if (!moment.search_now && happened_within(listen.read_at, kSearchEvery, moment.now)) continue;
    question.searches.emplace_back(listen, SearchRequest{listen.words, moment.now - kSearchedBack, listen.cursor});
  }
  return question;
}

ItemsAnswer ask_for_items(const ItemsQuestion& question, PlatformContext& context) {
  ItemsAnswer answer;
  if (question.items) {
    answer.whole = question.items->whole;
    answer.items = read_items(question, context);
    auto& reading = *answer.items;
    if (reading && reading->limited_until) return answer;
    // The end of the time says nothing against the server: the next reading goes on.
    const bool is_over = reading && !reading->complete && reading->error.message == TimedHttp::kTimeIsOver;
    if (is_over) reading->error = {};
    if (is_over) return answer;
  }
  for (const auto& [listen, request] : question.searches) {
    answer.finds.emplace_back(listen, search(question, request, context));
    const auto& found = answer.finds.back().second;
    if (found && found->limited_until) break;
  }
  return answer;
}

Status store_items_read(World& world, Store& store, StateFiles& state, const ItemsAnswer& answer, TimelineRead& read) {
  auto& items = read.items;
  if (answer.items) {
    items.readable = true;
    items.error = trouble_of(*answer.items, read.account);
    remember(state, read.account, items, world.now());
    if (const auto& reading = *answer.items) {
      POSTQ_TRY(items.change, store.store_items(read.account.id, *reading, answer.whole, world.audit()));
      items.complete = reading->complete;
      if (!read.clock_skew) read.clock_skew = reading->clock_skew;
    }
    items.change.answered += read.change.answered;  // own answers that the timeline showed
  }
  for (const auto& [listen, reading] : answer.finds) {
    if (auto error = trouble_of(reading, read.account)) items.failed.push_back({listen, *std::move(error)});
    if (!reading) continue;
    POSTQ_TRY(const auto change, store.store_heard(listen.id, *reading, world.audit()));
    add(items.change, change);
  }
  const auto& withdrawn = items.change.withdrawn;
  read.withdrawn.insert(read.withdrawn.end(), withdrawn.begin(), withdrawn.end());
  return {};
}

}  // namespace postq
