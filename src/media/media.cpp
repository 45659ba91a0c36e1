#include <algorithm>

#include <postq/media/media.h>

#include "media/formats.h"

namespace postq {

namespace {

struct Format {
  std::string_view mime;
  Result<std::string> (*strip)(std::string_view);
};

constexpr Format kFormats[] = {
    {"image/png", strip_png},   {"image/jpeg", strip_jpeg}, {"image/gif", strip_gif},
    {"image/webp", strip_webp}, {"video/mp4", strip_film},  {"video/quicktime", strip_film},
};

const Format* format_of(std::string_view mime) {
  const auto* const format =
      std::find_if(std::begin(kFormats), std::end(kFormats), [&](const Format& f) { return f.mime == mime; });
  return format == std::end(kFormats) ? nullptr : format;
}

constexpr std::string_view kPngStart = "\x89PNG\r\n\x1a\n";
constexpr std::string_view kMatroskaStart = "\x1a\x45\xdf\xa3";
constexpr std::string_view kLittleTiffStart{"II*\0", 4};
constexpr std::string_view kBigTiffStart{"MM\0*", 4};

constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kTypeShort = 3;

}  // namespace

std::optional<MediaInfo> inspect_media(std::string_view bytes) {
  if (bytes.starts_with(kPngStart)) return inspect_png(bytes);
  if (bytes.starts_with("\xff\xd8\xff")) return inspect_jpeg(bytes);
  if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return inspect_gif(bytes);
  if (bytes.starts_with("RIFF") && slice(bytes, 8, 4) == "WEBP") return inspect_webp(bytes);
  if (slice(bytes, 4, 4) == "ftyp") return inspect_boxes(bytes);
  if (bytes.starts_with(kMatroskaStart)) return MediaInfo{"video/webm"};
  if (bytes.starts_with(kLittleTiffStart) || bytes.starts_with(kBigTiffStart)) return MediaInfo{"image/tiff"};
  return std::nullopt;
}

bool can_strip(std::string_view mime) {
  return format_of(mime) != nullptr;
}

Result<std::string> strip_metadata(std::string_view bytes, const MediaInfo& info) {
  const auto* const format = format_of(info.mime);
  if (format == nullptr) {
    const bool film = info.mime.starts_with("video/") || info.mime.starts_with("audio/");
    return fail(ErrorKind::usage, "files of type " + info.mime + " can't be posted",
                film ? "convert it to MP4" : "convert it to JPEG or PNG");
  }
  return format->strip(bytes);
}

std::string_view colour_profile(std::string_view bytes, const MediaInfo& info) {
  if (info.mime == "image/jpeg") return jpeg_profile(bytes);
  if (info.mime == "image/png") return png_profile(bytes);
  if (info.mime == "image/webp") return webp_profile(bytes);
  return {};
}

std::optional<std::string_view> slice(std::string_view bytes, std::size_t at, std::size_t size) {
  if (at > bytes.size() || size > bytes.size() - at) return std::nullopt;
  return bytes.substr(at, size);
}

std::optional<std::uint32_t> big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  const auto digits = slice(bytes, at, size);
  if (!digits) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : *digits) value = (value << 8) | static_cast<unsigned char>(c);
  return value;
}

std::optional<std::uint32_t> little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  const auto digits = slice(bytes, at, size);
  if (!digits) return std::nullopt;
  std::uint32_t value = 0;
  for (auto c = digits->rbegin(); c != digits->rend(); ++c) value = (value << 8) | static_cast<unsigned char>(*c);
  return value;
}

void append_big_endian(std::string& bytes, std::uint32_t value, std::size_t size) {
  for (std::size_t i = size; i-- > 0;) bytes += static_cast<char>((value >> (8 * i)) & 0xFF);
}

void append_little_endian(std::string& bytes, std::uint32_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xFF);
}

int read_orientation(std::string_view tiff) {
  const bool big = tiff.starts_with(kBigTiffStart);
  if (!big && !tiff.starts_with(kLittleTiffStart)) return 1;
  const auto number = [&](std::size_t at, std::size_t size) {
    return (big ? big_endian(tiff, at, size) : little_endian(tiff, at, size)).value_or(0);
  };
  const std::size_t directory = number(4, 4);
  const std::size_t entries = number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const auto entry = directory + 2 + 12 * i;
    if (number(entry, 2) != kOrientationTag) continue;
    const auto value = number(entry + 2, 2) == kTypeShort ? number(entry + 8, 2) : 0;
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

std::string orientation_tiff(int orientation) {
  std::string tiff{kBigTiffStart};
  append_big_endian(tiff, 8, 4);  // the directory follows at once
  append_big_endian(tiff, 1, 2);  // and has one entry
  append_big_endian(tiff, kOrientationTag, 2);
  append_big_endian(tiff, kTypeShort, 2);
  append_big_endian(tiff, 1, 4);  // one value, left-aligned in four bytes
  append_big_endian(tiff, static_cast<std::uint32_t>(orientation), 2);
  append_big_endian(tiff, 0, 2);
  append_big_endian(tiff, 0, 4);  // no further directory
  return tiff;
}

tl::unexpected<Error> broken_media(std::string_view format, std::string_view what) {
  return fail(ErrorKind::usage, "the " + std::string{format} + " file is damaged: " + std::string{what},
              "open it in an image or film program and save it again");
}

}  // namespace postq
