#include <CLI/CLI.hpp>

#include <postq/text/text.h>

#include "cli/agents.h"
#include "cli/commands.h"
#include "cli/parser/describe.h"
#include "cli/parser/help_page.h"
#include "cli/parser/meant_command.h"

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
     "Times are read in your zone (`postq doctor` shows which) and echoed in full. The\n"
     "first `account add` keeps it, with --zone or this machine's; from then on `zone`\n"
     "in the configuration changes it, and TZ no longer counts.\n"
     "  2027-01-15 09:00     fri 9am            tomorrow 14:30     in 2h\n"
     "  next week mon 10:00  28 nov 9am         +3d                noon\n"
     "  in 1 month           2027-01-15T09:00:00+01:00             @1796084098\n"
     "  fri 9am Europe/Paris                    fri 9am UTC+2 (2 hours ahead)\n"
     "`postq when \"fri 9am\"` shows how words are understood. Past times are refused.\n"
     "\n"
     "Ranges are --from and --until; both days belong to them:\n"
     "  mon   1 nov   2026-11-01   today   yesterday   last fri   \"fri 14:00\"\n"
     "  7d (so long ago)           in 7d\n"
     "`mon` is today on a Monday; else the coming one in `list`, and the last one\n"
     "where only the past is looked at.\n"},
    {"environment",
     "POSTQ_CONFIG, POSTQ_DB     another configuration file, another database\n"
     "POSTQ_EDITOR, VISUAL, EDITOR   the editor, first one set\n"
     "POSTQ_USER                 who acts, on an account that several people share\n"
     "POSTQ_AGENT                set by a program that acts for a person, to its name:\n"
     "                           it may draft, never approve (postq help agents)\n"
     "POSTQ_PLAIN=1              no rules and columns, answers by Enter (screen\n"
     "                           readers)\n"
     "POSTQ_NOW                  a fixed clock (RFC 3339), for trying things out;\n"
     "                           nothing is approved with it, flush goes by the real\n"
     "                           clock, and only this machine is talked to\n"
     "POSTQ_NOTIFY_TIMEOUT=2m    how long notify_command may run, at most 5m; else 30s\n"
     "POSTQ_MACHINE_DIR          where the machine remembers how far each queue had\n"
     "                           come, so that a home put back from a backup is known\n"
     "                           for one (/var/tmp/postq-UID)\n"
     "NO_COLOR, CLICOLOR_FORCE   as everywhere\n"
     "Programs that postq starts get none of the environment's tokens, passwords and\n"
     "keys.\n"},
    {"files",
     "What you set; postq never writes it:\n"
     "  $XDG_CONFIG_HOME/postq/config.toml    (~/.config)\n"
     "The queue; pictures, named by their SHA-256, without metadata; tokens and the\n"
     "addresses of webhooks, one file an account, readable by you alone:\n"
     "  $XDG_DATA_HOME/postq/postq.db         (~/.local/share)\n"
     "  $XDG_DATA_HOME/postq/media/\n"
     "  $XDG_DATA_HOME/postq/secrets/\n"
     "Locks, log, rescued text, the file STOP:\n"
     "  $XDG_STATE_HOME/postq/                (~/.local/state)\n"
     "A database elsewhere (--db, POSTQ_DB) has tokens and locks of its own, and is\n"
     "told by its path:\n"
     "  $XDG_DATA_HOME/postq/secrets-HASH/\n"
     "  $XDG_STATE_HOME/postq/queue-HASH/\n"},
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
    command.setup(Arguments(*described), context);
    page += ".SS postq " + roff(command.name) + "\n" + literal(described->help());
    for (auto* sub : described->get_subcommands({})) {
      sub->set_help_flag();
      page += ".SS postq " + roff(std::string(command.name) + " " + sub->get_name()) + "\n" + literal(sub->help());
    }
  }
  page += ".SH AGENTS\n" + literal(agents_text());
  page += ".SH EXIT STATUS\n" + literal(exit_codes_text());
  for (const auto& topic : kTopics) {
    std::string title(topic.name);
    for (auto& c : title) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    page += ".SH " + title + "\n" + literal(topic.text);
  }
  return page;
}

