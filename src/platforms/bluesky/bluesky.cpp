// Bluesky, and every other server that speaks the AT Protocol. The record key is chosen before anything is sent and the
// body creates that record or finds it there, so sending it again leaves one post.
#include <algorithm>

#include <postq/core/rich_text.h>
#include <postq/ports/platform.h>
#include <postq/text/text.h>

#include "platforms/bluesky/atproto_syntax.h"
#include "platforms/bluesky/directory.h"
#include "platforms/bluesky/items.h"
#include "platforms/bluesky/reading.h"
#include "platforms/bluesky/record.h"
#include "platforms/bluesky/send.h"
#include "platforms/bluesky/session.h"
#include "platforms/common/languages.h"
#include "platforms/common/request_keys.h"
#include "platforms/common/settings.h"
#include "platforms/common/url.h"

namespace postq {
namespace {

constexpr std::size_t kGraphemes = 300;  // all from the lexicons of posts and their embeds
constexpr std::size_t kTextBytes = 3000;
constexpr std::size_t kImages = 4;
constexpr std::size_t kLanguages = 3;
constexpr std::int64_t kImageBytes = 2'000'000;
constexpr std::size_t kParts = 100;  // record keys have that many places in a second

// "@Ann.Example.org", "https://bsky.app/profile/ann.example.org", "at://did:plc:..." as people type and copy them.
Result<std::string> plain_handle(std::string_view typed) {
  constexpr std::string_view kProfile = "/profile/";
  constexpr std::string_view kScheme = "at://";
  const auto wrong = [](std::string why, std::string hint) {
    return fail(ErrorKind::usage, "--handle " + std::move(why), std::move(hint));
  };
  if (const auto at = typed.find(kProfile); at != std::string_view::npos) typed.remove_prefix(at + kProfile.size());
  if (typed.starts_with(kScheme)) typed.remove_prefix(kScheme.size());
  typed = typed.substr(0, typed.find_first_of("/?#"));
  if (is_did(typed)) return std::string(typed);
  if (typed.starts_with('@')) typed.remove_prefix(1);
  std::string handle(typed);
  for (char& c : handle) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (is_handle(handle)) return handle;
  if (handle.find('@') != std::string::npos) {
    return wrong("is an address with an @ in it", "on Bluesky a name reads like ann.bsky.social");
  }
  if (!handle.empty() && is_handle(handle + ".bsky.social")) {
    return wrong("lacks its domain", "--handle " + handle + ".bsky.social, if that is where you are");
  }
  if (has_hidden_characters(handle)) {
    return wrong("holds signs that nobody sees: " + visible_line(handle), "it reads like ann.bsky.social");
  }
  return wrong("is no name on Bluesky", "it reads like ann.bsky.social");
}

// The address of a server, as its origin; kind usage for anything else.
Status check_server(Settings& settings, const std::string& name) {
  const auto setting = settings.find(name);
  if (setting == settings.end() || setting->second.empty()) return {};
  setting->second = completed_address(setting->second);
  POSTQ_TRY(const WebUrl url, parse_web_url(setting->second, name));
  if (bluesky::server_origin(setting->second).empty()) {
    return fail(ErrorKind::usage, "--" + name + " to " + url.place() + " would go unencrypted",
                "use https://; http:// is for servers on this machine");
  }
  setting->second = url.origin();
  return {};
}

class BlueskyPlatform final : public Platform {
 public:
  const PlatformTraits& traits() const override {
    static const PlatformTraits traits = [] {
      PlatformTraits made;
      made.name = "bluesky";
      made.title = "Bluesky";
      made.summary = "an account on Bluesky, or on any server of the AT Protocol";
      made.settings = {{"handle", "your handle, such as ann.bsky.social", true},
                       {"url", "your server, if it can't be found by your name"},
                       {"plc", "the directory to ask instead of plc.directory"}};
      for (SettingSpec& spec : network_settings()) made.settings.push_back(std::move(spec));
      made.secret = "app password";
      made.sign_in = "paste an app password (Settings, Privacy and security, App passwords)";
      made.secret_help =
          "Make an app password and paste it here; your main password is not for programs.\n"
          "  https://bsky.app/settings/app-passwords\n"
          "  (Settings, Privacy and security, App passwords)";
      made.repeat = RetrySafety::idempotent;  // the same record under the same key: for ever
      made.threads = true;
      made.media = true;
      made.retract = true;
      made.timeline = true;
      made.items = true;
      made.searches = true;
      made.resolves = true;
      made.replies = true;
      made.limits_replies = true;
      made.limits_quotes = true;
      made.languages = true;
      return made;
    }();
    return traits;
  }

