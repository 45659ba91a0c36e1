// One pass over what is due: whose trouble is whose.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "app/compose/post_now.h"
#include "app/flush/clock_guard.h"
#include "app/flush/settle_by_hand.h"
#include "app/sync_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kWords = "the spring release of our little garden planner is out with a calendar and a frost warning";
constexpr auto kHerons = "walked along the river this morning and saw three herons standing in the shallow water";

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

// Something that one thread waits for and another brings about; gives up, so that a failing test ends.
class Signal {
 public:
  void happen() {
    const std::lock_guard lock(mutex_);
    happened_ = true;
    changed_.notify_all();
  }
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 5s, [this] { return happened_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool happened_ = false;
};

// How long the machine has been up is the test's to say, also while something is read or sent.
class TimedWorld final : public SyncWorld {
 public:
  std::atomic<int> seconds_up = 1;

  std::chrono::nanoseconds since_boot() override { return std::chrono::seconds{seconds_up.load()}; }

  // One that nothing can be read from, and nothing goes to for now: it says so at once when its turn comes.
  Account held_hook(const std::string& name) {
    NewAccount added;
    added.account.name = name;
    added.account.platform = "webhook";
    added.account.remote_id = name + "-remote";
    added.account.base_url = "https://" + name + ".example/";
    must(queue().add_account(added, audit()));
    const auto account = must(queue().account(name));
    must(queue().pause_account(account.id, clock + 1h, audit()));
    add_approved(queue(), {.texts = {"for " + name}, .accounts = {account}, .key = name, .now = clock});
    return account;
  }
};

// Two accounts with room for scheduled posts; reading the slow one waits as a test says.
struct TwoAccounts {
  TimedWorld world;
  Account slow = world.on_shore("slow");
  Account quick = world.on_shore("quick");

  TwoAccounts() {
    world.settings.policy.ratio.reset();
    for (const auto* account : {"slow", "quick"}) world.shore.throw_in(account, "good morning");
  }
  std::vector<std::string> texts(const std::string& account) {
    std::vector<std::string> all;
    for (const auto& post : world.shore.beaches[account].posts) all.push_back(post.text);
    return all;
  }
  bool has(const std::string& account, const std::string& text) {
    const auto all = texts(account);
    return std::find(all.begin(), all.end(), text) != all.end();
  }
  DeliveryState state_of(PostId post, const std::string& account) {
    return delivery_on(world.queue(), post, account).state;
  }
};

PostId schedule(SyncWorld& world, const std::string& text, const std::vector<Account>& accounts, bool together = false,
                Origin origin = Origin::scheduled) {
  PostSpec spec{.texts = {text}, .accounts = accounts, .key = text, .now = world.clock};
  spec.together = together;
  spec.origin = origin;
  return add_approved(world.queue(), spec).id;
}

}  // namespace

TEST_CASE("a server that is slow to read keeps no other account waiting, and its account's lock is free meanwhile") {
  TwoAccounts two;
  auto& world = two.world;
  world.schedule(kWords, two.slow);
  world.schedule(kHerons, two.quick);
  Signal quick_is_out;
  bool in_time = false;
  bool lock_was_free = false;
  world.shore.before_reading = [&](const std::string& account) {
    if (account != "slow") return;
    in_time = quick_is_out.wait();
    lock_was_free = must(world.locks())->lock("account-slow", 0ms).has_value();
  };
  world.shore.before_sending = [&](const std::string& account) {
    if (account == "quick") quick_is_out.happen();
  };

  const auto report = world.run_flush();

  CHECK(in_time);
  CHECK(lock_was_free);
  CHECK(report.sent == 2);
}

TEST_CASE("what goes together waits for the account that is still read, and nothing behind it goes meanwhile") {
  TwoAccounts two;
  auto& world = two.world;
  const auto both = schedule(world, kWords, {two.slow, two.quick}, true);
  schedule(world, kHerons, {two.quick});
  world.shore.before_reading = [&](const std::string& account) {
    if (account == "slow") std::this_thread::sleep_for(300ms);
  };

  const auto report = world.run_flush();

  CHECK(report.sent == 3);
  CHECK(two.state_of(both, "slow") == DeliveryState::sent);
  CHECK(two.state_of(both, "quick") == DeliveryState::sent);
  CHECK(two.texts("quick") == std::vector<std::string>{kHerons, kWords, "good morning"});
  CHECK(messages(report, FlushEvent::Kind::held).empty());
}

