#include "app/review/session.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "app/compose/edit.h"
#include "app/review_world.h"

using namespace postq;
using namespace postq::test;

namespace {

// A session over everything pending, with these keys; when they run out the input has ended.
ReviewReport answer(ReviewWorld& world, std::vector<std::string> keys, std::vector<std::string> lines = {}) {
  world.person.keys.assign(keys.begin(), keys.end());
  world.person.lines.assign(lines.begin(), lines.end());
  std::vector<ReviewEntry> entries;
  const auto posts = world.queue().to_review(false).value();
  for (const auto post : posts) entries.push_back({post, {}});
  auto report = review(world, world.queue(), std::move(entries));
  if (!report) FAIL(report.error().message);
  return *report;
}

std::string screen_after(ReviewWorld& world, std::vector<std::string> keys, std::vector<std::string> lines = {}) {
  world.person.take_screen();
  answer(world, std::move(keys), std::move(lines));
  return world.person.take_screen();
}

std::string long_text() {
  std::string text;
  for (int line = 1; line <= 30; ++line) text += "line " + std::to_string(line) + "\n";
  return text;
}

}  // namespace

TEST_CASE("a yes approves every account that was on the screen") {
  ReviewWorld world;
  const auto id = world.add("Hello", "tue 9am", {"site", "work"});

  const auto report = answer(world, {"y"});

  CHECK(report.approved == 1);
  CHECK(world.delivery(id, "site").delivery.approved());
  CHECK(world.delivery(id, "work").delivery.approved());
  CHECK(world.delivery(id, "site").approval->person == "anna");
  CHECK(world.delivery(id, "site").approval->how == ApprovedHow::review);
}

TEST_CASE("a no stores its reason and takes the post out of the queue") {
  ReviewWorld world;
  const auto id = world.add("Hello");

  const auto report = answer(world, {"n"}, {"the link is dead"});

  CHECK(report.rejected == 1);
  CHECK(world.delivery(id).delivery.state == DeliveryState::rejected);
  CHECK(world.delivery(id).last_approval->reason == "the link is dead");
}

TEST_CASE("a no without a reason is no answer") {
  ReviewWorld world;
  const auto id = world.add("Hello");

  const auto report = answer(world, {"n", "q"}, {"  "});

  CHECK(report.rejected == 0);
  CHECK(world.delivery(id).delivery.pending());
}

TEST_CASE("who types no has not given an o as the reason") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  bool rejected = true;
  SECTION("and is asked again") {
    answer(world, {"n", "q"}, {" o ", "the link is dead"});
  }
  SECTION("and may leave it") {
    rejected = false;
    answer(world, {"n", "q"}, {"O", ""});
  }

  CHECK(world.delivery(id).delivery.pending() == !rejected);
  if (rejected) CHECK(world.delivery(id).last_approval->reason == "the link is dead");
}

TEST_CASE("the rest of a yes that was typed out does nothing to the next post") {
  ReviewWorld world;
  world.add("One", "", {"site", "work"});
  const auto second = world.add("Two", "", {"site", "work"});
  int opened = 0;
  world.person.editor = [&](const std::string&) -> Status {
    ++opened;
    return {};
  };
  SECTION("within the time that typing it takes") {
    world.between_looks = std::chrono::milliseconds{300};
    const auto screen = screen_after(world, {"y", "e", "s", "y"});
    CHECK(opened == 0);
    CHECK(world.delivery(second, "work").delivery.approved());  // it was not split: one yes was enough
    CHECK_FALSE(has(screen, "Not approved"));
  }
  SECTION("later they are keys as ever") {
    world.between_looks = std::chrono::milliseconds{500};
    answer(world, {"y", "e", "s", "y"});
    CHECK(opened == 1);
    CHECK_FALSE(world.delivery(second, "work").delivery.approved());
  }
  SECTION("nor are words of plain mode letters of it") {
    world.person.is_plain = true;
    world.between_looks = std::chrono::milliseconds{1};
    answer(world, {"y", "e"});
    CHECK(opened == 1);
  }
}

TEST_CASE("every answer is stored before the next key is waited for") {
  ReviewWorld world;
  const auto first = world.add("One");
  world.add("Two");
  int waits = 0;
  bool stored = false;
  world.person.while_waiting = [&] {
    if (++waits == 2) stored = world.delivery(first).delivery.approved();
  };

  answer(world, {"y", "q"});

  CHECK(stored);
}

