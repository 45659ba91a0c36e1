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
  bool upright = false;  // an account shows pixels as they are stored
};

// The tightest of what these accounts take.
MediaLimits limits_for_all(const Platforms& platforms, const std::vector<Account>& accounts);

// Copies a file of the person's into the media store. A photo that Exif lays on its side is turned upright: where that
// costs nothing always, else where an account needs it. With `shrink`, what is too large is made smaller. kind usage
// for what has to be turned or shrunk and can't be.
Result<Media> keep_file(World& world, const std::string& path, const MediaLimits& limits, bool shrink);

// The same for a picture that lies in the media store: it is replaced where it has to be turned or, with `shrink`, is
// too large.
Status fit_kept(World& world, Media& media, const MediaLimits& limits, bool shrink);

}  // namespace postq
