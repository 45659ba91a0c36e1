#include <algorithm>
#include <utility>
#include <vector>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "time/civil.h"
#include "time/time_phrase.h"

namespace postq {
namespace {

namespace chrono = std::chrono;

constexpr Seconds kDefaultClock = chrono::hours{9};  // for a day without a time
constexpr chrono::days kWeek{7};
constexpr chrono::days kHalfAYear{183};
constexpr std::size_t kMostQuoted = 40;
constexpr int kLongestToLeapDay = 8;  // years, over a century without one
const WallTime kEndOfTime = WallTime{Date{chrono::year{9999} / 12 / 31}} + chrono::days{1};

// Decides which moment ahead a phrase means.
class WhenReader {
 public:
  WhenReader(TimePhrase phrase, const WhenContext& context) : phrase_(std::move(phrase)), context_(context) {}

  Result<When> read();

 private:
  Result<When> after_length();
  Result<When> day_time();
  Result<When> weekday_time();
  Result<When> yearless_time();
  std::string same_day_ahead(WallTime wall) const;
  Result<When> finish_on(Date date);
  Result<When> finish(WallTime wall);
  Result<When> finish_instant(TimePoint instant);
  Result<When> kept(TimePoint instant);

  // Words for messages.
  std::string examples() const { return time_examples(today()); }
  std::string suggestion(const std::string& words) const { return "type `" + words + phrase_.zone_words + "`"; }
  std::string clock_typed() const { return phrase_.clock ? phrase_.clock_typed : clock_words(kDefaultClock); }
  tl::unexpected<Error> passed(const std::string& fitting) const;
  tl::unexpected<Error> without_start() const;
  tl::unexpected<Error> too_far() const {
    return fail(ErrorKind::usage, quoted(phrase_.typed) + " is beyond the year 9999", examples());
  }
  void add_note(const std::string& note) {
    if (!note.empty()) note_ += (note_.empty() ? "" : "; ") + note;
  }

  const Zone& zone() const { return phrase_.reading_zone(); }
  const DayWords& day() const { return phrase_.day; }
  WallTime now_wall() const { return zone().wall(context_.now); }
  Date today() const { return date_of(now_wall()); }
  Seconds clock() const { return phrase_.clock ? phrase_.clock->since_midnight : kDefaultClock; }
  bool is_midnight() const { return phrase_.clock && phrase_.clock->midnight; }
  bool is_future(WallTime wall) const { return zone().resolve(wall).instant > context_.now; }

