#include "app/review/card.h"

#include <algorithm>

#include <postq/text/text.h>

#include "app/words/content_words.h"
#include "support/catch.h"
#include "support/has.h"
#include "system/zones/zones.h"

using namespace postq;
using postq::test::has;

namespace {

constexpr TimePoint kSunday = time_point(1'795'380'240);  // 22 November 2026, 21:44 in Berlin

const Zone& berlin() {
  static const auto zones = make_zones();
  static const Zone* const zone = zones->find("Europe/Berlin").value();
  return *zone;
}

CardDelivery delivery_to(const std::string& account, const std::string& text) {
  CardDelivery each;
  each.delivery.id = DeliveryId{1};
  each.delivery.post = PostId{12};
  each.delivery.account_name = account;
  each.content.account = account;
  each.content.visibility = "public";
  each.content.parts.push_back({text, {}, {}, {}});
  each.lengths = {text.size()};
  each.limit = 500;
  return each;
}

ReviewCard card_of(std::vector<CardDelivery> deliveries) {
  ReviewCard card;
  card.post = PostId{12};
  card.author = "anna";
  card.created_at = kSunday;
  card.deliveries = std::move(deliveries);
  return card;
}

Item question(const std::string& text) {
  Item item;
  item.id = ItemId{7};
  item.said.person.handle = "@mira";
  item.said.created_at = kSunday - std::chrono::hours{26};
  item.said.text = text;
  item.said.url = "https://paper.example/1005";
  return item;
}

CardDelivery answer_to(const Item& item) {
  auto each = delivery_to("site", "Oak.");
  each.content.reply_to = item.said.url;
  each.answers = item;
  return each;
}

struct Screen {
  int columns = 80;
  bool plain = false;
  bool colour = false;
};

std::string shown(const ReviewCard& card, Screen screen = {}) {
  const CardLook look{berlin(), kSunday, screen.columns, screen.plain, screen.colour, 1, 3};
  std::string text;
  for (const auto& line : render_card(card, look)) text += line + "\n";
  return text;
}

Media oak() {
  Media media;
  media.name = "oak.png";
  media.mime = "image/png";
  media.bytes = 412'000;
  media.width = 1600;
  media.height = 900;
  return media;
}

Schedule tuesday_nine() {
  Schedule schedule;
  schedule.wall = parse_wall("2026-11-24T09:00:00").value();
  schedule.zone = "Europe/Berlin";
  schedule.not_before = berlin().resolve(*schedule.wall).instant;
  return schedule;
}

}  // namespace

TEST_CASE("a card says whose post it is, what is in it and when it goes") {
  auto each = delivery_to("site", "Ink & Oak has a new face. https://annadraws.example/oak");
  each.delivery.schedule = tuesday_nine();
  each.content.language = "en";
  each.expectation = "goes Tue 09:00 (6 by hand, 0 scheduled in 14 days)";
  each.notes = {"3 people wait longer than 24 h for an answer"};

  const auto text = shown(card_of({each}));

  CHECK(has(text, "Post 12, written by anna"));
  CHECK(has(text, "1 of 3"));
  CHECK(has(text, "Ink & Oak has a new face. https://annadraws.example/oak"));
  CHECK(has(text, "Link      annadraws.example"));
  CHECK(has(text, "Tue 24 Nov 2026 09:00 Berlin, in 1 day 11 h"));
  CHECK(has(text, "of 500   public, language en"));
  CHECK(has(text, "goes Tue 09:00 (6 by hand, 0 scheduled in 14 days)"));
  CHECK(has(text, "note: 3 people wait longer than 24 h for an answer"));
}

TEST_CASE("a picture that was shrunk is shown with what it was") {
  auto each = delivery_to("site", "Look");
  auto photo = oak();
  photo.shrunk_from = Original{5'200'000, 4032, 3024, false};
  auto logo = oak();
  logo.name = "logo.png";
  logo.shrunk_from = Original{2'000'000, 3200, 1800, true};
  each.content.parts[0].media = {photo, logo};

  const auto text = shown(card_of({each}));

  CHECK(has(text, "Picture   oak.png, shrunk from 4032x3024, 5.2 MB to 1600x900, 412 kB"));
  CHECK(has(text, "Picture   logo.png, shrunk from 3200x1800, 2.0 MB to 1600x900, 412 kB,"));
  CHECK(has(text, "instead of transparent"));  // the line is wrapped
}

TEST_CASE("a picture is shown with name, size and alt text") {
  auto each = delivery_to("site", "Look");
  auto described = oak();
  described.alt = "Wordmark in dark green";
  auto decorative = oak();
  decorative.decorative = true;
  each.content.parts[0].media = {described, oak(), decorative};

  const auto text = shown(card_of({each}));

  CHECK(has(text, "Picture   oak.png, 1600x900, 412 kB"));
  CHECK(has(text, "   alt    \"Wordmark in dark green\""));
  CHECK(has(text, "   alt    NO ALT TEXT"));
  CHECK(has(text, "   alt    none: it is decoration"));
}

TEST_CASE("warning, reply target, end, label and togetherness are on the card") {
  auto each = delivery_to("site", "Look");
  each.content.warning = "spiders";
  each.content.reply_to = "https://paper.example/7";
  each.content.replies = "mentioned,following";
  each.content.quotes = "nobody";
  each.content.sensitive = true;
  each.delivery.schedule = tuesday_nine();
  each.delivery.schedule.until = each.delivery.schedule.not_before + std::chrono::hours{4};
  auto card = card_of({each});
  card.label = "launch";
  card.together = true;

  const auto text = shown(card);

  CHECK(has(text, "Warning   \"spiders\""));
  CHECK(has(text, "Answers   https://paper.example/7"));
  CHECK(has(text, "Audience  only people it mentions and people you follow may reply"));
  CHECK(has(text, "Audience  nobody may quote it"));
  CHECK(has(text, "Audience  pictures are hidden until a reader opens them"));
  CHECK(has(text, "never after Tue 24 Nov 2026 13:00 Berlin"));
  CHECK(has(text, "Label     launch"));
  CHECK(has(text, "to all accounts in one run of flush, or to none"));
}

TEST_CASE("what an account can't keep to is not promised above its own note") {
  auto keeps = delivery_to("bsky", "Look");
  keeps.content.quotes = "nobody";
  keeps.content.replies = "followers";
  auto cannot = delivery_to("masto", "Look");
  cannot.content = keeps.content;
  Problem problem;
  problem.fatal = false;
  problem.kind = "replies";
  problem.message = "anybody may reply: Mastodon 4.4 can't be told otherwise";
  cannot.problems = {problem};

  const auto alone = shown(card_of({cannot}));
  CHECK_FALSE(has(alone, "only your followers may reply"));
  CHECK(has(alone, "note: anybody may reply"));

  const auto both = shown(card_of({keeps, cannot}));
  CHECK_FALSE(has(both, "Audience  only your followers may reply"));
  CHECK(has(both, "only your followers may reply"));
  CHECK(has(both, "note: anybody may reply"));
  CHECK(has(both, "Audience  nobody may quote it"));
}

TEST_CASE("a link card that didn't come is said with the reason, and a language that isn't set") {
  auto each = delivery_to("bsky", "See example.org/not-yet");
  each.content.parts[0].facets = {{4, 23, Facet::Kind::link, "https://example.org/not-yet"}};
  each.content.parts[0].no_card = "example.org says 404";
  each.tells_language = true;

  const auto text = shown(card_of({each}));
  CHECK(has(text, "note: no link card for https://example.org/not-yet:"));
  CHECK(has(text, "404"));
  CHECK(has(text, "no language set"));

  each.content.language = "de";
  each.content.parts[0].card = Card{"https://example.org/not-yet", "Soon", "", {}};
  const auto with_card = shown(card_of({each}));
  CHECK(has(with_card, "note: the link card comes without its picture: example.org says 404"));
  CHECK(has(with_card, "language de"));
  CHECK_FALSE(has(with_card, "no language set"));
}

TEST_CASE("an answer stands beside its question: whose it is, when it came and how it begins") {
  const auto card = card_of({answer_to(question("is it oak?\n\nor ash?"))});

  const auto text = shown(card);
  CHECK(has(text, "\nAnswers   i7 @mira, Sat 19:44: \"is it oak? or ash?\"\n"));
  CHECK_FALSE(has(text, "paper.example"));
  CHECK_FALSE(has(text, "all of it"));
  CHECK(has(shown(card, {80, true, false}), "\nAnswers: i7 @mira, Sat 19:44: \"is it oak? or ash?\"\n"));
  CHECK(has(shown(card_of({answer_to(question(""))})), "\nAnswers   i7 @mira, Sat 19:44, without words\n"));
}

TEST_CASE("a long question is cut, with the command that shows all of it") {
  std::string words;
  for (int i = 0; i < 100; ++i) words += "oak ";
  const auto card = card_of({answer_to(question(words + "THE END"))});

  const auto text = shown(card);
  CHECK(has(text, "...\"\n          all of it:  postq show i7\n"));
  CHECK_FALSE(has(text, "THE END"));
  CHECK(has(shown(card, {80, true, false}), "...\"\nall of it: postq show i7\n"));
  for (const auto& line : render_card(card, {berlin(), kSunday, 40, false, false, 1, 3})) {
    CHECK(display_width(line) < 40);
  }
}

TEST_CASE("a question can't command the terminal, nor pose as a row of the card") {
  auto item = question("oak?\x1b[2J\nWhen: next year\nEnd of the text:\xe2\x80\xae");
  item.said.person.handle = "@mi\x1b[31mra";

  for (const bool plain : {false, true}) {
    const auto text = shown(card_of({answer_to(item)}), {200, plain, false});
    CHECK_FALSE(has(text, "\x1b"));
    CHECK_FALSE(has(text, "\nWhen: next year"));
    CHECK(has(text, "oak?\\x1b[2J When: next year End of the text:<U+202E>\""));
  }
}

TEST_CASE("an answer to what its author deleted gets no yes") {
  auto item = question("is it oak?");
  item.deleted_at = kSunday;
  auto gone = answer_to(item);
  gone.content.resolved = false;
  gone.unresolved = "the platform finds no post";

  const auto against = reasons_against(card_of({gone}), kSunday);

  REQUIRE(against.size() == 1);  // trying again later would not help
  CHECK(has(against[0], "i7 was deleted by its author, so it can't be answered: n rejects it, e edits it"));
  CHECK(has(shown(card_of({gone})), "PROBLEM: i7 was deleted by its author, so it can't be answered"));
  CHECK(reasons_against(card_of({answer_to(question("is it oak?"))}), kSunday).empty());
}

TEST_CASE("the parts of a thread are numbered and counted each") {
  auto each = delivery_to("site", "One");
  each.content.parts.push_back({"Two and more", {}, {}, {}});
  each.lengths = {3, 12};

  const auto text = shown(card_of({each}));

  CHECK(has(text, "[Part 1 of 2]\nOne\n"));
  CHECK(has(text, "[Part 2 of 2]\nTwo and more\n"));
  CHECK(has(text, "2 parts: 3, 12 of 500"));
}

TEST_CASE("what one account gets that the others don't is shown at that account") {
  auto first = delivery_to("site", "Same\nlong ending");
  auto second = delivery_to("work", "Same\nshort");
  second.content.warning = "work only";
  second.delivery.schedule = tuesday_nine();
  second.content.parts[0].media = {oak()};

  const auto text = shown(card_of({first, second}));

  CHECK(has(text, "text differs from the above:"));
  CHECK(has(text, "- long ending"));
  CHECK(has(text, "+ short"));
  CHECK(has(text, "warning \"work only\""));
  CHECK(has(text, "when: Tue 24 Nov 2026 09:00 Berlin"));
  CHECK(has(text, "oak.png, 1600x900, 412 kB, alt NO ALT TEXT"));
}

TEST_CASE("a thread and one text with a line of --- are not the same") {
  auto thread = delivery_to("alpha", "One");
  thread.content.parts.push_back({"Two", {}, {}, {}});
  thread.lengths = {3, 3};
  const auto single = delivery_to("beta", "One\n---\nTwo");

  CHECK(has(shown(card_of({thread, single})), "the same words, in "));
}

TEST_CASE("the text that most accounts get is shown whole, the longest of several") {
  const auto short_one = delivery_to("alpha", "Short");
  const auto long_one = delivery_to("beta", "Long, and whole");
  auto text = shown(card_of({short_one, long_one}));
  CHECK(has(text, "-\nLong, and whole\n-"));
  CHECK(has(text, "+ Short"));

  text = shown(card_of({long_one, short_one, delivery_to("gamma", "Short")}));
  CHECK(has(text, "-\nShort\n-"));
}

TEST_CASE("hidden characters are made visible, and a line says that there are some") {
  const auto text = shown(card_of({delivery_to("site", "pay\xe2\x80\xaepal")}));

  CHECK(has(text, "<U+202E>"));
  CHECK(has(text, "invisible characters are in it"));
  CHECK_FALSE(has(text, "\xe2\x80\xae"));
}

TEST_CASE("a card of ordinary text doesn't speak of hidden characters") {
  CHECK_FALSE(has(shown(card_of({delivery_to("site", "plain")})), "invisible"));
}

TEST_CASE("terminal commands in a text, a name or an answer of a server reach no terminal") {
  auto each = delivery_to("site", "a\x1b]52;c;eA==\x07 b");
  each.remote_name = "\x1b[2J";
  each.unresolved = "\x1b[31mno";
  each.content.warning = "\x1b[1m";
  each.problems = {{true, "x", "\x1b[5m", "", 1, 0, 0, 0}};
  auto media = oak();
  media.name = "\x1b[0m.png";
  media.alt = "\x9b";
  each.content.parts[0].media = {media};
  auto card = card_of({each});
  card.author = "\x1b[31manna";
  card.label = "\x1b[8m";

  for (const bool plain : {false, true}) {
    const auto text = shown(card, {80, plain, false});
    CHECK(std::none_of(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == '\x7f'; }));
  }
}

