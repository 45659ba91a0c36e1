#include "cli/output/flush_report.h"

#include <set>

#include <postq/text/text.h>

#include "cli/output/typed_places.h"

namespace postq {

namespace {

std::string_view word(FlushEvent::Kind kind) {
  switch (kind) {
    case FlushEvent::Kind::sent:
      return "sent";
    case FlushEvent::Kind::part_sent:
      return "part-sent";
    case FlushEvent::Kind::held:
      return "held";
    case FlushEvent::Kind::late:
      return "late";
    case FlushEvent::Kind::dropped:
      return "dropped";
    case FlushEvent::Kind::expired:
      return "expired";
    case FlushEvent::Kind::not_sent:
      return "not-sent";
    case FlushEvent::Kind::failed:
      return "failed";
    case FlushEvent::Kind::unconfirmed:
      return "unconfirmed";
    case FlushEvent::Kind::found:
      return "found";
    case FlushEvent::Kind::absent:
      return "absent";
    case FlushEvent::Kind::account:
      return "account";
    case FlushEvent::Kind::clock:
      return "clock";
    case FlushEvent::Kind::withdrawn:
      return "withdrawn";
    case FlushEvent::Kind::copied:
      return "copied";
    case FlushEvent::Kind::damaged:
      return "damaged";
    case FlushEvent::Kind::twice:
      return "stands-twice";
    case FlushEvent::Kind::differs:
      return "differs";
  }
  return "?";
}

// What goes well is said on a terminal, and kept from a cron mail. What became of an unconfirmed one is told where that
// was told.
bool is_good_news(const FlushEvent& event) {
  return event.kind == FlushEvent::Kind::sent || event.kind == FlushEvent::Kind::part_sent;
}

std::string verb(const FlushEvent& event) {
  switch (event.kind) {
    case FlushEvent::Kind::failed:
      return "failed: ";
    case FlushEvent::Kind::not_sent:
      // What was written by hand only its author sends, and what wants a sign-in isn't tried before one.
      return (event.delivery && event.delivery->origin == Origin::hand_written) || event.error == ErrorKind::sign_in
                 ? "not sent: "
                 : "not sent, will be tried again: ";
    case FlushEvent::Kind::unconfirmed:
      return "UNCONFIRMED: ";
    case FlushEvent::Kind::differs:
      return event.error == ErrorKind::platform ? "PROBLEM: it is out " : "note: it is out ";
    default:
      return "";
  }
}

constexpr std::size_t kMargin = 4;

// The text at `indent`, the lines behind the first further in.
std::string folded(std::string_view text, std::size_t columns, std::size_t indent) {
  std::string out;
  for (const auto& line : wrap(text, columns - indent - kMargin)) {
    out += std::string(out.empty() ? indent : indent + kMargin, ' ') + line + "\n";
  }
  return out;
}

// Behind the last line where it has room there, else below.
std::string with_address(std::string text, const std::string& url, std::size_t columns) {
  text.pop_back();
  const auto last = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  const bool fits = display_width(text.substr(last)) + 2 + display_width(url) <= columns;
  return text + (fits ? "  " : "\n" + std::string(kMargin, ' ')) + url + "\n";
}

// "postq why 12@site      all about it"; where that is too wide, the reason goes below the command.
std::string hint_lines(const std::string& line, std::size_t columns) {
  if (kMargin + display_width(line) <= columns) return std::string(kMargin, ' ') + line + "\n";
  const auto gap = line.find("  ");
  if (gap == std::string::npos) return folded(line, columns, kMargin);
  const auto why = line.find_first_not_of(' ', gap);
  std::string text = std::string(kMargin, ' ') + line.substr(0, gap) + "\n";
  return why == std::string::npos ? text : text + folded(line.substr(why), columns, 2 * kMargin);
}

}  // namespace

std::string say_event(const FlushEvent& event, std::size_t columns) {
  std::string text = folded(visible_line(event.name) + "  " + verb(event) + visible_line(event.message), columns, 0);
  if (!event.url.empty()) text = with_address(std::move(text), visible_line(event.url), columns);
  std::string_view hint = event.hint;
  while (!hint.empty()) {
    const auto end = hint.find('\n');
    if (const auto line = hint.substr(0, end); !line.empty()) text += hint_lines(visible_line(line), columns);
    hint.remove_prefix(end == std::string_view::npos ? hint.size() : end + 1);
  }
  return text;
}

FlushEvent with_typed_places(const Context& context, FlushEvent event) {
  event.hint = with_typed_places(context, event.hint);
  event.hint_for_all = with_typed_places(context, event.hint_for_all);
  return event;
}

FlushReport with_typed_places(const Context& context, FlushReport report) {
  for (auto& event : report.events) event = with_typed_places(context, std::move(event));
  return report;
}

std::string event_json(const FlushEvent& event) {
  JsonLine line;
  line.text("schema", "postq.flush/1").text("event", word(event.kind)).text("name", event.name);
  if (event.delivery) line.number("post", number(event.delivery->post)).text("account", event.delivery->account_name);
  line.text("message", event.message).text("hint", event.hint);
  if (!event.url.empty()) line.text("url", event.url);
  if (event.kind == FlushEvent::Kind::not_sent || event.kind == FlushEvent::Kind::failed ||
      event.kind == FlushEvent::Kind::account) {
    line.text("kind", word(event.error));
  }
  // As publisher_looks.cpp marks it: more people can see it than was approved.
  if (event.kind == FlushEvent::Kind::differs) line.flag("wider", event.error == ErrorKind::platform);
  line.flag("news", event.news);
  return line.str();
}

namespace {

bool held_alike(const FlushEvent& one, const FlushEvent& other) {
  return one.kind == FlushEvent::Kind::held && other.kind == FlushEvent::Kind::held && one.news && other.news &&
         one.delivery && other.delivery && one.delivery->account == other.delivery->account &&
         one.held_by == other.held_by;
}

// One post, for the same reason on each of its accounts.
bool failed_alike(const FlushEvent& one, const FlushEvent& other) {
  const bool by_itself = one.kind == FlushEvent::Kind::not_sent || one.kind == FlushEvent::Kind::failed ||
                         one.kind == FlushEvent::Kind::damaged;
  return by_itself && one.kind == other.kind && one.news && other.news && one.delivery && other.delivery &&
         one.delivery->post == other.delivery->post && one.error == other.error && one.message == other.message;
}

FlushEvent as_post(const std::vector<const FlushEvent*>& failed) {
  FlushEvent all = *failed.front();
  const auto post = std::to_string(number(all.delivery->post));
  std::string names;
  for (const auto* const event : failed) names += (names.empty() ? "" : ", ") + event->name;
  for (auto at = all.hint.find(all.name); at != std::string::npos; at = all.hint.find(all.name, at + post.size())) {
    all.hint.replace(at, all.name.size(), post);
  }
  all.name = names;
  return all;
}

// All that one rule holds on an account, as one.
FlushEvent together(const std::vector<const FlushEvent*>& held) {
  FlushEvent all = *held.front();
  std::string ids;
  for (const auto* const event : held) {
    ids += (ids.empty() ? "" : " ") + std::to_string(number(event->delivery->post));
  }
  all.name = all.delivery->account_name;
  all.message = std::to_string(held.size()) + " posts held: " + all.held_by + ": " + ids;
  all.hint = all.hint_for_all;
  return all;
}

}  // namespace

std::string letter(const FlushReport& report) {
  std::string text;
  std::string sent;
  std::set<const FlushEvent*> told;
  for (const auto& event : report.events) {
    if (event.kind == FlushEvent::Kind::sent) sent += (sent.empty() ? "" : ", ") + event.name;
    if (is_good_news(event) || !event.news || told.contains(&event)) continue;
    std::vector<const FlushEvent*> alike;
    for (const auto& other : report.events) {
      if (held_alike(event, other) || failed_alike(event, other)) alike.push_back(&other);
    }
    told.insert(alike.begin(), alike.end());
    const auto all = alike.size() < 2 ? event : event.kind == FlushEvent::Kind::held ? together(alike) : as_post(alike);
    text += (text.empty() ? "" : "\n") + say_event(all);
  }
  if (!text.empty() && !sent.empty()) text += "\nSent: " + sent + ".\n";
  if (!text.empty()) text += "Said once. What still needs you is repeated once a day.\n";
  return text;
}

}  // namespace postq
