#include <algorithm>

#include <postq/base/command_words.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/compose/rescued.h"
#include "cli/commands.h"
#include "cli/output/attention.h"
#include "cli/parser/kept_text.h"

namespace postq {

namespace {

constexpr std::size_t kOpening = 60;  // columns of a text
constexpr std::size_t kMargin = 2;

struct RescueFlags {
  std::vector<std::string> files;
  int older_than = 0;  // days
  bool all = false;
  bool yes = false;
};

std::string name_of(const RescuedText& text) {
  return text.path.substr(text.path.rfind('/') + 1);
}

// How the text begins, in one line.
std::string opening_of(Rescue& rescue, const RescuedText& text) {
  auto whole = rescue.load(text.path);
  if (!whole) return "(can't be read: " + visible_line(whole.error().message) + ")";
  const auto begin = whole->find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return "(nothing but white space)";
  const auto line = whole->substr(begin, whole->find('\n', begin) - begin);
  return visible_line(line);
}

Exit run_list(Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const rescue, world.rescue());
  POSTQ_TRY(const auto texts, rescue->list());
  if (texts.empty()) {
    context.say("No rescued text: everything that was typed is in the queue.");
    return kDone;
  }
  // Somebody may look here because the configuration can't be read.
  const auto configured = world.zone();
  const Zone& zone = configured ? **configured : world.zones().machine();
  for (const auto& text : texts) {
    if (context.json) {
      context.result(JsonLine()
                         .text("schema", "postq.rescue/1")
                         .text("name", name_of(text))
                         .text("path", text.path)
                         .number("bytes", static_cast<std::int64_t>(text.bytes))
                         .time("saved_at", time_point(text.saved_at))
                         .text("kind", text.is_post ? "post" : "value")
                         .text("author", text.author)
                         .flag("mine", text.mine)
                         .str());
      continue;
    }
    const auto when = format_time_short(time_point(text.saved_at / 60 * 60), world.now(), zone);
    context.result(name_of(text) + "  " + when + ", " + std::to_string(text.bytes) + " bytes" +
                   (text.author.empty() ? "" : ", by " + visible_line(text.author)) +
                   (text.is_post ? "" : ", a description, reason or long value, no post"));
    print_wrapped(context, shorten(opening_of(*rescue, text), kOpening), kMargin);
  }
  if (context.json) return kDone;
  POSTQ_TRY(const auto recoverable, rescue->recoverable());
  if (!recoverable.empty()) {
    const auto& newest = recoverable.front();
    context.say("Go on with the newest:  postq add --recover" + behind_recover(*rescue, newest.path));
    if (recoverable.size() > 1)
      context.say("Go on with another:     postq add --recover " + quoted_word(recoverable.back().path));
  }
  context.say("Delete one:             postq rescue rm " + name_of(texts.back()));
  return kDone;
}

// The text that a person named, by its name or its path.
Result<RescuedText> text_named(const std::vector<RescuedText>& texts, const std::string& typed) {
  const auto found = std::find_if(texts.begin(), texts.end(), [&](const RescuedText& text) {
    return text.path == typed || name_of(text) == typed || name_of(text) == typed + ".md";
  });
  if (found != texts.end()) return *found;
  return fail(ErrorKind::not_found, "there is no rescued text '" + typed + "'", "postq rescue");
}

Result<std::vector<RescuedText>> texts_meant(const RescueFlags& flags, const std::vector<RescuedText>& texts,
                                             TimePoint now) {
  std::vector<RescuedText> meant;
  for (const auto& file : flags.files) {
    POSTQ_TRY(auto text, text_named(texts, file));
    meant.push_back(std::move(text));
  }
  if (flags.all) meant = texts;
  if (flags.older_than > 0) {
    const auto before = unix_seconds(now - std::chrono::days{flags.older_than});
    std::copy_if(texts.begin(), texts.end(), std::back_inserter(meant),
                 [before](const RescuedText& text) { return text.saved_at < before; });
  }
  return meant;
}

Exit run_rm(const RescueFlags& flags, Context& context) {
  auto& world = context.world;
  const int ways = (flags.files.empty() ? 0 : 1) + (flags.all ? 1 : 0) + (flags.older_than > 0 ? 1 : 0);
  if (ways != 1) {
    return fail(ErrorKind::usage, "which rescued texts? name them, or --older-than DAYS, or --all", "postq rescue");
  }
  POSTQ_TRY(auto* const rescue, world.rescue());
  POSTQ_TRY(const auto texts, rescue->list());
  POSTQ_TRY(const auto meant, texts_meant(flags, texts, world.now()));
  if (meant.empty()) {
    context.say("No rescued text is like that.");
    return kDone;
  }
  const std::string count = std::to_string(meant.size()) + (meant.size() == 1 ? " rescued text" : " rescued texts");
  if (!flags.yes) {
    if (!context.may_ask()) {
      return fail(ErrorKind::usage, "that would delete " + count + ", and nobody is there to ask", "add --yes");
    }
    for (const auto& text : meant)
      context.say("  " + name_of(text) + "  " + shorten(opening_of(*rescue, text), kOpening));
    POSTQ_TRY(const auto answer, world.terminal().read_key("Delete " + count + "? It can't be undone. [y/n] "));
    if (answer != "y" && answer != "Y") return fail(ErrorKind::interrupted, "nothing was deleted");
  }
  for (const auto& text : meant) {
    rescue->drop(text.path);
    if (context.json) {
      context.result(JsonLine().text("schema", "postq.rescue/1").text("removed", name_of(text)).str());
    }
  }
  if (!context.json) context.say(count + (meant.size() == 1 ? " is deleted." : " are deleted."));
  return kDone;
}

}  // namespace

void setup_rescue(Arguments command, Context& context) {
  auto flags = std::make_shared<RescueFlags>();
  const auto list = command.add_subcommand("list", "The texts, oldest first");
  list->footer(
      "Examples:\n"
      "  postq rescue list\n"
      "  postq rescue list --json | jq -r .path");
  list->callback([&context] { context.outcome = run_list(context); });
  const auto rm = command.add_subcommand("rm", "Delete some of them");
  rm->add_option("NAME", flags->files, "As the list names them");
  rm->add_option("--older-than", flags->older_than, "Those that are older than so many days")
      ->option_text("DAYS")
      ->in_range(1, 100'000);
  rm->add_flag("--all", flags->all, "All of them");
  rm->add_flag("-y,--yes", flags->yes, "Do not ask");
  rm->footer(
      "Examples:\n"
      "  postq rescue rm 20261122-214012.md\n"
      "  postq rescue rm --older-than 30");
  rm->callback([flags, &context] { context.outcome = run_rm(*flags, context); });
  command.commands_are_optional();
  command.footer(
      "What was typed and could not be queued is kept here until it is. What nobody takes up is named by `postq "
      "doctor` "
      "after 30 days, and deleted after 180.\n\n"
      "Examples:\n"
      "  postq rescue\n"
      "  postq add --recover                 go on with the only one\n"
      "  postq rescue rm --older-than 30");
  command.callback([command, &context] {
    if (command.is_alone()) context.outcome = run_list(context);
  });
}

}  // namespace postq
