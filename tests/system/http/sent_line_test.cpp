// The line between what provably wasn't sent and what may have been: the heart of "never twice".
#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "system/http/client_fixture.h"
#include "system/http/failure.h"

using namespace postq;
using namespace postq::testing;

namespace {

// A port that is taken, so that nobody else can listen there, and refuses connections.
class ClosedPort {
 public:
  ClosedPort() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = ntohs(address.sin_port);
  }
  ~ClosedPort() { close(socket_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;
  int port = 0;

 private:
  int socket_;
};

}  // namespace

TEST_CASE("a request on a reused connection that dies without an answer is sent once, never repeated silently") {
  // Measured with default settings: libcurl repeats it on a new connection and reports success.
  for (const auto act : {Act::close_silently, Act::reset}) {
    for (const auto* method : {"POST", "PUT", "PATCH", "DELETE"}) {
      for (const std::size_t size : {0U, 2U, 300'000U}) {
        CAPTURE(method, size, static_cast<int>(act));
        FaultServer server;
        const auto client = make_curl_client({});
        answer_of(client->exchange(to(server.url(), method, "first")));
        server.next(Behaviour::fault(act));

        const auto failure = failure_of(client->exchange(to(server.url(), method, std::string(size, 'x'))));

        CHECK(failure.sent == Sent::maybe_sent);
        CHECK(failure.kind == ErrorKind::try_later);
        CHECK(server.count(method) == 2);
        CHECK(server.requests().at(1).connection == 1);
        CHECK(server.requests().at(1).complete);
      }
    }
  }
}

TEST_CASE("a streamed body on a reused connection that dies is read and sent once") {
  FaultServer server;
  const auto client = make_curl_client({});
  answer_of(client->exchange(to(server.url(), "POST", "first")));
  server.next(Behaviour::fault(Act::close_silently));
  auto request = to(server.url(), "POST");
  request.body_size = 5000;
  std::size_t read = 0;
  request.read_body = [&read](char* buffer, std::size_t size) -> Result<std::size_t> {
    std::fill_n(buffer, size, 'x');
    read += size;
    return size;
  };

  const auto failure = failure_of(client->exchange(request));

  CHECK(failure.sent == Sent::maybe_sent);
  CHECK(contains(failure.message, "postq doesn't send a request twice"));
  CHECK(server.count("POST") == 2);
  CHECK(read == 5000);
}

TEST_CASE("every way to fail after the request leaves it maybe sent, and names the server") {
  struct Row {
    Act act;
    const char* words;
  };
  for (const auto& row :
       {Row{Act::close_silently, "closed the connection without an answer"}, Row{Act::reset, "connection"},
        Row{Act::close_in_headers, "broke off"}, Row{Act::close_after_headers, "broke off"},
        Row{Act::truncate, "broke off"}, Row{Act::garbage, "isn't HTTP"}}) {
    CAPTURE(row.words);
    FaultServer server;
    server.next(Behaviour::fault(row.act));
    const auto client = make_curl_client({});

    const auto failure = failure_of(client->exchange(to(server.url("/p?token=canary"), "POST", "text")));

    CHECK(failure.sent == Sent::maybe_sent);
    CHECK(failure.kind == ErrorKind::try_later);
    CHECK(contains(failure.message, row.words));
    CHECK(contains(failure.message, "127.0.0.1:" + std::to_string(server.port())));
    CHECK_FALSE(contains(failure.message, "canary"));
    CHECK(server.count("POST") == 1);
  }
}

TEST_CASE("a server that reads and keeps silent is left at the deadline, maybe sent") {
  FaultServer server;
  server.next(Behaviour::fault(Act::never_answer));
  const auto client = make_curl_client({});
  auto request = to(server.url(), "POST", "text");
  request.deadline = std::chrono::milliseconds{200};

  const auto failure = failure_of(client->exchange(request));

  CHECK(failure.sent == Sent::maybe_sent);
  CHECK(failure.message == "no answer from 127.0.0.1:" + std::to_string(server.port()) + " within 0.2 s");
  CHECK(server.count("POST") == 1);
}

TEST_CASE("an answer that trickles in is left at the deadline, maybe sent") {
  FaultServer server;
  server.next(Behaviour::fault(Act::trickle));
  const auto client = make_curl_client({});
  auto request = to(server.url(), "POST", "text");
  request.deadline = std::chrono::milliseconds{300};

  const auto failure = failure_of(client->exchange(request));

  CHECK(failure.sent == Sent::maybe_sent);
  CHECK(contains(failure.message, "within 0.3 s"));
}

TEST_CASE("an exchange that stalls is left before its deadline, maybe sent") {
  FaultServer server;
  server.next(Behaviour::fault(Act::never_answer));
  const auto client = make_curl_client({});
  auto request = to(server.url());
  request.stall = std::chrono::seconds{1};
  const auto start = std::chrono::steady_clock::now();

  const auto failure = failure_of(client->exchange(request));

  CHECK(failure.sent == Sent::maybe_sent);
  CHECK(contains(failure.message, "no answer from"));
  CHECK(std::chrono::steady_clock::now() - start < request.deadline);
}

TEST_CASE("a refused connection is not sent") {
  const ClosedPort closed;
  const auto client = make_curl_client({});
  const auto server = "127.0.0.1:" + std::to_string(closed.port);

  const auto failure = failure_of(client->exchange(to("http://" + server + "/", "POST", "text")));

  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.kind == ErrorKind::try_later);
  CHECK(failure.message == "can't connect to " + server + ": connection refused");
}

TEST_CASE("a name that doesn't exist is not sent") {
  const std::string name = std::string(64, 'a') + ".example";  // a label too long to be asked for: no query leaves
  const auto client = make_curl_client({});

  const auto failure = failure_of(client->exchange(to("https://" + name + "/", "POST", "text")));

  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.kind == ErrorKind::try_later);
  CHECK(failure.message == name + ": name not found");
}

