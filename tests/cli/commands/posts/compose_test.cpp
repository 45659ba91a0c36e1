// The commands that take a text, as they are typed, on accounts with limits.
#include "app/review_world.h"
#include "cli/commands.h"

using namespace postq;
using namespace postq::test;

namespace {

int type(ReviewWorld& world, std::vector<std::string> words) {
  words.insert(words.begin(), "postq");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  Context context{world};
  return run_command_line(static_cast<int>(argv.size()), argv.data(), context);
}

// One in which --file and @FILE read what is there.
struct FileWorld : ReviewWorld {
  Result<std::string> read_file(const std::string& path) override {
    if (std::filesystem::exists(path)) return file_text(path);
    return fail(ErrorKind::not_found, "can't read " + path);
  }
};

}  // namespace

TEST_CASE("a text too long for one of three accounts is queued on none, kept, and the way on is said") {
  ReviewWorld world;
  world.known_platforms.paper.takes.text = 500;
  world.known_platforms.paper.text_on["tiny"] = 60;
  for (const auto* const name : {"site", "tiny", "work"}) world.add_account(name);
  const std::string text = "Ink & Oak has a new face, and it was drawn by hand on a rainy Sunday afternoon in Leipzig";

  CHECK(type(world, {"add", text, "--to", "site,tiny,work"}) == 2);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, "too long for 1 of 3 accounts; nothing was queued"));
  CHECK(has(said, "too long: 89 of 60"));
  CHECK(has(said, "and it was drawn by hand on a rain|"));  // where it would have to end
  CHECK(has(said, "postq add --recover --edit"));
  CHECK(has(said, "postq add --recover --variant tiny=@short.txt"));
  CHECK(has(said, "postq add --recover --to site,work"));
  CHECK(world.queue().list({}).value().empty());
  auto& rescue = *world.rescue().value();
  const auto path = rescue.newest().value();
  CHECK(has(said, "your text is safe:  " + path));
  CHECK(rescue.load(path).value() == text);

  CHECK(type(world, {"add", "--recover", "--to", "site,work"}) == 0);

  CHECK(world.queue().list({}).value().size() == 2);
  CHECK_FALSE(rescue.newest());
}

TEST_CASE("a shorter text for the one account lets it go to all three") {
  ReviewWorld world;
  world.known_platforms.paper.text_on["tiny"] = 20;
  for (const auto* const name : {"site", "tiny", "work"}) world.add_account(name);

  CHECK(type(world, {"add", "Ink & Oak has a new face today", "--to", "all", "--variant", "tiny=A new face"}) == 0);

  CHECK(world.queue().list({}).value().size() == 3);
}

TEST_CASE("a text for one account may begin with a mention, and behind an @ stands a file where there is one") {
  FileWorld world;
  for (const auto* const name : {"site", "work"}) world.add_account(name);
  const auto path = world.folder() + "/short.txt";
  write_file(path, "from the file\n");
  const auto text_on_work = [&](PostId post) {
    return content_from_document(world.delivery(post, "work").document).value().parts.front().text;
  };

  CHECK(type(world, {"add", "Thanks", "--to", "all", "--variant", "work=@bob@example.social thanks"}) == 0);
  CHECK(text_on_work(PostId{1}) == "@bob@example.social thanks");
  CHECK(type(world, {"add", "Thanks", "--to", "all", "--variant", "work=@" + path}) == 0);
  CHECK(text_on_work(PostId{2}) == "from the file");
  world.person.take_screen();
  CHECK(type(world, {"add", "Thanks", "--to", "all", "--variant", "work=@bob"}) == 4);
  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, "bob"));
  CHECK(has(said, "put a second one before it:  --variant work=@@bob"));
  CHECK(type(world, {"add", "--recover", "--to", "all", "--variant", "work=@@bob"}) == 0);
  CHECK(text_on_work(PostId{3}) == "@bob");
  CHECK(type(world, {"edit", "3", "--variant", "work=@ann hello"}) == 0);
  CHECK(text_on_work(PostId{3}) == "@ann hello");
  CHECK(type(world, {"edit", "3", "--variant", "work=@/nowhere/a b.txt"}) == 4);
}

TEST_CASE("a text in another encoding is refused with the command that converts it where it lies") {
  FileWorld world;
  world.add_account("site");
  const auto path = world.folder() + "/no pad.txt";
  write_file(path, std::string("\xFF\xFEH\0i\0", 6));

  CHECK(type(world, {"add", "--file", path, "--lang", "de"}) == 2);

  auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, "text is UTF-16, not UTF-8"));
  CHECK(has(said, "convert it:  iconv -f UTF-16 -t UTF-8 '" + path + "' | postq add - --lang de"));
  CHECK_FALSE(has(said, "--recover"));
  CHECK_FALSE(world.rescue().value()->newest());

  CHECK(type(world, {"add", "caf\xe9"}) == 2);
  said = world.person.take_screen();
  const auto kept = world.rescue().value()->newest().value();
  CHECK(has(said, "text is not valid UTF-8 at line 1, byte 4"));
  CHECK(has(said, "iconv -f WINDOWS-1252 -t UTF-8 " + kept + " | postq add -"));
  CHECK_FALSE(has(said, "--recover"));
}

