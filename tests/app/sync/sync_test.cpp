// What is read from timelines, and what flush makes of it.
#include <algorithm>

#include "app/sync_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kWords = "the spring release of our little garden planner is out with a calendar and a frost warning";
constexpr auto kOtherWords = "walked along the river this morning and saw three herons standing in the shallow water";

std::vector<std::string> messages(const FlushReport& report, FlushEvent::Kind kind) {
  std::vector<std::string> found;
  for (const auto& event : report.events) {
    if (event.kind == kind) found.push_back(event.name + ": " + event.message);
  }
  return found;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a reading counts posts and answers by hand, and what other schedulers sent") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.throw_in("bsky", "good morning");
  world.shore.throw_in("bsky", kOtherWords, "Tusky");
  world.shore.throw_in("bsky", kWords, "Buffer");
  world.shore.beaches["bsky"].posts[1].kind = TimelineKind::reply;

  const auto read = world.sync(account);

  CHECK_FALSE(read.error);
  CHECK(read.count.posts == 3);
  CHECK(read.count.by_hand_posts == 1);
  CHECK(read.count.by_hand_answers == 1);
  CHECK(read.count.scheduled == 1);
  CHECK(read.change.fresh == 3);
  CHECK(read.from == kNoon - 24h * 14);
  CHECK(world.mix(account).by_hand() == 2);
  CHECK(world.mix(account).scheduled == 1);
}

TEST_CASE("apps that the configuration names as schedulers count as such, on the accounts it names them for") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  const auto other = world.on_shore("masto");
  world.settings.account_policies["bsky"].schedulers = {"my bot"};
  world.shore.throw_in("bsky", kWords, "My Bot");
  world.shore.throw_in("masto", kOtherWords, "My Bot");

  world.sync({account, other});

  CHECK(world.mix(account).scheduled == 1);
  CHECK(world.mix(other).by_hand() == 1);
}

TEST_CASE("posts of a postq on another machine are scheduled where apps are told apart") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.throw_in("bsky", kWords, "postq");

  world.sync(account);

  CHECK(world.mix(account).scheduled == 1);
  CHECK(world.mix(account).by_hand() == 0);
}

TEST_CASE("what flush sent is on the timeline once, as what it was") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.throw_in("bsky", "good morning");
  world.schedule(kWords, account);

  CHECK(world.run_flush().sent == 1);
  const auto read = world.sync(account);

  CHECK(read.count.posts == 2);
  CHECK(read.count.scheduled == 1);
  CHECK(read.change.fresh == 0);
  CHECK(world.mix(account).by_hand() == 1);
  CHECK(world.mix(account).scheduled == 1);
}

TEST_CASE("an own post that another process reads between its request and its receipt earns no credit") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.throw_in("bsky", "good morning");
  world.schedule(kWords, account);
  std::optional<MixCount> meanwhile;
  const auto other = world.open_another();
  world.shore.between_post_and_receipt = [&] {
    TimelineReading reading;
    reading.items = world.shore.beaches["bsky"].posts;
    reading.complete = {kNoon - 24h * 14, kNoon};
    reading.full = true;
    if (!other->store_timeline(account.id, reading, world.audit())) return;
    if (const auto seen = other->snapshot(account, {}, {}, true, false, kNoon)) meanwhile = seen->mix;
  };

  world.run_flush();

  REQUIRE(meanwhile);
  CHECK(meanwhile->by_hand() == 1);
  CHECK(meanwhile->scheduled == 1);
  CHECK(world.mix(account).by_hand() == 1);
  CHECK(world.mix(account).scheduled == 1);
}

TEST_CASE("a bridge that copies a scheduled post to another account earns no credit there") {
  SyncWorld world;
  const auto from = world.on_shore("masto");
  const auto to = world.on_shore("bsky");
  world.shore.throw_in("masto", "good morning");
  world.schedule(kWords, from);
  world.shore.between_post_and_receipt = [&] { world.shore.throw_in("bsky", std::string(kWords) + " (bridged)"); };

  world.run_flush();
  world.sync({from, to});

  CHECK(world.mix(to).by_hand() == 0);
  CHECK(world.mix(to).scheduled == 1);
  CHECK(world.mix(from).scheduled == 1);
}