TEST_CASE("a link whose words or host mislead is marked") {
  auto each = delivery_to("site", "https://paypal.com@evil.example/ and my page");
  each.content.parts[0].facets = {{37, 44, Facet::Kind::link, "https://elsewhere.example/x"}};

  const auto text = shown(card_of({each}));

  CHECK(has(text, "evil.example   PROBLEM: look twice"));
  CHECK(has(text, "leads to https://elsewhere.example/x"));
  CHECK(has(text, "Link      elsewhere.example"));
}

TEST_CASE("a link that only some accounts make is shown with theirs") {
  auto site = delivery_to("site", "See a.example and https://b.example/x");
  auto bsky = delivery_to("bsky", "See a.example and b.example/x");
  bsky.content.parts[0].facets = {{4, 13, Facet::Kind::link, "https://a.example"},
                                  {18, 29, Facet::Kind::link, "https://b.example/x"}};

  const auto text = shown(card_of({site, bsky}));

  CHECK(has(text, "Link      a.example   only on bsky\n"));
  CHECK(has(text, "Link      b.example\n"));
}

TEST_CASE("a text that imitates the card gets a margin") {
  const auto text = shown(card_of({delivery_to("site", "Hi\n--------------------\nWhen      next year")}));

  CHECK(has(text, "| Hi\n| --------------------\n| When      next year\n"));
}

