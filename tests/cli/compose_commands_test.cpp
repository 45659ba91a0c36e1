// The commands that take a text, as they are typed, on accounts with limits.
#include "app/review_world.h"
#include "cli/commands.h"

using namespace postq;
using namespace postq::test;

namespace {

int type(ReviewWorld& world, std::vector<std::string> words) {
  words.insert(words.begin(), "postq");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  Context context{world};
  return run_command_line(static_cast<int>(argv.size()), argv.data(), context);
}

}  // namespace

TEST_CASE("a text too long for one of three accounts is queued on none, kept, and the way on is said") {
  ReviewWorld world;
  world.known_platforms.paper.takes.text = 500;
  world.known_platforms.paper.text_on["tiny"] = 60;
  for (const auto* const name : {"site", "tiny", "work"}) world.add_account(name);
  const std::string text = "Ink & Oak has a new face, and it was drawn by hand on a rainy Sunday afternoon in Leipzig";

  CHECK(type(world, {"add", text, "--to", "site,tiny,work"}) == 2);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, "too long for 1 of 3 accounts; nothing was queued"));
  CHECK(has(said, "too long: 89 of 60"));
  CHECK(has(said, "and it was drawn by hand on a rain|"));  // where it would have to end
  CHECK(has(said, "postq add --recover --edit"));
  CHECK(has(said, "postq add --recover --variant tiny=@short.txt"));
  CHECK(has(said, "postq add --recover --to site,work"));
  CHECK(world.queue().list({}).value().empty());
  auto& rescue = *world.rescue().value();
  const auto path = rescue.newest().value();
  CHECK(has(said, "your text is safe:  " + path));
  CHECK(rescue.load(path).value() == text);

  CHECK(type(world, {"add", "--recover", "--to", "site,work"}) == 0);

  CHECK(world.queue().list({}).value().size() == 2);
  CHECK_FALSE(rescue.newest());
}

TEST_CASE("a shorter text for the one account lets it go to all three") {
  ReviewWorld world;
  world.known_platforms.paper.text_on["tiny"] = 20;
  for (const auto* const name : {"site", "tiny", "work"}) world.add_account(name);

  CHECK(type(world, {"add", "Ink & Oak has a new face today", "--to", "all", "--variant", "tiny=A new face"}) == 0);

  CHECK(world.queue().list({}).value().size() == 3);
}

TEST_CASE("who may reply and quote is shown before anybody approves it, and an edit changes it") {
  ReviewWorld world;
  world.known_platforms.paper.facts.limits_replies = true;
  world.add_account("site");

  CHECK(type(world, {"add", "Hello", "--replies", "followers,mentioned", "--quotes", "nobody"}) == 0);

  CHECK(has(world.person.take_screen(), "anybody may quote it: Paper has no limit on that"));
  CHECK(type(world, {"show", "1"}) == 0);
  auto shown = std::exchange(world.person.output, {});
  CHECK(has(shown, "only people it mentions and your followers may reply"));
  CHECK(has(shown, "nobody may quote it"));
  CHECK(type(world, {"edit", "1", "--replies", "nobody", "--quotes", "everybody"}) == 0);
  CHECK(type(world, {"show", "1"}) == 0);
  shown = std::exchange(world.person.output, {});
  CHECK(has(shown, "nobody may reply"));
  CHECK_FALSE(has(shown, "quote"));

  CHECK(type(world, {"add", "Hello", "--replies", "friends"}) == 2);
  CHECK(type(world, {"add", "Hello", "--quotes", "followers"}) == 2);
  CHECK(type(world, {"edit", "1", "--replies", "friends"}) == 2);
}

TEST_CASE("what was typed beside the text is in the commands that go on with it, safe for a shell") {
  ReviewWorld world;
  world.known_platforms.paper.text_on["tiny"] = 10;
  world.add_account("tiny");
  world.add_account("site");

  CHECK(type(world, {"add", "Ink & Oak has a new face", "--to", "tiny,site", "--at", "fri 9am", "--cw", "it's $HOME",
                     "--replies", "nobody", "--together"}) == 2);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(
      said,
      "postq add --recover --split --to tiny,site --at 'fri 9am' --cw 'it'\\''s $HOME' --replies nobody --together"));
  CHECK(has(said, "3 parts on tiny"));
}
