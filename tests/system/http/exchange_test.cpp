#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <thread>

#include "system/http/client_fixture.h"

using namespace postq;
using namespace postq::testing;

TEST_CASE("a request arrives as it was given and its answer comes back") {
  FaultServer server;
  server.next(Behaviour::answer(201, R"({"id":"7"})").with("X-Request-ID", "abc"));
  const auto client = make_curl_client({});
  auto request = to(server.url("/api/v1/statuses?x=1"), "POST", std::string("body\0with a zero", 16));
  request.headers = {{"Authorization", "Bearer t0ken", true}, {"Idempotency-Key", "k"}, {"X-Empty", ""}};

  const auto answer = answer_of(client->exchange(request));

  CHECK(answer.status == 201);
  CHECK(answer.body == R"({"id":"7"})");
  CHECK(answer.header("x-request-id") == "abc");
  CHECK(answer.header("content-type") == "application/json");
  const auto received = server.requests().at(0);
  CHECK(received.method == "POST");
  CHECK(received.target == "/api/v1/statuses?x=1");
  CHECK(received.body == request.body);
  CHECK(received.header("authorization") == "Bearer t0ken");
  CHECK(received.header("idempotency-key") == "k");
  CHECK(contains(received.head, "X-Empty:"));
  CHECK(received.header("user-agent") == "postq/" POSTQ_VERSION);
}

TEST_CASE("nothing is added that the account didn't ask for") {
  FaultServer server;
  const auto client = make_curl_client({});

  // libcurl asks for leave to send a body of more than 1 MiB.
  answer_of(client->exchange(to(server.url(), "POST", std::string(2'000'000, 'x'))));

  const auto received = server.requests().at(0);
  CHECK(received.header("expect").empty());
  CHECK(received.header("content-type").empty());
  CHECK(received.header("accept-encoding").empty());
  CHECK(received.header("cookie").empty());
  CHECK(received.body.size() == 2'000'000);
}

