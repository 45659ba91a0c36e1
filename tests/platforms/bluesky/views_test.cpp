// What Bluesky's own servers said, kept as files: fixtures/bluesky/README.md tells of whom and when.
#include "platforms/bluesky/views.h"

#include <algorithm>

#include "platforms/platform_fixture.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::bluesky;
using namespace postq::testing;

namespace {

const std::string kAnna = "did:plc:3imttbjtgxcz7buqqjqdyjcm";
const std::string kMira = "did:plc:6bqko5manrrvwkrnmhz24hag";

std::string said_by_bluesky(const std::string& name) {
  return read_text(std::string(POSTQ_SOURCE_DIR) + "/tests/platforms/bluesky/fixtures/" + name + ".json");
}

std::vector<std::string> texts(const std::vector<PostView>& posts) {
  std::vector<std::string> texts;
  for (const PostView& post : posts) texts.push_back(post.text);
  return texts;
}

const PostView& with_text(const std::vector<PostView>& posts, const std::string& text) {
  const auto found = std::find_if(posts.begin(), posts.end(), [&](const PostView& post) { return post.text == text; });
  REQUIRE(found != posts.end());
  return *found;
}

}  // namespace

TEST_CASE("real notifications of Bluesky tell who says what about which post") {
  const auto list = read_notifications(said_by_bluesky("list_notifications"));

  REQUIRE(list);
  CHECK(texts(list->posts) == std::vector<std::string>{"Then I want it on a mug.", "Seconding this.",
                                                       "Look at this oak", "Is the acorn hand-drawn or a font?",
                                                       "@anna.test do you take small jobs? Our bakery needs a sign."});
  CHECK(list->reasons == std::vector<std::string>{"reply", "reply", "quote", "reply", "mention"});
  CHECK_FALSE(list->cursor.empty());
  const PostView& mug = list->posts.front();
  CHECK(mug.person.id == kMira);
  CHECK(mug.person.handle == "@mira.test");
  CHECK(mug.person.name == "Mira Lind");
  CHECK_FALSE(mug.person.ignored);
  CHECK(mug.language == "en");
  CHECK(mug.created_at.has_value());
  CHECK(author_of(mug.parent) == kAnna);
  CHECK(author_of(mug.root) == kAnna);
  CHECK(mug.parent != mug.root);
  // Told as a reply to anna, whose post stands further up; it is mira who is answered.
  CHECK(author_of(list->posts[1].parent) == kMira);
  CHECK(list->posts[2].quoted == mug.root);
}

TEST_CASE("a real thread of Bluesky is read whole, upwards and downwards") {
  const auto below = read_thread(said_by_bluesky("post_thread"));
  const auto above = read_thread(said_by_bluesky("post_thread_answer"));

  REQUIRE(below);
  CHECK(texts(below->posts) == std::vector<std::string>{"Ink & Oak has a new face.",
                                                        "Is the acorn hand-drawn or a font?", "Hand-drawn, every leaf.",
                                                        "Then I want it on a mug.", "Seconding this."});
  const PostView& oak = below->posts.front();
  CHECK(std::tie(oak.likes, oak.replies, oak.reposts) == std::tuple{1, 1, 1});
  REQUIRE(above);
  CHECK(texts(above->posts) == std::vector<std::string>{"Then I want it on a mug.", "Hand-drawn, every leaf.",
                                                        "Is the acorn hand-drawn or a font?",
                                                        "Ink & Oak has a new face."});
}

TEST_CASE("in a real thread of Bluesky, what a blocked person wrote is left out") {
  const auto thread = read_thread(said_by_bluesky("post_thread_blocked"));

  REQUIRE(thread);
  CHECK_FALSE(thread->hidden);
  CHECK(texts(thread->posts) == std::vector<std::string>{"Ink & Oak has a new face.",
                                                         "Is the acorn hand-drawn or a font?", "Level 2",
                                                         "Hand-drawn, every leaf.", "Then I want it on a mug."});
}

TEST_CASE("real lists of Bluesky's posts are read, without those that are gone") {
  const auto posts = read_views(said_by_bluesky("posts"));
  const auto found = read_views(said_by_bluesky("search_posts"));

  REQUIRE(posts);
  CHECK(texts(posts->posts) == std::vector<std::string>{"Ink & Oak has a new face.",
                                                        "Is the acorn hand-drawn or a font?",
                                                        "Hand-drawn, every leaf."});
  REQUIRE(found);
  CHECK(with_text(found->posts, "Is the acorn hand-drawn or a font?").person.handle == "@mira.test");
}
