#include "platforms/mastodon/timeline.h"

#include <algorithm>
#include <set>

#include <postq/core/unpaged.h>
#include <postq/text/text.h>

#include "platforms/common/answers.h"
#include "platforms/common/reading_cursor.h"
#include "platforms/mastodon/http.h"
#include "platforms/mastodon/json.h"
#include "platforms/mastodon/text.h"

namespace postq {
namespace {

constexpr int kPage = 40;        // the most that servers give
constexpr int kMostPages = 100;  // 4000 posts; a third of the paging that Mastodon allows in 15 minutes

// --- pages

// A server that wants to be left alone says until when.
Result<HttpAnswer> read_page(const Account& account, const std::string& max_id, PlatformContext& context,
                             std::optional<TimePoint>& limit) {
  std::string path = "/api/v1/accounts/" + account.remote_id + "/statuses?limit=" + std::to_string(kPage);
  if (!max_id.empty()) path += "&max_id=" + max_id;
  POSTQ_TRY(const auto request, signed_request(account, "GET", path, context));
  HttpResult answer = context.http.exchange(request);
  if (!answer) return pass_on(error_of(answer.error()));
  if (answer->status >= 200 && answer->status < 300) return std::move(*answer);
  limit = limited_until(*answer, context.now());
  return pass_on(error_of_answer(account, request, *answer, "read:statuses"));
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

}  // namespace

Result<MastodonWalk> walk_mastodon(const Account& account, TimePoint from, std::string below,
                                   PlatformContext& context) {
  if (account.remote_id.empty()) {
    return fail(ErrorKind::sign_in, account.name + " doesn't know yet who it is", "postq account test " + account.name);
  }
  MastodonWalk walked;
  walked.from = from;
  std::string max_id = std::move(below);
  std::set<std::string> seen;
  for (int page = 0; page < kMostPages; ++page) {
    const auto answer = read_page(account, max_id, context, walked.limited_until);
    if (!answer) {
      if (!walked.limited_until && !walked.statuses.empty()) break;
      if (!walked.limited_until) return pass_on(answer.error());
      walked.error = answer.error();
      return walked;
    }
    if (page == 0) walked.clock_skew = clock_skew(*answer, context.now());
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
  if (walked.statuses.empty()) return fail(ErrorKind::try_later, instance_of(account) + " gave no list of posts");
  walked.from = *walked.statuses.back().created_at + Seconds{1};
  if (!walked.unpaged) walked.left = max_id;
  return walked;
}

std::string client_of(const MastodonServer& server, const MastodonStatus& status) {
  if (server.is(MastodonSoftware::pixelfed)) return {};
  if (server.is(MastodonSoftware::gotosocial) && status.client == "unknown application") return {};
  return status.client;
}

namespace {

// Behind what is new, from where an earlier reading was cut off.
void go_on(MastodonWalk& walked, const Account& account, TimePoint from, const std::string& place,
           PlatformContext& context) {
  if (walked.limited_until || walked.unpaged || !walked.left.empty()) return;
  const auto rest = walk_mastodon(account, from, place, context);
  const bool lost = !rest && (rest.error().kind == ErrorKind::platform || rest.error().kind == ErrorKind::not_found ||
                              rest.error().kind == ErrorKind::refused);
  if (lost) return;  // the place is none any more: the gap that stays is read anew
  walked.left = place;
  if (!rest || rest->limited_until) return;
  walked.statuses.insert(walked.statuses.end(), rest->statuses.begin(), rest->statuses.end());
  walked.reactions.insert(walked.reactions.end(), rest->reactions.begin(), rest->reactions.end());
  walked.from = rest->from;
  walked.left = rest->left;
}

}  // namespace

Result<TimelineReading> read_mastodon_timeline(const Account& account, const TimelineRequest& request,
                                               PlatformContext& context) {
  const TimePoint now = context.now();
  const ReadingCursor cursor(request, now);
  POSTQ_TRY(auto walked, walk_mastodon(account, cursor.since(), "", context));
  if (!cursor.place().empty()) go_on(walked, account, request.from, cursor.place(), context);
  const MastodonServer server = server_of(account);
  TimelineReading reading;
  reading.limited_until = walked.limited_until;
  reading.error = walked.error;
  if (reading.limited_until) return reading;
  reading.complete = {walked.from, now};
  reading.full = !walked.unpaged && walked.left.empty();
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
    if (!status.edited) item.media = static_cast<std::int64_t>(status.media.size());
  }
  reading.cursor = walked.unpaged        ? std::string(kUnpagedCursor)
                   : walked.left.empty() ? cursor.next(walked.from)
                                         : cursor.unfinished(walked.left);
  return reading;
}

}  // namespace postq
