#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/ids.h>
#include <postq/base/result.h>
#include <postq/time/time.h>

namespace postq {

// What a platform asked for when the account was added (`url`, `path`, `allow_private`, ...). Never a secret.
using Settings = std::map<std::string, std::string>;

enum class SecretFrom : std::uint8_t { none, file, command };

// Until a person says `postq resume`.
constexpr TimePoint kUntilResumed = TimePoint{Seconds{INT64_MAX}};

// One identity on one platform, under a local name.
struct Account {
  AccountId id{};
  std::string name;
  std::string platform;
  std::string base_url;
  std::string remote_id;    // who this is on the platform; empty until the first sign-in; never changes afterwards
  std::string remote_name;  // as people see it
  Settings settings;
  SecretFrom secret_from = SecretFrom::none;
  TimePoint created_at{};
  std::optional<TimePoint> paused_until;   // by a person
  std::optional<TimePoint> limited_until;  // by the platform: 429, Retry-After
  bool sign_in_needed = false;
  bool removed = false;

  // The setting, or an empty string.
  std::string_view setting(const std::string& key) const;
  bool allows_private() const { return setting("allow_private") == "yes"; }
};

// [a-z0-9][a-z0-9-]*, at most 32 characters; kind usage when it is something else.
Status check_account_name(std::string_view name);

// Settings as a JSON object of strings, keys in order, and back.
std::string settings_to_json(const Settings& settings);
Result<Settings> settings_from_json(std::string_view json);

}  // namespace postq
