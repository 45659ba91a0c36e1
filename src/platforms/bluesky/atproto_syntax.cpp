#include "platforms/bluesky/atproto_syntax.h"

#include <algorithm>
#include <vector>

#include "platforms/common/url.h"

namespace postq {
namespace {

constexpr std::size_t kLongestHandle = 253;
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestDid = 2048;
constexpr std::size_t kLongestKey = 512;
constexpr std::size_t kLongestSubtag = 8;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_letter(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
bool is_alnum(char c) {
  return is_letter(c) || (c >= '0' && c <= '9');
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> pieces;
  for (std::size_t end = text.find(at); end != std::string_view::npos; end = text.find(at)) {
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  pieces.push_back(text);
  return pieces;
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

bool is_record_key(std::string_view key) {
  return !key.empty() && key.size() <= kLongestKey && key != "." && key != ".." &&
         std::all_of(key.begin(), key.end(),
                     [](char c) { return is_alnum(c) || std::string_view("_~.:-").find(c) != std::string_view::npos; });
}

bool is_collection(std::string_view name) {
  const auto labels = split(name, '.');
  return labels.size() >= 3 && std::all_of(labels.begin(), labels.end(), is_label);
}

}  // namespace

bool is_handle(std::string_view text) {
  const auto labels = split(text, '.');
  return text.size() <= kLongestHandle && labels.size() >= 2 && std::all_of(labels.begin(), labels.end(), is_label) &&
         is_letter(labels.back().front());
}

bool is_did(std::string_view text) {
  if (text.size() > kLongestDid || !text.starts_with("did:")) return false;
  const std::string_view rest = text.substr(4);
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == rest.size()) return false;
  if (!std::all_of(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(colon), is_lower)) return false;
  const std::string_view id = rest.substr(colon + 1);
  return id.back() != ':' && id.back() != '%' && std::all_of(id.begin(), id.end(), [](char c) {
           return is_alnum(c) || std::string_view("._:%-").find(c) != std::string_view::npos;
         });
}

bool is_language_tag(std::string_view text) {
  const auto subtags = split(text, '-');
  const std::string_view first = subtags.front();
  const bool language = (first.size() == 2 || first.size() == 3) && std::all_of(first.begin(), first.end(), is_lower);
  const bool special = (first == "i" || first == "x" || first == "X") && subtags.size() > 1;
  return (language || special) && std::all_of(subtags.begin() + 1, subtags.end(), [](std::string_view subtag) {
           return !subtag.empty() && subtag.size() <= kLongestSubtag &&
                  std::all_of(subtag.begin(), subtag.end(), is_alnum);
         });
}

bool is_cid(std::string_view text) {
  return text.size() >= 8 && text.size() <= 256 && std::all_of(text.begin(), text.end(), is_alnum);
}

std::optional<RecordUri> parse_record_uri(std::string_view text) {
  constexpr std::string_view kScheme = "at://";
  if (!text.starts_with(kScheme)) return std::nullopt;
  const auto pieces = split(text.substr(kScheme.size()), '/');
  if (pieces.size() != 3 || (!is_did(pieces[0]) && !is_handle(pieces[0])) || !is_collection(pieces[1]) ||
      !is_record_key(pieces[2])) {
    return std::nullopt;
  }
  return RecordUri{std::string(pieces[0]), std::string(pieces[1]), std::string(pieces[2])};
}

std::optional<RecordUri> parse_post_address(std::string_view text) {
  constexpr std::string_view kPosts = "app.bsky.feed.post";
  if (auto uri = parse_record_uri(text)) return uri->collection == kPosts ? uri : std::nullopt;
  const auto url = parse_web_url(text.substr(0, text.find('#')), "reply-to");
  if (!url) return std::nullopt;
  const auto pieces = split(url->path, '/');  // the first one is empty
  if (pieces.size() < 5 || pieces[1] != "profile" || pieces[3] != "post") return std::nullopt;
  return parse_record_uri("at://" + std::string(pieces[2]) + "/" + std::string(kPosts) + "/" + std::string(pieces[4]));
}

}  // namespace postq
