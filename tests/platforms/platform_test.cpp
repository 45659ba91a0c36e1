// What the base class does for every platform.
#include <algorithm>

#include "platforms/platform_fixture.h"
#include "support/catch.h"

using namespace postq;
using namespace postq::testing;

namespace {

// A platform with limits that a test sets.
class Limited final : public Platform {
 public:
  PlatformTraits facts;
  Limits most;

  Limited() {
    facts.name = "limited";
    facts.title = "Limited";
    facts.media = true;
    facts.threads = true;
  }
  const PlatformTraits& traits() const override { return facts; }
  Status check_settings(Account&) const override { return {}; }
  Limits limits(const Account&) const override { return most; }
  Result<std::string> body(const Account&, const ApprovedDelivery&, const PartContext&) const override { return ""; }
  std::string show(const Account&, const PreparedRequest&) const override { return ""; }
  Result<Identity> identify(const Account&, PlatformContext&) const override { return Identity{}; }
  SendAnswer send(const Account&, const ApprovedDelivery&, const PreparedRequest&, PlatformContext&) const override {
    return {};
  }
};

// Counts every link as one, as some platforms nearly do.
class ShortLinks final : public Platform {
 public:
  const PlatformTraits& traits() const override { return inner_.traits(); }
  Status check_settings(Account&) const override { return {}; }
  Limits limits(const Account&) const override { return inner_.most; }
  std::size_t count(const Account& account, const Content& content, std::size_t part) const override {
    const std::string& text = content.parts.at(part).text;
    return Platform::count(account, content, part) -
           4 * static_cast<std::size_t>(std::count(text.begin(), text.end(), '!'));
  }
  Result<std::string> body(const Account&, const ApprovedDelivery&, const PartContext&) const override { return ""; }
  std::string show(const Account&, const PreparedRequest&) const override { return ""; }
  Result<Identity> identify(const Account&, PlatformContext&) const override { return Identity{}; }
  SendAnswer send(const Account&, const ApprovedDelivery&, const PreparedRequest&, PlatformContext&) const override {
    return {};
  }
  Limited inner_;
};

Account account_named(const std::string& name) {
  Account account;
  account.id = AccountId{1};
  account.name = name;
  return account;
}

Content content_of(std::vector<std::string> texts) {
  Content content;
  content.visibility = "public";
  for (std::string& text : texts) content.parts.push_back({std::move(text), {}, {}, std::nullopt});
  return content;
}

Media picture(std::string name = "oak.png", std::string alt = "an oak") {
  Media media;
  media.name = std::move(name);
  media.mime = "image/png";
  media.bytes = 1000;
  media.alt = std::move(alt);
  return media;
}

Problem only(const std::vector<Problem>& problems) {
  REQUIRE(problems.size() == 1);
  return problems.front();
}

}  // namespace

TEST_CASE("alt texts are counted in the account's unit") {
  Limited platform;
  platform.most.alt = 3;
  Content content = content_of({"look"});
  content.parts[0].media = {picture("oak.png", "\u0928\u093F\u092E\u094D")};  // two graphemes, four code points
  CHECK(platform.problems(account_named("a"), content).empty());

  platform.most.alt_unit = TextUnit::code_points;

  const Problem problem = only(platform.problems(account_named("a"), content));
  CHECK(problem.kind == "alt-too-long");
  CHECK(problem.message == "the alt text of oak.png is too long: 4 of 3");
}

TEST_CASE("an animation that becomes a still is said, and no reason to refuse it") {
  Limited platform;
  platform.most.stills = {"image/gif"};
  Content content = content_of({"look"});
  content.parts[0].media = {picture("wheel.gif", "a wheel")};
  content.parts[0].media[0].mime = "image/gif";
  CHECK(platform.problems(account_named("a"), content).empty());

  content.parts[0].media[0].animated = true;

  const Problem problem = only(platform.problems(account_named("a"), content));
  CHECK_FALSE(problem.fatal);
  CHECK(problem.kind == "animation");
  CHECK(problem.message == "wheel.gif is animated, and a shows its first picture only");
  content.parts[0].media[0].mime = "image/webp";
  CHECK(platform.problems(account_named("a"), content).empty());
}

TEST_CASE("a text within every limit has no problems") {
  Limited platform;
  platform.most.text = 5;

  CHECK(platform.problems(account_named("a"), content_of({"hello"})).empty());
}

