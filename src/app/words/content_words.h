#pragma once

#include <string>
#include <vector>

#include <postq/core/content.h>
#include <postq/ports/platform.h>

namespace postq {

// Contents in words, for a person who reads them before they go out. What people wrote is made visible in it.

// "NO ALT TEXT", the text in quotes, or that none is needed.
std::string say_alt(const Media& media);
// "940 kB", "5.2 MB".
std::string say_size(std::int64_t bytes);
// "oak.png, 1600x900, 412 kB", "oak.jpg, shrunk from 4032x3024, 5.2 MB to 2000x1500, 940 kB".
std::string say_media(const Media& media);
// "shrunk from 4032x3024, 5.2 MB".
std::string say_original(const Original& original);
// "Tue 24 Nov 2026 09:00 Berlin", "as soon as approved".
std::string say_schedule(const Schedule& schedule);
// Who may reply and quote, and whether pictures are hidden: a line for each thing that isn't as always.
std::vector<std::string> audience_words(const Content& content);
// The same as far as the account can keep it: what its `problems` say it can't isn't promised beside them.
std::vector<std::string> audience_words(const Content& content, const std::vector<Problem>& problems);
// Why a part lacks its link card, or the card its picture: "no link card for https://...: example.org says 404". A line
// for each part that does.
std::vector<std::string> missing_cards(const Content& content);
// The texts of all parts, with lines of --- between.
std::string joined_text(const Content& content);
// Whether characters that nobody can see are anywhere in it.
bool hides_something(const Content& content);
// What a person would notice between two contents: lines with "- " and "+ ".
std::vector<std::string> content_changes(const Content& before, const Content& after);

}  // namespace postq
