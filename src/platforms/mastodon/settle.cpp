#include "platforms/mastodon/settle.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include <postq/text/text.h>
#include <postq/text/wording.h>

#include "platforms/common/answers.h"
#include "platforms/common/json.h"
#include "platforms/mastodon/deviation.h"
#include "platforms/mastodon/http.h"
#include "platforms/mastodon/json.h"
#include "platforms/mastodon/server.h"
#include "platforms/mastodon/text.h"
#include "platforms/mastodon/timeline.h"

namespace postq {
namespace {

using Json = nlohmann::ordered_json;

constexpr Seconds kBefore{std::chrono::minutes{5}};     // a server's clock may be behind
constexpr Seconds kAfter{std::chrono::minutes{15}};     // a slow server may still be at it
constexpr Seconds kDeadline{std::chrono::minutes{5}};   // of an attempt whose end nobody saw
constexpr Seconds kKeyLives{std::chrono::minutes{40}};  // less than the key is kept: it is chosen after this look
constexpr int kMostAsked = 10;                          // about single posts, in one look
constexpr std::size_t kMostNamed = 5;                   // addresses that a person is told

// What the first words of a post that was asked for once said; they never change.
enum class Words : std::uint8_t { same, near, other };
constexpr std::array<std::pair<Words, const char*>, 3> kWords{
    {{Words::same, "same"}, {Words::near, "near"}, {Words::other, "other"}}};

// What looks have asked, kept from one to the next: ten questions each add up.
class Asked {
 public:
  static Asked read(std::string_view text) {
    Asked asked;
    const auto parsed = parse_json(text);
    if (!parsed || !parsed->is_object()) return asked;
    asked.app_ = text_member(*parsed, "app");
    for (const auto& [words, name] : kWords) {
      const auto list = parsed->find(name);
      if (list == parsed->end() || !list->is_array()) continue;
      for (const Json& id : *list) {
        if (id.is_string()) asked.words_[id.get<std::string>()] = words;
      }
    }
    return asked;
  }

  std::string written() const {
    Json json = Json::object();
    if (!app_.empty()) json["app"] = app_;
    for (const auto& [id, words] : words_) {
      for (const auto& [each, name] : kWords) {
        if (each == words) json[name].push_back(id);
      }
    }
    return json.empty() ? std::string{} : json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  std::optional<Words> words(const std::string& id) const {
    const auto found = words_.find(id);
    return found == words_.end() ? std::nullopt : std::optional(found->second);
  }
  void keep(const std::string& id, Words words) { words_[id] = words; }

  const std::string& app() const { return app_; }
  void keep_app(std::string app) { app_ = std::move(app); }

 private:
  std::string app_;  // as the server calls the app of our token
  std::map<std::string, Words> words_;
};

// The visibilities that this server's list of own posts is known to show.
std::vector<std::string> visibilities_listed(const MastodonServer& server) {
  switch (server.software) {
    case MastodonSoftware::mastodon:
    case MastodonSoftware::glitch:
    case MastodonSoftware::gotosocial:
      return {"public", "unlisted", "private", "direct"};
    case MastodonSoftware::pixelfed:
      return {"public", "unlisted", "private"};
    case MastodonSoftware::other:
      break;
  }
  return {"public"};
}

class Search {
 public:
  Search(const Account& account, const Attempt& attempt, const Look& look, bool keeps_key, MastodonPost sent,
         PlatformContext& context)
      : account_(account),
        server_(server_of(account)),
        context_(context),
        sent_(std::move(sent)),
        wording_(sent_.text),
        explained_(look.explained.begin(), look.explained.end()),
        visibilities_(look.visibilities_seen.begin(), look.visibilities_seen.end()),
        from_((knows_times(look) ? look.from : attempt.started_at) - kBefore),
        until_((knows_times(look) ? look.until : attempt.ended_at.value_or(attempt.started_at + kDeadline)) + kAfter),
        key_protects_(keeps_key && attempt.outcome != Outcome::unconfirmed && knows_times(look) &&
                      knows_keys(server_) && context.now() < look.from + kKeyLives),
        said_no_(said_no(attempt)),
        asked_(Asked::read(attempt.looked)) {
    for (auto& each : visibilities_listed(server_)) visibilities_.insert(std::move(each));
  }

  Settlement find() {
    Settlement found = conclude();
    found.looked = asked_.written();
    return found;
  }

 private:
  enum class Match : std::uint8_t {
    explained,  // it is another post
    open,       // nothing says so
    to_ask,     // it has still to be looked at
    same,
  };

  // The others ignore it, or note it before they do the work.
  static bool knows_keys(const MastodonServer& server) {
    return server.is(MastodonSoftware::mastodon) || server.is(MastodonSoftware::glitch);
  }

  // Who looks for one attempt alone may leave its times out.
  static bool knows_times(const Look& look) { return look.until != TimePoint{}; }

