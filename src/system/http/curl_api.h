#pragma once

#include <string>

#include <curl/curl.h>

#include <postq/base/result.h>

namespace postq::http {

// The functions of libcurl that postq uses. They come from a library opened on first use, because linking it costs
// every command several milliseconds (docs/adr/0002-libcurl-opened-on-first-use.md). The types are those of the header.
struct CurlApi {
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_version_info) version_info = nullptr;
  decltype(&curl_version) version = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_easy_reset) easy_reset = nullptr;
  decltype(&curl_easy_setopt) easy_setopt = nullptr;
  decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;
  decltype(&curl_url) url = nullptr;
  decltype(&curl_url_cleanup) url_cleanup = nullptr;
  decltype(&curl_url_set) url_set = nullptr;
  decltype(&curl_url_get) url_get = nullptr;
  decltype(&curl_free) free = nullptr;
};

// Opens the library of that name and fills the table. kind config, naming Debian's package, when it is missing, lacks a
// function or is older than what the safety of a request rests on. It stays open until the program ends.
Result<CurlApi> load_curl_api(const char* library);

// The table of libcurl.so.4, opened by the first call; later calls, from any thread, get the same one.
const Result<CurlApi>& curl_api();

}  // namespace postq::http
