#include "sqlite/fixture.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// One delivery of every kind, under a key that says which.
struct Shelf {
  Queue queue;
  Store& store = queue.store;
  Account feed = add_account(store, "feed");
  Account bsky = add_account(store, "bsky");

  Shelf() {
    approve(store, add("sent", feed));
    send_all(store, feed);
    approve(store, add("failed", feed));
    record(store, result_of(begun(), of("failed"), Outcome::refused));
    approve(store, add("unconfirmed", feed));
    record(store, result_of(begun(), of("unconfirmed"), Outcome::unconfirmed));
    approve(store, add("sending", feed));
    claim(store, {feed});
    must(store.cancel({must(store.post(add("cancelled", feed))).deliveries.front().delivery.id}, by_ann()));
    add("pending", bsky, kNoon + 3h);
    approve(store, add("approved", bsky, kNoon + 2h));
  }
  PostId add(const std::string& key, const Account& account, std::optional<TimePoint> at = {}) {
    return add_post(store, {.texts = {"text of " + key},
                            .accounts = {account},
                            .origin = key == "approved" ? Origin::hand_written : Origin::scheduled,
                            .key = key,
                            .label = account.name == "bsky" ? "blue" : "",
                            .at = at})
        .id;
  }
  AttemptId begun() { return must(begin(store, claim(store, {feed}).claimed.front().delivery)); }
  Delivery of(const std::string& key) {
    return must(store.post(*must(store.find_by_key(key)))).deliveries.front().delivery;
  }
  std::vector<std::string> texts(const ListFilter& filter) {
    std::vector<std::string> all;
    for (const auto& row : must(store.list(filter))) all.push_back(row.text.substr(8));
    return all;
  }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a list shows what is not over, by time") {
  Shelf shelf;

  CHECK(shelf.texts({}) == Texts{"failed", "unconfirmed", "sending", "approved", "pending"});
}

TEST_CASE("a list can be narrowed") {
  Shelf shelf;
  ListFilter filter;

  SECTION("everything, newest first") {
    filter.everything = true;
    CHECK(shelf.texts(filter) == Texts{"approved", "pending", "cancelled", "sending", "unconfirmed", "failed", "sent"});
  }
  SECTION("pending") {
    filter.pending_only = true;
    CHECK(shelf.texts(filter) == Texts{"pending"});
  }
  SECTION("approved") {
    filter.approved_only = true;
    CHECK(shelf.texts(filter) == Texts{"approved"});
  }
  SECTION("missed") {
    shelf.queue.tamper("UPDATE deliveries SET missed_at = 5 WHERE state = 'queued'");
    filter.late_only = true;
    CHECK(shelf.texts(filter) == Texts{"approved", "pending"});
    filter.pending_only = true;
    CHECK(shelf.texts(filter) == Texts{"pending"});
    filter.account = "bsky";
    CHECK(shelf.texts(filter) == Texts{"pending"});
  }
  SECTION("states that are over, newest first") {
    filter.states = {DeliveryState::cancelled, DeliveryState::expired};
    CHECK(shelf.texts(filter) == Texts{"cancelled"});
    filter.states = {DeliveryState::sent, DeliveryState::cancelled};
    CHECK(shelf.texts(filter) == Texts{"cancelled", "sent"});
  }
  SECTION("states that are not over") {
    filter.states = {DeliveryState::unconfirmed};
    CHECK(shelf.texts(filter) == Texts{"unconfirmed"});
    filter.states = {DeliveryState::failed, DeliveryState::sending};
    CHECK(shelf.texts(filter) == Texts{"failed", "sending"});
    filter.states = {DeliveryState::queued};
    CHECK(shelf.texts(filter) == Texts{"approved", "pending"});
  }
  SECTION("an account") {
    filter.account = "bsky";
    CHECK(shelf.texts(filter) == Texts{"approved", "pending"});
    filter.approved_only = true;
    CHECK(shelf.texts(filter) == Texts{"approved"});
    filter.approved_only = false;
    filter.account = "feed";
    filter.everything = true;
    CHECK(shelf.texts(filter).size() == 5);
    filter.account = "nobody";
    CHECK(shelf.texts(filter).empty());
  }
  SECTION("a label") {
    filter.label = "blue";
    CHECK(shelf.texts(filter) == Texts{"approved", "pending"});
  }
  SECTION("an origin") {
    filter.origin = Origin::hand_written;
    CHECK(shelf.texts(filter) == Texts{"approved"});
  }
  SECTION("a stretch of time, half-open") {
    filter.from = kNoon + 2h;
    filter.to = kNoon + 3h;
    CHECK(shelf.texts(filter) == Texts{"approved"});
  }
  SECTION("posts") {
    filter.posts = {shelf.of("pending").post, shelf.of("sent").post};
    CHECK(shelf.texts(filter) == Texts{"pending"});
    filter.everything = true;
    CHECK(shelf.texts(filter) == Texts{"pending", "sent"});
  }
  SECTION("a word of the text, in any case, and never a word of our own spelling") {
    filter.text = "OF PEND";
    CHECK(shelf.texts(filter) == Texts{"pending"});
    for (const std::string none : {"parts", "version", "%", "_", "of_pend"}) {
      filter.text = none;
      CHECK(shelf.texts(filter).empty());
    }
  }
  SECTION("what became public since then") {
    filter.states = {DeliveryState::sent, DeliveryState::unconfirmed};
    filter.public_since = kNoon - 1h;
    CHECK(shelf.texts(filter).size() == 2);
    filter.states = {DeliveryState::sent};
    CHECK(shelf.texts(filter) == Texts{"sent"});
    filter.account = "feed";
    CHECK(shelf.texts(filter) == Texts{"sent"});
    filter.public_since = kNoon + 1h;
    CHECK(shelf.texts(filter).empty());
  }
  SECTION("so many") {
    filter.limit = 2;
    CHECK(shelf.texts(filter) == Texts{"failed", "unconfirmed"});
    CHECK(must(shelf.store.count_list(filter)) == 2);  // a count goes no further either
    filter.limit = 0;
    const auto all = must(shelf.store.count_list(filter));
    CHECK(all > 2);
    CHECK(static_cast<std::int64_t>(shelf.texts(filter).size()) == all);
    filter.everything = true;
    CHECK(must(shelf.store.count_list(filter)) == static_cast<std::int64_t>(shelf.texts(filter).size()));
  }
}

