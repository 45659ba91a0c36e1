#include <array>
#include <chrono>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include <postq/time/when.h>

#include "support/catch.h"
#include "support/has.h"
#include "system/zones/zones.h"

using namespace postq;
using postq::test::has;
using namespace std::chrono_literals;

namespace {

// Sun 22 Nov 2026, 21:40 in Berlin, unless a test says otherwise.
constexpr std::string_view kSunday = "2026-11-22T20:40:00Z";

struct Desk {
  std::unique_ptr<Zones> zones = make_zones();
  TimePoint now;
  const Zone* zone;

  explicit Desk(std::string_view at = kSunday, std::string_view zone_name = "Europe/Berlin")
      : now(*parse_rfc3339(at)), zone(*zones->find(zone_name)) {}

  Result<When> read(std::string_view words) const {
    return parse_when(words, {now, *zone, [this](std::string_view name) { return zones->find(name); }});
  }
};

// What every time that was understood must keep, whatever the words.
bool is_sound(const When& when, const Desk& desk) {
  const auto zone = desk.zones->find(when.zone);
  return zone && when.instant > desk.now && (*zone)->wall(when.instant) == when.wall &&
         (*zone)->resolve(when.wall).instant == when.instant;
}

struct Understood {
  std::string words;
  std::string wall;
  std::string note = {};  // a part of it; empty: there must be none
  std::string zone = "Europe/Berlin";
};

void check_all(const Desk& desk, const std::vector<Understood>& table) {
  for (const auto& row : table) {
    CAPTURE(row.words);
    const auto when = desk.read(row.words);
    if (!when) FAIL(when.error().message + " / " + when.error().hint);
    CHECK(format_wall(when->wall) == row.wall + ":00");
    CHECK(when->zone == row.zone);
    CHECK(is_sound(*when, desk));
    CAPTURE(when->note);
    CHECK(when->note.empty() == row.note.empty());
    CHECK(has(when->note, row.note));
  }
}

struct Refused {
  std::string words;
  std::string message;  // a part of it
  std::string hint;     // a part of it
};

void check_all(const Desk& desk, const std::vector<Refused>& table) {
  for (const auto& row : table) {
    CAPTURE(row.words);
    const auto when = desk.read(row.words);
    if (when) FAIL("taken as " + format_wall(when->wall));
    CHECK(when.error().kind == ErrorKind::usage);
    CAPTURE(when.error().message);
    CAPTURE(when.error().hint);
    CHECK(has(when.error().message, row.message));
    CHECK(has(when.error().hint, row.hint));
  }
}

}  // namespace

