#include "platforms/bluesky/reading.h"

#include <algorithm>
#include <map>
#include <set>

#include <postq/core/unpaged.h>
#include <postq/text/text.h>

#include "platforms/bluesky/appview.h"
#include "platforms/bluesky/atproto_syntax.h"
#include "platforms/bluesky/directory.h"
#include "platforms/bluesky/record.h"
#include "platforms/bluesky/session.h"
#include "platforms/bluesky/tid.h"
#include "platforms/common/answers.h"
#include "platforms/common/link_card.h"
#include "platforms/common/reading_cursor.h"

namespace postq::bluesky {
namespace {

constexpr std::int64_t kThumbnailBytes = 1'000'000;  // both from the lexicons
constexpr std::size_t kPage = 100;
constexpr int kMostTimelinePages = 100;
constexpr Seconds kKeysAreOff{std::chrono::hours{1}};  // from createdAt, with clients that make both
// postq makes its keys of the time for which a post was approved, and the rules may hold it for long. So far back
// a reading of everything goes; one that doesn't get there tells nothing of what is gone.
constexpr Seconds kLongestHold{std::chrono::days{30}};

Status look_up_mentions(const Account& account, Caller& caller, Content::Part& part, PlatformContext& context) {
  std::vector<Facet> kept;
  for (Facet& facet : part.facets) {
    if (facet.kind == Facet::Kind::mention && !is_did(facet.target)) {
      if (!is_handle(facet.target)) continue;
      auto did = look_up_handle(account, caller.handle_hosts(), facet.target, context);
      if (!did && did.error().kind == ErrorKind::not_found) continue;
      if (!did) return pass_on(std::move(did.error()));
      facet.target = std::move(*did);
    }
    kept.push_back(std::move(facet));
  }
  part.facets = std::move(kept);
  return {};
}

// Pictures and a card don't go together; the first link gets one. One that lacked something is looked for anew.
void add_card(const Account& account, Content::Part& part, PlatformContext& context) {
  if (!part.media.empty() || (part.card && part.no_card.empty())) return;
  const auto link = std::find_if(part.facets.begin(), part.facets.end(),
                                 [](const Facet& facet) { return facet.kind == Facet::Kind::link; });
  if (link == part.facets.end()) return;
  auto found = fetch_card(account, link->target, kThumbnailBytes, context);
  part.card = std::move(found.card);
  part.no_card = std::move(found.missing);
}

std::string record_query(const RecordUri& uri) {
  return "repo=" + escaped(uri.repo) + "&collection=" + uri.collection + "&rkey=" + escaped(uri.key);
}

// The post as the server that keeps its author has it: nobody else's copy tells that it was deleted a moment ago.
Result<PostRecord> read_target(const Account& account, const RecordUri& uri, const std::string& typed,
                               PlatformContext& context) {
  POSTQ_TRY(const std::string pds, look_up_pds(account, uri.repo, context));
  const auto answer =
      context.http.exchange(get_request(account, method_url(pds, "com.atproto.repo.getRecord", record_query(uri))));
  if (!answer) return pass_on(error_of(answer.error()));
  if (answer->status == 400 || answer->status == 404) {
    return fail(ErrorKind::not_found, "there is no post at " + typed + " any more");
  }
  auto post = answer->status == 200 ? read_post(answer->body) : std::nullopt;
  if (post && post->ref.uri == uri.text()) return std::move(*post);
  return fail(ErrorKind::try_later,
              "the post at " + typed + " can't be read: its server says " + std::to_string(answer->status));
}

std::optional<PostRecord> seen_target(const Account& account, const RecordUri& uri, PlatformContext& context) {
  AppView appview(account, context);
  const auto body = appview.get("app.bsky.feed.getPosts", uris_query({uri.text()}, 0));
  return body ? read_seen_post(*body, uri.text()) : std::nullopt;
}

Result<std::string> look_up_reply(const Account& account, Caller& caller, const std::string& typed,
                                  PlatformContext& context) {
  auto uri = parse_post_address(typed);
  if (!uri) return fail(ErrorKind::usage, typed + " is no post on Bluesky");
  if (!is_did(uri->repo)) {
    POSTQ_TRY(uri->repo, look_up_handle(account, caller.handle_hosts(), uri->repo, context));
  }
  auto target = read_target(account, *uri, typed, context);
  if (!target && target.error().kind == ErrorKind::try_later) {
    // No directory or no server of theirs: the AppView behind our own knows what an answer has to name.
    if (auto seen = seen_target(account, *uri, context)) target = std::move(*seen);
  }
  POSTQ_TRY(const PostRecord post, std::move(target));
  return reply_words(post.root.value_or(post.ref), post.ref);
}

// --- the timeline

std::string repo_of(const StrongRef& ref) {
  const auto uri = parse_record_uri(ref.uri);
  return uri ? uri->repo : std::string{};
}

TimelineItem item_of(const Account& account, const PostRecord& post, const std::optional<Tid>& key, TimePoint at) {
  TimelineItem item;
  item.remote_id = post.ref.uri;
  item.created_at = at;
  item.text = post.text;
  item.visibility = "public";
  item.media = post.media;
  // No field names the app, but the record key names ours: also one of a postq elsewhere, or of a lost database.
  if (key && key->clock_id == kScheduledClockId) item.client = "postq";
  if (post.parent) {
    item.kind = repo_of(*post.parent) == account.remote_id ? TimelineKind::own_reply : TimelineKind::reply;
    item.reply_to = post.parent->uri;
  } else if (post.quotes) {
    item.kind = TimelineKind::quote;
  }
  return item;
}

// Nothing was sent, so nothing is in doubt.
Error not_listed(const Account& account, Error error, int status) {
  if (error.kind != ErrorKind::unknown) return error;
  return {ErrorKind::try_later,
          "the list of " + account.name + "'s posts can't be read: its server says " + std::to_string(status),
          {},
          {}};
}

std::optional<TimePoint> time_of(const std::optional<Tid>& key) {
  if (!key) return std::nullopt;
  return time_point(static_cast<std::int64_t>(key->microseconds / 1'000'000));
}

}  // namespace

Result<Content> look_up(const Account& account, const Content& content, PlatformContext& context) {
  Content found = content;
  Caller caller(account, context);
  if (!found.reply_to.empty() && found.reply_ref.empty()) {
    POSTQ_TRY(found.reply_ref, look_up_reply(account, caller, found.reply_to, context));
  }
  for (Content::Part& part : found.parts) {
    POSTQ_CHECK(look_up_mentions(account, caller, part, context));
    add_card(account, part, context);
  }
  found.resolved = true;
  return found;
}

// Record keys are times, so the list is in their order; createdAt, which people may set as they like, says when a post
// counts. Reading ends behind the first page on which both are past.
Result<TimelineReading> read_own_posts(const Account& account, const TimelineRequest& request,
                                       PlatformContext& context) {
  Caller caller(account, context);
  POSTQ_TRY(const std::string pds, caller.pds());
  const TimePoint now = context.now();
  const ReadingCursor last(request, now);
  TimePoint since = last.since();
  std::string place = last.place();  // of an earlier reading: what is older is still to be read
  TimelineReading reading;
  reading.complete = {since, now};
  reading.full = true;
  reading.cursor = last.next(since);
  TimePoint oldest = now;
  const auto keys_since = [&] { return since <= request.from ? since - kLongestHold : since; };
  std::set<std::string> seen;
  Call call;
  call.method = "com.atproto.repo.listRecords";
  std::string cursor;
  // What was read is kept, and the next reading goes on from there.
  const auto cut_off = [&] {
    reading.full = false;
    reading.complete.from = std::min(std::max(since, oldest + Seconds{1}), now);
    reading.cursor = last.unfinished(cursor);
    return std::move(reading);
  };
  for (int page = 0; page < kMostTimelinePages; ++page) {
    call.query = "repo=" + escaped(account.remote_id) + "&collection=" + std::string(kPosts) +
                 "&limit=" + std::to_string(kPage) + (cursor.empty() ? "" : "&cursor=" + escaped(cursor));
    const HttpResult answer = caller.read(pds, call);
    if (!answer && page > 0) return cut_off();
    if (!answer) return pass_on(error_of(answer.error()));
    if (answer->status != 200) {
      Error error = not_listed(account, caller.meaning(*answer).error, answer->status);
      const auto limit = answer->status == 429   ? limited_until(*answer, now)
                         : answer->status == 503 ? retry_at(*answer, now)
                                                 : std::nullopt;
      if (!limit && page > 0 && error.kind == ErrorKind::try_later) return cut_off();
      if (!limit) return pass_on(std::move(error));
      TimelineReading limited;
      limited.limited_until = limit;
      limited.error = std::move(error);
      return limited;
    }
    auto list = read_posts(answer->body);
    if (!list) return fail(ErrorKind::try_later, "the list of " + account.name + "'s posts can't be read");
    reading.clock_skew = clock_skew(*answer, now);
    // The same page again, but for what was posted meanwhile: this server knows no cursors.
    const bool again = (!cursor.empty() && list->cursor == cursor) ||
                       (!list->posts.empty() && seen.contains(list->posts.back().ref.uri));
    if (again) {
      reading.full = false;
      reading.complete.from = std::min(std::max(since, oldest + Seconds{1}), now);
      reading.cursor = kUnpagedCursor;
      return reading;
    }
    bool past = list->listed > 0;
    for (const PostRecord& post : list->posts) {
      if (!seen.insert(post.ref.uri).second) continue;
      const auto uri = parse_record_uri(post.ref.uri);
      if (!uri || uri->repo != account.remote_id) continue;
      const auto key = parse_tid(uri->key);
      const auto keyed_at = time_of(key);
      const TimePoint at = std::min(post.created_at.value_or(keyed_at.value_or(now)), now);
      if (at >= request.from) reading.items.push_back(item_of(account, post, key, at));
      past = past && at < since && keyed_at.value_or(now) < keys_since();
      if (keyed_at) oldest = std::min(oldest, *keyed_at);
    }
    if (past && !list->cursor.empty() && !place.empty()) {
      since = request.from;
      cursor = std::exchange(place, {});
      seen.clear();  // what was deleted meanwhile moves the pages
      continue;
    }
    if (past || list->cursor.empty()) {
      // Most accounts' windows fit into the first page: then deletions show at once.
      if (list->cursor.empty() || oldest < request.from - kKeysAreOff) reading.complete.from = request.from;
      reading.full = list->cursor.empty() || oldest < since - kLongestHold;
      return reading;
    }
    cursor = std::move(list->cursor);
  }
  return cut_off();
}

}  // namespace postq::bluesky
