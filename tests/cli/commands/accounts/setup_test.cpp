// The commands that set up and stop, as they are typed: a scripted person, a real queue, a scripted machine.
#include "app/setup_world.h"
#include "cli/commands.h"

using namespace postq;
using namespace postq::test;

namespace {

// Types one command line; returns its exit code.
int type(SetupWorld& world, std::vector<std::string> words) {
  words.insert(words.begin(), "postq");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  Context context{world};
  return run_command_line(static_cast<int>(argv.size()), argv.data(), context);
}

bool shows(const SetupWorld& world, const std::string& words) {
  return world.person.screen.find(words) != std::string::npos;
}

Account add_wall(SetupWorld& world) {
  NewAccount added;
  added.account.name = "wall";
  added.account.platform = "slate";
  added.account.remote_id = "slate:anna";
  must(world.queue().add_account(added, by_ann()));
  return must(world.queue().account("wall"));
}

// A post that was approved, for tomorrow.
PostId approved_for_tomorrow(SetupWorld& world, const Account& account, const std::string& key = "key-1") {
  PostSpec spec;
  spec.key = key;
  spec.texts = {"a post about " + key + " and nothing else"};
  spec.accounts = {account};
  spec.at = kNoon + std::chrono::days{1};
  return add_approved(world.queue(), spec).id;
}

std::string id_of(PostId post) {
  return std::to_string(number(post));
}

Delivery on_wall(SetupWorld& world, PostId post) {
  return delivery_on(world.queue(), post, "wall");
}

}  // namespace

TEST_CASE("account add asks for what is missing, and the token never shows") {
  SetupWorld world;
  world.settings->zone = "";
  world.person.lines = {"chalk", "Europe/Berlin"};
  world.person.secrets = {"very secret"};

  CHECK(type(world, {"account", "add", "slate"}) == 0);

  const auto account = must(world.queue().account("slate"));
  CHECK(account.setting("path") == "/here/chalk");
  CHECK(account.remote_id == "slate:anna");
  CHECK(must(world.queue().zone()) == "Europe/Berlin");
  CHECK(world.keys.kept.at("slate").at("token").reveal() == "very secret");
  CHECK_FALSE(shows(world, "very secret"));
  CHECK(shows(world, "0 by hand, 0 scheduled in the last 14 days"));
}

TEST_CASE("who leaves at the question for the time zone has added no account") {
  SetupWorld world;
  world.settings->zone = "";
  world.person.lines = {"chalk"};
  world.person.secrets = {"very secret"};

  CHECK(type(world, {"account", "add", "slate"}) == 130);

  CHECK(must(world.queue().accounts()).empty());
  CHECK(world.keys.kept.empty());
  CHECK(must(world.queue().zone()).empty());
  CHECK(shows(world, "the account was not added"));
  CHECK(shows(world, "again:  postq account add slate --path chalk"));
}

TEST_CASE("an account isn't called what --to takes for others") {
  SetupWorld world;
  world.settings->groups["walls"] = {"wall"};
  for (const char* const name : {"all", "walls"}) {
    CAPTURE(name);
    CHECK(type(world, {"account", "add", name, "--platform", "slate"}) == 2);
  }
  CHECK(shows(world, "`--to all` means every account"));
  CHECK(shows(world, "'walls' is a group of accounts"));
  CHECK(must(world.queue().accounts()).empty());
  CHECK(world.person.prompts.empty());
}

TEST_CASE("account add without a terminal names the flag that is missing") {
  SetupWorld world;
  world.person.person = false;

  CHECK(type(world, {"account", "add", "slate"}) == 2);
  CHECK(shows(world, "--path"));
  CHECK(type(world, {"account", "add", "slate", "--path", "chalk"}) == 2);
  CHECK(shows(world, "--token-file FILE"));
  CHECK(must(world.queue().accounts()).empty());
}

