#include "platforms/mastodon/items.h"

#include <algorithm>
#include <map>
#include <set>

#include "platforms/common/answers.h"
#include "platforms/common/items_cursor.h"
#include "platforms/common/said.h"
#include "platforms/mastodon/http.h"
#include "platforms/mastodon/json.h"
#include "platforms/mastodon/said.h"

namespace postq {
namespace {

// A reading stays well below the 300 requests in five minutes that Mastodon allows.
constexpr int kPage = 80;                       // notifications; the most that servers give
constexpr int kSmallPage = 10;                  // when such a page is too large, or too slow
constexpr int kMostPages = 30;                  // 2400 of them
constexpr std::size_t kMostOwnThreads = 40;     // contexts of own posts
constexpr std::size_t kMostConversations = 30;  // contexts of what came in
constexpr std::size_t kMostLookedAt = 40;       // single statuses, in a whole reading
constexpr std::size_t kMostGlancedAt = 5;       // in any other
constexpr std::size_t kMostMuteRequests = 10;
constexpr int kMostLost = 3;            // requests without an answer, each after half a minute
constexpr std::size_t kIdsAtOnce = 20;  // the most that Mastodon takes for statuses, and Pixelfed for relationships

// Whether one id was given out before another: numbers count up, and other kinds of one length sort as text.
bool is_older(const std::string& id, const std::string& than) {
  const auto digits = [](const std::string& text) { return text.find_first_not_of("0123456789") == std::string::npos; };
  if (id.size() == than.size()) return id < than;
  return digits(id) && digits(than) && id.size() < than.size();
}

class Reader {
 public:
  Reader(const Account& account, const ItemsRequest& request, PlatformContext& context)
      : account_(account), request_(request), context_(context), server_(server_of(account)), now_(context.now()) {
    for (const RemotePost& said : request.open) {
      if (!said.conversation.empty()) root_of_[said.remote_id] = said.conversation;
    }
  }

  Result<ItemsReading> read() {
    if (account_.remote_id.empty()) {
      return fail(ErrorKind::sign_in, account_.name + " doesn't know yet who it is",
                  "postq account test " + account_.name);
    }
    POSTQ_CHECK(notifications());
    own_threads();
    look_at_open();
    conversations();
    mutes();
    return finish();
  }

 private:
  // --- asking

  // Once it wants to be left alone, the server is asked nothing more, and what was read is kept.
  Result<HttpAnswer> get(const std::string& path, const std::string& scope) {
    if (stopped_) return pass_on(reading_.error);
    POSTQ_TRY(auto request, signed_request(account_, "GET", path, context_));
    request.answer_limit = kLargestAnswer;
    HttpResult answer = context_.http.exchange(request);
    lost_ = !answer && answer.error().sent == HttpFailure::Sent::maybe_sent;
    if (!answer) {
      if (!lost_ || ++lost_count_ == kMostLost) stop(error_of(answer.error()));
      return pass_on(error_of(answer.error()));
    }
    if (answer->status >= 200 && answer->status < 300) {
      if (!reading_.clock_skew) reading_.clock_skew = clock_skew(*answer, now_);
      return std::move(*answer);
    }
    Error error = error_of_answer(account_, request, *answer, scope);
    if (answer->status == 403 && !scope.empty()) {
      error.message = account_.name + " may not read what people say: " + error.message;
    }
    reading_.limited_until = limited_until(*answer, now_);
    if (answer->status == 429 || reading_.limited_until) stop(error);
    return pass_on(std::move(error));
  }

  void stop(const Error& error) {
    stopped_ = true;
    reading_.error = error;
    reading_.complete = false;
  }

  std::string scope(const char* narrow) const { return server_.is(MastodonSoftware::pixelfed) ? "read" : narrow; }

  // --- notifications

