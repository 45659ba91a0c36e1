#include <rapidcheck.h>

#include <postq/core/json_line.h>

#include "support/catch.h"

using namespace postq;

TEST_CASE("JSON spells out what steers a terminal or can't be seen there") {
  CHECK(json_string("say \"hi\"\\\n\t") == R"("say \"hi\"\\\n\t")");
  CHECK(json_string("\x1b[2J\x7f\xc2\x9b") == R"("\u001b[2J\u007f\u009b")");
  CHECK(json_string("\u202Eevil\u202C \u2066isolated\u2069") == R"("\u202eevil\u202c \u2066isolated\u2069")");
  CHECK(json_string("zero\u200Bwidth\uFEFF\u2028") == R"("zero\u200bwidth\ufeff\u2028")");
  CHECK(json_string("\U000E0067") == R"("\udb40\udc67")");
}

TEST_CASE("JSON leaves what can be seen as it is") {
  for (const std::string text : {"Grüße", "日本語", "🍪", "e\u0301", "❤\uFE0F"}) {
    CHECK(json_string(text) == "\"" + text + "\"");
  }
}

TEST_CASE("bytes that are no UTF-8 become the replacement character in JSON") {
  CHECK(json_string("a\xff\xc3") == R"("a\ufffd\ufffd")");
}

TEST_CASE("whatever is written as JSON has no control and no stray byte in it") {
  rc::check([](const std::string& text) {
    for (const char byte : json_string(text)) {
      RC_ASSERT(static_cast<unsigned char>(byte) >= 0x20);
      RC_ASSERT(byte != 0x7f);
    }
  });
}