  TimePhrase phrase_;
  const WhenContext& context_;
  std::string note_;
};

tl::unexpected<Error> WhenReader::passed(const std::string& fitting) const {
  return fail(ErrorKind::usage, quoted(phrase_.typed) + " has passed: it is " + say_now(context_.now, zone()),
              suggestion(fitting));
}

// "2h" may be two hours from now or two o'clock.
tl::unexpected<Error> WhenReader::without_start() const {
  const auto& length = *phrase_.length;
  const bool may_be_hour = !length.names_seconds && length.exact.count() % 3600 == 0 &&
                           length.exact < chrono::days{1} && length.exact > Seconds{0} &&
                           length.days == chrono::days{0} && length.months == chrono::months{0};
  const auto words = shorten(visible_line(phrase_.typed), kMostQuoted);
  return fail(
      ErrorKind::usage, quoted(phrase_.typed) + " is a length of time: from when on?",
      "type `in " + words + "`" + (may_be_hour ? ", or `" + clock_words(length.exact) + "` for the clock" : ""));
}

Result<When> WhenReader::read() {
  if (phrase_.is_now) {
    return fail(ErrorKind::usage, "`now` is over before anybody could approve it",
                "leave the time away: it goes out once approved");
  }
  if (const auto ahead = offset_of_etc_zone(phrase_.zone->name()); ahead && !phrase_.zone_words.empty()) {
    add_note("the zone " + phrase_.zone->name() + " is " + say_offset(*ahead) + ": these names have the other sign");
  }
  if (phrase_.length) {
    if (phrase_.direction == TimePhrase::Direction::none) return without_start();
    if (phrase_.direction == TimePhrase::Direction::back) return passed("tomorrow " + clock_words(kDefaultClock));
    return after_length();
  }
  if (!phrase_.clock) add_note("no time of day given; taken as " + clock_words(kDefaultClock));
  if (day().yearless) return yearless_time();
  if (day().weekday && !day().date) return weekday_time();
  return day_time();
}

// Days, weeks and months count on the calendar, hours and minutes on the clock that never jumps.
Result<When> WhenReader::after_length() {
  const auto& length = *phrase_.length;
  if (phrase_.clock) {
    const auto day = shifted(now_wall(), length.months, length.days);
    add_note(day.note);
    return finish_on(date_of(day.wall));
  }
  // A whole minute reads better than the second at which somebody pressed Enter, and is never too early.
  const auto start = length.names_seconds ? context_.now : chrono::ceil<chrono::minutes>(context_.now);
  const auto day = shifted(zone().wall(start), length.months, length.days);
  add_note(day.note);
  if (length.whole_days()) return finish(day.wall);
  const bool same_day = length.days == chrono::days{0} && length.months == chrono::months{0};
  return finish_instant((same_day ? start : zone().resolve(day.wall).instant) + length.exact);
}

Result<When> WhenReader::day_time() {
  if (!day().given() || day().today) {
    if (is_midnight() && !day().today) return finish(WallTime{today() + chrono::days{1}});
    const auto wall = WallTime{today()} + clock();
    if (!is_future(wall)) return passed("tomorrow " + clock_typed());
    return finish(wall);
  }

  const auto wall = WallTime{*day().date} + clock();
  if (!is_future(wall)) return passed(same_day_ahead(wall));
  if (day().said_next_day) {
    const auto coming = WallTime{*day().date - kWeek} + clock();
    if (is_future(coming)) {
      add_note("`next " + day().typed + "` is in next week, " + date_words(*day().date) + "; `" + day().typed +
               "` is " + date_words(*day().date - kWeek));
    }
  }
  return finish_on(*day().date);
}

// The same time tomorrow for a day that has just been. For others a year typed by habit is the likely slip: the same
// day in the first year in which it is still to come.
std::string WhenReader::same_day_ahead(WallTime wall) const {
  const chrono::year_month_day typed{date_of(wall)};
  const auto clock = since_midnight(wall);
  if (today() - date_of(wall) <= chrono::days{1}) return "tomorrow " + clock_words(clock);
  const auto this_year = int{chrono::year_month_day{today()}.year()};
  for (int year = this_year; year <= this_year + kLongestToLeapDay; ++year) {
    const auto date = date_from(year, unsigned{typed.month()}, unsigned{typed.day()});
    if (date && is_future(WallTime{*date} + clock)) return iso_date(*date) + " " + clock_words(clock);
  }
  return "tomorrow " + clock_words(clock);
}

// Weekday words mean the next such moment.
Result<When> WhenReader::weekday_time() {
  const auto date = today() + (*day().weekday - chrono::weekday{today()});
  if (day().last) return passed(day().typed + " " + clock_typed());
  const bool is_today = date == today();
  if (!is_future(WallTime{date} + clock())) {
    add_note(clock_words(clock()) + " has passed today; taken as " + date_words(date + kWeek));
    return finish_on(date + kWeek);
  }
  if (is_today) add_note("that is today");
  return finish_on(date);
}

// Without a year the date is in this year, or early in the next: in December `3 jan` can only mean the coming one.
// What has just passed is more likely a slip.
Result<When> WhenReader::yearless_time() {
  const auto this_year = int{chrono::year_month_day{today()}.year()};
  const auto in_year = [&](int year) {
    return date_from(year, unsigned{day().yearless->month()}, unsigned{day().yearless->day()});
  };
  std::optional<Date> date;
  for (int year = this_year; !date && year <= this_year + kLongestToLeapDay; ++year) {
    date = in_year(year);
    if (date && !is_future(WallTime{*date} + clock())) date.reset();
  }
  if (!date) return fail(ErrorKind::usage, "there is no such day up to the year 9999", examples());
  const bool another_year = chrono::year_month_day{*date}.year() != chrono::year{this_year};
  const auto fitting = iso_date(*date) + " " + clock_words(clock());
  if (another_year && *date - today() > kHalfAYear) {
    const auto passed_date = in_year(this_year);
    if (!passed_date) {
      return fail(ErrorKind::usage, "there is no 29 Feb in " + std::to_string(this_year), suggestion(fitting));
    }
    return passed(same_day_ahead(WallTime{*passed_date} + clock()));
  }
  POSTQ_CHECK(check_weekday(day(), *date));
  if (another_year) add_note("taken as " + year_name(*date));
  return finish_on(*date);
}

Result<When> WhenReader::finish_on(Date date) {
  if (is_midnight()) add_note("midnight is the start of " + date_words(date));
  return finish(WallTime{date} + clock());
}

Result<When> WhenReader::finish(WallTime wall) {
  if (wall >= kEndOfTime) return too_far();
  const auto resolved = zone().resolve(wall);
  if (phrase_.offset) return kept(resolved.instant);
  const auto taken = zone().wall(resolved.instant);
  const auto said = clock_words(since_midnight(wall));
  if (resolved.kind == ResolvedWall::Kind::skipped) {
    const auto taken_clock = clock_words(since_midnight(taken));
    const bool same_day = date_of(taken) == date_of(wall);
    add_note(said + " does not exist on " + date_words(date_of(wall)) + " (the clock goes forward); taken as " +
             (same_day ? taken_clock : date_words(date_of(taken)) + " " + taken_clock));
  }
  if (resolved.kind == ResolvedWall::Kind::repeated) {
    const auto second = utc_zone().wall(resolved.second);
    add_note(said + " comes twice on " + date_words(date_of(wall)) +
             " (the clock goes back); taken as the first; the second is `" + iso_date(date_of(second)) + " " +
             clock_words(since_midnight(second)) + " UTC`");
  }
  if (resolved.instant <= context_.now) return passed("tomorrow " + said);
  return When{taken, zone().name(), resolved.instant, note_};
}

// A time with an offset is an instant; it is kept as the wall time of the zone in force.
Result<When> WhenReader::kept(TimePoint instant) {
  const auto& zone = *phrase_.zone;
  if (phrase_.offset_is_named && zone.offset(instant) != phrase_.offset->offset(instant)) {
    const auto typed = phrase_.offset->wall(instant);
    const auto here = zone.wall(instant);
    const bool same_day = date_of(typed) == date_of(here);
    add_note(clock_words(since_midnight(typed)) + " " + phrase_.offset->name() + " is " +
             (same_day ? "" : date_words(date_of(here)) + " ") + clock_words(since_midnight(here)) + " " +
             zone_label(zone.name()));
  }
  return finish_instant(instant);
}

Result<When> WhenReader::finish_instant(TimePoint instant) {
  const auto& zone = *phrase_.zone;
  const auto wall = zone.wall(instant);
  if (wall >= kEndOfTime) return too_far();
  if (zone.resolve(wall).instant == instant) return When{wall, zone.name(), instant, note_};
  // The second of a repeated time can't be told by its wall time, so this one is kept in UTC.
  add_note(clock_words(since_midnight(wall)) + " comes twice on " + date_words(date_of(wall)) +
           " (the clock goes back); taken as the second, and kept in UTC");
  return When{utc_zone().wall(instant), utc_zone().name(), instant, note_};
}

}  // namespace

Result<When> parse_when(std::string_view words, const WhenContext& context) {
  POSTQ_TRY(auto phrase, read_phrase(words, context));
  return WhenReader{std::move(phrase), context}.read();
}

Result<Seconds> parse_duration(std::string_view words) {
  const auto split = split_time_words(words);
  POSTQ_TRY(const auto length, read_amounts(split, 0, ""));
  if (length.words != split.size()) {
    return fail(ErrorKind::usage, quoted(words) + " is not a length of time",
                "write a length like `90m`, `2h30m`, `14d` or `1w`");
  }
  if (length.months != chrono::months{0}) {
    constexpr int kDaysOfMonth = 30;
    constexpr int kDaysOfYear = 365;
    const auto whole_years = length.months.count() / 12;
    const auto days = whole_years * kDaysOfYear + length.months.count() % 12 * kDaysOfMonth + length.days.count();
    return fail(ErrorKind::usage, quoted(words) + " is longer at some times than at others",
                "write it in days, such as `" + std::to_string(days) + "d`");
  }
  return length.days + length.exact;
}

}  // namespace postq