TEST_CASE("a server that never agrees on TLS is left at the deadline, not sent") {
  FaultServer server;
  const auto client = make_curl_client({});
  auto request = to("https://127.0.0.1:" + std::to_string(server.port()) + "/", "POST", "text");
  request.deadline = std::chrono::milliseconds{200};

  const auto failure = failure_of(client->exchange(request));

  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.kind == ErrorKind::try_later);
  CHECK(contains(failure.message, "no connection to 127.0.0.1:" + std::to_string(server.port()) + " within 0.2 s"));
}

TEST_CASE("a proxy that isn't there is not sent") {
  const ClosedPort closed;
  CurlSettings settings;
  settings.proxy = "http://user:canary@127.0.0.1:" + std::to_string(closed.port);
  const auto client = make_curl_client(settings);

  const auto failure = failure_of(client->exchange(to("https://social.example/", "POST", "text")));

  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.message == "can't connect to the configured proxy: connection refused");
  CHECK_FALSE(contains(failure.message + failure.hint, "canary"));
}

TEST_CASE("what changed while connecting stops a request before its first byte") {
  FaultServer server;
  const auto client = make_curl_client({});
  auto request = to(server.url(), "POST", "text");
  request.before_send = []() -> Status { return fail(ErrorKind::refused, "stopped", "postq resume"); };

  const auto failure = failure_of(client->exchange(request));

  CHECK(failure.sent == Sent::not_sent);
  CHECK(failure.kind == ErrorKind::refused);
  CHECK(failure.message == "stopped");
  CHECK(failure.hint == "postq resume");
  CHECK(server.requests().empty());
}

TEST_CASE("the last question before sending is asked once for each request, also on a kept connection") {
  FaultServer server;
  const auto client = make_curl_client({});
  auto request = to(server.url(), "POST", "text");
  int asked = 0;
  request.before_send = [&asked]() -> Status {
    ++asked;
    return {};
  };

  answer_of(client->exchange(request));
  answer_of(client->exchange(request));

  CHECK(asked == 2);
  CHECK(server.connections() == 1);
}

TEST_CASE("failures of libcurl after the connection stood are maybe sent, whatever their code") {
  for (int code = 1; code < CURL_LAST; ++code) {
    http::TransferEnd end;
    end.code = static_cast<CURLcode>(code);
    end.server = "social.example";
    end.curl_text = "words";
    end.began = true;
    const auto begun = http::explain(end);
    end.began = false;
    const auto before = http::explain(end);

    CAPTURE(code);
    CHECK(begun.sent == Sent::maybe_sent);
    CHECK(contains(begun.message, "social.example"));
    CHECK(before.sent == Sent::not_sent);
    CHECK_FALSE(before.message.empty());
  }
}

TEST_CASE("a server without a modern TLS is a matter of configuration, a handshake that broke off is not") {
  http::TransferEnd end;
  end.code = CURLE_SSL_CONNECT_ERROR;
  end.server = "old.example";

  end.curl_text = "error:0A000102:SSL routines::unsupported protocol";
  CHECK(http::explain(end).kind == ErrorKind::config);
  CHECK(http::explain(end).message == "old.example doesn't speak TLS 1.2 or newer");
  for (const auto* text :
       {"error:0A00010B:SSL routines::wrong version number", "error:0A0000C6:SSL routines::packet length too long"}) {
    end.curl_text = text;
    CHECK(http::explain(end).kind == ErrorKind::config);
    CHECK(http::explain(end).message == "old.example answers in plain http, not https");
    CHECK(http::explain(end).hint == "check the port");
    auto own = end;
    own.server = "127.0.0.1:8080";
    own.loopback = true;
    CHECK(http::explain(own).hint == "check the port, or write http://127.0.0.1:8080");
  }
  end.curl_text = "OpenSSL SSL_connect: Connection reset by peer";
  end.os_error = 104;
  CHECK(http::explain(end).kind == ErrorKind::try_later);
  CHECK(http::explain(end).message == "TLS with old.example could not be agreed: connection reset by peer");
}

TEST_CASE("waiting times are told in seconds") {
  http::TransferEnd end;
  end.code = CURLE_OPERATION_TIMEDOUT;
  end.server = "slow.example";
  end.began = true;

  end.waited = std::chrono::milliseconds{30'012};
  CHECK(http::explain(end).message == "no answer from slow.example within 30 s");
  end.waited = std::chrono::milliseconds{1'480};
  CHECK(http::explain(end).message == "no answer from slow.example within 1.5 s");
  end.answered = true;
  CHECK(http::explain(end).message == "the answer from slow.example didn't end within 1.5 s");
}
