#include "app/compose/compose.h"

#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/compose/shrink.h"
#include "app/words/content_words.h"
#include "app/words/select.h"
#include "app/words/when_words.h"

namespace postq {

namespace {

constexpr std::size_t kKeyLength = 20;
constexpr int kSlotsLooked = 1000;
constexpr std::string_view kItsTime = "its time";

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ",") + word;
  return out;
}

bool contains(const std::vector<Account>& accounts, AccountId id) {
  return std::any_of(accounts.begin(), accounts.end(), [&](const Account& account) { return account.id == id; });
}

Status check_group_name(const std::string& group, const std::vector<Account>& accounts) {
  const bool is_account =
      std::any_of(accounts.begin(), accounts.end(), [&](const Account& account) { return account.name == group; });
  if (!is_account) return {};
  return fail(ErrorKind::config,
              "'" + group + "' is an account, and a group of accounts in config.toml: --to can't tell which",
              "give the group another name:  postq config path    shows the file");
}

// Adds what one word of --to means: an account, a group, or `all`.
Status add_meant(Store& store, const Config& config, const std::vector<Account>& known, const std::string& word,
                 std::vector<Account>& meant) {
  const auto add = [&](const Account& account) {
    if (!contains(meant, account.id)) meant.push_back(account);
  };
  if (word == "all") {
    for (const auto& account : known) add(account);
    return {};
  }
  if (const auto group = config.groups.find(word); group != config.groups.end()) {
    POSTQ_CHECK(check_group_name(word, known));
    for (const auto& name : group->second) {
      POSTQ_TRY(const auto account, account_named(store, name));
      add(account);
    }
    return {};
  }
  for (const auto& account : known) {
    if (account.name == word) {
      add(account);
      return {};
    }
  }
  return account_named(store, word).map([&](const Account& account) { add(account); });
}

Status keep_media(World& world, const ComposeRequest& request, const std::vector<Account>& accounts,
                  Composed& composed) {
  const auto limits = limits_for_all(world.platforms(), accounts);
  auto& parts = composed.draft.parts;
  for (const auto& argument : request.media) {
    if (argument.part > parts.size()) {
      return fail(ErrorKind::usage,
                  "--part " + std::to_string(argument.part) + " of " + argument.path + ": the text has " +
                      (parts.size() == 1 ? "one part" : std::to_string(parts.size()) + " parts"),
                  request.thread ? "parts begin at lines of ---" : "--thread splits the text at lines of ---");
    }
    POSTQ_TRY(auto media, keep_file(world, argument.path, limits, request.shrink));
    POSTQ_TRY(media.alt, normalise_text(argument.alt));
    POSTQ_TRY(media.focus, normalise_focus(argument.focus));
    media.decorative = argument.decorative;
    if (media.shrunk_from) composed.notes.push_back(say_media(media));
    parts[argument.part - 1].media.push_back(std::move(media));
  }
  return {};
}

std::vector<std::string> texts_of(std::string_view text, bool thread) {
  if (!thread) return {std::string(text)};
  auto parts = split_thread(text);
  if (parts.empty()) parts.emplace_back();
  return parts;
}

// The first time from now on, in steps of the gap, that none of the accounts has a queued post near.
Result<When> next_free_slot(World& world, Store& store, const std::vector<Account>& accounts, const Zone& zone) {
  POSTQ_TRY(const auto* const config, world.config());
  const TimePoint now = world.now();
  Seconds gap{60};
  std::vector<TimePoint> taken;
  for (const auto& account : accounts) {
    const auto& settings = config->for_account(account.name);
    gap = std::max(gap, settings.min_gap);
    POSTQ_TRY(const auto queue, store.queued_candidates(account.id, false, {}, settings, now));
    for (const auto& candidate : queue) taken.push_back(std::max(candidate.next_at, now));
  }
  const auto minute = std::chrono::ceil<std::chrono::minutes>(now);
  for (int slot = 1; slot <= kSlotsLooked; ++slot) {
    const TimePoint at = std::chrono::time_point_cast<Seconds>(minute) + slot * gap;
    const bool is_free =
        std::none_of(taken.begin(), taken.end(), [&](TimePoint other) { return at < other + gap && other < at + gap; });
    if (is_free) return When{zone.wall(at), zone.name(), at, {}};
  }
  return fail(ErrorKind::refused, "no free slot among the next " + std::to_string(kSlotsLooked),
              "give a time: --at \"fri 9am\"");
}

