#pragma once

#include <optional>
#include <string>

#include <postq/ports/platform.h>

namespace postq {

// The preview of a link: title and description from the page's Open Graph tags, its picture in the media store when it
// is one of at most `image_bytes`. Nothing when the page can't be read or has no title: a preview is never worth
// waiting for, and its lack no trouble. Follows a few redirects; the card leads to the link as it was written.
std::optional<Card> fetch_card(const Account& account, const std::string& url, std::int64_t image_bytes,
                               Outside& outside);

// An address on a page, made whole; empty for one that is neither http nor https.
std::string whole_url(const std::string& page, const std::string& address);

}  // namespace postq
