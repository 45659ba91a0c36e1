#include "app/status/status.h"

#include <algorithm>
#include <map>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/inbox/inbox.h"
#include "app/setup/timer.h"
#include "app/words/pauses.h"
#include "app/words/select.h"
#include "app/words/standing.h"
#include "cli/agents.h"
#include "cli/commands.h"
#include "cli/output/attention.h"
#include "cli/output/item_lines.h"

namespace postq {

namespace {

constexpr std::size_t kAccountsShown = 20;
constexpr std::int64_t kUnsentShown = 8;
constexpr std::size_t kQuoted = 24;
constexpr std::size_t kNewsShown = 8;  // at a terminal, where more would push the rest away

struct StatusFlags {
  bool check = false;
};

std::string quoted(const ListRow& row, std::size_t room) {
  const std::string_view picture = row.media > row.films ? "[picture]" : "[film]";
  if (row.text.empty() && row.alt.empty() && row.media > 0) return std::string(picture);
  return "\"" + shorten(visible_line(row.text.empty() ? row.alt : row.text), room) + "\"";
}

// --- no account yet (screen 09)

void print_welcome(Context& context) {
  print_wrapped(context,
                "postq queues posts, you read each one and say yes, and it sends them at their time, as long as you "
                "also write some by hand.");
  context.result("");
  context.result("No account yet. Add one:");
  std::vector<Suggestion> suggestions;
  for (const auto* const platform : context.world.platforms().all()) {
    const auto& traits = platform->traits();
    std::string command = "postq account add " + traits.name;
    for (const auto& setting : traits.settings) {
      if (!setting.required) continue;
      std::string value;
      for (const char c : setting.name) value += c == '-' ? '_' : static_cast<char>(c - 'a' + 'A');
      command += " --" + setting.name + (setting.is_switch ? "" : " " + value);
    }
    suggestions.push_back({std::move(command), traits.summary});
  }
  print_suggestions(context, suggestions);
  context.result("");
  context.result("What each can do:  postq platforms");
}

// --- the parts of the screen, each ending with an empty line unless it has nothing to say

void print_paused(Context& context, const QueueStatus& status, const Zone& zone) {
  if (!status.stop.paused) return;
  std::string text = "PAUSED, everything";
  if (status.stop.since) text += ", since " + format_time(*status.stop.since, zone);
  if (status.stopped_by) text += ", by " + visible_line(say_actor(status.stopped_by->who));
  if (!status.stop.reason.empty()) text += " (" + visible_line(status.stop.reason) + ")";
  text += ". Nothing goes out by itself.";
  print_wrapped(context, text);
  print_suggestions(context, {{"postq resume", "go on"}});
  context.result("");
}

void print_clock(Context& context, const QueueStatus& status) {
  if (!status.clock) return;
  print_wrapped(context, "PROBLEM: " + status.clock->message + ".");
  print_suggestions(context, {{"timedatectl", "is it synchronised?"},
                              {"postq doctor", "at a terminal it asks whether the clock is right"}});
  context.result("");
}

std::string posts_named(const std::vector<ListRow>& rows, std::int64_t count) {
  std::string text;
  PostId last{};
  for (const auto& row : rows) {
    if (row.delivery.post == last) continue;
    last = row.delivery.post;
    text += (text.empty() ? "" : " ") + std::to_string(number(last));
  }
  return static_cast<std::int64_t>(rows.size()) < count ? text + " ..." : text;
}

void print_missed(Context& context, const QueueStatus& status) {
  if (status.missed.empty()) return;
  const auto& posts = status.queue.posts;
  const auto count = posts ? posts->late_pending : status.queue.late_pending;
  const auto late = status.sent_late;
  const std::string others =
      late == 0 ? " Nothing was sent late."
                : " " + std::to_string(late) + (late == 1 ? " other was" : " others were") + " sent late.";
  print_wrapped(context,
                std::to_string(count) + (count == 1 ? " post missed its time." : " posts missed their time.") + others);
  for (const auto& row : status.ended) {
    const auto text = quoted(row, kQuoted) + "  (it had --until)";
    const auto left = "  ended:   " + pad(name_of(row.delivery), 16) + " ";
    if (text_goes_below(context.world, display_width(left) + kQuoted)) {
      print_below(context, {"ended:", name_of(row.delivery)}, text, 2);
    } else {
      context.result(left + text);
    }
  }
  context.result("  ask you: " + posts_named(status.missed, count));
  print_suggestions(context, {{"postq review --late", "send when the rules allow, another time, or drop"}}, 11);
  context.result("");
}

std::string names_in(const PostNews& entry) {
  std::string text;
  for (const auto& name : entry.names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void print_one_news(Context& context, const PostNews& entry, const Zone& zone) {
  const auto& news = entry.first;
  const std::string at = format_time_short(to_the_minute(news.at), context.world.now(), zone);
  const std::string were = entry.names.size() == 1 ? " was " : " were ";
  switch (news.kind) {
    case News::Kind::out:
      print_wrapped(context, names_in(entry) + ", which was UNCONFIRMED, is out.");
      if (!news.url.empty()) context.result("  " + visible_line(news.url));
      return;
    case News::Kind::rejected:
      return print_wrapped(context, names_in(entry) + were + "rejected by " + visible_line(news.person) + ", " + at +
                                        ": " + visible_line(news.reason));
    case News::Kind::removed:
      return print_wrapped(
          context, names_in(entry) + were + "taken out of the queue by " + visible_line(news.person) + ", " + at + ".");
  }
}

// What became of one's own posts, told once: only what somebody can have seen is marked as told. A pipe may end
// anywhere (`postq | head`), and nobody knows who reads it; an agent has nothing else.
void print_news(Context& context, const QueueStatus& status, const Zone& zone) {
  const bool at_terminal = context.world.terminal().person_present();
  const bool in_pipe = !at_terminal && !context.world.actor().agent;
  const auto news = in_pipe ? news_for_pipe(context.world, status.news) : status.news;
  const auto entries = news_by_post(news);
  if (entries.empty()) return;
  const std::size_t shown = at_terminal ? std::min(entries.size(), kNewsShown) : entries.size();
  std::size_t rejected = 0;
  std::string post;  // the only one that was rejected, or any
  for (std::size_t i = 0; i < shown; ++i) {
    print_one_news(context, entries[i], zone);
    if (entries[i].first.kind != News::Kind::rejected) continue;
    ++rejected;
    post = rejected == 1 ? std::to_string(number(entries[i].first.delivery.post)) : "ID";
  }
  if (rejected > 0) {
    print_suggestions(context, {{"postq edit " + post, "change it; it goes to review again"}});
  }
  if (shown < entries.size()) {
    const bool all_rejected = std::all_of(entries.begin() + static_cast<std::ptrdiff_t>(shown), entries.end(),
                                          [](const PostNews& each) { return each.first.kind == News::Kind::rejected; });
    context.result(std::to_string(entries.size() - shown) + " more:  postq list " +
                   (all_rejected ? "rejected" : "--all"));
  }
  if (!at_terminal) context.result("");
  if (in_pipe) return mark_piped(context.world, news);
  mark_told(context.world, news, entries, shown);
}

void print_needs_you(Context& context, const QueueStatus& status) {
  struct Need {
    std::string name;
    std::string what;
    std::string text;
    std::string command;
  };
  std::vector<Need> needs;
  const auto add = [&needs](const std::vector<ListRow>& rows, std::int64_t count, const std::string& what,
                            const std::string& all) {
    for (const auto& row : rows) {
      const std::string name = name_of(row.delivery);
      const bool by_hand = row.delivery.origin == Origin::hand_written && what != "UNCONFIRMED";
      const auto command = by_hand ? "postq post " + std::to_string(number(row.delivery.post)) : "postq why " + name;
      needs.push_back({name, what, quoted(row, kQuoted), command});
    }
    if (count > static_cast<std::int64_t>(rows.size()))
      needs.push_back({"...", what, std::to_string(count) + " in all", all});
  };
  add(status.unconfirmed, status.queue.unconfirmed, "UNCONFIRMED", "postq list unconfirmed");
  for (const auto& twin : status.twice) {
    const std::string name = name_of(twin.delivery);
    needs.push_back({name, twin.first.empty() ? "IS OUT" : "TWICE", visible_line(twin.url), "postq retract " + name});
  }
  for (const auto& delivery : status.not_taken_back) {
    needs.push_back(
        {name_of(delivery), "NOT DELETED", "it was to be taken back", "postq retract " + name_of(delivery)});
  }
  add(status.failed, status.queue.failed, "failed", "postq list failed");
  const auto unsent = static_cast<std::int64_t>(status.unsent.size());
  add({status.unsent.begin(), status.unsent.begin() + std::min<std::int64_t>(unsent, kUnsentShown)}, unsent, "not sent",
      "postq list --by-hand");
  for (const auto& each : status.accounts) {
    if (!each.account.sign_in_needed) continue;
    needs.push_back({each.account.name, "PROBLEM", "needs a new sign-in", "postq account login " + each.account.name});
  }
  if (needs.empty()) return;
  const auto reader = context.world.actor();
  for (auto& need : needs) {
    if (reader.agent && is_for_persons(need.command)) need.command = reason_for(reader, need.command, need.command);
  }
  std::size_t names = 0;
  std::size_t words = 0;
  std::size_t texts = 0;
  for (const auto& need : needs) {
    names = std::max(names, need.name.size());
    words = std::max(words, need.what.size());
    texts = std::max(texts, display_width(need.text));
  }
  context.result("Needs you");
  for (const auto& need : needs) {
    if (context.world.terminal().plain()) {
      context.result(need.name + ": " + need.what + ", " + need.text + ": " + need.command);
      continue;
    }
    if (text_goes_below(context.world, names + words + texts + 6)) {
      print_below(context, {need.name, need.what}, need.text, 2);
      context.result("      " + need.command);
      continue;
    }
    const std::string left = "  " + pad(need.name, names) + "  " + pad(need.what, words) + "  ";
    context.result(with_attention(context.world, left) + pad(need.text, texts) + "  " + need.command);
  }
  context.result("");
}

std::string by_hand_words(const AccountStatus& status) {
  const auto& mix = status.mix;
  std::string text = std::to_string(mix.by_hand());
  if (mix.by_hand_answers > 0) {
    text += " (" + count_of(mix.by_hand_posts, "post", "posts") + ", " +
            count_of(mix.by_hand_answers, "answer", "answers") + ")";
  }
  return text;
}

void print_accounts(Context& context, const QueueStatus& status, const Config& config) {
  auto& world = context.world;
  const std::string window = format_duration(config.policy.window);
  const std::size_t shown = std::min(status.accounts.size(), kAccountsShown);
  std::size_t names = 7;
  std::size_t hands = std::string("By hand, ").size() + window.size();
  for (std::size_t i = 0; i < shown; ++i) {
    names = std::max(names, status.accounts[i].account.name.size());
    hands = std::max(hands, by_hand_words(status.accounts[i]).size());
  }
  const bool plain = world.terminal().plain();
  const bool below = !plain && text_goes_below(world, names + hands + 15);
  if (!plain && !below) {
    context.result(pad("Account", names) + "  " + pad("By hand, " + window, hands) + "  Scheduled  " +
                   "A scheduled post now");
  }
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& each = status.accounts[i];
    if (plain) {
      context.result(each.account.name + ": " + by_hand_words(each) + " by hand in " + window + ", " +
                     std::to_string(each.mix.scheduled) +
                     " scheduled; a scheduled post now: " + each.scheduled_post_now);
      continue;
    }
    if (below) {
      context.result(each.account.name);
      print_wrapped(
          context,
          by_hand_words(each) + " by hand in " + window + ", " + std::to_string(each.mix.scheduled) + " scheduled", 2);
      print_wrapped(context, "a scheduled post now: " + each.scheduled_post_now, 2);
      continue;
    }
    context.result(with_attention(world, pad(each.account.name, names) + "  " + pad(by_hand_words(each), hands) + "  " +
                                             pad(std::to_string(each.mix.scheduled), 9) + "  " +
                                             each.scheduled_post_now));
  }
  if (shown < status.accounts.size()) {
    context.result("and " + std::to_string(status.accounts.size() - shown) + " more:  postq account list");
  }
  context.result("");
}

// How long ago the timeline was read; empty where that is recent.
std::string say_reading(const AccountStatus& status, TimePoint now, const Zone& zone) {
  if (!status.unreadable_since) {
    return status.stale ? status.account.name + "'s timeline was last read " + say_relative(*status.read_at, now) + "."
                        : "";
  }
  std::string text = status.account.name + "'s timeline can't be read since " +
                     format_time_short(to_the_minute(*status.unreadable_since), now, zone);
  if (status.read_at) text += "; last read " + say_relative(*status.read_at, now);
  return text + ".";
}

// What the counts above rest on, where that isn't recent, and who paused what.
void print_readings(Context& context, const QueueStatus& status, const Zone& zone) {
  const TimePoint now = context.world.now();
  bool any = false;
  for (const auto& each : status.accounts) {
    if (each.paused) {
      any = true;
      print_wrapped(context, each.account.name + " is paused " + say_paused_by(*each.paused, now, zone));
    }
    const auto reading = say_reading(each, now, zone);
    if (reading.empty() && !each.unheard_since) continue;
    any = true;
    if (!reading.empty()) print_wrapped(context, reading);
    if (each.unheard_since) {
      print_wrapped(context, each.account.name + ": what people say can't be read since " +
                                 format_time_short(to_the_minute(*each.unheard_since), now, zone) + ".");
    }
    print_suggestions(context, {{"postq sync " + each.account.name, "read it now"}});
  }
  if (any) context.result("");
}

void print_queue(Context& context, const QueueStatus& status) {
  const auto& queue = status.queue;
  std::string text;
  const auto add = [&text](std::int64_t count, const std::string& what) {
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  const auto& posts = queue.posts;
  add(posts ? posts->pending : queue.pending, posts ? "to review" : "deliveries to review");
  add(posts ? posts->approved : queue.approved, posts ? "approved" : "deliveries approved");
  add(static_cast<std::int64_t>(status.unsent.size()), "by hand, not sent yet");
  print_fact(context, "Queue", text.empty() ? "empty" : text, 11);
}

// "5@masto, since 09:31": since its request began, where one did.
void print_sending(Context& context, const QueueStatus& status, const Zone& zone) {
  if (status.sending.empty()) return;
  std::string text;
  for (const auto& row : status.sending) {
    text += (text.empty() ? "" : "; ") + name_of(row.delivery);
    const auto& since = row.delivery.public_at;
    if (since) text += ", since " + format_time_short(to_the_minute(*since), context.world.now(), zone);
  }
  const auto more = status.queue.sending - static_cast<std::int64_t>(status.sending.size());
  if (more > 0) text += "; and " + std::to_string(more) + " more";
  print_fact(context, "Sending now", text, 11);
}

void print_last_run(Context& context, const QueueStatus& status) {
  const TimePoint now = context.world.now();
  if (!status.last_flush) {
    print_fact(context, "Last run", "never. Posts go out only when `postq flush` runs:", 11);
    const auto timer = timer_advice(context.world);
    print_suggestions(context, {{timer.command, timer.why}}, 11);
    return;
  }
  std::string text = say_relative(*status.last_flush, now);
  if (text == "now") text = "less than a minute ago";
  if (*status.last_flush > now + std::chrono::minutes{1}) text += " (by this clock, which has gone back)";
  if (status.queue.approved > 0 && runs_by_hand_only(context.world)) {
    print_fact(context, "Last run", text + ", by hand. Nothing runs `postq flush` by itself:", 11);
    const auto timer = timer_advice(context.world);
    print_suggestions(context, {{timer.command, timer.why}}, 11);
    return;
  }
  if (!status.flush_is_missing) return print_fact(context, "Last run", text, 11);
  print_fact(context, "Last run", text + ". PROBLEM: a post is due, and `postq flush` has not run since:", 11);
  print_suggestions(context, {{"postq timer status", "is it installed, does it run"}}, 11);
}

const AccountStatus* account_of(const QueueStatus& status, const Delivery& delivery) {
  const auto found = std::find_if(status.accounts.begin(), status.accounts.end(),
                                  [&](const AccountStatus& each) { return each.account.id == delivery.account; });
  return found == status.accounts.end() ? nullptr : &*found;
}

// Its account is held until somebody lets it go on, or for longer than until the post's time.
bool is_held_with_account(const AccountStatus& account, const Delivery& delivery, TimePoint now) {
  if (!account.held) return false;
  return delivery.next_at <= now || (account.held_until && *account.held_until > delivery.next_at);
}

const ForecastEntry* expected_of(const QueueStatus& status, const Delivery& delivery) {
  const auto found = status.expected.find(delivery.id);
  return found == status.expected.end() ? nullptr : &found->second;
}

// Why one of the next may not go at its time, in a word; empty: it goes.
std::string trouble_of(const Delivery& delivery, const QueueStatus& status, TimePoint now) {
  const auto* const account = account_of(status, delivery);
  const bool waits = account != nullptr && is_held_with_account(*account, delivery, now);
  const bool is_paused = waits && account->scheduled_post_now.starts_with("PAUSED");
  if (status.stop.paused || is_paused) return "PAUSED";
  const auto standing = standing_now(status, delivery, now);
  if (standing == Standing::held || standing == Standing::paused || standing == Standing::unsent) {
    return std::string(word(standing));
  }
  const std::string_view fine = delivery.tries > 0 ? "tries again" : "";
  const bool is_due = delivery.next_at <= now;
  if (const auto* const entry = expected_of(status, delivery); entry != nullptr) {
    // A gap is no trouble: the time that is shown is behind it.
    const bool goes = entry->goes && (entry->rule != "ratio" || *entry->goes <= entry->asked);
    return std::string(goes ? fine : is_due ? "HELD" : "will be HELD");
  }
  if (waits) return account->held_until && account->rule == "min_gap" ? "" : "HELD";
  const bool beyond = std::any_of(status.likely_held.begin(), status.likely_held.end(),
                                  [&delivery](const Delivery& held) { return held.id == delivery.id; });
  if (!beyond) return std::string(fine);
  return is_due ? "HELD" : "will be HELD";
}

// Never a moment at which it is known not to go.
std::string say_when_it_goes(const Delivery& delivery, const QueueStatus& status, TimePoint now, const Zone& zone) {
  const auto* const account = account_of(status, delivery);
  const bool waits = account != nullptr && is_held_with_account(*account, delivery, now);
  const auto* const entry = status.stop.paused ? nullptr : expected_of(status, delivery);
  if (entry != nullptr && entry->goes && *entry->goes > std::max(entry->asked, now)) {
    return format_time_short(to_the_minute(*entry->goes + std::chrono::seconds{59}), now, zone);
  }
  if (entry == nullptr && waits && account->held_until)
    return format_time_short(to_the_minute(*account->held_until + std::chrono::seconds{59}), now, zone);
  const bool is_due = delivery.next_at <= now;
  const auto state = trouble_of(delivery, status, now);
  if (is_due && !delivery.schedule.wall && !state.empty()) return state == "PAUSED" ? "once resumed" : "once it may";
  return say_its_time(delivery, now, zone);
}

void print_next(Context& context, const QueueStatus& status, const Zone& zone) {
  const auto& next = status.queue.next;
  if (next.empty()) return;
  auto& world = context.world;
  const TimePoint now = world.now();
  context.result("");
  context.result("Next to go");
  std::size_t times = 0;
  std::size_t names = 0;
  std::size_t states = 0;
  std::string why;  // the first that does not go by itself
  const auto time_of = [&](const Delivery& delivery) { return say_when_it_goes(delivery, status, now, zone); };
  for (const auto& row : next) {
    times = std::max(times, time_of(row.delivery).size());
    names = std::max(names, name_of(row.delivery).size());
    states = std::max(states, trouble_of(row.delivery, status, now).size());
  }
  for (const auto& row : next) {
    const auto state = trouble_of(row.delivery, status, now);
    const std::string name = name_of(row.delivery);
    if (why.empty() && !state.empty()) why = "postq why " + name;
    if (world.terminal().plain()) {
      context.result(name + ": " + time_of(row.delivery) + (state.empty() ? "" : ", " + state));
      continue;
    }
    if (text_goes_below(world, times + names + states + 6)) {
      print_below(context, {time_of(row.delivery), name, state}, quoted(row, columns(world)), 2);
      continue;
    }
    std::string line = "  " + pad(time_of(row.delivery), times) + "  " + pad(name, names) + "  ";
    if (states > 0) line += pad(state, states) + "  ";
    const std::size_t room = columns(world) - std::min<std::size_t>(columns(world) - 12, display_width(line) + 2);
    context.result(with_attention(world, line) + quoted(row, room));
  }
  if (!why.empty()) print_suggestions(context, {{why, "what lets it go"}});
}

void print_moved(Context& context, const QueueStatus& status, const Zone& zone) {
  if (status.moved.empty()) return;
  context.result("");
  for (const auto& moved : status.moved) {
    print_wrapped(context, name_of(moved.delivery) + ": the time zone's rules have changed. It keeps its wall time, " +
                               format_time(moved.instant, zone) + ", which is now another instant.");
  }
}

void print_rule_and_next(Context& context, const QueueStatus& status, const Config& config) {
  context.result("");
  if (config.policy.ratio) {
    print_wrapped(
        context,
        "\"By hand\" means you were there when it went out: postq post, postq reply, or any app. The rule: at least " +
            std::to_string(config.policy.ratio->by_hand) + " by hand for every " +
            std::to_string(config.policy.ratio->scheduled) + " scheduled.");
    context.result("");
  }
  std::vector<Suggestion> next;
  if (status.waits) {
    next.push_back({"postq reply " + name_of(status.waits->id), "answer " + name_of(status.waits->said.person)});
  } else if (status.people_waiting > 0) {
    next.push_back({"postq inbox --walk", "answer them, one at a time"});
  }
  if (status.queue.first_pending && status.queue.pending > status.queue.late_pending) {
    next.push_back({"postq review", "read what is queued and say yes or no"});
  }
  for (const auto& each : status.accounts) {
    if (each.rule != "ratio" || each.unreadable_since) continue;
    next.push_back({"postq post --to " + each.account.name, "say hello on " + each.account.name + " yourself"});
    break;
  }
  if (status.queue.pending + status.queue.approved == 0 && status.unsent.empty()) {
    next.push_back({"postq add \"...\" --at \"fri 9am\"", "queue something"});
  }
  if (next.empty()) next.push_back({"postq list", "everything that is queued"});
  context.result("Next:");
  print_suggestions(context, next);
}

// --- --json

std::string_view word(News::Kind kind) {
  switch (kind) {
    case News::Kind::out:
      return "out";
    case News::Kind::removed:
      return "removed";
    case News::Kind::rejected:
      return "rejected";
  }
  return "";
}

std::string account_json(const AccountStatus& status) {
  JsonLine line;
  line.text("account", status.account.name).text("platform", status.account.platform);
  line.number("by_hand", status.mix.by_hand()).number("by_hand_posts", status.mix.by_hand_posts);
  line.number("by_hand_answers", status.mix.by_hand_answers).number("scheduled", status.mix.scheduled);
  line.flag("counted", status.counted).time("read_at", status.read_at);
  line.time("unreadable_since", status.unreadable_since);
  if (status.room) {
    line.number("room", *status.room);
  } else {
    line.null("room");
  }
  line.flag("held", status.held).text("rule", status.rule).text("message", status.scheduled_post_now);
  line.flag("sign_in_needed", status.account.sign_in_needed);
  return line.str();
}

std::vector<std::string> names_of(const std::vector<ListRow>& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(name_of(row.delivery));
  return names;
}

std::string as_json(const QueueStatus& status, TimePoint now, const Zone& zone) {
  std::vector<std::string> accounts;
  for (const auto& each : status.accounts) accounts.push_back(account_json(each));
  std::vector<std::string> next;
  for (const auto& row : status.queue.next) {
    next.push_back(JsonLine()
                       .text("name", name_of(row.delivery))
                       .time("next_at", row.delivery.next_at)
                       .text("standing", stable_word(standing_now(status, row.delivery, now)))
                       .str());
  }
  JsonLine line;
  line.text("schema", "postq.status/1").time("now", now).text("zone", zone.name());
  line.flag("paused", status.stop.paused).text("paused_reason", status.stop.reason);
  line.time("last_flush", status.last_flush).flag("flush_is_missing", status.flush_is_missing);
  line.flag("clock_is_off", status.clock.has_value());
  line.number("pending", status.queue.pending).number("missed", status.queue.late_pending);
  line.number("sent_late", status.sent_late);
  const auto& posts = status.queue.posts;
  if (posts) {
    line.number("pending_posts", posts->pending).number("approved_posts", posts->approved);
  } else {
    line.null("pending_posts").null("approved_posts");
  }
  line.number("approved", status.queue.approved).number("failed", status.queue.failed);
  line.number("unconfirmed", status.queue.unconfirmed)
      .number("unsent", static_cast<std::int64_t>(status.unsent.size()));
  line.null("counts_stop_at");  // they stop nowhere any more
  const auto longest = status.longest_waiting.value_or(Snapshot::Waiting{});
  line.number("waiting", status.people_waiting)
      .time("longest_waiting", status.longest_waiting ? std::optional(longest.since) : std::nullopt);
  line.text("longest_waiting_person", longest.handle);
  line.number("sending", status.queue.sending).list("sending_names", names_of(status.sending));
  line.list("unconfirmed_names", names_of(status.unconfirmed)).list("failed_names", names_of(status.failed));
  line.list("unsent_names", names_of(status.unsent));
  std::vector<std::string> twice;
  for (const auto& twin : status.twice) twice.push_back(name_of(twin.delivery));
  std::vector<std::string> news;
  for (const auto& each : status.news) {
    news.push_back(JsonLine()
                       .text("name", name_of(each.delivery))
                       .text("event", word(each.kind))
                       .text("person", each.person)
                       .text("reason", each.reason)
                       .text("url", each.url)
                       .time("at", each.at)
                       .str());
  }
  line.raw_list("news", news).list("stands_twice", twice).raw_list("next", next).raw_list("accounts", accounts);
  return line.str();
}

Exit run_check(Context& context, Store& store) {
  POSTQ_TRY(const auto check, check_status(context.world, store));
  if (context.json) {
    context.result(JsonLine()
                       .text("schema", "postq.status.check/1")
                       .number("exit_code", check.exit_code)
                       .list("needs", check.lines)
                       .str());
    return check.exit_code;
  }
  for (const auto& line : check.lines) context.result(visible_line(line));
  return check.exit_code;
}

Exit run_status(const StatusFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  if (flags.check) return run_check(context, *store);
  POSTQ_TRY(const auto status, read_status(world, *store));
  POSTQ_TRY(const auto* const zone, world.zone());
  if (context.json) {
    context.result(as_json(status, world.now(), *zone));
    return kDone;
  }
  if (status.no_account) {
    print_welcome(context);
    return kDone;
  }
  POSTQ_TRY(const auto* const config, world.config());
  context.result(say_now(std::chrono::floor<std::chrono::minutes>(world.now()), *zone));
  context.result("");
  print_waiting(context, status);
  print_paused(context, status, *zone);
  print_clock(context, status);
  print_missed(context, status);
  // At a terminal it stands where the eye rests; a pipe that is cut is cut at its end.
  const bool at_terminal = world.terminal().person_present();
  if (!at_terminal) print_news(context, status, *zone);
  print_needs_you(context, status);
  print_accounts(context, status, *config);
  print_readings(context, status, *zone);
  print_queue(context, status);
  print_sending(context, status, *zone);
  print_last_run(context, status);
  print_next(context, status, *zone);
  print_moved(context, status, *zone);
  if (at_terminal && !status.news.empty()) {
    context.result("");
    print_news(context, status, *zone);
  }
  print_rule_and_next(context, status, *config);
  return kDone;
}

}  // namespace

void setup_status(Arguments command, Context& context) {
  auto flags = std::make_shared<StatusFlags>();
  command.add_flag("--check", flags->check,
                   "For monitoring. Exit 0: nothing needs a person; 5: review, a failed post, or people who wait too "
                   "long; 3: sign-in, what people say can't be read, or flush doesn't run; 8: unconfirmed");
  command.footer(
      "Examples:\n"
      "  postq                            the same as postq status\n"
      "  postq status --check || mail -s \"postq needs you\" anna\n"
      "  postq status --json | jq .accounts");
  command.callback([flags, &context] { context.outcome = run_status(*flags, context); });
}

}  // namespace postq
