#include <algorithm>

#include <postq/base/command_words.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/process.h"
#include "app/status/stop.h"
#include "app/words/select.h"
#include "app/words/when_words.h"
#include "cli/commands.h"
#include "cli/flags/ids.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

constexpr std::size_t kFactColumn = 18;

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

// "9 approved posts", and on how many accounts in all where those are more.
std::string say_approved(const Stopped& stopped) {
  if (!stopped.posts) return plural(stopped.approved, "approved delivery", "approved deliveries");
  return plural(*stopped.posts, "approved post", "approved posts") +
         (*stopped.posts == stopped.approved ? "" : ", " + plural(stopped.approved, "delivery", "deliveries"));
}

// The text says which one it is, before anybody takes it back.
void show_public(Context& context, const ListRow& row, const Zone& zone) {
  constexpr std::size_t kQuoted = 40;
  const bool by_hand = row.delivery.origin == Origin::hand_written;
  const std::string text = visible_line(row.text);
  const std::string line = "  " + pad(name_of(row.delivery), 16) +
                           format_time_short(*row.delivery.public_at, context.world.now(), zone) + "  " +
                           (by_hand ? "by hand  " : "") + "\"" + shorten(text, kQuoted) + "\"";
  const std::string url = visible_line(row.url);
  if (url.empty()) return context.result(line);
  if (display_width(line) + 2 + display_width(url) <= columns(context.world)) return context.result(line + "  " + url);
  context.result(line);
  context.result("      " + url);
}

// Screen 11: what was stopped in time, what is public already, what nobody knows yet.
void show_stopped(Context& context, const Stopped& stopped) {
  const TimePoint now = context.world.now();
  const Zone& zone = zone_or_utc(context.world);
  std::string in_time = say_approved(stopped);
  if (stopped.next) {
    const auto at = std::max(stopped.next->delivery.next_at, now);
    in_time += " (next was " + name_of(stopped.next->delivery) + " at " + format_time_short(at, now, zone) + ")";
  }
  context.result("");
  context.result(pad("Stopped in time", kFactColumn) + in_time);
  if (!stopped.just_public.empty()) context.result("Already public in the last hour:");
  std::string posts;
  for (const auto& row : stopped.just_public) {
    show_public(context, row, zone);
    // The message about what happened is not what is to be taken back.
    const bool by_hand = row.delivery.origin == Origin::hand_written;
    if (by_hand && stopped.since && *row.delivery.public_at > *stopped.since) continue;
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
                 (stopped.approved == 0 ? std::string()
                                        : std::string("    (asks whether to read ") +
                                              (stopped.approved == 1 ? "it" : "all of it") + " again)"));
}

// Everything has no end of its own; whoever asked for one wanted it stopped first of all.
Exit with_end(const PauseFlags& flags, int code) {
  if (flags.until.empty()) return code;
  return fail(ErrorKind::usage, "everything is paused, until `postq resume`: --until goes with an account",
              "postq pause ACCOUNT --until " + quoted_word(flags.until) + "    ACCOUNT: see `postq account list`");
}

// Asked only where the file STOP is there already, so that nobody waits for the database before everything has stopped.
std::optional<TimePoint> stopped_since(World& world) {
  const auto state = world.state();
  if (!state || !(*state)->stop_requested()) return std::nullopt;
  const auto store = world.store(StoreUse::read);
  if (!store) return std::nullopt;
  const auto stop = (*store)->stop_state();
  return stop && stop->paused ? stop->since : std::nullopt;
}

Exit pause_everything(const PauseFlags& flags, Context& context) {
  auto& world = context.world;
  const auto before = stopped_since(world);
  const std::string headline = paused_word(context) + ", everything, since " +
                               format_time_short(before.value_or(world.now()), world.now(), zone_or_utc(world)) +
                               (before ? " (already)" : "") + ". Nothing more goes out.";
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
    return with_end(flags, code);
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
  return with_end(flags, code);
}

Result<std::optional<TimePoint>> read_until(const PauseFlags& flags, World& world) {
  if (flags.until.empty()) return std::nullopt;
  // The pause is over by the real clock, so its end is read by that as well.
  if (auto* const process = process_of(world); process != nullptr) process->go_by_the_real_clock();
  POSTQ_TRY(const auto when, read_when(world, flags.until));
  return when.instant;
}