TEST_CASE("the end of the input ends a review as q does, and keeps the answers") {
  ReviewWorld world;
  const auto first = world.add("One");
  const auto second = world.add("Two");

  const auto report = answer(world, {"y"});

  CHECK(report.interrupted);
  CHECK(world.delivery(first).delivery.approved());
  CHECK(world.delivery(second).delivery.pending());
}

TEST_CASE("a signal ends a review before the next post is shown") {
  ReviewWorld world;
  world.add("One");
  world.stop = true;

  const auto report = answer(world, {"y"});

  CHECK(report.interrupted);
  CHECK(report.approved == 0);
}

TEST_CASE("nothing of the database is held while a key is waited for") {
  ReviewWorld world;
  const auto id = world.add("One");
  const auto other = world.open_another();
  bool written = false;
  world.person.while_waiting = [&] {
    written = other->set_paused({world.delivery(id).delivery.id}, false, world.audit()).has_value();
  };

  answer(world, {"q"});

  CHECK(written);
}

TEST_CASE("a yes to what changed since it was shown is refused, and the new content is shown") {
  ReviewWorld world;
  const auto id = world.add("The old text");
  bool changed = false;
  world.person.while_waiting = [&] {
    if (std::exchange(changed, true)) return;
    auto opened = open_post(world.queue(), id).value();
    PostEdit edit;
    edit.draft = opened.draft;
    edit.draft.parts.front().text = "The new text";
    REQUIRE(apply_edit(world, world.queue(), opened, edit));
  };

  const auto screen = screen_after(world, {"y", "q"});

  CHECK(has(screen, "changed since it was shown"));
  CHECK(has(screen, "The new text"));
  CHECK(world.delivery(id).delivery.pending());
}

TEST_CASE("a long post can't be approved before its end was on the screen") {
  ReviewWorld world;
  world.known_platforms.paper.takes.text = 1000;
  const auto id = world.add(long_text());

  const auto early = screen_after(world, {"y", "q"});

  CHECK(has(early, "there is more of it to read"));
  CHECK_FALSE(has(early, "line 30"));
  CHECK(world.delivery(id).delivery.pending());

  const auto paged = screen_after(world, {" ", "\n", "y"});

  CHECK(has(paged, "line 30"));
  CHECK(world.delivery(id).delivery.approved());
}

TEST_CASE("a long post can be left or rejected before its end") {
  ReviewWorld world;
  world.known_platforms.paper.takes.text = 1000;
  const auto id = world.add(long_text());

  const auto report = answer(world, {"n"}, {"far too long"});

  CHECK(report.rejected == 1);
  CHECK(world.delivery(id).delivery.state == DeliveryState::rejected);
}

TEST_CASE("a picture without alt text can't be approved while the policy requires one") {
  ReviewWorld world;
  ComposeRequest request;
  request.text = "Look";
  request.media = {{world.picture("oak.gif"), "", false}};
  const auto id = world.add(request);

  const auto screen = screen_after(world, {"y", "q"});

  CHECK(has(screen, "NO ALT TEXT"));
  CHECK(has(screen, "oak.gif has no alt text"));
  CHECK(world.delivery(id).delivery.pending());

  SECTION("a decorative one can") {
    answer(world, {"a", "y"}, {"-"});
    CHECK(world.delivery(id).delivery.approved());
  }
  SECTION("a described one can, and is shown once more before") {
    const auto described = screen_after(world, {"a", "y"}, {"An oak in winter"});
    CHECK(has(described, "\"An oak in winter\""));
    CHECK(world.delivery(id).delivery.approved());
  }
  SECTION("and so it can where the policy only warns") {
    world.settings.policy.alt_text = Strictness::warn;
    answer(world, {"y"});
    CHECK(world.delivery(id).delivery.approved());
  }
}

TEST_CASE("an account for which the post became too long keeps it from being approved") {
  ReviewWorld world;
  const auto id = world.add("Forty letters and a few more than forty.");
  world.known_platforms.paper.takes.text = 20;

  const auto screen = screen_after(world, {"y", "q"});

  CHECK(has(screen, "TOO LONG"));
  CHECK(has(screen, "Not approved"));
  CHECK(world.delivery(id).delivery.pending());
}

