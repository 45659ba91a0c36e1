// Mastodon, and what speaks its API: GoToSocial, Pixelfed, forks.
#include <algorithm>

#include <postq/ports/platform.h>
#include <postq/text/text.h>

#include "platforms/common/answers.h"
#include "platforms/common/languages.h"
#include "platforms/common/request_keys.h"
#include "platforms/common/retraction.h"
#include "platforms/common/settings.h"
#include "platforms/common/url.h"
#include "platforms/mastodon/deviation.h"
#include "platforms/mastodon/http.h"
#include "platforms/mastodon/items.h"
#include "platforms/mastodon/json.h"
#include "platforms/mastodon/media.h"
#include "platforms/mastodon/retract.h"
#include "platforms/mastodon/server.h"
#include "platforms/mastodon/settle.h"
#include "platforms/mastodon/sign_in.h"
#include "platforms/mastodon/text.h"
#include "platforms/mastodon/timeline.h"

namespace postq {
namespace {

// Headers in the order in which they are shown.
HttpRequest with_post(HttpRequest request, const PreparedRequest& outgoing) {
  request.headers.push_back({"Content-Type", "application/json", false});
  request.headers.push_back({"Idempotency-Key", outgoing.key, false});
  request.body = outgoing.body;
  return request;
}

bool is_success(const HttpAnswer& answer) {
  return answer.status >= 200 && answer.status < 300;
}

// Accounts of GoToSocial and forks may write Markdown by default; what was reviewed is plain text.
bool takes_content_type(const MastodonServer& server) {
  return !server.is(MastodonSoftware::mastodon) && !server.is(MastodonSoftware::pixelfed);
}

// Who may reply, in GoToSocial's words; the author always may. Nothing for everybody.
std::vector<std::string> reply_policy(std::string_view replies) {
  std::vector<std::string> policy;
  if (replies.empty()) return policy;
  policy.emplace_back("author");
  for (const char* const group : {"mentioned", "followers", "following"}) {
    if (replies.find(group) != std::string_view::npos) policy.emplace_back(group);
  }
  return policy;
}

class MastodonPlatform final : public Platform {
 public:
  const PlatformTraits& traits() const override {
    static const PlatformTraits traits = [] {
      PlatformTraits made;
      made.name = "mastodon";
      made.title = "Mastodon";
      made.summary = "an account on Mastodon, GoToSocial, Pixelfed or another server with its API";
      made.settings = {{"url", "your instance, such as https://mastodon.social", true, false}};
      for (SettingSpec& spec : network_settings()) made.settings.push_back(std::move(spec));
      made.secret = "access token";
      made.sign_in = "in a browser, or paste an access token";
      // Servers forget a key after an hour, answer 500 to a known one (Mastodon 4.6), refuse it (Pixelfed) or never
      // look at it (GoToSocial): a lost answer is settled by looking.
      made.repeat = RetrySafety::after_reading;
      made.threads = true;
      made.media = true;
      made.retract = true;
      made.timeline = true;
      made.tells_apps_apart = true;
      made.resolves = true;
      made.replies = true;
      made.limits_replies = true;  // both where the server does; see add_server_problems()
      made.limits_quotes = true;
      made.hides_pictures = true;
      made.items = true;
      made.searches = true;
      made.signs_in_browser = true;
      made.languages = true;
      made.visibilities = {"public", "unlisted", "private", "direct"};
      return made;
    }();
    return traits;
  }

  // The address of any page of the instance will do, a profile's too, and so does a person's: @ann@example.social.
  Status check_settings(Account& account) const override {
    POSTQ_CHECK(check_setting_names(without_server_settings(account), traits()));
    POSTQ_CHECK(check_network_settings(account));
    std::string_view typed = account.setting("url");
    if (typed.find("://") == std::string_view::npos && typed.find('/') == std::string_view::npos) {
      typed.remove_prefix(std::min(typed.rfind('@') + 1, typed.size()));
    }
    POSTQ_TRY(const WebUrl url, parse_web_url(completed_address(typed), "url"));
    if (url.scheme != "https" && !is_loopback(url)) {
      return fail(ErrorKind::usage, "--url to " + url.place() + " would go unencrypted",
                  "use https://; http:// is for servers on this machine");
    }
    account.base_url = account.settings["url"] = url.origin();
    return {};
  }

  Limits limits(const Account& account) const override { return limits_of(server_of(account)); }

  std::size_t count(const Account& account, const Content& content, std::size_t part) const override {
    if (part >= content.parts.size()) return 0;
    return mastodon_length(server_of(account), content.warning, content.parts[part].text);
  }

  // Only a reply target is looked up: mentions and cards are the server's affair.
  Content render(const Account& account, const Draft& draft) const override {
    Content content = Platform::render(account, draft);
    content.resolved = content.reply_to.empty();
    return content;
  }

