#include "time/time_words.h"

#include <algorithm>
#include <array>

#include <postq/text/text.h>

namespace postq {
namespace {

namespace chrono = std::chrono;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
}

// The digits at the front of `text`, one or two of them, which are taken away from it.
std::optional<std::int64_t> take_small_number(std::string_view& text) {
  const auto digits = count_digits(text);
  if (digits < 1 || digits > 2) return {};
  const auto value = digits_value(text.substr(0, digits));
  text.remove_prefix(digits);
  return value;
}

// ":30" at the front of `text`, which is taken away from it.
std::optional<std::int64_t> take_colon_number(std::string_view& text) {
  if (text.size() < 3 || text[0] != ':' || count_digits(text.substr(1)) != 2) return {};
  const auto value = digits_value(text.substr(1, 2));
  text.remove_prefix(3);
  return value;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

tl::unexpected<Error> no_such_clock(const TimeWord& word, std::string hint) {
  return fail(ErrorKind::usage, "there is no " + quoted(word.typed) + " on a clock", std::move(hint));
}

// What people type for each unit, and how long one is: in seconds, or in months, which differ in length.
struct Unit {
  std::string_view word;
  std::int64_t seconds;
  int months = 0;
};
constexpr std::int64_t kDaySeconds = 86400;
constexpr auto kUnits = std::to_array<Unit>({{"s", 1},
                                             {"sec", 1},
                                             {"secs", 1},
                                             {"second", 1},
                                             {"seconds", 1},
                                             {"m", 60},
                                             {"min", 60},
                                             {"mins", 60},
                                             {"minute", 60},
                                             {"minutes", 60},
                                             {"h", 3600},
                                             {"hr", 3600},
                                             {"hrs", 3600},
                                             {"hour", 3600},
                                             {"hours", 3600},
                                             {"d", kDaySeconds},
                                             {"day", kDaySeconds},
                                             {"days", kDaySeconds},
                                             {"w", 7 * kDaySeconds},
                                             {"wk", 7 * kDaySeconds},
                                             {"wks", 7 * kDaySeconds},
                                             {"week", 7 * kDaySeconds},
                                             {"weeks", 7 * kDaySeconds},
                                             {"mo", 0, 1},
                                             {"mos", 0, 1},
                                             {"month", 0, 1},
                                             {"months", 0, 1},
                                             {"y", 0, 12},
                                             {"yr", 0, 12},
                                             {"yrs", 0, 12},
                                             {"year", 0, 12},
                                             {"years", 0, 12}});

const Unit* unit_called(std::string_view word) {
  const auto* const unit =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& known) { return known.word == word; });
  return unit == kUnits.end() ? nullptr : unit;
}

constexpr std::int64_t kLongestMonths = 1200;
constexpr std::int64_t kLongest = 36525 * kDaySeconds;  // a hundred years: a longer one is a slip of the finger

std::string length_hint(std::string_view before) {
  const auto example = [&](std::string_view length) { return "`" + std::string{before} + std::string{length} + "`"; };
  return "write a length like " + example("90m") + ", " + example("2h30m") + ", " + example("14d") + " or " +
         example("1w");
}

tl::unexpected<Error> too_long(std::string_view before) {
  return fail(ErrorKind::usage, "a length of time over a hundred years can't be meant", length_hint(before));
}

bool is_too_long(const Amounts& amounts) {
  return amounts.months.count() > kLongestMonths || amounts.days + amounts.exact > Seconds{kLongest};
}

// Nine digits of the largest unit stay far below the limit of the types.
void add_amount(Amounts& amounts, std::int64_t number, const Unit& unit) {
  const auto length = number * unit.seconds;
  if (unit.months != 0) {
    amounts.months += chrono::months{std::min(number * unit.months, kLongestMonths + 1)};
  } else if (unit.seconds % kDaySeconds == 0) {
    amounts.days += chrono::days{std::min(length, 2 * kLongest) / kDaySeconds};
  } else {
    amounts.exact += Seconds{std::min(length, 2 * kLongest)};
  }
  amounts.names_seconds = amounts.names_seconds || unit.seconds == 1;
}

