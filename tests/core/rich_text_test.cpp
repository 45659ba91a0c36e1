// Mentions, links and tags in a text: the vectors of the AT Protocol's own library, and links shown short.
#include <rapidcheck.h>

#include <postq/core/rich_text.h>
#include <postq/text/text.h>

#include "support/catch.h"

using namespace postq;

namespace {

// "link 6-24 https://..." for each mark.
std::vector<std::string> marks(std::string_view text) {
  std::vector<std::string> found;
  for (const Facet& facet : detect_facets(text)) {
    const char* kind = facet.kind == Facet::Kind::link ? "link" : facet.kind == Facet::Kind::tag ? "tag" : "mention";
    found.push_back(std::string(kind) + " " + std::to_string(facet.begin) + "-" + std::to_string(facet.end) + " " +
                    facet.target);
  }
  return found;
}

using Marks = std::vector<std::string>;

std::string shown(std::string_view text) {
  return shorten_links(text, detect_facets(text)).text;
}

}  // namespace

TEST_CASE("mentions are names with a top-level domain that stand by themselves") {
  CHECK(marks("no mention").empty());
  CHECK(marks("@handle.com middle end") == Marks{"mention 0-11 handle.com"});
  CHECK(marks("start middle @handle.com") == Marks{"mention 13-24 handle.com"});
  CHECK(marks("@a.com @b.com\n@c.com") == Marks{"mention 0-6 a.com", "mention 7-13 b.com", "mention 14-20 c.com"});
  CHECK(marks("@full123-chars.test") == Marks{"mention 0-19 full123-chars.test"});
  CHECK(marks("not@right").empty());
  CHECK(marks("@handle.com!@#$chars") == Marks{"mention 0-11 handle.com"});
  CHECK(marks("parenthetical (@handle.com)") == Marks{"mention 15-26 handle.com"});
  CHECK(marks("ask @handle.com.") == Marks{"mention 4-15 handle.com"});
  CHECK(marks("@nobody, @some.jpg, @").empty());
}

TEST_CASE("offsets are in bytes") {
  CHECK(marks("✨ example mentioning @atproto.com to share the URL 👨‍❤️‍👨 "
              "https://en.wikipedia.org/wiki/CBOR.") ==
        Marks{"mention 23-35 atproto.com", "link 74-108 https://en.wikipedia.org/wiki/CBOR"});
}

TEST_CASE("links are addresses with a scheme, or names under a top-level domain") {
  CHECK(marks("start https://middle.com/foo/bar?baz=bux#hash end") ==
        Marks{"link 6-45 https://middle.com/foo/bar?baz=bux#hash"});
  CHECK(marks("https://newline1.com\nhttps://newline2.com") ==
        Marks{"link 0-20 https://newline1.com", "link 21-41 https://newline2.com"});
  CHECK(marks("start middle.com/foo end") == Marks{"link 6-20 https://middle.com/foo"});
  CHECK(marks("a trailing bsky.app: colon") == Marks{"link 11-19 https://bsky.app"});
  CHECK(marks("Https://foo.com") == Marks{"link 0-15 Https://foo.com"});
  CHECK(marks("httpbin.org/get") == Marks{"link 0-15 https://httpbin.org/get"});
  for (const char* text : {"not.. a..url ..here", "e.g.", "e.g./foo", "something-cool.jpg", "website.com.jpg",
                           "website.com.jpg/foo", "https://", "https://.", "ahttps://foo.com"}) {
    INFO(text);
    CHECK(marks(text).empty());
  }
}

TEST_CASE("punctuation behind a link is the sentence's") {
  CHECK(marks("punctuation https://foo.com, https://bar.com/whatever; https://baz.com.") ==
        Marks{"link 12-27 https://foo.com", "link 29-53 https://bar.com/whatever", "link 55-70 https://baz.com"});
  CHECK(marks("parenthentical (https://foo.com)") == Marks{"link 16-31 https://foo.com"});
  CHECK(marks("except for https://foo.com/thing_(cool)") == Marks{"link 11-39 https://foo.com/thing_(cool)"});
}

TEST_CASE("links are those that the review and the feed find") {
  CHECK(marks("now.https://a.org/a :https://b.org/b \u201Chttps://c.org\u201D") ==
        Marks{"link 4-19 https://a.org/a", "link 21-36 https://b.org/b", "link 40-53 https://c.org"});
  CHECK(marks("(https://a.org/wiki/Foo_(bar)). https://a.org/q!!") ==
        Marks{"link 1-29 https://a.org/wiki/Foo_(bar)", "link 32-47 https://a.org/q"});
  CHECK(marks("「a.org/docs」を") == Marks{"link 3-13 https://a.org/docs"});
  CHECK(marks("#tag:https://a.org/x") == Marks{"tag 0-4 tag", "link 5-20 https://a.org/x"});
  CHECK(marks("ann.co@example.org").empty());
  CHECK(marks("a.org/web/https://b.org/x") == Marks{"link 0-10 https://a.org/web/", "link 10-25 https://b.org/x"});
  const auto pieces = rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("https://", "a.org", "/", "(", ")", "[", "]", "、", "」", "\u201C", ".", "!", "x",
                                    "日", " ", "#", "@", "_", "'", ",", "?", ":", "\u2014"));
  CHECK(rc::check([&pieces] {
    std::string text;
    for (const std::string& piece : *pieces) text += piece;
    std::vector<std::string> with_scheme;
    for (const Facet& facet : detect_facets(text)) {
      const bool bare = !text.substr(facet.begin, facet.end - facet.begin).starts_with("https://");
      if (facet.kind == Facet::Kind::link && !bare) with_scheme.push_back(facet.target);
    }
    std::vector<std::string> found;
    for (const Link& link : find_links(text)) found.push_back(link.url);
    RC_ASSERT(with_scheme == found);
  }));
}

