#include "platforms/mastodon/retract.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "platforms/common/answers.h"
#include "platforms/common/retraction.h"
#include "platforms/common/url.h"
#include "platforms/mastodon/http.h"
#include "platforms/mastodon/json.h"
#include "platforms/mastodon/timeline.h"

namespace postq {
namespace {

// GoToSocial says yes and deletes a moment later.
constexpr int kLooks = 3;
constexpr std::chrono::milliseconds kBetweenLooks{200};
constexpr Seconds kClocksDiffer{std::chrono::minutes{5}};

bool is_yes(const HttpResult& answer) {
  return answer && answer->status >= 200 && answer->status < 300;
}

// Whether the list of the account's own posts holds it; an error when it can't be read, or not so far back.
Result<bool> is_listed(const Account& account, const std::string& id, TimePoint at, PlatformContext& context) {
  const TimePoint from = at - kClocksDiffer;
  POSTQ_TRY(const auto reading, read_mastodon_timeline(account, {from, ""}, context));
  if (reading.limited_until) return pass_on(reading.error);
  const bool listed = std::any_of(reading.items.begin(), reading.items.end(),
                                  [&id](const TimelineItem& item) { return item.remote_id == id; });
  if (!listed && reading.complete.from > from) {
    return fail(ErrorKind::try_later, instance_of(account) + " lists its posts only since a later one");
  }
  return listed;
}

AfterDeletion look_for(const Account& account, const std::string& id, const Receipt& receipt,
                       PlatformContext& context) {
  const auto request = signed_request(account, "GET", "/api/v1/statuses/" + id, context);
  if (!request) return AfterDeletion::unknown;
  const HttpResult post = context.http.exchange(*request);
  const auto shown = is_yes(post) ? read_status(post->body) : std::nullopt;
  if (shown && shown->id == id) return AfterDeletion::there;
  const auto listed = is_listed(account, id, receipt.sent_at, context);
  if (listed && *listed) return AfterDeletion::there;
  // A list that leaves out what few may see proves nothing alone.
  const bool not_found = post && (post->status == 404 || post->status == 410);
  return listed && not_found ? AfterDeletion::gone : AfterDeletion::unknown;
}

}  // namespace

Status delete_mastodon_post(const Account& account, const std::string& id, const Receipt& receipt,
                            PlatformContext& context) {
  POSTQ_TRY(const auto request, signed_request(account, "DELETE", "/api/v1/statuses/" + id, context));
  const HttpResult answer = context.http.exchange(request);
  std::optional<Error> said;
  if (!answer) {
    said = error_of(answer.error());
  } else if (!is_yes(answer)) {
    said = error_of_answer(account, request, *answer, "write:statuses");
  }
  auto state = look_for(account, id, receipt, context);
  for (int look = 1; look < kLooks && state == AfterDeletion::there && is_yes(answer); ++look) {
    std::this_thread::sleep_for(kBetweenLooks);
    state = look_for(account, id, receipt, context);
  }
  return retraction(state, said, instance_of(account), receipt);
}

std::string id_in_own_address(const Account& account, const std::string& url) {
  const auto parsed = parse_web_url(url, "url");
  if (!parsed || parsed->place() != instance_of(account)) return {};
  std::string id = parsed->path.substr(parsed->path.rfind('/') + 1);
  return is_status_id(id) ? id : std::string{};
}

}  // namespace postq