TEST_CASE("what was pasted around a secret and a name is left out, and said where nobody sees it") {
  SetupWorld world;
  world.box.files["key.txt"] = "\ufeff very secret \n";

  CHECK(type(world, {"account", "add", "wall", "--platform", "slate", "--path", " my chalk ", "--token-file",
                     "key.txt"}) == 0);

  CHECK(world.keys.kept.at("wall").at("token").reveal() == "very secret");
  CHECK(must(world.queue().account("wall")).setting("path") == "/here/ my chalk ");
  CHECK(shows(world, "as nobody can see it: U+FEFF"));

  world.box.files["other.txt"] = "abcd\u2013ef\u200bgh\u2013ijkl\u2011mnop";
  world.known_platforms.slate.answer->remote_id = "slate:mira";
  CHECK(type(world,
             {"account", "add", "floor", "--platform", "slate", "--path", "chalk", "--token-file", "other.txt"}) == 0);
  CHECK(world.keys.kept.at("floor").at("token").reveal() == "abcd-efgh-ijkl-mnop");
  CHECK(shows(world, "as nobody can see it: U+200B"));
}

TEST_CASE("an account that takes the name of another one inherits nothing that was remembered of it") {
  SetupWorld world;
  add_wall(world);
  world.state_folder().write_mark("unreadable-wall", unix_seconds(kNoon) - 1000);
  world.state_folder().write_mark("tried-on-wall", unix_seconds(kNoon) - 1000);
  CHECK(type(world, {"account", "rm", "wall", "--yes"}) == 0);
  world.box.files["key.txt"] = "a key";

  CHECK(type(world, {"account", "add", "wall", "--platform", "slate", "--path", "chalk", "--token-file", "key.txt"}) ==
        0);

  CHECK(world.state_folder().read_mark("unreadable-wall").value_or(0) == 0);
  CHECK(world.state_folder().read_mark("tried-on-wall").value_or(0) == 0);
}

TEST_CASE("rescued texts are listed, and deleted by name, by age, or all, never unasked") {
  SetupWorld world;
  CHECK(type(world, {"rescue"}) == 0);
  CHECK(shows(world, "No rescued text"));
  auto* const rescue = must(world.rescue());
  const auto first = must(rescue->save("Open Saturday\n7 to 13", "20261122-110000"));
  const auto second = must(rescue->save("\n\x1b[31mQuince tarts", "20261122-110100"));

  world.person.screen.clear();
  world.person.output.clear();
  CHECK(type(world, {"rescue"}) == 0);
  CHECK(world.person.output.find("20261122-110000.md") < world.person.output.find("20261122-110100.md"));
  CHECK(world.person.output.find("Open Saturday\n") != std::string::npos);
  CHECK(world.person.output.find('\x1b') == std::string::npos);
  CHECK(shows(world, "postq add --recover"));

  CHECK(type(world, {"rescue", "rm"}) == 2);
  CHECK(type(world, {"rescue", "rm", "20261122-990000.md"}) == 4);
  CHECK(type(world, {"rescue", "rm", "--older-than", "1", "--yes"}) == 0);
  CHECK(must(rescue->list()).size() == 2);
  world.person.keys = {"n"};
  CHECK(type(world, {"rescue", "rm", "20261122-110000"}) == 130);
  CHECK(must(rescue->list()).size() == 2);
  world.person.keys = {"y"};
  CHECK(type(world, {"rescue", "rm", "20261122-110000"}) == 0);
  CHECK(must(rescue->list()).size() == 1);
  CHECK(must(rescue->list())[0].path == second);
  world.person.person = false;
  CHECK(type(world, {"rescue", "rm", "--all"}) == 2);
  CHECK(type(world, {"rescue", "rm", "--all", "--yes"}) == 0);
  CHECK(must(rescue->list()).empty());
}

TEST_CASE("an account whose platform says no is not stored, and can be typed again") {
  SetupWorld world;
  world.known_platforms.slate.answer = fail(ErrorKind::sign_in, "Slate doesn't know this key");
  world.box.files["key.txt"] = "a key\n";

  CHECK(type(world,
             {"account", "add", "wall", "--platform", "slate", "--path", "my chalk", "--token-file", "key.txt"}) == 3);

  CHECK(shows(world, "postq account add wall --platform slate --path 'my chalk' --token-file key.txt"));
  CHECK(must(world.queue().accounts()).empty());
  CHECK(world.keys.kept.empty());
}

