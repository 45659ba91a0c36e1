#include "app/explain/explain.h"

#include "app/flush/flush.h"
#include "app/forecast/forecast.h"
#include "support/by_hand.h"
#include "support/test_world.h"

namespace postq::test {

namespace {

using namespace std::chrono_literals;

Explanation why(TestWorld& world, PostId id, const std::string& account = "site") {
  const auto post = must(world.queue().post(id));
  for (const auto& detail : post.deliveries) {
    if (detail.delivery.account_name == account) return must(explain(world, world.queue(), post, detail));
  }
  FAIL("no delivery on " + account);
  return {};
}

bool says(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

std::string fact(const Explanation& explanation, const std::string& label) {
  for (const auto& [name, text] : explanation.facts) {
    if (name == label) return text;
  }
  return {};
}

bool suggests(const Explanation& explanation, const std::string& command) {
  for (const auto& remedy : explanation.remedies) {
    if (says(remedy.command, command)) return true;
  }
  return false;
}

std::string all_notes(const Explanation& explanation) {
  std::string text;
  for (const auto& note : explanation.notes) text += note + "\n";
  return text;
}

// A claimed delivery with an intent in the air.
AttemptId start_sending(TestWorld& world, const Account& account, Claimed& claimed) {
  const auto claims = claim(world.queue(), {account}, world.clock);
  REQUIRE(claims.claimed.size() == 1);
  claimed = claims.claimed.front();
  return must(begin(world.queue(), claimed.delivery, 1, world.clock));
}

}  // namespace

TEST_CASE("why a post that nobody approved is still here: it waits for review") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_post(world.queue(), {.accounts = {site}, .at = kNoon - 1h, .now = kNoon - 24h});

  const auto said = why(world, post.id);

  CHECK(said.standing == "to-review");
  CHECK(says(said.headline, "1@site was due 11:00 and has not been reviewed"));
  CHECK(suggests(said, "postq review 1"));
}

TEST_CASE("why a changed post waits: its approval was for something else") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_approved(world.queue(), {.accounts = {site}, .at = kNoon + 1h});
  must(world.queue().withdraw({post.deliveries.front().delivery.id}, "changed my mind", world.audit()));

  CHECK(says(why(world, post.id).headline,
             "needs a new yes: withdrawn by ann 12:00 (changed my mind) after ann approved it 12:00."));
}

TEST_CASE("why a post is held by the ratio: the count, what it needs and what to type") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_approved(world.queue(), {.accounts = {site}, .at = kNoon - 1h, .now = kNoon - 2h});

  const auto said = why(world, post.id);

  CHECK(said.standing == "held");
  CHECK(said.rule == "ratio");
  CHECK(says(said.headline, "1@site was due 11:00, and is HELD. Approved by ann"));
  CHECK(fact(said, "Held by") == "ratio: at least 1 by hand for every 3 scheduled, over 14 days");
  CHECK(says(fact(said, "Counted"), "on site: 0 by hand, 0 scheduled since 8 Nov"));
  CHECK(fact(said, "Needs") == "1 post or answer by hand on site. Time alone won't help.");
  CHECK(said.remedies.front().command == "postq post --to site");
  CHECK(suggests(said, "postq send 1@site"));
  CHECK(says(all_notes(said), "Every other rule says yes: not paused, not ended, alt text"));
}

TEST_CASE("why a post before its time has not gone: it is not due, with the forecast") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  const auto post = add_approved(world.queue(), {.accounts = {site}, .at = kNoon + 48h});

  const auto said = why(world, post.id);

  CHECK(said.standing == "scheduled");
  CHECK(says(said.headline, "its time has not come: Tue 24 Nov 2026 12:00 UTC, in 2 days"));
  CHECK(says(fact(said, "Forecast"), "goes Tue 12:00"));
}

