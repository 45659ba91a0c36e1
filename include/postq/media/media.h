#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <postq/base/result.h>

namespace postq {

// What the bytes of a picture or film say about themselves; a file's name is never believed.
struct MediaInfo {
  std::string mime;
  int width = 0;  // pixels as people see them, orientation applied; 0 if unknown
  int height = 0;
  bool animated = false;
  int orientation = 1;  // how the stored pixels have to be turned, 1 to 8 as in Exif; 1 = they are upright

  bool operator==(const MediaInfo&) const = default;
};

// Nothing for bytes of no known type. Also names types that strip_metadata() refuses (image/heic, image/avif, ...), so
// that a message can.
std::optional<MediaInfo> inspect_media(std::string_view bytes);

// The types that strip_metadata() takes: image/png, image/jpeg, image/gif, image/webp, video/mp4, video/quicktime.
bool can_strip(std::string_view mime);

// The same picture or film without what its maker didn't mean to publish: place, camera, times, names, comments,
// thumbnails, unknown blocks, and whatever follows its end. Colour profile, animation and orientation stay. Pixels are
// not touched. kind usage for a type that it doesn't take and for truncated or malformed bytes.
Result<std::string> strip_metadata(std::string_view bytes, const MediaInfo& info);

// The ICC colour profile as a JPEG, PNG or WebP file holds it, in a PNG deflated; empty without one, and where a JPEG
// has it in several pieces.
std::string_view colour_profile(std::string_view bytes, const MediaInfo& info);

}  // namespace postq
