#include <postq/core/account.h>

namespace postq {

namespace {

constexpr std::size_t kNameLimit = 32;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string_view Account::setting(const std::string& key) const {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string_view{} : std::string_view{found->second};
}

Status check_account_name(std::string_view name) {
  bool fits = !name.empty() && name.size() <= kNameLimit && is_lower_or_digit(name.front());
  for (const char c : name) fits = fits && (is_lower_or_digit(c) || c == '-');
  if (fits) return {};
  return fail(ErrorKind::usage, "'" + std::string(name) + "' can't be an account's name",
              "use up to 32 lower-case letters, digits and dashes, such as `work-bsky`");
}

}  // namespace postq
