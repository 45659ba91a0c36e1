#include "app/status/reminder.h"

#include <postq/time/when.h>

namespace postq {

namespace {

constexpr auto kHour = std::chrono::hours{8};  // of the day, in the person's zone

std::string count(std::int64_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

}  // namespace

Result<std::string> daily_reminder(World& world, Store& store) {
  POSTQ_TRY(auto* const state, world.state());
  const TimePoint now = world.now();
  const auto last = state->read_mark("reminded");
  if (last && now - time_point(*last) < std::chrono::hours{12}) return std::string{};
  POSTQ_TRY(const auto* const zone, world.zone());
  const auto today = calendar_day(now, *zone);
  if (now < today.from + kHour || (last && time_point(*last) >= today.from)) return std::string{};
  state->write_mark("reminded", unix_seconds(now));
  POSTQ_TRY(const auto summary, store.summary());
  std::string text;
  const auto add = [&text](std::int64_t number, std::string_view one, std::string_view many, std::string_view command) {
    if (number > 0) text += count(number, one, many) + "    " + std::string(command) + "\n";
  };
  add(summary.unconfirmed, "post is unconfirmed: it may be public", "posts are unconfirmed: they may be public",
      "postq list unconfirmed");
  add(summary.failed, "post failed", "posts failed", "postq list --failed");
  add(summary.late_pending, "post missed its time", "posts missed their time", "postq review --late");
  POSTQ_TRY(const auto accounts, store.accounts());
  for (const auto& account : accounts) {
    if (account.sign_in_needed)
      text += account.name + " wants a new sign-in    postq account login " + account.name + "\n";
  }
  if (!text.empty()) text = "Still waiting for you:\n" + text;
  return text;
}

}  // namespace postq
