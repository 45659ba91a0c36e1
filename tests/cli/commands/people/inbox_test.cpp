// The commands that show what people say, as they are typed.
#include "cli/talk_world.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;

namespace {

// Escapes, a bidi override, a zero-width space, a title change and a bell.
const std::string kHostile =
    "\x1b[2J\x1b]0;owned\x07 pay \xe2\x80\xaegpj.exe\xe2\x80\x8b now\r\npostq: sent\n\x9b\x31m";

bool is_harmless(const std::string& text) {
  for (const char* const bad : {"\x1b", "\x07", "\xe2\x80\xae", "\xe2\x80\x8b", "\r", "\x9b"}) {
    if (has(text, bad)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("the inbox names who waits, for how long, and what to type") {
  TalkWorld world;
  const auto post = world.shore.throw_in("bsky", "a new sign", "", kNoon - 40h);
  world.hears("@mira.bsky.social", "Is the acorn hand-drawn or a font? Would love it on a mug.", kNoon - 26h,
              ItemKind::reply, post);
  world.hears("@tom@ruby.social", "do you take small jobs? Our bakery needs a sign.", kNoon - 5h);

  CHECK(world.type({"inbox"}) == 0);

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(has(screen, "2 people wait for an answer, the longest 26 h."));
  CHECK(has(screen, "i1   bsky   @mira.bsky.social  26 h   on your post of"));
  CHECK(has(screen, "     Is the acorn hand-drawn or a font? Would love it on a mug.\n"));
  CHECK(has(screen, "i2   bsky   @tom@ruby.social    5 h   mentions you\n"));
  CHECK(has(screen, "One of them:  postq show i1    postq reply i1    postq dismiss i1 --reason \"...\""));
}

TEST_CASE("an empty inbox says why it is empty") {
  TalkWorld world;
  CHECK(world.type({"inbox"}) == 0);
  CHECK(has(world.person.take_screen(), "Nobody waits for an answer."));
  world.shore.facts.items = false;
  CHECK(world.type({"inbox"}) == 0);
  CHECK(has(world.person.take_screen(), "None of your accounts is on a platform that tells what people say"));
}

TEST_CASE("an account that can't be heard is named before anybody believes the inbox") {
  TalkWorld world;
  const std::string unheard = "bsky: what people say can't be read since";
  world.hears("@mira", "is it oak?", kNoon - 26h);
  world.beach().items_trouble = Error{ErrorKind::sign_in, "the token may not read notifications", {}, {}};
  world.sync(world.account);
  world.clock += 1h;

  CHECK(world.type({"inbox"}) == 0);
  auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(has(screen, "1 person waits for an answer, 27 h.\n" + unheard));
  CHECK(has(screen, ":  postq sync bsky\n"));

  must(world.queue().dismiss({ItemId{1}}, "spam", world.audit()));
  CHECK(world.type({"inbox"}) == 0);
  CHECK(has(world.person.take_screen(), "Nobody waits for an answer.\n" + unheard));
  CHECK(world.type({"inbox", "--walk"}) == 0);
  CHECK(has(world.person.take_screen(), unheard));
  CHECK(world.type({"inbox", "--state", "dismissed"}) == 0);
  CHECK_FALSE(has(world.person.take_screen(), unheard));
  CHECK(world.type({"status"}) == 0);
  CHECK(has(world.person.take_screen(), unheard));
  CHECK(world.type({"status", "--check"}) == 3);
  CHECK(has(world.person.take_screen(), "bsky: what people say can't be read\n"));

  world.beach().items_trouble.reset();
  world.sync(world.account);
  CHECK(world.type({"inbox"}) == 0);
  CHECK(world.type({"status"}) == 0);
  CHECK_FALSE(has(world.person.take_screen(), unheard));
  CHECK(world.type({"status", "--check"}) != 3);
}

TEST_CASE("an account whose timeline wants a sign-in isn't heard either") {
  TalkWorld world;
  world.beach().trouble = Error{ErrorKind::sign_in, "who are you", {}, {}};
  world.sync(world.account);

  CHECK(world.type({"inbox"}) == 0);
  CHECK(has(world.person.take_screen(), "bsky: what people say can't be read since"));

  world.beach().trouble.reset();
  world.sync(world.account);
  CHECK(world.type({"inbox"}) == 0);
  CHECK_FALSE(has(world.person.take_screen(), "can't be read"));
}

TEST_CASE("what somebody said to few is marked as that, in the list, by itself and in the walk") {
  TalkWorld world;
  for (const char* const visibility : {"direct", "private", "public"}) {
    world.shore.say_to("bsky", "@mira", "is it oak?", kNoon - 5h);
    world.beach().said.back().said.visibility = visibility;
  }
  world.sync(world.account);

  CHECK(world.type({"inbox"}) == 0);
  auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(has(screen, " in private, mentions you\n"));
  CHECK(has(screen, " to followers only, mentions you\n"));
  CHECK(has(screen, "5 h   mentions you\n"));
  CHECK(world.type({"show", "i1"}) == 0);
  CHECK(has(world.person.take_screen(), "i1  @mira on bsky, 5 h, in private, mentions you\n"));
  world.person.keys = {"q"};
  CHECK(world.type({"inbox", "--walk"}) == 0);
  CHECK(has(world.person.take_screen(), "i1  @mira on bsky, 5 h, in private, mentions you\n"));
}

TEST_CASE("a limit that nobody can mean is refused") {
  TalkWorld world;
  for (const char* const limit : {"-1", "1000000001", "9223372036854775807"}) {
    for (const auto& command : {std::vector<std::string>{"inbox"}, {"search", "oak"}, {"list"}, {"log"}}) {
      auto words = command;
      words.insert(words.end(), {"--limit", limit});
      INFO(command.front() << " " << limit);
      CHECK(world.type(words) == 2);
      const auto screen = world.person.take_screen();
      CHECK(has(screen, "-n takes a number of rows, and 0 stands for all"));
      CHECK(has(screen, "postq " + command.front()));
      CHECK(has(screen, " -n 100"));
    }
  }
  CHECK(world.type({"inbox", "--limit", "1000000"}) == 0);
}

TEST_CASE("the inbox is narrowed by person, age, state and account") {
  TalkWorld world;
  world.hears("@mira", "one", kNoon - 26h);
  world.hears("@tom", "two", kNoon - 5h);
  world.hears("@lee", "three", kNoon - 1h);
  must(world.queue().dismiss({ItemId{3}}, "spam", world.audit()));
  const auto listed = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"inbox", "--json"});
    CHECK(world.type(words) == 0);
    std::string found;
    for (const char* const text : {"one", "two", "three"}) {
      if (has(world.person.output, "\"text\":\"" + std::string(text) + "\"")) found += std::string(text) + " ";
    }
    world.person.output.clear();
    return found;
  };

  CHECK(listed({}) == "one two ");
  CHECK(listed({"--person", "tom"}) == "two ");
  CHECK(listed({"--older", "24h"}) == "one ");
  CHECK(listed({"--from", "6h"}) == "two ");
  // Words of time look back here: the last one there was, and not the next.
  CHECK(listed({"--since", "sun"}) == "two ");
  CHECK(listed({"--older", "sun"}) == "one ");
  CHECK(listed({"--older", "sun 9am"}) == "one two ");
  CHECK(listed({"--from", "sat"}) == "one two ");
  CHECK(listed({"--from", "today"}) == "two ");
  CHECK(listed({"--older", "9am"}) == "one two ");
  CHECK(listed({"--until", "sun"}) == "one two ");
  CHECK(listed({"--until", "sat"}) == "one ");
  CHECK(listed({"--state", "dismissed"}) == "three ");
  CHECK(listed({"--limit", "1"}) == "one ");
  CHECK(listed({"--account", "bsky"}) == "one two ");
  CHECK(world.type({"inbox", "--account", "bksy"}) == 4);
  CHECK(has(world.person.take_screen(), "did you mean bsky?"));
  CHECK(world.type({"inbox", "--older", "xyzzy"}) == 2);
  CHECK(listed({"--limit", "0"}) == "one two ");
  CHECK(world.type({"inbox", "--state", "gone"}) == 2);
}

TEST_CASE("more than a screen of people is cut, and the way to the rest is said") {
  TalkWorld world;
  for (int i = 0; i < 60; ++i)
    world.shore.say_to("bsky", "@p" + std::to_string(i), std::to_string(i), kNoon - 5h + Seconds{i});
  world.sync(world.account);

  CHECK(world.type({"inbox"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "60 people wait"));
  CHECK(has(screen, "Shown: the first 50 of 60.  All of them:  postq inbox -n 0"));
  CHECK(has(screen, "i50"));
  CHECK_FALSE(has(screen, "i51"));
}

namespace {

// 60 of everything that a list can show.
struct SixtyOfAll : TalkWorld {
  SixtyOfAll() {
    for (int i = 0; i < 60; ++i) {
      shore.say_to("bsky", "@p" + std::to_string(i), "oak " + std::to_string(i), kNoon - 5h + Seconds{i});
      must(queue().add_post(new_post({.accounts = {account}, .key = "key " + std::to_string(i), .label = "spring"}),
                            audit()));
    }
    sync(account);
  }
  std::size_t lines(std::vector<std::string> words) {
    person.take_screen();
    CHECK(type(std::move(words)) == 0);
    const auto text = std::exchange(person.output, {});
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }
};

}  // namespace

TEST_CASE("a terminal says exactly what a list leaves out, and the command that it says shows all") {
  SixtyOfAll world;
  const auto events = must(world.queue().count_events(std::nullopt));
  struct Case {
    std::vector<std::string> words;
    std::string says;
  };
  for (const auto& [words, says] : {
           Case{{"list"}, "Shown: the next 50 of 60.  All of them:  postq list -n 0"},
           Case{{"list", "--label", "spring"},
                "Shown: the next 50 of 60.  All of them:  postq list --label spring -n 0"},
           Case{{"list", "--all", "-n", "10"}, "Shown: the newest 10 of 60.  All of them:  postq list --all -n 0"},
           Case{{"list", "-n10", "bsky"}, "Shown: the next 10 of 60.  All of them:  postq list bsky -n 0"},
           Case{{"inbox", "--limit=20"}, "Shown: the first 20 of 60.  All of them:  postq inbox -n 0"},
           Case{{"search", "oak"}, "Shown: the newest 20 of 60.  All of them:  postq search oak -n 0"},
           Case{{"log"}, "Shown: the newest 30 of " + std::to_string(events) + ".  All of them:  postq log -n 0"},
       }) {
    INFO(words.front());
    world.person.take_screen();
    CHECK(world.type(words) == 0);
    const auto screen = world.person.take_screen();
    CHECK(has(screen, says));

    std::vector<std::string> all{words.front(), "-n", "0"};
    if (words.front() == "search") all.emplace_back("oak");
    CHECK(world.type(all) == 0);
    CHECK_FALSE(has(world.person.take_screen(), "Shown:"));
  }
}

TEST_CASE("a pipe, --json and -q get all of a list") {
  SixtyOfAll world;
  const auto events = static_cast<std::size_t>(must(world.queue().count_events(std::nullopt)));
  CHECK(events > 60);
  for (const auto* const flag : {"", "--json", "-q"}) {
    INFO(flag);
    world.person.person = std::string(flag).empty() ? false : true;
    const auto with = [flag](std::vector<std::string> words) {
      if (*flag != 0) words.emplace_back(flag);
      return words;
    };
    CHECK(world.lines(with({"list"})) == 60);
    CHECK(world.lines(with({"list", "-n", "7"})) == 7);
    CHECK(world.lines(with({"inbox"})) >= 60);
    CHECK(world.lines(with({"search", "oak"})) >= 60);
    CHECK(world.lines(with({"log"})) == events);
    CHECK(world.lines(with({"log", "-n", "7"})) == 7);
  }
}

TEST_CASE("into a pipe the inbox is one line an item with tabs, and for a screen reader a sentence") {
  TalkWorld world;
  world.hears("@mira", "two\nlines", kNoon - 26h);
  world.person.person = false;
  CHECK(world.type({"inbox"}) == 0);
  CHECK(world.person.output == "i1\tbsky\t@mira\t26 h\tmentions you\ttwo\\nlines\n");

  world.person.output.clear();
  world.person.is_plain = true;
  CHECK(world.type({"inbox"}) == 0);
  CHECK(world.person.output == "i1: @mira on bsky, 26 h, mentions you: two\\nlines\n");
}

TEST_CASE("show tells the conversation, oldest first, with own posts and the item marked") {
  TalkWorld world;
  const auto post = world.shore.throw_in("bsky", "a new sign", "", kNoon - 40h);
  const auto first = world.hears("@mira", "is it oak?", kNoon - 26h, ItemKind::reply, post);
  world.hears("@tom", "I wonder, too", kNoon - 5h, ItemKind::reply, first);

  CHECK(world.type({"show", "i2"}) == 0);

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(screen.find("a new sign") < screen.find("is it oak?"));
  CHECK(screen.find("is it oak?") < screen.find("I wonder, too"));
  CHECK(has(screen, "     you  "));
  CHECK(has(screen, "i2   @tom  "));
  CHECK(has(screen, "https://shore.example/"));
  CHECK(has(screen, "postq reply i2"));

  CHECK(world.type({"show", "i2", "--json"}) == 0);
  CHECK(has(world.person.output, "\"schema\":\"postq.show.item/1\",\"id\":\"i2\""));
  CHECK(has(world.person.output, "{\"own\":true,\"this\":false"));
  CHECK(world.type({"show", "i9"}) == 4);
  CHECK(world.type({"show", "i1", "12"}) == 2);
}

TEST_CASE("a conversation that is longer than a screen says what it leaves out") {
  TalkWorld world;
  for (int i = 0; i < 45; ++i) {
    world.shore.say_to("bsky", "@p" + std::to_string(i), "word " + std::to_string(i) + ".", kNoon - 5h + Seconds{i});
    world.beach().said.back().said.conversation = "one";
  }
  world.sync(world.account);

  CHECK(world.type({"show", "i1"}) == 0);
  const auto screen = world.person.take_screen();
  CHECK(has(screen, "Shown: 40 of the 45 posts of this conversation.  All of them:  postq show i1 | less"));

  world.person.person = false;
  CHECK(world.type({"show", "i1"}) == 0);
  const auto all = world.person.take_screen();
  CHECK(has(all, "word 44."));
  CHECK_FALSE(has(all, "Shown:"));
}

TEST_CASE("hostile text from a stranger reaches no terminal as it is") {
  TalkWorld world;
  world.hears("@\x1b[31mred\xe2\x80\xae", kHostile, kNoon - 26h);
  world.beach().said.front().said.warning = kHostile;
  world.sync(world.account);
  world.person.keys = {"q"};

  for (const bool plain : {false, true}) {
    world.person.is_plain = plain;
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"inbox"}, {"show", "i1"}, {"status"}, {"search", "pay"}, {"inbox", "--json"}, {"show", "i1", "--json"}}) {
      CHECK(world.type(words) == 0);
      CHECK(is_harmless(world.person.take_screen()));
    }
    world.person.keys = {plain ? "quit" : "q"};
    CHECK(world.type({"inbox", "--walk"}) == 0);
    CHECK(is_harmless(world.person.take_screen()));
  }
}

