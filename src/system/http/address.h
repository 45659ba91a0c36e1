#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/socket.h>

namespace postq::http {

// Who can be behind an address. A server named by a person must be reachable by everyone; the rest is the inside of
// somebody's network, where a request could do what its sender isn't allowed to.
enum class AddressKind : std::uint8_t {
  everyone,     // global unicast
  loopback,     // this machine
  private_net,  // private, shared, link-local, unique local, tunnels into these, documentation, reserved
  nobody,       // unspecified, multicast, broadcast: never the address of a server
};

AddressKind address_kind(const sockaddr* address);

// The same for an address written as text, "127.0.0.1" or "::1" or "[::1]"; nothing when it is a name.
std::optional<AddressKind> literal_address_kind(const std::string& host);

// "192.168.0.1", "fe80::1"; "unknown" for other families.
std::string address_text(const sockaddr* address);

}  // namespace postq::http