  Settlement conclude() {
    auto statuses = list();
    if (!statuses) {
      Settlement limited = undecided(statuses.error().message);
      limited.limited_until = limited_until_;
      return limited;
    }
    learn_from(*statuses);
    std::vector<const MastodonStatus*> same;
    std::vector<const MastodonStatus*> open;
    std::size_t to_ask = 0;
    for (const MastodonStatus& status : *statuses) {
      const Match match = compare(status);
      if (match == Match::same) same.push_back(&status);
      if (match == Match::open) open.push_back(&status);
      if (match == Match::to_ask) ++to_ask;
    }
    const std::string place = instance_of(account_);
    if (same.size() > 1) {
      return undecided(place + " has " + std::to_string(same.size()) + " posts with these words", same);
    }
    if (same.size() == 1) {
      const MastodonStatus& found = *same.front();
      Settlement sent{Settlement::Kind::sent, {found.id, "", found.url, *found.created_at}, "found on " + place, {}};
      sent.deviation = deviation_of(account_, sent_, found);
      return sent;
    }
    if (key_protects_) return {Settlement::Kind::absent, {}, "not found on " + place + ", which knows its key", {}};
    if (!open.empty()) {
      return undecided(place + (open.size() == 1 ? " has a post that may be it"
                                                 : " has " + std::to_string(open.size()) + " posts that may be it"),
                       open);
    }
    if (to_ask > 0) {
      return undecided(place + " has " + std::to_string(to_ask) + " more " + (to_ask == 1 ? "post" : "posts") +
                       " to be looked at");
    }
    if (!complete_) return undecided("not on " + place + " as far as it can be read");
    if (!visibilities_.contains(sent_.visibility)) {
      return undecided("not on " + place + ", whose list is not known to show " + sent_.visibility + " posts");
    }
    if (!said_no_ && context_.now() < until_) return undecided("not on " + place + " yet");
    return {Settlement::Kind::absent, {}, "not on " + place, {}};
  }

  static Settlement undecided(std::string detail, const std::vector<const MastodonStatus*>& candidates = {}) {
    Settlement settlement{Settlement::Kind::undecided, {}, std::move(detail), {}};
    for (const MastodonStatus* status : candidates) {
      if (settlement.candidates.size() == kMostNamed) break;
      settlement.candidates.push_back(status->url.empty() ? status->id : status->url);
      settlement.detail += (settlement.candidates.size() == 1 ? ": " : " ") + settlement.candidates.back();
    }
    return settlement;
  }

  // Own posts since shortly before the first attempt.
  Result<std::vector<MastodonStatus>> list() {
    if (!server_.is(MastodonSoftware::pixelfed) || sent_.reply_to.empty()) {
      POSTQ_TRY(auto walked, walk_mastodon(account_, from_, "", context_));
      limited_until_ = walked.limited_until;
      if (limited_until_) return pass_on(std::move(walked.error));
      // With a clock that is far off, the post may bear a time at which nobody looks.
      const bool clocks_agree = !walked.clock_skew || std::chrono::abs(*walked.clock_skew) < kBefore;
      complete_ = clocks_agree && walked.from <= from_;
      return std::move(walked.statuses);
    }
    // Pixelfed keeps answers out of that list.
    complete_ = false;
    POSTQ_TRY(const auto request,
              signed_request(account_, "GET", "/api/v1/statuses/" + sent_.reply_to + "/context", context_));
    POSTQ_TRY(const auto answer, ask(account_, request, "read:statuses", context_));
    auto answers = read_descendants(answer.body);
    if (!answers) return fail(ErrorKind::try_later, instance_of(account_) + " gave no list of answers");
    std::erase_if(*answers, [&](const MastodonStatus& status) {
      return status.author != account_.remote_id || !status.created_at || *status.created_at < from_;
    });
    return std::move(*answers);
  }

  void learn_from(const std::vector<MastodonStatus>& statuses) {
    for (const MastodonStatus& status : statuses) {
      if (!status.boost && !status.visibility.empty()) visibilities_.insert(status.visibility);
      if (explained_.contains(status.id) && !status.client.empty()) our_apps_.insert(status.client);
    }
  }

  Match compare(const MastodonStatus& status) {
    if (status.boost || explained_.contains(status.id) || answers_another(status)) return Match::explained;
    if (has_our_media(status)) return Match::same;
    const bool in_time = *status.created_at < until_;
    if (!status.edited && same_words(sent_.text, status.text)) return judge_same(status, in_time);
    // What came long after is another one, unless it says the same.
    if (!in_time || other_media_count(status)) return Match::explained;
    if (is_by_another_app(status)) return Match::explained;
    const auto words = first_words_of(status);
    if (!words) return Match::to_ask;
    if (*words == Words::same) return judge_same(status, in_time);
    return *words == Words::other ? Match::explained : Match::open;
  }

