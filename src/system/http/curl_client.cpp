#include "system/http/curl_client.h"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "system/http/curl_api.h"
#include "system/http/failure.h"
#include "system/http/request_check.h"
#include "system/http/target.h"
#include "system/http/transfer.h"

namespace postq {
namespace {

using namespace http;

struct HandleDeleter {
  const CurlApi* api;
  void operator()(CURL* handle) const { api->easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, HandleDeleter>;

using Clock = std::chrono::steady_clock;

// A connection that was used this long ago is still there, but for a server that keeps none. Servers that do close it
// after some seconds without a request, and what is sent at that very moment is lost.
constexpr std::chrono::seconds kMoment{1};
// A server that closed a connection so soon after an answer does so after each. The shortest time that servers commonly
// keep one is 2 seconds.
constexpr std::chrono::milliseconds kSoon{1'500};

// A handle with its kept connection. It serves one exchange at a time.
struct Kept {
  Handle handle;
  std::optional<Clock::time_point> used_at;  // when the last answer came over it; nothing: it has none yet
};

// Handles by what their kept connection is good for, and the servers that keep none.
class HandlePool {
 public:
  Kept take(const CurlApi& api, const std::string& key) {
    {
      const std::lock_guard lock(mutex_);
      auto& handles = idle_[key];
      if (!handles.empty()) {
        auto kept = std::move(handles.back());  // the latest one's connection is the likeliest to live
        handles.pop_back();
        return kept;
      }
    }
    return {Handle(api.easy_init(), HandleDeleter{&api}), std::nullopt};
  }

  void give_back(const std::string& key, Kept kept) {
    const std::lock_guard lock(mutex_);
    auto& handles = idle_[key];
    if (handles.size() < kKeptPerKey) handles.push_back(std::move(kept));
  }

  bool closes(const std::string& origin) const {
    const std::lock_guard lock(mutex_);
    return closing_.contains(origin);
  }
  void note_closing(const std::string& origin) {
    const std::lock_guard lock(mutex_);
    closing_.insert(origin);
  }

 private:
  static constexpr std::size_t kKeptPerKey = 64;  // as many as flush has workers for one server at the very most
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Kept>> idle_;
  std::set<std::string> closing_;  // origins
};

// Asking again changes nothing.
bool is_harmless(const HttpRequest& request) {
  return request.method == "GET" && request.body.empty() && !request.read_body;
}

// What carries a secret beside its headers exchanges it for another one: a code works once, and when the answer is lost
// a person has to begin again.
bool is_exchange_of_secrets(const HttpRequest& request) {
  return !is_harmless(request) && !request.secrets.empty() && !request.before_send;
}

bool says_it_closes(const HttpAnswer& answer) {
  return lower(answer.header("connection")).find("close") != std::string::npos;
}

struct Exchanged {
  HttpResult result;
  bool made_connection = false;
  bool lost_kept_connection = false;
};

class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(CurlSettings settings) : settings_(std::move(settings)) {}

  HttpResult exchange(const HttpRequest& request) override {
    if (auto flaw = flaw_of(request)) return tl::unexpected(*std::move(flaw));
    const auto& api = curl_api();
    if (!api) return tl::unexpected(not_sent(api.error().kind, api.error().message, api.error().hint));
    auto target = read_target(*api, request);
    if (!target) return tl::unexpected(std::move(target).error());

    const auto begun = Clock::now();
    auto first = exchange_once(*api, request, *target, Connection::kept);
    if (!first.lost_kept_connection || !is_harmless(request)) return std::move(first.result);
    HttpRequest again = request;
    again.deadline -= std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    if (again.deadline <= std::chrono::milliseconds{0}) return std::move(first.result);
    auto second = exchange_once(*api, again, *target, Connection::fresh);
    if (!second.result) second.result.error().sent = HttpFailure::Sent::maybe_sent;  // the first one was
    return std::move(second.result);
  }

 private:
  Exchanged exchange_once(const CurlApi& api, const HttpRequest& request, const Target& target, Connection wanted) {
    // What one account may reach and trust must not become another's by way of a kept connection.
    const auto key = target.origin + (request.allow_private ? " private " : " public ") + request.ca_file;
    auto kept = pool_.take(api, key);
    if (!kept.handle) return {tl::unexpected(not_sent(ErrorKind::try_later, "out of memory"))};
    const auto idle = kept.used_at ? Clock::now() - *kept.used_at : Clock::duration::max();
    const bool stale = !is_harmless(request) && idle > kMoment;
    if (is_exchange_of_secrets(request) || stale || pool_.closes(target.origin)) wanted = Connection::fresh;

    auto done = perform(api, kept.handle.get(), request, target, wanted);
    const bool gone_soon = wanted == Connection::kept && done.made_connection && idle < kSoon;
    const bool closes = done.lost_kept_connection || gone_soon || (done.result && says_it_closes(*done.result));
    if (closes) pool_.note_closing(target.origin);
    // After a failure the connection is in no state to be trusted with the next request.
    if (done.result) pool_.give_back(key, {std::move(kept.handle), Clock::now()});
    return done;
  }

  Exchanged perform(const CurlApi& api, CURL* handle, const HttpRequest& request, const Target& target,
                    Connection wanted) const {
    Transfer transfer(api, handle, request, target);
    auto result = transfer.run(settings_.proxy, settings_.user_agent, wanted);
    return {std::move(result), transfer.made_connection(), transfer.lost_kept_connection()};
  }

  CurlSettings settings_;
  HandlePool pool_;
};

}  // namespace

std::unique_ptr<HttpClient> make_curl_client(CurlSettings settings) {
  return std::make_unique<CurlClient>(std::move(settings));
}

Result<std::string> curl_version_text() {
  const auto& api = http::curl_api();
  if (!api) return pass_on(api.error());
  return std::string(api->version());
}

}  // namespace postq
