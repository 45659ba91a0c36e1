#pragma once

#include <postq/ports/platform.h>

namespace postq {

// The account's own posts, read from the newest backwards, so that nothing is missed whatever is posted meanwhile. The
// cursor says up to when the last reading went; once a day everything is read again, which finds what was deleted.
Result<TimelineReading> read_mastodon_timeline(const Account& account, const TimelineRequest& request,
                                               Outside& outside);

// Looks for a lost post among the account's own: the same words, media and reply target, in the time of the attempt.
Settlement settle_mastodon(const Account& account, const Attempt& attempt, Outside& outside);

}  // namespace postq
