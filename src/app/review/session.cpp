#include "app/review/session.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/compose/edit.h"
#include "app/compose/edit_template.h"
#include "app/compose/editing.h"
#include "app/review/keys.h"
#include "app/words/select.h"
#include "app/words/when_words.h"

namespace postq {

namespace {

constexpr int kPromptRows = 3;  // two lines of keys, and one in which the next card begins
constexpr int kFewestRows = 4;
constexpr int kNarrowest = 40;
constexpr std::chrono::milliseconds kRestOfYes{400};  // between the letters of "yes", as people type

// Where the session goes on after a key.
enum class Next { prompt, show, forward, back, leave };

std::vector<DeliveryId> ids_of(const ReviewCard& card) {
  std::vector<DeliveryId> ids;
  for (const auto& each : card.deliveries) ids.push_back(each.delivery.id);
  return ids;
}

std::string names_of(const ReviewCard& card) {
  std::string names;
  for (const auto& each : card.deliveries) names += (names.empty() ? "" : ", ") + name_of(each.delivery);
  return names;
}

// " 12@site 12@bsky"
std::string command_names(const ReviewCard& card) {
  std::string names;
  for (const auto& each : card.deliveries) names += " " + name_of(each.delivery);
  return names;
}

// Ctrl-C and the like carry no message; an editor that was left with an error does.
bool is_goodbye(const Error& error) {
  return error.kind == ErrorKind::interrupted && error.message.empty();
}

// The session can go on behind these; the rest (a full disk, a bug) ends it.
bool is_harmless(const Error& error) {
  return error.kind != ErrorKind::storage && error.kind != ErrorKind::bug;
}

Status somebody_can_answer(World& world) {
  if (world.actor().agent) {
    return fail(ErrorKind::refused, "a program runs this (POSTQ_AGENT), and only a person may answer",
                "ask the person to type `postq review`");
  }
  if (world.clock_is_fixed()) {
    return fail(ErrorKind::refused, "the clock is fixed (POSTQ_NOW), so no answer is taken", "unset POSTQ_NOW");
  }
  if (!world.terminal().person_present()) {
    return fail(ErrorKind::refused, "an answer needs a person at a terminal", "ssh -t HOST postq review");
  }
  return {};
}

class Session {
 public:
  Session(World& world, Store& store, std::vector<ReviewEntry> entries,
          std::function<std::string(std::string_view)> advice)
      : world_(world),
        store_(store),
        terminal_(world.terminal()),
        entries_(std::move(entries)),
        advice_(std::move(advice)) {}

  Result<ReviewReport> run() {
    POSTQ_CHECK(somebody_can_answer(world_));
    while (at_ < entries_.size() && !world_.interrupted()) {
      POSTQ_TRY(const auto next, one());
      if (next == Next::leave) break;
      if (next == Next::forward) {
        ++at_;
        going_back_ = false;
      } else if (next == Next::back) {
        if (at_ > 0) --at_;
        going_back_ = true;
      }
    }
    report_.interrupted = report_.interrupted || world_.interrupted();
    for (const auto& [post, text] : texts_) {
      if (!text.path().empty()) report_.unsaved.emplace_back(post, text.path());
    }
    return std::move(report_);
  }

 private:
  struct Answer {
    ReviewEntry entry;
    std::vector<DeliveryId> deliveries;
    ReviewVerdict verdict;
  };

