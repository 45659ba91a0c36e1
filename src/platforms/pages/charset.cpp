#include "platforms/pages/charset.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <utility>

namespace postq {
namespace {

constexpr std::size_t kHead = 1024;  // where the standard looks for a <meta>
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// Labels that browsers read as another encoding than their name says, or that iconv spells otherwise. All other labels
// are iconv's own.
std::string iconv_name(std::string_view label) {
  constexpr std::array<std::pair<std::string_view, const char*>, 31> kNames{{
      {"ascii", "CP1252"},       {"us-ascii", "CP1252"},      {"iso-8859-1", "CP1252"},
      {"iso8859-1", "CP1252"},   {"latin1", "CP1252"},        {"l1", "CP1252"},
      {"x-cp1252", "CP1252"},    {"iso-8859-9", "CP1254"},    {"latin5", "CP1254"},
      {"iso-8859-11", "CP874"},  {"tis-620", "CP874"},        {"windows-874", "CP874"},
      {"shift_jis", "CP932"},    {"shift-jis", "CP932"},      {"sjis", "CP932"},
      {"x-sjis", "CP932"},       {"windows-31j", "CP932"},    {"ms_kanji", "CP932"},
      {"gb2312", "GB18030"},     {"gbk", "GB18030"},          {"x-gbk", "GB18030"},
      {"gb_2312-80", "GB18030"}, {"big5", "BIG5-HKSCS"},      {"big5-hkscs", "BIG5-HKSCS"},
      {"euc-kr", "CP949"},       {"ks_c_5601-1987", "CP949"}, {"korean", "CP949"},
      {"x-euc-jp", "EUC-JP"},    {"utf-16", "UTF-16LE"},      {"x-mac-roman", "MACINTOSH"},
      {"unicode", "UTF-16LE"},
  }};
  const auto* const found =
      std::find_if(kNames.begin(), kNames.end(), [label](const auto& name) { return name.first == label; });
  if (found != kNames.end()) return found->second;
  const bool plain = !label.empty() && label.size() < 32 && std::all_of(label.begin(), label.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
  // "windows-1251" is CP1251 to every iconv.
  constexpr std::string_view kWindows = "windows-";
  if (label.starts_with(kWindows)) return "CP" + std::string(label.substr(kWindows.size()));
  return plain ? std::string(label) : std::string{};
}

struct Converter {
  iconv_t descriptor;
  explicit Converter(const char* from) : descriptor(::iconv_open("UTF-8", from)) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (known()) ::iconv_close(descriptor);
  }
  bool known() const { return descriptor != reinterpret_cast<iconv_t>(-1); }
};

}  // namespace

std::string charset_of(std::string_view html, std::string_view content_type) {
  if (html.starts_with("\xEF\xBB\xBF")) return "utf-8";
  if (html.starts_with("\xFF\xFE")) return "utf-16le";
  if (html.starts_with("\xFE\xFF")) return "utf-16be";
  for (const std::string& text : {lower(content_type), lower(html.substr(0, kHead))}) {
    const std::size_t found = text.find("charset=");
    if (found == std::string::npos) continue;
    const std::size_t begin = text.find_first_not_of("\"' ", found + 8);
    if (begin == std::string::npos) continue;
    return text.substr(begin, text.find_first_of("\"' ;/>", begin) - begin);
  }
  return "utf-8";
}

std::string page_in_utf8(std::string_view html, std::string_view charset) {
  if (charset == "utf-8" || charset == "utf8") {
    if (html.starts_with("\xEF\xBB\xBF")) html.remove_prefix(3);
    return std::string(html);
  }
  const std::string name = iconv_name(charset);
  if (name.empty()) return {};  // to iconv it would be the encoding of this process
  const Converter converter(name.c_str());
  if (!converter.known()) return {};
  std::string from(html);
  std::string to;
  char* in = from.data();
  std::size_t left = from.size();
  std::array<char, 8192> buffer{};
  while (left > 0) {
    char* out = buffer.data();
    std::size_t room = buffer.size();
    const auto done = ::iconv(converter.descriptor, &in, &left, &out, &room);
    const int cause = done == static_cast<std::size_t>(-1) ? errno : 0;
    to.append(buffer.data(), buffer.size() - room);
    if (cause == E2BIG) continue;
    if (cause == 0 || cause == EINVAL) break;  // the end, or the beginning of a letter that was cut off there
    to += kReplacement;
    ++in;
    --left;
  }
  if (to.starts_with("\xEF\xBB\xBF")) to.erase(0, 3);
  return to;
}

}  // namespace postq
