#include "platforms/bluesky/items.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "platforms/bluesky/appview.h"
#include "platforms/bluesky/directory.h"
#include "platforms/common/items_cursor.h"

namespace postq::bluesky {
namespace {

constexpr int kItemPage = 100;  // notifications; the most that there are at once
constexpr int kSmallPage = 10;  // when such a page is too large, or too slow
constexpr int kMostItemPages = 30;
constexpr std::size_t kMostThreads = 40;   // below own posts
constexpr std::size_t kMostLookedAt = 40;  // single posts, in a whole reading
constexpr std::size_t kMostGlancedAt = 5;  // in any other
constexpr std::size_t kMostAround = 100;   // posts that were answered
constexpr int kDepth = 10;                 // of a thread; what answers us further down comes as a notification
// Notifications are sorted by what their authors say, and some are indexed late.
constexpr Seconds kOverlap{std::chrono::minutes{10}};

std::optional<TimePoint> time_of_mark(const std::string& mark) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(mark.data(), mark.data() + mark.size(), seconds);
  if (error != std::errc{} || mark.empty() || end != mark.data() + mark.size()) return std::nullopt;
  return time_point(seconds);
}

class Reader {
 public:
  Reader(const Account& account, const ItemsRequest& request, PlatformContext& context)
      : account_(account), request_(request), appview_(account, context), now_(context.now()) {}

  Result<ItemsReading> read() {
    POSTQ_CHECK(notifications());
    own_posts();
    look_at_open();
    look_around();
    for (auto& [uri, said] : around_) {
      if (!place_of_.contains(uri)) reading_.around.push_back(std::move(said));
    }
    appview_.explain(reading_);
    return std::move(reading_);
  }

 private:
  // --- notifications

  // What the last reading left over goes first: of that, only the place is known.
  Status notifications() {
    ItemsCursor cursor = parse_items_cursor(request_.cursor).value_or(ItemsCursor{});
    known_until_ = time_of_mark(cursor.newest);
    if (!cursor.page.empty()) {
      POSTQ_TRY(cursor.page, walk(cursor.page, cursor.until));
      if (cursor.page.empty()) cursor.until.clear();
    }
    if (cursor.page.empty()) {
      // Now and then, what was indexed late is looked for as well.
      const std::string before = request_.whole ? "" : cursor.newest;
      POSTQ_TRY(cursor.page, walk("", before));
      if (!cursor.page.empty()) cursor.until = before;
      if (newest_ && (!known_until_ || *newest_ > *known_until_))
        cursor.newest = std::to_string(unix_seconds(*newest_));
    }
    reading_.cursor = cursor.text();
    return {};
  }

  // From a page on (empty: from the newest) back to a mark (empty: to where the window begins); the page on which there
  // is more. An error only when nothing at all was read.
  Result<std::string> walk(std::string page, const std::string& until) {
    const auto mark = time_of_mark(until);
    const TimePoint begin = mark ? std::max(*mark - kOverlap, request_.from) : request_.from;
    const bool from_newest = page.empty();
    std::set<std::string> ends;  // the last one of each page: a server that knows no cursors gives one again
    for (; read_pages_ < kMostItemPages; ++read_pages_) {
      auto body = list_notifications(page);
      if (!body && appview_.lost() && page_ != kSmallPage) {
        page_ = kSmallPage;
        body = list_notifications(page);
      }
      const auto list = body ? read_notifications(*body) : std::nullopt;
      if (!list && read_pages_ == 0 && !appview_.limited()) {
        if (!body) return pass_on(body.error());
        return fail(ErrorKind::try_later, "the notifications of " + account_.name + " can't be read");
      }
      if (!list) break;
      const bool again = !list->posts.empty() && !ends.insert(list->posts.back().uri + list->reasons.back()).second;
      const bool past = take_page(*list, begin, from_newest);
      if (past || again || list->cursor.empty() || list->cursor == page) return std::string{};
      page = list->cursor;
    }
    reading_.complete = false;
    return page;
  }

