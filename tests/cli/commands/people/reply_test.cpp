// `postq reply`, as it is typed, and the walk through the inbox.
#include <fstream>
#include <sstream>

#include "cli/output/flush_report.h"
#include "cli/talk_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// An editor that replaces what it is given.
auto editor_that_writes(std::string& given, std::function<std::string(const std::string&)> change) {
  return [&given, change = std::move(change)](const std::string& path) -> Status {
    given = contents(path);
    std::ofstream(path) << change(given);
    return {};
  };
}

// The text comes first, where the cursor stands.
std::string on_top(const std::string& page, const std::string& text) {
  return text + page;
}

}  // namespace

TEST_CASE("an answer goes out at once, by hand, to what was said, and nobody waits any more") {
  TalkWorld world;
  const auto said = world.hears("@tom", "do you take small jobs?", kNoon - 5h);
  world.person.keys = {"y"};

  CHECK(world.type({"reply", "i1", "Yes, I do!"}) == 0);

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(has(screen, "Answering i1, @tom: \"do you take small jobs?\""));
  CHECK(has(screen, "Send it now? [y/n] "));
  REQUIRE(world.sent().size() == 1);
  CHECK(world.sent()[0].text == "Yes, I do!");
  CHECK(world.sent()[0].reply_to == said);
  CHECK(world.item(1).state == ItemState::answered);
  CHECK(world.item(1).answered_by == world.sent()[0].remote_id);
  CHECK(world.mix(world.account).by_hand_answers == 1);
  CHECK_FALSE(must(world.rescue())->newest());
}

TEST_CASE("a no sends nothing, keeps the text, and names the command that goes on") {
  TalkWorld world;
  world.hears("@tom", "do you take small jobs?", kNoon - 5h);
  world.person.keys = {"n"};

  CHECK(world.type({"reply", "i1", "Yes, I do!"}) == 130);

  CHECK(world.sent().empty());
  CHECK(world.item(1).waits());
  const auto screen = world.person.take_screen();
  CHECK(has(screen, "nothing was sent"));
  CHECK(has(screen, "your text is safe:"));
  CHECK(has(screen, "postq reply i1 --recover"));
  world.person.keys = {"y"};
  CHECK(world.type({"reply", "i1", "--recover"}) == 0);
  REQUIRE(world.sent().size() == 1);
  CHECK(world.sent()[0].text == "Yes, I do!");
}

TEST_CASE("without text the editor opens with the conversation below the scissors, and none of it is sent") {
  TalkWorld world;
  const auto post = world.shore.throw_in("bsky", "a new sign", "", kNoon - 40h);
  world.hears("@tom", "\x1b[2Jis it oak?\nor ash?", kNoon - 5h, ItemKind::reply, post);
  std::string given;
  world.person.editor =
      editor_that_writes(given, [](const std::string& page) { return on_top(page, "Oak.\n\n> no, really"); });

  CHECK(world.type({"reply", "i1", "--yes"}) == 0);

  CAPTURE(given);
  CHECK(given.starts_with("\n\n# -- >8 --"));
  CHECK(given.find("# > \\x1b[2Jis it oak?\n# > or ash?\n") < given.find("# > a new sign\n"));
  CHECK(has(given, "# @tom, 07:00\n"));
  CHECK_FALSE(has(given, "\x1b"));
  CHECK(world.sent().front().text == "Oak.\n\n> no, really");
}

TEST_CASE("an editor page without its line doesn't send the conversation") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  std::string given;
  world.person.editor = editor_that_writes(
      given, [](const std::string&) { return std::string("Oak it is.\n# @tom, 07:00\n# > is it oak?\n#\n"); });

  CHECK(world.type({"reply", "i1", "--yes"}) == 0);

  CHECK(world.sent().front().text == "Oak it is.");
}

