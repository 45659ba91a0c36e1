// Counting as the servers do, and knowing a text again in what they make of it.
#include "platforms/mastodon/text.h"

#include <rapidcheck.h>

#include "platforms/platform_fixture.h"
#include "support/catch.h"

using namespace postq;

namespace {

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::size_t length(const std::string& text, const std::string& warning = "",
                   MastodonSoftware software = MastodonSoftware::mastodon) {
  MastodonServer server;
  server.software = software;
  return mastodon_length(server, warning, text);
}

}  // namespace

TEST_CASE("a text is as long as Mastodon's own examples say") {
  const std::string url = "http://" + times(30, "b") + ".com/example";
  CHECK(length(times(76, "a") + " " + url) == 100);
  CHECK(length(times(76, "a") + url) == 125);
  CHECK(length("http://example.com/valid?" + times(1000, "#foo?")) > 500);
  CHECK(length(times(75, "a") + " @alice@" + times(30, "b") + ".com") == 82);
  CHECK(length("@alice@" + times(506, "b") + ".com") == 517);
  CHECK(length(times(100, "\u2728")) == 100);
  CHECK(length(times(100, "\U0001F3F3\uFE0F\u200D\u26A7\uFE0F")) == 100);
  CHECK(length(times(50, "a"), times(55, "a")) == 105);
  CHECK(length(times(476, "a") + " " + url) == 500);
}

TEST_CASE("a link counts the same however long it is, and only what is a link") {
  CHECK(length("https://example.org") == 23);
  CHECK(length("https://example.org/a/very/long/path/that/goes/on?and=on&and=on#and-on") == 23);
  CHECK(length("HTTPS://EXAMPLE.ORG/x") == 23);
  CHECK(length("gemini://example.org") == 23);
  CHECK(length("(https://example.org/x)") == 25);
  CHECK(length("https://example.org/x.") == 24);
  CHECK(length("https://example.org/a_(b)") == 23);
  CHECK(length("https://example.org/a_(b(c)d)e, f") == 26);
  CHECK(length("https://example.org/x?!") == 25);
  CHECK(length("https://example.org:8080/x") == 23);
  CHECK(length("https://m\u00fcnchen.de/stra\u00dfe") == 23);
  CHECK(length("https://example.org/a https://example.org/b") == 47);
  CHECK(length("see:https://example.org") == 27);
  // These are no links there.
  CHECK(length("example.org/a/very/long/path") == 28);
  CHECK(length("https://example.com\u3067\u3059") == 25);
  CHECK(length("https://\u4f8b\u3048.\u30c6\u30b9\u30c8/x") == 23);
  CHECK(length("https://xn--r8jz45g.xn--zckzah/abc") == 23);
  CHECK(length("http://localhost:3000/abcdefgh") == 30);
  CHECK(length("http://127.0.0.1/a/b/c/d/e/f/g") == 30);
  CHECK(length("https://printer.nowhere/abcdefg") == 31);
  CHECK(length("ftp://example.org/a/b/c/d/e/f/g") == 31);
  CHECK(length("#https://example.org/a/b/c/d/e/f") == 32);
  CHECK(length("https://anna@example.org/a/b/c/d/e") == 34);
  CHECK(length("http://") == 7);
  CHECK(length("://") == 3);
}

TEST_CASE("a mention counts without its domain, and only what is a mention") {
  CHECK(length("@alice@example.org hello") == 12);
  CHECK(length("@alice hello") == 12);
  CHECK(length("@a.l-ice@example.org.") == 9);
  CHECK(length("(@alice@example.org)") == 8);
  CHECK(length("mail alice@example.org") == 22);
  CHECK(length("https://example.org/@alice@example.com") == 23);
  CHECK(length("@alice@") == 7);
  CHECK(length("@") == 1);
  CHECK(length("@@") == 2);
}

TEST_CASE("a warning counts as it stands, with links and mentions in full") {
  CHECK(length("x", "https://example.org/abcdefghijkl") == 33);
  CHECK(length("x", "@alice@example.org") == 19);
}

TEST_CASE("GoToSocial and Pixelfed count code points and shorten nothing") {
  const std::string text = "https://example.org/abcdefghijkl @a@example.org \U0001F3F3\uFE0F\u200D\u26A7\uFE0F";
  CHECK(length(text, "abc", MastodonSoftware::gotosocial) == 56);
  CHECK(length(text, "abc", MastodonSoftware::pixelfed) == 53);
}

TEST_CASE("no text makes the counting stumble, and without marks it counts graphemes") {
  CHECK(rc::check("lengths", [](const std::vector<std::string>& pieces) {
    const std::vector<std::string> atoms{"@", "a",  "://",    "https", ".",     "/",      "(", ")",
                                         "?", "\n", "\u00e9", "-",     "b.com", "@c@d.e", " ", "\U0001F600"};
    std::string text;
    for (const std::string& piece : pieces) {
      text += atoms[std::hash<std::string>{}(piece) % atoms.size()];
    }
    RC_ASSERT(length(text) <= text.size() + 23 * text.size());
    RC_ASSERT(same_words(text, text));
  }));
  CHECK(rc::check("plain", [](const std::vector<bool>& pieces) {
    std::string text;
    for (const bool piece : pieces) text += piece ? "e\u0301" : " ";
    RC_ASSERT(length(text) == pieces.size());
  }));
}

TEST_CASE("a text is known again in the HTML that a server makes of it") {
  const std::string sent = "Hi @anna@example.org & all,\n\n#Oak: https://www.example.org/a/long/path/to/it?x=1&y=2 <3";
  const std::string shown = text_of_status(
      "<p>Hi <span class=\"h-card\"><a href=\"https://example.org/@anna\" class=\"u-url "
      "mention\">@<span>anna</span></a>"
      "</span> &amp; all,</p><p><a href=\"x\">#<span>Oak</span></a>: <a href=\"x\"><span "
      "class=\"invisible\">https://www."
      "</span><span class=\"ellipsis\">example.org/a/long/path/to/it?</span><span "
      "class=\"invisible\">x=1&amp;y=2</span>"
      "</a> &lt;3</p>");

  CHECK(same_words(sent, shown));
  CHECK_FALSE(same_words(sent + "!", shown));
  CHECK_FALSE(same_words("", shown));
  CHECK(text_of_status("<p class=\"quote-inline\">RE: <a href=\"x\">https://x.example/1</a></p><p>own</p>") == "own");
  CHECK(text_of_status("<p class=\"quote-inline\">RE:").empty());
}
