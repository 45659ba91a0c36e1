#include <rapidcheck.h>

#include <postq/base/markup.h>

#include "support/catch.h"

using namespace postq;

TEST_CASE("markup is escaped, and what XML can't hold is dropped") {
  CHECK(escape_markup("<a b=\"c\" d='e'>&") == "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
  CHECK(escape_markup("a\x01\t\n\x1f\xEF\xBF\xBF"
                      "b\xEF\xBF\xBD") ==
        "a\t\n"
        "b\xEF\xBF\xBD");
}

TEST_CASE("whatever the text is, its markup opens no element, ends no attribute and begins no entity of its own") {
  CHECK(rc::check("any bytes", [] {
    const auto escaped = escape_markup(*rc::gen::arbitrary<std::string>());

    RC_ASSERT(escaped.find_first_of("<>\"'") == std::string::npos);
    for (auto at = escaped.find('&'); at != std::string::npos; at = escaped.find('&', at + 1)) {
      const auto name = escaped.substr(at + 1, escaped.find(';', at) - at - 1);
      RC_ASSERT(name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "#39");
    }
  }));
}
