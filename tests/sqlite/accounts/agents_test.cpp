// What an agent may do with the queue, whatever command it comes through.
#include "sqlite/database/schema.h"
#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

AuditContext by_claude(const std::string& person = "anna") {
  return {{"claude", true, person}, kNoon};
}

struct Agents {
  Queue queue;
  Store& store = queue.store;
  Account account = add_account(store, "feed");

  PostDetail add(const AuditContext& audit, const std::string& key = "key-1") {
    return must(store.post(must(store.add_post(new_post({.accounts = {account}, .key = key}), audit)).post));
  }
  DeliveryId delivery(const PostDetail& post) { return post.deliveries.front().delivery.id; }
  Status edit(const PostDetail& post, const AuditContext& audit) {
    Change change;
    change.post = post.id;
    change.post_revision = must(store.post(post.id)).revision;
    change.draft = to_json(draft_of({.texts = {"something else"}}));
    change.what = "edited";
    change.deliveries.emplace_back(delivery(post), delivery_of({.texts = {"something else"}}, account));
    return store.change(change, audit);
  }
  Event last_event() { return must(store.events(std::nullopt, 1)).front(); }
};

std::string why_refused(const Status& status) {
  if (status) return "it was not";
  CHECK(status.error().kind == ErrorKind::refused);
  return status.error().message;
}

}  // namespace

TEST_CASE("an agent's post says who wrote it, and for whom") {
  Agents agents;

  const auto post = agents.add(by_claude());

  CHECK(say_actor(post.author) == "claude, for anna");
  CHECK(must(agents.store.list({})).front().author == post.author);
  const auto body = agents.last_event().body;
  CHECK(body.find(R"("actor":"claude","agent":true,"for":"anna",)") != std::string::npos);
  CHECK(must(agents.store.verify_events()).problems.empty());
}

TEST_CASE("a person's events say no more than they did") {
  Agents agents;
  const auto post = agents.add(by_ann());

  CHECK(say_actor(post.author) == "ann");
  CHECK(agents.last_event().body.find(R"("actor":"ann","agent":false,"details")") != std::string::npos);
}

TEST_CASE("an agent changes and removes its own posts") {
  Agents agents;
  const auto post = agents.add(by_claude());

  must(agents.store.check_agent(post.id, "edit 1", by_claude()));
  must(agents.edit(post, by_claude()));
  must(agents.store.cancel({agents.delivery(post)}, by_claude()));

  CHECK(must(agents.store.delivery(agents.delivery(post))).state == DeliveryState::cancelled);
}

TEST_CASE("an agent neither changes nor removes what isn't its own any more") {
  Agents agents;
  std::string why;
  PostDetail post;
  SECTION("a person wrote it") {
    post = agents.add(by_ann());
    why = "post 1 was written by ann, and an agent changes only its own";
  }
  SECTION("a person of its name wrote it") {
    post = agents.add({{"claude", false}, kNoon});
    why = "post 1 was written by claude, and an agent changes only its own";
  }
  SECTION("another agent wrote it") {
    post = agents.add(by_agent());
    why = "post 1 was written by robot, a program, and an agent changes only its own";
  }
  SECTION("it wrote it for somebody else") {
    post = agents.add(by_claude("bob"));
    why = "post 1 was written by claude, for bob, and an agent changes only its own";
  }
  SECTION("a person approved it") {
    post = agents.add(by_claude());
    approve(agents.store, post.id);
    why = "post 1 has been approved, and from then on only a person changes it";
  }
  SECTION("a person approved it, and took that back") {
    post = agents.add(by_claude());
    approve(agents.store, post.id);
    must(agents.store.withdraw({agents.delivery(post)}, "to be read again", by_ann()));
    why = "post 1 has been approved, and from then on only a person changes it";
  }
  SECTION("a person changed it") {
    post = agents.add(by_claude());
    must(agents.edit(post, by_ann()));
    why = "ann has changed post 1, and from then on only a person changes it";
  }
  SECTION("a person took it out") {
    post = agents.add(by_claude());
    must(agents.store.cancel({agents.delivery(post)}, by_ann()));
    why = "ann has changed post 1, and from then on only a person changes it";
  }
  const auto before = must(agents.store.post(post.id));

  CHECK(why_refused(agents.store.check_agent(post.id, "rm 1", by_claude())) == why);
  const auto refusal = agents.last_event();
  CHECK(why_refused(agents.edit(post, by_claude())) == why);
  if (before.deliveries.front().delivery.state == DeliveryState::queued) {
    CHECK(why_refused(agents.store.cancel({agents.delivery(post)}, by_claude())) == why);
  }

  CHECK(refusal.kind == "refused to an agent");
  CHECK(refusal.post == post.id);
  CHECK(refusal.body.find(R"("command":"rm 1")") != std::string::npos);
  CHECK(must(agents.store.post(post.id)).revision == before.revision);
  CHECK(must(agents.store.post(post.id)).draft == before.draft);
  CHECK(must(agents.store.verify_events()).problems.empty());
}

