#include <rapidcheck.h>

#include <postq/text/encoding.h>
#include <postq/text/text.h>

#include "support/catch.h"

namespace postq {

TEST_CASE("line ends become line feeds and one final newline is dropped") {
  CHECK(normalise_text("one\r\ntwo\rthree\n").value() == "one\ntwo\nthree");
  CHECK(normalise_text("one\n\n").value() == "one\n");
  CHECK(normalise_text("\r\n").value().empty());
  CHECK(normalise_text("a\tb").value() == "a\tb");
  CHECK(normalise_text("").value().empty());
}

TEST_CASE("text that is not UTF-8 is refused with line and byte") {
  const auto text = normalise_text("fine\r\ncaf\xe9 au lait");

  REQUIRE_FALSE(text);
  CHECK(text.error().kind == ErrorKind::usage);
  CHECK(text.error().message == "text is not valid UTF-8 at line 2, byte 4");
  CHECK_FALSE(text.error().hint.empty());
}

TEST_CASE("byte order marks are no text") {
  CHECK(normalise_text("\uFEFFhttps://a.example").value() == "https://a.example");
  CHECK(normalise_text("one\r\n\uFEFFtwo").value() == "one\ntwo");
  CHECK(normalise_text("\uFEFF").value().empty());
  CHECK(normalise_text("a\uFEFFb").value() == "a\uFEFFb");
}

TEST_CASE("text in another encoding is named as iconv names it") {
  const auto utf16 = [](std::string_view ascii, bool big, std::string text = {}) {
    for (const char c : ascii) (text += big ? std::string{'\0', c} : std::string{c, '\0'});
    return text;
  };
  CHECK(foreign_encoding("plain").empty());
  CHECK(foreign_encoding("na\u00efve").empty());
  CHECK(foreign_encoding(std::string_view("a\0bc", 4)).empty());
  CHECK(foreign_encoding(utf16("Hello\r\n", false, "\xFF\xFE")) == "UTF-16");
  CHECK(foreign_encoding(utf16("Hello", true, "\xFE\xFF")) == "UTF-16");
  CHECK(foreign_encoding(utf16("Hello", false)) == "UTF-16LE");
  CHECK(foreign_encoding(utf16("Hello", true)) == "UTF-16BE");
  CHECK(foreign_encoding(std::string_view("\xFF\xFE\0\0H\0\0\0", 8)) == "UTF-32");
  CHECK(foreign_encoding("caf\xe9") == "WINDOWS-1252");

  const auto refused = normalise_text(utf16("Hello", false, "\xFF\xFE"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "text is UTF-16, not UTF-8");
  CHECK(refused.error().hint == "iconv -f UTF-16 -t UTF-8 FILE");
}

TEST_CASE("control characters are refused by name") {
  CHECK(normalise_text(std::string_view("a\0b", 3)).error().message ==
        "text holds the control character U+0000 at line 1, byte 2");
  CHECK(normalise_text("\x1b[31mred").error().message == "text holds the control character U+001b at line 1, byte 1");
  CHECK_FALSE(normalise_text("\x7f"));
  CHECK_FALSE(
      normalise_text("\xc2\x9b"
                     "31m"));
  CHECK(normalise_text("\xc2\xa0"));
}

TEST_CASE("UTF-8 is what RFC 3629 says") {
  for (const auto* good : {"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                           "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    CAPTURE(good);
    CHECK(is_valid_utf8(good));
  }
  for (const auto* bad : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
                          "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82", "\xff", "a\xc2"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_valid_utf8(bad));
  }
}

TEST_CASE("code points and UTF-16 units are counted as platforms count them") {
  CHECK(count_code_points("na\u00efve \U0001F600") == 7);
  CHECK(count_utf16("na\u00efve \U0001F600") == 8);
  CHECK(count_code_points("\xff\xfe") == 2);
}

TEST_CASE("lines are wrapped at spaces and never wider than asked") {
  CHECK(wrap("the quick brown fox", 10) == std::vector<std::string>{"the quick", "brown fox"});
  CHECK(wrap("one\n\n  two", 10) == std::vector<std::string>{"one", "", "  two"});
  CHECK(wrap("", 10) == std::vector<std::string>{""});
  CHECK(wrap("abcdefghij", 4) == std::vector<std::string>{"abcd", "efgh", "ij"});
  CHECK(wrap("x abcdefghij y", 4) == std::vector<std::string>{"x", "abcd", "efgh", "ij y"});
  CHECK(wrap("日本語です", 4) == std::vector<std::string>{"日本", "語で", "す"});
  CHECK(wrap("日本", 1) == std::vector<std::string>{"日", "本"});
}

TEST_CASE("wrapping loses nothing but spaces and keeps the width") {
  CHECK(rc::check("wrap", [](const std::string& text) {
    const auto columns = *rc::gen::inRange<std::size_t>(2, 30);
    const auto strip = [](std::string s) {
      std::erase_if(s, [](char c) { return c == ' ' || c == '\n'; });
      return s;
    };
    std::string joined;
    for (const auto& line : wrap(text, columns)) {
      RC_ASSERT(display_width(line) <= columns);
      RC_ASSERT(line.find('\n') == std::string::npos);
      joined += line;
    }
    RC_ASSERT(strip(joined) == strip(text));
  }));
}

TEST_CASE("a text too long for its column is cut with dots, never inside a grapheme") {
  CHECK(shorten("short", 5) == "short");
  CHECK(shorten("a longer one", 8) == "a lon...");
  CHECK(shorten("日本語です", 8) == "日本...");
  CHECK(shorten("👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 5) ==
        "👨‍👩‍👧‍👦...");
  CHECK(shorten("abcdef", 2) == "..");
  CHECK(shorten("abcdef", 0).empty());
}

TEST_CASE("columns are padded by what the terminal shows") {
  CHECK(pad("ab", 4) == "ab  ");
  CHECK(pad("日本", 5) == "日本 ");
  CHECK(pad("e\u0301", 3) == "e\u0301  ");
  CHECK(pad("longer", 3) == "longer");
}

TEST_CASE("a difference keeps what is common and marks the rest") {
  CHECK(diff_lines("one\ntwo\nthree", "one\n2\nthree\nfour") ==
        std::vector<std::string>{"  one", "- two", "+ 2", "  three", "+ four"});
  CHECK(diff_lines("", "new") == std::vector<std::string>{"+ new"});
  CHECK(diff_lines("old", "") == std::vector<std::string>{"- old"});
  CHECK(diff_lines("same", "same") == std::vector<std::string>{"  same"});
  CHECK(diff_lines("", "").empty());
  CHECK(diff_lines("a\na", "a") == std::vector<std::string>{"  a", "- a"});
}

TEST_CASE("both sides of a difference can be read back from it") {
  CHECK(rc::check("diff", [] {
    const auto lines = rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a", "b", "c", ""));
    const auto join = [](const std::vector<std::string>& all) {
      std::string text = "start";
      for (const auto& line : all) text += "\n" + line;
      return text;
    };
    const auto before = join(*lines);
    const auto after = join(*lines);
    std::vector<std::string> old_side;
    std::vector<std::string> new_side;
    for (const auto& entry : diff_lines(before, after)) {
      if (entry[0] != '+') old_side.push_back(entry.substr(2));
      if (entry[0] != '-') new_side.push_back(entry.substr(2));
    }
    RC_ASSERT(join({old_side.begin() + 1, old_side.end()}) == before);
    RC_ASSERT(join({new_side.begin() + 1, new_side.end()}) == after);
  }));
}

TEST_CASE("differences of very long texts come without a table") {
  std::string before;
  std::string after;
  for (int i = 0; i < 3000; ++i) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  const auto entries = diff_lines(before, after);

  CHECK(entries.size() == 6001);
  CHECK(entries.front() == "- a0");
  CHECK(entries[3000] == "+ b0");
}

TEST_CASE("a slip of the fingers finds the word that was meant") {
  const std::vector<std::string> commands{"add", "review", "reject", "resume", "status"};

  CHECK(closest("reveiw", commands) == "review");
  CHECK(closest("statsu", commands) == "status");
  CHECK(closest("ad", commands) == "add");
  CHECK(closest("addd", commands) == "add");
  CHECK(closest("mastodon", commands) == std::nullopt);
  CHECK(closest("", commands) == std::nullopt);
  CHECK(closest("review", {}) == std::nullopt);
}

}  // namespace postq