Exit nothing_paused(Error error) {
  error.message = "nothing was paused: " + error.message;
  return pass_on(std::move(error));
}

Exit pause_some(const PauseFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  const auto ids_typed = expand_ids(context, flags.targets);
  if (!ids_typed) return nothing_paused(ids_typed.error());
  const auto& typed = *ids_typed;
  POSTQ_TRY(const auto targets, pause_targets(*store, typed));
  const bool any = !targets.accounts.empty() || !targets.deliveries.empty() || !targets.too_late.empty();
  if (!any) return nothing_paused(targets.unknown.front());
  // A time that can't be read keeps nothing from being stopped.
  const auto end = read_until(flags, world);
  const auto until = end ? *end : std::nullopt;
  if (!flags.until.empty() && targets.accounts.empty()) {
    return nothing_paused({ErrorKind::usage,
                           "--until goes with an account; a post is moved to another time instead",
                           "postq reschedule " + typed.front() + " " + flags.until,
                           {}});
  }
  std::vector<DeliveryId> ids;
  for (const auto& delivery : targets.deliveries) ids.push_back(delivery.id);
  if (ids.empty() && targets.accounts.empty()) {
    const auto& first = targets.too_late.front();
    const bool open = first.state == DeliveryState::sending;
    return nothing_paused({ErrorKind::refused,
                           name_of(first) + " is " + std::string(word(first.state)) + ", too late for that",
                           first.state == DeliveryState::sent ? "postq retract " + name_of(first)
                           : open                             ? "postq why " + name_of(first)
                                                              : "postq show " + name_of(first),
                           {}});
  }
  for (const auto& account : targets.accounts) {
    POSTQ_CHECK(store->pause_account(account.id, until.value_or(kUntilResumed), world.audit(), flags.reason));
  }
  if (!ids.empty()) POSTQ_CHECK(store->set_paused(ids, true, world.audit(), flags.reason));
  const auto tell = [&](const std::string& name, const std::string& until_words) {
    if (context.json) {
      context.result(JsonLine().text("schema", "postq.pause/1").text("paused", name).time("until", until).str());
    } else {
      context.result(paused_word(context) + "  " + name + until_words);
    }
    if (!flags.reason.empty()) world.log().info("paused " + name + ": " + flags.reason);
  };
  for (const auto& account : targets.accounts) {
    tell(account.name, until ? ", until " + format_time(*until, zone_or_utc(world)) : "");
  }
  for (const auto& delivery : targets.deliveries) tell(name_of(delivery), "");
  for (const auto& delivery : targets.deliveries) {
    if (delivery.state != DeliveryState::unconfirmed) continue;
    context.say(name_of(delivery) + " may be public already; it is looked for, and not sent again");
  }
  for (const auto& delivery : targets.too_late) {
    context.say(name_of(delivery) + " is " + std::string(word(delivery.state)) + ", and stays so");
  }
  std::string names;
  for (const auto& account : targets.accounts) names += until ? "" : " " + account.name;
  for (const auto& delivery : targets.deliveries) names += " " + name_of(delivery);
  // As it was typed, where all of that was paused.
  if (!until && targets.unknown.empty()) names = quoted_words(typed);
  if (!names.empty()) context.say("Later:  postq resume" + names);
  for (std::size_t n = 1; n < targets.unknown.size(); ++n) {
    context.say("not paused: " + visible_line(targets.unknown[n].message));
  }
  if (!targets.unknown.empty()) {
    auto error = targets.unknown.front();
    error.message = "the rest was paused, but " + error.message;
    return pass_on(std::move(error));
  }
  if (end) return kDone;
  auto error = end.error();
  error.message = "paused until `postq resume`: " + error.message;
  return pass_on(std::move(error));
}

// `postq pause all` in a hurry. An account of that name wins.
bool means_everything(const std::vector<std::string>& targets, World& world) {
  if (targets.empty()) return true;
  return std::any_of(targets.begin(), targets.end(), [&world](const std::string& word) {
    if (word != "all" && word != "everything" && word != "now") return false;
    const auto store = world.store(StoreUse::read);
    return !store || !(*store)->account(word);
  });
}

}  // namespace

void setup_pause(Arguments command, Context& context) {
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
    context.outcome = means_everything(flags->targets, context.world) ? pause_everything(*flags, context)
                                                                      : pause_some(*flags, context);
  });
}

}  // namespace postq