TEST_CASE("an emptied page, or an editor that fails, sends nothing") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  std::string given;
  world.person.editor = editor_that_writes(given, [](const std::string& page) { return page; });
  CHECK(world.type({"reply", "i1"}) == 130);
  CHECK_FALSE(must(world.rescue())->newest());

  world.person.editor = [](const std::string& path) -> Status {
    std::ofstream(path, std::ios::app) << "half a word";
    return fail(ErrorKind::interrupted, "the editor ended with an error");
  };
  CHECK(world.type({"reply", "i1"}) == 130);
  CHECK(has(world.person.take_screen(), "your text is safe:"));
  CHECK(world.sent().empty());
}

TEST_CASE("an answer is never for more people than what it answers, and keeps its warning") {
  TalkWorld world;
  world.hears("@tom", "just between us", kNoon - 5h);
  world.beach().said.front().said.visibility = "direct";
  world.beach().said.front().said.warning = "money";
  world.clock += 1h;
  world.shore.say_to("bsky", "@lee", "hello", kNoon - 4h);
  world.beach().takes_cursors = false;  // read it all again
  world.sync(world.account);

  CHECK(world.type({"reply", "i1", "Sure", "--visibility", "public", "--yes"}) == 2);
  CHECK(has(world.person.take_screen(), "i1 is direct, and an answer to it is never for more people"));
  CHECK(world.type({"reply", "i1", "Sure", "--yes"}) == 0);
  CHECK(world.type({"reply", "i2", "Hello", "--visibility", "unlisted", "--yes"}) == 0);

  world.person.take_screen();
  world.person.output.clear();
  CHECK(world.type({"show", "1", "2", "--json"}) == 0);
  CHECK(has(world.person.output, "\"warning\":\"money\",\"visibility\":\"direct\""));
  CHECK(has(world.person.output, "\"warning\":\"\",\"visibility\":\"unlisted\""));
}

TEST_CASE("what was answered already is answered again only on purpose") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  CHECK(world.type({"reply", "i1", "Oak.", "--yes"}) == 0);
  world.person.take_screen();

  CHECK(world.type({"reply", "i1", "It is oak.", "--yes"}) == 5);

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(has(screen, "i1 was answered already by 1@bsky, 12:00"));
  CHECK(has(screen, "postq reply i1 --again --recover"));
  CHECK(has(screen, "your text is safe:"));
  CHECK(world.sent().size() == 1);
  CHECK(world.type({"reply", "i1", "--again", "--recover", "--yes"}) == 0);
  CHECK(world.sent().size() == 2);
}

TEST_CASE("an answer that may be out stops a second one until it is settled") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  world.beach().loses_answers = true;
  CHECK(world.type({"reply", "i1", "Oak.", "--yes"}) == 8);
  CHECK(world.sent().size() == 1);
  world.person.take_screen();

  CHECK(world.type({"reply", "i1", "Oak.", "--yes", "--again"}) == 5);
  CHECK(has(world.person.take_screen(), "an answer to i1 may be out: 1@bsky is unconfirmed"));
  CHECK(world.sent().size() == 1);

  world.beach().loses_answers = false;
  world.clock += 1h;
  world.run_flush();  // finds it
  CHECK(world.sent().size() == 1);
  CHECK(world.item(1).state == ItemState::answered);
}

TEST_CASE("what was deleted can't be answered, and the text is kept for a post of its own") {
  TalkWorld world;
  const auto known = world.hears("@tom", "is it oak?", kNoon - 5h);
  const auto unknown = world.hears("@lee", "hello", kNoon - 4h);
  world.shore.take_back("bsky", known);
  world.clock += 24h;
  world.sync(world.account);
  world.shore.take_back("bsky", unknown);  // since then

  for (const std::string item : {"i1", "i2"}) {
    CHECK(world.type({"reply", item, "Oak.", "--yes"}) == 5);
    const auto screen = world.person.take_screen();
    CAPTURE(screen);
    CHECK(has(screen, item + " was deleted by its author, so it can't be answered"));
    CHECK(has(screen, "your text is safe:"));
    CHECK(has(screen, "postq post --to bsky --recover"));
  }
  CHECK(world.sent().empty());
  CHECK(world.type({"reply", "i1"}) == 5);  // nobody writes in vain: the editor isn't opened
}

