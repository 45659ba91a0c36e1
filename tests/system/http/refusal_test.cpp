// What postq doesn't put on the wire at all.
#include <rapidcheck.h>

#include "system/http/client_fixture.h"
#include "system/http/request_check.h"

using namespace postq;
using namespace postq::testing;

namespace {

HttpFailure refusal_of(const HttpRequest& request) {
  const auto client = make_curl_client({});
  auto failure = failure_of(client->exchange(request));
  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.kind == ErrorKind::config);
  CHECK_FALSE(failure.hint.empty());
  return failure;
}

}  // namespace

TEST_CASE("this machine is refused in every spelling unless the account allows it") {
  FaultServer server;
  const auto port = ":" + std::to_string(server.port()) + "/";

  for (const std::string host :
       {"127.0.0.1", "127.1", "127.0.1", "0x7f000001", "0x7f.1", "0177.0.0.1", "2130706433", "017700000001", "[::1]",
        "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost", "LOCALHOST", "127.0.0.2"}) {
    for (const std::string scheme : {"http://", "https://"}) {
      CAPTURE(scheme, host);
      auto request = to(scheme + host + port, "POST", "text");
      request.allow_private = false;

      const auto failure = refusal_of(request);

      CHECK(contains(failure.message, "is this machine itself"));
      CHECK(contains(failure.hint, "--allow-private"));
    }
  }
  CHECK(server.connections() == 0);
}

TEST_CASE("private and link-local addresses are refused unless the account allows them") {
  for (const std::string host :
       {"10.0.0.1", "10.1", "172.16.0.1", "192.168.0.1", "192.168.257", "0xc0a80001", "169.254.169.254", "0xa9fea9fe",
        "100.64.0.1", "[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "[fd00:ec2::254]"}) {
    CAPTURE(host);
    auto request = to("https://" + host + "/");
    request.allow_private = false;

    const auto failure = refusal_of(request);

    CHECK(contains(failure.message, "is inside a private network"));
    CHECK(contains(failure.hint, "--allow-private"));
  }
}

TEST_CASE("addresses that no server has are refused even to an account that allows private ones") {
  for (const std::string host : {"0.0.0.0", "0", "224.0.0.1", "255.255.255.255", "[::]", "[ff02::1]"}) {
    CAPTURE(host);
    CHECK(contains(refusal_of(to("https://" + host + "/")).message, "is no server's address"));
  }
}

TEST_CASE("only https is spoken, but to this machine") {
  CHECK(contains(refusal_of(to("http://social.example/")).message, "only by https"));
  CHECK(contains(refusal_of(to("http://10.0.0.1/")).message, "only by https"));
  CHECK(contains(refusal_of(to("http://localhost.example/")).message, "only by https"));
  for (const auto* url : {"file:///etc/passwd", "gopher://social.example/", "dict://social.example/",
                          "ftp://x.example/", "scp://x.example/", "social.example/path", "", "https://", "//x.example/",
                          "http:///", "https://[::1/", "https://exa mple.org/", "javascript:alert(1)"}) {
    CAPTURE(url);
    refusal_of(to(url));
  }
}

TEST_CASE("a user name in a URL is refused and not repeated in the message") {
  for (const std::string url : {"https://me:canary@social.example/", "https://canary@social.example/",
                                "http://social.example:canary@127.0.0.1/"}) {
    const auto failure = refusal_of(to(url));

    CHECK(failure.message == "the URL holds a user name or password before its host");
    CHECK_FALSE(contains(failure.message + failure.hint, "canary"));
  }
}

TEST_CASE("what could end a header and begin another is refused, and its value not repeated") {
  FaultServer server;

  for (const auto& bad : {std::string("a\r\nX-Evil: 1"), std::string("a\nX: 1"), std::string("a\rb"),
                          std::string("a\0b", 3), std::string("a\x1b[2J"), std::string("a\x7f"), std::string("a\tb")}) {
    auto value = to(server.url());
    value.headers = {{"Authorization", "canary" + bad, true}};
    CHECK_FALSE(contains(refusal_of(value).message, "canary"));

    auto name = to(server.url());
    name.headers = {{"X-" + bad, "1"}};
    refusal_of(name);

    auto method = to(server.url());
    method.method = "GET" + bad;
    refusal_of(method);

    refusal_of(to(server.url("/" + bad)));
  }
  CHECK(server.connections() == 0);
}

TEST_CASE("header names and methods are tokens") {
  FaultServer server;

  for (const std::string bad : {"", "a b", "a:b", "a(b)", "\xc3\xa4"}) {
    auto request = to(server.url());
    request.headers = {{bad, "1"}};
    refusal_of(request);
    refusal_of(to(server.url(), bad));
  }
  CHECK(server.connections() == 0);
}

TEST_CASE("headers that frame the message can't be given") {
  FaultServer server;

  for (const std::string name :
       {"Content-Length", "transfer-encoding", "HOST", "Connection", "Expect", "Proxy-Authorization", "Upgrade"}) {
    auto request = to(server.url(), "POST", "text");
    request.headers = {{name, "1"}};
    CHECK(contains(refusal_of(request).message, name));
  }
  CHECK(server.connections() == 0);
}

TEST_CASE("no header value with a control character is ever sound") {
  CHECK(rc::check("control characters are found wherever they stand",
                  [](const std::string& before, const std::string& after) {
                    const auto control = *rc::gen::oneOf(rc::gen::inRange(0, 0x20), rc::gen::just(0x7f));
                    HttpRequest request;
                    request.url = "https://social.example/";
                    request.headers = {{"X-Note", before + static_cast<char>(control) + after}};
                    RC_ASSERT(http::flaw_of(request).has_value());
                  }));
}
