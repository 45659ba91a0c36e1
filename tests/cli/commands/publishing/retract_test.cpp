// `postq retract`, as it is typed.
#include "cli/talk_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// Post 1 is out, under an address that its server chose.
struct Posted : TalkWorld {
  explicit Posted(const std::string& url) {
    shore.facts.retract = true;
    beach().answers_instead = SendAnswer{};
    beach().answers_instead->outcome = Outcome::sent;
    beach().answers_instead->receipt = {"oak-1", "", url, kNoon};
    REQUIRE(type({"post", "Oak leaves.", "--yes"}) == 0);
    person.take_screen();
  }
};

}  // namespace

TEST_CASE("an address with line feeds and tabs is one line of retract, under its own name") {
  Posted world("https://shore.example/1\n  2@bsky\thttps://shore.example/2");
  const std::string line = "  1@bsky  https://shore.example/1\\n  2@bsky\\thttps://shore.example/2\n";

  CHECK(world.type({"retract", "1", "--dry-run"}) == 0);
  CHECK(world.person.take_screen() == line + "would be deleted; nothing was contacted\n");

  world.person.keys = {"n"};
  CHECK(world.type({"retract", "1"}) == 130);
  CHECK(world.person.take_screen().starts_with(line + "Delete from the platform? It can't be undone. [y/n] n\n"));

  world.person.keys = {"y"};
  CHECK(world.type({"retract", "1"}) == 0);
  CHECK(has(world.person.take_screen(), "[y/n] y\ndeleting 1@bsky ...\n1@bsky  deleted\n"));
}

TEST_CASE("a server's words about a post that it keeps are one line, and no other post's") {
  Posted world("https://shore.example/1");
  world.beach().keeps =
      Error{ErrorKind::platform, "the shore says 500:\n2@bsky  deleted\x1b[2J", "delete it there yourself", {}};

  CHECK(world.type({"retract", "1", "--yes"}) == 6);

  CHECK(world.person.take_screen() ==
        "  1@bsky  https://shore.example/1\n"
        "deleting 1@bsky ...\n"
        "1@bsky  NOT deleted: the shore says 500:\\n2@bsky  deleted\\x1b[2J\n"
        "    delete it there yourself\n");
}

TEST_CASE("retract names on one line who waits again, whatever they call themselves") {
  TalkWorld world;
  world.shore.facts.retract = true;
  world.hears("@tom\n1@bsky  deleted", "is it oak?", kNoon - 5h);
  REQUIRE(world.type({"reply", "i1", "Oak.", "--yes"}) == 0);
  world.person.take_screen();

  CHECK(world.type({"retract", "1", "--yes"}) == 0);

  CHECK(has(world.person.take_screen(),
            "1@bsky  deleted\n@tom\\n1@bsky  deleted waits for an answer again:  postq reply i1\n"));
  CHECK(world.sent().empty());
  CHECK(world.item(1).waits());
}
