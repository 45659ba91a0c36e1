#include <algorithm>
#include <utility>
#include <vector>

#include <postq/core/when.h>

#include "core/civil.h"
#include "core/day_words.h"
#include "core/time_words.h"

namespace postq {
namespace {

namespace chrono = std::chrono;

constexpr Seconds kDefaultClock = chrono::hours{9};  // for a day without a time
constexpr chrono::days kWeek{7};
constexpr chrono::days kHalfAYear{183};
constexpr int kLongestToLeapDay = 8;  // years, over a century without one
const WallTime kEndOfTime = WallTime{Date{chrono::year{9999} / 12 / 31}} + chrono::days{1};

class WhenReader {
 public:
  WhenReader(std::string_view typed, const WhenContext& context)
      : typed_(typed), context_(context), words_(split_time_words(typed)), zone_(&context.zone) {}

  Result<When> read();

 private:
  // The words, the zone first: it decides what today is.
  void split_joined();
  Status take_zone();
  void take_z_of_clock();
  Result<When> read_length(std::size_t first);
  Status read_day_and_clock();
  Result<bool> read_clock_word();

  // What they mean.
  Result<When> combine();
  Result<When> weekday_time();
  Result<When> yearless_time();
  Result<When> exact_time(WallTime wall, Seconds offset);
  std::string same_day_ahead(WallTime wall) const;
  Result<When> finish_on(Date date);
  Result<When> finish(WallTime wall);
  Result<When> finish_instant(TimePoint instant);

  // Words for messages.
  std::string examples() const { return time_examples(today()); }
  std::string suggestion(const std::string& words) const { return "type `" + words + zone_words_ + "`"; }
  std::string clock_typed() const { return clock_ ? clock_typed_ : clock_words(kDefaultClock); }
  tl::unexpected<Error> unreadable(const TimeWord& word) const { return unreadable_time(word, today()); }
  tl::unexpected<Error> passed(const std::string& fitting) const;
  void add_note(const std::string& note) { note_ += (note_.empty() ? "" : "; ") + note; }

  const Zone& zone() const { return *zone_; }
  WallTime now_wall() const { return zone().wall(context_.now); }
  Date today() const { return date_of(now_wall()); }
  Seconds clock() const { return clock_ ? clock_->since_midnight : kDefaultClock; }
  bool is_future(WallTime wall) const { return zone().resolve(wall).instant > context_.now; }
  bool more() const { return at_ < words_.size(); }
  std::string_view text() const { return more() ? std::string_view{words_[at_].text} : std::string_view{}; }

