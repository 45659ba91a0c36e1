
#include "cli/commands.h"
#include "cli/commands/review/review_commands.h"

namespace postq {

void setup_approve(Arguments command, Context& context) {
  auto options = std::make_shared<ReviewOptions>();
  options->command = "approve";
  command.add_option("ID", options->ids, "Posts or deliveries: 12, 12@site, 12-17")->required();
  command.footer(
      "Shows each of them and asks; there is no way to approve what was not on the screen.\n\n"
      "Examples:\n"
      "  postq approve 12\n"
      "  postq approve 12@site 14");
  command.callback([options, &context] { context.outcome = run_review(*options, context); });
}

}  // namespace postq
