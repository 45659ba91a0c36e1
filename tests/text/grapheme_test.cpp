#include "text/grapheme.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include <postq/base/hex.h>
#include <postq/text/text.h>

#include "base/utf8.h"
#include "support/catch.h"

namespace postq {

namespace {

const std::vector<std::string> kCurated{"plain",
                                        "e\u0301",
                                        "\r\n",
                                        "\n\r",
                                        "🇩🇪🇫🇷",
                                        "🇩🇪🇫",
                                        "👨‍👩‍👧‍👦",
                                        "👩🏽‍🚀",
                                        "🏳️‍🌈",
                                        "1️⃣2️⃣#️⃣",
                                        "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F",
                                        "각",
                                        "\u1100\u1161\u11a8",
                                        "\u1100\u1100\u1161",
                                        "가\u11a8",
                                        "क्ष",
                                        "क्ष्म्य",
                                        "क्\u200dष",
                                        "क्\u200cष",
                                        "क़्ष",
                                        "ক্ষ",
                                        "ક્ષ",
                                        "କ୍ଷ",
                                        "క్ష",
                                        "ക്ഷ",
                                        "க்ஷ",
                                        "กำ",
                                        "\u0600 1",
                                        "\u0d4eക",
                                        "☺\ufe0f☺",
                                        "a\u200db",
                                        "❤️‍🔥",
                                        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
                                        "नमस्ते",
                                        "அனுச்சேதம்",
                                        "ਸ਼੍ਰੀ",
                                        "\u0915\u0301\u094d\u0301\u0937"};

// What the rules of UAX #29 look at, and letters of every script that rule GB9c speaks of. Only characters that are in
// Unicode 14, which utf8proc knows.
constexpr char32_t kAlphabet[] = {
    U'a',    U'1',    U' ',    U'\r',   U'\n',   0x00AD,  0x0301,  0x0308,  0x0600,  0x0903, 0x0915, 0x0937, 0x0924,
    0x093C,  0x093F,  0x094D,  0x0995,  0x09B7,  0x09BC,  0x09CD,  0x0A95,  0x0AB7,  0x0ACD, 0x0B15, 0x0B4D, 0x0BCD,
    0x0B95,  0x0C15,  0x0C37,  0x0C4D,  0x0D15,  0x0D37,  0x0D4D,  0x0D4E,  0x0E01,  0x0E33, 0x1100, 0x1161, 0x11A8,
    0xAC00,  0xAC01,  0x200B,  0x200C,  0x200D,  0x20E3,  0x2122,  0x263A,  0x2764,  0x3042, 0x4E2D, 0xFE0E, 0xFE0F,
    0x1F1E9, 0x1F1EA, 0x1F3FB, 0x1F3F4, 0x1F468, 0x1F469, 0x1F680, 0x1F600, 0xE0067, 0xE007F};

std::vector<std::string> random_texts(std::size_t count) {
  std::mt19937 random{20261122};
  std::vector<std::string> texts(count);
  for (auto& text : texts) {
    for (auto length = 1 + random() % 12; length > 0; --length) {
      append_utf8(text, kAlphabet[random() % std::size(kAlphabet)]);
    }
  }
  return texts;
}

// Every boundary of a text as UTF-16 offsets, the way Intl.Segmenter names them.
std::string boundaries(std::string_view text) {
  std::string offsets;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = grapheme_end(text, at);
    offsets += std::to_string(count_utf16(text.substr(0, at))) + " ";
    at = end;
  }
  return offsets;
}

// Whether a linker of rule GB9c is in a text: what joins consonants of some scripts of India.
bool joins_conjuncts(std::string_view text) {
  for (const char* const linker : {"\u094D", "\u09CD", "\u0ACD", "\u0B4D", "\u0C4D", "\u0D4D"}) {
    if (text.find(linker) != std::string_view::npos) return true;
  }
  return false;
}

constexpr const char* kSegmenter =
    "node -e '"
    "const s = new Intl.Segmenter(\"en\", {granularity: \"grapheme\"});"
    "for (const hex of require(\"fs\").readFileSync(process.argv[1], \"utf8\").trim().split(\"\\n\"))"
    "  console.log([...s.segment(Buffer.from(hex, \"hex\").toString())].map(g => g.index + \" \").join(\"\"));' ";

std::vector<std::string> node_boundaries(const std::vector<std::string>& texts) {
  const auto file = std::filesystem::temp_directory_path() / ("postq-graphemes-" + std::to_string(getpid()));
  {
    std::ofstream out(file);
    for (const auto& text : texts) out << to_hex(text) << '\n';
  }
  std::vector<std::string> lines;
  FILE* pipe = popen((kSegmenter + file.string()).c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string line;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    if (c == '\n') {
      lines.push_back(std::move(line));
      line.clear();
    } else {
      line += static_cast<char>(c);
    }
  }
  CHECK(pclose(pipe) == 0);
  std::filesystem::remove(file);
  return lines;
}

}  // namespace