TEST_CASE("a picture goes to the part of a thread that is named behind it") {
  ReviewWorld world;
  world.add_account("site");
  const auto gif = [&](const std::string& name, char colour) {
    const auto path = world.folder() + "/" + name;
    write_file(path, std::string("GIF89a\1\0\1\0\x80\0\0", 13) + std::string(6, colour) +
                         std::string(",\0\0\0\0\1\0\1\0\0\2\2D\1\0;", 16));
    return path;
  };
  const auto oak = gif("oak.gif", 'a');
  const auto elm = gif("elm.gif", 'b');
  const auto pictures = [&](PostId post) {
    std::string names;
    const auto content = content_from_document(world.delivery(post, "site").document).value();
    for (const auto& part : content.parts) {
      names += "|";
      for (const auto& media : part.media) names += " " + media.name + ":" + media.alt;
    }
    return names;
  };

  CHECK(type(world, {"add", "one\n---\ntwo\n---\nthree", "--thread", "--media", oak, "--alt", "an oak", "--part", "3",
                     "--media", elm, "--alt", "an elm"}) == 0);
  CHECK(pictures(PostId{1}) == "| elm.gif:an elm|| oak.gif:an oak");

  CHECK(type(world, {"edit", "1", "--part", "2"}) == 0);
  CHECK(pictures(PostId{1}) == "|| elm.gif:an elm| oak.gif:an oak");
  CHECK(type(world, {"edit", "1", "--media", elm, "--alt", "elm", "--part", "3", "--media", oak, "--alt", "oak"}) == 0);
  CHECK(pictures(PostId{1}) == "| oak.gif:oak|| elm.gif:elm");
  world.person.take_screen();
  CHECK(type(world, {"edit", "1", "--part", "4"}) == 2);
  CHECK(has(world.person.take_screen(), "oak.gif can't go to part 4: there are 3"));
  CHECK(type(world, {"edit", "1", "--part", "1", "--part", "1", "--part", "1"}) == 2);
  CHECK(has(world.person.take_screen(), "more --part than pictures: there are 2"));

  CHECK(type(world, {"add", "one", "--part", "2", "--media", oak, "--no-alt"}) == 2);
  CHECK(has(world.person.take_screen(), "--part 2 stands before every --media"));
  CHECK(type(world, {"add", "one\n---\ntwo", "--media", oak, "--no-alt", "--part", "2"}) == 2);
  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, "the text has one part"));
  CHECK(has(said, "--thread splits the text at lines of ---"));
  const auto kept = world.rescue().value()->newest().value();  // another text lies there
  CHECK(has(said, "postq add --recover " + kept + " --media " + oak + " --part 2 --no-alt"));
  CHECK(type(world, {"add", "one", "--media", oak, "--part", "0"}) == 2);
}

TEST_CASE("a description that is too long is asked for again, with its picture") {
  ReviewWorld world;
  world.known_platforms.paper.takes.alt = 20;
  world.add_account("site");
  const auto path = world.folder() + "/a.gif";
  write_file(path, std::string("GIF89a\1\0\1\0\x80\0\0", 13) + std::string(6, 'a') +
                       std::string(",\0\0\0\0\1\0\1\0\0\2\2D\1\0;", 16));

  CHECK(type(world, {"add", "Look", "--media", path, "--alt", "longer than twenty letters", "--lang", "de"}) == 2);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, "the alt text of a.gif is too long: 26 of 20"));
  CHECK(has(said, "postq add --recover --media " + path + " --alt TEXT --lang de    a shorter description"));
  CHECK(type(world, {"add", "--recover", "--media", path, "--alt", "TEXT", "--lang", "de"}) == 0);
}

TEST_CASE("who may reply and quote is shown before anybody approves it, and an edit changes it") {
  ReviewWorld world;
  world.known_platforms.paper.facts.limits_replies = true;
  world.add_account("site");

  CHECK(type(world, {"add", "Hello", "--replies", "followers,mentioned", "--quotes", "nobody"}) == 0);

  CHECK(has(world.person.take_screen(), "anybody may quote it: Paper has no limit on that"));
  CHECK(type(world, {"show", "1"}) == 0);
  auto shown = std::exchange(world.person.output, {});
  CHECK(has(shown, "only people it mentions and your followers may reply"));
  CHECK_FALSE(has(shown, "quote"));  // it has no limit on that, so nothing is promised
  CHECK(type(world, {"edit", "1", "--replies", "nobody", "--quotes", "everybody"}) == 0);
  CHECK(type(world, {"show", "1"}) == 0);
  shown = std::exchange(world.person.output, {});
  CHECK(has(shown, "nobody may reply"));
  CHECK_FALSE(has(shown, "quote"));

  CHECK(type(world, {"add", "Hello", "--replies", "friends"}) == 2);
  CHECK(type(world, {"add", "Hello", "--quotes", "followers"}) == 2);
  CHECK(type(world, {"edit", "1", "--replies", "friends"}) == 2);
}

