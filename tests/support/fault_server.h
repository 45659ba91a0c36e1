#pragma once

#include <unistd.h>

#include <algorithm>
#include <arpa/inet.h>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <utility>
#include <vector>

#include "support/request_log.h"

namespace postq::testing {

// A request as the server read it: the truth that a test compares postq's own account with.
struct ReceivedRequest {
  std::string method;
  std::string target;                                        // path and query
  std::string head;                                          // the raw request line and headers
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  bool complete = false;  // false: the connection ended within it
  int connection = 0;     // 1 for the first connection accepted, ...

  std::string header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

// What the server does once it has read a request.
struct Behaviour {
  enum class Act {
    answer,               // status, headers, body; the connection stays
    close_silently,       // no byte of an answer
    reset,                // the same, by RST
    close_in_headers,     // in the middle of one
    close_after_headers,  // a Content-Length and nothing behind it
    truncate,             // half of the body, then close
    garbage,              // bytes that are no HTTP
    endless_body,         // claims 10 GiB and streams it
    endless_headers,      // header after header
    trickle,              // the answer, one byte every 50 ms
    never_answer,         // reads and keeps silent until the client or the server goes
  };

  Act act = Act::answer;
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{{"Content-Type", "application/json"}};
  std::string body = "{}";
  std::chrono::milliseconds delay{0};                     // before the act
  std::optional<std::chrono::milliseconds> closes_after;  // an answer: the connection is closed, reading nothing more

  static Behaviour answer(int status, std::string body = "{}") {
    Behaviour behaviour;
    behaviour.status = status;
    behaviour.body = std::move(body);
    return behaviour;
  }
  static Behaviour html(int status = 200) {
    auto behaviour = answer(status, "<!DOCTYPE html><html><body>Please sign in to this network</body></html>");
    behaviour.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    return behaviour;
  }
  static Behaviour redirect(int status, const std::string& location) {
    return answer(status, "").with("Location", location);
  }
  static Behaviour retry_after(int status, const std::string& value) {
    return answer(status).with("Retry-After", value);
  }
  static Behaviour fault(Act act) {
    Behaviour behaviour;
    behaviour.act = act;
    return behaviour;
  }

  Behaviour with(std::string name, std::string value) const {
    auto copy = *this;
    copy.headers.emplace_back(std::move(name), std::move(value));
    return copy;
  }
  Behaviour closing(std::chrono::milliseconds wait = std::chrono::milliseconds{0}) const {
    auto copy = *this;
    copy.closes_after = wait;
    return copy;
  }
  Behaviour after(std::chrono::milliseconds wait) const {
    auto copy = *this;
    copy.delay = wait;
    return copy;
  }
};

// An HTTP/1.1 server on 127.0.0.1 that keeps every request and misbehaves as told. One thread per connection. A request
// gets the next scripted behaviour; when the script is empty, what the handler says, which by default is 200 and {}.
class FaultServer {
 public:
  using Handler = std::function<Behaviour(const ReceivedRequest&)>;

  FaultServer() : FaultServer([](const ReceivedRequest&) { return Behaviour{}; }) {}

  explicit FaultServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || bind(listener_, generic, size) != 0 || listen(listener_, 256) != 0 ||
        getsockname(listener_, generic, &size) != 0) {
      throw std::runtime_error("the test server can't listen on 127.0.0.1");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~FaultServer() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      for (const int open : open_) shutdown(open, SHUT_RDWR);
    }
    changed_.notify_all();
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    for (auto& thread : threads_) thread.join();
  }

  FaultServer(const FaultServer&) = delete;
  FaultServer& operator=(const FaultServer&) = delete;

  int port() const { return port_; }

  std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

  // Appends to the script: the next request that no earlier entry takes gets this one.
  void next(Behaviour behaviour) {
    const std::lock_guard lock(mutex_);
    script_.push_back(std::move(behaviour));
  }

