#include "app/flush/damage.h"

#include <algorithm>

#include "app/sync/account_marks.h"
#include "app/words/select.h"

namespace postq {

namespace {

constexpr std::int64_t kToldAgainAfter = 24 * 60 * 60;  // seconds

}  // namespace

FlushEvent damage_event(const Damaged& damaged) {
  const auto& delivery = damaged.delivery;
  FlushEvent event;
  event.kind = FlushEvent::Kind::damaged;
  event.name = name_of(delivery);
  event.delivery = delivery;
  event.message = "not sent, and in review again: " + damaged.why;
  event.hint = delivery.origin == Origin::hand_written ? "postq show " + event.name
                                                       : "postq review " + std::to_string(number(delivery.post));
  event.error = ErrorKind::storage;
  return event;
}

FlushEvent doubtful_event(World& world, StateFiles& state, const DoubtfulAccount& account) {
  FlushEvent event;
  event.kind = FlushEvent::Kind::account;
  event.name = account.name;
  event.message = account.why + ": nothing is sent on it";
  event.hint = "postq log --verify";
  event.error = ErrorKind::storage;
  const std::string mark = mark_name(account_mark::kDoubtful, account.name);
  const auto now = unix_seconds(world.now());
  const auto told = state.read_mark(mark);
  event.news = !told || now - *told >= kToldAgainAfter;
  if (event.news) state.write_mark(mark, now);
  return event;
}

Result<std::int64_t> last_standing_twice(Store& store) {
  POSTQ_TRY(const auto twins, store.standing_twice());
  return twins.empty() ? 0 : twins.back().id;
}

std::string twin_words(const StandsTwice& twin) {
  if (twin.first.empty()) return "is out all the same, though it was called absent: " + twin.url;
  return "stands twice: " + twin.url + " beside " + twin.first;
}

Result<std::vector<FlushEvent>> new_twins(Store& store, std::int64_t known) {
  std::vector<FlushEvent> events;
  POSTQ_TRY(const auto twins, store.standing_twice());
  for (const auto& twin : twins) {
    if (twin.id <= known) continue;
    FlushEvent event;
    event.kind = FlushEvent::Kind::twice;
    event.name = name_of(twin.delivery);
    event.delivery = twin.delivery;
    event.message = twin_words(twin);
    event.hint = "postq retract " + event.name + "    takes back " + (twin.first.empty() ? "what is out" : "both");
    event.error = ErrorKind::unknown;
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace postq
