#include "system/http/transfer.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <sys/socket.h>
#include <utility>

#include "base/ascii.h"
#include "system/http/address.h"
#include "system/http/failure.h"

namespace postq::http {
namespace {

constexpr const char* kSystemCertificates = "/etc/ssl/certs";
constexpr std::chrono::milliseconds kConnectLimit{10'000};   // for name, connection and TLS together
constexpr std::size_t kHeaderLimit = std::size_t{64} << 10;  // servers send one or two KiB
constexpr long kIdleSeconds = 55;  // servers commonly drop idle connections after 60 s or more

}  // namespace

// Sets options and remembers whether all were taken: an option that this libcurl doesn't know must not be missing
// silently, as most of them guard something.
struct CurlSetup {
  const CurlApi& api;
  CURL* handle;
  bool good = true;

  void number(CURLoption option, long value) { note(api.easy_setopt(handle, option, value)); }
  void size(CURLoption option, std::uint64_t value) {
    note(api.easy_setopt(handle, option, static_cast<curl_off_t>(value)));
  }
  void text(CURLoption option, const char* value) { note(api.easy_setopt(handle, option, value)); }
  void text(CURLoption option, const std::string& value) { text(option, value.c_str()); }
  void pointer(CURLoption option, void* value) { note(api.easy_setopt(handle, option, value)); }
  template <typename Function>
  void callback(CURLoption option, Function* function, CURLoption data_option, void* data) {
    note(api.easy_setopt(handle, option, function));
    note(api.easy_setopt(handle, data_option, data));
  }

 private:
  void note(CURLcode code) { good = good && code == CURLE_OK; }
};

Transfer::Transfer(const CurlApi& api, CURL* handle, const HttpRequest& request, const Target& target)
    : api_(api), handle_(handle), request_(request), target_(target) {
  curl_text_.resize(CURL_ERROR_SIZE);
}

Transfer::~Transfer() {
  // Nothing of this transfer may be reachable from the handle, which goes on to the next one.
  api_.easy_reset(handle_);
  api_.slist_free_all(headers_);
}

HttpResult Transfer::run(const std::string& proxy, const std::string& user_agent, Connection connection) {
  if (!set_up(proxy, user_agent, connection)) {
    return tl::unexpected(not_sent(ErrorKind::config, "this libcurl lacks an option that postq needs",
                                   "install the one of the package libcurl4"));
  }
  const auto start = std::chrono::steady_clock::now();
  const auto code = api_.easy_perform(handle_);
  note_connection(code);
  return finish(code, std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start));
}

void Transfer::note_connection(CURLcode code) {
  long connects = 0;
  api_.easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &connects);
  made_connection_ = connects > 0;
  const bool died = code == CURLE_GOT_NOTHING || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR ||
                    code == CURLE_SEND_FAIL_REWIND || code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM;
  const bool silent = header_bytes_ == 0 && answer_.body.empty();
  // libcurl begins again by itself only where it used a kept connection.
  lost_kept_connection_ = began_again_ || (died && silent && began_ && !made_connection_);
}