TEST_CASE("why a post before its time will be held: by what would hold it then, not by what passes until then") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  add_approved(world.queue(), {.accounts = {site}, .key = "first"});
  send_all(world.queue(), site);  // the gap holds everything for ten minutes now
  const auto post =
      add_approved(world.queue(), {.texts = {"other words"}, .accounts = {site}, .key = "b", .at = kNoon + 48h});

  CHECK(why(world, post.id).standing == "scheduled");

  must(world.queue().pause_account(site.id, kUntilResumed, world.audit()));
  const auto paused = why(world, post.id);
  CHECK(paused.standing == "will-be-held");
  CHECK(paused.rule == "pause");
  CHECK(says(paused.headline, "As things stand, it would be HELD."));
}

TEST_CASE("why a due post that every rule allows is still here: flush never ran") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  const auto post = add_approved(world.queue(), {.accounts = {site}, .at = kNoon - 1h, .now = kNoon - 2h});

  const auto never = why(world, post.id);
  CHECK(never.standing == "due");
  CHECK(says(never.headline, "`postq flush` has never run here"));
  CHECK(suggests(never, "postq timer show"));  // no systemd here

  world.state_files().write_mark("last-flush", unix_seconds(kNoon - 50h));
  CHECK(says(why(world, post.id).headline, "`postq flush` last ran 2 days ago"));

  world.state_files().write_mark("last-flush", unix_seconds(kNoon - 2min));
  const auto soon = why(world, post.id);
  CHECK(says(soon.headline, "goes with the next flush; the last ran 2 min ago"));
  CHECK(soon.remedies.empty());
}

TEST_CASE("why nothing goes while everything is paused, by the database or by the file STOP") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  const auto post = add_approved(world.queue(), {.accounts = {site}});

  must(world.state_files().write_stop("fire"));
  const auto by_file = why(world, post.id);
  CHECK(by_file.standing == "paused");
  CHECK(says(by_file.headline, "PAUSED by the file STOP"));
  CHECK(suggests(by_file, "postq resume"));

  must(world.state_files().remove_stop());
  must(world.queue().pause_all("fire", world.audit()));
  const auto by_database = why(world, post.id);
  CHECK(by_database.standing == "paused");
  CHECK(fact(by_database, "Held by") == "pause: everything is paused");
}

TEST_CASE("why names every pause that holds a post, each with what ends it") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  const auto post = add_approved(world.queue(), {.accounts = {site}});
  const auto id = post.deliveries.front().delivery.id;
  must(world.queue().pause_account(site.id, kUntilResumed, world.audit(), "a strike"));
  must(world.queue().set_paused({id}, true, world.audit(), "the link is dead"));

  const auto commands = [&] {
    std::vector<std::string> typed;
    for (const auto& remedy : why(world, post.id).remedies) typed.push_back(remedy.command);
    return typed;
  };
  must(world.state_files().write_stop("fire"));
  CHECK(commands() == std::vector<std::string>{"postq resume", "postq resume site", "postq resume 1@site"});
  must(world.state_files().remove_stop());
  CHECK(commands().size() == 2);
  must(world.queue().pause_all("fire", world.audit()));
  CHECK(commands().size() == 3);
}

TEST_CASE("why a post with a part in doubt is unconfirmed, as a time line") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_approved(world.queue(), {.accounts = {site}});
  Claimed claimed;
  const auto attempt = start_sending(world, site, claimed);
  auto lost = result_of(attempt, claimed.delivery, Outcome::unconfirmed);
  lost.detail = "the connection broke after the text had left";
  lost.next_try = kNoon + 5min;
  record(world.queue(), lost, kNoon + 30s);
  world.clock = kNoon + 1min;

  const auto said = why(world, post.id);

  CHECK(said.standing == "unconfirmed");
  CHECK(says(said.headline, "1@site is UNCONFIRMED: it may be public, and postq does not know."));
  REQUIRE(said.history.size() == 3);
  CHECK(says(said.history[0].what, "sent to site: 14 bytes, key request-1-1"));
  CHECK(said.history[1].at == kNoon + 30s);
  CHECK(says(said.history[1].what, "the connection broke after the text had left"));
  CHECK(said.history[2].at == kNoon + 5min);
  CHECK(says(all_notes(said), "postq sends the same request again, with the same key, from 12:05: Webhook recognises"));
  world.clock = kNoon + 5min;
  CHECK(says(all_notes(why(world, post.id)), "with the same key, at the next flush: Webhook recognises it by its key"));
  CHECK(suggests(said, "postq resolve 1@site --sent"));
  CHECK(suggests(said, "postq resolve 1@site --not-sent"));
}