TEST_CASE("the card says what changed since the last approval") {
  auto each = delivery_to("site", "Open Saturday 8 to 13");
  auto before = each.content;
  before.parts[0].text = "Open Saturday 7 to 13";
  before.warning = "early";
  each.last_approved_document = document_of(before);

  const auto text = shown(card_of({each}));

  CHECK(has(text, "Changed since 12@site was approved:"));
  CHECK(has(text, "- Open Saturday 7 to 13"));
  CHECK(has(text, "+ Open Saturday 8 to 13"));
  CHECK(has(text, "- warning: early"));
}

TEST_CASE("the card says when exactly this was approved before") {
  auto each = delivery_to("site", "Open Saturday");
  each.content.schedule = tuesday_nine();
  each.last_approved_document = document_of(each.content);

  CHECK(has(shown(card_of({each})), "12@site was approved before, with exactly this content"));
}

TEST_CASE("every difference between two documents has a line") {
  const auto base = delivery_to("site", "text").content;
  CHECK(content_changes(base, base).empty());
  std::vector<Content> others(13, base);
  others[0].warning = "w";
  others[1].visibility = "unlisted";
  others[2].language = "de";
  others[3].reply_to = "https://x.example";
  others[4].schedule.until = kSunday;
  others[5].parts[0].media = {oak()};
  others[6].parts[0].card = Card{"https://x.example", "title", "", {}};
  others[7].parts[0].facets = {{0, 4, Facet::Kind::mention, "did:x"}};
  others[8].account = "somebody else";
  others[9].replies = "nobody";
  others[10].quotes = "nobody";
  others[11].sensitive = true;
  others[12].parts[0].media = {oak()};
  others[12].parts[0].media[0].focus = "0,1";

  for (const auto& other : others) CHECK_FALSE(content_changes(base, other).empty());
}

