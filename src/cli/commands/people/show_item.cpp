// `postq show i7`: what somebody said, and the conversation around it.
#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/inbox/inbox.h"
#include "app/inbox/reply.h"
#include "app/words/standing.h"
#include "cli/commands/people/inbox.h"
#include "cli/output/attention.h"
#include "cli/output/item_lines.h"

namespace postq {

namespace {

constexpr int kShownAround = 40;     // at a terminal
constexpr int kAllOfIt = 1'000'000;  // more than any conversation has
constexpr std::size_t kMargin = 5;

// The account itself, as far as what it posted can be told from what others said.
bool is_own(const RemotePost& said, const std::string& own_id) {
  return said.person.id.empty() || said.person.id == own_id;
}

std::string own_id_of(Store& store, const Item& item) {
  const auto account = store.account(item.account_name);
  return account && account->id == item.account ? account->remote_id : std::string{};
}

void print_said(Context& context, const RemotePost& said, const std::string& mark, const std::string& who,
                const std::string& time) {
  if (context.world.terminal().plain()) {
    context.result(mark + (mark.empty() ? "" : ": ") + who + ", " + time + ":");
  } else {
    context.result(pad(mark, kMargin) + who + "  " + time);
  }
  if (!said.warning.empty()) print_wrapped(context, "[" + visible_line(said.warning) + "]", kMargin);
  if (!said.text.empty()) print_wrapped(context, visible_text(opening_of(said.text)), kMargin);
}

Exit show_json(Context& context, Store& store, const Item& item) {
  POSTQ_TRY(const auto said, store.conversation(item.id, kAllOfIt));
  const auto own = own_id_of(store, item);
  std::vector<std::string> lines;
  for (const auto& each : said) {
    auto line = said_json(each);
    line.insert(1, std::string("\"own\":") + (is_own(each, own) ? "true" : "false") +
                       ",\"this\":" + (each.remote_id == item.said.remote_id ? "true" : "false") + ",");
    lines.push_back(std::move(line));
  }
  auto whole = item_json(item, "postq.show.item/1");
  whole.pop_back();
  whole += ",\"conversation\":[";
  for (std::size_t i = 0; i < lines.size(); ++i) whole += (i == 0 ? "" : ",") + lines[i];
  context.result(whole + "]}");
  return kDone;
}

Exit show_item(Context& context, Store& store, const Item& item) {
  if (context.json) return show_json(context, store, item);
  auto& world = context.world;
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint now = world.now();
  const auto standing = say_standing(item, now, *zone);
  print_wrapped(context, name_of(item.id) + "  " + name_of(item.said.person) + " on " + item.account_name + ", " +
                             say_wait(item.said.created_at, now) + ", " + say_how(item, now, *zone) +
                             (standing.empty() ? "" : "; " + standing));
  context.result("");
  const bool reader = world.terminal().person_present() && !context.quiet;
  POSTQ_CHECK(print_conversation(context, store, item, reader ? kShownAround : kAllOfIt));
  if (!item.said.url.empty()) print_fact(context, "Link", visible_line(item.said.url), kMargin + 1);
  if (!item.said.mentions.empty()) print_fact(context, "Also to", joined(item.said.mentions), kMargin + 3);
  if (item.state == ItemState::open && !item.deleted_at) {
    const auto name = name_of(item.id);
    context.say("");
    context.say("postq reply " + name + "    postq dismiss " + name + " --reason \"...\"");
  }
  return kDone;
}

}  // namespace

Status print_conversation(Context& context, Store& store, const Item& item, int limit) {
  POSTQ_TRY(auto said, store.conversation(item.id, limit));
  POSTQ_TRY(const auto* const zone, context.world.zone());
  if (said.empty()) said.push_back(item.said);
  const auto own = own_id_of(store, item);
  const TimePoint now = context.world.now();
  for (const auto& each : said) {
    const bool is_this = each.remote_id == item.said.remote_id;
    const bool yours = !is_this && is_own(each, own);
    print_said(
        context, each, is_this ? name_of(item.id) : "", yours ? "you" : name_of(each.person),
        format_time_short(to_the_minute(each.created_at), now, *zone) + (each.deleted && !is_this ? ", deleted" : ""));
    context.result("");
  }
  const auto& parent = item.said.reply_to;
  const bool known = parent.empty() || std::any_of(said.begin(), said.end(),
                                                   [&](const RemotePost& each) { return each.remote_id == parent; });
  if (!known) {
    print_wrapped(context, kUnknownParent, kMargin);
    context.result("");
  }
  if (static_cast<int>(said.size()) < limit) return {};
  POSTQ_TRY(const auto all, store.conversation(item.id, kAllOfIt));
  if (all.size() <= said.size()) return {};
  context.say("Shown: " + std::to_string(said.size()) + " of the " + std::to_string(all.size()) +
              " posts of this conversation.  All of them:  postq show " + name_of(item.id) + " | less");
  return {};
}

Exit show_items(Context& context, Store& store, const std::vector<std::string>& typed) {
  POSTQ_TRY(const auto items, items_named(store, typed));
  bool first = true;
  for (const auto& item : items) {
    if (!context.json && !std::exchange(first, false)) context.result("");
    POSTQ_CHECK(show_item(context, store, item).map([](int) {}));
  }
  return kDone;
}

}  // namespace postq
