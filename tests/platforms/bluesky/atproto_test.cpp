// The words of the AT Protocol, against its own interoperability files where they are at hand, and pages' heads.
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <rapidcheck.h>

#include <postq/text/text.h>

#include "platforms/bluesky/atproto_syntax.h"
#include "platforms/bluesky/tid.h"
#include "platforms/common/link_card.h"
#include "platforms/pages/head.h"
#include "platforms/platform_fixture.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::testing;

namespace {

// The lines of a file of vectors, without comments; nothing when the specifications aren't here.
std::optional<std::vector<std::string>> vectors(const std::string& name) {
  const char* const named = std::getenv("POSTQ_SPECS");
  const std::string specs = named != nullptr ? named : std::string(POSTQ_SOURCE_DIR) + "/../shared/specs";
  const std::string path = specs + "/bluesky/interop-test-files/syntax/" + name;
  if (!std::filesystem::exists(path)) {
    WARN("skipped: no " + name + " (set POSTQ_SPECS to the folder of specifications)");
    return std::nullopt;
  }
  std::vector<std::string> lines;
  std::istringstream file(read_text(path));
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.front() != '#') lines.push_back(line);
  }
  REQUIRE_FALSE(lines.empty());
  return lines;
}

template <typename Check>
void compare(const std::string& word, const Check& check) {
  if (const auto valid = vectors(word + "_syntax_valid.txt")) {
    for (const std::string& line : *valid) {
      INFO(line);
      CHECK(check(line));
    }
  }
  if (const auto invalid = vectors(word + "_syntax_invalid.txt")) {
    for (const std::string& line : *invalid) {
      INFO(line);
      CHECK_FALSE(check(line));
    }
  }
}

PageHead head(std::string_view html, std::string_view type = "text/html; charset=utf-8") {
  return read_page_head(html, type);
}

}  // namespace

TEST_CASE("record keys are as the interoperability files say") {
  compare("tid", [](const std::string& line) { return parse_tid(line).has_value(); });
}

TEST_CASE("handles are as the interoperability files say") {
  compare("handle", [](const std::string& line) { return is_handle(line); });
}

TEST_CASE("DIDs are as the interoperability files say") {
  compare("did", [](const std::string& line) { return is_did(line); });
}

TEST_CASE("language tags are as the interoperability files say") {
  // Two regions: the file itself says that a parser which doesn't know subtags lets it pass.
  compare("language", [](const std::string& line) { return line != "de-419-DE" && is_language_tag(line); });
}