  std::vector<Problem> problems(const Account& account, const Content& content) const override {
    auto problems = Platform::problems(account, content);
    add_server_problems(account, content, problems);
    return problems;
  }

  // Pixelfed notes a key before it does the work, and takes none twice: after a refusal, or a request that came to
  // nothing, it needs another one.
  std::string request_key(const Account& account, const ApprovedDelivery& delivery, int part,
                          const std::vector<Attempt>& earlier, TimePoint now) const override {
    const bool notes_first = server_of(account).is(MastodonSoftware::pixelfed);
    const auto never = [](Outcome) { return false; };
    const auto over = [](Outcome outcome) { return outcome == Outcome::refused || outcome == Outcome::absent; };
    return notes_first ? hourly_key(delivery, part, earlier, now, over)
                       : hourly_key(delivery, part, earlier, now, never);
  }

  Result<std::string> body(const Account& account, const ApprovedDelivery& delivery,
                           const PartContext& facts) const override {
    const Content& content = delivery.content();
    const auto index = static_cast<std::size_t>(facts.part) - 1;
    if (facts.part < 1 || index >= content.parts.size()) return fail(ErrorKind::bug, "a part that isn't there");
    if (facts.part > 1 && facts.earlier.empty()) return fail(ErrorKind::bug, "a part without the one before it");
    const MastodonServer server = server_of(account);
    MastodonPost post;
    post.text = content.parts[index].text;
    post.warning = content.warning;
    post.visibility = content.visibility.empty() ? "public" : content.visibility;
    if (!server.is(MastodonSoftware::pixelfed)) post.language = main_language(content.language);
    if (takes_content_type(server)) post.content_type = "text/plain";
    post.sensitive = content.sensitive && !content.parts[index].media.empty();
    if (server.is(MastodonSoftware::gotosocial)) post.replies = reply_policy(content.replies);
    post.no_quotes = content.quotes == "nobody" && takes_quote_policy(server);
    if (facts.part > 1) {
      post.reply_to = facts.earlier.back().remote_id;
      if (!is_status_id(post.reply_to)) {
        return fail(ErrorKind::refused,
                    "part " + std::to_string(facts.part - 1) + " was settled by hand, so nothing can be put under it",
                    "write the rest as a new post: postq add --reply-to URL");
      }
    } else if (!content.reply_to.empty()) {
      if (content.reply_ref.empty()) {
        return fail(ErrorKind::refused, "the post that this one answers was never looked up", "postq review");
      }
      post.reply_to = content.reply_ref;
    }
    for (const Media& media : content.parts[index].media) {
      const Upload* found = nullptr;
      for (const Upload& upload : facts.uploads) {
        if (upload.digest == media.digest) found = &upload;
      }
      if (found == nullptr) return fail(ErrorKind::bug, media.name + " was never uploaded");
      post.media.push_back(found->remote_ref);
    }
    return post_body(post);
  }

  std::string show(const Account& account, const PreparedRequest& outgoing) const override {
    HttpRequest request = mastodon_request(account, "POST", "/api/v1/statuses");
    request.headers.push_back({"Authorization", "Bearer", true});
    return show_request(with_post(std::move(request), outgoing));
  }

  Result<SignIn> begin_sign_in(const Account& account, const std::string& redirect_uri, const std::string& random_bytes,
                               PlatformContext& context) const override {
    return begin_mastodon_sign_in(account, redirect_uri, random_bytes, context);
  }

  Result<SecretValues> finish_sign_in(const Account& account, const SignIn& begun, const std::string& redirect_uri,
                                      const std::string& code, PlatformContext& context) const override {
    return finish_mastodon_sign_in(account, begun, redirect_uri, code, context);
  }

  Result<Identity> identify(const Account& account, PlatformContext& context) const override {
    POSTQ_CHECK(refresh_mastodon_token(account, context));
    POSTQ_TRY(const auto request, signed_request(account, "GET", "/api/v1/accounts/verify_credentials", context));
    POSTQ_TRY(const auto answer, ask_instance(account, request, "read:accounts", context));
    const auto profile = read_profile(answer.body);
    const std::string place = instance_of(account);
    if (!profile) return pass_on(no_instance(account));
    POSTQ_TRY(const auto server, look_at_server(account, context));
    Identity identity{profile->id, profile->acct + "@" + place, "", {}};
    if (server) {
      identity.settings = settings_of(*server);
      identity.note = title_of(*server) + " " + server->version + ": " + std::to_string(server->text) +
                      " characters, " + std::to_string(server->media) + " media";
      if (server->is(MastodonSoftware::other)) {
        identity.note += "; postq was never tried with it, so look at what becomes of the first posts";
      }
    } else {
      identity.note = place + " doesn't tell its limits; Mastodon's own are taken";
    }
    POSTQ_TRY(const std::string missing, missing_of(account, server.value_or(MastodonServer{}), context));
    if (!missing.empty()) identity.note += "; the token lacks " + missing;
    return identity;
  }

