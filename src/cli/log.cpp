#include <CLI/CLI.hpp>

#include <postq/core/text.h>
#include <postq/core/when.h>

#include "app/event_facts.h"
#include "app/select.h"
#include "app/standing.h"
#include "cli/attention.h"
#include "cli/commands.h"
#include "cli/item_lines.h"

namespace postq {

namespace {

constexpr int kShown = 30;
constexpr int kAll = 1'000'000;  // of one post: far more than one can have

struct LogFlags {
  std::string id;
  std::optional<int> limit;
  bool verify = false;
  std::string head;
};

Exit verify(Context& context, Store& store, const std::string& known_head) {
  std::string doubt;
  if (!known_head.empty()) {
    POSTQ_TRY(doubt, store.check_head(known_head));
  }
  POSTQ_TRY(auto check, store.verify_events());
  if (!doubt.empty()) check.problems.insert(check.problems.begin(), doubt);
  POSTQ_TRY(const auto head_now, store.record_head());
  if (context.json) {
    std::vector<std::string> heads;
    for (const auto& [chain, head] : check.heads) {
      heads.push_back(JsonLine().text("chain", chain).text("head", head.hex()).str());
    }
    context.result(JsonLine()
                       .text("schema", "postq.log.verify/1")
                       .flag("whole", check.problems.empty())
                       .number("events", check.events)
                       .raw_list("heads", heads)
                       .text("head", head_now)
                       .list("problems", check.problems)
                       .str());
    return check.problems.empty() ? kDone : exit_code(ErrorKind::storage);
  }
  if (!check.problems.empty()) {
    for (const auto& problem : check.problems) {
      context.result(with_attention(context.world, "PROBLEM  " + visible_line(problem)));
    }
    context.say("The record is not whole: something besides postq wrote to the database. Next: postq doctor");
    return exit_code(ErrorKind::storage);
  }
  for (const auto& [chain, head] : check.heads) {
    context.result(head.hex() + "  " + (chain.empty() ? "(the queue)" : visible_line(chain)));
  }
  context.result(head_now + "  (all of it)");
  context.say(count_of(check.events, "event", "events") + " in " +
              count_of(static_cast<std::int64_t>(check.heads.size()), "chain", "chains") +
              ", each continuing the one before it; approvals, receipts,\n"
              "accounts and what is queued are what the record says of them.");
  if (!known_head.empty()) {
    context.say("The record holds all that was in it when " + known_head + " was taken.");
    return kDone;
  }
  context.say(
      "Kept elsewhere, the last line tells later whether anybody changed what is in the\n"
      "record now:  postq log --verify --head " +
      head_now +
      "\n"
      "Each flush that changed something writes it to the system journal, where there is\n"
      "one:  journalctl -t postq");
  return kDone;
}

std::string subject(const Event& event) {
  if (!event.post) return event.chain;
  return std::to_string(number(*event.post)) + (event.delivery ? "@" + event.chain : "");
}

std::string event_json(const Event& event, const EventFacts& facts) {
  JsonLine line;
  line.text("schema", "postq.log/1").number("seq", event.seq).time("at", event.at).text("event", event.kind);
  line.text("subject", subject(event));
  if (event.post) line.number("post", number(*event.post));
  line.text("actor", facts.actor).flag("agent", facts.agent).raw("body", event.body).text("hash", event.hash.hex());
  return line.str();
}

Exit run_log(const LogFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  if (flags.verify || !flags.head.empty()) return verify(context, *store, flags.head);
  if (flags.limit) POSTQ_CHECK(check_limit(*flags.limit, "postq log -n 100"));
  std::optional<PostId> post;
  std::optional<std::string> account;
  if (!flags.id.empty()) {
    POSTQ_TRY(const auto selection, parse_selection(flags.id));
    POSTQ_CHECK(select(*store, {flags.id}).map([](const Selected&) {}));
    post = selection.first;
    account = selection.account;
  }
  const int limit = flags.limit.value_or(post ? kAll : kShown);
  POSTQ_TRY(const auto events, store->events(post, limit));
  POSTQ_TRY(const auto* const zone, world.zone());
  const TimePoint now = world.now();
  std::size_t times = 0;
  std::size_t subjects = 0;
  for (const auto& event : events) {
    times = std::max(times, say_time_short(event.at, now, *zone).size());
    subjects = std::max(subjects, display_width(subject(event)));
  }
  for (const auto& event : events) {
    if (account && event.chain != *account) continue;
    const auto facts = facts_of(event);
    if (context.json) {
      context.result(event_json(event, facts));
      continue;
    }
    const std::string who = visible_line(facts.actor) + (facts.agent ? " (a program)" : "");
    const std::string left =
        pad(say_time_short(event.at, now, *zone), times) + "  " + pad(visible_line(subject(event)), subjects) + "  ";
    context.result(left + visible_line(say_event(event, facts)) + (who.empty() ? "" : "  by " + who));
  }
  if (events.empty()) context.say("Nothing has happened yet.");
  if (!post && static_cast<int>(events.size()) == limit) {
    context.say("There may be more:  postq log -n " + std::to_string(limit * 10));
  }
  return kDone;
}

}  // namespace

void setup_log(CLI::App& command, Context& context) {
  auto flags = std::make_shared<LogFlags>();
  command.add_option("ID", flags->id, "Only what happened to this post, such as 12 or 12@site");
  command.add_option("-n,--limit", flags->limit, "At most this many, the newest (30)")->option_text("N");
  command.add_flag("--verify", flags->verify, "Check that nothing in the record was changed or taken out");
  command.add_option("--head", flags->head, "With --verify: compare with this head, which was kept elsewhere")
      ->option_text("HEAD");
  command.footer(
      "Who runs postq may also write to its database. Damage and hasty changes are found; a full forgery by the same "
      "user stays possible until approvals are signed. A head that was kept elsewhere, such as in the system journal, "
      "shows one that came later.\n\n"
      "Examples:\n"
      "  postq log\n"
      "  postq log 12\n"
      "  postq log --verify        exit 7 if the record is not whole\n"
      "  postq log --verify --head 412:9f86d0...");
  command.callback([flags, &context] { context.outcome = run_log(*flags, context); });
}

}  // namespace postq
