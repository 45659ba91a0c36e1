#include "cli/help.h"

#include <postq/core/text.h>

#include "cli/commands.h"

namespace postq {

namespace {

struct ExitCode {
  int code;
  std::string_view meaning;
};

constexpr ExitCode kExitCodes[] = {
    {0, "done; also: nothing due, or held by a rule, which is normal"},
    {1, "a bug in postq"},
    {2, "usage: what was typed can't be meant"},
    {3, "configuration or sign-in"},
    {4, "no such post, account or file"},
    {5, "refused by a rule or by the review; or a person is needed"},
    {6, "the platform said no"},
    {7, "the database or the disk"},
    {8, "outcome unknown: a post may be out, and postq is looking"},
    {75, "try later: busy, offline or limited"},
    {130, "interrupted"},
};

struct Topic {
  std::string_view name;
  std::string_view text;
};

constexpr Topic kTopics[] = {
    {"times",
     "Times are read in your zone (`postq config` shows which) and echoed in full:\n"
     "  2027-01-15 09:00     fri 9am            tomorrow 14:30     in 2h\n"
     "  next week mon 10:00  28 nov 9am         +3d                noon\n"
     "  2027-01-15T09:00:00+01:00               fri 9am Europe/Paris\n"
     "`postq when \"fri 9am\"` shows how words are understood. Past times are refused.\n"},
    {"environment",
     "POSTQ_CONFIG, POSTQ_DB     another configuration file, another database\n"
     "POSTQ_EDITOR, VISUAL, EDITOR   the editor, first one set\n"
     "POSTQ_USER                 who acts, on an account that several people share\n"
     "POSTQ_AGENT                set by a program that acts for a person: it may draft, never approve\n"
     "POSTQ_PLAIN=1              no rules and columns, answers by Enter (screen readers)\n"
     "POSTQ_NOW                  a fixed clock (RFC 3339), for trying things out; nothing is approved with it,\n"
     "                           and only this machine is talked to\n"
     "NO_COLOR, CLICOLOR_FORCE   as everywhere\n"},
    {"files",
     "$XDG_CONFIG_HOME/postq/config.toml   what you set; postq never writes it (~/.config)\n"
     "$XDG_DATA_HOME/postq/postq.db        the queue (~/.local/share)\n"
     "$XDG_DATA_HOME/postq/media/          pictures, named by their SHA-256, without metadata\n"
     "$XDG_DATA_HOME/postq/secrets/        tokens, one file an account, readable by you alone\n"
     "$XDG_STATE_HOME/postq/               locks, log, rescued text, the file STOP (~/.local/state)\n"},
};

std::string exit_codes_text() {
  std::string text;
  for (const auto& [code, meaning] : kExitCodes) text += pad(std::to_string(code), 5) + std::string(meaning) + "\n";
  return text;
}

std::string overview() {
  std::string text =
      "postq queues posts, you read each one and say yes, and it sends them at their\n"
      "time, as long as you also write some by hand.\n";
  std::string_view group;
  for (const auto& command : all_commands()) {
    if (command.group != group) {
      group = command.group;
      text += "\n" + std::string(group) + "\n";
    }
    text += "  " + pad(command.name, 12) + std::string(command.summary) + "\n";
  }
  text += "\nhelp\n  " + pad("help", 12) + "COMMAND, or exit-codes, times, files, environment\n";
  text +=
      "\nEverywhere: --json, -q, --no-input, --color WHEN, --config FILE, --db FILE\n"
      "\n  postq add \"Release 2.1 is out\" --at \"fri 9am\"    queue it\n"
      "  postq review                                     read it and say yes\n"
      "  postq timer install                              let it go out\n"
      "  postq                                            will it, and if not, why not\n";
  return text;
}

// roff takes a leading dot or quote as a request, and a backslash as an escape.
std::string roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_start = c == '\n';
  }
  return out;
}

std::string literal(std::string_view text) {
  return ".nf\n" + roff(text) + ".fi\n";
}

