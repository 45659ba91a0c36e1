#include "os/environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>

namespace postq {

namespace {

// Whatever a shell or a script may have put in them, a child can't do without.
constexpr std::array<std::string_view, 6> kNeeded{
    "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XAUTHORITY", "PWD", "OLDPWD"};

// The end of a name that says where something lies, and not what it is.
constexpr std::array<std::string_view, 7> kPlaces{"ASKPASS", "FILE", "DIR", "PATH", "HOME", "SOCK", "STORE"};

constexpr std::array<std::string_view, 9> kAnywhere{"TOKEN",      "SECRET", "PASS",   "CREDENTIAL", "APIKEY",
                                                    "PRIVATEKEY", "BEARER", "COOKIE", "ACCESS_KEY"};
constexpr std::array<std::string_view, 8> kWholeWords{"KEY", "KEYS", "PAT", "PWD", "AUTH", "DSN", "PIN", "JWT"};

constexpr std::array<std::string_view, 10> kBeginnings{"ghp_",  "gho_",  "ghs_", "github_pat_", "glpat-",
                                                       "xoxb-", "xoxp-", "sk-",  "whsec_",      "-----BEGIN "};

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

// Between underscores: the KEY of SSH_KEY and of KEY, not that of KEYMAP.
bool has_word(std::string_view name, std::string_view word) {
  for (std::size_t at = name.find(word); at != std::string_view::npos; at = name.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || name[at - 1] == '_') && (end == name.size() || name[end] == '_')) return true;
  }
  return false;
}

bool is_named_like_a_secret(std::string_view name) {
  const std::string spelled = upper(name);
  const std::string_view shown = spelled;
  if (std::any_of(kPlaces.begin(), kPlaces.end(), [&](auto place) { return shown.ends_with(place); })) return false;
  return shown.ends_with("PWD") ||
         std::any_of(kAnywhere.begin(), kAnywhere.end(),
                     [&](auto mark) { return shown.find(mark) != std::string_view::npos; }) ||
         std::any_of(kWholeWords.begin(), kWholeWords.end(), [&](auto word) { return has_word(shown, word); });
}

// postgres://anna:s3cret@db/: a name and a password in front of a host.
bool has_password_in_address(std::string_view value) {
  for (std::size_t at = value.find("://"); at != std::string_view::npos; at = value.find("://", at + 1)) {
    const auto rest = value.substr(at + 3);
    const auto place = rest.substr(0, rest.find_first_of("/?# \t\n"));
    const auto user = place.substr(0, place.rfind('@') == std::string_view::npos ? 0 : place.rfind('@'));
    if (user.find(':') != std::string_view::npos) return true;
  }
  return false;
}

bool looks_like_a_secret(std::string_view value) {
  const bool three_pieces = std::count(value.begin(), value.end(), '.') == 2;  // a JSON Web Token: eyJ....eyJ....x
  return (value.starts_with("eyJ") && three_pieces) ||
         std::any_of(kBeginnings.begin(), kBeginnings.end(), [&](auto begin) { return value.starts_with(begin); }) ||
         has_password_in_address(value);
}

}  // namespace

bool holds_a_secret(std::string_view name, std::string_view value) {
  if (std::find(kNeeded.begin(), kNeeded.end(), name) != kNeeded.end()) return false;
  if (value.starts_with('/') && ::access(std::string(value).c_str(), F_OK) == 0) return false;
  return is_named_like_a_secret(name) || looks_like_a_secret(value);
}

std::vector<std::string> environment_for_child(OwnVariables own) {
  std::vector<std::string> kept;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view pair = *entry;
    const auto equals = pair.find('=');
    const auto name = pair.substr(0, equals);
    const auto value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    if (own == OwnVariables::dropped && name.starts_with("POSTQ_")) continue;
    if (!holds_a_secret(name, value)) kept.emplace_back(pair);
  }
  return kept;
}

}  // namespace postq
