#include <rapidcheck.h>

#include <postq/time/days.h>

#include "support/catch.h"
#include "system/zones/zones.h"

using namespace postq;

namespace {

const Zone& zone(const std::string& name) {
  static const auto zones = make_zones();
  const auto found = zones->find(name);
  REQUIRE(found);
  return **found;
}

TimePoint at(std::string_view text) {
  return *parse_rfc3339(text);
}

}  // namespace

TEST_CASE("a range falls into the calendar days of the zone, whole ones") {
  const auto& berlin = zone("Europe/Berlin");

  const auto days = calendar_days({at("2026-11-20T12:00:00Z"), at("2026-11-22T00:00:00Z")}, berlin);

  REQUIRE(days.size() == 3);
  CHECK(days[0].from == at("2026-11-19T23:00:00Z"));
  CHECK(days[2].to == at("2026-11-22T23:00:00Z"));
  CHECK(format_date(days[0].from, berlin) == "2026-11-20");
  CHECK(say_day(days[0].from, berlin) == "Fri 20 Nov");
  CHECK(calendar_days({days[1].from, days[1].to}, berlin).size() == 1);
  CHECK(calendar_days({days[1].from, days[1].from}, berlin).empty());
}

TEST_CASE("the days on which clocks change are 23 and 25 hours long") {
  const auto& berlin = zone("Europe/Berlin");

  const auto spring = calendar_days({at("2026-03-29T06:00:00Z"), at("2026-03-29T07:00:00Z")}, berlin).front();
  const auto autumn = calendar_days({at("2026-10-25T06:00:00Z"), at("2026-10-25T07:00:00Z")}, berlin).front();

  CHECK(spring.to - spring.from == std::chrono::hours{23});
  CHECK(autumn.to - autumn.from == std::chrono::hours{25});
  CHECK(start_of_day(autumn.from, 1, berlin) == autumn.to);
  CHECK(start_of_day(at("2026-10-26T06:00:00Z"), -1, berlin) == autumn.from);
}

TEST_CASE("the days of a range follow each other without a gap, each with a date of its own") {
  CHECK(rc::check("any range, also where clocks go back across midnight", [] {
    const auto& here =
        zone(*rc::gen::element<std::string>("UTC", "Europe/Berlin", "America/Havana", "Asia/Beirut",
                                            "America/Sao_Paulo", "Pacific/Apia", "America/Scoresbysund"));
    const auto from = time_point(*rc::gen::inRange<std::int64_t>(0, 2'000'000'000));
    const TimeRange range{from, from + std::chrono::seconds{*rc::gen::inRange(1, 40 * 86400)}};

    const auto days = calendar_days(range, here);

    RC_ASSERT(days.front().from <= range.from);
    RC_ASSERT(days.front().to > range.from);
    RC_ASSERT(days.back().to >= range.to);
    RC_ASSERT(days.back().from < range.to);
    for (std::size_t i = 1; i < days.size(); ++i) {
      RC_ASSERT(days[i].from == days[i - 1].to);
      RC_ASSERT(format_date(days[i].from, here) > format_date(days[i - 1].from, here));
    }
  }));
}