// postq(1), made from the same tables and flags that the program parses with.
std::string manual(Context& context) {
  std::string page = ".TH POSTQ 1 \"\" \"postq " POSTQ_VERSION
                     "\" \"User Commands\"\n.SH NAME\npostq \\- post scheduler with a "
                     "human-review gate\n.SH SYNOPSIS\n.B postq\n[COMMAND] [ARGUMENT...]\n.SH DESCRIPTION\n" +
                     literal(overview()) + ".SH COMMANDS\n";
  for (const auto& command : all_commands()) {
    CLI::App app{"", "postq"};
    auto* described = app.add_subcommand(std::string(command.name), std::string(command.summary));
    described->set_help_flag();
    described->formatter(std::make_shared<HelpFormatter>());
    command.setup(*described, context);
    page += ".SS postq " + roff(command.name) + "\n" + literal(described->help());
    for (auto* sub : described->get_subcommands({})) {
      sub->set_help_flag();
      page += ".SS postq " + roff(std::string(command.name) + " " + sub->get_name()) + "\n" + literal(sub->help());
    }
  }
  page += ".SH EXIT STATUS\n" + literal(exit_codes_text());
  for (const auto& topic : kTopics) {
    std::string title(topic.name);
    for (auto& c : title) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    page += ".SH " + title + "\n" + literal(topic.text);
  }
  return page;
}

}  // namespace

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  if (option->get_type_size() == 0) return "";
  return " " + (option->get_option_text().empty() ? option->get_type_name() : option->get_option_text());
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const {
  std::string name = app->get_name();
  for (const auto* parent = app->get_parent(); parent != nullptr; parent = parent->get_parent()) {
    name = parent->get_name() + " " + name;
  }
  std::string usage = name;
  for (const auto* option : app->get_options()) {
    if (!option->get_positional()) continue;
    const std::string shown = option->get_name(true) + (option->get_expected_max() > 1 ? "..." : "");
    usage += option->get_required() ? " " + shown : " [" + shown + "]";
  }
  const auto subs = app->get_subcommands({});
  if (!subs.empty()) usage += " COMMAND";
  std::string text = usage + " [FLAG...]\n" + app->get_description() + "\n";
  if (!app->get_footer().empty()) text += "\n" + app->get_footer() + "\n";
  std::string_view shown_group;
  const auto line = [&text](std::string left, const std::string& right) {
    constexpr std::size_t kColumn = 26;
    left = "  " + left;
    text += left.size() < kColumn ? pad(left, kColumn) : left + "\n" + std::string(kColumn, ' ');
    const auto lines = wrap(right, 80 - kColumn);
    for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "" : std::string(kColumn, ' ')) + lines[i] + "\n";
    if (lines.empty()) text += "\n";
  };
  if (!subs.empty()) {
    text += "\n";
    for (const auto* sub : subs) line(sub->get_name(), sub->get_description());
  }
  for (const std::string group : {"", "Options", "Everywhere"}) {
    bool first = true;
    for (const auto* option : app->get_options()) {
      const bool positional = option->get_positional();
      if (group.empty() ? !positional : (positional || option->get_group() != group)) continue;
      if (option->get_description().empty()) continue;
      if (std::exchange(first, false)) text += group == "Everywhere" ? "\nEverywhere\n" : "\n";
      line(option->get_name(positional, !positional) + (positional ? "" : make_option_opts(option)),
           option->get_description());
    }
  }
  return text;
}

int print_help(Context& context, const std::vector<std::string>& topics) {
  auto& terminal = context.world.terminal();
  if (topics.empty()) {
    terminal.out(overview());
    return kDone;
  }
  if (topics.front() == "exit-codes") {
    terminal.out(exit_codes_text());
    return kDone;
  }
  if (topics.front() == "man") {
    terminal.out(manual(context));
    return kDone;
  }
  std::vector<std::string> known{"exit-codes"};
  for (const auto& topic : kTopics) {
    known.emplace_back(topic.name);
    if (topics.front() != topic.name) continue;
    terminal.out(topic.text);
    return kDone;
  }
  for (const auto& command : all_commands()) known.emplace_back(command.name);
  const auto meant = closest(topics.front(), known);
  return report(context, Error{ErrorKind::usage,
                               "there is no help about '" + topics.front() + "'",
                               meant ? "did you mean `postq help " + *meant + "`?" : "postq help",
                               {}});
}

}  // namespace postq
