#include "cli/editor_page.h"

#include <algorithm>

namespace postq {

namespace {

// An editor buffer: the text, advice below a line that is cut off again, and above another one what is answered.
constexpr std::string_view kScissors = "# ------ everything below this line is left out ------\n";
constexpr std::string_view kScissorsAbove = "# ------ 8< ------ everything above this line is left out ------\n";

}  // namespace

std::string stamp(TimePoint now) {
  std::string text = format_rfc3339(now);
  std::string out;
  for (const char c : text) {
    if (c >= '0' && c <= '9') out += c;
    if (c == 'T') out += '-';
  }
  return out;
}

std::string without_frame(std::string text, std::string_view above) {
  if (const auto cut = text.find(kScissors); cut != std::string::npos) text.erase(cut);
  if (const auto cut = text.find(kScissorsAbove); cut != std::string::npos) {
    text.erase(0, text.find_first_not_of('\n', cut + kScissorsAbove.size()));
  } else {
    while (!above.empty()) {
      const auto line = above.substr(0, std::min(above.find('\n'), above.size() - 1) + 1);
      if (const auto left = text.find(line); left == 0 || (left != std::string::npos && text[left - 1] == '\n')) {
        text.erase(left, line.size());
      }
      above.remove_prefix(line.size());
    }
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

Result<Edited> from_editor(Context& context, std::string_view start, std::string_view above, Rescue& rescue) {
  if (!context.may_ask()) {
    return fail(ErrorKind::usage, "no text, and no terminal to open an editor on",
                "give the text as an argument, or pipe it in");
  }
  std::string buffer(above);
  if (!above.empty()) buffer += kScissorsAbove;
  buffer += start;
  buffer += "\n" + std::string(kScissors) +
            (above.empty() ? "# Write the post above; save and quit. An empty text ends it.\n"
                           : "# Write the answer between the two lines; save and quit. An empty text ends it.\n");
  Edited edited;
  POSTQ_TRY(edited.path, rescue.save(buffer, stamp(context.world.now())));
  if (auto ended = context.world.terminal().edit_file(edited.path); !ended) {
    ended.error().rescue = edited.path;
    return pass_on(std::move(ended).error());
  }
  POSTQ_TRY(edited.text, rescue.load(edited.path));
  edited.text = without_frame(std::move(edited.text), above);
  if (edited.text.find_first_not_of(" \t\n") == std::string::npos) {
    rescue.drop(edited.path);
    return fail(ErrorKind::interrupted, "the text is empty, so nothing happened");
  }
  return edited;
}

}  // namespace postq
