// A feed: a folder with feed.json, which is the truth, and pages made from it. Whoever serves the folder has a site.
#include <algorithm>
#include <array>
#include <filesystem>
#include <sys/random.h>

#include <postq/base/hex.h>
#include <postq/core/draft.h>
#include <postq/ports/changeable_settings.h>
#include <postq/ports/platform.h>
#include <postq/text/text.h>

#include "platforms/common/languages.h"
#include "platforms/common/request_keys.h"
#include "platforms/common/retraction.h"
#include "platforms/common/settings.h"
#include "platforms/common/url.h"
#include "platforms/feed/content.h"
#include "platforms/feed/document.h"
#include "platforms/feed/folder.h"
#include "platforms/feed/site.h"
#include "platforms/html/text_marks.h"

namespace postq {
namespace {

constexpr const char* kFeedFile = "feed.json";

// What a reader without pictures has of a part: its text, or what its media show.
std::string words_of(const Content::Part& part) {
  if (!part.text.empty() || part.media.empty()) return part.text;
  std::string words;
  for (const auto& media : part.media) {
    if (!media.alt.empty()) words += (words.empty() ? "" : "\n") + media.alt;
  }
  return words.empty() ? std::string(media_word(part.media.front().mime)) : words;
}

std::string path_of(const Account& account) {
  return std::string(account.setting("path"));
}
std::string base_of(const Account& account) {
  return std::string(account.setting("url"));
}

// A random UUID (RFC 9562, version 4), once in a feed's life.
Result<std::string> new_feed_id() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return fail(ErrorKind::storage, "the system gives no random numbers");
  }
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  std::string hex = to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, "-");
  return "urn:uuid:" + hex;
}

Result<Feed> parse_named(const Account& account, std::string text) {
  auto feed = parse_feed(std::move(text));
  if (feed) return std::move(*feed);
  const std::string path = path_of(account) + "/" + kFeedFile;
  return fail(feed.error().kind, path + ", " + feed.error().message,
              "mend that line; postq changes nothing in the folder until then");
}

// The feed of this account and no other: a folder can be swapped, emptied or not mounted.
Result<Feed> load(const Account& account, const FeedFolder& folder) {
  const std::string path = path_of(account);
  POSTQ_TRY(auto text, folder.read(kFeedFile));
  if (!text) {
    return fail(ErrorKind::config, "there is no feed.json in " + path,
                "is its disk mounted? to begin it anew: postq account test " + account.name);
  }
  POSTQ_TRY(auto feed, parse_named(account, std::move(*text)));
  if (!account.remote_id.empty() && feed.id != account.remote_id) {
    return fail(ErrorKind::config, path + " holds another feed than the one that " + account.name + " was added with",
                "postq account add NAME --platform feed --path " + path + "    makes it an account of its own");
  }
  return feed;
}

// Never replaces somebody's own page.
Status stage_page(FeedFolder& folder, const Account& account, const SiteFile& file) {
  POSTQ_TRY(const auto old, folder.read(file.name));
  if (old && !old->empty() && !is_made_by_postq(*old)) {
    return fail(ErrorKind::config, path_of(account) + "/" + file.name + " isn't postq's, so it is left alone",
                "give the feed a folder of its own, or move that file away");
  }
  return folder.stage(file.name, file.bytes);
}

// Somebody's own icon stays, and is shown.
Status stage_icon(FeedFolder& folder, const Feed& feed) {
  const SiteFile icon = icon_file(feed);
  POSTQ_TRY(const auto old, folder.read(icon.name));
  if (old && !old->empty() && !is_made_by_postq(*old)) return {};
  return folder.stage(icon.name, icon.bytes);
}

// Everything that is made from feed.json, where it differs from what is there: an earlier run may have been killed, a
// person may have changed an item. Pages come before feed.json, since nobody knows of them yet; the index and the Atom
// file after it. The rename of feed.json is the moment at which the change is public.
Status stage_all(FeedFolder& folder, const Account& account, const Feed& feed) {
  const std::string base = base_of(account);
  for (const SiteFile& page : item_pages(feed, base)) POSTQ_CHECK(stage_page(folder, account, page));
  POSTQ_CHECK(folder.stage(kFeedFile, feed.text));
  POSTQ_CHECK(stage_icon(folder, feed));
  POSTQ_CHECK(stage_page(folder, account, index_page(feed, base)));
  return stage_page(folder, account, atom_file(feed, base));
}