  // What the last reading left over goes first: of that, only the place is known.
  Status notifications() {
    ItemsCursor cursor = parse_items_cursor(request_.cursor).value_or(ItemsCursor{});
    if (!cursor.page.empty()) {
      POSTQ_TRY(const Walked rest, walk(cursor.page, cursor.until));
      cursor.page = rest.left;
      if (cursor.page.empty()) cursor.until.clear();
    }
    if (cursor.page.empty()) {
      // A server that was set back gives ids out again, and would never come to the newest that was seen.
      const std::string until = request_.whole ? "" : cursor.newest;
      POSTQ_TRY(const Walked fresh, walk("", until));
      cursor.page = fresh.left;
      if (!cursor.page.empty()) cursor.until = until;
      if (!fresh.newest.empty()) cursor.newest = fresh.newest;
    }
    reading_.cursor = cursor.text();
    return {};
  }

  struct Walked {
    std::string newest;
    std::string left;  // below which there is more; empty: none, or nothing was read
  };

  // From below an id (empty: from the newest) back to `until` (empty: to where the window begins). An error only when
  // nothing at all was read.
  Result<Walked> walk(std::string below, const std::string& until) {
    Walked walked;
    for (; read_pages_ < kMostPages; ++read_pages_) {
      auto answer = get(notifications_path(below, until), scope("read:notifications"));
      if (!answer && lost_ && page_ != kSmallPage) {
        page_ = kSmallPage;
        answer = get(notifications_path(below, until), scope("read:notifications"));
      }
      const auto page = answer ? read_notifications(answer->body) : std::nullopt;
      if (!page && read_pages_ == 0 && !reading_.limited_until) {
        if (!answer) return pass_on(answer.error());
        return fail(ErrorKind::try_later, instance_of(account_) + " gave no list of notifications");
      }
      if (!page) break;
      const std::string above = below;
      for (const MastodonNotification& one : *page) {
        if (walked.newest.empty() || is_older(walked.newest, one.id)) walked.newest = one.id;
        if (below.empty() || is_older(one.id, below)) below = one.id;
      }
      // No progress: there is nothing, or the server ignores what it is asked for.
      if (below == above || take_page(*page, until) || is_last(*answer)) return walked;
    }
    reading_.complete = false;
    walked.left = below;
    return walked;
  }

  // Mastodon names a next page only where there may be one; who names none at all is asked.
  static bool is_last(const HttpAnswer& answer) {
    const std::string_view link = answer.header("link");
    return !link.empty() && link.find("rel=\"next\"") == std::string_view::npos;
  }

  std::string notifications_path(const std::string& below, const std::string& until) const {
    std::string path = "/api/v1/notifications?limit=" + std::to_string(page_) + "&types%5B%5D=mention";
    if (takes_quote_policy(server_)) path += "&types%5B%5D=quote";
    if (!until.empty()) path += "&since_id=" + until;
    if (!below.empty()) path += "&max_id=" + below;
    return path;
  }

  // Whether the end is reached: some servers take no since_id.
  bool take_page(const std::vector<MastodonNotification>& page, const std::string& until) {
    bool past = false;
    for (const MastodonNotification& one : page) {
      const bool known = !until.empty() && (one.id == until || is_older(one.id, until));
      const bool old = one.created_at && *one.created_at < request_.from;
      past = past || known || old;
      const bool speaks = one.type == "mention" || one.type == "quote";
      if (known || old || !speaks || !one.status || one.status->author == account_.remote_id) continue;
      if (one.status->created_at.value_or(now_) < request_.from) continue;
      ItemKind kind = item_kind_of(account_, *one.status);
      if (one.type == "quote" && kind == ItemKind::mention) kind = ItemKind::quote;
      add(kind, *one.status);
      fresh_.push_back(one.status->id);
    }
    return past;
  }

  // --- conversations

