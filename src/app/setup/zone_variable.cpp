#include "app/setup/zone_variable.h"

#include <postq/text/text.h>

namespace postq {

std::string unread_zone_variable(World& world) {
  const auto set = world.environment("TZ").value_or("");
  std::string_view name = set;
  if (name.starts_with(':')) name.remove_prefix(1);
  if (name.empty() || name.starts_with('/') || world.zones().find(name)) return {};
  return "TZ is " + shorten(visible_line(set), 40) + ", which is no zone's name: this machine's counts as " +
         world.zones().machine().name();
}

}  // namespace postq
