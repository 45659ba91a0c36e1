#include "platforms/platforms.h"

namespace postq {

#define POSTQ_PLATFORM(name) const Platform& name##_platform();
#include "platforms/platforms.def"
#undef POSTQ_PLATFORM

namespace {

class Listed final : public Platforms {
 public:
  std::vector<const Platform*> all() const override {
    return {
#define POSTQ_PLATFORM(name) &name##_platform(),
#include "platforms/platforms.def"
#undef POSTQ_PLATFORM
    };
  }

  const Platform* find(std::string_view name) const override {
    for (const Platform* platform : all()) {
      if (platform->traits().name == name) return platform;
    }
    return nullptr;
  }
};

}  // namespace

const Platforms& all_platforms() {
  static const Listed listed;
  return listed;
}

}  // namespace postq