TEST_CASE("the line to type again has what the refusal advises") {
  SetupWorld world;
  auto& slate = world.known_platforms.slate;
  slate.facts.settings.push_back({"url", "its server"});
  world.box.files["key.txt"] = "a key";
  const auto again = [&](const std::string& hint, const std::string& url, const std::string& database = "") {
    slate.answer = fail(ErrorKind::config, "it can't be reached", hint);
    std::vector<std::string> words{"account", "add", "slate", "--path", "chalk", "--token-file", "key.txt"};
    if (!url.empty()) words.insert(words.end(), {"--url", url});
    if (!database.empty()) words.insert(words.begin(), {"--db", database});
    world.person.take_screen();
    CHECK(type(world, words) == 3);
    const auto screen = world.person.take_screen();
    const auto at = screen.find("again:       ");
    REQUIRE(at != std::string::npos);
    return screen.substr(at + 13, screen.find('\n', at) - at - 13);
  };

  CHECK(again("if that is meant, give --loud", "") ==
        "postq account add slate --path chalk --loud --token-file key.txt");
  CHECK(again("is it --louder?", "", "/q.db") ==
        "postq --db /q.db account add slate --path chalk --token-file key.txt");
  CHECK(again("is it --louder?", "") == "postq account add slate --path chalk --token-file key.txt");
  CHECK(again("name it (--url)", "") == "postq account add slate --path chalk --url URL --token-file key.txt");
  CHECK(again("is --url the right one?", "https://slate.example") ==
        "postq account add slate --path chalk --url https://slate.example --token-file key.txt");
  CHECK(again("try --url https://new.example", "https://slate.example") ==
        "postq account add slate --path chalk --url https://new.example --token-file key.txt");
  CHECK(again("check the port, or write http://127.0.0.1:80", "https://127.0.0.1:80/x") ==
        "postq account add slate --path chalk --url http://127.0.0.1:80/x --token-file key.txt");
  CHECK(again("check the port, or write http://127.0.0.1:80", "https://127.0.0.1:8080") ==
        "postq account add slate --path chalk --url https://127.0.0.1:8080 --token-file key.txt");
}

TEST_CASE("a name in capital letters and a word for an account that isn't there are met with the line that is meant") {
  SetupWorld world;
  const auto told = [&](std::vector<std::string> words) {
    world.person.take_screen();
    CHECK(type(world, std::move(words)) != 0);
    return world.person.take_screen();
  };
  const auto has_line = [](const std::string& screen, const std::string& line) {
    CAPTURE(screen);
    CHECK(screen.find("\n  " + line + "\n") != std::string::npos);
  };
  has_line(told({"account", "add", "Slate", "--path", "x"}), "postq account add slate --path x");
  has_line(told({"account", "add", "Wall", "--platform", "slate"}), "postq account add wall --platform slate");
  has_line(told({"account", "add", "wall", "--platform", "Slate"}), "postq account add wall --platform slate");
  has_line(told({"account", "add", "wall", "--platform", "slat", "--path", "x"}),
           "postq account add wall --platform slate --path x");
  has_line(told({"account", "add", "slate", "chalk"}), "postq account add slate --path chalk");
  has_line(told({"account", "login", "slate"}), "postq account add slate");
  has_line(told({"account", "test", "slate"}), "postq account add slate");
  CHECK(told({"account", "add", "my", "blog"}).find("does not know what to do with 'blog'") != std::string::npos);
  CHECK(must(world.queue().accounts()).empty());
  CHECK(world.person.prompts.empty());
}

