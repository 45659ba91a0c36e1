#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <postq/base/result.h>

#include "system/images/picture_api.h"

namespace postq::pictures {

struct Size {
  int width = 0;
  int height = 0;

  std::int64_t pixels() const { return std::int64_t{width} * height; }
  bool operator==(const Size&) const = default;
};

// As many times as large, rounded down, but never without a pixel.
Size times(Size size, double factor);
// The largest size of the same shape with no more pixels than `most`.
Size scaled_to(Size size, std::int64_t most);

// Decoded pixels, four bytes each. It is libwebp's own type, because that library scales pictures well, transparent
// ones too; the decoders write straight into it.
class Canvas {
 public:
  // The order of the four bytes, in the words of the libraries: a pixel is a number 0xAARRGGBB.
  static constexpr bool kLittle = std::endian::native == std::endian::little;
  static constexpr int kJpegOrder = kLittle ? TJPF_BGRA : TJPF_ARGB;
  static constexpr png_uint_32 kPngOrder = kLittle ? PNG_FORMAT_BGRA : PNG_FORMAT_ARGB;

  // kind storage when there isn't the memory.
  static Result<Canvas> blank(const WebpApi& api, Size size);

  Size size() const { return {picture_->width, picture_->height}; }
  std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(picture_->argb); }
  const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(picture_->argb); }
  int bytes_per_row() const { return picture_->argb_stride * 4; }

  bool has_transparency() const { return api_->has_transparency(picture_.get()) != 0; }
  // The same picture with other sides; this one stays as it is.
  Result<Canvas> scaled(Size size) const;
  // Itself with other sides, which needs less memory.
  Status scale(Size size);
  // The same picture as people see it: `orientation` is Exif's, 1 to 8.
  Result<Canvas> upright(int orientation) const;
  // No transparency any more: what was behind it is white.
  void put_on_white() { api_->blend(picture_.get(), 0xFFFFFF); }

 private:
  struct Release {
    const WebpApi* api;
    void operator()(WebPPicture* picture) const {
      api->free(picture);
      delete picture;
    }
  };

  // An initialised picture without pixels.
  static Result<Canvas> empty(const WebpApi& api);
  Canvas(const WebpApi& api, std::unique_ptr<WebPPicture, Release> picture)
      : api_(&api), picture_(std::move(picture)) {}
  std::uint32_t* row(int y) { return picture_->argb + std::ptrdiff_t{y} * picture_->argb_stride; }
  const std::uint32_t* row(int y) const { return picture_->argb + std::ptrdiff_t{y} * picture_->argb_stride; }

  const WebpApi* api_;
  std::unique_ptr<WebPPicture, Release> picture_;
};

}  // namespace postq::pictures
