#pragma once

#include <optional>
#include <string>
#include <vector>

#include <postq/ports/platform.h>

#include "platforms/mastodon_json.h"

namespace postq {

// Own posts as the list shows them.
struct MastodonWalk {
  std::vector<MastodonStatus> statuses;  // newest first, from `from` on
  TimePoint from{};                      // read without a gap since then
  bool unpaged = false;                  // the server gives its newest page, whatever it is asked for
  std::vector<Reactions> reactions;      // of all that came along, older ones too
  std::optional<Seconds> clock_skew;
  // Not read: the server wants to be left alone until then, and said so in `error`.
  std::optional<TimePoint> limited_until;
  Error error;
};

// Everything since `from`, page by page. A page that can't be read, in part or as a whole, is an error: a gap would
// look like deleted posts, or like room for more.
Result<MastodonWalk> walk_mastodon(const Account& account, TimePoint from, Outside& outside);

// The app's name, where it says which app it was: Pixelfed calls every one "web".
std::string client_of(const MastodonServer& server, const MastodonStatus& status);

// The account's own posts, read from the newest backwards, so that nothing is missed whatever is posted meanwhile. The
// cursor says up to when the last reading went; once a day everything is read again, which finds what was deleted.
Result<TimelineReading> read_mastodon_timeline(const Account& account, const TimelineRequest& request,
                                               Outside& outside);

}  // namespace postq
