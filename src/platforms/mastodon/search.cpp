#include <algorithm>

#include "platforms/common/answers.h"
#include "platforms/common/items_cursor.h"
#include "platforms/common/said.h"
#include "platforms/common/url.h"
#include "platforms/mastodon/http.h"
#include "platforms/mastodon/items.h"
#include "platforms/mastodon/json.h"
#include "platforms/mastodon/said.h"

namespace postq {
namespace {

constexpr std::size_t kPage = 40;  // the most that servers give
constexpr int kMostPages = 5;      // of finds nobody waits for an answer: older ones may be missed
// A search names no place to go on from but a time, and texts of other servers come in late.
constexpr Seconds kOverlap{std::chrono::hours{1}};

// Letters beyond ASCII are taken for those of a word.
bool is_tag(std::string_view words) {
  return words.size() > 1 && words.front() == '#' && std::all_of(words.begin() + 1, words.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                  static_cast<unsigned char>(c) >= 0x80;
         });
}

class Search {
 public:
  Search(const Account& account, const SearchRequest& request, PlatformContext& context)
      : account_(account),
        request_(request),
        context_(context),
        now_(context.now()),
        by_tag_(is_tag(request.words)),
        last_(parse_items_cursor(request.cursor).value_or(ItemsCursor{})) {
    const auto until = parse_rfc3339(last_.until);
    since_ = until ? std::max(request.from, *until - kOverlap) : request.from;
  }

  Result<ItemsReading> find() {
    std::string below;
    for (int page = 0; page < kMostPages; ++page) {
      POSTQ_TRY(auto request, signed_request(account_, "GET", path(page, below), context_));
      request.answer_limit = kLargestAnswer;
      const HttpResult answer = context_.http.exchange(request);
      if (!answer && page == 0) return pass_on(error_of(answer.error()));
      if (!answer) break;
      if (answer->status < 200 || answer->status >= 300) {
        Error error = error_of_answer(account_, request, *answer, scope());
        const auto limit = limited_until(*answer, now_);
        if (!limit && page == 0) return pass_on(std::move(error));
        if (limit) return limited(*limit, std::move(error));
        break;
      }
      if (page == 0) reading_.clock_skew = clock_skew(*answer, now_);
      const auto statuses = read_statuses_of_others(answer->body);
      if (!statuses && page == 0) return fail(ErrorKind::try_later, instance_of(account_) + " gave no list of posts");
      if (!statuses || !take(*statuses) || statuses->back().id == below) break;
      below = statuses->back().id;
    }
    reading_.cursor = ItemsCursor{newest_.empty() ? last_.newest : newest_, format_rfc3339(now_), ""}.text();
    return std::move(reading_);
  }

 private:
  std::string path(int page, const std::string& below) const {
    const std::string limit = "limit=" + std::to_string(kPage);
    if (by_tag_) {
      std::string path = "/api/v1/timelines/tag/" + escape_path(request_.words.substr(1)) + "?" + limit;
      if (is_status_id(last_.newest)) path += "&since_id=" + last_.newest;
      return path + (below.empty() ? "" : "&max_id=" + below);
    }
    const std::string path = "/api/v2/search?type=statuses&" + limit + "&q=" + escape_path(request_.words);
    return page == 0 ? path : path + "&offset=" + std::to_string(static_cast<std::size_t>(page) * kPage);
  }

  std::string scope() const {
    if (server_of(account_).is(MastodonSoftware::pixelfed)) return "read";
    return by_tag_ ? "read:statuses" : "read:search";
  }

  // Whether there may be more of it on the next page.
  bool take(const std::vector<MastodonStatus>& statuses) {
    bool all_wanted = !statuses.empty() && (by_tag_ || statuses.size() >= kPage);
    for (const MastodonStatus& status : statuses) {
      if (newest_.empty()) newest_ = status.id;
      // Those of a tag go on from an id; one that was posted long ago elsewhere may have come in just now.
      const TimePoint begin = by_tag_ ? request_.from : since_;
      const bool wanted = status.created_at.value_or(now_) >= begin;
      all_wanted = all_wanted && wanted;
      const bool public_one = status.visibility == "public" || status.visibility == "unlisted";
      if (!wanted || status.boost || status.author == account_.remote_id || !public_one) continue;
      reading_.items.push_back({ItemKind::heard, said_of(account_, status, now_)});
    }
    return all_wanted;
  }

  ItemsReading limited(TimePoint until, Error error) {
    reading_.cursor = request_.cursor;
    reading_.complete = false;
    reading_.limited_until = until;
    reading_.error = std::move(error);
    return std::move(reading_);
  }

  const Account& account_;
  const SearchRequest& request_;
  PlatformContext& context_;
  const TimePoint now_;
  const bool by_tag_;
  const ItemsCursor last_;
  TimePoint since_{};
  ItemsReading reading_;
  std::string newest_;
};

}  // namespace

std::string mastodon_search_doubt(const Account& account, const std::string& words) {
  if (is_tag(words)) return {};
  const MastodonServer server = server_of(account);
  switch (server.software) {
    case MastodonSoftware::pixelfed:
      return "Pixelfed finds posts by a #tag alone, never by words";
    case MastodonSoftware::gotosocial:
      return "GoToSocial looks for words only in what you wrote and what was said to you; a #tag finds other people";
    case MastodonSoftware::mastodon:
    case MastodonSoftware::glitch:
      return "Mastodon finds words only of people who allow it, and only where the server has a full-text search; a "
             "#tag finds everybody";
    case MastodonSoftware::other:
      break;
  }
  return "nobody here knows whether " + title_of(server) + " finds posts by words; most servers do by a #tag";
}

Result<ItemsReading> search_mastodon(const Account& account, const SearchRequest& request, PlatformContext& context) {
  return Search(account, request, context).find();
}

}  // namespace postq