TEST_CASE("why a post failed: what the platform said, and how to try again") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_approved(world.queue(), {.accounts = {site}});
  Claimed claimed;
  const auto attempt = start_sending(world, site, claimed);
  auto refused = result_of(attempt, claimed.delivery, Outcome::refused);
  refused.give_up = true;
  refused.detail = "site says 422: too rude";
  record(world.queue(), refused);

  const auto said = why(world, post.id);

  CHECK(said.standing == "failed");
  CHECK(fact(said, "It said") == "site says 422: too rude");
  CHECK(suggests(said, "postq retry 1@site"));
}

TEST_CASE("what never left this machine was tried, and only what left it was sent") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);
  const auto post = add_approved(world.queue(), {.accounts = {site}});
  Claimed claimed;
  auto unconnected = result_of(start_sending(world, site, claimed), claimed.delivery, Outcome::not_sent);
  unconnected.detail = "the connection was refused";
  unconnected.next_try = kNoon + 5min;
  record(world.queue(), unconnected);

  const auto tried = why(world, post.id);
  REQUIRE(tried.history.size() == 2);
  CHECK(tried.history[0].what == "tried to send to site: 14 bytes, key request-1-1");
  CHECK(tried.history[1].what == "nothing was sent: the connection was refused");

  world.clock = kNoon + 5min;
  const auto attempt = start_sending(world, site, claimed);
  SECTION("and answered") {
    record(world.queue(), sent(attempt, claimed.delivery), world.clock);
  }
  SECTION("and the answer got lost") {
    record(world.queue(), result_of(attempt, claimed.delivery, Outcome::unconfirmed), world.clock);
  }
  SECTION("and refused") {
    auto refused = result_of(attempt, claimed.delivery, Outcome::refused);
    refused.give_up = true;
    record(world.queue(), refused, world.clock);
  }
  const auto history = why(world, post.id).history;
  REQUIRE(history.size() >= 4);
  CHECK(history[0].what == tried.history[0].what);
  CHECK(history[2].what == "sent to site: 14 bytes, key request-1-1");
}

TEST_CASE("why a post failed before there was a request: what the upload came to") {
  TestWorld world;
  world.settings.policy.ratio.reset();
  const auto site = world.unreadable_account("site");
  const auto post = add_approved(world.queue(), {.accounts = {site}});
  const auto give_back = [&](bool give_up) {
    const auto claims = claim(world.queue(), {site}, world.clock);
    REQUIRE(claims.claimed.size() == 1);
    Step step;
    step.back.push_back(
        {claims.claimed.front().delivery.id, world.clock + 20s, give_up, "site says 422: no picture", std::nullopt});
    must(world.queue().commit(step, world.audit()));
  };
  give_back(false);

  const auto waits = why(world, post.id);
  CHECK(waits.standing == "waiting");
  CHECK(says(waits.headline, "in less than a minute"));
  CHECK(fact(waits, "Because") == "site says 422: no picture");
  world.clock += 1min;
  give_back(true);
  const auto failed = why(world, post.id);

  CHECK(failed.standing == "failed");
  CHECK(fact(failed, "Because") == "site says 422: no picture");
  REQUIRE(failed.history.size() == 2);
  CHECK(failed.history.back().what == "failed, nothing was sent: site says 422: no picture");
}

TEST_CASE("why a post that every rule allows will be held: those that are due before it use up the room") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 24h);  // room for three
  std::vector<PostId> posts;
  for (int i = 0; i < 4; ++i) {
    posts.push_back(add_approved(world.queue(),
                                 {.texts = {"post " + std::to_string(i)}, .accounts = {site}, .key = std::to_string(i)})
                        .id);
  }

  const auto said = why(world, posts.back());

  CHECK(said.standing == "will-be-held");
  CHECK(says(said.headline, "Others are due before it; behind them it will be HELD."));
  CHECK(says(fact(said, "Forecast"), "3 go first"));
  CHECK(suggests(said, "postq post --to site"));
  CHECK(why(world, posts.front()).standing == "due");
}

