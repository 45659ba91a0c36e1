#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <postq/core/result.h>

namespace postq {

// What the bytes of a picture or film say about themselves; a file's name is never believed.
struct MediaInfo {
  std::string mime;
  int width = 0;  // pixels as people see them, orientation applied; 0 if unknown
  int height = 0;
  bool animated = false;

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

}  // namespace postq