TEST_CASE("time words are understood on a Sunday evening in Berlin") {
  check_all(Desk{}, std::vector<Understood>{
                        {"2027-01-15 09:00", "2027-01-15T09:00"},
                        {"2027-01-15T09:00", "2027-01-15T09:00"},
                        {"2027-01-15", "2027-01-15T09:00", "taken as 09:00"},
                        {"2027-1-5 9:05", "2027-01-05T09:05"},
                        {"9999-12-31 23:59", "9999-12-31T23:59"},
                        {"22:30", "2026-11-22T22:30"},
                        {"10:30pm", "2026-11-22T22:30"},
                        {"10:30 PM", "2026-11-22T22:30"},
                        {"at 11 pm", "2026-11-22T23:00"},
                        {"midnight", "2026-11-23T00:00"},
                        {"today 22:00", "2026-11-22T22:00"},
                        {"tomorrow 14:30", "2026-11-23T14:30"},
                        {"  Tomorrow\t at  14:30 ", "2026-11-23T14:30"},
                        {"14:30 tomorrow", "2026-11-23T14:30"},
                        {"tomorrow", "2026-11-23T09:00", "no time of day given; taken as 09:00"},
                        {"tomorrow noon", "2026-11-23T12:00"},
                        {"tomorrow 12am", "2026-11-23T00:00"},
                        {"tomorrow 12pm", "2026-11-23T12:00"},
                        {"tomorrow midnight", "2026-11-23T00:00", "midnight is the start of Mon 23 Nov"},
                        {"fri 9am", "2026-11-27T09:00"},
                        {"FRI 9AM", "2026-11-27T09:00"},
                        {"Friday, 9 am", "2026-11-27T09:00"},
                        {"on friday at 9am", "2026-11-27T09:00"},
                        {"9am fri", "2026-11-27T09:00"},
                        {"this fri 9am", "2026-11-27T09:00"},
                        {"thurs 9am", "2026-11-26T09:00"},
                        {"weds 9am", "2026-11-25T09:00"},
                        {"fri midnight", "2026-11-27T00:00", "midnight is the start of Fri 27 Nov"},
                        {"sun 22:00", "2026-11-22T22:00", "that is today"},
                        {"sun 9am", "2026-11-29T09:00", "09:00 has passed today; taken as Sun 29 Nov"},
                        {"next fri 9am", "2026-11-27T09:00"},
                        {"next week mon 10:00", "2026-11-23T10:00"},
                        {"next week mon", "2026-11-23T09:00", "taken as 09:00"},
                        {"next week on sunday 10:00", "2026-11-29T10:00"},
                        {"in 2h", "2026-11-22T23:40"},
                        {"in 90 min", "2026-11-22T23:10"},
                        {"in 1h30m", "2026-11-22T23:10"},
                        {"in 1 hour 30 minutes", "2026-11-22T23:10"},
                        {"+2h", "2026-11-22T23:40"},
                        {"+ 3 d", "2026-11-25T21:40"},
                        {"+3d", "2026-11-25T21:40"},
                        {"+3d midnight", "2026-11-25T00:00", "midnight is the start of Wed 25 Nov"},
                        {"+3d 9am", "2026-11-25T09:00"},
                        {"in 3 days at 9am", "2026-11-25T09:00"},
                        {"+1w", "2026-11-29T21:40"},
                        {"in 2 weeks", "2026-12-06T21:40"},
                        {"28 nov 9am", "2026-11-28T09:00"},
                        {"28th of November 9am", "2026-11-28T09:00"},
                        {"nov 28 2027 9am", "2027-11-28T09:00"},
                        {"November 28, 2027, 9am", "2027-11-28T09:00"},
                        {"28.11. 9:00", "2026-11-28T09:00"},
                        {"28.11.2027 9:00", "2027-11-28T09:00"},
                        {"sat 28 nov 9am", "2026-11-28T09:00"},
                        {"may 3 9am", "2027-05-03T09:00", "taken as 2027"},
                        {"3 jan 9am", "2027-01-03T09:00", "taken as 2027"},
                    });
}

TEST_CASE("a time zone may stand behind the words") {
  check_all(Desk{}, std::vector<Understood>{
                        {"2027-01-15 09:00 America/New_York", "2027-01-15T09:00", "", "America/New_York"},
                        {"tomorrow 14:30 UTC", "2026-11-23T14:30", "", "UTC"},
                        {"tomorrow 14:30 z", "2026-11-23T14:30", "", "UTC"},
                        {"tomorrow 14:30Z", "2026-11-23T14:30", "", "UTC"},
                        {"fri 9am asia/kolkata", "2026-11-27T09:00", "", "Asia/Kolkata"},
                        {"today 17:00 America/New_York", "2026-11-22T17:00", "", "America/New_York"},
                        {"fri 9am Japan", "2026-11-27T09:00", "", "Japan"},
                        {"fri 9am berlin", "2026-11-27T09:00"},
                        {"in 2h Asia/Kolkata", "2026-11-23T04:10", "", "Asia/Kolkata"},
                    });
}

TEST_CASE("an RFC 3339 time is that instant") {
  const Desk desk;
  check_all(desk, std::vector<Understood>{
                      {"2027-01-15T09:00:00Z", "2027-01-15T09:00", "", "UTC"},
                      {"2027-01-15T09:00:00.25+05:30", "2027-01-15T04:30"},
                      {"2027-01-15 09:00 +0530", "2027-01-15T04:30"},
                      {"2027-01-15 09:00:00 -05:00", "2027-01-15T15:00"},
                      {"2027-01-15T09:00:00Z Asia/Kolkata", "2027-01-15T14:30", "", "Asia/Kolkata"},
                      {"2027-01-15 09:00 -05:00 Asia/Kolkata", "2027-01-15T19:30", "", "Asia/Kolkata"},
                  });
  CHECK(desk.read("2027-01-15T09:00:00+05:30")->instant == parse_rfc3339("2027-01-15T03:30:00Z"));
}

