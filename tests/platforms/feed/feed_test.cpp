// A feed as a place to send to: what is in the folder after each step.
#include <set>
#include <sys/stat.h>

#include <postq/ports/changeable_settings.h>

#include "platforms/feed/document.h"
#include "platforms/feed/fixture.h"
#include "platforms/feed/site.h"

using namespace postq;
using namespace postq::testing;

namespace {

std::size_t count_of(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("adding a feed makes an empty site with an id that stays") {
  FeedBench bench;

  const auto identity = bench.feed.identify(bench.account, bench.context);

  REQUIRE(identity);
  CHECK(identity->remote_id.starts_with("urn:uuid:"));
  CHECK(identity->remote_id.size() == 45);
  CHECK(identity->remote_name == "Ink & Oak");
  CHECK(bench.file("index.html").find("Nothing here yet") != std::string::npos);
  const auto again = bench.feed.identify(bench.account, bench.context);
  REQUIRE(again);
  CHECK(again->remote_id == identity->remote_id);
}

TEST_CASE("two feeds have two identities") {
  FeedBench one;
  FeedBench two;
  one.add();
  two.add();

  CHECK(one.account.remote_id != two.account.remote_id);
}

TEST_CASE("a feed that was emptied gets the identity back that its account knows") {
  FeedBench bench;
  bench.add();
  std::filesystem::remove_all(bench.site());

  const auto identity = bench.feed.identify(bench.account, bench.context);

  REQUIRE(identity);
  CHECK(identity->remote_id == bench.account.remote_id);
}

TEST_CASE("a feed by hand gets an id and keeps everything else") {
  FeedBench bench;
  std::filesystem::create_directories(bench.site());
  const std::string by_hand =
      "{\n\t\"version\": \"https://jsonfeed.org/version/1\", \"title\": \"Mine\",\n"
      "  \"x_number\": 1.50, \"items\": [ {\"id\": 7, \"content_text\": \"by hand\"} ]\n}\n";
  write_text(bench.site("feed.json"), by_hand);

  bench.add();

  std::string text = bench.file("feed.json");
  const std::string added = "\n  \"_postq\": {\n  \"id\": \"" + bench.account.remote_id + "\"\n},";
  const auto at = text.find(added);
  REQUIRE(at == 1);
  text.erase(at, added.size());
  CHECK(text == by_hand);
}

TEST_CASE("a post is an item, a page, and the first thing on the index and in the Atom file") {
  FeedBench bench("https://oak.example/blog");
  bench.add();
  bench.post("the first one", 1);
  bench.now += Seconds{60};

  const Receipt receipt = bench.post("the second one", 2);

  CHECK(receipt.url == "https://oak.example/blog/posts/" + receipt.remote_id + ".html");
  CHECK(bench.file("posts/" + receipt.remote_id + ".html").find("the second one") != std::string::npos);
  for (const char* name : {"feed.json", "index.html", "atom.xml"}) {
    const std::string text = bench.file(name);
    INFO(name);
    CHECK(text.find("the second one") < text.find("the first one"));
  }
}

TEST_CASE("a feed without an address points to its files") {
  FeedBench bench;
  bench.add();

  const Receipt receipt = bench.post("hello");

  CHECK(receipt.url == "file://" + bench.site("posts/") + receipt.remote_id + ".html");
  CHECK(bench.file("feed.json").find("\"url\"") == std::string::npos);
}

TEST_CASE("sending an item that is there again changes nothing") {
  FeedBench bench;
  bench.add();
  const ApprovedDelivery delivery = bench.delivery(draft_of({"hello"}));
  const PreparedRequest outgoing = outgoing_of(bench.feed, bench.account, delivery, 1, bench.now);
  REQUIRE(bench.feed.send(bench.account, delivery, outgoing, bench.context).outcome == Outcome::sent);
  const auto before = tree(bench.site());

  const SendAnswer again = bench.feed.send(bench.account, delivery, outgoing, bench.context);

  CHECK(again.outcome == Outcome::sent);
  CHECK(tree(bench.site()) == before);
}

TEST_CASE("what a killed run left undone is completed by sending it again") {
  FeedBench bench;
  bench.add();
  bench.post("an earlier one", 1);
  const auto before = tree(bench.site());
  const ApprovedDelivery delivery = bench.delivery(draft_of({"hello"}), 2);
  const PreparedRequest outgoing = outgoing_of(bench.feed, bench.account, delivery, 1, bench.now);
  REQUIRE(bench.feed.send(bench.account, delivery, outgoing, bench.context).outcome == Outcome::sent);
  const auto after = tree(bench.site());

  // Every state that a kill between two renames can leave: the first `done` files are new, the others old.
  const std::vector<std::string> order{"posts/" + outgoing.key + ".html", "feed.json", "index.html", "atom.xml"};
  for (std::size_t done = 0; done <= order.size(); ++done) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto& from = i < done ? after : before;
      std::filesystem::remove(bench.site(order[i]));
      if (from.contains(order[i])) write_text(bench.site(order[i]), from.at(order[i]));
    }
    write_text(bench.site(".postq-0.tmp"), "half a page");
    write_text(bench.site("posts/.postq-1.tmp"), "half a page");

    const SendAnswer answer = bench.feed.send(bench.account, delivery, outgoing, bench.context);

    CHECK(answer.outcome == Outcome::sent);
    CHECK(tree(bench.site()) == after);
  }
}