TEST_CASE("a row of a list tells text, parts and link") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  const auto post = add_approved(
      queue.store,
      {.texts = {std::string(199, 'a') + "\xC3\xA4 and more", "two"}, .accounts = {account}, .label = "l"});
  claim(queue.store, {account});
  const auto delivery = delivery_on(queue.store, post.id, "feed");
  record(queue.store, sent(must(begin(queue.store, delivery)), delivery));

  const auto row = must(queue.store.list({})).front();

  CHECK(row.text == std::string(199, 'a'));  // never half a character
  CHECK(row.parts == 2);
  CHECK(row.parts_sent == 1);
  CHECK(row.media == 0);
  CHECK(say_actor(row.author) == "ann");
  CHECK(row.label == "l");
  CHECK(row.url == "https://example.org/remote-1-1");
}

TEST_CASE("a row tells films from pictures") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  Media picture;
  picture.digest = sha256("oak");
  picture.name = "oak.png";
  picture.mime = "image/png";
  Media film = picture;
  film.digest = sha256("leaves");
  film.name = "leaves.mp4";
  film.mime = "video/mp4";
  add_post(queue.store, {.accounts = {account}, .media = {picture, film, picture}});

  const auto row = must(queue.store.list({})).front();

  CHECK(row.media == 3);
  CHECK(row.films == 1);
}

TEST_CASE("a row shows the account's own variant") {
  Queue queue;
  const auto account = add_account(queue.store, "work-bsky");
  auto post = new_post({.accounts = {account}});
  auto draft = draft_of({.accounts = {account}});
  draft.variants["work-bsky"] = {"for work"};
  post.draft = to_json(draft);
  post.deliveries = {delivery_of({.texts = {"for work"}}, account)};
  must(queue.store.add_post(post, by_ann()));

  CHECK(must(queue.store.list({})).front().text == "for work");
}

TEST_CASE("a summary counts to the end, and what its author sends for itself") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  std::vector<PostId> posts;
  for (int n = 0; n < 201; ++n) {
    posts.push_back(add_post(queue.store, {.accounts = {account}, .key = std::to_string(n)}).id);
  }
  add_post(queue.store, {.accounts = {account}, .origin = Origin::hand_written, .key = "mine"});
  CHECK(must(queue.store.summary()).pending == 201);
  for (const auto post : posts) approve(queue.store, post);
  auto summary = must(queue.store.summary());
  CHECK(summary.pending == 0);
  CHECK(summary.approved == 201);
  REQUIRE(summary.next.size() == 5);
  CHECK(summary.next.front().text == "a post about nothing in particular");
}

TEST_CASE("a summary counts what needs a person") {
  Shelf shelf;

  const auto summary = must(shelf.store.summary());

  CHECK(summary.pending == 1);
  CHECK(summary.approved == 0);  // it is by hand, and its author sends it
  CHECK(summary.failed == 1);
  CHECK(summary.unconfirmed == 1);
  CHECK(summary.late_pending == 0);
  CHECK(summary.next.empty());
  CHECK(summary.first_pending == shelf.of("pending").post);
}

