#include "system/http/address.h"

#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>

#include "support/catch.h"

using namespace postq::http;

namespace {

AddressKind kind(const std::string& literal) {
  const auto found = literal_address_kind(literal);
  REQUIRE(found);
  return *found;
}

}  // namespace

TEST_CASE("addresses that everyone can reach are everyone's") {
  for (const auto* address : {"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.1",
                              "192.167.255.255", "192.169.0.1", "169.253.255.255", "169.255.0.0", "11.0.0.1",
                              "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808"}) {
    CAPTURE(address);
    CHECK(kind(address) == AddressKind::everyone);
  }
}

TEST_CASE("addresses inside a private network are told from everyone's") {
  for (const auto* address :
       {"10.0.0.1",       "10.255.255.255", "172.16.0.1",      "172.31.255.255", "192.168.0.1",  "169.254.169.254",
        "169.254.0.1",    "100.64.0.1",     "100.127.255.255", "192.0.0.1",      "192.0.2.1",    "198.18.0.1",
        "198.19.255.255", "198.51.100.7",   "203.0.113.9",     "240.0.0.1",      "fd00::1",      "fc00::1",
        "fe80::1",        "fec0::1",        "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::10.0.0.1",   "64:ff9b::a00:1",
        "64:ff9b:1::1",   "2002:a00:1::",   "2001:0:1::1",     "2001:db8::1",    "fd00:ec2::254"}) {
    CAPTURE(address);
    CHECK(kind(address) == AddressKind::private_net);
  }
}

TEST_CASE("this machine is recognised by all its addresses") {
  for (const auto* address :
       {"127.0.0.1", "127.255.255.255", "::1", "[::1]", "::ffff:127.0.0.1", "[::ffff:7f00:1]", "64:ff9b::7f00:1"}) {
    CAPTURE(address);
    CHECK(kind(address) == AddressKind::loopback);
  }
}

TEST_CASE("addresses that no server has are nobody's") {
  for (const auto* address :
       {"0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "255.255.255.255", "::", "ff02::1", "::ffff:0.0.0.0"}) {
    CAPTURE(address);
    CHECK(kind(address) == AddressKind::nobody);
  }
}

TEST_CASE("a name is no address") {
  CHECK_FALSE(literal_address_kind("localhost"));
  CHECK_FALSE(literal_address_kind("example.org"));
  CHECK_FALSE(literal_address_kind("10.0.0"));
  CHECK_FALSE(literal_address_kind(""));
}

TEST_CASE("a resolved address is judged like a written one") {
  sockaddr_in four{};
  four.sin_family = AF_INET;
  inet_pton(AF_INET, "192.168.7.8", &four.sin_addr);
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  inet_pton(AF_INET6, "fe80::1", &six.sin6_addr);
  sockaddr other{};
  other.sa_family = AF_UNIX;

  CHECK(address_kind(reinterpret_cast<const sockaddr*>(&four)) == AddressKind::private_net);
  CHECK(address_text(reinterpret_cast<const sockaddr*>(&four)) == "192.168.7.8");
  CHECK(address_kind(reinterpret_cast<const sockaddr*>(&six)) == AddressKind::private_net);
  CHECK(address_text(reinterpret_cast<const sockaddr*>(&six)) == "fe80::1");
  CHECK(address_kind(&other) == AddressKind::nobody);
  CHECK(address_text(&other) == "unknown");
}