TEST_CASE("a post that is out is explained by where it is") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_approved(world.queue(), {.accounts = {site}});
  send_all(world.queue(), site);

  const auto said = why(world, post.id);

  CHECK(said.standing == "sent");
  CHECK(says(said.headline, "1@site is out since Sun 22 Nov 2026 12:00 UTC."));
  CHECK(says(fact(said, "Where"), "https://example.org/"));
}

TEST_CASE("a rejected post names who said no, and why") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_post(world.queue(), {.accounts = {site}});
  auto no = yes_to(post.deliveries.front().delivery);
  no.verdict = ReviewVerdict::rejected;
  no.reason = "not our tone";
  must(world.queue().decide({no}, by_ann()));

  const auto said = why(world, post.id);

  CHECK(said.standing == "rejected");
  CHECK(says(said.headline, "rejected by ann"));
  CHECK(fact(said, "Reason") == "not our tone");
}

TEST_CASE("a cancelled post says that it did not go out, and how it could") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_post(world.queue(), {.accounts = {site}});
  must(world.queue().cancel({post.deliveries.front().delivery.id}, world.audit()));

  const auto said = why(world, post.id);

  CHECK(said.standing == "cancelled");
  CHECK(suggests(said, "postq retry 1@site"));
}

TEST_CASE("each explanation of a post on several accounts tells how the others stand") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto other = world.unreadable_account("other");
  const auto post = add_post(world.queue(), {.accounts = {site, other}, .at = kNoon + 1h});

  CHECK(says(all_notes(why(world, post.id)), "The other accounts: other to review 13:00."));
}

TEST_CASE("a post that goes together with others says which of them it waits for") {
  TestWorld world;
  const auto site = world.readable_account("site");
  const auto other = world.unreadable_account("other");
  world.write_by_hand(site, kNoon - 24h);
  const auto post = add_post(world.queue(), {.accounts = {site, other}, .together = true});
  must(world.queue().decide({yes_to(delivery_on(world.queue(), post.id, "site"))}, by_ann()));

  const auto said = why(world, post.id);

  CHECK(said.rule == "together");
  CHECK(says(fact(said, "Held by"), "other (not approved)"));
}

TEST_CASE("why a post that goes together is held: the rule that holds the other account, and what lifts it") {
  TestWorld world;
  const auto site = world.readable_account("site");
  const auto other = world.unreadable_account("other");
  world.write_by_hand(site, kNoon - 24h);
  const auto post = add_approved(world.queue(), {.accounts = {site, other}, .together = true});
  Rules rules;
  rules.judge = [](const Account&, const Snapshot&, const Candidate&) { return held("together"); };
  const auto claims = claim(world.queue(), {site, other}, kNoon, rules);
  REQUIRE(claims.claimed.empty());  // what flush remembers of both is that they go together

  const auto open = why(world, post.id, "site");
  const auto closed = why(world, post.id, "other");

  CHECK(says(fact(open, "Held by"), "held back by other (ratio)"));
  CHECK(says(fact(open, "Because"), "on other, ratio: at least 1 by hand for every 3 scheduled"));
  CHECK(suggests(open, "postq post --to other"));
  CHECK_FALSE(suggests(open, "postq why"));
  CHECK_FALSE(suggests(open, "postq send"));
  CHECK(closed.rule == "ratio");
  CHECK_FALSE(says(fact(closed, "Held by"), "together"));
}

TEST_CASE("posts that go together at the same later time don't hold each other") {
  TestWorld world;
  const auto site = world.readable_account("site");
  const auto other = world.readable_account("other");
  world.write_by_hand(site, kNoon - 24h);
  world.write_by_hand(other, kNoon - 24h);
  const auto post = add_approved(world.queue(), {.accounts = {site, other}, .together = true, .at = kNoon + 1h});

  CHECK(why(world, post.id).standing == "scheduled");
}

