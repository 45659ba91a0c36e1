#include "cli/flags/reason.h"

#include <postq/text/text.h>

namespace postq {

Result<std::string> read_reason(Context& context, const std::string& given, const ReasonAsked& asked) {
  const auto is_empty = [](const std::string& text) { return text.find_first_not_of(" \t\n") == std::string::npos; };
  if (!is_empty(given)) return normalise_text(given);
  if (!context.may_ask()) return fail(ErrorKind::usage, std::string(asked.missing), asked.command);
  POSTQ_TRY(const auto typed, context.world.terminal().read_line(asked.question));
  if (is_empty(typed)) return fail(ErrorKind::interrupted, "without a reason nothing was changed", asked.command);
  return normalise_text(typed);
}

}  // namespace postq
