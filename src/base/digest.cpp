// SHA256_Init and friends are deprecated in OpenSSL 3 in favour of EVP. EVP loads providers and a configuration file at
// its first use, about 1.5 ms, which every command would pay; these functions only compute.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <algorithm>
#include <cassert>

#include <openssl/sha.h>

#include <postq/base/digest.h>
#include <postq/base/hex.h>

namespace postq {

namespace {

constexpr std::size_t kBlockSize = 64;  // of SHA-256, which HMAC pads its key to

constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int base64_value(char digit) {
  const auto place = kBase64Digits.find(digit);
  return place == std::string_view::npos ? -1 : static_cast<int>(place);
}

std::string xor_with(std::string bytes, unsigned char mask) {
  for (char& byte : bytes) byte = static_cast<char>(static_cast<unsigned char>(byte) ^ mask);
  return bytes;
}

}  // namespace

std::string Digest::hex() const {
  return to_hex(view());
}

Digest Digest::from_bytes(std::string_view raw) {
  Digest digest;
  if (raw.size() == digest.bytes.size()) {
    std::transform(raw.begin(), raw.end(), digest.bytes.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  }
  return digest;
}

Digest Digest::from_hex(std::string_view hex) {
  return from_bytes(postq::from_hex(hex));
}

struct Sha256::State {
  SHA256_CTX context;
  bool finished = false;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  SHA256_Init(&state_->context);
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  assert(!state_->finished);
  SHA256_Update(&state_->context, bytes.data(), bytes.size());
}

Digest Sha256::finish() {
  assert(!state_->finished);
  state_->finished = true;
  Digest digest;
  SHA256_Final(digest.bytes.data(), &state_->context);
  return digest;
}

Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string padded{key.size() > kBlockSize ? sha256(key).view() : key};
  padded.resize(kBlockSize, '\0');

  Sha256 inner;
  inner.update(xor_with(padded, 0x36));
  inner.update(message);
  const auto inner_digest = inner.finish();

  Sha256 outer;
  outer.update(xor_with(padded, 0x5c));
  outer.update(inner_digest.view());
  return std::string{outer.finish().view()};
}

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = (bits << 8) | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= group.size() ? kBase64Digits[(bits >> (18 - 6 * i)) & 63] : '=';
    }
  }
  return text;
}

bool base64_decode(std::string_view text, std::string& bytes) {
  bytes.clear();
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  const auto left_over = text.size() % 4;
  if (left_over == 1) return false;
  if (padding > 0 && left_over + padding != 4) return false;

  std::uint32_t bits = 0;
  int held = 0;
  for (const char digit : text) {
    const int value = base64_value(digit);
    if (value < 0) {
      bytes.clear();
      return false;
    }
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>((bits >> held) & 0xFF);
    }
  }
  // Two spellings of the same bytes would let one content have two digests, so the unused bits must be zero.
  if ((bits & ((1U << held) - 1)) != 0) {
    bytes.clear();
    return false;
  }
  return true;
}

}  // namespace postq
