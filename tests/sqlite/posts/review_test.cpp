#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

struct OnePost {
  Queue queue;
  Store& store = queue.store;
  Account account = add_account(store, "feed");
  PostDetail post = add_post(store, {.accounts = {account}});

  Delivery now() { return delivery_on(store, post.id, "feed"); }
  void edit(const std::string& text) {
    Change change;
    change.post = post.id;
    change.post_revision = must(store.post(post.id)).revision;
    change.draft = to_json(draft_of({.texts = {text}}));
    change.what = "edited";
    change.deliveries.emplace_back(now().id, delivery_of({.texts = {text}}, account));
    must(store.change(change, by_ann()));
  }
};

}  // namespace

TEST_CASE("an approval is a row, an event, and the end of pending") {
  OnePost one;

  const auto approvals = must(one.store.decide({yes_to(one.now())}, by_ann()));

  const auto detail = must(one.store.post(one.post.id)).deliveries.front();
  REQUIRE(detail.approval);
  CHECK(detail.approval->id == approvals.front());
  CHECK(detail.approval->person == "ann");
  CHECK(detail.approval->digest == detail.delivery.digest);
  CHECK(detail.approval->at == kNoon);
  CHECK(detail.delivery.approved());
  CHECK(detail.last_approved_document == detail.document);
  CHECK(ApprovedDelivery::open(detail.delivery, detail.document, *detail.approval, one.account));
  CHECK(must(one.store.to_review(false)).empty());
}

TEST_CASE("a yes to a text that changed since it was shown is refused") {
  OnePost one;
  const auto shown = yes_to(one.now());
  one.edit("something else");

  const auto decided = one.store.decide({shown}, by_ann());

  REQUIRE_FALSE(decided);
  CHECK(decided.error().kind == ErrorKind::refused);
  CHECK(decided.error().message == "1@feed changed since it was shown");
  CHECK(decided.error().hint == "postq review 1");
  CHECK(one.now().pending());
}

TEST_CASE("a change that is taken back doesn't bring the old yes back") {
  OnePost one;
  const auto shown = yes_to(one.now());
  one.edit("something else");
  one.edit("a post about nothing in particular");
  REQUIRE(one.now().digest == shown.digest);

  CHECK_FALSE(one.store.decide({shown}, by_ann()));
}

TEST_CASE("an edit after the yes takes the yes away") {
  OnePost one;
  approve(one.store, one.post.id);

  one.edit("something else");

  CHECK(one.now().pending());
  CHECK(one.now().revision == 2);
  CHECK(claim(one.store, {one.account}).claimed.empty());
  const auto detail = must(one.store.post(one.post.id)).deliveries.front();
  CHECK_FALSE(detail.approval);
  CHECK(detail.last_approval);
  CHECK(detail.last_approved_document == one.post.deliveries.front().document);
}

TEST_CASE("an agent approves nothing and rejects nothing") {
  OnePost one;
  for (const auto verdict : {ReviewVerdict::approved, ReviewVerdict::rejected}) {
    auto decision = yes_to(one.now());
    decision.verdict = verdict;
    decision.reason = "because";

    const auto decided = one.store.decide({decision}, by_agent());

    REQUIRE_FALSE(decided);
    CHECK(decided.error().kind == ErrorKind::refused);
  }
  CHECK(one.now().pending());
}

TEST_CASE("answers for several deliveries count together or not at all") {
  OnePost one;
  const auto other = add_post(one.store, {.accounts = {one.account}, .key = "other"});
  auto stale = yes_to(other.deliveries.front().delivery);
  stale.revision = 9;

  CHECK_FALSE(one.store.decide({yes_to(one.now()), stale}, by_ann()));

  CHECK(one.now().pending());
  CHECK(one.queue.count("SELECT count(*) FROM approvals") == 0);
}

