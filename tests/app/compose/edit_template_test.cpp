#include "app/compose/edit_template.h"

#include <rapidcheck.h>

#include <postq/text/text.h>

#include "support/catch.h"
#include "system/zones/zones.h"

using namespace postq;

namespace {

constexpr TimePoint kSunday = time_point(1'795'380'240);  // 22 November 2026, 21:44 in Berlin

Zones& all_zones() {
  static const auto zones = make_zones();
  return *zones;
}

const WhenContext& context() {
  static const WhenContext when{kSunday, *all_zones().find("Europe/Berlin").value(),
                                [](std::string_view name) { return all_zones().find(name); }};
  return when;
}

Draft draft_of(const std::string& text) {
  Draft draft;
  draft.parts = {{text, {}}};
  return draft;
}

std::string template_of(const Draft& draft) {
  return edit_template(draft, {}, context().zone);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

Result<Draft> parsed(const std::string& text, const Draft& before) {
  return parse_edit_template(text, before, context());
}

Draft full_draft() {
  Draft draft;
  Media oak;
  oak.name = "oak.png";
  oak.alt = "An oak\nin winter \\ with a backslash";
  oak.focus = "0.5,-0.25";
  Media line;
  line.name = "line.png";
  line.decorative = true;
  draft.parts = {{"First # not a comment", {oak}}, {"Second\n\nwith a gap", {line}}};
  draft.variants["work"] = {"Other text", "# also no comment"};
  draft.warning = "spiders\nand snakes";
  draft.visibility = "unlisted";
  draft.language = "en";
  draft.reply_to = "https://paper.example/7";
  draft.replies = "mentioned,following";
  draft.sensitive = true;
  draft.schedule.wall = parse_wall("2020-01-01T09:00:00").value();  // long past
  draft.schedule.zone = "Europe/Paris";
  draft.schedule.not_before = time_point(1'577'865'600);
  draft.schedule.until = time_point(1'577'900'000);
  return draft;
}

}  // namespace

TEST_CASE("a template that nobody touched gives the same draft") {
  const auto draft = full_draft();

  const auto again = parsed(template_of(draft), draft);

  REQUIRE(again);
  CHECK(*again == draft);
}

TEST_CASE("each line of the template changes its thing and nothing else") {
  const auto before = full_draft();
  const auto text = template_of(before);
  auto expected = before;

  SECTION("the text") {
    expected.parts[0].text = "Another";
    CHECK(parsed(replaced(text, "First # not a comment", "Another"), before).value() == expected);
  }
  SECTION("the warning") {
    expected.warning = "";
    CHECK(parsed(replaced(text, "warning: spiders\\nand snakes", "warning:"), before).value() == expected);
  }
  SECTION("the visibility") {
    expected.visibility = "public";
    CHECK(parsed(replaced(text, "visibility: unlisted", "visibility: public"), before).value() == expected);
  }
  SECTION("the language") {
    expected.language = "de";
    CHECK(parsed(replaced(text, "language: en", "language: de"), before).value() == expected);
  }
  SECTION("whom it answers") {
    expected.reply_to = "";
    CHECK(parsed(replaced(text, "reply-to: https://paper.example/7", "reply-to:"), before).value() == expected);
  }
  SECTION("who may reply") {
    expected.replies = "";
    CHECK(parsed(replaced(text, "replies: mentioned,following", "replies: everybody"), before).value() == expected);
    expected.replies = "mentioned,followers";
    CHECK(parsed(replaced(text, "replies: mentioned,following", "replies: followers, mentioned"), before).value() ==
          expected);
    const auto wrong = parsed(replaced(text, "replies: mentioned,following", "replies: friends"), before);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().kind == ErrorKind::usage);
    CHECK(wrong.error().message.find("(replies)") != std::string::npos);
  }
  SECTION("who may quote") {
    expected.quotes = "nobody";
    CHECK(parsed(replaced(text, "quotes:", "quotes: nobody"), before).value() == expected);
    CHECK_FALSE(parsed(replaced(text, "quotes:", "quotes: friends"), before));
  }
  SECTION("whether pictures are hidden") {
    expected.sensitive = false;
    CHECK(parsed(replaced(text, "sensitive: yes", "sensitive:"), before).value() == expected);
    CHECK(parsed(replaced(text, "sensitive: yes", "sensitive: no"), before).value() == expected);
    CHECK_FALSE(parsed(replaced(text, "sensitive: yes", "sensitive: perhaps"), before));
  }
  SECTION("what stays in sight of a picture") {
    expected.parts[1].media[0].focus = "-1,0";
    CHECK(parsed(replaced(text, "focus 2:", "focus 2: -1.0, 0"), before).value() == expected);
    CHECK_FALSE(parsed(replaced(text, "focus 2:", "focus 2: left"), before));
  }
  SECTION("an alt text") {
    expected.parts[1].media[0].decorative = false;
    expected.parts[1].media[0].alt = "A line";
    CHECK(parsed(replaced(text, "alt 2: --no-alt", "alt 2: A line"), before).value() == expected);
  }
  SECTION("that a picture is decoration") {
    const auto gone = replaced(text, "alt 1: An oak\\nin winter \\\\ with a backslash", "alt 1: --no-alt");
    expected.parts[0].media[0].decorative = true;
    expected.parts[0].media[0].alt = "";
    CHECK(parsed(gone, before).value() == expected);
  }
  SECTION("the end") {
    expected.schedule.until.reset();
    const auto at = text.find("until:");
    auto cleared = text;
    cleared.replace(at, text.find('\n', at) - at, "until:");
    CHECK(parsed(cleared, before).value() == expected);
  }
  SECTION("the text of one account") {
    expected.variants["work"] = {"Changed", "# also no comment"};
    CHECK(parsed(replaced(text, "Other text", "Changed"), before).value() == expected);
  }
}

TEST_CASE("a time in the template is read as everywhere") {
  const auto before = draft_of("Hello");

  const auto draft = parsed(replaced(template_of(before), "time:", "time: tue 9am"), before);

  REQUIRE(draft);
  CHECK(format_wall(*draft->schedule.wall) == "2026-11-24T09:00:00");
  CHECK(draft->schedule.zone == "Europe/Berlin");
  CHECK(draft->schedule.not_before == time_point(1'795'507'200));
}

TEST_CASE("an empty time means as soon as approved") {
  const auto before = full_draft();

  const auto draft = parsed(replaced(template_of(before), "time: 2020-01-01 09:00 Europe/Paris", "time:"), before);

  REQUIRE(draft);
  CHECK_FALSE(draft->schedule.wall);
  CHECK(draft->schedule.zone.empty());
}

TEST_CASE("lines that were removed change nothing, a removed text of one account goes") {
  const auto before = full_draft();
  const auto text = template_of(before);
  const auto scissors = text.find("# -- >8");
  const auto line_end = text.find('\n', scissors);

  const auto draft = parsed(text.substr(0, line_end + 1), before);

  REQUIRE(draft);
  auto expected = before;
  expected.variants.clear();
  CHECK(*draft == expected);
}

TEST_CASE("a file with nothing but a new text is a new text") {
  const auto before = full_draft();

  const auto draft = parsed("All new\n---\nin two parts\n", before);

  REQUIRE(draft);
  CHECK(draft->parts[0].text == "All new");
  CHECK(draft->parts[1].text == "in two parts");
  CHECK(draft->parts[0].media == before.parts[0].media);
  CHECK(draft->variants == before.variants);
}

TEST_CASE("an emptied text means to leave it") {
  const auto before = full_draft();
  for (const auto& text : {std::string{}, std::string{"\n\n"},
                           replaced(template_of(before), "First # not a comment\n---\nSecond\n\nwith a gap", "")}) {
    const auto draft = parsed(text, before);
    REQUIRE_FALSE(draft);
    CHECK(draft.error().kind == ErrorKind::interrupted);
  }
}

TEST_CASE("what can't be meant is refused with its line") {
  const auto before = full_draft();
  const auto text = template_of(before);
  struct Case {
    std::string text;
    std::string said;
  };
  const std::vector<Case> cases{
      {replaced(text, "language: en", "langauge: en"), "did you mean `language:`"},
      {replaced(text, "language: en", "language"), "has no colon"},
      {replaced(text, "time: 2020-01-01 09:00 Europe/Paris", "time: sometime"), "(time)"},
      {replaced(text, "time: 2020-01-01 09:00 Europe/Paris", "time: 2020-01-02 09:00"), "(time)"},
      {replaced(text, "language: en", "alt 3: none"), "none of those"},
      {text + "\n# -- >8 --\n", "twice"},
      {replaced(text, "# -- >8 ---", "# -- ---"), "is gone"},
      {"bad \xff byte", "UTF-8"},
  };
  for (const auto& [wrong, said] : cases) {
    const auto draft = parsed(wrong, before);
    REQUIRE_FALSE(draft);
    CHECK(draft.error().kind == ErrorKind::usage);
    INFO(draft.error().message);
    CHECK(draft.error().message.find(said) != std::string::npos);
  }
}

TEST_CASE("an end before the time is refused") {
  const auto before = draft_of("Hello");
  auto text = replaced(template_of(before), "time:", "time: tue 9am");
  text = replaced(text, "until:", "until: tue 8am");

  CHECK_FALSE(parsed(text, before));
}

TEST_CASE("media of parts that are gone go to the last one") {
  auto draft = full_draft();

  set_texts(draft, {"only one"});

  REQUIRE(draft.parts.size() == 1);
  CHECK(draft.parts[0].media.size() == 2);
}

TEST_CASE("a picture is moved to another part by its number") {
  const auto before = full_draft();
  const auto text = template_of(before);

  auto draft =
      parsed(replaced(replaced(text, "part 1: 1\n", "part 1: 2\n"), "part 2: 2\n", "part 2: 1\n"), before).value();
  REQUIRE(draft.parts[0].media.size() == 1);
  CHECK(draft.parts[0].media[0].name == "line.png");
  CHECK(draft.parts[1].media[0].name == "oak.png");

  draft = parsed(replaced(replaced(text, "Second\n", "Second\n---\nThird\n"), "part 1: 1\n", "part 1: 3\n"), before)
              .value();
  REQUIRE(draft.parts.size() == 3);
  CHECK(draft.parts[2].media[0].name == "oak.png");

  CHECK(parsed(replaced(text, "part 1: 1\n", "part 1: 9\n"), before).error().message ==
        "oak.png can't go to part 9: there are 2");
  CHECK(parsed(replaced(text, "part 1: 1\n", "part 1: none\n"), before)
            .error()
            .message.find("it is the number of a part") != std::string::npos);
  Draft single = draft_of("one");
  single.parts[0].media = before.parts[0].media;
  CHECK(template_of(single).find("part 1:") == std::string::npos);
}

TEST_CASE("the template shows counts and problems as notes") {
  AccountContent content;
  content.account.name = "site";
  content.length = 512;
  content.limit = 300;
  content.problems = {{true, "too-long", "too long: 512 of 300", "", 1, 512, 300, 0}};

  const auto text = edit_template(draft_of("Hello"), {content}, context().zone);

  CHECK(text.find("# site        512 of 300") != std::string::npos);
  CHECK(text.find("too long: 512 of 300") != std::string::npos);
  CHECK(parsed(text, draft_of("Hello")).value() == draft_of("Hello"));
}

TEST_CASE("any draft comes back from its template as it was") {
  const bool holds = rc::check([] {
    const auto letters = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab \n\\#:-<>8@\xc3")));
    const auto line = [&] {
      const auto raw = *letters;
      const auto text = normalise_text(raw);
      return text ? *text : std::string("x");
    };
    Draft draft;
    const auto parts = *rc::gen::inRange(1, 4);
    for (int i = 0; i < parts; ++i) {
      Draft::Part part{line(), {}};
      if (*rc::gen::arbitrary<bool>()) {
        Media media;
        media.name = line();
        media.decorative = *rc::gen::arbitrary<bool>();
        if (!media.decorative) media.alt = line();
        part.media.push_back(media);
      }
      draft.parts.push_back(part);
    }
    draft.warning = line();
    draft.language = line();
    if (*rc::gen::arbitrary<bool>()) draft.variants["work"] = {line()};

    const auto text = edit_template(draft, {}, context().zone);
    const auto again = parse_edit_template(text, draft, context());
    // Nothing but blanks in place of a text of one account is no text.
    auto expected = draft;
    for (auto each = expected.variants.begin(); each != expected.variants.end();) {
      const bool blank = join_thread(each->second).find_first_not_of(" \n\t") == std::string::npos;
      each = blank && (!again || again->variants.empty()) ? expected.variants.erase(each) : std::next(each);
    }
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == expected);
  });
  CHECK(holds);
}
