#include <algorithm>
#include <utility>

#include "media/formats.h"

namespace postq {

namespace {

constexpr std::size_t kSignatureSize = 8;
constexpr std::size_t kChunkFrame = 12;  // length, type and checksum around the bytes of a chunk
constexpr std::uint32_t kLongestSide = 0x7FFFFFFF;

constexpr std::string_view kExif = "eXIf";

// Chunks that decide how the picture looks. Everything else is text, time or unknown, and of Exif the orientation
// stays.
constexpr std::string_view kKept[] = {"IHDR", "PLTE", "IDAT", "IEND", "iCCP", "gAMA", "cHRM", "sRGB",
                                      "pHYs", "tRNS", "acTL", "fcTL", "fdAT", "bKGD", "sBIT", "cICP"};

struct Chunk {
  std::string_view type;
  std::string_view data;
  std::string_view whole;
};

std::optional<Chunk> chunk_at(std::string_view bytes, std::size_t at) {
  const auto size = big_endian(bytes, at, 4);
  if (!size) return std::nullopt;
  const auto whole = slice(bytes, at, std::size_t{*size} + kChunkFrame);
  if (!whole) return std::nullopt;
  return Chunk{whole->substr(4, 4), whole->substr(8, *size), *whole};
}

bool is_kept(std::string_view type) {
  return std::find(std::begin(kKept), std::end(kKept), type) != std::end(kKept);
}

// Of a chunk's type and data (PNG, annex D), bit by bit: it is asked for a few bytes of our own.
std::uint32_t checksum(std::string_view bytes) {
  constexpr std::uint32_t kPolynomial = 0xEDB88320;
  std::uint32_t rest = 0xFFFFFFFF;
  for (const char byte : bytes) {
    rest ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? kPolynomial : 0);
  }
  return ~rest;
}

// A chunk of Exif that holds nothing but how the picture lies.
std::string orientation_chunk(int orientation) {
  const std::string content = std::string(kExif) + orientation_tiff(orientation);
  std::string chunk;
  append_big_endian(chunk, static_cast<std::uint32_t>(content.size() - kExif.size()), 4);
  chunk += content;
  append_big_endian(chunk, checksum(content), 4);
  return chunk;
}

// A capital first letter: a reader that doesn't know the chunk must not show the picture.
bool is_critical(std::string_view type) {
  return type[0] >= 'A' && type[0] <= 'Z';
}

}  // namespace

MediaInfo inspect_png(std::string_view bytes) {
  MediaInfo info{"image/png"};
  int orientation = 1;
  bool has_pixels = false;
  for (std::size_t at = kSignatureSize;;) {
    const auto chunk = chunk_at(bytes, at);
    if (!chunk || chunk->type == "IEND") break;
    if (chunk->type == "IHDR") {
      info.width = static_cast<int>(std::min(big_endian(chunk->data, 0, 4).value_or(0), kLongestSide));
      info.height = static_cast<int>(std::min(big_endian(chunk->data, 4, 4).value_or(0), kLongestSide));
    }
    if (chunk->type == "acTL" && !has_pixels) info.animated = true;
    has_pixels = has_pixels || chunk->type == "IDAT";
    if (chunk->type == kExif) orientation = read_orientation(chunk->data);  // exiftool puts it behind the pixels
    at += chunk->whole.size();
  }
  if (swaps_sides(orientation)) std::swap(info.width, info.height);
  info.orientation = orientation;
  return info;
}

std::string_view png_profile(std::string_view bytes) {
  for (std::size_t at = kSignatureSize;;) {
    const auto chunk = chunk_at(bytes, at);
    if (!chunk || chunk->type == "IDAT") return {};
    if (chunk->type == "iCCP") {
      const auto name_end = chunk->data.find('\0');  // behind it stands the method, of which there is one
      return name_end == std::string_view::npos
                 ? std::string_view{}
                 : slice(chunk->data, name_end + 2, chunk->data.size() - name_end - 2).value_or(std::string_view{});
    }
    at += chunk->whole.size();
  }
}

Result<std::string> strip_png(std::string_view bytes) {
  std::string stripped{bytes.substr(0, kSignatureSize)};
  bool has_pixels = false;
  // Browsers heed it only before the pixels, wherever it stood.
  const int orientation = inspect_png(bytes).orientation;
  for (std::size_t at = kSignatureSize;;) {
    const auto chunk = chunk_at(bytes, at);
    if (!chunk) return broken_media("PNG", "it ends too early");
    const bool first = at == kSignatureSize;
    if (first != (chunk->type == "IHDR") || (first && chunk->data.size() != 13)) {
      return broken_media("PNG", "it doesn't begin with its header");
    }
    if (is_kept(chunk->type)) {
      if (chunk->type == "IDAT" && !has_pixels && orientation != 1) stripped += orientation_chunk(orientation);
      has_pixels = has_pixels || chunk->type == "IDAT";
      stripped += chunk->whole;
    } else if (is_critical(chunk->type)) {
      return broken_media("PNG", "it needs a chunk that is not part of PNG");
    }
    if (chunk->type == "IEND") break;
    at += chunk->whole.size();
  }
  if (!has_pixels) return broken_media("PNG", "it has no pixels");
  return stripped;
}

}  // namespace postq