TEST_CASE("what was typed beside the text is in the commands that go on with it, safe for a shell") {
  ReviewWorld world;
  world.known_platforms.paper.text_on["tiny"] = 10;
  world.add_account("tiny");
  world.add_account("site");

  CHECK(type(world, {"add", "Ink & Oak has a new face", "--to", "tiny,site", "--at", "fri 9am", "--cw", "it's $HOME",
                     "--replies", "nobody", "--together"}) == 2);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(
      said,
      "postq add --recover --split --to tiny,site --at 'fri 9am' --cw 'it'\\''s $HOME' --replies nobody --together"));
  CHECK(has(said, "3 parts on tiny"));
}

TEST_CASE("a long warning or alt text is read from a file by the commands that are offered") {
  ReviewWorld world;
  world.known_platforms.paper.text_on["site"] = 10;
  world.add_account("site");
  const std::string warning(5000, 'w');

  CHECK(type(world, {"add", "Ink & Oak has a new face", "--cw", warning}) == 2);

  const auto said = world.person.take_screen();
  CHECK(said.find(warning) == std::string::npos);
  const auto begin = said.find("--cw \"$(cat ");
  REQUIRE(begin != std::string::npos);
  const auto path = said.substr(begin + 12, said.find(")\"", begin) - begin - 12);
  CAPTURE(path);
  auto& rescue = *world.rescue().value();
  CHECK(rescue.load(path).value() == warning);
  CHECK(rescue.load(rescue.newest().value()).value() == "Ink & Oak has a new face");
  CHECK(has(said, "postq add --recover --split --cw"));
}

TEST_CASE("a long value is no part of the command that is offered for a wrong flag") {
  ReviewWorld world;
  world.add_account("site");
  const std::string warning(5000, 'w');

  CHECK(type(world, {"add", "Ink & Oak has a new face", "--cw", warning, "--labl", "news"}) == 2);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(said.find(warning) == std::string::npos);
  CHECK(has(said, "postq add --cw \"$(cat "));
  CHECK(has(said, ")\" --label news --recover"));
}

TEST_CASE("a text for a post that nobody is there to send is kept") {
  ReviewWorld world;
  world.add_account("site");
  world.who.agent = true;

  CHECK(type(world, {"post", "precious words", "--lang", "de"}) == 5);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  auto& rescue = *world.rescue().value();
  const auto path = rescue.newest().value();
  CHECK(rescue.load(path).value() == "precious words");
  CHECK(has(said, "post needs a person, and POSTQ_AGENT says that"));
  CHECK(has(said, "your text is safe:  " + path));
  CHECK(has(said, "queue it for review:  postq add --lang de --recover"));
  CHECK(has(said, "postq post --lang de --recover"));
  CHECK(world.queue().list({}).value().empty());

  CHECK(type(world, {"post", "12"}) == 5);  // an id is no text
  CHECK(type(world, {"post"}) == 5);
  CHECK(rescue.newest().value() == path);
}

TEST_CASE("a text comes from one place, and what was typed is kept") {
  ReviewWorld world;
  world.add_account("site");
  auto& rescue = *world.rescue().value();
  const auto older = rescue.save("rescued before", "20260101-000000").value();

  for (const std::string command : {"add", "post"}) {
    CHECK(type(world, {command, "typed text", "--recover", "--lang", "de"}) == 2);
    auto said = world.person.take_screen();
    CAPTURE(said);
    const auto path = rescue.newest().value();
    CHECK(has(said, "text comes from one place: TEXT and --recover were given"));
    CHECK(has(said, "your text is safe:  " + path));
    CHECK(rescue.load(path).value() == "typed text");
    CHECK(has(said, "postq " + command + " --recover " + path + " --lang de"));
    CHECK(has(said, "postq " + command + " --recover " + older + " --lang de"));
    rescue.drop(path);

    CHECK(type(world, {command, "typed text", "--file", "launch.md"}) == 2);
    said = world.person.take_screen();
    CHECK(has(said, "TEXT and --file were given"));
    CHECK(has(said, "postq " + command + " --file launch.md    that of --file"));
    CHECK(rescue.load(rescue.newest().value()).value() == "typed text");
    rescue.drop(rescue.newest().value());

    CHECK(type(world, {command, "--file", "launch.md", "--recover"}) == 2);
    CHECK(rescue.newest().value() == older);
  }
  CHECK(world.queue().list({}).value().empty());
}

TEST_CASE("a time and the next free slot are two answers to one question") {
  ReviewWorld world;
  world.add_account("site");

  CHECK(type(world, {"add", "Hello", "--at", "fri 9am", "--next"}) == 2);

  const auto said = world.person.take_screen();
  CHECK(has(said, "--at and --next together"));
  CHECK(has(said, "with that put right:  postq add --recover --at 'fri 9am'\n"));
  CHECK(world.queue().list({}).value().empty());
  CHECK(type(world, {"add", "--recover", "--at", "fri 9am"}) == 0);
}

TEST_CASE("the command that goes on with a rescued text keeps what was typed beside it") {
  ReviewWorld world;
  world.add_account("site");
  world.add_account("work");

  CHECK(type(world, {"add", "Hello", "--to", "site,nobody", "--at", "fri 9am", "--media", "my oak.png", "--alt",
                     "it's oak", "--no-split", "--label", "spring", "--key", "k1"}) == 4);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said,
            "with that put right:  postq add --recover --to site,nobody --at 'fri 9am' --media 'my oak.png' --alt "
            "'it'\\''s oak' --label spring --key k1 --no-split\n"));

  world.known_platforms.paper.mention_target = "did:mira";  // what is looked up is found
  world.person.keys = {"n"};
  CHECK(type(world, {"post", "Hello", "--to", "site", "--cw", "two words"}) == 130);
  CHECK(has(world.person.take_screen(), "then go on:  postq post --recover " +
                                            world.rescue().value()->newest().value() +
                                            " --to site --cw 'two words'\n"));
}

