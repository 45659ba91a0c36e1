#include "app/status/status.h"

#include "app/sync_world.h"
#include "support/by_hand.h"
#include "support/test_world.h"

namespace postq::test {

namespace {

using namespace std::chrono_literals;

QueueStatus status_of(TestWorld& world) {
  return must(read_status(world, world.queue()));
}
Check check_of(TestWorld& world) {
  return must(check_status(world, world.queue()));
}

// A post by hand that may be out: the result that settles it.
AttemptResult lose_answer(TestWorld& world, const Account& account, const std::string& key) {
  const auto post = add_approved(
      world.queue(),
      {.texts = {"a post about " + key}, .accounts = {account}, .origin = Origin::hand_written, .key = key});
  const auto claims = claim_by_hand(world.queue(), post.id, account);
  REQUIRE(claims.claimed.size() == 1);
  const auto& delivery = claims.claimed.front().delivery;
  const auto attempt = must(begin(world.queue(), delivery));
  record(world.queue(), result_of(attempt, delivery, Outcome::unconfirmed));
  return sent(attempt, delivery);
}

}  // namespace

TEST_CASE("without an account there is nothing to tell but that") {
  TestWorld world;

  CHECK(status_of(world).no_account);
  CHECK(check_of(world).exit_code == 0);
}

TEST_CASE("each account tells its mix and whether a scheduled post may go now") {
  TestWorld world;
  const auto open = world.readable_account("open");
  world.unreadable_account("quiet");
  world.write_by_hand(open, kNoon - 24h);

  const auto status = status_of(world);

  REQUIRE(status.accounts.size() == 2);
  CHECK(status.accounts[0].mix.by_hand_posts == 1);
  CHECK(status.accounts[0].scheduled_post_now == "may go, room for 3");
  CHECK_FALSE(status.accounts[0].held);
  CHECK(status.accounts[1].held);
  CHECK(status.accounts[1].rule == "ratio");
  CHECK(status.accounts[1].scheduled_post_now == "HELD: write one by hand");
}

TEST_CASE("an account whose timeline was never read is not said to be empty") {
  TestWorld world;
  world.readable_account("site");

  const auto status = status_of(world);

  CHECK_FALSE(status.accounts.front().counted);
  CHECK(status.accounts.front().scheduled_post_now == "not counted yet: the first flush does");
}

TEST_CASE("a timeline that can't be read is named, and holds once its last reading is too old") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 1h);
  world.state_files().write_mark("unreadable-site", unix_seconds(kNoon));
  world.clock += 24h;

  const auto trusted = status_of(world).accounts.front();
  CHECK(trusted.scheduled_post_now == "may go, room for 3");
  CHECK(trusted.unreadable_since == kNoon);
  CHECK_FALSE(trusted.stale);
  world.clock += 1s;
  const auto old = status_of(world).accounts.front();

  CHECK(old.held);
  CHECK(old.scheduled_post_now == "HELD: its timeline can't be read");
  CHECK(old.read_at == kNoon);
}

TEST_CASE("an account that can't be heard is named, and a check asks for a person") {
  SyncWorld world;
  world.on_shore("bsky");
  world.state_files().write_mark("items-unreadable-bsky", unix_seconds(kNoon));
  world.clock += 1h;

  // Of a platform that tells nobody's words, there is nothing to hear.
  CHECK_FALSE(status_of(world).accounts.front().unheard_since);
  CHECK(check_of(world).exit_code == 0);
  world.shore.let_people_talk();

  CHECK(status_of(world).accounts.front().unheard_since == kNoon);
  CHECK(check_of(world).exit_code == 3);
  CHECK(check_of(world).lines == std::vector<std::string>{"bsky: what people say can't be read"});
}

TEST_CASE("a timeline that nobody read for long is called stale, and holds nothing: flush reads it first") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 1h);
  world.clock += 25h;

  const auto status = status_of(world).accounts.front();

  CHECK(status.stale);
  CHECK_FALSE(status.held);
}

TEST_CASE("with the ratio off a scheduled post may go, without a number") {
  TestWorld world;
  world.unreadable_account("site");
  world.settings.policy.ratio.reset();

  const auto status = status_of(world);

  CHECK(status.accounts.front().scheduled_post_now == "may go");
  CHECK_FALSE(status.accounts.front().room);
}

