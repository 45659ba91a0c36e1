#include <postq/core/draft.h>

#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

TEST_CASE("a post keeps everything that was typed") {
  Queue queue;
  const auto feed = add_account(queue.store, "feed");
  const auto bsky = add_account(queue.store, "bsky");
  PostSpec spec{.texts = {"one", "two"}, .accounts = {feed, bsky}, .label = "news", .at = kNoon + 24h};
  spec.until = kNoon + 48h;

  const auto post = add_post(queue.store, spec);

  CHECK(must(draft_from_json(post.draft)) == draft_of(spec));
  CHECK(say_actor(post.author) == "ann");
  CHECK(post.label == "news");
  CHECK(post.key == "key-1");
  CHECK(post.created_at == kNoon);
  REQUIRE(post.deliveries.size() == 2);
  CHECK(post.deliveries.front().delivery.account_name == "bsky");
  const auto& detail = post.deliveries.back();
  CHECK(detail.delivery.schedule == schedule_of(spec));
  CHECK(detail.delivery.next_at == kNoon + 24h);
  CHECK(detail.document == delivery_of(spec, feed).document);
  CHECK(detail.delivery.digest == sha256(detail.document));
  CHECK(detail.parts.size() == 2);
  CHECK_FALSE(detail.approval);
  CHECK_FALSE(detail.last_approval);
}

TEST_CASE("the same add with the same key is one post") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  const auto post = new_post({.accounts = {account}});

  const auto first = must(queue.store.add_post(post, by_ann()));
  const auto second = must(queue.store.add_post(post, by_ann(kNoon + 5min)));

  CHECK_FALSE(first.existed);
  CHECK(second.existed);
  CHECK(first.post == second.post);
  CHECK(must(queue.store.find_by_key("key-1")) == first.post);
  CHECK_FALSE(must(queue.store.find_by_key("key-2")));
  CHECK(queue.count("SELECT count(*) FROM events WHERE kind = 'added'") == 1);
}

TEST_CASE("the same add is recognised even after its post was edited") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  const auto post = new_post({.accounts = {account}});
  const auto added = must(queue.store.add_post(post, by_ann()));
  Change change;
  change.post = added.post;
  change.post_revision = 1;
  change.draft = to_json(draft_of({.texts = {"better"}}));
  change.what = "edited";
  change.deliveries.emplace_back(delivery_on(queue.store, added.post, "feed").id,
                                 delivery_of({.texts = {"better"}}, account));
  must(queue.store.change(change, by_ann()));

  CHECK(must(queue.store.add_post(post, by_ann())).existed);
}

TEST_CASE("a key that belongs to another text is refused") {
  Queue queue;
  const auto feed = add_account(queue.store, "feed");
  const auto bsky = add_account(queue.store, "bsky");
  must(queue.store.add_post(new_post({.accounts = {feed}}), by_ann()));

  const auto other_text = queue.store.add_post(new_post({.texts = {"other"}, .accounts = {feed}}), by_ann());
  const auto other_account = queue.store.add_post(new_post({.accounts = {feed, bsky}}), by_ann());

  REQUIRE_FALSE(other_text);
  CHECK(other_text.error().kind == ErrorKind::refused);
  CHECK(other_text.error().message == "the key 'key-1' belongs to post 1, which says something else");
  CHECK(other_text.error().hint == "postq show 1    the post of that key");
  REQUIRE_FALSE(other_account);
  CHECK(queue.count("SELECT count(*) FROM posts") == 1);
}

TEST_CASE("an add that fails half-way leaves nothing") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  auto post = new_post({.accounts = {account}});
  post.deliveries.push_back(post.deliveries.front());  // twice on one account
  const auto events = queue.count("SELECT count(*) FROM events");

  const auto added = queue.store.add_post(post, by_ann());

  REQUIRE_FALSE(added);
  CHECK(added.error().kind == ErrorKind::bug);
  CHECK(queue.count("SELECT count(*) FROM posts") == 0);
  CHECK(queue.count("SELECT count(*) FROM contents") == 0);
  CHECK(queue.count("SELECT count(*) FROM events") == events);
}