TEST_CASE("what is typed below the line of the editor's page is kept and named, and no part of the text") {
  ReviewWorld world;
  world.add_account("site");
  std::string middle;
  std::string appended;
  world.person.editor = [&](const std::string& path) -> Status {
    write_file(path, middle + file_text(path) + appended);
    return {};
  };
  const auto kept = [&] { return world.rescue().value()->load(world.rescue().value()->newest().value()).value(); };

  SECTION("alone, it becomes the text where the person says so") {
    appended = "written at the end\n\n- a list\n";
    world.person.keys = {"y"};
    CHECK(type(world, {"add"}) == 0);
    CHECK(has(world.person.take_screen(), "Is that the text? [y/n] "));
    CHECK(world.text_of(PostId{1}) == "written at the end\n- a list");
  }
  SECTION("alone, and not meant") {
    appended = "only a note\n";
    world.person.keys = {"n"};
    CHECK(type(world, {"add"}) == 130);
    CHECK(world.queue().list({}).value().empty());
    CHECK(kept() == "only a note");
  }
  SECTION("below a text") {
    middle = "the beginning";
    appended = "and a note";
    CHECK(type(world, {"add"}) == 0);
    CHECK(has(world.person.take_screen(), "what you typed below the line is left out, and kept:"));
    CHECK(world.text_of(PostId{1}) == "the beginning");
    CHECK(kept() == "and a note");
  }
  SECTION("the advice alone is no text") {
    CHECK(type(world, {"add"}) == 130);
    CHECK(world.queue().list({}).value().empty());
  }
}

TEST_CASE("an editor that comes back at once is waited for, and what is saved later is found") {
  ReviewWorld world;
  world.add_account("site");
  world.person.editor_end = {"code", true, "export EDITOR='code --wait'"};
  std::string path;
  world.person.editor = [&](const std::string& file) -> Status {
    path = file;
    return {};
  };

  SECTION("the person says when it is written") {
    world.person.keys = {"\n", "\n"};
    int asked = 0;
    world.person.while_waiting = [&] {
      if (++asked == 2) write_file(path, "Typed in the window" + file_text(path));
    };
    CHECK(type(world, {"add"}) == 0);
    CHECK(world.text_of(PostId{1}) == "Typed in the window");
  }
  SECTION("left, and saved later") {
    world.person.keys = {"q"};
    CHECK(type(world, {"add"}) == 130);
    const auto screen = world.person.take_screen();
    CHECK(has(screen, "'code' came back at once, and nothing is written yet"));
    CHECK(has(screen, "export EDITOR='code --wait'    makes it wait"));
    CHECK(has(screen, "postq add --recover " + path));
    CHECK_FALSE(world.rescue().value()->newest());  // a page with nothing on it hides no text
    write_file(path, "Typed later" + file_text(path));
    CHECK(type(world, {"add", "--recover"}) == 0);
    CHECK(world.text_of(PostId{1}) == "Typed later");
  }
}

TEST_CASE("a rescued page gives its text, and keeps what was typed below its line") {
  ReviewWorld world;
  world.add_account("site");
  REQUIRE(world.rescue().value()->save(
      "Open at 7\n\n# -- >8 ----\n# Write the post above.\n# > is it oak?\n#oak is a tag\n", "20261122-100000"));

  CHECK(type(world, {"add", "--recover"}) == 0);

  CHECK(world.text_of(PostId{1}) == "Open at 7");
  auto* const rescue = world.rescue().value();
  CHECK(rescue->load(rescue->newest().value()).value() == "#oak is a tag");
}

TEST_CASE("what can't be asked is not posted") {
  ReviewWorld world;
  world.add_account("site");

  CHECK(type(world, {"post", "Hello", "--no-input"}) == 2);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, "--json or --no-input rules that out"));
  CHECK(has(said, "postq post --recover --yes"));
  CHECK(world.person.prompts.empty());
  CHECK(world.rescue().value()->load(world.rescue().value()->newest().value()).value() == "Hello");
}

