#include "system/http/address.h"

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>

namespace postq::http {
namespace {

struct Range4 {
  std::uint32_t network;
  int bits;
  AddressKind kind;
};

constexpr std::uint32_t ip4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// IANA's special-purpose registry; what isn't listed is everyone's.
constexpr std::array<Range4, 16> kSpecial4{{
    {ip4(0, 0, 0, 0), 8, AddressKind::nobody},  // Linux takes 0.0.0.0 for this machine
    {ip4(10, 0, 0, 0), 8, AddressKind::private_net},
    {ip4(100, 64, 0, 0), 10, AddressKind::private_net},
    {ip4(127, 0, 0, 0), 8, AddressKind::loopback},
    {ip4(169, 254, 0, 0), 16, AddressKind::private_net},  // among them the metadata of cloud machines
    {ip4(172, 16, 0, 0), 12, AddressKind::private_net},
    {ip4(192, 0, 0, 0), 24, AddressKind::private_net},
    {ip4(192, 0, 2, 0), 24, AddressKind::private_net},
    {ip4(192, 88, 99, 0), 24, AddressKind::private_net},
    {ip4(192, 168, 0, 0), 16, AddressKind::private_net},
    {ip4(198, 18, 0, 0), 15, AddressKind::private_net},
    {ip4(198, 51, 100, 0), 24, AddressKind::private_net},
    {ip4(203, 0, 113, 0), 24, AddressKind::private_net},
    {ip4(224, 0, 0, 0), 4, AddressKind::nobody},
    {ip4(255, 255, 255, 255), 32, AddressKind::nobody},
    {ip4(240, 0, 0, 0), 4, AddressKind::private_net},
}};

AddressKind kind_of_4(std::uint32_t address) {
  for (const auto& range : kSpecial4) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32 - range.bits);
    if ((address & mask) == range.network) return range.kind;
  }
  return AddressKind::everyone;
}

using Bytes16 = std::array<std::uint8_t, 16>;

std::uint32_t last_four(const Bytes16& a) {
  return ip4(a[12], a[13], a[14], a[15]);
}

bool is_zero(const Bytes16& a, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    if (a[i] != 0) return false;
  }
  return true;
}

AddressKind kind_of_6(const Bytes16& a) {
  if (is_zero(a, 0, 15)) {
    if (a[15] == 0) return AddressKind::nobody;
    if (a[15] == 1) return AddressKind::loopback;
  }
  if (a[0] == 0xff) return AddressKind::nobody;
  // An IPv4 address in the clothes of an IPv6 one is never a public server's, but it may well be loopback.
  if (is_zero(a, 0, 10) && a[10] == 0xff && a[11] == 0xff) {
    const auto inner = kind_of_4(last_four(a));
    return inner == AddressKind::everyone ? AddressKind::private_net : inner;
  }
  // NAT64 reaches the IPv4 address inside.
  if (a[0] == 0x00 && a[1] == 0x64 && a[2] == 0xff && a[3] == 0x9b && is_zero(a, 4, 12)) return kind_of_4(last_four(a));
  if ((a[0] & 0xe0) != 0x20) return AddressKind::private_net;  // only 2000::/3 is given out
  // 2002::/16, and 2001::/23 for protocols of their own: Teredo, benchmarks, hosts' identities.
  const bool tunnel = (a[0] == 0x20 && a[1] == 0x02) || (a[0] == 0x20 && a[1] == 0x01 && a[2] <= 1);
  const bool documentation = (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && a[3] == 0xb8) ||
                             (a[0] == 0x3f && a[1] == 0xff && (a[2] & 0xf0) == 0);
  return tunnel || documentation ? AddressKind::private_net : AddressKind::everyone;
}

Bytes16 bytes_of(const in6_addr& address) {
  Bytes16 bytes{};
  std::memcpy(bytes.data(), &address, bytes.size());
  return bytes;
}

}  // namespace

AddressKind address_kind(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    return kind_of_4(ntohl(in.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    return kind_of_6(bytes_of(in.sin6_addr));
  }
  return AddressKind::nobody;
}

std::optional<AddressKind> literal_address_kind(const std::string& host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const std::string text = bracketed ? host.substr(1, host.size() - 2) : host;
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) return kind_of_4(ntohl(four.s_addr));
  in6_addr six{};
  if (inet_pton(AF_INET6, text.c_str(), &six) == 1) return kind_of_6(bytes_of(six));
  return std::nullopt;
}

std::string address_text(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    if (inet_ntop(AF_INET, &in.sin_addr, text.data(), text.size()) != nullptr) return text.data();
  } else if (address->sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    if (inet_ntop(AF_INET6, &in.sin6_addr, text.data(), text.size()) != nullptr) return text.data();
  }
  return "unknown";
}

}  // namespace postq::http