TEST_CASE("a text over the limit is told with its length, the limit and the place where it would fit") {
  Limited platform;
  platform.most.text = 5;

  const Problem problem = only(platform.problems(account_named("a"), content_of({"h\u00e9llo w\u00f6rld"})));

  CHECK(problem.fatal);
  CHECK(problem.kind == "too-long");
  CHECK(problem.message == "too long: 11 of 5");
  CHECK(problem.remedy == "postq edit ID");
  CHECK(problem.count == 11);
  CHECK(problem.limit == 5);
  CHECK(problem.ends_at == 6);  // five letters, six bytes
}

TEST_CASE("the place where a text would fit follows the platform's own counting") {
  ShortLinks platform;
  platform.inner_.most.text = 3;

  const Problem problem = only(platform.problems(account_named("a"), content_of({"abcd!efghijk"})));

  CHECK(problem.count == 8);
  CHECK(problem.ends_at == 7);  // "abcd!ef" counts 3
}

TEST_CASE("a byte limit is checked where the count of letters fits") {
  Limited platform;
  platform.most.text = 10;
  platform.most.text_bytes = 4;

  const Problem problem = only(platform.problems(account_named("a"), content_of({"\u00e4\u00f6\u00fc"})));

  CHECK(problem.message == "too long: 6 of 4 bytes");
  CHECK(problem.ends_at == 4);
}

TEST_CASE("each unit of counting is used") {
  Limited platform;
  const Content content = content_of({"\U0001F44B\U0001F3FD\u00e9"});  // a wave with a skin tone, an accented letter

  platform.most.unit = TextUnit::graphemes;
  CHECK(platform.count({}, content, 0) == 2);
  platform.most.unit = TextUnit::code_points;
  CHECK(platform.count({}, content, 0) == 3);
  platform.most.unit = TextUnit::utf16;
  CHECK(platform.count({}, content, 0) == 5);
  platform.most.unit = TextUnit::bytes;
  CHECK(platform.count({}, content, 0) == 10);
}

TEST_CASE("a problem of a thread names its part") {
  Limited platform;
  platform.most.text = 5;

  const Problem problem = only(platform.problems(account_named("a"), content_of({"one", "much too long"})));

  CHECK(problem.part == 2);
  CHECK(problem.message == "part 2: too long: 13 of 5");
}

TEST_CASE("a thread needs a platform that has threads") {
  Limited platform;
  platform.facts.threads = false;

  const Problem problem = only(platform.problems(account_named("shop"), content_of({"one", "two"})));

  CHECK(problem.kind == "no-threads");
  CHECK(problem.message == "Limited takes no threads: 2 of 1 parts");
  CHECK(problem.remedy == "postq edit ID --variant shop=TEXT");
}

TEST_CASE("a thread may not have more parts than the platform takes") {
  Limited platform;
  platform.most.parts = 2;

  const Problem problem = only(platform.problems(account_named("a"), content_of({"one", "two", "three"})));

  CHECK(problem.kind == "too-many-parts");
  CHECK(problem.message == "too many parts: 3 of 2");
}

TEST_CASE("a post without text and media is empty") {
  Limited platform;

  CHECK(only(platform.problems(account_named("a"), content_of({" \n"}))).kind == "empty");
  CHECK(only(platform.problems(account_named("a"), content_of({}))).kind == "empty");
}

TEST_CASE("a picture without words is a post") {
  Limited platform;
  Content content = content_of({""});
  content.parts[0].media = {picture()};

  CHECK(platform.problems(account_named("a"), content).empty());
}

TEST_CASE("a platform that takes no text-only posts asks for a picture") {
  Limited platform;
  platform.most.needs_media = true;

  const Problem problem = only(platform.problems(account_named("a"), content_of({"hello"})));

  CHECK(problem.kind == "needs-media");
  CHECK(problem.message == "needs a picture: Limited takes no text-only posts");
  CHECK(problem.remedy == "postq edit ID --media FILE --alt TEXT");
}

TEST_CASE("media over a limit are refused, each with what it is") {
  Limited platform;
  platform.most.media = 1;
  platform.most.image_bytes = 1'500'000;
  platform.most.mime = {"image/png", "image/jpeg"};
  platform.most.alt = 5;
  Content content = content_of({"hello"});
  content.parts[0].media = {picture("big.png", "fine"), picture("old.tiff", "much too long")};
  content.parts[0].media[0].bytes = 1'500'001;
  content.parts[0].media[1].mime = "image/tiff";

  const auto problems = platform.problems(account_named("a"), content);

  REQUIRE(problems.size() == 4);
  CHECK(problems[0].message == "too many media: 2 of 1");
  CHECK(problems[1].message == "big.png is too large: 1.6 MB of 1.5 MB");
  CHECK(problems[2].message == "old.tiff is image/tiff; a takes image/png, image/jpeg");
  CHECK(problems[3].message == "the alt text of old.tiff is too long: 13 of 5");
  CHECK(std::all_of(problems.begin(), problems.end(), [](const Problem& problem) { return problem.fatal; }));
}

