#include "platforms/mastodon_timeline.h"

#include <algorithm>
#include <set>

#include <postq/core/text.h>
#include <postq/core/unpaged.h>

#include "platforms/answers.h"
#include "platforms/mastodon_http.h"
#include "platforms/mastodon_json.h"
#include "platforms/mastodon_text.h"
#include "platforms/reading_cursor.h"

namespace postq {
namespace {

constexpr int kPage = 40;        // the most that servers give
constexpr int kMostPages = 100;  // 4000 posts; a third of the paging that Mastodon allows in 15 minutes

constexpr Seconds kBefore{std::chrono::minutes{5}};    // a server's clock may be behind
constexpr Seconds kAfter{std::chrono::minutes{15}};    // a slow server may still be at it
constexpr Seconds kDeadline{std::chrono::minutes{5}};  // of an attempt whose end nobody saw
constexpr std::size_t kMostAsked = 10;

// --- pages

struct Walk {
  std::vector<MastodonStatus> statuses;  // newest first, from `from` on
  TimePoint from{};                      // read without a gap since then
  bool unpaged = false;                  // the server gives its newest page, whatever it is asked for
  std::vector<Reactions> reactions;      // of all that came along, older ones too
  std::optional<Seconds> clock_skew;
  // Not read: the server wants to be left alone until then, and said so in `error`.
  std::optional<TimePoint> limited_until;
  Error error;
};

// A server that wants to be left alone says until when.
Result<HttpAnswer> read_page(const Account& account, const std::string& max_id, Outside& outside,
                             std::optional<TimePoint>& limit) {
  std::string path = "/api/v1/accounts/" + account.remote_id + "/statuses?limit=" + std::to_string(kPage);
  if (!max_id.empty()) path += "&max_id=" + max_id;
  POSTQ_TRY(const auto request, signed_request(account, "GET", path, outside));
  HttpResult answer = outside.http.exchange(request);
  if (!answer) return pass_on(error_of(answer.error()));
  if (answer->status >= 200 && answer->status < 300) return std::move(*answer);
  limit = limited_until(*answer, outside.now());
  return pass_on(error_of_answer(account, request, *answer, "read:statuses"));
}

// Everything since `from`, page by page. A page that can't be read, in part or as a whole, is an error: a gap would
// look like deleted posts, or like room for more.
Result<Walk> walk(const Account& account, TimePoint from, Outside& outside) {
  if (account.remote_id.empty()) {
    return fail(ErrorKind::sign_in, account.name + " doesn't know yet who it is", "postq account test " + account.name);
  }
  Walk walked;
  walked.from = from;
  std::string max_id;
  std::set<std::string> seen;
  for (int page = 0; page < kMostPages; ++page) {
    const auto answer = read_page(account, max_id, outside, walked.limited_until);
    if (!answer) {
      if (!walked.limited_until) return pass_on(answer.error());
      walked.error = answer.error();
      return walked;
    }
    if (page == 0) walked.clock_skew = clock_skew(*answer, outside.now());
    const auto statuses = read_statuses(answer->body);
    if (!statuses) return fail(ErrorKind::try_later, instance_of(account) + " gave no list of posts");
    if (statuses->empty()) return walked;
    // The same page again, but for what was posted meanwhile.
    walked.unpaged = seen.contains(statuses->back().id);
    if (walked.unpaged) break;
    max_id = statuses->back().id;
    for (const MastodonStatus& status : *statuses) {
      if (!status.boost) walked.reactions.push_back({status.id, status.likes, status.replies, status.boosts});
    }
    for (const MastodonStatus& status : *statuses) {
      if (!seen.insert(status.id).second) continue;
      if (!status.created_at) return fail(ErrorKind::try_later, instance_of(account) + " gave a post without its time");
      if (*status.created_at < from) return walked;
      walked.statuses.push_back(status);
    }
  }
  // Not to the end: what was read is complete since the oldest one.
  walked.from = *walked.statuses.back().created_at + Seconds{1};
  return walked;
}

// --- the timeline

TimelineKind kind_of(const Account& account, const MastodonStatus& status) {
  const bool own_words = status.text.find_first_not_of(" \n\t") != std::string::npos || !status.media.empty();
  if (status.boost || (status.quote && !own_words)) return TimelineKind::boost;
  // When what was answered is deleted, only its author is still told. An unknown one earns nothing.
  if (!status.reply_to.empty() || !status.reply_to_account.empty()) {
    const bool own = status.reply_to_account.empty() || status.reply_to_account == account.remote_id;
    return own ? TimelineKind::own_reply : TimelineKind::reply;
  }
  return status.quote ? TimelineKind::quote : TimelineKind::post;
}

// The app's name, where it says which app it was: Pixelfed calls every one "web".
std::string client_of(const MastodonServer& server, const MastodonStatus& status) {
  if (server.is(MastodonSoftware::pixelfed)) return {};
  if (server.is(MastodonSoftware::gotosocial) && status.client == "unknown application") return {};
  return status.client;
}

// --- settling

enum class Match : std::uint8_t { none, unclear, same };

class Search {
 public:
  Search(const Account& account, const Attempt& attempt, MastodonPost sent, Outside& outside)
      : account_(account),
        outside_(outside),
        sent_(std::move(sent)),
        from_(attempt.started_at - kBefore),
        until_(attempt.ended_at.value_or(attempt.started_at + kDeadline) + kAfter) {}

