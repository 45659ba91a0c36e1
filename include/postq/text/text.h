#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/result.h>

namespace postq {

// --- At the edge: what comes in -------------------------------------------------------------------------------------

// A person's text as it is stored: valid UTF-8 (RFC 3629), CRLF and CR as LF, one final newline dropped. kind usage,
// naming line and byte, for invalid UTF-8, NUL and every C0 control but LF and TAB, DEL and C1.
Result<std::string> normalise_text(std::string_view raw);

bool is_valid_utf8(std::string_view text);

// --- Counting -------------------------------------------------------------------------------------------------------

// Extended grapheme clusters (UAX #29, with rule GB9c), Unicode code points, UTF-16 units, terminal columns.
std::size_t count_graphemes(std::string_view text);
std::size_t count_code_points(std::string_view text);
std::size_t count_utf16(std::string_view text);
std::size_t display_width(std::string_view text);  // columns; wide and emoji count 2, combining marks 0

// The byte offset behind the first `count` graphemes; text.size() when there are fewer.
std::size_t grapheme_prefix(std::string_view text, std::size_t count);

// --- What goes out to a terminal or a log ----------------------------------------------------------------------------

// Text from outside made harmless and visible for one line: controls as \n, \t or \x1b, bidi controls and overrides,
// zero-width characters (but a joiner inside an emoji or between letters of a script that needs it), tag characters,
// and invalid bytes as <U+202E> or \xff. Idempotent on its own output's plain characters.
std::string visible_line(std::string_view text);

// The same, but keeps line feeds as line breaks.
std::string visible_text(std::string_view text);

// Whether visible_text() would change anything: something is hidden in it.
bool has_hidden_characters(std::string_view text);

// --- Layout
// -----------------------------------------------------------------------------------------------------------

// Breaks at spaces so that no line is wider than `columns` (a word longer than a line is broken between graphemes);
// existing line feeds are kept. Lines come without line feeds.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

// Cut to `columns` with "..." when longer; never cuts a grapheme.
std::string shorten(std::string_view text, std::size_t columns);

// Padded with spaces on the right to `columns`, by display width.
std::string pad(std::string_view text, std::size_t columns);

// --- Comparing
// --------------------------------------------------------------------------------------------------------

// A 63-bit fingerprint of the words of a text (links, case, punctuation and white space left out): texts that say
// nearly the same have fingerprints that differ in few bits. 0 for a text with too few words to tell.
std::int64_t fingerprint(std::string_view text);

// Whether two fingerprints are those of nearly the same text; false if either is 0.
bool nearly_same(std::int64_t a, std::int64_t b);

// A line-by-line difference for review: each entry begins with "  ", "- " or "+ ".
std::vector<std::string> diff_lines(std::string_view before, std::string_view after);

// --- Links
// ------------------------------------------------------------------------------------------------------------

// A link in a text: byte range of the URL and its host as it will be contacted, in lower case ("xn--" hosts stay so).
struct Link {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string url;
  std::string host;
  bool suspicious = false;  // user info before an @, a mixed-script or punycode host, or a bare IP address
};
std::vector<Link> find_links(std::string_view text);

// --- Suggestions
// ------------------------------------------------------------------------------------------------------

// The candidate nearest to what was typed, if it is near enough to be meant (Damerau-Levenshtein).
std::optional<std::string> closest(std::string_view typed, const std::vector<std::string>& candidates);

}  // namespace postq
