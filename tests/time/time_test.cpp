#include <chrono>
#include <limits>

#include <rapidcheck.h>

#include <postq/time/time.h>
#include <postq/time/when.h>

#include "support/catch.h"
#include "system/zones/zones.h"

using namespace postq;
using namespace std::chrono_literals;

namespace {

TimePoint instant(std::string_view text) {
  const auto at = parse_rfc3339(text);
  REQUIRE(at);
  return *at;
}

// Years 0 to 9999.
constexpr std::int64_t kFirstSecond = -62167219200;
constexpr std::int64_t kLastSecond = 253402300799;

std::int64_t any_second() {
  return *rc::gen::inRange(kFirstSecond, kLastSecond + 1);
}

}  // namespace

TEST_CASE("a stored wall time reads back as it was written") {
  CHECK(format_wall(*parse_wall("2026-11-28T06:30:00")) == "2026-11-28T06:30:00");
  CHECK(format_wall(WallTime{0s}) == "1970-01-01T00:00:00");
  CHECK(format_wall(WallTime{-1s}) == "1969-12-31T23:59:59");
  CHECK(parse_wall("0000-01-01T00:00:00")->time_since_epoch().count() == kFirstSecond);
  CHECK(parse_wall("9999-12-31T23:59:59")->time_since_epoch().count() == kLastSecond);
  CHECK(rc::check("format_wall and parse_wall are inverse", [] {
    const WallTime wall{Seconds{any_second()}};
    RC_ASSERT(parse_wall(format_wall(wall)) == wall);
  }));
}

TEST_CASE("a wall time in another form is refused") {
  for (const auto* text : {"", "2026-11-28", "2026-11-28 06:30:00", "2026-11-28t06:30:00", "2026-11-28T06:30:00Z",
                           "2026-11-28T06:30", "2026-02-30T06:30:00", "2026-13-01T06:30:00", "2026-00-10T06:30:00",
                           "2026-11-00T06:30:00", "2026-11-28T24:00:00", "2026-11-28T23:60:00", "2026-11-28T23:59:60",
                           "2026-1a-28T06:30:00", "-026-11-28T06:30:00", "2026-11-28T06:30:+1"}) {
    CAPTURE(text);
    const auto wall = parse_wall(text);
    REQUIRE_FALSE(wall);
    CHECK(wall.error().kind == ErrorKind::usage);
    CHECK_FALSE(wall.error().hint.empty());
  }
}

TEST_CASE("RFC 3339 is read with every offset and written in UTC") {
  CHECK(format_rfc3339(instant("2026-11-28T06:30:00+01:00")) == "2026-11-28T05:30:00Z");
  CHECK(format_rfc3339(instant("2026-11-28T06:30:00-08:30")) == "2026-11-28T15:00:00Z");
  CHECK(format_rfc3339(instant("2026-11-28t06:30:00z")) == "2026-11-28T06:30:00Z");
  CHECK(format_rfc3339(instant("2026-11-28 06:30:00Z")) == "2026-11-28T06:30:00Z");
  CHECK(format_rfc3339(instant("2026-11-28T06:30:00-00:00")) == "2026-11-28T06:30:00Z");
  CHECK(format_rfc3339(instant("2026-11-28T23:59:59.999999999999Z")) == "2026-11-28T23:59:59Z");
  CHECK(format_rfc3339(instant("1969-12-31T23:59:58.9Z")) == "1969-12-31T23:59:58Z");
  CHECK(unix_seconds(instant("2038-01-19T03:14:08Z")) == 2147483648);
  CHECK(rc::check("format_rfc3339 and parse_rfc3339 are inverse", [] {
    const auto at = time_point(any_second());
    RC_ASSERT(parse_rfc3339(format_rfc3339(at)) == at);
  }));
}

