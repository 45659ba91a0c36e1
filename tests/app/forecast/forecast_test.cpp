#include "app/forecast/forecast.h"

#include "support/test_world.h"

namespace postq::test {

namespace {

using namespace std::chrono_literals;

DeliveryId only_delivery(const PostDetail& post) {
  return post.deliveries.front().delivery.id;
}

Expectation expect_one(TestWorld& world, const PostDetail& post) {
  const auto expected = must(forecast(world, world.queue(), std::vector{only_delivery(post)}));
  REQUIRE(expected.size() == 1);
  return expected.front();
}

// Somebody said something to the account, and waits since then.
void somebody_waits(TestWorld& world, const Account& account, TimePoint since) {
  FoundItem item;
  item.said.remote_id = "question";
  item.said.person = {"did:mira", "@mira.example", "Mira", false};
  item.said.created_at = since;
  item.said.text = "Is the acorn drawn by hand?";
  ItemsReading reading;
  reading.items.push_back(item);
  must(world.queue().store_items(account.id, reading, false, world.audit()));
}

bool says(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a pending post is forecast as if it were approved now") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  const auto post = add_post(world.queue(), {.accounts = {site}, .at = kNoon + 24h});

  const auto expected = expect_one(world, post);

  CHECK_FALSE(expected.held);
  REQUIRE(expected.entry.goes);
  CHECK(*expected.entry.goes == kNoon + 24h);
  CHECK(expected.sentence == "goes Mon 12:00 (1 by hand, 0 scheduled in 14 days)");
}

TEST_CASE("a post on an account where nothing is by hand is forecast as held, with what to type") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_post(world.queue(), {.accounts = {site}, .at = kNoon + 24h});

  const auto expected = expect_one(world, post);

  CHECK(expected.held);
  CHECK(expected.entry.rule == "ratio");
  CHECK(expected.sentence == "HELD: nothing by hand on site in 14 days");
  REQUIRE(expected.remedies.size() == 1);
  CHECK(expected.remedies.front().command == "postq post --to site");
  CHECK(expected.remedies.front().why == "say hello there before Mon 12:00");
}

TEST_CASE("the fourth post for one by hand is the one that is forecast as held") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  std::vector<PostDetail> posts;
  for (int i = 1; i <= 4; ++i) {
    posts.push_back(
        add_post(world.queue(), {.texts = {"entirely other words " + std::string(static_cast<std::size_t>(i), 'x')},
                                 .accounts = {site},
                                 .key = "key-" + std::to_string(i),
                                 .at = kNoon + i * 1h}));
  }

  CHECK_FALSE(expect_one(world, posts[2]).held);
  const auto fourth = expect_one(world, posts[3]);

  CHECK(fourth.held);
  CHECK(says(fourth.sentence, "1 by hand, 0 scheduled in 14 days, 3 go first; needs 1 more"));
}

TEST_CASE("the forecast names the post that says the same and is queued already") {
  TestWorld world;
  const auto site = world.readable_account("site");
  const auto other = world.readable_account("other");
  const auto first = add_post(world.queue(), {.texts = {"twice"}, .accounts = {site}, .key = "a"});
  const auto elsewhere = add_post(world.queue(), {.texts = {"twice"}, .accounts = {other}, .key = "b"});
  const auto different = add_post(world.queue(), {.texts = {"Twice"}, .accounts = {site}, .key = "c"});
  const auto second = add_post(world.queue(), {.texts = {"twice"}, .accounts = {site}, .key = "d"});

  CHECK(expect_one(world, first).notes.empty());
  CHECK(expect_one(world, elsewhere).notes.empty());
  CHECK(expect_one(world, different).notes.empty());
  CHECK(expect_one(world, second).notes == std::vector<std::string>{"the same text is queued as 1@site"});
}

TEST_CASE("the same text is found however many posts lie between") {
  TestWorld world;
  const auto site = world.readable_account("site");
  const auto first = add_post(world.queue(), {.texts = {"twice"}, .accounts = {site}, .key = "a"});
  for (int i = 0; i < 110; ++i) {
    const auto n = std::to_string(i);
    add_post(world.queue(), {.texts = {"post " + n}, .accounts = {site}, .key = n});
  }
  const auto second = add_post(world.queue(), {.texts = {"twice"}, .accounts = {site}, .key = "b"});

  CHECK(expect_one(world, second).notes == std::vector<std::string>{"the same text is queued as 1@site"});
  must(world.queue().cancel({first.deliveries.front().delivery.id}, world.audit()));
  CHECK(expect_one(world, second).notes.empty());
}

TEST_CASE("what is approved before goes before what is pending, in the forecast as in the queue") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);  // room for three
  std::vector<PostDetail> posts;
  for (int i = 0; i < 5; ++i) {
    posts.push_back(add_post(world.queue(),
                             {.texts = {"post " + std::to_string(i)}, .accounts = {site}, .key = std::to_string(i)}));
  }
  world.clock += 1min;
  for (int i = 1; i <= 3; ++i) approve(world.queue(), posts[static_cast<std::size_t>(i)].id, world.clock);
  world.clock += 1min;

  CHECK_FALSE(expect_one(world, posts[3]).held);
  const auto pending = expect_one(world, posts[0]);

  CHECK(pending.held);
  CHECK(says(pending.sentence, "3 go first; needs 1 more"));
}

