#include <array>

#include <postq/text/encoding.h>
#include <postq/text/text.h>

namespace postq {

namespace {

constexpr std::size_t kLooked = 4096;

// UTF-16 without a mark: of texts in Latin letters every other byte is 0, of others those of spaces and line ends are.
std::string_view without_mark(std::string_view raw) {
  std::array<std::size_t, 2> zeros{};
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (raw[at] == '\0') ++zeros.at(at % 2);
  }
  const bool on_one_side = (zeros[0] == 0) != (zeros[1] == 0);
  const bool many = zeros[0] + zeros[1] > raw.size() / 4;
  if (!on_one_side || (!many && is_valid_utf8(raw))) return {};
  return zeros[1] > 0 ? "UTF-16LE" : "UTF-16BE";
}

}  // namespace

std::string_view foreign_encoding(std::string_view raw) {
  using std::string_view_literals::operator""sv;
  if (raw.starts_with("\xFF\xFE\0\0"sv) || raw.starts_with("\0\0\xFE\xFF"sv)) return "UTF-32";
  if (raw.starts_with("\xFF\xFE") || raw.starts_with("\xFE\xFF")) return "UTF-16";
  if (raw.size() % 2 == 0) {
    if (const auto name = without_mark(raw.substr(0, kLooked)); !name.empty()) return name;
  }
  return is_valid_utf8(raw) ? std::string_view{} : "WINDOWS-1252";
}

}  // namespace postq
