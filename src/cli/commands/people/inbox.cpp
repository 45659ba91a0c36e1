#include "cli/commands/people/inbox.h"

#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/inbox/inbox.h"
#include "app/sync/sync.h"
#include "app/words/select.h"
#include "app/words/standing.h"
#include "app/words/when_words.h"
#include "cli/commands.h"
#include "cli/flags/rows_shown.h"
#include "cli/output/attention.h"
#include "cli/output/item_lines.h"

namespace postq {

namespace {

constexpr std::int64_t kShown = 50;
constexpr Seconds kLately = std::chrono::days{7};

struct InboxFlags {
  ItemFilter filter;
  std::string state;
  std::string older;
  BoundWords words;
  std::optional<std::int64_t> limit;
  bool all = false;
  bool walk = false;

  bool narrowed() const {
    return !filter.account.empty() || !filter.person.empty() || !state.empty() || !older.empty() ||
           !words.from.empty() || !words.until.empty() || filter.heard || all;
  }
};

Result<ItemFilter> filter_of(const InboxFlags& flags, Context& context, Store& store) {
  ItemFilter filter = flags.filter;
  if (!filter.account.empty()) POSTQ_CHECK(account_named(store, filter.account).map([](const Account&) {}));
  if (!flags.state.empty()) filter.states = {item_state_from_word(flags.state).value_or(ItemState::open)};
  if (!flags.older.empty()) {
    // Older than a day is before it began.
    POSTQ_TRY(const auto bounds, read_bounds(context.world, {flags.older, ""}, Toward::past));
    filter.before = bounds.from;
  }
  POSTQ_TRY(const auto bounds, read_bounds(context.world, flags.words, Toward::past));
  filter.since = bounds.from;
  if (bounds.end) filter.before = bounds.end;
  filter.ignored = filter.deleted = flags.all;
  return filter;
}

// Why there is nothing to see, and what would change it.
Status say_empty(Context& context, Store& store, const InboxFlags& flags) {
  if (flags.narrowed()) {
    context.say(flags.filter.heard ? "Nothing was heard. Saved searches:  postq listen list"
                                   : "Nothing is like that. Bots and muted people as well:  postq inbox --all");
    return {};
  }
  POSTQ_TRY(const auto accounts, store.accounts());
  if (accounts.empty()) {
    context.say("No account yet:  postq");
  } else if (!anybody_can_be_heard(context.world, accounts)) {
    context.say("None of your accounts is on a platform that tells what people say:  postq platforms");
  } else {
    context.say("Looked at by every flush that has something to send, and now:  postq sync");
  }
  return {};
}

// Whom nobody hears now: without it an empty inbox looks like an answer.
Status say_unheard(Context& context, Store& store) {
  auto& world = context.world;
  POSTQ_TRY(const auto accounts, store.accounts());
  POSTQ_TRY(const auto* const state, world.state());
  POSTQ_TRY(const auto* const zone, world.zone());
  for (const auto& account : accounts) {
    if (!anybody_can_be_heard(world, {account})) continue;
    const auto since = unheard_since(*state, account);
    if (!since) continue;
    context.say(account.name + ": what people say can't be read since " +
                format_time_short(to_the_minute(*since), world.now(), *zone) + ":  postq sync " + account.name);
  }
  return {};
}

void say_summary(Context& context, const InboxSummary& summary) {
  if (summary.heard > 0) {
    context.say("Heard (saved searches, nobody waits): " + std::to_string(summary.heard) +
                "           postq inbox --heard");
  }
  if (summary.answered > 0) {
    std::string text = "Answered in the last 7 days: " + std::to_string(summary.answered);
    if (summary.median_answer) {
      text +=
          (summary.answered == 1 ? ", within " : ", half of them within ") + format_duration(*summary.median_answer);
    }
    context.say(text + ".");
  }
}

void say_what_to_type(Context& context, const std::string& first) {
  context.say("Oldest first, one at a time:  postq inbox --walk");
  context.say("One of them:  postq show " + first + "    postq reply " + first + "    postq dismiss " + first +
              " --reason \"...\"");
}

Status list_inbox(Context& context, Store& store, const InboxFlags& flags, ItemFilter filter) {
  POSTQ_TRY(const auto shown, rows_shown(context, flags.limit, kShown));
  filter.limit = shown.to_read();
  POSTQ_TRY(auto items, store.items(filter));
  const bool more = !shown.all() && static_cast<std::int64_t>(items.size()) > shown.limit;
  if (more) items.pop_back();
  if (context.json) {
    for (const auto& item : items) context.result(item_json(item, "postq.inbox/1"));
    return {};
  }
  POSTQ_TRY(const auto* const zone, context.world.zone());
  std::optional<InboxSummary> summary;
  if (!flags.narrowed()) {
    POSTQ_TRY(summary, store.inbox_summary(context.world.now() - kLately));
    context.say(say_waiting(summary->waiting, summary->longest, context.world.now()) + ".");
    POSTQ_CHECK(say_unheard(context, store));
    if (!items.empty()) context.say("");
  }
  print_items(context, items, *zone);
  if (items.empty()) POSTQ_CHECK(say_empty(context, store, flags));
  if (more) {
    filter.limit = most_counted(shown) + 1;
    POSTQ_TRY(const auto total, store.count_items(filter));
    const bool newest = filter.heard || (!filter.states.empty() && filter.states.front() != ItemState::open);
    say_left_out(context, shown, total, newest ? "the newest" : "the first");
  }
  if (!summary) return {};
  if (!items.empty()) context.say("");
  say_summary(context, *summary);
  if (!items.empty()) {
    if (summary->heard > 0 || summary->answered > 0) context.say("");
    say_what_to_type(context, name_of(items.front().id));
  }
  return {};
}

Exit run_inbox(const InboxFlags& flags, Context& context) {
  auto& world = context.world;
  if (flags.walk) {
    POSTQ_CHECK(require_person(world, "walking through the inbox", "postq inbox --walk"));
    if (!context.may_ask()) {
      return fail(ErrorKind::usage, "a walk asks questions, and --json or --no-input rules them out", "postq inbox");
    }
  }
  POSTQ_TRY(auto* const store, world.store(flags.walk ? StoreUse::write : StoreUse::read));
  POSTQ_TRY(auto filter, filter_of(flags, context, *store));
  if (!flags.walk) {
    POSTQ_CHECK(list_inbox(context, *store, flags, std::move(filter)));
    return kDone;
  }
  POSTQ_TRY(const auto walked, rows_shown(context, flags.limit, 0));
  filter.limit = walked.limit;
  POSTQ_TRY(const auto items, store->items(filter));
  if (!flags.narrowed()) POSTQ_CHECK(say_unheard(context, *store));
  if (items.empty()) {
    context.say(flags.narrowed() ? "Nothing is like that." : "Nobody waits for an answer.");
    return kDone;
  }
  return walk_inbox(context, *store, items);
}

}  // namespace

void setup_inbox(Arguments command, Context& context) {
  auto flags = std::make_shared<InboxFlags>();
  auto& filter = flags->filter;
  command.add_flag("--walk", flags->walk, "One at a time: answer, dismiss, or go on (needs a person)");
  command.add_option("--account", filter.account, "On this account")->option_text("NAME");
  command.add_option("--person", filter.person, "By whom: a part of the handle or the name")->option_text("WHO");
  command.add_option("--from", flags->words.from, "Said, or settled, since then: 7d, \"1 nov\"")->option_text("WHEN");
  command.add_option("--since", flags->words.from, "")
      ->option_text("WHEN")
      ->excludes(command.find("--from"));  // as it was called before
  command.add_option("--until", flags->words.until, "Said up to then; a day counts as well")->option_text("WHEN");
  command.add_option("--older", flags->older, "Said before then, or longer ago than that: 24h")
      ->option_text("WHEN")
      ->excludes(command.find("--until"));
  command.add_option("--state", flags->state, "open (without it), answered or dismissed")
      ->one_of({"open", "answered", "dismissed"})
      ->option_text("STATE");
  command.add_flag("--heard", filter.heard, "What saved searches found; nobody waits there");
  command.add_flag("--all", flags->all, "Bots, muted people and what was deleted as well");
  command.add_option("-n,--limit", flags->limit, "At most this many; 0: all (50 at a terminal, else all)")
      ->option_text("N");
  command.footer(
      "Whoever waits longest stands first. Into a pipe, columns are separated by tabs.\n\n"
      "Examples:\n"
      "  postq inbox\n"
      "  postq inbox --walk\n"
      "  postq inbox --account bsky --older 24h\n"
      "  postq inbox --json | jq -r 'select(.waits).said.url'");
  command.callback([flags, &context] { context.outcome = run_inbox(*flags, context); });
}

}  // namespace postq
