#include "http/curl_client.h"

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "http/curl_api.h"
#include "http/failure.h"
#include "http/request_check.h"
#include "http/target.h"
#include "http/transfer.h"

namespace postq {
namespace {

using namespace http;

struct HandleDeleter {
  const CurlApi* api;
  void operator()(CURL* handle) const { api->easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, HandleDeleter>;

// Handles with their kept connections, by what such a connection is good for. A handle serves one exchange at a time.
class HandlePool {
 public:
  Handle take(const CurlApi& api, const std::string& key) {
    {
      const std::lock_guard lock(mutex_);
      auto& handles = idle_[key];
      if (!handles.empty()) {
        auto handle = std::move(handles.back());  // the latest one's connection is the likeliest to live
        handles.pop_back();
        return handle;
      }
    }
    return Handle(api.easy_init(), HandleDeleter{&api});
  }

  void give_back(const std::string& key, Handle handle) {
    const std::lock_guard lock(mutex_);
    auto& handles = idle_[key];
    if (handles.size() < kKeptPerKey) handles.push_back(std::move(handle));
  }

 private:
  static constexpr std::size_t kKeptPerKey = 64;  // as many as flush has workers for one server at the very most
  std::mutex mutex_;
  std::map<std::string, std::vector<Handle>> idle_;
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

    // What one account may reach and trust must not become another's by way of a kept connection.
    const auto key = target->origin + (request.allow_private ? " private " : " public ") + request.ca_file;
    auto handle = pool_.take(*api, key);
    if (!handle) return tl::unexpected(not_sent(ErrorKind::try_later, "out of memory"));
    auto result = Transfer(*api, handle.get(), request, *target).run(settings_.proxy, settings_.user_agent);
    // After a failure the connection is in no state to be trusted with the next request.
    if (result) pool_.give_back(key, std::move(handle));
    return result;
  }

 private:
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
