#include "system/config/keys.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include <postq/core/account.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

namespace postq {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr int kMostPerDay = 1000;

// --- Forms of values ---

constexpr Seconds kMinute = minutes{1};
constexpr Seconds kHour = hours{1};
constexpr Seconds kYear = days{366};

const std::string* as_text(const ConfigValue& value) {
  return std::get_if<std::string>(&value);
}

// "14d", "24h", "10m": the largest unit that says it without a rest; a single day stays "24h".
std::string length_text(Seconds length) {
  const auto count = length.count();
  if (count % 86400 == 0 && count > 86400) return std::to_string(count / 86400) + "d";
  if (count % 3600 == 0) return std::to_string(count / 3600) + "h";
  if (count % 60 == 0) return std::to_string(count / 60) + "m";
  return std::to_string(count) + "s";
}

bool set_length(Seconds& target, const ConfigValue& value, Seconds least, Seconds most) {
  const auto* text = as_text(value);
  if (text == nullptr) return false;
  const auto length = parse_duration(*text);
  if (!length || *length < least || *length > most) return false;
  target = *length;
  return true;
}

std::string length_form(Seconds least, Seconds most, std::string_view example) {
  return "a length of time from \"" + length_text(least) + "\" to \"" + length_text(most) + "\", such as \"" +
         std::string(example) + "\"";
}

bool set_switch(bool& target, const ConfigValue& value) {
  const auto* chosen = std::get_if<bool>(&value);
  if (chosen == nullptr) return false;
  target = *chosen;
  return true;
}

bool set_ratio(std::optional<Ratio>& target, const ConfigValue& value) {
  const auto* text = as_text(value);
  if (text == nullptr) return false;
  const auto ratio = parse_ratio(*text);
  if (!ratio) return false;
  target = *ratio;
  return true;
}

constexpr auto kRatioForm = R"(by hand to scheduled, such as "1:3", or "off")";
constexpr auto kSwitchForm = "true or false";

template <typename Choice>
using Words = std::array<std::pair<std::string_view, Choice>, 3>;

constexpr Words<Strictness> kStrictnessWords{
    {{"off", Strictness::off}, {"warn", Strictness::warn}, {"hold", Strictness::hold}}};
constexpr Words<Strictness> kAltTextWords{
    {{"off", Strictness::off}, {"warn", Strictness::warn}, {"require", Strictness::hold}}};
constexpr Words<LatePolicy> kLateWords{
    {{"review", LatePolicy::review}, {"later", LatePolicy::later}, {"drop", LatePolicy::drop}}};
constexpr std::array<std::pair<std::string_view, Unreadable>, 2> kUnreadableWords{
    {{"own", Unreadable::own}, {"hold", Unreadable::hold}}};

template <typename Choice, typename List>
bool set_word(Choice& target, const ConfigValue& value, const List& words) {
  const auto* text = as_text(value);
  if (text == nullptr) return false;
  const auto* const found =
      std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.first == *text; });
  if (found == words.end()) return false;
  target = found->second;
  return true;
}

template <typename Choice, typename List>
ConfigValue word_of(Choice value, const List& words) {
  const auto* const found =
      std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.second == value; });
  return std::string(found->first);
}

// --- Keys that need more than a form ---

bool set_min_gap(PolicySettings& settings, const ConfigValue& value) {
  if (const auto* text = as_text(value); text != nullptr && *text == "off") {
    settings.min_gap = Seconds{0};
    return true;
  }
  return set_length(settings.min_gap, value, kMinute, days{7});
}

ConfigValue min_gap_of(const PolicySettings& settings) {
  return settings.min_gap == Seconds{0} ? "off" : length_text(settings.min_gap);
}

bool set_max_per_day(PolicySettings& settings, const ConfigValue& value) {
  const auto* count = std::get_if<std::int64_t>(&value);
  if (count == nullptr || *count < 0 || *count > kMostPerDay) return false;
  settings.max_per_day = static_cast<int>(*count);
  return true;
}

