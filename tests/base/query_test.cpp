#include <postq/base/query.h>

#include "support/catch.h"

using namespace postq;

TEST_CASE("the fields of a query are decoded, and the first of a name counts") {
  const auto fields = query_fields("code=a%2Fb%20c+d&state=&empty&&x=1=2&code=another");

  CHECK(fields.at("code") == "a/b c d");
  CHECK(fields.at("state").empty());
  CHECK(fields.at("empty").empty());
  CHECK(fields.at("x") == "1=2");
  CHECK(fields.size() == 4);
  CHECK(query_fields("").empty());
}

TEST_CASE("what only looks like an escape in a query stays as it is") {
  const auto fields = query_fields("a=100%&b=%zz&c=%4&d=%-1&e=%41");

  CHECK(fields.at("a") == "100%");
  CHECK(fields.at("b") == "%zz");
  CHECK(fields.at("c") == "%4");
  CHECK(fields.at("d") == "%-1");
  CHECK(fields.at("e") == "A");
}
