#include "app/compose/editing.h"

#include <postq/text/text.h>

namespace postq {

namespace {

Error nothing_written(const EditorEnd& end, const std::string& path) {
  return {ErrorKind::interrupted, "'" + end.command + "' came back at once, and nothing is written yet",
          end.how_to_wait + "    makes it wait\nwhat you save there later is kept in that file", path};
}

Error left_for_now(const std::string& path) {
  return {ErrorKind::interrupted, "nothing is done with what you wrote there", "", path};
}

// Whether the person says that there is something to read now.
Result<bool> ask_whether_done(Terminal& terminal, const EditorEnd& end, bool again) {
  std::string prompt = again ? "Still nothing is written there." : "";
  if (!again) {
    prompt = "'" + visible_line(end.command) + "' came back at once, and nothing is written. To make it wait:\n  " +
             visible_line(end.how_to_wait) + "\nIf its window is still open, write and save there.";
  }
  prompt += terminal.plain() ? " Done? Enter, or quit > " : "  Enter done  q leave it > ";
  const auto key = terminal.read_key(prompt);
  if (!key && key.error().kind != ErrorKind::interrupted) return pass_on(key.error());
  return key && *key != "q" && *key != "quit" && *key != "n" && *key != "no";
}

}  // namespace

std::string stamp(TimePoint now) {
  std::string out;
  for (const char c : format_rfc3339(now)) {
    if (c >= '0' && c <= '9') out += c;
    if (c == 'T') out += '-';
  }
  return out;
}

Result<LeftPage> edit_page(World& world, Rescue& rescue, const std::string& path, std::string_view given) {
  auto& terminal = world.terminal();
  auto ended = terminal.edit_file(path);
  auto page = ended ? rescue.load(path) : Result<std::string>(pass_on(ended.error()));
  for (bool again = false; page && ended->at_once && *page == given; again = true) {
    POSTQ_TRY(const bool done, ask_whether_done(terminal, *ended, again));
    page = rescue.load(path);
    // Its window may be open still, so what was saved there meanwhile isn't taken for the whole of it.
    if (page && !done) {
      auto left = *page == given ? nothing_written(*ended, path) : left_for_now(path);
      return LeftPage{*std::move(page), std::move(left)};
    }
  }
  if (page) return LeftPage{*std::move(page), std::nullopt};
  page.error().rescue = path;
  return pass_on(std::move(page).error());
}

namespace {

Result<std::string> keep_under(World& world, std::string_view typed, const std::string& stamp) {
  if (typed.find_first_not_of(" \t\n") == std::string_view::npos) return std::string();
  POSTQ_TRY(auto* const rescue, world.rescue());
  POSTQ_TRY(auto path, rescue->save(typed, stamp));
  POSTQ_CHECK(rescue->secure(path));
  return path;
}

}  // namespace

Result<std::string> keep_typed(World& world, std::string_view typed) {
  return keep_under(world, typed, stamp(world.now()));
}

Result<std::string> keep_value(World& world, std::string_view typed) {
  return keep_under(world, typed, kValueStamp);
}

Status keep_left_out(World& world, std::string_view typed) {
  POSTQ_TRY(const auto path, keep_typed(world, typed));
  if (path.empty()) return {};
  world.terminal().say("what you typed below the line is left out, and kept:\n  " + visible_line(path) + "\n");
  return {};
}

}  // namespace postq