TEST_CASE("a page that was lost or changed is made anew by the next post") {
  FeedBench bench;
  bench.add();
  const Receipt old = bench.post("an earlier one", 1);
  const std::string page = "posts/" + old.remote_id + ".html";
  const std::string before = bench.file(page);
  std::filesystem::remove(bench.site(page));

  bench.post("hello", 2);

  CHECK(bench.file(page) == before);
}

TEST_CASE("items by hand stay as they are, and are shown") {
  FeedBench bench;
  std::filesystem::create_directories(bench.site());
  const std::string item =
      "{ \"id\":\"https://oak.example/1\",\n   \"url\" : \"https://oak.example/1\", \"title\":\"By <hand>\",\n"
      "\t\"content_html\":\"<p>caf\\u00e9 <em>open<\\/em></p>\", \"x\":12345678901234567890123, \"y\":1.0 }";
  write_text(bench.site("feed.json"),
             "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"t\",\"items\":[" + item + "]}");
  bench.add();

  bench.post("hello");

  CHECK(bench.file("feed.json").find(item) != std::string::npos);
  const std::string index = bench.file("index.html");
  CHECK(index.find("By &lt;hand&gt;") != std::string::npos);
  CHECK(index.find("<p>caf\u00e9 <em>open</em></p>") != std::string::npos);
  CHECK(index.find("href=\"https://oak.example/1\"") != std::string::npos);
}

TEST_CASE("taking a post back removes its item, its page and its picture, and leaves the rest") {
  FeedBench bench;
  bench.add();
  bench.post("stays", 1);
  const auto before = tree(bench.site());
  Draft draft = draft_of({"goes"});
  draft.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  const SendAnswer sent = bench.send(bench.delivery(draft, 2));
  REQUIRE(sent.outcome == Outcome::sent);
  REQUIRE(tree(bench.site()).size() == before.size() + 2);

  REQUIRE(bench.feed.retract(bench.account, sent.receipt, bench.context));

  CHECK(tree(bench.site()) == before);
  CHECK(bench.feed.retract(bench.account, sent.receipt, bench.context));
}

