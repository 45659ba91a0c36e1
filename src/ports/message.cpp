#include <algorithm>
#include <string>

#include <postq/ports/http_client.h>
#include <postq/text/text.h>

#include "base/ascii.h"

namespace postq {
namespace {

constexpr std::string_view kMask = "********";

std::string masked(std::string text, const std::vector<std::string>& secrets) {
  // The longest first, so that a secret that is part of another leaves no rest of it.
  auto longest_first = secrets;
  std::sort(longest_first.begin(), longest_first.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  for (const auto& secret : longest_first) {
    if (secret.empty()) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + kMask.size())) {
      text.replace(at, secret.size(), kMask);
    }
  }
  return text;
}

std::string size_text(std::uint64_t bytes) {
  return "<" + http::grouped(bytes) + (bytes == 1 ? " byte>" : " bytes>");
}

bool is_text(std::string_view body) {
  return is_valid_utf8(body) && body.find('\0') == std::string_view::npos;
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [&](const auto& entry) { return entry.first == name; });
  return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

std::string show_request(const HttpRequest& request) {
  std::string shown = request.method + " " + request.url + "\n";
  for (const auto& header : request.headers) {
    shown += header.name + ": " + (header.secret ? std::string(kMask) : header.value) + "\n";
  }
  if (request.read_body) {
    shown += "\n" + size_text(request.body_size) + "\n";
  } else if (!request.body.empty()) {
    shown += "\n" + (is_text(request.body) ? request.body : size_text(request.body.size())) + "\n";
  }
  return masked(std::move(shown), request.secrets);
}

}  // namespace postq
