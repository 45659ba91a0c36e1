// What every platform keeps, whatever it is. A new line in platforms.def is tested here at once; what it needs beyond
// a setting named `url` or `path` and a token, it adds to Subject.
#include <algorithm>
#include <functional>

#include "platforms/platform_fixture.h"
#include "support/catch.h"
#include "support/fake_mastodon.h"
#include "support/fake_pds.h"

using namespace postq;
using namespace postq::testing;

namespace {

struct Subject {
  explicit Subject(const Platform& tested) : platform(tested) {
    account.id = AccountId{1};
    account.name = "mine";
    account.platform = platform.traits().name;
    for (const SettingSpec& spec : platform.traits().settings) {
      if (!spec.required) continue;
      account.settings[spec.name] =
          spec.name == "path" ? bench.dir.path("site") : "https://platform.example/in?key=k3y";
    }
    account.secret_from = platform.traits().secret.empty() ? SecretFrom::none : SecretFrom::file;
    if (platform.traits().name == "mastodon") {
      mastodon.token = kSigningSecret;
      mastodon.now = [this] { return bench.now; };
      bench.http.otherwise = [this](const HttpRequest& request) { return mastodon.exchange(request); };
    }
    if (platform.traits().name == "bluesky") {
      pds.password = kSigningSecret;
      pds.now = [this] { return bench.now; };
      account.settings = {{"handle", pds.handle}, {"url", pds.origin}};
      bench.http.otherwise = [this](const HttpRequest& request) { return pds.exchange(request); };
    }
  }

  // Settings checked and signed in, as `account add` leaves it.
  void add() {
    REQUIRE(platform.check_settings(account));
    const auto identity = platform.identify(account, bench.context);
    REQUIRE(identity);
    account.remote_id = identity->remote_id;
    account.remote_name = identity->remote_name;
  }

  ApprovedDelivery delivery(std::vector<std::string> texts) {
    return approved(platform.render(account, draft_of(std::move(texts))));
  }

  const Platform& platform;
  Bench bench;
  Account account;
  FakeMastodon mastodon;
  FakePds pds;
};

// Every word that went out for people to see, searched for the secret.
bool tells(const std::string& text) {
  return text.find("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") != std::string::npos || text.find("whsec_") != std::string::npos;
}

template <typename Test>
void for_all(const Test& test) {
  REQUIRE_FALSE(all_platforms().all().empty());
  for (const Platform* platform : all_platforms().all()) {
    DYNAMIC_SECTION(platform->traits().name) {
      Subject subject(*platform);
      test(subject);
    }
  }
}

}  // namespace

TEST_CASE("every platform is found by its name, and says what it is") {
  for_all([](Subject& subject) {
    const PlatformTraits& traits = subject.platform.traits();
    CHECK(all_platforms().find(traits.name) == &subject.platform);
    CHECK_FALSE(traits.title.empty());
    CHECK_FALSE(traits.summary.empty());
    CHECK(traits.summary.back() != '.');
    CHECK_FALSE(traits.sign_in.empty());
    CHECK(traits.secret.empty() == (traits.sign_in == "none"));
    for (const SettingSpec& spec : traits.settings) {
      CHECK_FALSE(spec.help.empty());
      CHECK(spec.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos);
    }
  });
  CHECK(all_platforms().find("no-such-platform") == nullptr);
}

TEST_CASE("every platform refuses settings that are missing or unknown") {
  for_all([](Subject& subject) {
    REQUIRE(subject.platform.check_settings(subject.account));

    Account strange = subject.account;
    strange.settings["colour"] = "green";
    const Status unknown = subject.platform.check_settings(strange);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == ErrorKind::usage);
    CHECK(unknown.error().message.find("--colour") != std::string::npos);

    for (const SettingSpec& spec : subject.platform.traits().settings) {
      if (!spec.required) continue;
      Account lacking = subject.account;
      lacking.settings.erase(spec.name);
      const Status missing = subject.platform.check_settings(lacking);
      REQUIRE_FALSE(missing);
      CHECK(missing.error().kind == ErrorKind::usage);
      CHECK(missing.error().message.find("--" + spec.name) != std::string::npos);
    }
  });
}

