#pragma once

#include <utf8proc.h>

// What words are made of.
namespace postq {

inline bool is_word_part(char32_t value) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(value))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return false;
  }
}

// Scripts written without spaces: a run of them is a sentence, so every character counts as a word.
inline bool is_word_alone(char32_t value) {
  return (value >= 0x0E00 && value <= 0x0EFF) || (value >= 0x1000 && value <= 0x109F) ||
         (value >= 0x1780 && value <= 0x17FF) || (value >= 0x3040 && value <= 0x30FF) ||
         (value >= 0x3400 && value <= 0x9FFF) || (value >= 0xF900 && value <= 0xFAFF) ||
         (value >= 0x20000 && value <= 0x3FFFD);
}

// An apostrophe inside a word is left out and doesn't end it, whichever of the two was typed.
inline bool is_apostrophe(char32_t value) {
  return value == U'\'' || value == 0x2019;
}

}  // namespace postq