TEST_CASE("what is not RFC 3339 is refused") {
  for (const auto* text :
       {"", "Z", "2026-11-28", "2026-11-28T06:30:00", "2026-11-28T06:30Z", "2026-11-28T06:30:00.Z",
        "2026-11-28T06:30:00.", "2026-11-28T06:30:00+1", "2026-11-28T06:30:00+0100", "2026-11-28T06:30:00+24:00",
        "2026-11-28T06:30:00+01:60", "2026-11-28T06:30:00+01:00x", "2026-11-28x06:30:00Z", "2026-02-29T06:30:00Z",
        "2026-11-28T23:59:60Z", "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00"}) {
    CAPTURE(text);
    const auto at = parse_rfc3339(text);
    REQUIRE_FALSE(at);
    CHECK(at.error().kind == ErrorKind::usage);
    CHECK_FALSE(at.error().hint.empty());
  }
}

TEST_CASE("reading times survives every byte") {
  CHECK(rc::check("parse_wall and parse_rfc3339 take any bytes", [](const std::string& bytes) {
    (void)parse_wall(bytes);
    (void)parse_rfc3339(bytes);
  }));
}

TEST_CASE("a length of time is said in the unit that people would use") {
  const std::vector<std::pair<Seconds, std::string>> table = {{0s, "1 s"},
                                                              {1s, "1 s"},
                                                              {59s, "59 s"},
                                                              {60s, "1 min"},
                                                              {40min, "40 min"},
                                                              {3599s, "59 min"},
                                                              {1h, "1 h"},
                                                              {90min, "1 h 30 min"},
                                                              {2h + 30min, "2 h 30 min"},
                                                              {5h + 59s, "5 h"},
                                                              {9h + 59min, "9 h 59 min"},
                                                              {10h + 30min, "10 h"},
                                                              {26h, "26 h"},
                                                              {47h + 59min, "47 h"},
                                                              {48h, "2 days"},
                                                              {5 * 24h + 8h, "5 days"},
                                                              {14 * 24h, "14 days"},
                                                              {-90min, "1 h 30 min"}};
  for (const auto& [length, said] : table) {
    CAPTURE(length.count());
    CHECK(format_duration(length) == said);
  }
  CHECK(format_duration(Seconds::min()) == format_duration(Seconds::max()));
}

TEST_CASE("a time is said relative to now") {
  const auto now = instant("2026-11-22T20:40:00Z");
  CHECK(say_relative(now, now) == "now");
  CHECK(say_relative(now + 59s, now) == "now");
  CHECK(say_relative(now - 59s, now) == "now");
  CHECK(say_relative(now + 2min, now) == "in 2 min");
  CHECK(say_relative(now - 3h, now) == "3 h ago");
  CHECK(say_relative(now + 24h, now) == "in 1 day");
  CHECK(say_relative(now + 35h + 20min, now) == "in 1 day 11 h");
  CHECK(say_relative(now - 26h, now) == "1 day 2 h ago");
  CHECK(say_relative(now + 5 * 24h + 9h, now) == "in 5 days");
}

TEST_CASE("a time is said with weekday, date and city") {
  const auto zones = make_zones();
  const Zone& berlin = **zones->find("Europe/Berlin");
  const Zone& buenos_aires = **zones->find("America/Argentina/Buenos_Aires");

  CHECK(format_time(instant("2026-11-28T05:30:00Z"), berlin) == "Sat 28 Nov 2026 06:30 Berlin");
  CHECK(format_time(instant("2026-07-01T05:30:15Z"), berlin) == "Wed 1 Jul 2026 07:30:15 Berlin");
  CHECK(format_time(instant("2026-11-28T05:30:00Z"), utc_zone()) == "Sat 28 Nov 2026 05:30 UTC");
  CHECK(format_time(instant("2026-11-28T05:30:00Z"), buenos_aires) == "Sat 28 Nov 2026 02:30 Buenos Aires");
  CHECK(say_wall(*parse_wall("2026-11-28T06:30:00"), "America/New_York") == "Sat 28 Nov 2026 06:30 New York");
  CHECK(say_now(instant("2026-11-22T20:40:00Z"), berlin) == "Sun 22 Nov 2026, 21:40 (Europe/Berlin)");
}