TEST_CASE("a post whose answer was lost counts once, while in doubt and when it was found") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.throw_in("bsky", "the first of the day was written in an app while waiting for the train to leave");
  world.schedule(kWords, account);
  world.shore.beaches["bsky"].loses_answers = true;
  CHECK(messages(world.run_flush(), FlushEvent::Kind::unconfirmed).size() == 1);

  const auto read = world.sync(account);
  CHECK(read.count.undecided == 1);
  CHECK(world.mix(account).by_hand() == 1);
  CHECK(world.mix(account).scheduled == 1);

  world.clock += 1h;
  CHECK(messages(world.run_flush(), FlushEvent::Kind::found).size() == 1);
  CHECK(world.sync(account).count.undecided == 0);
  CHECK(world.mix(account).by_hand() == 1);
  CHECK(world.mix(account).scheduled == 1);
}

TEST_CASE("a post in doubt that its author edits meanwhile doesn't become one by hand") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.throw_in("bsky", "good morning");
  world.schedule(kWords, account);
  auto& beach = world.shore.beaches["bsky"];
  beach.loses_answers = true;
  world.run_flush();
  CHECK(world.sync(account).count.undecided == 1);
  beach.posts.front().text = kOtherWords;

  CHECK(world.sync(account).count.undecided == 1);

  CHECK(world.mix(account).by_hand() == 1);
  CHECK(world.mix(account).scheduled == 1);
}

TEST_CASE("an account that can't be read stops no other, and what was known of it stays") {
  SyncWorld world;
  const auto down = world.on_shore("down");
  const auto up = world.on_shore("up");
  const auto hook = world.unreadable_account("hook");
  world.shore.throw_in("down", "good morning");
  world.shore.throw_in("up", "good evening");
  world.sync(down);
  world.shore.beaches["down"].trouble = Error{ErrorKind::try_later, "down.example doesn't answer", {}, {}};

  auto reads = world.sync({hook, down, up});

  std::sort(reads.begin(), reads.end(), [](const auto& a, const auto& b) { return a.account.name < b.account.name; });
  REQUIRE(reads.size() == 3);
  REQUIRE(reads[0].error);
  CHECK(reads[0].error->message == "down.example doesn't answer");
  CHECK_FALSE(reads[0].failed_before);
  CHECK_FALSE(reads[1].readable);
  CHECK(reads[2].count.by_hand() == 1);
  CHECK(world.mix(down).by_hand() == 1);

  world.clock += 1h;
  CHECK(world.sync(down).failed_before);
  CHECK(unreadable_since(world.state_files(), down) == kNoon);
  world.shore.beaches["down"].trouble.reset();
  CHECK_FALSE(world.sync(down).error);
  CHECK_FALSE(unreadable_since(world.state_files(), down));
}

TEST_CASE("one account's error is what reading just that one answers") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  CHECK(must(read_timeline(world, world.queue(), account)).count.posts == 0);
  world.shore.beaches["bsky"].trouble = Error{ErrorKind::sign_in, "who are you", {}, {}};

  const auto read = read_timeline(world, world.queue(), account);

  REQUIRE_FALSE(read);
  CHECK(read.error().kind == ErrorKind::sign_in);
}

TEST_CASE("only what is new is asked for, and the whole window once a day") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  const auto last = [&] { return world.shore.beaches["bsky"].asked.back(); };
  world.shore.throw_in("bsky", "good morning", "", kNoon - 24h);

  world.sync(account);
  CHECK(last().cursor.empty());
  CHECK(last().from == kNoon - 24h * 14);
  world.clock += 23h;
  world.sync(account);
  CHECK(last().cursor == std::to_string(unix_seconds(kNoon)));
  CHECK(world.snapshot(account).read_at == world.clock);
  world.clock += 1h;
  world.sync(account);
  CHECK(last().cursor.empty());
}