TEST_CASE("a rejected delivery says so, keeps the reason, and is not what was cancelled") {
  OnePost one;
  const Actor ann{"ann", false};
  const AuditContext by_boss{{"boss", false}, kNoon};
  auto no = yes_to(one.now());
  no.verdict = ReviewVerdict::rejected;
  const auto without_reason = one.store.decide({no}, by_ann());
  CHECK(without_reason.error().kind == ErrorKind::usage);

  no.reason = "too loud";
  must(one.store.decide({no}, by_boss));

  const auto detail = must(one.store.post(one.post.id)).deliveries.front();
  CHECK(detail.delivery.state == DeliveryState::rejected);
  const auto listed = [&](std::vector<DeliveryState> states) {
    ListFilter filter;
    filter.states = std::move(states);
    return must(one.store.list(filter)).size();
  };
  CHECK(listed({DeliveryState::rejected}) == 1);
  CHECK(listed({DeliveryState::cancelled}) == 0);
  CHECK(listed({DeliveryState::cancelled, DeliveryState::rejected}) == 1);
  CHECK(detail.delivery.revision == 2);
  REQUIRE(detail.last_approval);
  CHECK(detail.last_approval->verdict == ReviewVerdict::rejected);
  CHECK(detail.last_approval->reason == "too loud");
  CHECK(detail.last_approved_document.empty());

  SECTION("brought back and taken out, it is cancelled") {
    must(one.store.requeue(detail.delivery.id, by_ann()));
    must(one.store.cancel({detail.delivery.id}, by_ann()));
    CHECK(one.now().state == DeliveryState::cancelled);
    CHECK(listed({DeliveryState::rejected}) == 0);
    CHECK(must(one.store.news_for(ann, 0, kNoon)).empty());
  }
  SECTION("its author hears of it, nobody else, and not of it again") {
    const auto news = must(one.store.news_for(ann, 0, kNoon));
    REQUIRE(news.size() == 1);
    CHECK(news.front().reason == "too loud");
    CHECK(news.front().delivery.id == detail.delivery.id);
    CHECK(must(one.store.news_for(ann, news.front().seq, kNoon)).empty());
    CHECK(must(one.store.news_for({"ben", false}, 0, kNoon)).empty());
    // The mark is of another copy, which had gone further.
    CHECK(must(one.store.news_for(ann, 1'000'000, kNoon)).size() == 1);
  }
}

TEST_CASE("news are for whom a post is, and an agent of the same name is another reader") {
  Queue queue;
  const auto feed = add_account(queue.store, "feed");
  const Actor ann{"ann", false};
  const Actor boss{"boss", false};
  const Actor claude{"claude", true, "ann"};
  const auto write = [&](const Actor& who, const std::string& key) {
    return must(queue.store.add_post(new_post({.accounts = {feed}, .key = key}), {who, kNoon})).post;
  };
  const auto by_ann_herself = write(ann, "1");
  const auto by_claude = write(claude, "2");
  for (const auto post : {by_ann_herself, by_claude}) {
    auto no = yes_to(delivery_on(queue.store, post, "feed"));
    no.verdict = ReviewVerdict::rejected;
    no.reason = "too loud";
    must(queue.store.decide({no}, {boss, kNoon}));
  }
  const auto told = [&](const Actor& reader) {
    std::string posts;
    for (const auto& news : must(queue.store.news_for(reader, 0, kNoon))) {
      posts += std::to_string(number(news.delivery.post));
    }
    return posts;
  };

  CHECK(told(ann) == "12");
  CHECK(told(claude) == "2");
  CHECK(told(boss).empty());
  CHECK(told({"claude", true, "boss"}).empty());
  CHECK(told({"ann", true, "boss"}).empty());
}

TEST_CASE("nobody is told what they rejected themselves, and the agent that wrote it is") {
  Queue queue;
  const auto feed = add_account(queue.store, "feed");
  const Actor claude{"claude", true, "ann"};
  const auto post = must(queue.store.add_post(new_post({.accounts = {feed}}), {claude, kNoon})).post;
  auto no = yes_to(delivery_on(queue.store, post, "feed"));
  no.verdict = ReviewVerdict::rejected;
  no.reason = "too loud";

  must(queue.store.decide({no}, by_ann()));

  CHECK(must(queue.store.news_for({"ann", false}, 0, kNoon)).empty());
  CHECK(must(queue.store.news_for(claude, 0, kNoon)).size() == 1);
}

