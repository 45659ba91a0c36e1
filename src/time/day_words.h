#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/result.h>

#include "time/civil.h"
#include "time/time_words.h"

namespace postq {

// What was typed about the day. A weekday may stand before a date, to confirm it.
struct DayWords {
  bool today = false;
  std::optional<Date> date;
  std::optional<std::chrono::month_day> yearless;
  std::optional<std::chrono::weekday> weekday;
  bool has_year = false;       // the date was typed in full
  bool of_next_week = false;   // the date is the weekday of the next week
  bool said_next_day = false;  // as `next fri`, which others use for the coming one
  bool last = false;           // `last fri`: the one before today
  std::string typed;           // the weekday, for messages

  bool given() const { return today || date || yearless || weekday; }
};

// Reads the day that the words from `at` on name, and adds it to `day`: how many words that took, none if they name no
// day. kind usage for a day that does not exist, and for `next` without a day.
Result<std::size_t> read_day(const std::vector<TimeWord>& words, std::size_t at, Date today, DayWords& day);

// kind usage when a weekday was typed and the date has another.
Status check_weekday(const DayWords& day, Date date);

// "Fri 27 Nov", for messages.
std::string date_words(Date date);

// "try `fri 9am`, ...", with a date that lies ahead.
std::string time_examples(Date today);

// Why the word at `at` can't be part of a time, `day` being what was read before it; the hint has the words, and the
// zone behind them, with what may be meant in its place. kind usage.
tl::unexpected<Error> unreadable_time(const std::vector<TimeWord>& words, std::size_t at, const DayWords& day,
                                      std::string_view zone_words, Date today);

}  // namespace postq