TEST_CASE("a reading that leaves a gap doesn't count as one of the window, and the next reads it all") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  auto& beach = world.shore.beaches["bsky"];
  world.sync(account);
  world.clock += 3h;
  beach.only_since = world.clock - 1h;

  world.sync(account);
  CHECK_FALSE(world.snapshot(account).read_at);

  beach.only_since.reset();
  world.sync(account);
  CHECK(beach.asked.back().cursor.empty());
  CHECK(world.snapshot(account).read_at == world.clock);
}

TEST_CASE("what is deleted is found by the daily walk: by hand it stops counting, scheduled it doesn't") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.throw_in("bsky", "good morning", "", kNoon - 24h);
  world.shore.throw_in("bsky", kOtherWords, "Buffer", kNoon - 24h);
  world.sync(account);
  world.shore.beaches["bsky"].posts.clear();

  world.clock += 10min;
  CHECK(world.sync(account).change.deleted == 0);  // only what is new was asked for
  CHECK(world.mix(account).by_hand() == 1);
  world.clock += 24h;
  const auto walked = world.sync(account);

  CHECK(walked.change.deleted == 2);
  CHECK(walked.count.posts == 0);
  CHECK(world.mix(account).by_hand() == 0);
  CHECK(world.mix(account).scheduled == 1);
  world.clock += 5min;
  world.sync(account);
  CHECK(world.shore.beaches["bsky"].asked.back().cursor.empty());  // what is gone is looked for once more
}

TEST_CASE("a cursor that the server no longer takes, and a longer window, mean reading it all") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  auto& beach = world.shore.beaches["bsky"];
  world.shore.throw_in("bsky", "good morning", "", kNoon - 24h);
  world.sync(account);
  beach.takes_cursors = false;

  const auto read = world.sync(account);
  CHECK_FALSE(read.error);
  CHECK(read.count.posts == 1);
  CHECK(beach.asked.size() == 3);
  CHECK(beach.asked.back().cursor.empty());

  beach.takes_cursors = true;
  world.settings.policy.window = 24h * 30;
  CHECK(world.sync(account).from == kNoon - 24h * 30);
  CHECK(beach.asked.back().cursor.empty());
}

TEST_CASE("a server that is only busy isn't asked twice") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.sync(account);
  auto& beach = world.shore.beaches["bsky"];
  beach.trouble = Error{ErrorKind::try_later, "busy", {}, {}};

  CHECK(world.sync(account).error);

  CHECK(beach.asked.size() == 2);
}

TEST_CASE("a timeline that ends within the window is no reading of the window") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.throw_in("bsky", "good morning");
  world.shore.beaches["bsky"].only_since = kNoon - 24h;
  world.schedule(kWords, account);

  const auto held = messages(world.run_flush(), FlushEvent::Kind::held);

  REQUIRE(held.size() == 1);
  CHECK(contains(held[0], "bsky's timeline could not be read over 14 days yet"));
  CHECK(world.sync(account).from == kNoon - 24h);
  CHECK(world.shore.beaches["bsky"].asked.back().cursor.empty());
}

TEST_CASE("a post that goes together waits for an account that is busy, and goes in the same flush") {
  SyncWorld world;
  world.settings.policy.ratio.reset();
  const auto blog = world.on_shore("blog");
  const auto hook = world.on_shore("hook");
  world.schedule(kWords, blog);
  add_approved(world.queue(), {.texts = {kOtherWords}, .accounts = {blog, hook}, .key = "both", .together = true});
  add_approved(world.queue(), {.texts = {"behind it"}, .accounts = {hook}, .key = "behind"});

  const auto report = world.run_flush();

  CHECK(report.sent == 4);
  CHECK(messages(report, FlushEvent::Kind::held).empty());
  REQUIRE(world.shore.beaches["hook"].posts.size() == 2);
  CHECK(world.shore.beaches["hook"].posts.back().text == kOtherWords);
}