// POSIX names its zones the other way round, so that nothing but this may ever be made of what people type.
TEST_CASE("GMT+2 and UTC+2 are two hours ahead of UTC") {
  check_all(Desk{},
            std::vector<Understood>{
                {"fri 9am GMT+2", "2026-11-27T08:00", "09:00 UTC+2 is 08:00 Berlin"},
                {"fri 9am UTC+2", "2026-11-27T08:00", "09:00 UTC+2 is 08:00 Berlin"},
                {"fri 9am UTC +2", "2026-11-27T08:00", "09:00 UTC+2 is 08:00 Berlin"},
                {"fri 9am utc+02:00", "2026-11-27T08:00", "UTC+2"},
                {"fri 9am GMT-5", "2026-11-27T15:00", "09:00 UTC-5 is 15:00 Berlin"},
                {"fri 20:00 UTC-5", "2026-11-28T02:00", "20:00 UTC-5 is Sat 28 Nov 02:00 Berlin"},
                {"fri 9am UTC+5:30", "2026-11-27T04:30", "09:00 UTC+5:30 is 04:30 Berlin"},
                {"fri 9am UTC+0530", "2026-11-27T04:30", "UTC+5:30"},
                {"fri 9am UTC+1", "2026-11-27T09:00"},
                {"fri 9am GMT+0", "2026-11-27T10:00", "09:00 UTC is 10:00 Berlin"},
                {"today 23:00 UTC+2", "2026-11-22T22:00", "UTC+2"},
                {"in 2h UTC-5", "2026-11-22T23:40"},
                {"fri 9am UTC-5 Asia/Kolkata", "2026-11-27T19:30", "09:00 UTC-5 is 19:30 Kolkata", "Asia/Kolkata"},
                {"fri 9:00+05:00", "2026-11-27T05:00"},
            });
  check_all(Desk{},
            std::vector<Refused>{
                {"fri 9am UTC+15", "there is no offset `utc+15`", "`UTC-12` to `UTC+14`"},
                {"fri 9am GMT2", "there is no offset `gmt2`", "`UTC+2` for two hours ahead"},
                {"today 21:00 GMT+2", "has passed: it is Sun 22 Nov 2026, 22:40 (UTC+2)", "`tomorrow 21:00 GMT+2`"},
                {"today 21:00 UTC +2", "has passed", "`tomorrow 21:00 UTC +2`"},
                {"UTC+2", "names a time zone and no time", "try"},
            });
}

TEST_CASE("an offset typed behind a time decides what today is") {
  const Desk monday{"2026-11-22T23:30:00Z"};  // Mon 00:30 in Berlin, still Sunday five hours behind UTC
  check_all(monday, std::vector<Understood>{{"today 20:00 UTC-5", "2026-11-23T02:00", "UTC-5"},
                                            {"tomorrow 20:00-05:00", "2026-11-24T02:00"},
                                            {"mon 9am UTC-5", "2026-11-23T15:00", "UTC-5"}});
}

TEST_CASE("a zone that POSIX names is told with the sign people know") {
  const Desk desk;
  const auto when = desk.read("fri 9am Etc/GMT+2");
  REQUIRE(when);
  CHECK(when->instant == parse_rfc3339("2026-11-27T11:00:00Z"));
  CHECK(when->note == "the zone Etc/GMT+2 is UTC-2: these names have the other sign");
  CHECK(say_wall(when->wall, when->zone) == "Fri 27 Nov 2026 09:00 UTC-2");
  const Desk there{kSunday, "Etc/GMT-2"};
  CHECK(say_now(there.now, *there.zone) == "Sun 22 Nov 2026, 22:40 (UTC+2)");
  const auto said = format_time(*parse_rfc3339("2026-11-28T05:30:00Z"), *there.zone);
  CHECK(said == "Sat 28 Nov 2026 07:30 UTC+2");
  CHECK(there.read(said)->instant == parse_rfc3339("2026-11-28T05:30:00Z"));
}

TEST_CASE("months and years are those of the calendar") {
  check_all(Desk{}, std::vector<Understood>{
                        {"in 1 month", "2026-12-22T21:40"},
                        {"in 2 months", "2027-01-22T21:40"},
                        {"+1mo", "2026-12-22T21:40"},
                        {"in 1 month at 9am", "2026-12-22T09:00"},
                        {"in 1 month 2 days", "2026-12-24T21:40"},
                        {"in 1 month 2h", "2026-12-22T23:40"},
                        {"in 1 year", "2027-11-22T21:40"},
                    });
  const Desk last_of_january{"2027-01-31T09:00:00Z"};
  check_all(last_of_january,
            std::vector<Understood>{{"in 1 month", "2027-02-28T10:00", "there is no 31 Feb; taken as Sun 28 Feb"},
                                    {"in 2 months", "2027-03-31T10:00"},
                                    {"in 1 month 9am", "2027-02-28T09:00", "taken as Sun 28 Feb"}});
}

