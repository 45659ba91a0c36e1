
#include <postq/base/command_words.h>
#include <postq/text/text.h>

#include "app/compose/post_now.h"
#include "cli/commands.h"
#include "cli/commands/publishing/by_hand.h"
#include "cli/flags/reason.h"

namespace postq {

namespace {

struct SendFlags {
  std::string id;
  std::string reason;
};

Exit run_send(const SendFlags& flags, Context& context) {
  const std::string command = "postq send " + quoted_word(flags.id) + " --reason ";
  const ReasonAsked why{"Why past the rules? The log keeps it: ", "sending past the rules needs a reason",
                        command + "TEXT"};
  const auto person = require_person(context.world, "sending past the rules",
                                     command + (flags.reason.empty() ? "TEXT" : quoted_word(flags.reason)));
  POSTQ_TRY(auto* const store, context.world.store(person ? StoreUse::write : StoreUse::read));
  // Nobody is asked for a reason, or told to type one, for what isn't sent all the same.
  POSTQ_CHECK(check_past_rules(context.world, *store, flags.id));
  if (flags.reason.empty() && !context.may_ask()) return fail(ErrorKind::usage, std::string(why.missing), why.command);
  POSTQ_CHECK(person);
  POSTQ_TRY(const auto reason, read_reason(context, flags.reason, why));
  POSTQ_TRY(const auto report, send_past_rules(context.world, *store, flags.id, reason));
  tell_events(context, report);
  return exit_code_of(report);
}

}  // namespace

void setup_send(Arguments command, Context& context) {
  auto flags = std::make_shared<SendFlags>();
  command.add_option("ID", flags->id, "The delivery, such as 12@work-bsky")->required();
  command.add_option("--reason", flags->reason, "Why; the log keeps it. At a terminal it is asked for")
      ->option_text("TEXT");
  command.footer(
      "It goes past people who wait, ratio, gap, day cap and quiet hours, once, and still counts as scheduled.\n\n"
      "Examples:\n"
      "  postq send 12@site --reason \"the show starts in an hour\"");
  command.callback([flags, &context] { context.outcome = run_send(*flags, context); });
}

}  // namespace postq
