#pragma once

#include <string>

#include <postq/core/account.h>
#include <postq/ports/platform.h>

namespace postq {

// What a platform is, too, when settings of its accounts may be given anew without becoming another account: a feed's
// title, its language, its address.
class ChangeableSettings {
 public:
  virtual ~ChangeableSettings() = default;
  virtual bool is_changeable(const std::string& setting) const = 0;
  // Makes what is public already follow the settings that differ, and says who the account is now: the same as before.
  // Both were checked. Harmless to repeat.
  virtual Result<Identity> change_settings(const Account& before, const Account& after,
                                           PlatformContext& context) const = 0;
};

// Nothing for a platform without any.
inline const ChangeableSettings* changeable_settings_of(const Platform& platform) {
  return dynamic_cast<const ChangeableSettings*>(&platform);
}

}  // namespace postq
