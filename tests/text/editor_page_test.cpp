#include <postq/text/editor_page.h>

#include "support/catch.h"

using namespace postq;

namespace {

const std::string kBelow = "# Write it above.\n#\n# @tom, 07:00\n# > is it oak?\n#\n";

}  // namespace

TEST_CASE("an editor's page begins with the text, and what stands below the line is no part of it") {
  const auto page = editor_page("Oak.", kBelow);

  CHECK(page.starts_with("Oak.\n\n# -- >8 --"));
  const auto parts = parts_of_page(page, kBelow);
  CHECK(parts.text == "Oak.");
  CHECK(parts.left_out.empty());
  CHECK(parts_of_page(editor_page("", kBelow), kBelow).text.empty());
}

TEST_CASE("what is typed below the line is told from what stood there") {
  auto page = editor_page("Oak.\n\n#oak", kBelow);
  page.insert(page.find("# > is it oak?"), "(or ash)\n# a note\n");
  page += "at the end\n";

  const auto parts = parts_of_page(page, kBelow);

  CHECK(parts.text == "Oak.\n\n#oak");
  CHECK(parts.left_out == "(or ash)\n# a note\nat the end");
  // Not known any more, what looks like ours is ours.
  CHECK(parts_of_page(page, {}).left_out == "(or ash)\nat the end");
}

TEST_CASE("without its line a page ends where the first of ours stands, and a page of text alone is all text") {
  CHECK(parts_of_page("Oak.\n" + kBelow + "more\n", kBelow).text == "Oak.");
  CHECK(parts_of_page("Oak.\n" + kBelow + "more\n", kBelow).left_out == "more");
  CHECK(parts_of_page("Oak.\n#\n# of my own\n", kBelow).text == "Oak.\n#\n# of my own");
  CHECK(parts_of_page("  indented\n", kBelow).text == "  indented");
  CHECK(parts_of_page("", kBelow).text.empty());
}

TEST_CASE("a text may have such a line of its own") {
  const std::string text = "git cuts here:\n# -- >8 --\nand goes on";

  CHECK(parts_of_page(editor_page(text, kBelow), kBelow).text == text);
}

TEST_CASE("rescued pages of 0.1.0 give their text") {
  const std::string answer =
      "# @tom, 07:00\n> is it oak?\n#\n# ------ 8< ------ everything above this line is left out ------\nOak.\n"
      "# ------ the advice below this line is left out ------\n# Write the answer between the two lines; save and "
      "quit. An empty text ends it.\nand a note\n";

  CHECK(parts_of_page(answer, {}).text == "Oak.");
  CHECK(parts_of_page(answer, {}).left_out == "and a note");
}
