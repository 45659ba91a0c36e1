#include "platforms/html/said_html.h"

#include "platforms/common/said.h"
#include "support/catch.h"

using namespace postq;

TEST_CASE("lists, headings, paragraphs, quotes and code of a rich post keep their lines") {
  CHECK(readable_text("<h1>Title</h1><p>Steps</p><ol><li>one</li><li>two</li></ul><pre><code>if a:\n  go()</code></pre>"
                      "<blockquote>said</blockquote>mine") ==
        "Title\n\nSteps\n\n1. one\n2. two\n\nif a:\n  go()\n\n> said\n\nmine");
  CHECK(readable_text("<p>a<br>b<br /><br>c</p>\n<p>d</p>") == "a\nb\n\nc\n\nd");
  CHECK(readable_text("<ul>\n<li><p>one</p><ul><li>in it</li></ul></li>\n<li>two</li>\n</ul>after") ==
        "- one\n  - in it\n- two\n\nafter");
  CHECK(readable_text("<ol start=\"3\"><li>c</li><li>d</li></ol>") == "3. c\n4. d");
  CHECK(readable_text("<blockquote><p>one</p><p>two</p></blockquote><p>mine</p>") == "> one\n\n> two\n\nmine");
  CHECK(readable_text("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>") == "a | b\nc");
}

TEST_CASE("a plain post is shown as it was typed") {
  CHECK(readable_text("<p>one &amp; <b>two</b></p>") == "one & two");
  CHECK(readable_text("two  spaces\nand a line") == "two  spaces\nand a line");
  CHECK(readable_text(
            "<p><span class=\"h-card\"><a href=\"https://x.example/@bob\">@<span>bob</span></a></span> hi "
            "<a href=\"https://x.example/long\"><span class=\"invisible\">https://</span>x.example/long</a></p>") ==
        "@bob hi https://x.example/long");
}

TEST_CASE("a word that is a link says where it leads") {
  CHECK(readable_text("<p>read <a rel=\"x\" href=\"https://oak.example/a?b&amp;c\">this</a>!</p>") ==
        "read this (https://oak.example/a?b&c)!");
  CHECK(readable_text("<a href=\"javascript:alert(1)\">this</a>") == "this");
  CHECK(readable_text("<a href=\"https://oak.example/\">oak.example</a>") == "oak.example");
}

TEST_CASE("broken markup costs nothing but itself") {
  CHECK(readable_text("<p>open <a") == "open");
  CHECK(readable_text("</ul></li></blockquote>x<") == "x");
  CHECK(readable_text("<script>evil()</script>seen") == "seen");
  CHECK(readable_text("").empty());
  std::string deep;
  for (int n = 0; n < 10'000; ++n) deep += "<ul><li><blockquote>";
  CHECK(readable_text(deep + "x").ends_with("- x"));
}

TEST_CASE("what is attached is told by what it shows") {
  CHECK(attachment_line("image", "A cat\non the mat ") == "[image: A cat on the mat]");
  CHECK(attachment_line("image", "") == "[image]");
  CHECK(attachment_line("gifv", "x") == "[animation: x]");
  CHECK(attachment_line("unknown", "") == "[attachment]");
  CHECK(with_attachments("", "\n[image]") == "[image]");
  CHECK(with_attachments("Look", "\n[image]") == "Look\n[image]");
  CHECK(with_attachments("Look", "") == "Look");
}
