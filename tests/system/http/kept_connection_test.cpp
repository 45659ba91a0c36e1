// Kept connections: servers close them when they like, and what is on its way at that moment is lost.
#include <functional>
#include <thread>

#include "system/http/client_fixture.h"

using namespace postq;
using namespace postq::testing;
using namespace std::chrono_literals;

namespace {

struct ClosingServer {
  std::string name;
  std::function<Behaviour()> answer;
};

// Servers that close the connection after each answer, in all the ways in which they say so or don't.
std::vector<ClosingServer> closing_servers() {
  return {
      {"silently, at once", [] { return Behaviour{}.closing(); }},
      {"silently, after a moment", [] { return Behaviour{}.closing(3ms); }},
      {"silently, long after the next request", [] { return Behaviour{}.closing(40ms); }},
      {"and says so", [] { return Behaviour{}.with("Connection", "close").closing(); }},
      {"and says so, later", [] { return Behaviour{}.with("Connection", "close").closing(40ms); }},
      {"though it promised to keep it", [] { return Behaviour{}.with("Keep-Alive", "timeout=60").closing(3ms); }},
  };
}

}  // namespace

TEST_CASE(
    "from a server that closes the connection after each answer, every answer is got, and nothing is sent twice") {
  for (const auto& closing : closing_servers()) {
    INFO(closing.name);
    FaultServer server([&closing](const ReceivedRequest&) { return closing.answer(); });
    const auto client = make_curl_client({});
    for (int i = 0; i < 5; ++i) {
      CHECK(answer_of(client->exchange(to(server.url()))).status == 200);
      CHECK(answer_of(client->exchange(to(server.url()))).status == 200);
      CHECK(answer_of(client->exchange(to(server.url(), "POST", "post " + std::to_string(i)))).status == 200);
    }
    CHECK(server.count("POST") == 5);
  }
}

TEST_CASE("a GET that a kept connection lost is sent once more on a fresh one, asked again whether it may") {
  for (const auto act : {Act::close_silently, Act::reset}) {
    FaultServer server;
    const auto client = make_curl_client({});
    answer_of(client->exchange(to(server.url("/first"))));
    server.next(Behaviour::fault(act));
    server.next(Behaviour::answer(200, "here"));
    auto request = to(server.url("/second"));
    int asked = 0;
    request.before_send = [&asked]() -> Status {
      ++asked;
      return {};
    };

    CHECK(answer_of(client->exchange(request)).body == "here");

    REQUIRE(server.requests().size() == 3);
    CHECK(server.requests().at(1).connection == 1);
    CHECK(server.requests().at(2).connection > 1);
    CHECK(asked == 2);
  }
}

TEST_CASE("a GET is not sent more than twice, and not again on its own first connection") {
  FaultServer server;
  const auto client = make_curl_client({});
  answer_of(client->exchange(to(server.url())));
  for (int i = 0; i < 2; ++i) server.next(Behaviour::fault(Act::close_silently));
  CHECK(failure_of(client->exchange(to(server.url()))).sent == Sent::maybe_sent);
  CHECK(server.requests().size() == 3);

  server.next(Behaviour::fault(Act::close_silently));
  CHECK(failure_of(client->exchange(to(server.url()))).sent == Sent::maybe_sent);
  CHECK(server.requests().size() == 4);
}

TEST_CASE("a GET whose answer broke off is not repeated, nor one that nobody answered in time") {
  for (const auto act : {Act::close_in_headers, Act::close_after_headers, Act::truncate, Act::never_answer}) {
    CAPTURE(static_cast<int>(act));
    FaultServer server;
    const auto client = make_curl_client({});
    answer_of(client->exchange(to(server.url())));
    server.next(Behaviour::fault(act));
    auto request = to(server.url());
    request.deadline = 300ms;

    CHECK(failure_of(client->exchange(request)).sent == Sent::maybe_sent);
    CHECK(server.requests().size() == 2);
  }
}

TEST_CASE("what a stopped queue refuses isn't asked again by the repetition") {
  FaultServer server;
  const auto client = make_curl_client({});
  answer_of(client->exchange(to(server.url())));
  server.next(Behaviour::fault(Act::close_silently));
  auto request = to(server.url());
  int asked = 0;
  request.before_send = [&asked]() -> Status {
    if (++asked == 1) return {};
    return fail(ErrorKind::refused, "everything is paused", "postq resume");
  };

  const auto failure = failure_of(client->exchange(request));

  CHECK(failure.message == "everything is paused");
  CHECK(server.requests().size() == 2);
}

TEST_CASE("a server that was seen to close is asked on a fresh connection from then on") {
  FaultServer server;
  const auto client = make_curl_client({});
  answer_of(client->exchange(to(server.url())));
  server.next(Behaviour::fault(Act::close_silently));
  answer_of(client->exchange(to(server.url())));
  const int before = server.connections();

  for (int i = 0; i < 3; ++i) answer_of(client->exchange(to(server.url(), i == 1 ? "POST" : "GET")));

  CHECK(server.connections() == before + 3);
  CHECK(server.requests().size() == 6);
}

TEST_CASE("what publishes goes over a kept connection only a moment after it was used; a GET may be late") {
  FaultServer server;
  const auto client = make_curl_client({});
  answer_of(client->exchange(to(server.url(), "POST", "1")));
  answer_of(client->exchange(to(server.url(), "POST", "2")));
  CHECK(server.connections() == 1);

  std::this_thread::sleep_for(1'100ms);
  answer_of(client->exchange(to(server.url())));
  CHECK(server.connections() == 1);
  std::this_thread::sleep_for(1'100ms);
  answer_of(client->exchange(to(server.url(), "POST", "3")));
  answer_of(client->exchange(to(server.url(), "POST", "4")));

  CHECK(server.connections() == 2);
  CHECK(server.requests().at(3).connection == 2);
  CHECK(server.requests().at(4).connection == 2);
}

TEST_CASE("what can't be had again gets a connection of its own") {
  FaultServer server;
  const auto client = make_curl_client({});
  answer_of(client->exchange(to(server.url())));
  auto request = to(server.url(), "POST", "code=1");
  request.secrets = {"1"};

  answer_of(client->exchange(request));
  answer_of(client->exchange(to(server.url(), "POST", "x")));

  CHECK(server.connections() == 2);
  CHECK(server.requests().at(1).connection == 2);
  CHECK(server.requests().at(2).connection == 2);
}
