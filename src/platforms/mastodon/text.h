#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "platforms/mastodon/server.h"

namespace postq {

// The length of a text with its warning as this server counts it.
std::size_t mastodon_length(const MastodonServer& server, std::string_view warning, std::string_view text);

// What a reader sees of a status: paragraphs and line breaks as line feeds, without the line that servers put in front
// of a quote for those that don't know quotes.
std::string text_of_status(std::string_view html);
// The same for people to read (html/said_html.h).
std::string shown_text_of_status(std::string_view html);

// Whether a text mentions the person `acct` ("mira", or "mira@elsewhere.example"), told on the instance `host`.
bool mentions(std::string_view text, std::string_view acct, std::string_view host);
// Whom a text mentions, as it names them and each once: "mira", "mira@elsewhere.example".
std::vector<std::string> names_in(std::string_view text);

// Whether a status is what was sent: the same letters, whatever the server made of white space and of the domains of
// mentions.
bool same_words(std::string_view sent, std::string_view shown);

}  // namespace postq
