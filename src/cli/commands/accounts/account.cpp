#include <algorithm>
#include <map>

#include <postq/base/command_words.h>
#include <postq/core/draft.h>
#include <postq/ports/secret_settings.h>
#include <postq/text/pasted.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/inbox/inbox.h"
#include "app/process.h"
#include "app/setup/accounts.h"
#include "app/setup/zone_variable.h"
#include "app/words/pauses.h"
#include "app/words/select.h"
#include "cli/commands.h"
#include "cli/commands/accounts/set.h"
#include "cli/commands/accounts/sign_in.h"
#include "cli/flags/account_flags.h"
#include "cli/flags/account_meant.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

constexpr std::size_t kNameColumn = 12;
constexpr std::size_t kShowLabel = 15;
constexpr std::size_t kSecretBytes = 32;

struct AddFlags {
  std::string name;
  std::string platform;
  std::map<std::string, std::string> settings;  // by the setting's name
  std::map<std::string, bool> switches;
  std::string token_file;
  std::string token_command;
  bool new_secret = false;
  bool paste = false;
  std::string zone;
  bool no_test = false;
  bool dry_run = false;
};

bool is_secret(const Platform& platform, const SettingSpec& spec) {
  const auto* const secret_settings = secret_settings_of(platform);
  return secret_settings != nullptr && secret_settings->is_secret(spec.name);
}

// What was typed and answered so far, to be typed again in one line, but for what is a secret: that is asked for.
std::string command_line(const AddFlags& flags, const AccountRequest& request, const Context& context) {
  std::string line = "postq account add " + quoted_word(request.name);
  if (request.name != request.platform->traits().name) line += " --platform " + request.platform->traits().name;
  for (const auto& spec : request.platform->traits().settings) {
    const auto setting = request.settings.find(spec.name);
    if (setting == request.settings.end()) continue;
    if (is_secret(*request.platform, spec)) {
      if (!context.may_ask()) line += " " + flag_of(spec.name) + " " + placeholder(spec.name);
      continue;
    }
    line += " " + flag_of(spec.name) + (spec.is_switch ? "" : " " + quoted_word(setting->second));
  }
  if (!flags.token_file.empty()) line += " --token-file " + quoted_word(flags.token_file);
  if (!flags.token_command.empty()) line += " --token-command " + quoted_word(flags.token_command);
  if (flags.paste) line += " --paste";
  if (!flags.zone.empty()) line += " --zone " + quoted_word(flags.zone);
  return line;
}

Settings typed_settings(const AddFlags& flags) {
  Settings settings;
  for (const auto& [name, value] : flags.settings) {
    if (!value.empty()) settings[name] = value;
  }
  for (const auto& [name, on] : flags.switches) {
    if (on) settings[name] = "yes";
  }
  return settings;
}

// What was typed, with another name or platform; without a platform one is still to be chosen.
std::string line_with(const AddFlags& flags, const std::string& name, const Platform* platform,
                      const Context& context) {
  if (platform == nullptr) return "postq account add " + quoted_word(name) + " --platform PLATFORM";
  AccountRequest request;
  request.name = name;
  request.platform = platform;
  request.settings = typed_settings(flags);
  return command_line(flags, request, context);
}

Result<const Platform*> choose_platform(const AddFlags& flags, Context& context) {
  auto& world = context.world;
  const auto& typed = flags.platform.empty() ? flags.name : flags.platform;
  if (const auto* const found = world.platforms().find(typed)) return found;
  Error error = platform_named(world, typed).error();
  const auto* const meant = platform_meant(world, typed);
  if (flags.platform.empty()) {
    error.message = "which platform is '" + flags.name + "' on? --platform is missing";
  }
  // `account add fed` is a slip in the platform's name; `account add my-blog` lacks one.
  const bool is_slip = flags.platform.empty() && meant != nullptr && closest(typed, {meant->traits().name});
  const auto& name = is_slip ? meant->traits().name : flags.name;
  error.hint = line_with(flags, name, meant, context) + "\n" + error.hint;
  return pass_on(std::move(error));
}

// `account add @anna@example.social`, `account add Work`: the line that is meant.
Status check_typed_name(const AddFlags& flags, Context& context) {
  auto checked = check_new_name(context.world, flags.name);
  if (checked || check_account_name(flags.name)) return checked;
  Error error = checked.error();
  const auto small = lower_case(flags.name);
  if (auto lines = lines_for_address(context.world, flags.name); !lines.empty()) {
    error.hint = std::move(lines);
  } else if (check_account_name(small)) {
    const auto& platform = flags.platform.empty() ? small : flags.platform;
    error.hint = line_with(flags, small, platform_meant(context.world, platform), context);
  }
  return pass_on(std::move(error));
}

