#pragma once

#include <optional>
#include <string>

#include <postq/ports/platform.h>

namespace postq {

struct FoundCard {
  std::optional<Card> card;
  std::string missing;  // why there is none, or, with a card, why it has no picture: "example.org says 404"
};

// The preview of a link: title and description from the page's Open Graph tags, its picture in the media store when it
// is one of at most `image_bytes`. None when the page can't be read or has no title: a preview is never worth waiting
// for, and its lack is said, and no trouble. Follows a few redirects; the card leads to the link as it was written.
FoundCard fetch_card(const Account& account, const std::string& url, std::int64_t image_bytes,
                     PlatformContext& context);

// An address on a page, made whole; empty for one that is neither http nor https.
std::string whole_url(const std::string& page, const std::string& address);

}  // namespace postq
