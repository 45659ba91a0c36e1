#include "cli/parser/meant_command.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <postq/base/command_words.h>
#include <postq/text/text.h>

#include "app/words/select.h"
#include "cli/commands.h"

namespace postq {

namespace {

// What is typed behind the name of the command that is meant.
enum class Behind : std::uint8_t {
  nothing,
  typed,        // what was typed
  post,         // what was typed, or ID
  text,         // the text that was typed, else "..."
  description,  // a post, and what was typed about its pictures
};

struct Way {
  std::string_view command;
  Behind behind;
  std::string_view rest;  // what always stands there
  std::string_view what_it_does;
};

struct Word {
  std::string_view typed;
  std::array<Way, 3> ways;  // the likeliest first; the rest empty
};

constexpr Way kNone{"", Behind::nothing, "", ""};
constexpr Way kAdd{"add", Behind::text, "--at \"fri 9am\"", "queue it for review; without --at as soon as approved"};
constexpr Way kPost{"post", Behind::text, "", "write it and send it now, by hand"};
constexpr Way kReview{"review", Behind::typed, "", "read what is queued and say yes or no"};
constexpr Way kFlush{"flush", Behind::nothing, "", "send what is due and approved, as cron does"};
constexpr Way kPause{"pause", Behind::typed, "", "stop everything, or what is named, at once"};
constexpr Way kResume{"resume", Behind::typed, "", "go on after a pause"};
constexpr Way kList{"list", Behind::typed, "", "posts and where they stand"};
constexpr Way kListAll{"list", Behind::nothing, "--all", "those that are over, too"};
constexpr Way kListSent{"list", Behind::nothing, "--sent", "what went out, the newest first"};
constexpr Way kRm{"rm", Behind::post, "", "take it out of the queue"};
constexpr Way kRetract{"retract", Behind::post, "", "delete it from its platform"};
constexpr Way kRetry{"retry", Behind::post, "", "queue what was removed or failed again"};
constexpr Way kReject{"reject", Behind::post, "--reason \"...\"", "say no, also to what is approved already"};
constexpr Way kReschedule{"reschedule", Behind::post, "\"fri 9am\"", "move it to another time"};
constexpr Way kLog{"log", Behind::typed, "", "what was done, the newest last"};
constexpr Way kSend{"send", Behind::post, "--reason \"...\"", "send an approved post now, past the rules"};
constexpr Way kLogin{"account login", Behind::typed, "", "a new token for an account"};
constexpr Way kAddAccount{"account add", Behind::nothing, "NAME", "add an account, and sign in"};
constexpr Way kAccounts{"account list", Behind::nothing, "", "all accounts"};
constexpr Way kAddFeed{"account add", Behind::nothing, "feed --path ~/public_html", "publish to a feed of your own"};
constexpr Way kInbox{"inbox", Behind::nothing, "", "who waits for an answer"};
constexpr Way kSync{"sync", Behind::typed, "", "read timelines, and what people say, now"};
constexpr Way kReply{"reply", Behind::typed, "", "answer somebody in your inbox"};
constexpr Way kDismiss{"dismiss", Behind::typed, "--reason \"...\"", "somebody in the inbox needs no answer"};
constexpr Way kDoctor{"doctor", Behind::nothing, "", "will posts go out?"};
constexpr Way kStatusCheck{"status", Behind::nothing, "--check", "for monitoring: does anything need you?"};
constexpr Way kConfigCheck{"config check", Behind::nothing, "", "is the configuration right?"};
constexpr Way kConfig{"config", Behind::typed, "", "the configuration in force"};
constexpr Way kPolicy{"policy", Behind::nothing, "", "the rules in force"};
constexpr Way kVersion{"--version", Behind::nothing, "", "which version this is"};
constexpr Way kStatus{"status", Behind::nothing, "", "what goes out next, and what is held"};
constexpr Way kTimer{"timer", Behind::nothing, "install", "run flush every five minutes"};
constexpr Way kTimerShow{"timer", Behind::nothing, "show", "the line for crontab -e"};
constexpr Way kSearch{"search", Behind::typed, "", "find words in what you and others said"};
constexpr Way kApprove{"approve", Behind::typed, "", "review just these posts"};
constexpr Way kShow{"show", Behind::typed, "", "where it stands"};
constexpr Way kHelp{"help", Behind::typed, "", "all commands, or one"};

constexpr Way kRmAccount{"account rm", Behind::typed, "", "remove an account with nothing queued"};
constexpr Way kAddMastodon{"account add", Behind::nothing, "mastodon --url https://mastodon.social",
                           "an account there; it needs its server"};
constexpr Way kAddBluesky{"account add", Behind::nothing, "bluesky --handle ann.bsky.social",
                          "an account there; it needs its handle"};
constexpr Way kPlatforms{"platforms", Behind::nothing, "", "all that it can publish to"};
constexpr Way kThread{"add", Behind::text, "--thread", "a part for each piece between lines of ---"};
constexpr Way kSplit{"add", Behind::text, "--split", "a thread where the text is too long"};
constexpr Way kExportList{"list", Behind::nothing, "--all --json", "all posts, one a line"};
constexpr Way kExportStats{"stats", Behind::nothing, "--csv", "the figures"};

constexpr Way kDescribe{"edit", Behind::description, "", "what its pictures show"};
constexpr Way kAddPicture{"add", Behind::text, "--media FILE --alt TEXT", "queue a post with a picture"};

// `delete` and the like, where the queue tells which of them is meant.
constexpr std::array kTakesAway{"remove",    "delete", "del",    "cancel", "drop",     "unqueue",
                                "unpublish", "untoot", "unsend", "recall", "takedown", "unpost"};
// What stops the queue, and what is typed behind it for all of it.
constexpr std::array kStops{"stop", "halt", "hold", "freeze", "suspend", "abort", "kill", "emergency", "panic", "off"};
constexpr std::array kEverything{"all", "everything", "now"};

constexpr std::array kWords{
    Word{"login", {kLogin, kAddAccount, kNone}},
    Word{"signin", {kLogin, kAddAccount, kNone}},
    Word{"auth", {kLogin, kAddAccount, kNone}},
    Word{"init", {kAddAccount, kTimer, kNone}},
    Word{"setup", {kAddAccount, kTimer, kNone}},
    Word{"whoami", {kAccounts, kNone, kNone}},
    Word{"accounts", {kAccounts, kNone, kNone}},
    Word{"remove", {kRm, kRetract, kNone}},
    Word{"delete", {kRm, kRetract, kNone}},
    Word{"del", {kRm, kRetract, kNone}},
    Word{"cancel", {kRm, kRetract, kNone}},
    Word{"drop", {kRm, kRetract, kNone}},
    Word{"unqueue", {kRm, kRetract, kNone}},
    Word{"unpublish", {kRetract, kRm, kNone}},
    Word{"untoot", {kRetract, kRm, kNone}},
    Word{"unsend", {kRetract, kRm, kNone}},
    Word{"recall", {kRetract, kRm, kNone}},
    Word{"takedown", {kRetract, kRm, kNone}},
    Word{"unpost", {kRetract, kRm, kNone}},
    Word{"stop", {kPause, kResume, kNone}},
    Word{"halt", {kPause, kResume, kNone}},
    Word{"hold", {kPause, kResume, kNone}},
    Word{"freeze", {kPause, kResume, kNone}},
    Word{"suspend", {kPause, kResume, kNone}},
    Word{"abort", {kPause, kResume, kNone}},
    Word{"kill", {kPause, kResume, kNone}},
    Word{"emergency", {kPause, kResume, kNone}},
    Word{"panic", {kPause, kResume, kNone}},
    Word{"off", {kPause, kResume, kNone}},
    Word{"unpause", {kResume, kNone, kNone}},
    Word{"continue", {kResume, kNone, kNone}},
    Word{"release", {kResume, kSend, kNone}},
    Word{"start", {kTimer, kResume, kNone}},
    Word{"cron", {kTimer, kTimerShow, kNone}},
    Word{"run", {kFlush, kTimer, kNone}},
    Word{"unapprove", {kReject, kPause, kNone}},
    Word{"undo", {kLog, kRetry, kReject}},
    Word{"restore", {kRetry, kNone, kNone}},
    Word{"yes", {kApprove, kReview, kNone}},
    Word{"accept", {kApprove, kReview, kNone}},
    Word{"no", {kReject, kReview, kNone}},
    Word{"deny", {kReject, kReview, kNone}},
    Word{"ls", {kList, kNone, kNone}},
    Word{"queue", {kList, kAdd, kNone}},
    Word{"drafts", {kList, kReview, kNone}},
    Word{"pending", {kReview, kList, kNone}},
    Word{"history", {kLog, kListAll, kNone}},
    Word{"sent", {kListSent, kListAll, kLog}},
    Word{"published", {kListSent, kListAll, kLog}},
    Word{"recent", {kListAll, kLog, kNone}},
    Word{"new", {kAdd, kPost, kNone}},
    Word{"create", {kAdd, kPost, kNone}},
    Word{"draft", {kAdd, kPost, kNone}},
    Word{"write", {kPost, kAdd, kNone}},
    Word{"publish", {kPost, kAdd, kFlush}},
    Word{"tweet", {kPost, kAdd, kNone}},
    Word{"toot", {kPost, kAdd, kNone}},
    Word{"skeet", {kPost, kAdd, kNone}},
    Word{"schedule", {kAdd, kReschedule, kNone}},
    Word{"move", {kReschedule, kNone, kNone}},
    Word{"mv", {kReschedule, kNone, kNone}},
    Word{"postpone", {kReschedule, kPause, kNone}},
    Word{"feed", {kAddFeed, kAccounts, kNone}},
    Word{"rss", {kAddFeed, kAccounts, kNone}},
    Word{"atom", {kAddFeed, kAccounts, kNone}},
    Word{"mentions", {kInbox, kSync, kNone}},
    Word{"notifications", {kInbox, kSync, kNone}},
    Word{"replies", {kInbox, kSync, kNone}},
    Word{"timeline", {kSync, kInbox, kNone}},
    Word{"fetch", {kSync, kNone, kNone}},
    Word{"pull", {kSync, kNone, kNone}},
    Word{"refresh", {kSync, kNone, kNone}},
    Word{"push", {kFlush, kPost, kNone}},
    Word{"answer", {kReply, kNone, kNone}},
    Word{"respond", {kReply, kNone, kNone}},
    Word{"ignore", {kDismiss, kNone, kNone}},
    Word{"check", {kDoctor, kStatusCheck, kConfigCheck}},
    Word{"test", {kDoctor, kStatusCheck, kConfigCheck}},
    Word{"settings", {kConfig, kPolicy, kNone}},
    Word{"rules", {kPolicy, kNone, kNone}},
    Word{"ratio", {kPolicy, kStatus, kNone}},
    Word{"version", {kVersion, kNone, kNone}},
    Word{"info", {kStatus, kVersion, kNone}},
    Word{"find", {kSearch, kNone, kNone}},
    Word{"grep", {kSearch, kNone, kNone}},
    Word{"man", {kHelp, kNone, kNone}},
    Word{"alt", {kDescribe, kNone, kNone}},
    Word{"alts", {kDescribe, kNone, kNone}},
    Word{"describe", {kDescribe, kNone, kNone}},
    Word{"picture", {kAddPicture, kDescribe, kNone}},
    Word{"image", {kAddPicture, kDescribe, kNone}},
    Word{"media", {kAddPicture, kDescribe, kNone}},
    Word{"upload", {kAddPicture, kDescribe, kNone}},
    Word{"now", {kPost, kFlush, kNone}},
    Word{"compose", {kPost, kAdd, kNone}},
    Word{"connect", {kAddAccount, kLogin, kNone}},
    Word{"logout", {kRmAccount, kAccounts, kNone}},
    Word{"signout", {kRmAccount, kAccounts, kNone}},
    Word{"disconnect", {kRmAccount, kAccounts, kNone}},
    Word{"mastodon", {kAddMastodon, kAccounts, kPlatforms}},
    Word{"bluesky", {kAddBluesky, kAccounts, kPlatforms}},
    Word{"thread", {kThread, kSplit, kNone}},
    Word{"export", {kExportList, kExportStats, kNone}},
};

// What postq has no command for, and what to do instead.
struct Lacking {
  std::string_view typed;
  std::string_view instead;
};
constexpr std::string_view kElsewhere = "postq publishes and answers, and has no command for it: do it in your app";
constexpr std::string_view kBackup =
    "postq has no command for it: copy its folder, and the queue with sqlite3\n"
    "postq help files    where they are";
constexpr std::array kLacking{
    Lacking{"boost", kElsewhere},  Lacking{"reblog", kElsewhere},    Lacking{"repost", kElsewhere},
    Lacking{"like", kElsewhere},   Lacking{"favourite", kElsewhere}, Lacking{"favorite", kElsewhere},
    Lacking{"follow", kElsewhere}, Lacking{"unfollow", kElsewhere},  Lacking{"block", kElsewhere},
    Lacking{"mute", kElsewhere},   Lacking{"bookmark", kElsewhere},  Lacking{"backup", kBackup},
};

const Word* find_word(std::string_view typed) {
  const auto* const found = std::find_if(kWords.begin(), kWords.end(), [&](const Word& w) { return w.typed == typed; });
  return found == kWords.end() ? nullptr : found;
}

std::string in_lower_case(std::string_view typed) {
  std::string lower(typed);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

const Lacking* find_lacking(std::string_view typed) {
  const auto lower = in_lower_case(typed);
  const auto* const found =
      std::find_if(kLacking.begin(), kLacking.end(), [&](const Lacking& each) { return each.typed == lower; });
  return found == kLacking.end() ? nullptr : found;
}

// As typed, or nearly.
const Word* word_near(const std::string& typed) {
  constexpr std::size_t kShortest = 4;  // "now" is near to "no", and far from what it means
  const auto lower = in_lower_case(typed);
  if (const auto* const word = find_word(lower)) return word;
  if (lower.size() < kShortest) return nullptr;
  std::vector<std::string> known;
  for (const auto& command : all_commands()) known.emplace_back(command.name);
  for (const auto& word : kWords) known.emplace_back(word.typed);
  const auto meant = closest(lower, known);
  if (!meant || !may_be_guessed(lower, *meant)) return nullptr;
  return find_word(*meant);
}

// "i7", somebody in the inbox.
bool is_item(std::string_view word) {
  return word.size() > 1 && word.front() == 'i' && word.find_first_not_of("0123456789-i") == std::string_view::npos;
}

bool is_flag(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

std::string command_line(const Way& way, const std::vector<std::string>& typed) {
  std::string behind = quoted_words(typed);
  if (behind.empty() && way.behind == Behind::post) behind = " ID";
  if (way.behind == Behind::text) {
    // The text itself was kept, and is said below with the command that goes on.
    behind = typed.empty() || is_flag(typed.front()) ? " \"...\"" : " " + quoted_word(shorten(typed.front(), 40));
  }
  if (way.behind == Behind::nothing) behind.clear();
  if (way.behind == Behind::description) {
    behind = " " + (typed.empty() ? std::string("ID") : quoted_word(typed.front()));
    for (std::size_t i = 1; i < typed.size(); ++i) behind += " --alt " + quoted_word(typed[i]);
    if (typed.size() < 2) behind += " --alt TEXT";
  }
  return "postq " + std::string(way.command) + behind + (way.rest.empty() ? "" : " " + std::string(way.rest));
}

std::string line_of(const Way& way, const std::vector<std::string>& typed) {
  return command_line(way, typed) + "    " + std::string(way.what_it_does);
}

std::string lines_of(const std::vector<Way>& ways, const std::vector<std::string>& typed) {
  std::string hint;
  for (const auto& way : ways) {
    if (!way.command.empty()) hint += (hint.empty() ? "" : "\n") + line_of(way, typed);
  }
  return hint;
}

bool is_one_of(const auto& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::vector<Delivery> deliveries_of(const Selected& selected) {
  std::vector<Delivery> deliveries;
  for (const auto& post : selected.posts) {
    for (const auto& detail : post.deliveries) {
      if (selected.contains(detail.delivery.id)) deliveries.push_back(detail.delivery);
    }
  }
  return deliveries;
}

// What takes these away: out of the queue, or off the platform. Both where they stand differently.
std::vector<Way> by_state(const std::vector<Delivery>& deliveries) {
  bool queued = false;
  bool out = false;
  for (const auto& delivery : deliveries) {
    out = out || (delivery.state == DeliveryState::sent && !delivery.retracted_at);
    queued = queued || delivery.state == DeliveryState::queued || delivery.state == DeliveryState::failed;
  }
  std::vector<Way> ways;
  if (queued) ways.push_back(kRm);
  if (out) ways.push_back(kRetract);
  return ways;
}

// `undo 12`: what takes back the last thing that was done to it.
std::vector<Way> undone(const std::vector<Delivery>& deliveries) {
  std::vector<Way> ways = by_state(deliveries);
  std::erase_if(ways, [](const Way& way) { return way.command == kRm.command; });
  for (const auto& delivery : deliveries) {
    const bool over = delivery.state == DeliveryState::cancelled || delivery.state == DeliveryState::expired;
    const auto& way = over                                                           ? kRetry
                      : delivery.paused                                              ? kResume
                      : delivery.state == DeliveryState::queued && delivery.approval ? kReject
                      : delivery.state == DeliveryState::queued                      ? kRm
                                                                                     : kNone;
    const bool there =
        std::any_of(ways.begin(), ways.end(), [&](const Way& each) { return each.command == way.command; });
    if (!way.command.empty() && !there) ways.push_back(way);
  }
  return ways;
}

// `publish 6`: a yes where there is none yet, and then each account by itself past the rules, or all that is due.
std::string published(const std::vector<Delivery>& deliveries, const std::vector<std::string>& typed) {
  const auto is_pending = [](const Delivery& delivery) { return delivery.pending(); };
  std::string hint;
  if (std::any_of(deliveries.begin(), deliveries.end(), is_pending)) hint = line_of(kReview, typed);
  bool approved = false;
  for (const auto& delivery : deliveries) {
    if (!delivery.approved()) continue;
    approved = true;
    hint += (hint.empty() ? "" : "\n") + line_of(kSend, {name_of(delivery)});
  }
  if (approved) hint += "\n" + line_of(kFlush, {});
  return hint.empty() ? lines_of({kShow}, typed) : hint;
}

bool is_anything_paused(Context& context) {
  auto& world = context.world;
  const auto state = world.state();
  if (state && (*state)->stop_requested()) return true;
  const auto store = world.store(StoreUse::read);
  if (!store) return false;
  const auto stop = (*store)->stop_state();
  if (stop && stop->paused) return true;
  const auto accounts = (*store)->accounts();
  if (accounts && std::any_of(accounts->begin(), accounts->end(),
                              [&](const Account& account) { return account.paused_until > world.now(); })) {
    return true;
  }
  ListFilter filter;
  filter.paused_only = true;
  filter.limit = 1;
  const auto paused = (*store)->list(filter);
  return paused && !paused->empty();
}

// What the queue knows of what was typed; empty: nothing.
std::string told_by_queue(Context& context, std::string_view word, const std::vector<std::string>& typed) {
  const auto store = context.world.store(StoreUse::read);
  if (!store || typed.empty()) return {};
  const bool takes_away = is_one_of(kTakesAway, word);
  if (takes_away && typed.size() == 1 && account_named(**store, typed.front())) {
    return line_of({"account rm", Behind::typed, "", "remove the account"}, typed);
  }
  if (takes_away && is_item(typed.front())) return line_of(kDismiss, typed);
  std::vector<std::string> ids;
  std::copy_if(typed.begin(), typed.end(), std::back_inserter(ids), [](const auto& each) { return !is_flag(each); });
  const auto selected = select(**store, ids);
  if (!selected) return {};
  if (takes_away) return lines_of(by_state(deliveries_of(*selected)), typed);
  if (word == "undo") return lines_of(undone(deliveries_of(*selected)), typed);
  if (word == "publish" || word == "now") return published(deliveries_of(*selected), ids);
  if (word == "schedule") return lines_of({kReschedule}, {typed.front()});
  return {};
}

// What was typed without the flags of every command; they are given again elsewhere.
std::vector<std::string> without_shared_flags(const std::vector<std::string>& typed) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const std::string_view word = typed[i];
    if (word == "--db" || word == "--config" || word == "--color") {
      ++i;
    } else if (!word.starts_with("--db=") && !word.starts_with("--config=") && !word.starts_with("--color=") &&
               word != "-q" && word != "--quiet" && word != "--json" && word != "--no-input") {
      words.push_back(typed[i]);
    }
  }
  return words;
}

// `login`: the accounts tell which one is meant, and without any there is none to sign in to.
std::string ways_to_sign_in(Context& context, std::vector<std::string> typed) {
  typed = without_shared_flags(typed);
  auto& world = context.world;
  std::vector<Account> accounts;
  if (const auto store = world.store(StoreUse::read)) accounts = (*store)->accounts().value_or(accounts);
  const bool is_named = !typed.empty() && !is_flag(typed.front());
  const auto on_platform = [&](const Account& account) { return account.platform == typed.front(); };
  const bool is_account = is_named && std::any_of(accounts.begin(), accounts.end(), [&](const Account& account) {
                            return account.name == typed.front();
                          });
  if (is_named && !is_account && world.platforms().find(typed.front()) != nullptr) {
    const auto count = std::count_if(accounts.begin(), accounts.end(), on_platform);
    if (count == 0) return line_of({"account add", Behind::typed, "", "add one there, and sign in"}, {typed.front()});
    typed.front() =
        count == 1 ? std::find_if(accounts.begin(), accounts.end(), on_platform)->name : std::string("NAME");
  } else if (accounts.empty()) {
    return line_of(kAddAccount, {});
  } else if (!is_named) {
    typed.insert(typed.begin(), accounts.size() == 1 ? accounts.front().name : std::string("NAME"));
  }
  return lines_of({kLogin, kAddAccount}, typed);
}

}  // namespace

// A slip in a short word is another word, unless two letters are swapped, and what stops everything isn't offered on a
// guess.
bool may_be_guessed(std::string_view typed, std::string_view meant) {
  constexpr std::size_t kShort = 4;
  const auto* const word = find_word(meant);
  const bool stops = meant == kPause.command || (word != nullptr && word->ways.front().command == kPause.command);
  const bool is_swapped = std::is_permutation(typed.begin(), typed.end(), meant.begin(), meant.end());
  return typed.size() > kShort || !stops || is_swapped;
}

std::optional<MeantCommand> meant_command(Context& context, const std::vector<std::string>& words) {
  if (const auto* const lacking = find_lacking(words.front())) return MeantCommand{std::string(lacking->instead), ""};
  const auto* const word = word_near(words.front());
  if (word == nullptr) return std::nullopt;
  const std::vector<std::string> typed(words.begin() + 1, words.end());
  const bool stops = is_one_of(kStops, word->typed);
  if ((stops || is_one_of(kTakesAway, word->typed)) && !typed.empty() && is_one_of(kEverything, typed.front())) {
    return MeantCommand{line_of(kPause, {}), ""};
  }
  if (word->ways.front().command == kLogin.command) return MeantCommand{ways_to_sign_in(context, typed), ""};
  if (auto hint = told_by_queue(context, word->typed, typed); !hint.empty()) return MeantCommand{std::move(hint), ""};
  const bool has_text = word->ways.front().behind == Behind::text;
  std::vector<Way> ways{word->ways.begin(), word->ways.end()};
  if (stops && !is_anything_paused(context)) {
    std::erase_if(ways, [](const Way& way) { return way.command == kResume.command; });
  }
  return MeantCommand{lines_of(ways, typed), has_text ? word->ways.front().command : std::string_view{}};
}

std::optional<std::string> meant_help(const std::string& typed) {
  if (const auto* const lacking = find_lacking(typed)) return std::string(lacking->instead);
  const auto* const word = find_word(in_lower_case(typed));  // a slip may be in the name of a topic
  if (word == nullptr) return std::nullopt;
  std::string hint;
  for (const auto& way : word->ways) {
    if (way.command.empty() || is_flag(way.command)) continue;
    const std::string line = "postq help " + std::string(way.command) + "    ";
    if (hint.find(line) != std::string::npos) continue;
    hint += (hint.empty() ? "" : "\n") + line + std::string(way.what_it_does);
  }
  if (hint.empty()) return std::nullopt;
  return hint;
}

std::optional<std::string> meant_subcommand(std::string_view typed, const std::vector<std::string>& known) {
  constexpr std::array<std::array<std::string_view, 8>, 7> kSame{{
      {"rm", "remove", "delete", "del", "uninstall", "disable", "stop", "logout"},
      {"list", "ls", "all", "", "", "", "", ""},
      {"add", "new", "create", "", "", "", "", ""},
      {"install", "start", "enable", "on", "", "", "", ""},
      {"login", "signin", "auth", "token", "", "", "", ""},
      {"test", "check", "verify", "", "", "", "", ""},
      {"show", "info", "view", "cat", "get", "", "", ""},
  }};
  for (const auto& group : kSame) {
    if (typed.empty() || !is_one_of(group, typed)) continue;
    const auto there =
        std::find_if(known.begin(), known.end(), [&](const auto& name) { return is_one_of(group, name); });
    if (there != known.end()) return *there;
  }
  return closest(typed, known);
}

}  // namespace postq