  // The same words with other media, long after the attempt, or by another app are for a person to judge.
  Match judge_same(const MastodonStatus& status, bool in_time) {
    const bool pictures_only = sent_.text.find_first_not_of(" \n\t") == std::string::npos;
    if (pictures_only && other_media_count(status)) return Match::explained;
    if (pictures_only && !in_time) return Match::explained;
    const bool same_media = sent_.media.empty() && status.media.empty();
    return in_time && same_media && !is_by_another_app(status) ? Match::same : Match::open;
  }

  // Where what was answered is deleted, Mastodon still tells its author; others may tell nothing at all.
  bool answers_another(const MastodonStatus& status) const {
    if (status.reply_to == sent_.reply_to) return sent_.reply_to.empty() && !status.reply_to_account.empty();
    const bool tells_author = server_.is(MastodonSoftware::mastodon) || server_.is(MastodonSoftware::glitch);
    const bool orphan =
        status.reply_to.empty() && !sent_.reply_to.empty() && (!status.reply_to_account.empty() || !tells_author);
    return !orphan;
  }

  // An edit may add media, and take some away.
  bool other_media_count(const MastodonStatus& status) const {
    return !status.edited && status.media.size() != sent_.media.size();
  }

  // Media belong to one post only: these are ours, whatever became of the words.
  bool has_our_media(const MastodonStatus& status) const {
    const auto has = [&](const std::string& id) {
      return std::find(status.media.begin(), status.media.end(), id) != status.media.end();
    };
    return !sent_.media.empty() && status.media.size() == sent_.media.size() &&
           std::all_of(sent_.media.begin(), sent_.media.end(), has);
  }

  bool is_by_another_app(const MastodonStatus& status) {
    const std::string client = client_of(server_, status);
    if (client.empty() || server_.is(MastodonSoftware::other)) return false;
    if (our_apps_.contains(client) || client == kOurName) return false;
    if (asked_.app().empty()) ask_for_our_app();
    return !asked_.app().empty() && client != asked_.app();
  }

  void ask_for_our_app() {
    if (app_was_asked_) return;
    app_was_asked_ = true;
    const auto request = signed_request(account_, "GET", "/api/v1/apps/verify_credentials", context_);
    if (!request) return;
    const auto answer = ask(account_, *request, "", context_);
    if (answer) asked_.keep_app(read_app_name(answer->body));
  }

  // By the source, or the first text of one that was edited; where the server keeps neither, by the text that it shows.
  // Nothing while it can't be asked.
  std::optional<Words> first_words_of(const MastodonStatus& status) {
    if (const auto known = asked_.words(status.id)) return known;
    const auto body = more_of(status, status.edited ? "/history" : "/source");
    if (!body && body.error().kind != ErrorKind::not_found && body.error().kind != ErrorKind::platform) {
      return std::nullopt;
    }
    const auto text = !body ? std::nullopt : status.edited ? read_first_text(*body) : read_source(*body);
    // What it said before it was edited is not known.
    const Words words = text ? words_in(*text) : status.edited ? Words::near : words_in(status.text);
    asked_.keep(status.id, words);
    return words;
  }

  Words words_in(const std::string& text) const {
    if (same_words(sent_.text, text)) return Words::same;
    return wording_.is_apart(text) ? Words::other : Words::near;
  }

  Result<std::string> more_of(const MastodonStatus& status, const std::string& what) {
    if (++questions_ > kMostAsked) return fail(ErrorKind::try_later, "enough was asked");
    POSTQ_TRY(const auto request, signed_request(account_, "GET", "/api/v1/statuses/" + status.id + what, context_));
    POSTQ_TRY(auto answer, ask(account_, request, "read:statuses", context_));
    return std::move(answer.body);
  }

  static constexpr std::string_view kOurName = "postq";

  const Account& account_;
  const MastodonServer server_;
  PlatformContext& context_;
  const MastodonPost sent_;
  const Wording wording_;
  const std::set<std::string> explained_;
  std::set<std::string> visibilities_;  // that the list shows
  std::set<std::string> our_apps_;      // of posts that have a receipt
  const TimePoint from_;
  const TimePoint until_;
  // It is to be tried once more, and the server knows the key of the tries before: nothing appears twice.
  const bool key_protects_;
  const bool said_no_;
  Asked asked_;
  bool complete_ = true;  // the list was read back to `from_`
  bool app_was_asked_ = false;
  int questions_ = 0;
  std::optional<TimePoint> limited_until_;
};

}  // namespace

Settlement settle_mastodon(const Account& account, const LostPost& lost, PlatformContext& context) {
  const Attempt& attempt = lost.attempt;
  auto sent = read_post(attempt.request);
  if (!sent) return {Settlement::Kind::undecided, {}, "what was sent isn't known any more", {}};
  return Search(account, attempt, lost.look, lost.keeps_key, std::move(*sent), context).find();
}

}  // namespace postq