TEST_CASE("a time near now is said in fewer words") {
  const auto zones = make_zones();
  const Zone& berlin = **zones->find("Europe/Berlin");
  const auto now = instant("2026-11-22T20:40:00Z");
  const auto short_form = [&](std::string_view at) { return format_time_short(instant(at), now, berlin); };

  CHECK(short_form("2026-11-22T05:30:00Z") == "06:30");
  CHECK(short_form("2026-11-22T22:59:59Z") == "23:59:59");
  CHECK(short_form("2026-11-22T23:00:00Z") == "Mon 00:00");
  CHECK(short_form("2026-11-28T22:30:00Z") == "Sat 23:30");
  CHECK(short_form("2026-11-28T23:30:00Z") == "29 Nov 00:30");
  CHECK(short_form("2026-11-16T05:30:00Z") == "Mon 06:30");
  CHECK(short_form("2026-11-15T05:30:00Z") == "15 Nov 06:30");
  CHECK(short_form("2027-11-28T05:30:00Z") == "28 Nov 2027 06:30");
  CHECK(short_form("2025-11-28T05:30:00Z") == "28 Nov 2025 06:30");
}

TEST_CASE("a calendar day has 23, 24 or 25 hours") {
  const auto zones = make_zones();
  const Zone& berlin = **zones->find("Europe/Berlin");
  const auto length = [](const TimeRange& day) { return day.to - day.from; };

  const auto plain = calendar_day(instant("2026-11-22T20:40:00Z"), berlin);
  CHECK(plain.from == instant("2026-11-21T23:00:00Z"));
  CHECK(length(plain) == 24h);
  CHECK(length(calendar_day(instant("2026-03-29T10:00:00Z"), berlin)) == 23h);
  CHECK(length(calendar_day(instant("2026-10-25T10:00:00Z"), berlin)) == 25h);
}

TEST_CASE("a calendar day begins when a skipped midnight is over") {
  const auto zones = make_zones();
  // Havana's clocks jump from 00:00 to 01:00 on 8 Mar 2026.
  const auto havana = calendar_day(instant("2026-03-08T12:00:00Z"), **zones->find("America/Havana"));
  CHECK(havana.from == instant("2026-03-08T05:00:00Z"));
  CHECK(havana.to == instant("2026-03-09T04:00:00Z"));
  // In Toronto in 1919 they jumped from 23:30 to 00:30, so that the day began at 00:30.
  const auto toronto = calendar_day(instant("1919-03-31T12:00:00Z"), **zones->find("America/Toronto"));
  CHECK(toronto.from == instant("1919-03-31T04:30:00Z"));
  // Apia had no 30 Dec 2011.
  const auto apia = calendar_day(instant("2011-12-29T12:00:00Z"), **zones->find("Pacific/Apia"));
  CHECK(apia.to - apia.from == 24h);
  CHECK(apia.to == instant("2011-12-30T10:00:00Z"));
}

TEST_CASE("a calendar day whose last hour comes twice ends after the second") {
  const auto zones = make_zones();
  // In St John's the clocks went from 00:01 on 7 Nov 2010 back to 23:01 on the 6th.
  const auto again = instant("2010-11-07T02:45:00Z");
  const Zone& st_johns = **zones->find("America/St_Johns");
  REQUIRE(format_wall(st_johns.wall(again)) == "2010-11-06T23:15:00");
  const auto day = calendar_day(again, st_johns);
  CHECK(day.from == instant("2010-11-06T02:30:00Z"));
  CHECK(day.to == instant("2010-11-07T03:30:00Z"));
}

TEST_CASE("every instant lies in its calendar day, and days follow each other without a gap") {
  const auto zones = make_zones();
  for (const auto* name : {"Europe/Berlin", "America/New_York", "America/Havana", "Australia/Lord_Howe", "Asia/Beirut",
                           "America/St_Johns", "Pacific/Apia", "America/Nuuk", "Africa/Cairo"}) {
    CAPTURE(name);
    const Zone& zone = **zones->find(name);
    CHECK(rc::check("days hold their instants", [&] {
      const auto at = time_point(*rc::gen::inRange<std::int64_t>(473385600, 4102444800));  // 1985 to 2100
      const auto day = calendar_day(at, zone);
      RC_ASSERT(day.contains(at));
      RC_ASSERT(zone.wall(day.to) > zone.wall(day.to - 1s) || zone.wall(day.to) < zone.wall(at) + 48h);
      if (at >= time_point(1325376000)) RC_ASSERT(calendar_day(day.to, zone).from == day.to);
    }));
  }
}