// "2h30m" as a whole, or nothing of it: false when the word is none.
bool add_word(Amounts& amounts, std::string_view text) {
  Amounts read = amounts;
  while (!text.empty()) {
    const auto digits = count_digits(text);
    const auto letters = static_cast<std::size_t>(
        std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(digits), text.end(), is_letter) - text.begin() -
        static_cast<std::ptrdiff_t>(digits));
    const auto number = digits_value(text.substr(0, digits));
    const auto* const unit = unit_called(text.substr(digits, letters));
    if (!number || unit == nullptr) return false;
    add_amount(read, *number, *unit);
    text.remove_prefix(digits + letters);
  }
  amounts = read;
  return true;
}

tl::unexpected<Error> without_unit(std::string_view number, std::string_view before) {
  const auto with = [&](std::string_view unit) {
    return "`" + std::string{before} + std::string{number} + std::string{unit} + "`";
  };
  return fail(ErrorKind::usage, quoted(number) + " has no unit: minutes, hours, days, weeks or months",
              "type " + with("min") + ", " + with("h") + ", " + with("d") + " or " + with("w"));
}

}  // namespace

std::vector<TimeWord> split_time_words(std::string_view words) {
  constexpr std::string_view kBetween = " \t\r\n\v\f,";
  std::vector<TimeWord> result;
  while (true) {
    const auto begin = words.find_first_not_of(kBetween);
    if (begin == std::string_view::npos) return result;
    words.remove_prefix(begin);
    const auto end = std::min(words.find_first_of(kBetween), words.size());
    const auto typed = words.substr(0, end);
    words.remove_prefix(end);
    const auto text = lower(typed);
    if ((text == "am" || text == "pm") && !result.empty() && is_digit(result.back().text.back())) {
      result.back().text += text;
      result.back().typed.append(" ").append(typed);
    } else {
      result.push_back(TimeWord{text, std::string{typed}});
    }
  }
}

std::string quoted(std::string_view typed) {
  constexpr std::size_t kMaxColumns = 40;
  return "`" + shorten(visible_line(typed), kMaxColumns) + "`";
}

std::optional<chrono::weekday> read_weekday(std::string_view text) {
  constexpr std::array<std::string_view, 7> kFull = {"sunday",   "monday", "tuesday", "wednesday",
                                                     "thursday", "friday", "saturday"};
  for (unsigned day = 0; day < kFull.size(); ++day) {
    // "fri", "friday" and what lies between, as "thurs", but not "fridayy".
    if (text.size() >= 3 && kFull.at(day).starts_with(text)) return chrono::weekday{day};
  }
  if (text == "weds") return chrono::Wednesday;
  return {};
}

std::optional<chrono::month> read_month(std::string_view text) {
  constexpr std::array<std::string_view, 12> kFull = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};
  take_suffix(text, ".");
  for (unsigned month = 0; month < kFull.size(); ++month) {
    if (text.size() >= 3 && kFull.at(month).starts_with(text)) return chrono::month{month + 1};
  }
  return {};
}

std::optional<std::int64_t> read_day_number(std::string_view text) {
  const auto number = take_small_number(text);
  if (!number) return {};
  if (text.empty() || text == "." || text == "st" || text == "nd" || text == "rd" || text == "th") return number;
  return {};
}

bool is_time_word(std::string_view text) {
  constexpr auto kWords =
      std::to_array<std::string_view>({"today", "tomorrow", "yesterday", "tonight", "next", "last", "this", "noon",
                                       "midnight", "morning", "afternoon", "evening", "at", "on", "in", "now", "ago"});
  if (text.empty() || is_digit(text[0]) || text[0] == '+' || text[0] == '-') return true;
  return std::find(kWords.begin(), kWords.end(), text) != kWords.end() || read_weekday(text) || read_month(text) ||
         unit_called(text) != nullptr;
}

