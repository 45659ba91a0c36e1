#pragma once

#include <postq/ports/platform.h>

namespace postq {

// Uploads a part's media with their alt texts, and asks whether the server is done with them. What an earlier try
// uploaded is used again while the server still has it.
Result<Prepared> prepare_mastodon_media(const Account& account, const Content::Part& part,
                                        const std::vector<Upload>& known, PlatformContext& context);

}  // namespace postq