  Result<std::string> list_notifications(const std::string& page) {
    return appview_.get("app.bsky.notification.listNotifications",
                        "reasons=mention&reasons=reply&reasons=quote&limit=" + std::to_string(page_) +
                            (page.empty() ? "" : "&cursor=" + escaped(page)));
  }

  // Whether the end is reached.
  bool take_page(const PostViews& list, TimePoint begin, bool from_newest) {
    bool past = false;
    for (std::size_t i = 0; i < list.posts.size(); ++i) {
      const PostView& view = list.posts[i];
      const TimePoint at = std::min(view.indexed_at.value_or(now_), now_);
      past = past || at < begin;
      if (at < begin) continue;
      if (from_newest && (!newest_ || at > *newest_)) newest_ = at;
      const std::string& reason = list.reasons[i];
      if (view.person.id == account_.remote_id || said_of(account_, view, now_).created_at < request_.from) continue;
      // Everybody above an answer is told of it; only who is answered is meant.
      if (reason == "reply" && author_of(view.parent) != account_.remote_id) {
        keep_around(view);
      } else if (reason == "mention" || reason == "reply" || reason == "quote") {
        add(view);
        if (!known_until_ || at > *known_until_) fresh_.push_back(view.uri);
      }
    }
    return past;
  }

  // --- own posts

  // What readers did with them, and what was said below them.
  void own_posts() {
    std::map<std::string, PostView> views;
    std::vector<std::string> uris;
    for (const OwnPost& post : request_.own) {
      if (!author_of(post.remote_id).empty()) uris.push_back(post.remote_id);
    }
    if (!request_.whole && uris.size() > kUrisAtOnce) uris.resize(kUrisAtOnce);
    for (PostView& view : get_posts(uris)) {
      reading_.reactions.push_back({view.uri, view.likes, view.replies, view.reposts});
      views.insert_or_assign(view.uri, std::move(view));
    }
    std::vector<const OwnPost*> wanted;
    for (const OwnPost& post : request_.own) {
      const auto view = views.find(post.remote_id);
      if (view == views.end() || wanted.size() == kMostThreads) continue;
      const bool some = request_.whole && view->second.replies > 0;
      if (some || view->second.replies > post.replies) wanted.push_back(&post);
    }
    // The oldest first: what stands at the top of a thread tells of its later parts as well.
    for (auto post = wanted.rbegin(); post != wanted.rend(); ++post) {
      const std::string& uri = (*post)->remote_id;
      if (!seen_.contains(uri) && !take_thread(uri)) continue;
      const std::int64_t replies = views.at(uri).replies;
      reading_.read.push_back({uri, (*post)->created_at, replies, replies});
    }
  }

  bool take_thread(const std::string& uri) {
    const auto thread = get_thread(uri, kDepth);
    if (!thread) return false;
    for (const PostView& view : thread->posts) {
      seen_.insert(view.uri);
      const bool own = view.person.id == account_.remote_id;
      if (own && view.uri != uri) reading_.reactions.push_back({view.uri, view.likes, view.replies, view.reposts});
      const bool answers_us = !own && author_of(view.parent) == account_.remote_id;
      if (answers_us && said_of(account_, view, now_).created_at >= request_.from) {
        add(view);
      } else {
        keep_around(view);
      }
    }
    return true;
  }

  // --- what waits

  // A list leaves out posts of people who are blocked; the post itself tells whether it is gone.
  void look_at_open() {
    std::vector<std::string> uris;
    for (const RemotePost& said : request_.open) {
      const bool is_post = !author_of(said.remote_id).empty();
      if (is_post && !place_of_.contains(said.remote_id)) uris.push_back(said.remote_id);
    }
    if (!request_.whole && uris.size() > kUrisAtOnce) uris.resize(kUrisAtOnce);
    const std::size_t most = request_.whole ? kMostLookedAt : kMostGlancedAt;
    bool read = true;
    for (const PostView& view : get_posts(uris, &read)) add(view);
    if (!read) return;
    std::size_t asked = 0;
    for (const RemotePost& said : request_.open) {
      const bool left_out = std::find(uris.begin(), uris.end(), said.remote_id) != uris.end();
      if (!left_out || place_of_.contains(said.remote_id)) continue;
      if (appview_.stopped() || asked++ == most) return;
      look_at(said);
    }
  }