TEST_CASE("what was typed in another place than it belongs gets a command that works") {
  ReviewWorld world;
  world.add_account("site");
  const auto said_to = [&](std::vector<std::string> words) {
    CHECK(type(world, std::move(words)) == 2);
    CHECK(world.queue().list({}).value().empty());
    return world.person.take_screen();
  };

  SECTION("a flag of add behind post") {
    const auto said = said_to({"post", "Later", "--at", "tomorrow 9am", "--to", "site", "--yes"});
    CHECK(has(said, "post sends now, so it has no --at"));
    CHECK(has(said, "then go on:  postq add --at 'tomorrow 9am' --to site --recover"));
  }
  SECTION("several files behind one --media") {
    const auto said = said_to({"add", "Three", "--media", "a.png", "b.jpg", "c.webp", "--alt", "all"});
    CHECK(has(said, "--media takes one file, and b.jpg follows it"));
    CHECK(has(said, "postq add --media a.png --media b.jpg --media c.webp --alt all --recover"));
  }
  SECTION("a file that the parser would take for the text") {
    const auto said = said_to({"add", "--media", "a.png", "b.jpg"});
    CHECK(has(said, "each file has its own --media, and its --alt behind it:  postq add --media a.png --media b.jpg"));
  }
  SECTION("a second --") {
    const auto said = said_to({"add", "hello", "--", "--"});
    CHECK(has(said, "add does not know what to do with '--'"));
    CHECK(has(said, "your text is safe:"));
  }
  SECTION("flags behind --, with a text and without") {
    auto said = said_to({"add", "--", "-5 degrees", "--to", "site"});
    CHECK(has(said, "then go on:  postq add --to site --recover"));
    said = said_to({"add", "--", "--to", "site", "--recover"});
    CHECK(has(said, "--to stands behind --, where all is text"));
    CHECK(has(said, "flags go before --:  postq add --to site --recover\n"));
  }
}

TEST_CASE("behind -- a text begins as it likes") {
  ReviewWorld world;
  world.add_account("site");

  for (const auto* const text : {"- 5 degrees", "-5 degrees", "--to"}) CHECK(type(world, {"add", "--", text}) == 0);

  CHECK(world.queue().list({}).value().size() == 3);
}

TEST_CASE("a key that is taken leads to the post that has it, and to another key") {
  ReviewWorld world;
  world.add_account("site");
  REQUIRE(type(world, {"add", "One", "--key", "news"}) == 0);
  REQUIRE(type(world, {"add", "Two", "--key", "news-2"}) == 0);
  world.person.take_screen();

  CHECK(type(world, {"add", "Three", "--key", "news"}) == 5);

  const auto said = world.person.take_screen();
  CHECK(has(said, "postq show 1    the post of that key"));
  CHECK(has(said, "postq add --recover --key news-3    this as another post"));
  CHECK(type(world, {"add", "--recover", "--key", "news-3"}) == 0);
}

namespace {

// A small picture of its own under that name.
std::string picture(ReviewWorld& world, const std::string& name) {
  const auto path = world.folder() + "/" + name;
  write_file(path, std::string("GIF89a\1\0\1\0\x80\0\0", 13) + std::string(6, name.front()) +
                       std::string(",\0\0\0\0\1\0\1\0\0\2\2D\1\0;", 16));
  return path;
}

std::string described(ReviewWorld& world, PostId post) {
  std::string said;
  const auto content = content_from_document(world.delivery(post, "site").document).value();
  for (const auto& part : content.parts) {
    for (const auto& media : part.media) said += media.name + "=" + media.alt + " ";
  }
  return said;
}

}  // namespace

TEST_CASE("of several rescued texts the one that is meant is named, and none is taken for another") {
  ReviewWorld world;
  world.add_account("site");
  CHECK(type(world, {"add", "Of the oak", "--to", "nobody", "--lang", "de"}) == 4);
  const auto oak = world.rescue().value()->newest().value();
  CHECK(type(world, {"add", "Of the elm", "--to", "nobody", "--lang", "fr"}) == 4);
  const auto elm = world.rescue().value()->newest().value();
  CHECK(has(world.person.take_screen(), "postq add --recover " + elm + " --to nobody --lang fr"));

  CHECK(type(world, {"add", "--recover", "--to", "site", "--lang", "de"}) == 2);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, "2 rescued texts: which one?"));
  CHECK(has(said, "postq add --recover " + oak + " --to site --lang de    \"Of the oak\""));
  CHECK(has(said, "postq add --recover " + elm + " --to site --lang de    \"Of the elm\""));
  CHECK(world.queue().list({}).value().empty());
  CHECK(type(world, {"add", "--recover", oak.substr(oak.rfind('/') + 1), "--to", "site"}) == 0);
  CHECK(world.text_of(PostId{1}) == "Of the oak");
  CHECK(type(world, {"add", "--recover"}) == 0);
  CHECK(has(world.person.take_screen(), ": \"Of the elm\""));
  CHECK(world.text_of(PostId{2}) == "Of the elm");
}

TEST_CASE("a description goes to the picture it stands behind, where pairs were typed") {
  ReviewWorld world;
  world.add_account("site");
  const auto a = picture(world, "a.gif");
  const auto b = picture(world, "b.gif");
  const auto c = picture(world, "c.gif");

  CHECK(type(world, {"add", "x", "--media", a, "--media", b, "--alt", "bee", "--media", c, "--alt", "sea"}) == 0);
  CHECK(described(world, PostId{1}) == "a.gif= b.gif=bee c.gif=sea ");
  CHECK(type(world, {"add", "x", "--media", a, "--media", b, "--alt", "eh", "--alt", "bee"}) == 0);
  CHECK(described(world, PostId{2}) == "a.gif=eh b.gif=bee ");
  CHECK(type(world, {"edit", "2", "--media", a, "--media", b, "--alt", "bee", "--media", c}) == 0);
  CHECK(described(world, PostId{2}) == "a.gif= b.gif=bee c.gif= ");

  world.person.take_screen();
  CHECK(type(world, {"add", "y", "--to", "nobody", "--media", a, "--media", b, "--alt", "bee", "--media", c}) == 4);
  const auto again = " --media " + a + " --alt '' --media " + b + " --alt bee --media " + c;
  CHECK(has(world.person.take_screen(), "--to nobody" + again));
  CHECK(type(world, {"add", "y", "--media", a, "--alt", "", "--media", b, "--alt", "bee", "--media", c}) == 0);
  CHECK(described(world, PostId{3}) == "a.gif= b.gif=bee c.gif= ");
}