  Settlement find() {
    auto statuses = list();
    if (!statuses) {
      Settlement limited = undecided(statuses.error().message);
      limited.limited_until = limited_until_;
      return limited;
    }
    std::vector<const MastodonStatus*> same;
    bool unclear = false;
    for (const MastodonStatus& status : *statuses) {
      const Match match = compare(status);
      if (match == Match::same) same.push_back(&status);
      unclear = unclear || match == Match::unclear;
    }
    const std::string place = instance_of(account_);
    if (same.size() > 1) return undecided(place + " has " + std::to_string(same.size()) + " posts with these words");
    if (same.size() == 1) {
      const MastodonStatus& found = *same.front();
      return {Settlement::Kind::sent, {found.id, "", found.url, *found.created_at}, "found on " + place, {}};
    }
    if (unclear) return undecided(place + " has a post with nearly these words");
    if (!authoritative_) return undecided("not on " + place + " as far as it can be read");
    if (outside_.now() < until_) return undecided("not on " + place + " yet");
    return {Settlement::Kind::absent, {}, "not on " + place, {}};
  }

 private:
  static Settlement undecided(std::string detail) { return {Settlement::Kind::undecided, {}, std::move(detail), {}}; }

  // Own posts since shortly before the attempt.
  Result<std::vector<MastodonStatus>> list() {
    if (!server_of(account_).is(MastodonSoftware::pixelfed) || sent_.reply_to.empty()) {
      POSTQ_TRY(auto walked, walk(account_, from_, outside_));
      limited_until_ = walked.limited_until;
      if (limited_until_) return pass_on(std::move(walked.error));
      // With a clock that is far off, the post may bear a time at which nobody looks.
      const bool clocks_agree = !walked.clock_skew || std::chrono::abs(*walked.clock_skew) < kBefore;
      authoritative_ = clocks_agree && walked.from <= from_;
      return std::move(walked.statuses);
    }
    // Pixelfed keeps answers out of that list.
    authoritative_ = false;
    POSTQ_TRY(const auto request,
              signed_request(account_, "GET", "/api/v1/statuses/" + sent_.reply_to + "/context", outside_));
    POSTQ_TRY(const auto answer, ask(account_, request, "read:statuses", outside_));
    auto answers = read_descendants(answer.body);
    if (!answers) return fail(ErrorKind::try_later, instance_of(account_) + " gave no list of answers");
    std::erase_if(*answers, [&](const MastodonStatus& status) {
      return status.author != account_.remote_id || !status.created_at || *status.created_at < from_;
    });
    return std::move(*answers);
  }

