#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <postq/ports/http_client.h>

#include "system/http/curl_api.h"
#include "system/http/target.h"

namespace postq::http {

// Whether an exchange may use the connection that its handle kept.
enum class Connection : std::uint8_t { kept, fresh };

// One exchange on one handle: what libcurl's callbacks read and write while it runs.
class Transfer {
 public:
  Transfer(const CurlApi& api, CURL* handle, const HttpRequest& request, const Target& target);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  HttpResult run(const std::string& proxy, const std::string& user_agent, Connection connection);

  // Afterwards: whether a connection was made for it, and whether it went over a kept one that ended without a byte of
  // an answer.
  bool made_connection() const { return made_connection_; }
  bool lost_kept_connection() const { return lost_kept_connection_; }

 private:
  bool set_up(const std::string& proxy, const std::string& user_agent, Connection connection);
  void note_connection(CURLcode code);
  bool set_up_body();
  bool set_up_headers();
  HttpResult finish(CURLcode code, std::chrono::milliseconds waited);

  // The callbacks; libcurl is C, so an exception that left them would end the program: they throw none.
  static std::size_t read_body(char* buffer, std::size_t size, std::size_t count, void* self) noexcept;
  static int refuse_rewind(void* self, curl_off_t offset, int origin) noexcept;
  static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t take_header(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address) noexcept;
  static int before_request(void* self, char* remote, char* local, int remote_port, int local_port) noexcept;

  const CurlApi& api_;
  CURL* handle_;
  const HttpRequest& request_;
  const Target& target_;
  bool proxied_ = false;
  curl_slist* headers_ = nullptr;
  std::uint64_t body_size_ = 0;
  std::uint64_t body_read_ = 0;
  std::size_t header_bytes_ = 0;
  bool headers_complete_ = false;
  bool began_ = false;
  bool began_again_ = false;
  bool made_connection_ = false;
  bool lost_kept_connection_ = false;
  HttpAnswer answer_;
  std::optional<HttpFailure> own_failure_;  // why postq itself stopped the exchange, which goes before libcurl's reason
  std::optional<HttpFailure> refused_address_;
  std::string curl_text_;
};

}  // namespace postq::http