TEST_CASE("what was typed about pictures stays in the command that goes on") {
  ReviewWorld world;
  world.add_account("site");

  CHECK(type(world, {"add", "x", "--alt", "an oak"}) == 2);
  auto said = world.person.take_screen();
  CHECK(has(said, "--alt describes a picture, and there is no --media"));
  CHECK(has(said, "postq add --recover --alt 'an oak'"));
  CHECK(type(world, {"add", "x", "--part", "2", "--media", "a.png", "--media", "b.png"}) == 2);
  said = world.person.take_screen();
  CHECK(has(said, "--part 2 stands before every --media"));
  CHECK(has(said, "--media a.png --part 2 --media b.png"));
  CHECK(type(world, {"add", "x", "--media", "a.png", "--part", "0"}) == 2);
  CHECK(has(world.person.take_screen(), "--part: parts are counted from 1, not '0'"));
}

TEST_CASE("too many pictures lead to fewer, and lose none of what was typed") {
  ReviewWorld world;
  world.known_platforms.paper.takes.media = 2;
  world.add_account("site");
  std::vector<std::string> words{"add", "x", "--at", "fri 9am"};
  for (const auto* const name : {"a.gif", "b.gif", "c.gif"}) {
    for (const auto& word : {std::string("--media"), picture(world, name), std::string("--no-alt")}) {
      if (word != "--no-alt") words.push_back(word);
    }
  }

  CHECK(type(world, words) == 2);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, "leave out 1 --media"));
  CHECK_FALSE(has(said, "postq add --recover\n"));
  CHECK_FALSE(has(said, "--edit"));  // another text would change nothing
  CHECK(has(said, "with that put right:  postq add --recover --at 'fri 9am' --media " + world.folder() + "/a.gif"));
}

TEST_CASE("a time without quotes and accounts without commas are one value, and no part of the text") {
  ReviewWorld world;
  ReviewWorld of_two;
  world.add_account("site");
  of_two.add_account("site");
  of_two.add_account("blog");

  CHECK(type(world, {"add", "Band on stage", "--to", "site", "--at", "fri", "6pm"}) == 2);
  auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, "put a time of several words in quotes"));
  CHECK(has(said, "postq add --to site --at 'fri 6pm' --recover"));
  CHECK(world.rescue().value()->load(world.rescue().value()->newest().value()).value() == "Band on stage");

  CHECK(type(of_two, {"add", "Hello", "--to", "site", "blog"}) == 2);
  said = of_two.person.take_screen();
  CHECK(has(said, "put commas between accounts: --to site,blog"));
  CHECK(has(said, "postq add --to site,blog --recover"));
}

TEST_CASE("a flag without its value doesn't swallow the next one") {
  const auto said_to = [&](std::vector<std::string> words) {
    ReviewWorld world;
    world.add_account("site");
    CHECK(type(world, std::move(words)) == 2);
    return world.person.take_screen();
  };

  auto said = said_to({"add", "Hello", "--media", "--alt", "an oak"});
  CHECK(has(said, "--media needs a value, and --alt follows it"));
  CHECK(has(said, "postq add --media FILE --alt 'an oak' --recover"));
  said = said_to({"add", "Hello", "--at", "--label", "x"});
  CHECK(has(said, "--at needs a value, and --label follows it"));
  CHECK(has(said, "postq add --at WHEN --label x --recover"));
  said = said_to({"add", "Hello", "--key"});
  CHECK(has(said, "postq add --key KEY --recover"));
}

TEST_CASE("a key that was used before says what became of its post") {
  ReviewWorld world;
  world.add_account("site");
  REQUIRE(type(world, {"add", "One", "--key", "k"}) == 0);
  const auto said = [&] {
    world.person.take_screen();
    CHECK(type(world, {"add", "One", "--key", "k"}) == 0);
    return world.person.take_screen();
  };

  CHECK(has(said(), "Already queued as 1 (same --key)."));
  world.person.keys = {"n"};
  world.person.lines = {"shorter please"};
  REQUIRE(type(world, {"review"}) == 0);
  const auto rejected = said();
  CAPTURE(rejected);
  CHECK(has(rejected, "Added before as 1 (same --key)."));
  CHECK(has(rejected, "rejected by anna: shorter please"));
  CHECK(has(rejected, "Next: postq edit 1"));
  CHECK(type(world, {"add", "One", "--key", "k", "--label", "x"}) == 5);
  CHECK(has(world.person.take_screen(), "the key 'k' belongs to post 1, which differs in its label"));
}