  std::vector<ReceivedRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  std::size_t count(std::string_view method) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(requests_.begin(), requests_.end(),
                                                  [&](const auto& request) { return request.method == method; }));
  }

  int connections() const {
    const std::lock_guard lock(mutex_);
    return connections_;
  }

  // Waits until that many requests have arrived; false after `limit`.
  bool wait_for(std::size_t requests, std::chrono::milliseconds limit = std::chrono::seconds{5}) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return requests_.size() >= requests; });
  }

 private:
  void accept_all() {
    while (true) {
      const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      const std::lock_guard lock(mutex_);
      if (stopping_ || connection < 0) {
        if (connection >= 0) close(connection);
        if (stopping_) return;
        continue;
      }
      open_.push_back(connection);
      threads_.emplace_back([this, connection, number = ++connections_] {
        serve(connection, number);
        const std::lock_guard closing(mutex_);
        open_.erase(std::find(open_.begin(), open_.end(), connection));
        close(connection);
      });
    }
  }

  void serve(int connection, int number) {
    std::string pending;
    while (true) {
      ReceivedRequest request;
      request.connection = number;
      if (!read_request(connection, pending, request)) {
        if (!request.head.empty()) keep(request);
        return;
      }
      request.complete = true;
      const auto behaviour = keep_and_choose(request);
      if (!pause(behaviour.delay)) return;
      if (!act(connection, request, behaviour)) return;
      if (behaviour.closes_after) {
        (void)pause(*behaviour.closes_after);
        return;
      }
    }
  }

  void keep(const ReceivedRequest& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    changed_.notify_all();
  }

  Behaviour keep_and_choose(const ReceivedRequest& request) {
    RequestLog::instance().note(request.method, url(request.target), request.headers, request.body);
    keep(request);
    {
      const std::lock_guard lock(mutex_);
      if (!script_.empty()) {
        auto behaviour = std::move(script_.front());
        script_.pop_front();
        return behaviour;
      }
    }
    return handler_(request);
  }

  // False when the server is being stopped meanwhile.
  bool pause(std::chrono::milliseconds wait) const {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, wait, [this] { return stopping_; });
  }

  static bool send_all(int connection, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  static bool read_more(int connection, std::string& pending) {
    char buffer[16384];
    const auto got = recv(connection, buffer, sizeof buffer, 0);
    if (got > 0) pending.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }

  static bool read_request(int connection, std::string& pending, ReceivedRequest& request) {
    std::size_t end = 0;
    while ((end = pending.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more(connection, pending)) return false;
    }
    request.head = pending.substr(0, end + 2);
    pending.erase(0, end + 4);
    read_head(request);
    const auto length = request.header("content-length");
    const std::size_t size = length.empty() ? 0 : std::stoull(length);
    while (pending.size() < size) {
      if (!read_more(connection, pending)) {
        request.body = pending;
        return false;
      }
    }
    request.body = pending.substr(0, size);
    pending.erase(0, size);
    return true;
  }

  static void read_head(ReceivedRequest& request) {
    std::string_view head = request.head;
    const auto first = head.substr(0, head.find("\r\n"));
    const auto space = first.find(' ');
    request.method = first.substr(0, space);
    request.target = first.substr(space + 1, first.rfind(' ') - space - 1);
    for (head.remove_prefix(first.size() + 2); !head.empty();) {
      const auto line = head.substr(0, head.find("\r\n"));
      head.remove_prefix(line.size() + 2);
      const auto colon = line.find(':');
      if (colon == std::string_view::npos) continue;
      std::string name(line.substr(0, colon));
      for (auto& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      auto value = line.substr(colon + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      request.headers.emplace_back(std::move(name), value);
    }
  }

  static std::string head_of(const Behaviour& behaviour, std::uint64_t body_size) {
    std::string head = "HTTP/1.1 " + std::to_string(behaviour.status) + " Scripted\r\n";
    for (const auto& [name, value] : behaviour.headers) head += name + ": " + value + "\r\n";
    return head + "Content-Length: " + std::to_string(body_size) + "\r\n\r\n";
  }

  // False: the connection is over.
  bool act(int connection, const ReceivedRequest& request, const Behaviour& behaviour) {
    const auto& body = behaviour.body;
    switch (behaviour.act) {
      case Behaviour::Act::answer: {
        const bool bodiless = request.method == "HEAD" || behaviour.status == 204 || behaviour.status == 304;
        if (behaviour.status == 204) return send_all(connection, "HTTP/1.1 204 Scripted\r\n\r\n");
        return send_all(connection, head_of(behaviour, body.size()) + (bodiless ? "" : body));
      }
      case Behaviour::Act::close_silently:
        return false;
      case Behaviour::Act::reset: {
        const linger now{1, 0};
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        return false;
      }
      case Behaviour::Act::close_in_headers:
        send_all(connection, "HTTP/1.1 200 Scripted\r\nContent-Ty");
        return false;
      case Behaviour::Act::close_after_headers:
        send_all(connection, head_of(behaviour, 100));
        return false;
      case Behaviour::Act::truncate:
        send_all(connection, head_of(behaviour, body.size() * 2) + body);
        return false;
      case Behaviour::Act::garbage:
        send_all(connection, std::string_view("\x16\x03\x01\xff\xfe not http at all\r\n\r\n"));
        return false;
      case Behaviour::Act::endless_body: {
        constexpr std::uint64_t kClaimed = std::uint64_t{10} << 30;
        const std::string chunk(65536, 'x');
        if (!send_all(connection, head_of(behaviour, kClaimed))) return false;
        while (send_all(connection, chunk) && pause(std::chrono::milliseconds{0})) {
        }
        return false;
      }
      case Behaviour::Act::endless_headers:
        send_all(connection, "HTTP/1.1 200 Scripted\r\n");
        while (send_all(connection, "X-More: " + std::string(4000, 'y') + "\r\n") &&
               pause(std::chrono::milliseconds{0})) {
        }
        return false;
      case Behaviour::Act::trickle:
        for (const char c : head_of(behaviour, body.size()) + body) {
          if (!send_all(connection, std::string_view(&c, 1)) || !pause(std::chrono::milliseconds{50})) return false;
        }
        return true;
      case Behaviour::Act::never_answer: {
        std::string ignored;
        while (read_more(connection, ignored)) {
        }
        return false;
      }
    }
    return false;
  }

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool stopping_ = false;
  int connections_ = 0;
  std::vector<int> open_;
  std::deque<Behaviour> script_;
  std::vector<ReceivedRequest> requests_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace postq::testing
