#include "app/sync/sync.h"

#include <algorithm>
#include <array>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/flush/clock_guard.h"
#include "app/words/select.h"
#include "app/words/standing.h"
#include "cli/commands.h"
#include "cli/output/attention.h"
#include "cli/output/item_lines.h"
#include "cli/output/typed_places.h"

namespace postq {

namespace {

constexpr std::array kSeverity{1, 7, 3, 6, 75};  // as flush orders them

Result<std::vector<Account>> accounts_meant(Store& store, const std::vector<std::string>& names) {
  if (names.empty()) return store.accounts();
  std::vector<Account> accounts;
  for (const auto& name : names) {
    POSTQ_TRY(auto account, account_named(store, name));
    const bool known =
        std::any_of(accounts.begin(), accounts.end(), [&](const Account& other) { return other.id == account.id; });
    if (!known) accounts.push_back(std::move(account));
  }
  return accounts;
}

// "12 posts read: 6 by hand (2 posts, 4 answers), 3 scheduled, 3 count as nothing; back to 9 Nov 21:40; 2 new".
std::string say_read(const TimelineRead& read, TimePoint now, const Zone& zone) {
  const auto& count = read.count;
  std::string text = count.posts == 0 ? "no posts" : count_of(count.posts, "post", "posts") + " read: ";
  if (count.posts > 0) {
    text += say_by_hand(count.by_hand_posts, count.by_hand_answers);
    if (count.scheduled > 0) text += ", " + std::to_string(count.scheduled) + " scheduled";
    if (count.undecided > 0) text += ", " + std::to_string(count.undecided) + " undecided";
    if (count.nothing > 0) text += ", " + count_of(count.nothing, "counts", "count") + " as nothing";
  }
  if (read.from) text += "; back to " + format_time_short(to_the_minute(*read.from), now, zone);
  if (read.change.fresh > 0) text += "; " + std::to_string(read.change.fresh) + " new";
  if (read.change.deleted > 0) text += "; " + std::to_string(read.change.deleted) + " deleted";
  return text;
}

// "3 said something new, 1 answered elsewhere"; empty when there is nothing to tell.
std::string say_items(const ItemsRead& items) {
  std::string text;
  const auto add = [&text](std::int64_t count, std::string_view what) {
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + std::string(what);
  };
  add(items.change.fresh, "said something new");
  add(items.change.answered, "answered elsewhere");
  add(items.change.gone, "deleted by their authors");
  add(items.change.heard, "heard");
  if (!items.complete) text += std::string(text.empty() ? "" : ", ") + "and there is more to read";
  return text;
}

void add_items_json(const Context& context, JsonLine& line, const TimelineRead& read) {
  const auto& items = read.items;
  std::vector<std::string> withdrawn;
  for (const auto& answer : read.withdrawn) withdrawn.push_back(answer.name);
  line.list("withdrawn", withdrawn);
  line.flag("items_readable", items.readable);
  if (!items.readable) return;
  line.flag("items_read", !items.error);
  if (items.error) {
    line.text("items_kind", word(items.error->kind)).text("items_message", items.error->message);
    line.text("items_hint", with_typed_places(context, items.error->hint));
  }
  line.number("items_new", items.change.fresh).number("items_answered", items.change.answered);
  line.number("items_gone", items.change.gone).number("heard", items.change.heard);
  line.flag("items_complete", items.complete);
}

std::string as_json(const Context& context, const TimelineRead& read) {
  JsonLine line;
  line.text("schema", "postq.sync/1").text("account", read.account.name);
  line.flag("readable", read.readable).flag("read", read.readable && !read.error);
  if (read.error) {
    line.text("kind", word(read.error->kind)).text("message", read.error->message);
    line.text("hint", with_typed_places(context, read.error->hint));
  }
  if (read.error || !read.readable) {
    add_items_json(context, line, read);
    return line.str();
  }
  line.number("posts", read.count.posts).number("by_hand", read.count.by_hand());
  line.number("by_hand_posts", read.count.by_hand_posts).number("by_hand_answers", read.count.by_hand_answers);
  line.number("scheduled", read.count.scheduled).number("undecided", read.count.undecided);
  line.number("nothing", read.count.nothing).time("from", read.from);
  line.number("new", read.change.fresh).number("deleted", read.change.deleted);
  line.number("waiting_again", read.change.waiting_again);
  if (read.clock_skew) {
    line.number("clock_skew", read.clock_skew->count());
  } else {
    line.null("clock_skew");
  }
  add_items_json(context, line, read);
  return line.str();
}

class Printer {
 public:
  Printer(Context& context, StateFiles& state, const Zone& zone, const std::vector<Account>& accounts)
      : context_(context), state_(state), zone_(zone) {
    for (const auto& account : accounts) names_ = std::max(names_, account.name.size());
  }

