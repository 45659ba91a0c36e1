#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <postq/base/hex.h>

#include "app/flush/flush.h"
#include "app/network_place.h"
#include "app/setup/accounts.h"
#include "app/sync/sync.h"
#include "support/test_world.h"
#include "system/secrets/secrets.h"

namespace postq::test {

using Errand = NetworkPlace::Errand;

// Between postq and the servers: hands requests on, and what a test wants to go wrong goes wrong here.
class Wire final : public HttpClient {
 public:
  using Act = std::function<HttpResult(NetworkPlace&, const HttpRequest&)>;

  void lead_to(NetworkPlace& place) { places_.push_back(&place); }

  // The nth request of this kind to the place, counted from now, meets this.
  void meets(NetworkPlace& place, Errand errand, int nth, Act act) {
    const std::lock_guard lock(mutex_);
    troubles_.push_back({&place, errand, counts_[{&place, errand}] + nth, std::move(act)});
  }
  // Every one, until mended().
  void meets(NetworkPlace& place, Errand errand, Act act) {
    const std::lock_guard lock(mutex_);
    troubles_.push_back({&place, errand, 0, std::move(act)});
  }
  void mended() {
    const std::lock_guard lock(mutex_);
    troubles_.clear();
  }
  int count(NetworkPlace& place, Errand errand) {
    const std::lock_guard lock(mutex_);
    return counts_[{&place, errand}];
  }

  HttpResult exchange(const HttpRequest& request) override {
    if (request.before_send) {
      if (const Status may = request.before_send(); !may) return not_sent(may.error());
    }
    HttpRequest whole = request;
    while (request.read_body) {
      char buffer[4096];
      const auto got = request.read_body(buffer, sizeof buffer);
      if (!got) return not_sent(got.error());
      if (*got == 0) break;
      whole.body.append(buffer, *got);
    }
    const auto place =
        std::find_if(places_.begin(), places_.end(), [&](const NetworkPlace* one) { return one->serves(request.url); });
    if (place == places_.end()) return not_sent({ErrorKind::config, "nobody serves " + request.url, {}, {}});
    const Act act = met_by(**place, (*place)->errand_of(whole));
    return act ? act(**place, whole) : (*place)->answer(whole);
  }

 private:
  struct Trouble {
    NetworkPlace* place;
    Errand errand;
    int nth;  // 0: every one
    Act act;
  };

  static HttpResult not_sent(const Error& error) {
    return tl::make_unexpected(HttpFailure{HttpFailure::Sent::not_sent, error.kind, error.message, error.hint});
  }

  Act met_by(NetworkPlace& place, Errand errand) {
    const std::lock_guard lock(mutex_);
    const int nth = ++counts_[{&place, errand}];
    const auto met = std::find_if(troubles_.begin(), troubles_.end(), [&](const Trouble& trouble) {
      return trouble.place == &place && trouble.errand == errand && (trouble.nth == 0 || trouble.nth == nth);
    });
    return met == troubles_.end() ? Act{} : met->act;
  }

  std::mutex mutex_;
  std::vector<NetworkPlace*> places_;
  std::vector<Trouble> troubles_;
  std::map<std::pair<NetworkPlace*, Errand>, int> counts_;
};

// --- what requests meet

inline HttpResult broken_connection() {
  return tl::make_unexpected(
      HttpFailure{HttpFailure::Sent::maybe_sent, ErrorKind::try_later, "the connection broke", {}});
}
inline HttpResult not_connected() {
  return tl::make_unexpected(
      HttpFailure{HttpFailure::Sent::not_sent, ErrorKind::try_later, "can't connect: Connection refused", {}});
}
// The request is lost on its way.
inline HttpResult lost_before(NetworkPlace&, const HttpRequest&) {
  return broken_connection();
}
// It is carried out, and its answer is lost.
inline HttpResult lost_after(NetworkPlace& place, const HttpRequest& request) {
  (void)place.answer(request);
  return broken_connection();
}
inline Wire::Act answers(int status, const std::vector<std::pair<std::string, std::string>>& headers = {}) {
  return [=](NetworkPlace&, const HttpRequest&) { return HttpAnswer{status, headers, "{}"}; };
}
inline Wire::Act after(std::function<void()> something) {
  return [something = std::move(something)](NetworkPlace& place, const HttpRequest& request) {
    something();
    return place.answer(request);
  };
}

// A machine with a postq of its own: real queue, state, locks, media and secrets, real adapters, and a wire to the
// servers. Two of them on one place are two machines of one person.
class NetworkWorld : public TestWorld {
 public:
  Wire wire;

  NetworkWorld() {
    folder_of_secrets_ = folder() + "/secrets";
    secrets_ = make_secrets({folder_of_secrets_});
    const auto identity = must(queue().identity());
    must(state_files().write_store_id({identity.uuid, identity.epoch, state_files().machine_id()}));
  }

  // Another process of the same home, as far as secrets go.
  void share_secrets_with(const NetworkWorld& other) {
    folder_of_secrets_ = other.folder_of_secrets_;
    secrets_ = make_secrets({folder_of_secrets_});
  }