TEST_CASE("graphemes are counted as people see them") {
  const auto pair = GENERATE(table<std::string, std::size_t>({
      {"", 0},
      {"plain", 5},
      {"e\u0301a", 2},
      {"\r\n", 1},
      {"👨‍👩‍👧‍👦", 1},
      {"👩🏽‍🚀", 1},
      {"🇩🇪🇫🇷", 2},
      {"1️⃣", 1},
      {"क्ष", 1},
      {"क्\u200cष", 2},
      {"க்ஷ", 2},
      {"각", 1},
      {"\u1100\u1161\u11a8", 1},
      {"\xff\xfe", 2},
  }));
  const auto& [text, count] = pair;
  CAPTURE(text);

  CHECK(count_graphemes(text) == count);
}

TEST_CASE("graphemes end where Intl.Segmenter ends them") {
  if (std::system("command -v node >/dev/null 2>&1") != 0) {
    WARN("skipped: node is not installed, so there is no Intl.Segmenter to compare with");
    return;
  }
  auto texts = random_texts(20'000);
  texts.insert(texts.end(), kCurated.begin(), kCurated.end());
  // Rule GB9c came with Unicode 15.1; Debian 12's own Node.js knows 15.0.
  if (std::system("node -e 'process.exit(parseFloat(process.versions.unicode) >= 15.1 ? 0 : 1)'") != 0) {
    WARN("without the texts that rule GB9c is about: this Node.js is older than Unicode 15.1");
    std::erase_if(texts, [](const std::string& text) { return joins_conjuncts(text); });
    REQUIRE(texts.size() > 5'000);
  }

  const auto expected = node_boundaries(texts);

  REQUIRE(expected.size() == texts.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (boundaries(texts[i]) == expected[i]) continue;
    CAPTURE(to_hex(texts[i]), texts[i]);
    CHECK(boundaries(texts[i]) == expected[i]);
    if (++different > 10) break;
  }
}

TEST_CASE("a prefix of some graphemes ends between two of them") {
  const std::string text = "a👩🏽‍🚀क्षb";

  CHECK(text.substr(0, grapheme_prefix(text, 0)).empty());
  CHECK(text.substr(0, grapheme_prefix(text, 2)) == "a👩🏽‍🚀");
  CHECK(text.substr(0, grapheme_prefix(text, 3)) == "a👩🏽‍🚀क्ष");
  CHECK(grapheme_prefix(text, 9) == text.size());
}

TEST_CASE("the width of a text is the columns a terminal gives it") {
  const auto pair = GENERATE(table<std::string, std::size_t>({
      {"", 0},
      {"plain", 5},
      {"日本語", 6},
      {"e\u0301", 1},
      {"👨‍👩‍👧‍👦", 2},
      {"👍🏽", 2},
      {"🇩🇪", 2},
      {"1️⃣", 2},
      {"☺", 1},
      {"☺\ufe0f", 2},
      {"\u2764\ufe0e", 1},
      {"각", 2},
      {"\u1100\u1161\u11a8", 2},
      {"ｆｕｌｌ", 8},
  }));
  const auto& [text, width] = pair;
  CAPTURE(text);

  CHECK(display_width(text) == width);
}

}  // namespace postq
