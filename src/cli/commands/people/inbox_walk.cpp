// `postq inbox --walk`.
#include <array>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/compose/editing.h"
#include "app/inbox/inbox.h"
#include "app/setup/sign_in.h"
#include "cli/commands/people/inbox.h"
#include "cli/commands/people/reply.h"
#include "cli/output/attention.h"
#include "cli/output/item_lines.h"

namespace postq {

namespace {

constexpr int kAround = 6;  // of the conversation: `show` has all of it

enum class WalkKey : std::uint8_t { reply, dismiss, next, back, open, quit, help };

struct KeyWords {
  WalkKey key;
  std::string_view letter;
  std::string_view word;
  std::string_view explained;
};
constexpr std::array kKeys{
    KeyWords{WalkKey::reply, "r", "reply", "answer in your editor; it shows the answer and asks before it sends"},
    KeyWords{WalkKey::dismiss, "d", "dismiss", "it needs no answer, with a reason"},
    KeyWords{WalkKey::next, "j", "next", "leave it, go on to the next"},
    KeyWords{WalkKey::back, "k", "back", "the one before"},
    KeyWords{WalkKey::open, "o", "open", "open it in your browser, or show the link"},
    KeyWords{WalkKey::quit, "q", "quit", "stop here; everything is stored already"},
    KeyWords{WalkKey::help, "?", "help", "this list"},
};

std::optional<WalkKey> walk_key(std::string_view typed) {
  if (typed == "\n" || typed == " " || typed == "\x1b[B" || typed == "\x1b[C") return WalkKey::next;
  if (typed == "\x1b[A" || typed == "\x1b[D") return WalkKey::back;
  for (const auto& each : kKeys) {
    if (typed == each.letter || typed == each.word) return each.key;
  }
  return std::nullopt;
}

std::string prompt_of(bool plain) {
  std::string text = plain ? "Type a word and Enter: " : "";
  for (const auto& each : kKeys) {
    if (!text.empty() && text.back() != ' ') text += plain ? ", " : "  ";
    if (!plain && each.key != WalkKey::help) text += std::string(each.letter) + " ";
    text += each.key == WalkKey::help && !plain ? each.letter : each.word;
  }
  return text + " > ";
}

// Only the web is opened: an item's address is text from outside.
bool is_web(const std::string& url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

class Walk {
 public:
  Walk(Context& context, Store& store, const std::vector<Item>& items)
      : context_(context), world_(context.world), store_(store), items_(items) {}

  Exit run() {
    while (at_ < items_.size() && !leaving_ && !world_.interrupted()) {
      POSTQ_CHECK(one());
    }
    if (at_ == items_.size()) context_.say("That was the last one.");
    context_.say(std::to_string(answered_) + " answered, " + std::to_string(dismissed_) + " dismissed, " +
                 std::to_string(items_.size() - answered_ - dismissed_) + " left.");
    return interrupted_ || world_.interrupted() ? exit_code(ErrorKind::interrupted) : kDone;
  }

 private:
  // Shows the item and takes keys until it is left. Errors are the store's.
  Status one() {
    POSTQ_TRY(item_, store_.item(items_[at_].id));
    POSTQ_CHECK(show());
    for (bool here = true; here && !leaving_;) {
      const auto typed = world_.terminal().read_key(prompt_of(world_.terminal().plain()));
      if (!typed) {
        if (typed.error().kind != ErrorKind::interrupted) return pass_on(typed.error());
        interrupted_ = leaving_ = true;
        break;
      }
      POSTQ_TRY(here, take(walk_key(*typed)));
    }
    return {};
  }

  Status show() {
    POSTQ_TRY(const auto* const zone, world_.zone());
    const TimePoint now = world_.now();
    const auto standing = say_standing(item_, now, *zone);
    context_.result("");
    print_wrapped(context_, std::to_string(at_ + 1) + " of " + std::to_string(items_.size()) + "   " +
                                name_of(item_.id) + "  " + name_of(item_.said.person) + " on " + item_.account_name +
                                ", " + say_wait(item_.said.created_at, now) + ", " + say_how(item_, now, *zone) +
                                (standing.empty() ? "" : "; " + standing));
    context_.result("");
    return print_conversation(context_, store_, item_, kAround);
  }

  // Whether the item stays on the screen.
  Result<bool> take(std::optional<WalkKey> key) {
    if (!key) {
      context_.say("Unknown key; ? explains them.");
      return true;
    }
    switch (*key) {
      case WalkKey::reply:
        return reply();
      case WalkKey::dismiss:
        return dismiss();
      case WalkKey::next:
        ++at_;
        return false;
      case WalkKey::back:
        if (at_ == 0) context_.say("This is the first one.");
        if (at_ > 0) --at_;
        return at_ == 0 && items_.front().id == item_.id;
      case WalkKey::open:
        open();
        return true;
      case WalkKey::quit:
        leaving_ = true;
        return false;
      case WalkKey::help:
        for (const auto& each : kKeys) {
          context_.result("  " + pad(each.letter, 5) + std::string(each.explained));
        }
        return true;
    }
    return true;
  }

  Result<bool> reply() {
    ReplyFlags flags;
    flags.item = name_of(item_.id);
    flags.compose.writing = Writing::answer;
    const auto outcome = run_reply(flags, context_);
    if (!outcome) {
      if (outcome.error().kind == ErrorKind::storage || outcome.error().kind == ErrorKind::bug) {
        return pass_on(outcome.error());
      }
      report(context_, outcome.error());
      return true;
    }
    if (*outcome != kDone) return true;  // it was said what became of it
    ++answered_;
    ++at_;
    return false;
  }

  Result<bool> dismiss() {
    if (item_.state != ItemState::open) {
      context_.say(name_of(item_.id) + " is " + std::string(word(item_.state)) + " already.");
      return true;
    }
    const auto typed = world_.terminal().read_line("Why does it need no answer? (Enter alone: it stays) > ");
    if (!typed && typed.error().kind == ErrorKind::interrupted) return true;
    if (!typed) return pass_on(typed.error());
    const auto reason = normalise_text(*typed);
    if (!reason || reason->find_first_not_of(" \t") == std::string::npos) {
      context_.say(reason ? "It stays." : reason.error().message);
      return true;
    }
    auto withdrawn = store_.dismiss({item_.id}, *reason, world_.audit());
    if (!withdrawn) {
      if (auto kept = keep_value(world_, *reason)) withdrawn.error().rescue = *std::move(kept);
      return pass_on(std::move(withdrawn).error());
    }
    context_.say("Dismissed: " + name_of(item_.id));
    for (const auto& answer : *withdrawn) context_.say(say_withdrawn(answer));
    ++dismissed_;
    ++at_;
    return false;
  }

  void open() {
    const auto& url = item_.said.url;
    if (!is_web(url)) return context_.say("It has no address on the web.");
    const auto machine = world_.machine();
    const bool opened =
        browser_place(world_) == BrowserPlace::here && machine && (*machine)->open_in_browser(url).has_value();
    if (!opened) context_.result(visible_line(url));  // in one piece, to be clicked or copied
  }

  Context& context_;
  World& world_;
  Store& store_;
  const std::vector<Item>& items_;
  Item item_;
  std::size_t at_ = 0;
  std::size_t answered_ = 0;
  std::size_t dismissed_ = 0;
  bool leaving_ = false;
  bool interrupted_ = false;
};

}  // namespace

Exit walk_inbox(Context& context, Store& store, const std::vector<Item>& items) {
  return Walk(context, store, items).run();
}

}  // namespace postq
