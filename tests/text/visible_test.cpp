#include <rapidcheck.h>

#include <postq/text/text.h>

#include "base/utf8.h"
#include "support/catch.h"

namespace postq {

namespace {

// What a terminal obeys instead of showing it.
bool reaches_terminal_raw(std::string_view shown) {
  for (std::size_t at = 0; at < shown.size();) {
    const auto point = code_point_at(shown, at);
    if (!point.valid) return true;
    if (point.value < 0x20 && point.value != U'\n') return true;
    if (point.value >= 0x7F && point.value <= 0x9F) return true;
    if (point.value >= 0x202A && point.value <= 0x202E) return true;
    if (point.value >= 0x2066 && point.value <= 0x2069) return true;
    if (point.value == 0x200E || point.value == 0x200F || point.value == 0x061C) return true;
    at += point.size;
  }
  return false;
}

std::string any_text() {
  const auto points = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::oneOf(
      rc::gen::inRange<std::uint32_t>(0, 0x250), rc::gen::inRange<std::uint32_t>(0x0600, 0x0E00),
      rc::gen::inRange<std::uint32_t>(0x2000, 0x2070), rc::gen::inRange<std::uint32_t>(0xFE00, 0x10000),
      rc::gen::inRange<std::uint32_t>(0x1F300, 0x1F6FF), rc::gen::inRange<std::uint32_t>(0xE0000, 0xE0200),
      rc::gen::element<std::uint32_t>(0x200C, 0x200D, 0xFE0F, 0x1F3F4, 0x2764, 0x094D, 0x0915)));
  std::string text;
  for (const auto point : points) append_utf8(text, point);
  return text;
}

}  // namespace

TEST_CASE("plain text in any language is shown as it is") {
  const auto* text = GENERATE("plain", "naïve café", "日本語 テキスト", "Привет", "שלום", "مرحبا", "می\u200cخواهم",
                              "न\u094d\u200dय", "ക\u0d28\u0d4d\u200d", "क्\u200cष", "👨‍👩‍👧‍👦",
                              "👩🏽‍🚀", "🏳️‍🌈", "1️⃣ #️⃣", "☺\ufe0f \u2764\ufe0e",
                              "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "葛\U000E0100城",
                              "e\u0301", "a\u00a0b", "<U+202E> \\x1b");
  CAPTURE(text);

  CHECK(visible_line(text) == text);
  CHECK(visible_text(text) == text);
  CHECK_FALSE(has_hidden_characters(text));
}

TEST_CASE("what steers a terminal is shown by name") {
  const auto pair = GENERATE(table<std::string, std::string>({
      {"\x1b[31mred", "\\x1b[31mred"},
      {"\x1b]0;title\x07", "\\x1b]0;title\\x07"},
      {"\x1b]52;c;cm0gLXJm\x1b\\", "\\x1b]52;c;cm0gLXJm\\x1b\\"},
      {"\x1b[6n", "\\x1b[6n"},
      {"\xc2\x9b"
       "31m",
       "<U+009B>31m"},
      {"\x9b"
       "31m",
       "\\x9b31m"},
      {"a\rb", "a\\rb"},
      {"\b\x7f", "\\x08\\x7f"},
      {"\u2028\u2029", "<U+2028><U+2029>"},
      {"\xff\xc0\xaf", "\\xff\\xc0\\xaf"},
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
  }));
  const auto& [text, shown] = pair;

  CHECK(visible_line(text) == shown);
  CHECK(visible_text(text) == shown);
  CHECK(has_hidden_characters(text));
}

TEST_CASE("what hides from the reader is shown by name") {
  const auto pair = GENERATE(table<std::string, std::string>({
      {"user\u202Etxt.exe", "user<U+202E>txt.exe"},
      {"\u2066a\u2069", "<U+2066>a<U+2069>"},
      {"a\u200Eb\u200Fc\u061C", "a<U+200E>b<U+200F>c<U+061C>"},
      {"pay\u200Bpal", "pay<U+200B>pal"},
      {"\uFEFFstart", "<U+FEFF>start"},
      {"in\u00ADvisible", "in<U+00AD>visible"},
      {"a\u2060\u2061\u2062\u2063\u2064", "a<U+2060><U+2061><U+2062><U+2063><U+2064>"},
      {"\u3164\u115F\uFFA0", "<U+3164><U+115F><U+FFA0>"},
      {"hi\U000E0068\U000E0069", "hi<U+E0068><U+E0069>"},
      {"\U000E0001", "<U+E0001>"},
      {"\uFFFE\U0010FFFF", "<U+FFFE><U+10FFFF>"},
  }));
  const auto& [text, shown] = pair;

  CHECK(visible_line(text) == shown);
  CHECK(has_hidden_characters(text));
}

