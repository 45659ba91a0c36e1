#include "app/status/stop.h"

#include "app/setup_world.h"

using namespace postq;
using namespace postq::test;

TEST_CASE("stopping writes the file and the database") {
  SetupWorld world;

  const auto done = must(stop_everything(world, "fire at the shop"));

  CHECK(done.in_database);
  CHECK_FALSE(done.trouble);
  CHECK(world.state_folder().stop_requested());
  const auto stop = must(world.queue().stop_state());
  CHECK(stop.paused);
  CHECK(stop.reason == "fire at the shop");
  CHECK(stop.since == kNoon);
}

TEST_CASE("a database that can't be opened doesn't keep anybody from stopping") {
  SetupWorld world;
  world.store_trouble = Error{ErrorKind::storage, "the database is damaged", {}, {}};

  const auto done = must(stop_everything(world, ""));

  CHECK(world.state_folder().stop_requested());
  CHECK_FALSE(done.in_database);
  REQUIRE(done.trouble);
  CHECK(done.trouble->message == "the database is damaged");
}

TEST_CASE("nothing more goes out before the database is even asked") {
  SetupWorld world;
  bool stopped_by_then = false;
  bool in_database_by_then = true;

  must(stop_everything(world, "", [&] {
    stopped_by_then = world.state_folder().stop_requested();
    in_database_by_then = must(world.queue().stop_state()).paused;
  }));

  CHECK(stopped_by_then);
  CHECK_FALSE(in_database_by_then);
}

TEST_CASE("a state folder that can't be written doesn't keep anybody from stopping") {
  SetupWorld world;
  std::filesystem::remove_all(world.folder() + "/state");
  std::ofstream(world.folder() + "/state") << "in the way";

  const auto done = must(stop_everything(world, ""));

  CHECK(done.in_database);
  CHECK(done.trouble);
  CHECK(must(world.queue().stop_state()).paused);
}

TEST_CASE("when neither works, stopping says so") {
  SetupWorld world;
  std::filesystem::remove_all(world.folder() + "/state");
  std::ofstream(world.folder() + "/state") << "in the way";
  world.store_trouble = Error{ErrorKind::storage, "the database is damaged", {}, {}};

  const auto done = stop_everything(world, "");

  REQUIRE_FALSE(done);
  CHECK(done.error().kind == ErrorKind::storage);
  CHECK(done.error().message.starts_with("NOT PAUSED: "));
  CHECK(done.error().hint.find("crontab -e") != std::string::npos);
  CHECK(done.error().hint.find("systemctl --user stop postq.timer") != std::string::npos);
}

TEST_CASE("what was stopped, what is public already and what nobody knows are told apart") {
  SetupWorld world;
  const auto site = add_account(world.queue(), "site");
  const auto hour = std::chrono::hours{1};
  PostSpec spec;
  spec.accounts = {site};
  spec.key = "old";
  spec.now = kNoon - 3 * hour;
  add_approved(world.queue(), spec);
  send_all(world.queue(), site, kNoon - 2 * hour);
  spec.key = "fresh";
  spec.texts = {"another text altogether, about bread"};
  const auto fresh = add_approved(world.queue(), spec);
  send_all(world.queue(), site, kNoon - std::chrono::minutes{4});
  spec.key = "lost";
  spec.texts = {"a third one, which got lost on its way"};
  const auto lost = add_approved(world.queue(), spec);
  const auto claimed = claim(world.queue(), {site}, kNoon).claimed;
  REQUIRE(claimed.size() == 1);
  const auto attempt = must(begin(world.queue(), claimed.front().delivery));
  record(world.queue(), result_of(attempt, claimed.front().delivery, Outcome::unconfirmed));
  spec.key = "later";
  spec.texts = {"the last one waits for tomorrow"};
  spec.at = kNoon + 24 * hour;
  const auto later = add_approved(world.queue(), spec);

  const auto stopped = must(read_stopped(world, world.queue()));

  CHECK(stopped.approved == 1);
  REQUIRE(stopped.next);
  CHECK(stopped.next->delivery.post == later.id);
  REQUIRE(stopped.just_public.size() == 1);
  CHECK(stopped.just_public.front().delivery.post == fresh.id);
  CHECK_FALSE(stopped.just_public.front().url.empty());
  REQUIRE(stopped.unknown.size() == 1);
  CHECK(stopped.unknown.front().delivery.post == lost.id);
}

TEST_CASE("accounts, posts and deliveries can be paused by what they are called") {
  SetupWorld world;
  const auto site = add_account(world.queue(), "site");
  const auto blog = add_account(world.queue(), "blog");
  PostSpec spec;
  spec.accounts = {site, blog};
  const auto post = add_post(world.queue(), spec);
  const auto id = std::to_string(number(post.id));

  const auto both = must(pause_targets(world.queue(), {"blog", id}));
  const auto one = must(pause_targets(world.queue(), {id + "@site"}));

  REQUIRE(both.accounts.size() == 1);
  CHECK(both.accounts.front().name == "blog");
  CHECK(both.deliveries.size() == 2);
  CHECK(one.accounts.empty());
  REQUIRE(one.deliveries.size() == 1);
  CHECK(one.deliveries.front().account_name == "site");
}

TEST_CASE("what can't be paused any more is named apart") {
  SetupWorld world;
  const auto site = add_account(world.queue(), "site");
  PostSpec spec;
  spec.accounts = {site};
  const auto post = add_approved(world.queue(), spec);
  send_all(world.queue(), site);

  const auto targets = must(pause_targets(world.queue(), {std::to_string(number(post.id))}));

  CHECK(targets.deliveries.empty());
  CHECK(targets.too_late.size() == 1);
}

TEST_CASE("a mistyped account is met with the nearest name") {
  SetupWorld world;
  add_account(world.queue(), "mastodon");

  const auto targets = must(pause_targets(world.queue(), {"mastodn"}));

  CHECK(targets.accounts.empty());
  REQUIRE(targets.unknown.size() == 1);
  CHECK(targets.unknown.front().kind == ErrorKind::not_found);
  CHECK(targets.unknown.front().hint.find("mastodon") != std::string::npos);
}

TEST_CASE("reading again after a pause takes every approval back") {
  SetupWorld world;
  const auto site = add_account(world.queue(), "site");
  PostSpec spec;
  spec.accounts = {site};
  const auto first = add_approved(world.queue(), spec);
  spec.key = "key-2";
  spec.texts = {"something else"};
  add_approved(world.queue(), spec);

  CHECK(must(withdraw_approvals(world, world.queue())) == 2);

  CHECK(delivery_on(world.queue(), first.id, "site").pending());
  CHECK(must(withdraw_approvals(world, world.queue())) == 0);
}

TEST_CASE("what isn't there keeps nothing that is there from being paused") {
  SetupWorld world;
  add_account(world.queue(), "site");

  const auto targets = must(pause_targets(world.queue(), {"site", "sitte", "77"}));

  REQUIRE(targets.accounts.size() == 1);
  CHECK(targets.accounts.front().name == "site");
  CHECK(targets.unknown.size() == 2);
}