TEST_CASE("a TID is its time and its clock") {
  CHECK(to_string(Tid{1'700'000'000'000'000, 0}) == "3ke6kg3wk2222");
  CHECK(to_string(Tid{1'700'000'000'000'000, 31}) == "3ke6kg3wk222z");
  CHECK(to_string(Tid{1'767'225'600'000'000, 10}) == "3mbd3542k222e");
  const auto tid = parse_tid("3jzfcijpj2z2a");
  REQUIRE(tid);
  CHECK(tid->microseconds == 1'688'137'381'887'007);
  CHECK(tid->clock_id == 6);
  for (const char* wrong : {"", "3jzfcijpj2z21", "3jzfcijpj2z2aa", "3jzf-cij-pj2z-2a", "zzzzzzzzzzzzz"}) {
    CHECK_FALSE(parse_tid(wrong));
  }
}

TEST_CASE("TIDs come back as they went, and sort by time") {
  CHECK(rc::check([] {
    const auto early = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 52U);
    const auto clock = *rc::gen::inRange<unsigned>(0, 1024);
    const auto tid = parse_tid(to_string(Tid{early, clock}));
    RC_ASSERT(tid && tid->microseconds == early && tid->clock_id == clock);
    RC_ASSERT(to_string(Tid{early, clock}) < to_string(Tid{early + 1, 0}));
  }));
}

TEST_CASE("a post is found by its address and by its page in any app") {
  const std::string uri = "at://ann.test/app.bsky.feed.post/3jzfcijpj2z2a";
  for (const char* address :
       {"at://ann.test/app.bsky.feed.post/3jzfcijpj2z2a", "https://bsky.app/profile/ann.test/post/3jzfcijpj2z2a",
        "https://bsky.app/profile/ann.test/post/3jzfcijpj2z2a?ref=mail#top",
        "https://deer.social/profile/ann.test/post/3jzfcijpj2z2a/liked-by"}) {
    INFO(address);
    const auto found = parse_post_address(address);
    REQUIRE(found);
    CHECK(found->text() == uri);
  }
  for (const char* other : {"", "at://ann.test", "at://ann.test/app.bsky.feed.like/3jzfcijpj2z2a",
                            "https://bsky.app/profile/ann.test", "https://bsky.app/profile/ann/post/3jzfcijpj2z2a",
                            "https://mastodon.example/@ann/1", "at://ann.test/app.bsky.feed.post/a b"}) {
    INFO(other);
    CHECK_FALSE(parse_post_address(other));
  }
}

TEST_CASE("a page's head is read as people write it") {
  const PageHead best = head(R"(<html><head><title>Plain</title>
    <META NAME="description" content="not this"><meta content='Für &quot;alle&quot;' property='og:title' />
    <meta property=og:description content="line
      one"><meta property="og:image" content="/a.png?x=1&amp;y=2"></head>)");
  CHECK(best.title == "Für \"alle\"");
  CHECK(best.description == "line one");
  CHECK(best.image == "/a.png?x=1&y=2");
  CHECK(head("<title>\n One &mdash; &#8364;&#x1F333; &unknown; </title>").title == "One — €\U0001F333 &unknown;");
  CHECK(head("<title>T</title><meta name=twitter:title content=X>").title == "X");
  CHECK(head("<meta property=og:title content=''><title>T</title>").title == "T");
}

TEST_CASE("what only looks like a head isn't read") {
  CHECK(head("<!-- <title>no</title> --><title>yes</title>").title == "yes");
  CHECK(head("<script>'<title>no</title>'</script><style><title>no</title></style><title>yes</title>").title == "yes");
  CHECK(head("<svg><title>no</title></svg><title>yes</title>").title == "yes");
  CHECK(head("<body><title>no</title>").title.empty());
  CHECK(head("<title>first</title><title>second</title>").title == "first");
}

TEST_CASE("a page is read in the encoding that it names, and not at all in one that nobody knows") {
  CHECK(head("<title>Caf\xE9 \x80</title>", "text/html; charset=ISO-8859-1").title == "Café €");
  CHECK(head("<meta charset=windows-1252><title>Caf\xE9</title>", "text/html").title == "Café");
  CHECK(head("<title>\x83\x65\x83\x58</title>", "text/html; charset=Shift_JIS").title == "テス");
  CHECK(head("<meta charset=\"euc-jp\"><title>\xC6\xFC\xCB\xDC</title>", "text/html").title == "日本");
  CHECK(head("\x1b$B<\x1b(B<title>\x1b$BF|K\\\x1b(B</title>", "text/html; charset=iso-2022-jp").title == "日本");
  CHECK(head("<title>\xD6\xD0\xB9\xFA</title>", "text/html; charset=gb2312").title == "中国");
  CHECK(head("<title>\xA4\xA4\xB0\xEA</title>", "text/html; charset=big5").title == "中國");
  CHECK(head("<title>\xC7\xD1\xB1\xDB</title>", "text/html; charset=euc-kr").title == "한글");
  CHECK(head("<title>\xCF\xF0\xE8</title>", "text/html; charset=windows-1251").title == "При");
  CHECK(head("<title>\xF0\xD2\xC9</title>", "text/html; charset=KOI8-R").title == "При");
  CHECK(head("<title>\xE4\xB7</title>", "text/html; charset=tis-620").title == "ไท");
  // An entity in such a page, and a letter that is cut off.
  CHECK(head("<title>Caf\xE9&#8217;s</title>", "text/html; charset=iso-8859-1").title == "Café’s");
  CHECK(head("<title>a\x83<b</title>", "text/html; charset=shift_jis").title.starts_with("a"));
  constexpr char kWide[] = "\xFF\xFE<\0t\0i\0t\0l\0e\0>\0\xE9\0<\0/\0t\0i\0t\0l\0e\0>";  // its last zero ends it
  CHECK(head(std::string(kWide, sizeof kWide), "text/html").title == "é");
  CHECK(head("<title>x</title>", "text/html; charset=no-such-thing").title.empty());
  CHECK(head("<title>x</title>", "text/html; charset=../../etc").title.empty());
  CHECK(head("\xEF\xBB\xBF<title>Café</title>", "text/html").title == "Café");
}

TEST_CASE("no page is too broken to be read, and what comes out is text") {
  for (const char* html : {"", "<", "<title", "<title>", "<meta", "<meta content", "<meta content=", "<meta content='x",
                           "<!--", "<title>x</titl", "</title><title>", "<meta property=og:title content=\">", "&#;",
                           "<title>&#xD800;&#1114112;&#0;&</title>"}) {
    INFO(html);
    CHECK(is_valid_utf8(head(html).title));
  }
  CHECK(rc::check([] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("<", ">", "title", "</title>", "meta ", "content=", "property=", "og:title", "\"",
                                      "'", "<!--", "-->", "&#", ";", " ", "/", "\xC3", "<script>", "<body", "x"));
    std::string html;
    for (const std::string& piece : pieces) html += piece;
    const PageHead found = head(html);
    RC_ASSERT(is_valid_utf8(found.title) && is_valid_utf8(found.description) && is_valid_utf8(found.image));
    RC_ASSERT(found.title.find('\n') == std::string::npos);
  }));
}

TEST_CASE("an address on a page is made whole") {
  const std::string page = "https://example.org/a/b?c=d";
  CHECK(whole_url(page, "https://other.example/x") == "https://other.example/x");
  CHECK(whole_url(page, "//cdn.example/x.png") == "https://cdn.example/x.png");
  CHECK(whole_url(page, "/x.png") == "https://example.org/x.png");
  CHECK(whole_url(page, "x.png") == "https://example.org/a/x.png");
  CHECK(whole_url(page, "../x.png?a=../b") == "https://example.org/x.png?a=../b");
  CHECK(whole_url(page, "./../../x/./y/") == "https://example.org/x/y/");
  CHECK(whole_url(page, "/a/../x.png") == "https://example.org/x.png");
  CHECK(whole_url(page, "?e=f") == "https://example.org/a/b?e=f");
  CHECK(whole_url(page, "javascript:alert(1)").empty());
  CHECK(whole_url(page, "data:image/png;base64,AAAA").empty());
  CHECK(whole_url(page, "").empty());
}