std::optional<Seconds> read_utc_offset(std::string_view text) {
  if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return {};
  const bool behind = text[0] == '-';
  text.remove_prefix(1);
  const auto hours = digits_value(text.substr(0, 2));
  text.remove_prefix(2);
  if (text[0] == ':') text.remove_prefix(1);
  if (text.size() != 2) return {};
  const auto minutes = digits_value(text);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return {};
  const Seconds length{*hours * 3600 + *minutes * 60};
  return behind ? -length : length;
}

Result<std::optional<ClockWord>> read_clock(const TimeWord& word) {
  std::string_view text = word.text;
  ClockWord clock;
  if (text == "noon") {
    clock.since_midnight = chrono::hours{12};
    return clock;
  }
  if (text == "midnight") {
    clock.midnight = true;
    return clock;
  }

  auto hours = take_small_number(text);
  if (!hours) return std::nullopt;
  const auto minutes = take_colon_number(text);
  std::int64_t seconds = 0;
  if (minutes && text.starts_with(':')) {
    const auto read = take_colon_number(text);
    if (!read) return std::nullopt;
    seconds = *read;
    if (text.starts_with('.')) text.remove_prefix(1 + count_digits(text.substr(1)));  // fractions are cut off
  }

  const bool am = text == "am";
  const bool pm = text == "pm";
  if (am || pm) {
    if (*hours < 1 || *hours > 12) {
      const auto shown = padded(*hours, 1) + ":" + padded(minutes.value_or(0), 2);
      return no_such_clock(word, *hours > 23 ? "hours go from 1am to 12pm"
                                             : "type `" + shown + "`, or an hour from 1 to 12 before am and pm");
    }
    *hours = *hours % 12 + (pm ? 12 : 0);
  } else if (!minutes) {
    return std::nullopt;  // a bare number is never a time
  } else if (text == "z") {
    clock.utc = true;
  } else if (const auto offset = read_utc_offset(text)) {
    clock.offset = offset;
  } else if (!text.empty()) {
    return std::nullopt;
  }

  if (*hours == 24 && minutes == 0 && seconds == 0) {
    return no_such_clock(word, "the end of a day is `0:00` of the next");
  }
  if (*hours > 23 || minutes.value_or(0) > 59) return no_such_clock(word, "times go from 0:00 to 23:59");
  if (seconds > 59) return no_such_clock(word, "seconds go from 00 to 59");
  clock.since_midnight = Seconds{*hours * 3600 + minutes.value_or(0) * 60 + seconds};
  return clock;
}

Result<Amounts> read_amounts(const std::vector<TimeWord>& words, std::size_t first, std::string_view before) {
  Amounts amounts;
  std::size_t at = first;
  while (at < words.size()) {
    const std::string_view text = words[at].text;
    if (const auto number = digits_value(text)) {
      const auto* const unit = at + 1 < words.size() ? unit_called(words[at + 1].text) : nullptr;
      if (unit == nullptr) return without_unit(text, before);
      add_amount(amounts, *number, *unit);
      at += 2;
    } else if (words[at].typed.ends_with('M') && digits_value(text.substr(0, text.size() - 1))) {
      const auto number_typed = std::string{text.substr(0, text.size() - 1)};
      return fail(
          ErrorKind::usage, quoted(words[at].typed) + " could be minutes or months",
          "type `" + std::string{before} + number_typed + "min` or `" + std::string{before} + number_typed + "mo`");
    } else if (add_word(amounts, text)) {
      ++at;
    } else {
      break;
    }
    if (is_too_long(amounts)) return too_long(before);
  }
  amounts.words = at - first;
  if (amounts.words == 0) {
    const auto said = first < words.size() ? quoted(words[first].typed) + " is not a length of time"
                                           : std::string{"the length of time is missing"};
    return fail(ErrorKind::usage, said, length_hint(before));
  }
  const bool is_zero = amounts.months == chrono::months{0} && amounts.days + amounts.exact == Seconds{0};
  if (is_zero) return fail(ErrorKind::usage, "a length of time can't be zero", length_hint(before));
  return amounts;
}

}  // namespace postq