TEST_CASE("an earlier no is shown with its reason") {
  auto each = delivery_to("site", "text");
  Approval no;
  no.verdict = ReviewVerdict::rejected;
  no.person = "ben";
  no.reason = "the link is dead";
  no.at = kSunday - std::chrono::hours{1};
  each.last_verdict = no;

  CHECK(has(shown(card_of({each})), "by ben, 20:44: the link is dead"));
}

TEST_CASE("a time in another zone is shown in both") {
  auto each = delivery_to("site", "text");
  each.delivery.schedule = tuesday_nine();
  each.delivery.schedule.zone = "Europe/London";

  CHECK(has(shown(card_of({each})), "09:00 London (Tue 24 Nov 2026 09:00 Berlin)"));
}

TEST_CASE("no line is wider than the screen") {
  auto each = delivery_to("a-rather-long-account-name", std::string(300, 'x') + " " + std::string(40, 'y'));
  each.content.warning = std::string(200, 'w');
  each.content.parts[0].media = {oak()};
  each.content.parts[0].media[0].name = std::string(200, 'n');
  each.remote_name = std::string(100, 'r');
  each.expectation = std::string(150, 'e');
  each.problems = {{true, "x", std::string(120, 'p'), "", 1, 0, 0, 0}};
  auto other = delivery_to("work", std::string(200, 'z'));
  auto before = each.content;
  before.parts[0].text = std::string(200, 'b');
  each.last_approved_document = document_of(before);
  auto card = card_of({each, other});
  card.author = std::string(90, 'a');

  for (const int columns : {40, 60, 80, 132}) {
    for (const auto& line : render_card(card, {berlin(), kSunday, columns, false, false, 1, 3})) {
      CHECK(display_width(line) < static_cast<std::size_t>(columns));
    }
  }
}