TEST_CASE("answering takes a person; a draft doesn't, and waits for review") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  world.who.agent = true;
  CHECK(world.type({"reply", "i1", "Oak.", "--yes"}) == 5);
  CHECK(has(world.person.take_screen(), "postq reply i1 --draft"));
  world.person.person = false;

  world.person.output.clear();
  CHECK(world.type({"reply", "i1", "--draft", "Oak."}) == 0);

  CHECK(world.person.output == "1\n");
  CHECK(world.sent().empty());
  CHECK(world.item(1).waits());
  const auto rows = must(world.queue().list({}));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].delivery.pending());
  CHECK(rows[0].delivery.origin == Origin::scheduled);
  CHECK(world.type({"reply", "i1", "--draft", "Ash."}) == 5);
  CHECK(has(world.person.take_screen(), "an answer to i1 is queued already: 1@bsky"));
}

TEST_CASE("the review of a drafted answer says what became of the question since") {
  TalkWorld world;
  const auto question = world.hears("@tom", "is it oak?", kNoon - 5h);
  world.draft_answer();
  world.person.keys = {"q"};
  CHECK(world.type({"review"}) == 0);
  CHECK_FALSE(has(world.person.take_screen(), "which it answers"));
  world.answer_elsewhere(question);
  world.sync(world.account);

  world.person.keys = {"q"};
  CHECK(world.type({"review"}) == 0);

  CHECK(has(world.person.take_screen(), "note: i1 of @tom, which it answers, was answered at"));
}

TEST_CASE("an approved draft is read again when the question was answered elsewhere since") {
  TalkWorld world;
  const auto question = world.hears("@tom", "is it oak?", kNoon - 5h);
  world.draft_answer();
  world.approve_all();
  world.answer_elsewhere(question);

  SECTION("sync tells") {
    CHECK(world.type({"sync"}) == 0);
    const auto screen = world.person.take_screen();
    CHECK(has(screen, "1@bsky is back in review: i1, which it answers, was answered elsewhere"));
    CHECK(has(screen, "postq review 1@bsky"));
  }
  SECTION("flush tells, and sends nothing") {
    const auto report = world.run_flush();
    REQUIRE(report.events.size() == 1);
    CHECK(say_event(report.events[0]) ==
          "1@bsky  back in review: i1, which it answers, was answered elsewhere\n    postq review 1@bsky\n");
    CHECK(has(event_json(report.events[0]), R"("event":"withdrawn","name":"1@bsky")"));
  }
  CHECK(world.sent().size() == 1);
  CHECK(world.type({"why", "1"}) == 0);
  CHECK(has(world.person.take_screen(), "i1, which it answers, was answered elsewhere"));

  world.person.keys = {"y"};
  CHECK(world.type({"review"}) == 0);
  CHECK(has(world.person.take_screen(), "note: i1 of @tom, which it answers, was answered at"));
  world.run_flush();
  CHECK(world.sent().size() == 2);  // a person said yes, knowing
}

TEST_CASE("dismissing what an approved draft answers says that the draft waits for a verdict") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  world.draft_answer();
  world.approve_all();

  CHECK(world.type({"dismiss", "i1", "--reason", "he found out"}) == 0);

  CHECK(has(world.person.take_screen(), "1@bsky is back in review: i1, which it answers, was dismissed"));
}

TEST_CASE("two who answer at the same time send one answer") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  world.person.keys = {"y"};
  world.person.while_waiting = [&] {
    world.person.while_waiting = {};
    CHECK(world.type({"reply", "i1", "Oak, says the other one.", "--yes"}) == 0);
  };

  CHECK(world.type({"reply", "i1", "Oak."}) == 5);

  CHECK(world.sent().size() == 1);
  CHECK(has(world.person.take_screen(), "i1 was answered already by 1@bsky"));
}