  // Shows the entry and takes keys until it is left.
  Result<Next> one() {
    auto card = read_card(world_, store_, entries_[at_]);
    if (!card && card.error().kind == ErrorKind::refused) card = read_card(world_, store_, entries_[at_]);
    if (!card && is_harmless(card.error()) && !is_goodbye(card.error())) {
      // One post that can't be shown is no reason not to read the others.
      complain(card.error());
      return going_back_ && at_ > 0 ? Next::back : Next::forward;
    }
    if (!card) return pass_on(card.error());
    if (card->deliveries.empty()) return going_back_ && at_ > 0 ? Next::back : Next::forward;
    going_back_ = false;
    card_ = std::move(*card);
    POSTQ_TRY(const auto* const zone, world_.zone());
    const CardLook look{
        *zone,           world_.now(), terminal_.size().columns, terminal_.plain(), terminal_.colour(), at_ + 1,
        entries_.size(), advice_};
    pages_ = render_card(card_, look);
    shown_ = 0;
    turn_page();
    for (;;) {
      const auto next = take_key();
      if (!next && is_goodbye(next.error())) {
        report_.interrupted = true;
        return Next::leave;
      }
      if (!next && !is_harmless(next.error())) return pass_on(next.error());
      if (!next) {
        complain(next.error());
        // What is in the queue may not be what is on the screen any more.
        if (next.error().kind == ErrorKind::refused || next.error().kind == ErrorKind::not_found) return Next::show;
        continue;
      }
      if (*next != Next::prompt) return *next;
    }
  }

  // --- the screen

  bool all_shown() const { return shown_ >= pages_.size(); }

  void turn_page() {
    const auto room = static_cast<std::size_t>(std::max(terminal_.size().rows - kPromptRows, kFewestRows));
    const auto end = std::min(pages_.size(), shown_ + room);
    std::string text = shown_ == 0 ? "\n" : "";
    for (; shown_ < end; ++shown_) text += pages_[shown_] + "\n";
    terminal_.out(text);
  }

  // Text in lines that fit, behind a margin; a screen reader gets them whole.
  std::vector<std::string> fitted(std::string_view text, std::size_t margin = 0) const {
    const auto columns = static_cast<std::size_t>(std::max(terminal_.size().columns, kNarrowest));
    const auto room = terminal_.plain() ? std::string::npos : columns - 1 - margin;
    auto lines = wrap(visible_text(text), room);
    for (auto& line : lines) line.insert(0, terminal_.plain() ? 0 : margin, ' ');
    return lines;
  }

  void say(std::string_view text, std::size_t margin = 0) {
    std::string out;
    for (const auto& line : fitted(text, margin)) out += line + "\n";
    terminal_.out(out);
  }

  void complain(const Error& error) {
    say(error.message);
    if (!error.rescue.empty()) {
      say("your text is safe, and e opens it again:", 2);
      terminal_.out("  " + visible_line(error.rescue) + "\n");  // in one piece, to be copied
    }
    if (!error.hint.empty()) say(typed(error.hint), 2);
  }

  std::string typed(std::string_view command) const { return advice_ ? advice_(command) : std::string(command); }

  AvailableActions possible() const {
    const auto has_media = [](const CardDelivery& each) {
      return std::any_of(each.content.parts.begin(), each.content.parts.end(),
                         [](const Content::Part& part) { return !part.media.empty(); });
    };
    AvailableActions can;
    can.more = !all_shown();
    can.deliveries = card_.deliveries.size();
    can.alt = std::any_of(card_.deliveries.begin(), card_.deliveries.end(), has_media);
    can.next = at_ + 1 < entries_.size();
    can.back = at_ > 0;
    can.undo = !answers_.empty();
    can.paused = is_paused();
    return can;
  }

  bool is_paused() const {
    return std::all_of(card_.deliveries.begin(), card_.deliveries.end(),
                       [](const CardDelivery& each) { return each.delivery.paused; });
  }

  // --- keys

