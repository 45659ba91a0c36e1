#pragma once

#include <string>
#include <string_view>

#include <postq/media/media.h>

#include "system/images/picture_api.h"

namespace postq::pictures {

// What the colours of a picture mean. Without its profile a photo of a phone looks pale.

// The ICC profile in a JPEG, PNG or WebP file; empty when it has none, or one that isn't for RGB colours or is too long
// for a single segment of a JPEG.
std::string rgb_profile(const PngApi& api, std::string_view bytes, const MediaInfo& info);

// The same file with this profile in it. `jpeg` and `png` are as this program's encoders write them: without one.
std::string jpeg_with_profile(std::string jpeg, std::string_view profile);
std::string png_with_profile(const PngApi& api, std::string_view png, std::string_view profile);

}  // namespace postq::pictures
