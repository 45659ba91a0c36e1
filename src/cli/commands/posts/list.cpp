#include <array>

#include <postq/base/command_words.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/words/pauses.h"
#include "app/words/select.h"
#include "app/words/standing.h"
#include "app/words/when_words.h"
#include "cli/commands.h"
#include "cli/flags/rows_shown.h"
#include "cli/output/attention.h"
#include "cli/output/author_json.h"

namespace postq {

namespace {

constexpr int kShown = 50;
constexpr const char* kLimitHelp = "At most this many; 0: all (50 at a terminal, else all)";

struct ListFlags {
  std::vector<std::string> words;  // "failed", or the name of an account
  ListFilter filter;
  BoundWords words_of_time;
  std::string to;  // an account, as in `add --to`
  bool by_hand = false;
  bool scheduled = false;
  std::optional<std::int64_t> limit;
};

// What may be typed without dashes as well.
struct Word {
  std::string_view word;
  void (*apply)(ListFilter& filter, TimePoint now);
};
constexpr std::array kWords{
    Word{"pending", [](ListFilter& filter, TimePoint) { filter.pending_only = true; }},
    Word{"approved", [](ListFilter& filter, TimePoint) { filter.approved_only = true; }},
    Word{"queued", [](ListFilter& filter, TimePoint) { filter.states.push_back(DeliveryState::queued); }},
    Word{"held", [](ListFilter& filter, TimePoint now) { filter.held_at = now; }},
    Word{"paused", [](ListFilter& filter, TimePoint) { filter.paused_only = true; }},
    Word{"sent", [](ListFilter& filter, TimePoint) { filter.states.push_back(DeliveryState::sent); }},
    Word{"failed", [](ListFilter& filter, TimePoint) { filter.states.push_back(DeliveryState::failed); }},
    Word{"unconfirmed", [](ListFilter& filter, TimePoint) { filter.states.push_back(DeliveryState::unconfirmed); }},
    Word{"cancelled", [](ListFilter& filter, TimePoint) { filter.states.push_back(DeliveryState::cancelled); }},
    Word{"rejected", [](ListFilter& filter, TimePoint) { filter.states.push_back(DeliveryState::rejected); }},
    Word{"expired", [](ListFilter& filter, TimePoint) { filter.states.push_back(DeliveryState::expired); }},
    Word{"late", [](ListFilter& filter, TimePoint) { filter.late_only = true; }},
    Word{"all", [](ListFilter& filter, TimePoint) { filter.everything = true; }},
};

Status apply_word(const std::string& typed, TimePoint now, ListFilter& filter, Store& store) {
  for (const auto& [word, apply] : kWords) {
    if (typed != word) continue;
    apply(filter, now);
    return {};
  }
  POSTQ_TRY(const auto accounts, store.accounts());
  std::vector<std::string> known;
  for (const auto& [word, apply] : kWords) known.emplace_back(word);
  const std::string name = typed.substr(typed.substr(0, 1) == "@" ? 1 : 0);
  for (const auto& account : accounts) {
    known.push_back(account.name);
    if (account.name == name) {
      filter.account = name;
      return {};
    }
  }
  const auto meant = closest(name, known);
  return fail(ErrorKind::usage, "'" + typed + "' is neither a state nor an account",
              meant ? "did you mean " + *meant + "?" : "postq list --help");
}

// Whether only what has happened is listed, so that `mon` can only be the last one.
bool looks_back(const ListFilter& filter) {
  const auto is_over = [](DeliveryState state) {
    return state == DeliveryState::sent || state == DeliveryState::cancelled || state == DeliveryState::expired ||
           state == DeliveryState::failed;
  };
  return !filter.states.empty() && std::all_of(filter.states.begin(), filter.states.end(), is_over);
}

Status check_account(World& world, Store& store, const std::string& name, bool typed_as_to) {
  const auto account = account_named(store, name);
  if (account) return {};
  // `--to` was the end of a range once.
  const bool is_time = typed_as_to && read_bounds(world, {"", name}, Toward::future).has_value();
  if (!is_time) return pass_on(account.error());
  return fail(account.error().kind, account.error().message + "; --to takes accounts",
              "--until " + quoted_word(name) + " ends a range of days");
}

std::string row_json(const ListRow& row, TimePoint now) {
  const auto& delivery = row.delivery;
  JsonLine line;
  line.text("schema", "postq.list/1").text("name", name_of(delivery)).number("post", number(delivery.post));
  line.text("account", delivery.account_name).text("origin", word(delivery.origin));
  line.text("state", word(delivery.state)).text("standing", stable_word(standing_of(delivery, now)));
  line.flag("approved", delivery.approval.has_value()).flag("paused", delivery.paused);
  line.time("next_at", next_time(delivery))
      .time("not_before", delivery.schedule.wall ? std::optional{delivery.schedule.not_before} : std::nullopt);
  line.time("until", delivery.schedule.until).time("missed_at", delivery.missed_at);
  line.time("public_at", delivery.public_at);
  author_json(line, row.author).text("label", row.label);
  line.number("parts", row.parts).number("parts_sent", row.parts_sent).number("media", row.media);
  line.text("url", row.url).text("text", row.text);
  return line.str();
}

// What an agent wrote for the reader needs no word for whom.
std::string facts_of(const ListRow& row, const Actor& reader) {
  std::string text;
  const bool for_reader = row.author.person == (reader.agent ? reader.person : reader.name);
  if (row.author.agent) {
    text +=
        "[" + visible_line(for_reader && !row.author.person.empty() ? row.author.name : say_actor(row.author)) + "] ";
  }
  if (row.parts > 1) {
    text += row.parts_sent > 0 && row.parts_sent < row.parts
                ? "[" + std::to_string(row.parts_sent) + " of " + std::to_string(row.parts) + " parts out] "
                : "[" + std::to_string(row.parts) + " parts] ";
  }
  // As review and show call them.
  if (row.media > row.films) text += "[" + count_of(row.media - row.films, "picture", "pictures") + "] ";
  if (row.films > 0) text += "[" + count_of(row.films, "film", "films") + "] ";
  return text;
}

// What a pause of the whole queue holds back is nothing that goes at its time.
Standing standing_shown(const Delivery& delivery, TimePoint now, bool stopped) {
  const auto standing = standing_of(delivery, now);
  const bool would_go = standing == Standing::approved || standing == Standing::held;
  return stopped && would_go ? Standing::paused : standing;
}

void print_rows(Context& context, const std::vector<ListRow>& rows, const Zone& zone, bool stopped) {
  auto& world = context.world;
  const TimePoint now = world.now();
  const auto reader = world.actor();
  const bool table = world.terminal().person_present() && !world.terminal().plain();
  std::size_t names = 4;
  std::size_t states = 5;
  std::size_t times = 4;
  for (const auto& row : rows) {
    names = std::max(names, display_width(name_of(row.delivery)));
    states = std::max(states, word(standing_shown(row.delivery, now, stopped)).size());
    times = std::max(times, say_its_time(row.delivery, now, zone).size());
  }
  for (const auto& row : rows) {
    const std::string name = name_of(row.delivery);
    const std::string_view state = word(standing_shown(row.delivery, now, stopped));
    const std::string time = say_its_time(row.delivery, now, zone);
    const std::string text = facts_of(row, reader) + visible_line(row.text.empty() ? row.alt : row.text);
    if (world.terminal().person_present() && !table) {
      context.result(name + ": " + std::string(state) + ", " + time + ": " + text);
      continue;
    }
    if (!table) {
      context.result(name + "\t" + std::string(state) + "\t" + time + "\t" + text);
      continue;
    }
    if (text_goes_below(world, names + states + times + 6)) {
      print_below(context, {name, std::string(state), time}, text);
      continue;
    }
    const std::string left = pad(name, names) + "  " + pad(state, states) + "  " + pad(time, times) + "  ";
    const std::size_t room = std::max<std::size_t>(10, columns(world) - std::min(columns(world), display_width(left)));
    context.result(with_attention(world, left) + shorten(text, room));
  }
}

// What is over has no next time: `list --all` begins with what was added last.
bool newest_first(const ListFilter& filter) {
  if (filter.states.empty()) return filter.everything;
  return std::any_of(filter.states.begin(), filter.states.end(), [](DeliveryState state) {
    return state == DeliveryState::sent || state == DeliveryState::cancelled || state == DeliveryState::expired;
  });
}

Exit run_list(const ListFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  ListFilter filter = flags.filter;
  POSTQ_TRY(const auto shown, rows_shown(context, flags.limit, kShown));
  filter.limit = static_cast<int>(shown.to_read());
  for (const auto& typed : flags.words) POSTQ_CHECK(apply_word(typed, world.now(), filter, *store));
  if (!flags.to.empty()) filter.account = flags.to;
  if (!filter.account.empty()) POSTQ_CHECK(check_account(world, *store, filter.account, !flags.to.empty()));
  if (flags.by_hand && flags.scheduled) {
    return fail(ErrorKind::usage, "a post is either by hand or scheduled", "leave one of the two flags out");
  }
  if (flags.by_hand) filter.origin = Origin::hand_written;
  if (flags.scheduled) filter.origin = Origin::scheduled;
  POSTQ_TRY(const auto bounds,
            read_bounds(world, flags.words_of_time, looks_back(filter) ? Toward::past : Toward::future));
  filter.from = bounds.from;
  filter.to = bounds.end;
  if (filter.pending_only && filter.approved_only) {
    return fail(ErrorKind::usage, "a post is either pending or approved", "postq list --pending");
  }
  POSTQ_TRY(auto rows, store->list(filter));
  const bool more = !shown.all() && static_cast<std::int64_t>(rows.size()) > shown.limit;
  if (more) rows.pop_back();
  if (context.json) {
    for (const auto& row : rows) context.result(row_json(row, world.now()));
    return kDone;
  }
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(const auto pauses, pauses_before(world, *store, {}));
  if (!pauses.empty() && !rows.empty() && world.terminal().person_present()) {
    context.say("Nothing goes out, since " + pauses + ":  postq resume");
  }
  print_rows(context, rows, *zone, !pauses.empty());
  if (more) {
    filter.limit = static_cast<int>(most_counted(shown) + 1);
    POSTQ_TRY(const auto total, store->count_list(filter));
    say_left_out(context, shown, total, newest_first(filter) ? "the newest" : "the next");
  }
  if (rows.empty()) {
    const bool narrowed = !flags.words.empty() || !filter.text.empty() || !filter.label.empty() ||
                          !filter.author.empty() || filter.from || filter.to || filter.origin || filter.pending_only ||
                          filter.approved_only || filter.late_only || filter.paused_only || filter.held_at ||
                          !filter.states.empty() || !filter.account.empty();
    context.say(narrowed            ? "No post is like that. What is over:  postq list --all"
                : filter.everything ? "No post yet. The first:  postq add \"...\""
                                    : "Nothing is queued. What is over:  postq list --all");
  }
  return kDone;
}

}  // namespace

void setup_list(Arguments command, Context& context) {
  auto flags = std::make_shared<ListFlags>();
  auto& filter = flags->filter;
  command.add_option("FILTER", flags->words, "A state (held, paused, failed, sent, ...) or an account");
  command.add_flag("--pending", filter.pending_only, "Nobody said yes yet");
  command.add_flag("--approved", filter.approved_only, "Will go at their time");
  for (const auto& [flag, state, help] :
       {std::tuple{"--sent", DeliveryState::sent, "Went out"},
        std::tuple{"--failed", DeliveryState::failed, "The platform said no, or the tries ran out"}}) {
    command.add_flag_callback(
        flag, [flags, state = state] { flags->filter.states.push_back(state); }, help);
  }
  command.add_flag("--late", filter.late_only, "Missed their time");
  command.add_flag("--all", filter.everything, "Those that are over, too; newest first");
  const auto account = command.add_option("--account", filter.account, "On this account")->option_text("NAME");
  command.add_option("--to", flags->to, "The same, as `postq add` calls it")->option_text("NAME")->excludes(account);
  command.add_option("--label", filter.label, "With this label")->option_text("LABEL");
  command.add_option("--text", filter.text, "These words are in the text")->option_text("WORDS");
  command.add_option("--author", filter.author, "Written by this person or agent")->option_text("NAME");
  command.add_option("--from", flags->words_of_time.from, "Their time is then or later")->option_text("WHEN");
  command.add_option("--until", flags->words_of_time.until, "Their time is then or before; a day counts as well")
      ->option_text("WHEN");
  command.add_flag("--by-hand", flags->by_hand, "Written by hand");
  command.add_flag("--scheduled", flags->scheduled, "Queued to go without you");
  command.add_option("-n,--limit", flags->limit, kLimitHelp)->option_text("N");
  command.footer(
      "Without a filter: everything that is not over, the next one first. Into a pipe, columns are separated by "
      "tabs.\n\n"
      "Examples:\n"
      "  postq list\n"
      "  postq list failed\n"
      "  postq list --from mon --until fri\n"
      "  postq list --sent --account site --from \"1 nov\"\n"
      "  postq list --pending --json | jq -r .name");
  command.callback([flags, &context] { context.outcome = run_list(*flags, context); });
}

}  // namespace postq
