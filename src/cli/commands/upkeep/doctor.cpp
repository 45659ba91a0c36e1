#include "app/setup/doctor.h"

#include <algorithm>
#include <array>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/flush/clock_guard.h"
#include "app/process.h"
#include "cli/commands.h"
#include "cli/output/attention.h"
#include "cli/output/fit.h"
#include "cli/output/typed_places.h"

namespace postq {

namespace {

constexpr std::size_t kHealthColumn = 9;
constexpr std::size_t kSubjectColumn = 11;
constexpr std::size_t kMostColumns = 80;
constexpr std::size_t kTextColumn = kHealthColumn + kSubjectColumn;

std::string_view word(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::warn:
      return "warn";
    case Health::problem:
      return "PROBLEM";
  }
  return "PROBLEM";
}

std::string coloured(const Context& context, Health health) {
  std::string text = pad(word(health), kHealthColumn);
  if (health != Health::problem || !context.world.terminal().colour()) return text;
  return "\x1b[1;31m" + text + "\x1b[0m";
}

void print(Context& context, const Finding& finding) {
  if (context.json) {
    std::vector<std::string> remedies;
    for (const auto& remedy : finding.remedies) remedies.push_back(with_typed_places(context, remedy));
    context.result(JsonLine()
                       .text("schema", "postq.doctor/1")
                       .text("health", finding.health == Health::problem ? "problem" : word(finding.health))
                       .text("subject", finding.subject)
                       .text("text", finding.text)
                       .list("remedies", remedies)
                       .str());
    return;
  }
  const std::string text = visible_line(finding.text);
  if (context.world.terminal().plain()) {
    context.result(std::string(word(finding.health)) + ": " + finding.subject + ": " + text);
    for (const auto& remedy : finding.remedies) context.result("  type: " + visible_line(remedy));
    return;
  }
  if (text_goes_below(context.world, kTextColumn + 1)) {
    constexpr std::size_t kIndent = 4;
    context.result(coloured(context, finding.health) + finding.subject);
    for (const auto& line : wrap_words(text, columns(context.world) - kIndent)) {
      context.result(std::string(kIndent, ' ') + line);
    }
    for (const auto& remedy : finding.remedies) context.result(std::string(kIndent, ' ') + visible_line(remedy));
    return;
  }
  std::string left = coloured(context, finding.health) + pad(finding.subject, kSubjectColumn - 1) + " ";
  for (const auto& line : wrap_words(text, std::min(columns(context.world), kMostColumns) - kTextColumn)) {
    context.result(left + line);
    left = std::string(kTextColumn, ' ');
  }
  for (const auto& remedy : finding.remedies) context.result(std::string(kTextColumn + 2, ' ') + visible_line(remedy));
}

std::string plural(std::size_t count, std::string_view word) {
  return std::to_string(count) + " " + std::string(word) + (count == 1 ? "" : "s");
}

// A clock that looks wrong and is right: only a person can tell.
Status ask_about_clock(Context& context) {
  auto& world = context.world;
  if (!context.may_ask() || !require_person(world, "to say that the clock is right", "postq doctor")) return {};
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  POSTQ_TRY(const auto doubt, clock_doubt(world, *store));
  POSTQ_TRY(const auto accounts, store->accounts());
  POSTQ_TRY(auto* const marks, world.state());
  const bool is_doubted = doubt || std::any_of(accounts.begin(), accounts.end(), [&](const Account& account) {
                            return server_doubt(world, *marks, account).has_value();
                          });
  if (!is_doubted) return {};
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(const auto answer,
            world.terminal().read_key("Is it really " + format_time(world.now(), *zone) + " now? [y/n] "));
  if (answer != "y" && answer != "Y") return {};
  POSTQ_TRY(auto* const state, world.state());
  trust_clock(world, *state);
  context.say("The next flush goes by this clock.");
  return {};
}

// What may lose something comes before what only waits.
int urgency(const Finding& finding) {
  constexpr std::array<std::string_view, 4> kFirst{"database", "record", "space", "files"};
  return static_cast<int>(std::find(kFirst.begin(), kFirst.end(), finding.subject) - kFirst.begin());
}

// The queue is gone for good: the next `add` begins a new one.
Exit forget_queue(Context& context) {
  auto& world = context.world;
  POSTQ_TRY(const auto places, world.places());
  auto* const process = process_of(world);
  POSTQ_TRY(const bool had, process == nullptr ? Result<bool>(false) : process->had_queue());
  if (!had) {
    return fail(ErrorKind::not_found, "nothing is remembered of a queue at " + places.database, "postq status");
  }
  POSTQ_CHECK(process->forget_queue());
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.doctor/1").text("forgotten", places.database).str());
  } else {
    context.say("The queue at " + visible_line(places.database) + " is forgotten; `postq add` begins a new one.");
  }
  return kDone;
}

Exit run_doctor(const DoctorOptions& options, Context& context) {
  const auto findings = examine(context.world, options);
  std::size_t problems = 0;
  std::size_t warnings = 0;
  bool paused = false;
  const Finding* first = nullptr;
  for (const auto& finding : findings) {
    print(context, finding);
    if (finding.health == Health::problem) {
      ++problems;
      if (first == nullptr || urgency(finding) < urgency(*first)) first = &finding;
    }
    if (finding.health == Health::warn) ++warnings;
    paused = paused || (finding.subject == "pause" && finding.health == Health::warn);
  }
  if (!context.json) {
    std::string end = "All is well.";
    if (problems + warnings > 0) {
      end = problems == 0
                ? plural(warnings, "warning") +
                      (paused ? "; nothing goes out before postq resume." : "; posts can go out.")
                : plural(problems, "problem") + (warnings == 0 ? "" : ", " + plural(warnings, "warning")) + ".";
    }
    if (first != nullptr && problems + warnings > 1) end += " The first to mend: " + first->subject + ".";
    context.result("");
    context.result(end);
  }
  // What keeps it from asking was a finding.
  if (problems > 0) (void)ask_about_clock(context);
  return problems == 0 ? kDone : exit_code(missing_queue(context.world) ? ErrorKind::storage : ErrorKind::config);
}

}  // namespace

void setup_doctor(Arguments command, Context& context) {
  auto options = std::make_shared<DoctorOptions>();
  auto forget = std::make_shared<bool>(false);
  command.add_flag("--full", options->full, "Every page of the database, every byte of queued pictures");
  command.add_flag("--forget-queue", *forget, "The queue that was here is gone for good: the next one may begin");
  command.footer(
      "Changes nothing and contacts nobody; at a terminal it asks whether a clock that looks wrong is right. Ends with "
      "3 when there is a problem, with 7 when the queue is missing.\n\n"
      "Examples:\n"
      "  postq doctor\n"
      "  postq doctor --json | jq -r 'select(.health == \"problem\") | .text'");
  command.callback([options, forget, &context] {
    context.outcome = *forget ? forget_queue(context) : run_doctor(*options, context);
  });
}

}  // namespace postq