TEST_CASE("a key stands for the same post when its time was typed as one from now on") {
  ReviewWorld world;
  world.add_account("site");
  REQUIRE(type(world, {"add", "One", "--key", "k", "--at", "in 2h"}) == 0);
  const auto first = world.delivery(PostId{1}, "site").delivery.next_at;
  world.clock += std::chrono::minutes{5};

  CHECK(type(world, {"add", "One", "--key", "k", "--at", "in 2h"}) == 0);
  CHECK(type(world, {"add", "One", "--key", "k", "--next"}) == 0);

  CHECK(world.queue().list({}).value().size() == 1);
  CHECK(world.delivery(PostId{1}, "site").delivery.next_at == first);
  CHECK(type(world, {"add", "Two", "--key", "k", "--at", "in 2h"}) == 5);
}

TEST_CASE("an empty text is advised under the name of the command that was typed") {
  ReviewWorld world;
  world.add_account("site");

  CHECK(type(world, {"post", ""}) == 2);
  auto said = world.person.take_screen();
  CHECK(has(said, "postq post \"what you want to say\""));
  CHECK_FALSE(has(said, "postq add"));

  CHECK(type(world, {"add", ""}) == 2);
  CHECK(has(world.person.take_screen(), "postq add \"what you want to say\""));
}

TEST_CASE("a post by hand that is too long was not sent, and add queued none") {
  ReviewWorld world;
  world.known_platforms.paper.takes.text = 10;
  world.add_account("site");

  CHECK(type(world, {"post", "Oak leaves fall."}) == 2);
  const auto posted = world.person.take_screen();
  CHECK(has(posted, "nothing was sent"));
  CHECK_FALSE(has(posted, "nothing was queued"));

  CHECK(type(world, {"add", "Oak leaves fall."}) == 2);
  CHECK(has(world.person.take_screen(), "nothing was queued"));
}

TEST_CASE("a text behind the flag that other programs have for it is the text, and the way on works") {
  ReviewWorld world;
  world.add_account("site");
  std::vector<std::string> words{"add"};
  SECTION("as edit calls it") {
    words.insert(words.end(), {"--text", "Oak leaves"});
  }
  SECTION("in one word") {
    words.emplace_back("--text=Oak leaves");
  }
  SECTION("as git calls it") {
    words.insert(words.end(), {"-m", "Oak leaves"});
  }
  words.insert(words.end(), {"--label", "spring"});

  CHECK(type(world, words) == 2);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK(has(said, ": the text stands by itself"));
  CHECK_FALSE(has(said, "--next"));
  CHECK(has(said, "then go on:  postq add --label spring --recover\n"));
  CHECK(type(world, {"add", "--label", "spring", "--recover"}) == 0);
  CHECK(world.text_of(PostId{1}) == "Oak leaves");
}

TEST_CASE("the command that goes on has the account and the time that are meant, where that is known") {
  ReviewWorld world;
  world.add_account("site");
  world.add_account("work");

  CHECK(type(world, {"add", "Hello", "--to", "site,wrok"}) == 4);
  CHECK(has(world.person.take_screen(), "with that put right:  postq add --recover --to site,work\n"));
  CHECK(type(world, {"add", "--recover", "--to", "site,work"}) == 0);

  CHECK(type(world, {"add", "Again", "--to", "site", "--at", "2020-01-01 09:00"}) == 2);
  const auto said = world.person.take_screen();
  CAPTURE(said);
  CHECK_FALSE(has(said, "--at '2020-01-01 09:00'"));
  const auto begin = said.find("--at '") + 6;
  const auto at = said.substr(begin, said.find('\'', begin) - begin);
  CHECK(type(world, {"add", "--recover", "--to", "site", "--at", at}) == 0);
}

TEST_CASE("a key stands for the same post when the time that was typed has passed meanwhile") {
  ReviewWorld world;
  world.add_account("site");
  const auto when = world.clock + std::chrono::hours{1};
  const auto at = format_rfc3339(when);
  REQUIRE(type(world, {"add", "One", "--key", "k", "--at", at}) == 0);
  world.clock += std::chrono::hours{3};
  world.person.take_screen();

  CHECK(type(world, {"add", "One", "--key", "k", "--at", at}) == 0);

  CHECK(has(world.person.take_screen(), "(same --key)"));
  CHECK(world.queue().list({}).value().size() == 1);
  CHECK(type(world, {"add", "Two", "--key", "k", "--at", at}) == 5);    // another post
  CHECK(type(world, {"add", "One", "--key", "new", "--at", at}) == 2);  // a key that is nobody's yet
}

TEST_CASE("what was saved in an editor's window before the person left is not called unwritten") {
  ReviewWorld world;
  world.add_account("site");
  world.person.editor_end = {"code", true, "export EDITOR='code --wait'"};
  std::string path;
  world.person.editor = [&](const std::string& file) -> Status {
    path = file;
    return {};
  };
  world.person.keys = {"q"};
  world.person.while_waiting = [&] { write_file(path, "Typed in the window" + file_text(path)); };

  CHECK(type(world, {"add"}) == 130);

  const auto screen = world.person.take_screen();
  CAPTURE(screen);
  CHECK_FALSE(has(screen, "nothing is written yet"));
  CHECK(has(screen, "nothing is done with what you wrote there"));
  CHECK(has(screen, "postq add --recover"));
  CHECK(world.queue().list({}).value().empty());
  CHECK(type(world, {"add", "--recover"}) == 0);
  CHECK(world.text_of(PostId{1}) == "Typed in the window");
}

