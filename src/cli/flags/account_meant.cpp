#include "cli/flags/account_meant.h"

#include <algorithm>
#include <array>

#include <postq/base/command_words.h>
#include <postq/ports/secret_settings.h>
#include <postq/text/text.h>

#include "cli/flags/account_flags.h"

namespace postq {

namespace {

constexpr std::string_view kMastodon = "mastodon";
constexpr std::string_view kBluesky = "bluesky";
constexpr std::string_view kWebhook = "webhook";
constexpr std::string_view kBlueskyHost = ".bsky.social";
constexpr std::string_view kBlueskyApp = "bsky.app";

struct OtherName {
  std::string_view typed;
  std::string_view platform;
};
constexpr std::array kOtherNames{
    OtherName{"bsky", kBluesky},         OtherName{"atproto", kBluesky},    OtherName{"bluesky-social", kBluesky},
    OtherName{"masto", kMastodon},       OtherName{"fediverse", kMastodon}, OtherName{"fedi", kMastodon},
    OtherName{"activitypub", kMastodon}, OtherName{"pixelfed", kMastodon},  OtherName{"gotosocial", kMastodon},
    OtherName{"akkoma", kMastodon},      OtherName{"pleroma", kMastodon},   OtherName{"rss", "feed"},
    OtherName{"atom", "feed"},           OtherName{"jsonfeed", "feed"},     OtherName{"hook", kWebhook},
};

// What an address says, however it was copied.
struct Address {
  std::string person;  // "anna", or empty
  std::string host;    // "example.social", with its port
  std::string scheme;  // "https", or empty
  std::string path;    // behind the host, without its first slash
  bool at_first = false;
};

bool is_host(std::string_view word) {
  constexpr std::string_view kSigns = "abcdefghijklmnopqrstuvwxyz0123456789-.:";
  const bool is_plain = std::all_of(word.begin(), word.end(), [&](char c) {
    return kSigns.find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80;
  });
  const auto dot = word.find('.');
  const bool has_dot = dot != std::string_view::npos && dot > 0 && !word.ends_with('.');
  return is_plain && (has_dot || word.starts_with("localhost"));
}

std::optional<Address> read_address(std::string_view typed) {
  Address address;
  std::string rest = lower_case(typed);
  if (const auto mark = rest.find("://"); mark != std::string::npos) {
    address.scheme = rest.substr(0, mark);
    if (address.scheme != "https" && address.scheme != "http") return std::nullopt;
    rest.erase(0, mark + 3);
    const auto slash = std::min(rest.find('/'), rest.size());
    if (slash < rest.size()) address.path = rest.substr(slash + 1);
    rest.erase(slash);
  } else if (rest.starts_with('@')) {
    address.at_first = true;
    rest.erase(0, 1);
  }
  if (const auto at = rest.find('@'); at != std::string::npos && address.scheme.empty()) {
    address.person = rest.substr(0, at);
    rest.erase(0, at + 1);
  }
  address.host = std::move(rest);
  if (!is_host(address.host)) return std::nullopt;
  return address;
}

std::string handle_in(const Address& address) {
  constexpr std::string_view kProfile = "profile/";
  if (address.host == kBlueskyApp && address.path.starts_with(kProfile)) {
    return address.path.substr(kProfile.size(), address.path.find_first_of("/?#", kProfile.size()) - kProfile.size());
  }
  const bool is_name = address.person.empty() && address.scheme.empty() && address.host.find(':') == std::string::npos;
  return is_name ? address.host : std::string();
}

std::string instance_in(const Address& address) {
  const bool is_bluesky = address.host == kBlueskyApp || address.host.ends_with(kBlueskyHost);
  if (is_bluesky || (address.at_first && address.person.empty())) return {};
  return (address.scheme.empty() ? "https" : address.scheme) + "://" + address.host;
}

std::string line_of(std::string_view name, const Platform& platform, const Settings& settings) {
  const std::string& own = platform.traits().name;
  std::string line = "postq account add " + (name.empty() ? own : quoted_word(name));
  if (!name.empty() && name != own) line += " --platform " + own;
  for (const auto& [setting, value] : settings) line += " " + flag_of(setting) + " " + quoted_word(value);
  return line;
}

}  // namespace

const Platform* platform_meant(World& world, std::string_view typed) {
  const auto& platforms = world.platforms();
  const auto word = lower_case(typed);
  if (const auto* const found = platforms.find(word)) return found;
  const auto other =
      std::find_if(kOtherNames.begin(), kOtherNames.end(), [&](const OtherName& each) { return each.typed == word; });
  if (other != kOtherNames.end()) return platforms.find(other->platform);
  std::vector<std::string> names;
  for (const auto* platform : platforms.all()) names.push_back(platform->traits().name);
  const auto near = closest(word, names);
  return near ? platforms.find(*near) : nullptr;
}

std::optional<Settings> settings_of_address(const Platform& platform, std::string_view typed) {
  const auto& traits = platform.traits();
  const auto needed = std::find_if(traits.settings.begin(), traits.settings.end(),
                                   [](const SettingSpec& spec) { return spec.required; });
  if (needed == traits.settings.end()) return std::nullopt;
  if (needed->is_path) return Settings{{needed->name, std::string(typed)}};
  const auto* const secret_settings = secret_settings_of(platform);
  if (secret_settings != nullptr && secret_settings->is_secret(needed->name)) {
    if (typed.find("://") == std::string_view::npos) return std::nullopt;
    return Settings{{needed->name, placeholder(needed->name)}};
  }
  const auto address = read_address(typed);
  if (!address) return std::nullopt;
  std::string value = needed->name == "handle" ? handle_in(*address) : instance_in(*address);
  if (value.empty()) return std::nullopt;
  return Settings{{needed->name, std::move(value)}};
}

std::string lines_for_address(World& world, std::string_view address, std::string_view name) {
  const auto read = read_address(address);
  if (!read) return {};
  std::string lines;
  const auto add = [&](std::string_view platform_name, const char* what) {
    const auto* const platform = world.platforms().find(platform_name);
    const auto settings = platform == nullptr ? std::nullopt : settings_of_address(*platform, address);
    if (settings) lines += (lines.empty() ? "" : "\n") + line_of(name, *platform, *settings) + what;
  };
  // A person's address with two @, a page, and a name at Bluesky can be only one thing.
  const bool is_open = read->person.empty() && read->scheme.empty() && !read->at_first;
  const bool is_bluesky = instance_in(*read).empty();
  if (!is_bluesky) add(kMastodon, is_open || !read->path.empty() ? "    where it is an instance" : "");
  const bool is_page = !read->path.empty() && !read->path.starts_with('@');
  if (is_page && !is_bluesky) add(kWebhook, "    where a program takes posts");
  if (is_open || is_bluesky) add(kBluesky, is_open && !is_bluesky ? "    where it is a name on Bluesky" : "");
  return lines;
}

std::string lines_for_extra_word(World& world, const std::vector<TypedWord>& typed, std::string_view extra) {
  std::string name;
  std::string platform;
  for (const auto& word : typed) {
    if (word.kind == TypedWord::Kind::argument) name = word.word;
    if (word.kind == TypedWord::Kind::value && word.option_name() == "--platform") platform = word.word;
  }
  const auto* const meant = platform_meant(world, platform.empty() ? name : platform);
  if (meant == nullptr) return lines_for_address(world, extra, check_account_name(name) ? name : std::string());
  const auto settings = settings_of_address(*meant, extra);
  if (!settings) return {};
  const bool is_name = check_account_name(name).has_value() && !platform.empty();
  return line_of(is_name ? name : meant->traits().name, *meant, *settings);
}

}  // namespace postq