TEST_CASE("what postq says about a time can be typed") {
  const Desk desk;
  for (const auto* at : {"2026-11-28T05:30:00Z", "2027-07-01T05:30:15Z", "2040-02-29T12:00:00Z"}) {
    const auto when = desk.read(format_time(*parse_rfc3339(at), *desk.zone));
    REQUIRE(when);
    CHECK(when->instant == parse_rfc3339(at));
    CHECK(when->note.empty());
  }
  const Desk new_york{kSunday, "America/New_York"};
  CHECK(new_york.read("Sat 28 Nov 2026 06:30 New York")->instant == parse_rfc3339("2026-11-28T11:30:00Z"));
}

TEST_CASE("weekday words mean the next such moment") {
  const Desk friday{"2026-11-27T09:00:00Z"};  // Fri 10:00 in Berlin
  check_all(friday, std::vector<Understood>{
                        {"fri 9am", "2026-12-04T09:00", "09:00 has passed today; taken as Fri 4 Dec"},
                        {"fri 10:00", "2026-12-04T10:00", "has passed today"},
                        {"fri 10:01", "2026-11-27T10:01", "that is today"},
                        {"next fri 11:00", "2026-12-04T11:00", "`fri` is Fri 27 Nov"},
                        {"next fri 9am", "2026-12-04T09:00"},
                        {"next week fri 11:00", "2026-12-04T11:00"},
                        {"next week mon 9am", "2026-11-30T09:00"},
                    });
  const Desk wednesday{"2026-11-25T09:00:00Z"};
  check_all(wednesday,
            std::vector<Understood>{
                {"next fri 9am", "2026-12-04T09:00", "`next fri` is in next week, Fri 4 Dec; `fri` is Fri 27 Nov"},
                {"next mon 9am", "2026-11-30T09:00"},
            });
}

TEST_CASE("a lone date in December may lie in the next year") {
  const Desk december{"2026-12-22T08:00:00Z"};
  check_all(december, std::vector<Understood>{{"3 jan 9am", "2027-01-03T09:00", "taken as 2027"},
                                              {"23 dec 9am", "2026-12-23T09:00"}});
  check_all(december, std::vector<Refused>{{"28 nov 9am", "`28 nov 9am` has passed", "type `2027-11-28 09:00`"}});
  const Desk before_leap_day{"2027-12-22T08:00:00Z"};
  check_all(before_leap_day, std::vector<Understood>{{"29 feb 9am", "2028-02-29T09:00", "taken as 2028"}});
}

TEST_CASE("a time in the past is refused with the next fitting one") {
  check_all(Desk{},
            std::vector<Refused>{
                {"9am", "`9am` has passed: it is Sun 22 Nov 2026, 21:40 (Europe/Berlin)", "type `tomorrow 9am`"},
                {"21:40", "has passed", "type `tomorrow 21:40`"},
                {"noon", "has passed", "type `tomorrow noon`"},
                {"today 18:00", "has passed", "type `tomorrow 18:00`"},
                {"today", "has passed", "type `tomorrow 09:00`"},
                {"today midnight", "has passed", "type `tomorrow midnight`"},
                {"2026-01-15 09:00", "has passed", "type `2027-01-15 09:00`"},
                {"2026-01-15 09:00 America/New_York", "has passed", "type `2027-01-15 09:00 America/New_York`"},
                {"1999-12-24 18:00", "has passed", "type `2026-12-24 18:00`"},
                {"2024-02-29 18:00", "has passed", "type `2028-02-29 18:00`"},
                {"2026-11-22T20:40:00Z", "has passed", "type `tomorrow 20:40 UTC`"},
                {"2026-11-22T20:40:00+01:00", "has passed", "type `tomorrow 20:40 UTC+1`"},
                {"20 nov 9am", "has passed", "type `2027-11-20 09:00`"},
                {"now", "`now` is over", "leave the time away"},
            });
}

