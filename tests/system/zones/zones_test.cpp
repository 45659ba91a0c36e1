#include "system/zones/zones.h"

#include <stdlib.h>
#include <time.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include <postq/time/time.h>

#include "support/catch.h"
#include "system/zones/zone_names.h"

using namespace postq;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// Sets a variable of the environment, or takes it away, until the end of the test.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* const before = ::getenv(name)) before_ = before;
    set(value);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() { set(before_ ? before_->c_str() : nullptr); }

  void set(const char* value) const {
    if (value != nullptr) {
      ::setenv(name_, value, 1);
    } else {
      ::unsetenv(name_);
    }
    ::tzset();
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

// A folder of its own for each test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "postq-zones-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream{path_ / name, std::ios::binary} << text;
  }
  void copy_zone(const std::string& from, const std::string& to) const {
    fs::create_directories((path_ / to).parent_path());
    fs::copy_file("/usr/share/zoneinfo/" + from, path_ / to);
  }

 private:
  fs::path path_;
};

TimePoint instant(std::string_view text) {
  return *parse_rfc3339(text);
}

// What libc says, with TZ set to the zone.
struct Libc {
  static struct tm at(TimePoint when) {
    const auto seconds = unix_seconds(when);
    struct tm fields {};
    REQUIRE(::localtime_r(&seconds, &fields) != nullptr);
    return fields;
  }
  static Seconds offset(TimePoint when) { return Seconds{at(when).tm_gmtoff}; }
  static WallTime wall(TimePoint when) {
    const auto fields = at(when);
    const auto date = std::chrono::local_days{std::chrono::year{fields.tm_year + 1900} /
                                              std::chrono::month{static_cast<unsigned>(fields.tm_mon + 1)} /
                                              std::chrono::day{static_cast<unsigned>(fields.tm_mday)}};
    return date + std::chrono::hours{fields.tm_hour} + std::chrono::minutes{fields.tm_min} + Seconds{fields.tm_sec};
  }
};

// The instants at which the zone's offset changes in these years, found by its own answers at every tenth day.
std::vector<TimePoint> changes(const Zone& zone, TimePoint from, TimePoint to) {
  std::vector<TimePoint> found;
  const auto step = 240h;
  for (auto at = from; at < to; at += step) {
    if (zone.offset(at) == zone.offset(at + step)) continue;
    auto before = at;
    auto after = at + step;
    while (after - before > 1s) {
      const auto middle = before + (after - before) / 2;
      (zone.offset(middle) == zone.offset(at) ? before : after) = middle;
    }
    found.push_back(after);
  }
  return found;
}

}  // namespace

TEST_CASE("a zone tells wall time, offset and abbreviation") {
  const auto zones = make_zones();
  const Zone& berlin = **zones->find("Europe/Berlin");

  CHECK(berlin.name() == "Europe/Berlin");
  CHECK(format_wall(berlin.wall(instant("2026-11-22T20:40:00Z"))) == "2026-11-22T21:40:00");
  CHECK(berlin.offset(instant("2026-11-22T20:40:00Z")) == 1h);
  CHECK(berlin.abbreviation(instant("2026-11-22T20:40:00Z")) == "CET");
  CHECK(berlin.offset(instant("2026-07-22T20:40:00Z")) == 2h);
  CHECK(berlin.abbreviation(instant("2026-07-22T20:40:00Z")) == "CEST");
}

TEST_CASE("summer time goes on after 2037") {
  const auto zones = make_zones();
  CHECK((*zones->find("Europe/Berlin"))->offset(instant("2038-07-01T00:00:00Z")) == 2h);
  CHECK((*zones->find("Europe/Berlin"))->offset(instant("2099-01-01T00:00:00Z")) == 1h);
  CHECK((*zones->find("America/New_York"))->offset(instant("2077-07-01T00:00:00Z")) == -4h);
  CHECK((*zones->find("Australia/Lord_Howe"))->offset(instant("2077-01-01T00:00:00Z")) == 11h);
  CHECK((*zones->find("Asia/Kolkata"))->offset(instant("2077-07-01T00:00:00Z")) == 5h + 30min);
}