bool set_quiet(PolicySettings& settings, const ConfigValue& value) {
  const auto* text = as_text(value);
  if (text == nullptr) return false;
  if (text->empty() || *text == "off") {
    settings.quiet.reset();
    return true;
  }
  const auto hours_of_day = parse_daily_hours(*text);
  if (!hours_of_day) return false;
  settings.quiet = *hours_of_day;
  return true;
}

ConfigValue quiet_of(const PolicySettings& settings) {
  if (!settings.quiet) return std::string("off");
  const auto clock = [](int minute_of_day) {
    const auto two_digits = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return two_digits(minute_of_day / 60) + ":" + two_digits(minute_of_day % 60);
  };
  return clock(settings.quiet->from) + "-" + clock(settings.quiet->to);
}

bool set_plain_text(std::string& target, const ConfigValue& value) {
  const auto* text = as_text(value);
  if (text == nullptr || text->find('\0') != std::string::npos) return false;
  target = *text;
  return true;
}

bool set_language(Config& config, const ConfigValue& value) {
  const auto* text = as_text(value);
  if (text == nullptr) return false;
  const auto tags = normalise_languages(*text);
  if (tags) config.language = *tags;
  return tags.has_value();
}

bool set_accounts(Config& config, const ConfigValue& value) {
  const auto* names = std::get_if<std::vector<std::string>>(&value);
  if (names == nullptr) return false;
  if (!std::all_of(names->begin(), names->end(), [](const auto& name) { return check_account_name(name).has_value(); }))
    return false;
  config.accounts = *names;
  return true;
}

bool set_schedulers(PolicySettings& settings, const ConfigValue& value) {
  const auto* names = std::get_if<std::vector<std::string>>(&value);
  if (names == nullptr) return false;
  if (std::any_of(names->begin(), names->end(), [](const auto& name) { return name.empty(); })) return false;
  settings.schedulers = *names;
  return true;
}

bool set_ui(Config& config, const ConfigValue& value) {
  const auto* text = as_text(value);
  if (text == nullptr || (!text->empty() && *text != "plain")) return false;
  config.ui = *text;
  return true;
}

bool set_proxy(Config& config, const ConfigValue& value) {
  const auto* text = as_text(value);
  if (text == nullptr) return false;
  constexpr std::array<std::string_view, 3> kSchemes{"http://", "socks5://", "socks5h://"};
  const auto has_scheme = [&](std::string_view scheme) {
    return text->size() > scheme.size() && text->compare(0, scheme.size(), scheme) == 0;
  };
  if (!text->empty() && std::none_of(kSchemes.begin(), kSchemes.end(), has_scheme)) return false;
  if (std::any_of(text->begin(), text->end(), [](char letter) { return letter <= ' ' || letter == '\x7f'; }))
    return false;
  config.proxy = *text;
  return true;
}

}  // namespace

const std::vector<ConfigKey<Config>>& general_keys() {
  static const std::vector<ConfigKey<Config>> keys{
      {"zone", R"(a time zone in quotes, such as "Europe/Berlin")",
       [](Config& config, const ConfigValue& value) { return set_plain_text(config.zone, value); },
       [](const Config& config) { return ConfigValue(config.zone); }},
      {"language", R"(a language tag, such as "en" or "pt-BR")", set_language,
       [](const Config& config) { return ConfigValue(config.language); }},
      {"split", kSwitchForm, [](Config& config, const ConfigValue& value) { return set_switch(config.split, value); },
       [](const Config& config) { return ConfigValue(config.split); }},
      {"accounts", R"(a list of account or group names, such as ["mastodon", "work-bsky"])", set_accounts,
       [](const Config& config) { return ConfigValue(config.accounts); }},
      {"notify_command", "a command in quotes",
       [](Config& config, const ConfigValue& value) { return set_plain_text(config.notify_command, value); },
       [](const Config& config) { return ConfigValue(config.notify_command); }},
      {"ui", R"("plain" or "")", set_ui, [](const Config& config) { return ConfigValue(config.ui); }},
      {"proxy", R"(an address that begins with http://, socks5:// or socks5h://, such as "socks5h://127.0.0.1:9050")",
       set_proxy, [](const Config& config) { return ConfigValue(config.proxy); }},
  };
  return keys;
}