TEST_CASE("a post whose end has passed can't be approved") {
  ReviewWorld world;
  ComposeRequest request;
  request.text = "Tarts today";
  request.at = "mon 9am";
  request.until = "mon noon";
  const auto id = world.add(request);
  world.clock += std::chrono::days{2};

  const auto screen = screen_after(world, {"y", "q"});

  CHECK(has(screen, "its end has passed"));
  CHECK(world.delivery(id).delivery.pending());
}

TEST_CASE("no answer is taken from an agent, without a terminal or with a fixed clock") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  world.person.keys = {"y"};
  SECTION("an agent") {
    world.who = {"bot", true};
  }
  SECTION("no terminal") {
    world.person.person = false;
  }
  SECTION("a fixed clock") {
    world.fixed = true;
  }

  const auto report = review(world, world.queue(), {{id, {}}});

  REQUIRE_FALSE(report);
  CHECK(report.error().kind == ErrorKind::refused);
  CHECK(world.delivery(id).delivery.pending());
}

TEST_CASE("a terminal that goes away between the question and the answer takes no yes") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  world.person.while_waiting = [&] { world.person.person = false; };

  answer(world, {"y", "q"});

  CHECK(world.delivery(id).delivery.pending());
}

TEST_CASE("undo takes back one answer after the other") {
  ReviewWorld world;
  const auto first = world.add("One");
  const auto second = world.add("Two");
  const auto third = world.add("Three");

  const auto report = answer(world, {"y", "n", "u", "u", "q"}, {"no"});

  CHECK(report.approved == 0);
  CHECK(report.rejected == 0);
  CHECK(world.delivery(first).delivery.pending());
  CHECK(world.delivery(second).delivery.pending());
  CHECK(world.delivery(third).delivery.pending());
}

TEST_CASE("what was undone is shown again and can be answered anew") {
  ReviewWorld world;
  const auto id = world.add("One");
  world.add("Two");

  answer(world, {"y", "u", "n", "q"}, {"on second thoughts"});

  CHECK(world.delivery(id).delivery.state == DeliveryState::rejected);
}

TEST_CASE("an old yes does not fit again after it was taken back") {
  ReviewWorld world;
  const auto id = world.add("One");
  const auto before = world.delivery(id).delivery.revision;
  world.add("Two");

  answer(world, {"y", "u", "q"});

  CHECK(world.delivery(id).delivery.revision > before);
}

TEST_CASE("j and k go through the posts without an answer") {
  ReviewWorld world;
  world.add("The first one");
  world.add("The second one");

  const auto screen = screen_after(world, {"j", "k", "q"});

  CHECK(has(screen, "2 of 2"));
  CHECK(screen.find("The first one", screen.find("The second one")) != std::string::npos);
}

TEST_CASE("arrow keys go through the posts too") {
  ReviewWorld world;
  world.add("The first one");
  world.add("The second one");

  const auto screen = screen_after(world, {"\x1b[B", "\x1b[A", "q"});

  CHECK(screen.find("The first one", screen.find("The second one")) != std::string::npos);
}

TEST_CASE("a paste or an unknown key is no answer") {
  ReviewWorld world;
  const auto id = world.add("Hello");

  const auto report = answer(world, {"\x1b[200~", "x", "Y", "yy", "q"});

  CHECK(report.approved == 0);
  CHECK(world.delivery(id).delivery.pending());
}

TEST_CASE("split asks for each account by itself") {
  ReviewWorld world;
  const auto id = world.add("Hello", "", {"site", "work"});

  const auto report = answer(world, {"s", "y", "n"}, {"not there"});

  CHECK(report.approved == 1);
  CHECK(report.rejected == 1);
  CHECK(world.delivery(id, "site").delivery.approved());
  CHECK(world.delivery(id, "work").delivery.state == DeliveryState::rejected);
}

TEST_CASE("another time is stored and shown before it can be approved") {
  ReviewWorld world;
  const auto id = world.add("Hello", "tue 9am");

  const auto screen = screen_after(world, {"t", "y"}, {"fri 10:00"});

  CHECK(has(screen, "Fri 27 Nov 2026 10:00 Berlin"));
  CHECK(world.delivery(id).delivery.approved());
  CHECK(format_wall(*world.delivery(id).delivery.schedule.wall) == "2026-11-27T10:00:00");
}

