#include "system/http/failure.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <system_error>
#include <utility>

namespace postq::http {
namespace {

// OpenSSL's names for these numbers stand in openssl/x509_vfy.h, a library that this folder doesn't link.
constexpr long kNotVerified = 1;  // what libcurl leaves when the chain is fine and the name isn't
constexpr long kNotYetValid = 9;
constexpr long kExpired = 10;
constexpr long kSelfSigned = 18;
constexpr long kSelfSignedInChain = 19;
constexpr long kIssuerUnknown = 20;
constexpr long kIssuerUnknownLeaf = 21;
constexpr long kRevoked = 23;
constexpr long kOtherHost = 62;

std::string system_words(long error) {
  auto words = std::generic_category().message(static_cast<int>(error));
  if (!words.empty() && words.front() >= 'A' && words.front() <= 'Z') {
    words.front() = static_cast<char>(words.front() - 'A' + 'a');
  }
  return words;
}

std::string with_reason(const std::string& message, long os_error) {
  return os_error == 0 ? message : message + ": " + system_words(os_error);
}

std::string duration_text(std::chrono::milliseconds waited) {
  const auto tenths = (waited.count() + 50) / 100;
  if (tenths >= 100 || tenths % 10 == 0) return std::to_string((tenths + 5) / 10) + " s";
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

HttpFailure explain_certificate(const TransferEnd& end) {
  const auto failure = [&](std::string message, std::string hint) {
    return not_sent(ErrorKind::config, std::move(message), std::move(hint));
  };
  const std::string certificate = "certificate of " + end.server;
  switch (end.verify_result) {
    case kExpired:
      return failure(certificate + " has expired", "tell whoever runs that server; if it hasn't, look at the clock");
    case kNotYetValid:
      return failure(certificate + " isn't valid yet", "look at this machine's clock");
    case kSelfSigned:
    case kSelfSignedInChain:
      return failure(certificate + " is self-signed", "if it is your own server, give its CA with --ca-file");
    case kIssuerUnknown:
    case kIssuerUnknownLeaf:
      return failure(certificate + " is signed by nobody this machine trusts",
                     end.own_ca ? "is the account's --ca-file the right one?"
                                : "install ca-certificates, or give the server's own CA with --ca-file");
    case kRevoked:
      return failure(certificate + " has been revoked", "tell whoever runs that server");
    case 0:
    case kNotVerified:
    case kOtherHost:
      return failure(certificate + " is for another host", "check the host name in the account's settings");
    default:
      return failure(certificate + " can't be trusted: " + end.curl_text, "tell whoever runs that server");
  }
}

template <std::size_t count>
bool names_any(const std::string& curl_text, const std::array<const char*, count>& codes) {
  return std::any_of(codes.begin(), codes.end(),
                     [&](const char* code) { return curl_text.find(code) != std::string::npos; });
}

// A server that speaks an old TLS will not do better tomorrow; a handshake that broke off may.
bool is_protocol_mismatch(const std::string& curl_text) {
  constexpr std::array<const char*, 2> kCodes{
      "0A000102",  // unsupported protocol
      "0A00042E",  // alert protocol version
  };
  return names_any(curl_text, kCodes);
}

// What came in place of a handshake wasn't TLS at all.
bool speaks_no_tls(const std::string& curl_text) {
  constexpr std::array<const char*, 2> kCodes{
      "0A00010B",  // wrong version number
      "0A0000C6",  // packet length too long
  };
  return names_any(curl_text, kCodes);
}

HttpFailure explain_unsent(const TransferEnd& end) {
  const auto later = [](std::string message, std::string hint) {
    return not_sent(ErrorKind::try_later, std::move(message), std::move(hint));
  };
  switch (end.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return later(end.server + ": name not found", "check the spelling and the network");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return not_sent(ErrorKind::config, "the configured proxy: name not found", "check `proxy` in config.toml");
    case CURLE_PROXY:
      return later("the configured proxy refuses the way to " + end.server, "check `proxy` in config.toml");
    case CURLE_COULDNT_CONNECT:
      return later(with_reason(end.proxied ? "can't connect to the configured proxy" : "can't connect to " + end.server,
                               end.os_error),
                   end.proxied ? "check `proxy` in config.toml" : "check the network");
    case CURLE_OPERATION_TIMEDOUT:
      return later("no connection to " + end.server + " within " + duration_text(end.waited), "check the network");
    case CURLE_PEER_FAILED_VERIFICATION:
      return explain_certificate(end);
    case CURLE_SSL_CACERT_BADFILE:
      return not_sent(ErrorKind::config, "the CA file for " + end.server + " can't be read",
                      end.own_ca ? "check the account's --ca-file" : "install ca-certificates");
    case CURLE_SSL_CONNECT_ERROR:
      if (speaks_no_tls(end.curl_text)) {
        return not_sent(ErrorKind::config, end.server + " answers in plain http, not https",
                        end.loopback ? "check the port, or write http://" + end.server : "check the port");
      }
      if (is_protocol_mismatch(end.curl_text)) {
        return not_sent(ErrorKind::config, end.server + " doesn't speak TLS 1.2 or newer",
                        "check the host name and port in the account's settings");
      }
      return later(with_reason("TLS with " + end.server + " could not be agreed", end.os_error), "check the network");
    default:
      if (end.proxied && end.proxy_status != 0 && end.proxy_status / 100 != 2) {
        return later(
            "the configured proxy refuses the way to " + end.server + " (" + std::to_string(end.proxy_status) + ")",
            "check `proxy` in config.toml");
      }
      return later(with_reason("the connection to " + end.server + " broke before anything was sent", end.os_error),
                   "check the network");
  }
}

HttpFailure explain_sent(const TransferEnd& end) {
  const auto unknown = [](std::string message) { return maybe_sent(ErrorKind::try_later, std::move(message)); };
  switch (end.code) {
    case CURLE_OPERATION_TIMEDOUT:
      return unknown((end.answered ? "the answer from " + end.server + " didn't end within "
                                   : "no answer from " + end.server + " within ") +
                     duration_text(end.waited));
    case CURLE_GOT_NOTHING:
      return unknown(end.server + " closed the connection without an answer");
    case CURLE_SEND_FAIL_REWIND:
      return unknown(end.server + " closed the connection without an answer; postq doesn't send a request twice");
    case CURLE_PARTIAL_FILE:
      return unknown("the answer from " + end.server + " broke off");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return unknown("the answer from " + end.server + " isn't HTTP");
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
      return unknown(with_reason("the connection to " + end.server + " broke", end.os_error));
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return unknown("the HTTP/2 connection to " + end.server + " broke");
    default:
      return unknown("the exchange with " + end.server + " failed: " + end.curl_text);
  }
}

}  // namespace

HttpFailure not_sent(ErrorKind kind, std::string message, std::string hint) {
  return {HttpFailure::Sent::not_sent, kind, std::move(message), std::move(hint)};
}

HttpFailure maybe_sent(ErrorKind kind, std::string message, std::string hint) {
  return {HttpFailure::Sent::maybe_sent, kind, std::move(message), std::move(hint)};
}

HttpFailure explain(const TransferEnd& end) {
  return end.began ? explain_sent(end) : explain_unsent(end);
}

}  // namespace postq::http
