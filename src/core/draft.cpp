#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <postq/core/draft.h>
#include <postq/text/text.h>

namespace postq {

namespace {

constexpr std::string_view kNobody = "nobody";
constexpr std::array<std::string_view, 3> kSomeReplies{"mentioned", "followers", "following"};
constexpr int kFocusPlaces = 100;  // two decimals: a hundredth of half a picture

bool is_everybody(std::string_view typed) {
  return typed.empty() || typed == "everybody" || typed == "everyone";
}

// A number from -1 to 1 in hundredths.
std::optional<int> hundredths(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= -1 && value <= 1)) return std::nullopt;
  return static_cast<int>(value * kFocusPlaces + (value < 0 ? -0.5 : 0.5));
}

std::string decimal(int hundredths_of_it) {
  const int rest = hundredths_of_it < 0 ? -hundredths_of_it : hundredths_of_it;
  std::string text = (hundredths_of_it < 0 ? "-" : "") + std::to_string(rest / kFocusPlaces);
  if (rest % kFocusPlaces == 0) return text;
  text += rest % kFocusPlaces < 10 ? ".0" : ".";
  text += std::to_string(rest % kFocusPlaces);
  if (text.back() == '0') text.pop_back();
  return text;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_language_tag(std::string_view tag) {
  constexpr std::size_t kLongest = 8;  // of a subtag (RFC 5646, section 2.1)
  const auto primary = tag.substr(0, tag.find('-'));
  if (primary.size() < 2 || primary.size() > 3 || !std::all_of(primary.begin(), primary.end(), is_letter)) return false;
  for (auto rest = tag.substr(primary.size()); !rest.empty();) {
    rest.remove_prefix(1);
    const auto subtag = rest.substr(0, rest.find('-'));
    const bool fits = !subtag.empty() && subtag.size() <= kLongest;
    const auto may_be_in = [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
    if (!fits || !std::all_of(subtag.begin(), subtag.end(), may_be_in)) return false;
    rest.remove_prefix(subtag.size());
  }
  return true;
}

}  // namespace

Result<std::string> normalise_languages(std::string_view typed) {
  std::string tags;
  for (std::string_view rest = typed; !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto tag = trimmed(rest.substr(0, comma));
    if (!is_language_tag(tag)) {
      return fail(ErrorKind::usage, "'" + visible_line(tag) + "' is no language tag", "such as en, pt-BR, or de,en");
    }
    tags += (tags.empty() ? "" : ",") + std::string(tag);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return tags;
}

Result<std::string> normalise_post_url(std::string_view typed) {
  const auto url = trimmed(typed);
  if (url.empty()) return std::string{};
  for (const std::string_view scheme : {"https://", "http://", "at://"}) {
    const bool has_more = url.starts_with(scheme) && url.size() > scheme.size();
    if (has_more && url.find_first_of(" \t\n") == std::string_view::npos) return std::string(url);
  }
  return fail(ErrorKind::usage, "'" + visible_line(url) + "' is not the address of a post",
              "copy it from the browser: it begins with https:// (or at://)");
}

Result<std::string> normalise_reply_to(std::string_view typed) {
  constexpr std::size_t kUlid = 26;
  constexpr std::string_view kDigits = "0123456789";
  constexpr std::string_view kUlidLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto id = trimmed(typed);
  const bool is_number = !id.empty() && id.find_first_not_of(kDigits) == std::string_view::npos;
  if (is_number || (id.size() == kUlid && id.find_first_not_of(kUlidLetters) == std::string_view::npos)) {
    return std::string(id);
  }
  return normalise_post_url(typed);
}

Result<std::string> normalise_replies(std::string_view typed) {
  if (is_everybody(typed)) return std::string{};
  if (typed == kNobody) return std::string(kNobody);
  std::array<bool, kSomeReplies.size()> chosen{};
  for (std::string_view rest = typed; !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto word = trimmed(rest.substr(0, comma));
    const auto* const found = std::find(kSomeReplies.begin(), kSomeReplies.end(), word);
    if (found == kSomeReplies.end()) {
      return fail(ErrorKind::usage, "nobody knows who '" + visible_line(word) + "' are, who may reply",
                  "everybody, nobody, or some of mentioned,followers,following");
    }
    chosen.at(static_cast<std::size_t>(found - kSomeReplies.begin())) = true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  std::string words;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (chosen.at(i)) words += (words.empty() ? "" : ",") + std::string(kSomeReplies.at(i));
  }
  return words;
}

Result<std::string> normalise_quotes(std::string_view typed) {
  if (is_everybody(typed)) return std::string{};
  if (typed == kNobody) return std::string(kNobody);
  return fail(ErrorKind::usage, "'" + visible_line(typed) + "' doesn't say who may quote it", "everybody or nobody");
}

Result<std::string> normalise_focus(std::string_view typed) {
  if (typed.empty()) return std::string{};
  const auto comma = typed.find(',');
  const auto x = hundredths(trimmed(typed.substr(0, comma)));
  const auto y = comma == std::string_view::npos ? std::nullopt : hundredths(trimmed(typed.substr(comma + 1)));
  if (!x || !y) {
    return fail(ErrorKind::usage, "'" + visible_line(typed) + "' is no place in a picture",
                "X,Y, each from -1 to 1: 0,0 is the middle, -1,1 the upper left corner");
  }
  return decimal(*x) + "," + decimal(*y);
}

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
  const auto places = draft.variant_places.find(account);
  const bool moved = places != draft.variant_places.end() && places->second.size() == draft.parts.size();
  for (std::size_t n = 0; n < draft.parts.size() && !parts.empty(); ++n) {
    auto& media = parts[std::min(moved ? places->second[n] : n, parts.size() - 1)].media;
    media.insert(media.end(), draft.parts[n].media.begin(), draft.parts[n].media.end());
  }
  return parts;
}

}  // namespace postq
