#pragma once

#include <dlfcn.h>

#include <cstdint>
#include <string>

#include <postq/media/media.h>

#include "media/formats.h"
#include "support/catch.h"
#include "system/images/decode.h"
#include "system/images/encode.h"
#include "system/images/profile.h"
#include "system/images/shrink.h"

namespace postq::pictures::test {

inline const PictureApi& api() {
  REQUIRE(picture_api());
  return *picture_api();
}

inline Canvas blank(Size size) {
  auto canvas = Canvas::blank(api().webp, size);
  REQUIRE(canvas);
  return std::move(*canvas);
}

inline std::uint32_t& pixel(Canvas& canvas, int x, int y) {
  auto* const row = canvas.bytes() + std::ptrdiff_t{y} * canvas.bytes_per_row();
  return reinterpret_cast<std::uint32_t*>(row)[x];
}

constexpr std::uint32_t kRed = 0xFFE02020;
constexpr std::uint32_t kGreen = 0xFF20C020;
constexpr std::uint32_t kBlue = 0xFF2020E0;
constexpr std::uint32_t kYellow = 0xFFE0E020;

// Four corners of their own colour, and as much noise on them as makes a file of it large: 0 to 255.
inline Canvas four_corners(Size size, unsigned noise = 0) {
  auto canvas = blank(size);
  std::uint32_t random = 1;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const bool left = x < size.width / 2;
      const bool top = y < size.height / 2;
      random = random * 1664525 + 1013904223;
      const std::uint32_t grain = noise == 0 ? 0 : (random >> 16) % noise;
      pixel(canvas, x, y) = (top ? (left ? kRed : kGreen) : (left ? kBlue : kYellow)) ^ (grain * 0x010101);
    }
  }
  return canvas;
}

inline std::string jpeg_of(const Canvas& canvas, int quality = 95, const std::string& profile = {}) {
  auto encoded = encode_jpeg(api(), canvas, profile, Colours::of_four_pixels, quality);
  REQUIRE(encoded);
  return encoded->bytes;
}

inline std::string png_of(const Canvas& canvas, const std::string& profile = {}) {
  auto encoded = encode_png(api(), canvas, profile, 0);
  REQUIRE(encoded);
  return encoded->bytes;
}

// libwebp's own encoder; postq writes no WebP, so its table doesn't have it.
inline std::string webp_of(const Canvas& canvas) {
  void* const library = dlopen("libwebp.so.7", RTLD_NOW | RTLD_LOCAL);
  REQUIRE(library != nullptr);
  const auto encode = reinterpret_cast<decltype(&WebPEncodeLosslessBGRA)>(dlsym(library, "WebPEncodeLosslessBGRA"));
  const auto release = reinterpret_cast<decltype(&WebPFree)>(dlsym(library, "WebPFree"));
  std::uint8_t* bytes = nullptr;
  const auto size = encode(canvas.bytes(), canvas.size().width, canvas.size().height, canvas.bytes_per_row(), &bytes);
  REQUIRE(size > 0);
  std::string webp(reinterpret_cast<const char*>(bytes), size);
  release(bytes);
  return webp;
}

// As a camera that was held otherwise writes it.
inline std::string with_orientation(const std::string& jpeg, int orientation) {
  const auto exif = std::string("Exif\0\0", 6) + orientation_tiff(orientation);
  std::string segment = "\xff\xe1";
  append_big_endian(segment, static_cast<std::uint32_t>(exif.size() + 2), 2);
  return jpeg.substr(0, 2) + segment + exif + jpeg.substr(2);
}

// The sum of the chunk is left out: what is tested reads it without.
inline std::string with_orientation_png(const std::string& png, int orientation) {
  const auto exif = orientation_tiff(orientation);
  std::string chunk;
  append_big_endian(chunk, static_cast<std::uint32_t>(exif.size()), 4);
  return png.substr(0, 33) + chunk + "eXIf" + exif + std::string(4, '\0') + png.substr(33);
}

// A profile as far as postq looks into it.
inline std::string profile_of(const std::string& colours, std::size_t size = 500) {
  std::string profile(size, 'p');
  profile.replace(16, 4, colours);
  return profile;
}

inline ShrunkPicture shrunk(const std::string& bytes, const PictureLimits& limits) {
  auto picture = make_pictures()->shrink(bytes, limits);
  INFO((picture ? "" : picture.error().message));
  REQUIRE(picture);
  return std::move(*picture);
}

inline Error refusal_of(const std::string& bytes, const PictureLimits& limits = {100, 0, true}) {
  auto picture = make_pictures()->shrink(bytes, limits);
  REQUIRE_FALSE(picture);
  return picture.error();
}

inline Canvas pixels_of(const std::string& bytes) {
  auto decoded = decode(api(), bytes, inspect_media(bytes).value());
  INFO((decoded ? "" : decoded.error().message));
  REQUIRE(decoded);
  return std::move(decoded->canvas);
}

// Whether two colours look the same, whatever compression did to them.
inline bool alike(std::uint32_t a, std::uint32_t b, int most = 40) {
  for (int shift = 0; shift < 32; shift += 8) {
    const int difference = static_cast<int>((a >> shift) & 0xFFU) - static_cast<int>((b >> shift) & 0xFFU);
    if (difference > most || difference < -most) return false;
  }
  return true;
}

}  // namespace postq::pictures::test
