#include "platforms/webhook/address.h"

#include <postq/base/digest.h>

#include "platforms/common/answers.h"

namespace postq {
namespace {

constexpr std::string_view kSetting = "url";
constexpr std::string_view kShortened = "/...";
constexpr std::size_t kDigits = 12;  // tells a person's webhooks apart, and says little about a short path

bool is_bare(const WebUrl& url) {
  return url.path == "/" && url.query.empty();
}

}  // namespace

bool is_shortened(std::string_view address) {
  return address.ends_with(kShortened);
}

std::string webhook_identity(const WebUrl& url) {
  if (is_bare(url)) return url.origin() + url.path;
  return url.origin() + "/#" + sha256(url.origin() + url.path).hex().substr(0, kDigits);
}

SecretValues take_webhook_address(Account& account) {
  const auto url = parse_web_url(account.setting(std::string(kSetting)), kSetting);
  if (!url || is_shortened(account.setting(std::string(kSetting))) || is_bare(*url)) return {};
  SecretValues taken;
  taken.emplace(kSetting, Secret(url->text()));
  account.settings[std::string(kSetting)] = url->origin() + std::string(kShortened);
  account.base_url = url->origin();
  if (!account.remote_id.empty()) account.remote_id = webhook_identity(*url);
  return taken;
}

Result<WebUrl> webhook_address(const Account& account, const SecretValues& secrets) {
  const auto shown = account.setting(std::string(kSetting));
  if (!is_shortened(shown)) return parse_web_url(shown, kSetting);
  const auto kept = secrets.find(std::string(kSetting));
  const std::string again = sign_in_command(account).empty() ? "" : sign_in_command(account) + " --url URL";
  if (kept == secrets.end()) {
    return fail(
        ErrorKind::sign_in,
        "the address of " + account.name + " isn't here: the queue knows no more of it than " + std::string(shown),
        again);
  }
  auto url = parse_web_url(kept->second.reveal(), kSetting);
  if (!url) return fail(ErrorKind::config, "the address that is kept for " + account.name + " can't be read", again);
  const bool same = account.remote_id.empty() ? url->origin() + std::string(kShortened) == shown
                                              : webhook_identity(*url) == account.remote_id;
  if (!same) {
    return fail(ErrorKind::config,
                "the address that is kept for " + account.name + " is not the one that the account was added with",
                again);
  }
  return url;
}

}  // namespace postq
