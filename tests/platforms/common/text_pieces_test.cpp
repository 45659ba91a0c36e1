// The small pieces that adapters are made of: addresses, tags, markup, changes in a JSON text.
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include "platforms/common/json.h"
#include "platforms/common/json_splice.h"
#include "platforms/common/url.h"
#include "platforms/html/markup.h"
#include "platforms/html/text_marks.h"
#include "support/catch.h"

using namespace postq;

namespace {

std::string parsed(std::string_view text) {
  const auto url = parse_web_url(text, "url");
  return url ? url->text() : "refused: " + url.error().message;
}

}  // namespace

TEST_CASE("an address is read and made plain") {
  CHECK(parsed("https://Example.ORG") == "https://example.org/");
  CHECK(parsed("HTTP://127.0.0.1:8080/In?Key=A") == "http://127.0.0.1:8080/In?Key=A");
  CHECK(parsed("https://[2001:DB8::1]:443/") == "https://[2001:db8::1]:443/");
  CHECK(parsed("https://example.org?x") == "https://example.org/?x");
  CHECK(parsed("https://B\u00dccher.example:8080/d\u00e9j\u00e0?vu=\u00e9") ==
        "https://xn--bcher-kva.example:8080/d%C3%A9j%C3%A0?vu=%C3%A9");
  CHECK(parsed("https://\u0434\u0435\u0440\u0435\u0432\u043e.\u0440\u0444/%D0%B4") ==
        "https://xn--b1adda0cj.xn--p1ai/%D0%B4");
}

TEST_CASE("an address that could mean something else is refused with the reason") {
  CHECK(parsed("") == "refused: --url is empty");
  CHECK(parsed("example.org") == "refused: --url has no https:// in front");
  CHECK(parsed("ftp://example.org") == "refused: --url has to begin with https://");
  CHECK(parsed("https://me:pw@example.org") == "refused: --url holds a user name or password");
  CHECK(parsed("https://example.org/#a") == "refused: --url has a #, which never reaches a server");
  for (const char* text :
       {"https://", "https:///a", "https://-a", "https://a b", "https://a\r\nX: 1", "https://a:0", "https://a:65536",
        "https://a:", "https://a:8x", "https://[::1", "https://[]", "https://a%41"}) {
    INFO(text);
    CHECK(parsed(text).starts_with("refused: "));
  }
}

TEST_CASE("only this machine is a loopback") {
  const auto loopback = [](std::string_view text) { return is_loopback(*parse_web_url(text, "url")); };
  CHECK(loopback("http://localhost/"));
  CHECK(loopback("http://127.1.2.3:80/"));
  CHECK(loopback("http://[::1]/"));
  CHECK_FALSE(loopback("http://127.0.0.1.example.org/"));
  CHECK_FALSE(loopback("http://localhost.example.org/"));
  CHECK_FALSE(loopback("http://128.0.0.1/"));
  CHECK_FALSE(loopback("http://127.evil/"));
}

TEST_CASE("a path is escaped for an address") {
  CHECK(escape_path("/home/anna/My site/\u00e4#1.html") == "/home/anna/My%20site/%C3%A4%231.html");
}

TEST_CASE("tags are words behind a hash sign, in any script") {
  using Tags = std::vector<std::string>;
  CHECK(tags_of("#one #two #one") == Tags{"one", "two"});
  CHECK(tags_of("(#one) #two. #three\u2026 #four\u3001") == Tags{"one", "two", "three", "four"});
  CHECK(tags_of("#gr\u00fcn #\u65e5\u672c #\u0641\u0627\u0631\u0633\u06cc\u200c\u0632\u0628\u0627\u0646") ==
        Tags{"gr\u00fcn", "\u65e5\u672c", "\u0641\u0627\u0631\u0633\u06cc\u200c\u0632\u0628\u0627\u0646"});
  CHECK(tags_of("\uff03wide #a\U0001F44B") == Tags{"wide", "a"});
  CHECK(tags_of("a#no #1 # ## &#39; /#x https://example.org/#no").empty());
  CHECK(tags_of("#a#b") == Tags{"a"});
  CHECK(tags_of("").empty());
}

TEST_CASE("marks never overlap and lie within the text, whatever it is") {
  CHECK(rc::check([](const std::vector<unsigned char>& picks) {
    const std::vector<std::string> pieces{"#",      "a",          " ",      "https://", "x.org", "/",
                                          "\u00fc", "\U0001F44B", "\uff03", "1",        "&",     "."};
    std::string text;
    for (const unsigned char pick : picks) text += pieces[pick % pieces.size()];
    std::size_t done = 0;
    for (const TextMark& mark : find_marks(text)) {
      RC_ASSERT(mark.begin >= done);
      RC_ASSERT(mark.end > mark.begin);
      done = mark.end;
    }
    RC_ASSERT(done <= text.size());
  }));
}

TEST_CASE("only addresses that can't run anything are linked") {
  CHECK(safe_url("https://example.org/a:b") == "https://example.org/a:b");
  CHECK(safe_url("posts/a.html") == "posts/a.html");
  CHECK(safe_url("mailto:a@example.org") == "mailto:a@example.org");
  CHECK(safe_url("javascript:alert(1)") == "#");
  CHECK(safe_url(" java\tscript:alert(1)") == "#");
  CHECK(safe_url("data:text/html,x") == "#");
}

