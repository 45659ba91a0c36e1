// A clock that sleeps: what came due while nothing could be sent never goes out in a flood, and everybody who tells
// what will become of a post says what flush then does.
#include <map>

#include "app/explain/explain.h"
#include "app/flush/flush.h"
#include "app/flush/last_chance.h"
#include "app/forecast/forecast.h"
#include "app/forecast/simulation.h"
#include "app/network_world.h"
#include "app/status/status.h"

namespace postq::test {

namespace {

using namespace std::chrono_literals;

// Two accounts on two networks, one machine, and nobody who reads. Everything is in UTC.
class Home {
 public:
  std::unique_ptr<NetworkPlace> first = network_places().at(0)();
  std::unique_ptr<NetworkPlace> second = network_places().at(1)();
  NetworkWorld world;
  Account anna;
  Account berta;

  Home() {
    auto& policy = world.settings.policy;
    policy.ratio.reset();
    policy.max_per_day = 0;
    policy.repeat = Strictness::off;
    anna = world.join(*first, "anna");
    berta = world.join(*second, "berta");
  }

  // Approved now, to go at that time; without one as soon as it may.
  PostId post(const Account& account, std::optional<TimePoint> at) {
    PostSpec spec;
    spec.at = at;
    Draft draft;
    draft.parts.push_back({"the leaf number " + std::to_string(++texts_) + " of the oak behind our house", {}});
    draft.schedule = schedule_of(spec);
    NewPost added;
    added.key = world.random_word(8);
    added.draft = to_json(draft);
    NewDelivery& delivery = added.deliveries.emplace_back();
    delivery.account = account.id;
    delivery.document = document_of(world.known_platforms->find(account.platform)->render(account, draft));
    delivery.schedule = draft.schedule;
    delivery.fingerprints = {fingerprint(draft.parts.front().text)};
    const PostId id = must(world.queue().add_post(added, world.audit())).post;
    approve(world.queue(), id, world.clock);
    names_[id] = account.name;
    return id;
  }

  std::vector<FlushEvent> flush_now(bool watched = false) {
    FlushOptions options;
    options.watched = watched;
    return must(flush(world, world.queue(), options)).events;
  }
  // Runs of a timer, the last one at `until` or shortly before.
  std::vector<FlushEvent> cron(Seconds every, TimePoint until) {
    std::vector<FlushEvent> all;
    while (world.clock + every <= until) {
      world.clock += every;
      for (auto& event : flush_now()) all.push_back(std::move(event));
    }
    return all;
  }
  void sleep(Seconds length) { world.clock += length; }

  Delivery of(PostId post) { return world.delivery(post, names_.at(post)).delivery; }
  bool in_review(PostId post) { return of(post).pending() && of(post).missed_at.has_value(); }
  bool is_sent(PostId post) { return of(post).state == DeliveryState::sent; }
  bool is_on_time(PostId post) {
    const auto delivery = of(post);
    return is_sent(post) && *delivery.public_at - delivery.schedule.not_before <= 5min;
  }
  std::string why_missed(PostId post) { return of(post).verdict; }

  void cut_off(NetworkPlace& place) {
    for (const auto errand : {Errand::publish, Errand::upload, Errand::read, Errand::other}) {
      world.wire.meets(place, errand, [](NetworkPlace&, const HttpRequest&) { return not_connected(); });
    }
  }