bool Transfer::set_up(const std::string& proxy, const std::string& user_agent, Connection connection) {
  CurlSetup set{api_, handle_};
  set.pointer(CURLOPT_ERRORBUFFER, curl_text_.data());
  set.text(CURLOPT_URL, request_.url);
  set.text(CURLOPT_PROTOCOLS_STR, target_.secure ? "https" : "http");
  set.text(CURLOPT_REDIR_PROTOCOLS_STR, "https");
  set.number(CURLOPT_PATH_AS_IS, 1);  // libcurl would take out what looks like "..", escaped or not
  set.number(CURLOPT_FOLLOWLOCATION, 0);
  set.number(CURLOPT_UNRESTRICTED_AUTH, 0);
  set.number(CURLOPT_NETRC, CURL_NETRC_IGNORED);
  set.number(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
  set.number(CURLOPT_HTTP09_ALLOWED, 0);
  set.text(CURLOPT_USERAGENT, user_agent);

  // Who is at the other end.
  set.number(CURLOPT_SSL_VERIFYPEER, 1);
  set.number(CURLOPT_SSL_VERIFYHOST, 2);
  set.number(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  // The hashed directory alone: with the bundle as well, each connection parses 145 certificates, 20 ms.
  set.text(CURLOPT_CAINFO, request_.ca_file.empty() ? nullptr : request_.ca_file.c_str());
  set.text(CURLOPT_CAPATH, request_.ca_file.empty() ? kSystemCertificates : nullptr);
  set.callback(CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket, CURLOPT_OPENSOCKETDATA, this);
  set.callback(CURLOPT_PREREQFUNCTION, &Transfer::before_request, CURLOPT_PREREQDATA, this);

  // Always set, so that the environment's http_proxy, ALL_PROXY and no_proxy mean nothing.
  proxied_ = !proxy.empty() && !target_.loopback;
  set.text(CURLOPT_PROXY, proxied_ ? proxy.c_str() : "");
  set.text(CURLOPT_NOPROXY, proxied_ ? "" : "*");
  set.text(CURLOPT_PROXY_CAINFO, static_cast<const char*>(nullptr));
  set.text(CURLOPT_PROXY_CAPATH, kSystemCertificates);
  set.number(CURLOPT_PROXY_SSL_VERIFYPEER, 1);
  set.number(CURLOPT_PROXY_SSL_VERIFYHOST, 2);
  set.number(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
  set.number(CURLOPT_HEADEROPT, CURLHEADER_SEPARATE);  // ours are for the server, none for the proxy

  // How long.
  const auto deadline = std::max(request_.deadline, std::chrono::milliseconds{1});  // 0 would mean none at all
  set.number(CURLOPT_NOSIGNAL, 1);
  set.number(CURLOPT_TIMEOUT_MS, deadline.count());
  set.number(CURLOPT_CONNECTTIMEOUT_MS, std::min(deadline, kConnectLimit).count());
  set.number(CURLOPT_LOW_SPEED_LIMIT, 1);
  set.number(CURLOPT_LOW_SPEED_TIME, request_.stall.count());
  set.number(CURLOPT_TCP_NODELAY, 1);
  set.number(CURLOPT_MAXAGE_CONN, kIdleSeconds);
  // One at most: what is known of the kept connection is then true of the one that the next exchange would use.
  set.number(CURLOPT_MAXCONNECTS, 1);
  set.number(CURLOPT_FRESH_CONNECT, connection == Connection::fresh ? 1 : 0);
  // Since 7.87: don't wait for a resolver that hangs. An older one only returns later than the deadline says.
  api_.easy_setopt(handle_, CURLOPT_QUICK_EXIT, 1L);

  set.callback(CURLOPT_WRITEFUNCTION, &Transfer::take_body, CURLOPT_WRITEDATA, this);
  set.callback(CURLOPT_HEADERFUNCTION, &Transfer::take_header, CURLOPT_HEADERDATA, this);
  return set.good && set_up_body() && set_up_headers();
}

bool Transfer::set_up_body() {
  CurlSetup set{api_, handle_};
  body_size_ = request_.read_body ? request_.body_size : request_.body.size();
  const bool takes_body = request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH";
  if (takes_body || body_size_ > 0) {
    // By callbacks, because a body that libcurl can rewind is one that it sends a second time, without a word, when a
    // kept connection closes without an answer.
    set.number(CURLOPT_POST, 1);
    set.size(CURLOPT_POSTFIELDSIZE_LARGE, body_size_);
    set.callback(CURLOPT_READFUNCTION, &Transfer::read_body, CURLOPT_READDATA, this);
    set.callback(CURLOPT_SEEKFUNCTION, &Transfer::refuse_rewind, CURLOPT_SEEKDATA, this);
    set.text(CURLOPT_CUSTOMREQUEST, request_.method);
  } else if (request_.method == "HEAD") {
    set.number(CURLOPT_NOBODY, 1);
  } else {
    set.number(CURLOPT_HTTPGET, 1);
    set.text(CURLOPT_CUSTOMREQUEST, request_.method);
  }
  return set.good;
}

bool Transfer::set_up_headers() {
  bool typed = false;
  const auto append = [this](const std::string& line) {
    auto* longer = api_.slist_append(headers_, line.c_str());
    if (longer != nullptr) headers_ = longer;
    return longer != nullptr;
  };
  for (const auto& header : request_.headers) {
    typed = typed || lower(header.name) == "content-type";
    // "Name:" would take the header out; "Name;" sends it empty.
    if (!append(header.value.empty() ? header.name + ";" : header.name + ": " + header.value)) return false;
  }
  // libcurl would call an unlabelled body a form, and wait a second for leave to send a long one.
  if (!typed && !append("Content-Type:")) return false;
  if (!append("Expect:")) return false;
  CurlSetup set{api_, handle_};
  set.pointer(CURLOPT_HTTPHEADER, headers_);
  return set.good;
}

HttpResult Transfer::finish(CURLcode code, std::chrono::milliseconds waited) {
  long status = 0;
  api_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
  // libcurl takes headers that end in the middle for the whole answer of a server that closes behind it.
  if (code == CURLE_OK && !headers_complete_ && header_bytes_ > 0) code = CURLE_PARTIAL_FILE;
  if (code == CURLE_OK && !own_failure_ && status != 0) {
    answer_.status = static_cast<int>(status);
    return std::move(answer_);
  }
  if (own_failure_) return tl::unexpected(*std::move(own_failure_));

  TransferEnd end;
  end.code = code == CURLE_OK ? CURLE_WEIRD_SERVER_REPLY : code;
  end.server = target_.server;
  end.answered = status != 0;
  end.proxied = proxied_;
  end.loopback = target_.loopback;
  end.own_ca = !request_.ca_file.empty();
  end.waited = waited;
  end.curl_text = curl_text_.substr(0, curl_text_.find('\0'));
  if (end.curl_text.empty()) end.curl_text = api_.easy_strerror(code);
  api_.easy_getinfo(handle_, CURLINFO_SSL_VERIFYRESULT, &end.verify_result);
  api_.easy_getinfo(handle_, CURLINFO_OS_ERRNO, &end.os_error);
  api_.easy_getinfo(handle_, CURLINFO_HTTP_CONNECTCODE, &end.proxy_status);
  // Two witnesses: the callback right before the request, and libcurl's count of the bytes it handed to the kernel
  // (which, behind a proxy, also counts the request to the proxy).
  long request_bytes = 0;
  api_.easy_getinfo(handle_, CURLINFO_REQUEST_SIZE, &request_bytes);
  end.began = began_ || (!proxied_ && request_bytes > 0);
  if (!end.began && refused_address_) return tl::unexpected(*std::move(refused_address_));
  return tl::unexpected(explain(end));
}

std::size_t Transfer::read_body(char* buffer, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const auto left = transfer.body_size_ - transfer.body_read_;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size * count, left));
  if (wanted == 0) return 0;
  std::size_t given = 0;
  if (transfer.request_.read_body) {
    auto read = transfer.request_.read_body(buffer, wanted);
    if (!read) {
      transfer.own_failure_ =
          maybe_sent(read.error().kind, std::move(read.error().message), std::move(read.error().hint));
      return CURL_READFUNC_ABORT;
    }
    given = *read;
  } else {
    std::memcpy(buffer, transfer.request_.body.data() + transfer.body_read_, wanted);
    given = wanted;
  }
  if (given == 0 || given > wanted) {
    transfer.own_failure_ = maybe_sent(ErrorKind::storage, "the body for " + transfer.target_.server + " ended after " +
                                                               grouped(transfer.body_read_) + " of " +
                                                               grouped(transfer.body_size_) + " bytes");
    return CURL_READFUNC_ABORT;
  }
  transfer.body_read_ += given;
  return given;
}

int Transfer::refuse_rewind(void*, curl_off_t, int) noexcept {
  return CURL_SEEKFUNC_FAIL;
}

std::size_t Transfer::take_body(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const auto bytes = size * count;
  if (bytes > transfer.request_.answer_limit - transfer.answer_.body.size()) {
    transfer.own_failure_ = maybe_sent(ErrorKind::try_later, transfer.target_.server + ": answer longer than " +
                                                                 grouped(transfer.request_.answer_limit) + " bytes");
    return 0;
  }
  transfer.answer_.body.append(data, bytes);
  return bytes;
}

std::size_t Transfer::take_header(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  auto& headers = transfer.answer_.headers;
  transfer.header_bytes_ += line.size();
  if (transfer.header_bytes_ > kHeaderLimit) {
    transfer.own_failure_ =
        maybe_sent(ErrorKind::try_later,
                   transfer.target_.server + ": answer with headers longer than " + grouped(kHeaderLimit) + " bytes");
    return 0;
  }
  const auto text = trim(line);
  if (line.substr(0, 5) == "HTTP/") {  // a 1xx answer may come before the real one
    headers.clear();
    transfer.headers_complete_ = false;
  } else if (text.empty()) {
    transfer.headers_complete_ = true;
  } else if (transfer.headers_complete_) {
    // Trailers of a chunked body can't pass for headers.
  } else if ((line.front() == ' ' || line.front() == '\t') && !headers.empty()) {
    headers.back().second.append(" ").append(text);
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    headers.emplace_back(lower(trim(text.substr(0, colon))), trim(text.substr(colon + 1)));
  }
  return line.size();
}

curl_socket_t Transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  if (!transfer.proxied_) {  // a proxy's address is one that the configuration names
    auto refused = refusal(transfer.target_, address_kind(&address->addr), address_text(&address->addr),
                           transfer.request_.allow_private);
    if (refused) {
      transfer.refused_address_ = std::move(refused);
      return CURL_SOCKET_BAD;
    }
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int Transfer::before_request(void* self, char*, char*, int, int) noexcept {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.began_) {
    // A request without a body has nothing to rewind, and HTTP/2 has its own reasons to repeat one: this is the place
    // that every repetition comes through.
    transfer.began_again_ = true;
    transfer.own_failure_ = maybe_sent(ErrorKind::try_later, transfer.target_.server +
                                                                 " closed the connection without an answer; postq "
                                                                 "doesn't send a request twice");
    return CURL_PREREQFUNC_ABORT;
  }
  if (transfer.request_.before_send) {
    if (auto status = transfer.request_.before_send(); !status) {
      auto& error = status.error();
      transfer.own_failure_ = not_sent(error.kind, std::move(error.message), std::move(error.hint));
      return CURL_PREREQFUNC_ABORT;
    }
  }
  transfer.began_ = true;
  return CURL_PREREQFUNC_OK;
}

}  // namespace postq::http
