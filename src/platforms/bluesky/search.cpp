#include <algorithm>

#include "platforms/bluesky/appview.h"
#include "platforms/bluesky/directory.h"
#include "platforms/bluesky/items.h"

namespace postq::bluesky {
namespace {

constexpr int kMostSearchPages = 5;  // of 100 posts; nobody waits for an answer to a find: older ones may be missed
constexpr Seconds kOverlap{std::chrono::hours{1}};  // posts are indexed late now and then

}  // namespace

// The cursor is the time of the last search that found its end.
Result<ItemsReading> search_posts(const Account& account, const SearchRequest& request, PlatformContext& context) {
  const TimePoint now = context.now();
  const auto last = parse_rfc3339(request.cursor);
  const TimePoint since = last ? std::max(request.from, *last - kOverlap) : request.from;
  AppView appview(account, context);
  ItemsReading reading;
  reading.cursor = format_rfc3339(now);
  std::string page;
  for (int pages = 0; pages < kMostSearchPages; ++pages) {
    const auto body =
        appview.get("app.bsky.feed.searchPosts", "q=" + escaped(request.words) +
                                                     "&sort=latest&limit=100&since=" + escaped(format_rfc3339(since)) +
                                                     (page.empty() ? "" : "&cursor=" + escaped(page)));
    const auto list = body ? read_views(*body) : std::nullopt;
    if (!list && pages == 0 && !appview.limited()) {
      if (!body) return pass_on(body.error());
      return fail(ErrorKind::try_later, "what was found for " + account.name + " can't be read");
    }
    if (!list) {
      reading.cursor = request.cursor;
      break;
    }
    for (const PostView& view : list->posts) {
      RemotePost said = said_of(account, view, now);
      if (view.person.id == account.remote_id || said.created_at < since) continue;
      reading.items.push_back({ItemKind::heard, std::move(said)});
    }
    if (list->cursor.empty() || list->cursor == page) break;
    page = list->cursor;
  }
  appview.explain(reading);
  return reading;
}

}  // namespace postq::bluesky
