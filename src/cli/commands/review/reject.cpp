
#include <postq/base/command_words.h>

#include "app/words/select.h"
#include "cli/commands.h"
#include "cli/flags/ids.h"
#include "cli/flags/reason.h"

namespace postq {

namespace {

struct RejectOptions {
  std::vector<std::string> ids;
  std::string reason;
};

Status store_rejections(Context& context, Store& store, const std::vector<Delivery>& deliveries,
                        const std::string& reason) {
  std::vector<Decision> decisions;
  for (const auto& delivery : deliveries) {
    decisions.push_back(
        {delivery.id, delivery.digest, delivery.revision, ReviewVerdict::rejected, ApprovedHow::review, reason, {}});
  }
  POSTQ_CHECK(store.decide(decisions, context.world.audit()));
  return {};
}

Exit run_reject(const RejectOptions& options, Context& context) {
  ReasonAsked why{"", "a rejection needs a reason: the author reads it",
                  "postq reject" + quoted_words(options.ids) + " --reason TEXT"};
  const bool will_ask = options.reason.empty() && context.may_ask();
  // What has no reason and nobody to ask for one is refused before the queue is looked at.
  std::string reason;
  if (!will_ask) {
    POSTQ_TRY(reason, read_reason(context, options.reason, why));
  }
  POSTQ_TRY(auto* const store, context.world.store(StoreUse::write));
  POSTQ_TRY(const auto ids, expand_ids(context, options.ids));
  POSTQ_TRY(const auto selected, select(*store, ids));
  std::vector<Delivery> queued;
  for (const auto& post : selected.posts) {
    for (const auto& detail : post.deliveries) {
      const auto& delivery = detail.delivery;
      if (!selected.contains(delivery.id)) continue;
      if (delivery.state == DeliveryState::queued) {
        queued.push_back(delivery);
      } else {
        context.say(name_of(delivery) + " is " + std::string(word(delivery.state)) + ", and stays so");
      }
    }
  }
  if (queued.empty()) return fail(ErrorKind::refused, "nothing of it is queued", "postq list --all");
  if (will_ask) {
    const auto which = queued.size() == 1 ? name_of(queued.front()) : "these " + std::to_string(queued.size());
    why.question = "Why not " + which + "? The author reads it: ";
    POSTQ_TRY(reason, read_reason(context, options.reason, why));
  }
  POSTQ_CHECK(store_rejections(context, *store, queued, reason));
  for (const auto& delivery : queued) {
    if (context.json) {
      context.result(JsonLine().text("schema", "postq.reject/1").text("name", name_of(delivery)).str());
    } else {
      context.say(name_of(delivery) + " is rejected.");
    }
  }
  context.say("Changed, it comes to review again:  postq edit " + std::to_string(number(queued.front().post)));
  return kDone;
}

}  // namespace

void setup_reject(Arguments command, Context& context) {
  auto options = std::make_shared<RejectOptions>();
  command.add_option("ID", options->ids, "Posts or deliveries: 12, 12@site, 12-17; - reads them")->required();
  command.add_option("--reason", options->reason, "Why not; the author reads it. At a terminal it is asked for")
      ->option_text("TEXT");
  command.footer(
      "Examples:\n"
      "  postq reject 12 --reason \"the link is dead\"\n"
      "  postq reject 12@site --reason \"not for this account\"");
  command.callback([options, &context] { context.outcome = run_reject(*options, context); });
}

}  // namespace postq
