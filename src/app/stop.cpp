#include "app/stop.h"

#include <algorithm>
#include <cctype>
#include <limits>

#include "app/select.h"

namespace postq {

namespace {

constexpr auto kJustPublic = std::chrono::hours{1};

bool is_id(const std::string& word) {
  return !word.empty() && word.front() >= '0' && word.front() <= '9' && parse_selection(word).has_value();
}

}  // namespace

Result<StopDone> stop_everything(World& world, const std::string& reason, const std::function<void()>& stopped) {
  Status file = fail(ErrorKind::bug, "not tried");
  if (const auto state = world.state()) {
    file = (*state)->write_stop(reason);
  } else {
    file = pass_on(state.error());
  }
  if (file && stopped) stopped();
  Status database;
  if (const auto store = world.store(StoreUse::write)) {
    database = (*store)->pause_all(reason, world.doing());
  } else {
    database = pass_on(store.error());
  }
  if (!file && !database) return pass_on(file.error());
  if (!file && stopped) stopped();
  StopDone done;
  done.in_database = database.has_value();
  if (!file) done.trouble = file.error();
  if (!database) done.trouble = database.error();
  return done;
}

Result<Stopped> read_stopped(World& world, Store& store) {
  Stopped stopped;
  POSTQ_TRY(const auto summary, store.summary());
  stopped.approved = summary.approved;
  if (!summary.next.empty()) stopped.next = summary.next.front();

  ListFilter unknown;
  unknown.states = {DeliveryState::sending, DeliveryState::unconfirmed};
  unknown.limit = 0;
  POSTQ_TRY(stopped.unknown, store.list(unknown));

  ListFilter sent;
  sent.states = {DeliveryState::sent};
  sent.public_since = world.now() - kJustPublic;
  sent.limit = 0;
  POSTQ_TRY(const auto rows, store.list(sent));
  for (const auto& row : rows) {
    if (!row.delivery.retracted_at) stopped.just_public.push_back(row);
  }
  std::sort(stopped.just_public.begin(), stopped.just_public.end(),
            [](const ListRow& a, const ListRow& b) { return a.delivery.public_at > b.delivery.public_at; });
  return stopped;
}

Result<PauseTargets> pause_targets(Store& store, const std::vector<std::string>& typed) {
  PauseTargets targets;
  std::vector<std::string> ids;
  for (const auto& word : typed) {
    // An account may be called 12, too; its name wins, because 12@ACCOUNT can still say the other.
    auto account = store.account(word);
    if (!account && is_id(word)) {
      ids.push_back(word);
      continue;
    }
    if (!account) {
      POSTQ_TRY(account, account_named(store, word));
    }
    targets.accounts.push_back(std::move(*account));
  }
  POSTQ_TRY(const auto selected, select(store, ids));
  for (const auto& post : selected.posts) {
    for (const auto& detail : post.deliveries) {
      if (!selected.contains(detail.delivery.id)) continue;
      // What is unconfirmed may be sent once more by itself, so a pause has something to stop there, too.
      const auto state = detail.delivery.state;
      const bool may_go = state == DeliveryState::queued || state == DeliveryState::unconfirmed;
      auto& into = may_go ? targets.deliveries : targets.too_late;
      into.push_back(detail.delivery);
    }
  }
  return targets;
}

Result<std::size_t> withdraw_approvals(World& world, Store& store) {
  ListFilter filter;
  filter.approved_only = true;
  filter.origin = Origin::scheduled;
  filter.limit = std::numeric_limits<int>::max();
  POSTQ_TRY(const auto rows, store.list(filter));
  std::vector<DeliveryId> deliveries;
  for (const auto& row : rows) deliveries.push_back(row.delivery.id);
  if (!deliveries.empty()) POSTQ_CHECK(store.withdraw(deliveries, "read again after a pause", world.doing()));
  return deliveries.size();
}

}  // namespace postq
