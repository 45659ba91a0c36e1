#include "cli/flags/editor_text.h"

#include <postq/text/editor_page.h>
#include <postq/text/text.h>

#include "app/compose/editing.h"

namespace postq {

namespace {

// An editor may open at the end of the page. But an emptied text means that nothing is to happen.
Result<bool> is_meant(Context& context, const std::string& left_out) {
  auto& terminal = context.world.terminal();
  std::string shown;
  for (const auto& line : wrap(visible_text(left_out), 76)) shown += "  " + line + "\n";
  terminal.say("The text above the line is empty, but below it stands:\n" + shown);
  const auto answer = terminal.read_key("Is that the text? [y/n] ");
  if (!answer && answer.error().kind != ErrorKind::interrupted) return pass_on(answer.error());
  return answer.value_or("") == "y" || answer.value_or("") == "Y";
}

}  // namespace

Result<EditedText> from_editor(Context& context, std::string_view start, std::string_view below, Rescue& rescue) {
  auto& world = context.world;
  if (!context.may_ask()) {
    return fail(ErrorKind::usage, "no text, and no terminal to open an editor on",
                "give the text as an argument, or pipe it in");
  }
  const auto given = editor_page(start, below);
  EditedText edited;
  POSTQ_TRY(edited.path, rescue.save(given, stamp(world.now())));
  POSTQ_TRY(const auto page, edit_page(world, rescue, edited.path, given));
  if (page.not_yet) return pass_on(*page.not_yet);
  auto parts = parts_of_page(page.text, below);
  if (parts.text.empty() && !parts.left_out.empty()) {
    POSTQ_TRY(const bool meant, is_meant(context, parts.left_out));
    if (meant) parts.text = std::exchange(parts.left_out, {});
  }
  // Kept before the page may go.
  if (auto kept = keep_left_out(world, parts.left_out); !kept) {
    kept.error().rescue = edited.path;
    return pass_on(std::move(kept).error());
  }
  if (parts.text.empty()) {
    rescue.drop(edited.path);
    return fail(ErrorKind::interrupted, "the text is empty, so nothing happened");
  }
  edited.text = std::move(parts.text);
  return edited;
}

}  // namespace postq