TEST_CASE("a title is the first words, cut between words and never inside a letter") {
  CHECK(first_words(" one \n two ", 60) == "one two");
  CHECK(first_words("one two three", 9) == "one two...");
  CHECK(first_words("abcdefgh", 3) == "abc...");
  CHECK(first_words("", 3).empty());
}

TEST_CASE("the text of a page is read without its tags") {
  CHECK(text_of_html("<p>one &amp; <b>two</b><br>three</p><p>&lt;four&gt; &copy; a & b</p>") ==
        "one & two\nthree\n<four> &copy; a & b");
  CHECK(text_of_html("<p>open <a") == "open");
  CHECK(text_of_html("it&#39;s &#34;here&#x22; &apos;&#x1F600;&apos;") == "it's \"here\" '\xF0\x9F\x98\x80'");
  CHECK(text_of_html("&#0; &#x1b; &#xD800; &#99999999; &#; &#x; &#1z;") ==
        "&#0; &#x1b; &#xD800; &#99999999; &#; &#x; &#1z;");
}

TEST_CASE("JSON from outside has its depth limited and its mistakes placed") {
  CHECK(parse_json("{\"a\": [1, 2]}"));
  CHECK(parse_json(std::string(64, '[') + std::string(64, ']')));
  CHECK_FALSE(parse_json(std::string(65, '[') + std::string(65, ']')));
  CHECK(parse_json("\"" + std::string(100, '[') + "\""));
  // One stranger's nonsense doesn't hide the others' words.
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const auto shallow = parse_json_of_strangers("{\"a\":" + deep + ",\"b\":\"\xff\",\"c\":\"\\udc00\"}");
  REQUIRE(shallow);
  CHECK(text_member(*shallow, "b") == "\xEF\xBF\xBD");
  CHECK(text_member(*shallow, "c") == "\xEF\xBF\xBD");
  CHECK_FALSE(parse_json_of_strangers("{\"a\":"));
  CHECK_FALSE(parse_json_of_strangers(""));
  const auto wrong = parse_json("{\n\"a\": 1,\n}");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message.starts_with("line 3: "));
  CHECK_FALSE(parse_json("\xff"));
  CHECK_FALSE(parse_json("1e999"));
}

TEST_CASE("an element goes into a JSON text and out again, and the rest keeps its bytes") {
  const std::string text = "{ \"a\":[1, {\"items\":[]}], \"items\" :\t[ {\"x\":\"],}\\\"\"} , 2 ]\n}";
  const auto spans = json_members(text, "items");
  REQUIRE(spans.size() == 1);
  CHECK(text.substr(spans[0].begin, spans[0].end - spans[0].begin) == "[ {\"x\":\"],}\\\"\"} , 2 ]");
  CHECK(json_elements(text, spans[0]).size() == 2);

  const std::string longer = with_first_element(text, spans[0], "{\n  \"n\": 1\n}");
  CHECK(longer ==
        "{ \"a\":[1, {\"items\":[]}], \"items\" :\t[\n    {\n      \"n\": 1\n    }, {\"x\":\"],}\\\"\"} , 2 ]\n}");
  CHECK(without_element(text, spans[0], 0) == "{ \"a\":[1, {\"items\":[]}], \"items\" :\t[ 2 ]\n}");
  CHECK(without_element(text, spans[0], 1) == "{ \"a\":[1, {\"items\":[]}], \"items\" :\t[ {\"x\":\"],}\\\"\"} ]\n}");
  CHECK(with_first_member("{}", "m", "1") == "{\n  \"m\": 1\n}");
  CHECK(with_first_member("{\"a\":2}", "m", "1") == "{\n  \"m\": 1,\"a\":2}");
}

TEST_CASE("a changed JSON text means what it should, whatever was in it") {
  using Json = nlohmann::ordered_json;
  CHECK(rc::check([](const std::vector<std::string>& keys, const std::vector<int>& values, bool pretty) {
    Json whole = Json::object();
    for (const std::string& key : keys) {
      std::string name = "k";
      for (const char c : key) name += static_cast<char>('!' + (static_cast<unsigned char>(c) % 90));
      whole[name] = Json::array({name, Json{{"items", name}}});
    }
    whole["items"] = Json::array();
    for (const int value : values) whole["items"].push_back(Json{{"v", value}, {"s", "a\"],}\\"}});
    const std::string text = whole.dump(pretty ? 2 : -1);
    const auto spans = json_members(text, "items");
    RC_ASSERT(spans.size() == 1U);
    RC_ASSERT(json_elements(text, spans[0]).size() == values.size());

    const Json added{{"new", true}, {"s", "x"}};
    const std::string longer = with_first_element(text, spans[0], added.dump(2));
    Json expected = whole;
    expected["items"].insert(expected["items"].begin(), added);
    RC_ASSERT(Json::parse(longer) == expected);

    const auto longer_spans = json_members(longer, "items");
    RC_ASSERT(Json::parse(without_element(longer, longer_spans[0], 0)) == whole);
    for (std::size_t i = 0; i < values.size(); ++i) {
      Json shorter = whole;
      shorter["items"].erase(i);
      RC_ASSERT(Json::parse(without_element(text, spans[0], i)) == shorter);
    }
    expected = Json::object();
    expected["m"] = 1;
    expected.update(whole);
    RC_ASSERT(Json::parse(with_first_member(text, "m", "1")) == expected);
  }));
}
