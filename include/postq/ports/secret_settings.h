#pragma once

#include <string>

#include <postq/core/account.h>
#include <postq/ports/platform.h>
#include <postq/ports/secrets.h>

namespace postq {

// What a platform is, too, when its settings hold secrets. They are asked for unseen and never said again; they lie
// beside the token, under the setting's name, where send() finds them.
class SecretSettings {
 public:
  virtual ~SecretSettings() = default;
  virtual bool is_secret(const std::string& setting) const = 0;
  // Takes what is secret out of the settings, and out of who the account is. Nothing where that was done before.
  virtual SecretValues take_secrets(Account& account) const = 0;
  // Whether a setting shows that there is a secret to it.
  virtual bool is_shortened(const Account& account, const std::string& setting) const = 0;
};

// Nothing for a platform without any.
inline const SecretSettings* secret_settings_of(const Platform& platform) {
  return dynamic_cast<const SecretSettings*>(&platform);
}

}  // namespace postq
