#include <CLI/CLI.hpp>

#include <postq/core/text.h>
#include <postq/core/when.h>

#include "app/forecast.h"
#include "app/process.h"
#include "app/select.h"
#include "cli/commands.h"
#include "cli/compose_flags.h"

namespace postq {

namespace {

constexpr std::size_t kLabelColumn = 12;
constexpr std::size_t kCountColumn = 14;
constexpr std::size_t kNoteColumns = 66;

std::string count_of(const AccountContent& content) {
  std::string text = std::to_string(content.length);
  if (content.limit > 0) text += " of " + std::to_string(content.limit);
  if (content.content.parts.size() > 1) text += ", " + std::to_string(content.content.parts.size()) + " parts";
  return text;
}

// Screen 12: what was understood, and what is expected to happen.
void say_what_was_queued(Context& context, Store& store, const Composed& composed, const Added& added) {
  const std::string id = std::to_string(number(added.post));
  const auto line = [&](const std::string& left, const std::string& right) {
    context.say("  " + pad(left, kLabelColumn) + right);
  };
  context.say(added.existed ? "Already queued as " + id + " (same --key)." : "Queued for review as " + id + ".");
  const TimePoint now = context.world.now();
  std::string when = "as soon as it is approved";
  if (composed.when) {
    when = say_wall(composed.when->wall, composed.when->zone) + ", " + say_relative(composed.when->instant, now);
  }
  if (composed.until) when += "; never after " + say_wall(composed.until->wall, composed.until->zone);
  const auto paragraph = [&](std::string label, const std::string& text) {
    for (const auto& part : wrap(text, kNoteColumns)) line(std::exchange(label, ""), part);
  };
  paragraph("when", when);
  for (const auto& note : composed.notes) paragraph("", visible_line(note));
  std::vector<Expectation> expected;
  if (const auto deliveries = store.deliveries_of(added.post)) {
    if (auto forecasts = forecast(context.world, store, *deliveries)) expected = std::move(*forecasts);
  }
  for (const auto& content : composed.contents) {
    Expectation here;
    for (const auto& expectation : expected) {
      if (expectation.account == content.account.name) here = expectation;
    }
    std::string label = content.account.name;
    std::string count = pad(count_of(content), kCountColumn) + " ";
    for (const auto& part : wrap(visible_line(here.sentence), kNoteColumns - count.size())) {
      line(std::exchange(label, ""), count + part);
      count.assign(count.size(), ' ');
    }
    if (!label.empty()) line(label, count);  // nothing is forecast
    for (const auto& note : here.notes) paragraph("", "note: " + visible_line(note));
    for (const auto& problem : content.problems) {
      line("", visible_line(problem.message) + (problem.remedy.empty() ? "" : ":"));
      const std::string remedy = with_number(problem.remedy, added.post);
      if (!remedy.empty()) line("", "  " + remedy);
    }
  }
  context.say("Next: postq review " + id);
}

std::string as_json(const Composed& composed, const Added& added) {
  std::vector<std::string> accounts;
  for (const auto& content : composed.contents) {
    std::vector<std::string> problems;
    for (const auto& problem : content.problems) problems.push_back(problem.kind);
    accounts.push_back(JsonLine()
                           .text("account", content.account.name)
                           .number("length", static_cast<std::int64_t>(content.length))
                           .number("limit", static_cast<std::int64_t>(content.limit))
                           .list("problems", problems)
                           .str());
  }
  JsonLine line;
  line.text("schema", "postq.add/1").number("id", number(added.post)).flag("existed", added.existed);
  if (composed.when) {
    line.time("not_before", composed.when->instant)
        .text("wall_time", format_wall(composed.when->wall))
        .text("zone", composed.when->zone);
  }
  line.raw_list("accounts", accounts);
  return line.str();
}

// The key is another post's. That one can be looked at, and this one goes under another key.
Error with_another_key(Context& context, Store& store, const ComposeFlags& flags, Error error) {
  const auto& key = flags.request.key;
  const auto taken = [&store](const std::string& name) {
    const auto found = store.find_by_key(name);
    return found && found->has_value();
  };
  if (key.empty() || error.kind != ErrorKind::refused || !taken(key)) return error;
  auto again = flags;
  for (int n = 2; taken(again.request.key); ++n) again.request.key = key + "-" + std::to_string(n);
  error.hint += "\npostq add" + recover_words(context, again) + "    this as another post";
  return error;
}

// Everything behind reading the text: whatever fails here names the rescue file.
Exit add_text(Context& context, const ComposeFlags& flags, const ReadText& read) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, begin_queue(world));
  ComposeRequest request = flags.request;
  request.text = read.text;
  POSTQ_TRY(const auto composed, compose(world, *store, request));
  if (!composed.fits()) return pass_on(refusal(context, flags, "add", composed, read.rescue));
  const auto queued = enqueue(world, *store, composed, request);
  if (!queued) return pass_on(with_another_key(context, *store, flags, queued.error()));
  const auto& added = *queued;
  POSTQ_TRY(auto* const rescue, world.rescue());
  if (!read.rescue.empty()) rescue->drop(read.rescue);
  if (context.json) {
    context.result(as_json(composed, added));
    return kDone;
  }
  if (!context.quiet) say_what_was_queued(context, *store, composed, added);
  context.result(std::to_string(number(added.post)));
  return kDone;
}

Exit run_add(ComposeFlags& flags, Context& context) {
  POSTQ_CHECK(check_one_source(context, flags, "add"));
  const auto failed = [&](Error error, const std::string& rescue) -> Exit {
    name_rescue(context, rescue, "add", flags, error);
    return pass_on(std::move(error));
  };
  if (flags.request.next_free_slot && !flags.request.at.empty()) {
    POSTQ_TRY(const auto kept, keep_typed_text(context, flags, "add"));
    flags.request.next_free_slot = false;  // the command that goes on has one of them
    return failed({ErrorKind::usage, "--at and --next together", "give one of them", {}}, kept.rescue);
  }
  const auto read = read_text(context, flags, "add");
  if (!read) return failed(read.error(), read.error().rescue);
  if (auto status = read_attachments(context, flags); !status) return failed(status.error(), read->rescue);
  auto outcome = add_text(context, flags, *read);
  return outcome ? outcome : failed(outcome.error(), read->rescue);
}

}  // namespace

void setup_add(CLI::App& command, Context& context) {
  auto flags = std::make_shared<ComposeFlags>();
  add_compose_flags(command, *flags);
  auto& request = flags->request;
  command.add_option("--at", request.at, "When; see `postq help times`")->option_text("WHEN");
  command.add_flag("--next", request.next_free_slot, "The next free slot");
  command.add_option("--until", request.until, "Never send it after this")->option_text("WHEN");
  command.add_flag("--together", request.together, "All accounts in one run, or none");
  command.add_option("--key", request.key, "The caller's name for this post: adding it again changes nothing")
      ->check([](const std::string& key) { return key.empty() ? "an empty key names nothing" : ""; })
      ->option_text("KEY");
  command.footer(
      "Examples:\n"
      "  postq add \"Release 2.1 is out\" --to all --at \"fri 9am\"\n"
      "  postq add --file launch.md --media oak.png --alt \"A green wordmark\"\n"
      "  git log -1 --format=%s | postq add --label release\n"
      "  postq add --recover --edit");
  command.callback([flags, &context] { context.outcome = run_add(*flags, context); });
}

}  // namespace postq
