#include "system/zones/zones.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <utility>

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <postq/text/text.h>
#include <postq/time/utc_offset.h>

#include "system/zones/zone_names.h"

namespace postq {
namespace {

class AbseilZone final : public Zone {
 public:
  AbseilZone(std::string name, absl::TimeZone zone) : name_(std::move(name)), zone_(zone) {}

  const std::string& name() const override { return name_; }
  WallTime wall(TimePoint at) const override { return WallTime{at.time_since_epoch()} + offset(at); }
  Seconds offset(TimePoint at) const override { return Seconds{info(at).offset}; }
  std::string abbreviation(TimePoint at) const override { return info(at).zone_abbr; }

  ResolvedWall resolve(WallTime wall) const override {
    const absl::CivilSecond civil(1970, 1, 1, 0, 0, wall.time_since_epoch().count());
    const auto found = zone_.At(civil);
    const auto before = time_point(absl::ToUnixSeconds(found.pre));
    const auto after = time_point(absl::ToUnixSeconds(found.post));
    switch (found.kind) {
      case absl::TimeZone::TimeInfo::SKIPPED:
        // Read with the offset from before the change, the instant lies behind it by as much as was asked for.
        return {before, before, ResolvedWall::Kind::skipped};
      case absl::TimeZone::TimeInfo::REPEATED:
        return {before, after, ResolvedWall::Kind::repeated};
      case absl::TimeZone::TimeInfo::UNIQUE:
        break;
    }
    return {before, before, ResolvedWall::Kind::unique};
  }

 private:
  absl::TimeZone::CivilInfo info(TimePoint at) const { return zone_.At(absl::FromUnixSeconds(unix_seconds(at))); }

  std::string name_;
  absl::TimeZone zone_;
};

bool means_utc(std::string_view name) {
  constexpr std::array<std::string_view, 10> kNames = {
      "UTC", "utc", "Z", "z", "Etc/UTC", "Etc/UCT", "UCT", "Etc/Zulu", "Etc/Universal", "Zulu"};
  for (const auto& known : kNames) {
    if (name == known) return true;
  }
  return false;
}

class AbseilZones final : public Zones {
 public:
  explicit AbseilZones(MachineZoneFiles files) : files_(std::move(files)) {}

  Result<const Zone*> find(std::string_view name) override {
    if (means_utc(name)) return &utc_zone();
    if (const auto loaded = zones_.find(name); loaded != zones_.end()) return loaded->second.get();
    if (has_zone_file(name)) return load(std::string{name});
    return find_by_index(name);
  }

  const Zone& machine() override {
    if (machine_ == nullptr) machine_ = &find_machine();
    return *machine_;
  }

 private:
  Result<const Zone*> load(std::string name) {
    absl::TimeZone zone;
    if (!absl::LoadTimeZone(name, &zone)) {
      return fail(ErrorKind::usage, "the data of the time zone " + name + " in " + zone_folder() + " can't be read",
                  "install the package tzdata anew, or unset TZDIR");
    }
    auto made = std::make_unique<AbseilZone>(name, zone);
    return zones_.emplace(std::move(name), std::move(made)).first->second.get();
  }

  Result<const Zone*> find_by_index(std::string_view name) {
    const auto names = list_zone_names();
    if (names.empty() && !has_zone_file("Europe/Berlin")) {
      return fail(ErrorKind::usage,
                  "no data for the time zone `" + shown(name) + "`: " + zone_folder() + " has no time zones",
                  "install the package tzdata, unset TZDIR, or use `UTC`");
    }
    if (const auto right = in_right_case(name, names)) {
      if (const auto loaded = zones_.find(*right); loaded != zones_.end()) return loaded->second.get();
      if (means_utc(*right)) return &utc_zone();
      if (has_zone_file(*right)) return load(*right);
    }
    if (looks_like_offset(name)) return no_offset(name);
    const auto meant = suggest_zone(name, names);
    return fail(ErrorKind::usage, "no time zone is called `" + shown(name) + "`",
                meant ? "try `" + *meant + "`" : "a zone is written like `Europe/Berlin` or `UTC`");
  }

  // What people mean by UTC+2 is Etc/GMT-2, and `nearest` would be the zone on the other side.
  static tl::unexpected<Error> no_offset(std::string_view name) {
    const auto ahead = read_named_offset(name);
    const auto zone = ahead ? etc_zone_of(*ahead) : std::nullopt;
    const std::string hint = zone ? "`" + *zone + "` is always " + say_offset(*ahead) +
                                        " (its name has the other sign); with summer time it is a city's"
                                  : "a zone is a city's";
    return fail(ErrorKind::usage, "`" + shown(name) + "` is an offset and no time zone",
                hint + ", such as `Europe/Berlin`");
  }

  const Zone& find_machine() {
    for (const auto& name : {named_by_environment(), named_by_link(), named_by_file()}) {
      if (name.empty()) continue;
      if (auto zone = find(name)) return **zone;
    }
    return utc_zone();
  }

  // The part of a path behind its zoneinfo folder.
  static std::string behind_folder(const std::string& path) {
    const auto own = zone_folder() + "/";
    if (path.starts_with(own)) return path.substr(own.size());
    constexpr std::string_view kFolder = "/zoneinfo/";
    const auto at = path.find(kFolder);
    return at == std::string::npos ? path : path.substr(at + kFolder.size());
  }

  // POSIX's own rules such as `CET-1CEST` have no name that could be stored: then the files count.
  static std::string named_by_environment() {
    const char* const set = std::getenv("TZ");
    if (set == nullptr) return {};
    std::string name = set;
    if (name.starts_with(':')) name.erase(0, 1);
    return name.empty() ? "UTC" : behind_folder(name);  // an empty TZ is UTC to every program
  }

  std::string named_by_link() const {
    std::array<char, 4096> target{};
    const auto length = ::readlink(files_.link.c_str(), target.data(), target.size());
    if (length <= 0) return {};
    return behind_folder(std::string{target.data(), static_cast<std::size_t>(length)});
  }

  std::string named_by_file() const {
    std::ifstream file{files_.name};
    std::string name;
    file >> name;
    return name;
  }

  static std::string shown(std::string_view name) {
    constexpr std::size_t kMaxColumns = 40;
    return shorten(visible_line(name), kMaxColumns);
  }

  MachineZoneFiles files_;
  std::map<std::string, std::unique_ptr<Zone>, std::less<>> zones_;
  const Zone* machine_ = nullptr;
};

}  // namespace

std::unique_ptr<Zones> make_zones(MachineZoneFiles files) {
  return std::make_unique<AbseilZones>(std::move(files));
}

}  // namespace postq