  Status check_settings(Account& account) const override {
    POSTQ_CHECK(check_setting_names(account, traits()));
    POSTQ_CHECK(check_network_settings(account));
    POSTQ_TRY(const std::string handle, plain_handle(account.setting("handle")));
    POSTQ_CHECK(check_server(account.settings, "url"));
    POSTQ_CHECK(check_server(account.settings, "plc"));
    account.settings["handle"] = handle;
    account.base_url = std::string(account.setting("url"));
    return {};
  }

  Limits limits(const Account&) const override {
    Limits limits;
    limits.text = kGraphemes;
    limits.text_bytes = kTextBytes;
    limits.parts = kParts;
    limits.media = kImages;
    limits.image_bytes = kImageBytes;
    limits.mime = {"image/jpeg", "image/png", "image/webp", "image/gif"};
    // Its image service makes one JPEG or WebP of each, and drops Exif without a look at it.
    limits.stills = {"image/gif", "image/webp", "image/png"};
    limits.turns_pictures = false;
    return limits;
  }

  // Long links are shown short, as the app does, so that the reviewer sees and the limit counts what will be shown. A
  // warning that is no label stands in front of the text: Bluesky hides nothing behind words.
  Content render(const Account& account, const Draft& draft) const override {
    Content content = Platform::render(account, draft);
    content.resolved = content.reply_to.empty();
    for (std::size_t i = 0; i < content.parts.size(); ++i) {
      Content::Part& part = content.parts[i];
      if (i == 0 && in_words(content)) {
        part.text = "CW: " + content.warning + (part.text.empty() ? "" : "\n\n") + part.text;
      }
      RichText rich = shorten_links(part.text, detect_facets(part.text));
      part.text = std::move(rich.text);
      part.facets = std::move(rich.facets);
      for (const Facet& facet : part.facets) {
        const bool card = facet.kind == Facet::Kind::link && part.media.empty();
        if (card || facet.kind == Facet::Kind::mention) content.resolved = false;
      }
    }
    return content;
  }

  std::vector<Problem> problems(const Account& account, const Content& content) const override {
    std::vector<Problem> found = Platform::problems(account, content);
    const auto add = [&found](bool fatal, std::string kind, std::string message, std::string remedy) {
      Problem problem;
      problem.fatal = fatal;
      problem.kind = std::move(kind);
      problem.message = std::move(message);
      problem.remedy = std::move(remedy);
      found.insert(fatal ? found.begin() : found.end(), std::move(problem));
    };
    if (!content.reply_to.empty() && !parse_post_address(content.reply_to)) {
      add(true, "reply-target", "answers " + content.reply_to + ", which is no post on Bluesky", "postq edit ID");
    }
    const auto languages = languages_of(content.language);
    for (const std::string& language : languages) {
      if (is_language_tag(language)) continue;
      add(true, "language", "\"" + language + "\" is no language tag", "postq edit ID --lang en");
      break;
    }
    if (languages.size() > kLanguages) {
      add(true, "language",
          "too many languages: " + std::to_string(languages.size()) + " of " + std::to_string(kLanguages),
          "postq edit ID --lang de,en");
    }
    // The author of a thread's first post rules over all of it.
    if (!content.replies.empty() && !content.reply_to.empty()) {
      add(false, "replies", "it answers another post, and who may reply is for the author of that thread to say",
          "postq edit ID --replies everybody");
    }
    for (const std::string& name : mentions_of_nobody(content)) {
      add(false, "mention", name + " is nobody on Bluesky, and stays plain text", "postq edit ID");
    }
    if (in_words(content)) {
      add(false, "warning",
          "Bluesky hides nothing behind a warning in words; it stands in front of the text. Pictures can be hidden by "
          "one of sexual, nudity, porn, graphic-media",
          "postq edit ID --cw graphic-media");
    }
    return found;
  }