TEST_CASE("skipped and repeated wall times are told apart") {
  const auto zones = make_zones();
  struct Row {
    const char* zone;
    const char* wall;
    ResolvedWall::Kind kind;
    const char* instant;
    const char* second;
  };
  using Kind = ResolvedWall::Kind;
  const std::vector<Row> table = {
      {"Europe/Berlin", "2027-03-28T01:59:59", Kind::unique, "2027-03-28T00:59:59Z", "2027-03-28T00:59:59Z"},
      {"Europe/Berlin", "2027-03-28T02:00:00", Kind::skipped, "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z"},
      {"Europe/Berlin", "2027-03-28T02:30:00", Kind::skipped, "2027-03-28T01:30:00Z", "2027-03-28T01:30:00Z"},
      {"Europe/Berlin", "2027-03-28T03:00:00", Kind::unique, "2027-03-28T01:00:00Z", "2027-03-28T01:00:00Z"},
      {"Europe/Berlin", "2027-10-31T02:30:00", Kind::repeated, "2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"},
      {"Europe/Berlin", "2027-10-31T03:00:00", Kind::unique, "2027-10-31T02:00:00Z", "2027-10-31T02:00:00Z"},
      {"America/New_York", "2040-03-11T02:30:00", Kind::skipped, "2040-03-11T07:30:00Z", "2040-03-11T07:30:00Z"},
      {"America/New_York", "2040-11-04T01:30:00", Kind::repeated, "2040-11-04T05:30:00Z", "2040-11-04T06:30:00Z"},
      {"Australia/Lord_Howe", "2027-10-03T02:15:00", Kind::skipped, "2027-10-02T15:45:00Z", "2027-10-02T15:45:00Z"},
      {"Australia/Lord_Howe", "2027-04-04T01:45:00", Kind::repeated, "2027-04-03T14:45:00Z", "2027-04-03T15:15:00Z"},
      {"Pacific/Apia", "2011-12-30T12:00:00", Kind::skipped, "2011-12-30T22:00:00Z", "2011-12-30T22:00:00Z"},
      {"Asia/Kolkata", "2027-03-28T02:30:00", Kind::unique, "2027-03-27T21:00:00Z", "2027-03-27T21:00:00Z"},
      {"UTC", "2027-03-28T02:30:00", Kind::unique, "2027-03-28T02:30:00Z", "2027-03-28T02:30:00Z"},
  };
  for (const auto& row : table) {
    CAPTURE(row.zone, row.wall);
    const auto resolved = (*zones->find(row.zone))->resolve(*parse_wall(row.wall));
    CHECK(resolved.kind == row.kind);
    CHECK(format_rfc3339(resolved.instant) == row.instant);
    CHECK(format_rfc3339(resolved.second) == row.second);
  }
}

TEST_CASE("every zone agrees with libc, also after 2037") {
  const auto zones = make_zones();
  const auto names = list_zone_names();
  REQUIRE(names.size() > 500);
  for (const auto& name : names) {
    CAPTURE(name);
    const Environment libc_zone{"TZ", (":" + name).c_str()};
    const auto found = zones->find(name);
    REQUIRE(found);
    const Zone& zone = **found;
    const auto differs = [&](TimePoint at) {
      return zone.wall(at) != Libc::wall(at) || zone.offset(at) != Libc::offset(at);
    };
    const bool agrees = rc::check([&] {
      const auto at = time_point(*rc::gen::inRange<std::int64_t>(-2208988800, 13569465600));  // 1900 to 2400
      RC_ASSERT(!differs(at));
      const auto resolved = zone.resolve(zone.wall(at));
      RC_ASSERT(resolved.instant == at || (resolved.kind == ResolvedWall::Kind::repeated && resolved.second == at));
    });
    CHECK(agrees);
  }
}

