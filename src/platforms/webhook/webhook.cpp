// A webhook: each post is handed to a program of the user's own, signed as Standard Webhooks 1.0.0 says.
#include <postq/base/digest.h>
#include <postq/ports/platform.h>
#include <postq/ports/secret_settings.h>

#include "platforms/common/answers.h"
#include "platforms/common/request_keys.h"
#include "platforms/common/retraction.h"
#include "platforms/common/settings.h"
#include "platforms/common/url.h"
#include "platforms/webhook/address.h"
#include "platforms/webhook/body.h"
#include "platforms/webhook/signature.h"

namespace postq {
namespace {

constexpr int kGone = 410;  // "never again", says the specification
constexpr std::size_t kIdLength = 32;

bool is_success(const HttpAnswer& answer) {
  return answer.status >= 200 && answer.status < 300;
}

// The host for messages: what stands behind it is a secret.
std::string place_of(const Account& account) {
  const auto url = parse_web_url(account.setting("url"), "url");
  return url ? url->place() : account.name;
}

HttpRequest unsigned_request(const Account& account, const std::string& id, std::string body) {
  HttpRequest request;
  request.method = "POST";
  request.url = std::string(account.setting("url"));
  request.headers = {{"Content-Type", "application/json", false}, {"webhook-id", id, false}};
  request.body = std::move(body);
  permit(request, account);
  return request;
}

Result<HttpRequest> signed_request(const Account& account, const std::string& id, std::string body,
                                   PlatformContext& context) {
  POSTQ_TRY(const auto values, context.secrets.load(account));
  const auto token = values.find("token");
  const std::string hint = sign_in_command(account);
  if (token == values.end()) return fail(ErrorKind::sign_in, account.name + " has no signing secret", hint);
  const auto keys = webhook_keys(token->second);
  if (!keys) return fail(keys.error().kind, account.name + ": " + keys.error().message, keys.error().hint);
  POSTQ_TRY(const WebUrl url, webhook_address(account, values));
  HttpRequest request = unsigned_request(account, id, std::move(body));
  request.url = url.text();
  permit(request, account);  // by where it really goes
  const TimePoint now = context.now();
  request.headers.push_back({"webhook-timestamp", std::to_string(unix_seconds(now)), false});
  request.headers.push_back({"webhook-signature", webhook_signature(*keys, id, now, request.body), true});
  return request;
}

// A receiver that names itself says a secret.
bool echoes(std::string_view said, const HttpRequest& request) {
  const auto url = parse_web_url(request.url, "url");
  const auto target = url ? url->text().substr(url->origin().size()) : std::string();
  return target.size() > 1 && said.find(target) != std::string_view::npos;
}

class WebhookPlatform final : public Platform, public SecretSettings {
 public:
  const PlatformTraits& traits() const override {
    static const PlatformTraits traits = [] {
      PlatformTraits made;
      made.name = "webhook";
      made.title = "Webhook";
      made.summary = "hands each post, signed, to a program of yours; pictures by name, digest and alt text";
      made.settings = {
          {"url", "where to POST; https, or http on this machine. Only its host is shown again", true, false}};
      for (SettingSpec& spec : network_settings()) made.settings.push_back(std::move(spec));
      made.secret = "signing secret";
      made.sign_in = "paste the signing secret (whsec_...)";
      made.prepares = false;
      made.repeat = RetrySafety::idempotent;  // receivers know an event by its webhook-id
      made.threads = true;
      made.media = true;
      made.retract = true;
      made.replies = true;
      made.limits_replies = true;  // whatever is behind it is told
      made.limits_quotes = true;
      made.hides_pictures = true;
      made.visibilities = {"public", "unlisted", "private", "direct"};
      return made;
    }();
    return traits;
  }

  Status check_settings(Account& account) const override {
    POSTQ_CHECK(check_setting_names(account, traits()));
    POSTQ_CHECK(check_network_settings(account));
    POSTQ_TRY(const WebUrl url, parse_web_url(completed_address(account.setting("url")), "url"));
    if (url.scheme != "https" && !is_loopback(url)) {
      return fail(ErrorKind::usage, "--url to " + url.place() + " would go unencrypted",
                  "use https://; http:// is for programs on this machine");
    }
    if (postq::is_shortened(url.text())) {
      return fail(ErrorKind::usage, "--url is shortened: its ... stands for what is a secret",
                  "give the whole address");
    }
    account.settings["url"] = url.text();
    account.base_url = url.origin();
    return {};
  }

  bool is_secret(const std::string& setting) const override { return setting == "url"; }
  SecretValues take_secrets(Account& account) const override { return take_webhook_address(account); }
  bool is_shortened(const Account& account, const std::string& setting) const override {
    return is_secret(setting) && postq::is_shortened(account.setting(setting));
  }

  Limits limits(const Account&) const override { return {}; }

  // An event is this part as it was approved, whenever it is tried: its id stays the same over all attempts, so that a
  // receiver which did take one of them recognises the others. No dots: they separate what is signed.
  std::string request_key(const Account&, const ApprovedDelivery& delivery, int part,
                          const std::vector<Attempt>& earlier, TimePoint) const override {
    return key_in_use(delivery, part, earlier).value_or(approval_key(delivery, part));
  }

