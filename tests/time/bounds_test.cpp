#include <string>
#include <vector>

#include <postq/time/bounds.h>
#include <postq/time/days.h>

#include "support/catch.h"
#include "system/zones/zones.h"

using namespace postq;

namespace {

struct BoundsDesk {
  std::unique_ptr<Zones> zones = make_zones();
  TimePoint now;
  const Zone* zone = *zones->find("Europe/Berlin");

  explicit BoundsDesk(std::string_view at) : now(*parse_rfc3339(at)) {}

  Result<Bounds> read(const BoundWords& words, Toward toward) const {
    return read_bounds(words, toward, {now, *zone, [this](std::string_view name) { return zones->find(name); }});
  }
  std::string said(const std::optional<TimePoint>& at) const {
    return at ? format_wall(zone->wall(*at)).substr(0, 16) : "";
  }
};

// Wed 25 Nov 2026, 13:00 in Berlin.
const BoundsDesk& wednesday() {
  static const BoundsDesk desk{"2026-11-25T12:00:00Z"};
  return desk;
}

struct Row {
  BoundWords words;
  std::string from;  // the first instant, and the first behind the end
  std::string end;
};

void check_all(const BoundsDesk& desk, Toward toward, const std::vector<Row>& table) {
  for (const auto& row : table) {
    CAPTURE(row.words.from);
    CAPTURE(row.words.until);
    const auto bounds = desk.read(row.words, toward);
    if (!bounds) FAIL(bounds.error().message);
    CHECK(desk.said(bounds->from) == row.from);
    CHECK(desk.said(bounds->end) == row.end);
  }
}

}  // namespace

TEST_CASE("a weekday is today on that day, looking ahead and back") {
  for (const auto toward : {Toward::future, Toward::past}) {
    check_all(wednesday(), toward,
              {{{"wed", ""}, "2026-11-25T00:00", ""},
               {{"", "wed"}, "", "2026-11-26T00:00"},
               {{"wed", "wed"}, "2026-11-25T00:00", "2026-11-26T00:00"},
               {{"today", "today"}, "2026-11-25T00:00", "2026-11-26T00:00"}});
  }
}

TEST_CASE("looking ahead, a weekday is the coming one and a date the nearest") {
  check_all(wednesday(), Toward::future,
            {{{"mon", ""}, "2026-11-30T00:00", ""},
             {{"mon", "fri"}, "2026-11-30T00:00", "2026-12-05T00:00"},
             {{"fri", "mon"}, "2026-11-27T00:00", "2026-12-01T00:00"},
             {{"1 nov", "14 nov"}, "2026-11-01T00:00", "2026-11-15T00:00"},
             {{"1 jan", ""}, "2027-01-01T00:00", ""},
             {{"20 dec", "10 jan"}, "2026-12-20T00:00", "2027-01-11T00:00"},
             {{"yesterday", "tomorrow"}, "2026-11-24T00:00", "2026-11-27T00:00"},
             {{"wed 9am", "wed 18:00"}, "2026-11-25T09:00", "2026-11-25T18:00"},
             {{"9am", "17:00"}, "2026-11-25T09:00", "2026-11-25T17:00"},
             {{"in 2 days", "in 1 month"}, "2026-11-27T13:00", "2026-12-25T13:00"},
             {{"2 days ago", ""}, "2026-11-23T13:00", ""},
             {{"now", ""}, "2026-11-25T13:00", ""},
             {{"next week mon", ""}, "2026-11-30T00:00", ""},
             {{"2020-02-03", ""}, "2020-02-03T00:00", ""}});
}

TEST_CASE("looking back, a weekday is the last one and a date too") {
  check_all(wednesday(), Toward::past,
            {{{"mon", ""}, "2026-11-23T00:00", ""},
             {{"fri", ""}, "2026-11-20T00:00", ""},
             {{"last wed", ""}, "2026-11-18T00:00", ""},
             {{"last mon", ""}, "2026-11-23T00:00", ""},
             {{"", "fri"}, "", "2026-11-21T00:00"},
             {{"mon", "fri"}, "2026-11-23T00:00", "2026-11-28T00:00"},
             {{"fri", "mon"}, "2026-11-20T00:00", "2026-11-24T00:00"},
             {{"1 nov", "30 nov"}, "2026-11-01T00:00", "2026-12-01T00:00"},
             {{"1 dec", ""}, "2025-12-01T00:00", ""},
             {{"29 feb", ""}, "2024-02-29T00:00", ""},
             {{"wed 18:00", ""}, "2026-11-18T18:00", ""},
             {{"wed 9am", ""}, "2026-11-25T09:00", ""},
             {{"18:00", ""}, "2026-11-24T18:00", ""},
             {{"7d", ""}, "2026-11-18T13:00", ""},
             {{"24h", ""}, "2026-11-24T13:00", ""},
             {{"1 month", ""}, "2026-10-25T13:00", ""},
             {{"", "7d"}, "", "2026-11-18T13:00"},
             {{"yesterday", "yesterday"}, "2026-11-24T00:00", "2026-11-25T00:00"}});
}

TEST_CASE("the day that ends a range belongs to it, also where clocks change") {
  const BoundsDesk sunday{"2026-10-25T12:00:00Z"};  // the day of 25 hours
  const auto bounds = sunday.read({"today", "today"}, Toward::future);
  REQUIRE(bounds);
  CHECK(*bounds->end - *bounds->from == std::chrono::hours{25});
  const auto moment = wednesday().read({"", "14:00"}, Toward::future);
  REQUIRE(moment);
  CHECK(*moment->end == *parse_rfc3339("2026-11-25T13:00:01Z"));
}

TEST_CASE("a bound that can't be meant is refused with examples") {
  const auto refused = [](const BoundWords& words, Toward toward, std::string_view message) {
    const auto bounds = wednesday().read(words, toward);
    REQUIRE_FALSE(bounds);
    CAPTURE(bounds.error().message);
    CHECK(bounds.error().kind == ErrorKind::usage);
    CHECK(bounds.error().message.find(message) != std::string::npos);
    CHECK_FALSE(bounds.error().hint.empty());
  };
  refused({"tomorrow", ""}, Toward::past, "`tomorrow` lies ahead");
  refused({"in 2h", ""}, Toward::past, "`in 2h` lies ahead");
  refused({"2027-01-01", ""}, Toward::past, "lies ahead");
  refused({"2026-11-20", "2026-11-19"}, Toward::future,
          "`2026-11-20` (Fri 00:00) comes after `2026-11-19` (Thu 23:59:59)");
  refused({"7d", ""}, Toward::future, "`7d` could lie ahead or back");
  refused({"xyzzy", ""}, Toward::future, "can't read `xyzzy`");
  refused({"", "31 nov"}, Toward::past, "there is no 31 Nov");
  refused({"tue 23 nov", ""}, Toward::past, "23 Nov 2026 is a Mon, not a Tue");
}