TEST_CASE("the next fitting time of a refusal is itself accepted") {
  const Desk desk;
  for (const auto* words : {"9am",
                            "noon",
                            "today 18:00",
                            "2026-01-15 09:00 America/New_York",
                            "2024-02-29 18:00",
                            "2026-11-22T20:40:00Z",
                            "2026-11-22T20:40:00+01:00",
                            "29 feb",
                            "20 nov 9am",
                            "2026-10-25 02:30",
                            "sun 28 nov 9am",
                            "9am z",
                            "2027-02-30 9:00",
                            "21:00 GMT+2",
                            "today 9:00+01:00",
                            "in 5",
                            "22",
                            "tomorrow 9",
                            "28 nov 9",
                            "28 nov 27",
                            "sep",
                            "next month",
                            "next week",
                            "next year",
                            "28/11",
                            "3/4",
                            "14h",
                            "90 min",
                            "3 days ago",
                            "in 5M",
                            "in fri",
                            "fri 14h",
                            "yesterday 9am",
                            "last fri"}) {
    CAPTURE(words);
    const auto when = desk.read(words);
    REQUIRE_FALSE(when);
    const auto& hint = when.error().hint;
    CAPTURE(hint);
    const auto begin = hint.find('`') + 1;
    CHECK(desk.read(hint.substr(begin, hint.find('`', begin) - begin)));
  }
}

TEST_CASE("seconds since 1970 are read as date(1) reads them") {
  const Desk desk;
  const auto when = desk.read("@1796084098");
  REQUIRE(when);
  CHECK(unix_seconds(when->instant) == 1796084098);
  CHECK(when->zone == "Europe/Berlin");

  const auto passed = desk.read("@1795000000");
  REQUIRE_FALSE(passed);
  CHECK(has(passed.error().message, "has passed"));
  for (const auto* const none : {"@", "@-1", "@12x", "@253402300800", "@99999999999999999999"}) {
    CAPTURE(none);
    CHECK_FALSE(desk.read(none));
  }
}

TEST_CASE("a bare number is never a time") {
  check_all(Desk{}, std::vector<Refused>{
                        {"9", "bare number", "`9:00`, `in 9h`"},
                        {"14", "bare number", "`14:00`"},
                        {"1795000000", "bare number", "try `fri 9am`"},  // it has passed
                        {"1796084098", "bare number", "type `@1796084098`"},
                        {"2027", "bare number", "try `fri 9am`"},
                        {"0900", "bare number", "try `fri 9am`"},
                        {"fri 9", "bare number", "`fri 9:00`"},
                        {"28 nov 27", "bare number", "`28 nov 2027`"},
                        {"in 5", "`5` has no unit", "`in 5h`"},
                        {"+5", "`5` has no unit", "`in 5h`"},
                    });
}

TEST_CASE("an impossible date or clock is named") {
  check_all(Desk{}, std::vector<Refused>{
                        {"2027-02-30 9:00", "there is no 2027-02-30: Feb 2027 has 28 days", "2027-02-28"},
                        {"2027-13-01", "there is no 2027-13-01: months go", "try"},
                        {"2027-00-01", "there is no 2027-00-01", "try"},
                        {"2027-01-00", "there is no 2027-01-00: Jan 2027 has 31 days", "2027-01-31"},
                        {"31 nov 9am", "there is no 31 Nov", "try"},
                        {"nov 31 2027 9am", "there is no 2027-11-31", "2027-11-30"},
                        {"29 feb 9am", "there is no 29 Feb in 2026", "`2028-02-29 09:00`"},
                        {"30.2. 9:00", "there is no 30 Feb", "try"},
                        {"1.13. 9:00", "there is no month 13", "try"},
                        {"fri 28 nov 2026 9am", "28 Nov 2026 is a Sat, not a Fri", "`Sat 28 Nov 2026`"},
                        {"fri 28 nov 9am", "28 Nov 2026 is a Sat", "Sat 28 Nov"},
                        {"25:00", "there is no `25:00`", "0:00 to 23:59"},
                        {"fri 24:00", "there is no `24:00`", "`0:00` of the next"},
                        {"23:59:60", "there is no `23:59:60`", "seconds go"},
                        {"12:60", "there is no `12:60`", "0:00 to 23:59"},
                        {"13pm", "there is no `13pm`", "`13:00`"},
                        {"0am", "there is no `0am`", "`0:00`"},
                        {"99am", "there is no `99am`", "1am to 12pm"},
                    });
}

