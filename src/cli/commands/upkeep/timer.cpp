#include "app/setup/timer.h"

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "cli/commands.h"

namespace postq {

namespace {

struct TimerFlags {
  bool dry_run = false;
};

std::string last_flush_words(World& world, const TimerState& state) {
  if (!state.last_flush) return "never";
  const auto zone = world.zone();
  return format_time(*state.last_flush, zone ? **zone : utc_zone()) + ", " +
         say_relative(*state.last_flush, world.now());
}

Exit run_status(Context& context) {
  auto& world = context.world;
  const auto state = timer_state(world);
  if (context.json) {
    context.result(JsonLine()
                       .text("schema", "postq.timer/1")
                       .flag("runs", state.runs())
                       .flag("systemd", state.systemd)
                       .flag("installed", state.installed)
                       .flag("enabled", state.enabled)
                       .flag("active", state.active)
                       .flag("lingers", state.lingers)
                       .flag("in_crontab", state.in_crontab)
                       .time("last_flush", state.last_flush)
                       .str());
    return kDone;
  }
  const auto line = [&](std::string_view name, const std::string& text) {
    context.result(pad(name, 12) + visible_line(text));
  };
  std::string unit = "not installed";
  if (state.installed) {
    unit = state.active     ? "installed and running"
           : !state.systemd ? "installed, but no systemd of yours runs here"
           : state.enabled  ? "installed, but not running:  systemctl --user start postq.timer"
                            : "installed, but not enabled:  postq timer install";
  }
  line("timer", unit);
  if (state.active && !state.lingers)
    line("", "runs only while you are signed in; for always:  loginctl enable-linger");
  if (state.installed && !state.unit_path.empty() && state.unit_path != state.own_path) {
    line("", "it starts " + state.unit_path + ", and this is " + state.own_path);
  }
  if (state.bars_commands) {
    line("", "it was written when no command was configured, and may keep yours from working:  postq timer install");
  }
  line("crontab", state.in_crontab ? "has a line for flush" : "has no line for flush");
  if (state.active && state.in_crontab) line("", "both run flush; that does no harm, and one is enough");
  line("last flush", last_flush_words(world, state));
  if (!state.runs()) {
    const auto advice = timer_advice(state.systemd);
    context.say("Nothing runs flush by itself:  " + advice.command + "    " + advice.why);
  }
  return kDone;
}

struct UnitFile {
  std::string path;
  std::string text;
};

std::vector<UnitFile> files_of(const Units& units) {
  return {{units.folder + "/postq.service", units.service}, {units.folder + "/postq.timer", units.timer}};
}

std::string dry_run_json(const std::vector<std::string>& files, const std::vector<std::string>& commands) {
  return JsonLine()
      .text("schema", "postq.timer/1")
      .flag("dry_run", true)
      .raw_list("files", files)
      .list("commands", commands)
      .str();
}

Exit show_install(Context& context) {
  const std::vector<std::string> commands{"systemctl --user daemon-reload",
                                          "systemctl --user enable --now postq.timer"};
  POSTQ_TRY(const auto units, units_for(context.world));
  if (context.json) {
    std::vector<std::string> files;
    for (const auto& file : files_of(units)) {
      files.push_back(JsonLine().text("path", file.path).text("text", file.text).str());
    }
    context.result(dry_run_json(files, commands));
    return kDone;
  }
  for (const auto& file : files_of(units)) {
    context.result("would write " + visible_line(file.path) + ":\n\n" + visible_text(file.text));
  }
  for (const auto& command : commands) context.result("would run " + command);
  return kDone;
}

Exit run_install(const TimerFlags& flags, Context& context) {
  auto& world = context.world;
  if (flags.dry_run) return show_install(context);
  POSTQ_CHECK(install_timer(world));
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.timer/1").flag("installed", true).str());
    return kDone;
  }
  context.say("Flush runs every five minutes from now on.");
  const auto state = timer_state(world);
  if (!state.lingers) context.say("While you are signed out too:  loginctl enable-linger");
  if (state.in_crontab) context.say("Your crontab has a line for flush as well; one of the two is enough.");
  return kDone;
}

Exit show_remove(Context& context) {
  const std::string stop = "systemctl --user disable --now postq.timer";
  const std::string reload = "systemctl --user daemon-reload";
  POSTQ_TRY(const auto units, units_for(context.world));
  if (context.json) {
    std::vector<std::string> files;
    for (const auto& file : files_of(units)) files.push_back(JsonLine().text("path", file.path).str());
    context.result(dry_run_json(files, {stop, reload}));
    return kDone;
  }
  context.result("would run " + stop);
  for (const auto& file : files_of(units)) context.result("would remove " + visible_line(file.path));
  context.result("would run " + reload);
  return kDone;
}

Exit run_remove(const TimerFlags& flags, Context& context) {
  auto& world = context.world;
  if (flags.dry_run) return show_remove(context);
  POSTQ_TRY(const bool removed, remove_timer(world));
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.timer/1").flag("removed", removed).str());
    return kDone;
  }
  context.say(removed ? "The timer is gone; nothing is sent by itself any more." : "There was no timer of postq's.");
  if (timer_state(world).in_crontab) context.say("Your crontab still has a line for flush:  crontab -e");
  return kDone;
}

Exit run_show(Context& context) {
  POSTQ_TRY(const auto line, crontab_line(context.world));
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.timer/1").text("crontab", line).str());
  } else {
    context.result(visible_line(line));
  }
  return kDone;
}

}  // namespace

void setup_timer(Arguments command, Context& context) {
  auto flags = std::make_shared<TimerFlags>();
  const auto install = command.add_subcommand("install", "Let systemd run flush every five minutes");
  install->add_flag("--dry-run", flags->dry_run, "Show what would be written and run");
  install->footer(
      "Examples:\n"
      "  postq timer install --dry-run\n"
      "  postq timer install");
  install->callback([flags, &context] { context.outcome = run_install(*flags, context); });
  const auto show = command.add_subcommand("show", "The line for `crontab -e`, with this program's path");
  show->footer(
      "Examples:\n"
      "  postq timer show\n"
      "  (crontab -l; postq timer show) | crontab -");
  show->callback([&context] { context.outcome = run_show(context); });
  const auto status = command.add_subcommand("status", "Is it installed, does it run, when was the last flush");
  status->footer(
      "Examples:\n"
      "  postq timer status");
  status->callback([&context] { context.outcome = run_status(context); });
  const auto remove = command.add_subcommand("remove", "Take the timer away");
  remove->add_flag("--dry-run", flags->dry_run, "Show what would be removed");
  remove->footer(
      "Examples:\n"
      "  postq timer remove --dry-run\n"
      "  postq timer remove");
  remove->callback([flags, &context] { context.outcome = run_remove(*flags, context); });
  command.commands_are_optional();
  command.footer(
      "Examples:\n"
      "  postq timer install      where systemd runs\n"
      "  (crontab -l; postq timer show) | crontab -\n"
      "  postq timer              does it run?");
  command.callback([command, &context] {
    if (command.is_alone()) context.outcome = run_status(context);
  });
}

}  // namespace postq
