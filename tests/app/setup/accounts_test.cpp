#include "app/setup/accounts.h"

#include "app/setup_world.h"

using namespace postq;
using namespace postq::test;

namespace {

AccountRequest request_for(SetupWorld& world, const std::string& name = "wall") {
  AccountRequest request;
  request.name = name;
  request.platform = &world.known_platforms.slate;
  request.settings = {{"path", "chalk"}};
  request.secrets = token_alone(Secret("a key"));
  return request;
}

}  // namespace

TEST_CASE("paths of a new account are stored absolute") {
  SetupWorld world;

  const auto account = must(plan_account(world, world.queue(), request_for(world)));

  CHECK(account.setting("path") == "/here/chalk");
  CHECK(account.platform == "slate");
  CHECK(account.secret_from == SecretFrom::file);
}

TEST_CASE("a token command is kept as a setting, and no token") {
  SetupWorld world;
  auto request = request_for(world);
  request.secrets.clear();
  request.token_command = "pass show slate";

  const auto account = must(plan_account(world, world.queue(), request));

  CHECK(account.secret_from == SecretFrom::command);
  CHECK(account.setting("token_command") == "pass show slate");
}

TEST_CASE("a name that is taken or that can't be one is refused before anything is asked") {
  SetupWorld world;
  add_account(world.queue(), "wall");

  CHECK(plan_account(world, world.queue(), request_for(world)).error().kind == ErrorKind::refused);
  CHECK(plan_account(world, world.queue(), request_for(world, "My Wall")).error().kind == ErrorKind::usage);
}

TEST_CASE("a required setting that is missing is named by its flag") {
  SetupWorld world;
  auto request = request_for(world);
  request.settings.clear();

  const auto planned = plan_account(world, world.queue(), request);

  REQUIRE_FALSE(planned);
  CHECK(planned.error().kind == ErrorKind::usage);
  CHECK(planned.error().message.find("--path") != std::string::npos);
}

TEST_CASE("an account is tried with the typed token, and nothing is kept by trying") {
  SetupWorld world;
  const auto account = must(plan_account(world, world.queue(), request_for(world)));

  const auto identity = must(try_account(world, account, token_alone(Secret("a key"))));

  CHECK(identity.remote_name == "anna@slate.example");
  CHECK(world.known_platforms.slate.token_seen == "a key");
  CHECK(world.keys.kept.empty());
  CHECK(must(world.queue().accounts()).empty());
}

TEST_CASE("an account is stored with its identity, and its token outside the database") {
  SetupWorld world;
  const auto planned = must(plan_account(world, world.queue(), request_for(world)));

  const auto account = must(
      store_account(world, world.queue(), planned, token_alone(Secret("a key")), Identity{"slate:anna", "anna", ""}));

  CHECK(account.remote_id == "slate:anna");
  CHECK(account.remote_name == "anna");
  CHECK(world.keys.kept.at("wall").at("token").reveal() == "a key");
  CHECK(settings_to_json(account.settings).find("a key") == std::string::npos);
}

TEST_CASE("a session that was opened while an account was tried is kept with its token, and nothing before that") {
  SetupWorld world;
  world.known_platforms.slate.opens_session = true;
  const auto planned = must(plan_account(world, world.queue(), request_for(world)));
  const auto identity = must(try_account(world, planned, token_alone(Secret("a key"))));
  CHECK(world.keys.kept.empty());

  must(store_account(world, world.queue(), planned, token_alone(Secret("a key")), identity));

  CHECK(world.keys.kept.at("wall").at("token").reveal() == "a key");
  CHECK(world.keys.kept.at("wall").at("access_token").reveal() == "made of a key");
}

TEST_CASE("a new token comes with a new session") {
  SetupWorld world;
  world.known_platforms.slate.opens_session = true;
  const auto planned = must(plan_account(world, world.queue(), request_for(world)));
  const auto account = must(store_account(world, world.queue(), planned, token_alone(Secret("a key")),
                                          must(try_account(world, planned, token_alone(Secret("a key"))))));

  must(replace_token(world, world.queue(), account, token_alone(Secret("another"))));

  CHECK(world.keys.kept.at("wall").at("token").reveal() == "another");
  CHECK(world.keys.kept.at("wall").at("access_token").reveal() == "made of another");
}

TEST_CASE("testing an account stores who it is and clears the mark of its sign-in") {
  SetupWorld world;
  const auto planned = must(plan_account(world, world.queue(), request_for(world)));
  const auto account = must(store_account(world, world.queue(), planned, token_alone(Secret("a key")), std::nullopt));
  CHECK(account.remote_id.empty());

  must(test_account(world, world.queue(), account));

  CHECK(must(world.queue().account("wall")).remote_id == "slate:anna");
}

TEST_CASE("what a platform says of itself is kept with the account, until it says something else") {
  SetupWorld world;
  Identity told{"slate:anna", "anna", ""};
  told.settings = {{"longest", "500"}};
  const auto planned = must(plan_account(world, world.queue(), request_for(world)));
  const auto account = must(store_account(world, world.queue(), planned, token_alone(Secret("a key")), told));
  CHECK(account.setting("longest") == "500");
  CHECK(account.setting("path") == "/here/chalk");

  told.settings = {{"longest", "3000"}};
  world.known_platforms.slate.answer = told;
  must(test_account(world, world.queue(), account));

  const auto now = must(world.queue().account("wall"));
  CHECK(now.setting("longest") == "3000");
  CHECK(now.setting("path") == "/here/chalk");
}

TEST_CASE("an account that turns out to be somebody else's is refused") {
  SetupWorld world;
  const auto planned = must(plan_account(world, world.queue(), request_for(world)));
  const auto account = must(
      store_account(world, world.queue(), planned, token_alone(Secret("a key")), Identity{"slate:bob", "bob", ""}));

  const auto tested = test_account(world, world.queue(), account);

  REQUIRE_FALSE(tested);
  CHECK(tested.error().kind == ErrorKind::refused);
}

TEST_CASE("the mix of a new account is counted on its own timeline at once") {
  SetupWorld world;
  for (int i = 1; i <= 6; ++i) {
    TimelineItem item;
    item.remote_id = "slate:" + std::to_string(i);
    item.created_at = kNoon - std::chrono::days{i};
    item.client = "Slate for phones";
    item.text = "written by hand, number " + std::to_string(i);
    world.known_platforms.slate.timeline.push_back(std::move(item));
  }
  const auto planned = must(plan_account(world, world.queue(), request_for(world)));
  const auto account = must(
      store_account(world, world.queue(), planned, token_alone(Secret("a key")), Identity{"slate:anna", "anna", ""}));

  must(read_own_timeline(world, world.queue(), account));

  CHECK(must(say_mix(world, world.queue(), account)) ==
        "6 by hand, 0 scheduled in the last 14 days; room for 18 scheduled");
}

TEST_CASE("an account without posts by hand is told to write one") {
  SetupWorld world;
  const auto planned = must(plan_account(world, world.queue(), request_for(world)));
  const auto account = must(
      store_account(world, world.queue(), planned, token_alone(Secret("a key")), Identity{"slate:anna", "anna", ""}));
  must(read_own_timeline(world, world.queue(), account));

  CHECK(must(say_mix(world, world.queue(), account)).ends_with("write one by hand to make room"));
}
