#include <algorithm>

#include "media/formats.h"

namespace postq {

namespace {

constexpr std::size_t kRiffHeader = 12;
constexpr std::size_t kChunkHeader = 8;
constexpr std::size_t kFrameHeader = 16;  // of an ANMF chunk, before its own chunks
constexpr unsigned char kHasExif = 0x08;
constexpr unsigned char kHasXmp = 0x04;
constexpr unsigned char kIsAnimated = 0x02;
constexpr std::string_view kExifStart{"Exif\0\0", 6};  // some writers keep the JPEG's

constexpr std::string_view kKept[] = {"VP8X", "ICCP", "ANIM", "VP8 ", "VP8L", "ALPH"};

struct Chunk {
  std::string_view type;
  std::string_view data;
  std::size_t end = 0;
};

std::optional<Chunk> chunk_at(std::string_view bytes, std::size_t at) {
  const auto type = slice(bytes, at, 4);
  const auto size = little_endian(bytes, at + 4, 4);
  if (!type || !size) return std::nullopt;
  const auto data = slice(bytes, at + kChunkHeader, *size);
  if (!data) return std::nullopt;
  // Chunks are padded to an even size; the last one's padding is missing in some files.
  const auto end = at + kChunkHeader + *size + (*size & 1);
  return Chunk{*type, *data, std::min(end, bytes.size())};
}

void append_chunk(std::string& bytes, std::string_view type, std::string_view data) {
  bytes += type;
  append_little_endian(bytes, static_cast<std::uint32_t>(data.size()), 4);
  bytes += data;
  if (data.size() % 2 != 0) bytes += '\0';
}

int orientation_of(std::string_view exif) {
  if (exif.starts_with(kExifStart)) exif.remove_prefix(kExifStart.size());
  return read_orientation(exif);
}

void read_size(const Chunk& chunk, MediaInfo& info) {
  const auto number = [&](std::size_t at, std::size_t size) {
    return static_cast<int>(little_endian(chunk.data, at, size).value_or(0));
  };
  if (chunk.type == "VP8X" && chunk.data.size() >= 10) {
    info.width = number(4, 3) + 1;
    info.height = number(7, 3) + 1;
    info.animated = (number(0, 1) & kIsAnimated) != 0;
  } else if (chunk.type == "VP8 " && slice(chunk.data, 3, 3) == "\x9d\x01\x2a") {
    info.width = number(6, 2) & 0x3FFF;
    info.height = number(8, 2) & 0x3FFF;
  } else if (chunk.type == "VP8L" && chunk.data.size() >= 5 && chunk.data[0] == '\x2f') {
    const auto bits = little_endian(chunk.data, 1, 4).value_or(0);
    info.width = static_cast<int>((bits & 0x3FFF) + 1);
    info.height = static_cast<int>(((bits >> 14) & 0x3FFF) + 1);
  }
}

// What the file's header says it holds, or nothing when less is there. What follows it is not part of the picture.
std::optional<std::string_view> body_of(std::string_view bytes) {
  const auto size = little_endian(bytes, 4, 4);
  if (!size || *size < 4) return std::nullopt;
  const auto whole = slice(bytes, 0, kChunkHeader + std::size_t{*size});
  if (!whole) return std::nullopt;
  return whole->substr(kRiffHeader);
}

// An animation's frame holds chunks itself, and may hold unknown ones.
std::optional<std::string> strip_frame(std::string_view frame) {
  const auto header = slice(frame, 0, kFrameHeader);
  if (!header) return std::nullopt;
  std::string stripped{*header};
  for (auto at = kFrameHeader; at < frame.size();) {
    const auto chunk = chunk_at(frame, at);
    if (!chunk) return std::nullopt;
    if (chunk->type == "ALPH" || chunk->type == "VP8 " || chunk->type == "VP8L") {
      append_chunk(stripped, chunk->type, chunk->data);
    }
    at = chunk->end;
  }
  return stripped;
}

}  // namespace

MediaInfo inspect_webp(std::string_view bytes) {
  MediaInfo info{"image/webp"};
  int orientation = 1;
  for (auto at = kRiffHeader;;) {
    const auto chunk = chunk_at(bytes, at);
    if (!chunk) break;
    if (info.width == 0) read_size(*chunk, info);
    if (chunk->type == "EXIF") orientation = orientation_of(chunk->data);
    at = chunk->end;
  }
  if (swaps_sides(orientation)) std::swap(info.width, info.height);
  info.orientation = orientation;
  return info;
}

std::string_view webp_profile(std::string_view bytes) {
  for (auto at = kRiffHeader;;) {
    const auto chunk = chunk_at(bytes, at);
    if (!chunk) return {};
    if (chunk->type == "ICCP") return chunk->data;
    at = chunk->end;
  }
}

Result<std::string> strip_webp(std::string_view bytes) {
  const auto body = body_of(bytes);
  if (!body) return broken_media("WebP", "it ends too early");

  std::string chunks;
  int orientation = 1;
  bool has_pixels = false;
  std::optional<std::size_t> flags_at;
  for (std::size_t at = 0; at < body->size();) {
    const auto chunk = chunk_at(*body, at);
    if (!chunk) return broken_media("WebP", "a chunk reaches beyond its end");
    if (chunk->type == "VP8X" && chunk->data.size() >= 10) flags_at = chunks.size() + kChunkHeader;
    if (chunk->type == "EXIF") {
      orientation = orientation_of(chunk->data);
    } else if (chunk->type == "ANMF") {
      const auto frame = strip_frame(chunk->data);
      if (!frame) return broken_media("WebP", "a frame of its animation is cut off");
      append_chunk(chunks, "ANMF", *frame);
    } else if (std::find(std::begin(kKept), std::end(kKept), chunk->type) != std::end(kKept)) {
      append_chunk(chunks, chunk->type, chunk->data);
    }
    has_pixels = has_pixels || chunk->type == "VP8 " || chunk->type == "VP8L" || chunk->type == "ANMF";
    at = chunk->end;
  }
  if (!has_pixels) return broken_media("WebP", "it has no pixels");

  const bool keeps_orientation = flags_at && orientation != 1;
  if (flags_at) {
    auto flags = static_cast<unsigned char>(chunks[*flags_at]);
    flags = static_cast<unsigned char>(flags & ~(kHasExif | kHasXmp));
    if (keeps_orientation) flags |= kHasExif;
    chunks[*flags_at] = static_cast<char>(flags);
  }
  if (keeps_orientation) append_chunk(chunks, "EXIF", orientation_tiff(orientation));

  std::string stripped = "RIFF";
  append_little_endian(stripped, static_cast<std::uint32_t>(chunks.size() + 4), 4);
  return stripped + "WEBP" + chunks;
}

}  // namespace postq