TEST_CASE("a picture that another post shows stays when one of them is taken back") {
  FeedBench bench;
  bench.add();
  Draft draft = draft_of({"one"});
  draft.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  const SendAnswer one = bench.send(bench.delivery(draft, 1));
  draft.parts[0].text = "two";
  REQUIRE(bench.send(bench.delivery(draft, 2)).outcome == Outcome::sent);

  REQUIRE(bench.feed.retract(bench.account, one.receipt, bench.context));

  CHECK(std::filesystem::exists(bench.site("media/" + sha256("PNG").hex() + ".png")));
}

TEST_CASE("a post that is only a picture says in words what it shows") {
  FeedBench bench;
  bench.add();
  Draft draft = draft_of({""});
  draft.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  REQUIRE(bench.send(bench.delivery(draft, 1)).outcome == Outcome::sent);
  draft.parts[0].media.front().alt.clear();
  draft.parts[0].media.front().decorative = true;
  REQUIRE(bench.send(bench.delivery(draft, 2)).outcome == Outcome::sent);

  const auto feed = *parse_feed(bench.file("feed.json"));

  REQUIRE(feed.items.size() == 2);
  std::set<std::string> words;
  for (const auto& item : feed.items) words.insert(item.content_text);
  CHECK(words == std::set<std::string>{"Image", "an oak"});
  CHECK(bench.file("atom.xml").find("Untitled") == std::string::npos);
}

TEST_CASE("an item by hand can't make postq delete a file outside of its media") {
  FeedBench bench;
  bench.add();
  Feed feed = *parse_feed(bench.file("feed.json"));
  write_text(
      bench.site("feed.json"),
      with_item(feed,
                R"({"id":"x","content_text":"x","attachments":[{"url":"media/../feed.json"},{"url":"media/.."}]})"));

  REQUIRE(bench.feed.retract(bench.account, {"x", "", "", {}}, bench.context));

  CHECK(parse_feed(bench.file("feed.json"))->items.empty());
}