// A media file that postq named: "<digest>.png".
bool is_media_name(std::string_view name) {
  constexpr std::size_t kHexDigest = 64;
  return name.size() > kHexDigest + 1 && name[kHexDigest] == '.' &&
         name.find_first_not_of("0123456789abcdef") == kHexDigest &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789", kHexDigest + 1) == std::string_view::npos;
}

Receipt receipt_of(const Account& account, const std::string& id, TimePoint at) {
  const std::string base = base_of(account);
  const std::string page = page_file(id);
  return {id, "", base.empty() ? "file://" + escape_path(path_of(account)) + "/" + page : base + page, at};
}

// What feed.json has to say of itself where it lacks it, and its items at the address that the account has.
std::string completed(const Account& account, const Feed& feed) {
  Feed now = feed;
  const std::string_view language = account.setting("lang");
  if (feed.language.empty() && !language.empty()) now.text = with_language(feed, std::string(language));
  return with_items_at(now, base_of(account));
}

class FeedPlatform final : public Platform, public ChangeableSettings {
 public:
  const PlatformTraits& traits() const override {
    static const PlatformTraits traits = [] {
      PlatformTraits made;
      made.name = "feed";
      made.title = "Feed";
      made.summary = "a folder with your posts as pages, JSON Feed and Atom";
      made.settings = {{"path", "the folder to write", true, false, true},
                       {"url", "its public address, for links", false, false},
                       {"title", "what the feed is called (the account's name)", false, false},
                       {"author", "who writes it", false, false},
                       {"lang", "what its pages are in, such as de", false, false}};
      made.sign_in = "none";
      made.repeat = RetrySafety::idempotent;
      made.threads = true;
      made.media = true;
      made.retract = true;
      made.timeline = true;
      made.tells_apps_apart = true;
      made.network = false;
      made.prepares = false;
      made.replies = true;
      made.limits_replies = true;  // nobody replies to a page, or quotes it
      made.limits_quotes = true;
      return made;
    }();
    return traits;
  }

  Status check_settings(Account& account) const override {
    POSTQ_CHECK(check_setting_names(account, traits()));
    const std::filesystem::path path(account.setting("path"));
    if (!path.is_absolute()) {
      return fail(ErrorKind::usage, "--path " + path.string() + " is no absolute path", "--path /home/me/public_html");
    }
    if (!is_valid_utf8(path.native())) {
      return fail(ErrorKind::usage, "--path isn't UTF-8", "give the feed a folder with a plainer name");
    }
    std::string clean = path.lexically_normal().string();
    while (clean.size() > 1 && clean.back() == '/') clean.pop_back();
    if (clean == "/") return fail(ErrorKind::usage, "--path / is no folder for a feed", "--path /home/me/public_html");
    account.settings["path"] = std::move(clean);
    POSTQ_CHECK(check_language(account));
    account.base_url.clear();
    if (account.setting("url").empty()) return {};
    POSTQ_TRY(WebUrl url, parse_web_url(completed_address(account.setting("url")), "url"));
    if (!url.query.empty()) return fail(ErrorKind::usage, "--url has a ?, and pages can't be named behind it");
    if (url.path.back() != '/') url.path += '/';
    account.base_url = account.settings["url"] = url.text();
    return {};
  }

  Limits limits(const Account&) const override { return {}; }

  // The id of its item.
  std::string request_key(const Account&, const ApprovedDelivery& delivery, int part,
                          const std::vector<Attempt>& earlier, TimePoint) const override {
    return key_in_use(delivery, part, earlier).value_or(approval_key(delivery, part));
  }

