#include <algorithm>

#include "media/formats.h"

namespace postq {

namespace {

constexpr std::string_view kExifStart{"Exif\0\0", 6};
constexpr std::string_view kJfifStart{"JFIF\0", 5};
constexpr std::string_view kProfileStart{"ICC_PROFILE\0", 12};
constexpr std::string_view kAdobeStart = "Adobe";
constexpr std::size_t kJfifSize = 14;  // without the thumbnail that may follow

enum Marker : unsigned char {
  kFirstFrame = 0xC0,  // to kLastFrame: how the picture is coded, and its size
  kHuffmanTables = 0xC4,
  kJpegExtensions = 0xC8,
  kArithmeticTables = 0xCC,
  kLastFrame = 0xCF,
  kFirstRestart = 0xD0,
  kLastRestart = 0xD7,
  kStart = 0xD8,
  kEnd = 0xD9,
  kScan = 0xDA,
  kFirstTables = 0xDB,  // to kLastTables: quantisation, line count, restart interval, hierarchy
  kLastTables = 0xDF,
  kApp0 = 0xE0,
  kApp1 = 0xE1,
  kApp2 = 0xE2,
  kApp14 = 0xEE,
};

struct Segment {
  unsigned char marker = 0;
  std::string_view data;
  std::size_t end = 0;  // where the next marker, or the coded pixels of a scan, begin
};

std::optional<Segment> segment_at(std::string_view bytes, std::size_t at) {
  if (slice(bytes, at, 1) != "\xff") return std::nullopt;
  while (slice(bytes, at, 1) == "\xff") ++at;  // a marker may be filled up with any number of these
  const auto marker = slice(bytes, at, 1);
  if (!marker) return std::nullopt;
  Segment segment{static_cast<unsigned char>(marker->front()), {}, at + 1};
  if (segment.marker == kEnd) return segment;

  const auto size = big_endian(bytes, at + 1, 2);  // counts itself
  if (!size || *size < 2) return std::nullopt;
  const auto data = slice(bytes, at + 3, *size - 2);
  if (!data) return std::nullopt;
  segment.data = *data;
  segment.end = at + 1 + *size;
  return segment;
}

bool is_frame(unsigned char marker) {
  return marker >= kFirstFrame && marker <= kLastFrame && marker != kHuffmanTables && marker != kJpegExtensions &&
         marker != kArithmeticTables;
}

bool is_decoding(unsigned char marker) {
  return (marker >= kFirstFrame && marker <= kLastFrame && marker != kJpegExtensions) || marker == kScan ||
         (marker >= kFirstTables && marker <= kLastTables);
}

bool is_exif(const Segment& segment) {
  return segment.marker == kApp1 && segment.data.starts_with(kExifStart);
}

// The end of a scan's coded pixels: the next marker that is neither a stuffed byte nor a restart.
std::size_t scan_end(std::string_view bytes, std::size_t at) {
  for (;;) {
    at = bytes.find('\xff', at);
    if (at == std::string_view::npos || at + 1 >= bytes.size()) return bytes.size();
    const auto next = static_cast<unsigned char>(bytes[at + 1]);
    if (next != 0 && next != 0xFF && !(next >= kFirstRestart && next <= kLastRestart)) return at;
    at += next == 0xFF ? 1 : 2;
  }
}

void append_segment(std::string& bytes, unsigned char marker, std::string_view data) {
  bytes += '\xff';
  bytes += static_cast<char>(marker);
  append_big_endian(bytes, static_cast<std::uint32_t>(data.size() + 2), 2);
  bytes += data;
}

// What stays of a segment that isn't needed for decoding, appended to `stripped`.
void append_kept_part(std::string& stripped, const Segment& segment, bool first_exif) {
  if (segment.marker == kApp0 && segment.data.starts_with(kJfifStart) && segment.data.size() >= kJfifSize) {
    std::string header{segment.data.substr(0, kJfifSize)};
    header[12] = header[13] = 0;  // columns and rows of the thumbnail
    append_segment(stripped, kApp0, header);
  } else if (first_exif) {
    const auto orientation = read_orientation(segment.data.substr(kExifStart.size()));
    if (orientation != 1) {
      append_segment(stripped, kApp1, std::string{kExifStart} + orientation_tiff(orientation));
    }
  } else if ((segment.marker == kApp2 && segment.data.starts_with(kProfileStart)) ||
             (segment.marker == kApp14 && segment.data.starts_with(kAdobeStart))) {
    append_segment(stripped, segment.marker, segment.data);
  }
}

}  // namespace

MediaInfo inspect_jpeg(std::string_view bytes) {
  MediaInfo info{"image/jpeg"};
  int orientation = 0;
  for (std::size_t at = 2;;) {
    const auto segment = segment_at(bytes, at);
    if (!segment || segment->marker == kEnd || segment->marker == kScan) break;
    if (orientation == 0 && is_exif(*segment)) orientation = read_orientation(segment->data.substr(kExifStart.size()));
    if (is_frame(segment->marker)) {
      info.height = static_cast<int>(big_endian(segment->data, 1, 2).value_or(0));
      info.width = static_cast<int>(big_endian(segment->data, 3, 2).value_or(0));
    }
    at = segment->end;
  }
  if (swaps_sides(orientation)) std::swap(info.width, info.height);
  info.orientation = std::max(orientation, 1);
  return info;
}

std::string_view jpeg_profile(std::string_view bytes) {
  constexpr std::string_view kFirstOfOne = "\x01\x01";
  for (std::size_t at = 2;;) {
    const auto segment = segment_at(bytes, at);
    if (!segment || segment->marker == kEnd || segment->marker == kScan) return {};
    if (segment->marker == kApp2 && segment->data.starts_with(kProfileStart)) {
      const auto profile = segment->data.substr(kProfileStart.size());
      return profile.starts_with(kFirstOfOne) ? profile.substr(kFirstOfOne.size()) : std::string_view{};
    }
    at = segment->end;
  }
}

Result<std::string> strip_jpeg(std::string_view bytes) {
  std::string stripped{bytes.substr(0, 2)};
  stripped.reserve(bytes.size());
  bool has_frame = false;
  bool has_scan = false;
  bool has_exif = false;
  for (std::size_t at = 2;;) {
    const auto segment = segment_at(bytes, at);
    if (!segment) return broken_media("JPEG", "it ends too early or holds no marker where one must be");
    at = segment->end;
    if (segment->marker == kEnd) break;
    if (is_decoding(segment->marker)) {
      append_segment(stripped, segment->marker, segment->data);
    } else {
      const bool first_exif = is_exif(*segment) && !has_exif;
      has_exif = has_exif || first_exif;
      append_kept_part(stripped, *segment, first_exif);
    }
    has_frame = has_frame || is_frame(segment->marker);
    if (segment->marker != kScan) continue;
    if (!has_frame) return broken_media("JPEG", "its pixels come before their size");
    has_scan = true;
    const auto end = scan_end(bytes, at);
    stripped += bytes.substr(at, end - at);
    at = end;
  }
  if (!has_scan) return broken_media("JPEG", "it has no pixels");
  return stripped + "\xff\xd9";
}

}  // namespace postq
