#include "app/status/stop.h"

#include <algorithm>
#include <cctype>
#include <limits>
#include <set>

#include "app/words/select.h"

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
    database = (*store)->pause_all(reason, world.audit());
  } else {
    database = pass_on(store.error());
  }
  if (!file && !database) {
    // Whatever it was, what must not go out now is what was meant.
    auto trouble = file.error();
    trouble.kind = ErrorKind::storage;
    trouble.message = "NOT PAUSED: " + trouble.message;
    trouble.hint =
        "keep flush from running at once:\n"
        "crontab -e    (a # in front of its line)\n"
        "systemctl --user stop postq.timer postq.service" +
        (trouble.hint.empty() ? "" : "\n" + trouble.hint);
    return pass_on(std::move(trouble));
  }
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
  if (summary.posts) stopped.posts = summary.posts->approved;
  POSTQ_TRY(const auto stop, store.stop_state());
  stopped.since = stop.since;
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
    if (!account) account = account_named(store, word);
    if (account) {
      targets.accounts.push_back(std::move(*account));
    } else if (account.error().kind == ErrorKind::storage) {
      return pass_on(account.error());
    } else {
      targets.unknown.push_back(account.error());
    }
  }
  std::set<DeliveryId> seen;
  for (const auto& id : ids) {
    const auto selected = select(store, {id});
    if (!selected && selected.error().kind == ErrorKind::storage) return pass_on(selected.error());
    if (!selected) {
      targets.unknown.push_back(selected.error());
      continue;
    }
    for (const auto& post : selected->posts) {
      for (const auto& detail : post.deliveries) {
        if (!selected->contains(detail.delivery.id) || !seen.insert(detail.delivery.id).second) continue;
        // What is unconfirmed may be sent once more by itself, so a pause has something to stop there, too.
        const auto state = detail.delivery.state;
        const bool may_go = state == DeliveryState::queued || state == DeliveryState::unconfirmed;
        auto& into = may_go ? targets.deliveries : targets.too_late;
        into.push_back(detail.delivery);
      }
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
  if (!deliveries.empty()) POSTQ_CHECK(store.withdraw(deliveries, "read again after a pause", world.audit()));
  return deliveries.size();
}

}  // namespace postq
