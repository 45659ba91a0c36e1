#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <postq/core/content.h>

namespace postq {

// Mentions (@name.example.org), links, hashtags and cashtags in a plain text, by the rules of Bluesky's own app, in
// order and never overlapping. A mention's target is the name, until somebody looks up whose it is; a link without a
// scheme leads to https.
std::vector<Facet> detect_facets(std::string_view text);

// A text with the long ends of its links left out, as Bluesky's app shows them; each facet keeps its whole target.
struct RichText {
  std::string text;
  std::vector<Facet> facets;
};
RichText shorten_links(std::string_view text, const std::vector<Facet>& facets);

// "example.org/a/page/with-..." for "https://example.org/a/page/with-a-long-name". What isn't http or https stays as it
// is, and so does an address with a user name: hiding its end would hide where it leads.
std::string short_link(std::string_view url);

}  // namespace postq
