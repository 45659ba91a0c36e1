#pragma once

#include <postq/ports/platform.h>

namespace postq {

// kind usage when a setting is missing, unknown to the platform or a switch with a value; trims nothing.
Status check_setting_names(const Account& account, const PlatformTraits& traits);

// The settings that every platform with a network has: --allow-private and --ca-file.
std::vector<SettingSpec> network_settings();

// An absolute path when --ca-file is given; kind usage otherwise.
Status check_network_settings(const Account& account);

// Gives a request what the account's settings permit: its CA, and private addresses where they are allowed and the
// request goes to an origin (scheme, host and port) that the settings name. Whatever else leads somewhere has no leave:
// a redirect, a page and its picture, somebody's DID document, what a server says of itself.
void permit(HttpRequest& request, const Account& account);

}  // namespace postq