TEST_CASE("what can't be read is refused with examples") {
  check_all(Desk{}, std::vector<Refused>{
                        {"", "the time is empty", "try `fri 9am`, `tomorrow 14:30`, `2027-01-15 09:00` or `in 2h`"},
                        {" , ", "the time is empty", "try `fri 9am`"},
                        {"soon", "can't read `soon` as a time or a time zone", "try `fri 9am`"},
                        {"at", "names no time", "try"},
                        {"fri soon 9am", "can't read `soon`", "try"},
                        {"tomorrow fri", "can't read `fri`", "try"},
                        {"9am 10am", "can't read `10am`", "try"},
                        {"nov", "`nov` is a month without a day", "`2026-11-23`"},
                        {"fri 14h", "can't read `14h`", "type `fri 14:00`"},
                        {"fri 14h Asia/Kolkata", "can't read `14h`", "type `fri 14:00 Asia/Kolkata`"},
                        {"tonight", "can't read `tonight`", "type `today 20:00`"},
                        {"14h", "is a length of time: from when on?", "type `in 14h`, or `14:00` for the clock"},
                        {"3 days", "is a length of time", "type `in 3 days`"},
                        {"3 days ago", "has passed", "type `tomorrow 09:00`"},
                        {"yesterday", "has passed", "type `tomorrow 09:00`"},
                        {"last fri 9am", "has passed", "type `fri 9am`"},
                        {"in 5M", "`5M` could be minutes or months", "`in 5min` or `in 5mo`"},
                        {"next year", "`next year` names no day", "`2027-01-01` for its first day, or `in 1 year`"},
                        {"next week", "`next week` names no day", "next week mon"},
                        {"next month", "`next month` names no day", "`2026-12-01` for its first day, or `in 1 month`"},
                        {"this week", "can't read `this`", "try"},
                        {"28/11 9am", "can only be 28 Nov, but days are not read with slashes", "type `28 Nov 9am`"},
                        {"12/25 9am", "can only be 25 Dec", "type `25 Dec 9am`"},
                        {"13/45 9am", "`13/45` is no date", "try `fri 9am`"},
                        {"3/4 9am", "day/month or month/day", "type `3 Apr 9am` or `4 Mar 9am`"},
                        {"11/28/2026", "can only be 2026-11-28", "type `2026-11-28`"},
                        {"28.11 9am", "can't read `28.11`", "try"},
                        {"9:5", "can't read `9:5`", "try"},
                        {"9:00:0", "can't read `9:00:0`", "try"},
                        {"-3d", "can't read `-3d`", "try"},
                        {"in", "the length of time is missing", "`in 90m`"},
                        {"in soon", "can't read `soon`", "try"},
                        {"in fri", "`fri` is not a length of time", "`in 90m`"},
                        {"in 2h 9am", "can't read `9am`", "try"},
                        {"+3d 14:30z", "can't read `14:30z`", "try"},
                        {"in 0h", "can't be zero", "`in 90m`"},
                        {"in 999999999w", "over a hundred years", "`in 90m`"},
                        {"UTC", "names a time zone and no time", "try"},
                        {"fri 9am Europe/Berln", "no time zone is called `Europe/Berln`", "try `Europe/Berlin`"},
                        {"fri 9am kolkata", "can't read `kolkata` as a time or a time zone", "try `Asia/Kolkata`"},
                        {"fri 9am PST", "can't read `PST`", "`Europe/Berlin`"},
                        {"10000-01-01 9:00", "can't read `10000-01-01`", "try"},
                        {"\x1b[31mfri", "can't read `\\x1b[31mfri`", "try"},
                    });
}

TEST_CASE("words from far too far ahead are refused") {
  const Desk last_day{"9999-12-31T12:00:00Z", "UTC"};
  check_all(last_day, std::vector<Refused>{{"tomorrow 9am", "beyond the year 9999", "try"},
                                           {"in 20h", "beyond the year 9999", "try"},
                                           {"+3d", "beyond the year 9999", "try"}});
}