// A setting of another platform, before the missing ones are asked for. `--handle @anna@example.social` has what this
// one needs.
Status check_typed_settings(const AddFlags& flags, const AccountRequest& request, const Context& context) {
  const auto& traits = request.platform->traits();
  for (const auto& [name, value] : request.settings) {
    const bool has = std::any_of(traits.settings.begin(), traits.settings.end(),
                                 [&](const SettingSpec& spec) { return spec.name == name; });
    if (has) continue;
    auto meant = request;
    meant.settings.erase(name);
    // A folder could be called anything.
    const bool needs_path = std::any_of(traits.settings.begin(), traits.settings.end(),
                                        [](const SettingSpec& spec) { return spec.required && spec.is_path; });
    auto found = needs_path ? Settings{} : settings_of_address(*request.platform, value).value_or(Settings{});
    if (found.empty() || meant.settings.contains(found.begin()->first)) {
      std::string all;
      for (const auto& spec : traits.settings) all += (all.empty() ? "" : ", ") + flag_of(spec.name);
      return fail(ErrorKind::usage, traits.title + " has no setting " + flag_of(name), "it takes " + all);
    }
    meant.settings.merge(found);
    return fail(ErrorKind::usage, traits.title + " has no setting " + flag_of(name),
                command_line(flags, meant, context));
  }
  return {};
}

// What a page put around something that was pasted is left out, and said where nobody can see it.
void say_left_out(Context& context, const std::string& what, const Pasted& pasted) {
  if (pasted.left_out.empty()) return;
  std::string signs;
  for (const auto& sign : pasted.left_out) signs += (signs.empty() ? "" : ", ") + sign;
  context.say("Left out of the " + what + ", as nobody can see it: " + signs);
}

// No platform's secret begins or ends with white space, or holds signs that nobody sees.
Secret pasted_secret(Context& context, const std::string& what, const std::string& text) {
  auto pasted = without_unseen_signs(text);
  say_left_out(context, what, pasted);
  if (auto plain = with_plain_hyphens(pasted.text)) {
    context.say("The dashes in the " + what + " are read as hyphens.");
    return Secret(*std::move(plain));
  }
  return Secret(std::move(pasted.text));
}

// Names and addresses hold neither white space nor signs that nobody sees; a file's name may.
void tidy_settings(Context& context, AccountRequest& request) {
  for (const auto& spec : request.platform->traits().settings) {
    const auto setting = request.settings.find(spec.name);
    if (spec.is_path || spec.is_switch || setting == request.settings.end()) continue;
    auto pasted = without_unseen_signs(setting->second);
    say_left_out(context, spec.name, pasted);
    setting->second = std::move(pasted.text);
    if (setting->second.empty()) request.settings.erase(setting);
  }
}

Result<std::string> ask_for_setting(Context& context, const Platform& platform, const SettingSpec& spec) {
  const auto question = sentence_case(spec.help);
  auto& terminal = context.world.terminal();
  if (is_secret(platform, spec)) {
    say_wrapped(context, question + ".", 0);
    return terminal.read_secret(placeholder(spec.name) + " (not shown): ");
  }
  return terminal.read_line(prompt_for(context, question + ":"));
}

// Required settings that were not typed are asked for, where somebody can answer. A secret may stand in a file, so that
// no list of processes shows it: --url @FILE.
Status ask_for_settings(Context& context, AccountRequest& request) {
  for (const auto& spec : request.platform->traits().settings) {
    const auto typed = request.settings.find(spec.name);
    if (typed != request.settings.end() && is_secret(*request.platform, spec) && typed->second.starts_with('@')) {
      POSTQ_TRY(auto text, context.world.read_file(typed->second.substr(1)));
      typed->second = std::move(text);
    }
    if (!spec.required || typed != request.settings.end() || !context.may_ask()) continue;
    POSTQ_TRY(const auto answer, ask_for_setting(context, *request.platform, spec));
    if (!answer.empty()) request.settings[spec.name] = answer;
  }
  tidy_settings(context, request);
  return {};
}

// "de-DE" of de_DE.UTF-8; empty where the machine's programs speak no language (C, POSIX).
std::string language_of_locale(World& world) {
  for (const auto* const name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    auto locale = world.environment(name).value_or("");
    if (locale.empty()) continue;
    locale.resize(std::min(locale.find_first_of(".@"), locale.size()));
    std::replace(locale.begin(), locale.end(), '_', '-');
    const bool none = locale == "C" || locale == "POSIX";
    return none ? std::string() : normalise_languages(locale).value_or("");
  }
  return {};
}

// What the pages of a platform that makes some are in, where nobody said it: what posts are in, what the machine
// speaks, English. Nothing where it was said, or isn't asked.
Result<std::optional<std::string>> settle_language(World& world, AccountRequest& request) {
  constexpr const char* kLanguage = "lang";
  const auto& specs = request.platform->traits().settings;
  const bool asks = std::any_of(specs.begin(), specs.end(), [](const auto& spec) { return spec.name == kLanguage; });
  if (!asks || request.settings.contains(kLanguage)) return std::optional<std::string>{};
  POSTQ_TRY(const auto* const config, world.config());
  std::string language = config->language.substr(0, config->language.find(','));
  if (language.empty()) language = language_of_locale(world);
  if (language.empty()) language = "en";
  request.settings[kLanguage] = language;
  return std::optional(language);
}

struct SecretsFound {
  SecretValues secrets;
  bool made = false;        // by us: the other side has to learn it
  bool by_browser = false;  // a person has just said yes there
};

