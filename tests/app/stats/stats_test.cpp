#include "app/stats/stats.h"

#include <rapidcheck.h>

#include "app/stats/words.h"
#include "support/test_world.h"

namespace postq::test {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

// Two accounts over the last three days, of which the day of kNoon is the last.
const TimeRange kThreeDays{kNoon - 12h - days{2}, kNoon + 12h};

StatsAccount account_of(std::int64_t id, const std::string& name) {
  StatsAccount account;
  account.account.id = AccountId{id};
  account.account.name = name;
  account.readable = true;
  account.known_from = kNoon - days{100};
  return account;
}

OwnFact own(TimePoint at, CountsAs counts_as, TimelineKind kind = TimelineKind::post, std::int64_t account = 1) {
  OwnFact fact;
  fact.account = AccountId{account};
  fact.at = at;
  fact.counts_as = counts_as;
  fact.kind = kind;
  return fact;
}

OwnFact with(OwnFact fact, std::int64_t likes, std::int64_t replies, std::int64_t boosts) {
  fact.reactions = Reactions{"", likes, replies, boosts};
  return fact;
}

ItemFact said(const std::string& person, TimePoint at, ItemState state, std::optional<Seconds> after = {},
              std::int64_t account = 1) {
  ItemFact fact;
  fact.account = AccountId{account};
  fact.person = person;
  fact.at = at;
  fact.state = state;
  if (after) fact.settled_at = at + *after;
  return fact;
}

Stats stats_of(const StatsFacts& facts, const PolicySettings& settings = {}) {
  auto site = account_of(1, "site");
  site.settings = settings;
  return compute_stats(facts, {site, account_of(2, "work")}, kThreeDays, utc_zone(), kNoon);
}

constexpr auto kHand = CountsAs::hand_written;
constexpr auto kQueue = CountsAs::scheduled;

}  // namespace

TEST_CASE("posts are counted on their days, each as what it was") {
  const auto yesterday = kNoon - days{1};
  StatsFacts facts;
  facts.own = {own(kThreeDays.from - 1s, kHand),
               own(kThreeDays.from, kHand),
               own(yesterday, kHand, TimelineKind::reply),
               own(yesterday, kHand, TimelineKind::quote),
               own(yesterday, kQueue),
               own(yesterday, CountsAs::undecided),
               own(yesterday, CountsAs::nothing, TimelineKind::boost),
               own(kNoon, kQueue, TimelineKind::post, 2),
               own(kThreeDays.to, kHand)};

  const auto stats = stats_of(facts);

  REQUIRE(stats.days() == 3);
  const auto& site = stats.accounts[0].sums.days;
  CHECK(site[0].by_hand_posts == 1);
  CHECK(site[1].by_hand_posts == 1);
  CHECK(site[1].by_hand_answers == 1);
  CHECK(site[1].scheduled == 1);
  CHECK(site[2].by_hand() == 0);
  CHECK(stats.accounts[1].sums.days[2].scheduled == 1);
  CHECK(stats.all.total_by_hand() == 3);
  CHECK(stats.all.total(&StatsDay::scheduled) == 2);
  CHECK(stats.today_goes_on());
  CHECK_FALSE(stats.is_empty());
}

TEST_CASE("the ratio at the end of a day is counted over its window, also from before the period") {
  PolicySettings settings;
  settings.window = 48h;
  StatsFacts facts;
  facts.own = {own(kThreeDays.from - 25h, kHand), own(kThreeDays.from - 1h, kHand), own(kThreeDays.from + 1h, kQueue),
               own(kNoon - days{1}, kQueue), own(kNoon + 1h, kHand)};

  const auto days = stats_of(facts, settings).accounts[0].sums.days;

  // At the end of the first day both by hand are within 48 hours, at the end of the second only one is.
  CHECK(mix_words(days[0].window) == "1:1");
  CHECK(mix_words(days[1].window) == "0:2");
  // The last is the count of now: what is said to come at one o'clock isn't there yet.
  CHECK(mix_words(days[2].window) == "0:1");
}