TEST_CASE("a skipped time moves forward and says so") {
  check_all(Desk{}, std::vector<Understood>{
                        {"2027-03-28 02:30", "2027-03-28T03:30",
                         "02:30 does not exist on Sun 28 Mar (the clock goes forward); taken as 03:30"},
                        {"2027-03-28 01:59", "2027-03-28T01:59"},
                        {"2027-03-28 03:00", "2027-03-28T03:00"},
                        {"2050-03-27 02:00", "2050-03-27T03:00", "taken as 03:00"},
                    });
  const Desk lord_howe{kSunday, "Australia/Lord_Howe"};  // by half an hour, from 02:00
  check_all(lord_howe,
            std::vector<Understood>{{"2027-10-03 02:15", "2027-10-03T02:45", "taken as 02:45", "Australia/Lord_Howe"},
                                    {"2027-10-03 02:30", "2027-10-03T02:30", "", "Australia/Lord_Howe"}});
  const Desk apia{"2011-12-29T20:00:00Z", "Pacific/Apia"};  // a whole day
  check_all(apia,
            std::vector<Understood>{{"tomorrow 12:00", "2011-12-31T12:00", "taken as Sat 31 Dec 12:00", "Pacific/Apia"},
                                    {"+1d", "2011-12-31T10:00", "10:00 does not exist on Fri 30 Dec", "Pacific/Apia"},
                                    {"in 24h", "2011-12-31T10:00", "", "Pacific/Apia"}});
}

TEST_CASE("a repeated time takes the first and says how to get the second") {
  const Desk desk;
  check_all(desk, std::vector<Understood>{{"2027-10-31 02:30", "2027-10-31T02:30",
                                           "02:30 comes twice on Sun 31 Oct (the clock goes back); taken as the "
                                           "first; the second is `2027-10-31 01:30 UTC`"},
                                          {"2027-10-31 03:00", "2027-10-31T03:00"},
                                          {"2027-10-31 01:59", "2027-10-31T01:59"}});
  CHECK(desk.read("2027-10-31 02:30")->instant == parse_rfc3339("2027-10-31T00:30:00Z"));
  CHECK(desk.read("2027-10-31 01:30 UTC")->instant == parse_rfc3339("2027-10-31T01:30:00Z"));
  const Desk lord_howe{kSunday, "Australia/Lord_Howe"};
  CHECK(has(lord_howe.read("2027-04-04 01:45")->note, "comes twice"));
}

TEST_CASE("the second of a repeated time is kept in UTC, which tells it apart") {
  const Desk desk;
  check_all(desk, std::vector<Understood>{
                      {"2027-10-31T02:30:00+01:00", "2027-10-31T01:30", "taken as the second, and kept in UTC", "UTC"},
                      {"2027-10-31T02:30:00+02:00", "2027-10-31T02:30"}});
  const Desk during{"2026-10-25T00:15:00Z"};
  check_all(during, std::vector<Understood>{{"in 1h", "2026-10-25T01:15", "kept in UTC", "UTC"}});
}

TEST_CASE("days are counted on the calendar and hours on the clock that never jumps") {
  const Desk eve{"2026-03-28T12:00:00Z"};  // Sat 13:00 in Berlin, the clocks go forward on Sunday
  check_all(eve, std::vector<Understood>{
                     {"+1d", "2026-03-29T13:00"}, {"in 24h", "2026-03-29T14:00"}, {"in 1d 1h", "2026-03-29T14:00"}});
}

TEST_CASE("a length of time ends on a whole minute unless it names seconds") {
  const Desk desk{"2026-11-22T20:40:17Z"};
  check_all(desk, std::vector<Understood>{{"in 2h", "2026-11-22T23:41"}, {"+3d", "2026-11-25T21:41"}});
  CHECK(desk.read("in 90 s")->instant == desk.now + 90s);
}

TEST_CASE("the last words are read in every zone's own today") {
  const Desk kolkata{"2026-11-22T20:40:00Z", "Asia/Kolkata"};  // already Mon 02:10 there
  check_all(kolkata,
            std::vector<Understood>{{"today 9am", "2026-11-23T09:00", "", "Asia/Kolkata"},
                                    {"tomorrow 9am", "2026-11-24T09:00", "", "Asia/Kolkata"},
                                    {"mon 9am", "2026-11-23T09:00", "that is today", "Asia/Kolkata"},
                                    {"today 16:00 America/New_York", "2026-11-22T16:00", "", "America/New_York"}});
}

