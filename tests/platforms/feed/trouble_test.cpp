// A feed whose folder, disk or file isn't as it should be: a clear error, nothing half-written, nothing touched.
#include <signal.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "platforms/feed/fixture.h"
#include "platforms/feed/folder.h"

using namespace postq;
using namespace postq::testing;

namespace {

// Files of this process can't grow beyond `bytes` while it lives: a disk that is full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    rlimit limited = old_;
    limited.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    ::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit old_{};
};

// For root, who may write everywhere, this turns into somebody who may not.
class AsNobody {
 public:
  AsNobody() : was_(::geteuid()) {
    if (was_ == 0 && ::seteuid(65'534) != 0) throw std::runtime_error("can't become nobody");
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() {
    if (::seteuid(was_) != 0) std::abort();
  }

 private:
  uid_t was_;
};

}  // namespace

TEST_CASE("a broken feed.json is refused with its line, and nothing is touched") {
  FeedBench bench;
  bench.add();
  bench.post("an earlier one", 1);
  const std::string good = bench.file("feed.json");

  const auto refused = [&](const std::string& text) {
    write_text(bench.site("feed.json"), text);
    const auto before = tree(bench.site());
    const SendAnswer answer = bench.send(bench.delivery(draft_of({"hello"}), 2));
    CHECK(answer.outcome == Outcome::not_sent);
    CHECK(answer.error.kind == ErrorKind::config);
    CHECK(answer.error.hint == "mend that line; postq changes nothing in the folder until then");
    CHECK(tree(bench.site()) == before);
    const auto read = bench.feed.read_timeline(bench.account, {}, bench.context);
    REQUIRE_FALSE(read);
    CHECK(read.error().message == answer.error.message);
    CHECK_FALSE(bench.feed.identify(bench.account, bench.context));
    CHECK_FALSE(bench.feed.retract(bench.account, {"x", "", "", {}}, bench.context));
    CHECK(tree(bench.site()) == before);
    const std::string place = bench.site("feed.json") + ", ";
    REQUIRE(answer.error.message.starts_with(place));
    return answer.error.message.substr(place.size());
  };

  CHECK(refused(good.substr(0, good.size() / 2)).starts_with("line "));
  CHECK(refused("{\n\"version\": \"https://jsonfeed.org/version/1.1\",\n\"items\": [}\n").starts_with("line 3: "));
  CHECK(refused("").starts_with("line 1: "));
  CHECK(refused("[]") == "line 1: it holds no JSON object");
  CHECK(refused("{}") == "line 1: it isn't a JSON Feed: no version");
  const std::string version = "{\"version\":\"https://jsonfeed.org/version/1.1\"";
  CHECK(refused(version + "}") == "line 1: it has no list of items");
  CHECK(refused(version + ",\"items\":{}}") == "line 1: it has no list of items");
  CHECK(refused(version + ",\"items\":[],\"items\":[]}") == "line 1: it has more than one list of items");
  CHECK(refused(version + ",\"it\\u0065ms\":[]}") == "line 1: it has more than one list of items");
  CHECK(refused(version + ",\n\"items\":[{},\n7]}") == "line 3: an item is no JSON object");
  CHECK(refused(version + ",\"a\":\"\xff\",\"items\":[]}").starts_with("line 1: "));
  CHECK(refused(version + ",\"a\":1e999,\"items\":[]}").starts_with("line 1: "));
  CHECK(refused(std::string(100'000, '[')) == "line 1: nested deeper than 64 levels");
}

TEST_CASE("a feed whose folder has gone sends nothing and makes nothing") {
  FeedBench bench;
  bench.add();
  std::filesystem::remove_all(bench.site());

  const SendAnswer answer = bench.send(bench.delivery(draft_of({"hello"})));

  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.error.kind == ErrorKind::config);
  CHECK(answer.error.message == "can't reach " + bench.site() + ": No such file or directory");
  CHECK_FALSE(std::filesystem::exists(bench.site()));
}

TEST_CASE("a folder without its feed is taken for a disk that isn't mounted") {
  FeedBench bench;
  bench.add();
  std::filesystem::remove_all(bench.site());
  std::filesystem::create_directories(bench.site());

  const SendAnswer answer = bench.send(bench.delivery(draft_of({"hello"})));

  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.error.kind == ErrorKind::config);
  CHECK(answer.error.message == "there is no feed.json in " + bench.site());
  CHECK(answer.error.hint.find("postq account test site") != std::string::npos);
  CHECK(tree(bench.site()).empty());
}

TEST_CASE("a folder with another feed is not written") {
  FeedBench bench;
  bench.add();
  bench.account.remote_id = "urn:uuid:00000000-0000-4000-8000-000000000000";
  const auto before = tree(bench.site());

  const SendAnswer answer = bench.send(bench.delivery(draft_of({"hello"})));

  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.error.kind == ErrorKind::config);
  CHECK(tree(bench.site()) == before);
}

TEST_CASE("somebody's own index page is never replaced") {
  FeedBench bench;
  std::filesystem::create_directories(bench.site());
  write_text(bench.site("index.html"), "<h1>My home page</h1>");

  const auto identity = bench.feed.identify(bench.account, bench.context);

  REQUIRE_FALSE(identity);
  CHECK(identity.error().kind == ErrorKind::config);
  CHECK(identity.error().message == bench.site("index.html") + " isn't postq's, so it is left alone");
  CHECK(tree(bench.site()) == std::map<std::string, std::string>{{"index.html", "<h1>My home page</h1>"}});
}

TEST_CASE("a full disk leaves the feed as it was, and the post to be sent later") {
  FeedBench bench;
  bench.add();
  bench.post("an earlier one", 1);
  const auto before = tree(bench.site());
  Draft draft = draft_of({"hello"});
  draft.parts[0].media = {bench.media.add(std::string(60'000, 'p'), "oak.png", "image/png", "an oak")};
  const ApprovedDelivery delivery = bench.delivery(draft, 2);

  for (const rlim_t room : {rlim_t{0}, rlim_t{1000}, rlim_t{59'999}}) {
    SendAnswer answer;
    {
      const FullDisk disk(room);
      answer = bench.send(delivery);
    }
    CHECK(answer.outcome == Outcome::not_sent);
    CHECK(answer.error.kind == ErrorKind::storage);
    CHECK(answer.error.message.starts_with("no room to write " + bench.site()));
    CHECK(tree(bench.site()) == before);
  }

  CHECK(bench.send(delivery).outcome == Outcome::sent);
}

TEST_CASE("a disk that fills up behind the first pages leaves the feed as it was") {
  FeedBench bench;
  bench.add();
  bench.post("an earlier one", 1);
  const auto before = tree(bench.site());
  const ApprovedDelivery delivery = bench.delivery(draft_of({std::string(3000, 'w')}), 2);
  std::size_t refused = 0;
  bool sent = false;

  for (rlim_t room = 500; !sent; room += 500) {
    SendAnswer answer;
    {
      const FullDisk disk(room);
      answer = bench.send(delivery);
    }
    sent = answer.outcome == Outcome::sent;
    if (sent) continue;
    ++refused;
    CHECK(answer.outcome == Outcome::not_sent);
    CHECK(tree(bench.site()) == before);
  }

  CHECK(refused > 10);
}

TEST_CASE("a folder that may not be written is a matter of configuration") {
  FeedBench bench;
  bench.add();
  std::filesystem::permissions(bench.dir.path(), std::filesystem::perms{0755});
  std::filesystem::permissions(bench.site(), std::filesystem::perms{0555});
  const auto before = tree(bench.site());

  SendAnswer answer;
  {
    const AsNobody nobody;
    answer = bench.send(bench.delivery(draft_of({"hello"})));
  }

  std::filesystem::permissions(bench.site(), std::filesystem::perms{0755});
  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.error.kind == ErrorKind::config);
  CHECK(answer.error.message == "can't write " + bench.site() + ": Permission denied");
  CHECK(tree(bench.site()) == before);
}

TEST_CASE("a file where a folder should be is told") {
  FeedBench bench;
  write_text(bench.site(), "a file");

  const auto identity = bench.feed.identify(bench.account, bench.context);

  REQUIRE_FALSE(identity);
  CHECK(identity.error().kind == ErrorKind::config);
  CHECK(identity.error().message == bench.site() + " is a file, not a folder");
}

TEST_CASE("nothing inside of a feed's folder is followed elsewhere, and it is said") {
  for (const char* const name : {"posts", "media", "feed.json", "index.html", "atom.xml"}) {
    CAPTURE(name);
    FeedBench bench;
    bench.add();
    Draft draft = draft_of({"hello"});
    draft.parts[0].media = {bench.media.add("bytes of a picture", "oak.png", "image/png", "an oak")};
    const bool is_folder = std::string_view(name) == "posts" || std::string_view(name) == "media";
    const std::string elsewhere = bench.dir.path("elsewhere");
    std::filesystem::create_directories(elsewhere);
    if (is_folder) std::filesystem::remove_all(bench.site(name));
    if (!is_folder) std::filesystem::rename(bench.site(name), elsewhere + "/" + name);
    const std::string target = is_folder ? elsewhere : elsewhere + "/" + name;
    std::filesystem::create_symlink(target, bench.site(name));
    const auto before = tree(elsewhere);

    const SendAnswer answer = bench.send(bench.delivery(draft));

    CHECK(answer.outcome == Outcome::not_sent);
    CHECK(answer.error.kind == ErrorKind::config);
    CHECK(answer.error.message == bench.site(name) + " is a link, and postq follows none inside of a feed's folder");
    CHECK(tree(elsewhere) == before);
    CHECK(std::filesystem::is_symlink(bench.site(name)));
  }
}

TEST_CASE("a feed's folder may itself be reached through a link") {
  FeedBench bench;
  bench.add();
  std::filesystem::rename(bench.site(), bench.dir.path("disk"));
  std::filesystem::create_directory_symlink(bench.dir.path("disk"), bench.site());

  bench.post("hello");

  CHECK(bench.file("feed.json").find("hello") != std::string::npos);
}

TEST_CASE("a pipe where a feed's file should be is told, and never waited for") {
  FeedBench bench;
  bench.add();
  Draft draft = draft_of({"hello"});
  const Media picture = bench.media.add("bytes of a picture", "oak.png", "image/png", "an oak");
  draft.parts[0].media = {picture};
  const auto refused = [&](const std::string& name) {
    CAPTURE(name);
    const std::string path = bench.site(name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    const std::string aside = bench.dir.path("aside");
    const bool there = std::filesystem::exists(path);
    if (there) std::filesystem::rename(path, aside);
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const SendAnswer answer = bench.send(bench.delivery(draft));
    CHECK(answer.outcome == Outcome::not_sent);
    CHECK(answer.error.kind == ErrorKind::config);
    CHECK(answer.error.message == path + " is a pipe, no file that postq could have written");
    CHECK(answer.error.hint == "move it away");
    std::filesystem::remove(path);
    if (there) std::filesystem::rename(aside, path);
  };

  refused("media/" + picture.digest.hex() + ".png");
  refused("feed.json");
  refused("index.html");
  refused("atom.xml");

  CHECK(bench.send(bench.delivery(draft)).outcome == Outcome::sent);
}

TEST_CASE("a picture is not taken out of a folder that somebody turned into a link") {
  FeedBench bench;
  bench.add();
  Draft draft = draft_of({"hello"});
  draft.parts[0].media = {bench.media.add("bytes of a picture", "oak.png", "image/png", "an oak")};
  const SendAnswer sent = bench.send(bench.delivery(draft));
  REQUIRE(sent.outcome == Outcome::sent);
  std::filesystem::rename(bench.site("media"), bench.dir.path("elsewhere"));
  std::filesystem::create_directory_symlink(bench.dir.path("elsewhere"), bench.site("media"));

  const Status retracted = bench.feed.retract(bench.account, sent.receipt, bench.context);

  REQUIRE_FALSE(retracted);
  CHECK(retracted.error().message.starts_with(bench.site("media") + " is a link"));
  CHECK(tree(bench.dir.path("elsewhere")).size() == 1);
}

TEST_CASE("an index page that is a folder is refused before anything changes") {
  FeedBench bench;
  bench.add();
  std::filesystem::remove(bench.site("index.html"));
  std::filesystem::create_directories(bench.site("index.html"));
  const auto before = tree(bench.site());

  const SendAnswer answer = bench.send(bench.delivery(draft_of({"hello"})));

  CHECK(answer.outcome == Outcome::not_sent);
  CHECK(answer.error.kind == ErrorKind::config);
  CHECK(tree(bench.site()) == before);
}

TEST_CASE("files that were placed before a later one failed are known") {
  const TempDir dir;
  auto folder = FeedFolder::open(dir.path(), FeedFolder::Missing::refuse);
  REQUIRE(folder);
  REQUIRE(folder->stage("feed.json", "{}"));
  REQUIRE(folder->stage("index.html", "<p>"));
  REQUIRE(folder->stage("atom.xml", "<feed/>"));
  std::filesystem::create_directories(dir.path("index.html/in the way"));

  const Status committed = folder->commit();

  REQUIRE_FALSE(committed);
  CHECK(folder->placed("feed.json"));
  CHECK_FALSE(folder->placed("index.html"));
  CHECK_FALSE(folder->placed("atom.xml"));
}

TEST_CASE("what was staged and not committed leaves no trace") {
  const TempDir dir;
  {
    auto folder = FeedFolder::open(dir.path(), FeedFolder::Missing::refuse);
    REQUIRE(folder);
    REQUIRE(folder->stage("feed.json", "{}"));
    CHECK(tree(dir.path()).size() == 1);
  }

  CHECK(tree(dir.path()).empty());
}

TEST_CASE("a send that was killed at any moment is completed by the next one") {
  // A child is killed while it sends, at a moment that differs each time; its parent repeats what it was doing.
  FeedBench bench;
  bench.add();
  Draft draft = draft_of({"hello"});
  draft.parts[0].media = {bench.media.add(std::string(300'000, 'p'), "oak.png", "image/png", "an oak")};
  for (int round = 0; round < 12; ++round) {
    draft.parts[0].text = "hello " + std::to_string(round);
    const ApprovedDelivery delivery = bench.delivery(draft, 100 + round);
    const PreparedRequest outgoing = outgoing_of(bench.feed, bench.account, delivery, 1, bench.now);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      static_cast<void>(bench.feed.send(bench.account, delivery, outgoing, bench.context));
      ::_exit(0);
    }
    ::usleep(static_cast<useconds_t>(round * 400));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);

    // Whatever is there now is whole: a reader never saw half a file.
    for (const auto& [name, bytes] : tree(bench.site())) {
      if (name.ends_with(".html")) CHECK(bytes.ends_with("</html>\n"));
      if (name.ends_with(".xml")) CHECK(bytes.ends_with("</feed>\n"));
      if (name == "feed.json") CHECK(bytes.ends_with("}\n"));
    }
    REQUIRE(bench.feed.send(bench.account, delivery, outgoing, bench.context).outcome == Outcome::sent);
  }

  const auto timeline = bench.feed.read_timeline(bench.account, {}, bench.context);
  REQUIRE(timeline);
  CHECK(timeline->items.size() == 12);
  const auto files = tree(bench.site());
  CHECK(files.size() == 4 + 12 + 1);  // nothing temporary is left
}

TEST_CASE("a feed that another program is writing is tried later") {
  const TempDir dir;
  auto first = FeedFolder::open(dir.path(), FeedFolder::Missing::refuse);
  REQUIRE(first);

  const auto second = FeedFolder::open(dir.path(), FeedFolder::Missing::refuse, std::chrono::milliseconds{30});

  REQUIRE_FALSE(second);
  CHECK(second.error().kind == ErrorKind::try_later);
  CHECK(second.error().message == "another program is writing the feed in " + dir.path());
}
