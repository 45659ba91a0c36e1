#include "support/tls_server.h"
#include "system/http/client_fixture.h"

using namespace postq;
using namespace postq::testing;

namespace {

// Generating takes a moment, so all tests share one set, which none of them changes.
const TestCertificates& certificates() {
  static const TestCertificates made;
  return made;
}

HttpRequest trusting(const std::string& url, const std::string& ca = "ca") {
  auto request = to(url);
  if (!ca.empty()) request.ca_file = certificates().certificate(ca);
  return request;
}

HttpFailure certificate_failure(const std::string& name, const std::string& ca) {
  const TlsServer server(certificates().certificate(name), certificates().key(name));
  const auto client = make_curl_client({});
  auto failure = failure_of(client->exchange(trusting(server.url(), ca)));
  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.kind == ErrorKind::config);
  CHECK(contains(failure.message, "127.0.0.1:" + server.port()));
  CHECK_FALSE(failure.hint.empty());
  return failure;
}

}  // namespace

TEST_CASE("a server whose certificate the account's own CA signed is spoken to") {
  const TlsServer server(certificates().certificate("good"), certificates().key("good"));
  const auto client = make_curl_client({});

  const auto answer = answer_of(client->exchange(trusting(server.url())));

  CHECK(answer.status == 200);
  CHECK(answer_of(client->exchange(trusting(server.url("localhost")))).status == 200);
}

TEST_CASE("the system's CAs don't vouch for a private CA, and each account has its own") {
  const TlsServer server(certificates().certificate("good"), certificates().key("good"));
  const auto client = make_curl_client({});
  answer_of(client->exchange(trusting(server.url())));

  const auto failure = failure_of(client->exchange(trusting(server.url(), "")));

  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.kind == ErrorKind::config);
  CHECK(contains(failure.message, "is signed by nobody this machine trusts"));
  CHECK(contains(failure.hint, "--ca-file"));
}

TEST_CASE("an expired certificate is said to be expired") {
  CHECK(contains(certificate_failure("expired", "ca").message, "has expired"));
}

TEST_CASE("a certificate for another host is said to be another host's") {
  CHECK(contains(certificate_failure("other", "ca").message, "is for another host"));
}

TEST_CASE("a self-signed certificate is said to be self-signed") {
  CHECK(contains(certificate_failure("self", "").message, "is self-signed"));
}

TEST_CASE("a server with nothing newer than TLS 1.1 is refused") {
  const TlsServer server(certificates().certificate("good"), certificates().key("good"),
                         {"-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"});
  const auto client = make_curl_client({});

  const auto failure = failure_of(client->exchange(trusting(server.url())));

  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.kind == ErrorKind::config);
  CHECK(contains(failure.message, "doesn't speak TLS 1.2 or newer"));
}

TEST_CASE("a CA file that can't be read is a matter of configuration") {
  const TlsServer server(certificates().certificate("good"), certificates().key("good"));
  const auto client = make_curl_client({});
  auto request = to(server.url());
  request.ca_file = certificates().certificate("missing");

  const auto failure = failure_of(client->exchange(request));

  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.kind == ErrorKind::config);
  CHECK(contains(failure.message, "CA file"));
}

TEST_CASE("certificates named by the environment aren't trusted") {
  const TlsServer server(certificates().certificate("good"), certificates().key("good"));
  const auto client = make_curl_client({});
  const auto ca = certificates().certificate("ca");
  for (const auto* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE"}) setenv(name, ca.c_str(), 1);

  const auto failure = failure_of(client->exchange(trusting(server.url(), "")));

  for (const auto* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE"}) unsetenv(name);
  CHECK(failure.kind == ErrorKind::config);
}
