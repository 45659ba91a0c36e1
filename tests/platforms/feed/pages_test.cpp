// What readers get: the pages and feeds of one small site, byte for byte, and the cases that break careless pages.
#include "platforms/feed/content.h"
#include "platforms/feed/fixture.h"
#include "platforms/feed/site.h"
#include "platforms/html/relative_links.h"

using namespace postq;
using namespace postq::testing;

namespace {

// Compares with tests/platforms/feed/golden/NAME; POSTQ_UPDATE_GOLDEN=1 writes it anew, to be read before it is
// committed.
void check_golden(const std::string& name, const std::string& bytes) {
  const std::string path = std::string(POSTQ_SOURCE_DIR) + "/tests/platforms/feed/golden/" + name;
  if (std::getenv("POSTQ_UPDATE_GOLDEN") != nullptr) write_text(path, bytes);
  CHECK(read_text(path) == bytes);
}

// A site with everything that can be in one, from a fixed feed id so that its bytes are always the same.
Feed sample() {
  FeedBench bench("https://oak.example/");
  bench.account.remote_id = "urn:uuid:0b1f9a3c-5b0e-4c55-9d7e-3f2f9f0a1c11";
  bench.add();
  Draft thread = draft_of({"Three weeks of drawing oak leaves.", "And one of throwing them away.\n\nIt helped."});
  const ApprovedDelivery delivery = bench.delivery(thread, 7);
  const SendAnswer first = bench.send(delivery, 1);
  REQUIRE(first.outcome == Outcome::sent);
  REQUIRE(bench.send(delivery, 2, {first.receipt}).outcome == Outcome::sent);
  bench.now += Seconds{3600};
  Draft picture = draft_of({"Ink & Oak has a new face <3 https://oak.example/a?b=1&c=2 #design"});
  picture.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "Wordmark; the \"O\" is an acorn.")};
  picture.parts[0].media[0].width = 1600;
  picture.parts[0].media[0].height = 900;
  picture.warning = "acorns";
  picture.language = "en";
  picture.reply_to = "https://example.org/question";
  REQUIRE(bench.send(bench.delivery(picture, 8)).outcome == Outcome::sent);
  return *parse_feed(bench.file("feed.json"));
}

std::string page_of(const Feed& feed, std::string_view words) {
  for (const SiteFile& page : item_pages(feed, "https://oak.example/")) {
    if (page.bytes.find(words) != std::string::npos) return page.bytes;
  }
  return {};
}

std::string html_of(const std::string& text) {
  return content_html({text, {}, {}, std::nullopt}, "", "");
}

Feed feed_with(const std::string& item) {
  const auto feed =
      parse_feed("{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",\"items\":[" + item + "]}");
  if (!feed) throw std::runtime_error(feed.error().message);
  return *feed;
}

// Whether a program that knows the format accepts it. Where it isn't installed, the golden files have to do.
bool accepted(const std::string& command, const std::string& bytes) {
  const TempDir dir;
  write_text(dir.path("file"), bytes);
  const int status = std::system((command + " " + dir.path("file") + " >/dev/null 2>&1").c_str());
  return status == 0;
}

bool installed(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace

TEST_CASE("a site's files are as they always were") {
  const Feed feed = sample();

  check_golden("feed.json", feed.text);
  check_golden("index.html", index_page(feed, "https://oak.example/").bytes);
  check_golden("post.html", page_of(feed, "<title>acorns"));
  check_golden("atom.xml", atom_file(feed, "https://oak.example/").bytes);
}

TEST_CASE("a site's feeds are well-formed for other programs") {
  const Feed feed = sample();
  const std::string atom = atom_file(feed, "https://oak.example/").bytes;

  if (installed("python3")) {
    CHECK(accepted("python3 -m json.tool", feed.text));
    const std::string parse = "python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])'";
    CHECK(accepted(parse, atom));
    CHECK_FALSE(accepted(parse, atom + "<"));
  }
}

TEST_CASE("no text gets out of its place in a page") {
  const std::string evil =
      "</p><script>alert(1)</script> & \"quotes\" 'single' https://x.example/\"onmouseover=\"a <!--";

  const std::string html = html_of(evil);

  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("&lt;/p&gt;&lt;script&gt;") != std::string::npos);
  CHECK(html.find("\"onmouseover") == std::string::npos);
  CHECK(html.find("<!--") == std::string::npos);
  CHECK(content_html({"x", {}, {}, std::nullopt}, "<b>", "")
            .find("<summary class=\"p-summary\" dir=\"auto\">&lt;b&gt;</summary>") != std::string::npos);
}

