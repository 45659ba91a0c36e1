#include "platforms/webhook/signature.h"

#include <postq/base/digest.h>

namespace postq {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kShortestKey = 24;  // both from the specification
constexpr std::size_t kLongestKey = 64;

Result<Secret> key_of(std::string_view word) {
  const std::string hint = "a signing secret reads whsec_ and then base64 of 24 to 64 random bytes";
  if (word.starts_with("whsk_") || word.starts_with("whpk_")) {
    return fail(ErrorKind::config, "the signing secret is half of a key pair, and postq signs with shared secrets",
                hint);
  }
  if (word.starts_with(kPrefix)) word.remove_prefix(kPrefix.size());
  std::string bytes;
  if (!base64_decode(word, bytes)) return fail(ErrorKind::config, "the signing secret isn't base64", hint);
  if (bytes.size() < kShortestKey || bytes.size() > kLongestKey) {
    return fail(ErrorKind::config, "the signing secret holds " + std::to_string(bytes.size()) + " bytes", hint);
  }
  return Secret(std::move(bytes));
}

}  // namespace

Result<std::vector<Secret>> webhook_keys(const Secret& secret) {
  std::vector<Secret> keys;
  std::string_view rest = secret.reveal();
  constexpr std::string_view kSpace = " \t\r\n";
  while (true) {
    const std::size_t begin = rest.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) break;
    rest.remove_prefix(begin);
    const std::string_view word = rest.substr(0, rest.find_first_of(kSpace));
    POSTQ_TRY(Secret key, key_of(word));
    keys.push_back(std::move(key));
    rest.remove_prefix(word.size());
  }
  if (keys.empty()) return fail(ErrorKind::config, "the signing secret is empty");
  return keys;
}

std::string webhook_signature(const std::vector<Secret>& keys, std::string_view id, TimePoint at,
                              std::string_view body) {
  std::string content(id);
  content += '.' + std::to_string(unix_seconds(at)) + '.';
  content += body;
  std::string signature;
  for (const Secret& key : keys) {
    if (!signature.empty()) signature += ' ';
    signature += "v1," + base64_encode(hmac_sha256(key.reveal(), content));
  }
  return signature;
}

}  // namespace postq