  // Under own posts, answers come that mention nobody. The newest matter most; of those, the oldest go first, since
  // what stands at the top of a thread tells of its later parts as well.
  void own_threads() {
    std::vector<const OwnPost*> wanted;
    for (const OwnPost& post : request_.own) {
      if (wanted.size() == kMostOwnThreads) break;
      const bool some = request_.whole && (post.replies_now > 0 || post.replies > 0);
      if (is_status_id(post.remote_id) && (some || post.replies_now > post.replies)) wanted.push_back(&post);
    }
    for (auto post = wanted.rbegin(); post != wanted.rend(); ++post) {
      const bool within_another = below_read_.contains((*post)->remote_id);
      if (!within_another && !take_context((*post)->remote_id, "")) continue;
      reading_.read.push_back({(*post)->remote_id, (*post)->created_at, (*post)->replies_now, (*post)->replies_now});
    }
  }

  // Where it began, and what was said on the way, for answers that came with a notification.
  void conversations() {
    std::size_t asked = 0;
    for (const std::string& id : fresh_) {
      RemotePost& said = reading_.items[place_of_.at(id)].said;
      if (const auto known = root_of_.find(id); known != root_of_.end()) {
        said.conversation = known->second;
      } else if (!said.reply_to.empty()) {
        if (stopped_ || ++asked > kMostConversations) continue;
        const std::string parent = said.reply_to;
        if (!take_context(id, parent) && !stopped_) root_of_[id] = parent;
        if (root_of_.contains(id)) reading_.items[place_of_.at(id)].said.conversation = root_of_[id];
      }
    }
  }

  // Everything above and below a status. False: it can't be read.
  bool take_context(const std::string& id, const std::string& parent) {
    const auto answer = get("/api/v1/statuses/" + id + "/context", scope("read:statuses"));
    const auto context = answer ? read_context(answer->body) : std::nullopt;
    if (!context) return false;
    const std::string root = top_of(context->ancestors, parent.empty() ? id : parent);
    root_of_[id] = root;
    for (const MastodonStatus& status : context->ancestors) take(status, root);
    for (const MastodonStatus& status : context->descendants) {
      below_read_.insert(status.id);
      take(status, root);
    }
    return true;
  }

  // The one that answers none of the others.
  static std::string top_of(const std::vector<MastodonStatus>& ancestors, const std::string& otherwise) {
    std::set<std::string> ids;
    for (const MastodonStatus& status : ancestors) ids.insert(status.id);
    for (const MastodonStatus& status : ancestors) {
      if (!ids.contains(status.reply_to)) return status.id;
    }
    return otherwise;
  }

  void take(const MastodonStatus& status, const std::string& root) {
    root_of_[status.id] = root;
    const bool own = status.author == account_.remote_id;
    if (own) reading_.reactions.push_back({status.id, status.likes, status.replies, status.boosts});
    const bool answers_us = !own && status.reply_to_account == account_.remote_id;
    const bool wanted = status.created_at.value_or(now_) >= request_.from;
    if (answers_us && wanted) {
      add(ItemKind::reply, status).conversation = root;
    } else {
      RemotePost said = said_of(account_, status, now_);
      said.conversation = root;
      around_.insert_or_assign(status.id, std::move(said));
    }
  }

  // --- what waits

  // A list leaves out what is there but written by somebody who is muted; only the status itself tells that it is gone.
  void look_at_open() {
    std::vector<std::string> ids;
    for (const RemotePost& said : request_.open) {
      if (!place_of_.contains(said.remote_id) && is_status_id(said.remote_id)) ids.push_back(said.remote_id);
    }
    if (!request_.whole && ids.size() > kIdsAtOnce) ids.resize(kIdsAtOnce);
    const std::size_t most = request_.whole ? kMostLookedAt : kMostGlancedAt;
    if (is_mastodon_since(server_, 4, 3) && !look_at_many(ids)) return;
    std::size_t asked = 0;
    for (const std::string& id : ids) {
      if (stopped_ || asked == most) return;
      if (place_of_.contains(id)) continue;
      ++asked;
      const auto answer = get("/api/v1/statuses/" + id, scope("read:statuses"));
      if (!answer && answer.error().kind == ErrorKind::not_found) reading_.gone.push_back(id);
      if (!answer) continue;
      const auto status = read_statuses_of_others("[" + answer->body + "]");
      if (status && !status->empty()) add_open(status->front());
    }
  }