  Result<Content> resolve(const Account& account, const Content& content, PlatformContext& context) const override {
    Content resolved = content;
    resolved.resolved = true;
    if (content.reply_to.empty()) return resolved;
    POSTQ_TRY(const auto found, find_target(account, content.reply_to, context));
    if (!found) {
      return fail(ErrorKind::not_found, instance_of(account) + " finds no post at " + visible_line(content.reply_to),
                  "postq edit ID --reply-to URL");
    }
    resolved.reply_ref = found->id;
    // An answer reaches its addressee by the mention alone, so clients begin it with one. A comment on Pixelfed does
    // not need it.
    const bool to_another = !found->author_acct.empty() && found->author != account.remote_id;
    const bool needed = to_another && !server_of(account).is(MastodonSoftware::pixelfed);
    std::string& text = resolved.parts.front().text;
    if (needed && !mentions(text, found->author_acct, instance_of(account))) {
      text = "@" + found->author_acct + (text.empty() ? "" : " ") + text;
    }
    return resolved;
  }

  Result<Prepared> prepare(const Account& account, const ApprovedDelivery& delivery, const PartContext& facts,
                           PlatformContext& context) const override {
    const auto index = static_cast<std::size_t>(facts.part) - 1;
    if (facts.part < 1 || index >= delivery.content().parts.size()) {
      return fail(ErrorKind::bug, "a part that isn't there");
    }
    POSTQ_CHECK(refresh_mastodon_token(account, context));
    return prepare_mastodon_media(account, delivery.content().parts[index], facts.uploads, context);
  }

  SendAnswer send(const Account& account, const ApprovedDelivery&, const PreparedRequest& outgoing,
                  PlatformContext& context) const override {
    auto signed_one = signed_request(account, "POST", "/api/v1/statuses", context);
    if (!signed_one) {
      SendAnswer unsent;
      unsent.outcome = Outcome::not_sent;
      unsent.error = signed_one.error();
      unsent.sign_in_needed = unsent.error.kind == ErrorKind::sign_in;
      return unsent;
    }
    HttpRequest request = with_post(std::move(*signed_one), outgoing);
    request.before_send = context.may_send;
    const HttpResult answer = context.http.exchange(request);
    if (!answer) return answer_without_reply(answer.error());
    const TimePoint now = context.now();
    if (!is_success(*answer)) return refused_post(account, request, *answer, now);
    SendAnswer result;
    result.answered = true;
    result.clock_skew = clock_skew(*answer, now);
    auto status = read_status(answer->body);
    if (!status) {
      result.error = {
          ErrorKind::unknown,
          instance_of(account) + " says " + std::to_string(answer->status) + " and not what became of the post",
          {},
          {}};
      return result;
    }
    result.outcome = Outcome::sent;
    if (const auto asked = read_post(outgoing.body)) result.deviation = deviation_of(account, *asked, *status);
    result.receipt = {std::move(status->id), "", std::move(status->url),
                      std::min(status->created_at.value_or(now), now)};
    return result;
  }

  Settlement settle(const Account& account, const ApprovedDelivery& delivery, const Attempt& attempt, const Look& look,
                    PlatformContext& context) const override {
    const bool keeps_key = attempt.key.starts_with(approval_key(delivery, attempt.part) + "-");
    return settle_mastodon(account, {attempt, look, keeps_key}, context);
  }

  Result<TimelineReading> read_timeline(const Account& account, const TimelineRequest& request,
                                        PlatformContext& context) const override {
    return read_mastodon_timeline(account, request, context);
  }

  Result<ItemsReading> read_items(const Account& account, const ItemsRequest& request,
                                  PlatformContext& context) const override {
    return read_mastodon_items(account, request, context);
  }

  Result<ItemsReading> search(const Account& account, const SearchRequest& request,
                              PlatformContext& context) const override {
    return search_mastodon(account, request, context);
  }

  std::string search_doubt(const Account& account, const std::string& words) const override {
    return mastodon_search_doubt(account, words);
  }

  Status retract(const Account& account, const Receipt& receipt, PlatformContext& context) const override {
    std::string id = receipt.remote_id;
    if (!is_status_id(id)) {
      // Settled by hand: a person gave the address, or none.
      if (receipt.url.empty()) {
        return fail(ErrorKind::usage, "the address of this post isn't known", "delete it there yourself");
      }
      POSTQ_TRY(const auto found, find_status(account, receipt.url, context));
      if (found && found->author != account.remote_id) {
        return fail(ErrorKind::refused, visible_line(receipt.url) + " isn't a post of " + account.name);
      }
      id = found ? found->id : id_in_own_address(account, receipt.url);
      // A search that finds nothing doesn't say that there is nothing.
      if (id.empty()) {
        return fail(ErrorKind::platform, instance_of(account) + " finds no post at " + visible_line(receipt.url),
                    delete_it_yourself(receipt));
      }
    }
    return delete_mastodon_post(account, id, receipt, context);
  }

