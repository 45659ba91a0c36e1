// What a person typed about a post beside its text, and how it is kept.
#include <postq/core/content.h>
#include <postq/core/draft.h>

#include "support/catch.h"

using namespace postq;

namespace {

std::string said(const Result<std::string>& result) {
  return result ? *result : "refused: " + std::string(result.error().kind == ErrorKind::usage ? "" : "as another kind");
}

}  // namespace

TEST_CASE("languages are tags that begin with a code of two or three letters") {
  for (const std::string_view tags : {"", "de", "pt-BR", "zh-Hant-TW", "haw", "de,en"}) {
    CHECK(normalise_languages(tags) == std::string(tags));
  }
  CHECK(normalise_languages("de, en ,fr") == std::string("de,en,fr"));
  for (const std::string_view wrong : {"english", "e", "d3", "de-", "de--AT", "de,,en", "klingon!!", "de-abcdefghi"}) {
    const auto tags = normalise_languages(wrong);
    REQUIRE_FALSE(tags);
    CHECK(tags.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("a reply goes to the address of a post") {
  CHECK(normalise_reply_to("") == std::string());
  CHECK(normalise_reply_to(" https://a.example/@b/1\n") == std::string("https://a.example/@b/1"));
  CHECK(normalise_reply_to("at://did:plc:a/app.bsky.feed.post/3k") ==
        std::string("at://did:plc:a/app.bsky.feed.post/3k"));
  CHECK(normalise_reply_to("113531246512345678") == std::string("113531246512345678"));
  CHECK(normalise_reply_to("01JD2X0QK5B6VNYK3M1Q8R7ZTA") == std::string("01JD2X0QK5B6VNYK3M1Q8R7ZTA"));
  CHECK_FALSE(normalise_post_url("113531246512345678"));
  for (const std::string_view wrong : {"notaurl", "https://", "https://a b", "javascript:alert(1)"}) {
    const auto url = normalise_reply_to(wrong);
    REQUIRE_FALSE(url);
    CHECK(url.error().message.find("not the address of a post") != std::string::npos);
  }
}

TEST_CASE("who may reply is everybody, nobody, or some in one order") {
  CHECK(said(normalise_replies("")).empty());
  CHECK(said(normalise_replies("everybody")).empty());
  CHECK(said(normalise_replies("everyone")).empty());
  CHECK(said(normalise_replies("nobody")) == "nobody");
  CHECK(said(normalise_replies("following, mentioned,following")) == "mentioned,following");
  CHECK(said(normalise_replies("followers")) == "followers");
  CHECK(said(normalise_replies("mentioned,")) == "mentioned");
  for (const char* const typed : {"friends", "nobody,followers", ",", "Followers", "everybody,nobody"}) {
    CAPTURE(typed);
    CHECK(said(normalise_replies(typed)) == "refused: ");
  }
}

TEST_CASE("who may quote is everybody or nobody") {
  CHECK(said(normalise_quotes("")).empty());
  CHECK(said(normalise_quotes("everybody")).empty());
  CHECK(said(normalise_quotes("nobody")) == "nobody");
  CHECK(said(normalise_quotes("followers")) == "refused: ");
}

TEST_CASE("a place in a picture is two numbers from -1 to 1, kept in hundredths") {
  CHECK(said(normalise_focus("")).empty());
  CHECK(said(normalise_focus("0,0")) == "0,0");
  CHECK(said(normalise_focus("-0.5, 0.250")) == "-0.5,0.25");
  CHECK(said(normalise_focus("1.00,-1")) == "1,-1");
  CHECK(said(normalise_focus("0.333,-0.049")) == "0.33,-0.05");
  CHECK(said(normalise_focus("-0.001,0.001")) == "0,0");
  for (const char* const typed : {"1", "1,", ",1", "1.1,0", "0,-2", "a,b", "0,0,0", "nan,0", "0 0", "inf,0"}) {
    CAPTURE(typed);
    CHECK(said(normalise_focus(typed)) == "refused: ");
  }
}

TEST_CASE("a draft and a content come back from their JSON as they were") {
  Media oak;
  oak.name = "oak.png";
  oak.focus = "0.5,-0.25";
  oak.shrunk_from = Original{5'200'000, 4032, 3024, false};
  Media logo;
  logo.shrunk_from = Original{1'000'000, 800, 600, true};
  Draft draft;
  draft.parts = {{"hello", {oak, logo}}};
  draft.replies = "mentioned,followers";
  draft.quotes = "nobody";
  draft.sensitive = true;
  CHECK(draft_from_json(to_json(draft)).value() == draft);

  Content content;
  content.platform = "paper";
  content.account = "site";
  content.parts = {{"hello", {oak, logo}, {}, std::nullopt}};
  content.replies = "nobody";
  content.quotes = "nobody";
  content.sensitive = true;
  CHECK(content_from_document(document_of(content)).value() == content);
}

TEST_CASE("who may reply, who may quote and what is hidden are part of what is approved") {
  Content content;
  content.parts = {{"hello", {Media{}}, {}, std::nullopt}};
  const auto before = document_of(content);
  // Documents of older posts stay as they are.
  CHECK(before.find("replies") == std::string::npos);
  CHECK(before.find("shrunk") == std::string::npos);

  content.replies = "nobody";
  const auto closed = document_of(content);
  CHECK(closed != before);
  content.quotes = "nobody";
  CHECK(document_of(content) != closed);
}