TEST_CASE("every platform lets settings that it has completed pass again unchanged") {
  for_all([](Subject& subject) {
    REQUIRE(subject.platform.check_settings(subject.account));
    Account again = subject.account;

    REQUIRE(subject.platform.check_settings(again));

    CHECK(again.settings == subject.account.settings);
    CHECK(again.base_url == subject.account.base_url);
  });
}

TEST_CASE("every platform knows the same identity again") {
  for_all([](Subject& subject) {
    subject.add();
    CHECK_FALSE(subject.account.remote_id.empty());

    const auto again = subject.platform.identify(subject.account, subject.bench.context);

    REQUIRE(again);
    CHECK(again->remote_id == subject.account.remote_id);
  });
}

TEST_CASE("every platform makes the same body of the same facts, and no secret gets into it") {
  for_all([](Subject& subject) {
    subject.add();
    const ApprovedDelivery delivery = subject.delivery({"hello #world https://example.org"});

    const PreparedRequest first = outgoing_of(subject.platform, subject.account, delivery, 1, kNow);
    const PreparedRequest second = outgoing_of(subject.platform, subject.account, delivery, 1, kNow);

    CHECK(first.body == second.body);
    CHECK(first.key == second.key);
    CHECK(first.body.find("hello") != std::string::npos);
    CHECK_FALSE(tells(first.body));
    CHECK_FALSE(tells(subject.platform.show(subject.account, first)));
  });
}

TEST_CASE("every platform shows what it would send without touching anything") {
  for_all([](Subject& subject) {
    subject.add();
    const std::size_t requests = subject.bench.http.requests.size();
    const auto before = tree(subject.bench.dir.path());
    const PreparedRequest outgoing =
        outgoing_of(subject.platform, subject.account, subject.delivery({"hello"}), 1, kNow);

    const std::string shown = subject.platform.show(subject.account, outgoing);

    CHECK(shown.find(outgoing.body) != std::string::npos);
    CHECK(shown.find(outgoing.key) != std::string::npos);
    CHECK(subject.bench.http.requests.size() == requests);
    CHECK(tree(subject.bench.dir.path()) == before);
  });
}

TEST_CASE("every platform sends a part and gives a receipt") {
  for_all([](Subject& subject) {
    subject.add();
    const ApprovedDelivery delivery = subject.delivery({"hello"});

    const SendAnswer answer =
        subject.platform.send(subject.account, delivery,
                              outgoing_of(subject.platform, subject.account, delivery, 1, kNow), subject.bench.context);

    REQUIRE(answer.outcome == Outcome::sent);
    CHECK_FALSE(answer.receipt.remote_id.empty());
    CHECK(answer.receipt.sent_at == kNow);
  });
}

TEST_CASE("every platform that says a repeat is harmless leaves one post behind") {
  for_all([](Subject& subject) {
    if (subject.platform.traits().repeat != RetrySafety::idempotent) return;
    subject.add();
    subject.bench.http.requests.clear();
    const ApprovedDelivery delivery = subject.delivery({"hello"});
    const PreparedRequest outgoing = outgoing_of(subject.platform, subject.account, delivery, 1, kNow);
    const SendAnswer first = subject.platform.send(subject.account, delivery, outgoing, subject.bench.context);
    const auto after_first = tree(subject.bench.dir.path());
    subject.bench.now += Seconds{600};

    const SendAnswer second = subject.platform.send(subject.account, delivery, outgoing, subject.bench.context);

    REQUIRE(first.outcome == Outcome::sent);
    REQUIRE(second.outcome == Outcome::sent);
    CHECK(first.receipt.remote_id == second.receipt.remote_id);
    CHECK(first.receipt.url == second.receipt.url);
    CHECK(tree(subject.bench.dir.path()) == after_first);
    for (const HttpRequest& request : subject.bench.http.requests) {
      CHECK(request.body == outgoing.body);
      CHECK(header_of(request, "webhook-id") == header_of(subject.bench.http.requests.front(), "webhook-id"));
    }
  });
}

