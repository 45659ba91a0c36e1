#include "app/flush/flush.h"

#include <algorithm>

#include <postq/ports/lock_holder.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/process.h"
#include "app/status/reminder.h"
#include "app/words/select.h"
#include "cli/commands.h"
#include "cli/output/attention.h"
#include "cli/output/flush_report.h"
#include "cli/output/typed_places.h"

namespace postq {

namespace {

struct FlushFlags {
  bool dry_run = false;
  bool yes = false;
  std::string account;
};

std::string rule_of(const Judgement& judgement) {
  const auto* const verdict = judgement.deciding();
  return verdict == nullptr ? "" : verdict->rule;
}

std::string held_line(const Judgement& judgement) {
  const auto* const verdict = judgement.deciding();
  return verdict == nullptr ? "" : verdict->rule + ", " + verdict->reason;
}

Exit run_dry(const FlushFlags& flags, Context& context, Store& store) {
  POSTQ_TRY(const auto entries, dry_run(context.world, store, flags.account));
  for (const auto& entry : entries) {
    const std::string name = name_of(entry.delivery);
    if (context.json) {
      JsonLine line;
      line.text("schema", "postq.flush.dry-run/1").text("name", name).flag("held", !entry.judgement.allowed());
      if (!entry.judgement.allowed()) line.text("reason", held_line(entry.judgement));
      line.list("requests", entry.requests);
      if (entry.trouble) line.text("error", entry.trouble->message);
      context.result(line.str());
      continue;
    }
    if (!entry.judgement.allowed()) {
      print_wrapped(context, name + "  HELD: " + visible_line(held_line(entry.judgement)));
      std::vector<Suggestion> suggestions;
      for (const auto& remedy : entry.judgement.deciding()->remedies) {
        suggestions.push_back({remedy.command, visible_line(remedy.why)});
      }
      print_suggestions(context, suggestions, 4);
      continue;
    }
    if (entry.trouble) {
      print_wrapped(context, name + "  can't be sent as it is: " + visible_line(entry.trouble->message));
      continue;
    }
    context.result(name + "  would be sent:");
    for (const auto& request : entry.requests) context.result(visible_text(request) + "\n");
  }
  if (entries.empty()) context.say("nothing is due");
  return kDone;
}

// On a terminal: what would go, and one question.
Result<bool> person_agrees(const FlushFlags& flags, Context& context, Store& store) {
  if (flags.yes || !context.may_ask()) return true;
  POSTQ_TRY(const auto entries, dry_run(context.world, store, flags.account));
  const auto goes =
      std::count_if(entries.begin(), entries.end(), [](const DryRunEntry& entry) { return entry.judgement.allowed(); });
  if (goes == 0) return true;  // what is held or lost is still looked after, and said then
  for (const auto& entry : entries) {
    const bool allowed = entry.judgement.allowed();
    context.say("  " + name_of(entry.delivery) + (allowed ? "  goes now" : "  HELD: " + rule_of(entry.judgement)));
  }
  POSTQ_TRY(const auto answer, context.world.terminal().read_key(
                                   goes == 1 ? "Send it? [y/n] " : "Send these " + std::to_string(goes) + "? [y/n] "));
  return answer == "y" || answer == "Y";
}

// On standard error, which cron mails, and to notify_command where nobody is looking.
void tell(Context& context, const std::string& text, bool watched) {
  auto& world = context.world;
  if (!context.json) world.terminal().say(text);
  const auto config = world.config();
  if (watched || !config || (*config)->notify_command.empty()) return;
  if (const auto told = world.run_command((*config)->notify_command, text); !told) {
    context.say("notify_command failed: " + visible_line(told.error().message));
  }
}

// What became so in this run, and once a day what still needs a person; the same text goes to notify_command.
void speak(Context& context, const FlushReport& report, const std::string& reminder) {
  std::string text = letter(with_typed_places(context, report));
  if (text.empty()) text = with_typed_places(context, reminder, Advice::in_lines);
  if (!text.empty()) tell(context, text, false);
}

// A run ends within minutes, whatever the servers do.
constexpr std::chrono::hours kHangsAfter{1};
constexpr std::chrono::hours kSayAgain{24};
constexpr const char* kHangsMark = "flush-hangs";

std::string hanging_words(const LockHolder& first) {
  return "another flush has been running for " + format_duration(first.held) +
         ", and nothing goes out while it does\n    kill " + std::to_string(first.process) +
         "      what it may have sent is looked for, and not sent again\n";
}

// The second of two runs says nothing, since the first one sends what is due; unless that one has been at it for so
// long that it must be hanging.
Exit leave_it_to_the_first(Context& context, bool watched) {
  auto& world = context.world;
  const auto locks = world.locks();
  const auto* const holders = locks ? dynamic_cast<const LockHolders*>(*locks) : nullptr;
  const auto first = holders != nullptr ? holders->holder("flush") : std::nullopt;
  if (!first || first->held < kHangsAfter) {
    if (watched) context.say("another flush is running; it sends what is due");
    return kDone;
  }
  const auto state = world.state();
  const TimePoint now = world.now();
  const auto told = state ? (*state)->read_mark(kHangsMark) : std::nullopt;
  const bool of_this_one = told && time_point(*told) >= now - first->held;
  if (!watched && of_this_one && now - time_point(*told) < kSayAgain) return kDone;
  if (state) (*state)->write_mark(kHangsMark, unix_seconds(now));
  if (context.json) {
    context.result(JsonLine()
                       .text("schema", "postq.flush/1")
                       .text("event", "running")
                       .number("process", first->process)
                       .number("seconds", first->held.count())
                       .str());
  }
  tell(context, hanging_words(*first), watched);
  return exit_code(ErrorKind::try_later);
}

Exit run_flush(const FlushFlags& flags, Context& context) {
  auto& world = context.world;
  // POSTQ_NOW is for looking; neither makes it anything due, nor late, nor in time.
  if (auto* const process = process_of(world); process != nullptr && !flags.dry_run) process->go_by_the_real_clock();
  POSTQ_TRY(auto* const store, world.store(flags.dry_run ? StoreUse::read : StoreUse::write));
  if (flags.dry_run) return run_dry(flags, context, *store);
  POSTQ_TRY(const bool agreed, person_agrees(flags, context, *store));
  if (!agreed) {
    context.say("nothing was sent");
    return kDone;
  }
  const bool watched = context.may_ask();
  FlushOptions options;
  options.account = flags.account;
  options.watched = watched;
  options.on_event = [&](const FlushEvent& told) {
    const auto event = with_typed_places(context, told);
    if (context.json) {
      context.result(event_json(event));
    } else if (watched) {
      world.terminal().say(say_event(event, columns(world)));
    }
    const bool trouble =
        event.news && event.kind != FlushEvent::Kind::sent && event.kind != FlushEvent::Kind::part_sent;
    const std::string text = event.name + " " + event.message;
    if (trouble) {
      world.log().warn(text);
    } else {
      world.log().info(text);
    }
  };
  POSTQ_TRY(const auto report, flush(world, *store, options));
  if (report.already_running) return leave_it_to_the_first(context, watched);
  if (report.stopped && watched) context.say("PAUSED: nothing goes out. Later: postq resume");
  if (watched && report.events.empty() && !report.stopped && !report.trouble) context.say("nothing is due");
  if (watched && !report.events.empty() && !report.stopped)
    context.say(std::to_string(report.sent) + " sent. What is next: postq");
  std::string reminder;
  if (!watched && !report.stopped && !report.trouble) {
    POSTQ_TRY(reminder, daily_reminder(world, *store));
  }
  if (!watched) speak(context, report, reminder);
  if (report.trouble) return pass_on(*report.trouble);
  return exit_code_of(report);
}

}  // namespace

void setup_flush(Arguments command, Context& context) {
  auto flags = std::make_shared<FlushFlags>();
  command.add_flag("--dry-run", flags->dry_run, "Print the exact requests, secrets masked, and contact nobody");
  command.add_option("--account", flags->account, "Only this account")->option_text("NAME");
  command.add_flag("-y,--yes", flags->yes, "Do not ask first, on a terminal");
  command.footer(
      "Examples:\n"
      "  */5 * * * * postq flush          from cron; it mails only what needs you\n"
      "  postq flush --dry-run            what would be sent, byte for byte\n"
      "  postq flush --account site");
  command.callback([flags, &context] { context.outcome = run_flush(*flags, context); });
}

}  // namespace postq
