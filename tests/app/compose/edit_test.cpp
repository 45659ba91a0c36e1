#include "app/compose/edit.h"

#include <filesystem>
#include <functional>

#include "app/compose/edit_template.h"
#include "app/review_world.h"

using namespace postq;
using namespace postq::test;

namespace {

void approve(ReviewWorld& world, PostId id) {
  std::vector<Decision> decisions;
  for (const auto& detail : world.post(id).deliveries) {
    decisions.push_back({detail.delivery.id,
                         detail.delivery.digest,
                         detail.delivery.revision,
                         ReviewVerdict::approved,
                         ApprovedHow::review,
                         "",
                         {}});
  }
  REQUIRE(world.queue().decide(decisions, world.audit()));
}

Result<Edited> edit(ReviewWorld& world, PostId id, const std::function<void(PostEdit&)>& change) {
  const auto post = open_post(world.queue(), id);
  REQUIRE(post);
  PostEdit wanted;
  wanted.draft = post->draft;
  change(wanted);
  return apply_edit(world, world.queue(), *post, wanted);
}

// Claims a delivery as flush does, so that it is being sent.
void claim(ReviewWorld& world, DeliveryId delivery, AccountId account) {
  ClaimRequest request;
  request.now = world.clock + std::chrono::days{7};
  request.accounts = {account};
  request.only = delivery;
  request.judge_for = [](const Account&) -> Judge {
    return [](const Snapshot&, const Candidate&) { return Judgement{}; };
  };
  request.settings_for = [&](const Account&) -> const PolicySettings& { return world.settings.policy; };
  request.day_of = [](TimePoint at) { return TimeRange{at, at + std::chrono::days{1}}; };
  request.readable = [](const Account&) { return false; };
  const auto claims = world.queue().claim(request, world.audit());
  REQUIRE(claims);
  REQUIRE(claims->claimed.size() == 1);
}

}  // namespace

TEST_CASE("an edit voids the approval of every account whose content differs, and of no other") {
  ReviewWorld world;
  const auto id = world.add("Hello", "tue 9am", {"site", "work"});
  approve(world, id);

  const auto edited = edit(world, id, [](PostEdit& wanted) { wanted.draft.variants["work"] = {"Hello, colleagues"}; });

  REQUIRE(edited);
  CHECK(edited->changed == std::vector<std::string>{"1@work"});
  CHECK(edited->untouched == std::vector<std::string>{"1@site"});
  CHECK(world.delivery(id, "site").delivery.approved());
  CHECK(world.delivery(id, "work").delivery.pending());
  CHECK(world.text_of(id, "work") == "Hello, colleagues");
}

TEST_CASE("an edit that changes nothing stores nothing") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  approve(world, id);
  const auto revision = world.post(id).revision;

  const auto edited = edit(world, id, [](PostEdit&) {});

  REQUIRE(edited);
  CHECK_FALSE(edited->anything);
  CHECK(world.post(id).revision == revision);
  CHECK(world.delivery(id).delivery.approved());
}

TEST_CASE("a change of the label keeps every approval") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  approve(world, id);

  const auto edited = edit(world, id, [](PostEdit& wanted) { wanted.label = "launch"; });

  REQUIRE(edited);
  CHECK(edited->anything);
  CHECK(world.post(id).label == "launch");
  CHECK(world.delivery(id).delivery.approved());
}

TEST_CASE("a text too long for one account changes none of them") {
  ReviewWorld world;
  const auto id = world.add("Hello", "", {"site", "work"});

  const auto edited = edit(world, id, [](PostEdit& wanted) { wanted.draft.parts[0].text = std::string(61, 'x'); });

  REQUIRE_FALSE(edited);
  CHECK(edited.error().kind == ErrorKind::usage);
  CHECK(has(edited.error().message, "site"));
  CHECK(has(edited.error().message, "61 of 60"));
  CHECK(world.text_of(id, "site") == "Hello");
  CHECK(world.text_of(id, "work") == "Hello");
}

TEST_CASE("what is being sent can't be changed") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  approve(world, id);
  const auto delivery = world.delivery(id).delivery;
  claim(world, delivery.id, delivery.account);

  const auto edited = edit(world, id, [](PostEdit& wanted) { wanted.draft.parts[0].text = "Other"; });

  REQUIRE_FALSE(edited);
  CHECK(edited.error().kind == ErrorKind::refused);
  CHECK(has(edited.error().message, "is being sent right now"));
}