TEST_CASE("in plain mode there are no rules and no columns") {
  auto each = delivery_to("site", "Hello");
  each.content.parts[0].media = {oak()};
  each.delivery.schedule = tuesday_nine();

  const auto text = shown(card_of({each}), {80, true, false});

  CHECK_FALSE(has(text, "---"));
  CHECK_FALSE(has(text, "   "));
  CHECK(has(text, "Text:\nHello\nEnd of the text:\n"));
  CHECK(has(text, "Picture: oak.png"));
  CHECK(has(text, "When: Tue 24 Nov"));
  CHECK(has(text, "site: 5 of 500, public"));
}

TEST_CASE("only the words that need attention are coloured, and they stand there without colour too") {
  auto each = delivery_to("site", "HELD is a word of the author");
  each.expectation = "HELD: nothing by hand in 14 days";
  const auto card = card_of({each});

  const auto coloured = shown(card, {80, false, true});

  CHECK(has(coloured, "\x1b[1;35mHELD\x1b[0m: nothing by hand"));
  CHECK(has(coloured, "\nHELD is a word of the author"));
  CHECK(has(shown(card), "HELD: nothing by hand"));
}

TEST_CASE("what keeps a post from being approved is said for each account") {
  auto fine = delivery_to("site", "ok");
  CHECK(reasons_against(card_of({fine}), kSunday).empty());

  auto unresolved = fine;
  unresolved.content.resolved = false;
  CHECK(reasons_against(card_of({unresolved}), kSunday).size() == 1);
  auto wrong = fine;
  wrong.problems = {{true, "too-long", "too long: 600 of 500", "", 1, 600, 500, 0}};
  CHECK(has(reasons_against(card_of({wrong}), kSunday).at(0), "too long: 600 of 500"));
  auto mendable = fine;
  mendable.problems = {{false, "alt", "no alt text", "", 1, 0, 0, 0}};
  CHECK(reasons_against(card_of({mendable}), kSunday).empty());
  auto over = fine;
  over.delivery.schedule.until = kSunday;
  CHECK(has(reasons_against(card_of({over}), kSunday).at(0), "its end has passed"));
  auto bare = fine;
  bare.alt_required = true;
  bare.content.parts[0].media = {oak(), oak()};
  bare.content.parts[0].media[1].decorative = true;
  CHECK(reasons_against(card_of({bare}), kSunday).size() == 1);
  CHECK(reasons_against(card_of({wrong, over}), kSunday).size() == 2);
}
