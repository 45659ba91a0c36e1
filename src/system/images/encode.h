#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "system/images/canvas.h"

namespace postq::pictures {

struct Encoded {
  std::string bytes;      // empty when there would be more of them than asked for
  std::int64_t size = 0;  // also then
};

// How many pixels share a colour: photos from a JPEG do already, fine lines of a drawing would get coloured fringes.
enum class Colours : std::uint8_t { of_four_pixels, of_each_pixel };

// `quality` is that of libjpeg, 1 to 100. The canvas has no transparency.
Result<Encoded> encode_jpeg(const PictureApi& api, const Canvas& canvas, std::string_view profile, Colours colours,
                            int quality);
// `most` is in bytes; 0 = no limit.
Result<Encoded> encode_png(const PictureApi& api, const Canvas& canvas, std::string_view profile, std::int64_t most);

}  // namespace postq::pictures
