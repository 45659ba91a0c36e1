#include "platforms/feed/content.h"

#include <array>
#include <utility>

#include "platforms/html/markup.h"
#include "platforms/html/text_marks.h"

namespace postq {
namespace {

std::string_view extension(std::string_view mime) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kKnown{{{"image/jpeg", "jpg"},
                                                                                  {"image/png", "png"},
                                                                                  {"image/gif", "gif"},
                                                                                  {"image/webp", "webp"},
                                                                                  {"image/avif", "avif"},
                                                                                  {"image/heic", "heic"},
                                                                                  {"image/heif", "heif"},
                                                                                  {"video/mp4", "mp4"},
                                                                                  {"video/webm", "webm"},
                                                                                  {"video/quicktime", "mov"},
                                                                                  {"audio/mpeg", "mp3"},
                                                                                  {"audio/mp4", "m4a"},
                                                                                  {"audio/ogg", "ogg"},
                                                                                  {"audio/flac", "flac"},
                                                                                  {"audio/wav", "wav"}}};
  for (const auto& [known, ending] : kKnown) {
    if (mime == known) return ending;
  }
  return "bin";
}

// A stretch of text with its line breaks; links and tags in it become elements.
std::string inline_html(std::string_view text) {
  std::string html;
  const auto plain = [&html](std::string_view piece) {
    for (const char c : escape_markup(piece)) {
      if (c == '\n') {
        html += "<br>\n";
      } else {
        html += c;
      }
    }
  };
  std::size_t done = 0;
  for (const TextMark& mark : find_marks(text)) {
    plain(text.substr(done, mark.begin - done));
    const std::string shown = escape_markup(text.substr(mark.begin, mark.end - mark.begin));
    if (mark.kind == TextMark::Kind::link) {
      html += "<a href=\"" + escape_markup(safe_url(mark.target)) + "\">" + shown + "</a>";
    } else {
      html += "<span class=\"hashtag\">" + shown + "</span>";
    }
    done = mark.end;
  }
  plain(text.substr(done));
  return html;
}

// Paragraphs end at empty lines.
std::string paragraphs(std::string_view text) {
  std::string html;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\n\n"), text.size());
    const std::string_view paragraph = text.substr(0, end);
    if (paragraph.find_first_not_of(" \t\n") != std::string_view::npos) {
      html += "<p dir=\"auto\">" + inline_html(paragraph) + "</p>\n";
    }
    text.remove_prefix(end);
    while (!text.empty() && text.front() == '\n') text.remove_prefix(1);
  }
  return html;
}

std::string media_html(const Media& media, std::string_view base) {
  const std::string source = escape_markup(std::string(base) + media_file(media));
  const std::string alt = escape_markup(media.alt);
  const std::string label = alt.empty() ? "" : " aria-label=\"" + alt + "\"";
  if (media.mime.starts_with("video/")) {
    // Whoever can't hear it is told that there is nothing to read instead but this.
    return "<figure><video class=\"u-video\" src=\"" + source + "\" controls preload=\"metadata\"" + label +
           "></video>\n<figcaption dir=\"auto\"><span lang=\"en\">Video without captions" +
           (alt.empty() ? "</span>" : ":</span> " + alt) + "</figcaption></figure>\n";
  }
  if (media.mime.starts_with("audio/")) {
    return "<figure><audio class=\"u-audio\" src=\"" + source + "\" controls preload=\"metadata\"" + label +
           "></audio></figure>\n";
  }
  std::string size;
  if (media.width > 0 && media.height > 0) {
    size = " width=\"" + std::to_string(media.width) + "\" height=\"" + std::to_string(media.height) + "\"";
  }
  return "<figure><img class=\"u-photo\" src=\"" + source + "\" alt=\"" + alt + "\"" + size +
         " loading=\"lazy\" decoding=\"async\"></figure>\n";
}

}  // namespace

std::string media_file(const Media& media) {
  return "media/" + media.digest.hex() + "." + std::string(extension(media.mime));
}

std::string content_html(const Content::Part& part, std::string_view warning, std::string_view base) {
  std::string html = paragraphs(part.text);
  if (!part.media.empty()) {
    html += part.media.size() > 1 ? "<div class=\"media several\">\n" : "<div class=\"media\">\n";
    for (const Media& media : part.media) html += media_html(media, base);
    html += "</div>\n";
  }
  if (warning.empty()) return html;
  return "<details><summary class=\"p-summary\" dir=\"auto\">" + escape_markup(warning) + "</summary>\n" + html +
         "</details>\n";
}

}  // namespace postq
