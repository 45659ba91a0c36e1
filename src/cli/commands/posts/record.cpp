#include <algorithm>

#include <postq/base/command_words.h>
#include <postq/core/draft.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/setup/accounts.h"
#include "app/words/select.h"
#include "app/words/standing.h"
#include "app/words/when_words.h"
#include "cli/commands.h"

namespace postq {

namespace {

using namespace std::chrono_literals;

// Two notes without an address so soon after each other may be one that was typed twice.
constexpr Seconds kSoon = 10min;

struct RecordFlags {
  std::string account;
  std::string url;
  std::string at;
  bool reply = false;
  bool undo = false;
};

std::string command_line(const RecordFlags& flags) {
  std::string line = "postq record " + quoted_word(flags.account);
  if (!flags.url.empty()) line += " " + quoted_word(flags.url);
  if (!flags.at.empty()) line += " --at " + quoted_word(flags.at);
  return line + (flags.reply ? " --reply" : "") + (flags.undo ? " --undo" : "");
}

// One spelling for each post: the host in small letters, no fragment, no slash at the end.
std::string canonical(std::string url) {
  url.resize(std::min(url.find('#'), url.size()));
  const auto host = url.find("://") + 3;
  const auto path = std::min(url.find_first_of("/?", host), url.size());
  std::transform(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(path), url.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  while (url.size() > path && url.back() == '/') url.pop_back();
  return url;
}

Result<std::string> address_of(const RecordFlags& flags) {
  POSTQ_TRY(auto url, normalise_post_url(flags.url));
  return url.empty() ? url : canonical(std::move(url));
}

// Where postq can look for itself, a note would count a second time.
Status check_nobody_reads_it(World& world, const Account& account) {
  const auto* const platform = world.platforms().find(account.platform);
  if (platform == nullptr || !platform->traits().timeline) return {};
  return fail(ErrorKind::refused,
              account.name + "'s timeline is read: what you write there counts as by hand by itself",
              "postq sync " + account.name);
}

Status ask_whether_it_is_another(Context& context, Store& store, const Account& account, const RecordFlags& flags) {
  POSTQ_TRY(const auto last, store.last_recorded_without_url(account.id));
  const TimePoint now = context.world.now();
  if (!last || now - *last > kSoon) return {};
  const std::string ago = now - *last < 1min ? "less than a minute ago" : say_relative(*last, now);
  const std::string noted = "one was noted for " + account.name + " " + ago;
  if (!context.may_ask()) {
    return fail(ErrorKind::refused, noted + ", and nothing tells whether this is another",
                "give its address:  postq record " + account.name + " URL");
  }
  POSTQ_TRY(const auto answer,
            context.world.terminal().read_key("O" + noted.substr(1) + ". Is this another one? [y/n] "));
  if (answer == "y" || answer == "Y") return {};
  return fail(ErrorKind::interrupted, "nothing was noted; the same with --at or an address:  " + command_line(flags));
}

void tell_json(Context& context, const Account& account, const RecordedPost& post, bool changed, bool undone) {
  context.result(JsonLine()
                     .text("schema", "postq.record/1")
                     .text("account", account.name)
                     .text("url", post.url)
                     .time("at", post.at)
                     .text("kind", post.answer ? "reply" : "post")
                     .flag("counts", !undone)
                     .flag("changed", changed)
                     .str());
}

Status say_how_the_mix_stands(Context& context, Store& store, const Account& account) {
  POSTQ_TRY(const auto mix, say_mix(context.world, store, account));
  context.say("  " + mix);
  return {};
}

Exit take_back(Context& context, Store& store, const Account& account, const std::string& url) {
  POSTQ_TRY(const auto post, store.take_back_recorded(account.id, url, context.world.audit()));
  if (context.json) {
    tell_json(context, account, post, true, true);
    return kDone;
  }
  POSTQ_TRY(const auto* const zone, context.world.zone());
  context.say("Taken back: the " + std::string(post.answer ? "answer" : "post") + " of " +
              format_time(to_the_minute(post.at), *zone) + (post.url.empty() ? "" : ", " + visible_line(post.url)) +
              ", no longer counts.");
  POSTQ_CHECK(say_how_the_mix_stands(context, store, account));
  return kDone;
}

// What the rules make of an answer, or of something that long ago.
Status say_whether_it_counts(Context& context, const Account& account, const RecordedPost& post) {
  POSTQ_TRY(const auto* const config, context.world.config());
  const auto& settings = config->for_account(account.name);
  if (post.answer && !settings.count_replies) context.say("  Answers don't count there: count_replies is off.");
  if (post.at <= context.world.now() - settings.window) {
    context.say("  That is longer ago than the " + format_duration(settings.window) + " that count.");
  }
  if (settings.unreadable == Unreadable::hold) {
    context.say("  Nothing scheduled goes out there all the same: unreadable = \"hold\" is set.");
  }
  return {};
}

Exit note_post(Context& context, Store& store, const Account& account, const RecordFlags& flags, RecordedPost post) {
  auto& world = context.world;
  post.at = world.now();
  if (!flags.at.empty()) {
    POSTQ_TRY(const auto bounds, read_bounds(world, {flags.at, ""}, Toward::past));
    post.at = bounds.from.value_or(post.at);
  }
  post.answer = flags.reply;
  if (post.url.empty() && flags.at.empty()) POSTQ_CHECK(ask_whether_it_is_another(context, store, account, flags));
  POSTQ_TRY(const bool changed, store.record_post(account.id, post, world.audit()));
  if (!changed) {
    POSTQ_TRY(const auto known, store.recorded_post(account.id, post.url));
    if (known) post = *known;
  }
  if (context.json) {
    tell_json(context, account, post, changed, false);
    return kDone;
  }
  POSTQ_TRY(const auto* const zone, world.zone());
  const std::string what =
      std::string(post.answer ? "an answer" : "a post") + " by hand, " + format_time(to_the_minute(post.at), *zone);
  context.say(account.name + ": " + (changed ? "noted as " : "noted before, as ") + what + ".");
  POSTQ_CHECK(say_whether_it_counts(context, account, post));
  POSTQ_CHECK(say_how_the_mix_stands(context, store, account));
  if (changed) {
    context.say("If that was wrong:  postq record " + account.name +
                (post.url.empty() ? "" : " " + quoted_word(post.url)) + " --undo");
  }
  return kDone;
}

Exit run_record(const RecordFlags& flags, Context& context) {
  if (flags.undo && (!flags.at.empty() || flags.reply)) {
    return fail(ErrorKind::usage, "--undo takes no --at and no --reply",
                "postq record " + quoted_word(flags.account) + " --undo");
  }
  POSTQ_CHECK(require_person(context.world, "noting what was written by hand", command_line(flags)));
  POSTQ_TRY(auto* const store, context.world.store(StoreUse::write));
  POSTQ_TRY(const auto account, account_named(*store, flags.account));
  POSTQ_CHECK(check_nobody_reads_it(context.world, account));
  RecordedPost post;
  POSTQ_TRY(post.url, address_of(flags));
  return flags.undo ? take_back(context, *store, account, post.url)
                    : note_post(context, *store, account, flags, std::move(post));
}

}  // namespace

void setup_record(Arguments command, Context& context) {
  auto flags = std::make_shared<RecordFlags>();
  command.add_option("ACCOUNT", flags->account, "One whose timeline can't be read")->required();
  command.add_option("URL", flags->url, "The post's address: noted twice, it counts once");
  command.add_option("--at", flags->at, "When it was made: \"2h\" ago, yesterday, \"fri 14:00\"")->option_text("WHEN");
  command.add_flag("--reply", flags->reply, "It was an answer to somebody");
  command.add_flag("--undo", flags->undo, "Take a note back: that of URL, or the last one");
  command.footer(
      "What you write in an app counts as by hand. Where postq can read the account's timeline it sees that by itself; "
      "where it can't, such as behind a webhook, you say so. Nothing is sent.\n\n"
      "Examples:\n"
      "  postq record hook https://example.org/my-post\n"
      "  postq record hook --at \"fri 14:00\"\n"
      "  postq record hook --undo");
  command.callback([flags, &context] { context.outcome = run_record(*flags, context); });
}

}  // namespace postq
