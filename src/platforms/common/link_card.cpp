#include "platforms/common/link_card.h"

#include <algorithm>
#include <array>
#include <vector>

#include <postq/media/media.h>
#include <postq/ports/files.h>
#include <postq/text/text.h>

#include "platforms/common/settings.h"
#include "platforms/common/url.h"
#include "platforms/pages/head.h"

namespace postq {
namespace {

constexpr int kMostRedirects = 4;
constexpr std::size_t kPageBytes = std::size_t{2} << 20U;  // of which the first 512 KiB are looked at
constexpr std::chrono::milliseconds kDeadline{10'000};
constexpr std::chrono::seconds kStall{5};
constexpr std::size_t kTypeColumns = 40;
// Ten bytes to a grapheme, as the lexicons have it for texts: one grapheme may be a whole page of marks.
constexpr std::size_t kTitleGraphemes = 300;
constexpr std::size_t kTitleBytes = 3000;
constexpr std::size_t kDescriptionGraphemes = 1000;
constexpr std::size_t kDescriptionBytes = 10'000;
constexpr std::int64_t kMostPixels = 100'000'000;  // more is a claim that makes its readers fall over
constexpr std::array<std::string_view, 4> kPictures = {"image/jpeg", "image/png", "image/webp", "image/gif"};

struct Fetched {
  std::string url;  // after redirects
  HttpAnswer answer;
};

// http is tried as https: nothing goes unencrypted beyond this machine.
std::string encrypted(const std::string& address) {
  std::string typed;
  for (const char c : address.substr(0, address.find('#'))) typed += c == ' ' ? "%20" : std::string(1, c);
  const auto url = parse_web_url(typed, "url");
  if (!url) return {};
  std::string text = url->text();
  if (url->scheme == "http" && !is_loopback(*url)) text.insert(4, 1, 's');
  return text;
}

// The host of an address, for people.
std::string place_of(const std::string& address) {
  const auto url = parse_web_url(address.substr(0, address.find('#')), "url");
  return url ? url->place() : "the address";
}

// kind not_found with the reason, for a person, when nothing came.
Result<Fetched> fetch(const Account& account, const std::string& address, const char* accept, std::size_t most,
                      PlatformContext& context) {
  const auto none = [](std::string why) { return fail(ErrorKind::not_found, std::move(why)); };
  std::string url = encrypted(address);
  if (url.empty()) return none("its address can't be asked");
  for (int i = 0; i <= kMostRedirects && !url.empty(); ++i) {
    HttpRequest request;
    request.url = url;
    request.headers = {{"Accept", accept, false}};
    request.deadline = kDeadline;
    request.stall = kStall;
    request.answer_limit = most;
    permit(request, account);
    auto answer = context.http.exchange(request);
    if (!answer) return none(answer.error().message);
    if (answer->status == 200) return Fetched{url, std::move(*answer)};
    if (answer->status < 300 || answer->status >= 400) {
      return none(place_of(url) + " says " + std::to_string(answer->status));
    }
    const std::string from = place_of(url);
    url = encrypted(whole_url(url, std::string(answer->header("location"))));
    if (url.empty()) return none(from + " leads to an address that can't be asked");
  }
  return none(place_of(url) + " leads from page to page");
}

// The beginning of a stranger's words, with nothing hidden in it: what is reviewed is what goes out.
std::string words_of(const std::string& text, std::size_t graphemes, std::size_t bytes) {
  const std::string visible = visible_line(text);
  std::size_t end = grapheme_prefix(visible, graphemes);
  if (end > bytes) {
    constexpr unsigned kContinues = 0x80;
    for (end = bytes; end > 0 && (static_cast<unsigned char>(visible[end]) & 0xC0U) == kContinues;) --end;
    // A whole grapheme less, unless the first one fills it all.
    const std::size_t whole = count_graphemes(std::string_view(visible).substr(0, end)) - 1;
    if (whole > 0) end = grapheme_prefix(visible, whole);
  }
  std::string cut = visible.substr(0, end);
  constexpr std::string_view kJoiner = "\xE2\x80\x8D";  // with nothing left behind it to join
  while (cut.ends_with(kJoiner)) cut.resize(cut.size() - kJoiner.size());
  return cut;
}

Result<Media> fetch_picture(const Account& account, const std::string& url, std::int64_t most,
                            PlatformContext& context) {
  auto fetched =
      fetch(account, url, "image/jpeg, image/png, image/webp, image/gif", static_cast<std::size_t>(most), context);
  if (!fetched) return pass_on(fetched.error());
  const auto info = inspect_media(fetched->answer.body);
  if (info && std::int64_t{info->width} * info->height > kMostPixels) {
    return fail(ErrorKind::not_found, "it has too many pixels");
  }
  if (!info || std::find(kPictures.begin(), kPictures.end(), info->mime) == kPictures.end()) {
    return fail(ErrorKind::not_found, "what is there is no JPEG, PNG, WebP or GIF");
  }
  const auto page = parse_web_url(fetched->url, "url");
  const auto stored = context.media.keep_bytes(std::move(fetched->answer.body),
                                               "preview picture of " + (page ? page->host : "the page"));
  if (!stored) return pass_on(stored.error());
  if (stored->bytes > most) return fail(ErrorKind::not_found, "it is larger than " + std::to_string(most) + " bytes");
  Media media;
  media.digest = stored->digest;
  media.name = stored->name;
  media.mime = stored->mime;
  media.bytes = stored->bytes;
  media.width = stored->width;
  media.height = stored->height;
  media.decorative = true;  // the title says it
  return media;
}

// A path without its "." and ".." (RFC 3986 §5.2.4); what follows a "?" stays.
std::string without_dots(const std::string& path) {
  const auto end = std::min(path.find('?'), path.size());
  std::vector<std::string> pieces;
  for (std::size_t at = 1; at <= end;) {
    const auto slash = std::min(path.find('/', at), end);
    const auto piece = path.substr(at, slash - at);
    const bool last = slash == end;
    if (piece == ".." && !pieces.empty()) pieces.pop_back();
    if (piece != "." && piece != "..") {
      pieces.push_back(piece);
    } else if (last) {
      pieces.emplace_back();
    }
    at = slash + 1;
  }
  std::string clean;
  for (const auto& piece : pieces) clean += "/" + piece;
  return (clean.empty() ? "/" : clean) + path.substr(end);
}

}  // namespace

std::string whole_url(const std::string& page, const std::string& address) {
  if (address.starts_with("https://") || address.starts_with("http://")) return address;
  const auto base = parse_web_url(page.substr(0, page.find('#')), "url");
  if (!base || address.empty()) return {};
  if (address.starts_with("//")) return base->scheme + ":" + address;
  if (address.starts_with('/')) return base->origin() + without_dots(address);
  // A colon before any slash names another scheme: data:, javascript:.
  if (address.substr(0, address.find('/')).find(':') != std::string::npos) return {};
  if (address.starts_with('?')) return base->origin() + base->path + address;
  return base->origin() + without_dots(base->path.substr(0, base->path.rfind('/') + 1) + address);
}

FoundCard fetch_card(const Account& account, const std::string& url, std::int64_t image_bytes,
                     PlatformContext& context) {
  const auto page = fetch(account, url, "text/html, application/xhtml+xml", kPageBytes, context);
  if (!page) return {std::nullopt, page.error().message};
  const std::string_view type = page->answer.header("content-type");
  if (!type.empty() && type.find("html") == std::string_view::npos) {
    return {std::nullopt, "it is no web page, but " + shorten(visible_line(type), kTypeColumns)};
  }
  const PageHead head = read_page_head(page->answer.body, type);
  if (head.title.empty()) return {std::nullopt, "the page has no title"};
  FoundCard found;
  Card card;
  card.url = url;
  card.title = words_of(head.title, kTitleGraphemes, kTitleBytes);
  card.description = words_of(head.description, kDescriptionGraphemes, kDescriptionBytes);
  if (!head.image.empty()) {
    auto picture = fetch_picture(account, whole_url(page->url, head.image), image_bytes, context);
    if (picture) {
      card.thumbnail = std::move(*picture);
    } else {
      found.missing = picture.error().message;
    }
  }
  found.card = std::move(card);
  return found;
}

}  // namespace postq
