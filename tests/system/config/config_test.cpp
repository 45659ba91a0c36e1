#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <vector>

#include <rapidcheck.h>

#include "support/catch.h"
#include "system/config/toml_config.h"

namespace {

using namespace postq;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// A folder of this test alone, gone when it ends.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "postq-config-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string file(const std::string& text) const {
    const auto path = (path_ / "config.toml").string();
    std::ofstream(path, std::ios::binary) << text;
    ::chmod(path.c_str(), 0600);
    return path;
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

Config read(const std::string& text) {
  const Folder folder;
  auto config = read_config(folder.file(text));
  INFO((config ? std::string() : config.error().message));
  REQUIRE(config.has_value());
  return *config;
}

// The error without the folder in front: "config.toml:1:1: ...".
Error error_of(const std::string& text) {
  const Folder folder;
  const auto config = read_config(folder.file(text));
  REQUIRE_FALSE(config.has_value());
  auto error = config.error();
  CHECK(error.kind == ErrorKind::config);
  const auto prefix = folder.path("");
  if (error.message.compare(0, prefix.size(), prefix) == 0) error.message.erase(0, prefix.size());
  // Further mistakes stand below what helps against the first.
  for (auto at = error.hint.find('\n' + prefix); at != std::string::npos; at = error.hint.find('\n' + prefix)) {
    error.hint.erase(at + 1, prefix.size());
  }
  return error;
}

const ConfigLine& line(const Config& config, const std::string& key) {
  const auto found =
      std::find_if(config.lines.begin(), config.lines.end(), [&](const ConfigLine& one) { return one.key == key; });
  INFO(key);
  REQUIRE(found != config.lines.end());
  return *found;
}

std::string slurp(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void check_defaults(const PolicySettings& policy) {
  REQUIRE(policy.ratio.has_value());
  CHECK(policy.ratio->by_hand == 1);
  CHECK(policy.ratio->scheduled == 3);
  CHECK(policy.window == days{14});
  REQUIRE(policy.aim.has_value());
  CHECK(policy.aim->by_hand == 1);
  CHECK(policy.aim->scheduled == 1);
  CHECK(policy.count_replies);
  CHECK_FALSE(policy.count_boosts);
  CHECK(policy.trust_reading == hours{24});
  CHECK(policy.unreadable == Unreadable::own);
  CHECK(policy.schedulers.empty());
  CHECK(policy.late_after == hours{1});
  CHECK(policy.late == LatePolicy::review);
  CHECK(policy.min_gap == minutes{10});
  CHECK(policy.max_per_day == 10);
  CHECK_FALSE(policy.quiet.has_value());
  CHECK(policy.repeat == Strictness::warn);
  CHECK(policy.repeat_within == days{30});
  CHECK(policy.alt_text == Strictness::hold);
  CHECK(policy.people_waiting == Strictness::warn);
  CHECK(policy.answer_within == hours{24});
  CHECK(policy.allow_send);
}

}  // namespace

TEST_CASE("without a configuration file the defaults are in force") {
  const Folder folder;

  const auto config = read_config(folder.path("config.toml"));

  REQUIRE(config.has_value());
  check_defaults(config->policy);
  CHECK(config->zone.empty());
  CHECK(config->accounts.empty());
  CHECK(config->account_policies.empty());
  CHECK(toml_text(line(*config, "policy.window").value) == "\"14d\"");
  CHECK(toml_text(line(*config, "policy.trust_reading").value) == "\"24h\"");
  CHECK(line(*config, "policy.ratio").origin == "default");
}

TEST_CASE("an empty configuration file says the same as none") {
  const Folder folder;
  const auto none = read_config(folder.path("config.toml"));
  REQUIRE(none.has_value());

  const auto empty = read("");

  REQUIRE(empty.lines.size() == none->lines.size());
  for (std::size_t i = 0; i < empty.lines.size(); ++i) {
    CHECK(empty.lines[i].key == none->lines[i].key);
    CHECK(empty.lines[i].value == none->lines[i].value);
    CHECK(empty.lines[i].origin == "default");
  }
}

TEST_CASE("every key of the configuration is read") {
  const auto config = read(R"(
zone = "Europe/Berlin"
language = "pt-BR"
split = true
accounts = ["mastodon", "friends"]
notify_command = "mail -s postq anna"
ui = "plain"
proxy = "socks5h://127.0.0.1:9050"
[groups]
friends = ["bsky", "work-bsky"]
[policy]
ratio = "2:5"
window = "7d"
aim = "off"
count_replies = false
count_boosts = true
trust_reading = "12h"
unreadable = "hold"
schedulers = ["My Bot"]
late_after = "90m"
late = "drop"
min_gap = "off"
max_per_day = 0
quiet = "22:00-07:30"
repeat = "hold"
repeat_within = "60d"
alt_text = "warn"
people_waiting = "hold"
answer_within = "36h"
allow_send = false
)");

  CHECK(config.zone == "Europe/Berlin");
  CHECK(config.language == "pt-BR");
  CHECK(config.split);
  CHECK(config.accounts == std::vector<std::string>{"mastodon", "friends"});
  CHECK(config.notify_command == "mail -s postq anna");
  CHECK(config.ui == "plain");
  CHECK(config.proxy == "socks5h://127.0.0.1:9050");
  CHECK(config.groups.at("friends") == std::vector<std::string>{"bsky", "work-bsky"});
  const auto& policy = config.policy;
  REQUIRE(policy.ratio.has_value());
  CHECK(policy.ratio->by_hand == 2);
  CHECK(policy.ratio->scheduled == 5);
  CHECK(policy.window == days{7});
  CHECK_FALSE(policy.aim.has_value());
  CHECK_FALSE(policy.count_replies);
  CHECK(policy.count_boosts);
  CHECK(policy.trust_reading == hours{12});
  CHECK(policy.unreadable == Unreadable::hold);
  CHECK(policy.schedulers == std::vector<std::string>{"My Bot"});
  CHECK(policy.late_after == minutes{90});
  CHECK(policy.late == LatePolicy::drop);
  CHECK(policy.min_gap == Seconds{0});
  CHECK(policy.max_per_day == 0);
  REQUIRE(policy.quiet.has_value());
  CHECK(policy.quiet->from == 22 * 60);
  CHECK(policy.quiet->to == 7 * 60 + 30);
  CHECK(policy.repeat == Strictness::hold);
  CHECK(policy.repeat_within == days{60});
  CHECK(policy.alt_text == Strictness::warn);
  CHECK(policy.people_waiting == Strictness::hold);
  CHECK(policy.answer_within == hours{36});
  CHECK_FALSE(policy.allow_send);
  for (const auto& one : config.lines) CHECK(one.origin != "default");
}

TEST_CASE("each key in force tells its value and the line it comes from") {
  const auto config = read("zone = \"UTC\"\n\n[policy]\nwindow = \"21d\"\nquiet = \"1:00-02:05\"\n");

  CHECK(toml_text(line(config, "zone").value) == "\"UTC\"");
  CHECK(line(config, "zone").origin == "config.toml:1");
  CHECK(toml_text(line(config, "policy.window").value) == "\"21d\"");
  CHECK(line(config, "policy.window").origin == "config.toml:4");
  CHECK(toml_text(line(config, "policy.quiet").value) == "\"01:00-02:05\"");
  CHECK(line(config, "policy.ratio").origin == "default");
}

TEST_CASE("the values that are listed, written into a file, mean the same") {
  const auto config = read(
      "accounts = [\"a\"]\nnotify_command = \"say \\\"hi\\\" \\\\ \\u0001\\n\"\n"
      "[policy]\nratio = \"off\"\nlate_after = \"3661s\"\nwindow = \"36h\"\n");
  std::string general;
  std::string policy = "[policy]\n";
  for (const auto& one : config.lines) {
    if (one.key.rfind("policy.", 0) == 0) {
      policy += one.key.substr(7) + " = " + toml_text(one.value) + "\n";
    } else {
      general += one.key + " = " + toml_text(one.value) + "\n";
    }
  }

  const auto again = read(general + policy);

  REQUIRE(again.lines.size() == config.lines.size());
  for (std::size_t i = 0; i < config.lines.size(); ++i) CHECK(again.lines[i].value == config.lines[i].value);
  CHECK(again.policy.late_after == Seconds{3661});
  CHECK(again.policy.window == hours{36});
  CHECK(again.notify_command == "say \"hi\" \\ \x01\n");
}

TEST_CASE("an account's policy is laid over the policy of all") {
  // The account's table stands first: the order in the file doesn't matter.
  const auto config = read(R"(
[policy.accounts.work-bsky]
window = "3d"
people_waiting = "hold"
[policy]
window = "10d"
late = "later"
answer_within = "2d"
)");

  CHECK(config.for_account("work-bsky").window == days{3});
  CHECK(config.for_account("work-bsky").late == LatePolicy::later);
  CHECK(config.for_account("work-bsky").people_waiting == Strictness::hold);
  CHECK(config.for_account("work-bsky").answer_within == days{2});
  CHECK(config.for_account("mastodon").people_waiting == Strictness::warn);
  CHECK(config.for_account("mastodon").window == days{10});
  CHECK(toml_text(line(config, "policy.accounts.work-bsky.window").value) == "\"3d\"");
  CHECK(line(config, "policy.accounts.work-bsky.window").origin == "config.toml:3");
  CHECK(std::none_of(config.lines.begin(), config.lines.end(),
                     [](const ConfigLine& one) { return one.key == "policy.accounts.work-bsky.late"; }));
}

TEST_CASE("an account's policy without a policy of all is laid over the defaults") {
  const auto config = read("[policy.accounts.bsky]\nratio = \"off\"\n");

  CHECK_FALSE(config.for_account("bsky").ratio.has_value());
  CHECK(config.for_account("bsky").window == days{14});
  check_defaults(config.policy);
}

TEST_CASE("broken TOML is reported with its line and column") {
  const auto error = error_of("zone = \"UTC\"\n[policy\n");

  CHECK(error.message.rfind("config.toml:2:8: error while parsing table", 0) == 0);
}

TEST_CASE("a text without its closing quote is told as that") {
  for (const auto* const text : {"zone = \"UTC\nlanguage = \"de\"\n", "zone = 'UTC\n", "zone = \"UTC\r\n"}) {
    CAPTURE(text);
    const auto error = error_of(text);
    CHECK(error.message == "config.toml:1: the text isn't closed on this line");
    CHECK(error.hint.starts_with("put the missing quote behind it"));
  }
  CHECK(error_of("zone = \"U\x01TC\"\n").message.find("control characters") != std::string::npos);
}

TEST_CASE("invalid UTF-8 and a key that stands twice are broken TOML") {
  CHECK(error_of("zone = \"\xff\xfe\"\n").message.rfind("config.toml:1:", 0) == 0);
  CHECK(error_of("zone = \"UTC\"\nzone = \"UTC\"\n").message.rfind("config.toml:2:", 0) == 0);
}

TEST_CASE("broken TOML that the parser itself falls over is reported all the same") {
  for (const auto* text : {"[&", "[[[a]]]", "[[=", "zone = \"UTC\"\n[policy.,]"}) {
    INFO(text);
    CHECK_FALSE(error_of(text).message.empty());
  }
}

TEST_CASE("an unknown key is refused with the key that was probably meant") {
  const auto error = error_of("[policy]\nration = \"1:3\"\n");

  CHECK(error.message == "config.toml:2:1: there is no key policy.ration");
  CHECK(error.hint == "did you mean policy.ratio?");
}

TEST_CASE("an unknown key like no other is refused with where all keys are listed") {
  const auto error = error_of("xyzzyplugh = 1\n");

  CHECK(error.message == "config.toml:1:1: there is no key xyzzyplugh");
  CHECK(error.hint == "config/postq.toml, in the documentation folder, has every key");
}

TEST_CASE("a rule outside its table is refused with where it belongs") {
  CHECK(error_of("min_gap = \"5m\"\n").hint == "write it below a line [policy]");
}

TEST_CASE("an unknown key of one account's policy is refused") {
  const auto error = error_of("[policy.accounts.bsky]\nlate_aftr = \"1h\"\n");

  CHECK(error.message == "config.toml:2:1: there is no key policy.accounts.bsky.late_aftr");
  CHECK(error.hint == "did you mean policy.accounts.bsky.late_after?");
}

TEST_CASE("keys of rules that do not exist are refused") {
  CHECK(error_of("[policy]\nhashtags_per_post = 3\n").message ==
        "config.toml:2:1: there is no key policy.hashtags_per_post");
}

TEST_CASE("all mistakes of the file are named, in its order") {
  const auto error =
      error_of("zoen = \"UTC\"\nui = \"fancy\"\n[policy.accounts.a]\nwindow = 1\n[policy]\nration = \"1:3\"\n");

  CHECK(error.message == "config.toml:1:1: there is no key zoen");
  CHECK(error.hint.rfind("did you mean zone?\nconfig.toml:2:6: ui wants \"plain\" or \"\", not \"fancy\"\n"
                         "config.toml:4:10: policy.accounts.a.window wants ",
                         0) == 0);
  CHECK(error.hint.find("\nconfig.toml:6:1: there is no key policy.ration\n  did you mean policy.ratio?") !=
        std::string::npos);
}

TEST_CASE("of several mistakes the first in the file is reported") {
  CHECK(error_of("zone = 5\n[policy]\naim = 3\n").message.rfind("config.toml:1:8:", 0) == 0);
  CHECK(error_of("[policy.accounts.a]\nwindow = 1\n[policy]\naim = 3\n").message.rfind("config.toml:2:10:", 0) == 0);
}

TEST_CASE("a value of the wrong form is refused with the form that is wanted") {
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases{
      {"zone = 1", "1:8: zone wants a time zone in quotes, such as \"Europe/Berlin\", not 1"},
      {"ui = \"fancy\"", "1:6: ui wants \"plain\" or \"\", not \"fancy\""},
      {"accounts = \"bsky\"",
       "1:12: accounts wants a list of account or group names, such as "
       "[\"mastodon\", \"work-bsky\"], not \"bsky\""},
      {"accounts = [1]",
       "1:12: accounts wants a list of account or group names, such as "
       "[\"mastodon\", \"work-bsky\"], not this list"},
      {"language = 1.5", "1:12: language wants a language tag, such as \"en\" or \"pt-BR\", not a fraction"},
      {"notify_command = 2026-01-01", "1:18: notify_command wants a command in quotes, not a date or time"},
      {"policy = true", "1:10: policy is a table of its own, not true"},
      {"groups = []", "1:10: groups is a table of its own, not this list"},
      {"[policy]\naccounts = 1", "2:12: policy.accounts is a table of its own, not 1"},
      {"[policy.accounts]\na = 1", "2:5: policy.accounts.a is a table of its own, not 1"},
      {"[groups]\na = []",
       "2:5: groups.a wants a list of account names, such as [\"mastodon\", \"bsky\"], "
       "not an empty one"},
      {"[policy]\nratio = 3", "2:9: policy.ratio wants by hand to scheduled, such as \"1:3\", or \"off\", not 3"},
      {"[policy]\ncount_replies = \"yes\"", "2:17: policy.count_replies wants true or false, not \"yes\""},
      {"[policy]\nlate = \"never\"", "2:8: policy.late wants \"review\", \"later\" or \"drop\", not \"never\""},
      {"[policy]\nquiet = \"night\"",
       "2:9: policy.quiet wants hours of the day, such as \"22:00-07:00\", or \"off\", not \"night\""},
      {"[policy]\nmax_per_day = -1", "2:15: policy.max_per_day wants a number from 0 (no limit) to 1000, not -1"},
      {"[policy]\npeople_waiting = \"require\"",
       "2:18: policy.people_waiting wants \"off\", \"warn\" or \"hold\", not \"require\""},
      {"[policy]\nanswer_within = 24",
       "2:17: policy.answer_within wants a length of time from \"1m\" to \"366d\", such as \"24h\", not 24"},
      {"[policy.ratio]\nx = 1",
       "1:1: policy.ratio wants by hand to scheduled, such as \"1:3\", or \"off\", not a table"},
  };
  for (const auto& one : cases) {
    INFO(one.text);
    CHECK(error_of(one.text + "\n").message == "config.toml:" + one.message);
  }
}

TEST_CASE("a value out of its range is refused with the range") {
  CHECK(error_of("[policy]\nwindow = \"59m\"\n").message ==
        "config.toml:2:10: policy.window wants a length of time from \"1h\" to \"366d\", such as \"14d\", not \"59m\"");
  for (const auto* text : {"window = \"367d\"", "trust_reading = \"30s\"", "late_after = \"0m\"", "min_gap = \"8d\"",
                           "max_per_day = 1001", "max_per_day = 9223372036854775807", "repeat_within = \"400d\"",
                           "ratio = \"0:0\"", "ratio = \"1:-1\"", "quiet = \"25:00-07:00\""}) {
    INFO(text);
    CHECK(error_of(std::string("[policy]\n") + text + "\n").message.rfind("config.toml:2:", 0) == 0);
  }
}

TEST_CASE("the ends of a range are still allowed") {
  CHECK(read("[policy]\nwindow = \"1h\"\n").policy.window == hours{1});
  CHECK(read("[policy]\nwindow = \"366d\"\n").policy.window == days{366});
  CHECK(read("[policy]\nmax_per_day = 1000\n").policy.max_per_day == 1000);
}

TEST_CASE("a language tag has the shape of one") {
  for (const auto* tag : {"", "en", "pt-BR", "zh-Hant-TW", "de-1996", "gsw"}) {
    INFO(tag);
    CHECK(read(std::string("language = \"") + tag + "\"\n").language == tag);
  }
  for (const auto* tag : {"e", "english-", "-en", "en--US", "12", "en US", "de_DE", "abcdefghi"}) {
    INFO(tag);
    CHECK(error_of(std::string("language = \"") + tag + "\"\n").message.rfind("config.toml:1:12:", 0) == 0);
  }
}

TEST_CASE("a proxy is an address of a kind that postq can use") {
  CHECK(read("proxy = \"http://proxy.example:3128\"\n").proxy == "http://proxy.example:3128");
  for (const auto* proxy : {"proxy.example:3128", "file:///etc/passwd", "socks5://", "http://a b", "http://a\\nb"}) {
    INFO(proxy);
    CHECK(error_of(std::string("proxy = \"") + proxy + "\"\n").message.rfind("config.toml:1:9:", 0) == 0);
  }
}

TEST_CASE("names of accounts and groups in the configuration are checked") {
  CHECK(error_of("accounts = [\"No Such\"]\n").message.rfind("config.toml:1:12:", 0) == 0);
  CHECK(error_of("[groups]\n\"My Friends\" = [\"a\"]\n").message.rfind("config.toml:2:1:", 0) == 0);
  CHECK(error_of("[groups]\nall = [\"a\"]\n").message.find("'all' means every account") != std::string::npos);
  CHECK(error_of("[groups]\nfriends = [\"A\"]\n").message.rfind("config.toml:2:11:", 0) == 0);
  CHECK(error_of("[policy.accounts.\"No Such\"]\n").message.rfind("config.toml:1:", 0) == 0);
}

TEST_CASE("a configuration that others may write to is refused") {
  for (const ::mode_t mode : {0620U, 0602U, 0666U}) {
    const Folder folder;
    const auto path = folder.file("zone = \"UTC\"\n");
    ::chmod(path.c_str(), mode);

    const auto config = read_config(path);

    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().kind == ErrorKind::config);
    CHECK(config.error().message.find("others may write") != std::string::npos);
    CHECK(config.error().hint == "chmod go-w '" + path + "'");
  }
}