TEST_CASE("before its time no post is offered past the rules: send would refuse it") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto post = add_approved(world.queue(), {.accounts = {site}, .at = kNoon + 1h});

  CHECK(why(world, post.id).rule == "ratio");
  CHECK(suggests(why(world, post.id), "postq post --to site"));
  CHECK_FALSE(suggests(why(world, post.id), "postq send"));
  world.clock = kNoon + 1h;
  CHECK(suggests(why(world, post.id), "postq send 1@site"));
}

TEST_CASE("a post that was taken back says whether it still counts") {
  TestWorld world;
  const auto site = world.unreadable_account("site");
  const auto by_hand = add_approved(world.queue(), {.accounts = {site}, .origin = Origin::hand_written});
  send_by_hand(world.queue(), by_hand.id, site);
  const auto scheduled = add_approved(world.queue(), {.texts = {"other words"}, .accounts = {site}, .key = "2"});
  send_all(world.queue(), site);
  for (const auto& post : {by_hand, scheduled}) {
    must(world.queue().retracted(post.deliveries.front().delivery.id, world.audit()));
  }

  CHECK(says(why(world, by_hand.id).headline, "was taken back 12:00. It no longer counts as by hand."));
  CHECK(says(why(world, scheduled.id).headline, "was taken back 12:00. It still counts as scheduled."));
}

TEST_CASE("an old reading that nobody tried to renew holds nothing: why, the dry run and the forecast say the same") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 1h);
  world.clock += 48h;
  const auto due = add_approved(world.queue(), {.accounts = {site}, .now = world.clock});
  const auto later = add_approved(
      world.queue(),
      {.texts = {"something else"}, .accounts = {site}, .key = "later", .at = world.clock + 24h, .now = world.clock});

  CHECK(why(world, due.id).standing == "due");
  CHECK(why(world, later.id).standing == "scheduled");
  CHECK(must(dry_run(world, world.queue(), "")).front().judgement.allowed());
  CHECK(must(explain_account(world, world.queue(), site)).standing == "open");

  // Once reading has failed, its age is what counts.
  world.state_files().write_mark("unreadable-site", unix_seconds(kNoon + 47h));

  CHECK(says(fact(why(world, due.id), "Held by"), "ratio: site's timeline could not be read since Sun 12:00"));
  CHECK(says(fact(why(world, later.id), "Held by"), "ratio: site's timeline could not be read since Sun 12:00"));
  CHECK_FALSE(must(dry_run(world, world.queue(), "")).front().judgement.allowed());
  CHECK(must(explain_account(world, world.queue(), site)).standing == "held");
  const auto expected = must(forecast(world, world.queue(), std::vector{later.deliveries.front().delivery.id}));
  CHECK(says(expected.front().sentence, "HELD: site's timeline could not be read since"));
}

TEST_CASE("what was never read is not said to be nothing by hand") {
  TestWorld world;
  const auto site = world.readable_account("site");
  const auto post = add_approved(world.queue(), {.accounts = {site}});

  CHECK(says(fact(why(world, post.id), "Held by"), "could not be read over 14 days yet"));
  CHECK(fact(why(world, post.id), "Counted").empty());
  CHECK(suggests(why(world, post.id), "postq sync site"));
  CHECK(must(explain_account(world, world.queue(), site)).standing == "held");
}

TEST_CASE("an account is explained by what holds a scheduled post there") {
  TestWorld world;
  const auto held = world.unreadable_account("held");
  const auto open = world.readable_account("open");
  world.write_by_hand(open, kNoon - 24h);

  const auto why_held = must(explain_account(world, world.queue(), held));
  CHECK(why_held.standing == "held");
  CHECK(why_held.rule == "ratio");
  CHECK(suggests(why_held, "postq post --to held"));
  CHECK_FALSE(suggests(why_held, "postq send"));

  const auto why_open = must(explain_account(world, world.queue(), open));
  CHECK(why_open.standing == "open");
  CHECK(fact(why_open, "Room") == "for 3 scheduled");
}

}  // namespace postq::test