TEST_CASE("a picture is measured by its bytes and by its pixels, and what can be shrunk says so") {
  Limited platform;
  platform.most.image_bytes = 1'500'000;
  platform.most.image_pixels = 1'000'000;
  Content content = content_of({"hello"});
  content.parts[0].media = {picture()};
  auto& oak = content.parts[0].media[0];
  oak.name = "oak.png";
  oak.mime = "image/png";
  const auto only_problem = [&] { return only(platform.problems(account_named("a"), content)); };

  oak.bytes = 1'500'001;
  CHECK(only_problem().message == "oak.png is too large: 1.6 MB of 1.5 MB");
  CHECK(only_problem().remedy == "postq edit ID --media FILE --shrink");
  oak.width = oak.height = 1001;
  CHECK(only_problem().message == "oak.png is too large: 1.6 MB of 1.5 MB");
  oak.bytes = 1'500'000;
  CHECK(only_problem().message == "oak.png is too large: 1001 x 1001 pixels, and a takes 1000000");
  CHECK(only_problem().limit == 1'000'000);
  oak.width = 999;
  CHECK(platform.problems(account_named("a"), content).empty());

  oak.bytes = 1'500'001;
  oak.mime = "image/gif";
  CHECK(only_problem().remedy == "postq edit ID --media FILE");
}

TEST_CASE("a film is measured by the limit for films") {
  Limited platform;
  platform.most.image_bytes = 10;
  platform.most.video_bytes = 5000;
  Content content = content_of({"hello"});
  content.parts[0].media = {picture()};
  content.parts[0].media[0].mime = "video/mp4";

  CHECK(platform.problems(account_named("a"), content).empty());
}

TEST_CASE("media are refused where a platform takes none") {
  Limited platform;
  platform.facts.media = false;
  Content content = content_of({"hello"});
  content.parts[0].media = {picture()};

  CHECK(only(platform.problems(account_named("a"), content)).message == "Limited takes no pictures or films");
}

TEST_CASE("a missing alt text is marked and not fatal, and comes after what is") {
  Limited platform;
  platform.most.text = 2;
  Content content = content_of({"hello", "ok"});
  content.parts[1].media = {picture("oak.png", "")};
  content.parts[0].media = {picture("leaf.png", "")};

  const auto problems = platform.problems(account_named("a"), content);

  REQUIRE(problems.size() == 3);
  CHECK(problems[0].kind == "too-long");
  CHECK(problems[1].kind == "no-alt");
  CHECK(problems[1].message == "part 1: leaf.png has no alt text");
  CHECK_FALSE(problems[1].fatal);
  CHECK_FALSE(problems[2].fatal);
}

TEST_CASE("a decorative picture needs no alt text") {
  Limited platform;
  Content content = content_of({"hello"});
  content.parts[0].media = {picture("line.png", "")};
  content.parts[0].media[0].decorative = true;

  CHECK(platform.problems(account_named("a"), content).empty());
}

TEST_CASE("a post for few people never goes to a platform that is always public") {
  Limited platform;
  Content content = content_of({"for you only"});
  content.visibility = "direct";

  const Problem problem = only(platform.problems(account_named("site"), content));

  CHECK(problem.fatal);
  CHECK(problem.kind == "visibility");
  CHECK(problem.message == "site is always public; the post says direct");
}

TEST_CASE("a visibility must be one that the platform knows") {
  Limited platform;
  platform.facts.visibilities = {"public", "private"};
  Content content = content_of({"hello"});

  content.visibility = "private";
  CHECK(platform.problems(account_named("a"), content).empty());
  content.visibility = "friends";
  CHECK(only(platform.problems(account_named("a"), content)).message ==
        "a knows only public, private; the post says friends");
}

TEST_CASE("a reply target needs a platform that answers posts") {
  Limited platform;
  Content content = content_of({"hello"});
  content.reply_to = "https://example.org/1";

  CHECK(only(platform.problems(account_named("a"), content)).kind == "no-replies");
  platform.facts.replies = true;
  CHECK(platform.problems(account_named("a"), content).empty());
}

