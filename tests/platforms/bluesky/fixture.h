#pragma once

#include <nlohmann/json.hpp>

#include <postq/base/hex.h>
#include <postq/text/text.h>

#include "platforms/platform_fixture.h"
#include "support/fake_pds.h"

namespace postq::testing {

// An account on an imitated server, signed in unless a test says otherwise.
struct BlueskyBench : Bench {
  enum class Start : std::uint8_t { signed_in, added };

  explicit BlueskyBench(Start start = Start::signed_in) {
    pds.now = [this] { return now; };
    http.otherwise = [this](const HttpRequest& request) { return pds.exchange(request); };
    secrets.values = {{"token", Secret(pds.password)}};
    account.id = AccountId{1};
    account.name = "bsky";
    account.platform = "bluesky";
    account.settings = {{"handle", pds.handle}, {"url", pds.origin}};
    account.secret_from = SecretFrom::file;
    must(bluesky.check_settings(account));
    if (start == Start::signed_in) sign_in();
  }

  void sign_in() {
    const auto identity = bluesky.identify(account, context);
    must(identity);
    account.remote_id = identity->remote_id;
    account.remote_name = identity->remote_name;
    http.requests.clear();
    pds.requests.clear();
  }

  ApprovedDelivery delivery(const Draft& draft, Origin origin = Origin::scheduled) const {
    return approved(bluesky.render(account, draft), 12, origin);
  }
  ApprovedDelivery delivery(std::vector<std::string> texts = {"hello"}) const {
    return delivery(draft_of(std::move(texts)));
  }

  // Prepared, given its body, and sent, as flush does it.
  SendAnswer send(const ApprovedDelivery& sent, int part = 1, std::vector<Receipt> earlier = {}) {
    const PreparedRequest outgoing = outgoing_for(sent, part, std::move(earlier));
    return bluesky.send(account, sent, outgoing, context);
  }
  SendAnswer send() { return send(delivery()); }
  PreparedRequest outgoing_for(const ApprovedDelivery& sent, int part = 1, std::vector<Receipt> earlier = {}) {
    PartContext facts;
    facts.part = part;
    facts.key = bluesky.request_key(account, sent, part, {}, now);
    facts.earlier = std::move(earlier);
    facts.now = now;
    const auto prepared = bluesky.prepare(account, sent, facts, context);
    must(prepared);
    facts.uploads = prepared->uploads;
    const auto body = bluesky.body(account, sent, facts);
    must(body);
    return {part, static_cast<int>(sent.content().parts.size()), facts.key, *body};
  }

  nlohmann::ordered_json only_record() const {
    if (pds.records.size() != 1) throw std::runtime_error(std::to_string(pds.records.size()) + " records");
    return nlohmann::ordered_json::parse(pds.records.begin()->second.json);
  }

  template <typename T>
  static void must(const Result<T>& result) {
    if (!result) throw std::runtime_error(result.error().message);
  }

  FakePds pds;
  Account account;
  const Platform& bluesky = platform_named("bluesky");
};

inline constexpr const char* kPut = "com.atproto.repo.putRecord";
inline constexpr const char* kRefresh = "com.atproto.server.refreshSession";
inline constexpr const char* kSignIn = "com.atproto.server.createSession";

// A PNG of 2 by 1 pixels, red and green.
inline std::string small_png() {
  return from_hex(
      "89504e470d0a1a0a0000000d49484452000000020000000108020000007b40e8dd0000000f49444154789c63f8cfc0c0f09f010007ff01ff"
      "01"
      "7f89a70000000049454e44ae426082");
}

}  // namespace postq::testing