  std::string request_key(const Account&, const ApprovedDelivery& delivery, int part,
                          const std::vector<Attempt>& earlier, TimePoint) const override {
    return key_in_use(delivery, part, earlier).value_or(bluesky::record_key(delivery, part));
  }

  Result<std::string> body(const Account& account, const ApprovedDelivery& delivery,
                           const PartContext& facts) const override {
    return bluesky::write_body(account, delivery, facts);
  }

  std::string show(const Account& account, const PreparedRequest& outgoing) const override {
    HttpRequest request;
    request.method = "POST";
    const std::string server = account.base_url.empty() ? "https://(the server of the account)" : account.base_url;
    request.url = bluesky::method_url(server, bluesky::method_of(outgoing.body), "");
    request.headers = {{"Authorization", "Bearer", true}, {"Content-Type", "application/json", false}};
    request.body = outgoing.body;
    return show_request(request);
  }

  Result<Identity> identify(const Account& account, PlatformContext& context) const override {
    bluesky::Caller caller(account, context);
    POSTQ_TRY(const std::string answer, caller.ask({"com.atproto.server.getSession", "", ""}));
    const auto session = bluesky::read_session(answer);
    if (!session || !is_did(session->did)) {
      return fail(ErrorKind::try_later, "who " + account.name + " is can't be read from its server's answer");
    }
    POSTQ_TRY(const std::string pds, caller.pds());
    // A handle that doesn't lead back to the account is shown as handle.invalid: then the one that was typed is better.
    const bool known = is_handle(session->handle) && session->handle != "handle.invalid";
    const std::string handle = known ? session->handle : std::string(account.setting("handle"));
    Identity identity{session->did, handle, "signed in at " + pds.substr(pds.find("//") + 2)};
    if (caller.used_main_password()) {
      identity.warning =
          "that doesn't read like an app password: the main password opens everything, and postq needs no more than "
          "posting. Make one at https://bsky.app/settings/app-passwords, then: postq account login " +
          account.name;
    }
    return identity;
  }

  Result<Content> resolve(const Account& account, const Content& content, PlatformContext& context) const override {
    return bluesky::look_up(account, content, context);
  }

  Result<Prepared> prepare(const Account& account, const ApprovedDelivery& delivery, const PartContext& facts,
                           PlatformContext& context) const override {
    return bluesky::prepare_part(account, delivery, facts, context);
  }

  SendAnswer send(const Account& account, const ApprovedDelivery& delivery, const PreparedRequest& outgoing,
                  PlatformContext& context) const override {
    return bluesky::send_part(account, delivery, outgoing, context);
  }

  Settlement settle(const Account& account, const ApprovedDelivery& delivery, const Attempt& attempt, const Look&,
                    PlatformContext& context) const override {
    return bluesky::look_for_part(account, delivery, attempt, context);
  }

  Result<TimelineReading> read_timeline(const Account& account, const TimelineRequest& request,
                                        PlatformContext& context) const override {
    return bluesky::read_own_posts(account, request, context);
  }

  Result<ItemsReading> read_items(const Account& account, const ItemsRequest& request,
                                  PlatformContext& context) const override {
    return bluesky::read_items(account, request, context);
  }

  Result<ItemsReading> search(const Account& account, const SearchRequest& request,
                              PlatformContext& context) const override {
    return bluesky::search_posts(account, request, context);
  }

  Status retract(const Account& account, const Receipt& receipt, PlatformContext& context) const override {
    return bluesky::delete_post(account, receipt, context);
  }

 private:
  // What reads like a mention and leads to nobody: looking them up leaves no mark on it.
  static std::vector<std::string> mentions_of_nobody(const Content& content) {
    std::vector<std::string> names;
    if (!content.resolved) return names;
    for (const Content::Part& part : content.parts) {
      for (const Facet& seen : detect_facets(part.text)) {
        if (seen.kind != Facet::Kind::mention) continue;
        const bool known = std::any_of(part.facets.begin(), part.facets.end(), [&seen](const Facet& facet) {
          return facet.kind == Facet::Kind::mention && facet.begin == seen.begin;
        });
        if (!known) names.push_back("@" + seen.target);
      }
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  static bool in_words(const Content& content) {
    return !content.warning.empty() && bluesky::label_of(content.warning).empty();
  }
};

}  // namespace

const Platform& bluesky_platform() {
  static const BlueskyPlatform platform;
  return platform;
}

}  // namespace postq