TEST_CASE("a draft becomes the account's own content") {
  Limited platform;
  platform.facts.resolves = true;
  Account account = account_named("shop");
  Draft draft = draft_of({"for all"});
  draft.variants["shop"] = {"for the shop"};
  draft.warning = "spiders";
  draft.language = "de";
  draft.reply_to = "https://example.org/1";
  draft.schedule.zone = "Europe/Berlin";

  Content content = platform.render(account, draft);

  CHECK(content.platform == "limited");
  CHECK(content.account == "shop");
  REQUIRE(content.parts.size() == 1);
  CHECK(content.parts[0].text == "for the shop");
  CHECK(content.warning == "spiders");
  CHECK(content.visibility == "public");
  CHECK(content.language == "de");
  CHECK(content.reply_to == "https://example.org/1");
  CHECK(content.schedule == draft.schedule);
  CHECK_FALSE(content.resolved);

  account.remote_id = "did:example:1";
  platform.facts.resolves = false;
  content = platform.render(account, draft);
  CHECK(content.account == "did:example:1");
  CHECK(content.resolved);
}

TEST_CASE("a request key is the same for an attempt and another for every other one") {
  Limited platform;
  const ApprovedDelivery delivery = approved(content_of({"one", "two"}));
  const auto key_of = [&](const ApprovedDelivery& sent, int part, TimePoint now) {
    return platform.request_key({}, sent, part, {}, now);
  };
  const std::string key = key_of(delivery, 1, kNow);

  CHECK(key == key_of(delivery, 1, kNow));
  CHECK(key.starts_with("postq-12-1-"));
  CHECK(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
  CHECK(key != key_of(delivery, 2, kNow));
  CHECK(key != key_of(delivery, 1, kNow + Seconds{1}));
  CHECK(key != key_of(approved(content_of({"one", "three"})), 1, kNow));
}

TEST_CASE("a platform without a list or a timeline says so") {
  Limited platform;
  Bench bench;
  const Account account = account_named("a");

  CHECK(platform.settle(account, approved(content_of({"one"})), {}, {}, bench.context).kind ==
        Settlement::Kind::undecided);
  const auto timeline = platform.read_timeline(account, {}, bench.context);
  REQUIRE_FALSE(timeline);
  CHECK(timeline.error().kind == ErrorKind::bug);
  const Status retracted = platform.retract(account, {}, bench.context);
  REQUIRE_FALSE(retracted);
  CHECK(retracted.error().kind == ErrorKind::usage);
}

TEST_CASE("resolving leaves a content as it is and says that it is done") {
  Limited platform;
  Bench bench;
  Content content = content_of({"one"});
  content.resolved = false;

  const auto resolved = platform.resolve(account_named("a"), content, bench.context);

  REQUIRE(resolved);
  CHECK(resolved->resolved);
  CHECK(resolved->parts == content.parts);
}

TEST_CASE("the advice for a missing alt text keeps the texts of the pictures before it") {
  Limited platform;
  Content content = content_of({"hello"});
  content.parts[0].media = {picture("hills.jpg", "It's the hills"), picture("oak.png", "")};

  const Problem problem = only(platform.problems(account_named("a"), content));

  CHECK(problem.kind == "no-alt");
  CHECK(problem.remedy == R"(postq edit ID --alt 'It'\''s the hills' --alt TEXT)");

  content.parts[0].media[0].alt = std::string(400, 'h');  // nobody types that again; the editor shows it
  CHECK(only(platform.problems(account_named("a"), content)).remedy == "postq edit ID");
}

TEST_CASE("what a platform can't do of what its author asked for is said, and nothing is refused for it") {
  Limited paper;
  paper.facts.replies = true;
  Draft draft = draft_of({"hello"});
  draft.replies = "nobody";
  draft.quotes = "nobody";
  draft.sensitive = true;
  draft.parts[0].media = {picture()};
  const auto said = [&] {
    std::vector<std::string> kinds;
    for (const Problem& problem : paper.problems({}, paper.render({}, draft))) {
      CHECK_FALSE(problem.fatal);
      if (problem.kind != "no-alt") kinds.push_back(problem.kind);
    }
    return kinds;
  };

  CHECK(said() == std::vector<std::string>{"replies", "quotes", "sensitive"});
  draft.parts[0].media.clear();
  CHECK(said() == std::vector<std::string>{"replies", "quotes"});
  paper.facts.limits_replies = paper.facts.limits_quotes = paper.facts.hides_pictures = true;
  CHECK(said().empty());
}