TEST_CASE("a configuration in a folder where others may put another is refused, unless the folder is sticky") {
  const Folder folder;
  const auto path = folder.file("zone = \"UTC\"\n");
  const auto parent = path.substr(0, path.rfind('/'));
  ::chmod(parent.c_str(), 0777);

  const auto config = read_config(path);

  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().kind == ErrorKind::config);
  CHECK(config.error().message == "others may write to " + parent + " and put another configuration there");
  CHECK(config.error().hint == "chmod go-w '" + parent + "'");
  ::chmod(parent.c_str(), 01777);
  CHECK(read_config(path).has_value());
}

TEST_CASE("a configuration that others may only read is fine") {
  const Folder folder;
  const auto path = folder.file("zone = \"UTC\"\n");
  ::chmod(path.c_str(), 0644);

  CHECK(read_config(path).has_value());
}

TEST_CASE("a configuration that belongs to somebody else is refused") {
  if (::geteuid() != 0) return;  // only root can give a file away
  const Folder folder;
  const auto path = folder.file("zone = \"UTC\"\n");
  REQUIRE(::chown(path.c_str(), 12345, 12345) == 0);

  const auto config = read_config(path);

  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().message.find("belongs to somebody else") != std::string::npos);
}

TEST_CASE("a link to a configuration is followed, as keepers of dotfiles want") {
  const Folder folder;
  std::filesystem::create_symlink(folder.file("zone = \"UTC\"\n"), folder.path("link.toml"));

  const auto config = read_config(folder.path("link.toml"));

  REQUIRE(config.has_value());
  CHECK(line(*config, "zone").origin == "link.toml:1");
}