TEST_CASE("a time that can't be read or has passed changes nothing") {
  ReviewWorld world;
  const auto id = world.add("Hello", "tue 9am");
  const auto before = world.delivery(id).delivery;

  answer(world, {"t", "t", "t", "q"}, {"sometime", "2020-01-01 09:00", ""});

  CHECK(world.delivery(id).delivery.revision == before.revision);
  CHECK(world.delivery(id).delivery.schedule == before.schedule);
}

TEST_CASE("now as a time means as soon as it is approved") {
  ReviewWorld world;
  const auto id = world.add("Hello", "tue 9am");

  answer(world, {"t", "y"}, {"now"});

  CHECK_FALSE(world.delivery(id).delivery.schedule.wall);
  CHECK(world.delivery(id).delivery.approved());
}

TEST_CASE("another time for one account leaves the other one and its approval alone") {
  ReviewWorld world;
  const auto id = world.add("Hello", "tue 9am", {"site", "work"});

  answer(world, {"s", "y", "t", "q"}, {"fri 10:00"});

  CHECK(world.delivery(id, "site").delivery.approved());
  CHECK(format_wall(*world.delivery(id, "site").delivery.schedule.wall) == "2026-11-24T09:00:00");
  CHECK(format_wall(*world.delivery(id, "work").delivery.schedule.wall) == "2026-11-27T10:00:00");
}

TEST_CASE("pausing holds a post and is shown") {
  ReviewWorld world;
  const auto id = world.add("Hello");

  const auto screen = screen_after(world, {"p", "y"});

  CHECK(has(screen, "PAUSED"));
  CHECK(world.delivery(id).delivery.paused);
  CHECK(world.delivery(id).delivery.approved());
}

TEST_CASE("a second p lets a paused post go") {
  ReviewWorld world;
  const auto id = world.add("Hello");

  answer(world, {"p", "p", "q"});

  CHECK_FALSE(world.delivery(id).delivery.paused);
}

TEST_CASE("v shows the request of each account and answers nothing") {
  ReviewWorld world;
  const auto id = world.add("Hello", "", {"site", "work"});

  const auto screen = screen_after(world, {"v", "q", "q"});

  CHECK(has(screen, "POST to site: Hello"));
  CHECK(has(screen, "POST to work: Hello"));
  CHECK(world.delivery(id).delivery.pending());
}

TEST_CASE("q in the view of the requests goes back to the post, which is on the screen again before a yes") {
  ReviewWorld world;
  const auto id = world.add("Hello");

  const auto screen = screen_after(world, {"v", "q", "y"});

  const auto request = screen.find("POST to site: Hello");
  REQUIRE(request != std::string::npos);
  CHECK(screen.find("q back to the post > ", request) != std::string::npos);
  CHECK(screen.find("Post 1, written by", request) != std::string::npos);
  CHECK(world.delivery(id).delivery.approved());
}

TEST_CASE("who changed a post last, and when, stands above it") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  CHECK_FALSE(has(screen_after(world, {"q"}), "Changed"));
  world.person.editor = [](const std::string& file) -> Status {
    std::ofstream(file) << "Hello again";
    return {};
  };

  const auto screen = screen_after(world, {"e", "q"});

  CHECK(has(screen, "Changed   by " + world.actor().name + ", "));
  CHECK(world.queue().post(id).value().last_change);
}

TEST_CASE("a reason that was typed is kept when the no can't be stored") {
  ReviewWorld world;
  const auto id = world.add("Hello");
  const auto other = world.open_another();
  world.person.while_waiting = [&, changed = false]() mutable {
    if (world.person.prompts.back().find("Why not?") == std::string::npos || std::exchange(changed, true)) return;
    REQUIRE(other->cancel({world.delivery(id).delivery.id}, world.audit()));
  };

  const auto screen = screen_after(world, {"n", "q"}, {"three paragraphs of reasons"});

  CHECK(has(screen, "what was typed is kept:"));
  auto* const rescue = world.rescue().value();
  const auto kept = rescue->list().value();
  REQUIRE(kept.size() == 1);
  CHECK(rescue->load(kept.front().path).value() == "three paragraphs of reasons");
  CHECK_FALSE(rescue->newest());  // a reason is no text to post
}