TEST_CASE("mistyped items and accounts that can't answer are named") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  CHECK(world.type({"reply", "i7", "Oak.", "--yes"}) == 4);
  CHECK(has(world.person.take_screen(), "there is no item i7"));
  CHECK(world.type({"reply", "@tom", "Oak.", "--yes"}) == 2);
  CHECK(world.type({"reply"}) == 2);
  world.shore.facts.replies = false;
  CHECK(world.type({"reply", "i1", "Oak.", "--yes"}) == 5);
  CHECK(has(world.person.take_screen(), "bsky can't answer"));
  CHECK(world.sent().empty());
}

TEST_CASE("what a saved search found can be answered") {
  TalkWorld world;
  must(world.queue().add_listen(world.account.id, "oak", world.audit()));
  const auto said = Shore::said_by("@lee", "an oak in the garden", kNoon - 1h, "found-1");
  world.beach().finds["oak"] = {said};
  world.beach().said.push_back({ItemKind::heard, said});  // so that it can be looked up
  world.beach().said.back().said.created_at = kNoon - 24h * 30;
  world.beach().items_trouble = Error{ErrorKind::platform, "not today", {}, {}};
  world.sync(world.account);

  CHECK(world.type({"reply", "i1", "What a tree!", "--yes"}) == 0);

  CHECK(world.sent().front().reply_to == "found-1");
}

TEST_CASE("the walk answers, dismisses and leaves, one at a time") {
  TalkWorld world;
  world.hears("@mira", "one?", kNoon - 26h);
  world.hears("@tom", "two?", kNoon - 5h);
  world.hears("@lee", "three?", kNoon - 1h);
  std::string given;
  world.person.editor = editor_that_writes(given, [](const std::string& page) { return on_top(page, "Yes, one."); });
  world.person.keys = {"x", "?", "k", "r", "y", "d", "o", "j"};
  world.person.lines = {"answered on the phone"};

  CHECK(world.type({"inbox", "--walk"}) == 0);

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(has(screen, "1 of 3   i1  @mira on bsky, 26 h, mentions you"));
  CHECK(has(screen, "Unknown key; ? explains them."));
  CHECK(has(screen, "This is the first one."));
  CHECK(has(screen, "Dismissed: i2"));
  CHECK(has(screen, "https://shore.example/" + world.item(3).said.remote_id + "\n"));  // no browser here
  CHECK(has(screen, "1 answered, 1 dismissed, 1 left."));
  CHECK(world.item(1).state == ItemState::answered);
  CHECK(world.item(2).reason == "answered on the phone");
  CHECK(world.item(3).waits());
}

TEST_CASE("in the walk a no, an empty reason and Ctrl-C change nothing") {
  TalkWorld world;
  world.hears("@mira", "one?", kNoon - 26h);
  std::string given;
  world.person.editor = editor_that_writes(given, [](const std::string& page) { return on_top(page, "Yes, one."); });
  world.person.keys = {"r", "n", "d"};
  world.person.lines = {" "};

  CHECK(world.type({"inbox", "--walk"}) == 130);

  CHECK(has(world.person.take_screen(), "It stays."));
  CHECK(world.item(1).waits());
  CHECK(world.sent().empty());
  world.person.person = false;
  CHECK(world.type({"inbox", "--walk"}) == 5);
}

TEST_CASE("the walk holds nothing of the database while it waits for a key") {
  TalkWorld world;
  world.hears("@mira", "one?", kNoon - 26h);
  const auto other = world.open_another();
  world.person.keys = {"d"};
  world.person.lines = {"spam"};
  world.person.while_waiting = [&] { CHECK(other->add_listen(world.account.id, "oak", world.audit())); };

  CHECK(world.type({"inbox", "--walk"}) == 0);
}

