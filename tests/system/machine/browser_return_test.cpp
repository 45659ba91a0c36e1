#include "system/machine/browser_return.h"

#include <poll.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>
#include <vector>

#include "support/catch.h"
#include "system/machine/machine.h"

using namespace postq;

namespace {

constexpr int kPatienceMs = 10'000;  // only a failing test waits that long

std::unique_ptr<BrowserReturn> listener() {
  auto opened = listen_for_browser();
  REQUIRE(opened);
  return std::move(*opened);
}

// A browser's connection to it.
class Visitor {
 public:
  explicit Visitor(const BrowserReturn& place) {
    const std::string& address = place.address();
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(static_cast<in_port_t>(std::stoi(address.substr(std::string("http://127.0.0.1:").size()))));
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    line_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connected_ = ::connect(line_, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0;
  }
  ~Visitor() { ::close(line_); }
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  bool connected() const { return connected_; }
  void say(const std::string& text) const {
    REQUIRE(::send(line_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
  }
  void ask(const std::string& target) const { say("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); }
  // Everything until the connection ends.
  std::string hears() const {
    std::string all;
    char buffer[4096];
    for (;;) {
      pollfd input{line_, POLLIN, 0};
      if (::poll(&input, 1, kPatienceMs) <= 0) return all + "(and no end)";
      const ssize_t got = ::read(line_, buffer, sizeof buffer);
      if (got <= 0) return all;
      all.append(buffer, static_cast<std::size_t>(got));
    }
  }

 private:
  int line_ = -1;
  bool connected_ = false;
};

// Looks after it as the terminal does, until the browser is there or nothing more comes for a moment.
bool attend(BrowserReturn& place, int patience_ms = 50) {
  for (;;) {
    pollfd input{place.descriptor(), POLLIN, 0};
    if (::poll(&input, 1, patience_ms) <= 0) return false;
    if (place.arrived()) return true;
  }
}

}  // namespace

TEST_CASE("a browser that comes back is heard and gets its page, and then nobody listens any more") {
  const auto place = listener();
  CHECK(place->address().starts_with("http://127.0.0.1:"));
  CHECK(place->address().ends_with("/callback"));
  CHECK_FALSE(place->arrived());
  const Visitor browser(*place);

  browser.ask("/callback?code=a%2Fb&state=s");

  REQUIRE(attend(*place, kPatienceMs));
  CHECK(place->query() == std::map<std::string, std::string>{{"code", "a/b"}, {"state", "s"}});
  CHECK(place->arrived());
  place->show(200, "You can close this window.");
  const auto page = browser.hears();
  CHECK(page.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(page.find("You can close this window.") != std::string::npos);
  CHECK(page.find("Cache-Control: no-store") != std::string::npos);
  CHECK_FALSE(Visitor(*place).connected());
}

TEST_CASE("only a GET of the address itself is an answer") {
  const auto place = listener();
  const auto turned_away = [&](const std::string& request) {
    const Visitor visitor(*place);
    visitor.say(request + "\r\n\r\n");
    CHECK_FALSE(attend(*place));
    return visitor.hears().substr(0, 12);
  };

  CHECK(turned_away("GET / HTTP/1.1") == "HTTP/1.1 404");
  CHECK(turned_away("GET /favicon.ico HTTP/1.1") == "HTTP/1.1 404");
  CHECK(turned_away("GET /callback/x?code=a HTTP/1.1") == "HTTP/1.1 404");
  CHECK(turned_away("POST /callback?code=a HTTP/1.1") == "HTTP/1.1 405");
  CHECK(turned_away("OPTIONS /callback?code=a HTTP/1.1") == "HTTP/1.1 405");
  CHECK(turned_away("garbage") == "HTTP/1.1 400");
  CHECK(turned_away("GET /callback HTTP/1.1\r\nX: " + std::string(20'000, 'x')) == "HTTP/1.1 431");
  CHECK(place->query().empty());
}

TEST_CASE("a request in pieces is put together, and one that never ends holds nobody up") {
  const auto place = listener();
  const Visitor silent(*place);
  const Visitor slow(*place);
  slow.say("GET /callback?co");
  CHECK_FALSE(attend(*place));
  {
    const Visitor gone(*place);
    gone.say("GET /callback?code=gone");
  }
  CHECK_FALSE(attend(*place));
  slow.say("de=slow HTTP/1.1\r\nHost: x\r\n");
  CHECK_FALSE(attend(*place));

  slow.say("\r\n");

  REQUIRE(attend(*place, kPatienceMs));
  CHECK(place->query().at("code") == "slow");
}

TEST_CASE("however many connections stand about, a new one is heard") {
  const auto place = listener();
  std::vector<std::unique_ptr<Visitor>> idle;
  for (int i = 0; i < 40; ++i) {
    idle.push_back(std::make_unique<Visitor>(*place));
    attend(*place, 1);
  }
  const Visitor browser(*place);

  browser.ask("/callback?code=a");

  CHECK(attend(*place, kPatienceMs));
}

TEST_CASE("the browser's program gets the address as one word, and none is no crash") {
  std::string folder = (std::filesystem::temp_directory_path() / "postq-browser-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const std::string program = folder + "/open";
  std::ofstream(program) << "#!/bin/sh\nprintf '%s' \"$1\" > " + folder + "/new && mv " + folder + "/new " + folder +
                                "/seen\n";
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const std::string address = "https://a.example/?x=1&y=$HOME;echo 'z'";

  CHECK(start_browser(program, address));

  for (int tries = 0; tries < kPatienceMs && !std::filesystem::exists(folder + "/seen"); ++tries) ::usleep(1000);
  std::ifstream file(folder + "/seen");
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == address);
  CHECK(start_browser(folder + "/none", address).error().kind == ErrorKind::not_found);
  std::filesystem::remove_all(folder);
}
