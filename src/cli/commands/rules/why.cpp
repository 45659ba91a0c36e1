
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/explain/explain.h"
#include "app/inbox/inbox.h"
#include "app/words/select.h"
#include "cli/agents.h"
#include "cli/commands.h"
#include "cli/output/attention.h"
#include "cli/output/typed_places.h"

namespace postq {

namespace {

std::string as_json(const Context& context, const Explanation& why) {
  std::vector<std::string> facts;
  for (const auto& [label, text] : why.facts) {
    facts.push_back(JsonLine().text("label", label).text("text", text).str());
  }
  std::vector<std::string> history;
  for (const auto& moment : why.history) {
    history.push_back(JsonLine().time("at", moment.at).text("what", moment.what).str());
  }
  std::vector<std::string> remedies;
  for (const auto& remedy : why.remedies) {
    remedies.push_back(JsonLine()
                           .text("command", with_typed_places(context, remedy.command))
                           .text("why", reason_for(context.world.actor(), remedy.command, remedy.why))
                           .str());
  }
  return JsonLine()
      .text("schema", "postq.why/1")
      .text("name", why.name)
      .text("standing", why.standing)
      .text("message", why.headline)
      .text("rule", why.rule)
      .time("earliest", why.earliest)
      .raw_list("facts", facts)
      .raw_list("history", history)
      .raw_list("remedies", remedies)
      .list("notes", why.notes)
      .str();
}

void print(Context& context, const Explanation& why, const Zone& zone) {
  const TimePoint now = context.world.now();
  print_wrapped(context, visible_line(why.headline));
  if (!why.facts.empty()) context.result("");
  for (const auto& [label, text] : why.facts) print_fact(context, label, visible_line(text));
  if (!why.history.empty()) context.result("");
  std::size_t widest = 0;
  for (const auto& moment : why.history) widest = std::max(widest, format_time_short(moment.at, now, zone).size());
  for (const auto& moment : why.history) {
    print_fact(context, format_time_short(moment.at, now, zone), visible_line(moment.what), widest + 2);
  }
  if (!why.remedies.empty()) {
    context.result("");
    context.result(why.remedies_title);
    std::vector<Suggestion> suggestions;
    for (const auto& remedy : why.remedies) suggestions.push_back({remedy.command, visible_line(remedy.why)});
    print_suggestions(context, suggestions);
  }
  if (!why.notes.empty()) context.result("");
  for (const auto& note : why.notes) print_wrapped(context, visible_line(note));
}

Exit run_why(const std::string& typed, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  std::vector<Explanation> explanations;
  // An account's name may begin with a digit, so it is looked for first.
  const bool names_account = store->account(typed).has_value() || typed.empty() ||
                             ((typed.front() < '0' || typed.front() > '9') && !names_an_item(typed));
  if (names_account) {
    POSTQ_TRY(const auto account, account_named(*store, typed));
    POSTQ_TRY(auto why, explain_account(world, *store, account));
    explanations.push_back(std::move(why));
  } else {
    POSTQ_TRY(const auto selected, select(*store, {typed}));
    for (const auto& post : selected.posts) {
      for (const auto& detail : post.deliveries) {
        if (!selected.contains(detail.delivery.id)) continue;
        POSTQ_TRY(auto why, explain(world, *store, post, detail));
        if (selected.deliveries.size() > 1) {
          // The other accounts stand right beside it.
          std::erase_if(why.notes, [](const std::string& note) { return note.rfind("The other accounts", 0) == 0; });
        }
        explanations.push_back(std::move(why));
      }
    }
  }
  POSTQ_TRY(const auto* const zone, world.zone());
  bool first = true;
  for (const auto& why : explanations) {
    if (context.json) {
      context.result(as_json(context, why));
      continue;
    }
    if (!std::exchange(first, false)) context.result("");
    print(context, why, *zone);
  }
  return kDone;
}

}  // namespace

void setup_why(Arguments command, Context& context) {
  auto typed = std::make_shared<std::string>();
  command.add_option("ID", *typed, "A post, a delivery or an account: 12, 12@site, site")->required();
  command.footer(
      "Examples:\n"
      "  postq why 12              each account that post 12 goes to\n"
      "  postq why 12@site\n"
      "  postq why site            what holds scheduled posts there");
  command.callback([typed, &context] { context.outcome = run_why(*typed, context); });
}

}  // namespace postq