  std::string_view typed_;
  const WhenContext& context_;
  std::vector<TimeWord> words_;
  std::size_t at_ = 0;
  const Zone* zone_;        // the context's, or the one typed
  std::string zone_words_;  // " America/New_York", as typed
  DayWords day_;
  std::optional<ClockWord> clock_;
  std::string clock_typed_;
  std::string note_;
};

tl::unexpected<Error> WhenReader::passed(const std::string& fitting) const {
  return fail(ErrorKind::usage, quoted(typed_) + " has passed: it is " + say_now(context_.now, zone()),
              suggestion(fitting));
}

Result<When> WhenReader::read() {
  if (words_.empty()) return fail(ErrorKind::usage, "the time is empty", examples());
  split_joined();
  POSTQ_CHECK(take_zone());
  if (words_.empty()) return fail(ErrorKind::usage, quoted(typed_) + " names a time zone and no time", examples());
  if (words_.size() == 1 && words_[0].text == "now") {
    return fail(ErrorKind::usage, "`now` is over before anybody could approve it",
                "leave the time away: it goes out once approved");
  }
  if (words_[0].text == "in") return read_length(1);
  if (words_[0].text.starts_with('+')) {
    words_[0].text.erase(0, 1);
    return read_length(words_[0].text.empty() ? 1 : 0);
  }
  take_z_of_clock();
  POSTQ_CHECK(read_day_and_clock());
  return combine();
}

// "2027-01-15T09:00" is two words here.
void WhenReader::split_joined() {
  constexpr std::size_t kDateSize = 10;
  const auto [text, typed] = words_.front();
  if (text.size() <= kDateSize || text[kDateSize] != 't' || text[4] != '-') return;
  words_.front() = {text.substr(0, kDateSize), typed.substr(0, kDateSize)};
  words_.insert(words_.begin() + 1, {text.substr(kDateSize + 1), typed.substr(kDateSize + 1)});
}

// The last words may name a zone, or the city of the zone in force: say_time() writes that, and may be pasted.
Status WhenReader::take_zone() {
  const auto take = [&](std::size_t count) {
    for (std::size_t i = words_.size() - count; i < words_.size(); ++i) zone_words_ += " " + words_[i].typed;
    words_.resize(words_.size() - count);
  };
  const auto& last = words_.back();
  if (last.text == "z" || last.text == "utc") {
    zone_ = &utc_zone();
    take(1);
    return {};
  }
  std::string city = zone().name().substr(zone().name().rfind('/') + 1);
  std::replace(city.begin(), city.end(), '_', ' ');
  const auto city_words = split_time_words(city);
  const auto same = [](const TimeWord& a, const TimeWord& b) { return a.text == b.text; };
  if (words_.size() > city_words.size() && std::equal(city_words.rbegin(), city_words.rend(), words_.rbegin(), same)) {
    take(city_words.size());
    return {};
  }
  if (is_time_word(last.text)) return {};
  const bool surely_a_zone = last.text.find('/') != std::string::npos;
  if (!context_.find_zone) return unreadable(last);
  auto found = context_.find_zone(last.typed);
  if (found) {
    zone_ = *found;
    take(1);
    return {};
  }
  if (surely_a_zone) return pass_on(std::move(found).error());
  const auto zone_hint = found.error().hint.empty() ? "" : found.error().hint + "; ";
  return fail(ErrorKind::usage, "can't read " + quoted(last.typed) + " as a time or a time zone",
              zone_hint + examples());
}

// `14:30z` names the zone too, unless another one is typed behind it.
void WhenReader::take_z_of_clock() {
  if (!zone_words_.empty()) return;
  for (const auto& word : words_) {
    const auto clock = read_clock(word);
    if (!clock || !*clock || !(*clock)->utc) continue;
    zone_ = &utc_zone();
    zone_words_ = " UTC";
    return;
  }
}

// Days and weeks count on the calendar, hours and minutes on the clock that never jumps.
Result<When> WhenReader::read_length(std::size_t first) {
  POSTQ_TRY(const auto length, read_amounts(words_, first));
  at_ = first + length.words;
  if (text() == "at") ++at_;
  const bool whole_days = length.exact == Seconds{0};
  if (more() && whole_days) {
    POSTQ_TRY(const bool has_clock, read_clock_word());
    if (has_clock && (clock_->utc || clock_->offset)) return unreadable(words_[at_ - 1]);
    if (has_clock && !more()) {
      return finish_on(today() + length.days);
    }
  }
  if (more()) return unreadable(words_[at_]);
  // A whole minute reads better than the second at which somebody pressed Enter, and is never too early.
  const auto start = length.names_seconds ? context_.now : chrono::ceil<chrono::minutes>(context_.now);
  if (length.days == chrono::days{0}) return finish_instant(start + length.exact);
  const auto wall = zone().wall(start) + length.days;
  if (whole_days) return finish(wall);
  return finish_instant(zone().resolve(wall).instant + length.exact);
}

Status WhenReader::read_day_and_clock() {
  while (more()) {
    if (text() == "at" || text() == "on") {
      ++at_;
      continue;
    }
    if (!clock_) {
      POSTQ_TRY(const bool read, read_clock_word());
      if (read) continue;
    }
    POSTQ_TRY(const auto read, read_day(words_, at_, today(), day_));
    if (read > 0) {
      at_ += read;
      continue;
    }
    return unreadable(words_[at_]);
  }
  if (!day_.given() && !clock_) return fail(ErrorKind::usage, quoted(typed_) + " names no time", examples());
  return {};
}

Result<bool> WhenReader::read_clock_word() {
  POSTQ_TRY(const auto clock, read_clock(words_[at_]));
  if (!clock) return false;
  clock_ = clock;
  clock_typed_ = words_[at_].text;
  ++at_;
  // `date` and git write the offset apart.
  if (!clock_->utc && !clock_->offset && more()) {
    if (const auto offset = read_utc_offset(text())) {
      clock_->offset = offset;
      ++at_;
    }
  }
  return true;
}

Result<When> WhenReader::combine() {
  if (!clock_) add_note("no time of day given; taken as " + clock_words(kDefaultClock));
  if (clock_ && clock_->utc && zone().name() != utc_zone().name()) clock_->offset = Seconds{0};
  if (clock_ && clock_->offset) {
    if (!day_.has_year) {
      return fail(ErrorKind::usage, quoted(typed_) + " has an offset but no full date",
                  "write `" + iso_date(today()) + "T14:30:00+01:00`, or a zone such as `Europe/Berlin`");
    }
    return exact_time(WallTime{*day_.date} + clock(), *clock_->offset);
  }
  if (day_.yearless) return yearless_time();
  if (day_.weekday && !day_.date) return weekday_time();

  if (!day_.given() || day_.today) {
    const bool coming_midnight = clock_ && clock_->midnight && !day_.today;
    if (coming_midnight) return finish(WallTime{today() + chrono::days{1}});
    const auto wall = WallTime{today()} + clock();
    if (!is_future(wall)) return passed("tomorrow " + clock_typed());
    return finish(wall);
  }

  const auto wall = WallTime{*day_.date} + clock();
  if (!is_future(wall)) return passed(same_day_ahead(wall));
  if (day_.said_next_day) {
    const auto coming = WallTime{*day_.date - kWeek} + clock();
    if (is_future(coming)) {
      add_note("`next " + day_.typed + "` is in next week, " + date_words(*day_.date) + "; `" + day_.typed + "` is " +
               date_words(*day_.date - kWeek));
    }
  }
  return finish_on(*day_.date);
}

// A year typed by habit is the likely slip: the same day in the first year in which it is still to come.
std::string WhenReader::same_day_ahead(WallTime wall) const {
  const chrono::year_month_day typed{date_of(wall)};
  const auto clock = since_midnight(wall);
  const auto this_year = int{chrono::year_month_day{today()}.year()};
  for (int year = this_year; year <= this_year + kLongestToLeapDay; ++year) {
    const auto date = date_from(year, unsigned{typed.month()}, unsigned{typed.day()});
    if (date && is_future(WallTime{*date} + clock)) return iso_date(*date) + " " + clock_words(clock);
  }
  return "tomorrow " + clock_words(clock);
}

// Weekday words mean the next such moment.
Result<When> WhenReader::weekday_time() {
  const auto date = today() + (*day_.weekday - chrono::weekday{today()});
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
    return date_from(year, unsigned{day_.yearless->month()}, unsigned{day_.yearless->day()});
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
    if (!in_year(this_year)) {
      return fail(ErrorKind::usage, "there is no 29 Feb in " + std::to_string(this_year), suggestion(fitting));
    }
    return passed(fitting);
  }
  POSTQ_CHECK(check_weekday(day_, *date));
  if (another_year) add_note("taken as " + year_name(*date));
  return finish_on(*date);
}

// An RFC 3339 time with an offset is an instant; it is kept as the wall time of the zone in force.
Result<When> WhenReader::exact_time(WallTime wall, Seconds offset) {
  const TimePoint instant{wall.time_since_epoch() - offset};
  if (instant <= context_.now) return passed(same_day_ahead(zone().wall(instant)));
  return finish_instant(instant);
}

Result<When> WhenReader::finish_on(Date date) {
  if (clock_ && clock_->midnight) add_note("midnight is the start of " + date_words(date));
  return finish(WallTime{date} + clock());
}

Result<When> WhenReader::finish(WallTime wall) {
  if (wall >= kEndOfTime) return fail(ErrorKind::usage, quoted(typed_) + " is beyond the year 9999", examples());
  const auto resolved = zone().resolve(wall);
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

Result<When> WhenReader::finish_instant(TimePoint instant) {
  auto wall = zone().wall(instant);
  if (wall >= kEndOfTime) return fail(ErrorKind::usage, quoted(typed_) + " is beyond the year 9999", examples());
  if (zone().resolve(wall).instant == instant) return When{wall, zone().name(), instant, note_};
  // The second of a repeated time can't be told by its wall time, so this one is kept in UTC.
  add_note(clock_words(since_midnight(wall)) + " comes twice on " + date_words(date_of(wall)) +
           " (the clock goes back); taken as the second, and kept in UTC");
  return When{utc_zone().wall(instant), utc_zone().name(), instant, note_};
}

}  // namespace

Result<When> parse_when(std::string_view words, const WhenContext& context) {
  return WhenReader{words, context}.read();
}

Result<Seconds> parse_duration(std::string_view words) {
  const auto split = split_time_words(words);
  POSTQ_TRY(const auto length, read_amounts(split, 0));
  if (length.words != split.size()) {
    return fail(ErrorKind::usage, quoted(words) + " is not a length of time",
                "write a length like `90m`, `2h30m`, `14d` or `1w`");
  }
  return length.days + length.exact;
}

}  // namespace postq