TEST_CASE("what may be public can't be changed, and the hint says how to settle it") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  approve(world, id);
  const auto delivery = world.delivery(id).delivery;
  claim(world, delivery.id, delivery.account);
  Step intent;
  intent.intents.push_back({delivery.id, delivery.account, 1, "key", "Hello", delivery.digest});
  const auto started = world.queue().commit(intent, world.audit());
  REQUIRE(started);
  AttemptResult lost;
  lost.attempt = started->intents.at(0).value();
  lost.delivery = delivery.id;
  lost.account = delivery.account;
  Step result;
  result.results.push_back(lost);
  REQUIRE(world.queue().commit(result, world.audit()));

  const auto edited = edit(world, id, [](PostEdit& wanted) { wanted.draft.parts[0].text = "Other"; });

  REQUIRE_FALSE(edited);
  CHECK(edited.error().kind == ErrorKind::refused);
  CHECK(has(edited.error().message, "UNCONFIRMED"));
  CHECK(has(edited.error().hint, "postq resolve 1@site"));
}

TEST_CASE("a rejected post comes back to review when it is changed") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  const auto delivery = world.delivery(id).delivery;
  REQUIRE(world.queue().decide(
      {{delivery.id, delivery.digest, delivery.revision, ReviewVerdict::rejected, ApprovedHow::review, "no", {}}},
      world.audit()));

  REQUIRE(edit(world, id, [](PostEdit& wanted) { wanted.draft.parts[0].text = "Better"; }));

  CHECK(world.delivery(id).delivery.pending());
}

TEST_CASE("an account that was taken out stays out when the text changes") {
  ReviewWorld world;
  const auto id = world.add("Hello", "", {"site", "work"});
  REQUIRE(world.queue().cancel({world.delivery(id, "work").delivery.id}, world.audit()));

  REQUIRE(edit(world, id, [](PostEdit& wanted) { wanted.draft.parts[0].text = "Better"; }));

  CHECK(world.delivery(id, "work").delivery.state == DeliveryState::cancelled);
  CHECK(world.text_of(id, "site") == "Better");
}

TEST_CASE("accounts join and leave a post") {
  ReviewWorld world;
  const auto id = world.add("Hello", "", {"site", "work"});
  world.add_account("third");
  approve(world, id);

  const auto edited = edit(world, id, [&](PostEdit& wanted) {
    wanted.accounts = {world.queue().account("site").value(), world.queue().account("third").value()};
  });

  REQUIRE(edited);
  CHECK(edited->joined == std::vector<std::string>{"1@third"});
  CHECK(edited->removed == std::vector<std::string>{"1@work"});
  CHECK(world.delivery(id, "site").delivery.approved());
  CHECK(world.delivery(id, "third").delivery.pending());
  CHECK(world.delivery(id, "work").delivery.state == DeliveryState::cancelled);

  const auto back = edit(world, id, [&](PostEdit& wanted) {
    wanted.accounts = {world.queue().account("site").value(), world.queue().account("work").value()};
  });
  REQUIRE(back);
  CHECK(world.delivery(id, "work").delivery.pending());
}

TEST_CASE("a text for an account that the post doesn't go to is refused") {
  ReviewWorld world;
  const auto id = world.add("Hello");

  const auto edited = edit(world, id, [](PostEdit& wanted) { wanted.draft.variants["nowhere"] = {"x"}; });

  REQUIRE_FALSE(edited);
  CHECK(edited.error().kind == ErrorKind::usage);
}

TEST_CASE("somebody else's change in between is not overwritten") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  const auto old = open_post(world.queue(), id).value();
  REQUIRE(edit(world, id, [](PostEdit& wanted) { wanted.draft.parts[0].text = "Theirs"; }));

  PostEdit mine;
  mine.draft = old.draft;
  mine.draft.parts[0].text = "Mine";
  const auto edited = apply_edit(world, world.queue(), old, mine);

  REQUIRE_FALSE(edited);
  CHECK(edited.error().kind == ErrorKind::refused);
  CHECK(world.text_of(id) == "Theirs");
}

TEST_CASE("the editor gets the text with counts, and its file is private until it is stored") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  const auto post = open_post(world.queue(), id).value();
  std::string seen;
  world.person.editor = [&](const std::string& file) -> Status {
    seen = file_text(file);
    const auto mode = std::filesystem::status(file).permissions();
    CHECK(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    return {};
  };
  EditorText text{world};

  const auto draft = text.edit(post.draft, contents_of(world, world.queue(), post).value());

  REQUIRE(draft);
  CHECK(*draft == post.draft);
  CHECK(has(seen, "# site        5 of 60"));
  CHECK(std::filesystem::exists(text.path()));
  const auto path = text.path();
  text.forget();
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("no editor at all is an error that names the text's file") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  const auto post = open_post(world.queue(), id).value();
  EditorText text{world};

  const auto draft = text.edit(post.draft, {});

  REQUIRE_FALSE(draft);
  CHECK(draft.error().kind == ErrorKind::config);
}