TEST_CASE("answers and boosts count for the ratio as the settings say") {
  StatsFacts facts;
  facts.own = {own(kNoon - 3h, kHand, TimelineKind::reply), own(kNoon - 2h, CountsAs::nothing, TimelineKind::boost)};
  PolicySettings settings;
  CHECK(stats_of(facts, settings).accounts[0].sums.days[2].window.by_hand() == 1);
  settings.count_boosts = true;
  CHECK(stats_of(facts, settings).accounts[0].sums.days[2].window.by_hand() == 2);
  settings.count_replies = false;
  CHECK(stats_of(facts, settings).accounts[0].sums.days[2].window.by_hand() == 1);
}

TEST_CASE("a count stands below the rule, below the aim, or is fine") {
  PolicySettings settings;
  CHECK(standing_of({1, 0, 4}, settings) == MixStanding::below_minimum);
  CHECK(standing_of({1, 0, 3}, settings) == MixStanding::below_aim);
  CHECK(standing_of({2, 1, 3}, settings) == MixStanding::fine);
  CHECK(standing_of({}, settings) == MixStanding::fine);
  settings.ratio.reset();
  CHECK(standing_of({1, 0, 4}, settings) == MixStanding::below_aim);
  settings.aim.reset();
  CHECK(standing_of({1, 0, 4}, settings) == MixStanding::fine);
  CHECK(share_by_hand({1, 0, 3}) == 25);
  CHECK_FALSE(share_by_hand({}));
  CHECK(share_of({1, 3}) == 25);
}

TEST_CASE("people are counted once each, and answers by what became of what they said") {
  StatsFacts facts;
  facts.items = {said("mira", kNoon - 30h, ItemState::answered, Seconds{1h}),
                 said("mira", kNoon - 20h, ItemState::answered, Seconds{3h}),
                 said("tom", kNoon - 10h, ItemState::open),
                 said("lee", kNoon - 5h, ItemState::dismissed, Seconds{1min}),
                 said("lee", kNoon - 4h, ItemState::answered, Seconds{8h}, 2),
                 said("ann", kThreeDays.from - 1s, ItemState::answered, Seconds{1h})};

  const auto stats = stats_of(facts);

  const auto& site = stats.accounts[0].sums.conversations;
  CHECK(site.items == 4);
  CHECK(site.answered == 2);
  CHECK(site.dismissed == 1);
  CHECK(site.open == 1);
  CHECK(site.people == 3);
  CHECK(site.people_answered == 1);
  CHECK(site.half_within == Seconds{2h});
  CHECK(say_people(site) == "talked with 1 of the 3 people who spoke");
  CHECK(say_answers(site) == "2 of 4 answered (50%), half of these within 2 h; 1 dismissed, 1 open");
  // The same id on another account is somebody else.
  CHECK(stats.all.conversations.people == 4);
  CHECK(stats.all.conversations.people_answered == 2);
  CHECK(stats.all.conversations.half_within == Seconds{3h});
  CHECK(stats.all.days[1].items == 2);
  CHECK(stats.all.days[1].answered == 2);
}

TEST_CASE("an answer that a server's clock puts before the question came at once") {
  StatsFacts facts;
  facts.items = {said("mira", kNoon - 3h, ItemState::answered, Seconds{-20})};

  CHECK(stats_of(facts).all.conversations.half_within == Seconds{0});
}

TEST_CASE("what came of posts is told apart by their sort, and rests on those that the platform tells of") {
  StatsFacts facts;
  facts.own = {with(own(kNoon - 9h, kHand), 1, 0, 0),
               with(own(kNoon - 8h, kHand), 2, 1, 0),
               with(own(kNoon - 7h, kHand), 9, 1, 1),
               with(own(kNoon - 6h, kHand, TimelineKind::reply), 100, 100, 100),
               own(kNoon - 5h, kHand),
               with(own(kNoon - 4h, kQueue), 3, 0, 0),
               with(own(kNoon - 3h, kQueue), 4, 0, 1)};

  const auto sums = stats_of(facts).accounts[0].sums;

  CHECK(sums.by_hand.posts == 4);
  CHECK(sums.by_hand.readable == 3);
  CHECK(decimal(sums.by_hand.likes.mean) == "4");
  CHECK(decimal(sums.by_hand.likes.median) == "2");
  CHECK(decimal(sums.by_hand.replies.mean) == "0.7");
  CHECK(decimal(sums.by_hand.boosts.mean) == "0.3");
  CHECK(sums.scheduled.readable == 2);
  CHECK(decimal(sums.scheduled.likes.median) == "3.5");
  CHECK(say_doubt(sums.by_hand, sums.scheduled) == "2 posts are too few to tell one sort from the other.");
}

