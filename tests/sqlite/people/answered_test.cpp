#include "sqlite/items_fixture.h"
#include "support/by_hand.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// A post that answers the item, approved and claimed.
Delivery claimed_answer(Inbox& inbox, ItemId item, const std::string& key = "answer") {
  auto post = new_post({.texts = {"first", "second"},
                        .accounts = {inbox.account},
                        .origin = Origin::hand_written,
                        .key = key,
                        .reply_to = "https://example.org/m1"});
  post.answers = item;
  const auto added = must(inbox.store.add_post(post, by_ann()));
  approve(inbox.store, added.post);
  claim_by_hand(inbox.store, added.post, inbox.account);
  return delivery_on(inbox.store, added.post, "bsky");
}

// A drafted answer to the item, approved, that waits for its time.
Delivery approved_draft(Inbox& inbox, ItemId item, const std::string& key = "draft") {
  auto post = new_post({.texts = {"an answer"}, .accounts = {inbox.account}, .key = key});
  post.answers = item;
  const auto added = must(inbox.store.add_post(post, by_ann()));
  approve(inbox.store, added.post);
  return delivery_on(inbox.store, added.post, "bsky");
}

std::string names_of(const std::vector<WithdrawnAnswer>& withdrawn) {
  std::string names;
  for (const auto& answer : withdrawn) names += answer.name + ": " + answer.why + "\n";
  return names;
}

}  // namespace

TEST_CASE("an own post that replies to an item answers it, whichever is read first") {
  const bool answer_first = GENERATE(true, false);
  Inbox inbox;
  const auto read_items = [&] { return inbox.read({Inbox::mention("m1", "mira", kNoon - 26h)}); };
  if (answer_first) {
    inbox.read_own("own-1", "m1", kNoon - 1h);
    const auto change = read_items();
    CHECK(change.fresh == 1);
    CHECK(change.answered == 1);
  } else {
    read_items();
    inbox.read_own("own-1", "m1", kNoon - 1h);
  }

  const auto item = inbox.of("m1");
  CHECK(item.state == ItemState::answered);
  CHECK(item.answered_by == "own-1");
  CHECK(item.settled_at == kNoon - 1h);
  CHECK(must(inbox.store.items({})).empty());
}

TEST_CASE("an answer that is found on the timeline is in the log") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h)});

  inbox.read_own("own-1", "m1", kNoon - 1h);

  const auto events = must(inbox.store.events({}, 1));
  CHECK(events[0].body.find(R"("details":{"new":1,"deleted":0,"answered":1})") != std::string::npos);
}

TEST_CASE("one answer is enough for all that a person said before in that conversation") {
  const bool answer_first = GENERATE(true, false);
  Inbox inbox;
  const std::vector<FoundItem> said{
      Inbox::reply("before", "mira", kNoon - 5h, "root"), Inbox::reply("asked", "mira", kNoon - 4h, "root"),
      Inbox::reply("later", "mira", kNoon - 3h, "root"), Inbox::reply("from-tom", "tom", kNoon - 5h, "root"),
      Inbox::reply("elsewhere", "mira", kNoon - 5h, "other-root")};
  if (answer_first) inbox.read_own("own-1", "asked", kNoon - 1h);
  // One by one: what was said before may be found long after what was answered.
  for (auto item = said.rbegin(); item != said.rend(); ++item) inbox.read({*item});
  if (!answer_first) inbox.read_own("own-1", "asked", kNoon - 1h);

  CHECK(inbox.state_of("asked") == "answered");
  CHECK(inbox.state_of("before") == "answered");
  CHECK(inbox.of("before").answered_by == "own-1");
  CHECK(inbox.state_of("later") == "open");
  CHECK(inbox.state_of("from-tom") == "open");
  CHECK(inbox.state_of("elsewhere") == "open");
}

TEST_CASE("a conversation that becomes known later answers what was said in it before") {
  Inbox inbox;
  auto before = Inbox::mention("before", "mira", kNoon - 5h);
  inbox.read({before, Inbox::reply("asked", "mira", kNoon - 4h, "root")});
  inbox.read_own("own-1", "asked", kNoon - 1h);
  CHECK(inbox.state_of("before") == "open");

  before.said.conversation = "root";
  inbox.read({before});

  CHECK(inbox.state_of("before") == "answered");
}

TEST_CASE("quotes answer nobody, and whose answer was deleted waits again") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h), Inbox::mention("m2", "tom", kNoon - 26h)});
  auto quote = Inbox::own("own-quote", "m1", kNoon - 2h);
  quote.kind = TimelineKind::quote;
  inbox.read_timeline({quote, Inbox::own("own-2", "m2", kNoon - 1h)});
  CHECK(inbox.state_of("m1") == "open");
  REQUIRE(inbox.state_of("m2") == "answered");

  const auto change = inbox.read_timeline({quote}, kNoon + 1h, true);

  CHECK(inbox.queue.count("SELECT count(*) FROM timeline WHERE deleted_at IS NOT NULL") == 1);
  CHECK(change.waiting_again == 1);
  CHECK(inbox.of("m2").waits());
  CHECK(inbox.of("m2").answered_by.empty());
  const auto events = must(inbox.store.events({}, 2));
  CHECK(events[0].kind == "reopened");
  CHECK(events[0].body.find(R"("why":"its answer is gone")") != std::string::npos);

  // A list that had left it out shows it again.
  inbox.read_timeline({quote, Inbox::own("own-2", "m2", kNoon - 1h)}, kNoon + 2h, true);
  CHECK(inbox.state_of("m2") == "answered");
}

