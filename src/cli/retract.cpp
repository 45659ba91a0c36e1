#include <CLI/CLI.hpp>

#include <postq/core/command_words.h>
#include <postq/core/text.h>

#include "app/inbox.h"
#include "app/settle_by_hand.h"
#include "cli/attention.h"
#include "cli/commands.h"
#include "cli/ids.h"

namespace postq {

namespace {

struct RetractFlags {
  std::vector<std::string> ids;
  bool yes = false;
  bool dry_run = false;
};

bool is_out(const DeliveryDetail& detail) {
  for (const auto& part : detail.parts) {
    if (part.receipt && !detail.delivery.retracted_at) return true;
  }
  for (const auto& second : detail.twice) {
    if (!second.retracted_at) return true;
  }
  return false;
}

Exit run_retract(const RetractFlags& flags, Context& context) {
  if (!flags.dry_run)
    POSTQ_CHECK(require_person(context.world, "retracting", "postq retract" + quoted_words(flags.ids)));
  POSTQ_TRY(auto* const store, context.world.store(flags.dry_run ? StoreUse::read : StoreUse::write));
  POSTQ_TRY(const auto ids, expand_ids(context, flags.ids));
  POSTQ_TRY(const auto selected, select(*store, ids));
  std::vector<DeliveryDetail> out;
  for (const auto& post : selected.posts) {
    for (const auto& detail : post.deliveries) {
      if (selected.contains(detail.delivery.id) && is_out(detail)) out.push_back(detail);
    }
  }
  if (out.empty()) return fail(ErrorKind::refused, "nothing of that is public", "postq show " + ids.front());
  for (const auto& detail : out) {
    std::string url;
    for (const auto& part : detail.parts) {
      if (part.receipt && url.empty() && !detail.delivery.retracted_at) url = part.receipt->url;
    }
    for (const auto& second : detail.twice) {
      const auto& also = second.receipt.url.empty() ? second.receipt.remote_id : second.receipt.url;
      if (!second.retracted_at) url += (url.empty() ? "" : "  and  ") + also;
    }
    if (flags.dry_run && context.json) {
      context.result(JsonLine()
                         .text("schema", "postq.retract/1")
                         .text("name", name_of(detail.delivery))
                         .text("url", url)
                         .flag("dry_run", true)
                         .str());
    }
    context.say("  " + name_of(detail.delivery) + "  " + visible_line(url));
  }
  if (flags.dry_run) {
    context.say("would be deleted; nothing was contacted");
    return kDone;
  }
  if (!flags.yes && context.may_ask()) {
    POSTQ_TRY(const auto answer,
              context.world.terminal().read_key("Delete from the platform? It can't be undone. [y/n] "));
    if (answer != "y" && answer != "Y") return fail(ErrorKind::interrupted, "nothing was deleted");
  }
  POSTQ_TRY(const auto done, retract(context.world, *store, out));
  std::vector<Item> waiting;
  for (const auto& post : selected.posts) {
    if (!post.answers) continue;
    const auto item = store->item(*post.answers);
    if (item && item->waits()) waiting.push_back(*item);
  }
  const Error* worst = nullptr;
  for (const auto& entry : done) {
    if (context.json) {
      JsonLine line;
      line.text("schema", "postq.retract/1").text("name", entry.name).flag("retracted", entry.status.has_value());
      if (!entry.status) {
        const Error& error = entry.status.error();
        line.text("kind", word(error.kind)).text("message", error.message).text("hint", error.hint);
      }
      context.result(line.str());
    } else {
      context.say(entry.name +
                  (entry.status ? "  deleted" : "  NOT deleted: " + visible_line(entry.status.error().message)));
      if (!entry.status) say_lines(context, entry.status.error().hint);
    }
    // What is still public is the most serious.
    const bool counts = !entry.status && (worst == nullptr || entry.status.error().kind == ErrorKind::platform);
    if (counts) worst = &entry.status.error();
  }
  for (const auto& item : waiting) {
    context.say(name_of(item.said.person) + " waits for an answer again:  postq reply " + name_of(item.id));
  }
  return worst == nullptr ? kDone : exit_code(worst->kind);
}

}  // namespace

void setup_retract(CLI::App& command, Context& context) {
  auto flags = std::make_shared<RetractFlags>();
  command.add_option("ID", flags->ids, "Posts or deliveries: 12, 12@site")->required();
  command.add_flag("-y,--yes", flags->yes, "Do not ask again (a terminal is needed all the same)");
  command.add_flag("--dry-run", flags->dry_run, "Show what would be deleted, and contact nobody");
  command.footer(
      "A scheduled post still counts in the mix once it is retracted, one by hand no longer.\n\n"
      "Examples:\n"
      "  postq retract 15\n"
      "  postq retract 15@site");
  command.callback([flags, &context] { context.outcome = run_retract(*flags, context); });
}

}  // namespace postq
