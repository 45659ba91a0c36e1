#include "app/review/card.h"

#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/inbox/inbox.h"
#include "app/inbox/reply.h"
#include "app/words/content_words.h"
#include "app/words/select.h"

namespace postq {

namespace {

constexpr int kNarrowest = 40;
constexpr std::size_t kMostNameColumns = 14;
constexpr std::size_t kQuotedColumns = 200;              // of what somebody said: three lines of a usual screen
constexpr std::string_view kBoldMagenta = "\x1b[1;35m";  // yellow can't be seen on a light background
constexpr std::string_view kBoldRed = "\x1b[1;31m";
constexpr std::string_view kPlainAgain = "\x1b[0m";

// Nobody wants to know the second in which something was written.
TimePoint to_minute(TimePoint at) {
  return std::chrono::floor<std::chrono::minutes>(at);
}

std::string of_limit(std::size_t length, std::size_t limit) {
  return std::to_string(length) + (limit == 0 ? " characters" : " of " + std::to_string(limit));
}

bool same_text(const Content& a, const Content& b) {
  return std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(),
                    [](const Content::Part& x, const Content::Part& y) { return x.text == y.text; });
}

bool same_media(const Content& a, const Content& b) {
  return a.parts.size() == b.parts.size() &&
         std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(),
                    [](const Content::Part& x, const Content::Part& y) { return x.media == y.media; });
}

// The delivery whose text is shown whole, to which the others are compared: the text that most accounts get, of several
// the longest, as texts for one account are mostly shortened.
const CardDelivery& main_delivery(const ReviewCard& card) {
  const CardDelivery* best = &card.deliveries.front();
  std::pair<std::ptrdiff_t, std::size_t> most{0, 0};
  for (const auto& each : card.deliveries) {
    const auto same = std::count_if(card.deliveries.begin(), card.deliveries.end(),
                                    [&](const CardDelivery& other) { return same_text(other.content, each.content); });
    const std::pair weight{same, joined_text(each.content).size()};
    if (weight > most) {
      most = weight;
      best = &each;
    }
  }
  return *best;
}

// What will be links there: the marks of a platform that has them, else what stands in the text.
std::vector<Link> links_of(const Content& content) {
  std::vector<Link> links;
  for (const auto& part : content.parts) {
    for (auto& link : find_links(part.text)) links.push_back(std::move(link));
    for (const auto& facet : part.facets) {
      if (facet.kind != Facet::Kind::link) continue;
      for (auto& link : find_links(facet.target)) links.push_back(std::move(link));
    }
  }
  return links;
}

// "i7 @mira".
std::string who_said(const Item& item) {
  return name_of(item.id) + " " + name_of(item.said.person);
}

// No platform takes such an answer.
bool answers_what_is_gone(const CardDelivery& each) {
  return each.answers && each.answers->deleted_at;
}

// Writes the lines of one card.
class Writer {
 public:
  Writer(const ReviewCard& card, const CardLook& look)
      : card_(card),
        look_(look),
        columns_(static_cast<std::size_t>(std::max(look.columns, kNarrowest)) - 1),
        first_(main_delivery(card)) {
    std::size_t longest = 8;
    for (const auto& each : card.deliveries) longest = std::max(longest, each.delivery.account_name.size());
    names_ = look.plain ? 0 : std::min(longest, kMostNameColumns) + 2;
  }

  std::vector<std::string> write() {
    heading();
    history();
    rule("Text");
    text(first_.content);
    rule("End of the text");
    media(first_.content);
    links();
    if (!first_.content.warning.empty()) fact("Warning", "\"" + visible_line(first_.content.warning) + "\"");
    question();
    audience_ = common_audience();
    for (const auto& words : audience_) fact("Audience", words);
    when(first_);
    if (card_.together) fact("Together", "goes to all accounts in one run of flush, or to none");
    if (std::any_of(card_.deliveries.begin(), card_.deliveries.end(),
                    [](const CardDelivery& each) { return hides_something(each.content); })) {
      fact("PROBLEM", "invisible characters are in it; they are shown as <U+...>");
    }
    add("");
    for (const auto& each : card_.deliveries) account(each);
    return std::move(lines_);
  }