TEST_CASE("what is first seen by hand gives no credit before all accounts are read: another may show it to be a copy") {
  TwoAccounts two;
  auto& world = two.world;
  world.settings.policy.ratio = Ratio{1, 1};
  world.sync({two.slow, two.quick});
  world.shore.throw_in("quick", "one more by hand");
  world.sync(two.quick);
  schedule(world, "the first, for which there is room anyway", {two.quick});
  world.run_flush();
  world.clock += 1h;
  // On quick it looks written by hand; slow shows that a scheduler posted it.
  world.shore.throw_in("quick", kWords);
  world.shore.throw_in("slow", kWords, "Buffer");
  schedule(world, "the second, with the room that is there without it", {two.quick});
  const auto third = schedule(world, "the third, which only that one could let go", {two.quick});
  schedule(world, kHerons, {two.slow});
  world.shore.before_reading = [&](const std::string& account) {
    if (account == "slow") std::this_thread::sleep_for(300ms);
  };

  world.run_flush();

  CHECK(two.has("quick", "the second, with the room that is there without it"));
  CHECK(two.state_of(third, "quick") == DeliveryState::queued);
  CHECK_FALSE(two.has("quick", "the third, which only that one could let go"));
}

TEST_CASE("... and it does give it once they are, in the same flush") {
  TwoAccounts two;
  auto& world = two.world;
  world.settings.policy.ratio = Ratio{1, 1};
  world.shore.beaches["quick"].posts.clear();
  world.sync({two.slow, two.quick});
  world.shore.throw_in("quick", "good morning to you");
  const auto post = schedule(world, kWords, {two.quick});
  schedule(world, kHerons, {two.slow});
  world.shore.before_reading = [&](const std::string& account) {
    if (account == "slow") std::this_thread::sleep_for(300ms);
  };

  const auto report = world.run_flush();

  CHECK(two.state_of(post, "quick") == DeliveryState::sent);
  CHECK(messages(report, FlushEvent::Kind::held).empty());
}

TEST_CASE("an exception while something is sent leaves it unconfirmed, and the others go") {
  TwoAccounts two;
  auto& world = two.world;
  const auto lost = schedule(world, kWords, {two.slow});
  schedule(world, kHerons, {two.quick});
  world.shore.before_sending = [&](const std::string& account) {
    if (account == "slow") throw std::runtime_error("a bug in an adapter");
  };

  const auto report = world.run_flush();

  CHECK(report.sent == 1);
  CHECK(two.state_of(lost, "slow") == DeliveryState::unconfirmed);
  const auto said = messages(report, FlushEvent::Kind::unconfirmed);
  REQUIRE(said.size() == 1);
  CHECK(contains(said[0], "a bug in an adapter"));
}

TEST_CASE("an exception while something is prepared or read is that account's trouble alone") {
  TwoAccounts two;
  auto& world = two.world;
  const auto broken = schedule(world, kWords, {two.slow});
  schedule(world, kHerons, {two.quick});
  bool thrown = false;
  SECTION("the body") {
    world.shore.before_reading = [&](const std::string& account) {
      if (account == "quick") std::this_thread::sleep_for(100ms);
    };
    world.shore.before_body = [&] {
      if (!std::exchange(thrown, true)) throw std::bad_alloc();
    };
    const auto report = world.run_flush();

    CHECK(report.sent == 1);
    CHECK(two.state_of(broken, "slow") == DeliveryState::queued);
    CHECK(must(world.queue().post(broken)).deliveries.front().approval);
    const auto said = messages(report, FlushEvent::Kind::not_sent);
    REQUIRE(said.size() == 1);
    CHECK(contains(said[0], "too little memory"));
  }
  SECTION("the reading") {
    must(world.state())->write_mark("last-flush", unix_seconds(world.clock));  // else it would have to be read first
    world.shore.before_reading = [&](const std::string& account) {
      if (account == "slow") throw std::runtime_error("a bug in an adapter");
    };
    const auto report = world.run_flush();

    CHECK(report.sent == 2);  // the ratio is off, so nobody has to know the mix
    const auto said = messages(report, FlushEvent::Kind::account);
    REQUIRE(said.size() == 1);
    CHECK(contains(said[0], "slow: its timeline can't be read: postq went wrong: a bug in an adapter"));
  }
}

