#include <postq/core/actor.h>
#include <postq/text/text.h>

namespace postq {

namespace {

constexpr std::size_t kLongestName = 64;

}  // namespace

std::string say_actor(const Actor& actor) {
  if (!actor.agent) return actor.name;
  return actor.name + (actor.person.empty() ? ", a program" : ", for " + actor.person);
}

Status check_actor_name(std::string_view name) {
  if (!is_valid_utf8(name)) return fail(ErrorKind::usage, "isn't UTF-8");
  if (visible_line(name) != name) return fail(ErrorKind::usage, "holds characters that can't be seen");
  if (name.find_first_not_of(' ') == std::string_view::npos) return fail(ErrorKind::usage, "names nobody");
  if (count_code_points(name) > kLongestName) return fail(ErrorKind::usage, "is longer than 64 characters");
  return {};
}

}  // namespace postq
