#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/sync/sync.h"
#include "app/world.h"

namespace postq {

// What a person says about a new account.
struct AccountRequest {
  std::string name;
  const Platform* platform = nullptr;
  Settings settings;          // as typed; paths may be relative
  std::string token_command;  // empty: the token is kept in a file
  SecretValues secrets;       // empty with a command, and for platforms that need none
};

// Whether a new account may be called that: --to takes it for this account, and for nothing else. kind usage.
Status check_new_name(World& world, std::string_view name);

// The account as it would be stored: name and settings checked and completed. Nothing outside is touched.
// kind usage, naming the flag; refused when there is one of that name.
Result<Account> plan_account(World& world, Store& store, const AccountRequest& request);

// A token that was typed or read, as it is kept; nothing for an empty one.
SecretValues token_alone(Secret token);

// Asks the platform who this is, with the secrets in hand: nothing is stored yet. A session that was opened for it
// comes back in Identity::session.
Result<Identity> try_account(World& world, const Account& account, const SecretValues& secrets);

// Stores secrets and session, account and identity, in this order: a token without an account does no harm. kind
// refused when its name or its place is another account's by now: two that are added at once are looked at one after
// the other.
Result<Account> store_account(World& world, Store& store, Account account, const SecretValues& secrets,
                              const std::optional<Identity>& identity);

// Reads the account's own posts, so that the mix is counted on them, and what people say to it; nothing where neither
// can be read.
Result<TimelineRead> read_own_timeline(World& world, Store& store, const Account& account);

// How the mix stands: "6 by hand, 0 scheduled in the last 14 days; room for 18 scheduled".
Result<std::string> say_mix(World& world, Store& store, const Account& account);

// Whether the ratio in force lets a scheduled post out now.
Result<bool> has_room_for_scheduled(World& world, Store& store, const Account& account);

// What is kept of the account's settings that are secrets, by name.
SecretValues kept_settings(World& world, const Account& account);

// The setting whose secret isn't here, though the account has one (a queue that was copied without its secrets); empty:
// all is there.
std::string missing_secret_setting(World& world, const Account& account);

// The account with a setting that was typed anew; what is secret of it goes into `secrets`. kind usage.
Result<Account> with_setting(World& world, Account account, const std::string& name, const std::string& value,
                             SecretValues& secrets);

// The account with settings that were typed anew, where its platform lets them change; what is public already follows.
// kind usage for others, refused where it would be another account afterwards. Returns what the platform said.
Result<Identity> change_account(World& world, Store& store, const Account& account, const Settings& changes);

// Whether a new token can be kept for an account; kind refused when it never had one in a file.
Status may_replace_token(const Account& account);

// A new token for an account that is there, or new secrets of its settings, with what belongs to them: tried first,
// kept only if it is the same identity's (kind refused otherwise). What isn't given stays.
Result<Identity> replace_token(World& world, Store& store, const Account& account, const SecretValues& given);

// Asks again who an account is, stores it, and reads its timeline. Returns what the platform said.
Result<Identity> test_account(World& world, Store& store, const Account& account);

}  // namespace postq
