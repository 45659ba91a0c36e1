#include "media/formats.h"

namespace postq {

namespace {

constexpr std::size_t kHeaderSize = 13;  // signature and screen descriptor
constexpr std::size_t kImageHeaderSize = 10;
constexpr char kExtension = '\x21';
constexpr char kImage = '\x2c';
constexpr char kTrailer = '\x3b';
constexpr char kGraphicControl = '\xf9';  // how long a frame is shown, and its transparent colour
constexpr char kApplication = '\xff';
constexpr std::string_view kLoopCount = "NETSCAPE2.0";

// The size of the colour table that a descriptor's flags announce.
std::size_t colour_table_size(char flags) {
  const auto bits = static_cast<unsigned char>(flags);
  return (bits & 0x80U) != 0 ? std::size_t{3} << ((bits & 7U) + 1) : 0;
}

// The end of a chain of sub-blocks, each led by its size, the last one empty.
std::optional<std::size_t> sub_blocks_end(std::string_view bytes, std::size_t at) {
  while (at < bytes.size()) {
    const auto size = static_cast<unsigned char>(bytes[at]);
    at += 1 + std::size_t{size};
    if (size == 0) return at;
  }
  return std::nullopt;
}

// The end of the block that begins at `at` with an extension or an image.
std::optional<std::size_t> block_end(std::string_view bytes, std::size_t at) {
  if (bytes[at] == kExtension) return sub_blocks_end(bytes, at + 2);
  const auto header = slice(bytes, at, kImageHeaderSize);
  if (!header) return std::nullopt;
  // Behind the colour table stands one byte, the width of the first codes.
  return sub_blocks_end(bytes, at + kImageHeaderSize + colour_table_size(header->back()) + 1);
}

bool is_kept(std::string_view block) {
  if (block[0] == kImage || block[1] == kGraphicControl) return true;
  return block[1] == kApplication && slice(block, 3, kLoopCount.size()) == kLoopCount;
}

struct Walked {
  std::string kept;
  std::size_t frames = 0;
  bool complete = false;  // it reached the trailer
};

Walked walk(std::string_view bytes) {
  Walked walked;
  const auto header = slice(bytes, 0, kHeaderSize);
  if (!header) return walked;
  auto at = kHeaderSize + colour_table_size((*header)[10]);
  if (at > bytes.size()) return walked;
  walked.kept = bytes.substr(0, at);
  while (at < bytes.size()) {
    if (bytes[at] == kTrailer) {
      walked.kept += kTrailer;
      walked.complete = true;
      return walked;
    }
    if (bytes[at] != kExtension && bytes[at] != kImage) return walked;
    const auto end = block_end(bytes, at);
    if (!end || *end > bytes.size()) return walked;
    const auto block = bytes.substr(at, *end - at);
    if (block[0] == kImage) ++walked.frames;
    if (is_kept(block)) walked.kept += block;
    at = *end;
  }
  return walked;
}

}  // namespace

MediaInfo inspect_gif(std::string_view bytes) {
  MediaInfo info{"image/gif"};
  info.width = static_cast<int>(little_endian(bytes, 6, 2).value_or(0));
  info.height = static_cast<int>(little_endian(bytes, 8, 2).value_or(0));
  info.animated = walk(bytes).frames > 1;
  return info;
}

Result<std::string> strip_gif(std::string_view bytes) {
  auto walked = walk(bytes);
  if (!walked.complete) return broken_media("GIF", "it ends too early or holds an unknown block");
  if (walked.frames == 0) return broken_media("GIF", "it has no picture");
  return std::move(walked.kept);
}

}  // namespace postq
