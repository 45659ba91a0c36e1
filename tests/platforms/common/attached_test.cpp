// What strangers attach, and whom they speak to, as Mastodon and Bluesky tell of it.
#include "platforms/bluesky/appview.h"
#include "platforms/bluesky/views.h"
#include "platforms/mastodon/said.h"
#include "support/catch.h"

using namespace postq;

namespace {

Account account_of(const std::string& base_url, const std::string& remote_id) {
  Account account;
  account.id = AccountId{1};
  account.name = "anna";
  account.base_url = base_url;
  account.settings["url"] = base_url;
  account.remote_id = remote_id;
  return account;
}

RemotePost mastodon_said(const std::string& members) {
  const auto statuses = read_statuses_of_others(
      R"([{"id":"7","account":{"id":"2","acct":"tom@ruby.social"},"visibility":"public",)" + members + "}]");
  REQUIRE(statuses);
  REQUIRE(statuses->size() == 1);
  return said_of(account_of("https://fake.example", "1"), statuses->front(), TimePoint{});
}

RemotePost bluesky_said(const std::string& record) {
  const std::string did = "did:plc:6bqko5manrrvwkrnmhz24hag";
  const auto views = bluesky::read_views(R"({"posts":[{"uri":"at://)" + did +
                                         R"(/app.bsky.feed.post/3kabcdefghi22","author":{"did":")" + did +
                                         R"(","handle":"mira.test"},"record":{)" + record + "}}]}");
  REQUIRE(views);
  REQUIRE(views->posts.size() == 1);
  return bluesky::said_of(account_of("https://bsky.social", "did:plc:3imttbjtgxcz7buqqjqdyjcm"), views->posts.front(),
                          TimePoint{});
}

using Handles = std::vector<std::string>;

}  // namespace

TEST_CASE("an answer that is only a picture shows its alt text, or that it is one") {
  CHECK(mastodon_said(R"("content":"","media_attachments":[{"type":"image","description":"A cat on the mat"}])").text ==
        "[image: A cat on the mat]");
  CHECK(
      mastodon_said(R"("content":"","media_attachments":[{"type":"image","description":null},{"type":"gifv"}])").text ==
      "[image]\n[animation]");
  CHECK(
      mastodon_said(R"("content":"<p>Look</p>","media_attachments":[{"type":"video","description":"A film"}])").text ==
      "Look\n[video: A film]");
  CHECK(mastodon_said(R"("content":"<p>Which?</p>","poll":{"options":[{"title":"Oak"},{"title":"Ash"}]})").text ==
        "Which?\n[poll: Oak / Ash]");

  CHECK(bluesky_said(R"("text":"","embed":{"$type":"app.bsky.embed.images","images":[{"alt":"A cat"},{"alt":""}]})")
            .text == "[image: A cat]\n[image]");
  CHECK(bluesky_said(R"("text":"","embed":{"$type":"app.bsky.embed.video","alt":"A film"})").text == "[video: A film]");
  CHECK(
      bluesky_said(
          R"("text":"","embed":{"$type":"app.bsky.embed.external","external":{"uri":"https://tenor.example/x.gif","title":"Yes"}})")
          .text == "[link: Yes, https://tenor.example/x.gif]");
  CHECK(bluesky_said(
            R"("text":"","embed":{"$type":"app.bsky.embed.recordWithMedia","record":{"record":{"uri":"at://x"}},)"
            R"("media":{"$type":"app.bsky.embed.images","images":[{"alt":"A cat"}]}})")
            .text == "[image: A cat]");
  CHECK(bluesky_said(R"("text":"","embed":{"$type":"app.bsky.embed.record","record":{"uri":"at://x"}})").text ==
        "[a quote without words]");
  CHECK(bluesky_said(R"("text":"plain")").text == "plain");
}

TEST_CASE("whom somebody speaks to beside the account and themselves is known") {
  CHECK(
      mastodon_said(R"("content":"<p>hi</p>","mentions":[{"id":"1","acct":"anna"},{"id":"2","acct":"tom@ruby.social"},)"
                    R"({"id":"3","acct":"bob"},{"id":"4","acct":"carol@other.example"},{"id":"5","acct":"a b"}])")
          .mentions == Handles{"@bob@fake.example", "@carol@other.example"});
  CHECK(bluesky_said(
            R"("text":"@anna.test @bob.test hi","facets":[)"
            R"({"index":{"byteStart":0,"byteEnd":10},"features":[{"did":"did:plc:3imttbjtgxcz7buqqjqdyjcm"}]},)"
            R"({"index":{"byteStart":11,"byteEnd":20},"features":[{"did":"did:plc:zzzzzzzzzzzzzzzzzzzzzzzz"}]},)"
            R"({"index":{"byteStart":11,"byteEnd":2000},"features":[{"did":"did:plc:zzzzzzzzzzzzzzzzzzzzzzzz"}]}])")
            .mentions == Handles{"@bob.test"});
}
