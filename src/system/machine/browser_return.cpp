#include "system/machine/browser_return.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <optional>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>
#include <vector>

#include <postq/base/query.h>

#include "os/child.h"
#include "os/descriptor.h"

namespace postq {

namespace {

constexpr std::string_view kPath = "/callback";
constexpr std::size_t kMostConnections = 16;  // browsers open some to no end; the oldest makes room
constexpr std::size_t kLongestRequest = std::size_t{16} << 10;
constexpr int kLastWordsMs = 1000;

// A connection that hasn't sent a whole request yet.
struct Guest {
  Descriptor line;
  std::string said;
};

std::string page(int status, const std::string& text) {
  const std::string body =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>postq</title>"
      "<meta name=\"viewport\" content=\"width=device-width\">"
      "<style>body{font:1.2em system-ui,sans-serif;max-width:32em;margin:4em auto;padding:0 1em}"
      "@media(prefers-color-scheme:dark){body{background:#111;color:#eee}}</style></head>"
      "<body><h1>postq</h1><p>" +
      text + "</p></body></html>\n";
  return "HTTP/1.1 " + std::to_string(status) + (status == 200 ? " OK" : " Not that") +
         "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
         "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\r\n" +
         body;
}

// A page is small, so that it fits into the socket's buffer; who doesn't take it in a second doesn't get it.
void send_page(int line, int status, const std::string& text) {
  const std::string answer = page(status, text);
  std::string_view rest = answer;
  while (!rest.empty()) {
    const ssize_t sent = ::send(line, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      rest.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    pollfd room{line, POLLOUT, 0};
    if (errno != EAGAIN || ::poll(&room, 1, kLastWordsMs) <= 0) return;
  }
  ::shutdown(line, SHUT_WR);
}

class Listener final : public BrowserReturn {
 public:
  static Result<std::unique_ptr<BrowserReturn>> open() {
    auto listener = std::make_unique<Listener>();
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    auto* const any = reinterpret_cast<sockaddr*>(&here);
    listener->door_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    listener->watch_ = Descriptor(::epoll_create1(EPOLL_CLOEXEC));
    const int door = listener->door_.number();
    if (door < 0 || listener->watch_.number() < 0 || ::bind(door, any, size) != 0 ||
        ::listen(door, static_cast<int>(kMostConnections)) != 0 || ::getsockname(door, any, &size) != 0 ||
        !listener->watch(door)) {
      return fail(ErrorKind::config, std::string("can't listen on 127.0.0.1: ") + std::strerror(errno));
    }
    listener->address_ = "http://127.0.0.1:" + std::to_string(ntohs(here.sin_port)) + std::string(kPath);
    return Result<std::unique_ptr<BrowserReturn>>(std::move(listener));
  }

  const std::string& address() const override { return address_; }
  int descriptor() const override { return watch_.number(); }
  const std::map<std::string, std::string>& query() const override { return query_; }

  bool arrived() override {
    std::array<epoll_event, kMostConnections + 1> events;
    const int ready = ::epoll_wait(watch_.number(), events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < ready && !here_; ++i) {
      const int line = events[static_cast<std::size_t>(i)].data.fd;
      if (line == door_.number()) {
        let_in();
      } else {
        hear(line);
      }
    }
    return here_.has_value();
  }

  void show(int status, const std::string& text) override {
    if (here_) send_page(here_->line.number(), status, text);
    here_.reset();
    guests_.clear();
    door_ = Descriptor();
  }

 private:
  bool watch(int line) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = line;
    return ::epoll_ctl(watch_.number(), EPOLL_CTL_ADD, line, &event) == 0;
  }

  void let_in() {
    Descriptor line(::accept4(door_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (line.number() < 0 || !watch(line.number())) return;
    if (guests_.size() == kMostConnections) guests_.erase(guests_.begin());
    guests_.push_back({std::move(line), {}});
  }

  void hear(int line) {
    for (auto guest = guests_.begin(); guest != guests_.end(); ++guest) {
      if (guest->line.number() != line) continue;
      if (!read_more(*guest)) {
        guests_.erase(guest);
      } else if (here_) {
        here_->line = std::move(guest->line);
        guests_.erase(guest);
      }
      return;
    }
  }

  // false: this connection has nothing more for us.
  bool read_more(Guest& guest) {
    std::array<char, 4096> buffer;
    const ssize_t got = ::recv(guest.line.number(), buffer.data(), buffer.size(), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    guest.said.append(buffer.data(), static_cast<std::size_t>(got));
    if (guest.said.size() > kLongestRequest) return turn_away(guest, 431, "That request is too long.");
    // What a browser sends behind the first line is of no interest, but it wants it to be read.
    if (guest.said.find("\r\n\r\n") == std::string::npos) return true;
    const std::string_view first = std::string_view(guest.said).substr(0, guest.said.find("\r\n"));
    const std::size_t target = first.find(' ') + 1;
    const std::size_t end = first.find(' ', target);
    if (target == 0 || end == std::string_view::npos) return turn_away(guest, 400, "That is no request.");
    const std::string_view wanted = first.substr(target, end - target);
    const std::size_t question = std::min(wanted.find('?'), wanted.size());
    if (wanted.substr(0, question) != kPath) return turn_away(guest, 404, "There is nothing here.");
    if (first.substr(0, target - 1) != "GET") return turn_away(guest, 405, "A browser is awaited here.");
    query_ = query_fields(wanted.substr(std::min(question + 1, wanted.size())));
    here_.emplace();
    return true;
  }

  static bool turn_away(const Guest& guest, int status, const std::string& text) {
    send_page(guest.line.number(), status, text);
    return false;
  }

  Descriptor watch_;
  Descriptor door_;
  std::string address_;
  std::vector<Guest> guests_;
  std::optional<Guest> here_;  // who asked for the address, and waits for the page
  std::map<std::string, std::string> query_;
};

}  // namespace

Result<std::unique_ptr<BrowserReturn>> listen_for_browser() {
  return Listener::open();
}

Status start_browser(const std::string& program, const std::string& address) {
  const auto end = start_detached({program, address});
  if (end.how != ChildEnd::How::not_started) return {};
  return fail(end.number == ENOENT ? ErrorKind::not_found : ErrorKind::config,
              "can't run " + program + ": " + std::strerror(end.number));
}

}  // namespace postq