TEST_CASE("every platform has what it declares: threads, a timeline, taking back") {
  for_all([](Subject& subject) {
    subject.add();
    const PlatformTraits& traits = subject.platform.traits();
    const ApprovedDelivery delivery = subject.delivery({"hello"});
    const SendAnswer sent =
        subject.platform.send(subject.account, delivery,
                              outgoing_of(subject.platform, subject.account, delivery, 1, kNow), subject.bench.context);
    REQUIRE(sent.outcome == Outcome::sent);
    subject.bench.now += Seconds{60};

    const auto timeline =
        subject.platform.read_timeline(subject.account, {kNow - Seconds{3600}, ""}, subject.bench.context);
    CHECK(timeline.has_value() == traits.timeline);
    if (timeline) {
      REQUIRE(timeline->items.size() == 1);
      CHECK(timeline->items[0].remote_id == sent.receipt.remote_id);
      // A platform that names no apps may still know postq's own posts again.
      if (traits.tells_apps_apart) CHECK_FALSE(timeline->items[0].client.empty());
      if (!traits.tells_apps_apart) CHECK((timeline->items[0].client.empty() || timeline->items[0].client == "postq"));
    }

    CHECK(subject.platform.retract(subject.account, sent.receipt, subject.bench.context).has_value() == traits.retract);
    // Also when it is gone already.
    CHECK(subject.platform.retract(subject.account, sent.receipt, subject.bench.context).has_value() == traits.retract);

    const auto problems =
        subject.platform.problems(subject.account, subject.platform.render(subject.account, draft_of({"one", "two"})));
    CHECK(problems.empty() == traits.threads);

    // Nothing is found that isn't there.
    Attempt attempt;
    attempt.part = 1;
    attempt.key = subject.platform.request_key(subject.account, delivery, 1, {}, kNow);
    attempt.request = outgoing_of(subject.platform, subject.account, delivery, 1, kNow).body;
    attempt.started_at = kNow;
    const Settlement settled = subject.platform.settle(subject.account, delivery, attempt, {}, subject.bench.context);
    CHECK(settled.kind != Settlement::Kind::sent);
  });
}

TEST_CASE("every platform tells what people say, and finds posts by words, if it says that it does") {
  for_all([](Subject& subject) {
    subject.add();
    const PlatformTraits& traits = subject.platform.traits();
    ItemsRequest request;
    request.from = kNow - Seconds{3600};
    const SearchRequest oak{"oak", kNow - Seconds{3600}, ""};
    const auto read = [&] { return subject.platform.read_items(subject.account, request, subject.bench.context); };
    const auto search = [&] { return subject.platform.search(subject.account, oak, subject.bench.context); };
    if (!traits.items) CHECK(read().error().kind == ErrorKind::bug);
    if (!traits.searches) CHECK(search().error().kind == ErrorKind::bug);
    if (!traits.items || !traits.searches) return;
    subject.mastodon.say("tom", "@anna an oak", kNow - Seconds{60});
    subject.pds.say("tom.test", "@ann.test an oak", kNow - Seconds{60});

    const auto first = read();
    const auto found = search();

    REQUIRE(first);
    REQUIRE(first->items.size() == 1);
    const FoundItem& item = first->items[0];
    CHECK(item.kind == ItemKind::mention);
    CHECK(item.said.conversation == item.said.remote_id);
    CHECK(item.said.person.handle.starts_with("@tom"));
    CHECK(item.said.created_at == kNow - Seconds{60});
    CHECK(item.said.url.starts_with("https://"));
    CHECK(first->complete);
    // Its address is what a reply target may be given as.
    Draft draft = draft_of({"thank you"});
    draft.reply_to = item.said.url;
    CHECK(subject.platform.problems(subject.account, subject.platform.render(subject.account, draft)).empty());
    REQUIRE(found);
    REQUIRE(found->items.size() == 1);
    CHECK(found->items[0].kind == ItemKind::heard);
    CHECK(found->items[0].said.remote_id == item.said.remote_id);

    // Too many requests: nothing is lost, and the account waits.
    request.cursor = first->cursor;
    for (const auto& ask : std::vector<std::function<Result<ItemsReading>()>>{read, search}) {
      subject.bench.http.next(429, "", {{"retry-after", "120"}});
      const auto limited = ask();
      REQUIRE(limited);
      CHECK(limited->limited_until == kNow + Seconds{120});
      CHECK(limited->error.kind == ErrorKind::try_later);
      CHECK_FALSE(limited->complete);
    }
  });
}