 private:
  int texts_ = 0;
  std::map<PostId, std::string> names_;
};

bool says(const std::string& text, const std::string& part) {
  INFO(text);
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::vector<FlushEvent>& events, FlushEvent::Kind kind) {
  return static_cast<std::size_t>(
      std::count_if(events.begin(), events.end(), [kind](const FlushEvent& event) { return event.kind == kind; }));
}

}  // namespace

TEST_CASE("after nine hours asleep all that came due comes to review together, and what is due now goes") {
  Home home;
  home.cron(5min, kNoon + 30min);
  std::vector<PostId> night;
  for (int i = 0; i < 8; ++i) night.push_back(home.post(home.anna, kNoon + 1h + i * 65min));
  for (int i = 0; i < 4; ++i) night.push_back(home.post(home.berta, kNoon + 9h + i * 5min));
  const auto on_time = home.post(home.anna, kNoon + 30min + 9h - 4min);
  const auto any_time = home.post(home.berta, std::nullopt);

  home.sleep(9h);
  const auto events = home.flush_now();

  CHECK(count(events, FlushEvent::Kind::late) == 12);
  for (const auto post : night) {
    CHECK(home.in_review(post));
    CHECK(says(home.why_missed(post), "`postq flush` did not run for 9 h"));
  }
  CHECK(says(home.why_missed(night.front()), "while 8 posts came due"));
  CHECK(home.is_on_time(on_time));
  CHECK(home.is_sent(any_time));
  const auto status = must(read_status(home.world, home.world.queue()));
  CHECK(status.queue.late_pending == 12);
  CHECK(status.sent_late == 0);

  const auto later = home.cron(5min, home.world.clock + 3h);
  CHECK(count(later, FlushEvent::Kind::sent) == 0);
  CHECK(count(later, FlushEvent::Kind::late) == 0);
}

TEST_CASE("a single post that came due twenty minutes ago goes, one of hours ago does not") {
  Home home;
  home.cron(5min, kNoon + 30min);
  const auto fresh = home.post(home.anna, kNoon + 9h + 10min);
  const auto old = home.post(home.berta, kNoon + 4h);

  home.sleep(9h);
  home.flush_now();

  CHECK(home.is_sent(fresh));
  CHECK(home.in_review(old));
}

TEST_CASE("what has no time of its own is never overdue, and follows min_gap after a sleep") {
  Home home;
  home.cron(5min, kNoon + 30min);
  std::vector<PostId> posts;
  for (int i = 0; i < 3; ++i) posts.push_back(home.post(home.anna, std::nullopt));

  home.sleep(24h);
  const auto events = home.flush_now();

  CHECK(count(events, FlushEvent::Kind::late) == 0);
  CHECK(home.is_sent(posts[0]));
  home.cron(5min, home.world.clock + 30min);
  CHECK(home.is_sent(posts[2]));
}

TEST_CASE("a timer that runs every five minutes, every hour or once a day leaves no gap") {
  for (const Seconds every : {Seconds{5min}, Seconds{1h}, Seconds{24h}}) {
    CAPTURE(every.count());
    Home home;
    home.cron(every, kNoon + 3 * every);
    std::vector<PostId> posts;
    for (int round = 3; round < 6; ++round) {
      posts.push_back(home.post(home.anna, kNoon + round * every + every / 5));
      posts.push_back(home.post(home.berta, kNoon + round * every + every / 5));
      posts.push_back(home.post(home.berta, kNoon + round * every + every / 2));
    }

    auto events = home.cron(every, kNoon + 5 * every);
    home.world.clock += every < 24h ? every + 2s : 25h;  // the clocks change
    for (auto& event : home.flush_now()) events.push_back(std::move(event));
    home.cron(std::min<Seconds>(every, 10min), home.world.clock + 2h);

    CHECK(count(events, FlushEvent::Kind::late) == 0);
    for (const auto post : posts) CHECK(home.is_sent(post));
  }
}

TEST_CASE("runs by hand in between say nothing of how often the timer runs") {
  Home home;
  home.cron(1h, kNoon + 4h);
  for (int i = 0; i < 12; ++i) {
    home.sleep(2min);
    home.flush_now(true);
  }
  home.world.clock = kNoon + 4h;
  home.cron(1h, kNoon + 8h);

  CHECK(usual_wait(home.world.state_files()) == 1h);
}

TEST_CASE("one night asleep makes no nightly timer of it, and an hourly one is learned") {
  Home home;
  home.cron(5min, kNoon + 2h);
  home.sleep(9h);
  home.flush_now();
  CHECK(usual_wait(home.world.state_files()) == 5min);
  home.cron(1h, home.world.clock + 6h);
  CHECK(usual_wait(home.world.state_files()) == 1h);
}

TEST_CASE("an account that can't be reached for a day sends nothing late, and the other isn't held up") {
  Home home;
  home.cron(5min, kNoon + 30min);
  std::vector<PostId> cut;
  std::vector<PostId> fine;
  for (int i = 0; i < 10; ++i) {
    cut.push_back(home.post(home.anna, kNoon + 1h + i * 110min));
    fine.push_back(home.post(home.berta, kNoon + 1h + i * 110min));
  }
  home.cut_off(*home.first);
  auto events = home.cron(5min, kNoon + 20h);
  home.world.wire.mended();
  for (auto& event : home.cron(5min, kNoon + 24h)) events.push_back(std::move(event));

  for (const auto post : fine) CHECK(home.is_on_time(post));
  CHECK(count(events, FlushEvent::Kind::failed) == 0);
  CHECK(count(events, FlushEvent::Kind::late) == cut.size());
  for (const auto post : cut) {
    CHECK(home.in_review(post));
    CHECK(says(home.why_missed(post), "anna's timeline could not be read for"));
  }
}

TEST_CASE("what came due while a sign-in was dead for two days comes to review with that reason") {
  Home home;
  home.cron(5min, kNoon + 30min);
  std::vector<PostId> posts;
  for (int i = 0; i < 6; ++i) posts.push_back(home.post(home.anna, kNoon + 1h + i * 8h));
  home.first->end_sign_in();
  home.cron(5min, kNoon + 41h);
  home.sleep(30s);  // the last is overdue, and had its hour not
  home.first->allow_sign_in();
  home.world.sign_in_again(*home.first, "anna");
  const auto events = home.cron(5min, kNoon + 50h);

  CHECK(count(events, FlushEvent::Kind::sent) == 0);
  for (const auto post : posts) {
    CHECK(home.in_review(post));
    CHECK(says(home.why_missed(post), "anna needed a new sign-in"));
  }
}

TEST_CASE("after a Retry-After of three hours what came due meanwhile comes to review, what is due then goes") {
  Home home;
  home.cron(5min, kNoon + 30min);
  const auto refused = home.post(home.anna, kNoon + 1h);
  const auto meanwhile = home.post(home.anna, kNoon + 2h);
  const auto just_before = home.post(home.anna, kNoon + 3h + 58min);
  home.world.wire.meets(*home.first, Errand::publish, 1, answers(429, {{"retry-after", "10800"}}));

  home.cron(5min, kNoon + 3h + 55min);
  CHECK(home.in_review(refused));
  CHECK(home.in_review(meanwhile));
  CHECK(says(home.why_missed(meanwhile), "anna's platform took no posts"));

  home.cron(5min, kNoon + 5h);
  CHECK(home.is_sent(just_before));
}

TEST_CASE("without the state folder's marks the first flush takes back what came due, whenever the last one was") {
  Home home;
  home.cron(5min, kNoon + 30min);
  const auto before = home.post(home.anna, kNoon + 35min);
  home.cron(5min, kNoon + 40min);
  REQUIRE(home.is_sent(before));
  const auto one = home.post(home.anna, kNoon + 3h);
  const auto two = home.post(home.anna, kNoon + 3h + 20min);
  std::filesystem::remove_all(home.world.folder() + "/state/marks");

  home.world.clock = kNoon + 3h + 30min;
  home.flush_now();

  CHECK(home.in_review(one));
  CHECK(home.in_review(two));
}

TEST_CASE("a pause is no gap: what came due meanwhile goes when a person lets it") {
  Home home;
  home.cron(5min, kNoon + 30min);
  const auto one = home.post(home.anna, kNoon + 1h);
  const auto two = home.post(home.anna, kNoon + 2h);
  must(home.world.queue().pause_all("", home.world.audit()));
  home.cron(5min, kNoon + 4h);
  must(home.world.queue().resume_all(home.world.audit()));

  home.cron(5min, kNoon + 4h + 20min);

  CHECK(home.is_sent(one));
  CHECK(home.is_sent(two));
}

TEST_CASE("the file STOP, taken away by hand, leaves a gap with its own reason") {
  Home home;
  home.cron(5min, kNoon + 30min);
  const auto one = home.post(home.anna, kNoon + 1h);
  const auto two = home.post(home.anna, kNoon + 2h);
  must(home.world.state_files().write_stop(""));
  home.cron(5min, kNoon + 4h);
  must(home.world.state_files().remove_stop());

  home.cron(5min, kNoon + 4h + 20min);

  CHECK(home.in_review(one));
  CHECK(home.in_review(two));
  CHECK(says(home.why_missed(one), "everything was paused for"));
}

TEST_CASE("min_gap alone makes nothing miss its time, and status doesn't say that nothing was late") {
  Home home;
  home.world.settings.policy.min_gap = 1h;
  home.cron(5min, kNoon + 30min);
  std::vector<PostId> posts;
  for (int i = 0; i < 9; ++i) posts.push_back(home.post(home.anna, kNoon + 1h));
  const auto asleep = home.post(home.berta, kNoon + 10h);

  const auto events = home.cron(5min, kNoon + 9h + 55min);
  CHECK(count(events, FlushEvent::Kind::late) == 0);
  for (const auto post : posts) CHECK(home.is_sent(post));
  home.sleep(3h);
  home.flush_now();

  CHECK(home.in_review(asleep));
  CHECK(must(read_status(home.world, home.world.queue())).sent_late == 0);
  const auto missed_first = home.post(home.anna, kNoon + 13h);
  home.sleep(30min);
  home.flush_now();
  CHECK(home.is_sent(missed_first));
  CHECK(must(read_status(home.world, home.world.queue())).sent_late == 1);
}

TEST_CASE("why, the dry run, the forecast and the simulation say what the claim then does after a gap") {
  Home home;
  home.cron(5min, kNoon + 30min);
  std::vector<PostId> overdue{home.post(home.anna, kNoon + 4h), home.post(home.anna, kNoon + 9h)};
  const auto on_time = home.post(home.anna, kNoon + 9h + 27min);
  home.sleep(9h);
  auto& world = home.world;
  auto& queue = world.queue();

  std::map<DeliveryId, std::string> dry;
  for (const auto& entry : must(dry_run(world, queue, ""))) {
    dry[entry.delivery.id] = entry.judgement.allowed() ? "" : entry.judgement.deciding()->rule;
  }
  std::map<DeliveryId, std::string> simulated;
  for (const auto& account : must(simulate_queue(world, queue, {}))) {
    for (const auto& entry : account.forecast.entries) simulated[entry.delivery] = entry.goes ? "" : entry.rule;
  }
  for (const auto post : overdue) {
    const auto id = home.of(post).id;
    CHECK(dry.at(id) == "late");
    CHECK(simulated.at(id) == "late");
    const auto expected = must(forecast(world, queue, std::vector{id})).front();
    CHECK(expected.held);
    CHECK(says(expected.sentence, "comes back to review: it was due"));
    const auto detail = must(queue.post(post));
    const auto why = must(explain(world, queue, detail, detail.deliveries.front()));
    CHECK(why.standing == "missed");
    CHECK(says(why.headline, "The next flush takes it back to review"));
  }
  CHECK(dry.at(home.of(on_time).id).empty());
  CHECK(simulated.at(home.of(on_time).id).empty());

  home.flush_now();

  for (const auto post : overdue) CHECK(home.in_review(post));
  CHECK(home.is_sent(on_time));
}

TEST_CASE("a flush of one account is no chance for the others") {
  Home home;
  home.cron(5min, kNoon + 30min);
  std::vector<PostId> posts{home.post(home.berta, kNoon + 1h), home.post(home.berta, kNoon + 2h)};
  FlushOptions only_anna;
  only_anna.account = "anna";
  for (int i = 0; i < 30; ++i) {
    home.sleep(5min);
    must(flush(home.world, home.world.queue(), only_anna));
  }

  home.flush_now();

  for (const auto post : posts) CHECK(home.in_review(post));
}

TEST_CASE("a flush that finds nothing to do writes nothing to the database") {
  Home home;
  home.post(home.anna, kNoon + 90h);
  home.cron(5min, kNoon + 10min);
  const auto bytes = [&] {
    std::string all;
    for (const auto* const name : {"/postq.db", "/postq.db-wal"}) {
      std::ifstream file(home.world.folder() + name, std::ios::binary);
      all.append(std::istreambuf_iterator<char>(file), {});
    }
    return sha256(all).hex();
  };
  const auto before = bytes();

  home.cron(5min, kNoon + 2h);

  CHECK(bytes() == before);
}

TEST_CASE("why a post is past its time in a pause: what ends the pause comes first") {
  Home home;
  auto& world = home.world;
  auto& queue = world.queue();
  home.cron(5min, kNoon + 30min);
  const auto post = home.post(home.anna, kNoon + 4h);
  home.post(home.anna, kNoon + 5h);
  home.sleep(9h);
  std::string first = "postq resume";
  SECTION("by the file STOP") {
    must(world.state_files().write_stop("fire"));
  }
  SECTION("by the database") {
    must(queue.pause_all("fire", world.audit()));
  }
  SECTION("of its account") {
    must(queue.pause_account(home.anna.id, kUntilResumed, world.audit()));
    first = "postq resume anna";
  }

  const auto detail = must(queue.post(post));
  const auto why = must(explain(world, queue, detail, detail.deliveries.front()));

  REQUIRE_FALSE(why.remedies.empty());
  CHECK(why.remedies.front().command == first);
  if (why.standing == "missed") CHECK(says(why.headline, "once it is resumed, the next flush takes it back to review"));
}

}  // namespace postq::test