TEST_CASE("links and tags become elements, and sentences around them stay") {
  CHECK(html_of("See https://oak.example/a. #one, #zwei\u00fc! a#b #1") ==
        "<p dir=\"auto\">See <a href=\"https://oak.example/a\">https://oak.example/a</a>. "
        "<span class=\"hashtag\">#one</span>, <span class=\"hashtag\">#zwei\u00fc</span>! a#b #1</p>\n");
}

TEST_CASE("empty lines make paragraphs, single ones a line break") {
  CHECK(html_of("one\ntwo\n\n\nthree") == "<p dir=\"auto\">one<br>\ntwo</p>\n<p dir=\"auto\">three</p>\n");
}

TEST_CASE("pictures have alt text, films and sound have controls") {
  Content::Part part;
  Media media;
  media.alt = "an \"oak\"";
  for (const char* mime : {"image/png", "video/mp4", "audio/mpeg", "application/x-unknown"}) {
    media.mime = mime;
    part.media.push_back(media);
  }

  const std::string html = content_html(part, "", "");

  CHECK(html.find(".png\" alt=\"an &quot;oak&quot;\" loading=\"lazy\"") != std::string::npos);
  CHECK(html.find(".mp4\" controls preload=\"metadata\" aria-label=\"an &quot;oak&quot;\"></video>\n"
                  "<figcaption dir=\"auto\"><span lang=\"en\">Video without captions:</span> an &quot;oak&quot;") !=
        std::string::npos);
  CHECK(html.find(".mp3\" controls") != std::string::npos);
  CHECK(html.find(".bin\"") != std::string::npos);
  CHECK(html.find("<div class=\"media several\">") == 0);
}

