#include <CLI/CLI.hpp>

#include <postq/core/text.h>

#include "app/write_now.h"
#include "cli/account_flags.h"
#include "cli/commands.h"
#include "cli/flush_report.h"

namespace postq {

namespace {

struct SendFlags {
  std::string id;
  std::string reason;
};

Exit run_send(const SendFlags& flags, Context& context) {
  const std::string command = "postq send " + shell_word(flags.id) + " --reason ";
  if (flags.reason.empty()) return fail(ErrorKind::usage, "sending past the rules needs a reason", command + "TEXT");
  POSTQ_CHECK(require_person(context.world, "sending past the rules", command + shell_word(flags.reason)));
  POSTQ_TRY(auto* const store, context.world.store(StoreUse::write));
  POSTQ_TRY(const auto reason, normalise_text(flags.reason));
  POSTQ_TRY(const auto report, send_past_rules(context.world, *store, flags.id, reason));
  for (const auto& event : report.events) {
    if (context.json) {
      context.result(event_json(event));
    } else {
      context.world.terminal().say(say_event(event));
    }
  }
  return exit_code_of(report);
}

}  // namespace

void setup_send(CLI::App& command, Context& context) {
  auto flags = std::make_shared<SendFlags>();
  command.add_option("ID", flags->id, "The delivery, such as 12@work-bsky")->required();
  command.add_option("--reason", flags->reason, "Why; the log keeps it")->option_text("TEXT");
  command.footer(
      "It goes past people who wait, ratio, gap, day cap and quiet hours, once, and still counts as scheduled.\n\n"
      "Examples:\n"
      "  postq send 12@site --reason \"the show starts in an hour\"");
  command.callback([flags, &context] { context.outcome = run_send(*flags, context); });
}

}  // namespace postq