TEST_CASE("a megabyte of text is shown by its beginning") {
  TalkWorld world;
  world.hears("@tom", std::string(1 << 20, 'x'), kNoon - 26h);

  CHECK(world.type({"inbox"}) == 0);
  CHECK(world.person.take_screen().size() < 2000);
  CHECK(world.type({"show", "i1"}) == 0);
  CHECK(world.person.take_screen().size() < 40'000);
  CHECK(world.type({"search", "x*"}) == 0);
  CHECK(world.person.take_screen().size() < 2000);
}

TEST_CASE("dismissing takes a person and a reason, and can be undone") {
  TalkWorld world;
  for (int i = 0; i < 3; ++i) world.hears("@tom", std::to_string(i), kNoon - 5h + Seconds{i});

  CHECK(world.type({"dismiss", "i1", "--no-input"}) == 2);
  CHECK(world.type({"dismiss", "i1"}) == 130);  // the question is left
  CHECK(world.item(1).waits());
  CHECK(world.type({"dismiss", "i1-i2", "--reason", "answered on the phone"}) == 0);
  CHECK(world.item(1).state == ItemState::dismissed);
  CHECK(world.item(2).reason == "answered on the phone");
  CHECK(world.item(3).waits());
  CHECK(world.type({"dismiss", "i2", "--undo"}) == 0);
  CHECK(world.item(2).waits());
  CHECK(world.type({"dismiss", "i9", "--reason", "x"}) == 4);
  world.who.agent = true;
  CHECK(world.type({"dismiss", "i3", "--reason", "x"}) == 5);
  CHECK(world.item(3).waits());
}

TEST_CASE("the way back from a dismissal names only what it changed") {
  TalkWorld world;
  for (int i = 0; i < 5; ++i) world.hears("@tom", std::to_string(i), kNoon - 5h + Seconds{i});
  must(world.queue().dismiss({ItemId{3}}, "answered on the phone", world.audit()));

  CHECK(world.type({"dismiss", "i1-i5", "--reason", "spam"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "i3 is dismissed already\n"));
  CHECK(has(screen, "If that was wrong:  postq dismiss i1-i2 i4-i5 --undo\n"));
}

TEST_CASE("what nobody waits for is open again, and doesn't wait, when its dismissal is undone") {
  TalkWorld world;
  REQUIRE(world.type({"listen", "add", "oak"}) == 0);
  world.beach().finds["oak"] = {Shore::said_by("@tom", "an oak", kNoon - 1h, "found")};
  REQUIRE(world.type({"sync"}) == 0);
  REQUIRE(world.type({"dismiss", "i1", "--reason", "spam"}) == 0);

  CHECK(world.type({"dismiss", "i1", "--undo"}) == 0);

  const auto screen = world.person.take_screen();
  CHECK(has(screen, "i1, @tom, is open again.\n"));
  CHECK_FALSE(has(screen, "waits again"));
}

TEST_CASE("saved searches are added where a platform searches, listed and removed") {
  TalkWorld world;
  world.unreadable_account("hook");

  CHECK(world.type({"listen", "add", "ink and oak"}) == 0);
  CHECK(world.person.output == "l1\n");
  CHECK(world.type({"listen", "add", "ink and oak"}) == 0);  // once is enough
  CHECK(must(world.queue().listens()).size() == 1);
  CHECK(world.type({"listen", "add", "oak", "--account", "hook"}) == 2);
  CHECK(has(world.person.take_screen(), "hook can't search"));
  CHECK(world.type({"listen", "add", "  "}) == 2);
  CHECK(world.type({"listen", "list"}) == 0);
  CHECK(has(world.person.take_screen(), "l1   bsky  ink and oak  0 found    not looked yet:  postq sync"));
  CHECK(world.type({"listen", "rm", "l7"}) == 4);
  CHECK(world.type({"listen", "rm", "l1"}) == 0);
  CHECK(must(world.queue().listens()).empty());
  CHECK(world.type({"listen"}) == 0);
  CHECK(has(world.person.take_screen(), "No saved search yet"));
}

TEST_CASE("search finds what others said and what was sent, newest first") {
  TalkWorld world;
  world.shore.throw_in("bsky", "I drew an oak leaf", "", kNoon - 1h);
  world.hears("@mira", "an oak in the garden, and one in the yard", kNoon - 26h);

  CHECK(world.type({"search", "oak"}) == 0);
  auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK(screen.find("I drew an oak leaf") < screen.find("an oak in the garden"));
  CHECK(has(screen, "i1 "));
  CHECK(has(screen, "postq show i1"));
  world.person.output.clear();
  CHECK(world.type({"search", "oak", "--others", "--json"}) == 0);
  CHECK_FALSE(has(world.person.output, "leaf"));
  CHECK(world.type({"search", "birch"}) == 0);
  CHECK(has(world.person.take_screen(), "Nothing that postq read or sent says that."));
  CHECK(world.type({"search", "oak", "--own", "--others"}) == 2);
  CHECK(world.type({"search", " "}) == 2);
}

TEST_CASE("a check of the status counts who waits too long as somebody's work") {
  TalkWorld world;
  world.hears("@mira", "is it oak?", kNoon - 20h);
  world.type({"status", "--check"});
  CHECK_FALSE(has(world.person.take_screen(), "wait"));

  world.clock += 5h;
  CHECK(world.type({"status", "--check"}) == 5);
  CHECK(has(world.person.take_screen(), "1 person waits on bsky longer than 24 h for an answer"));
}

TEST_CASE("status begins with the people who wait") {
  TalkWorld world;
  CHECK(world.type({"status"}) == 0);
  CHECK_FALSE(has(world.person.take_screen(), "wait"));
  world.hears("@mira", "is it oak?", kNoon - 26h);

  CHECK(world.type({"status"}) == 0);
  auto screen = world.person.take_screen();
  CHECK(has(screen, "1 person waits for an answer, 26 h:  @mira on bsky     postq reply i1\n"));
  CHECK(screen.find("1 person waits") < screen.find("By hand, 14 days"));

  world.hears("@tom", "small jobs?", kNoon - 24h * 6);
  CHECK(world.type({"status"}) == 0);
  CHECK(has(world.person.take_screen(), "2 people wait for an answer, the longest 6 days     postq inbox --walk\n"));
  CHECK(world.type({"status", "--json"}) == 0);
  CHECK(has(world.person.output, "\"waiting\":2,"));
}

TEST_CASE("sync says who said something new, and what can't be read under its own words") {
  TalkWorld world;
  world.shore.say_to("bsky", "@mira", "is it oak?", kNoon - 26h);
  CHECK(world.type({"sync"}) == 0);
  CHECK(has(world.person.take_screen(), "; 1 said something new\n"));

  world.beach().items_trouble = Error{ErrorKind::sign_in, "the token may not read notifications", {}, {}};
  CHECK(world.type({"sync"}) == 3);
  CHECK(has(world.person.take_screen(),
            "bsky: what people say can't be read: the token may not read notifications\n"
            "  postq account login bsky\n"));
  CHECK(world.type({"sync", "--json"}) == 3);
  CHECK(has(world.person.output, "\"read\":true"));
  CHECK(has(world.person.output, "\"items_read\":false,\"items_kind\":\"sign-in\""));
}

TEST_CASE("sync says how many wait again because one's own answer is gone, and how to answer them") {
  TalkWorld world;
  const auto first = world.hears("@mira", "is it oak?", kNoon - 26h);
  const auto second = world.hears("@tom", "is it ash?", kNoon - 25h);
  world.answer_elsewhere(first);
  world.answer_elsewhere(second);
  world.clock += 10min;
  CHECK(world.type({"sync"}) == 0);
  REQUIRE(world.item(1).state == ItemState::answered);
  REQUIRE(world.item(2).state == ItemState::answered);
  CHECK_FALSE(has(world.person.take_screen(), "again"));
  world.clock += 25h;  // deletions are found by the daily walk

  SECTION("one of them") {
    world.beach().posts.erase(world.beach().posts.begin());
    CHECK(world.type({"sync"}) == 0);
    CHECK(has(world.person.take_screen(),
              "; 1 deleted\n1 post waits for an answer again: yours is gone\n  postq inbox --walk\n"));
    CHECK(world.item(1).state == ItemState::answered);
  }
  SECTION("both") {
    world.beach().posts.clear();
    CHECK(world.type({"sync"}) == 0);
    CHECK(has(world.person.take_screen(),
              "; 2 deleted\n2 posts wait for an answer again: yours is gone\n  postq inbox --walk\n"));
    CHECK(world.item(1).waits());
  }
  SECTION("in JSON") {
    world.beach().posts.clear();
    CHECK(world.type({"sync", "--json"}) == 0);
    CHECK(has(world.person.take_screen(), "\"deleted\":2,\"waiting_again\":2,"));
  }
  CHECK(world.item(2).waits());

  // It is told by the reading that finds it, and not by the next one.
  CHECK(world.type({"sync"}) == 0);
  CHECK_FALSE(has(world.person.take_screen(), "again"));
}

TEST_CASE("sync names whom it reads before it has an answer, to a person at a screen only") {
  TalkWorld world;
  world.on_shore("masto");
  world.unreadable_account("hook");

  CHECK(world.type({"sync"}) == 0);
  CHECK(world.person.take_screen().starts_with("Reading bsky, masto ...\n"));
  CHECK(world.type({"sync", "masto"}) == 0);
  CHECK(world.person.take_screen().starts_with("Reading masto ...\n"));
  CHECK(world.type({"sync", "--json"}) == 0);
  CHECK_FALSE(has(world.person.take_screen(), "Reading"));
  CHECK(world.type({"sync", "--quiet"}) == 0);
  CHECK_FALSE(has(world.person.take_screen(), "Reading"));
  world.person.is_plain = true;
  CHECK(world.type({"sync"}) == 0);
  CHECK_FALSE(has(world.person.take_screen(), "Reading"));
  world.person.is_plain = false;
  world.person.person = false;
  CHECK(world.type({"sync"}) == 0);
  CHECK_FALSE(has(world.person.take_screen(), "Reading"));
}