  Result<std::string> body(const Account& account, const ApprovedDelivery& delivery,
                           const PartContext& facts) const override {
    if (facts.part < 1 || static_cast<std::size_t>(facts.part) > delivery.content().parts.size()) {
      return fail(ErrorKind::bug, "a part that isn't there");
    }
    return publish_event(account, delivery, facts);
  }

  std::string show(const Account& account, const PreparedRequest& outgoing) const override {
    HttpRequest request = unsigned_request(account, outgoing.key, outgoing.body);
    request.headers.push_back({"webhook-timestamp", "(when it is sent)", false});
    request.headers.push_back({"webhook-signature", "v1,", true});
    return show_request(request);
  }

  Secret make_secret(const std::string& random_bytes) const override {
    return Secret("whsec_" + base64_encode(random_bytes));
  }

  // The receiver is asked with an event of its own, `postq.ping`. The account is the address it was added with.
  Result<Identity> identify(const Account& account, PlatformContext& context) const override {
    POSTQ_TRY(const auto values, context.secrets.load(account));
    POSTQ_TRY(const WebUrl url, webhook_address(account, values));
    const TimePoint now = context.now();
    const std::string id = "postq-ping-" + sha256(url.text() + format_rfc3339(now)).hex().substr(0, kIdLength);
    POSTQ_CHECK(deliver(account, id, ping_event(account, now), context));
    return Identity{webhook_identity(url), url.place(), url.place() + " took a signed test event"};
  }

  SendAnswer send(const Account& account, const ApprovedDelivery&, const PreparedRequest& outgoing,
                  PlatformContext& context) const override {
    auto request = signed_request(account, outgoing.key, outgoing.body, context);
    if (!request) {
      SendAnswer unsent;
      unsent.outcome = Outcome::not_sent;
      unsent.error = request.error();
      unsent.sign_in_needed = request.error().kind == ErrorKind::sign_in;
      return unsent;
    }
    request->before_send = context.may_send;
    const HttpResult answer = context.http.exchange(*request);
    if (!answer) return answer_without_reply(answer.error());
    const TimePoint now = context.now();
    if (!is_success(*answer)) return refusal(*answer, *request, account, now);
    if (const auto why = why_no_reply(*answer); !why.empty()) {
      SendAnswer doubtful;
      doubtful.answered = true;
      doubtful.clock_skew = clock_skew(*answer, now);
      doubtful.error = {
          ErrorKind::unknown,
          place_of(account) + " answers " + std::to_string(answer->status) + " " + why + ": is it the right address?",
          {},
          {}};
      return doubtful;
    }
    SendAnswer sent;
    sent.outcome = Outcome::sent;
    sent.answered = true;
    sent.clock_skew = clock_skew(*answer, now);
    WebhookReply reply = read_webhook_reply(answer->body);
    if (echoes(reply.id, *request)) reply.id.clear();
    if (echoes(reply.url, *request)) reply.url.clear();
    if (reply.id.empty()) reply.id = outgoing.key;
    sent.receipt = {std::move(reply.id), "", std::move(reply.url), now};
    return sent;
  }

  Status retract(const Account& account, const Receipt& receipt, PlatformContext& context) const override {
    const std::string id = "postq-delete-" + sha256(receipt.remote_id).hex().substr(0, kIdLength);
    Status told = deliver(account, id, delete_event(account, receipt, context.now()), context);
    // Its receiver's word is all there is: nobody can look behind it.
    if (!told && !receipt.url.empty()) {
      told.error().hint += (told.error().hint.empty() ? "" : "\n") + delete_it_yourself(receipt);
    }
    return told;
  }

 private:
  static SendAnswer refusal(const HttpAnswer& answer, const HttpRequest& request, const Account& account,
                            TimePoint now) {
    const std::string place = place_of(account);
    const std::string said = echoes(answer.body, request) ? "" : said_in(answer);
    SendAnswer refused = answer_for_status(answer, account, place, said, now);
    if (answer.status == kGone) {
      refused.error.message = place + " says 410: this address is gone for good";
      refused.error.hint =
          "postq account add NAME --platform webhook    one with the new address\n"
          "postq edit ID --to NAME                      for what is queued";
    }
    return refused;
  }

  // An event that publishes nothing: any answer but a 2xx is an error.
  static Status deliver(const Account& account, const std::string& id, std::string body, PlatformContext& context) {
    POSTQ_TRY(const HttpRequest request, signed_request(account, id, std::move(body), context));
    const HttpResult answer = context.http.exchange(request);
    if (!answer) return pass_on(error_of(answer.error()));
    if (is_success(*answer)) {
      const auto why = why_no_reply(*answer);
      if (why.empty()) return {};
      return fail(ErrorKind::platform, place_of(account) + " answers " + std::to_string(answer->status) + " " + why,
                  "check --url: a receiver answers with an empty 2xx, or JSON");
    }
    return pass_on(refusal(*answer, request, account, context.now()).error);
  }
};

}  // namespace

const Platform& webhook_platform() {
  static const WebhookPlatform platform;
  return platform;
}

}  // namespace postq
