#include <CLI/CLI.hpp>

#include <postq/core/command_words.h>
#include <postq/core/text.h>
#include <postq/core/when.h>

#include "app/process.h"
#include "app/select.h"
#include "app/stop.h"
#include "app/when_words.h"
#include "cli/attention.h"
#include "cli/commands.h"
#include "cli/ids.h"

namespace postq {

namespace {

constexpr std::size_t kLabel = 18;

struct PauseFlags {
  std::vector<std::string> targets;
  std::string reason;
  std::string until;
};

std::string plural(std::int64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string paused_word(const Context& context) {
  return with_attention(context.world, "PAUSED");
}

// The zone is only for reading times; a broken configuration must not keep anybody from stopping.
const Zone& zone_or_utc(World& world) {
  const auto zone = world.zone();
  return zone ? **zone : utc_zone();
}

std::string json_of(const Stopped& stopped, const StopDone& done) {
  std::vector<std::string> just_public;
  for (const auto& row : stopped.just_public) {
    just_public.push_back(JsonLine()
                              .text("name", name_of(row.delivery))
                              .time("public_at", row.delivery.public_at)
                              .text("url", row.url)
                              .str());
  }
  std::vector<std::string> unknown;
  for (const auto& row : stopped.unknown) unknown.push_back(name_of(row.delivery));
  JsonLine line;
  line.text("schema", "postq.pause/1")
      .text("paused", "everything")
      .flag("in_database", done.in_database)
      .number("stopped", stopped.approved)
      .raw_list("just_public", just_public)
      .list("unknown", unknown);
  if (done.trouble) line.text("trouble", done.trouble->message);
  return line.str();
}

// Screen 11: what was stopped in time, what is public already, what nobody knows yet.
void show_stopped(Context& context, const Stopped& stopped) {
  const TimePoint now = context.world.now();
  const Zone& zone = zone_or_utc(context.world);
  std::string in_time = plural(stopped.approved, "approved post", "approved posts");
  if (stopped.next) {
    const auto at = std::max(stopped.next->delivery.next_at, now);
    in_time += " (next was " + name_of(stopped.next->delivery) + " at " + say_time_short(at, now, zone) + ")";
  }
  context.result("");
  context.result(pad("Stopped in time", kLabel) + in_time);
  if (!stopped.just_public.empty()) context.result("Already public in the last hour:");
  std::string posts;
  for (const auto& row : stopped.just_public) {
    context.result("  " + pad(name_of(row.delivery), 16) + say_time_short(*row.delivery.public_at, now, zone) + "   " +
                   visible_line(row.url));
    const auto id = " " + std::to_string(number(row.delivery.post));
    if ((posts + " ").find(id + " ") == std::string::npos) posts += id;
  }
  if (!stopped.unknown.empty()) context.result("Unknown");
  for (const auto& row : stopped.unknown) {
    const bool sending = row.delivery.state == DeliveryState::sending;
    context.result("  " + pad(name_of(row.delivery), 16) +
                   (sending ? "was being sent; it may still come out" : "UNCONFIRMED: it may be public"));
  }
  context.result("");
  if (!posts.empty()) context.result("Take back what is public:   postq retract" + posts);
  context.result("You can still write:        postq post    postq reply iN    (each asks once more)");
  context.result("Later:                      postq resume" +
                 (stopped.approved == 0
                      ? std::string()
                      : "    (asks whether to read " +
                            (stopped.approved == 1 ? "it" : "all " + std::to_string(stopped.approved)) + " again)"));
}

Exit pause_everything(const PauseFlags& flags, Context& context) {
  auto& world = context.world;
  if (!flags.until.empty()) {
    return fail(ErrorKind::usage, "--until goes with an account; everything stays paused until `postq resume`",
                "postq pause ACCOUNT --until " + quoted_word(flags.until) + "    ACCOUNT: see `postq account list`");
  }
  const std::string headline = paused_word(context) + ", everything, since " +
                               say_time_short(world.now(), world.now(), zone_or_utc(world)) +
                               ". Nothing more goes out.";
  const auto say_so = [&context, &headline] {
    if (!context.json) context.result(headline);
  };
  POSTQ_TRY(const auto done, stop_everything(world, flags.reason, say_so));
  // It is paused all the same; but what was to be stopped isn't here.
  const int code = missing_queue(world) ? exit_code(ErrorKind::storage) : kDone;
  Result<Stopped> stopped = Stopped{};
  if (const auto store = world.store(StoreUse::read)) {
    stopped = read_stopped(world, **store);
  } else {
    stopped = pass_on(store.error());
  }
  if (context.json) {
    context.result(json_of(stopped ? *stopped : Stopped{}, done));
    return code;
  }
  if (done.trouble) {
    context.say(std::string(done.in_database ? "The database has it; the file STOP could not be written"
                                             : "The file STOP does it; the database could not be told") +
                ": " + visible_line(done.trouble->message));
    say_lines(context, done.trouble->hint, 2);
  }
  if (stopped) {
    show_stopped(context, *stopped);
  } else if (done.in_database) {
    context.say("What was stopped can't be told: " + visible_line(stopped.error().message));
  }
  // Where the eye rests when the command is over.
  context.result("");
  context.result(headline);
  return code;
}

Result<std::optional<TimePoint>> read_until(const PauseFlags& flags, World& world) {
  if (flags.until.empty()) return std::nullopt;
  // The pause is over by the real clock, so its end is read by that as well.
  if (auto* const process = process_of(world); process != nullptr) process->go_by_the_real_clock();
  POSTQ_TRY(const auto when, read_when(world, flags.until));
  return when.instant;
}

Exit pause_some(const PauseFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  POSTQ_TRY(const auto typed, expand_ids(context, flags.targets));
  POSTQ_TRY(const auto targets, pause_targets(*store, typed));
  POSTQ_TRY(const auto until, read_until(flags, world));
  if (until && targets.accounts.empty()) {
    return fail(ErrorKind::usage, "--until goes with an account; a post is moved to another time instead",
                "postq reschedule " + typed.front() + " " + flags.until);
  }
  std::vector<DeliveryId> ids;
  for (const auto& delivery : targets.deliveries) ids.push_back(delivery.id);
  if (ids.empty() && targets.accounts.empty()) {
    const auto& first = targets.too_late.front();
    const bool open = first.state == DeliveryState::sending;
    return fail(ErrorKind::refused, name_of(first) + " is " + std::string(word(first.state)) + ": too late to pause it",
                first.state == DeliveryState::sent ? "postq retract " + name_of(first)
                : open                             ? "postq why " + name_of(first)
                                                   : "postq show " + name_of(first));
  }
  for (const auto& account : targets.accounts) {
    POSTQ_CHECK(store->pause_account(account.id, until.value_or(kUntilResumed), world.doing()));
  }
  if (!ids.empty()) POSTQ_CHECK(store->set_paused(ids, true, world.doing()));
  const auto tell = [&](const std::string& name, const std::string& until_words) {
    if (context.json) {
      context.result(JsonLine().text("schema", "postq.pause/1").text("paused", name).time("until", until).str());
    } else {
      context.result(paused_word(context) + "  " + name + until_words);
    }
    if (!flags.reason.empty()) world.log().info("paused " + name + ": " + flags.reason);
  };
  for (const auto& account : targets.accounts) {
    tell(account.name, until ? ", until " + say_time(*until, zone_or_utc(world)) : "");
  }
  for (const auto& delivery : targets.deliveries) tell(name_of(delivery), "");
  for (const auto& delivery : targets.deliveries) {
    if (delivery.state != DeliveryState::unconfirmed) continue;
    context.say(name_of(delivery) + " may be public already; it is looked for, and not sent again");
  }
  for (const auto& delivery : targets.too_late) {
    context.say(name_of(delivery) + " is " + std::string(word(delivery.state)) + ", and stays so");
  }
  if (!until || !targets.deliveries.empty()) context.say("Later:  postq resume " + typed.front());
  return kDone;
}

}  // namespace

void setup_pause(CLI::App& command, Context& context) {
  auto flags = std::make_shared<PauseFlags>();
  command.add_option("ID|ACCOUNT", flags->targets, "Posts, deliveries or accounts; nothing named = everything");
  command.add_option("--reason", flags->reason, "Why, for the record")->option_text("TEXT");
  command.add_option("--until", flags->until, "Accounts go on by themselves then")->option_text("WHEN");
  command.footer(
      "Stops everything within one request, without a question. `touch` of the file STOP in "
      "the state folder (see `postq help files`) does the same.\n\n"
      "Examples:\n"
      "  postq pause --reason \"fire at the shop\"\n"
      "  postq pause site --until \"mon 9am\"\n"
      "  postq pause 12");
  command.callback([flags, &context] {
    context.outcome = flags->targets.empty() ? pause_everything(*flags, context) : pause_some(*flags, context);
  });
}

}  // namespace postq