TEST_CASE("where there is nothing to compare it is said, not shown as nought") {
  const Results read{5, 5, {}, {}, {}};
  CHECK(say_doubt(read, read).empty());
  CHECK(say_doubt({}, read) == "Nothing to compare: there is no by-hand post.");
  CHECK(say_doubt(read, {}) == "Nothing to compare: there is no scheduled post.");
  CHECK(say_doubt(read, {3, 0, {}, {}, {}}) ==
        "Nothing to compare: what readers did with the scheduled posts can't be read.");
  CHECK(say_doubt({5, 1, {}, {}, {}}, read) == "1 post is too few to tell one sort from the other.");
}

TEST_CASE("posts sent past the rules are listed in order, and still count as scheduled") {
  auto late = own(kNoon - 1h, kQueue);
  late.past_rules = true;
  late.post = PostId{12};
  auto early = own(kNoon - 9h, kQueue, TimelineKind::post, 2);
  early.past_rules = true;
  auto before = own(kThreeDays.from - 1h, kQueue);
  before.past_rules = true;
  StatsFacts facts;
  facts.own = {before, early, late};

  const auto stats = stats_of(facts);

  REQUIRE(stats.past_rules.size() == 2);
  CHECK(stats.past_rules[0].name() == "work");
  CHECK(stats.past_rules[1].name() == "12@site");
  CHECK(stats.all.total(&StatsDay::past_rules) == 2);
  CHECK(stats.all.total(&StatsDay::scheduled) == 2);
}

TEST_CASE("days are those of the zone, also when one lasts 25 hours") {
  const auto zones = make_zones();
  const auto& berlin = **zones->find("Europe/Berlin");
  // Sun 25 Oct 2026: midnight is 22:00 UTC, the next one 23:00.
  const auto begin = *parse_rfc3339("2026-10-24T22:00:00Z");
  StatsFacts facts;
  facts.own = {own(begin, kHand), own(begin + 25h - 1s, kHand), own(begin + 25h, kHand)};

  const auto stats = compute_stats(facts, {account_of(1, "site")}, {begin, begin + 49h}, berlin, begin + days{30});

  REQUIRE(stats.days() == 2);
  CHECK(stats.all.days[0].by_hand() == 2);
  CHECK(stats.all.days[1].by_hand() == 1);
  CHECK(say_period(stats, berlin) == "Sun 25 Oct to Mon 26 Oct 2026, 2 days (Europe/Berlin).");
}

TEST_CASE("a long period is told in steps of which the newest is whole") {
  std::vector<StatsDay> days(16);
  for (std::size_t i = 0; i < days.size(); ++i) {
    days[i].day = {kNoon + i * 24h, kNoon + (i + 1) * 24h};
    days[i].by_hand_posts = 1;
    days[i].window.scheduled = static_cast<std::int64_t>(i);
  }

  const auto weeks = in_steps(days, 7);

  REQUIRE(weeks.size() == 3);
  CHECK(weeks[0].by_hand() == 2);
  CHECK(weeks[1].by_hand() == 7);
  CHECK(weeks[2].by_hand() == 7);
  CHECK(weeks[2].day.to == days.back().day.to);
  CHECK(weeks[1].window.scheduled == 8);
  CHECK(in_steps(days, 1).size() == 16);
  CHECK(readable_step(62) == 1);
  CHECK(readable_step(63) == 7);
  CHECK(readable_step(435) == 28);
}