TEST_CASE("login names its account where there is one, and how to add one where there is none") {
  SetupWorld world;
  const auto told = [&](std::vector<std::string> words) {
    world.person.take_screen();
    CHECK(type(world, std::move(words)) == 2);
    return world.person.take_screen();
  };
  for (const char* const word : {"login", "auth", "signin"}) {
    const auto screen = told({word});
    CHECK(screen.find("postq account add NAME") != std::string::npos);
    CHECK(screen.find("account login") == std::string::npos);
  }
  CHECK(told({"login", "slate"}).find("\n  postq account add slate    ") != std::string::npos);
  add_wall(world);
  CHECK(told({"--db=/x", "login"}).find("\n  postq --db /x account login wall    ") != std::string::npos);
  CHECK(told({"login", "slate"}).find("\n  postq account login wall    ") != std::string::npos);
  NewAccount second;
  second.account.name = "floor";
  second.account.platform = "slate";
  must(world.queue().add_account(second, by_ann()));
  CHECK(told({"login"}).find("\n  postq account login NAME    ") != std::string::npos);
  CHECK(told({"login", "floor"}).find("\n  postq account login floor    ") != std::string::npos);
}

TEST_CASE("an example that was typed as it was offered is refused") {
  SetupWorld world;
  world.known_platforms.slate.facts.settings.push_back({"url", "its server"});

  CHECK(type(world, {"account", "add", "slate", "--path", "chalk", "--url", "https://YOUR.SITE/"}) == 2);
  CHECK(shows(world, "put your own address in place of YOUR.SITE"));
  CHECK(type(world, {"account", "add", "slate", "--path", "PATH"}) == 2);
  CHECK(shows(world, "--path PATH is only an example"));
  CHECK(must(world.queue().accounts()).empty());
}

TEST_CASE("an empty token is asked for once more, and files are named for files alone") {
  SetupWorld world;
  world.person.secrets = {"", "very secret"};
  CHECK(type(world, {"account", "add", "slate", "--path", "chalk"}) == 0);
  CHECK(world.keys.kept.at("slate").at("token").reveal() == "very secret");

  world.person.take_screen();
  world.person.secrets = {"", " ", "very secret"};
  CHECK(type(world, {"account", "add", "wall", "--platform", "slate", "--path", "chalk", "--token-file", "-"}) == 2);
  CHECK(world.person.secrets.size() == 1);
  CHECK(shows(world, "the key is empty"));
  CHECK_FALSE(shows(world, "put the key into it"));
  world.box.files["key.txt"] = "\n";
  CHECK(type(world, {"account", "add", "wall", "--platform", "slate", "--path", "chalk", "--token-file", "key.txt"}) ==
        2);
  CHECK(shows(world, "key.txt is empty"));
  CHECK(shows(world, "put the key into it"));
}

TEST_CASE("where the ratio has no room, the next post is one by hand") {
  SetupWorld world;
  world.person.secrets = {"very secret"};
  CHECK(type(world, {"account", "add", "slate", "--path", "chalk"}) == 0);
  CHECK(shows(world, "Next:  postq post \"...\" --to slate"));

  SetupWorld free;
  free.settings->policy.ratio.reset();
  free.person.secrets = {"very secret"};
  CHECK(type(free, {"account", "add", "slate", "--path", "chalk"}) == 0);
  CHECK(shows(free, "Next:  postq add \"...\" --to slate"));
}

TEST_CASE("on a narrow screen questions and notes are broken between words") {
  SetupWorld world;
  world.person.extent = {40, 24};
  world.known_platforms.slate.facts.settings[0].help = "the folder in which all of your chalk marks lie";
  world.known_platforms.slate.answer->note = "took a test that was longer than a screen like this one is wide";
  world.person.lines = {"chalk"};
  world.person.secrets = {"very secret"};

  CHECK(type(world, {"account", "add", "slate"}) == 0);

  CHECK(shows(world, "The folder in which all of your chalk\nmarks lie: "));
  CHECK(shows(world, "\n  took a test that was longer than a\n    screen like this one is wide\n"));
}

TEST_CASE("a group that is called as an account is refused, and so is posting to it") {
  SetupWorld world;
  add_wall(world);
  world.settings->groups["wall"] = {"wall"};

  CHECK(type(world, {"config", "check"}) == 3);
  CHECK(shows(world, "'wall' is an account, and a group of accounts"));
  world.person.take_screen();
  CHECK(type(world, {"add", "A post", "--to", "wall"}) == 3);
  CHECK(shows(world, "'wall' is an account, and a group of accounts"));
  world.person.take_screen();
  CHECK(type(world, {"doctor"}) == 3);
  CHECK(shows(world, "'wall' is an account, and a group"));
}