Result<SecretsFound> make_new_secret(World& world, const Platform& platform) {
  POSTQ_TRY(auto* const machine, world.machine());
  auto made = platform.make_secret(machine->random_bytes(kSecretBytes));
  if (made.empty()) {
    return fail(ErrorKind::usage, platform.traits().title + " hands out its own " + platform.traits().secret,
                "leave out --new-secret");
  }
  return SecretsFound{token_alone(std::move(made)), true};
}

// "-" at a terminal is typed, and not shown.
Result<Secret> ask_for_token(Context& context, const std::string& what) {
  auto& terminal = context.world.terminal();
  const auto prompt = prompt_for(context, sentence_case(what) + " (not shown):");
  POSTQ_TRY(const auto typed, terminal.read_secret(prompt));
  if (Secret token = pasted_secret(context, what, typed); !token.empty()) return token;
  terminal.say("Nothing came in. Once more, or Ctrl-C:\n");  // a paste that went wrong shows nothing, either
  POSTQ_TRY(const auto again, terminal.read_secret(prompt));
  Secret token = pasted_secret(context, what, again);
  if (token.empty())
    return fail(ErrorKind::usage, "the " + what + " is empty", "paste it at the question; nothing is shown there");
  return token;
}

Result<SecretsFound> read_token_file(const std::string& file, Context& context, const std::string& what) {
  if (file == "-" && context.may_ask()) {
    POSTQ_TRY(auto token, ask_for_token(context, what));
    return SecretsFound{token_alone(std::move(token)), false};
  }
  POSTQ_TRY(const auto text, context.world.read_file(file));
  Secret token = pasted_secret(context, what, text);
  if (token.empty()) {
    const bool is_piped = file == "-";
    return fail(ErrorKind::usage, (is_piped ? "the " + what : file) + " is empty",
                is_piped ? "pipe it in, or --token-file FILE" : "put the " + what + " into it");
  }
  return SecretsFound{token_alone(std::move(token)), false};
}

Result<SecretsFound> ask_for_secret(Context& context, const Platform& platform, bool can_make) {
  const auto& traits = platform.traits();
  if (!traits.secret_help.empty()) context.say(traits.secret_help);
  if (!can_make) {
    POSTQ_TRY(auto token, ask_for_token(context, traits.secret));
    return SecretsFound{token_alone(std::move(token)), false};
  }
  POSTQ_TRY(auto typed, context.world.terminal().read_secret(prompt_for(
                            context, sentence_case(traits.secret) + " (not shown; Enter makes a new one):")));
  if (typed.empty()) return make_new_secret(context.world, platform);
  return SecretsFound{token_alone(pasted_secret(context, traits.secret, typed)), false};
}

// From a flag, the person, their browser or a pipe, whichever is there.
Result<SecretsFound> find_secrets(const AddFlags& flags, Context& context, const Platform& platform,
                                  const Account& account) {
  const auto& traits = platform.traits();
  auto& world = context.world;
  const bool given = !flags.token_file.empty() || !flags.token_command.empty() || flags.new_secret;
  if (traits.secret.empty()) {
    if (given) return fail(ErrorKind::usage, traits.title + " needs no token", "leave the flag out");
    return SecretsFound{};
  }
  if (flags.paste && (given || !traits.signs_in_browser)) {
    return fail(ErrorKind::usage,
                given ? "--paste is for signing in with a browser, and there is a token already"
                      : traits.title + " has no sign-in with a browser",
                "leave out --paste");
  }
  if (!flags.token_command.empty()) return SecretsFound{};
  if (flags.new_secret) return make_new_secret(world, platform);
  if (!flags.token_file.empty()) return read_token_file(flags.token_file, context, traits.secret);
  const bool can_make = !platform.make_secret(std::string(kSecretBytes, '\0')).empty();
  SecretsFound found;
  if (context.may_ask() && traits.signs_in_browser) {
    const auto place = flags.paste ? BrowserPlace::elsewhere : browser_place(world);
    POSTQ_TRY(found.secrets, sign_in_with_browser(context, account, place));
    found.by_browser = true;
  } else if (context.may_ask()) {
    POSTQ_TRY(found, ask_for_secret(context, platform, can_make));
  } else if (!world.stdin_is_terminal()) {
    POSTQ_TRY(auto text, world.read_stdin());
    found.secrets = token_alone(pasted_secret(context, traits.secret, text));
  }
  if (!found.secrets.empty()) return found;
  return fail(
      ErrorKind::usage, traits.title + " needs its " + traits.secret,
      std::string(traits.signs_in_browser ? "at a terminal postq signs in with your browser; without one:\n" : "") +
          "pipe it in, or --token-file FILE, or --token-command COMMAND" +
          (can_make ? ", or --new-secret to make one" : ""));
}

// Asks the platform, with what a sign-in has just brought; see until_it_passes().
template <typename Attempt>
auto ask_with(const SecretsFound& found, Context& context, Attempt&& attempt) {
  return found.by_browser ? until_it_passes(context, attempt) : attempt();
}

