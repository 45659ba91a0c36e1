#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <postq/base/result.h>
#include <postq/media/media.h>

// One inspect and one strip per format. `inspect_` expects the format's first bytes to be there and gives what it can
// read; `strip_` checks everything that it copies.
namespace postq {

MediaInfo inspect_png(std::string_view bytes);
Result<std::string> strip_png(std::string_view bytes);
std::string_view png_profile(std::string_view bytes);

MediaInfo inspect_jpeg(std::string_view bytes);
Result<std::string> strip_jpeg(std::string_view bytes);
std::string_view jpeg_profile(std::string_view bytes);

MediaInfo inspect_gif(std::string_view bytes);
Result<std::string> strip_gif(std::string_view bytes);

MediaInfo inspect_webp(std::string_view bytes);
Result<std::string> strip_webp(std::string_view bytes);
std::string_view webp_profile(std::string_view bytes);

// ISO base media files: MP4, QuickTime, and the pictures in that clothing (AVIF, HEIC).
MediaInfo inspect_boxes(std::string_view bytes);
Result<std::string> strip_film(std::string_view bytes);

// --- Reading numbers: nothing when they reach beyond the end ---------------------------------------------------------

std::optional<std::uint32_t> big_endian(std::string_view bytes, std::size_t at, std::size_t size);
std::optional<std::uint32_t> little_endian(std::string_view bytes, std::size_t at, std::size_t size);
void append_big_endian(std::string& bytes, std::uint32_t value, std::size_t size);
void append_little_endian(std::string& bytes, std::uint32_t value, std::size_t size);

// `size` bytes at `at`; nothing when they reach beyond the end.
std::optional<std::string_view> slice(std::string_view bytes, std::size_t at, std::size_t size);

constexpr std::uint32_t fourcc(const char (&name)[5]) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8) | static_cast<unsigned char>(name[i]);
  return value;
}

// --- Exif: only its orientation is of use ----------------------------------------------------------------------------

// 1 to 8 as in Exif 2.3 from a TIFF structure; 1 (upright) if it names none.
int read_orientation(std::string_view tiff);
// A TIFF structure that holds nothing but an orientation.
std::string orientation_tiff(int orientation);
// Whether an orientation lays the picture on its side.
constexpr bool swaps_sides(int orientation) {
  return orientation >= 5;
}

tl::unexpected<Error> broken_media(std::string_view format, std::string_view what);

}  // namespace postq
