#include <cstdint>
#include <cstdlib>

#include <postq/text/text.h>

#include "base/utf8.h"

// Whatever comes in, nothing that a terminal obeys comes out, and a second pass changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto shown = postq::visible_text(text);
  for (std::size_t at = 0; at < shown.size();) {
    const auto point = postq::code_point_at(shown, at);
    const bool control = (point.value < 0x20 && point.value != U'\n') || (point.value >= 0x7F && point.value <= 0x9F);
    const bool bidi =
        (point.value >= 0x202A && point.value <= 0x202E) || (point.value >= 0x2066 && point.value <= 0x2069);
    if (!point.valid || control || bidi) std::abort();
    at += point.size;
  }
  if (postq::visible_text(shown) != shown) std::abort();
  if (postq::visible_line(text).find('\n') != std::string::npos) std::abort();

  postq::find_links(text);
  postq::fingerprint(text);
  postq::wrap(text, 20);
  if (postq::display_width(postq::shorten(text, 20)) > 20) std::abort();
  if (const auto normal = postq::normalise_text(text); normal && !postq::is_valid_utf8(*normal)) std::abort();
  return 0;
}