// A secret that we made is no use before the other side has it, and the test would fail without.
Status hand_over(Context& context, const Platform& platform, const Secret& secret) {
  context.say("The " + platform.traits().secret + ", shown this once, for the other side:");
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.secret/1").text("secret", secret.reveal()).str());
  } else {
    context.result(secret.reveal());
  }
  if (context.may_ask()) POSTQ_CHECK(context.world.terminal().read_line("Enter, when the other side has it: "));
  return {};
}

// The zone that people's words are read in, once for all accounts; nothing where it stands already. Only asks: who
// leaves here has stored nothing.
Result<std::optional<std::string>> choose_zone(const AddFlags& flags, Context& context, Store& known) {
  auto& world = context.world;
  if (!flags.zone.empty()) {
    POSTQ_TRY(const auto* const zone, world.zones().find(flags.zone));
    return std::optional(zone->name());
  }
  POSTQ_TRY(const auto* const config, world.config());
  POSTQ_TRY(const auto stored, known.zone());
  if (!config->zone.empty() || !stored.empty()) return std::optional<std::string>{};
  std::string name = world.zones().machine().name();
  while (context.may_ask()) {
    POSTQ_TRY(const auto typed, world.terminal().read_line("Your time zone [" + name + "]: "));
    if (typed.empty()) break;
    if (const auto zone = world.zones().find(typed)) {
      name = (*zone)->name();
      break;
    } else {
      context.say(visible_line(zone.error().message));
      say_lines(context, zone.error().hint, 2);
    }
  }
  if (const auto unread = unread_zone_variable(world); !unread.empty()) context.say(unread + ".");
  if (!context.may_ask()) context.say("Times are read in " + name + ", this machine's zone (--zone sets another).");
  return std::optional(std::move(name));
}

std::string secret_words(World& world, const Account& account) {
  const auto* const platform = world.platforms().find(account.platform);
  const std::string what = platform == nullptr ? "token" : platform->traits().secret;
  if (what.empty()) return "none needed";
  if (account.secret_from == SecretFrom::command) return what + " from a command";
  const auto secrets = world.secrets();
  if (!secrets) return "can't be looked at: " + secrets.error().message;
  const auto loaded = (*secrets)->load(account);
  if (const auto missing = missing_secret_setting(world, account); loaded && !missing.empty()) {
    return "MISSING: its " + missing + " isn't here: postq account login " + account.name;
  }
  return loaded ? what + " kept in a file, readable by you alone" : "MISSING: " + loaded.error().message;
}

enum class SecretToo : std::uint8_t { no, yes };  // looking at it may run a token command

std::string account_json(World& world, const Account& account, SecretToo secret_too = SecretToo::no,
                         const std::vector<std::string>* notes = nullptr) {
  JsonLine line;
  line.text("schema", "postq.account/1")
      .text("name", account.name)
      .text("platform", account.platform)
      .text("remote_id", account.remote_id)
      .text("remote_name", account.remote_name)
      .raw("settings", settings_to_json(account.settings))
      .flag("sign_in_needed", account.sign_in_needed)
      .time("created_at", account.created_at);
  line.flag("paused", account.paused_until && *account.paused_until > world.now());
  line.time("limited_until", account.limited_until);
  if (secret_too == SecretToo::yes) line.text("secret", secret_words(world, account));
  if (notes != nullptr) line.list("notes", *notes);
  return line.str();
}

std::string planned_json(const Platform& platform, Account account) {
  if (const auto* const secret_settings = secret_settings_of(platform); secret_settings != nullptr) {
    secret_settings->take_secrets(account);  // shown without them
  }
  return JsonLine()
      .text("schema", "postq.account/1")
      .flag("dry_run", true)
      .text("name", account.name)
      .text("platform", account.platform)
      .raw("settings", settings_to_json(account.settings))
      .str();
}

// What is left to do on the way from nothing to a post that goes out: where the ratio has no room, one by hand.
void say_next(Context& context, Store& store, const Account& account) {
  const bool has_room = has_room_for_scheduled(context.world, store, account).value_or(true);
  context.say(std::string("Next:  postq ") + (has_room ? "add" : "post") + " \"...\" --to " + account.name);
}

// How to begin anew, with what the error advises.
std::string line_to_repeat(const Error& error, const AddFlags& flags, AccountRequest request, const Context& context) {
  take_advised(*request.platform, error.hint, request.settings);
  return command_line(flags, request, context);
}

// What a platform advises for a sign-in is for accounts that are there.
Error with_again(Error error, const AddFlags& flags, const AccountRequest& request, const Context& context) {
  if (error.kind == ErrorKind::usage || error.kind == ErrorKind::bug) return error;
  if (error.kind == ErrorKind::sign_in) error.hint.clear();
  const auto line = line_to_repeat(error, flags, request, context);
  error.hint += (error.hint.empty() ? "again:  " : "\nagain:  ") + line;
  return error;
}

// What works, and should be done otherwise all the same.
std::string warning_of(const Identity& identity) {
  return identity.warning.empty() ? "" : "PROBLEM: " + visible_line(identity.warning);
}