void print_commands(Context& context) {
  if (!context.json) return print_page(context, overview());
  for (const auto& command : all_commands()) {
    context.result(JsonLine()
                       .text("schema", "postq.help/1")
                       .text("command", command.name)
                       .text("group", command.group)
                       .text("summary", command.summary)
                       .str());
  }
}

void print_exit_codes(Context& context) {
  if (!context.json) return print_page(context, exit_codes_text());
  for (const auto& [code, meaning] : kExitCodes) {
    context.result(JsonLine().text("schema", "postq.help/1").number("code", code).text("meaning", meaning).str());
  }
}

void print_text(Context& context, std::string_view name, std::string_view text) {
  if (!context.json) return print_page(context, text);
  context.result(JsonLine().text("schema", "postq.help/1").text("topic", name).text("text", text).str());
}

void print_topic(Context& context, std::string_view name) {
  if (name == "exit-codes") return print_exit_codes(context);
  if (name == "agents") return print_text(context, name, agents_text());
  if (name == "man") return print_text(context, name, manual(context));
  for (const auto& topic : kTopics) {
    if (name == topic.name) return print_text(context, name, topic.text);
  }
}

// `typed` is the first of the words that leads nowhere; `before` leads to what has the names in `known`.
tl::unexpected<Error> no_help(const std::string& before, const std::string& typed,
                              const std::vector<std::string>& known) {
  const auto meant = closest(typed, known);
  return fail(ErrorKind::usage, "there is no help about '" + before + typed + "'",
              meant            ? "did you mean `postq help " + before + *meant + "`?"
              : before.empty() ? "postq help"
                               : "postq help " + before.substr(0, before.size() - 1));
}

// The page of a command, or of a command of it: "account add".
Exit print_command(Context& context, const Command& command, const std::vector<std::string>& words) {
  CLI::App parser{"", "postq"};
  const CLI::App* page = &describe(parser, command, context);
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::vector<std::string> known;
    for (const auto* sub : page->get_subcommands({})) known.push_back(sub->get_name());
    if (std::find(known.begin(), known.end(), words[i]) == known.end()) {
      return no_help(words_of(*page) + " ", words[i], known);
    }
    page = page->get_subcommand(words[i]);
  }
  return show_help(*page, context);
}

Exit run_help(const std::vector<std::string>& words, Context& context) {
  if (words.empty()) {
    print_commands(context);
    return kDone;
  }
  const std::string& first = words.front();
  if (const auto* const command = find_command(first)) return print_command(context, *command, words);
  std::vector<std::string> known{"exit-codes", "agents", "man"};
  for (const auto& topic : kTopics) known.emplace_back(topic.name);
  if (std::find(known.begin(), known.end(), first) != known.end()) {
    if (words.size() > 1) return no_help(first + " ", words[1], {});
    print_topic(context, first);
    return kDone;
  }
  if (auto meant = meant_help(first)) {
    return fail(ErrorKind::usage, "there is no help about '" + first + "'", *std::move(meant));
  }
  for (const auto& command : all_commands()) known.emplace_back(command.name);
  return no_help("", first, known);
}

}  // namespace

void setup_help(Arguments command, Context& context) {
  auto words = std::make_shared<std::vector<std::string>>();
  command.add_option("TOPIC", *words, "A command, or exit-codes, times, files, environment, agents, man");
  command.footer(
      "Examples:\n"
      "  postq help account add\n"
      "  postq help exit-codes\n"
      "  postq help --json | jq -r .command\n"
      "  postq help man | man -l -");
  command.callback([words, &context] { context.outcome = run_help(*words, context); });
}

}  // namespace postq