TEST_CASE("what its author sends by hand is sent by no flush, and stays as it is") {
  TwoAccounts two;
  auto& world = two.world;
  const auto post = schedule(world, kWords, {two.quick}, false, Origin::hand_written);

  CHECK(world.run_flush().sent == 0);
  CHECK(must(dry_run(world, world.queue(), "")).empty());
  CHECK(two.state_of(post, "quick") == DeliveryState::queued);
  CHECK_FALSE(two.has("quick", kWords));
}

TEST_CASE("what was answered once is looked for before it is tried again, and found it is not sent twice") {
  TwoAccounts two;
  auto& world = two.world;
  const auto post = schedule(world, kWords, {two.quick});
  SendAnswer slow_down;
  slow_down.outcome = Outcome::not_sent;
  slow_down.answered = true;
  slow_down.limited = true;
  slow_down.try_at = world.clock + 1min;
  slow_down.error = {ErrorKind::try_later, "429", {}, {}};
  world.shore.beaches["quick"].answers_instead = slow_down;
  world.run_flush();
  REQUIRE(two.state_of(post, "quick") == DeliveryState::queued);
  world.clock += 20min;

  SECTION("it is not there: sent") {
    CHECK(world.run_flush().sent == 1);
    CHECK(world.shore.looked_for == std::vector<std::string>{kWords});
    CHECK(two.state_of(post, "quick") == DeliveryState::sent);
  }
  SECTION("nobody can tell: not sent, and told") {
    world.shore.finds = Settlement{Settlement::Kind::undecided, {}, "not there yet", {}};
    const auto report = world.run_flush();
    CHECK(report.sent == 0);
    CHECK(two.state_of(post, "quick") == DeliveryState::queued);
    const auto said = messages(report, FlushEvent::Kind::not_sent);
    REQUIRE(said.size() == 1);
    CHECK(contains(said[0], "not sent again: an earlier try may have gone out"));
  }
  CHECK_FALSE(two.has("quick", kWords) != (two.state_of(post, "quick") == DeliveryState::sent));
}

TEST_CASE("a post that met a limit goes first when it ends, before those behind it") {
  TwoAccounts two;
  auto& world = two.world;
  world.schedule(kWords, two.quick);
  world.clock += 1s;
  world.schedule(kHerons, two.quick);
  SendAnswer slow_down;
  slow_down.outcome = Outcome::not_sent;
  slow_down.answered = true;
  slow_down.limited = true;
  slow_down.try_at = world.clock + 5min;
  slow_down.error = {ErrorKind::try_later, "429", {}, {}};
  world.shore.beaches["quick"].answers_instead = slow_down;
  CHECK(world.run_flush().sent == 0);

  world.clock += 5min;
  world.settings.policy.min_gap = Seconds{0};
  CHECK(world.run_flush().sent == 2);

  const auto texts = two.texts("quick");
  const auto place = [&](const std::string& text) {
    return std::find(texts.begin(), texts.end(), text) - texts.begin();
  };
  CHECK(place(kWords) > place(kHerons));  // the newest is first
}

TEST_CASE("what a server made of a post otherwise is told, and loudly where more people see it") {
  TwoAccounts two;
  auto& world = two.world;
  const auto post = schedule(world, kWords, {two.quick});
  const auto name = std::to_string(number(post)) + "@quick";
  SendAnswer sent;
  sent.outcome = Outcome::sent;
  sent.answered = true;
  sent.receipt = {"shell-1", "", "https://shore.example/1", world.clock};
  SECTION("for more people") {
    sent.deviation = {"as public, and was approved as private", true};
    world.shore.beaches["quick"].answers_instead = sent;
    const auto report = world.run_flush();
    CHECK(two.state_of(post, "quick") == DeliveryState::sent);
    const auto told = messages(report, FlushEvent::Kind::differs);
    REQUIRE(told.size() == 1);
    CHECK(told[0] == name + ": as public, and was approved as private");
    CHECK(exit_code_of(report) == 6);
    const auto event = std::find_if(report.events.begin(), report.events.end(),
                                    [](const FlushEvent& each) { return each.kind == FlushEvent::Kind::differs; });
    CHECK(event->hint.starts_with("postq retract " + name));
    const auto attempts = must(world.queue().post(post)).deliveries.front().attempts;
    REQUIRE_FALSE(attempts.empty());
    CHECK(attempts.back().detail == "it is out as public, and was approved as private");
  }
  SECTION("for fewer") {
    sent.deviation = {"as unlisted, and was approved as public", false};
    world.shore.beaches["quick"].answers_instead = sent;
    const auto report = world.run_flush();
    CHECK(messages(report, FlushEvent::Kind::differs).size() == 1);
    CHECK(exit_code_of(report) == 0);
  }
}

