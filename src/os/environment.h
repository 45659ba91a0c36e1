#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postq {

// Whether a variable of the environment holds a secret, by its name (BSKY_TOKEN, PGPASSWORD) or by its value: an
// address with a password in it, or what begins as the tokens of well-known services do. What only says where a secret
// lies (PASSWORD_STORE_DIR, SSH_AUTH_SOCK, or the path of a file that is there) is none.
bool holds_a_secret(std::string_view name, std::string_view value);

enum class OwnVariables : std::uint8_t { kept, dropped };  // POSTQ_*

// "NAME=value" of this process's environment, for a child: all but secrets. What a child needs to reach the person's
// desktop and agents (DISPLAY, WAYLAND_DISPLAY, DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR, SSH_AUTH_SOCK) stays.
std::vector<std::string> environment_for_child(OwnVariables own);

}  // namespace postq