TEST_CASE("hashtags are words with more than digits and punctuation") {
  CHECK(marks("#a #b") == Marks{"tag 0-2 a", "tag 3-5 b"});
  CHECK(marks("#1 # #? ## text #").empty());
  CHECK(marks("#1a") == Marks{"tag 0-3 1a"});
  CHECK(marks("body #tag body") == Marks{"tag 5-9 tag"});
  CHECK(marks("its a #double#rainbow") == Marks{"tag 6-21 double#rainbow"});
  CHECK(marks("##hashash") == Marks{"tag 0-9 #hashash"});
  CHECK(marks("some #n0n3s@n5e!") == Marks{"tag 5-15 n0n3s@n5e"});
  CHECK(marks("works #with,punctuation") == Marks{"tag 6-23 with,punctuation"});
  CHECK(marks("strips trailing #punctuation, #like. #this!") ==
        Marks{"tag 16-28 punctuation", "tag 30-35 like", "tag 37-42 this"});
  CHECK(marks("strips #multi_trailing___...") == Marks{"tag 7-22 multi_trailing"});
  CHECK(marks("works with #🦋 emoji, and #butter🦋fly") == Marks{"tag 11-16 🦋", "tag 28-42 butter🦋fly"});
  CHECK(marks("this #️⃣tag should not be a tag").empty());
  CHECK(marks("no match: #\u200B").empty());
  CHECK(marks("＃日本語") == Marks{"tag 0-12 日本語"});
  CHECK(marks("not (#this) or a#that").empty());
}

TEST_CASE("a tag has at most 64 graphemes") {
  const std::string longest(64, 'a');
  CHECK(marks("body #" + longest) == Marks{"tag 5-70 " + longest});
  CHECK(marks("body #" + longest + "!") == Marks{"tag 5-70 " + longest});
  CHECK(marks("body #" + longest + "b").empty());
  std::string butterflies;
  for (int i = 0; i < 33; ++i) butterflies += "🦋";
  CHECK(marks("#" + butterflies).size() == 1);
}

TEST_CASE("cashtags are tags of one to five letters and digits") {
  CHECK(marks("$abc and ($X1), $12 $toolong A$B") == Marks{"tag 0-4 $ABC", "tag 10-13 $X1"});
}

TEST_CASE("long links are shown as the app shows them, and lead where they led") {
  CHECK(shown("see https://example.org/") == "see example.org");
  CHECK(shown("see https://Example.ORG/short?a=b.") == "see example.org/short?a=b.");
  CHECK(shown("https://example.org/a/page/with-a-long-name end") == "example.org/a/page/with-... end");
  CHECK(shown("https://example.org?query=something-long") == "example.org/?query=somet...");
  CHECK(shown("example.org/a/page/with-a-long-name") == "example.org/a/page/with-a-long-name");
  CHECK(shown("https://bank.example@evil.example/a/page/with-a-long-name") ==
        "https://bank.example@evil.example/a/page/with-a-long-name");
  const std::string text = "a https://example.org/a/page/with-a-long-name b https://example.org/x #c";
  const RichText rich = shorten_links(text, detect_facets(text));
  REQUIRE(rich.facets.size() == 3);
  CHECK(rich.text.substr(rich.facets[0].begin, rich.facets[0].end - rich.facets[0].begin) ==
        "example.org/a/page/with-...");
  CHECK(rich.facets[0].target == "https://example.org/a/page/with-a-long-name");
  CHECK(rich.text.substr(rich.facets[2].begin, rich.facets[2].end - rich.facets[2].begin) == "#c");
}

TEST_CASE("marks are in order, within the text, and cut no letter, whatever the text") {
  CHECK(rc::check([] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("@", "#", "$", "＃", "a", "é", "日", "🦋", "\u200D", ".", "com", "https://",
                                      "(", ")", " ", "\n", "/", "1", "-", "@a.com", "b.org/", "\u3000", "\uFE0F", "!"));
    std::string text;
    for (const std::string& piece : pieces) text += piece;
    const auto facets = detect_facets(text);
    std::size_t end = 0;
    for (const Facet& facet : facets) {
      RC_ASSERT(facet.begin >= end && facet.begin < facet.end && facet.end <= text.size());
      RC_ASSERT(is_valid_utf8(text.substr(facet.begin, facet.end - facet.begin)));
      RC_ASSERT(!facet.target.empty());
      end = facet.end;
    }
    const RichText rich = shorten_links(text, facets);
    RC_ASSERT(is_valid_utf8(rich.text) && rich.facets.size() == facets.size());
  }));
}