TEST_CASE("the sums agree, whatever happened") {
  CHECK(rc::check("days, steps, accounts and all together", [] {
    StatsFacts facts;
    const auto any = [](int most) { return *rc::gen::inRange(0, most + 1); };
    const auto when = [&any] { return kThreeDays.from - days{2} + std::chrono::minutes{any(8 * 1440)}; };
    for (int i = any(40); i > 0; --i) {
      auto fact = own(when(), *rc::gen::element(kHand, kQueue, CountsAs::undecided, CountsAs::nothing),
                      *rc::gen::element(TimelineKind::post, TimelineKind::reply, TimelineKind::boost), 1 + any(1));
      fact.past_rules = fact.counts_as == kQueue && any(3) == 0;
      facts.own.push_back(any(1) == 0 ? fact : with(fact, any(9), any(9), any(9)));
    }
    for (int i = any(40); i > 0; --i) {
      facts.items.push_back(said("p" + std::to_string(any(5)), when(),
                                 *rc::gen::element(ItemState::open, ItemState::answered, ItemState::dismissed),
                                 Seconds{any(100000)}, 1 + any(1)));
    }
    const auto earlier = [](const auto& a, const auto& b) { return a.at < b.at; };
    std::sort(facts.own.begin(), facts.own.end(), earlier);
    std::sort(facts.items.begin(), facts.items.end(), earlier);

    const auto stats = stats_of(facts);

    const auto& [site, work] = std::tie(stats.accounts[0].sums, stats.accounts[1].sums);
    for (const auto what : {&StatsDay::by_hand_posts, &StatsDay::by_hand_answers, &StatsDay::scheduled,
                            &StatsDay::past_rules, &StatsDay::items, &StatsDay::answered}) {
      RC_ASSERT(site.total(what) + work.total(what) == stats.all.total(what));
      for (std::size_t i = 0; i < stats.days(); ++i) {
        const bool agree = site.days[i].*what + work.days[i].*what == stats.all.days[i].*what;
        RC_ASSERT(agree);
      }
      const StatsSums in_pairs{in_steps(stats.all.days, 2), {}, {}, {}};
      RC_ASSERT(in_pairs.total(what) == stats.all.total(what));
    }
    for (const auto& each : stats.accounts) {
      const auto& talk = each.sums.conversations;
      RC_ASSERT(talk.items == talk.answered + talk.dismissed + talk.open);
      RC_ASSERT(talk.items == each.sums.total(&StatsDay::items));
      RC_ASSERT(talk.people_answered <= talk.people && talk.people <= talk.items);
      RC_ASSERT(talk.half_within.has_value() == (talk.answered > 0));
      RC_ASSERT(each.sums.scheduled.readable <= each.sums.scheduled.posts);
      RC_ASSERT(each.sums.scheduled.posts <= each.sums.total(&StatsDay::scheduled));
      RC_ASSERT(each.sums.by_hand.posts == each.sums.total(&StatsDay::by_hand_posts));
    }
    const auto& all = stats.all.conversations;
    RC_ASSERT(all.people == site.conversations.people + work.conversations.people);
    RC_ASSERT(static_cast<std::int64_t>(stats.past_rules.size()) == stats.all.total(&StatsDay::past_rules));
  }));
}

TEST_CASE("the figures come out of the queue, the timeline and what people said") {
  TestWorld world;
  const auto site = world.readable_account("site");
  world.write_by_hand(site, kNoon - 26h);
  ItemsReading reading;
  FoundItem item;
  item.said.remote_id = "question";
  item.said.person = {"did:mira", "@mira.example", "Mira", false};
  item.said.created_at = kNoon - 3h;
  item.said.text = "Is the acorn drawn by hand?";
  reading.items.push_back(item);
  must(world.queue().store_items(site.id, reading, false, world.audit()));

  const auto stats = must(read_stats(world, world.queue(), "site", kThreeDays));

  REQUIRE(stats.accounts.size() == 1);
  CHECK(stats.accounts[0].sums.days[1].by_hand_posts == 1);
  CHECK(stats.all.conversations.open == 1);
  CHECK(say_unknown(stats.accounts[0], stats, utc_zone()).empty());

  const auto wrong = read_stats(world, world.queue(), "sight", kThreeDays);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().kind == ErrorKind::not_found);
}

TEST_CASE("what isn't known of an account is said") {
  Stats stats;
  stats.period = kThreeDays;
  AccountStats account;
  CHECK(say_unknown(account, stats, utc_zone()) ==
        "its timeline can't be read: only what postq sent there, and what you noted with `postq record`, is known");
  account.readable = true;
  CHECK(say_unknown(account, stats, utc_zone()) == "its timeline was never read: only what postq sent there is known");
  account.known_from = kNoon - days{1};
  CHECK(say_unknown(account, stats, utc_zone()) ==
        "its timeline was read back to 21 Nov: before that, only what postq sent is known");
  account.known_from = kThreeDays.from;
  CHECK(say_unknown(account, stats, utc_zone()).empty());
}

}  // namespace postq::test
