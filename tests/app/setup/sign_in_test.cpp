#include "app/setup/sign_in.h"

#include "app/setup_world.h"

using namespace postq;
using namespace postq::test;

namespace {

Account wall() {
  Account account;
  account.name = "wall";
  account.platform = "slate";
  account.base_url = "https://slate.example";
  return account;
}

BrowserSignIn begun(SetupWorld& world, BrowserPlace place) {
  world.known_platforms.slate.facts.signs_in_browser = true;
  return must(begin_browser_sign_in(world, wall(), place));
}

}  // namespace

TEST_CASE("the browser is elsewhere over ssh and without a display") {
  SetupWorld world;
  CHECK(browser_place(world) == BrowserPlace::elsewhere);
  world.variables["DISPLAY"] = ":0";
  CHECK(browser_place(world) == BrowserPlace::here);
  world.variables["SSH_CONNECTION"] = "192.0.2.1 50000 192.0.2.2 22";
  CHECK(browser_place(world) == BrowserPlace::elsewhere);
  world.variables = {{"WAYLAND_DISPLAY", "wayland-0"}, {"SSH_CONNECTION", ""}};
  CHECK(browser_place(world) == BrowserPlace::here);
  world.variables["SSH_TTY"] = "/dev/pts/1";
  CHECK(browser_place(world) == BrowserPlace::elsewhere);
}

TEST_CASE("a browser here is sent back to this machine, one elsewhere shows a code") {
  SetupWorld world;

  const auto here = begun(world, BrowserPlace::here);
  CHECK(world.box.browser.listening);
  CHECK(here.redirect_uri == "http://127.0.0.1:4321/callback");
  const auto elsewhere = begun(world, BrowserPlace::elsewhere);
  CHECK(elsewhere.browser == nullptr);

  CHECK(world.known_platforms.slate.redirects ==
        std::vector<std::string>{"http://127.0.0.1:4321/callback", "urn:ietf:wg:oauth:2.0:oob"});
  const auto secrets = must(finish_browser_sign_in(world, elsewhere, "right"));
  CHECK(secrets.at("token").reveal() == "a key");
  CHECK(secrets.at("refresh_token").reveal() == "another key");
  CHECK(world.keys.kept.empty());
}

TEST_CASE("a sign-in that can't begin registers nothing") {
  SetupWorld world;
  world.box.browser.cannot_listen = true;
  world.known_platforms.slate.facts.signs_in_browser = true;

  CHECK(begin_browser_sign_in(world, wall(), BrowserPlace::here).error().kind == ErrorKind::config);

  CHECK(world.known_platforms.slate.redirects.empty());
}

TEST_CASE("an answer of the browser counts only with this sign-in's state") {
  SetupWorld world;
  const auto sign_in = begun(world, BrowserPlace::here);
  const auto refused = [&](const std::map<std::string, std::string>& query) {
    const auto code = code_of_answer(sign_in, query);
    REQUIRE_FALSE(code);
    CHECK(code.error().kind == ErrorKind::sign_in);
    CHECK(code.error().message.find("right") == std::string::npos);
    return code.error().message;
  };

  CHECK(must(code_of_answer(sign_in, {{"state", "st8"}, {"code", "right"}})) == "right");
  CHECK(refused({{"state", "other"}, {"code", "right"}}).find("another sign-in") != std::string::npos);
  CHECK(refused({{"code", "right"}}).find("another sign-in") != std::string::npos);
  CHECK(refused({{"state", "other"}, {"error", "access_denied"}}).find("another sign-in") != std::string::npos);
  CHECK(refused({{"state", "st8"}, {"error", "access_denied"}}) ==
        "you said no to postq at slate.example; nothing was stored");
  CHECK(refused({{"state", "st8"}, {"error", "server_error"}, {"error_description", "come\nback"}})
            .starts_with("slate.example says server_error: come"));
  CHECK(refused({{"state", "st8"}}) == "slate.example sent no code along");
}

TEST_CASE("a code can be pasted alone, or within the address where the browser ended") {
  SetupWorld world;
  const auto here = begun(world, BrowserPlace::here);
  const auto elsewhere = begun(world, BrowserPlace::elsewhere);
  const std::string callback = "http://127.0.0.1:4321/callback?";

  CHECK(must(code_of_paste(here, "  right\t\r")) == "right");
  CHECK(must(code_of_paste(here, callback + "code=right&state=st8")) == "right");
  CHECK(must(code_of_paste(elsewhere, "https://slate.example/oauth/authorize/native?code=right")) == "right");

  CHECK(code_of_paste(here, callback + "code=right").error().kind == ErrorKind::sign_in);
  CHECK(code_of_paste(here, callback + "code=right&state=other").error().kind == ErrorKind::sign_in);
  CHECK(code_of_paste(elsewhere, callback + "code=right&state=other").error().kind == ErrorKind::sign_in);
  CHECK(code_of_paste(here, callback + "error=access_denied&state=st8").error().message.starts_with("you said no"));
  for (const char* none :
       {"", "   ", "https://slate.example/authorize?state=st8", "http://", "two words", "caf\xc3\xa9"}) {
    INFO(none);
    CHECK(code_of_paste(here, none).error().kind == ErrorKind::usage);
  }
}

TEST_CASE("a code that the platform doesn't take is named as that") {
  SetupWorld world;
  const auto sign_in = begun(world, BrowserPlace::here);

  const auto secrets = finish_browser_sign_in(world, sign_in, "left");

  REQUIRE_FALSE(secrets);
  CHECK(secrets.error().message == "that code is wrong, used up or too old: slate.example says 400: no such code");
}
