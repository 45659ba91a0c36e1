#include "app/setup/accounts.h"

#include <algorithm>

#include <postq/ports/changeable_settings.h>
#include <postq/ports/secret_settings.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/forecast/forecast.h"
#include "app/sync/account_marks.h"
#include "app/sync/sync.h"
#include "app/words/counting.h"

namespace postq {

namespace {

// The secrets that were just given, before they are kept anywhere, and what signing in with them made: nothing is
// stored while they are tried. A token command is asked as it will be later.
class GivenSecrets final : public Secrets {
 public:
  GivenSecrets(Secrets& kept, const SecretValues& given) : kept_(kept), given_(given) {}
  Result<SecretValues> load(const Account& account) override {
    SecretValues values = made_;
    if (!given_.empty()) {
      values.insert(given_.begin(), given_.end());
    } else {
      POSTQ_TRY(const auto kept, kept_.load(account));
      values.insert(kept.begin(), kept.end());
    }
    return values;
  }
  Result<SecretValues> load_kept(const Account&) override { return made_; }
  Status save(const Account&, const SecretValues& values) override {
    made_ = values;
    return {};
  }
  Status remove(const Account&) override {
    made_.clear();
    return {};
  }

  const SecretValues& made() const { return made_; }

 private:
  Secrets& kept_;
  const SecretValues& given_;
  SecretValues made_;
};

// What is saved for an account: what was given, and what was made of it when it was tried. Where both have a name,
// what was made is newer: a token that was exchanged while it was tried.
SecretValues values_to_keep(const SecretValues& given, const std::optional<Identity>& identity) {
  SecretValues values;
  if (identity) values = identity->session;
  values.insert(given.begin(), given.end());
  return values;
}

// "https://YOUR.SITE/" or "PATH", as a remedy or a page offers it: only its reader can fill that in.
Status check_filled_in(const Settings& settings) {
  for (const auto& [name, value] : settings) {
    std::string flag = "--" + name;
    std::replace(flag.begin(), flag.end(), '_', '-');
    std::string word;
    for (const char c : name.substr(name.rfind('_') + 1)) {
      word += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    for (const auto& example : {std::string("YOUR.SITE"), std::string("YOUR.SERVER")}) {
      if (value.find(example) == std::string::npos) continue;
      return fail(ErrorKind::usage, flag + " " + value + " is only an example",
                  "put your own address in place of " + example);
    }
    if (value == word)
      return fail(ErrorKind::usage, flag + " " + value + " is only an example", "put your own in place of " + word);
  }
  return {};
}

// What the account is on: its platform and everything an adapter may use.
struct Line {
  const Platform& platform;
  PlatformContext context;
};

Result<Line> line_to(World& world, Secrets& secrets, const Account& account) {
  const auto* const platform = world.platforms().find(account.platform);
  if (platform == nullptr) {
    return fail(ErrorKind::config,
                "account " + account.name + " is on '" + account.platform + "', which this postq doesn't know",
                "postq platforms");
  }
  POSTQ_TRY(auto* const http, world.http());
  POSTQ_TRY(auto* const media, world.media());
  return Line{*platform, PlatformContext{*http, secrets, *media, [&world] { return world.now(); }}};
}

Status make_paths_absolute(World& world, const PlatformTraits& traits, Settings& settings) {
  for (const auto& spec : traits.settings) {
    const auto setting = settings.find(spec.name);
    if (!spec.is_path || setting == settings.end() || setting->second.empty()) continue;
    POSTQ_TRY(auto* const machine, world.machine());
    POSTQ_TRY(setting->second, machine->absolute_path(setting->second));
  }
  return {};
}

// What the platform told about itself replaces what it told before; what a person typed stays.
void take_settings(Account& account, const Identity& identity) {
  for (const auto& [name, value] : identity.settings) account.settings[name] = value;
}

// Who the account is now, and what the platform told.
Status keep_identity(World& world, Store& store, const Account& account, const Identity& identity) {
  POSTQ_CHECK(store.set_identity(account.id, identity.remote_id, identity.remote_name, world.audit()));
  Account told = account;
  take_settings(told, identity);
  if (told.settings == account.settings) return {};
  return store.change_settings(told, world.audit());
}

Status check_name_is_free(Store& store, const std::string& name) {
  if (!store.account(name)) return {};
  return fail(ErrorKind::refused, "there is an account '" + name + "' already",
              "choose another name, or look at it: postq account show " + name);
}

// Under two names one place would get everything twice, and what is written there by hand would count for both.
Status check_it_is_new(World& world, Store& store, const Account& account) {
  const auto* const platform = world.platforms().find(account.platform);
  if (platform == nullptr || !platform->traits().timeline || account.remote_id.empty()) return {};
  POSTQ_TRY(const auto accounts, store.accounts());
  for (const auto& other : accounts) {
    if (other.platform != account.platform || other.remote_id != account.remote_id) continue;
    return fail(ErrorKind::refused, "that is " + other.name + " already: " + account.remote_name,
                "postq account show " + other.name);
  }
  return {};
}

// The window in words: "14 days".
std::string days(Seconds window) {
  const auto whole = window.count() / 86'400;
  return whole > 0 && window.count() % 86'400 == 0 ? std::to_string(whole) + (whole == 1 ? " day" : " days")
                                                   : format_duration(window);
}

const SecretSettings* settings_of(World& world, const Account& account) {
  const auto* const platform = world.platforms().find(account.platform);
  return platform == nullptr ? nullptr : secret_settings_of(*platform);
}

// Nothing was to be published, so an answer that says nothing leaves nothing in doubt.
Result<Identity> ask_who_it_is(Line& line, const Account& account) {
  auto identity = line.platform.identify(account, line.context);
  if (!identity && identity.error().kind == ErrorKind::unknown) identity.error().kind = ErrorKind::platform;
  return identity;
}

}  // namespace

Status check_new_name(World& world, std::string_view name) {
  POSTQ_CHECK(check_account_name(name));
  const std::string word(name);
  if (word == "all") {
    return fail(ErrorKind::usage, "'all' can't be an account's name: `--to all` means every account",
                "choose another name");
  }
  POSTQ_TRY(const auto* const config, world.config());
  if (!config->groups.contains(word)) return {};
  return fail(ErrorKind::usage, "'" + word + "' is a group of accounts in config.toml, and no account's name",
              "choose another name");
}

Result<Account> plan_account(World& world, Store& store, const AccountRequest& request) {
  POSTQ_CHECK(check_new_name(world, request.name));
  POSTQ_CHECK(check_name_is_free(store, request.name));
  Account account;
  account.name = request.name;
  account.platform = request.platform->traits().name;
  account.settings = request.settings;
  POSTQ_CHECK(check_filled_in(request.settings));
  POSTQ_CHECK(make_paths_absolute(world, request.platform->traits(), account.settings));
  POSTQ_CHECK(request.platform->check_settings(account));
  if (!request.token_command.empty()) {
    account.settings["token_command"] = request.token_command;
    account.secret_from = SecretFrom::command;
  } else if (!request.secrets.empty()) {
    account.secret_from = SecretFrom::file;
  }
  return account;
}

SecretValues token_alone(Secret token) {
  SecretValues secrets;
  if (!token.empty()) secrets["token"] = std::move(token);
  return secrets;
}

Result<Identity> try_account(World& world, const Account& account, const SecretValues& secrets) {
  POSTQ_TRY(auto* const kept, world.secrets());
  GivenSecrets given(*kept, secrets);
  POSTQ_TRY(auto line, line_to(world, given, account));
  POSTQ_TRY(auto identity, ask_who_it_is(line, account));
  identity.session = given.made();
  return identity;
}

Result<Account> store_account(World& world, Store& store, Account account, const SecretValues& secrets,
                              const std::optional<Identity>& identity) {
  // Longer than keeping takes; what asks the network is over by now.
  constexpr std::chrono::milliseconds kPatience{10'000};
  POSTQ_TRY(auto* const locks, world.locks());
  POSTQ_TRY(const auto lock, locks->lock("account-add", kPatience));
  POSTQ_CHECK(check_name_is_free(store, account.name));
  if (identity) {
    account.remote_id = identity->remote_id;
    account.remote_name = identity->remote_name;
    take_settings(account, *identity);
    POSTQ_CHECK(check_it_is_new(world, store, account));
  }
  SecretValues values = values_to_keep(secrets, identity);
  if (const auto* const secret_settings = settings_of(world, account); secret_settings != nullptr) {
    for (auto& [name, secret] : secret_settings->take_secrets(account))
      values.insert_or_assign(name, std::move(secret));
  }
  if (account.secret_from != SecretFrom::none && !values.empty()) {
    POSTQ_TRY(auto* const kept, world.secrets());
    POSTQ_CHECK(kept->save(account, values));
  }
  POSTQ_CHECK(store.add_account({account}, world.audit()));
  if (const auto state = world.state()) forget_marks(**state, account.name);
  return store.account(account.name);
}

Result<TimelineRead> read_own_timeline(World& world, Store& store, const Account& account) {
  return read_timeline(world, store, account);
}

Result<std::string> say_mix(World& world, Store& store, const Account& account) {
  POSTQ_TRY(const auto inputs, read_rule_inputs(world, store, account));
  POSTQ_TRY(const auto* const zone, world.zone());
  const auto& mix = inputs.snapshot.mix;
  std::string text = say_by_hand(mix.by_hand_posts, mix.by_hand_answers) + ", " + std::to_string(mix.scheduled) +
                     " scheduled in the last " + days(inputs.settings.window);
  POSTQ_TRY(const auto counting, counting_of(store, account, inputs.snapshot, {inputs.settings, *zone, world.now()}));
  if (!counting.leaves_out.empty()) text += "; " + counting.leaves_out;
  if (!inputs.settings.ratio) return text + "; the ratio is off";
  // One that was never read is read by the first flush; what one reading didn't settle, the next may not either.
  if (!counting.doubt.empty() && (inputs.snapshot.read_at || counting.in_part)) {
    return text + "; HELD, nothing scheduled goes out: " + counting.doubt;
  }
  const auto outlook = simulate(inputs.snapshot, {}, {inputs.settings, *zone, world.now()}, Seconds{0});
  if (outlook.room <= 0) return text + "; write one by hand to make room";
  return text + "; room for " + std::to_string(outlook.room) + " scheduled";
}

Result<bool> has_room_for_scheduled(World& world, Store& store, const Account& account) {
  POSTQ_TRY(const auto inputs, read_rule_inputs(world, store, account));
  if (!inputs.settings.ratio) return true;
  POSTQ_TRY(const auto* const zone, world.zone());
  return simulate(inputs.snapshot, {}, {inputs.settings, *zone, world.now()}, Seconds{0}).room > 0;
}

SecretValues kept_settings(World& world, const Account& account) {
  const auto* const secret_settings = settings_of(world, account);
  const auto secrets = world.secrets();
  if (secret_settings == nullptr || !secrets) return {};
  // A file that can't be read is replaced as a whole.
  auto kept = (*secrets)->load_kept(account).value_or(SecretValues{});
  std::erase_if(kept, [&](const auto& value) { return !secret_settings->is_secret(value.first); });
  return kept;
}

std::string missing_secret_setting(World& world, const Account& account) {
  const auto* const secret_settings = settings_of(world, account);
  if (secret_settings == nullptr) return {};
  const auto kept = kept_settings(world, account);
  for (const auto& [name, value] : account.settings) {
    if (secret_settings->is_shortened(account, name) && !kept.contains(name)) return name;
  }
  return {};
}

Result<Account> with_setting(World& world, Account account, const std::string& name, const std::string& value,
                             SecretValues& secrets) {
  const auto* const platform = world.platforms().find(account.platform);
  const auto* const secret_settings = settings_of(world, account);
  if (secret_settings == nullptr) return fail(ErrorKind::bug, account.name + " has no secret settings");
  const auto remote_id = account.remote_id;
  account.settings[name] = value;
  POSTQ_CHECK(platform->check_settings(account));
  for (auto& [taken, secret] : secret_settings->take_secrets(account))
    secrets.insert_or_assign(taken, std::move(secret));
  account.remote_id = remote_id;  // asking tells whether it still is
  return account;
}

Result<Identity> change_account(World& world, Store& store, const Account& account, const Settings& changes) {
  POSTQ_TRY(auto* const secrets, world.secrets());
  POSTQ_TRY(auto line, line_to(world, *secrets, account));
  POSTQ_CHECK(check_filled_in(changes));
  const auto* const changeable = changeable_settings_of(line.platform);
  Account after = account;
  for (const auto& [name, value] : changes) {
    std::string flag = "--" + name;
    std::replace(flag.begin(), flag.end(), '_', '-');
    if (changeable == nullptr || !changeable->is_changeable(name)) {
      return fail(ErrorKind::usage, flag + " of " + account.name + " can't change: it is on " + account.platform,
                  "postq account add NAME --platform PLATFORM    makes another account");
    }
    if (value.empty()) return fail(ErrorKind::usage, flag + " is empty", "leave it out: it stays as it is");
    after.settings[name] = value;
  }
  POSTQ_CHECK(make_paths_absolute(world, line.platform.traits(), after.settings));
  POSTQ_CHECK(line.platform.check_settings(after));
  after.remote_id = account.remote_id;
  POSTQ_TRY(const auto identity, changeable->change_settings(account, after, line.context));
  if (identity.remote_id != account.remote_id) {
    return fail(ErrorKind::refused, "that would be another account than " + account.name);
  }
  take_settings(after, identity);
  POSTQ_CHECK(store.set_identity(account.id, identity.remote_id, identity.remote_name, world.audit()));
  POSTQ_CHECK(store.change_settings(after, world.audit()));
  return identity;
}

Status may_replace_token(const Account& account) {
  if (account.secret_from == SecretFrom::file) return {};
  return fail(ErrorKind::refused, account.name + " keeps no token in a file, so there is none to replace",
              "postq account test " + account.name);
}

Result<Identity> replace_token(World& world, Store& store, const Account& account, const SecretValues& given) {
  if (given.contains("token") || given.empty()) POSTQ_CHECK(may_replace_token(account));
  // What isn't given anew stays; a token command is asked.
  auto secrets = given;
  for (auto& [name, secret] : kept_settings(world, account)) secrets.emplace(name, std::move(secret));
  if (!secrets.contains("token")) {
    POSTQ_TRY(auto* const kept, world.secrets());
    POSTQ_TRY(const auto now, kept->load(account));
    secrets.insert(now.begin(), now.end());
  }
  POSTQ_TRY(const auto identity, try_account(world, account, secrets));
  if (!account.remote_id.empty() && identity.remote_id != account.remote_id) {
    return fail(ErrorKind::refused,
                "that is " + identity.remote_name + ", and " + account.name + " is " + account.remote_name,
                "sign in as " + account.remote_name + ", or give the other one a name of its own:\n" +
                    "postq account add NAME --platform " + account.platform);
  }
  POSTQ_TRY(auto* const kept, world.secrets());
  POSTQ_CHECK(kept->save(account, values_to_keep(secrets, identity)));
  POSTQ_CHECK(keep_identity(world, store, account, identity));
  return identity;
}

Result<Identity> test_account(World& world, Store& store, const Account& account) {
  POSTQ_TRY(auto* const secrets, world.secrets());
  POSTQ_TRY(auto line, line_to(world, *secrets, account));
  POSTQ_TRY(const auto identity, ask_who_it_is(line, account));
  POSTQ_CHECK(keep_identity(world, store, account, identity));
  POSTQ_TRY(const auto now, store.account(account.name));
  POSTQ_CHECK(read_own_timeline(world, store, now));
  return identity;
}

}  // namespace postq