TEST_CASE("an editor that doesn't wait is named with what makes it wait, before the person decides") {
  ReviewWorld world;
  world.add_account("site");
  world.person.editor_end = {"subl", true, "export EDITOR='subl --wait'"};
  world.person.editor = [](const std::string&) -> Status { return {}; };
  world.person.keys = {"q"};

  CHECK(type(world, {"add"}) == 130);

  REQUIRE(world.person.prompts.size() == 1);
  CHECK(has(world.person.prompts.front(), "'subl' came back at once"));
  CHECK(has(world.person.prompts.front(), "\n  export EDITOR='subl --wait'\n"));
}

TEST_CASE("the columns of what add understood stand below each other") {
  ReviewWorld world;
  world.known_platforms.paper.takes.text = 500;
  for (const auto* const name : {"site", "workshop"}) world.add_account(name);

  REQUIRE(type(world, {"add", "Oak leaves", "--to", "all"}) == 0);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  const auto column_of = [&said](const std::string& label, const std::string& value) {
    const auto line = said.find("\n  " + label + " ");
    REQUIRE(line != std::string::npos);
    return said.find(value, line) - line;
  };
  CHECK(column_of("when", "as soon as") == 15);
  CHECK(column_of("site", "10 of 500") == 15);
  CHECK(column_of("workshop", "10 of 500") == 15);
}

TEST_CASE("an agent's name holds no comma, which stands between it and its person") {
  struct AgentWorld : ReviewWorld {
    std::string name;
    std::optional<std::string> environment(const std::string& variable) override {
      if (variable == "POSTQ_AGENT") return name;
      return ReviewWorld::environment(variable);
    }
  };
  AgentWorld world;
  world.add_account("site");
  world.name = "claude, for anna";

  CHECK(type(world, {"add", "Hello"}) == 2);

  CHECK(has(world.person.take_screen(), "POSTQ_AGENT holds a comma"));
  CHECK(world.queue().list({}).value().empty());
}

TEST_CASE("show says how large a picture is, as it will be uploaded") {
  ReviewWorld world;
  world.add_account("site");
  const auto path = world.picture("oak.gif");
  REQUIRE(type(world, {"add", "Oak leaves", "--media", path, "--alt", "An oak"}) == 0);
  world.person.take_screen();

  CHECK(type(world, {"show", "1"}) == 0);
  CHECK(
      has(world.person.take_screen(), "Picture   oak.gif, 2x1, " + std::to_string(file_text(path).size()) + " bytes"));

  CHECK(type(world, {"--json", "show", "1"}) == 0);
  const auto json = world.person.take_screen();
  CHECK(has(json, "\"bytes\":" + std::to_string(file_text(path).size()) + ",\"width\":2,\"height\":1"));
}

TEST_CASE(
    "the conversion that is offered for a phone's picture works as it is typed, and what follows takes its file") {
  ReviewWorld world;
  world.add_account("site");
  const auto folder = world.folder() + "/it's a folder";
  std::filesystem::create_directories(folder);
  const auto heic = folder + "/my oak.heic";
  const std::string brand{
      "\0\0\0\x18"
      "ftypheic\0\0\0\0mif1heic",
      24};
  write_file(heic, brand);

  CHECK(type(world, {"add", "Oak", "--media", heic, "--alt", "An oak"}) == 2);

  const auto said = world.person.take_screen();
  CAPTURE(said);
  const auto begin = said.find("heif-convert ");
  REQUIRE(begin != std::string::npos);
  const auto line = said.substr(begin, said.find("    ", begin) - begin);
  // The shell tells the words apart; cp stands for the program, which isn't everywhere.
  REQUIRE(std::system(("cp" + line.substr(line.find(' '))).c_str()) == 0);
  CHECK(file_text(heic + ".jpg") == brand);
  const auto next = said.find("postq add --recover --media ");
  REQUIRE(next != std::string::npos);
  const auto offered = said.substr(next, said.find('\n', next) - next);
  CHECK(has(offered, "my oak.heic.jpg' --alt 'An oak'"));
  REQUIRE(std::system(("postq() { test -f \"$4\"; }; " + offered).c_str()) == 0);
}

TEST_CASE("a dry run of a new time names each delivery, as the move itself does") {
  ReviewWorld world;
  for (const auto* const name : {"site", "work"}) world.add_account(name);
  REQUIRE(type(world, {"add", "Oak leaves", "--to", "all"}) == 0);
  world.person.take_screen();

  CHECK(type(world, {"reschedule", "1", "tomorrow 9am", "--dry-run"}) == 0);
  auto said = world.person.take_screen();
  CHECK(has(said, "1@site would go "));
  CHECK(has(said, "1@work would go "));

  CHECK(type(world, {"--json", "reschedule", "1@work", "tomorrow 9am", "--dry-run"}) == 0);
  said = world.person.take_screen();
  CHECK(has(said, R"({"schema":"postq.reschedule/1","name":"1@work","post":1,"dry_run":true)"));
  CHECK_FALSE(has(said, "1@site"));
}
