
#include "app/flush/settle_by_hand.h"
#include "cli/commands.h"
#include "cli/flags/ids.h"

namespace postq {

namespace {

Exit run_retry(const std::vector<std::string>& typed, Context& context) {
  POSTQ_TRY(auto* const store, context.world.store(StoreUse::write));
  POSTQ_TRY(const auto ids, expand_ids(context, typed));
  POSTQ_TRY(const auto requeued, retry(context.world, *store, ids));
  for (const auto& left : requeued.left) context.say(left + ", and stays so");
  for (const auto& name : requeued.queued) {
    if (context.json) {
      context.result(JsonLine().text("schema", "postq.retry/1").text("name", name).str());
    } else {
      context.say(name + " is queued again");
    }
  }
  if (!context.json) context.say("What needs a look first:  postq review");
  return kDone;
}

}  // namespace

void setup_retry(Arguments command, Context& context) {
  auto ids = std::make_shared<std::vector<std::string>>();
  command.add_option("ID", *ids, "Posts or deliveries: 12, 12@site, 12-17; - reads them")->required();
  command.footer(
      "A failed post that nobody changed keeps its approval; a removed or ended one goes back to review.\n\n"
      "Examples:\n"
      "  postq retry 14@site\n"
      "  postq list --failed --json | jq -r .name | postq retry -");
  command.callback([ids, &context] { context.outcome = run_retry(*ids, context); });
}

}  // namespace postq