TEST_CASE("a mistyped platform is met with the nearest one and the list") {
  SetupWorld world;

  CHECK(type(world, {"account", "add", "wall", "--platform", "slat"}) == 2);

  CHECK(shows(world, "did you mean slate?"));
}

TEST_CASE("a sign-in in a browser that comes back by itself asks nothing and keeps all it was given") {
  SetupWorld world;
  world.known_platforms.slate.facts.signs_in_browser = true;
  world.variables["DISPLAY"] = ":0";
  world.box.browser.query = {{"state", "st8"}, {"code", "right"}};

  CHECK(type(world, {"account", "add", "wall", "--platform", "slate", "--path", "chalk"}) == 0);

  CHECK(shows(world, "\nhttps://slate.example/authorize?state=st8\n"));
  CHECK(world.box.browser.opened == std::vector<std::string>{"https://slate.example/authorize?state=st8"});
  REQUIRE(world.box.browser.pages.size() == 1);
  CHECK(world.box.browser.pages[0].starts_with("200 "));
  CHECK(world.person.prompts.empty());
  CHECK_FALSE(world.box.browser.listening);
  CHECK(world.keys.kept.at("wall").at("token").reveal() == "a key");
  CHECK(world.keys.kept.at("wall").at("refresh_token").reveal() == "another key");
  CHECK_FALSE(shows(world, "a key"));
}

TEST_CASE("with a browser elsewhere the code is pasted, and a wrong one may be mended twice") {
  SetupWorld world;
  world.known_platforms.slate.facts.signs_in_browser = true;
  world.person.secrets = {"wrong", "", "right"};

  CHECK(type(world, {"-q", "account", "add", "wall", "--platform", "slate", "--path", "chalk"}) == 0);

  CHECK(shows(world, "\nhttps://slate.example/authorize?state=st8\n"));
  CHECK(world.box.browser.opened.empty());
  CHECK(shows(world, "that code is wrong, used up or too old"));
  CHECK(shows(world, "nothing was pasted"));
  CHECK(world.keys.kept.at("wall").at("token").reveal() == "a key");
}

TEST_CASE("a sign-in that comes to nothing stores nothing and says what to type") {
  SetupWorld world;
  world.known_platforms.slate.facts.signs_in_browser = true;
  world.variables["DISPLAY"] = ":0";
  const auto add = [&](std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"account", "add", "wall", "--platform", "slate", "--path", "my chalk"});
    world.person.take_screen();
    const int code = type(world, more);
    CHECK_FALSE(world.box.browser.listening);
    CHECK(world.keys.kept.empty());
    CHECK(must(world.queue().accounts()).empty());
    CHECK(shows(world, "again:  postq account add wall --platform slate --path 'my chalk'"));
    return code;
  };

  CHECK(add() == 130);  // Ctrl-C
  CHECK(shows(world, "interrupted; nothing was stored"));

  world.person.secrets = {"wrong", "wrong", "wrong", "right"};
  CHECK(add({"--paste"}) == 3);
  CHECK(shows(world, "--paste"));
  CHECK(world.person.secrets.size() == 1);

  world.person.time_runs_out = true;
  CHECK(add() == 3);
  CHECK(shows(world, "no answer came from the browser within 5 minutes"));
  world.person.time_runs_out = false;

  world.box.browser.query = {{"state", "other"}, {"code", "right"}};
  CHECK(add() == 3);
  CHECK(shows(world, "another sign-in"));
  CHECK(world.box.browser.pages.back().starts_with("400 "));

  world.box.browser.query = {{"state", "st8"}, {"code", "left"}};
  CHECK(add() == 3);
  CHECK(shows(world, "that code is wrong"));
}

