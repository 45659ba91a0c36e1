#include <postq/text/text.h>

#include "support/catch.h"

namespace postq {

namespace {

Link only_link(std::string_view text) {
  const auto links = find_links(text);
  REQUIRE(links.size() == 1);
  return links.front();
}

}  // namespace

TEST_CASE("links are found with their bytes and their host") {
  const std::string text = "see https://Example.org/a?b=c#d, and http://b.example.";
  const auto links = find_links(text);

  REQUIRE(links.size() == 2);
  CHECK(links[0].url == "https://Example.org/a?b=c#d");
  CHECK(text.substr(links[0].begin, links[0].end - links[0].begin) == links[0].url);
  CHECK(links[0].host == "example.org");
  CHECK_FALSE(links[0].suspicious);
  CHECK(links[1].url == "http://b.example");
}

TEST_CASE("the punctuation of the sentence is no part of a link") {
  CHECK(only_link("(see https://a.example/x)").url == "https://a.example/x");
  CHECK(only_link("https://a.example/Post_(thing)").url == "https://a.example/Post_(thing)");
  CHECK(only_link("really: https://a.example/x?!").url == "https://a.example/x");
  CHECK(only_link("\"https://a.example/x\"").url == "https://a.example/x");
  CHECK(only_link("[x](https://a.example/x).").url == "https://a.example/x");
  CHECK(only_link("https://a.example/\u3000next").url == "https://a.example/");
  CHECK(only_link("HTTPS://A.example").host == "a.example");
}

TEST_CASE("a link ends at a bracket that it didn't open") {
  CHECK(only_link("Read (https://a.example/wiki/Foo_(bar)).").url == "https://a.example/wiki/Foo_(bar)");
  CHECK(only_link("(https://a.example/x)...").url == "https://a.example/x");
  CHECK(only_link("{https://a.example/{id}}").url == "https://a.example/{id}");
  CHECK(only_link("[https://a.example/a[1]]").url == "https://a.example/a[1]");
  CHECK(only_link("https://a.example/x(").url == "https://a.example/x");
  CHECK(only_link("https://a.example(docs)").url == "https://a.example");
  CHECK(only_link("https://a.example/q!!").url == "https://a.example/q");
  CHECK(only_link("https://a.example/x.\u201D").url == "https://a.example/x");
  CHECK(only_link("\u2018https://a.example/x\u2019").url == "https://a.example/x");
  CHECK(only_link("https://a.example/x\u2026").url == "https://a.example/x");
  CHECK(only_link("https://a.example/x\u2014which").url == "https://a.example/x");
  CHECK(only_link("https://a.example/A\u2013B").url == "https://a.example/A\u2013B");
  CHECK(only_link("https://a.example/x\u200Bnext").url == "https://a.example/x");
}

TEST_CASE("links that stand together are several") {
  const auto urls = [](std::string_view text) {
    std::vector<std::string> found;
    for (const auto& link : find_links(text)) found.push_back(link.url);
    return found;
  };
  using Urls = std::vector<std::string>;
  CHECK(urls("[https://a.example/a](https://b.example/b)") == Urls{"https://a.example/a", "https://b.example/b"});
  CHECK(urls("https://a.example/a,https://b.example/b") == Urls{"https://a.example/a", "https://b.example/b"});
  CHECK(urls("https://archive.example/web/2020/https://b.example/b") ==
        Urls{"https://archive.example/web/2020/https://b.example/b"});
}

TEST_CASE("a link begins behind any sign but a letter, and ends where a script without spaces goes on") {
  CHECK(only_link("now.https://a.example/x").url == "https://a.example/x");
  CHECK(only_link("链接:https://a.example/x").url == "https://a.example/x");
  CHECK(only_link("→https://a.example/x").url == "https://a.example/x");
  CHECK(only_link("詳細は「https://a.example/docs」を参照。").url == "https://a.example/docs");
  CHECK(only_link("《一尺》http://a.example/RUy3《二》").url == "http://a.example/RUy3");
  CHECK(only_link("https://a.example/x。次").url == "https://a.example/x");
  CHECK(only_link("https://a.example。次").url == "https://a.example");
  CHECK(only_link("（https://a.example/x）").url == "https://a.example/x");
  CHECK(only_link("https://example.comはこちら").url == "https://example.com");
  CHECK(only_link("https://a.example/日本、").url == "https://a.example/日本");
  CHECK(only_link("https://a.example/x؟").url == "https://a.example/x");
  CHECK(only_link("https://a.example/x।").url == "https://a.example/x");
}

TEST_CASE("what only looks like a link is none") {
  CHECK(find_links("ftp://a.example xhttps://b.example https:// http://? example.org").empty());
}

TEST_CASE("the host of a link in other scripts is the one that will be contacted") {
  CHECK(only_link("https://bücher.example/").host == "xn--bcher-kva.example");
  CHECK(only_link("https://例え.jp/").host == "xn--r8jz45g.jp");
  CHECK(only_link("https://пример。рф/").host == "xn--e1afmkfd.xn--p1ai");
  CHECK(only_link("https://ｅｘａｍｐｌｅ．org/").host == "example.org");
  CHECK(only_link("https://MÜNCHEN.example").host == "xn--mnchen-3ya.example");
  CHECK(only_link("https://Straße.example").host == "xn--strae-oqa.example");
  CHECK_FALSE(only_link("https://пример.рф/").suspicious);
  CHECK_FALSE(only_link("https://bücher.example/").suspicious);
  CHECK_FALSE(only_link("https://例え.jp/").suspicious);
}

TEST_CASE("a link that hides where it goes is suspicious") {
  const auto pair = GENERATE(table<std::string, std::string>({
      {"https://bank.example@evil.example/", "evil.example"},
      {"https://bank.example:443@evil.example/", "evil.example"},
      {"https://bank.example\\@evil.example/", "bank.example"},
      {"https:///evil.example/", "evil.example"},
      {"https://b\u0430nk.example/", "xn--bnk-6cd.example"},
      {"https://\u0430\u0440\u0440\u04cf\u0435.com/", "xn--80ak6aa92e.com"},
      {"https://xn--bnk-7cd.example/", "xn--bnk-7cd.example"},
      {"http://127.0.0.1/", "127.0.0.1"},
      {"http://2130706433/", "2130706433"},
      {"http://0x7f.1/", "0x7f.1"},
      {"http://[::1]:8080/", "[::1]"},
  }));
  const auto& [text, host] = pair;
  CAPTURE(text);

  const auto link = only_link(text);

  CHECK(link.suspicious);
  CHECK(link.host == host);
}

TEST_CASE("an at sign in the path is nothing to be warned of") {
  const auto link = only_link("https://social.example:8443/@ada/1");

  CHECK(link.host == "social.example");
  CHECK_FALSE(link.suspicious);
}

TEST_CASE("a megabyte of brackets and schemes is read in one go") {
  CHECK(find_links("https://a.example/" + std::string(1 << 20, ')')).size() == 1);
  std::string schemes;
  for (int i = 0; i < 100'000; ++i) schemes += "http:///?";
  CHECK(find_links(schemes).size() <= 1);
  CHECK(find_links("https://" + std::string(1 << 20, '\xc3') + "a").empty());
  std::string wide = "https://";
  for (int i = 0; i < 300'000; ++i) wide += "ü";
  CHECK(only_link(wide).suspicious);
}

}  // namespace postq