 private:
  void add(std::string line) { lines_.push_back(std::move(line)); }

  // The words that need attention stand out also by themselves.
  std::string coloured(std::string line) const {
    if (!look_.colour) return line;
    for (const std::string_view word : {"TOO LONG", "HELD", "PROBLEM", "UNCONFIRMED", "PAUSED"}) {
      const auto at = line.find(word);
      if (at == std::string::npos) continue;
      line.insert(at + word.size(), kPlainAgain);
      line.insert(at, word == "HELD" || word == "PAUSED" ? kBoldMagenta : kBoldRed);
      break;
    }
    return line;
  }

  // Text behind a margin of `indent` columns; the first line begins with `lead`.
  void block(std::string_view lead, std::string_view value, std::size_t indent) {
    if (look_.plain) {
      const auto name = single_spaced(lead);
      const auto text = single_spaced(value);
      add(name.empty() ? text : name + ": " + text);
      return;
    }
    std::string start = pad(lead, indent);
    if (display_width(lead) >= indent && !lead.empty()) {
      add(shorten(lead, columns_));
      start = std::string(indent, ' ');
    }
    for (const auto& line : wrap(value, columns_ - indent)) {
      add(coloured(start + line));
      start = std::string(indent, ' ');
    }
  }

  // Columns are for eyes; a screen reader gets words.
  static std::string single_spaced(std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
    }
    return out;
  }

  void fact(std::string_view name, std::string_view value) { block(name, value, 10); }

  // What holds on all accounts stands above; what only some can keep stands at those.
  std::vector<std::string> common_audience() const {
    auto common = audience_words(first_.content, first_.problems);
    for (const auto& each : card_.deliveries) {
      const auto its = audience_words(each.content, each.problems);
      std::erase_if(common, [&its](const auto& line) { return std::find(its.begin(), its.end(), line) == its.end(); });
    }
    return common;
  }

  void rule(std::string_view in_plain) {
    add(look_.plain ? std::string(in_plain) + ":" : std::string(columns_ - 1, '-'));
  }

  void heading() {
    auto left = "Post " + std::to_string(number(card_.post)) + ", written by " + visible_line(card_.author) + ", " +
                format_time_short(to_minute(card_.created_at), look_.now, look_.zone);
    if (card_.deliveries.size() == 1) left += ", for " + first_.delivery.account_name;
    if (card_.origin == Origin::hand_written) left += ", by hand";
    const auto right = std::to_string(look_.position) + " of " + std::to_string(look_.total);
    if (look_.plain) {
      add(right + ". " + left);
    } else if (display_width(left) + right.size() + 2 > columns_) {
      for (const auto& line : wrap(left + ", " + right, columns_)) add(line);
    } else {
      add(pad(left, columns_ - 1 - right.size()) + right);
    }
    if (card_.last_change) {
      fact("Changed", "by " + visible_line(say_actor(card_.last_change->who)) + ", " +
                          format_time_short(to_minute(card_.last_change->at), look_.now, look_.zone));
    }
    if (!card_.label.empty()) fact("Label", visible_line(card_.label));
  }

  // What was said about it before, and what is different now.
  void history() {
    for (const auto& each : card_.deliveries) {
      const auto name = name_of(each.delivery);
      if (each.last_verdict && each.last_verdict->verdict == ReviewVerdict::rejected) {
        block("",
              "Rejected before (" + name + "), by " + visible_line(each.last_verdict->person) + ", " +
                  format_time_short(to_minute(each.last_verdict->at), look_.now, look_.zone) + ": " +
                  visible_line(each.last_verdict->reason),
              0);
      }
      if (each.last_approved_document.empty()) continue;
      const auto before = content_from_document(each.last_approved_document);
      if (!before) continue;
      const auto changes = content_changes(*before, each.content);
      if (changes.empty()) {
        block("", name + " was approved before, with exactly this content", 0);
        continue;
      }
      block("", "Changed since " + name + " was approved:", 0);
      for (const auto& change : changes) diff_line(change);
    }
  }

  void diff_line(const std::string& line) {
    if (look_.plain) {
      add((line.front() == '+' ? "now: " : "before: ") + visible_line(line.substr(2)));
      return;
    }
    std::string mark = "  " + line.substr(0, 2);
    for (const auto& piece : wrap(visible_line(line.substr(2)), columns_ - 4)) {
      add(mark + piece);
      mark = "    ";
    }
  }

  // A text that holds what looks like the card's own lines gets a margin, so that nothing in it can pose as them.
  static bool needs_margin(const Content& content) {
    return std::any_of(content.parts.begin(), content.parts.end(), [](const Content::Part& part) {
      const auto text = "\n" + part.text;
      return text.find("\n-----") != std::string::npos || text.find("\n[Part ") != std::string::npos ||
             text.find("\nPart ") != std::string::npos || text.find("\nEnd of the text") != std::string::npos;
    });
  }

  void text(const Content& content) {
    const std::string margin = needs_margin(content) ? "| " : "";
    for (std::size_t i = 0; i < content.parts.size(); ++i) {
      if (content.parts.size() > 1) {
        const auto title = "Part " + std::to_string(i + 1) + " of " + std::to_string(content.parts.size());
        if (i > 0 && !look_.plain) add("");
        add(look_.plain ? title + ":" : "[" + title + "]");
      }
      for (const auto& line : wrap(visible_text(content.parts[i].text), columns_ - margin.size())) add(margin + line);
    }
  }

  void media(const Content& content) {
    for (std::size_t i = 0; i < content.parts.size(); ++i) {
      for (const auto& each : content.parts[i].media) {
        const auto where = content.parts.size() > 1 ? ", part " + std::to_string(i + 1) : "";
        fact(each.mime.substr(0, 6) == "video/" ? "Film" : "Picture", say_media(each) + where);
        fact("   alt", say_alt(each));
      }
    }
  }

  // Each host that a link leads to, and where fewer accounts than all make a link of it, which.
  void links() {
    struct Host {
      std::string name;
      bool suspicious = false;
      std::vector<std::string> accounts;
    };
    std::vector<Host> hosts;
    for (const auto& each : card_.deliveries) {
      for (const auto& link : links_of(each.content)) {
        auto host =
            std::find_if(hosts.begin(), hosts.end(), [&](const Host& known) { return known.name == link.host; });
        if (host == hosts.end()) host = hosts.insert(hosts.end(), {link.host, false, {}});
        host->suspicious = host->suspicious || link.suspicious;
        const auto& account = each.delivery.account_name;
        if (host->accounts.empty() || host->accounts.back() != account) host->accounts.push_back(account);
      }
    }
    for (const auto& host : hosts) {
      std::string only;
      if (host.accounts.size() < card_.deliveries.size()) {
        for (const auto& account : host.accounts) only += (only.empty() ? "   only on " : ", ") + account;
      }
      fact("Link", visible_line(host.name) + only +
                       (host.suspicious ? "   PROBLEM: look twice, its address hides something" : ""));
    }
  }

  // What it answers; nobody can judge an answer without the question.
  void question() {
    if (!first_.answers) {
      if (!first_.content.reply_to.empty()) fact("Answers", visible_line(first_.content.reply_to));
      return;
    }
    const auto& item = *first_.answers;
    const auto line = who_said(item) + ", " + format_time_short(to_minute(item.said.created_at), look_.now, look_.zone);
    const auto text = in_one_line(opening_of(item.said.text));
    const auto beginning = shorten(text, kQuotedColumns);
    fact("Answers", line + (text.empty() ? ", without words" : ": \"" + beginning + "\""));
    if (beginning != text) fact("", "all of it:  " + look_.typed("postq show " + name_of(item.id)));
  }

  // A stranger's line breaks could pose as rows of the card.
  static std::string in_one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return single_spaced(visible_line(text));
  }

  void when(const CardDelivery& each) {
    const auto& schedule = each.delivery.schedule;
    fact("When", say_when(each));
    if (schedule.until) {
      const bool over = *schedule.until <= look_.now;
      fact("", (over ? "PROBLEM: its end has passed, " : "never after ") + format_time(*schedule.until, look_.zone));
    }
  }

  std::string say_when(const CardDelivery& each) const {
    const auto& delivery = each.delivery;
    const auto& schedule = delivery.schedule;
    if (!schedule.wall) return "as soon as it is approved and the rules allow";
    auto text = say_schedule(schedule);
    if (schedule.zone != look_.zone.name()) text += " (" + format_time(schedule.not_before, look_.zone) + ")";
    text += ", " + say_relative(schedule.not_before, look_.now);
    if (delivery.missed_at) return text + "; it missed its time, and goes as soon as the rules allow";
    if (schedule.not_before < look_.now) return text + "; it goes as soon as the rules allow";
    return text;
  }

  void account(const CardDelivery& each) {
    const auto& content = each.content;
    std::size_t longest = 0;
    for (const auto length : each.lengths) longest = std::max(longest, length);
    const bool too_long = each.limit != 0 && longest > each.limit;
    auto line = (too_long ? "TOO LONG " : "") + counts(each);
    line += (look_.plain ? ", " : "   ") + (content.visibility.empty() ? "public" : visible_line(content.visibility));
    if (!content.language.empty()) {
      line += ", language " + visible_line(content.language);
    } else if (each.tells_language) {
      line += ", no language set";
    }
    if (!each.remote_name.empty() && each.remote_name != each.delivery.account_name)
      line += ", as " + visible_line(each.remote_name);
    block(each.delivery.account_name, line, names_);
    if (each.delivery.paused)
      inner("PAUSED: it does not go until `" + look_.typed("postq resume " + name_of(each.delivery)) + "`");
    differences(each);
    for (const auto& words : audience_words(content, each.problems)) {
      if (std::find(audience_.begin(), audience_.end(), words) == audience_.end()) inner(words);
    }
    resolved(each);
    for (const auto& missing : missing_cards(content)) inner("note: " + missing);
    for (const auto& problem : each.problems) {
      if (problem.kind == "no-alt") continue;  // it stands at the picture
      inner((problem.fatal ? "PROBLEM: " : "note: ") + visible_line(problem.message));
    }
    if (answers_what_is_gone(each)) {
      inner("PROBLEM: " + gone(*each.answers).message);
    } else if (!each.unresolved.empty()) {
      inner("PROBLEM: " + visible_line(each.unresolved));
    }
    if (!each.expectation.empty()) inner(visible_text(each.expectation));
    for (const auto& note : each.notes) inner("note: " + visible_line(note));
  }

  std::string counts(const CardDelivery& each) const {
    if (each.lengths.size() == 1) return of_limit(each.lengths.front(), each.limit);
    std::string list;
    for (const auto length : each.lengths) list += (list.empty() ? "" : ", ") + std::to_string(length);
    return std::to_string(each.lengths.size()) + " parts: " + list +
           (each.limit == 0 ? "" : " of " + std::to_string(each.limit));
  }

  void inner(std::string_view text) { block("", text, names_); }

  // What this account gets that the first one doesn't.
  void differences(const CardDelivery& each) {
    if (&each == &first_) return;
    const auto& content = each.content;
    if (!same_text(content, first_.content)) {
      inner("text differs from the above:");
      bool any = false;
      for (const auto& line : diff_lines(joined_text(first_.content), joined_text(content))) {
        if (line.front() == ' ') continue;
        inner_diff(line);
        any = true;
      }
      if (!any) inner("the same words, in " + std::to_string(content.parts.size()) + " posts");
    }
    if (content.warning != first_.content.warning) {
      inner(content.warning.empty() ? "without the warning" : "warning \"" + visible_line(content.warning) + "\"");
    }
    if (content.reply_to != first_.content.reply_to) {
      inner(content.reply_to.empty()
                ? "answers nobody here"
                : "answers " + (each.answers ? who_said(*each.answers) : visible_line(content.reply_to)));
    }
    if (each.delivery.schedule != first_.delivery.schedule) {
      inner("when: " + say_when(each));
      if (each.delivery.schedule.until) inner("never after " + format_time(*each.delivery.schedule.until, look_.zone));
    } else if (each.delivery.missed_at && !first_.delivery.missed_at) {
      inner("when: " + say_when(each));
    }
    if (same_media(content, first_.content)) return;
    inner("pictures differ from the above:");
    for (std::size_t i = 0; i < content.parts.size(); ++i) {
      const auto where = content.parts.size() > 1 ? ", part " + std::to_string(i + 1) : "";
      for (const auto& media : content.parts[i].media) inner(say_media(media) + where + ", alt " + say_alt(media));
    }
  }

  void inner_diff(const std::string& line) {
    if (look_.plain) {
      add((line.front() == '+' ? "here: " : "instead of: ") + visible_line(line.substr(2)));
      return;
    }
    std::string mark = std::string(names_, ' ') + line.substr(0, 2);
    for (const auto& piece : wrap(visible_line(line.substr(2)), columns_ - names_ - 2)) {
      add(mark + piece);
      mark = std::string(names_ + 2, ' ');
    }
  }

  // Whom mentions reach, where words link to, and the preview.
  void resolved(const CardDelivery& each) {
    for (const auto& part : each.content.parts) {
      for (const auto& facet : part.facets) {
        if (facet.kind == Facet::Kind::tag || facet.end > part.text.size() || facet.begin >= facet.end) continue;
        const auto words = part.text.substr(facet.begin, facet.end - facet.begin);
        if (facet.kind == Facet::Kind::link && words == facet.target) continue;
        inner(visible_line(words) + (facet.kind == Facet::Kind::mention ? " is " : " leads to ") +
              visible_line(facet.target));
      }
      if (!part.card) continue;
      inner("link card \"" + visible_line(part.card->title) + "\", " + visible_line(part.card->url));
      if (!part.card->description.empty()) inner("   " + visible_line(part.card->description));
      if (part.card->thumbnail) inner("   with " + say_media(*part.card->thumbnail));
    }
  }

  const ReviewCard& card_;
  const CardLook& look_;
  std::size_t columns_;  // one is left free: a full line wraps on some terminals
  std::size_t names_ = 0;
  const CardDelivery& first_;
  std::vector<std::string> audience_;  // said above, of all
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> render_card(const ReviewCard& card, const CardLook& look) {
  return Writer(card, look).write();
}