TEST_CASE("an empty queue has an empty summary") {
  Queue queue;

  const auto summary = must(queue.store.summary());

  CHECK(summary.pending == 0);
  CHECK(summary.next.empty());
  CHECK_FALSE(summary.first_pending);
  CHECK(must(queue.store.labels()).empty());
  CHECK(must(queue.store.list({})).empty());
}

TEST_CASE("labels come once each, in order") {
  Queue queue;
  const auto account = add_account(queue.store, "feed");
  int n = 0;
  for (const std::string label : {"b", "a", "", "b", "c"}) {
    add_post(queue.store, {.accounts = {account}, .key = std::to_string(n++), .label = label});
  }

  CHECK(must(queue.store.labels()) == Texts{"a", "b", "c"});
}

TEST_CASE("a list shows what went out, and what is on its way, not what an edit made of the post since") {
  Queue queue;
  Store& store = queue.store;
  const Account feed = add_account(store, "feed");
  const Account bsky = add_account(store, "bsky");
  const auto post = add_post(store, {.texts = {"The price is 10 euro"}, .accounts = {feed, bsky}}).id;
  approve(store, post);
  claim(store, {feed});
  const auto edited = [&](const std::string& text) {
    const PostSpec spec{.texts = {text}, .accounts = {feed, bsky}};
    Change change;
    change.post = post;
    change.post_revision = must(store.post(post)).revision;
    change.draft = to_json(draft_of(spec));
    change.what = "edited";
    change.deliveries.emplace_back(delivery_on(store, post, "bsky").id, delivery_of(spec, bsky));
    must(store.change(change, by_ann()));
  };
  const auto texts = [&](const std::string& wanted, const std::string& account) {
    ListFilter filter;
    filter.everything = true;
    filter.text = wanted;
    std::vector<std::string> found;
    for (const auto& row : must(store.list(filter))) {
      if (row.delivery.account_name == account) found.push_back(row.text);
    }
    return found;
  };

  edited("The price is 99 euro");

  CHECK(delivery_on(store, post, "feed").state == DeliveryState::sending);
  CHECK(texts("", "feed") == Texts{"The price is 10 euro"});
  CHECK(texts("", "bsky") == Texts{"The price is 99 euro"});
  CHECK(texts("10 euro", "feed").size() == 1);
  CHECK(texts("10 euro", "bsky").empty());
  CHECK(texts("99 euro", "feed").empty());
}

TEST_CASE("a list finds text that JSON writes in another way, and nothing that isn't text") {
  Queue queue;
  const Account feed = add_account(queue.store, "feed");
  add_post(queue.store, {.texts = {"She said \"100%\" \\ done\nand left"}, .accounts = {feed}});
  const auto count = [&](const std::string& wanted) {
    ListFilter filter;
    filter.text = wanted;
    return must(queue.store.list(filter)).size();
  };

  CHECK(count("said \"100%\"") == 1);
  CHECK(count("\\ done") == 1);
  CHECK(count("done\nand") == 1);
  CHECK(count("SHE SAID") == 1);
  CHECK(count("platform") == 0);
  CHECK(count("feed-remote") == 0);
  CHECK(count("100_") == 0);
}

TEST_CASE("on one account a summary counts posts, however many there are") {
  Queue queue;
  const auto site = add_account(queue.store, "site");
  for (int i = 0; i < 1001; ++i) {
    add_post(queue.store, {.texts = {"ok"}, .accounts = {site}, .key = std::to_string(i)});
  }
  REQUIRE(must(queue.store.summary()).posts);
  CHECK(must(queue.store.summary()).posts->pending == 1001);

  add_account(queue.store, "bsky");
  CHECK_FALSE(must(queue.store.summary()).posts);
}

TEST_CASE("a summary counts posts beside deliveries, and a list is of one author") {
  Queue queue;
  const auto feed = add_account(queue.store, "feed");
  const auto bsky = add_account(queue.store, "bsky");
  add_post(queue.store, {.accounts = {feed, bsky}, .key = "1"});
  add_approved(queue.store, {.texts = {"other words"}, .accounts = {feed, bsky}, .key = "2"});
  must(queue.store.add_post(new_post({.texts = {"a third"}, .accounts = {feed}, .key = "3"}), by_agent()));

  const auto summary = must(queue.store.summary());

  CHECK(summary.pending == 3);
  CHECK(summary.approved == 2);
  REQUIRE(summary.posts);
  CHECK(summary.posts->pending == 2);
  CHECK(summary.posts->approved == 1);
  CHECK(summary.posts->late_pending == 0);
  ListFilter by_one;
  by_one.author = by_agent().actor.name;
  CHECK(must(queue.store.list(by_one)).size() == 1);
}
