#include "app/words/pauses.h"

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/words/select.h"
#include "app/words/standing.h"

namespace postq {

Result<std::string> pauses_before(World& world, Store& store, const std::vector<Account>& accounts,
                                  const std::vector<Delivery>& deliveries) {
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(const auto* const state, world.state());
  POSTQ_TRY(const auto stop, store.stop_state());
  const TimePoint now = world.now();
  std::string text;
  const auto add = [&text](const std::string& what) { text += (text.empty() ? "" : "; ") + what; };
  if (stop.paused) {
    add("everything is PAUSED" + (stop.since ? " since " + format_time_short(*stop.since, now, *zone) : std::string()) +
        (stop.reason.empty() ? "" : " (" + visible_line(stop.reason) + ")"));
  } else if (state->stop_requested()) {
    add("everything is PAUSED by the file STOP");
  }
  for (const auto& account : accounts) {
    if (!account.paused_until || *account.paused_until <= now) continue;
    const bool open_end = *account.paused_until == kUntilResumed;
    add(account.name + " is PAUSED" +
        (open_end ? std::string() : " until " + format_time_short(*account.paused_until, now, *zone)));
  }
  for (const auto& delivery : deliveries) {
    if (delivery.paused) add(name_of(delivery) + " is PAUSED");
  }
  return text;
}

std::string say_paused_by(const PausedBy& paused, TimePoint now, const Zone& zone) {
  return "by " + visible_line(say_actor(paused.who)) + ", " + format_time_short(to_the_minute(paused.at), now, zone) +
         (paused.reason.empty() ? "" : ": " + visible_line(paused.reason));
}

}  // namespace postq
