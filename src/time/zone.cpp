#include <postq/time/zone.h>

namespace postq {
namespace {

class Utc final : public Zone {
 public:
  const std::string& name() const override { return name_; }
  WallTime wall(TimePoint at) const override { return WallTime{at.time_since_epoch()}; }
  Seconds offset(TimePoint) const override { return Seconds{0}; }
  std::string abbreviation(TimePoint) const override { return name_; }
  ResolvedWall resolve(WallTime wall) const override {
    const TimePoint at{wall.time_since_epoch()};
    return {at, at, ResolvedWall::Kind::unique};
  }

 private:
  std::string name_ = "UTC";
};

}  // namespace

const Zone& utc_zone() {
  static const Utc zone;
  return zone;
}

}  // namespace postq