TEST_CASE("every zone resolves the wall times around its clock changes as libc shows them") {
  const auto zones = make_zones();
  std::size_t seen = 0;
  for (const auto& name : list_zone_names()) {
    const Environment libc_zone{"TZ", (":" + name).c_str()};
    const Zone& zone = **zones->find(name);
    std::string wrong;
    for (const auto change : changes(zone, instant("2026-01-01T00:00:00Z"), instant("2042-01-01T00:00:00Z"))) {
      ++seen;
      const auto before = Libc::offset(change - 1s);
      const auto after = Libc::offset(change);
      for (auto wall = zone.wall(change) - 150min; wall < zone.wall(change) + 150min; wall += 15min) {
        const TimePoint early{wall.time_since_epoch() - before};
        const TimePoint late{wall.time_since_epoch() - after};
        const bool shown_before = Libc::wall(early) == wall;
        const bool shown_after = Libc::wall(late) == wall && late != early;
        const auto resolved = zone.resolve(wall);
        const bool right =
            shown_before && shown_after
                ? resolved.kind == ResolvedWall::Kind::repeated && resolved.instant == early && resolved.second == late
            : shown_before || shown_after
                ? resolved.kind == ResolvedWall::Kind::unique && resolved.instant == (shown_before ? early : late)
                : resolved.kind == ResolvedWall::Kind::skipped && resolved.instant == early &&
                      Libc::wall(resolved.instant) == wall + (after - before);
        if (!right) wrong = format_wall(wall);
      }
    }
    CAPTURE(name, wrong);
    CHECK(wrong.empty());
  }
  CHECK(seen > 1000);
}

TEST_CASE("a zone is loaded once and found in any case") {
  const auto zones = make_zones();
  const auto* const berlin = *zones->find("Europe/Berlin");
  CHECK(*zones->find("Europe/Berlin") == berlin);
  CHECK(*zones->find("europe/BERLIN") == berlin);
  CHECK((*zones->find("america/new york"))->name() == "America/New_York");
}

TEST_CASE("a name that is no zone is refused with the likely one") {
  const auto zones = make_zones();
  struct Row {
    const char* name;
    const char* hint;
  };
  for (const auto& row : std::vector<Row>{{"Europe/Berln", "try `Europe/Berlin`"},
                                          {"Europa/Berlin", "try `Europe/Berlin`"},
                                          {"Berlin", "try `Europe/Berlin`"},
                                          {"berln", "try `Europe/Berlin`"},
                                          {"new york", "try `America/New_York`"},
                                          {"Asia/Kolkatta", "try `Asia/Kolkata`"},
                                          {"PST", "a zone is written like `Europe/Berlin` or `UTC`"},
                                          {"month", "a zone is written like `Europe/Berlin` or `UTC`"},
                                          {"Mars/Olympus", "a zone is written like `Europe/Berlin` or `UTC`"}}) {
    CAPTURE(row.name);
    const auto zone = zones->find(row.name);
    REQUIRE_FALSE(zone);
    CHECK(zone.error().kind == ErrorKind::usage);
    CHECK(zone.error().message == "no time zone is called `" + std::string{row.name} + "`");
    CHECK(zone.error().hint == row.hint);
  }
}

TEST_CASE("a name never leads out of the zone folder or to a file that is no zone") {
  const auto zones = make_zones();
  for (const std::string name : {"",
                                 "/",
                                 ".",
                                 "..",
                                 "../zoneinfo/Europe/Paris",
                                 "/usr/share/zoneinfo/Europe/Paris",
                                 "Europe",
                                 "Europe/",
                                 "right/Europe/Paris",
                                 "posix/Europe/Paris",
                                 "localtime",
                                 "posixrules",
                                 "Factory",
                                 "file:Europe/Paris",
                                 "libc:localtime",
                                 "Fixed/UTC+05:30:00",
                                 "tzdata.zi",
                                 "leapseconds",
                                 "-Europe",
                                 "Europe/Paris\n"}) {
    CAPTURE(name);
    CHECK_FALSE(zones->find(name));
  }
  CHECK_FALSE(zones->find(std::string(100000, 'x')));
  CHECK_FALSE(zones->find(std::string("Europe/Paris\0", 13)));
  CHECK(rc::check("any bytes are a zone or an error with a hint", [&](const std::string& bytes) {
    const auto zone = zones->find(bytes);
    if (!zone) RC_ASSERT(!zone.error().hint.empty());
  }));
}

