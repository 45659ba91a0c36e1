#include <postq/time/bounds.h>

#include "time/civil.h"
#include "time/time_phrase.h"

namespace postq {
namespace {

namespace chrono = std::chrono;

constexpr chrono::days kDay{1};
constexpr chrono::days kWeek{7};
constexpr chrono::days kHalfAYear{183};
constexpr int kLeapCycle = 8;  // years, over a century without a leap day

constexpr std::string_view kBackHint = "write it as 7d, fri, \"1 nov\", \"fri 14:00\", 2026-11-01, yesterday or today";
constexpr std::string_view kAheadHint = "write it as fri, \"1 nov\", \"fri 14:00\", 2027-01-15, tomorrow or today";

std::string hint_of(Toward toward) {
  return std::string{toward == Toward::past ? kBackHint : kAheadHint};
}

// A whole day, or a second.
struct Moment {
  TimePoint begin;
  TimePoint end;
};

// Reads one end. The other one, where it was read before, is the day from which on this is looked for.
class BoundReader {
 public:
  BoundReader(const TimePhrase& phrase, Toward toward, TimePoint now, std::optional<TimePoint> from)
      : phrase_(phrase), toward_(toward), now_(now) {
    if (from) from_ = date_of(zone().wall(*from));
  }

  Result<Moment> read() const {
    if (phrase_.is_now) return second(now_);
    if (phrase_.length) return at_length();
    POSTQ_TRY(const auto date, day());
    if (phrase_.clock) return second(first_instant_from(WallTime{date} + clock(), zone()));
    return whole(date);
  }

 private:
  const Zone& zone() const { return phrase_.reading_zone(); }
  Date today() const { return date_of(zone().wall(now_)); }
  Seconds clock() const { return phrase_.clock ? phrase_.clock->since_midnight : Seconds{0}; }
  bool has_been(Date date) const { return first_instant_from(WallTime{date} + clock(), zone()) <= now_; }
  static Moment second(TimePoint at) { return {at, at + Seconds{1}}; }
  Moment whole(Date date) const {
    return {first_instant_from(WallTime{date}, zone()), first_instant_from(WallTime{date + kDay}, zone())};
  }

  Result<Moment> at_length() const {
    const auto& length = *phrase_.length;
    const bool ahead = phrase_.direction == TimePhrase::Direction::ahead;
    if (phrase_.direction == TimePhrase::Direction::none && toward_ == Toward::future) {
      return fail(ErrorKind::usage, quoted(phrase_.typed) + " could lie ahead or back",
                  "type `in " + phrase_.typed + "` or `" + phrase_.typed + " ago`");
    }
    const int sign = ahead ? 1 : -1;
    const auto day = shifted(zone().wall(now_), sign * length.months, sign * length.days);
    if (phrase_.clock) return second(first_instant_from(WallTime{date_of(day.wall)} + clock(), zone()));
    return second(zone().resolve(day.wall).instant + sign * length.exact);
  }

  Result<Date> day() const {
    const auto& day = phrase_.day;
    if (day.date) return *day.date;
    if (day.yearless) return yearless();
    if (day.weekday) return weekday();
    if (day.today || toward_ == Toward::future || has_been(today())) return today();
    return today() - kDay;  // a time that is still to come today
  }

  Date weekday() const {
    const auto since = from_.value_or(today());
    const auto coming = since + (*phrase_.day.weekday - chrono::weekday{since});
    if (phrase_.day.last) return coming - kWeek;
    if (from_ || toward_ == Toward::future || has_been(coming)) return coming;
    return coming - kWeek;
  }

  Result<Date> yearless() const {
    const auto in_year = [&](int year) {
      return date_from(year, unsigned{phrase_.day.yearless->month()}, unsigned{phrase_.day.yearless->day()});
    };
    const auto since = from_.value_or(toward_ == Toward::future ? today() - kHalfAYear : today());
    const int year{chrono::year_month_day{since}.year()};
    const bool back = !from_ && toward_ == Toward::past;
    for (int i = 0; i <= kLeapCycle; ++i) {
      const auto date = in_year(back ? year - i : year + i);
      if (date && (back ? has_been(*date) : *date >= since)) {
        // "fri" to "1 nov": nobody looks back as far as the next November.
        if (toward_ == Toward::past && *date - today() > kHalfAYear)
          return BoundReader{phrase_, toward_, now_, {}}.yearless();
        POSTQ_CHECK(check_weekday(phrase_.day, *date));
        return *date;
      }
    }
    return fail(ErrorKind::usage, quoted(phrase_.typed) + " is no day of these years", hint_of(toward_));
  }

  const TimePhrase& phrase_;
  Toward toward_;
  TimePoint now_;
  std::optional<Date> from_;
};

Result<Moment> read_end(const std::string& words, Toward toward, const WhenContext& context,
                        std::optional<TimePoint> from) {
  auto phrase = read_phrase(words, context);
  if (!phrase) return fail(ErrorKind::usage, phrase.error().message, hint_of(toward));
  return BoundReader{*phrase, toward, context.now, from}.read();
}

}  // namespace

Result<Bounds> read_bounds(const BoundWords& words, Toward toward, const WhenContext& context) {
  Bounds bounds;
  if (!words.from.empty()) {
    POSTQ_TRY(const auto from, read_end(words.from, toward, context, std::nullopt));
    if (toward == Toward::past && from.begin > context.now) {
      return fail(ErrorKind::usage, quoted(words.from) + " lies ahead", hint_of(toward));
    }
    bounds.from = from.begin;
  }
  if (!words.until.empty()) {
    POSTQ_TRY(const auto until, read_end(words.until, toward, context, bounds.from));
    bounds.end = until.end;
  }
  if (bounds.from && bounds.end && *bounds.from >= *bounds.end) {
    return fail(ErrorKind::usage,
                quoted(words.from) + " (" + format_time_short(*bounds.from, context.now, context.zone) +
                    ") comes after " + quoted(words.until) + " (" +
                    format_time_short(*bounds.end - Seconds{1}, context.now, context.zone) + ")",
                hint_of(toward));
  }
  return bounds;
}

}  // namespace postq