const std::vector<ConfigKey<PolicySettings>>& policy_keys() {
  using P = PolicySettings;
  using V = ConfigValue;
  static const std::vector<ConfigKey<P>> keys{
      {"ratio", kRatioForm, [](P& policy, const V& value) { return set_ratio(policy.ratio, value); },
       [](const P& policy) { return ConfigValue(format_ratio(policy.ratio)); }},
      {"window", length_form(kHour, kYear, "14d"),
       [](P& policy, const V& value) { return set_length(policy.window, value, kHour, kYear); },
       [](const P& policy) { return ConfigValue(length_text(policy.window)); }},
      {"aim", kRatioForm, [](P& policy, const V& value) { return set_ratio(policy.aim, value); },
       [](const P& policy) { return ConfigValue(format_ratio(policy.aim)); }},
      {"count_replies", kSwitchForm, [](P& policy, const V& value) { return set_switch(policy.count_replies, value); },
       [](const P& policy) { return ConfigValue(policy.count_replies); }},
      {"count_boosts", kSwitchForm, [](P& policy, const V& value) { return set_switch(policy.count_boosts, value); },
       [](const P& policy) { return ConfigValue(policy.count_boosts); }},
      {"trust_reading", length_form(kMinute, kYear, "24h"),
       [](P& policy, const V& value) { return set_length(policy.trust_reading, value, kMinute, kYear); },
       [](const P& policy) { return ConfigValue(length_text(policy.trust_reading)); }},
      {"unreadable", R"("own" or "hold")",
       [](P& policy, const V& value) { return set_word(policy.unreadable, value, kUnreadableWords); },
       [](const P& policy) { return word_of(policy.unreadable, kUnreadableWords); }},
      {"schedulers", R"(a list of apps, such as ["My Bot"])", set_schedulers,
       [](const P& policy) { return ConfigValue(policy.schedulers); }},
      {"late_after", length_form(kMinute, kYear, "1h"),
       [](P& policy, const V& value) { return set_length(policy.late_after, value, kMinute, kYear); },
       [](const P& policy) { return ConfigValue(length_text(policy.late_after)); }},
      {"late", R"("review", "later" or "drop")",
       [](P& policy, const V& value) { return set_word(policy.late, value, kLateWords); },
       [](const P& policy) { return word_of(policy.late, kLateWords); }},
      {"min_gap", length_form(kMinute, days{7}, "10m") + R"(, or "off")", set_min_gap, min_gap_of},
      {"max_per_day", "a number from 0 (no limit) to " + std::to_string(kMostPerDay), set_max_per_day,
       [](const P& policy) { return ConfigValue(std::int64_t{policy.max_per_day}); }},
      {"quiet", R"(hours of the day, such as "22:00-07:00", or "off")", set_quiet, quiet_of},
      {"repeat", R"("off", "warn" or "hold")",
       [](P& policy, const V& value) { return set_word(policy.repeat, value, kStrictnessWords); },
       [](const P& policy) { return word_of(policy.repeat, kStrictnessWords); }},
      {"repeat_within", length_form(kHour, kYear, "30d"),
       [](P& policy, const V& value) { return set_length(policy.repeat_within, value, kHour, kYear); },
       [](const P& policy) { return ConfigValue(length_text(policy.repeat_within)); }},
      {"alt_text", R"("off", "warn" or "require")",
       [](P& policy, const V& value) { return set_word(policy.alt_text, value, kAltTextWords); },
       [](const P& policy) { return word_of(policy.alt_text, kAltTextWords); }},
      {"people_waiting", R"("off", "warn" or "hold")",
       [](P& policy, const V& value) { return set_word(policy.people_waiting, value, kStrictnessWords); },
       [](const P& policy) { return word_of(policy.people_waiting, kStrictnessWords); }},
      {"answer_within", length_form(kMinute, kYear, "24h"),
       [](P& policy, const V& value) { return set_length(policy.answer_within, value, kMinute, kYear); },
       [](const P& policy) { return ConfigValue(length_text(policy.answer_within)); }},
      {"allow_send", kSwitchForm, [](P& policy, const V& value) { return set_switch(policy.allow_send, value); },
       [](const P& policy) { return ConfigValue(policy.allow_send); }},
  };
  return keys;
}

}  // namespace postq
