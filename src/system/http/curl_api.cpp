#include "system/http/curl_api.h"

#include <dlfcn.h>

namespace postq::http {
namespace {

constexpr const char* kLibrary = "libcurl.so.4";
constexpr const char* kHint = "install it: sudo apt install libcurl4";
constexpr unsigned kOldest = 0x075500;  // 7.85.0 has CURLOPT_PROTOCOLS_STR; Debian 12 has 7.88.1

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, CurlApi& api) {
  return find(library, "curl_global_init", api.global_init) && find(library, "curl_version_info", api.version_info) &&
         find(library, "curl_version", api.version) && find(library, "curl_easy_init", api.easy_init) &&
         find(library, "curl_easy_cleanup", api.easy_cleanup) && find(library, "curl_easy_reset", api.easy_reset) &&
         find(library, "curl_easy_setopt", api.easy_setopt) && find(library, "curl_easy_getinfo", api.easy_getinfo) &&
         find(library, "curl_easy_perform", api.easy_perform) &&
         find(library, "curl_easy_strerror", api.easy_strerror) &&
         find(library, "curl_slist_append", api.slist_append) &&
         find(library, "curl_slist_free_all", api.slist_free_all) && find(library, "curl_url", api.url) &&
         find(library, "curl_url_cleanup", api.url_cleanup) && find(library, "curl_url_set", api.url_set) &&
         find(library, "curl_url_get", api.url_get) && find(library, "curl_free", api.free);
}

std::string last_dl_error() {
  const char* text = dlerror();
  return text == nullptr ? "unknown reason" : text;
}

}  // namespace

Result<CurlApi> load_curl_api(const char* library) {
  // RTLD_LOCAL keeps its OpenSSL apart from the libcrypto linked into postq; RTLD_NOW finds a broken one right here.
  void* opened = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (opened == nullptr) {
    return fail(ErrorKind::config, "libcurl, from the package libcurl4, can't be opened: " + last_dl_error(), kHint);
  }
  CurlApi api;
  if (!find_all(opened, api)) {
    return fail(ErrorKind::config, "this libcurl lacks a function that postq needs: " + last_dl_error(), kHint);
  }
  const auto* version = api.version_info(CURLVERSION_NOW);
  if (version->version_num < kOldest) {
    return fail(ErrorKind::config, std::string("libcurl ") + version->version + " is too old (7.85.0 is the oldest)",
                kHint);
  }
  if (const auto code = api.global_init(CURL_GLOBAL_DEFAULT); code != CURLE_OK) {
    return fail(ErrorKind::config, std::string("libcurl can't be set up: ") + api.easy_strerror(code), kHint);
  }
  return api;
}

const Result<CurlApi>& curl_api() {
  static const Result<CurlApi> api = load_curl_api(kLibrary);
  return api;
}

}  // namespace postq::http