TEST_CASE("every platform with a text limit refuses a longer text before any request") {
  for_all([](Subject& subject) {
    REQUIRE(subject.platform.check_settings(subject.account));
    const std::size_t limit = subject.platform.limits(subject.account).text;
    const Content content =
        subject.platform.render(subject.account, draft_of({std::string(limit == 0 ? 100'000 : limit + 1, 'x')}));

    const auto problems = subject.platform.problems(subject.account, content);

    CHECK(problems.empty() == (limit == 0));
    if (limit != 0) CHECK(problems.front().kind == "too-long");
    CHECK(subject.bench.http.requests.empty());
  });
}

TEST_CASE("every platform with a network tells unsent from maybe sent, refused and to be tried later") {
  for_all([](Subject& subject) {
    if (!subject.platform.traits().network) return;
    subject.add();
    const ApprovedDelivery delivery = subject.delivery({"hello"});
    const PreparedRequest outgoing = outgoing_of(subject.platform, subject.account, delivery, 1, kNow);
    const auto send = [&] {
      SendAnswer answer = subject.platform.send(subject.account, delivery, outgoing, subject.bench.context);
      CHECK(answer.outcome != Outcome::absent);
      if (answer.outcome != Outcome::sent) CHECK_FALSE(answer.error.message.empty());
      CHECK_FALSE(tells(answer.error.message + answer.error.hint));
      CHECK(answer.error.message.find("k3y") == std::string::npos);
      return answer;
    };
    ScriptedHttp& http = subject.bench.http;

    http.next_failure(HttpFailure::Sent::not_sent, ErrorKind::try_later, "platform.example: connection refused");
    const SendAnswer unsent = send();
    CHECK(unsent.outcome == Outcome::not_sent);
    CHECK_FALSE(unsent.answered);
    http.next_failure(HttpFailure::Sent::maybe_sent, ErrorKind::try_later, "platform.example: no answer in 30 s");
    CHECK(send().outcome == Outcome::unconfirmed);
    for (const int status : {103, 300, 302, 303, 304, 408, 425, 500, 502, 503, 504}) {
      http.next(status, "", {{"location", "https://elsewhere.example/secret-k3y"}});
      const SendAnswer answer = send();
      CAPTURE(status);
      CHECK(answer.outcome == Outcome::unconfirmed);
      CHECK(answer.error.kind == ErrorKind::unknown);
      CHECK(answer.answered);
      CHECK_FALSE(answer.limited);
    }
    // Retry-After says only when to go on.
    http.next(503, "", {{"retry-after", "120"}});
    const SendAnswer busy = send();
    CHECK(busy.outcome == Outcome::unconfirmed);
    CHECK(busy.limited);
    CHECK(busy.try_at == kNow + Seconds{120});
    for (const int status : {400, 404, 413, 422, 301, 307, 308}) {
      http.next(status, "", {{"location", "https://elsewhere.example/secret-k3y"}});
      const SendAnswer answer = send();
      CHECK(answer.outcome == Outcome::refused);
      CHECK(answer.error.kind == ErrorKind::platform);
      CHECK(answer.answered);
    }
    for (const int status : {401, 403}) {
      http.next(status);
      const SendAnswer answer = send();
      CHECK(answer.answered);
      CHECK(answer.outcome == Outcome::not_sent);
      CHECK(answer.sign_in_needed);
      CHECK(answer.error.kind == ErrorKind::sign_in);
    }
    http.next(429, "", {{"retry-after", "120"}, {"date", "Sun, 22 Nov 2026 20:46:00 GMT"}});
    const SendAnswer later = send();
    CHECK(later.outcome == Outcome::not_sent);
    CHECK(later.answered);
    CHECK(later.limited);
    CHECK(later.error.kind == ErrorKind::try_later);
    REQUIRE(later.try_at);
    CHECK(*later.try_at == kNow + Seconds{120});
    REQUIRE(later.clock_skew);
    CHECK(*later.clock_skew == Seconds{120});
  });
}

TEST_CASE("every platform with a secret sends nothing without it") {
  for_all([](Subject& subject) {
    if (subject.platform.traits().secret.empty()) return;
    subject.add();
    subject.bench.http.requests.clear();
    subject.bench.secrets.values.clear();
    const ApprovedDelivery delivery = subject.delivery({"hello"});

    const SendAnswer answer =
        subject.platform.send(subject.account, delivery,
                              outgoing_of(subject.platform, subject.account, delivery, 1, kNow), subject.bench.context);

    CHECK(answer.outcome == Outcome::not_sent);
    CHECK(answer.sign_in_needed);
    CHECK(answer.error.kind == ErrorKind::sign_in);
    CHECK(subject.bench.http.requests.empty());
  });
}

TEST_CASE("every platform that knows a key for ever gives a part one as long as its approval stands") {
  for_all([](Subject& subject) {
    if (subject.platform.traits().repeat != RetrySafety::idempotent) return;
    subject.add();
    const Content content = subject.platform.render(subject.account, draft_of({"hello", "world"}));
    const auto key = [&](TimePoint approved_at, int part, TimePoint now, const std::vector<Attempt>& earlier = {}) {
      const ApprovedDelivery delivery = approved(content, 12, Origin::scheduled, approved_at);
      return subject.platform.request_key(subject.account, delivery, part, earlier, now);
    };
    const std::string first = key(kNow, 1, kNow);
    Attempt attempt;
    attempt.part = 1;
    attempt.key = first;
    attempt.started_at = kNow;
    attempt.ended_at = kNow;

    // Whatever became of an attempt, and whoever says that it isn't out.
    for (const auto outcome : {Outcome::refused, Outcome::not_sent, Outcome::unconfirmed, Outcome::absent}) {
      attempt.outcome = outcome;
      CHECK(key(kNow, 1, kNow + std::chrono::hours{100}, {attempt}) == first);
    }
    CHECK(key(kNow, 2, kNow) != first);
    CHECK(key(kNow + Seconds{1}, 1, kNow) != first);
  });
}

TEST_CASE("every platform that is stopped right before the first byte sends nothing") {
  for_all([](Subject& subject) {
    subject.add();
    subject.bench.http.requests.clear();
    const auto before = tree(subject.bench.dir.path());
    const ApprovedDelivery delivery = subject.delivery({"hello"});
    int asked = 0;
    subject.bench.context.may_send = [&asked]() -> Status {
      ++asked;
      return fail(ErrorKind::refused, "paused before the request began");
    };

    const SendAnswer answer =
        subject.platform.send(subject.account, delivery,
                              outgoing_of(subject.platform, subject.account, delivery, 1, kNow), subject.bench.context);

    CHECK(asked == 1);
    CHECK(answer.outcome == Outcome::not_sent);
    CHECK(answer.error.kind == ErrorKind::refused);
    CHECK(answer.error.message == "paused before the request began");
    CHECK(subject.bench.http.requests.empty());
    CHECK(tree(subject.bench.dir.path()) == before);
  });
}

TEST_CASE("every platform refuses media over its limits before any request") {
  for_all([](Subject& subject) {
    subject.add();
    subject.bench.http.requests.clear();
    const PlatformTraits& traits = subject.platform.traits();
    const Limits limits = subject.platform.limits(subject.account);
    Draft draft = draft_of({"look"});
    const auto kinds = [&] {
      std::vector<std::string> fatal;
      const Content content = subject.platform.render(subject.account, draft);
      for (const Problem& problem : subject.platform.problems(subject.account, content)) {
        CHECK_FALSE(problem.message.empty());
        if (problem.fatal) fatal.push_back(problem.kind);
      }
      return fatal;
    };
    using Kinds = std::vector<std::string>;
    const Media oak = subject.bench.media.add("PNG", "oak.png", "image/png", "an oak");

    draft.parts[0].media = {oak};
    CHECK(kinds() == (traits.media ? Kinds{} : Kinds{"too-many-media"}));
    if (!traits.media) return;
    draft.parts[0].media.clear();
    for (std::size_t i = 0; i <= limits.media; ++i) {
      draft.parts[0].media.push_back(
          subject.bench.media.add("PNG" + std::to_string(i), "oak.png", "image/png", "an oak"));
    }
    CHECK(kinds() == (limits.media == 0 ? Kinds{} : Kinds{"too-many-media"}));
    draft.parts[0].media = {oak};
    draft.parts[0].media[0].bytes = limits.image_bytes + 1;
    CHECK(kinds() == (limits.image_bytes == 0 ? Kinds{} : Kinds{"media-too-large"}));
    draft.parts[0].media = {oak};
    draft.parts[0].media[0].mime = "image/x-icon";
    CHECK(kinds() == (limits.mime.empty() ? Kinds{} : Kinds{"media-type"}));
    draft.parts[0].media = {oak};
    draft.parts[0].media[0].alt = std::string(limits.alt + 1, 'a');
    CHECK(kinds() == (limits.alt == 0 ? Kinds{} : Kinds{"alt-too-long"}));
    CHECK(subject.bench.http.requests.empty());
  });
}

TEST_CASE("every platform that settles by reading finds what is there, and calls it absent only after its time") {
  for_all([](Subject& subject) {
    if (subject.platform.traits().repeat != RetrySafety::after_reading) return;
    subject.add();
    const ApprovedDelivery delivery = subject.delivery({"a text that was sent, and lost on its way back"});
    PreparedRequest outgoing = outgoing_of(subject.platform, subject.account, delivery, 1, kNow);
    Attempt attempt;
    attempt.part = 1;
    attempt.key = outgoing.key;
    attempt.request = outgoing.body;
    attempt.started_at = kNow;
    attempt.ended_at = kNow + Seconds{30};
    const auto settled = [&] {
      return subject.platform.settle(subject.account, delivery, attempt, {}, subject.bench.context);
    };

    subject.bench.now = kNow + std::chrono::minutes{1};
    CHECK(settled().kind == Settlement::Kind::undecided);
    subject.bench.http.next(500);
    CHECK(settled().kind == Settlement::Kind::undecided);
    subject.bench.now = kNow + std::chrono::minutes{20};
    CHECK(settled().kind == Settlement::Kind::absent);

    subject.bench.now = kNow + Seconds{10};
    const SendAnswer sent = subject.platform.send(subject.account, delivery, outgoing, subject.bench.context);
    REQUIRE(sent.outcome == Outcome::sent);
    subject.bench.now = kNow + std::chrono::minutes{20};
    const Settlement found = settled();
    REQUIRE(found.kind == Settlement::Kind::sent);
    CHECK(found.receipt.remote_id == sent.receipt.remote_id);
    CHECK(found.receipt.url == sent.receipt.url);
  });
}

TEST_CASE("no platform tells a secret that a server repeats in its answers") {
  for_all([](Subject& subject) {
    if (!subject.platform.traits().network) return;
    subject.add();
    const ApprovedDelivery delivery = subject.delivery({"hello"});
    const PreparedRequest outgoing = outgoing_of(subject.platform, subject.account, delivery, 1, kNow);
    std::vector<std::string> secrets{std::string(kSigningSecret)};
    int status = 0;
    subject.bench.http.otherwise = [&](const HttpRequest& request) -> HttpResult {
      std::string said;
      for (const HttpHeader& header : request.headers) {
        if (!header.secret) continue;
        const std::string bearer = "Bearer ";
        secrets.push_back(header.value.starts_with(bearer) ? header.value.substr(bearer.size()) : header.value);
        said += " " + secrets.back();
      }
      return HttpAnswer{status, {}, R"({"error":"Odd","message":"no)" + said + R"("})"};
    };
    const auto keeps = [&secrets](const Error& error) {
      return std::none_of(secrets.begin(), secrets.end(), [&error](const std::string& secret) {
        return (error.message + error.hint).find(secret) != std::string::npos;
      });
    };

    for (status = 200; status < 600; status += status == 200 ? 200 : 1) {
      if (status > 430 && status % 50 > 4) continue;
      CAPTURE(status);
      const SendAnswer answer = subject.platform.send(subject.account, delivery, outgoing, subject.bench.context);
      CHECK(keeps(answer.error));
      if (const auto who = subject.platform.identify(subject.account, subject.bench.context); !who) {
        CHECK(keeps(who.error()));
      }
      const auto timeline =
          subject.platform.read_timeline(subject.account, {kNow - Seconds{3600}, ""}, subject.bench.context);
      if (!timeline) CHECK(keeps(timeline.error()));
      for (const auto& read : {subject.platform.read_items(subject.account, {}, subject.bench.context),
                               subject.platform.search(subject.account, {"oak", {}, ""}, subject.bench.context)}) {
        CHECK(keeps(read ? read->error : read.error()));
      }
    }
    REQUIRE(secrets.size() > 1);
  });
}