TEST_CASE("posts that ask to go at the same time are forecast with the gap between them") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  const auto first = add_post(world.queue(), {.accounts = {site}, .key = "a", .at = kNoon + 24h});
  const auto second =
      add_post(world.queue(), {.texts = {"something else"}, .accounts = {site}, .key = "b", .at = kNoon + 24h});

  const auto expected = expect_one(world, second);

  CHECK_FALSE(expected.held);
  CHECK(expected.sentence == "goes Mon 12:10 (10 min after " + std::to_string(number(first.id)) + "@site)");
}

TEST_CASE("a post without a time of its own goes once approved, and then with the next flush") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  const auto post = add_post(world.queue(), {.accounts = {site}});

  CHECK(says(expect_one(world, post).sentence, "goes once approved"));
  approve(world.queue(), post.id);
  CHECK(says(expect_one(world, post).sentence, "goes with the next flush"));
}

TEST_CASE("while everything is paused the forecast says so, and how to go on") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  const auto post = add_post(world.queue(), {.accounts = {site}, .at = kNoon + 24h});
  must(world.queue().pause_all("fire", world.audit()));

  const auto expected = expect_one(world, post);

  CHECK(expected.held);
  CHECK(expected.sentence == "HELD: everything is paused");
  REQUIRE_FALSE(expected.remedies.empty());
  CHECK(expected.remedies.front().command == "postq resume");
}

TEST_CASE("a draft by hand is forecast to go when its author sends it") {
  TestWorld world;
  const auto site = world.readable_account("site");
  const auto post = add_post(world.queue(), {.accounts = {site}, .origin = Origin::hand_written});

  CHECK(expect_one(world, post).sentence == "goes when you type: postq post " + std::to_string(number(post.id)));
}

TEST_CASE("forecasts come in the order asked for, one for each delivery") {
  TestWorld world;
  const auto a = world.readable_account("a");
  const auto b = world.unreadable_account("b");
  world.write_by_hand(a, kNoon - 24h);
  const auto post = add_post(world.queue(), {.accounts = {a, b}, .at = kNoon + 24h});

  const auto expected =
      must(forecast(world, world.queue(),
                    std::vector{delivery_on(world.queue(), post.id, "b"), delivery_on(world.queue(), post.id, "a")}));

  REQUIRE(expected.size() == 2);
  CHECK(expected[0].account == "b");
  CHECK(expected[0].held);
  CHECK(expected[1].account == "a");
  CHECK_FALSE(expected[1].held);
}

TEST_CASE("a forecast for a delivery that isn't there is an error") {
  TestWorld world;

  const auto expected = forecast(world, world.queue(), std::vector{DeliveryId{77}});

  REQUIRE_FALSE(expected);
  CHECK(expected.error().kind == ErrorKind::not_found);
}

TEST_CASE("judging now asks the rules as if the delivery were due") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_approved(world.queue(), {.accounts = {site}, .at = kNoon + 24h});
  const auto inputs = must(read_rule_inputs(world, world.queue(), site));

  const auto judgement = must(judge_now(world, world.queue(), inputs, only_delivery(post)));

  REQUIRE_FALSE(judgement.allowed());
  CHECK(judgement.deciding()->rule == "ratio");
}

TEST_CASE("somebody who waits too long is pointed out in the forecast, with how long they wait now") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  somebody_waits(world, site, kNoon - 26h);
  const auto post = add_post(world.queue(), {.accounts = {site}, .at = kNoon + 72h});

  const auto expected = expect_one(world, post);

  CHECK_FALSE(expected.held);
  REQUIRE(expected.notes.size() == 1);
  CHECK(expected.notes.front() == "1 person waits longer than 24 h for an answer, @mira.example for 26 h");
}

TEST_CASE("with people_waiting = hold the forecast says whom to answer first") {
  TestWorld world;
  world.settings.policy.people_waiting = Strictness::hold;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  somebody_waits(world, site, kNoon - 26h);
  const auto post = add_post(world.queue(), {.accounts = {site}, .at = kNoon + 72h});

  const auto expected = expect_one(world, post);

  CHECK(expected.held);
  CHECK(expected.entry.rule == "people_waiting");
  CHECK(expected.sentence == "HELD: 1 person waits longer than 24 h for an answer, @mira.example for 26 h");
  REQUIRE_FALSE(expected.remedies.empty());
  CHECK(expected.remedies.front().command == "postq reply i1");
  CHECK(expected.remedies.front().why == "@mira.example has waited 26 h");
  CHECK(expected.notes.empty());
}

TEST_CASE("who waits only since a while is neither pointed out nor a reason to hold") {
  TestWorld world;
  world.settings.policy.people_waiting = Strictness::hold;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  somebody_waits(world, site, kNoon - 23h);
  const auto post = add_post(world.queue(), {.accounts = {site}, .at = kNoon});

  const auto expected = expect_one(world, post);

  CHECK_FALSE(expected.held);
  CHECK(expected.notes.empty());
}

}  // namespace postq::test
