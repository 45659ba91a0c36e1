
#include <postq/text/text.h>

#include "app/inbox/inbox.h"
#include "cli/commands.h"
#include "cli/flags/ids.h"
#include "cli/flags/reason.h"
#include "cli/output/item_lines.h"

namespace postq {

namespace {

constexpr std::size_t kQuoted = 60;

struct DismissFlags {
  std::vector<std::string> ids;
  std::string reason;
  bool undo = false;
};

std::string say_reopened(Item item) {
  item.state = ItemState::open;
  return item.waits() ? ", waits again." : ", is open again.";
}

// As they can be typed: "i3-i5 i9".
std::string ids_of(const std::vector<Item>& items) {
  std::string text;
  for (std::size_t first = 0; first < items.size();) {
    std::size_t last = first;
    while (last + 1 < items.size() && number(items[last + 1].id) == number(items[last].id) + 1) ++last;
    text += (text.empty() ? "" : " ") + name_of(items[first].id);
    if (last > first) text += "-" + name_of(items[last].id);
    first = last + 1;
  }
  return text;
}

void tell(Context& context, const std::vector<Item>& items, const DismissFlags& flags, const std::string& reason) {
  for (const auto& item : items) {
    if (context.json) {
      context.result(JsonLine()
                         .text("schema", "postq.dismiss/1")
                         .text("id", name_of(item.id))
                         .text("state", flags.undo ? "open" : "dismissed")
                         .text("reason", reason)
                         .str());
    } else {
      context.say(name_of(item.id) + ", " + name_of(item.said.person) +
                  (flags.undo ? say_reopened(item) : ", is dismissed."));
    }
  }
}

Exit run_dismiss(const DismissFlags& flags, Context& context) {
  std::string command = "postq dismiss";
  for (const auto& id : flags.ids) command += " " + id;
  const bool empty = flags.reason.find_first_not_of(" \t\n") == std::string::npos;
  const ReasonAsked why{"Why does it need no answer? ", "why does it need no answer? --reason is missing",
                        command + " --reason TEXT"};
  if (!flags.undo && empty && !context.may_ask()) return fail(ErrorKind::usage, std::string(why.missing), why.command);
  if (flags.undo && !empty) {
    return fail(ErrorKind::usage, "--undo takes no --reason", command + " --undo");
  }
  POSTQ_CHECK(require_person(context.world, "dismissing", command + (flags.undo ? " --undo" : " --reason TEXT")));
  POSTQ_TRY(auto* const store, context.world.store(StoreUse::write));
  POSTQ_TRY(const auto ids, expand_ids(context, flags.ids));
  POSTQ_TRY(auto items, items_named(*store, ids));
  // Of what was named, that which isn't so already.
  std::vector<ItemId> chosen;
  std::vector<Item> changed;
  for (auto& item : items) {
    if ((item.state == ItemState::open) == flags.undo) {
      context.say(name_of(item.id) + " is " + std::string(word(item.state)) + " already");
      continue;
    }
    chosen.push_back(item.id);
    changed.push_back(std::move(item));
  }
  if (chosen.empty()) return kDone;
  if (flags.undo) {
    POSTQ_CHECK(store->reopen(chosen, context.world.audit()));
    tell(context, changed, flags, "");
    return kDone;
  }
  for (const auto& item : changed) {
    if (empty)
      context.say(name_of(item.id) + "  " + name_of(item.said.person) + ": " +
                  shorten(visible_line(item.said.text), kQuoted));
  }
  POSTQ_TRY(const auto reason, read_reason(context, flags.reason, why));
  POSTQ_TRY(const auto withdrawn, store->dismiss(chosen, reason, context.world.audit()));
  tell(context, changed, flags, reason);
  for (const auto& answer : withdrawn) context.say(say_withdrawn(answer));
  context.say("If that was wrong:  postq dismiss " + ids_of(changed) + " --undo");
  return kDone;
}

}  // namespace

void setup_dismiss(Arguments command, Context& context) {
  auto flags = std::make_shared<DismissFlags>();
  command.add_option("ITEM", flags->ids, "What needs no answer: i7, i4-i9; - reads them")->required();
  command.add_option("--reason", flags->reason, "Why not; it is kept. At a terminal it is asked for")
      ->option_text("TEXT");
  command.add_flag("--undo", flags->undo, "They wait again; also what was answered elsewhere");
  command.footer(
      "Nobody is told: it only stops waiting here.\n\n"
      "Examples:\n"
      "  postq dismiss i7 --reason \"spam\"\n"
      "  postq dismiss i4-i9 --reason \"answered on the phone\"\n"
      "  postq dismiss i7 --undo");
  command.callback([flags, &context] { context.outcome = run_dismiss(*flags, context); });
}

}  // namespace postq