TEST_CASE("--paste is refused where there is no browser to sign in with") {
  SetupWorld world;
  CHECK(type(world, {"account", "add", "wall", "--platform", "slate", "--path", "chalk", "--paste"}) == 2);
  CHECK(shows(world, "leave out --paste"));

  world.known_platforms.slate.facts.signs_in_browser = true;
  CHECK(type(world, {"account", "add", "wall", "--platform", "slate", "--path", "chalk", "--paste", "--token-file",
                     "key.txt"}) == 2);
  CHECK(shows(world, "there is a token already"));
}

TEST_CASE("a token is still asked for with --token-file -, also where a browser would do") {
  SetupWorld world;
  world.known_platforms.slate.facts.signs_in_browser = true;
  world.person.secrets = {"very secret"};

  CHECK(type(world, {"account", "add", "wall", "--platform", "slate", "--path", "chalk", "--token-file", "-"}) == 0);

  CHECK(world.keys.kept.at("wall").at("token").reveal() == "very secret");
  CHECK_FALSE(shows(world, "very secret"));
}

TEST_CASE("where a secret is got is said before it is asked for") {
  SetupWorld world;
  world.known_platforms.slate.facts.secret_help = "Slate gives keys away at its door.";
  world.person.secrets = {"very secret"};

  CHECK(type(world, {"account", "add", "wall", "--platform", "slate", "--path", "chalk"}) == 0);

  CHECK(world.person.screen.find("at its door") < world.person.screen.find("Key (not shown)"));
  CHECK(shows(world, "Key (not shown)"));
}

TEST_CASE("an account whose token comes from a command has none to replace, and nobody is asked in vain") {
  SetupWorld world;
  add_wall(world);
  world.known_platforms.slate.facts.signs_in_browser = true;

  CHECK(type(world, {"account", "login", "wall"}) == 5);

  CHECK(world.known_platforms.slate.redirects.empty());
}

TEST_CASE("account show never shows a token") {
  SetupWorld world;
  add_wall(world);
  world.keys.kept["wall"].emplace("token", Secret("very secret"));

  CHECK(type(world, {"account", "show", "wall"}) == 0);
  CHECK(type(world, {"account", "show", "wall", "--json"}) == 0);

  CHECK(shows(world, "slate:anna"));
  CHECK_FALSE(shows(world, "very secret"));
}

TEST_CASE("account show keeps the name of a setting and its value apart, however long the name is") {
  SetupWorld world;
  NewAccount added;
  added.account.name = "wall";
  added.account.platform = "slate";
  added.account.settings = {{"path", "chalk"},
                            {"max_characters", "500"},        // one less than the column
                            {"max_thumbnails_", "6"},         // as long as the column
                            {"max_media_attachments", "4"}};  // longer
  must(world.queue().add_account(added, by_ann()));

  CHECK(type(world, {"account", "show", "wall"}) == 0);

  CHECK(shows(world, "\npath           chalk\n"));
  CHECK(shows(world, "\nmax_characters 500\n"));
  CHECK(shows(world, "\nmax_thumbnails_  6\n"));
  CHECK(shows(world, "\nmax_media_attachments  4\n"));
}

TEST_CASE("an account with queued posts stays, and nobody is asked in vain") {
  SetupWorld world;
  approved_for_tomorrow(world, add_wall(world));

  CHECK(type(world, {"account", "rm", "wall"}) == 5);

  CHECK(world.person.prompts.empty());
  CHECK(shows(world, "1 delivery of wall"));
}

TEST_CASE("rm takes a post out of the queue, and a sent one is left to retract") {
  SetupWorld world;
  const auto account = add_wall(world);
  const auto queued = approved_for_tomorrow(world, account);
  PostSpec spec;
  spec.key = "sent";
  spec.texts = {"this one is out already, I am afraid"};
  spec.accounts = {account};
  const auto sent = add_approved(world.queue(), spec).id;
  send_all(world.queue(), account);

  CHECK(type(world, {"rm", id_of(queued)}) == 0);
  CHECK(type(world, {"rm", id_of(sent)}) == 5);

  CHECK(on_wall(world, queued).state == DeliveryState::cancelled);
  CHECK(on_wall(world, sent).state == DeliveryState::sent);
  CHECK(shows(world, "postq retract " + id_of(sent) + "@wall"));
}