std::vector<std::string> reasons_against(const ReviewCard& card, TimePoint now) {
  std::vector<std::string> reasons;
  const auto id = std::to_string(number(card.post));
  for (const auto& each : card.deliveries) {
    const auto name = name_of(each.delivery);
    if (answers_what_is_gone(each)) {
      reasons.push_back(name + ": " + gone(*each.answers).message + ": n rejects it, e edits it");
    } else if (!each.content.resolved) {
      reasons.push_back(name + ": " +
                        (each.unresolved.empty() ? "its mentions are not looked up yet" : each.unresolved) +
                        ". Try again later");
    }
    for (const auto& problem : each.problems) {
      if (problem.fatal) reasons.push_back(name + ": " + problem.message + ". Press e to change it");
    }
    if (each.delivery.schedule.until && *each.delivery.schedule.until <= now) {
      reasons.push_back(name + ": its end has passed, so it could never go out. Press e for another, or n");
    }
    if (!each.alt_required) continue;
    for (const auto& part : each.content.parts) {
      for (const auto& media : part.media) {
        if (media.alt.empty() && !media.decorative) {
          reasons.push_back(name + ": " + media.name + " has no alt text, and your policy requires one. Press a");
        }
      }
    }
  }
  return reasons;
}

}  // namespace postq
