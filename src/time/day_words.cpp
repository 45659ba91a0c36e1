#include "time/day_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include <postq/text/text.h>

namespace postq {
namespace {

namespace chrono = std::chrono;

class DayReader {
 public:
  DayReader(const std::vector<TimeWord>& words, std::size_t at, Date today, DayWords& day)
      : words_(words), at_(at), today_(today), day_(day) {}

  Result<std::size_t> read();

 private:
  Result<std::size_t> read_next();
  Result<std::size_t> read_dashed_date();
  Result<std::size_t> read_dotted_date();
  Result<std::size_t> read_month_date();
  Status set_date(std::int64_t year, std::int64_t month, std::int64_t day);
  Status set_yearless(std::int64_t month, std::int64_t day);

  std::string_view text(std::size_t ahead = 0) const {
    return at_ + ahead < words_.size() ? std::string_view{words_[at_ + ahead].text} : std::string_view{};
  }

  const std::vector<TimeWord>& words_;
  std::size_t at_;
  Date today_;
  DayWords& day_;
};

std::vector<std::string_view> split_at(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

// A number of `shortest` to `longest` digits.
std::optional<std::int64_t> number_of(std::string_view text, std::size_t shortest, std::size_t longest) {
  if (text.size() < shortest || text.size() > longest) return {};
  return digits_value(text, longest);
}

// What `next month` and the like may be meant to say.
std::string instead_of_next(std::string_view unit, Date today) {
  const chrono::year_month_day day{today};
  const auto first = [](chrono::year_month month) { return "`" + iso_date(Date{month / chrono::day{1}}) + "`"; };
  if (unit == "week") return "type `next week mon 9am`, or `in 1 week`";
  if (unit == "month") {
    return "type " + first(day.year() / day.month() + chrono::months{1}) + " for its first day, or `in 1 month`";
  }
  if (unit == "year") {
    return "type " + first((day.year() + chrono::years{1}) / chrono::January) + " for its first day, or `in 1 year`";
  }
  return time_examples(today);
}

// The first day of the month that lies ahead, as `2027-09-01`; of the month that goes on, tomorrow.
std::string day_in(chrono::month month, Date today) {
  const chrono::year_month_day tomorrow{today + chrono::days{1}};
  if (tomorrow.month() == month) return iso_date(Date{tomorrow});
  const auto year = tomorrow.year() + chrono::years{month < tomorrow.month() ? 1 : 0};
  return iso_date(Date{year / month / chrono::day{1}});
}

Result<std::size_t> DayReader::read() {
  const bool weekday_stands_before = day_.weekday && !day_.date && !day_.yearless;
  if (day_.given() && !weekday_stands_before) return std::size_t{0};
  if (!day_.given()) {
    if (text() == "today") {
      day_.today = true;
      return std::size_t{1};
    }
    if (text() == "tomorrow") {
      day_.date = today_ + chrono::days{1};
      return std::size_t{1};
    }
    if (text() == "yesterday") {
      day_.date = today_ - chrono::days{1};
      return std::size_t{1};
    }
    if (text() == "next") return read_next();
    const std::size_t ahead = text() == "this" || text() == "last" ? 1 : 0;
    if (const auto weekday = read_weekday(text(ahead))) {
      day_.weekday = weekday;
      day_.typed = std::string{text(ahead)};
      day_.last = text() == "last";
      return ahead + 1;
    }
  }
  POSTQ_TRY(const auto dashed, read_dashed_date());
  if (dashed > 0) return dashed;
  POSTQ_TRY(const auto dotted, read_dotted_date());
  if (dotted > 0) return dotted;
  return read_month_date();
}

// `next week mon` and `next mon`, which both lie in the week that begins on the coming Monday.
Result<std::size_t> DayReader::read_next() {
  const bool week = text(1) == "week";
  std::size_t ahead = week ? 2 : 1;
  if (week && text(ahead) == "on") ++ahead;
  const auto weekday = read_weekday(text(ahead));
  if (!weekday) {
    const std::string said = "next" + (text(1).empty() ? "" : " " + words_[at_ + 1].typed);
    return fail(ErrorKind::usage, quoted(said) + " names no day", instead_of_next(text(1), today_));
  }
  const auto since_monday = chrono::weekday{today_} - chrono::Monday;
  day_.date = today_ - since_monday + chrono::days{7} + (*weekday - chrono::Monday);
  day_.of_next_week = true;
  day_.said_next_day = !week;
  day_.typed = std::string{text(ahead)};
  return ahead + 1;
}

// `2027-01-15`.
Result<std::size_t> DayReader::read_dashed_date() {
  const auto parts = split_at(text(), '-');
  if (parts.size() != 3) return std::size_t{0};
  const auto year = number_of(parts[0], 4, 4);
  const auto month = number_of(parts[1], 1, 2);
  const auto day = number_of(parts[2], 1, 2);
  if (!year || !month || !day) return std::size_t{0};
  POSTQ_CHECK(set_date(*year, *month, *day));
  return std::size_t{1};
}

// `28.11.` and `28.11.2027`: with dots the day comes first, everywhere.
Result<std::size_t> DayReader::read_dotted_date() {
  const auto parts = split_at(text(), '.');
  if (parts.size() != 3) return std::size_t{0};
  const auto day = number_of(parts[0], 1, 2);
  const auto month = number_of(parts[1], 1, 2);
  const auto year = number_of(parts[2], 4, 4);
  if (!day || !month || (!year && !parts[2].empty())) return std::size_t{0};
  POSTQ_CHECK(year ? set_date(*year, *month, *day) : set_yearless(*month, *day));
  return std::size_t{1};
}

// `28 nov`, `nov 28`, each with a year of four digits behind it.
Result<std::size_t> DayReader::read_month_date() {
  auto day = read_day_number(text());
  const std::size_t of = day && text(1) == "of" ? 1 : 0;
  const auto month = day ? read_month(text(1 + of)) : read_month(text());
  if (!month) return std::size_t{0};
  if (!day) day = read_day_number(text(1));
  if (!day) {
    return fail(ErrorKind::usage, quoted(words_[at_].typed) + " is a month without a day",
                "type `" + day_in(*month, today_) + "` or another day of it");
  }
  const std::size_t read = 2 + of;
  if (const auto year = number_of(text(read), 4, 4)) {
    POSTQ_CHECK(set_date(*year, unsigned{*month}, *day));
    return read + 1;
  }
  POSTQ_CHECK(set_yearless(unsigned{*month}, *day));
  return read;
}

Status DayReader::set_date(std::int64_t year, std::int64_t month, std::int64_t day) {
  const auto date = date_from(year, month, day);
  if (!date) {
    const auto typed = padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2);
    if (month < 1 || month > 12) {
      return fail(ErrorKind::usage, "there is no " + typed + ": months go from 01 to 12", time_examples(today_));
    }
    const chrono::year_month_day_last last{chrono::year{static_cast<int>(year)},
                                           chrono::month_day_last{chrono::month{static_cast<unsigned>(month)}}};
    return fail(ErrorKind::usage,
                "there is no " + typed + ": " + std::string{kMonthNames.at(static_cast<std::size_t>(month) - 1)} + " " +
                    padded(year, 4) + " has " + std::to_string(unsigned{last.day()}) + " days",
                "type `" + iso_date(Date{last}) + "` for its last day");
  }
  POSTQ_CHECK(check_weekday(day_, *date));
  day_.date = date;
  day_.has_year = true;
  return {};
}

Status DayReader::set_yearless(std::int64_t month, std::int64_t day) {
  if (month < 1 || month > 12) {
    return fail(ErrorKind::usage, "there is no month " + std::to_string(month), time_examples(today_));
  }
  const chrono::month_day month_day{chrono::month{static_cast<unsigned>(month)},
                                    chrono::day{static_cast<unsigned>(day)}};
  if (!month_day.ok()) {
    const std::string name{kMonthNames.at(static_cast<std::size_t>(month) - 1)};
    return fail(ErrorKind::usage, "there is no " + std::to_string(day) + " " + name, time_examples(today_));
  }
  day_.yearless = month_day;
  return {};
}

}  // namespace

Result<std::size_t> read_day(const std::vector<TimeWord>& words, std::size_t at, Date today, DayWords& day) {
  return DayReader{words, at, today, day}.read();
}

Status check_weekday(const DayWords& day, Date date) {
  if (!day.weekday || chrono::weekday{date} == *day.weekday) return {};
  return fail(ErrorKind::usage,
              day_and_month(date) + " " + year_name(date) + " is a " + weekday_name(date) + ", not a " +
                  std::string{kWeekdayNames.at(day.weekday->c_encoding())},
              "type `" + date_words(date) + " " + year_name(date) + "`, or the weekday alone");
}

std::string date_words(Date date) {
  return weekday_name(date) + " " + day_and_month(date);
}

std::string time_examples(Date today) {
  const auto next_year = int{chrono::year_month_day{today}.year()} + 1;
  return "try `fri 9am`, `tomorrow 14:30`, `" + padded(next_year, 4) + "-01-15 09:00` or `in 2h`";
}

namespace {

// The next day of that number, as "27 dec"; empty where the coming month is too short for it.
std::string coming_day(std::int64_t number, Date today) {
  const chrono::year_month_day now{today};
  auto month = now.year() / now.month();
  if (number <= unsigned{now.day()}) month += chrono::months{1};
  const auto date = date_from(int{month.year()}, unsigned{month.month()}, number);
  return date ? day_and_month(*date) : "";
}

using Choices = std::vector<std::string>;

// An hour, a length, a day or a year, as far as each can be; or seconds since 1970.
Choices instead_of_number(const TimeWord& word, const DayWords& day, Date today) {
  constexpr std::size_t kMostDigits = 2;
  constexpr std::size_t kDigitsOfSeconds = 10;
  if (const auto seconds = number_of(word.text, kDigitsOfSeconds, kDigitsOfSeconds); seconds && !day.given()) {
    const bool is_ahead = Seconds{*seconds} > (today + chrono::days{1}).time_since_epoch();
    return is_ahead ? Choices{"@" + word.text} : Choices{};
  }
  const auto number = digits_value(word.text);
  if (!number || word.text.size() > kMostDigits) return {};
  Choices choices;
  if (*number <= 23) choices.push_back(word.text + ":00");
  if (day.yearless && *number > 23) choices.push_back("20" + word.text);
  if (!day.given()) {
    choices.push_back("in " + word.text + "h");
    if (auto date = coming_day(*number, today); !date.empty()) choices.push_back(std::move(date));
  }
  return choices;
}

// Both ways to read `3/4/2027`; one where the other is no date.
Choices instead_of_slashes(std::string_view typed) {
  const auto parts = split_at(typed, '/');
  const auto first = number_of(parts[0], 1, 2);
  const auto second = number_of(parts[1], 1, 2);
  const auto year = parts.size() == 3 ? number_of(parts[2], 4, 4) : std::nullopt;
  const bool is_date = first && second && (parts.size() == 2 || (parts.size() == 3 && year));
  if (!is_date) return {};
  Choices choices;
  const auto offer = [&](std::int64_t day, std::int64_t month) {
    constexpr std::int64_t kLeapYear = 2028;
    const auto date = date_from(year.value_or(kLeapYear), month, day);
    if (!date) return;
    auto said = year ? iso_date(*date) : day_and_month(*date);
    if (std::find(choices.begin(), choices.end(), said) == choices.end()) choices.push_back(std::move(said));
  };
  offer(*first, *second);
  offer(*second, *first);
  return choices;
}

// Words that people use and that mean no moment by themselves.
Choices instead_of_word(std::string_view text) {
  struct Loose {
    std::string_view word;
    std::string_view clock;
  };
  constexpr auto kLoose = std::to_array<Loose>(
      {{"tonight", "today 20:00"}, {"morning", "9am"}, {"afternoon", "15:00"}, {"evening", "20:00"}});
  for (const auto& [word, clock] : kLoose) {
    if (text == word) return {std::string{clock}};
  }
  // "14h", as many write a time of day.
  const bool is_hour = text.ends_with('h') && digits_value(text.substr(0, text.size() - 1)).value_or(99) <= 23;
  if (is_hour) return {std::string{text.substr(0, text.size() - 1)} + ":00"};
  return {};
}

}  // namespace

tl::unexpected<Error> unreadable_time(const std::vector<TimeWord>& words, std::size_t at, const DayWords& day,
                                      std::string_view zone_words, Date today) {
  const auto& word = words[at];
  // All that was typed, with each of the choices in the place of the word.
  const auto refuse = [&](const std::string& message, const Choices& choices) {
    std::string before;
    std::string after;
    for (std::size_t i = 0; i < at; ++i) before += words[i].typed + " ";
    for (std::size_t i = at + 1; i < words.size(); ++i) after += " " + words[i].typed;
    after += zone_words;
    std::string hint;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      hint += i == 0 ? "type " : i + 1 == choices.size() ? " or " : ", ";
      hint += "`" + visible_line(before + choices[i] + after) + "`";
    }
    return fail(ErrorKind::usage, message, hint.empty() ? time_examples(today) : hint);
  };
  if (!word.text.empty() && word.text.find_first_not_of("0123456789") == std::string::npos) {
    return refuse(quoted(word.typed) + " is a bare number, which is never a time", instead_of_number(word, day, today));
  }
  const bool begins_with_digit = !word.text.empty() && word.text[0] >= '0' && word.text[0] <= '9';
  if (begins_with_digit && word.text.find('/') != std::string::npos) {
    const auto choices = instead_of_slashes(word.text);
    const auto why = choices.empty()      ? " is no date"
                     : choices.size() > 1 ? " could be day/month or month/day"
                                          : " can only be " + choices.front() + ", but days are not read with slashes";
    return refuse(quoted(word.typed) + why, choices);
  }
  return refuse("can't read " + quoted(word.typed) + " as a time", instead_of_word(word.text));
}

}  // namespace postq