TEST_CASE("what a person wants to send now and a limit keeps back ends with 75, each time") {
  TwoAccounts two;
  auto& world = two.world;
  const auto post = schedule(world, kWords, {two.quick}, false, Origin::hand_written);
  SendAnswer slow_down;
  slow_down.outcome = Outcome::not_sent;
  slow_down.limited = true;
  slow_down.try_at = world.clock + 1h;
  slow_down.error = {ErrorKind::try_later, "429", {}, {}};
  world.shore.beaches["quick"].answers_instead = slow_down;
  FlushOptions options;
  options.account = "quick";
  options.only = delivery_on(world.queue(), post, "quick").id;
  CHECK(exit_code_of(must(flush(world, world.queue(), options))) == 75);
  for (int again = 0; again < 2; ++again) {
    world.clock += 1min;
    const auto report = must(flush(world, world.queue(), options));
    CHECK(exit_code_of(report) == 75);
    REQUIRE(messages(report, FlushEvent::Kind::held).size() == 1);
  }
  CHECK_FALSE(two.has("quick", kWords));
}

TEST_CASE("nothing else goes to an account where something may be out, until its timeline was read") {
  TwoAccounts two;
  auto& world = two.world;
  world.shore.beaches["quick"].loses_answers = true;
  const auto lost = schedule(world, kWords, {two.quick});
  const auto next = schedule(world, kHerons, {two.quick});

  world.run_flush();
  CHECK(two.state_of(lost, "quick") == DeliveryState::unconfirmed);
  CHECK(two.state_of(next, "quick") == DeliveryState::queued);

  world.clock += 1min;
  world.shore.beaches["quick"].trouble = Error{ErrorKind::try_later, "down", {}, {}};
  world.run_flush();
  CHECK(two.state_of(next, "quick") == DeliveryState::queued);

  world.clock += 1min;
  world.shore.beaches["quick"].trouble.reset();
  world.shore.beaches["quick"].loses_answers = false;
  world.run_flush();
  CHECK(two.state_of(next, "quick") == DeliveryState::sent);
}

TEST_CASE("one server's wrong clock holds its own account, and lifts itself") {
  TwoAccounts two;
  auto& world = two.world;
  world.shore.beaches["slow"].clock_skew = Seconds{-86400 * 30};
  world.shore.beaches["quick"].clock_skew = Seconds{0};
  const auto held = schedule(world, kWords, {two.slow});
  schedule(world, kHerons, {two.quick});

  const auto report = world.run_flush();

  CHECK(report.sent == 1);
  CHECK_FALSE(report.clock_is_off);
  CHECK(two.state_of(held, "slow") == DeliveryState::queued);
  const auto said = messages(report, FlushEvent::Kind::clock);
  REQUIRE(said.size() == 1);
  CHECK(contains(said[0], "ahead of the one of slow's server: nothing more that is scheduled goes there"));
  CHECK_FALSE(must(clock_doubt(world, world.queue())));
  CHECK(server_doubt(world, world.state_files(), two.slow) == Seconds{-86400 * 30});

  world.shore.beaches["slow"].clock_skew = Seconds{1};
  CHECK(world.run_flush().sent == 1);
  CHECK_FALSE(server_doubt(world, world.state_files(), two.slow));
}