void check(AccountContent& each) {
  const Platform& platform = *each.platform;
  each.problems = platform.problems(each.account, each.content);
  std::stable_partition(each.problems.begin(), each.problems.end(), [](const Problem& p) { return p.fatal; });
  each.length = 0;
  for (std::size_t part = 0; part < each.content.parts.size(); ++part) {
    each.length = std::max(each.length, platform.count(each.account, each.content, part));
  }
  each.limit = platform.limits(each.account).text;
}

Result<bool> splits(World& world, const ComposeRequest& request) {
  if (request.split != Split::as_configured) return request.split == Split::always;
  POSTQ_TRY(const auto* const config, world.config());
  return config->split;
}

// Gives the accounts for which the text is too long a thread of their own.
Status split_long_ones(World& world, const std::vector<Account>& accounts, Composed& composed) {
  for (const auto& account : accounts) {
    const auto* const platform = world.platforms().find(account.platform);
    if (platform == nullptr) continue;
    auto split = split_for(*platform, composed.draft, account);
    if (!split) continue;
    composed.notes.push_back("too long for " + account.name + " in one post: there it goes as a thread of " +
                             std::to_string(split->texts.size()));
    take_split(*std::move(split), account.name, composed.draft);
  }
  return {};
}

// A known key's post had a time ahead when it was added, and a repeat that comes later has the same one.
Result<When> read_time(World& world, Store& store, const ComposeRequest& request, const std::string& words) {
  auto when = read_when(world, words);
  if (when || request.key.empty()) return when;
  POSTQ_TRY(const auto known, store.find_by_key(request.key));
  if (!known) return when;
  POSTQ_TRY(const auto post, store.post(*known));
  POSTQ_TRY(auto context, when_context(world));
  context.now = post.created_at;
  auto then = parse_when(words, context);
  return then ? then : when;
}

Status read_schedule(World& world, Store& store, const ComposeRequest& request, const std::vector<Account>& accounts,
                     Composed& composed) {
  auto& schedule = composed.draft.schedule;
  if (request.next_free_slot) {
    POSTQ_TRY(const auto* const zone, world.zone());
    POSTQ_TRY(composed.when, next_free_slot(world, store, accounts, *zone));
  } else if (!request.at.empty()) {
    POSTQ_TRY(composed.when, read_time(world, store, request, request.at));
  }
  if (composed.when) {
    schedule.wall = composed.when->wall;
    schedule.zone = composed.when->zone;
    schedule.not_before = composed.when->instant;
    if (!composed.when->note.empty()) composed.notes.push_back(composed.when->note);
  }
  if (!request.until.empty()) {
    POSTQ_TRY(composed.until, read_time(world, store, request, request.until));
    schedule.until = composed.until->instant;
    if (!composed.until->note.empty()) composed.notes.push_back(composed.until->note);
    if (schedule.wall && *schedule.until <= schedule.not_before) {
      return fail(ErrorKind::usage, "--until lies before --at", "give an end behind the time it goes out");
    }
  }
  return {};
}

}  // namespace

Status check_group_names(const Config& config, const std::vector<Account>& accounts) {
  for (const auto& [group, members] : config.groups) POSTQ_CHECK(check_group_name(group, accounts));
  return {};
}

AccountContent render_for(const Platform& platform, const Draft& draft, const Account& account) {
  AccountContent rendered;
  rendered.account = account;
  rendered.platform = &platform;
  rendered.content = platform.render(account, draft);
  rendered.document = document_of(rendered.content);
  rendered.digest = sha256(rendered.document);
  check(rendered);
  return rendered;
}

