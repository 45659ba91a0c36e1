// Whatever a server answers to a post that it took, it never holds two: the whole of flush over real HTTP, against
// servers that keep the truth, on every platform there is. A platform joins with a class and a line in truths().
#include <set>

#include <nlohmann/json.hpp>

#include "app/flush/settle_by_hand.h"
#include "app/network_world.h"
#include "support/fake_mastodon.h"
#include "support/fake_pds.h"
#include "system/http/curl_client.h"

using namespace postq;
using namespace postq::test;
using namespace std::chrono_literals;
using testing::Behaviour;
using testing::FakeMastodon;
using testing::FakePds;
using testing::FaultServer;
using testing::ReceivedRequest;

namespace {

// One account's server on 127.0.0.1, or its folder.
class Truth {
 public:
  Truth() = default;
  Truth(const Truth&) = delete;
  Truth& operator=(const Truth&) = delete;
  virtual ~Truth() = default;

  virtual std::string name() const = 0;
  virtual std::string platform() const = 0;
  virtual Settings settings() = 0;
  virtual SecretValues secrets() const = 0;
  virtual void set_clock(Now now) = 0;
  // The next request that publishes is carried out, and this is what its sender gets. False: nobody answers here.
  virtual bool take_and_answer(const Behaviour& answer) = 0;
  virtual std::size_t held() = 0;  // posts
};

class MastodonTruth final : public Truth {
 public:
  MastodonTruth(FakeMastodon::Software software, std::string name) : server_(software), name_(std::move(name)) {}
  std::string name() const override { return name_; }
  std::string platform() const override { return "mastodon"; }
  Settings settings() override { return {{"url", server_.listen()}, {"allow_private", "yes"}}; }
  SecretValues secrets() const override { return token_alone(Secret(server_.token)); }
  void set_clock(Now now) override { server_.now = std::move(now); }
  bool take_and_answer(const Behaviour& answer) override {
    server_.after_creating(answer);
    return true;
  }
  std::size_t held() override { return server_.statuses.size(); }

 private:
  FakeMastodon server_;
  std::string name_;
};

class BlueskyTruth final : public Truth {
 public:
  std::string name() const override { return "Bluesky"; }
  std::string platform() const override { return "bluesky"; }
  Settings settings() override {
    const std::string url = server_.listen();
    return {{"handle", server_.handle}, {"url", url}, {"plc", url}, {"allow_private", "yes"}};
  }
  SecretValues secrets() const override { return token_alone(Secret(server_.password)); }
  void set_clock(Now now) override { server_.now = std::move(now); }
  bool take_and_answer(const Behaviour& answer) override {
    server_.afterwards("com.atproto.repo.putRecord", answer);
    return true;
  }
  std::size_t held() override { return server_.records.size(); }

