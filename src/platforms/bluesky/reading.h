#pragma once

#include <postq/ports/platform.h>

// What is read from repositories: who is meant, what is answered, what was posted.
namespace postq::bluesky {

// Mentions get their DIDs (a name that nobody has stays text), links their preview, a reply what it has to refer to.
// kind not_found when there is no post to answer, try_later when somebody can't be asked now.
Result<Content> look_up(const Account& account, const Content& content, PlatformContext& context);

// The account's own posts: the repository lists them newest first.
Result<TimelineReading> read_own_posts(const Account& account, const TimelineRequest& request,
                                       PlatformContext& context);

}  // namespace postq::bluesky