TEST_CASE("two hosts that say the same of this machine's clock stop the queue, until they agree with it") {
  TwoAccounts two;
  auto& world = two.world;
  for (const auto* account : {"slow", "quick"}) world.shore.beaches[account].clock_skew = Seconds{1200};
  schedule(world, kWords, {two.slow});
  schedule(world, kHerons, {two.quick});
  world.shore.before_sending = [&](const std::string&) { FAIL("nothing is sent"); };

  CHECK(world.run_flush().sent == 0);
  CHECK(must(clock_doubt(world, world.queue())));
  const auto again = world.run_flush();
  CHECK(again.clock_is_off);
  CHECK(again.sent == 0);

  world.shore.before_sending = {};
  for (const auto* account : {"slow", "quick"}) world.shore.beaches[account].clock_skew = Seconds{2};
  CHECK(world.run_flush().sent == 2);
  CHECK_FALSE(must(clock_doubt(world, world.queue())));
}

TEST_CASE("after four minutes nothing new begins, and what is in the air ends") {
  TwoAccounts two;
  auto& world = two.world;
  const auto first = schedule(world, kWords, {two.quick});
  const auto second = schedule(world, kHerons, {two.quick});
  world.shore.before_sending = [&](const std::string&) { world.seconds_up += 241; };

  CHECK(world.run_flush().sent == 1);
  CHECK(two.state_of(first, "quick") == DeliveryState::sent);
  CHECK(two.state_of(second, "quick") == DeliveryState::queued);

  world.shore.before_sending = nullptr;
  CHECK(world.run_flush().sent == 1);
  CHECK(two.state_of(second, "quick") == DeliveryState::sent);
}

TEST_CASE("an account that got no turn is remembered until it gets one") {
  TwoAccounts two;
  auto& world = two.world;
  const auto late = schedule(world, kWords, {two.slow});
  world.shore.before_reading = [&](const std::string& account) {
    if (account == "slow") world.seconds_up += 241;
  };

  CHECK(world.run_flush().sent == 0);
  CHECK(two.state_of(late, "slow") == DeliveryState::queued);
  CHECK(world.state_files().read_mark("no-turn-slow") == unix_seconds(world.clock));

  world.shore.before_reading = nullptr;
  CHECK(world.run_flush().sent == 1);
  CHECK(world.state_files().read_mark("no-turn-slow") == 0);
}

TEST_CASE("who got no turn the last time goes first") {
  TimedWorld world;
  world.held_hook("alpha");
  world.held_hook("beta");
  const auto order = [&] {
    std::vector<std::string> names;
    for (const auto& event : world.run_flush().events) names.push_back(event.name);
    return names;
  };
  CHECK(order() == std::vector<std::string>{"1@alpha", "2@beta"});

  world.state_files().write_mark("no-turn-beta", unix_seconds(world.clock - 5min));
  CHECK(order() == std::vector<std::string>{"2@beta", "1@alpha"});
  CHECK(order() == std::vector<std::string>{"1@alpha", "2@beta"});
}

TEST_CASE("until a server has said that the clock is right, what reads nothing waits for one that does, 5 s at most") {
  TimedWorld world;
  world.settings.policy.ratio.reset();
  world.held_hook("hook");
  const auto slow = world.on_shore("slow");
  world.schedule(kWords, slow);
  world.shore.beaches["slow"].clock_skew = Seconds{0};
  Signal told;
  std::atomic<bool> was_read = false;
  bool went_on_unread = false;
  FlushOptions options;
  options.on_event = [&](const FlushEvent& event) {
    if (event.kind != FlushEvent::Kind::held) return;
    went_on_unread = !was_read;
    told.happen();
  };

  SECTION("it comes") {
    world.shore.before_reading = [&](const std::string&) {
      std::this_thread::sleep_for(100ms);
      was_read = true;
    };
    must(flush(world, world.queue(), options));
    CHECK_FALSE(went_on_unread);
  }
  SECTION("it doesn't") {
    world.shore.before_reading = [&](const std::string&) {
      world.seconds_up += 6;
      was_read = !told.wait();
    };
    must(flush(world, world.queue(), options));
    CHECK(went_on_unread);
  }
  SECTION("one has said so since the machine started") {
    must(flush(world, world.queue(), {}));
    world.clock += 1min;
    world.shore.before_reading = [&](const std::string&) { was_read = !told.wait(); };
    must(flush(world, world.queue(), options));
    CHECK(went_on_unread);
  }
}