TEST_CASE("all that one answer settled waits again without it, but what another one answers") {
  Inbox inbox;
  inbox.read({Inbox::reply("before", "mira", kNoon - 5h, "root"), Inbox::reply("asked", "mira", kNoon - 4h, "root")});
  inbox.read_timeline({Inbox::own("own-1", "asked", kNoon - 2h), Inbox::own("own-2", "before", kNoon - 1h)});
  REQUIRE(inbox.of("before").answered_by == "own-1");

  inbox.read_timeline({Inbox::own("own-2", "before", kNoon - 1h)}, kNoon + 1h, true);

  CHECK(inbox.of("asked").waits());
  CHECK(inbox.of("before").answered_by == "own-2");
}

TEST_CASE("what a person re-opened stays open until something new answers it") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h)});
  inbox.read_own("own-1", "m1", kNoon - 2h);
  must(inbox.store.reopen({inbox.of("m1").id}, by_ann()));

  inbox.read_own("own-1", "m1", kNoon - 2h);
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h, "edited")});
  CHECK(inbox.state_of("m1") == "open");

  inbox.read_own("own-2", "m1", kNoon - 1h);
  CHECK(inbox.of("m1").answered_by == "own-2");
}

TEST_CASE("an answered item can't be dismissed, and a dismissed one can be answered") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h), Inbox::mention("m2", "tom", kNoon - 26h)});
  must(inbox.store.dismiss({inbox.of("m2").id}, "later", by_ann()));
  inbox.read_timeline({Inbox::own("own-1", "m1", kNoon - 1h), Inbox::own("own-2", "m2", kNoon - 1h)});

  CHECK(inbox.store.dismiss({inbox.of("m1").id}, "spam", by_ann()).error().kind == ErrorKind::refused);
  CHECK(inbox.state_of("m2") == "answered");
  CHECK(inbox.of("m2").reason.empty());
}

TEST_CASE("an answer that was sent from here answers at once, and reading it back changes nothing") {
  Inbox inbox;
  inbox.read({Inbox::reply("m0", "mira", kNoon - 27h, "root"), Inbox::reply("m1", "mira", kNoon - 26h, "root")});
  const auto item = inbox.of("m1").id;
  const auto delivery = claimed_answer(inbox, item);
  CHECK(must(inbox.store.answers_to(item)) == std::vector{delivery.id});
  CHECK(inbox.state_of("m1") == "open");

  const auto attempt = must(begin(inbox.store, delivery));
  CHECK(inbox.state_of("m1") == "open");
  const auto result = sent(attempt, delivery);
  record(inbox.store, result);

  // A thread has said something to its person with its first part.
  CHECK(inbox.state_of("m1") == "answered");
  CHECK(inbox.of("m1").answered_by == result.receipt->remote_id);
  CHECK(inbox.state_of("m0") == "answered");
  const auto events = must(inbox.store.events(delivery.post, 1));
  CHECK(events[0].kind == "answered");
  CHECK(events[0].body.find(R"("details":{"item":2,"person":"@mira"})") != std::string::npos);

  record(inbox.store, sent(must(begin(inbox.store, delivery, 2)), delivery, 2));
  CHECK(inbox.read_own(result.receipt->remote_id, "m1", kNoon).fresh == 0);
  CHECK(inbox.of("m1").answered_by == result.receipt->remote_id);
  CHECK(must(inbox.store.answers_to(item)).size() == 1);
  CHECK(inbox.queue.problems(true).empty());
}

TEST_CASE("an answer whose reply was lost answers when it is found, and not when it never arrived") {
  const bool there = GENERATE(true, false);
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h)});
  const auto delivery = claimed_answer(inbox, inbox.of("m1").id);
  const auto attempt = must(begin(inbox.store, delivery));
  record(inbox.store, result_of(attempt, delivery, Outcome::unconfirmed));
  CHECK(inbox.state_of("m1") == "open");
  CHECK(must(inbox.store.answers_to(inbox.of("m1").id)).size() == 1);

  auto result = there ? sent(attempt, delivery) : result_of(attempt, delivery, Outcome::absent);
  must(inbox.store.settle(result, by_ann(kNoon + 1h)));

  CHECK(inbox.state_of("m1") == (there ? "answered" : "open"));
}