  Result<std::string> body(const Account& account, const ApprovedDelivery& delivery,
                           const PartContext& facts) const override {
    const Content& content = delivery.content();
    const auto index = static_cast<std::size_t>(facts.part) - 1;
    if (facts.part < 1 || index >= content.parts.size()) return fail(ErrorKind::bug, "a part that isn't there");
    const Content::Part& part = content.parts[index];
    const std::string base = base_of(account);
    FeedItem item;
    item.id = facts.key;
    if (!base.empty()) item.url = base + page_file(item.id);
    item.summary = content.warning;
    item.content_html = content_html(part, content.warning, base);
    item.content_text = text_with_warning(words_of(part), content.warning);
    // The parts of a thread go out within a second, and readers sort by time.
    item.published = facts.now;
    if (!facts.earlier.empty()) {
      item.published = std::max(facts.now, facts.earlier.back().sent_at + Seconds{1});
    }
    item.language = main_language(content.language);
    item.tags = tags_of(part.text);
    for (const Media& media : part.media) item.attachments.push_back({base + media_file(media), media.mime});
    if (facts.part == 1) item.in_reply_to = content.reply_to;
    item.thread = facts.earlier.empty() ? facts.key : facts.earlier.front().remote_id;
    item.part = facts.part;
    item.parts = static_cast<int>(content.parts.size());
    return item_json(item, delivery.origin());
  }

  std::string show(const Account& account, const PreparedRequest& outgoing) const override {
    return "in " + path_of(account) + ": " + page_file(outgoing.key) +
           ", index.html and atom.xml are written, and feed.json gains\n\n" + outgoing.body + "\n";
  }

  // A feed is itself: it keeps a random id in feed.json. A folder that has none yet gets it, with an empty feed; one
  // that was emptied gets the id back that this account knows.
  Result<Identity> identify(const Account& account, PlatformContext&) const override {
    POSTQ_TRY(auto folder, FeedFolder::open(path_of(account), FeedFolder::Missing::create));
    POSTQ_TRY(auto text, folder.read(kFeedFile));
    std::string note = "adds to the feed that is there";
    if (!text) {
      POSTQ_TRY(text, first_text(account));
      note = "a new feed";
    }
    POSTQ_TRY(auto feed, parse_named(account, std::move(*text)));
    if (feed.id.empty()) {
      POSTQ_TRY(const std::string id, known_or_new_id(account));
      POSTQ_TRY(feed, parse_named(account, with_feed_id(feed, id)));
      if (feed.id != id) {
        return fail(ErrorKind::config, path_of(account) + "/feed.json has a _postq without an id",
                    "remove that member");
      }
    }
    POSTQ_TRY(feed, parse_named(account, completed(account, feed)));
    POSTQ_CHECK(stage_all(folder, account, feed));
    POSTQ_CHECK(folder.commit());
    return identity_of(account, feed, note + " in " + path_of(account));
  }

  // Where it lies may change, too: the folder was moved, and is known by the id in it.
  bool is_changeable(const std::string& setting) const override {
    const auto& settings = traits().settings;
    return std::any_of(settings.begin(), settings.end(), [&](const SettingSpec& spec) { return spec.name == setting; });
  }

  Result<Identity> change_settings(const Account& before, const Account& after, PlatformContext&) const override {
    POSTQ_TRY(auto folder, FeedFolder::open(path_of(after), FeedFolder::Missing::refuse));
    POSTQ_TRY(auto feed, load(after, folder));
    const auto changed = [&](const char* name) { return before.setting(name) != after.setting(name); };
    const auto change = [&](std::string text) -> Status {
      POSTQ_TRY(feed, parse_named(after, std::move(text)));
      return {};
    };
    if (changed("title")) POSTQ_CHECK(change(with_title(feed, std::string(after.setting("title")))));
    if (changed("author")) POSTQ_CHECK(change(with_author(feed, std::string(after.setting("author")))));
    if (changed("lang")) POSTQ_CHECK(change(with_language(feed, std::string(after.setting("lang")))));
    if (changed("url")) POSTQ_CHECK(change(with_address(feed, base_of(after))));
    POSTQ_CHECK(change(with_items_at(feed, base_of(after))));
    POSTQ_CHECK(stage_all(folder, after, feed));
    POSTQ_CHECK(folder.commit());
    return identity_of(after, feed, "the pages in " + path_of(after) + " are made anew");
  }

  // What pages and feeds can't do for everybody; it is said, and holds nothing up.
  std::vector<Problem> problems(const Account& account, const Content& content) const override {
    auto found = Platform::problems(account, content);
    for (std::size_t i = 0; i < content.parts.size(); ++i) {
      const auto& media = content.parts[i].media;
      const int part = static_cast<int>(i) + 1;
      if (!media.empty() && base_of(account).empty()) {
        found.push_back(said(part, "no-address",
                             "feed readers can't show its media: " + account.name + " has no public address",
                             "postq account set " + account.name + " --url https://YOUR.SITE/"));
      }
      if (std::any_of(media.begin(), media.end(), [](const Media& one) { return one.mime.starts_with("video/"); })) {
        found.push_back(said(part, "no-captions", "a video without captions, and the page says so", ""));
      }
    }
    return found;
  }