TEST_CASE("daily hours are read") {
  const auto hours = parse_daily_hours("22:00-07:00");
  REQUIRE(hours);
  CHECK(hours->from == 22 * 60);
  CHECK(hours->to == 7 * 60);
  CHECK(parse_daily_hours(" 9:30 - 12:15 ")->from == 9 * 60 + 30);
  CHECK(parse_daily_hours("10pm-7am")->from == 22 * 60);
  CHECK(parse_daily_hours("18:00-24:00")->to == 0);
  CHECK(parse_daily_hours("00:00-06:00")->from == 0);
  for (const auto* text : {"", "-", "22:00", "22:00-", "-07:00", "22-7", "22:00-25:00", "22:00-07:00-08:00",
                           "22:00-22:00", "00:00-24:00", "22:00:30-07:00", "22:00Z-07:00", "mon-fri", "22:00 07:00"}) {
    CAPTURE(text);
    const auto bad = parse_daily_hours(text);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().kind == ErrorKind::usage);
    CHECK_FALSE(bad.error().hint.empty());
  }
}

TEST_CASE("daily hours end on the clock of the zone") {
  const auto zones = make_zones();
  const Zone& berlin = **zones->find("Europe/Berlin");
  const DailyHours night{22 * 60, 7 * 60};
  const auto end = [&](std::string_view at) { return end_of_hours(night, instant(at), berlin); };

  CHECK(end("2026-11-22T20:59:59Z") == std::nullopt);
  CHECK(end("2026-11-22T21:00:00Z") == instant("2026-11-23T06:00:00Z"));
  CHECK(end("2026-11-23T05:59:59Z") == instant("2026-11-23T06:00:00Z"));
  CHECK(end("2026-11-23T06:00:00Z") == std::nullopt);
  CHECK(end("2026-03-28T22:00:00Z") == instant("2026-03-29T05:00:00Z"));  // over the change of clocks
  const DailyHours noon_break{12 * 60, 13 * 60};
  CHECK(end_of_hours(noon_break, instant("2026-11-22T11:30:00Z"), berlin) == instant("2026-11-22T12:00:00Z"));
  CHECK(end_of_hours(noon_break, instant("2026-11-22T12:00:00Z"), berlin) == std::nullopt);
}

TEST_CASE("daily hours that end in a change of clocks end once they are over") {
  const auto zones = make_zones();
  const Zone& berlin = **zones->find("Europe/Berlin");
  const DailyHours until_half_past_two{22 * 60, 150};

  CHECK(end_of_hours(until_half_past_two, instant("2026-03-29T00:59:59Z"), berlin) == instant("2026-03-29T01:00:00Z"));
  CHECK(end_of_hours(until_half_past_two, instant("2026-10-25T00:15:00Z"), berlin) == instant("2026-10-25T00:30:00Z"));
  CHECK(end_of_hours(until_half_past_two, instant("2026-10-25T01:15:00Z"), berlin) == instant("2026-10-25T01:30:00Z"));
}

TEST_CASE("daily hours always end later than now") {
  const auto zones = make_zones();
  const Zone& lord_howe = **zones->find("Australia/Lord_Howe");
  CHECK(rc::check("end_of_hours is ahead", [&] {
    const auto at = time_point(*rc::gen::inRange<std::int64_t>(1767225600, 4102444800));
    const DailyHours hours{*rc::gen::inRange(0, 1440), *rc::gen::inRange(0, 1440)};
    const auto end = end_of_hours(hours, at, lord_howe);
    if (end) RC_ASSERT(*end > at && *end - at <= 25h);
  }));
}
