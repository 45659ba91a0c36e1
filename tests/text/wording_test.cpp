#include <postq/text/wording.h>

#include "support/catch.h"

using namespace postq;

TEST_CASE("a text is known whatever a server made of it") {
  const Wording sent(
      "Hi @bob, the **spring release** of our garden planner is out :party_parrot: & has <3 for \"herons\"");

  CHECK(
      sent.is_same("hi @bob@elsewhere.example, the spring release of our garden planner is out :party_parrot: &\n"
                   "has ❤3 for “herons”"));
  CHECK(
      sent.is_alike("Hi @bob@elsewhere.example, the spring release of our garden planner is out 🦜 & has <3 for "
                    "“herons”"));
  CHECK_FALSE(sent.is_apart("SPRING   RELEASE"));
  CHECK_FALSE(sent.is_apart("a planner"));
  CHECK_FALSE(sent.is_apart("gardenplanner"));
  CHECK(sent.is_apart("walked along the river this morning and saw three birds of prey"));
}

TEST_CASE("letters are the same however they are composed, written wide or cased") {
  const Wording sent("Größe: Caf\u00e9 im Straßenbahndepot, ﬁnale");

  CHECK(sent.is_same("GRÖSSE: Cafe\u0301 im straßenbahndepot, finale"));
  CHECK_FALSE(sent.is_apart("das strassenbahndepot ist zu"));
}

TEST_CASE("invisible characters inside a word don't hide it") {
  const Wording sent("garden planner calendar");

  CHECK(sent.is_same("gar\u00adden plan\u200bner calendar"));
}

TEST_CASE("two of a series are alike only by their number") {
  const Wording sent("Episode 12 of our little show is out now");

  CHECK(sent.is_alike("Episode 12 of our little show is out now!"));
  CHECK_FALSE(sent.is_alike("Episode 13 of our little show is out now"));
  CHECK_FALSE(sent.is_apart("Episode 13 of our little show is out now"));
}

TEST_CASE("a text with other words is not alike, and with one longer word in common not apart either") {
  const Wording sent("New blog post about oak leaves in autumn");

  CHECK_FALSE(sent.is_alike("New blog post about elm leaves in spring"));
  CHECK_FALSE(sent.is_apart("the autumn is here"));
  CHECK_FALSE(sent.is_alike("New blog post about oak leaves in autumn, and why I threw all of them away last week"));
}

TEST_CASE("of a short text nothing but the same text can be told") {
  const Wording sent("good morning");

  CHECK(sent.is_same("Good morning!"));
  CHECK(sent.is_alike("Good morning!"));
  CHECK_FALSE(sent.is_alike("good evening"));
  CHECK_FALSE(sent.is_apart("walked along the river this morning"));
  CHECK_FALSE(sent.is_apart("something else entirely"));
}

TEST_CASE("links, mentions and smileys prove nothing: servers rewrite them") {
  const Wording sent("see https://example.org/garden/planner/calendar @somebody@elsewhere.example :blobcat_reading:");

  CHECK_FALSE(sent.is_apart("something else entirely"));
  CHECK_FALSE(sent.is_same("see example.org/garden…"));
}

TEST_CASE("scripts without spaces are told apart by what stands together") {
  const Wording sent("今日は庭の計画表ができました");

  CHECK(sent.is_same("今日は庭の計画表ができました。"));
  CHECK_FALSE(sent.is_apart("庭の計画表"));
  CHECK(sent.is_apart("川を歩いて鷺を三羽見た"));
}

TEST_CASE("texts without a letter are the same when their characters are") {
  CHECK(Wording("🎉").is_same(" 🎉\n"));
  CHECK_FALSE(Wording("🎉").is_same("🌳"));
  CHECK_FALSE(Wording("🎉").is_apart("🌳"));
  CHECK(Wording("").is_same(""));
  CHECK_FALSE(Wording("").is_same("words"));
  CHECK_FALSE(Wording("").is_apart("words"));
}

TEST_CASE("what is no UTF-8 is compared, and harms nobody") {
  const Wording sent("garden \xff planner \xc3");

  CHECK_FALSE(sent.is_same("something"));
  CHECK(sent.is_same("garden \xff planner \xc3"));
}
