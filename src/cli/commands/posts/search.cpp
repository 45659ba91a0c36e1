#include <algorithm>

#include <postq/base/command_words.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/inbox/inbox.h"
#include "app/words/select.h"
#include "app/words/standing.h"
#include "app/words/when_words.h"
#include "cli/commands.h"
#include "cli/flags/rows_shown.h"
#include "cli/output/attention.h"
#include "cli/output/item_lines.h"

namespace postq {

namespace {

constexpr std::int64_t kShown = 20;
constexpr std::size_t kMargin = 5;
constexpr std::size_t kTextRows = 2;
constexpr std::size_t kLettersBefore = 6;
constexpr std::size_t kLead = 40;  // bytes of the text that are shown before the first word found

struct SearchFlags {
  std::vector<std::string> words;
  ArchiveQuery query;
  BoundWords words_of_time;
  std::optional<std::int64_t> limit;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// The first of the words that can be seen in the text; 0 where none can (the archive folds more than letters).
std::size_t first_hit(const std::string& text, const std::string& words) {
  const auto in = lower(text);
  std::size_t first = std::string::npos;
  std::string word;
  for (const char c : lower(words) + " ") {
    if (c != ' ' && c != '"' && c != '*') {
      word += c;
      continue;
    }
    if (!word.empty()) first = std::min(first, in.find(word));
    word.clear();
  }
  return first == std::string::npos ? 0 : first;
}

// The part of the text around the words, as one line.
std::string excerpt(const std::string& text, const std::string& words, std::size_t columns) {
  std::size_t from = first_hit(text, words);
  if (from > kLead) {
    // At a word's beginning; where a script has no spaces, at a letter's.
    const auto space = text.find(' ', from - kLead);
    from = space < from ? space : grapheme_prefix(text, count_graphemes(text.substr(0, from)) - kLettersBefore);
  } else {
    from = 0;
  }
  return shorten((from > 0 ? "..." : "") + visible_line(opening_of(text.substr(from))), columns);
}

std::string id_of(const ArchiveHit& hit) {
  if (hit.item) return name_of(*hit.item);
  if (hit.post) return std::to_string(number(*hit.post));
  return "-";
}

std::string as_json(const ArchiveHit& hit) {
  JsonLine line;
  line.text("schema", "postq.search/1").text("id", id_of(hit)).text("account", hit.account_name).flag("own", hit.own);
  line.text("person", hit.person).time("at", hit.at).text("text", hit.text).text("url", hit.url);
  return line.text("remote_id", hit.remote_id).str();
}

void print_hits(Context& context, const std::vector<ArchiveHit>& hits, const std::string& words, const Zone& zone) {
  auto& world = context.world;
  const TimePoint now = world.now();
  const bool table = world.terminal().person_present() && !world.terminal().plain();
  std::size_t ids = 3;
  std::size_t accounts = 4;
  std::size_t times = 5;
  for (const auto& hit : hits) {
    ids = std::max(ids, id_of(hit).size());
    accounts = std::max(accounts, hit.account_name.size());
    times = std::max(times, format_time_short(to_the_minute(hit.at), now, zone).size());
  }
  for (const auto& hit : hits) {
    const std::string who = hit.own ? "you" : shorten(visible_line(hit.person), 40);
    const std::string time = format_time_short(to_the_minute(hit.at), now, zone);
    const auto text = excerpt(hit.text, words, kTextRows * (columns(world) - kMargin) - 8);
    if (world.terminal().person_present() && !table) {
      context.result(id_of(hit) + ": " + who + " on " + hit.account_name + ", " + time + ": " + text);
      continue;
    }
    if (!table) {
      context.result(id_of(hit) + "\t" + hit.account_name + "\t" + time + "\t" + who + "\t" + text);
      continue;
    }
    context.result(pad(id_of(hit), ids) + "  " + pad(hit.account_name, accounts) + "  " + pad(time, times) + "  " +
                   who);
    print_wrapped(context, text, kMargin);
    if (!hit.item && !hit.post && !hit.url.empty()) context.result(std::string(kMargin, ' ') + visible_line(hit.url));
  }
}

Exit run_search(const SearchFlags& flags, Context& context) {
  auto& world = context.world;
  auto query = flags.query;
  for (const auto& word : flags.words) query.words += (query.words.empty() ? "" : " ") + word;
  if (query.words.find_first_not_of(" \t\n\"*") == std::string::npos) {
    return fail(ErrorKind::usage, "search for what? the words are empty", "postq search oak");
  }
  POSTQ_TRY(const auto shown, rows_shown(context, flags.limit, kShown));
  if (query.own_only && query.others_only) {
    return fail(ErrorKind::usage, "--own and --others together leave nothing", "leave one of the two flags out");
  }
  POSTQ_TRY(const auto bounds, read_bounds(world, flags.words_of_time, Toward::past));
  query.from = bounds.from;
  query.to = bounds.end;
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  if (!query.account.empty()) POSTQ_CHECK(account_named(*store, query.account).map([](const Account&) {}));
  query.limit = shown.to_read();
  POSTQ_TRY(auto hits, store->search_archive(query));
  const bool more = !shown.all() && static_cast<std::int64_t>(hits.size()) > shown.limit;
  if (more) hits.pop_back();
  if (context.json) {
    for (const auto& hit : hits) context.result(as_json(hit));
    return kDone;
  }
  POSTQ_TRY(const auto* const zone, world.zone());
  print_hits(context, hits, query.words, *zone);
  if (hits.empty()) {
    context.say("Nothing that postq read or sent says that. It knows what came in since it reads:  postq sync");
    return kDone;
  }
  if (more) {
    query.limit = most_counted(shown) + 1;
    POSTQ_TRY(const auto total, store->count_archive(query));
    say_left_out(context, shown, total, "the newest");
  }
  for (const auto& hit : hits) {
    if (!hit.item && !hit.post) continue;
    context.say("All of it:  postq show " + id_of(hit));
    break;
  }
  return kDone;
}

}  // namespace

void setup_search(Arguments command, Context& context) {
  auto flags = std::make_shared<SearchFlags>();
  auto& query = flags->query;
  command.add_option("WORDS", flags->words, "All of them occur; \"quoted words\" together, oa* as a beginning")
      ->required();
  command.add_option("--account", query.account, "On this account")->option_text("NAME");
  command.add_option("--person", query.person, "By whom: a part of the handle or the name")->option_text("WHO");
  command.add_flag("--own", query.own_only, "Only what you said");
  command.add_flag("--others", query.others_only, "Only what others said");
  command.add_option("--from", flags->words_of_time.from, "Said then or later")->option_text("WHEN");
  command.add_option("--until", flags->words_of_time.until, "Said then or before; a day counts as well")
      ->option_text("WHEN");
  command.add_option("-n,--limit", flags->limit, "At most this many; 0: all (20 at a terminal, else all)")
      ->option_text("N");
  command.footer(
      "Searches what postq has read and sent, on this machine; newest first.\n\n"
      "Examples:\n"
      "  postq search oak mug\n"
      "  postq search '\"small jobs\"' --others\n"
      "  postq search oak --from \"1 nov\" --until fri\n"
      "  postq search 'oa*' --json | jq -r .url");
  command.callback([flags, &context] { context.outcome = run_search(*flags, context); });
}

}  // namespace postq