 private:
  // The post that --reply-to names: by its address anywhere, or by its id on this instance. Words instead of either
  // would be searched for, and any post found.
  static Result<std::optional<MastodonStatus>> find_target(const Account& account, const std::string& typed,
                                                           PlatformContext& context) {
    if (!is_status_id(typed)) {
      POSTQ_TRY([[maybe_unused]] const auto address, parse_web_url(typed, "reply-to"));
      return find_status(account, typed, context);
    }
    POSTQ_TRY(const auto request, signed_request(account, "GET", "/api/v1/statuses/" + typed, context));
    const auto answer = ask(account, request, "read:statuses", context);
    if (!answer && answer.error().kind == ErrorKind::not_found) return std::optional<MastodonStatus>{};
    if (!answer) return pass_on(answer.error());
    auto status = read_status(answer->body);
    if (!status || status->id != typed) {
      return fail(ErrorKind::try_later, instance_of(account) + " gave no post for the id " + typed);
    }
    return std::optional(std::move(*status));
  }

  // The post at an address, fetched by the instance if it has to; nothing when there is none.
  static Result<std::optional<MastodonStatus>> find_status(const Account& account, const std::string& url,
                                                           PlatformContext& context) {
    const std::string path = "/api/v2/search?type=statuses&resolve=true&limit=1&q=" + escape_path(url);
    POSTQ_TRY(const auto request, signed_request(account, "GET", path, context));
    POSTQ_TRY(const auto answer, ask(account, request, "read:search", context));
    auto found = read_found(answer.body);
    if (!found) return fail(ErrorKind::try_later, instance_of(account) + " gave no search result");
    if (found->empty()) return std::optional<MastodonStatus>{};
    return std::optional(std::move(found->front()));
  }

  // What the instance says of itself; nothing when it doesn't say. Trouble on the way is an error: limits that are
  // merely late must not be taken for Mastodon's.
  static Result<std::optional<MastodonServer>> look_at_server(const Account& account, PlatformContext& context) {
    for (const char* path : {"/api/v2/instance", "/api/v1/instance"}) {
      POSTQ_TRY(const auto request, signed_request(account, "GET", path, context));
      const auto answer = ask(account, request, "", context);
      if (!answer && answer.error().kind != ErrorKind::not_found) return pass_on(answer.error());
      if (!answer) continue;
      auto server = read_instance(answer->body);
      if (!server) continue;
      POSTQ_TRY(server->name, software_name(account, context));
      server->software = software_of(server->name, server->version, server->source_url);
      return std::optional(std::move(*server));
    }
    return std::optional<MastodonServer>{};
  }

  // What nodeinfo calls it; empty for an instance that doesn't say. The document has to lie on the instance, too: what
  // another host says is not its word. Nothing of it is secret, so the token isn't shown.
  static Result<std::string> software_name(const Account& account, PlatformContext& context) {
    const auto read = [&](const std::string& path) -> Result<std::string> {
      const auto answer = ask(account, mastodon_request(account, "GET", path), "", context);
      if (answer) return answer->body;
      const bool later = answer.error().kind == ErrorKind::try_later;
      return later ? Result<std::string>(pass_on(answer.error())) : Result<std::string>("");
    };
    POSTQ_TRY(const auto links, read("/.well-known/nodeinfo"));
    const auto url = parse_web_url(read_nodeinfo_address(links), "url");
    if (!url || url->place() != instance_of(account)) return std::string{};
    POSTQ_TRY(const auto document, read(url->path + (url->query.empty() ? "" : "?" + url->query)));
    return read_software_name(document);
  }

  // The scopes that the token lacks, as far as the server tells: a token has no more than its app.
  static Result<std::string> missing_of(const Account& account, const MastodonServer& server,
                                        PlatformContext& context) {
    POSTQ_TRY(const auto request, signed_request(account, "GET", "/api/v1/apps/verify_credentials", context));
    const auto answer = ask(account, request, "", context);
    const auto granted = answer ? read_scopes(answer->body) : std::vector<std::string>{};
    if (granted.empty()) return std::string{};
    std::string missing;
    for (const std::string& scope : missing_scopes(mastodon_scopes(server.is(MastodonSoftware::pixelfed)), granted)) {
      missing += (missing.empty() ? "" : ", ") + scope;
    }
    return missing;
  }
};

}  // namespace

const Platform& mastodon_platform() {
  static const MastodonPlatform platform;
  return platform;
}

}  // namespace postq
