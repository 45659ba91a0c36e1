#pragma once

#include <optional>
#include <string>
#include <vector>

#include <postq/ports/platform.h>

#include "platforms/mastodon/json.h"

namespace postq {

// Own posts as the list shows them.
struct MastodonWalk {
  std::vector<MastodonStatus> statuses;  // newest first, from `from` on
  TimePoint from{};                      // read without a gap since then
  std::string left;                      // below which there is more that could not be read; empty: nothing
  bool unpaged = false;                  // the server gives its newest page, whatever it is asked for
  std::vector<Reactions> reactions;      // of all that came along, older ones too
  std::optional<Seconds> clock_skew;
  // Not read: the server wants to be left alone until then, and said so in `error`.
  std::optional<TimePoint> limited_until;
  Error error;
};

// Everything since `from`, page by page, from below an id (empty: from the newest). A page that can't be had ends it
// with a place to go on from; the first one, or one that can't be understood, is an error.
Result<MastodonWalk> walk_mastodon(const Account& account, TimePoint from, std::string below, PlatformContext& context);

// The app's name, where it says which app it was: Pixelfed calls every one "web".
std::string client_of(const MastodonServer& server, const MastodonStatus& status);

// The account's own posts, read from the newest backwards, so that nothing is missed whatever is posted meanwhile. The
// cursor says up to when the last reading went; once a day everything is read again, which finds what was deleted.
Result<TimelineReading> read_mastodon_timeline(const Account& account, const TimelineRequest& request,
                                               PlatformContext& context);

}  // namespace postq