TEST_CASE("long requests come screen by screen") {
  ReviewWorld world;
  world.known_platforms.paper.takes.text = 1000;
  world.add(long_text());

  const auto left = screen_after(world, {" ", "v", "q", "q", "q"});
  CHECK(has(left, "POST to site: line 1"));
  CHECK(has(left, "Space more  q back"));
  CHECK(left.find("line 30", left.find("POST to site")) == std::string::npos);

  const auto read = screen_after(world, {" ", "v", " ", " ", "q", "q"});
  CHECK(read.find("line 30", read.find("POST to site")) != std::string::npos);
}

TEST_CASE("the editor's text is stored and shown before it can be approved") {
  ReviewWorld world;
  const auto id = world.add("The old text");
  std::string path;
  world.person.editor = [&](const std::string& file) -> Status {
    path = file;
    auto text = file_text(file);
    write_file(file, text.replace(text.find("old"), 3, "new"));
    return {};
  };

  const auto screen = screen_after(world, {"e", "y"});

  CHECK(has(screen, "The new text"));
  CHECK(world.text_of(id) == "The new text");
  CHECK(world.delivery(id).delivery.approved());
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a text that can't be stored stays in its file, and e opens the same text again") {
  ReviewWorld world;
  const auto id = world.add("The old text");
  std::vector<std::string> seen;
  std::string path;
  world.person.editor = [&](const std::string& file) -> Status {
    path = file;
    auto text = file_text(file);
    seen.push_back(text.substr(0, text.find('\n')));
    const auto wanted = seen.size() == 1 ? std::string(80, 'x') : std::string("short enough");
    write_file(file, text.replace(0, text.find('\n'), wanted));
    return {};
  };

  SECTION("and is stored when it fits") {
    const auto screen = screen_after(world, {"e", "e", "q"});

    REQUIRE(seen.size() == 2);
    CHECK(seen[1] == std::string(80, 'x'));
    CHECK(has(screen, "80 of 60"));
    CHECK(has(screen, path + "\n"));
    CHECK(world.text_of(id) == "short enough");
  }
  SECTION("and is named at the end of the session") {
    const auto report = answer(world, {"e", "q"});

    REQUIRE(report.unsaved.size() == 1);
    CHECK(has(file_text(report.unsaved.front().second), std::string(80, 'x')));
    CHECK(world.text_of(id) == "The old text");
  }
}

TEST_CASE("an editor left with an error changes nothing and ends nothing") {
  ReviewWorld world;
  const auto id = world.add("The old text");
  world.person.editor = [](const std::string&) -> Status {
    return fail(ErrorKind::interrupted, "the editor 'vi' ended with exit code 1");
  };

  const auto report = answer(world, {"e", "y"});

  CHECK(report.approved == 1);
  CHECK(report.unsaved.empty());
  CHECK(world.text_of(id) == "The old text");
}

TEST_CASE("a text cleared in the editor leaves the post as it is") {
  ReviewWorld world;
  const auto id = world.add("The old text");
  world.person.editor = [](const std::string& file) -> Status {
    write_file(file, "");
    return {};
  };

  const auto report = answer(world, {"e", "q"});

  CHECK(report.unsaved.empty());
  CHECK(world.text_of(id) == "The old text");
}

TEST_CASE("mentions are looked up before a post is shown, and what was found is what is approved") {
  ReviewWorld world;
  world.known_platforms.paper.facts.resolves = true;
  world.known_platforms.paper.mention_target = "did:paper:mira";
  const auto id = world.add("Thanks @mira");

  const auto screen = screen_after(world, {"y"});

  CHECK(has(screen, "@mira is did:paper:mira"));
  CHECK(world.delivery(id).delivery.approved());
  CHECK(content_from_document(world.delivery(id).document)->resolved);
}

TEST_CASE("what can't be looked up can't be approved") {
  ReviewWorld world;
  world.known_platforms.paper.facts.resolves = true;
  const auto id = world.add("Thanks @mira");

  const auto screen = screen_after(world, {"y", "q"});

  CHECK(has(screen, "paper.example"));
  CHECK(world.delivery(id).delivery.pending());
}