TEST_CASE("a post that somebody else took out of the queue is news to its author") {
  OnePost one;
  const AuditContext by_boss{{"boss", false}, kNoon};
  must(one.store.cancel({one.now().id}, by_boss));

  const auto news = must(one.store.news_for({"ann", false}, 0, kNoon));

  REQUIRE(news.size() == 1);
  CHECK(news.front().kind == News::Kind::removed);
  CHECK(news.front().person == "boss");
  CHECK(must(one.store.news_for({"boss", false}, 0, kNoon)).empty());
  must(one.store.requeue(one.now().id, by_boss));
  CHECK(must(one.store.news_for({"ann", false}, 0, kNoon)).empty());
}

TEST_CASE("a pause keeps who paused what, when and why") {
  OnePost one;
  const AuditContext by_boss{{"boss", false}, kNoon + 1h};
  CHECK_FALSE(must(one.store.paused_by(one.account)));

  must(one.store.pause_account(one.account.id, kUntilResumed, by_ann(), "the link is dead"));
  must(one.store.set_paused({one.now().id}, true, by_boss, "wait for the photo"));
  must(one.store.pause_all("fire", by_ann()));
  must(one.store.pause_all("a program saw smoke", {{"claude", true, "boss"}, kNoon + 2h}));

  const auto account = must(one.store.paused_by(one.account)).value();
  CHECK(account.who.name == "ann");
  CHECK(account.reason == "the link is dead");
  const auto delivery = must(one.store.paused_by(one.now())).value();
  CHECK(delivery.who.name == "boss");
  CHECK(delivery.at == kNoon + 1h);
  CHECK(delivery.reason == "wait for the photo");
  CHECK(must(one.store.paused_by()).value().reason == "fire");  // an agent's later one doesn't stand
}

TEST_CASE("the same yes twice is one yes") {
  OnePost one;
  const auto first = must(one.store.decide({yes_to(one.now())}, by_ann()));

  CHECK(must(one.store.decide({yes_to(one.now())}, by_ann())) == first);
  CHECK(one.queue.count("SELECT count(*) FROM approvals") == 1);
}

TEST_CASE("an approval may say not before") {
  OnePost one;
  auto yes = yes_to(one.now());
  yes.next_at = kNoon + 2h;

  must(one.store.decide({yes}, by_ann()));

  CHECK(one.now().next_at == kNoon + 2h);
  CHECK(claim(one.store, {one.account}, kNoon + 1h).claimed.empty());
  CHECK(claim(one.store, {one.account}, kNoon + 2h).claimed.size() == 1);
}

TEST_CASE("a verdict can be taken back until it is on its way") {
  OnePost one;
  approve(one.store, one.post.id);
  const auto approved = yes_to(one.now());

  must(one.store.withdraw({one.now().id}, "second thoughts", by_ann()));
  CHECK(one.now().pending());
  CHECK_FALSE(one.store.decide({approved}, by_ann()));  // the old answer fits no more
  must(one.store.withdraw({one.now().id}, "again", by_ann()));
  CHECK(one.now().revision == 2);

  approve(one.store, one.post.id);
  claim(one.store, {one.account});
  const auto refused = one.store.withdraw({one.now().id}, "too late", by_ann());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::refused);
}

TEST_CASE("a rejection can be taken back") {
  OnePost one;
  auto no = yes_to(one.now());
  no.verdict = ReviewVerdict::rejected;
  no.reason = "too loud";
  must(one.store.decide({no}, by_ann()));

  must(one.store.withdraw({one.now().id}, "undo", by_ann()));

  CHECK(one.now().pending());
  CHECK(one.now().revision == 3);
}

TEST_CASE("what is sent or cancelled can't be decided") {
  OnePost one;
  must(one.store.cancel({one.now().id}, by_ann()));

  const auto decided = one.store.decide({yes_to(one.now())}, by_ann());

  REQUIRE_FALSE(decided);
  CHECK(decided.error().message == "1@feed is cancelled by now");
}

TEST_CASE("posts come to review by their time, each once") {
  Queue queue;
  const auto feed = add_account(queue.store, "feed");
  const auto bsky = add_account(queue.store, "bsky");
  const auto later = add_post(queue.store, {.accounts = {feed, bsky}, .key = "later", .at = kNoon + 48h});
  const auto sooner = add_post(queue.store, {.accounts = {feed, bsky}, .key = "sooner", .at = kNoon + 24h});

  CHECK(must(queue.store.to_review(false)) == std::vector{sooner.id, later.id});
  CHECK(must(queue.store.to_review(true)).empty());
}
