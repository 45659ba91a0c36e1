#include "text/normalized.h"

#include <cstddef>

namespace postq {

std::optional<std::vector<utf8proc_int32_t>> normalized(std::string_view text, utf8proc_option_t options) {
  const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  const auto needed = utf8proc_decompose(bytes, size, nullptr, 0, options);
  if (needed < 0) return std::nullopt;
  std::vector<utf8proc_int32_t> points(static_cast<std::size_t>(needed));
  utf8proc_decompose(bytes, size, points.data(), needed, options);
  points.resize(static_cast<std::size_t>(utf8proc_normalize_utf32(points.data(), needed, options)));
  return points;
}

}  // namespace postq