void say_warning(Context& context, const Identity& identity) {
  if (identity.warning.empty()) return;
  say_wrapped(context, warning_of(identity));
}

std::vector<std::string> notes_of(const Identity& identity) {
  std::vector<std::string> notes;
  for (std::string_view rest = identity.note; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    notes.push_back(visible_line(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (!identity.warning.empty()) notes.push_back(warning_of(identity));
  return notes;
}

// "@mira and others wait for an answer:  postq inbox --account work"; empty: nobody.
std::string say_who_waits(Store& store, const Account& account) {
  ItemFilter filter;
  filter.account = account.name;
  const auto waiting = store.items(filter);
  if (!waiting || waiting->empty()) return "";
  const auto& first = waiting->front().said.person;
  const bool others =
      std::any_of(waiting->begin(), waiting->end(), [&](const Item& item) { return item.said.person.id != first.id; });
  return visible_line(name_of(first)) + (others ? " and others wait" : " waits") +
         " for an answer:  postq inbox --account " + account.name;
}

// Reads the account's own posts and what people say to it, so that the mix is counted on them from the first post on.
void add_first_reading(World& world, Store& store, const Account& account, std::vector<std::string>& notes) {
  const auto read = read_own_timeline(world, store, account);
  const Error* const trouble = !read ? &read.error() : read->error ? &*read->error : nullptr;
  if (trouble != nullptr) notes.push_back("its timeline can't be read yet: " + visible_line(trouble->message));
  if (read && read->items.error) {
    notes.push_back("what people say can't be read yet: " + visible_line(read->items.error->message));
    for (std::string_view rest = read->items.error->hint; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      notes.push_back("  " + visible_line(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  if (auto waiting = say_who_waits(store, account); !waiting.empty()) notes.push_back(std::move(waiting));
}

Exit run_add(const AddFlags& flags, Context& context) {
  auto& world = context.world;
  AccountRequest request;
  request.name = flags.name;
  POSTQ_CHECK(check_typed_name(flags, context));
  POSTQ_TRY(request.platform, choose_platform(flags, context));
  request.settings = typed_settings(flags);
  POSTQ_CHECK(check_typed_settings(flags, request, context));
  request.token_command = flags.token_command;
  if (!flags.zone.empty()) POSTQ_CHECK(world.zones().find(flags.zone));

  // A queue is made only when there is something to store in it.
  POSTQ_TRY(auto* const known, begin_queue(world, StoreUse::read));
  POSTQ_CHECK(ask_for_settings(context, request));
  POSTQ_TRY(const auto derived, settle_language(world, request));
  // Before a token is asked for in vain.
  POSTQ_TRY(const auto intended, plan_account(world, *known, request));
  SecretsFound found;
  if (!flags.dry_run) {
    auto secrets = find_secrets(flags, context, *request.platform, intended);
    if (!secrets) return pass_on(with_again(secrets.error(), flags, request, context));
    found = std::move(*secrets);
  }
  request.secrets = found.secrets;
  POSTQ_TRY(const auto planned, plan_account(world, *known, request));
  if (flags.dry_run) {
    if (context.json) context.result(planned_json(*request.platform, planned));
    context.say("would add " + planned.name + " on " + planned.platform + "; nothing was contacted");
    return kDone;
  }
  if (found.made) POSTQ_CHECK(hand_over(context, *request.platform, found.secrets.at("token")));
  std::optional<Identity> identity;
  if (!flags.no_test) {
    auto answer = ask_with(found, context, [&] { return try_account(world, planned, found.secrets); });
    if (!answer) {
      Error error = answer.error();
      error.message += "; the account was not added";
      const auto line = line_to_repeat(error, flags, request, context);
      error.hint += (error.hint.empty() ? "" : "\n") + ("again:       " + line) +
                    (found.made ? "\n             (it asks for the secret: give it the one above)" : "") +
                    "\nunchecked:   the same with --no-test";
      return pass_on(std::move(error));
    }
    identity = std::move(*answer);
  }
  const auto zone = choose_zone(flags, context, *known);
  if (!zone) {
    Error error = zone.error();
    if (error.message.empty()) error.message = "interrupted; the account was not added";
    return pass_on(with_again(std::move(error), flags, request, context));
  }
  POSTQ_TRY(auto* const store, begin_queue(world));
  POSTQ_TRY(const auto account, store_account(world, *store, planned, found.secrets, identity));
  if (*zone) POSTQ_CHECK(store->set_zone(**zone, world.audit()));
  context.say(account.name + " is added" +
              (account.remote_name.empty() || account.remote_name == account.name
                   ? "."
                   : ": " + visible_line(account.remote_name) + "."));
  auto notes = identity ? notes_of(*identity) : std::vector<std::string>{};
  if (derived && account.setting("lang") == *derived) {
    notes.push_back("its pages are in " + visible_line(*derived) + "; to change that: postq account set " +
                    account.name + " --lang LANG");
  }
  if (identity) add_first_reading(world, *store, account, notes);
  if (const auto mix = say_mix(world, *store, account)) notes.push_back(*mix);
  if (!request.platform->traits().timeline) {
    notes.push_back("what you write there in an app can't be read; note it: postq record " + account.name);
  }
  for (const auto& note : notes) say_wrapped(context, note);
  if (context.json) context.result(account_json(world, account, SecretToo::no, &notes));
  say_next(context, *store, account);
  return kDone;
}

std::string marks_of(const Account& account, TimePoint now) {
  std::string marks;
  const auto add = [&marks](const std::string& mark) { marks += (marks.empty() ? "" : ", ") + mark; };
  if (account.sign_in_needed) add("PROBLEM: wants a new sign-in");
  if (account.paused_until && *account.paused_until > now) add("PAUSED");
  if (account.limited_until && *account.limited_until > now) add("limited by the platform");
  return marks;
}

Exit run_list(Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  POSTQ_TRY(const auto accounts, store->accounts());
  if (accounts.empty() && !context.json) {
    context.say("No account yet. A folder with your posts as a site needs no sign-in:");
    context.say("  postq account add site --platform feed --path ~/public_html");
    context.say("All platforms:  postq platforms");
    return kDone;
  }
  for (const auto& account : accounts) {
    if (context.json) {
      context.result(account_json(world, account));
      continue;
    }
    std::string line = world.terminal().plain()
                           ? account.name + " on " + account.platform + ": " + visible_line(account.remote_name)
                           : pad(account.name, kNameColumn) + " " + pad(account.platform, 10) + " " +
                                 visible_line(account.remote_name);
    const auto marks = marks_of(account, world.now());
    context.result(line + (marks.empty() ? "" : "   " + marks));
  }
  return kDone;
}

Exit run_show(const std::string& name, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  POSTQ_TRY(const auto account, account_or_line(world, *store, name));
  if (context.json) {
    context.result(account_json(world, account, SecretToo::yes));
    return kDone;
  }
  const auto line = [&](std::string_view label, const std::string& text) {
    if (text.empty()) return;
    for (const auto& row : wrap(visible_line(text), 80 - kShowLabel)) {
      // The names of what a server tells about itself may be longer than the column.
      const std::string lead = display_width(label) < kShowLabel ? pad(label, kShowLabel) : std::string(label) + "  ";
      context.result(lead + row);
      label = {};
    }
  };
  line("account", account.name);
  line("platform", account.platform);
  line("identity",
       account.remote_name + (account.remote_id.empty() ? "not known yet: postq account test " + account.name
                                                        : " (" + account.remote_id + ")"));
  for (const auto& [setting, value] : account.settings) line(setting, value);
  line("secret", secret_words(world, account));
  if (const auto* const platform = world.platforms().find(account.platform)) {
    const auto limits = platform->limits(account);
    line("text", limits.text == 0 ? "any length" : "up to " + std::to_string(limits.text));
    if (limits.media > 0) line("media", "up to " + std::to_string(limits.media) + " a post");
    line("listens", listening_words(platform->traits()));
  }
  if (const auto mix = say_mix(world, *store, account)) line("mix", *mix);
  line("state", marks_of(account, world.now()));
  const auto zone = world.zone();
  if (account.paused_until && *account.paused_until > world.now()) {
    POSTQ_TRY(const auto paused, store->paused_by(account));
    if (paused) line("paused", say_paused_by(*paused, world.now(), zone ? **zone : utc_zone()));
  }
  line("added", format_time(account.created_at, zone ? **zone : utc_zone()));
  return kDone;
}

Exit run_test(const std::string& name, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  POSTQ_TRY(const auto account, account_or_line(world, *store, name));
  POSTQ_TRY(const auto identity, test_account(world, *store, account));
  if (context.json) {
    POSTQ_TRY(const auto now, store->account(name));
    context.result(account_json(world, now));
    return kDone;
  }
  context.say(account.name + " works: " + visible_line(identity.remote_name));
  say_note(context, identity.note);
  say_warning(context, identity);
  if (const auto mix = say_mix(world, *store, account)) context.say("  " + *mix);
  return kDone;
}

struct RmFlags {
  std::string name;
  bool yes = false;
};

Exit run_rm(const RmFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  POSTQ_TRY(const auto account, account_named(*store, flags.name));
  // The store refuses an account that still has work; nobody is asked in vain.
  ListFilter open;
  open.account = account.name;
  open.states = {DeliveryState::queued, DeliveryState::sending, DeliveryState::unconfirmed};
  POSTQ_TRY(const auto work, store->list(open));
  if (!flags.yes && work.empty() && context.may_ask()) {
    POSTQ_TRY(const auto answer,
              world.terminal().read_key("Remove " + account.name + " (" + visible_line(account.remote_name) +
                                        ")? What is public stays; its record too. [y/n] "));
    if (answer != "y" && answer != "Y") return fail(ErrorKind::interrupted, "nothing was removed");
  }
  auto removed = store->remove_account(account.id, world.audit());
  if (!removed) {
    Error error = removed.error();
    if (error.kind == ErrorKind::refused) {
      error.hint +=
          "\ntake them out first:  postq list --account " + account.name + " --json | jq -r .name | postq rm --yes -";
    }
    return pass_on(std::move(error));
  }
  POSTQ_TRY(auto* const secrets, world.secrets());
  if (account.secret_from == SecretFrom::file) POSTQ_CHECK(secrets->remove(account));
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.account/1").text("removed", account.name).str());
  } else {
    context.say(account.name + " is removed.");
  }
  return kDone;
}

// The settings that are secrets, typed anew or asked for because they aren't here.
Result<Account> renew_settings(const AddFlags& flags, Context& context, const Platform& platform, Account account,
                               SecretValues& secrets) {
  const auto missing = missing_secret_setting(context.world, account);
  for (const auto& spec : platform.traits().settings) {
    if (!is_secret(platform, spec)) continue;
    const auto typed = flags.settings.find(spec.name);
    AccountRequest request;
    request.platform = &platform;
    if (typed != flags.settings.end() && !typed->second.empty()) {
      request.settings[spec.name] = typed->second;
    } else if (spec.name != missing) {
      continue;
    }
    POSTQ_CHECK(ask_for_settings(context, request));
    if (request.settings[spec.name].empty()) {
      return fail(ErrorKind::usage, account.name + " needs its " + spec.name,
                  "postq account login " + account.name + " " + flag_of(spec.name) + " " + placeholder(spec.name));
    }
    POSTQ_TRY(account,
              with_setting(context.world, std::move(account), spec.name, request.settings[spec.name], secrets));
  }
  return account;
}

// Whether there is a token already, so that a renewed setting needs no other.
bool has_token(World& world, const Account& account) {
  const auto secrets = world.secrets();
  const auto kept = secrets ? (*secrets)->load(account) : Result<SecretValues>(SecretValues{});
  return kept && kept->contains("token");
}

int say_signed_in(Context& context, const std::string& name, const Identity& identity) {
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.account/1").text("account", name).flag("signed_in", true).str());
  } else {
    context.say(name + " is signed in as " + visible_line(identity.remote_name) + ".");
    say_warning(context, identity);
  }
  return kDone;
}

// A new token for an account that is there, asked for or read as `account add` does.
Exit run_login(const AddFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  POSTQ_TRY(const auto account, account_or_line(world, *store, flags.name));
  AccountRequest request;
  request.name = account.name;
  POSTQ_TRY(request.platform, platform_named(world, account.platform));
  SecretValues renewed;
  POSTQ_TRY(const auto with_settings, renew_settings(flags, context, *request.platform, account, renewed));
  const bool wants_token = !flags.token_file.empty() || flags.new_secret || flags.paste;
  auto found = Result<SecretsFound>(SecretsFound{});
  // A command has the new one already: it is asked, and the platform with it.
  const bool asks_command = account.secret_from == SecretFrom::command && renewed.empty() && !wants_token;
  if (asks_command) {
    POSTQ_TRY(const auto identity, test_account(world, *store, account));
    return say_signed_in(context, account.name, identity);
  }
  if (renewed.empty() || wants_token || !has_token(world, account)) {
    POSTQ_CHECK(may_replace_token(account));  // before one is asked for in vain
    found = find_secrets(flags, context, *request.platform, account);
  }
  if (!found) {
    Error error = found.error();
    if (error.hint.empty())
      error.hint = "again:  postq account login " + account.name + (flags.paste ? " --paste" : "");
    return pass_on(std::move(error));
  }
  if (found->made) POSTQ_CHECK(hand_over(context, *request.platform, found->secrets.at("token")));
  found->secrets.insert(renewed.begin(), renewed.end());
  POSTQ_TRY(const auto identity,
            ask_with(*found, context, [&] { return replace_token(world, *store, with_settings, found->secrets); }));
  if (with_settings.settings != account.settings) {
    POSTQ_CHECK(store->change_settings(with_settings, world.audit()));
  }
  return say_signed_in(context, account.name, identity);
}

// What a setting means, and to which platforms.
struct SettingMeaning {
  std::string platforms;
  std::string help;
};

// "webhook, mastodon: may reach this machine; feed: ..." with one platform more.
std::string described(std::vector<SettingMeaning>& meanings, const std::string& platform, const std::string& help) {
  const auto same =
      std::find_if(meanings.begin(), meanings.end(), [&](const SettingMeaning& other) { return other.help == help; });
  if (same != meanings.end()) {
    same->platforms += ", " + platform;
  } else {
    meanings.push_back({platform, help});
  }
  std::string text;
  for (const auto& meaning : meanings) {
    text += (text.empty() ? "" : "; ") + meaning.platforms + ": " + meaning.help;
  }
  return text;
}

void setup_add_flags(Arguments add, Context& context, const std::shared_ptr<AddFlags>& flags) {
  add.add_option("NAME", flags->name, "What you call it; a platform's own name implies --platform")->required();
  add.add_option("--platform", flags->platform, "See `postq platforms`")->option_text("PLATFORM");
  // A setting that several platforms have is one flag.
  std::map<std::string, std::vector<SettingMeaning>> meanings;
  for (const auto* platform : context.world.platforms().all()) {
    for (const auto& spec : platform->traits().settings) {
      const std::string flag = flag_of(spec.name);
      auto option = add.find(flag);
      if (!option) {
        option = spec.is_switch ? add.add_flag(flag, flags->switches[spec.name])
                                : add.add_option(flag, flags->settings[spec.name])->option_text(placeholder(spec.name));
      }
      option->description(described(meanings[spec.name], platform->traits().name, spec.help));
    }
  }
  add.add_option("--token-file", flags->token_file, "Read the token from here, once")->option_text("FILE");
  add.add_option("--token-command", flags->token_command, "Ask this command for the token, each time")
      ->option_text("COMMAND");
  add.add_flag("--new-secret", flags->new_secret, "Make the secret and print it, where the platform takes ours");
  add.add_flag("--paste", flags->paste, "Sign in with a browser on another machine: it shows a code to paste");
  add.add_option("--zone", flags->zone, "Your time zone, such as Europe/Berlin")->option_text("ZONE");
  add.add_flag("--no-test", flags->no_test, "Store it without asking the platform");
  add.add_flag("--dry-run", flags->dry_run, "Check what was typed, and change nothing");
  add.footer(
      "A token never goes on the command line: it is asked for, fetched with your browser, piped in, or read from "
      "--token-file (- asks for it) or --token-command. Behind the host, a webhook's address is a secret as well: it "
      "is "
      "kept with the token, never shown again, asked for without --url, and read from a file with --url @FILE.\n\n"
      "Examples:\n"
      "  postq account add mastodon --url https://mastodon.social\n"
      "  postq account add bluesky --handle ann.bsky.social\n"
      "  postq account add site --platform feed --path ~/public_html\n"
      "  postq account add webhook --url https://example.org/hook --new-secret\n"
      "  pass show hook | postq account add webhook --url https://example.org/hook");
}

}  // namespace

void setup_account(Arguments command, Context& context) {
  auto add_flags = std::make_shared<AddFlags>();
  const auto add = command.add_subcommand("add", "Add an account: settings, token, a test");
  setup_add_flags(add, context, add_flags);
  add->callback([add_flags, &context] { context.outcome = run_add(*add_flags, context); });

  const auto list = command.add_subcommand("list", "All accounts");
  list->footer(
      "Examples:\n"
      "  postq account list\n"
      "  postq account list --json | jq -r .name");
  list->callback([&context] { context.outcome = run_list(context); });

  auto login_flags = std::make_shared<AddFlags>();
  const auto login = command.add_subcommand("login", "Give an account a new token, and test it");
  login->add_option("NAME", login_flags->name, "The account")->required();
  login->add_option("--token-file", login_flags->token_file, "Read the token from here, once")->option_text("FILE");
  login->add_flag("--new-secret", login_flags->new_secret,
                  "Make the secret and print it, where the platform takes ours");
  login->add_flag("--paste", login_flags->paste, "Sign in with a browser on another machine: it shows a code to paste");
  for (const auto* platform : context.world.platforms().all()) {
    for (const auto& spec : platform->traits().settings) {
      if (!is_secret(*platform, spec) || login->find(flag_of(spec.name))) continue;
      login
          ->add_option(flag_of(spec.name), login_flags->settings[spec.name],
                       platform->traits().title + ": the whole address anew; @FILE reads it")
          ->option_text(placeholder(spec.name));
    }
  }
  login->footer(
      "Examples:\n"
      "  postq account login work\n"
      "  postq account login work --paste                 over ssh: a code to paste\n"
      "  pass show mastodon | postq account login work    the token comes from stdin");
  login->callback([login_flags, &context] { context.outcome = run_login(*login_flags, context); });

  setup_account_set(command, context);

  auto name = std::make_shared<std::string>();
  const auto show = command.add_subcommand("show", "One account, whole; a token is never shown");
  show->add_option("NAME", *name, "The account")->required();
  show->footer(
      "Examples:\n"
      "  postq account show work\n"
      "  postq account show work --json");
  show->callback([name, &context] { context.outcome = run_show(*name, context); });

  const auto test = command.add_subcommand("test", "Ask the platform whether it works, and read the timeline");
  test->add_option("NAME", *name, "The account")->required();
  test->footer(
      "Examples:\n"
      "  postq account test work");
  test->callback([name, &context] { context.outcome = run_test(*name, context); });

  auto rm_flags = std::make_shared<RmFlags>();
  const auto rm = command.add_subcommand("rm", "Remove an account with nothing queued");
  rm->add_option("NAME", rm_flags->name, "The account")->required();
  rm->add_flag("-y,--yes", rm_flags->yes, "Do not ask");
  rm->footer(
      "Examples:\n"
      "  postq account rm work\n"
      "  postq list --account work    what would have to go before");
  rm->callback([rm_flags, &context] { context.outcome = run_rm(*rm_flags, context); });

  command.commands_are_optional();
  command.footer(
      "Examples:\n"
      "  postq account add site --platform feed --path ~/public_html\n"
      "  postq account list\n"
      "  postq account test site");
  command.callback([command, &context] {
    if (command.is_alone()) context.outcome = run_list(context);
  });
}

}  // namespace postq