  void look_at(const RemotePost& said) {
    bool not_found = false;
    const auto thread = get_thread(said.remote_id, 0, &not_found);
    if (not_found || (thread && thread->posts.empty() && !thread->hidden)) reading_.gone.push_back(said.remote_id);
    if (!thread) return;
    for (const PostView& view : thread->posts) add(view);
    if (!thread->hidden) return;
    const bool answers_us = author_of(said.reply_to) == account_.remote_id;
    reading_.items.push_back({answers_us ? ItemKind::reply : ItemKind::mention, said});
    reading_.items.back().said.person.ignored = true;
  }

  // What was answered, and what began it.
  void look_around() {
    std::set<std::string> wanted;
    for (const std::string& uri : fresh_) {
      const RemotePost& said = reading_.items[place_of_.at(uri)].said;
      for (const std::string& above : {said.reply_to, said.conversation}) {
        const bool known = above.empty() || place_of_.contains(above) || around_.contains(above) || is_own(above);
        if (!known && wanted.size() < kMostAround) wanted.insert(above);
      }
    }
    for (const PostView& view : get_posts({wanted.begin(), wanted.end()})) keep_around(view);
  }

  bool is_own(const std::string& uri) const {
    return std::any_of(request_.own.begin(), request_.own.end(),
                       [&](const OwnPost& post) { return post.remote_id == uri; });
  }

  // --- asking

  // Those that can be had; `read` false: not all could be asked for.
  std::vector<PostView> get_posts(const std::vector<std::string>& uris, bool* read = nullptr) {
    std::vector<PostView> views;
    for (std::size_t from = 0; from < uris.size(); from += kUrisAtOnce) {
      const auto body = appview_.get("app.bsky.feed.getPosts", uris_query(uris, from));
      auto some = body ? read_views(*body) : std::nullopt;
      if (read != nullptr) *read = some.has_value();
      if (!some) break;
      std::move(some->posts.begin(), some->posts.end(), std::back_inserter(views));
    }
    return views;
  }

  std::optional<ThreadView> get_thread(const std::string& uri, int depth, bool* not_found = nullptr) {
    const auto body = appview_.get("app.bsky.feed.getPostThread",
                                   "uri=" + escaped(uri) + "&depth=" + std::to_string(depth) + "&parentHeight=0");
    if (!body && not_found != nullptr) *not_found = body.error().kind == ErrorKind::not_found;
    return body ? read_thread(*body) : std::nullopt;
  }

  // --- what comes of it

  // Once for each post, whatever the reason: who both answers and quotes is answered as one who answers.
  void add(const PostView& view) {
    ItemKind kind = ItemKind::mention;
    if (author_of(view.quoted) == account_.remote_id) kind = ItemKind::quote;
    if (author_of(view.parent) == account_.remote_id) kind = ItemKind::reply;
    const bool is_new = place_of_.try_emplace(view.uri, reading_.items.size()).second;
    if (is_new) reading_.items.push_back({kind, said_of(account_, view, now_)});
  }

  void keep_around(const PostView& view) { around_.insert_or_assign(view.uri, said_of(account_, view, now_)); }

  const Account& account_;
  const ItemsRequest& request_;
  AppView appview_;
  const TimePoint now_;
  ItemsReading reading_;
  int page_ = kItemPage;
  int read_pages_ = 0;
  std::optional<TimePoint> newest_{};            // among what was read
  std::optional<TimePoint> known_until_{};       // what is newer is fresh
  std::map<std::string, std::size_t> place_of_;  // of a post among the items
  std::map<std::string, RemotePost> around_;
  std::set<std::string> seen_;      // in threads that were read
  std::vector<std::string> fresh_;  // what they answer is looked up
};

}  // namespace

Result<ItemsReading> read_items(const Account& account, const ItemsRequest& request, PlatformContext& context) {
  return Reader(account, request, context).read();
}

}  // namespace postq::bluesky