 private:
  FakePds server_;
};

// A receiver knows an event by its id, as Standard Webhooks says.
class WebhookTruth final : public Truth {
 public:
  std::string name() const override { return "webhook"; }
  std::string platform() const override { return "webhook"; }
  Settings settings() override { return {{"url", server_.url("/in")}, {"allow_private", "yes"}}; }
  SecretValues secrets() const override { return token_alone(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")); }
  void set_clock(Now) override {}
  bool take_and_answer(const Behaviour& answer) override {
    const std::lock_guard lock(mutex_);
    next_.push_back(answer);
    return true;
  }
  std::size_t held() override {
    const std::lock_guard lock(mutex_);
    return ids_.size();
  }

 private:
  Behaviour serve(const ReceivedRequest& request) {
    const std::lock_guard lock(mutex_);
    const auto event = nlohmann::json::parse(request.body);
    if (event.at("type") != "postq.post.publish") return Behaviour::answer(200, "");
    ids_.insert(request.header("webhook-id"));
    if (next_.empty()) return Behaviour::answer(200, "");
    Behaviour answer = std::move(next_.front());
    next_.pop_front();
    return answer;
  }

  std::mutex mutex_;
  std::set<std::string> ids_;
  std::deque<Behaviour> next_;
  FaultServer server_{[this](const ReceivedRequest& request) { return serve(request); }};
};

class FeedTruth final : public Truth {
 public:
  std::string name() const override { return "feed"; }
  std::string platform() const override { return "feed"; }
  Settings settings() override { return {{"path", folder_.path + "/site"}}; }
  SecretValues secrets() const override { return {}; }
  void set_clock(Now) override {}
  bool take_and_answer(const Behaviour&) override { return false; }
  std::size_t held() override {
    std::ifstream file(folder_.path + "/site/feed.json");
    return nlohmann::json::parse(file).at("items").size();
  }

 private:
  struct Folder {
    std::string path = (std::filesystem::temp_directory_path() / "postq-feed-XXXXXX").string();
    Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  };
  Folder folder_;
};

using MakeTruth = std::function<std::unique_ptr<Truth>()>;

std::vector<MakeTruth> truths() {
  using Software = FakeMastodon::Software;
  return {
      [] { return std::make_unique<MastodonTruth>(Software::mastodon, "Mastodon"); },
      [] { return std::make_unique<MastodonTruth>(Software::gotosocial, "GoToSocial"); },
      [] { return std::make_unique<MastodonTruth>(Software::pixelfed, "Pixelfed"); },
      [] { return std::make_unique<BlueskyTruth>(); },
      [] { return std::make_unique<WebhookTruth>(); },
      [] { return std::make_unique<FeedTruth>(); },
  };
}

// A machine whose requests go over the wire.
class WiredWorld final : public NetworkWorld {
 public:
  Result<HttpClient*> http() override { return client_.get(); }

  Account join_truth(Truth& truth) {
    truth.set_clock([this] { return clock; });
    const auto& platform = *known_platforms->find(truth.platform());
    NewAccount added;
    added.account.name = "mine";
    added.account.platform = truth.platform();
    added.account.settings = truth.settings();
    added.account.secret_from = platform.traits().secret.empty() ? SecretFrom::none : SecretFrom::file;
    must(platform.check_settings(added.account));
    must(queue().add_account(added, audit()));
    auto account = must(queue().account(added.account.name));
    must(must(secrets())->save(account, truth.secrets()));
    PlatformContext context{*client_, *must(secrets()), *must(media()), [this] { return clock; }};
    const auto identity = must(platform.identify(account, context));
    for (const auto& [name, value] : identity.settings) account.settings[name] = value;
    must(queue().change_settings(account, audit()));
    must(queue().set_identity(account.id, identity.remote_id, identity.remote_name, audit()));
    account = must(queue().account(account.name));
    if (platform.traits().timeline) must(read_own_timeline(*this, queue(), account));
    return account;
  }

 private:
  std::unique_ptr<HttpClient> client_ = make_curl_client({});
};

struct Answer {
  int status;
  Behaviour behaviour;
  std::string name;
};

std::vector<Answer> answers_of_all_kinds() {
  std::vector<Answer> answers;
  for (const int status :
       {103, 200, 202, 204, 301, 302, 303, 307, 400, 401, 403, 404, 408, 409, 422, 425, 429, 500, 502, 503, 504}) {
    const std::string number = std::to_string(status);
    if (status < 200) {
      // What follows a 1xx never comes.
      auto early = Behaviour::fault(Behaviour::Act::close_after_headers);
      early.status = status;
      answers.push_back({status, early, number});
      continue;
    }
    Behaviour plain = Behaviour::answer(status, R"({"error":"Backend fetch failed"})");
    if (status >= 300 && status < 400) plain = plain.with("Location", "/elsewhere");
    answers.push_back({status, plain, number});
    answers.push_back({status, Behaviour::html(status).with("Retry-After", "5"), number + ", a page, Retry-After"});
    answers.push_back(
        {status, Behaviour::answer(status, "").with("Retry-After", "5"), number + ", empty, Retry-After"});
  }
  return answers;
}

// One post on its way, and what a person does when they are told of trouble.
class Way {
 public:
  explicit Way(const MakeTruth& make) : truth_(make()) {
    world.settings.policy.ratio = std::nullopt;
    account = world.join_truth(*truth_);
  }

  Truth& truth() { return *truth_; }

  bool schedule() {
    const Media picture = world.picture();
    post_ = world.schedule(kNote, {account}, {picture});
    return true;
  }

  void pass(Seconds time) {
    world.clock += time;
    world.run_flush();
  }
  PostId post() const { return post_; }
  DeliveryState state() { return world.state_of(post_, account.name); }

  // Signs in again, and says of everything that isn't out that it isn't there.
  void person_insists() {
    const std::string id = std::to_string(number(post_));
    if (must(world.queue().account(account.name)).sign_in_needed) {
      must(replace_token(world, world.queue(), must(world.queue().account(account.name)), truth_->secrets()));
    }
    if (state() == DeliveryState::unconfirmed) must(resolve_by_hand(world, world.queue(), id, false, ""));
    if (state() == DeliveryState::failed) must(retry(world, world.queue(), {id}));
  }

  // Other words, read and approved.
  void person_edits(const std::string& text) {
    const auto post = must(world.queue().post(post_));
    Draft draft = must(draft_from_json(post.draft));
    draft.parts.front().text = text;
    const auto& delivery = post.deliveries.front().delivery;
    NewDelivery changed{
        account.id, document_of(platform().render(account, draft)), delivery.schedule, {fingerprint(text)}};
    Change change;
    change.post = post_;
    change.post_revision = post.revision;
    change.draft = to_json(draft);
    change.deliveries.emplace_back(delivery.id, std::move(changed));
    change.what = "edited";
    must(world.queue().change(change, world.audit()));
    approve(world.queue(), post_, world.clock);
  }
  const Platform& platform() const { return *world.known_platforms->find(account.platform); }

  WiredWorld world;
  Account account;

 private:
  std::unique_ptr<Truth> truth_;
  PostId post_{};
};

}  // namespace

TEST_CASE("every platform has a server here that keeps the truth") {
  std::set<std::string> known;
  for (const auto& make : truths()) known.insert(make()->platform());
  for (const auto* const platform : all_platforms().all()) CHECK(known.contains(platform->traits().name));
}

TEST_CASE("a post that a server took is there once, whatever it answered") {
  for (const auto& make : truths()) {
    for (const auto& answer : answers_of_all_kinds()) {
      Way way(make);
      INFO(way.truth().name() << ": taken, answered " << answer.name);
      if (!way.truth().take_and_answer(answer.behaviour)) break;
      way.schedule();

      for (const auto time : {0min, 1min, 5min, 20min, 40min}) {
        way.pass(time);
        REQUIRE(way.truth().held() == 1);
      }
      way.person_insists();
      for (const auto time : {1min, 20min, 1560min}) {
        way.pass(time);
        REQUIRE(way.truth().held() == 1);
      }
      CHECK(way.world.problems().empty());
    }
  }
}

TEST_CASE("a post that was edited after an answer doesn't go beside the one that a server took") {
  for (const auto& make : truths()) {
    for (const int status : {400, 401, 403, 404, 422, 429}) {
      Way way(make);
      INFO(way.truth().name() << ": taken, answered " << status << ", edited");
      // Where nothing can be looked at, other words are another post.
      if (!way.platform().traits().timeline) break;
      if (!way.truth().take_and_answer(Behaviour::answer(status, "{}").with("Retry-After", "5"))) break;
      way.schedule();
      way.pass(0min);
      REQUIRE(way.state() != DeliveryState::sent);

      way.world.clock += 1min;
      way.person_insists();
      way.person_edits("what the spring release of the garden planner brings, in words that were chosen later");

      for (const auto time : {1min, 20min, 40min, 1560min}) {
        way.pass(time);
        REQUIRE(way.truth().held() == 1);
      }
    }
  }
}

TEST_CASE("what a copy of the database sent is there once, where the key alone tells") {
  for (const auto& make : truths()) {
    Way way(make);
    INFO(way.truth().name());
    const auto& platform = way.platform();
    if (platform.traits().repeat != RetrySafety::idempotent) continue;
    way.schedule();
    // The copy's clock and its tries are its own; the approval is the same.
    const auto detail = way.world.delivery(way.post(), way.account.name);
    const auto approved = must(ApprovedDelivery::open(detail.delivery, detail.document, *detail.approval, way.account));
    PlatformContext context{*must(way.world.http()), *must(way.world.secrets()), *must(way.world.media()),
                            [&] { return way.world.clock + 40s; }};
    PartContext facts;
    facts.key = platform.request_key(way.account, approved, 1, {}, way.world.clock + 40s);
    facts.now = way.world.clock + 40s;
    facts.uploads = must(platform.prepare(way.account, approved, facts, context)).uploads;
    const PreparedRequest outgoing{1, 1, facts.key, must(platform.body(way.account, approved, facts))};
    REQUIRE(platform.send(way.account, approved, outgoing, context).outcome == Outcome::sent);

    way.pass(11min);  // the same words within ten minutes are held in any case

    CHECK(way.truth().held() == 1);
    // Where it can be seen there, a person is asked; else the key makes one of the two.
    const bool in_review =
        way.state() == DeliveryState::queued && way.world.delivery(way.post(), "mine").delivery.pending();
    CHECK((platform.traits().timeline ? in_review : way.state() == DeliveryState::sent));
  }
}