TEST_CASE("an answer typed where no person is is kept, and can be queued for review") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  std::vector<std::string> words{"reply", "i1"};
  SECTION("as an argument") {
    words.emplace_back("Oak.");
  }
  SECTION("in a file") {
    world.files["answer.md"] = "Oak.";
    words.insert(words.end(), {"--file", "answer.md"});
  }
  SECTION("piped in") {
    world.standard_input = "Oak.";
  }
  world.person.person = false;

  CHECK(world.type(words) == 5);

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(has(screen, "answering needs a person at a terminal"));
  CHECK(has(screen, "your text is safe:"));
  CHECK(has(screen, "type `postq reply i1 --recover` in a terminal"));
  CHECK(has(screen, "queue it for review:  postq reply i1 --draft --recover\n"));
  CHECK(world.sent().empty());
  CHECK(world.type({"reply", "i1", "--draft", "--recover"}) == 0);
  CHECK(must(world.queue().list({})).front().text == "Oak.");
}

TEST_CASE("what is typed among the conversation is kept, and not sent") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  std::string given;
  world.person.editor = editor_that_writes(given, [](const std::string& page) {
    auto changed = on_top(page, "Oak.");
    const std::string question = "# > is it oak?\n";
    return changed.insert(changed.find(question) + question.size(), "(no, ash!)\n");
  });

  CHECK(world.type({"reply", "i1", "--yes"}) == 0);

  REQUIRE(world.sent().size() == 1);
  CHECK(world.sent().front().text == "Oak.");
  CHECK(has(world.person.take_screen(), "what you typed below the line is left out, and kept:"));
  auto* const rescue = must(world.rescue());
  CHECK(must(rescue->load(must(rescue->newest()))) == "(no, ash!)");
}

TEST_CASE("an answer to what speaks to several people offers the others, and says whom it doesn't tell") {
  TalkWorld world;
  world.hears("@tom", "@anna @bob@other.example @carol@other.example is it oak?", kNoon - 5h);
  world.beach().said.front().said.mentions = {"@bob@other.example", "@carol@other.example"};
  world.clock += 1h;
  world.shore.say_to("bsky", "@lee", "hello", kNoon - 4h);
  world.beach().takes_cursors = false;  // read it all again
  world.sync(world.account);

  SECTION("at the question") {
    world.person.keys = {"a", "y"};
    CHECK(world.type({"reply", "i1", "@carol@other.example it is"}) == 0);
    const auto screen = world.person.take_screen();
    CHECK(has(screen, "Not told: @bob@other.example, to whom it also speaks."));
    CHECK(world.sent().front().text == "@bob@other.example @carol@other.example it is");
  }
  SECTION("in the editor") {
    std::string given;
    world.person.editor = editor_that_writes(given, [](const std::string& page) { return on_top(page, "Oak."); });
    world.person.keys = {"y"};
    CHECK(world.type({"reply", "i1"}) == 0);
    CHECK(has(given, "# It also speaks to @bob@other.example, @carol@other.example: not told"));
    CHECK(has(world.person.take_screen(), "Not told: @bob@other.example, @carol@other.example"));
    CHECK(world.sent().front().text == "Oak.");
  }
  SECTION("with a flag") {
    CHECK(world.type({"reply", "i1", "Oak.", "--all", "--yes"}) == 0);
    CHECK(world.sent().front().text == "@bob@other.example @carol@other.example Oak.");
    CHECK_FALSE(has(world.person.take_screen(), "Not told"));
  }
  SECTION("in a draft") {
    CHECK(world.type({"reply", "i1", "Oak.", "--draft"}) == 0);
    CHECK(has(world.person.take_screen(), "Not told: @bob@other.example, @carol@other.example"));
  }
}

TEST_CASE("an answer has its text from one place, and asks unless it may not") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);

  CHECK(world.type({"reply", "i1", "Oak.", "--file", "answer.md", "--yes"}) == 2);
  CHECK(has(world.person.take_screen(), "text comes from one place: TEXT and --file were given"));
  CHECK(world.type({"reply", "i1", "Oak.", "--no-input"}) == 2);
  CHECK(has(world.person.take_screen(), "postq reply i1 --recover " + must(must(world.rescue())->newest()) + " --yes"));

  CHECK(world.person.prompts.empty());
  CHECK(world.sent().empty());
}