TEST_CASE("a joiner is shown where it joins nothing") {
  CHECK(visible_line("pay\u200dpal") == "pay<U+200D>pal");
  CHECK(visible_line("a\u200cb") == "a<U+200C>b");
  CHECK(visible_line("\u200d👩") == "<U+200D>👩");
  CHECK(visible_line("👩\u200d") == "👩<U+200D>");
  CHECK(visible_line("👩\u200d\u200d👩") == "👩<U+200D><U+200D>👩");
  CHECK(visible_line("می\u200c\u200cخ") == "می<U+200C><U+200C>خ");
  CHECK(visible_line("می\u200c ") == "می<U+200C> ");
}

TEST_CASE("a variation selector is shown where it selects nothing") {
  CHECK(visible_line("a\ufe0f") == "a<U+FE0F>");
  CHECK(visible_line("☺\ufe0f\ufe0f") == "☺\ufe0f<U+FE0F>");
  CHECK(visible_line("☺\ufe01") == "☺<U+FE01>");
  CHECK(visible_line("😀\U000E0101\U000E0155") == "😀<U+E0101><U+E0155>");
  CHECK(visible_line("葛\U000E0100\U000E0101") == "葛\U000E0100<U+E0101>");
}

TEST_CASE("tags are let through in the flags that exist and nowhere else") {
  CHECK(visible_line("🏴\U000E0067\U000E0062") == "🏴<U+E0067><U+E0062>");
  CHECK(visible_line("🏴\U000E0068\U000E0069\U000E0067\U000E0068\U000E007F") ==
        "🏴<U+E0068><U+E0069><U+E0067><U+E0068><U+E007F>");
  CHECK(has_hidden_characters("😀\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"));
}

TEST_CASE("line feeds are breaks in a text and shown in a line") {
  CHECK(visible_text("one\ntwo") == "one\ntwo");
  CHECK(visible_line("one\ntwo") == "one\\ntwo");
  CHECK_FALSE(has_hidden_characters("one\ntwo"));
}

TEST_CASE("a tab is space in a text, shown in a line, and no alarm") {
  CHECK(visible_text("\tgo build\na\tb\nabcd\te") == "    go build\na   b\nabcd    e");
  CHECK(visible_text("日\tb") == "日  b");
  CHECK(visible_line("a\tb") == "a\\tb");
  CHECK_FALSE(has_hidden_characters("make:\n\tgo build"));
}

TEST_CASE("a mark of direction is named, and no alarm in a text that runs from right to left") {
  CHECK(visible_text("שלום \u200fC++") == "שלום <U+200F>C++");
  CHECK_FALSE(has_hidden_characters("שלום \u200fC++"));
  CHECK_FALSE(has_hidden_characters("\u200eC++\u200e مرحبا\u061c!"));
  CHECK(has_hidden_characters("C++\u200f"));
  CHECK(has_hidden_characters("שלום \u200f\u200fC++"));
  CHECK(has_hidden_characters("שלום \u202eC++"));
}

TEST_CASE("a space without width is let through where a script breaks lines by it") {
  CHECK(visible_text("ภาพ\u200bพิมพ์") == "ภาพ\u200bพิมพ์");
  CHECK_FALSE(has_hidden_characters("ភាសា\u200bខ្មែរ"));
  CHECK(has_hidden_characters("ภาพ\u200b\u200bพิมพ์"));
  CHECK(has_hidden_characters("pay\u200bpal"));
}

TEST_CASE("nothing a terminal obeys comes through, and what was made visible stays as it is") {
  CHECK(rc::check("bytes", [](const std::string& bytes) {
    RC_ASSERT_FALSE(reaches_terminal_raw(visible_text(bytes)));
    RC_ASSERT(visible_text(visible_text(bytes)) == visible_text(bytes));
  }));
  CHECK(rc::check("code points", [] {
    const auto text = any_text();
    const auto line = visible_line(text);
    RC_ASSERT_FALSE(reaches_terminal_raw(line));
    RC_ASSERT(line.find('\n') == std::string::npos);
    RC_ASSERT(visible_line(line) == line);
    RC_ASSERT(visible_text(visible_text(text)) == visible_text(text));
  }));
}

}  // namespace postq