TEST_CASE("a paused account says until when") {
  TestWorld world;
  const auto a = world.unreadable_account("a");
  const auto b = world.unreadable_account("b");
  must(world.queue().pause_account(a.id, kUntilResumed, world.audit()));
  must(world.queue().pause_account(b.id, kNoon + 2h, world.audit()));

  const auto status = status_of(world);

  CHECK(status.accounts[0].scheduled_post_now == "PAUSED");
  CHECK(status.accounts[1].scheduled_post_now == "PAUSED until 14:00");
}

TEST_CASE("a break that the platform wants is no pause, whatever else holds") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  add_approved(world.queue(), {.accounts = {site}});
  const auto claims = claim(world.queue(), {site});
  REQUIRE(claims.claimed.size() == 1);
  const auto attempt = must(begin(world.queue(), claims.claimed.front().delivery));
  auto limited = result_of(attempt, claims.claimed.front().delivery, Outcome::not_sent);
  limited.limited_until = limited.next_try = kNoon + 15min;
  record(world.queue(), limited);

  const auto status = status_of(world).accounts.front();

  CHECK(status.rule == "pause");
  CHECK(status.scheduled_post_now == "not before 12:15");
}

TEST_CASE("a hold of the account that flush remembers is over once the account may send") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  add_approved(world.queue(), {.accounts = {site}, .key = "1"});
  add_approved(world.queue(), {.texts = {"other words"}, .accounts = {site}, .key = "2"});
  Rules rules;
  rules.judge = [](const Account&, const Snapshot&, const Candidate& candidate) {
    return number(candidate.post) == 1 ? held("repeat") : held("min_gap", Scope::account);
  };
  claim(world.queue(), {site}, kNoon, rules);

  const auto status = status_of(world);

  REQUIRE(status.queue.next.size() == 2);
  CHECK(standing_now(status, status.queue.next[0].delivery, kNoon) == Standing::held);
  CHECK(standing_now(status, status.queue.next[1].delivery, kNoon) == Standing::approved);
  must(world.queue().pause_account(site.id, kUntilResumed, world.audit()));
  CHECK(standing_now(status_of(world), status.queue.next[1].delivery, kNoon) == Standing::held);
}

TEST_CASE("of the next posts those beyond the room of the ratio are marked as likely held") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  for (int i = 1; i <= 4; ++i) {
    add_approved(world.queue(), {.accounts = {site}, .key = "key-" + std::to_string(i), .at = kNoon + i * 1h});
  }

  const auto status = status_of(world);

  REQUIRE(status.queue.next.size() == 4);
  REQUIRE(status.likely_held.size() == 1);
  CHECK(status.likely_held.front().id == status.queue.next.back().delivery.id);
}

TEST_CASE("the file STOP is a pause too") {
  TestWorld world;
  world.unreadable_account("site");
  must(world.state_files().write_stop("fire"));

  const auto status = status_of(world);
  CHECK(status.stop.paused);
  CHECK(status.accounts.front().scheduled_post_now == "PAUSED");
}

TEST_CASE("flush is missing when a post is overdue and nothing has run, but not while everything is paused") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  add_approved(world.queue(), {.accounts = {site}, .at = kNoon - 2h, .now = kNoon - 3h});

  CHECK(status_of(world).flush_is_missing);
  CHECK(check_of(world).exit_code == 3);

  world.state_files().write_mark("last-flush", unix_seconds(kNoon - 1min));
  CHECK_FALSE(status_of(world).flush_is_missing);
  CHECK(check_of(world).exit_code == 0);

  world.state_files().write_mark("last-flush", unix_seconds(kNoon - 2h));
  must(world.queue().pause_all("fire", world.audit()));
  CHECK_FALSE(status_of(world).flush_is_missing);
}

TEST_CASE("a check answers 5 for a post to review, and 0 once it is approved") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_post(world.queue(), {.accounts = {site}, .at = kNoon + 1h});

  CHECK(check_of(world).exit_code == 5);
  CHECK(check_of(world).lines == std::vector<std::string>{"1 to review"});

  approve(world.queue(), post.id);
  CHECK(check_of(world).exit_code == 0);
  CHECK(check_of(world).lines.empty());
}

TEST_CASE("a check answers the most serious first: unconfirmed before sign-in before review") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto other = world.unreadable_account("other");
  add_post(world.queue(), {.accounts = {other}, .key = "pending"});
  add_approved(world.queue(), {.accounts = {site}, .key = "lost"});
  const auto claims = claim(world.queue(), {site});
  REQUIRE(claims.claimed.size() == 1);
  const auto attempt = must(begin(world.queue(), claims.claimed.front().delivery));

  CHECK(check_of(world).exit_code == 5);

  auto lost = result_of(attempt, claims.claimed.front().delivery, Outcome::unconfirmed);
  lost.sign_in_needed = true;
  record(world.queue(), lost);

  const auto check = check_of(world);
  CHECK(check.exit_code == 8);
  CHECK(check.lines == std::vector<std::string>{"1 unconfirmed", "site needs a new sign-in", "1 to review"});
  const auto status = status_of(world);
  REQUIRE(status.unconfirmed.size() == 1);
  CHECK(status.unconfirmed.front().delivery.account_name == "site");
}