TEST_CASE("a post that missed its time goes as soon as the rules allow once it is approved") {
  ReviewWorld world;
  const auto id = world.add("Hello", "mon 9am");
  answer(world, {"y"});
  world.clock += std::chrono::days{3};
  ClaimRequest claim;
  claim.now = world.clock;
  claim.accounts = {world.delivery(id).delivery.account};
  claim.judge_for = [](const Account&) -> Judge {
    return [](const Snapshot&, const Candidate&) {
      Judgement late;
      late.answer = Answer::hold;
      late.effect = Effect::to_review;
      late.verdicts.push_back({Answer::hold, Scope::post, Effect::to_review, "late", "it is late", {}, {}});
      return late;
    };
  };
  claim.settings_for = [&](const Account&) -> const PolicySettings& { return world.settings.policy; };
  claim.day_of = [](TimePoint at) { return TimeRange{at, at + std::chrono::days{1}}; };
  claim.readable = [](const Account&) { return false; };
  REQUIRE(world.queue().claim(claim, world.audit()));
  REQUIRE(world.delivery(id).delivery.pending());
  REQUIRE(world.delivery(id).delivery.missed_at);

  const auto screen = screen_after(world, {"y"});

  CHECK(has(screen, "it missed its time"));
  CHECK(world.delivery(id).delivery.approved());
  CHECK(world.delivery(id).delivery.next_at == world.clock);
}

TEST_CASE("in plain mode words and Enter answer") {
  ReviewWorld world;
  world.person.is_plain = true;
  const auto id = world.add("Hello", "", {"site", "work"});

  const auto screen = screen_after(world, {"help", "yes"});

  CHECK(world.delivery(id).delivery.approved());
  CHECK_FALSE(has(screen, "-----"));
  CHECK(has(screen, "Type a word and Enter: yes, no, edit, time, split, request, pause, quit, help"));
}

TEST_CASE("the prompt offers only what is possible, on two lines at most") {
  ReviewWorld world;
  world.add("One");
  world.add("Two", "", {"site", "work"});

  answer(world, {"j", "q"});

  REQUIRE(world.person.prompts.size() == 2);
  const auto& first = world.person.prompts[0];
  CHECK(has(first, "j next"));
  for (const auto* const absent : {"k back", "u undo", "a alt", "s split", "more"}) CHECK_FALSE(has(first, absent));
  const auto& second = world.person.prompts[1];
  CHECK(has(second, "Approve for all 2?"));
  CHECK(has(second, "s split by account"));
  CHECK_FALSE(has(second, "j next"));
  for (const auto& prompt : world.person.prompts) {
    CHECK(std::count(prompt.begin() + 1, prompt.end(), '\n') <= 1);
    for (const auto& line : wrap(prompt, 1000)) CHECK(display_width(line) < 80);
  }
}

TEST_CASE("a key that does nothing here says why") {
  ReviewWorld world;
  world.add("One");

  const auto screen = screen_after(world, {"a", "s", "k", "j", "u", " ", "?", "q"});

  CHECK(has(screen, "It has no picture."));
  CHECK(has(screen, "It goes to one account only."));
  CHECK(has(screen, "This is the first one."));
  CHECK(has(screen, "This is the last one."));
  CHECK(has(screen, "No answer was given yet"));
  CHECK(has(screen, "That was all of it."));
  CHECK(has(screen, "approve exactly what is on the screen"));
}

TEST_CASE("a post answered elsewhere meanwhile is left out") {
  ReviewWorld world;
  const auto id = world.add("One");
  const auto other = world.add("Two");
  bool cancelled = false;
  world.person.while_waiting = [&] {
    if (!std::exchange(cancelled, true)) {
      REQUIRE(world.queue().cancel({world.delivery(other).delivery.id}, world.audit()));
    }
  };

  const auto report = answer(world, {"y"});

  CHECK(report.approved == 1);
  CHECK_FALSE(report.interrupted);
  CHECK(world.delivery(id).delivery.approved());
}

TEST_CASE("only the named delivery is shown and approved") {
  ReviewWorld world;
  const auto id = world.add("Hello", "", {"site", "work"});
  world.person.keys = {"y"};

  const auto report = review(world, world.queue(), {{id, {world.delivery(id, "work").delivery.id}}});

  REQUIRE(report);
  CHECK(world.delivery(id, "site").delivery.pending());
  CHECK(world.delivery(id, "work").delivery.approved());
}
