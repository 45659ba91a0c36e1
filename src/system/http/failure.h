#pragma once

#include <chrono>
#include <string>

#include <curl/curl.h>

#include <postq/ports/http_client.h>

namespace postq::http {

HttpFailure not_sent(ErrorKind kind, std::string message, std::string hint = {});
HttpFailure maybe_sent(ErrorKind kind, std::string message, std::string hint = {});

// How a transfer without a whole answer ended: everything that the message and the line between sent and not sent are
// made of.
struct TransferEnd {
  CURLcode code = CURLE_OK;
  std::string server;     // host, with the port when it isn't the scheme's own
  bool began = false;     // the connection stood, so the request's first byte may have left
  bool answered = false;  // a status line has arrived
  bool proxied = false;
  bool loopback = false;   // the server is this machine, by its name or address
  bool own_ca = false;     // the account's CA file instead of the system's
  long verify_result = 0;  // OpenSSL's X509_V_ERR_*
  long os_error = 0;       // errno of the last failed socket call
  long proxy_status = 0;   // the proxy's answer to CONNECT
  std::string curl_text;   // libcurl's own words
  std::chrono::milliseconds waited{0};
};

HttpFailure explain(const TransferEnd& end);

}  // namespace postq::http