  Result<HttpClient*> http() override { return &wire; }
  Result<Secrets*> secrets() override { return secrets_.get(); }

  // `account add`, with the first reading of the timeline.
  Account join(NetworkPlace& place, const std::string& name) {
    wire.lead_to(place);
    place.set_clock([this] { return clock; });
    AccountRequest request;
    request.name = name;
    request.platform = known_platforms->find(place.platform());
    request.settings = place.settings();
    request.secrets = token_alone(Secret(place.token()));
    const auto planned = must(plan_account(*this, queue(), request));
    const auto identity = must(try_account(*this, planned, request.secrets));
    auto account = must(store_account(*this, queue(), planned, request.secrets, identity));
    must(read_own_timeline(*this, queue(), account));
    return account;
  }
  // `account login`
  void sign_in_again(NetworkPlace& place, const std::string& name) {
    must(replace_token(*this, queue(), must(queue().account(name)), token_alone(Secret(place.token()))));
  }

  Media picture() {
    const auto stored = must(must(media())->keep_bytes(small_png(), "garden.png"));
    return {stored.digest, stored.name, stored.mime, stored.bytes, stored.width, stored.height, "two colours"};
  }

  // Queued and approved, as each account gets it.
  PostId schedule(const std::vector<std::string>& texts, const std::vector<Account>& accounts,
                  const std::vector<Media>& first_media = {}, Origin origin = Origin::scheduled) {
    Draft draft;
    for (const auto& text : texts) draft.parts.push_back({text, {}});
    draft.parts.front().media = first_media;
    NewPost post;
    post.origin = origin;
    post.key = random_word(8);
    post.draft = to_json(draft);
    post.media = first_media;
    for (const auto& account : accounts) {
      const Content content = known_platforms->find(account.platform)->render(account, draft);
      NewDelivery& delivery = post.deliveries.emplace_back();
      delivery.account = account.id;
      delivery.document = document_of(content);
      for (const auto& part : content.parts) delivery.fingerprints.push_back(fingerprint(part.text));
    }
    const PostId id = must(queue().add_post(post, audit())).post;
    approve(queue(), id, clock);
    return id;
  }

  FlushReport run_flush() { return must(flush(*this, queue(), {})); }
  TimelineRead sync(const Account& account) { return must(read_timeline(*this, queue(), account)); }
  MixCount mix(const Account& account) {
    return must(queue().snapshot(account, settings.policy, {clock, clock}, true, false, clock)).mix;
  }
  DeliveryDetail delivery(PostId post, const std::string& account) {
    for (auto& detail : must(queue().post(post)).deliveries) {
      if (detail.delivery.account_name == account) return detail;
    }
    FAIL("the post has no delivery on " + account);
    return {};
  }
  DeliveryState state_of(PostId post, const std::string& account) { return delivery(post, account).delivery.state; }

  // What `doctor` and `log --verify` look at.
  std::vector<std::string> problems() {
    auto found = must(queue().health(true)).problems;
    for (auto& problem : must(queue().verify_events()).problems) found.push_back(std::move(problem));
    return found;
  }

 private:
  // Two pixels.
  static std::string small_png() {
    return from_hex(
        "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd0000000f49444154789c63f8cfc0c0f09f010007ff01"
        "ff017f89a70000000049454e44ae426082");
  }

  std::string folder_of_secrets_;
  std::unique_ptr<Secrets> secrets_;
};

// --- what most tests begin with

inline constexpr auto kByHand =
    "walked along the river this morning and saw three herons standing in the shallow water";
inline const std::vector<std::string> kNote{
    "the spring release of our little garden planner is out with a frost warning"};
inline const std::vector<std::string> kOther{
    "how we count the days until the last frost in a valley that has no weather station"};
inline const std::vector<std::string> kThread{
    "one: why a garden planner needs a calendar of its own, and what we tried before we wrote it",
    "two: frost comes later every year, so every date in it is a range with a best guess inside",
    "three: seeds are sorted by the week in which they want to go out, not by their names",
    "four: beans and onions dislike each other, and the plan says so before you dig the bed",
    "five: everything is a text file, so that a neighbour can read it without our program"};

// One account on one place, with one post by hand yesterday: room for three scheduled.
struct Scene {
  explicit Scene(std::unique_ptr<NetworkPlace> where) : place(std::move(where)) {
    place->set_clock([this] { return world.clock; });
    place->write(kByHand, world.clock - std::chrono::hours{24});
    account = world.join(*place, "anna");
  }

  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const auto& post : place->posts()) {
      if (post.text != kByHand) all.push_back(post.text);
    }
    return all;
  }
  int published() { return world.wire.count(*place, Errand::publish); }
  std::vector<FlushEvent> flush_and_tell() { return world.run_flush().events; }

  std::unique_ptr<NetworkPlace> place;
  NetworkWorld world;
  Account account;
};

inline bool told(const std::vector<FlushEvent>& events, FlushEvent::Kind kind) {
  return std::any_of(events.begin(), events.end(), [kind](const FlushEvent& event) { return event.kind == kind; });
}

}  // namespace postq::test