  Result<Next> take_key() {
    const auto can = possible();
    const auto columns = static_cast<std::size_t>(terminal_.size().columns);
    POSTQ_TRY(const auto typed, terminal_.read_key(review_prompt(can, columns, terminal_.plain())));
    if (is_rest_of_yes(typed)) return Next::prompt;
    const auto key = review_key(typed);
    if (!key || !is_possible(*key, can)) {
      if (*typed.c_str() != '\x1b') say(why_not_possible(key, can));
      return Next::prompt;
    }
    switch (*key) {
      case ReviewKey::more:
        turn_page();
        return Next::prompt;
      case ReviewKey::yes:
        return approve();
      case ReviewKey::no:
        return reject();
      case ReviewKey::edit:
        return edit();
      case ReviewKey::time:
        return change_time();
      case ReviewKey::alt:
        return change_alt();
      case ReviewKey::split:
        return split();
      case ReviewKey::request:
        return show_requests();
      case ReviewKey::next:
        return Next::forward;
      case ReviewKey::back:
        return Next::back;
      case ReviewKey::undo:
        return undo();
      case ReviewKey::pause:
        return pause();
      case ReviewKey::quit:
        return Next::leave;
      case ReviewKey::help:
        terminal_.out(review_help(can, static_cast<std::size_t>(std::max(terminal_.size().columns, kNarrowest))));
        return Next::prompt;
    }
    return Next::prompt;
  }

  // Who types "yes" where y was enough would open an editor on the next post; nobody has read that one so soon.
  bool is_rest_of_yes(const std::string& typed) {
    if (!said_yes_ || terminal_.plain() || (typed != "e" && typed != "s")) return false;
    const auto now = world_.since_boot();
    if (now - *said_yes_ > kRestOfYes) return false;
    said_yes_ = now;
    return true;
  }

  Status decide(ReviewVerdict verdict, const std::string& reason) {
    POSTQ_CHECK(somebody_can_answer(world_));
    std::vector<Decision> decisions;
    for (const auto& each : card_.deliveries) {
      Decision decision{
          each.delivery.id, each.delivery.digest, each.delivery.revision, verdict, ApprovedHow::review, reason, {}};
      if (verdict == ReviewVerdict::approved && each.delivery.missed_at) decision.next_at = world_.now();
      decisions.push_back(std::move(decision));
    }
    POSTQ_CHECK(store_.decide(decisions, world_.audit()));
    answers_.push_back({entries_[at_], ids_of(card_), verdict});
    ++(verdict == ReviewVerdict::approved ? report_.approved : report_.rejected);
    return {};
  }

  Result<Next> approve() {
    const auto against = reasons_against(card_, world_.now());
    if (!against.empty()) {
      say("Not approved:");
      for (const auto& reason : against) say(typed(reason), 2);
      return Next::prompt;
    }
    POSTQ_CHECK(decide(ReviewVerdict::approved, ""));
    say("Approved: " + names_of(card_));
    said_yes_ = world_.since_boot();
    return Next::forward;
  }

  // Who types "no" where n was enough has typed an "o" as the reason, and none.
  Result<std::string> ask_why_not() {
    for (;;) {
      POSTQ_TRY(const auto typed, terminal_.read_line("Why not? The author reads it. (Enter alone: no answer yet) > "));
      POSTQ_TRY(auto reason, normalise_text(typed));
      const auto begin = reason.find_first_not_of(" \t");
      const bool rest_of_no = begin != std::string::npos && begin == reason.find_last_not_of(" \t") &&
                              (reason[begin] == 'o' || reason[begin] == 'O');
      if (!rest_of_no) return reason;
      say("\"" + reason.substr(begin, 1) + "\" is no reason.");
    }
  }

  Result<Next> reject() {
    POSTQ_TRY(const auto reason, ask_why_not());
    if (reason.find_first_not_of(" \t") == std::string::npos) {
      say("No answer given.");
      return Next::prompt;
    }
    if (auto decided = decide(ReviewVerdict::rejected, reason); !decided)
      return pass_on(with_typed(decided.error(), reason));
    say("Rejected: " + names_of(card_) + ". `" + typed("postq edit " + std::to_string(number(card_.post))) +
        "` brings it back to review.");
    return Next::forward;
  }

  // --- changes

  Result<Next> store_edit(const OpenedPost& post, const PostEdit& edit) {
    POSTQ_TRY(const auto edited, apply_edit(world_, store_, post, edit));
    if (!edited.anything) {
      say("Nothing changed.");
      return Next::prompt;
    }
    std::string others;
    for (const auto& name : edited.changed) {
      const auto on_screen = [&](const CardDelivery& each) { return name_of(each.delivery) == name; };
      if (std::none_of(card_.deliveries.begin(), card_.deliveries.end(), on_screen)) {
        others += (others.empty() ? "" : ", ") + name;
      }
    }
    say("Stored. Read it once more:");
    if (!others.empty()) say("Also in review again, by this change: " + others);
    return Next::show;
  }

