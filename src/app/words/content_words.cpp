#include "app/words/content_words.h"

#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

namespace postq {

namespace {

std::string say_sides(int width, int height) {
  return width > 0 ? std::to_string(width) + "x" + std::to_string(height) + ", " : std::string{};
}

// A content as lines that can be compared, everything that isn't text with its name before it.
std::string facts_of(const Content& content) {
  std::string facts = joined_text(content) + "\n";
  const auto fact = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) facts.append(name).append(": ").append(value).append("\n");
  };
  for (std::size_t i = 0; i < content.parts.size(); ++i) {
    const auto& part = content.parts[i];
    const auto where = content.parts.size() > 1 ? ", part " + std::to_string(i + 1) : "";
    for (const auto& media : part.media) {
      fact("picture", say_media(media) + where + ", " + media.digest.hex().substr(0, 8));
      fact("alt", say_alt(media));
    }
    for (const auto& facet : part.facets) {
      if (facet.kind == Facet::Kind::tag) continue;
      fact(facet.kind == Facet::Kind::link ? "link" : "mention", facet.target);
    }
    if (part.card) fact("card", part.card->title + ", " + part.card->url);
    fact("card lacks", part.no_card);
  }
  fact("warning", content.warning);
  fact("visibility", content.visibility);
  fact("language", content.language);
  fact("answers", content.reply_to);
  for (const auto& line : audience_words(content)) fact("audience", line);
  fact("when", say_schedule(content.schedule));
  if (content.schedule.until) fact("until", format_rfc3339(*content.schedule.until));
  return facts;
}

}  // namespace

std::string say_size(std::int64_t bytes) {
  constexpr std::int64_t kKilo = 1000;
  if (bytes < kKilo) return std::to_string(bytes) + " bytes";
  if (bytes < kKilo * kKilo) return std::to_string((bytes + kKilo / 2) / kKilo) + " kB";
  const auto tenths = (bytes + kKilo * kKilo / 20) / (kKilo * kKilo / 10);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

std::string say_alt(const Media& media) {
  if (media.decorative) return "none: it is decoration";
  return media.alt.empty() ? "NO ALT TEXT" : "\"" + visible_line(media.alt) + "\"";
}

std::string say_media(const Media& media) {
  auto text = visible_line(media.name) + ", ";
  if (const auto& original = media.shrunk_from) text += say_original(*original) + " to ";
  text += say_sides(media.width, media.height) + say_size(media.bytes);
  if (media.shrunk_from && media.shrunk_from->flattened) text += ", on white instead of transparent";
  return media.focus.empty() ? text : text + ", focus " + media.focus;
}

std::string say_original(const Original& original) {
  return "shrunk from " + say_sides(original.width, original.height) + say_size(original.bytes);
}

std::vector<std::string> audience_words(const Content& content) {
  std::vector<std::string> words;
  if (content.replies == "nobody") {
    words.emplace_back("nobody may reply");
  } else if (!content.replies.empty()) {
    std::string who;
    for (std::string_view rest = content.replies; !rest.empty();) {
      const auto comma = std::min(rest.find(','), rest.size());
      const auto one = rest.substr(0, comma);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      if (!who.empty()) who += rest.empty() ? " and " : ", ";
      who += one == "mentioned" ? "people it mentions" : one == "followers" ? "your followers" : "people you follow";
    }
    words.push_back("only " + who + " may reply");
  }
  if (!content.quotes.empty()) words.emplace_back("nobody may quote it");
  if (content.sensitive) words.emplace_back("pictures are hidden until a reader opens them");
  return words;
}

std::vector<std::string> audience_words(const Content& content, const std::vector<Problem>& problems) {
  const auto is_refused = [&problems](std::string_view kind) {
    return std::any_of(problems.begin(), problems.end(), [&](const Problem& problem) { return problem.kind == kind; });
  };
  Content kept = content;
  if (is_refused("replies")) kept.replies.clear();
  if (is_refused("quotes")) kept.quotes.clear();
  if (is_refused("sensitive")) kept.sensitive = false;
  return audience_words(kept);
}

std::vector<std::string> missing_cards(const Content& content) {
  std::vector<std::string> lines;
  for (const auto& part : content.parts) {
    if (part.no_card.empty()) continue;
    const auto link = std::find_if(part.facets.begin(), part.facets.end(),
                                   [](const Facet& facet) { return facet.kind == Facet::Kind::link; });
    const std::string url = link == part.facets.end() ? "its link" : visible_line(link->target);
    const std::string what = part.card ? "the link card comes without its picture: " : "no link card for " + url + ": ";
    lines.push_back(what + visible_line(part.no_card));
  }
  return lines;
}

std::string joined_text(const Content& content) {
  std::vector<std::string> texts;
  for (const auto& part : content.parts) texts.push_back(part.text);
  return join_thread(texts);
}

std::string say_schedule(const Schedule& schedule) {
  return schedule.wall ? say_wall(*schedule.wall, schedule.zone) : "as soon as approved";
}

bool hides_something(const Content& content) {
  if (has_hidden_characters(content.warning) || has_hidden_characters(content.reply_to)) return true;
  return std::any_of(content.parts.begin(), content.parts.end(), [](const Content::Part& part) {
    if (has_hidden_characters(part.text)) return true;
    if (part.card && (has_hidden_characters(part.card->title) || has_hidden_characters(part.card->description))) {
      return true;
    }
    return std::any_of(part.media.begin(), part.media.end(),
                       [](const Media& media) { return has_hidden_characters(media.alt); });
  });
}

std::vector<std::string> content_changes(const Content& before, const Content& after) {
  auto changes = diff_lines(facts_of(before), facts_of(after));
  Content same_instant = before;  // a document holds the wall time alone
  same_instant.schedule.not_before = after.schedule.not_before;
  changes.erase(
      std::remove_if(changes.begin(), changes.end(), [](const std::string& line) { return line.front() == ' '; }),
      changes.end());
  if (changes.empty() && same_instant != after) changes.push_back("+ something that has no line of its own here");
  return changes;
}

}  // namespace postq