  // False: they can't be read now.
  bool look_at_many(const std::vector<std::string>& ids) {
    for (std::size_t at = 0; at < ids.size() && !stopped_; at += kIdsAtOnce) {
      const std::size_t end = std::min(at + kIdsAtOnce, ids.size());
      const std::vector<std::string> some(ids.begin() + static_cast<std::ptrdiff_t>(at),
                                          ids.begin() + static_cast<std::ptrdiff_t>(end));
      const auto answer = get(path_with_ids("/api/v1/statuses", some), scope("read:statuses"));
      const auto statuses = answer ? read_statuses_of_others(answer->body) : std::nullopt;
      if (!statuses) return false;
      for (const MastodonStatus& status : *statuses) add_open(status);
    }
    return true;
  }

  void add_open(const MastodonStatus& status) {
    RemotePost& said = add(item_kind_of(account_, status), status);
    if (const auto known = root_of_.find(status.id); known != root_of_.end()) said.conversation = known->second;
    // One whose conversation an earlier reading had no time for.
    if (said.conversation.empty()) fresh_.push_back(status.id);
  }

  // People who are muted or blocked; what can't be asked isn't known, and they wait like others.
  void mutes() {
    std::set<std::string> people;
    for (const FoundItem& item : reading_.items) {
      if (!item.said.person.ignored && !item.said.person.id.empty()) people.insert(item.said.person.id);
    }
    std::set<std::string> ignored;
    std::vector<std::string> ids(people.begin(), people.end());
    ids.resize(std::min(ids.size(), kMostMuteRequests * kIdsAtOnce));
    for (std::size_t at = 0; at < ids.size() && !stopped_; at += kIdsAtOnce) {
      const std::size_t end = std::min(at + kIdsAtOnce, ids.size());
      const std::vector<std::string> some(ids.begin() + static_cast<std::ptrdiff_t>(at),
                                          ids.begin() + static_cast<std::ptrdiff_t>(end));
      const auto answer = get(path_with_ids("/api/v1/accounts/relationships", some), scope("read:follows"));
      if (!answer) break;
      for (const std::string& id : read_ignored(answer->body)) ignored.insert(id);
    }
    for (FoundItem& item : reading_.items) {
      item.said.person.ignored = item.said.person.ignored || ignored.contains(item.said.person.id);
    }
  }

  // --- what comes of it

  // Once for each status: who both answers and quotes is answered as one who answers.
  RemotePost& add(ItemKind kind, const MastodonStatus& status) {
    const auto [place, is_new] = place_of_.try_emplace(status.id, reading_.items.size());
    if (is_new) reading_.items.push_back({kind, said_of(account_, status, now_)});
    FoundItem& item = reading_.items[place->second];
    if (kind == ItemKind::reply || item.kind == ItemKind::mention) item.kind = kind;
    return item.said;
  }

  ItemsReading finish() {
    for (auto& [id, said] : around_) {
      if (!place_of_.contains(id)) reading_.around.push_back(std::move(said));
    }
    return std::move(reading_);
  }

  const Account& account_;
  const ItemsRequest& request_;
  PlatformContext& context_;
  const MastodonServer server_;
  const TimePoint now_;
  ItemsReading reading_;
  int page_ = kPage;
  int read_pages_ = 0;
  bool lost_ = false;  // the last request got no answer, though it may have reached the server
  int lost_count_ = 0;
  bool stopped_ = false;                         // the server wants to be left alone
  std::map<std::string, std::size_t> place_of_;  // of a status among the items
  std::map<std::string, RemotePost> around_;     // by id
  std::map<std::string, std::string> root_of_;   // conversations, by status
  std::set<std::string> below_read_;             // part of a context that was read
  std::vector<std::string> fresh_;               // whose conversation may have to be looked up
};

}  // namespace

Result<ItemsReading> read_mastodon_items(const Account& account, const ItemsRequest& request,
                                         PlatformContext& context) {
  return Reader(account, request, context).read();
}

}  // namespace postq
