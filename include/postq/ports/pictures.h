#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <postq/base/result.h>

namespace postq {

// What a picture has to fit; 0 = no limit.
struct PictureLimits {
  std::int64_t bytes = 0;
  std::int64_t pixels = 0;
  bool png = true;  // false: everything becomes a JPEG
};

struct ShrunkPicture {
  std::string bytes;
  std::string mime;  // image/jpeg or image/png
  int width = 0;
  int height = 0;
  bool flattened = false;  // its transparent places are white now
};

// Pictures that are decoded and coded anew.
class Pictures {
 public:
  virtual ~Pictures() = default;
  // A JPEG, PNG or WebP picture made smaller until it fits: first by more compression, then with fewer pixels, its
  // aspect ratio kept. It stands upright and holds no metadata but its colour profile. The same bytes and limits give
  // the same bytes. kind usage, in words that follow the picture's name ("it is animated, ..."), for what isn't shrunk,
  // is damaged, has too many pixels to decode, or can't be made that small; kind config when a library is missing.
  virtual Result<ShrunkPicture> shrink(std::string_view bytes, const PictureLimits& limits) = 0;
  // A JPEG or WebP picture with its pixels turned as its Exif says, so that it needs none. `lossless`: nothing but a
  // JPEG whose blocks can be turned as they are; else the pixels are coded anew where they have to be. Errors as of
  // shrink().
  virtual Result<ShrunkPicture> upright(std::string_view bytes, bool lossless) = 0;
};

}  // namespace postq