Result<std::vector<AccountContent>> render_for(World& world, const Draft& draft, const std::vector<Account>& accounts) {
  std::vector<AccountContent> rendered;
  for (const auto& account : accounts) {
    const auto* const platform = world.platforms().find(account.platform);
    if (platform == nullptr) {
      return fail(ErrorKind::config,
                  "account " + account.name + " is on '" + account.platform + "', which this postq doesn't know",
                  "postq platforms");
    }
    rendered.push_back(render_for(*platform, draft, account));
  }
  return rendered;
}

NewDelivery new_delivery(const AccountContent& content, const Schedule& schedule) {
  NewDelivery delivery{content.account.id, content.document, schedule, {}};
  for (const auto& part : content.content.parts) delivery.fingerprints.push_back(fingerprint(part.text));
  return delivery;
}

Result<std::vector<Account>> accounts_for(World& world, Store& store, const std::vector<std::string>& to) {
  POSTQ_TRY(const auto known, store.accounts());
  POSTQ_TRY(const auto* const config, world.config());
  if (known.empty()) {
    return fail(ErrorKind::config, "no account to post to",
                "postq account add site --platform feed --path ~/public_html     no sign-in\n"
                "postq platforms                                                 all of them");
  }
  std::vector<Account> meant;
  if (to.empty() && known.size() == 1) return known;
  const auto& words = to.empty() ? config->accounts : to;
  if (words.empty()) {
    std::vector<std::string> names;
    for (const auto& account : known) names.push_back(account.name);
    return fail(ErrorKind::usage, "which account? You have " + std::to_string(known.size()),
                "--to " + joined(names) + "   (or --to all; or set `accounts` in config.toml)");
  }
  for (const auto& word : words) POSTQ_CHECK(add_meant(store, *config, known, word, meant));
  return meant;
}

bool Composed::fits() const {
  return std::all_of(contents.begin(), contents.end(), [](const AccountContent& c) { return c.can_be_sent(); });
}

Result<Composed> compose(World& world, Store& store, const ComposeRequest& request) {
  Composed composed;
  POSTQ_TRY(const auto text, normalise_text(request.text));
  if (text.find_first_not_of(" \t\n") == std::string::npos && request.media.empty()) {
    return fail(ErrorKind::usage, "the text is empty",
                "postq " + request.command +
                    " \"what you want to say\"\n"
                    "a picture needs none:  --media FILE --alt TEXT");
  }
  POSTQ_TRY(const auto accounts, accounts_for(world, store, request.to));
  auto& draft = composed.draft;
  for (auto& part : texts_of(text, request.thread)) draft.parts.push_back({std::move(part), {}});
  POSTQ_CHECK(read_schedule(world, store, request, accounts, composed));
  POSTQ_CHECK(keep_media(world, request, accounts, composed));
  for (const auto& [name, variant] : request.variants) {
    POSTQ_TRY(const auto variant_text, normalise_text(variant));
    if (!std::any_of(accounts.begin(), accounts.end(), [&name = name](const Account& a) { return a.name == name; })) {
      return fail(ErrorKind::usage, "--variant " + name + " is for an account that this post doesn't go to",
                  "add it to --to, or leave the variant out");
    }
    draft.variants[name] = texts_of(variant_text, request.thread);
  }
  POSTQ_TRY(draft.warning, normalise_text(request.warning));
  draft.visibility = request.visibility;
  POSTQ_TRY(draft.language, normalise_languages(request.language));
  if (draft.language.empty()) {
    POSTQ_TRY(const auto* const config, world.config());
    draft.language = config->language;
  }
  POSTQ_TRY(draft.reply_to, normalise_reply_to(request.reply_to));
  POSTQ_TRY(draft.replies, normalise_replies(request.replies));
  POSTQ_TRY(draft.quotes, normalise_quotes(request.quotes));
  draft.sensitive = request.sensitive;
  POSTQ_TRY(const bool split, splits(world, request));
  if (split) POSTQ_CHECK(split_long_ones(world, accounts, composed));
  POSTQ_TRY(composed.contents, render_for(world, draft, accounts));
  return composed;
}

