
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/status/stop.h"
#include "app/words/select.h"
#include "cli/commands.h"
#include "cli/flags/ids.h"

namespace postq {

namespace {

enum class ReadAgain : std::uint8_t { no, yes };

Result<ReadAgain> ask_to_read_again(Context& context, const QueueSummary& summary) {
  if (summary.approved == 0) return ReadAgain::no;
  const auto approved = summary.posts ? summary.posts->approved : summary.approved;
  const std::string many = std::to_string(approved) + (summary.posts ? " approved posts" : " approved deliveries");
  const std::string question = approved == 1 ? "Read the approved post again before it goes? [y/n] "
                                             : "Read all " + many + " again before they go? [y/n] ";
  while (true) {
    POSTQ_TRY(const auto answer, context.world.terminal().read_key(question));
    if (answer == "y" || answer == "Y") return ReadAgain::yes;
    if (answer == "n" || answer == "N") return ReadAgain::no;
    context.say("y: they go back to review.  n: their approvals stay.  Ctrl-C: nothing changes.");
  }
}

// " 12@site 14@bsky", the first few; "" when none is.
Result<std::string> paused_posts(Store& store) {
  ListFilter filter;
  filter.paused_only = true;
  filter.limit = 10;
  POSTQ_TRY(const auto rows, store.list(filter));
  std::string names;
  for (const auto& row : rows) names += " " + name_of(row.delivery);
  return names;
}

Exit resume_everything(Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const state, world.state());
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  POSTQ_TRY(const auto stop, store->stop_state());
  const bool was_stopped = stop.paused || state->stop_requested();
  std::size_t withdrawn = 0;
  if (was_stopped) {
    POSTQ_TRY(const auto summary, store->summary());
    POSTQ_TRY(const auto again, ask_to_read_again(context, summary));
    // While everything still stands, so that nothing slips out unread in between.
    if (again == ReadAgain::yes) {
      POSTQ_TRY(withdrawn, withdraw_approvals(world, *store));
    }
    POSTQ_CHECK(store->resume_all(world.audit()));
    POSTQ_CHECK(state->remove_stop());
    context.say("Resumed: the next flush sends what is due, approved and within the rules.");
  } else {
    context.say("Nothing was stopped as a whole.");
  }
  if (context.json) {
    context.result(JsonLine()
                       .text("schema", "postq.resume/1")
                       .flag("was_paused", was_stopped)
                       .number("back_in_review", static_cast<std::int64_t>(withdrawn))
                       .str());
  }
  if (withdrawn > 0) context.say("Back in review: " + std::to_string(withdrawn) + "    postq review");
  POSTQ_TRY(const auto accounts, store->accounts());
  for (const auto& account : accounts) {
    if (account.paused_until && *account.paused_until > world.now()) {
      context.say(account.name + " is still PAUSED by itself:  postq resume " + account.name);
    }
  }
  POSTQ_TRY(const auto paused, paused_posts(*store));
  if (!paused.empty()) context.say("Still PAUSED by themselves:  postq resume" + paused);
  return kDone;
}

Exit resume_some(const std::vector<std::string>& typed, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  POSTQ_TRY(const auto ids, expand_ids(context, typed));
  POSTQ_TRY(const auto targets, pause_targets(*store, ids));
  if (!targets.unknown.empty()) return pass_on(targets.unknown.front());
  std::vector<DeliveryId> deliveries;
  for (const auto& delivery : targets.deliveries) deliveries.push_back(delivery.id);
  for (const auto& account : targets.accounts) {
    POSTQ_CHECK(store->pause_account(account.id, std::nullopt, world.audit()));
  }
  if (!deliveries.empty()) POSTQ_CHECK(store->set_paused(deliveries, false, world.audit()));
  const auto tell = [&](const std::string& name, bool was_paused) {
    if (context.json) {
      context.result(
          JsonLine().text("schema", "postq.resume/1").text("resumed", name).flag("was_paused", was_paused).str());
    } else {
      context.say(name + (was_paused ? " goes on." : " was not paused."));
    }
  };
  for (const auto& account : targets.accounts) tell(account.name, account.paused_until > world.now());
  for (const auto& delivery : targets.deliveries) tell(name_of(delivery), delivery.paused);
  for (const auto& delivery : targets.too_late) {
    context.say(name_of(delivery) + " is " + std::string(word(delivery.state)) + ", and stays so");
  }
  POSTQ_TRY(const auto stop, store->stop_state());
  POSTQ_TRY(auto* const state, world.state());
  if (stop.paused || state->stop_requested()) context.say("Everything is still PAUSED:  postq resume");
  return kDone;
}

Exit run_resume(const std::vector<std::string>& typed, Context& context) {
  std::string command = "postq resume";
  for (const auto& word : typed) command += " " + word;
  POSTQ_CHECK(require_person(context.world, "resuming", command));
  return typed.empty() ? resume_everything(context) : resume_some(typed, context);
}

}  // namespace

void setup_resume(Arguments command, Context& context) {
  auto typed = std::make_shared<std::vector<std::string>>();
  command.add_option("ID|ACCOUNT", *typed, "Posts, deliveries or accounts; nothing named = everything");
  command.footer(
      "Asks whether what was approved before the pause should be read again.\n\n"
      "Examples:\n"
      "  postq resume\n"
      "  postq resume site\n"
      "  postq resume 12");
  command.callback([typed, &context] { context.outcome = run_resume(*typed, context); });
}

}  // namespace postq
