#include <postq/core/draft.h>

namespace postq {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

std::vector<std::string> split_thread(std::string_view text) {
  std::vector<std::string> parts;
  std::string part;
  const auto finish = [&] {
    // Blank lines around a separator belong to nobody; inside a part they stay.
    std::string_view kept = part;
    while (!kept.empty() && kept.front() == '\n') kept.remove_prefix(1);
    while (!kept.empty() && kept.back() == '\n') kept.remove_suffix(1);
    if (!trimmed(kept).empty()) parts.emplace_back(kept);
    part.clear();
  };
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    if (trimmed(line) == "---") {
      finish();
    } else {
      part.append(line);
      if (end != std::string_view::npos) part.push_back('\n');
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  finish();
  return parts;
}

std::string join_thread(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += "\n---\n";
    text += part;
  }
  return text;
}

std::vector<Draft::Part> parts_for(const Draft& draft, const std::string& account) {
  const auto variant = draft.variants.find(account);
  if (variant == draft.variants.end()) return draft.parts;
  std::vector<Draft::Part> parts;
  for (const auto& text : variant->second) parts.push_back({text, {}});
  // Media stay with the part they came with; those of parts that the variant doesn't have go to its last one.
  for (std::size_t n = 0; n < draft.parts.size() && !parts.empty(); ++n) {
    auto& media = parts[std::min(n, parts.size() - 1)].media;
    media.insert(media.end(), draft.parts[n].media.begin(), draft.parts[n].media.end());
  }
  return parts;
}

}  // namespace postq
