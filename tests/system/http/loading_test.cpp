#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "system/http/client_fixture.h"
#include "system/http/curl_api.h"

using namespace postq;
using namespace postq::testing;

namespace {

bool is_mapped(const std::string& library) {
  std::ifstream maps("/proc/self/maps");
  std::stringstream text;
  text << maps.rdbuf();
  return contains(text.str(), library);
}

}  // namespace

// Runs alone in a process of its own, started by the test below: what was opened once stays open.
TEST_CASE("in a fresh process nothing of libcurl is there before the first exchange", "[.fresh]") {
  FaultServer server;
  const auto client = make_curl_client({});
  auto unsound = to(server.url());
  unsound.method = "";
  failure_of(client->exchange(unsound));
  for (const auto* library : {"libcurl", "libssl", "libcrypto"}) {
    CAPTURE(library);
    CHECK_FALSE(is_mapped(library));
  }

  answer_of(client->exchange(to(server.url())));

  CHECK(is_mapped("libcurl.so.4"));
}

TEST_CASE("libcurl is opened by the first exchange and not before") {
  const auto self = std::filesystem::read_symlink("/proc/self/exe").string();

  CHECK(std::system(("'" + self + "' '[.fresh]' >/dev/null").c_str()) == 0);
}

TEST_CASE("a missing libcurl is said to be missing, with the package to install") {
  const auto api = http::load_curl_api("libpostq-has-no-such-thing.so.4");

  REQUIRE_FALSE(api);
  CHECK(api.error().kind == ErrorKind::config);
  CHECK(contains(api.error().message, "libcurl4"));
  CHECK(api.error().hint == "install it: sudo apt install libcurl4");
}

TEST_CASE("a library that isn't libcurl is refused") {
  const auto api = http::load_curl_api("libm.so.6");

  REQUIRE_FALSE(api);
  CHECK(api.error().kind == ErrorKind::config);
  CHECK(contains(api.error().message, "lacks a function"));
}

TEST_CASE("the version of libcurl can be told") {
  const auto version = curl_version_text();

  REQUIRE(version);
  CHECK(contains(*version, "libcurl/"));
  CHECK(contains(*version, "OpenSSL/"));
}