TEST_CASE("a document that can't be read again is never stored") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  auto post = new_post({.accounts = {account}});
  post.deliveries.front().document = R"({"version":1})";

  CHECK_FALSE(queue.store.add_post(post, by_ann()));
  CHECK(queue.count("SELECT count(*) FROM posts") == 0);
}

TEST_CASE("texts are bound, never part of a statement") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  const std::string nasty = "'; DROP TABLE posts; -- \" % _ \\ \x01 \xF0\x9F\x98\x80";

  const auto post = add_post(queue.store, {.texts = {nasty}, .accounts = {account}, .key = nasty, .label = nasty});

  CHECK(must(draft_from_json(post.draft)).parts.front().text == nasty);
  CHECK(must(queue.store.find_by_key(nasty)) == post.id);
  CHECK(must(queue.store.labels()) == std::vector<std::string>{nasty});
  ListFilter filter;
  filter.label = nasty;
  filter.text = nasty;
  CHECK(must(queue.store.list(filter)).size() == 1);
  CHECK(must(queue.store.verify_events()).problems.empty());
}

TEST_CASE("posts, deliveries and accounts that don't exist are not found") {
  Queue queue;

  CHECK(queue.store.post(PostId{7}).error().kind == ErrorKind::not_found);
  CHECK(queue.store.account("nobody").error().kind == ErrorKind::not_found);
  CHECK(queue.store.cancel({DeliveryId{7}}, by_ann()).error().kind == ErrorKind::not_found);
  CHECK(queue.store.candidate(DeliveryId{7}, {}, kNoon).error().kind == ErrorKind::not_found);
  CHECK(queue.store.pause_account(AccountId{7}, kUntilResumed, by_ann()).error().kind == ErrorKind::not_found);
}

TEST_CASE("an account keeps who it is") {
  Queue queue;
  NewAccount fresh;
  fresh.account.name = "bsky";
  fresh.account.platform = "bluesky";
  fresh.account.settings = {{"handle", "ann.example"}, {"quote", "\"'"}};
  const auto id = must(queue.store.add_account(fresh, by_ann()));
  CHECK(must(queue.store.account("bsky")).settings == fresh.account.settings);

  must(queue.store.set_identity(id, "did:plc:ann", "ann", by_ann()));
  const auto other = queue.store.set_identity(id, "did:plc:eve", "eve", by_ann());

  REQUIRE_FALSE(other);
  CHECK(other.error().kind == ErrorKind::refused);
  CHECK(other.error().message == "bsky is ann, and this sign-in is somebody else's (eve)");
  CHECK(must(queue.store.account("bsky")).remote_id == "did:plc:ann");
}

TEST_CASE("an account with posts that are not over can't be removed, and its name is free afterwards") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  const auto post = add_post(queue.store, {.accounts = {account}});

  const auto refused = queue.store.remove_account(account.id, by_ann());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::refused);
  CHECK(refused.error().message == "1 delivery of feed is not over yet");

  must(queue.store.cancel({post.deliveries.front().delivery.id}, by_ann()));
  must(queue.store.remove_account(account.id, by_ann()));
  CHECK(must(queue.store.accounts()).empty());
  CHECK(add_account(queue.store, "feed").id != account.id);
}

TEST_CASE("two accounts can't share a name, and none is called queue") {
  Queue queue;
  add_account(queue.store, "feed");
  NewAccount account;
  account.account.platform = "feed";

  for (const std::string name : {"feed", "queue", "Not A Name"}) {
    account.account.name = name;
    const auto added = queue.store.add_account(account, by_ann());
    REQUIRE_FALSE(added);
    CHECK(added.error().kind == ErrorKind::usage);
  }
}

TEST_CASE("the zone that was asked for is kept") {
  Queue queue;
  CHECK(must(queue.store.zone()).empty());

  must(queue.store.set_zone("Europe/Berlin", by_ann()));

  CHECK(must(queue.store.zone()) == "Europe/Berlin");
}