TEST_CASE("rm asks above three posts, and removes nothing unasked") {
  SetupWorld world;
  const auto account = add_wall(world);
  std::vector<std::string> words{"rm"};
  for (const auto* const key : {"one", "two", "three", "four"}) {
    words.push_back(id_of(approved_for_tomorrow(world, account, key)));
  }
  const auto first = PostId{std::stoll(words[1])};

  SECTION("a no") {
    world.person.keys = {"n"};
    CHECK(type(world, words) == 130);
    CHECK(on_wall(world, first).state == DeliveryState::queued);
  }
  SECTION("nobody there") {
    world.person.person = false;
    CHECK(type(world, words) == 2);
    CHECK(on_wall(world, first).state == DeliveryState::queued);
  }
  SECTION("a yes") {
    world.person.keys = {"y"};
    CHECK(type(world, words) == 0);
    CHECK(on_wall(world, first).state == DeliveryState::cancelled);
  }
  SECTION("--yes") {
    world.person.person = false;
    words.emplace_back("--yes");
    CHECK(type(world, words) == 0);
    CHECK(on_wall(world, first).state == DeliveryState::cancelled);
  }
}

TEST_CASE("pause asks nobody and needs no terminal") {
  SetupWorld world;
  approved_for_tomorrow(world, add_wall(world));
  world.person.person = false;

  CHECK(type(world, {"pause", "--reason", "fire"}) == 0);

  CHECK(world.state_folder().stop_requested());
  CHECK(must(world.queue().stop_state()).reason == "fire");
  CHECK(shows(world, "PAUSED, everything"));
  CHECK(shows(world, "1 approved post (next was 1@wall"));
  CHECK(world.person.prompts.empty());
}

TEST_CASE("resume needs a person") {
  SetupWorld world;
  must(world.queue().pause_all("", by_ann()));
  world.person.person = false;

  CHECK(type(world, {"resume"}) == 5);

  CHECK(must(world.queue().stop_state()).paused);
}

TEST_CASE("resume keeps approvals or sends them back to review, as the person says") {
  SetupWorld world;
  const auto post = approved_for_tomorrow(world, add_wall(world));
  REQUIRE(type(world, {"pause"}) == 0);
  bool approved = true;
  bool goes_on = true;
  SECTION("keep") {
    world.person.keys = {"n"};
  }
  SECTION("read again") {
    world.person.keys = {"?", "y"};
    approved = false;
  }
  SECTION("no answer: nothing changes") {
    goes_on = false;
  }

  CHECK(type(world, {"resume"}) == (goes_on ? 0 : 130));

  CHECK(on_wall(world, post).approved() == approved);
  CHECK(must(world.queue().stop_state()).paused == !goes_on);
  CHECK(world.state_folder().stop_requested() == !goes_on);
}

TEST_CASE("an account is paused until a time, and a post until it is resumed") {
  SetupWorld world;
  const auto post = approved_for_tomorrow(world, add_wall(world));

  CHECK(type(world, {"pause", "wall", "--until", "mon 9am"}) == 0);
  CHECK(type(world, {"pause", id_of(post)}) == 0);

  CHECK(must(world.queue().account("wall")).paused_until == kNoon + std::chrono::hours{21});
  CHECK(on_wall(world, post).paused);
  CHECK(type(world, {"resume", "wall", id_of(post)}) == 0);
  CHECK_FALSE(must(world.queue().account("wall")).paused_until);
  CHECK_FALSE(on_wall(world, post).paused);
}

TEST_CASE("a post can't be paused until a time: it is moved instead") {
  SetupWorld world;
  const auto post = approved_for_tomorrow(world, add_wall(world));

  CHECK(type(world, {"pause", id_of(post), "--until", "fri 9am"}) == 2);

  CHECK_FALSE(on_wall(world, post).paused);
  CHECK(shows(world, "postq reschedule " + id_of(post) + " fri 9am"));
}

