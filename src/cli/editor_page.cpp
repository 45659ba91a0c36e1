#include "cli/editor_page.h"

#include <algorithm>

namespace postq {

namespace {

// An editor buffer: the text, advice below a line, both cut off again, and above another line what is answered.
constexpr std::string_view kScissors = "# ------ the advice below this line is left out ------\n";
constexpr std::string_view kScissorsAbove = "# ------ 8< ------ everything above this line is left out ------\n";
constexpr std::string_view kPostAdvice = "# Write the post above; save and quit. An empty text ends it.\n";
constexpr std::string_view kAnswerAdvice =
    "# Write the answer between the two lines; save and quit. An empty text ends it.\n";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n") == std::string_view::npos;
}

void leave_out(std::string& text, std::string_view line) {
  const auto at = text.find(line);
  if (at == 0 || (at != std::string::npos && text[at - 1] == '\n')) text.erase(at, line.size());
}

// What a person wrote below the advice: an editor may open at the end of the file, or append there.
std::string without_advice(std::string below) {
  below += '\n';  // some editors take the last one away
  leave_out(below, kPostAdvice);
  leave_out(below, kAnswerAdvice);
  if (is_blank(below)) return {};
  return below.erase(0, below.find_first_not_of('\n'));
}

void drop_end(std::string& text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
}

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
  std::string below;
  if (const auto cut = text.find(kScissors); cut != std::string::npos) {
    below = without_advice(text.substr(cut + kScissors.size()));
    text.erase(cut);
  }
  if (const auto cut = text.find(kScissorsAbove); cut != std::string::npos) {
    text.erase(0, text.find_first_not_of('\n', cut + kScissorsAbove.size()));
  } else {
    while (!above.empty()) {
      const auto line = above.substr(0, std::min(above.find('\n'), above.size() - 1) + 1);
      leave_out(text, line);
      above.remove_prefix(line.size());
    }
  }
  drop_end(text);
  if (below.empty()) return text;
  text = is_blank(text) ? std::move(below) : text + "\n" + below;
  drop_end(text);
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
  buffer += "\n" + std::string(kScissors);
  buffer += above.empty() ? kPostAdvice : kAnswerAdvice;
  Edited edited;
  POSTQ_TRY(edited.path, rescue.save(buffer, stamp(context.world.now())));
  if (auto ended = context.world.terminal().edit_file(edited.path); !ended) {
    ended.error().rescue = edited.path;
    return pass_on(std::move(ended).error());
  }
  POSTQ_TRY(edited.text, rescue.load(edited.path));
  edited.text = without_frame(std::move(edited.text), above);
  if (is_blank(edited.text)) {
    rescue.drop(edited.path);
    return fail(ErrorKind::interrupted, "the text is empty, so nothing happened");
  }
  return edited;
}

}  // namespace postq