TEST_CASE("every method arrives as itself, with and without a body") {
  FaultServer server;
  const auto client = make_curl_client({});

  for (const auto* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    CAPTURE(method);
    const auto answer = answer_of(client->exchange(to(server.url(), method)));
    CHECK(answer.body == (std::string(method) == "HEAD" ? "" : "{}"));
    CHECK(server.requests().back().method == method);
    CHECK(server.requests().back().body.empty());
  }
  for (const auto* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    CAPTURE(method);
    answer_of(client->exchange(to(server.url(), method, "a=1")));
    CHECK(server.requests().back().method == method);
    CHECK(server.requests().back().body == "a=1");
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("a streamed body arrives whole") {
  FaultServer server;
  const auto client = make_curl_client({});
  auto request = to(server.url("/media"), "POST");
  request.body_size = 1'000'003;
  std::size_t given = 0;
  request.read_body = [&given](char* buffer, std::size_t size) -> Result<std::size_t> {
    const auto piece = std::min<std::size_t>(size, 7'919);
    for (std::size_t i = 0; i < piece; ++i) buffer[i] = static_cast<char>('a' + (given + i) % 26);
    given += piece;
    return piece;
  };

  answer_of(client->exchange(request));

  const auto body = server.requests().at(0).body;
  REQUIRE(body.size() == 1'000'003);
  CHECK(body.substr(0, 5) == "abcde");
  CHECK(body.back() == static_cast<char>('a' + 1'000'002 % 26));
}

TEST_CASE("a streamed body that fails stops the request with its reason, before the body is whole") {
  FaultServer server;
  const auto client = make_curl_client({});
  auto request = to(server.url("/media"), "POST");
  request.body_size = 100'000;
  int calls = 0;
  request.read_body = [&calls](char* buffer, std::size_t size) -> Result<std::size_t> {
    if (++calls == 2) return fail(ErrorKind::storage, "the copy of cat.jpg is damaged", "postq edit 3");
    std::fill_n(buffer, std::min<std::size_t>(size, 1000), 'x');
    return std::min<std::size_t>(size, 1000);
  };

  const auto failure = failure_of(client->exchange(request));

  CHECK(failure.kind == ErrorKind::storage);
  CHECK(failure.message == "the copy of cat.jpg is damaged");
  CHECK(failure.hint == "postq edit 3");
  CHECK(failure.sent == Sent::maybe_sent);
  REQUIRE(server.wait_for(1));
  CHECK_FALSE(server.requests().at(0).complete);
}

TEST_CASE("a streamed body shorter than announced stops the request") {
  FaultServer server;
  const auto client = make_curl_client({});
  auto request = to(server.url("/media"), "POST");
  request.body_size = 5'000;
  request.read_body = [left = std::size_t{1200}](char* buffer, std::size_t size) mutable -> Result<std::size_t> {
    const auto piece = std::min(size, left);
    std::fill_n(buffer, piece, 'x');
    left -= piece;
    return piece;
  };

  const auto failure = failure_of(client->exchange(request));

  CHECK(contains(failure.message, "ended after 1,200 of 5,000 bytes"));
  REQUIRE(server.wait_for(1));
  CHECK_FALSE(server.requests().at(0).complete);
}

TEST_CASE("a redirect is an answer and never followed") {
  FaultServer elsewhere;
  FaultServer server;
  const auto client = make_curl_client({});

  for (const int status : {301, 302, 303, 307, 308}) {
    CAPTURE(status);
    server.next(Behaviour::redirect(status, elsewhere.url("/there")));
    auto request = to(server.url(), "POST", "text");
    request.headers = {{"X-API-Token", "canary", true}};

    const auto answer = answer_of(client->exchange(request));

    CHECK(answer.status == status);
    CHECK(answer.header("location") == elsewhere.url("/there"));
  }
  CHECK(elsewhere.connections() == 0);
  CHECK(server.count("POST") == 5);
}

TEST_CASE("answers that say no or later come back whole") {
  FaultServer server;
  server.next(Behaviour::retry_after(429, "Sun, 06 Nov 1994 08:51:37 GMT"));
  server.next(Behaviour::html(200));
  server.next(Behaviour::answer(500, "oops"));
  server.next(Behaviour::answer(204));
  const auto client = make_curl_client({});

  const auto later = answer_of(client->exchange(to(server.url(), "POST", "x")));
  CHECK(later.status == 429);
  CHECK(parse_retry_after(later.header("retry-after"), time_point(784'111'777)) == Seconds{120});
  CHECK(answer_of(client->exchange(to(server.url()))).header("content-type") == "text/html; charset=utf-8");
  CHECK(answer_of(client->exchange(to(server.url()))).body == "oops");
  CHECK(answer_of(client->exchange(to(server.url()))).body.empty());
}

TEST_CASE("a second request uses the first one's connection") {
  FaultServer server;
  const auto client = make_curl_client({});

  for (int i = 0; i < 5; ++i) answer_of(client->exchange(to(server.url(), "POST", "x")));

  CHECK(server.requests().size() == 5);
  CHECK(server.connections() == 1);
}

TEST_CASE("an account that may not reach this machine can't use the connection of one that may") {
  FaultServer server;
  const auto client = make_curl_client({});
  answer_of(client->exchange(to(server.url())));
  auto request = to("http://localhost:" + std::to_string(server.port()) + "/");
  answer_of(client->exchange(request));

  request.allow_private = false;
  const auto failure = failure_of(client->exchange(request));

  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.kind == ErrorKind::config);
  CHECK(server.requests().size() == 2);
}

TEST_CASE("an idle connection that the server closed is replaced, and the request sent once") {
  FaultServer server;
  const auto client = make_curl_client({});
  server.next(Behaviour::answer(200).with("Connection", "close"));
  answer_of(client->exchange(to(server.url(), "POST", "1")));

  answer_of(client->exchange(to(server.url(), "POST", "2")));

  CHECK(server.count("POST") == 2);
  CHECK(server.connections() == 2);
}

TEST_CASE("64 exchanges at once wait for a slow server together, and none gets another's answer") {
  FaultServer server([](const ReceivedRequest& request) {
    return Behaviour::answer(200, request.body).after(std::chrono::milliseconds{100});
  });
  const auto client = make_curl_client({});
  std::vector<std::string> answers(64);
  const auto start = std::chrono::steady_clock::now();

  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    threads.emplace_back([&, i] {
      const auto result = client->exchange(to(server.url(), "POST", "post " + std::to_string(i)));
      answers[i] = result ? result->body : result.error().message;
    });
  }
  for (auto& thread : threads) thread.join();

  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  for (std::size_t i = 0; i < answers.size(); ++i) CHECK(answers[i] == "post " + std::to_string(i));
  CHECK(server.count("POST") == 64);
  WARN("64 exchanges with a server that takes 100 ms: " << took.count() << " ms");
  CHECK(took < std::chrono::milliseconds{6400} / 2);  // one after the other would take 6400 ms
}

TEST_CASE("an endless answer is stopped at its limit, in little memory") {
  FaultServer server;
  server.next(Behaviour::fault(Act::endless_body));
  const auto client = make_curl_client({});
  rusage before{};
  getrusage(RUSAGE_SELF, &before);

  const auto failure = failure_of(client->exchange(to(server.url(), "POST", "x")));

  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  CHECK(failure.sent == Sent::maybe_sent);
  CHECK(contains(failure.message, "answer longer than 1,048,576 bytes"));
  CHECK(after.ru_maxrss - before.ru_maxrss < 32 * 1024);  // KiB
}

TEST_CASE("an answer may be as long as its limit and not a byte longer") {
  FaultServer server;
  const auto client = make_curl_client({});
  auto request = to(server.url());
  request.answer_limit = 1000;

  server.next(Behaviour::answer(200, std::string(1000, 'x')));
  CHECK(answer_of(client->exchange(request)).body.size() == 1000);
  server.next(Behaviour::answer(200, std::string(1001, 'x')));
  CHECK(contains(failure_of(client->exchange(request)).message, "answer longer than 1,000 bytes"));
}

TEST_CASE("endless headers are stopped") {
  FaultServer server;
  server.next(Behaviour::fault(Act::endless_headers));
  const auto client = make_curl_client({});

  const auto failure = failure_of(client->exchange(to(server.url())));

  CHECK(failure.sent == Sent::maybe_sent);
  CHECK(contains(failure.message, "headers longer than 65,536 bytes"));
}

TEST_CASE("a compressed answer isn't unpacked") {
  FaultServer server;
  server.next(Behaviour::answer(200, "\x1f\x8b not really").with("Content-Encoding", "gzip"));
  const auto client = make_curl_client({});

  CHECK(answer_of(client->exchange(to(server.url()))).body == "\x1f\x8b not really");
}

TEST_CASE("cookies of an answer aren't sent back") {
  FaultServer server;
  server.next(Behaviour::answer(200).with("Set-Cookie", "session=1"));
  const auto client = make_curl_client({});

  answer_of(client->exchange(to(server.url())));
  answer_of(client->exchange(to(server.url())));

  CHECK(server.requests().at(1).header("cookie").empty());
}

TEST_CASE("proxies and passwords of the environment mean nothing") {
  FaultServer server;
  FaultServer proxy;
  char pattern[] = "/tmp/postq-home-XXXXXX";
  const std::string home = mkdtemp(pattern);
  std::ofstream(home + "/.netrc") << "machine 127.0.0.1 login me password canary\n";
  std::ofstream(home + "/.curlrc") << "header = \"X-Curlrc: yes\"\n";
  const std::string old_home = std::getenv("HOME") != nullptr ? std::getenv("HOME") : "/";
  setenv("HOME", home.c_str(), 1);
  const std::vector<std::string> names{"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  for (const auto& name : names) setenv(name.c_str(), proxy.url().c_str(), 1);
  const auto client = make_curl_client({});

  const auto plain = client->exchange(to(server.url()));
  const auto refused = client->exchange(to("https://127.0.0.1:1/"));

  for (const auto& name : names) unsetenv(name.c_str());
  setenv("HOME", old_home.c_str(), 1);
  std::filesystem::remove_all(home);
  CHECK(answer_of(plain).status == 200);
  CHECK_FALSE(refused);
  CHECK(proxy.connections() == 0);
  CHECK(server.requests().at(0).header("authorization").empty());
  CHECK(server.requests().at(0).header("x-curlrc").empty());
}

TEST_CASE("a configured proxy gets the host and nothing of the request") {
  FaultServer proxy;
  proxy.next(Behaviour::answer(407));
  CurlSettings settings;
  settings.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
  const auto client = make_curl_client(settings);
  auto request = to("https://social.example/secret/path", "POST", "text");
  request.allow_private = false;
  request.headers = {{"Authorization", "Bearer canary", true}};

  const auto failure = failure_of(client->exchange(request));

  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.message == "the configured proxy refuses the way to social.example (407)");
  const auto received = proxy.requests().at(0);
  CHECK(received.method == "CONNECT");
  CHECK(received.target == "social.example:443");
  CHECK_FALSE(contains(received.head, "canary"));
  CHECK_FALSE(contains(received.head, "secret"));
}

TEST_CASE("behind a proxy a private address is still refused, and this machine is reached without it") {
  FaultServer proxy;
  FaultServer server;
  CurlSettings settings;
  settings.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
  const auto client = make_curl_client(settings);
  auto request = to("https://10.0.0.1/");
  request.allow_private = false;

  CHECK(failure_of(client->exchange(request)).kind == ErrorKind::config);
  CHECK(answer_of(client->exchange(to(server.url()))).status == 200);
  CHECK(proxy.connections() == 0);
}