TEST_CASE("an answer inherits a warning without its control characters") {
  TalkWorld world;
  world.shore.say_to("bsky", "@tom", "how much?", kNoon - 5h);
  world.beach().said.front().said.warning = "\x1b[2Jmo\xc2\x9bney\r\n\x7fjob";
  world.sync(world.account);

  CHECK(world.type({"reply", "i1", "Not much.", "--draft"}) == 0);

  world.person.output.clear();
  CHECK(world.type({"show", "1", "--json"}) == 0);
  CHECK(has(world.person.output, "\"warning\":\"[2Jmoney\\njob\""));
}

TEST_CASE("a post that is sent once more is asked about, and what stays unsent is no success") {
  TalkWorld world;
  world.unreadable_account("hook");
  world.kept_secrets.values["hook"]["token"] = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  world.network.otherwise = [](const auto&) {
    return HttpResult(
        tl::make_unexpected(HttpFailure{HttpFailure::Sent::not_sent, ErrorKind::try_later, "no network", {}}));
  };
  REQUIRE(world.type({"post", "Oak leaves.", "--to", "hook", "--yes"}) == 75);

  world.clock += 1h;
  CHECK(world.type({"post", "1", "--yes"}) == 75);
  CHECK(world.type({"post", "1", "--no-input"}) == 2);
  world.network.otherwise = [](const auto&) { return HttpResult(HttpAnswer{200, {}, {}}); };
  world.clock += 1h;
  world.person.take_screen();
  world.person.keys = {"n", "y"};
  CHECK(world.type({"post", "1"}) == 130);
  CHECK(has(world.person.take_screen(), "Oak leaves.\nPost it now? [y/n] "));
  CHECK(world.type({"post", "1"}) == 0);
}

TEST_CASE("whose answer is retracted waits again, and is answered without --again") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);
  REQUIRE(world.type({"reply", "i1", "Oak.", "--yes"}) == 0);
  REQUIRE(world.item(1).state == ItemState::answered);

  must(world.queue().retracted(must(world.queue().answers_to(ItemId{1})).front(), world.audit()));

  CHECK(world.item(1).waits());
  CHECK(must(world.queue().answers_to(ItemId{1})).empty());
  CHECK(world.type({"reply", "i1", "Ash.", "--yes"}) == 0);
  CHECK(world.item(1).state == ItemState::answered);
}

TEST_CASE("what became of an unconfirmed post is told by flush, also where nobody watches") {
  FlushReport report;
  FlushEvent sent;
  sent.name = "11@bsky";
  report.events.push_back(sent);
  CHECK(letter(report).empty());

  FlushEvent found;
  found.kind = FlushEvent::Kind::found;
  found.name = "12@bsky";
  found.message = "is out after all";
  found.url = "https://shore.example/1";
  report.events.push_back(found);

  CHECK(has(letter(report), "12@bsky  is out after all  https://shore.example/1\n"));
}

TEST_CASE("the same text by hand once more is noted before it is asked about") {
  TalkWorld world;
  REQUIRE(world.type({"post", "Acorns.", "--yes"}) == 0);
  const auto asked = [&world](const std::string& text) {
    world.person.take_screen();
    world.person.keys = {"n"};
    CHECK(world.type({"post", text}) == 130);
    return world.person.take_screen();
  };

  world.clock += 1min;
  CHECK(has(asked("Acorns."), "note: the same went out as 1@bsky, 1 min ago"));
  CHECK_FALSE(has(asked("Oak leaves."), "the same went out"));
  world.clock += 15min;
  CHECK_FALSE(has(asked("Acorns."), "the same went out"));
}

TEST_CASE("an empty or too long answer is advised under its own name, with its own flags") {
  TalkWorld world;
  world.hears("@tom", "is it oak?", kNoon - 5h);

  CHECK(world.type({"reply", "i1", ""}) == 2);
  auto screen = world.person.take_screen();
  CHECK(has(screen, "postq reply i1 \"what you want to say\""));
  CHECK_FALSE(has(screen, "postq add"));

  CHECK(world.type({"reply", "i1", "", "--draft"}) == 2);
  CHECK(has(world.person.take_screen(), "postq reply i1 --draft \"what you want to say\""));
}