Result<Content> resolve_content(World& world, const Platform& platform, const Account& account,
                                const Content& content) {
  POSTQ_TRY(auto* const http, world.http());
  POSTQ_TRY(auto* const secrets, world.secrets());
  POSTQ_TRY(auto* const media, world.media());
  PlatformContext context{*http, *secrets, *media, [&world] { return world.now(); }, {}};
  return platform.resolve(account, content, context);
}

Status resolve_all(World& world, Composed& composed) {
  for (auto& each : composed.contents) {
    if (each.content.resolved) continue;
    world.terminal().say("looking up mentions and links for " + each.account.name + " ...\n");
    POSTQ_TRY(each.content, resolve_content(world, *each.platform, each.account, each.content));
    each.document = document_of(each.content);
    each.digest = sha256(each.document);
    check(each);
  }
  return {};
}

namespace {

std::vector<std::string> accounts_of(const PostDetail& post) {
  std::vector<std::string> names;
  for (const auto& detail : post.deliveries) names.push_back(detail.delivery.account_name);
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> accounts_of(const Composed& composed) {
  std::vector<std::string> names;
  for (const auto& content : composed.contents) names.push_back(content.account.name);
  std::sort(names.begin(), names.end());
  return names;
}

// Do these words mean another moment on another day?
bool depends_on_now(World& world, const std::string& words) {
  constexpr std::chrono::minutes kAnotherDay{25 * 60 + 7};
  if (words.empty()) return false;
  auto context = when_context(world);
  if (!context) return false;
  const auto today = parse_when(words, *context);
  context->now += kAnotherDay;
  const auto later = parse_when(words, *context);
  return today && (!later || later->instant != today->instant);
}

// The post of this key, where it is the same but for a time that was typed as words that move.
Result<std::optional<PostId>> same_but_for_moving_time(World& world, Store& store, const Composed& composed,
                                                       const ComposeRequest& request) {
  const bool moves =
      request.next_free_slot || depends_on_now(world, request.at) || depends_on_now(world, request.until);
  if (request.key.empty() || !moves) return std::nullopt;
  POSTQ_TRY(const auto found, store.find_by_key(request.key));
  if (!found) return std::nullopt;
  POSTQ_TRY(const auto different, differences(store, *found, composed, request));
  const bool same = std::all_of(different.begin(), different.end(), [](const auto& what) { return what == kItsTime; });
  return same ? found : std::nullopt;
}

}  // namespace

Result<std::vector<std::string>> differences(Store& store, PostId id, const Composed& composed,
                                             const ComposeRequest& request) {
  POSTQ_TRY(const auto post, store.post(id));
  POSTQ_TRY(auto there, draft_from_json(post.draft));
  auto wanted = composed.draft;
  std::vector<std::string> different;
  if (there.schedule != wanted.schedule) different.emplace_back(kItsTime);
  there.schedule = wanted.schedule = {};
  if (there.parts != wanted.parts) different.emplace_back("its text or pictures");
  there.parts = wanted.parts = {};
  if (there != wanted || post.together != request.together || post.answers != request.answers ||
      post.origin != request.origin) {
    different.emplace_back("its settings");
  }
  if (accounts_of(post) != accounts_of(composed)) different.emplace_back("its accounts");
  if (post.label != request.label) different.emplace_back("its label");
  return different;
}

Result<Added> enqueue(World& world, Store& store, const Composed& composed, const ComposeRequest& request) {
  POSTQ_TRY(const auto known, same_but_for_moving_time(world, store, composed, request));
  if (known) return Added{*known, true};
  NewPost post;
  post.origin = request.origin;
  post.key = request.key.empty() ? world.random_word(kKeyLength) : request.key;
  post.draft = to_json(composed.draft);
  post.label = request.label;
  post.together = request.together;
  post.answers = request.answers;
  for (const auto& part : composed.draft.parts) {
    post.media.insert(post.media.end(), part.media.begin(), part.media.end());
  }
  for (const auto& content : composed.contents) {
    for (const auto& part : content.content.parts) {
      if (part.card && part.card->thumbnail) post.media.push_back(*part.card->thumbnail);
    }
    post.deliveries.push_back(new_delivery(content, composed.draft.schedule));
  }
  return store.add_post(post, world.audit());
}

}  // namespace postq