TEST_CASE("a script that moves a post sends it back to review") {
  SetupWorld world;
  const auto post = approved_for_tomorrow(world, add_wall(world));
  world.person.person = false;

  CHECK(type(world, {"reschedule", id_of(post), "fri", "9am"}) == 0);

  CHECK(on_wall(world, post).pending());
  CHECK(on_wall(world, post).schedule.not_before == kNoon + std::chrono::days{5} - std::chrono::hours{3});
}

TEST_CASE("a person who moves a post sees it and may approve it again at once") {
  SetupWorld world;
  const auto post = approved_for_tomorrow(world, add_wall(world));
  bool approved = true;
  SECTION("yes") {
    world.person.keys = {"x", "y"};
  }
  SECTION("no") {
    world.person.keys = {"n"};
    approved = false;
  }
  SECTION("left without an answer") {
    approved = false;
  }

  CHECK(type(world, {"reschedule", id_of(post), "fri 9am"}) == 0);

  CHECK(shows(world, "a post about key-1 and nothing else"));
  CHECK(on_wall(world, post).approved() == approved);
  CHECK(on_wall(world, post).schedule.not_before == kNoon + std::chrono::days{5} - std::chrono::hours{3});
}

TEST_CASE("moving a post that was not approved approves nothing") {
  SetupWorld world;
  PostSpec spec;
  spec.accounts = {add_wall(world)};
  const auto post = add_post(world.queue(), spec).id;
  world.person.keys = {"y", "y"};

  CHECK(type(world, {"reschedule", id_of(post), "fri 9am"}) == 0);

  CHECK(on_wall(world, post).pending());
  CHECK(world.person.prompts.empty());
}

TEST_CASE("a post is not moved behind its own end") {
  SetupWorld world;
  PostSpec spec;
  spec.accounts = {add_wall(world)};
  spec.at = kNoon + std::chrono::days{1};
  spec.until = kNoon + std::chrono::days{2};
  const auto post = add_approved(world.queue(), spec).id;

  CHECK(type(world, {"reschedule", id_of(post), "fri 9am"}) == 2);

  CHECK(on_wall(world, post).approved());
  CHECK(shows(world, "--until"));
}

TEST_CASE("without systemd timer install ends with 3 and prints the crontab line") {
  SetupWorld world;

  CHECK(type(world, {"timer", "install"}) == 3);

  CHECK(shows(world, "*/5 * * * * /usr/bin/postq flush"));
  CHECK(world.box.files.empty());
}

TEST_CASE("config shows values as the file spells them, and where they come from") {
  SetupWorld world;
  world.settings->lines = {{"zone", std::string("UTC"), "config.toml:1"},
                           {"policy.ratio", std::string("1:3"), "default"},
                           {"policy.accounts.wall.ratio", std::string("1:1"), "config.toml:7"}};

  CHECK(type(world, {"config"}) == 0);
  CHECK(world.person.output ==
        "zone = \"UTC\"\n\n[policy]\nratio = \"1:3\"\n\n[policy.accounts.wall]\nratio = \"1:1\"\n");
  world.person.output.clear();
  CHECK(type(world, {"config", "--show-origin", "policy.ratio"}) == 0);
  CHECK(world.person.output == "default\t\"1:3\"\n");
  CHECK(type(world, {"config", "ratio"}) == 4);
  CHECK(shows(world, "did you mean policy.ratio?"));
}

TEST_CASE("doctor ends with 3 when something keeps posts from going out, and names it") {
  SetupWorld world;

  CHECK(type(world, {"doctor"}) == 3);

  CHECK(shows(world, "PROBLEM  timer"));
  CHECK(shows(world, "The first to mend: timer."));
}

TEST_CASE("platforms lists what there is and the settings to type") {
  SetupWorld world;

  CHECK(type(world, {"platforms"}) == 0);
  CHECK(type(world, {"platforms", "slate"}) == 0);

  CHECK(shows(world, "postq account add NAME --platform slate --path PATH"));
  CHECK(type(world, {"platforms", "slat"}) == 2);
  CHECK(shows(world, "did you mean slate?"));
}
