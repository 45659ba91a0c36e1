#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <postq/ports/pictures.h>

#include "app/world.h"

namespace postq {

// What the media of a post may be at most, so that each of its accounts takes them; 0 = no limit.
struct MediaLimits {
  PictureLimits picture;
  std::int64_t film_bytes = 0;
};

// The tightest of what these accounts take.
MediaLimits limits_for_all(const Platforms& platforms, const std::vector<Account>& accounts);

// Copies a file of the person's into the media store: as it is or, with limits, shrunk where it is too large. kind
// usage for what is too large and can't be shrunk.
Result<Media> keep_file(World& world, const std::string& path, const std::optional<MediaLimits>& shrink_to);

// The same for a picture that lies in the media store: it is replaced where it is too large.
Status shrink_kept(World& world, Media& media, const MediaLimits& limits);

}  // namespace postq