TEST_CASE("a Z at the clock decides what today is, wherever it stands") {
  const Desk monday{"2026-11-22T23:30:00Z"};  // Mon 00:30 in Berlin, still Sunday in UTC
  check_all(monday, std::vector<Understood>{{"today 23:45z", "2026-11-22T23:45", "", "UTC"},
                                            {"tomorrow 14:30z", "2026-11-23T14:30", "", "UTC"},
                                            {"14:30z tomorrow", "2026-11-23T14:30", "", "UTC"},
                                            {"tomorrow 14:30", "2026-11-24T14:30"}});
  check_all(monday,
            std::vector<Understood>{{"14:30z tomorrow America/New_York", "2026-11-23T09:30", "", "America/New_York"}});
}

TEST_CASE("a length of time is read") {
  const std::vector<std::pair<std::string, Seconds>> table = {
      {"14d", 14 * 24h},      {"90m", 90min}, {"2h30m", 150min},     {"1w", 7 * 24h},         {"45s", 45s},
      {"2 h 30 min", 150min}, {"1 day", 24h}, {"3 WEEKS", 21 * 24h}, {" 10 minutes ", 10min}, {"36525d", 36525 * 24h}};
  for (const auto& [words, length] : table) {
    CAPTURE(words);
    CHECK(parse_duration(words) == length);
  }
  CHECK(has(parse_duration("1 year 2 months 3d").error().hint, "`428d`"));
  for (const auto* words : {"", "14", "d", "0d", "0h0m", "-3d", "+3d", "1.5h", "2x", "2h 3", "2h fri", "2 months",
                            "36526d", "9999999999d", "999999999w", "99999999999999999999s", "36525d36525d", "1h 9am"}) {
    CAPTURE(words);
    const auto length = parse_duration(words);
    REQUIRE_FALSE(length);
    CHECK(length.error().kind == ErrorKind::usage);
    CHECK(has(length.error().hint, "`"));
  }
}

TEST_CASE("time words survive every byte and keep their promises") {
  const Desk desk;
  CHECK(rc::check("parse_when takes any bytes", [&](const std::string& bytes) {
    const auto when = desk.read(bytes);
    if (when) RC_ASSERT(is_sound(*when, desk));
    (void)parse_duration(bytes);
    (void)parse_daily_hours(bytes);
  }));

  const std::vector<std::string> vocabulary = {"fri",
                                               "next",
                                               "week",
                                               "mon",
                                               "this",
                                               "tomorrow",
                                               "today",
                                               "at",
                                               "on",
                                               "in",
                                               "+",
                                               "2h",
                                               "90",
                                               "min",
                                               "3d",
                                               "9am",
                                               "9",
                                               "am",
                                               "14:30",
                                               "noon",
                                               "of",
                                               "midnight",
                                               "28",
                                               "nov",
                                               "2027",
                                               "28.11.",
                                               "2027-03-28",
                                               "02:30",
                                               "25:00",
                                               "UTC",
                                               "Europe/Berlin",
                                               "z",
                                               "+01:00",
                                               "29",
                                               "feb",
                                               "2027-10-31t02:30:00+01:00",
                                               "now",
                                               "berlin",
                                               ",",
                                               "1w",
                                               "sun",
                                               "Asia/Kolkata"};
  CHECK(rc::check("parse_when takes its words in any order", [&] {
    const auto count = *rc::gen::inRange(1, 6);
    std::string words;
    for (int i = 0; i < count; ++i) words += *rc::gen::elementOf(vocabulary) + " ";
    const auto when = desk.read(words);
    if (when) {
      RC_ASSERT(is_sound(*when, desk));
    } else {
      RC_ASSERT(when.error().kind == ErrorKind::usage);
      RC_ASSERT(!when.error().hint.empty());
    }
  }));
}

TEST_CASE("a wall time that was typed in full comes back in every zone") {
  const Desk desk;
  for (const auto* name :
       {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"}) {
    CHECK(rc::check("the instant of a date and time is the zone's", [&] {
      const Zone& zone = **desk.zones->find(name);
      const auto at = time_point(*rc::gen::inRange<std::int64_t>(29828160, 4223000000 / 60) * 60);
      const auto wall = format_wall(zone.wall(at)).substr(0, 16);
      const auto when = desk.read(wall + " " + name);
      if (at <= desk.now) return;
      RC_ASSERT(when);
      RC_ASSERT(when->wall == zone.wall(at));
      RC_ASSERT(when->instant == zone.resolve(when->wall).instant);
    }));
  }
}
