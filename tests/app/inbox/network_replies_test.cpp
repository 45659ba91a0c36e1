// Who waits, and answers to them, on the imitated servers through the real adapters.
#include "app/compose/post_now.h"
#include "app/inbox/inbox.h"
#include "app/inbox/reply.h"
#include "app/network_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kQuestion = "is the acorn on your new sign drawn by hand, or is it a font that one can buy?";
constexpr auto kAnswer = "drawn by hand with a brush that I have had since school, and it took three evenings";

// `postq reply`, behind its question.
Result<WrittenReport> answer(NetworkWorld& world, ItemId id, const std::string& text) {
  auto& store = world.queue();
  POSTQ_TRY(const auto target, reply_target(world, store, id, Again::no));
  ComposeRequest typed;
  typed.text = text;
  typed.origin = Origin::hand_written;
  POSTQ_TRY(const auto request, as_answer(target, typed));
  POSTQ_TRY(auto composed, compose(world, store, request));
  POSTQ_CHECK(resolve_all(world, composed));
  POSTQ_TRY(const auto held, claim_answer(world, store, target, Again::no));
  return post_now(world, store, composed, request);
}

std::vector<Item> items(NetworkWorld& world, ItemState state = ItemState::open) {
  ItemFilter filter;
  filter.states = {state};
  return must(world.queue().items(filter));
}

// The account's own answers, as the server holds them.
std::vector<NetworkPlace::Held> answers_to(const NetworkPlace& place, const std::string& id) {
  std::vector<NetworkPlace::Held> found;
  for (auto& held : place.posts()) {
    if (held.answers == id && held.text.find(kAnswer) != std::string::npos) found.push_back(held);
  }
  return found;
}

// A place where mira asked something under an own post, and it was read.
class Asked {
 public:
  NetworkWorld world;
  std::unique_ptr<NetworkPlace> place;
  Account account;
  std::string own;
  std::string question;

  explicit Asked(const MakePlace& make_place) : place(make_place()) {
    account = world.join(*place, "net");
    own = place->write(kByHand, world.clock - 40h);
    question = place->say(place->person("mira"), kQuestion, world.clock - 26h, own);
    world.sync(account);
  }
};

}  // namespace

TEST_CASE("who answers an own post waits, and the answer goes below what they said and settles it") {
  for (const auto& make_place : network_places()) {
    Asked asked(make_place);
    CAPTURE(asked.place->platform());
    REQUIRE(items(asked.world).size() == 1);
    const auto item = items(asked.world).front();
    CHECK(item.said.remote_id == asked.question);
    CHECK(item.kind == ItemKind::reply);
    CHECK(item.said.text.find(kQuestion) != std::string::npos);

    const auto report = must(answer(asked.world, item.id, kAnswer));

    CHECK(report.unsent == 0);
    CHECK(answers_to(*asked.place, asked.question).size() == 1);
    CHECK(items(asked.world).empty());
    REQUIRE(items(asked.world, ItemState::answered).size() == 1);
    CHECK(answer(asked.world, item.id, kAnswer).error().kind == ErrorKind::refused);
    asked.world.sync(asked.account);
    CHECK(items(asked.world, ItemState::answered).size() == 1);
    CHECK(asked.world.mix(asked.account).by_hand_answers == 1);
    CHECK(asked.world.problems().empty());
  }
}

TEST_CASE("a lost answer to a reply is never sent twice: not by hand, and not by flush") {
  for (const auto& make_place : network_places()) {
    for (const auto& trouble : {&lost_after, &lost_before}) {
      Asked asked(make_place);
      CAPTURE(asked.place->platform());
      const auto item = items(asked.world).front();
      asked.world.wire.meets(*asked.place, Errand::publish, 1, trouble);

      const auto report = must(answer(asked.world, item.id, kAnswer));
      CHECK(asked.world.state_of(report.post, "net") == DeliveryState::unconfirmed);
      const auto second = answer(asked.world, item.id, kAnswer);
      CHECK(second.error().kind == ErrorKind::refused);
      CHECK(second.error().message.find("may be out") != std::string::npos);

      for (int run = 0; run < 5; ++run) {
        asked.world.clock += 20min;
        asked.world.run_flush();
      }

      CHECK(answers_to(*asked.place, asked.question).size() <= 1);
      const auto state = asked.world.state_of(report.post, "net");
      if (trouble == &lost_after) CHECK(answers_to(*asked.place, asked.question).size() == 1);
      // What is sent by hand is never repeated: only a look finds it.
      const bool is_found = state == DeliveryState::sent;
      if (trouble == &lost_after) CHECK((is_found || asked.place->platform() == "bluesky"));
      if (trouble == &lost_after && is_found) {
        CHECK(items(asked.world, ItemState::answered).size() == 1);
      }
      CHECK(asked.world.problems().empty());
    }
  }
}

TEST_CASE("an answer given in an app settles the item at the next reading") {
  for (const auto& make_place : network_places()) {
    Asked asked(make_place);
    CAPTURE(asked.place->platform());
    asked.world.clock += 1h;
    asked.place->answer_in_app(kAnswer, asked.question, asked.world.clock - 10min);

    const auto read = asked.world.sync(asked.account);

    CHECK(read.items.change.answered == 1);
    CHECK(items(asked.world).empty());
    CHECK(answer(asked.world, ItemId{1}, kAnswer).error().kind == ErrorKind::refused);
  }
}

TEST_CASE("what its author deletes can't be answered any more, known or not") {
  for (const auto& make_place : network_places()) {
    Asked asked(make_place);
    CAPTURE(asked.place->platform());
    asked.place->take_back(asked.question);

    CHECK(answer(asked.world, ItemId{1}, kAnswer).error().kind == ErrorKind::not_found);
    asked.world.clock += 24h;
    CHECK(asked.world.sync(asked.account).items.change.gone == 1);

    CHECK(answer(asked.world, ItemId{1}, kAnswer).error().kind == ErrorKind::refused);
    CHECK(items(asked.world).empty());
    CHECK(answers_to(*asked.place, asked.question).empty());
  }
}

TEST_CASE("whoever renames themselves stays one person with one item") {
  for (const auto& make_place : network_places()) {
    Asked asked(make_place);
    CAPTURE(asked.place->platform());
    asked.place->rename(asked.place->person("mira"), asked.place->person("mirabel"));
    asked.world.clock += 24h;

    asked.world.sync(asked.account);

    REQUIRE(items(asked.world).size() == 1);
    CHECK(items(asked.world).front().said.person.handle.find("mirabel") != std::string::npos);
  }
}
