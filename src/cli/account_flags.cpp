#include "cli/account_flags.h"

#include <algorithm>

#include <postq/core/text.h>

namespace postq {

std::string flag_of(std::string_view setting) {
  std::string flag = "--";
  for (const char c : setting) flag += c == '_' ? '-' : c;
  return flag;
}

std::string placeholder(std::string_view setting) {
  std::string word;
  for (const char c : setting.substr(setting.rfind('_') + 1))
    word += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return word;
}

void say_note(Context& context, const std::string& note) {
  for (std::string_view rest = note; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    context.say("  " + visible_line(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

Result<const Platform*> platform_named(World& world, std::string_view name) {
  if (const auto* const found = world.platforms().find(name)) return found;
  std::vector<std::string> names;
  std::string all;
  for (const auto* platform : world.platforms().all()) {
    names.push_back(platform->traits().name);
    all += (all.empty() ? "" : ", ") + names.back();
  }
  const auto meant = closest(name, names);
  return fail(ErrorKind::usage, "postq can't publish to '" + std::string(name) + "'",
              (meant ? "did you mean " + *meant + "? " : "") + "It knows: " + all + "    postq platforms");
}

std::string listening_words(const PlatformTraits& traits) {
  if (!traits.items && !traits.searches) return "no: what people say there can't be read";
  if (!traits.items) return "no, but words can be listened for: postq listen add";
  if (!traits.searches) return "mentions, replies and quotes come in";
  return "mentions, replies and quotes come in, and words can be listened for";
}

}  // namespace postq