TEST_CASE("pages name their own files so that the folder opens anywhere") {
  const std::string page = page_of(sample(), "<title>acorns");

  CHECK(page.find("<base") == std::string::npos);
  CHECK(page.find("src=\"../media/") != std::string::npos);
  CHECK(page.find("href=\"../feed.json\"") != std::string::npos);
  CHECK(page.find("href=\"../index.html\"") != std::string::npos);
  CHECK(page.find("src=\"https://") == std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
}

TEST_CASE("an item by hand with a strange id gets a page with a safe name") {
  CHECK(page_file("postq-1-1-abc") == "posts/postq-1-1-abc.html");
  for (const char* id : {"../../etc/passwd", "", ".hidden", "a/b", "-rf", "caf\u00e9"}) {
    INFO(id);
    CHECK(page_file(id).starts_with("posts/item-"));
    CHECK(page_file(id).size() == 32);
  }
}

TEST_CASE("an item by hand can't bring a script in through a link") {
  const Feed feed = feed_with(R"json({"id":"1","url":"JaVa\nscript:alert(1)","content_text":"x"})json");

  CHECK(index_page(feed, "").bytes.find("script:alert") == std::string::npos);
  CHECK(atom_file(feed, "").bytes.find("script:alert") == std::string::npos);
}

TEST_CASE("what XML can't hold is left out of the Atom file") {
  const Feed feed = feed_with(R"({"id":"1","title":"a\u0001b\uffff\u000bc","content_text":"x"})");

  CHECK(atom_file(feed, "").bytes.find("<title>abc</title>") != std::string::npos);
}

TEST_CASE("an Atom id is the item's own where that is an address, and otherwise made of it, always the same") {
  const Feed feed = feed_with(R"({"id":"https://oak.example/1","content_text":"x"},{"id":"two","content_text":"y"})");
  const std::string xml = atom_file(feed, "").bytes;

  CHECK(xml.find("<id>https://oak.example/1</id>") != std::string::npos);
  const std::size_t uuid = xml.rfind("<id>urn:uuid:");
  REQUIRE(uuid != std::string::npos);
  CHECK(xml.substr(uuid + 27, 1) == "8");
  CHECK(atom_file(feed, "").bytes == xml);
}

TEST_CASE("the index shows the newest fifty and lists the others") {
  std::string items;
  for (int i = 0; i < 60; ++i) {
    items += std::string(i == 0 ? "" : ",") + "{\"id\":\"n" + std::to_string(i) + "\",\"content_text\":\"text " +
             std::to_string(i) + "\",\"date_published\":\"2026-01-01T00:00:" + (i < 10 ? "0" : "") + std::to_string(i) +
             "Z\"}";
  }
  const Feed feed = feed_with(items);

  const std::string index = index_page(feed, "").bytes;
  const std::string atom = atom_file(feed, "").bytes;

  CHECK(index.find("text 59") < index.find("text 10"));
  const std::size_t older = index.find("<h2>Older</h2>");
  REQUIRE(older != std::string::npos);
  CHECK(index.find("<p>text 10</p>") < older);
  CHECK(index.find("<a href=\"posts/n9.html\" dir=\"auto\">text 9</a>") > older);
  CHECK(atom.find("text 10") != std::string::npos);
  CHECK(atom.find("text 9<") == std::string::npos);
  CHECK(item_pages(feed, "").size() == 60);
}

TEST_CASE("an item says its language and lets each paragraph find its direction") {
  const Feed feed = feed_with(R"({"id":"1","language":"ar","content_html":"<p dir=\"auto\">مرحبا</p>"})");

  const std::string page = item_pages(feed, "").front().bytes;

  CHECK(page.find("<html lang=\"ar\">") != std::string::npos);
  CHECK(page.find("<article class=\"h-entry\" lang=\"ar\">") != std::string::npos);
  CHECK(page.find("<div class=\"e-content\" dir=\"auto\">") != std::string::npos);
  // postq's own words on it are English, and say so.
  CHECK(page.find("<footer class=\"site\" lang=\"en\">") != std::string::npos);
}

TEST_CASE("every page says its language: the feed's, else that of most posts, else English") {
  const auto index_of = [](const std::string& head, const std::string& items) {
    const auto feed =
        parse_feed(R"({"version":"https://jsonfeed.org/version/1.1",)" + head + R"("items":[)" + items + "]}");
    REQUIRE(feed);
    const std::string page = index_page(*feed, "").bytes;
    CHECK(atom_file(*feed, "").bytes.find(" xml:lang=\"") != std::string::npos);
    for (const SiteFile& each : item_pages(*feed, "")) CHECK(each.bytes.find("<html lang=\"") != std::string::npos);
    return page.substr(page.find("<html"), page.find('>', page.find("<html")) + 1 - page.find("<html"));
  };

  CHECK(index_of(R"("language":"fr",)", R"({"id":"1","language":"de","content_text":"x"})") == "<html lang=\"fr\">");
  CHECK(index_of("", R"({"id":"1","language":"pt","content_text":"x"},{"id":"2","language":"de","content_text":"x"},
                        {"id":"3","language":"de","content_text":"x"},{"id":"4","content_text":"x"})") ==
        "<html lang=\"de\">");
  CHECK(index_of("", R"({"id":"1","content_text":"x"})") == "<html lang=\"en\">");
  CHECK(index_of("", "") == "<html lang=\"en\">");
}

TEST_CASE("every page has one heading of the first order") {
  const Feed feed = feed_with(R"({"id":"1","title":"Oak","content_text":"x"},{"id":"2","content_text":"y",
    "date_published":"2026-11-22T20:00:00Z"},{"id":"3","content_text":"z"})");
  const auto headings = [](const std::string& page) {
    std::size_t count = 0;
    for (auto at = page.find("<h1"); at != std::string::npos; at = page.find("<h1", at + 1)) ++count;
    return count;
  };

  CHECK(headings(index_page(feed, "").bytes) == 1);
  const auto pages = item_pages(feed, "");
  for (const SiteFile& page : pages) CHECK(headings(page.bytes) == 1);
  CHECK(pages[0].bytes.find("<h1 class=\"p-name\" dir=\"auto\">Oak</h1>") != std::string::npos);
  CHECK(pages[1].bytes.find("22 November 2026, 20:00 UTC</time></a></h1>") != std::string::npos);
  CHECK(pages[1].bytes.find("class=\"p-name") == std::string::npos);  // a note has none
}

TEST_CASE("relative links of an item by hand lead where they led from the feed's folder") {
  CHECK(with_links_from(R"(<a href="a/b">x</a> <img src='c.png' srcset="d.png 1x, e.png 2x"><video poster=f.png>)",
                        "../") ==
        R"(<a href="../a/b">x</a> <img src='../c.png' srcset="../d.png 1x, ../e.png 2x"><video poster=../f.png>)");
  for (const char* stays :
       {R"(<a href="https://x.example/a">)", R"(<a href="/a">)", R"(<a href="#a">)", R"(<a href="mailto:a@b">)",
        R"(<a href="//x/a">)", R"(<a href="">)", R"(<a href)", R"(<!-- <a href="a"> -->)", R"(3 < 4 href="a")",
        R"(<p title="href=a" class=a>)", R"(<a href="?q">)", R"(<img srcset="https://x/a 1x, /b 2x">)",
        R"(<a =href "a">)", "<a href="}) {
    INFO(stays);
    CHECK(with_links_from(stays, "../") == stays);
  }
}

TEST_CASE("a warning stands before the text where nothing can hide it, and in no title") {
  const Feed feed = sample();

  const FeedItem& item = feed.items.front();
  CHECK(item.content_text.starts_with("acorns\n\nInk & Oak"));
  CHECK(item_text(item).starts_with("Ink & Oak"));
}

TEST_CASE("a feed has an icon of its own, unless somebody made one") {
  FeedBench bench("https://oak.example/");
  bench.add();
  CHECK(bench.file("icon.svg").find(">I</text>") != std::string::npos);
  CHECK(bench.file("index.html").find("<link rel=\"icon\" type=\"image/svg+xml\" href=\"icon.svg\">") !=
        std::string::npos);
  CHECK(bench.file("atom.xml").find("<icon>https://oak.example/icon.svg</icon>") != std::string::npos);
  CHECK(bench.file("feed.json").find("\"favicon\": \"https://oak.example/icon.svg\"") != std::string::npos);

  write_text(bench.site("icon.svg"), "<svg>mine</svg>");
  const Receipt receipt = bench.post("hello");
  CHECK(bench.file("icon.svg") == "<svg>mine</svg>");
  CHECK(bench.file("posts/" + receipt.remote_id + ".html").find("href=\"../icon.svg\"") != std::string::npos);

  const auto feed =
      parse_feed(R"({"version":"https://jsonfeed.org/version/1.1","favicon":"https://oak.example/f.png","items":[]})");
  CHECK(
      index_page(*feed, "https://oak.example/").bytes.find("<link rel=\"icon\" href=\"https://oak.example/f.png\">") !=
      std::string::npos);
}

TEST_CASE("an item without words is called what it shows") {
  const Feed feed = feed_with(R"({"id":"1","content_html":"",
    "attachments":[{"url":"a.png","mime_type":"image/png"}]},{"id":"2","content_html":""})");

  CHECK(item_title(feed.items[0]) == "Image");
  CHECK(item_title(feed.items[1]) == "Untitled");
}