  void print(const TimelineRead& read) {
    const std::string& name = read.account.name;
    if (read.error) failures_.push_back(exit_code(read.error->kind));
    if (read.items.error) failures_.push_back(exit_code(read.items.error->kind));
    for (const auto& search : read.items.failed) failures_.push_back(exit_code(search.error.kind));
    if (context_.json) return context_.result(as_json(context_, read));
    const auto said = say_items(read.items);
    if (read.error) {
      complain(name + ": its timeline can't be read: ", *read.error);
    } else {
      const std::string own = read.readable ? say_read(read, context_.world.now(), zone_)
                                            : "can't be read by any program: what postq sent there counts";
      context_.result(left(name) + own + (said.empty() ? "" : "; " + said));
    }
    if (read.error && !said.empty()) context_.result(left(name) + said);
    if (read.items.error) complain(name + ": what people say can't be read: ", *read.items.error);
    for (const auto& [listen, error] : read.items.failed) {
      complain(name + ": the search for \"" + visible_line(listen.words) + "\" failed: ", error);
    }
    for (const auto& answer : read.withdrawn) context_.result(say_withdrawn(answer));
    if (const auto again = read.change.waiting_again; again > 0) {
      context_.result(count_of(again, "post waits", "posts wait") +
                      " for an answer again: yours is gone\n  postq inbox --walk");
    }
    if (read.clock_skew) compare_clocks(read.account, *read.clock_skew);
  }

  void compare_clocks(const Account& account, Seconds skew) {
    const auto found = note_server_clock(context_.world, state_, account, skew);
    if (found == ClockCheck::fine) return;
    context_.say("  this machine's clock is " + say_skew(skew) + " the server's" +
                 (found == ClockCheck::far_off ? ": nothing scheduled goes there until they agree" : ""));
    if (found == ClockCheck::far_off) context_.say("  " + clock_hint());
  }

  // The most serious of what went wrong.
  int exit() const {
    for (const int code : kSeverity) {
      if (std::find(failures_.begin(), failures_.end(), code) != failures_.end()) return code;
    }
    return failures_.empty() ? kDone : failures_.front();
  }

 private:
  std::string left(const std::string& name) const {
    return context_.world.terminal().plain() ? name + ": " : pad(name, names_) + "  ";
  }

  void complain(const std::string& what, const Error& error) {
    context_.say(what + visible_line(error.message));
    if (!error.hint.empty()) context_.say("  " + visible_text(error.hint));
  }

  Context& context_;
  StateFiles& state_;
  const Zone& zone_;
  std::size_t names_ = 0;
  std::vector<int> failures_;
};

constexpr std::size_t kNamed = 8;  // more names than that fit no line

// Servers take their time: whoever sits before it sees whom it waits for, and each result as it comes.
void say_reading(Context& context, const std::vector<Account>& accounts) {
  auto& world = context.world;
  if (!world.terminal().person_present() || world.terminal().plain()) return;
  std::string names;
  std::size_t read = 0;
  for (const auto& account : accounts) {
    const auto* const platform = world.platforms().find(account.platform);
    if (platform == nullptr || !(platform->traits().timeline || platform->traits().items)) continue;
    names += (names.empty() ? "" : ", ") + account.name;
    ++read;
  }
  if (read == 0) return;
  context.say("Reading " + (read > kNamed ? std::to_string(read) + " accounts" : names) + " ...");
}

Exit run_sync(const std::vector<std::string>& names, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  POSTQ_TRY(const auto accounts, accounts_meant(*store, names));
  if (accounts.empty()) {
    context.say("No account yet:  postq");
    return kDone;
  }
  POSTQ_TRY(const auto* const zone, world.zone());
  POSTQ_TRY(auto* const state, world.state());
  Printer printer(context, *state, *zone, accounts);
  say_reading(context, accounts);
  POSTQ_CHECK(read_timelines(world, *store, accounts, [&printer](const TimelineRead& read) { printer.print(read); },
                             {[&world] { return world.interrupted(); }, true}));
  return printer.exit();
}

}  // namespace

void setup_sync(Arguments command, Context& context) {
  auto names = std::make_shared<std::vector<std::string>>();
  command.add_option("ACCOUNT", *names, "Only these accounts");
  command.footer(
      "Sends nothing. Reads your own posts, what people say to you, and what your saved searches find. Flush reads by "
      "itself before it sends; after a post in an app, sync shows at once that it counts.\n\n"
      "Examples:\n"
      "  postq sync\n"
      "  postq sync bsky mastodon\n"
      "  postq sync --json | jq 'select(.read).by_hand'");
  command.callback([names, &context] { context.outcome = run_sync(*names, context); });
}

}  // namespace postq