TEST_CASE("UTC has many names, needs no data and is called UTC") {
  const Folder empty;
  const Environment folder{"TZDIR", empty.path().c_str()};
  const auto zones = make_zones();
  for (const auto* name : {"UTC", "utc", "Z", "z", "Etc/UTC", "Zulu"}) {
    CAPTURE(name);
    REQUIRE(zones->find(name));
    CHECK((*zones->find(name))->name() == "UTC");
    CHECK((*zones->find(name))->offset(instant("2026-07-01T00:00:00Z")) == 0s);
  }
}

TEST_CASE("without zone data a zone is an error that says so, never UTC") {
  const Folder empty;
  const Environment folder{"TZDIR", empty.path().c_str()};
  const auto zone = make_zones()->find("Europe/Berlin");

  REQUIRE_FALSE(zone);
  CHECK(zone.error().kind == ErrorKind::usage);
  CHECK(zone.error().message == "no data for the time zone `Europe/Berlin`: " + empty.path() + " has no time zones");
  CHECK(zone.error().hint == "install the package tzdata, unset TZDIR, or use `UTC`");
}

TEST_CASE("zone data in another folder is used") {
  const Folder folder;
  folder.copy_zone("Asia/Kolkata", "Test/Harbour");
  folder.write("zone1970.tab", "# a table\nXX\t+0000+00000\tTest/Harbour\tcomment\n");
  const Environment tzdir{"TZDIR", folder.path().c_str()};
  const auto zones = make_zones();

  REQUIRE(zones->find("Test/Harbour"));
  CHECK((*zones->find("Test/Harbour"))->offset(instant("2026-07-01T00:00:00Z")) == 5h + 30min);
  CHECK(zones->find("test/harbour"));
  CHECK(zones->find("Test/Harbor").error().hint == "try `Test/Harbour`");
  CHECK(zones->find("Europe/Berlin").error().message == "no time zone is called `Europe/Berlin`");
}

TEST_CASE("zone data that is damaged is an error") {
  const Folder folder;
  folder.write("Test/Broken", "TZif2 and then rubbish");
  folder.write("Test/Empty", "");
  const Environment tzdir{"TZDIR", folder.path().c_str()};
  const auto zones = make_zones();
  for (const std::string name : {"Test/Broken", "Test/Empty"}) {
    const auto zone = zones->find(name);
    REQUIRE_FALSE(zone);
    CHECK(zone.error().message == "the data of the time zone " + name + " in " + folder.path() + " can't be read");
  }
}

TEST_CASE("the machine's zone is TZ, else what its files say, else UTC") {
  const Folder folder;
  fs::create_symlink("/usr/share/zoneinfo/America/New_York", folder / "link");
  fs::create_symlink("../usr/share/zoneinfo/Asia/Kolkata", folder / "relative");
  folder.write("plain", "TZif");
  folder.write("name", "Australia/Lord_Howe\n");
  const Environment tz{"TZ", nullptr};
  const auto machine = [&](const std::string& link, const std::string& name) {
    const auto zones = make_zones({folder / link, folder / name});
    CHECK(&zones->machine() == &zones->machine());
    return zones->machine().name();
  };

  CHECK(machine("link", "name") == "America/New_York");
  CHECK(machine("relative", "name") == "Asia/Kolkata");
  CHECK(machine("plain", "name") == "Australia/Lord_Howe");
  CHECK(machine("none", "name") == "Australia/Lord_Howe");
  CHECK(machine("none", "none") == "UTC");

  const std::vector<std::pair<const char*, const char*>> table = {
      {"Europe/Berlin", "Europe/Berlin"},
      {":Europe/Berlin", "Europe/Berlin"},
      {"/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"},
      {":/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"},
      {"", "UTC"},
      {"UTC", "UTC"},
      {"CET-1CEST,M3.5.0,M10.5.0/3", "America/New_York"},
      {"No/Such", "America/New_York"},
  };
  for (const auto& [value, name] : table) {
    CAPTURE(value);
    tz.set(value);
    CHECK(machine("link", "name") == name);
  }
}
