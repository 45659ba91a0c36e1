#pragma once

#include <string>
#include <string_view>

#include <postq/media/media.h>

#include "system/images/canvas.h"

namespace postq::pictures {

// A JPEG is decoded one line after the other and at half its sides or less where it is huge; everything else has to be
// in memory as a whole.
constexpr std::int64_t kMostLinePixels = 100'000'000;
constexpr std::int64_t kMostPixels = 50'000'000;
// What is larger than this is scaled down to it before anything else: 128 MB, and more than any platform shows.
constexpr std::int64_t kCanvasPixels = 32'000'000;

struct Decoded {
  Canvas canvas;        // upright
  std::string profile;  // ICC, of RGB colours; may be empty
};

// kind usage for what isn't a still JPEG, PNG or WebP picture, in words that follow the file's name.
Status check_kind(const MediaInfo& info);

// The pixels of a file of those kinds. What its header says is checked before any memory is asked for. kind
// usage, in words that follow the file's name, for everything that can't be decoded in whole.
Result<Decoded> decode(const PictureApi& api, std::string_view bytes, const MediaInfo& info);

}  // namespace postq::pictures
