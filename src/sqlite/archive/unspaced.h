#pragma once

#include <string>
#include <string_view>

namespace postq::sqlite {

// Whether a code point is of a script that puts no space between words, or whose words have endings that nobody types
// in a search: Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese.
bool is_unspaced(char32_t value);

// A text as the full-text index gets it: each letter of those scripts a word of its own, so that any part of it is
// found as a phrase. A text without them stays as it is.
std::string with_letters_apart(std::string_view text);

// Whether a word is in a text letter for letter, if it has letters with vowel signs that the index leaves out (Thai,
// Lao, Khmer, Burmese); true for every other word.
bool has_vowels_of(std::string_view text, std::string_view word);

}  // namespace postq::sqlite
