#include "cli/output/item_lines.h"

#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/inbox/inbox.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

constexpr std::size_t kTextRows = 2;
constexpr std::size_t kTextMargin = 5;
constexpr std::size_t kWidestPerson = 32;
constexpr std::size_t kWidestPost = 40;  // of what was answered

// Ages stand with their units under each other: " 5 h" below "26 h".
std::string aligned(const std::string& age) {
  return age.size() < 4 ? std::string(4 - age.size(), ' ') + age : age;
}

std::string text_of(const Item& item) {
  auto text = visible_line(opening_of(item.said.text));
  if (item.said.warning.empty()) return text;
  return "[" + visible_line(item.said.warning) + "] " + text;
}

std::string how_of(const Item& item, TimePoint now, const Zone& zone) {
  auto how = say_how(item, now, zone);
  // Nobody knows a post by its time.
  if (!item.on_own_text.empty()) {
    how += ": \"" + shorten(visible_line(item.on_own_text.substr(0, item.on_own_text.find('\n'))), kWidestPost) + "\"";
  }
  if (const auto standing = say_standing(item, now, zone); !standing.empty()) how += "; " + standing;
  return how;
}

void print_text(Context& context, const std::string& text) {
  auto lines = wrap(text, columns(context.world) - kTextMargin);
  const bool more = lines.size() > kTextRows;
  lines.resize(std::min(lines.size(), kTextRows));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool cut = more && i + 1 == lines.size();
    const auto& line = lines[i];
    context.result(std::string(kTextMargin, ' ') +
                   (cut ? shorten(line + " ...", columns(context.world) - kTextMargin) : line));
  }
}

struct Widths {
  std::size_t id = 3;
  std::size_t account = 4;
  std::size_t person = 4;
  std::size_t age = 4;
};

Widths widths_of(const std::vector<Item>& items, TimePoint now) {
  Widths widths;
  for (const auto& item : items) {
    widths.id = std::max(widths.id, name_of(item.id).size());
    widths.account = std::max(widths.account, item.account_name.size());
    widths.person = std::max(widths.person, std::min(display_width(name_of(item.said.person)), kWidestPerson));
    widths.age = std::max(widths.age, say_wait(item.said.created_at, now).size());
  }
  return widths;
}

}  // namespace

void print_items(Context& context, const std::vector<Item>& items, const Zone& zone) {
  const auto& terminal = context.world.terminal();
  const TimePoint now = context.world.now();
  const auto widths = widths_of(items, now);
  for (const auto& item : items) {
    const auto person = name_of(item.said.person);
    const auto age = say_wait(item.said.created_at, now);
    const auto how = how_of(item, now, zone);
    if (terminal.plain()) {
      context.result(name_of(item.id) + ": " + person + " on " + item.account_name + ", " + age + ", " + how + ": " +
                     text_of(item));
      continue;
    }
    if (!terminal.person_present()) {
      context.result(name_of(item.id) + "\t" + item.account_name + "\t" + person + "\t" + age + "\t" + how + "\t" +
                     text_of(item));
      continue;
    }
    const std::string left = pad(name_of(item.id), widths.id) + "  " + pad(item.account_name, widths.account) + "   " +
                             pad(person, widths.person) + "  " + pad(aligned(age), widths.age) + "   ";
    if (text_goes_below(context.world, display_width(left))) {
      print_below(context, {name_of(item.id), item.account_name, shorten(person, kWidestPerson), age}, "");
      print_wrapped(context, how, kTextMargin);
      print_text(context, text_of(item));
      continue;
    }
    const auto room = columns(context.world) - std::min(columns(context.world) - 12, display_width(left));
    context.result(left + shorten(how, room));
    print_text(context, text_of(item));
  }
}

std::string said_json(const RemotePost& said) {
  JsonLine line;
  line.text("remote_id", said.remote_id).text("person", said.person.handle).text("person_name", said.person.name);
  line.text("person_id", said.person.id).flag("ignored", said.person.ignored).time("at", said.created_at);
  line.text("reply_to", said.reply_to).text("text", said.text).text("warning", said.warning);
  line.text("visibility", said.visibility).text("language", said.language).text("url", said.url);
  line.list("mentions", said.mentions).flag("deleted", said.deleted);
  return line.str();
}

std::string item_json(const Item& item, std::string_view schema) {
  JsonLine line;
  line.text("schema", schema).text("id", name_of(item.id)).text("account", item.account_name);
  line.text("kind", word(item.kind)).text("state", word(item.state)).flag("waits", item.waits());
  line.raw("said", said_json(item.said)).time("first_seen_at", item.first_seen_at);
  line.text("reason", item.reason).text("answered_by", item.answered_by).time("settled_at", item.settled_at);
  line.time("deleted_at", item.deleted_at).time("on_own_at", item.on_own_at).text("on_answer_to", item.on_answer_to);
  line.text("on_own_text", item.on_own_text);
  return line.str();
}

void print_waiting(Context& context, const QueueStatus& status) {
  if (!status.longest_waiting) return;
  std::string text = say_waiting(status.people_waiting, status.longest_waiting->since, context.world.now());
  std::string command = "postq inbox --walk";
  if (const auto& only = status.waits) {
    text += ":  " + name_of(only->said.person) + " on " + only->account_name;
    command = "postq reply " + name_of(only->id);
  }
  constexpr std::size_t kGap = 5;
  if (context.world.terminal().plain()) {
    context.result(text + ": " + command);
  } else if (display_width(text) + kGap + command.size() <= columns(context.world)) {
    context.result(text + std::string(kGap, ' ') + command);
  } else {
    context.result(text);
    context.result("  " + command);
  }
  context.result("");
}

std::string say_withdrawn(const WithdrawnAnswer& answer) {
  return answer.name + " is back in review: " + answer.why + "\n  postq review " + answer.name;
}

std::string say_waiting(std::int64_t waiting, std::optional<TimePoint> longest, TimePoint now) {
  if (waiting == 0) return "Nobody waits for an answer";
  const std::string age = longest ? say_wait(*longest, now) : std::string();
  if (waiting == 1) return "1 person waits for an answer" + (age.empty() ? "" : ", " + age);
  return std::to_string(waiting) + " people wait for an answer" + (age.empty() ? "" : ", the longest " + age);
}

}  // namespace postq