  Result<Next> edit() {
    POSTQ_TRY(const auto post, open_post(store_, card_.post));
    POSTQ_TRY(const auto contents, contents_of(world_, store_, post));
    auto& text = texts_.try_emplace(card_.post, world_).first->second;
    PostEdit change;
    POSTQ_TRY(change.draft, text.edit(post.draft, contents));
    auto next = store_edit(post, change);
    if (!next) {
      next.error().rescue = text.path();
      return next;
    }
    text.forget();
    return next;
  }

  Result<Next> change_time() {
    POSTQ_TRY(const auto words,
              terminal_.read_line("When? (`fri 9am`, `in 2h`; `now`: once approved; Enter: as it is) > "));
    if (words.find_first_not_of(" \t") == std::string::npos) return Next::prompt;
    POSTQ_TRY(const auto post, open_post(store_, card_.post));
    PostEdit change;
    change.draft = post.draft;
    change.what = "rescheduled";
    change.reschedule_only = ids_of(card_);
    auto& schedule = change.draft.schedule;
    schedule = card_.deliveries.front().delivery.schedule;
    if (words == "now") {
      schedule.wall.reset();
      schedule.zone.clear();
      schedule.not_before = {};
      say("As soon as it is approved and the rules allow.");
    } else {
      POSTQ_TRY(const auto when, read_when(world_, words));
      schedule.wall = when.wall;
      schedule.zone = when.zone;
      schedule.not_before = when.instant;
      say(say_wall(when.wall, when.zone) + ", " + say_relative(when.instant, world_.now()) +
          (when.note.empty() ? "" : "\n" + when.note));
    }
    const auto begins = schedule.wall ? schedule.not_before : world_.now();
    if (schedule.until && *schedule.until <= begins) {
      POSTQ_TRY(const auto* const zone, world_.zone());
      return fail(ErrorKind::usage, "that is behind its end, " + format_time(*schedule.until, *zone),
                  "press e to change both");
    }
    return store_edit(post, change);
  }

  Result<Next> change_alt() {
    POSTQ_TRY(const auto post, open_post(store_, card_.post));
    PostEdit change;
    change.draft = post.draft;
    std::string typed_so_far;
    for (auto* media : media_of(change.draft)) {
      say(media->name +
          (media->width > 0 ? ", " + std::to_string(media->width) + "x" + std::to_string(media->height) : ""));
      if (media->decorative) say("  is marked as decoration");
      if (!media->alt.empty()) say("  alt now: \"" + media->alt + "\"");
      const auto typed = terminal_.read_line("  What does it show? (Enter: as it is; -: it is decoration) > ");
      const auto normal = typed ? normalise_text(*typed) : typed;
      if (!normal) {
        // Those before it were typed for nothing else.
        const auto kept = keep_value(world_, typed_so_far);
        if (kept && !kept->empty()) say("the descriptions typed here are kept:  " + *kept);
        return pass_on(normal.error());
      }
      const auto& alt = *normal;
      if (alt.find_first_not_of(" \t") == std::string::npos) continue;
      typed_so_far += media->name + ": " + alt + "\n";
      media->decorative = alt == "-";
      media->alt = media->decorative ? "" : alt;
    }
    auto stored = store_edit(post, change);
    if (!stored) return pass_on(with_typed(stored.error(), typed_so_far));
    return stored;
  }

  // What was typed for something that can't be stored is kept beside the error.
  Error with_typed(Error error, const std::string& typed) {
    const auto kept = keep_value(world_, typed);
    if (kept && !kept->empty()) error.hint += (error.hint.empty() ? "" : "\n") + ("what was typed is kept:  " + *kept);
    return error;
  }