  SendAnswer send(const Account& account, const ApprovedDelivery& delivery, const PreparedRequest& outgoing,
                  PlatformContext& context) const override {
    SendAnswer answer;
    bool is_public = false;
    const TimePoint now = item_published(outgoing.body).value_or(context.now());
    if (const Status done = write_item(account, delivery, outgoing, context, is_public); !done) {
      // Sending it again with its id does no harm, and completes what is missing.
      answer.outcome = is_public ? Outcome::unconfirmed : Outcome::not_sent;
      answer.error = done.error();
      return answer;
    }
    answer.outcome = Outcome::sent;
    answer.receipt = receipt_of(account, outgoing.key, now);
    return answer;
  }

  Settlement settle(const Account& account, const ApprovedDelivery&, const Attempt& attempt, const Look&,
                    PlatformContext&) const override {
    const auto undecided = [](const Error& error) {
      return Settlement{Settlement::Kind::undecided, {}, error.message, {}};
    };
    const auto folder = FeedFolder::open(path_of(account), FeedFolder::Missing::refuse);
    if (!folder) return undecided(folder.error());
    const auto feed = load(account, *folder);
    if (!feed) return undecided(feed.error());
    const FeedItem* const item = feed->find(attempt.key);
    if (item == nullptr) return {Settlement::Kind::absent, {}, "not in feed.json", {}};
    const TimePoint at = item->published.value_or(attempt.started_at);
    return {Settlement::Kind::sent, receipt_of(account, item->id, at), "found in feed.json", {}};
  }

  Result<TimelineReading> read_timeline(const Account& account, const TimelineRequest& request,
                                        PlatformContext& context) const override {
    POSTQ_TRY(const auto folder, FeedFolder::open(path_of(account), FeedFolder::Missing::refuse));
    POSTQ_TRY(const auto feed, load(account, folder));
    TimelineReading reading;
    reading.complete = {request.from, context.now()};
    reading.full = true;
    for (const FeedItem& item : feed.items) {
      if (!item.published || *item.published < request.from) continue;
      TimelineItem& read = reading.items.emplace_back();
      read.remote_id = item.id;
      read.created_at = *item.published;
      read.kind = item.part > 1              ? TimelineKind::own_reply
                  : item.in_reply_to.empty() ? TimelineKind::post
                                             : TimelineKind::reply;
      read.reply_to = item.part > 1 ? item.thread : item.in_reply_to;
      read.client = item.made_by_postq ? "postq" : "";
      read.visibility = "public";
      read.text = item_text(item);
    }
    return reading;
  }

  Status retract(const Account& account, const Receipt& receipt, PlatformContext&) const override {
    POSTQ_TRY(auto folder, FeedFolder::open(path_of(account), FeedFolder::Missing::refuse));
    POSTQ_TRY(auto feed, load(account, folder));
    const std::string id = id_in(feed, account, receipt);
    if (id.empty()) {
      return fail(ErrorKind::platform, path_of(account) + "/feed.json has no item at " + visible_line(receipt.url),
                  delete_it_yourself(receipt));
    }
    std::vector<std::string> unneeded;
    if (const FeedItem* item = feed.find(id)) {
      std::string without = without_item(feed, item->id);
      for (const FeedAttachment& file : item->attachments) {
        const std::string name = file.url.substr(file.url.find_last_of('/') + 1);
        if (is_media_name(name) && without.find(name) == std::string::npos) unneeded.push_back("media/" + name);
      }
      POSTQ_TRY(feed, parse_named(account, std::move(without)));
    }
    // A page may have been left behind by a run that broke off; somebody's own page is no business of ours.
    const std::string page = page_file(id);
    POSTQ_TRY(const auto shown, folder.read(page));
    if (shown && is_made_by_postq(*shown)) unneeded.push_back(page);
    POSTQ_CHECK(stage_all(folder, account, feed));
    POSTQ_CHECK(folder.commit());
    POSTQ_CHECK(folder.remove(unneeded));
    return look_whether_gone(account, folder, id, receipt);
  }