TEST_CASE("what is no file is refused as a configuration, without waiting for it") {
  const Folder folder;
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);

  for (const auto& path : {folder.path("pipe"), folder.path("."), std::string("/dev/null")}) {
    INFO(path);
    const auto config = read_config(path);
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().kind == ErrorKind::config);
    CHECK(config.error().message.find(" is not a file") != std::string::npos);
  }
}

TEST_CASE("a configuration that can't be opened is an error and not the defaults") {
  const Folder folder;
  std::filesystem::create_symlink(folder.path("circle"), folder.path("circle"));

  const auto config = read_config(folder.path("circle"));

  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().message.find("can't be read") != std::string::npos);
}

TEST_CASE("a huge file is not taken for a configuration") {
  CHECK(error_of("#" + std::string(1024 * 1024, 'x') + "\n").message.find("larger than 1 MiB") != std::string::npos);
}

TEST_CASE("the example configuration holds every key with its default") {
  const auto text = slurp(std::string(POSTQ_SOURCE_DIR) + "/config/postq.toml");
  // Keys are commented as "#key = value"; prose as "# Words".
  const auto live = std::regex_replace(text, std::regex("(^|\n)#(?=[a-z_\\[])"), "$1");
  const auto defaults = read("");

  const auto commented = read(text);
  const auto uncommented = read(live);

  CHECK(live != text);
  for (const auto& one : commented.lines) CHECK(one.origin == "default");
  for (const auto& expected : defaults.lines) {
    const auto& found = line(uncommented, expected.key);
    INFO(expected.key);
    CHECK(found.value == expected.value);
    CHECK(found.origin != "default");
  }
  CHECK_FALSE(uncommented.groups.empty());
  CHECK_FALSE(uncommented.account_policies.empty());
}

TEST_CASE("no bytes in a configuration file make postq fall over") {
  const Folder folder;
  CHECK(rc::check([&] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("[policy]\n", "[policy.accounts.a]\n", "ratio", "window", " = ", "\"1:3\"", "\"",
                                      "14d", "[", "]", "{", "}", "\n", "#", "zone", "1", "true", ",", ".", "\xff",
                                      "groups", std::string(1, '\0'), "\"\"\"", "1979-05-27", "accounts"));
    std::string text;
    for (const auto& piece : pieces) text += piece;

    const auto config = read_config(folder.file(text));

    if (!config) {
      RC_ASSERT(config.error().kind == ErrorKind::config);
      RC_ASSERT_FALSE(config.error().message.empty());
    }
  }));
}
