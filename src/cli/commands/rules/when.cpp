
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/forecast/forecast.h"
#include "app/inbox/inbox.h"
#include "app/words/select.h"
#include "app/words/when_words.h"
#include "cli/commands.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

// "12", "12@site": a bare integer is never a time. Nor is "i7", which is refused as what names no post.
bool names_a_post(const std::string& words) {
  if (names_an_item(words) && words.find(' ') == std::string::npos) return true;
  const auto digits = words.find_first_not_of("0123456789");
  return !words.empty() && digits != 0 && (digits == std::string::npos || words[digits] == '@');
}

Exit say_words(const std::string& words, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint now = world.now();
  POSTQ_TRY(const auto when, read_when(world, words));
  if (context.json) {
    context.result(JsonLine()
                       .text("schema", "postq.when/1")
                       .text("words", words)
                       .time("at", when.instant)
                       .text("wall_time", format_wall(when.wall))
                       .text("zone", when.zone)
                       .number("seconds_from_now", (when.instant - now).count())
                       .text("note", when.note)
                       .str());
    return kDone;
  }
  std::string first = say_wall(when.wall, when.zone);
  if (const auto local = format_time(when.instant, *zone); local != first) first += "  (here: " + local + ")";
  context.result(first);
  context.result(format_rfc3339(when.instant));
  context.result(say_relative(when.instant, now));
  if (!when.note.empty()) context.result("note: " + visible_line(when.note));
  return kDone;
}

Exit say_post(const std::string& typed, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  POSTQ_TRY(const auto selected, select(*store, {typed}));
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(const auto expected, forecast(world, *store, selected.deliveries));
  for (const auto& expectation : expected) {
    const auto& entry = expectation.entry;
    const std::string name = std::to_string(number(entry.post)) + "@" + expectation.account;
    if (context.json) {
      context.result(JsonLine()
                         .text("schema", "postq.when.post/1")
                         .text("name", name)
                         .number("post", number(entry.post))
                         .text("account", expectation.account)
                         .time("asked", entry.asked)
                         .time("goes", entry.goes)
                         .flag("held", expectation.held)
                         .text("rule", entry.rule)
                         .text("reason", expectation.sentence)
                         .list("notes", expectation.notes)
                         .str());
      continue;
    }
    context.result(with_attention(world, name + "  " + visible_line(expectation.sentence)));
    if (entry.goes && *entry.goes > world.now()) {
      context.result("    " + format_time(*entry.goes, *zone) + ", " + say_relative(*entry.goes, world.now()));
    }
    for (const auto& note : expectation.notes) print_wrapped(context, "note: " + visible_line(note), 4);
    for (const auto& remedy : expectation.remedies) print_suggestions(context, {{remedy.command, remedy.why}}, 4);
  }
  return kDone;
}

Exit run_when(const std::vector<std::string>& typed, Context& context) {
  std::string words;
  for (const auto& word : typed) words += (words.empty() ? "" : " ") + word;
  return names_a_post(words) ? say_post(words, context) : say_words(words, context);
}

}  // namespace

void setup_when(Arguments command, Context& context) {
  auto words = std::make_shared<std::vector<std::string>>();
  command.add_option("WORDS", *words, "A time in words, or the ID of a post")->required();
  command.footer(
      "Examples:\n"
      "  postq when fri 9am\n"
      "  postq when \"2027-01-15 09:00 Europe/Paris\"\n"
      "  postq when 12                 when post 12 goes, as far as can be told");
  command.callback([words, &context] { context.outcome = run_when(*words, context); });
}

}  // namespace postq
