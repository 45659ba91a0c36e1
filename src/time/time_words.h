#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/result.h>
#include <postq/time/time.h>

#include "time/civil.h"

// The words that times are typed in, read one by one; parse_when() puts them together.
namespace postq {

struct TimeWord {
  std::string text;   // ASCII letters in lower case
  std::string typed;  // as it came
};

// Split at white space and commas; "9 am" is one word.
std::vector<TimeWord> split_time_words(std::string_view words);

// What was typed, in back quotes, harmless and short enough for a message.
std::string quoted(std::string_view typed);

std::optional<std::chrono::weekday> read_weekday(std::string_view text);
std::optional<std::chrono::month> read_month(std::string_view text);
std::optional<std::int64_t> read_day_number(std::string_view text);  // "28", "28.", "28th"

// Whether the word can only belong to a time, and so is no zone.
bool is_time_word(std::string_view text);

struct ClockWord {
  Seconds since_midnight{0};
  bool midnight = false;          // the word itself, which people also use for the end of a day
  bool utc = false;               // a Z at its end
  std::optional<Seconds> offset;  // "+01:00" at its end
};

// `9am`, `9:30pm`, `14:30`, `14:30:15`, `noon`, `midnight`, with Z or an offset at the end. Nothing when the word has
// another shape; kind usage when it has this shape and no clock shows it, as 25:00.
Result<std::optional<ClockWord>> read_clock(const TimeWord& word);

// "+01:00", "-0830": how far local clocks are ahead of UTC.
std::optional<Seconds> read_utc_offset(std::string_view text);

// `2h`, `90 min`, `1d 2h30m`, `1 month`: what the calendar counts apart from what is the same everywhere.
struct Amounts {
  std::chrono::months months{0};  // years as well
  std::chrono::days days{0};      // weeks as well
  Seconds exact{0};
  bool names_seconds = false;
  std::size_t words = 0;  // how many were read

  bool whole_days() const { return exact == Seconds{0}; }
};

// Reads as many words from `first` on as belong to a length of time. kind usage for none, zero or over a hundred years;
// what the hint says to type has `before` in front of it: "in ".
Result<Amounts> read_amounts(const std::vector<TimeWord>& words, std::size_t first, std::string_view before);

}  // namespace postq
