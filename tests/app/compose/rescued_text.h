#pragma once

#include <fcntl.h>

#include <string>
#include <sys/stat.h>

#include "app/world.h"
#include "support/store_builders.h"

namespace postq::test {

// A rescued text that nobody touched since `saved_at`; its path.
inline std::string save_text(World& world, const std::string& stamp, TimePoint saved_at) {
  auto path = must(must(world.rescue())->save("what was typed at " + stamp, stamp));
  timespec at{};
  at.tv_sec = unix_seconds(saved_at);
  const timespec times[] = {at, at};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  return path;
}

}  // namespace postq::test