  Match compare(const MastodonStatus& status) {
    // When what was answered is deleted, only its author is still told.
    const bool orphan = status.reply_to.empty() && !status.reply_to_account.empty() && !sent_.reply_to.empty();
    if (status.boost || (status.reply_to != sent_.reply_to && !orphan)) return Match::none;
    const auto has = [&](const std::string& id) {
      return std::find(status.media.begin(), status.media.end(), id) != status.media.end();
    };
    // Media belong to one post only: these are ours, whatever became of the words.
    const bool our_media = !sent_.media.empty() && status.media.size() == sent_.media.size() &&
                           std::all_of(sent_.media.begin(), sent_.media.end(), has);
    if (our_media) return Match::same;
    const bool in_time = *status.created_at < until_;
    bool same = same_words(sent_.text, status.text);
    if (!same && in_time && status.edited) {
      const auto first = first_text_of(status);
      if (!first) return Match::unclear;
      same = same_words(sent_.text, *first);
      if (!same && nearly_same(fingerprint(sent_.text), fingerprint(*first))) return Match::unclear;
    }
    if (!same && (!in_time || !may_be_near(status))) return Match::none;
    if (!same) {
      const auto source = source_of(status);
      if (!source) return Match::unclear;
      same = same_words(sent_.text, *source);
      if (!same) {
        return nearly_same(fingerprint(sent_.text), fingerprint(*source)) ? Match::unclear : Match::none;
      }
    }
    // The same words with other media, or long after the attempt, are for a person to judge.
    return in_time && sent_.media.empty() && status.media.empty() ? Match::same : Match::unclear;
  }

  // Servers may show a text as Markdown makes it, so that only its source has the words as they were sent.
  bool may_be_near(const MastodonStatus& status) const {
    const auto ours = fingerprint(sent_.text);
    const auto theirs = fingerprint(status.text);
    return ours == 0 || theirs == 0 || nearly_same(ours, theirs);
  }

  std::optional<std::string> source_of(const MastodonStatus& status) {
    const auto body = more_of(status, "/source");
    return body ? read_source(*body) : std::nullopt;
  }

  // Who finds a mistake in a post mends it, also one that postq doesn't know to be out.
  std::optional<std::string> first_text_of(const MastodonStatus& status) {
    const auto body = more_of(status, "/history");
    return body ? read_first_text(*body) : std::nullopt;
  }

  std::optional<std::string> more_of(const MastodonStatus& status, const std::string& what) {
    if (++asked_ > kMostAsked) return std::nullopt;
    const auto request = signed_request(account_, "GET", "/api/v1/statuses/" + status.id + what, outside_);
    if (!request) return std::nullopt;
    auto answer = ask(account_, *request, "read:statuses", outside_);
    if (!answer) return std::nullopt;
    return std::move(answer->body);
  }

  const Account& account_;
  Outside& outside_;
  const MastodonPost sent_;
  const TimePoint from_;
  const TimePoint until_;
  bool authoritative_ = true;
  std::optional<TimePoint> limited_until_;
  std::size_t asked_ = 0;  // about single statuses
};

}  // namespace

Result<TimelineReading> read_mastodon_timeline(const Account& account, const TimelineRequest& request,
                                               Outside& outside) {
  const TimePoint now = outside.now();
  const ReadingCursor cursor(request, now);
  POSTQ_TRY(auto walked, walk(account, cursor.since(), outside));
  const MastodonServer server = server_of(account);
  TimelineReading reading;
  reading.limited_until = walked.limited_until;
  reading.error = walked.error;
  if (reading.limited_until) return reading;
  reading.complete = {walked.from, now};
  reading.full = !walked.unpaged;
  reading.clock_skew = walked.clock_skew;
  reading.reactions = std::move(walked.reactions);
  for (const MastodonStatus& status : walked.statuses) {
    TimelineItem& item = reading.items.emplace_back();
    item.remote_id = status.id;
    item.created_at = *status.created_at;
    item.kind = kind_of(account, status);
    item.reply_to = status.reply_to;
    item.client = client_of(server, status);
    item.visibility = status.visibility;
    item.text = status.text;
  }
  reading.cursor = walked.unpaged ? std::string(kUnpagedCursor) : cursor.next(walked.from);
  return reading;
}

Settlement settle_mastodon(const Account& account, const Attempt& attempt, Outside& outside) {
  auto sent = read_post(attempt.request);
  if (!sent) return {Settlement::Kind::undecided, {}, "what was sent isn't known any more", {}};
  return Search(account, attempt, std::move(*sent), outside).find();
}

}  // namespace postq
