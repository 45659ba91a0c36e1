#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "app/sync/sync.h"

namespace postq {

// What an account is asked for about what people say, fixed before its thread starts.
struct ItemsQuestion {
  Account account;
  const Platform* platform = nullptr;
  std::optional<ItemsRequest> items;
  std::vector<std::pair<Listen, SearchRequest>> searches;
};

// What came of it, to be stored by the thread that has the store.
struct ItemsAnswer {
  std::optional<Result<ItemsReading>> items;
  bool whole = false;
  std::vector<std::pair<Listen, Result<ItemsReading>>> finds;
};

struct ItemsMoment {
  TimePoint now;
  Seconds window{0};
  bool search_now = false;
};

Result<ItemsQuestion> items_question(Store& store, const Account& account, const Platform& platform,
                                     const ItemsMoment& moment);

// On any thread. A place that no longer takes a cursor is asked without it.
ItemsAnswer ask_for_items(const ItemsQuestion& question, PlatformContext& context);

// Remembers that what people say can't be read, unless that is known already; the next good reading forgets it.
void note_unheard(StateFiles& state, const Account& account, TimePoint now);

// Stores what was read and tells of it in `read`; errors are the store's.
Status store_items_read(World& world, Store& store, StateFiles& state, const ItemsAnswer& answer, TimelineRead& read);

}  // namespace postq