  Result<Next> pause() {
    const bool paused = !is_paused();
    POSTQ_CHECK(store_.set_paused(ids_of(card_), paused, world_.audit()));
    say(paused ? "PAUSED: " + names_of(card_) + ". Approved or not, it does not go until p here, or `" +
                     typed("postq resume" + command_names(card_)) + "`."
               : "Not paused any more: " + names_of(card_));
    return Next::show;
  }

  // --- moving

  Result<Next> split() {
    std::vector<ReviewEntry> single;
    for (const auto& each : card_.deliveries) single.push_back({card_.post, {each.delivery.id}});
    const auto here = entries_.begin() + static_cast<std::ptrdiff_t>(at_);
    entries_.insert(entries_.erase(here), single.begin(), single.end());
    return Next::show;
  }

  Result<Next> undo() {
    const auto last = answers_.back();
    POSTQ_CHECK(somebody_can_answer(world_));
    POSTQ_CHECK(store_.withdraw(last.deliveries, "taken back in review", world_.audit()));
    answers_.pop_back();
    --(last.verdict == ReviewVerdict::approved ? report_.approved : report_.rejected);
    say(last.verdict == ReviewVerdict::approved ? "Your yes is taken back." : "Your no is taken back.");
    const auto same = [&](const ReviewEntry& entry) {
      return entry.post == last.entry.post && entry.only == last.entry.only;
    };
    const auto found = std::find_if(entries_.begin(), entries_.end(), same);
    at_ = static_cast<std::size_t>(found - entries_.begin());
    if (found == entries_.end()) entries_.push_back(last.entry);
    return Next::show;
  }

  Result<Next> show_requests() {
    std::vector<std::string> lines;
    for (const auto& each : card_.deliveries) {
      lines.push_back("--- " + name_of(each.delivery));
      const auto requests = preview_requests(world_, store_, each.delivery.id, card_.post);
      // One that can't be shown doesn't end the review of the others.
      if (!requests) lines.push_back("can't be shown: " + visible_line(requests.error().message));
      if (!requests) continue;
      for (const auto& request : *requests) {
        for (auto& line : fitted(request)) lines.push_back(std::move(line));
      }
    }
    POSTQ_CHECK(page(lines));
    return Next::show;  // what y approves is on the screen again
  }

  // Screen by screen, and a key at the end; every key but the one for more ends it.
  Status page(const std::vector<std::string>& lines) {
    const auto room = static_cast<std::size_t>(std::max(terminal_.size().rows - 1, kFewestRows));
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      text += lines[i] + "\n";
      const bool last = i + 1 == lines.size();
      if (!last && (i + 1) % room != 0) continue;
      terminal_.out(std::exchange(text, {}));
      const std::string_view more =
          terminal_.plain() ? "Enter for more, or back > " : "Space more  q back to the post > ";
      const std::string_view end = terminal_.plain() ? "Enter: back to the post > " : "q back to the post > ";
      POSTQ_TRY(const auto key, terminal_.read_key(last ? end : more));
      if (review_key(key) != ReviewKey::more) return {};
    }
    return {};
  }

  World& world_;
  Store& store_;
  Terminal& terminal_;
  std::vector<ReviewEntry> entries_;
  std::function<std::string(std::string_view)> advice_;
  std::size_t at_ = 0;
  bool going_back_ = false;
  ReviewCard card_;
  std::vector<std::string> pages_;  // the card's lines
  std::size_t shown_ = 0;           // how many of them were on the screen
  std::vector<Answer> answers_;     // of this session, the last one is undone first
  std::map<PostId, EditorText> texts_;
  std::optional<std::chrono::nanoseconds> said_yes_;  // when, or when the rest of the word was typed
  ReviewReport report_;
};

}  // namespace

Result<ReviewReport> review(World& world, Store& store, std::vector<ReviewEntry> entries,
                            std::function<std::string(std::string_view)> advice) {
  return Session(world, store, std::move(entries), std::move(advice)).run();
}

}  // namespace postq