TEST_CASE("a timeline that can't be read is trusted for a day, and then scheduled posts wait") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.throw_in("bsky", "good morning");
  world.sync(account);
  world.shore.beaches["bsky"].trouble = Error{ErrorKind::try_later, "shore.example doesn't answer", {}, {}};
  world.clock += 23h;
  must(world.state())->write_mark("last-flush", unix_seconds(world.clock - 5min));
  world.schedule(kWords, account);
  const auto first = world.run_flush();
  CHECK(first.sent == 1);
  CHECK(messages(first, FlushEvent::Kind::account) ==
        std::vector<std::string>{"bsky: its timeline can't be read: shore.example doesn't answer"});

  world.clock += 2h;
  world.schedule(kOtherWords, account);
  const auto second = world.run_flush();

  CHECK(second.sent == 0);
  const auto held = std::find_if(second.events.begin(), second.events.end(),
                                 [](const FlushEvent& event) { return event.kind == FlushEvent::Kind::held; });
  REQUIRE(held != second.events.end());
  CHECK(contains(held->message, "bsky's timeline could not be read since Sun 12:00, 1 day 1 h ago, and is trusted"));
  CHECK(contains(held->hint, "postq sync bsky"));
  CHECK(contains(held->hint, "postq account test bsky"));
  // Told once.
  for (const auto& event : second.events) {
    if (event.kind == FlushEvent::Kind::account) CHECK_FALSE(event.news);
  }

  world.shore.beaches["bsky"].trouble.reset();
  CHECK(world.run_flush().sent == 1);
}

TEST_CASE("after half an hour without a flush no old reading is good enough, and it ends with the next one") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.shore.throw_in("bsky", "good morning");
  world.sync(account);
  must(world.state())->write_mark("last-flush", unix_seconds(world.clock));
  world.shore.beaches["bsky"].trouble = Error{ErrorKind::try_later, "shore.example doesn't answer", {}, {}};
  world.clock += 31min;
  world.schedule(kWords, account);

  const auto first = world.run_flush();
  world.clock += 5min;
  const auto second = world.run_flush();

  CHECK(first.sent == 0);
  CHECK(second.sent == 0);
  const auto held = messages(first, FlushEvent::Kind::held);
  REQUIRE(held.size() == 1);
  CHECK(contains(held[0], "reading, bsky's timeline could not be read since 12:31, when flush ran again"));
  world.shore.beaches["bsky"].trouble.reset();
  CHECK(world.run_flush().sent == 1);
}

TEST_CASE("an account that can never be read counts what postq sent, or holds, as unreadable says") {
  SyncWorld world;
  const auto hook = world.unreadable_account("hook");
  world.settings.policy.unreadable = Unreadable::hold;
  world.schedule(kWords, hook);

  const auto held = messages(world.run_flush(), FlushEvent::Kind::held);

  REQUIRE(held.size() == 1);
  CHECK(contains(held[0], "hook's timeline can never be read, and unreadable = \"hold\" is set"));
}

TEST_CASE("a platform that asked to wait isn't read meanwhile, and nothing more is begun after an interrupt") {
  SyncWorld world;
  const auto account = world.on_shore("bsky");
  world.schedule(kWords, account);
  const auto post = must(world.queue().queued_candidates(account.id, true, {}, {}, kNoon)).at(0);
  must(world.queue().claim(claim_request(Rules{}, {account}), world.audit()));
  Step step;
  step.back.push_back({post.delivery, kNoon + 1s, false, "slow down", kNoon + 1h, false});
  must(world.queue().commit(step, world.audit()));

  world.clock += 1min;
  world.run_flush();
  CHECK(world.shore.beaches["bsky"].asked.empty());

  int told = 0;
  must(
      read_timelines(world, world.queue(), {account}, [&told](const TimelineRead&) { ++told; }, {[] { return true; }}));
  CHECK(told == 0);
  CHECK(world.shore.beaches["bsky"].asked.empty());
}

TEST_CASE("the mix by hand is said with its posts and answers") {
  CHECK(say_by_hand(0, 0) == "0 by hand");
  CHECK(say_by_hand(6, 0) == "6 by hand");
  CHECK(say_by_hand(2, 4) == "6 by hand (2 posts, 4 answers)");
  CHECK(say_by_hand(0, 1) == "1 by hand (0 posts, 1 answer)");
}