TEST_CASE("what was dropped or taken back is no answer any more") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h)});
  const auto item = inbox.of("m1").id;
  auto post = new_post({.accounts = {inbox.account}, .key = "a"});
  post.answers = item;
  const auto added = must(inbox.store.add_post(post, by_ann()));
  const auto delivery = delivery_on(inbox.store, added.post, "bsky");
  REQUIRE(must(inbox.store.answers_to(item)).size() == 1);

  must(inbox.store.cancel({delivery.id}, by_ann()));

  CHECK(must(inbox.store.answers_to(item)).empty());
}

TEST_CASE("the same key with another item to answer is another post") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h), Inbox::mention("m2", "tom", kNoon - 25h)});
  auto post = new_post({.accounts = {inbox.account}, .key = "a"});
  post.answers = inbox.of("m1").id;
  const auto added = must(inbox.store.add_post(post, by_ann()));
  CHECK(must(inbox.store.add_post(post, by_ann())).existed);

  post.answers = inbox.of("m2").id;
  CHECK(inbox.store.add_post(post, by_ann()).error().kind == ErrorKind::refused);
  post.key = "b";
  post.answers = ItemId{99};
  const auto missing = inbox.store.add_post(post, by_ann());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::not_found);
  CHECK(missing.error().message == "there is no item i99");
  CHECK(number(added.post) == 1);
}

TEST_CASE("an approved draft is in review again once somebody else's answer, or the question's end, is known") {
  const std::string what = GENERATE("was answered elsewhere", "was deleted by its author", "was dismissed");
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h)});
  const auto item = inbox.of("m1").id;
  const auto draft = approved_draft(inbox, item);
  REQUIRE(draft.approval);

  std::vector<WithdrawnAnswer> withdrawn;
  if (what == "was dismissed") {
    withdrawn = must(inbox.store.dismiss({item}, "spam", by_ann()));
  } else if (what == "was deleted by its author") {
    ItemsReading reading;
    reading.gone = {"m1"};
    withdrawn = inbox.store_reading(reading).withdrawn;
  } else {
    withdrawn = inbox.read_own("own-1", "m1", kNoon - 1h).withdrawn;
  }

  CHECK(names_of(withdrawn) == "1@bsky: i1, which it answers, " + what + "\n");
  const auto now = must(inbox.store.delivery(draft.id));
  CHECK(now.pending());
  CHECK(now.revision == draft.revision + 1);
  CHECK_FALSE(now.missed_at);
  const auto events = must(inbox.store.events({}, 3));
  CHECK(std::any_of(events.begin(), events.end(), [&](const auto& event) {
    return event.kind == "withdrawn" && event.body.find("i1, which it answers, " + what) != std::string::npos;
  }));
}

TEST_CASE("who approves a draft although the question is answered is not asked again") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h)});
  inbox.read_own("own-1", "m1", kNoon - 2h);
  const auto draft = approved_draft(inbox, inbox.of("m1").id);

  CHECK(inbox.read_own("own-1", "m1", kNoon - 2h).withdrawn.empty());
  CHECK(inbox.read_own("own-0", "m1", kNoon - 3h).withdrawn.empty());
  CHECK(inbox.read({Inbox::mention("m1", "mira", kNoon - 26h, "edited")}).withdrawn.empty());

  CHECK(must(inbox.store.delivery(draft.id)).approval);
}

TEST_CASE("an answer that is found before its question withdraws nothing, and one to somebody else neither") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h), Inbox::mention("m2", "tom", kNoon - 26h)});
  const auto draft = approved_draft(inbox, inbox.of("m1").id);
  auto pending = new_post({.texts = {"another"}, .accounts = {inbox.account}, .key = "pending"});
  pending.answers = inbox.of("m2").id;
  must(inbox.store.add_post(pending, by_ann()));

  CHECK(inbox.read_own("own-1", "m2", kNoon - 1h).withdrawn.empty());

  CHECK(must(inbox.store.delivery(draft.id)).approval);
}

TEST_CASE("an answer to what the same person said later withdraws the draft to the earlier") {
  Inbox inbox;
  inbox.read({Inbox::reply("m1", "mira", kNoon - 5h, "root"), Inbox::reply("m2", "mira", kNoon - 4h, "root")});
  const auto draft = approved_draft(inbox, inbox.of("m1").id);

  const auto change = inbox.read_own("own-1", "m2", kNoon - 1h);

  CHECK(change.answered == 2);
  CHECK(names_of(change.withdrawn) == "1@bsky: i1, which it answers, was answered elsewhere\n");
}

TEST_CASE("an answer that is sent withdraws another draft, and never itself") {
  Inbox inbox;
  inbox.read({Inbox::mention("m1", "mira", kNoon - 26h)});
  const auto item = inbox.of("m1").id;
  const auto sending = claimed_answer(inbox, item);
  const auto draft = approved_draft(inbox, item);

  record(inbox.store, sent(must(begin(inbox.store, sending)), sending));

  CHECK(must(inbox.store.delivery(draft.id)).pending());
  CHECK(must(inbox.store.delivery(sending.id)).state == DeliveryState::sending);  // its second part is to come
  CHECK(must(inbox.store.delivery(sending.id)).approval);
}
