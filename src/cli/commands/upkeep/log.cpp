#include <deque>
#include <iterator>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/words/event_facts.h"
#include "app/words/select.h"
#include "app/words/standing.h"
#include "app/words/when_words.h"
#include "cli/commands.h"
#include "cli/flags/rows_shown.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

constexpr int kShown = 30;
constexpr const char* kLimitHelp = "At most this many, the newest; 0: all (30 at a terminal, else all; of a post all)";

struct LogFlags {
  std::string id;
  BoundWords words_of_time;
  std::optional<std::int64_t> limit;
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
  line.text("actor", facts.actor.name)
      .flag("agent", facts.actor.agent)
      .text("for", facts.actor.person)
      .raw("body", event.body)
      .text("hash", event.hash.hex());
  return line.str();
}

// What is asked for: everything, or what happened to a post, on all its accounts or on one; and when.
struct Asked {
  std::optional<PostId> post;
  std::optional<std::string> account;
  Bounds bounds;

  bool is_narrowed() const { return account || bounds.from || bounds.end; }
  bool has(const Event& event) const {
    if (bounds.from && event.at < *bounds.from) return false;
    if (bounds.end && event.at >= *bounds.end) return false;
    return !account || event.chain == *account;
  }
};

Result<Asked> read_asked(World& world, Store& store, const LogFlags& flags) {
  Asked asked;
  POSTQ_TRY(asked.bounds, read_bounds(world, flags.words_of_time, Toward::past));
  if (flags.id.empty()) return asked;
  POSTQ_CHECK(select(store, {flags.id}).map([](const Selected&) {}));
  POSTQ_TRY(const auto selection, parse_selection(flags.id));
  asked.post = selection.first;
  asked.account = selection.account;
  return asked;
}

struct Newest {
  std::vector<Event> events;  // oldest first
  std::int64_t there = 0;
};
// One at a time where the store can't count what is asked for.
Result<Newest> read_newest(Store& store, const Asked& asked, std::int64_t total, std::int64_t limit) {
  if (!asked.is_narrowed()) {
    POSTQ_TRY(auto events, store.events(asked.post, static_cast<int>(limit)));
    return Newest{std::move(events), total};
  }
  std::deque<Event> newest;
  std::int64_t there = 0;
  POSTQ_CHECK(store.each_event(asked.post, [&](const Event& event) {
    if (!asked.has(event)) return;
    ++there;
    newest.push_back(event);
    if (static_cast<std::int64_t>(newest.size()) > limit) newest.pop_front();
  }));
  return Newest{{std::make_move_iterator(newest.begin()), std::make_move_iterator(newest.end())}, there};
}

struct Widths {
  std::size_t time = 0;
  std::size_t subject = 0;
};

// At a terminal, which breaks a line in the middle of a word: below itself, or where that is too narrow a column below
// what is before it.
void print_folded(Context& context, const std::string& left, const std::string& text) {
  constexpr std::size_t kNarrow = 30;
  constexpr std::size_t kIndent = 4;
  const std::size_t width = columns(context.world);
  std::size_t at = display_width(left);
  std::string before = left;
  if (at + kNarrow > width) {
    context.result(left.substr(0, left.find_last_not_of(' ') + 1));
    at = kIndent;
    before = std::string(at, ' ');
  }
  for (const auto& row : wrap(text, width - at)) {
    context.result(before + row);
    before = std::string(at, ' ');
  }
}

void print_event(Context& context, const Event& event, const Widths& widths, const Zone& zone) {
  const auto facts = facts_of(event);
  if (context.json) return context.result(event_json(event, facts));
  const auto who = visible_line(say_actor(facts.actor));
  const auto left = pad(format_time_short(event.at, context.world.now(), zone), widths.time) + "  " +
                    pad(visible_line(subject(event)), widths.subject) + "  ";
  const auto said = visible_line(say_event(event, facts));
  const auto line = said + (who.empty() ? "" : "  by " + who);
  const std::size_t at = display_width(left);
  if (!context.world.terminal().person_present() || at + display_width(line) <= columns(context.world)) {
    context.result(left + line);
    return;
  }
  print_folded(context, left, said + (who.empty() ? "" : " by " + who));
}

void widen(Widths& widths, const Context& context, const Event& event, const Zone& zone) {
  widths.time = std::max(widths.time, format_time_short(event.at, context.world.now(), zone).size());
  widths.subject = std::max(widths.subject, display_width(subject(event)));
}

// One at a time: a queue of years has millions. Twice, where columns have a width.
Status print_all(Context& context, Store& store, const Asked& asked, const Zone& zone) {
  Widths widths;
  if (!context.json) {
    POSTQ_CHECK(store.each_event(asked.post, [&](const Event& event) {
      if (asked.has(event)) widen(widths, context, event, zone);
    }));
  }
  return store.each_event(asked.post, [&](const Event& event) {
    if (asked.has(event)) print_event(context, event, widths, zone);
  });
}

Exit run_log(const LogFlags& flags, Context& context) {
  POSTQ_TRY(auto* const store, context.world.store(StoreUse::read));
  if (flags.verify || !flags.head.empty()) return verify(context, *store, flags.head);
  POSTQ_TRY(const auto asked, read_asked(context.world, *store, flags));
  POSTQ_TRY(const auto shown, rows_shown(context, flags.limit, asked.post ? 0 : kShown));
  POSTQ_TRY(const auto* const zone, context.world.zone());
  POSTQ_TRY(const auto total, store->count_events(asked.post));
  if (total == 0) context.say("Nothing has happened yet.");
  if (shown.all()) {
    POSTQ_CHECK(print_all(context, *store, asked, *zone));
    return kDone;
  }
  POSTQ_TRY(const auto newest, read_newest(*store, asked, total, shown.limit));
  const auto& [events, there] = newest;
  if (there == 0 && total > 0) context.say("Nothing happened then. All of it:  postq log");
  Widths widths;
  for (const auto& event : events) widen(widths, context, event, *zone);
  for (const auto& event : events) print_event(context, event, widths, *zone);
  if (there > shown.limit && !context.json) say_left_out(context, shown, there, "the newest");
  return kDone;
}

}  // namespace

void setup_log(Arguments command, Context& context) {
  auto flags = std::make_shared<LogFlags>();
  command.add_option("ID", flags->id, "Only what happened to this post, such as 12 or 12@site");
  command.add_option("--from", flags->words_of_time.from, "What happened then or later")->option_text("WHEN");
  command.add_option("--until", flags->words_of_time.until, "What happened then or before; a day counts as well")
      ->option_text("WHEN");
  command.add_option("-n,--limit", flags->limit, kLimitHelp)->option_text("N");
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
      "  postq log --from mon --until wed\n"
      "  postq log --verify        exit 7 if the record is not whole\n"
      "  postq log --verify --head 412:9f86d0...");
  command.callback([flags, &context] { context.outcome = run_log(*flags, context); });
}

}  // namespace postq