 private:
  static Problem said(int part, std::string kind, std::string message, std::string remedy) {
    Problem problem;
    problem.fatal = false;
    problem.kind = std::move(kind);
    problem.message = std::move(message);
    problem.remedy = std::move(remedy);
    problem.part = part;
    return problem;
  }

  static Status check_language(Account& account) {
    if (account.setting("lang").empty()) return {};
    POSTQ_TRY(auto language, normalise_languages(account.setting("lang")));
    if (language.find(',') != std::string::npos) {
      return fail(ErrorKind::usage, "--lang is one language here: what the pages are in",
                  "--lang " + main_language(language));
    }
    account.settings["lang"] = std::move(language);
    return {};
  }

  // What feed.json says stands, also against what was typed when the account was added.
  static Identity identity_of(const Account& account, const Feed& feed, std::string note) {
    Identity identity;
    identity.remote_id = feed.id;
    identity.remote_name = feed.title.empty() ? account.name : feed.title;
    identity.note = std::move(note);
    if (feed.language.empty()) {
      identity.note += "\nits pages don't say what they are in: postq account set " + account.name + " --lang LANG";
    } else {
      identity.settings["lang"] = feed.language;
    }
    if (base_of(account).empty()) {
      identity.note += "\nno public address yet, so its feeds can't be subscribed to:\npostq account set " +
                       account.name + " --url https://YOUR.SITE/";
    }
    return identity;
  }

  static Result<std::string> known_or_new_id(const Account& account) {
    if (!account.remote_id.empty()) return account.remote_id;
    return new_feed_id();
  }

  // The item of a receipt; by its address where a person settled it. Empty: nothing in the feed has that address.
  static std::string id_in(const Feed& feed, const Account& account, const Receipt& receipt) {
    if (receipt.remote_id != receipt.url) return receipt.remote_id;
    for (const FeedItem& item : feed.items) {
      if (item.url == receipt.url || receipt_of(account, item.id, {}).url == receipt.url) return item.id;
    }
    return {};
  }

  // The folder as it is now: another program may write to it as well.
  static Status look_whether_gone(const Account& account, const FeedFolder& folder, const std::string& id,
                                  const Receipt& receipt) {
    POSTQ_TRY(const Feed feed, load(account, folder));
    POSTQ_TRY(const auto page, folder.read(page_file(id)));
    const bool there = feed.find(id) != nullptr || (page && is_made_by_postq(*page));
    return retraction(there ? AfterDeletion::there : AfterDeletion::gone, std::nullopt, path_of(account), receipt);
  }

  static Result<std::string> first_text(const Account& account) {
    POSTQ_TRY(const std::string id, known_or_new_id(account));
    const std::string_view title = account.setting("title");
    return new_feed({id, std::string(title.empty() ? account.name : title), std::string(account.setting("author")),
                     std::string(account.setting("lang")), base_of(account)});
  }

  static Status write_item(const Account& account, const ApprovedDelivery& delivery, const PreparedRequest& outgoing,
                           PlatformContext& context, bool& is_public) {
    const auto index = static_cast<std::size_t>(outgoing.part) - 1;
    if (outgoing.part < 1 || index >= delivery.content().parts.size() || item_id(outgoing.body) != outgoing.key) {
      return fail(ErrorKind::bug, "what is to be sent isn't this delivery's");
    }
    POSTQ_TRY(auto folder, FeedFolder::open(path_of(account), FeedFolder::Missing::refuse));
    POSTQ_TRY(auto feed, load(account, folder));
    is_public = feed.find(outgoing.key) != nullptr;
    if (!is_public) {
      POSTQ_TRY(feed, parse_named(account, with_item(feed, outgoing.body)));
    }
    for (const Media& media : delivery.content().parts[index].media) {
      POSTQ_CHECK(folder.stage_media(media_file(media), media.digest, context.media));
    }
    POSTQ_CHECK(stage_all(folder, account, feed));
    if (context.may_send) POSTQ_CHECK(context.may_send());
    Status committed = folder.commit();
    is_public = is_public || folder.placed(kFeedFile);
    return committed;
  }
};

}  // namespace

const Platform& feed_platform() {
  static const FeedPlatform platform;
  return platform;
}

}  // namespace postq
