#include <bit>

#include <postq/text/likeness.h>
#include <postq/text/text.h>

#include "support/catch.h"

namespace postq {

namespace {

struct RetrySafety {
  std::string first;
  std::string again;
};

// How people repeat themselves: another link, number, weekday or greeting; hashtags, a shortened sentence.
const std::vector<RetrySafety> kRepeats{

    {"Release 2.1 is out, with faster search and a new review screen. Thanks to everyone who sent patches! "
     "https://example.org/r/2.1",
     "Release 2.1 is out, with faster search and a new review screen. Thanks to everyone who sent patches! "
     "https://example.org/r/2.1?utm=b"},
    {"Release 2.1 is out, with faster search and a new review screen. Thanks to everyone who sent patches!",
     "Release 2.2 is out, with faster search and a new review screen. Thanks to everyone who sent patches!"},
    {"Our shop is open again on Saturday from nine to four. Come by for fresh bread and coffee.",
     "Our shop is open again on Sunday from nine to four. Come by for fresh bread and coffee!"},
    {"In case you missed it: our guide to writing good alt text, with examples from real posts.",
     "ICYMI: our guide to writing good alt text, with examples from real posts."},
    {"Good morning! Today's sketch: two foxes under an old apple tree. Ink on paper.",
     "Today's sketch: two foxes under an old apple tree. Ink on paper. #art #ink"},
    {"We are hiring a backend engineer, remote in Europe. Small team, kind people, no crypto. Apply until Friday.",
     "We're hiring a backend engineer (remote in Europe). Small team, kind people, no crypto. Apply until Friday!"},
    {"Neue Folge: Wie wir unsere Server mit Sonnenstrom betreiben und was das kostet.",
     "Neue Folge! Wie wir unsere Server mit Sonnenstrom betreiben - und was das kostet. Jetzt hören."},
    {"Tonight at 8pm: live stream about porting our game to the Steam Deck",
     "Tomorrow at 8pm: live stream about porting our game to the Steam Deck"},
    {"新しいバージョンを公開しました。検索がとても速くなりました。",
     "新しいバージョンを公開しました！検索がとても速くなりました。ぜひお試しください。"},
    {"Reminder: the call for papers closes on Friday. Submit your talk!",
     "Last reminder: the call for papers closes tomorrow. Submit your talk!"},
    {"coffee first then code", "Coffee first, then code. ☕"},
};

// Posts of the same authors that share their subject or their set phrases and say something else.
const std::vector<std::string> kOthers{
    "Release 2.0 was a long time coming, here is the story of how we got there.",
    "Release 2.1 broke the importer for some of you. Sorry! A fix is on its way, please hold your updates.",
    "Our shop stays closed on Monday, we are moving the oven. See you on Tuesday.",
    "Does anybody know a good book about letterpress printing?",
    "I spent the whole weekend reading about TCP and now I see retransmissions everywhere.",
    "Good morning! Coffee, rain, and a stack of pull requests.",
    "Thank you all for the kind words about the sketch of the foxes.",
    "Today's sketch: a heron at the lake, waiting. Watercolour.",
    "Die neue Folge kommt erst am Donnerstag, das Mikrofon ist kaputt.",
    "We are looking for a designer, remote in Europe. Part time is fine. Write to us.",
    "The call for papers is open! Tell us about your favourite bug.",
    "good morning to everybody here",
    "the cat is on the keyboard again",
    "thank you so much for this",
    "what a day it has been",
    "検索が遅い場合は、設定を確認してください。",
    "Tonight I will cook and not look at a screen.",
    "Live stream is over, thanks for watching! The recording will be up tomorrow."};

}  // namespace

TEST_CASE("a repeat with small changes is nearly the same text") {
  for (const auto& repeat : kRepeats) {
    CAPTURE(repeat.first, repeat.again);
    CHECK(nearly_same(fingerprint(repeat.first), fingerprint(repeat.again)));
  }
}

TEST_CASE("different posts of one author are not nearly the same") {
  auto posts = kOthers;
  for (std::size_t i = 1; i < kRepeats.size(); ++i) posts.push_back(kRepeats[i].first);
  for (std::size_t i = 0; i < posts.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      CAPTURE(posts[i], posts[j]);
      CHECK_FALSE(nearly_same(fingerprint(posts[i]), fingerprint(posts[j])));
    }
  }
}

TEST_CASE("a repeat shares its words, and what is near by chance does not") {
  for (const auto& repeat : kRepeats) {
    CAPTURE(repeat.first, repeat.again);
    CHECK(share_words(repeat.first, repeat.again));
  }
  constexpr std::string_view kBread = "Tuesday: the new bread list is on the wall";
  constexpr std::string_view kRoad = "The road is closed, come by the quay";
  REQUIRE(nearly_same(fingerprint(kBread), fingerprint(kRoad)));
  CHECK_FALSE(share_words(kBread, kRoad));
  CHECK_FALSE(share_words(kRoad, kBread));
}

TEST_CASE("links, case, punctuation and white space don't change a fingerprint") {
  CHECK(fingerprint("Our new release is out: https://a.example/1") ==
        fingerprint("OUR new   release\nis out!! https://b.example/2"));
  CHECK(fingerprint("We don't sell your data") == fingerprint("we don\u2019t sell YOUR data"));
}

TEST_CASE("a text of fewer than four words has no fingerprint and is near to nothing") {
  CHECK(fingerprint("") == 0);
  CHECK(fingerprint("good morning everyone") == 0);
  CHECK(fingerprint("look: https://a.example/one/two/three/four") == 0);
  CHECK(fingerprint("good morning to everyone") != 0);
  CHECK_FALSE(nearly_same(0, 0));
  CHECK_FALSE(nearly_same(fingerprint("good morning to everyone"), 0));
}

TEST_CASE("a fingerprint never leaves 63 bits") {
  for (int i = 0; i < 200; ++i) CHECK(fingerprint("post number " + std::to_string(i) + " of many") > 0);
}

}  // namespace postq