TEST_CASE("media are copied whole, and damaged ones are never published") {
  FeedBench bench;
  bench.add();
  const auto before = tree(bench.site());
  Draft draft = draft_of({"look"});
  const Media oak = bench.media.add(std::string(200'000, 'p'), "oak.jpg", "image/jpeg", "an oak");
  const Media leaf = bench.media.add("leaf", "leaf.png", "image/png", "a leaf");
  draft.parts[0].media = {oak, leaf};
  const ApprovedDelivery delivery = bench.delivery(draft);
  bench.media.damage(leaf.digest);

  const SendAnswer damaged = bench.send(delivery);

  CHECK(damaged.outcome == Outcome::not_sent);
  CHECK(damaged.error.kind == ErrorKind::storage);
  CHECK(tree(bench.site()) == before);

  bench.media.add("leaf", "leaf.png", "image/png", "a leaf");
  write_text(bench.site("media/" + leaf.digest.hex() + ".png"), "something else");
  REQUIRE(bench.send(delivery).outcome == Outcome::sent);
  CHECK(bench.file("media/" + oak.digest.hex() + ".jpg") == std::string(200'000, 'p'));
  CHECK(bench.file("media/" + leaf.digest.hex() + ".png") == "leaf");
}

TEST_CASE("a thread is one item per part, each saying what it continues") {
  FeedBench bench("https://oak.example/");
  bench.add();
  const ApprovedDelivery thread = bench.delivery(draft_of({"one", "two", "three"}));
  std::vector<Receipt> receipts;
  for (int part = 1; part <= 3; ++part) {
    const SendAnswer answer = bench.send(thread, part, receipts);
    REQUIRE(answer.outcome == Outcome::sent);
    receipts.push_back(answer.receipt);
  }

  const Feed feed = *parse_feed(bench.file("feed.json"));
  REQUIRE(feed.items.size() == 3);
  CHECK(feed.items[0].part == 3);
  CHECK(feed.items[0].parts == 3);
  CHECK(feed.items[0].thread == receipts[0].remote_id);
  const std::string index = bench.file("index.html");
  CHECK(index.find("<p dir=\"auto\">one") < index.find("<p dir=\"auto\">two"));
  CHECK(index.find("<p dir=\"auto\">two") < index.find("<p dir=\"auto\">three"));
  CHECK(count_of(index, "<div class=\"thread\">") == 1);
  const std::string second = bench.file("posts/" + receipts[1].remote_id + ".html");
  CHECK(second.find("class=\"u-in-reply-to\" href=\"../posts/" + receipts[0].remote_id + ".html\"") !=
        std::string::npos);
  CHECK(second.find("rel=\"next\" href=\"../posts/" + receipts[2].remote_id + ".html\"") != std::string::npos);
  // The first part's page learns of the parts that came after it.
  CHECK(bench.file("posts/" + receipts[0].remote_id + ".html").find("rel=\"next\"") != std::string::npos);
}

TEST_CASE("the parts of a thread have times of their own, however fast they went out") {
  FeedBench bench("https://oak.example/");
  bench.add();
  const ApprovedDelivery thread = bench.delivery(draft_of({"one", "two", "three"}));
  std::vector<Receipt> receipts;
  for (int part = 1; part <= 3; ++part) {
    const SendAnswer answer = bench.send(thread, part, receipts);
    REQUIRE(answer.outcome == Outcome::sent);
    receipts.push_back(answer.receipt);
  }

  const Feed feed = *parse_feed(bench.file("feed.json"));
  REQUIRE(feed.items.size() == 3);
  CHECK(feed.items[2].published == bench.now);
  CHECK(feed.items[1].published == bench.now + Seconds{1});
  CHECK(feed.items[0].published == bench.now + Seconds{2});
  CHECK(receipts[2].sent_at == bench.now + Seconds{2});
  CHECK(count_of(bench.file("atom.xml"), "<updated>" + format_rfc3339(bench.now + Seconds{1}) + "</updated>") == 1);
}

TEST_CASE("without a public address nothing is attached that nobody can open") {
  FeedBench bench;
  bench.add();
  Draft draft = draft_of({"look"});
  draft.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak"),
                          bench.media.add("MP4", "oak.mp4", "video/mp4", "an oak in the wind")};
  const auto said = bench.feed.problems(bench.account, bench.feed.render(bench.account, draft));
  REQUIRE(said.size() == 2);
  CHECK(said[0].kind == "no-address");
  CHECK_FALSE(said[0].fatal);
  CHECK(said[0].remedy == "postq account set site --url https://YOUR.SITE/");
  CHECK(said[1].kind == "no-captions");
  CHECK_FALSE(said[1].fatal);

  REQUIRE(bench.send(bench.delivery(draft)).outcome == Outcome::sent);

  CHECK(bench.file("feed.json").find("\"attachments\"") == std::string::npos);
  CHECK(bench.file("atom.xml").find("rel=\"enclosure\"") == std::string::npos);
  CHECK(bench.file("atom.xml").find("rel=\"self\"") == std::string::npos);
  CHECK(bench.file("index.html").find("<img class=\"u-photo\" src=\"media/") != std::string::npos);
  const auto identity = bench.feed.identify(bench.account, bench.context);
  REQUIRE(identity);
  CHECK(identity->note.find("postq account set site --url") != std::string::npos);
}

TEST_CASE("a feed that gets an address later has it everywhere, and can move on") {
  FeedBench bench;
  bench.add();
  Draft draft = draft_of({"look"});
  draft.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  REQUIRE(bench.send(bench.delivery(draft)).outcome == Outcome::sent);
  Feed by_hand = *parse_feed(bench.file("feed.json"));
  write_text(bench.site("feed.json"),
             with_item(by_hand, R"({"id":"h","url":"https://else.example/","content_text":"x"})"));

  Account before = bench.account;
  for (const std::string url : {"https://oak.example/", "https://elm.example/blog/"}) {
    INFO(url);
    Account after = before;
    after.settings["url"] = url;
    REQUIRE(bench.feed.check_settings(after));
    const auto* changeable = changeable_settings_of(bench.feed);
    REQUIRE(changeable != nullptr);
    REQUIRE(changeable->change_settings(before, after, bench.context));
    const auto once = tree(bench.site());
    REQUIRE(changeable->change_settings(before, after, bench.context));
    CHECK(tree(bench.site()) == once);

    const Feed feed = *parse_feed(bench.file("feed.json"));
    const FeedItem& item = feed.items[1];
    CHECK(item.url == url + page_file(item.id));
    REQUIRE(item.attachments.size() == 1);
    CHECK(item.attachments[0].url.starts_with(url + "media/"));
    CHECK(item.content_html.find("src=\"" + url + "media/") != std::string::npos);
    CHECK(feed.items[0].url == "https://else.example/");
    CHECK(feed.text.find("\"home_page_url\": \"" + url + "\"") != std::string::npos);
    CHECK(feed.text.find("\"feed_url\": \"" + url + "feed.json\"") != std::string::npos);
    CHECK(count_of(bench.file("atom.xml"), "rel=\"enclosure\"") == 1);
    CHECK(bench.file("index.html").find("<img class=\"u-photo\" src=\"media/") != std::string::npos);
    before = after;
  }
  CHECK(bench.file("feed.json").find("oak.example") == std::string::npos);
}

TEST_CASE("title, author and language of a feed can change, and what its owner wrote stays") {
  FeedBench bench("https://oak.example/");
  bench.add();
  bench.post("hello");
  const auto* changeable = changeable_settings_of(bench.feed);
  Account after = bench.account;
  after.settings["title"] = "Elm";
  after.settings["author"] = "Bea";
  after.settings["lang"] = "de-AT";
  REQUIRE(bench.feed.check_settings(after));

  const auto identity = changeable->change_settings(bench.account, after, bench.context);

  REQUIRE(identity);
  CHECK(identity->remote_id == bench.account.remote_id);
  CHECK(identity->remote_name == "Elm");
  const Feed feed = *parse_feed(bench.file("feed.json"));
  CHECK(feed.title == "Elm");
  CHECK(feed.author == "Bea");
  CHECK(feed.language == "de-AT");
  CHECK(bench.file("index.html").find("<html lang=\"de-AT\">") != std::string::npos);
  // What feed.json says is what counts when the account is asked again.
  const auto again = bench.feed.identify(bench.account, bench.context);
  REQUIRE(again);
  CHECK(again->settings.at("lang") == "de-AT");

  for (const char* wrong : {"klingonese", "de,en", "d", "../x"}) {
    INFO(wrong);
    Account bad = bench.account;
    bad.settings["lang"] = wrong;
    CHECK(bench.feed.check_settings(bad).error().kind == ErrorKind::usage);
  }
}

TEST_CASE("a feed whose folder was moved is found by its id, and no other is taken for it") {
  FeedBench bench;
  bench.add();
  bench.post("hello");
  const auto* changeable = changeable_settings_of(bench.feed);
  Account after = bench.account;
  after.settings["path"] = bench.dir.path("www");

  CHECK_FALSE(changeable->change_settings(bench.account, after, bench.context));
  std::filesystem::rename(bench.site(), bench.dir.path("www"));
  CHECK(changeable->change_settings(bench.account, after, bench.context));

  FeedBench other;
  other.add();
  after.settings["path"] = other.site();
  CHECK_FALSE(changeable->change_settings(bench.account, after, bench.context));
}

TEST_CASE("the timeline tells posts of postq from posts by hand, and parts and replies from posts") {
  FeedBench bench;
  bench.add();
  Feed feed = *parse_feed(bench.file("feed.json"));
  write_text(
      bench.site("feed.json"),
      with_item(feed,
                R"({"id":"hand","content_html":"<p>by &amp; by</p>","date_published":"2026-11-22T20:00:00+01:00"})"));
  const ApprovedDelivery thread = bench.delivery(draft_of({"one", "two"}), 1);
  const SendAnswer first = bench.send(thread, 1);
  REQUIRE(bench.send(thread, 2, {first.receipt}).outcome == Outcome::sent);
  Draft reply = draft_of({"yes"});
  reply.reply_to = "https://example.org/question";
  REQUIRE(bench.send(bench.delivery(reply, 2)).outcome == Outcome::sent);
  bench.now += Seconds{5};

  const auto all = bench.feed.read_timeline(bench.account, {kNow - Seconds{86'400}, ""}, bench.context);
  const auto late = bench.feed.read_timeline(bench.account, {kNow, ""}, bench.context);

  REQUIRE(all);
  CHECK(all->full);
  CHECK(all->complete.from == kNow - Seconds{86'400});
  CHECK(all->complete.to == bench.now);
  REQUIRE(all->items.size() == 4);
  CHECK(all->items[0].kind == TimelineKind::reply);
  CHECK(all->items[0].reply_to == "https://example.org/question");
  CHECK(all->items[0].client == "postq");
  CHECK(all->items[1].kind == TimelineKind::own_reply);
  CHECK(all->items[1].reply_to == first.receipt.remote_id);
  CHECK(all->items[2].kind == TimelineKind::post);
  CHECK(all->items[3].remote_id == "hand");
  CHECK(all->items[3].client.empty());
  CHECK(all->items[3].text == "by & by");
  CHECK(all->items[3].created_at == time_point(unix_seconds(kNow) - 44 * 60 - 3600));
  REQUIRE(late);
  CHECK(late->items.size() == 3);
}

TEST_CASE("the files of a feed can be read by a web server, whatever the umask") {
  const mode_t old = ::umask(0077);
  FeedBench bench;
  bench.add();
  Draft draft = draft_of({"hello"});
  draft.parts[0].media = {bench.media.add("PNG", "oak.png", "image/png", "an oak")};
  REQUIRE(bench.send(bench.delivery(draft)).outcome == Outcome::sent);
  ::umask(old);

  for (const auto& entry : std::filesystem::recursive_directory_iterator(bench.site())) {
    struct stat info {};
    REQUIRE(::stat(entry.path().c_str(), &info) == 0);
    INFO(entry.path());
    CHECK((info.st_mode & 0777) == (S_ISDIR(info.st_mode) ? 0755 : 0644));
  }
}

TEST_CASE("a file keeps the mode that its owner gave it") {
  FeedBench bench;
  bench.add();
  REQUIRE(::chmod(bench.site("index.html").c_str(), 0664) == 0);

  bench.post("hello");

  struct stat info {};
  REQUIRE(::stat(bench.site("index.html").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0664);
}

TEST_CASE("the settings of a feed are completed or refused") {
  FeedBench bench;
  const auto check = [&](const std::string& path, const std::string& url) {
    Account account;
    account.name = "site";
    account.settings = {{"path", path}, {"url", url}};
    const Status status = bench.feed.check_settings(account);
    return status ? account.settings["path"] + " " + account.settings["url"] : "refused: " + status.error().message;
  };

  CHECK(check("/srv/www/", "") == "/srv/www ");
  CHECK(check("/srv/./www/../blog//", "https://Oak.example") == "/srv/blog https://oak.example/");
  CHECK(check("/srv", "http://oak.example:8080/a/b") == "/srv http://oak.example:8080/a/b/");
  CHECK(check("public_html", "") == "refused: --path public_html is no absolute path");
  CHECK(check("/", "") == "refused: --path / is no folder for a feed");
  CHECK(check("/srv", "oak.example") == "/srv https://oak.example/");
  CHECK(check("/srv", "https://oak.example/?a=b") == "refused: --url has a ?, and pages can't be named behind it");
}