TEST_CASE("posts that missed their time are listed, and counted once") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  add_approved(world.queue(), {.accounts = {site}, .at = kNoon - 24h, .now = kNoon - 48h});
  Rules late;
  late.judge = [](const Account&, const Snapshot&, const Candidate&) {
    return held("late", Scope::post, Effect::to_review);
  };
  claim(world.queue(), {site}, kNoon, late);

  const auto status = status_of(world);

  REQUIRE(status.missed.size() == 1);
  CHECK(check_of(world).exit_code == 5);
  CHECK(check_of(world).lines == std::vector<std::string>{"1 missed their time"});
}

TEST_CASE("a post whose wall time is another instant by today's zone data is noticed") {
  TestWorld world;
  world.settings.zone = "Europe/Berlin";
  const auto site = world.unreadable_account("site");
  auto post = new_post({.accounts = {site}});
  auto& schedule = post.deliveries.front().schedule;
  schedule.wall = WallTime{(kNoon + 24h).time_since_epoch()};  // noon in Berlin
  schedule.zone = "Europe/Berlin";
  schedule.not_before = kNoon + 24h - 2h;  // what it was when summer time was still planned to stay
  const auto added = must(world.queue().add_post(post, world.audit()));
  approve(world.queue(), added.post);

  const auto status = status_of(world);

  REQUIRE(status.moved.size() == 1);
  CHECK(status.moved.front().instant == kNoon + 24h - 1h);
}

TEST_CASE("what was in doubt and is out is news to its author until it was on their screen") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto first = lose_answer(world, site, "oak");
  CHECK(status_of(world).news.empty());
  must(world.queue().settle(first, world.audit()));

  const auto status = status_of(world);
  REQUIRE(status.news.size() == 1);
  CHECK(status.news.front().kind == News::Kind::out);
  CHECK(status.news.front().url == first.receipt->url);
  CHECK(status_of(world).news.size() == 1);  // reading is not telling
  mark_told(world, status.news, news_by_post(status.news), status.news.size());

  CHECK(status_of(world).news.empty());
  const auto second = lose_answer(world, site, "ash");
  must(world.queue().settle(second, world.audit()));
  REQUIRE(status_of(world).news.size() == 1);
  CHECK(status_of(world).news.front().delivery.id == second.delivery);
}

TEST_CASE("of what is in doubt only a post by hand that turned out to be out lately is news, and to its author") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  auto lost = lose_answer(world, site, "oak");

  SECTION("not that it didn't go out") {
    lost.outcome = Outcome::absent;
    lost.receipt.reset();
    must(world.queue().settle(lost, world.audit()));
  }
  SECTION("not to somebody else") {
    must(world.queue().settle(lost, world.audit()));
    world.who = {"ben", false};
  }
  SECTION("not a week later") {
    must(world.queue().settle(lost, world.audit()));
    world.clock += std::chrono::days{7};
    CHECK(status_of(world).news.size() == 1);
    world.clock += 1s;
  }
  SECTION("not once it was taken back") {
    must(world.queue().settle(lost, world.audit()));
    must(world.queue().retracted(lost.delivery, world.audit()));
  }
  CHECK(status_of(world).news.empty());
}

TEST_CASE("what went out at once is no news") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_approved(world.queue(), {.accounts = {site}, .origin = Origin::hand_written});

  send_by_hand(world.queue(), post.id, site);

  CHECK(status_of(world).news.empty());
}

TEST_CASE("an account on which people wait too long is held for them, where the policy says so") {
  TestWorld world;
  world.settings.policy.people_waiting = Strictness::hold;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  ItemsReading reading;
  reading.items.emplace_back();
  reading.items.front().said.remote_id = "question";
  reading.items.front().said.person = {"did:mira", "@mira.example", "Mira", false};
  reading.items.front().said.created_at = kNoon - 26h;
  must(world.queue().store_items(site.id, reading, false, world.audit()));

  const auto account = status_of(world).accounts.front();

  CHECK(account.held);
  CHECK(account.rule == "people_waiting");
  CHECK(account.scheduled_post_now == "HELD: people wait for an answer");
}

}  // namespace postq::test
