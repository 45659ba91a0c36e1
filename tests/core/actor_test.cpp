#include <postq/core/actor.h>

#include "support/catch.h"

using namespace postq;

TEST_CASE("a name that events may show is text that can be seen, and no longer than 64 characters") {
  std::string longest;
  for (int n = 0; n < 64; ++n) longest += "\xc3\xb6";

  CHECK(check_actor_name("anna"));
  CHECK(check_actor_name("J\xc3\xb6rg \xc3\x98stby (shop)"));
  CHECK(check_actor_name(longest));
  for (const auto& name : {longest + "x", std::string(), std::string("  "), std::string("a\nb"), std::string("a\tb"),
                           std::string("\x1b[31mred"), std::string("a\0b", 3), std::string("\xff\xfe"),
                           std::string("\xe2\x80\xae"
                                       "evil"),
                           std::string("a\xe2\x80\x8b"
                                       "b"),
                           std::string("a\x7f")}) {
    INFO(name);
    REQUIRE_FALSE(check_actor_name(name));
    CHECK(check_actor_name(name).error().kind == ErrorKind::usage);
  }
}

TEST_CASE("an agent is named with the person it acts for") {
  CHECK(say_actor({"anna"}) == "anna");
  CHECK(say_actor({"claude", true, "anna"}) == "claude, for anna");
  CHECK(say_actor({"claude", true}) == "claude, a program");
}
