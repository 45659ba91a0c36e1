// Long texts as threads.
#include <rapidcheck.h>

#include "app/review_world.h"
#include "platforms/platforms.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::test;

namespace {

struct Bench {
  PaperPlatform paper;
  Account account;
  Draft draft;

  Bench() { account.name = "site"; }
  std::optional<std::vector<std::string>> split(const std::string& text, std::size_t limit = 40) {
    paper.takes.text = limit;
    draft.parts = {{text, {}}};
    auto split = split_for(paper, draft, account);
    return split ? std::optional(split->texts) : std::nullopt;
  }
};

using Pieces = std::vector<std::string>;

std::string without_blanks(const std::string& text) {
  std::string letters;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\t') letters += c;
  }
  return letters;
}

}  // namespace

TEST_CASE("a text is cut behind a sentence or a paragraph where one ends late enough, else behind a word") {
  Bench bench;
  CHECK(bench.split("The kettle is on, come in. There is cake and more.") ==
        Pieces{"The kettle is on, come in.", "There is cake and more."});
  CHECK(bench.split("First of all, hello there\n\nThen the news. And more of it.") ==
        Pieces{"First of all, hello there", "Then the news. And more of it."});
  CHECK(bench.split("Hi. There is so much to say that one post won't do") ==
        Pieces{"Hi. There is so much to say that one", "post won't do"});
  CHECK(bench.split("It opens on the 3. of May, a Saturday, not earlier") ==
        Pieces{"It opens on the 3. of May, a Saturday,", "not earlier"});
  CHECK(bench.split("She said \"come in, it is warm.\" So we all went in") ==
        Pieces{"She said \"come in, it is warm.\"", "So we all went in"});
}

TEST_CASE("a text that fits, and one on a platform without threads, is not cut") {
  Bench bench;
  CHECK_FALSE(bench.split("short"));
  bench.paper.facts.threads = false;
  CHECK_FALSE(bench.split(std::string(50, 'x')));
}

TEST_CASE("a word longer than a post is cut between letters, and no link in the middle of others") {
  Bench bench;
  CHECK(bench.split(std::string(50, 'x')) == Pieces{std::string(40, 'x'), std::string(10, 'x')});
  CHECK(bench.split("see https://example.org/a/page/that/is/long") ==
        Pieces{"see", "https://example.org/a/page/that/is/long"});
  std::string families;
  for (int i = 0; i < 3; ++i) families += "\U0001F468\u200D\U0001F469\u200D\U0001F467";
  CHECK(bench.split(families, 2)->front().size() == families.size() / 3 * 2);
}

TEST_CASE("each part of a thread is cut by itself, and parts that fit stay as they are") {
  Bench bench;
  bench.paper.takes.text = 20;
  bench.draft.parts = {{"as it was", {}}, {"this one is longer than twenty", {}}};
  CHECK(split_for(bench.paper, bench.draft, bench.account)->texts ==
        Pieces{"as it was", "this one is longer", "than twenty"});
  bench.draft.variants["site"] = {"another text of this account"};
  CHECK(split_for(bench.paper, bench.draft, bench.account)->texts == Pieces{"another text of this", "account"});
}

TEST_CASE("the pictures of a part that is cut go with its first piece") {
  Bench bench;
  bench.paper.takes.text = 20;
  Media oak;
  oak.name = "oak.png";
  Media elm;
  elm.name = "elm.png";
  bench.draft.parts = {{"this one is longer than twenty", {oak}}, {"short", {elm}}};

  auto split = split_for(bench.paper, bench.draft, bench.account);
  REQUIRE(split);
  take_split(*std::move(split), "site", bench.draft);

  const auto parts = parts_for(bench.draft, "site");
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].media == std::vector{oak});
  CHECK(parts[1].media.empty());
  CHECK(parts[2].text == "short");
  CHECK(parts[2].media == std::vector{elm});
  CHECK(draft_from_json(to_json(bench.draft)).value() == bench.draft);
}

TEST_CASE("a text without spaces is cut behind a sentence, and never before a closing mark or within a link") {
  Bench bench;
  CHECK(bench.split("今日は晴れです。明日は雨が降るでしょう。", 12) ==
        Pieces{"今日は晴れです。", "明日は雨が降るでしょう。"});
  CHECK(bench.split("彼は「雨です。」と言った。", 9) == Pieces{"彼は「雨です。」", "と言った。"});
  CHECK(bench.split("ああああああああっと", 9) == Pieces{"ああああああああ"
                                                         "っ",
                                                         "と"});
  CHECK(bench.split("東京 今日はとても晴れています", 10) == Pieces{"東京 今日はとても晴", "れています"});
  CHECK(bench.split("गाँव में मेला है। सब लोग आएँगे।", 18)->front() == "गाँव में मेला है।");
  CHECK(bench.split("見て https://a.example/日本語の長い頁", 20) ==
        Pieces{"見て", "https://a.example/日本", "語の長い頁"});
}

TEST_CASE("where not even a letter fits, nothing is cut") {
  const Platform& mastodon = *all_platforms().find("mastodon");
  Account account;
  account.name = "m";
  Draft draft;
  draft.parts = {{"hello", {}}};
  draft.warning = std::string(500, 'w');
  CHECK_FALSE(split_for(mastodon, draft, account));
}

TEST_CASE("pieces fit as the platform counts them, and hold every letter in its order, whatever the text") {
  const Platform& bluesky = *all_platforms().find("bluesky");
  Account account;
  account.name = "b";
  CHECK(rc::check([&] {
    const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "word ", "sentence. ", "\n\n", "https://example.org/a/rather/long/address/there ", "日本語", "🦋 ",
        "averyveryverylongwordthatgoesonandon", "- ", "e\u0301\u0301\u0301", " "));
    std::string text;
    while (text.size() < 1500) {
      for (const auto& word : words) text += word;
      text += "more. ";
    }
    Draft draft;
    draft.parts = {{text, {}}};
    const auto pieces = split_for(bluesky, draft, account);
    RC_ASSERT(pieces.has_value());
    std::string all;
    for (const auto& piece : pieces->texts) all += piece;
    RC_ASSERT(without_blanks(all) == without_blanks(text));
    draft.variants["b"] = pieces->texts;
    for (const Problem& problem : bluesky.problems(account, bluesky.render(account, draft))) {
      RC_ASSERT(problem.kind != "too-long");
    }
  }));
}
