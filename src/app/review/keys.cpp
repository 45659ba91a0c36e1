#include "app/review/keys.h"

#include <vector>

#include <postq/text/text.h>

namespace postq {

namespace {

struct Entry {
  ReviewKey key;
  std::string_view letter;
  std::string_view word;
  std::string_view explained;
};

// In the order of the prompt.
constexpr Entry kKeys[] = {
    {ReviewKey::yes, "y", "yes", "approve exactly what is on the screen, for every account shown"},
    {ReviewKey::no, "n", "no", "reject it, with a reason that its author reads"},
    {ReviewKey::edit, "e", "edit", "change it in your editor, then read it again"},
    {ReviewKey::time, "t", "time", "another time"},
    {ReviewKey::alt, "a", "alt", "describe the pictures"},
    {ReviewKey::split, "s", "split", "answer for each account by itself"},
    {ReviewKey::request, "v", "request", "the exact request of each account, secrets masked; then the post again"},
    {ReviewKey::next, "j", "next", "decide later, go on to the next"},
    {ReviewKey::back, "k", "back", "the one before"},
    {ReviewKey::undo, "u", "undo", "take the last answer back; again for the one before it"},
    {ReviewKey::pause, "p", "pause", "hold it whatever the answer is; once more lets it go"},
    {ReviewKey::quit, "q", "quit", "stop here; every answer is stored already"},
    {ReviewKey::help, "?", "help", "this list"},
};

struct Arrow {
  std::string_view sequence;
  ReviewKey key;
};

constexpr Arrow kArrows[] = {
    {"\x1b[A", ReviewKey::back},  {"\x1bOA", ReviewKey::back}, {"\x1b[D", ReviewKey::back}, {"\x1bOD", ReviewKey::back},
    {"\x1b[B", ReviewKey::next},  {"\x1bOB", ReviewKey::next}, {"\x1b[C", ReviewKey::next}, {"\x1bOC", ReviewKey::next},
    {"\x1b[6~", ReviewKey::more}, {" ", ReviewKey::more},      {"\n", ReviewKey::more},     {"more", ReviewKey::more},
};

std::string question(const AvailableActions& can) {
  if (can.more) return "More below.";
  return can.deliveries > 1 ? "Approve for all " + std::to_string(can.deliveries) + "?" : "Approve?";
}

std::string label(const Entry& entry, const AvailableActions& can) {
  if (entry.key == ReviewKey::help) return "?";
  if (entry.key == ReviewKey::split) return "s split by account";
  if (entry.key == ReviewKey::pause && can.paused) return "p unpause";
  return std::string(entry.letter) + " " + std::string(entry.word);
}

std::string in_words(const AvailableActions& can) {
  std::string words = can.more ? "more" : "";
  for (const auto& entry : kKeys) {
    if (is_possible(entry.key, can)) words += (words.empty() ? "" : ", ") + std::string(entry.word);
  }
  return question(can) + " Type a word and Enter: " + words + " > ";
}

std::string letters_only(const AvailableActions& can) {
  std::string letters = can.more ? "Space" : "";
  for (const auto& entry : kKeys) {
    if (is_possible(entry.key, can)) letters += (letters.empty() ? "" : " ") + std::string(entry.letter);
  }
  return question(can) + " " + letters + " > ";
}

}  // namespace

std::optional<ReviewKey> review_key(std::string_view typed) {
  for (const auto& [sequence, key] : kArrows) {
    if (typed == sequence) return key;
  }
  for (const auto& entry : kKeys) {
    if (typed == entry.letter || typed == entry.word) return entry.key;
  }
  return std::nullopt;
}

bool is_possible(ReviewKey key, const AvailableActions& can) {
  switch (key) {
    case ReviewKey::yes:
      return !can.more;
    case ReviewKey::more:
      return can.more;
    case ReviewKey::alt:
      return can.alt;
    case ReviewKey::split:
      return can.deliveries > 1;
    case ReviewKey::next:
      return can.next;
    case ReviewKey::back:
      return can.back;
    case ReviewKey::undo:
      return can.undo;
    case ReviewKey::no:
    case ReviewKey::edit:
    case ReviewKey::time:
    case ReviewKey::request:
    case ReviewKey::pause:
    case ReviewKey::quit:
    case ReviewKey::help:
      return true;
  }
  return false;
}

std::string why_not_possible(std::optional<ReviewKey> key, const AvailableActions& can) {
  if (!key) return "Unknown key; ? explains them.";
  if (can.more && *key == ReviewKey::yes) return "Not yet: there is more of it to read. Space shows it.";
  switch (*key) {
    case ReviewKey::more:
      return "That was all of it. y approves it, ? explains the other keys.";
    case ReviewKey::alt:
      return "It has no picture.";
    case ReviewKey::split:
      return "It goes to one account only.";
    case ReviewKey::next:
      return "This is the last one. q ends the review.";
    case ReviewKey::back:
      return "This is the first one.";
    case ReviewKey::undo:
      return "No answer was given yet that could be taken back.";
    default:
      return "Not possible here; ? explains the keys.";
  }
}

std::string review_prompt(const AvailableActions& can, std::size_t columns, bool plain) {
  if (plain) return in_words(can);
  const auto lead = question(can) + "  ";
  std::vector<std::string> labels;
  if (can.more) labels.emplace_back("Space read on");
  for (const auto& entry : kKeys) {
    if (is_possible(entry.key, can)) labels.push_back(label(entry, can));
  }
  const auto room = columns > lead.size() + 4 ? columns - lead.size() - 4 : 0;
  std::vector<std::string> lines{""};
  for (const auto& each : labels) {
    if (!lines.back().empty() && lines.back().size() + 2 + each.size() > room) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : "  ") + each;
  }
  if (lines.size() > 2 || room == 0) return letters_only(can);
  auto prompt = "\n" + lead + lines.front();
  if (lines.size() == 2) prompt += "\n" + std::string(lead.size(), ' ') + lines.back();
  return prompt + " > ";
}

std::string review_help(const AvailableActions& can, std::size_t columns) {
  constexpr std::size_t kColumn = 9;
  std::string text;
  const auto add = [&](std::string_view letter, std::string_view explained) {
    std::string left = "  " + pad(letter, kColumn - 4) + "  ";
    for (const auto& line : wrap(explained, columns - kColumn)) {
      text += left + line + "\n";
      left.assign(kColumn, ' ');
    }
  };
  if (can.more) add("Space", "show the rest; y is taken only behind the end");
  for (const auto& entry : kKeys) {
    if (is_possible(entry.key, can)) add(entry.letter, entry.explained);
  }
  return text;
}

}  // namespace postq
