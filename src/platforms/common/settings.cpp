#include "platforms/common/settings.h"

#include <algorithm>
#include <array>

#include <postq/text/text.h>

#include "platforms/common/url.h"

namespace postq {
namespace {

// Not a platform's: how the token is fetched is said for every account alike.
constexpr std::string_view kTokenCommand = "token_command";

// The settings in which a person names servers. Others may be what a server told about itself.
constexpr std::array<std::string_view, 2> kServers{"url", "plc"};

bool same_origin(const WebUrl& a, const WebUrl& b) {
  const auto port = [](const WebUrl& url) -> std::string {
    return !url.port.empty() ? url.port : url.scheme == "https" ? "443" : "80";
  };
  return a.scheme == b.scheme && a.host == b.host && port(a) == port(b);
}

// Whether the account's settings name the server of this address.
bool is_named(const Account& account, const std::string& address) {
  const auto url = parse_web_url(address, "url");
  return url && std::any_of(kServers.begin(), kServers.end(), [&](std::string_view name) {
           const auto own = parse_web_url(account.setting(std::string(name)), name);
           return own && same_origin(*url, *own);
         });
}

// The flag of a setting: allow_private is typed --allow-private.
std::string flag(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

}  // namespace

Status check_setting_names(const Account& account, const PlatformTraits& traits) {
  std::vector<std::string> known;
  for (const SettingSpec& spec : traits.settings) {
    known.push_back(spec.name);
    const std::string value(account.setting(spec.name));
    if (spec.required && value.empty()) {
      return fail(ErrorKind::usage, traits.title + " needs " + flag(spec.name) + ": " + spec.help,
                  "postq account add " + (account.name.empty() ? "NAME" : account.name) + " --platform " + traits.name +
                      " " + flag(spec.name) + " ...");
    }
    if (spec.is_switch && !value.empty() && value != "yes") {
      return fail(ErrorKind::usage, flag(spec.name) + " takes no value", "leave out " + value);
    }
  }
  for (const auto& [name, value] : account.settings) {
    if (name == kTokenCommand || std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto near = closest(name, known);
    std::string all;
    for (const std::string& one : known) all += (all.empty() ? "" : ", ") + flag(one);
    return fail(ErrorKind::usage, traits.title + " has no setting " + flag(name),
                near ? "did you mean " + flag(*near) + "?" : "it takes " + all);
  }
  return {};
}

std::vector<SettingSpec> network_settings() {
  return {{"allow_private", "may reach this machine and private networks", false, true},
          {"ca_file", "trust the certificates in this file instead of the system's", false, false, true}};
}

void permit(HttpRequest& request, const Account& account) {
  request.allow_private = account.allows_private() && is_named(account, request.url);
  request.ca_file = std::string(account.setting("ca_file"));
}

Status check_network_settings(const Account& account) {
  const std::string_view file = account.setting("ca_file");
  if (!file.empty() && file.front() != '/') {
    return fail(ErrorKind::usage, "--ca-file is no absolute path", "--ca-file /path/to/ca.pem");
  }
  return {};
}

}  // namespace postq