TEST_CASE("a person changes what an agent wrote") {
  Agents agents;
  const auto post = agents.add(by_claude());

  must(agents.store.check_agent(post.id, "edit 1", by_ann()));
  must(agents.edit(post, by_ann()));
}

TEST_CASE("after a rejection an agent may change its post, which is reviewed again") {
  Agents agents;
  const auto post = agents.add(by_claude());
  auto no = yes_to(post.deliveries.front().delivery);
  no.verdict = ReviewVerdict::rejected;
  no.reason = "the link is dead";
  must(agents.store.decide({no}, by_ann()));

  must(agents.edit(post, by_claude()));

  CHECK(must(agents.store.delivery(agents.delivery(post))).pending());
}

TEST_CASE("the store refuses to an agent what only persons do") {
  Agents agents;
  auto& store = agents.store;
  const auto post = agents.add(by_ann());
  const auto id = agents.delivery(post);
  must(store.set_paused({id}, true, by_ann()));
  must(store.pause_account(agents.account.id, kUntilResumed, by_ann()));
  must(store.pause_all("fire", by_ann()));
  const auto audit = by_claude();
  const auto no = [](const auto& result) {
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::refused);
  };
  NewAccount other;
  other.account.name = "other";
  other.account.platform = "feed";

  no(store.add_account(other, audit));
  no(store.change_settings(agents.account, audit));
  no(store.remove_account(agents.account.id, audit));
  no(store.set_zone("UTC", audit));
  no(store.set_paused({id}, false, audit));
  no(store.resume_all(audit));
  no(store.pause_account(agents.account.id, std::nullopt, audit));
  no(store.decide({yes_to(post.deliveries.front().delivery)}, audit));
  no(store.withdraw({id}, "why not", audit));
  no(store.requeue(id, audit));
  no(store.retracted(id, audit));
  no(store.add_listen(agents.account.id, "oak", audit));
  no(store.dismiss({}, "spam", audit));
  no(store.reopen({}, audit));
  const Rules rules;
  no(store.claim(claim_request(rules, {agents.account}), audit));

  CHECK(must(store.stop_state()).paused);
  CHECK(must(store.delivery(id)).paused);
}

TEST_CASE("an agent stops everything, an account and any post, and ends no pause") {
  Agents agents;
  auto& store = agents.store;
  const auto post = agents.add(by_ann());

  must(store.set_paused({agents.delivery(post)}, true, by_claude()));
  must(store.pause_account(agents.account.id, kNoon + 2h, by_claude()));
  must(store.pause_account(agents.account.id, kNoon + 3h, by_claude()));
  CHECK(why_refused(store.pause_account(agents.account.id, kNoon + 1h, by_claude())) ==
        "an agent may not lift a pause, and that would end the one of feed earlier");
  CHECK(agents.last_event().kind == "refused to an agent");
  CHECK(must(store.account("feed")).paused_until == kNoon + 3h);
  must(store.pause_account(agents.account.id, kNoon + 1h, by_ann()));

  must(store.pause_all("odd replies", by_claude()));
  CHECK(must(store.stop_state()).reason == "odd replies");
  must(store.pause_all("fire at the shop", by_ann()));
  must(store.pause_all("odd replies", by_claude()));
  CHECK(must(store.stop_state()).reason == "odd replies; fire at the shop");
}

TEST_CASE("what an agent wrote before its person was recorded is an agent's still") {
  Folder folder;
  {
    auto store = must(open_store(settings_for(folder.file())));
    const auto account = add_account(*store, "feed");
    must(store->add_post(new_post({.accounts = {account}, .key = "a"}), {{"robot", true}, kNoon}));
    must(store->add_post(new_post({.accounts = {account}, .key = "b"}), by_ann()));
    const auto rows = must(sqlite::Database::open(folder.file(), sqlite::Database::Access::read_write, 1000));
    CHECK(must(rows->integer("SELECT count(*) FROM posts WHERE author_for = ''")) == 1);
    // As version 3 left it, for the statement of version 4.
    must(rows->script("UPDATE posts SET author_for = NULL"));
    const std::string script(sqlite::kSchemaV4);
    const auto from = script.find("UPDATE posts SET author_for");
    must(rows->script(script.substr(from, script.find(';', from) + 1 - from)));
  }

  auto store = must(open_store(settings_for(folder.file(), StoreSettings::existing)));

  CHECK(say_actor(must(store->post(PostId{1})).author) == "robot, a program");
  CHECK(say_actor(must(store->post(PostId{2})).author) == "ann");
}
