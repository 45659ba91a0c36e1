#include "platforms/bluesky/appview.h"

#include <algorithm>

#include "platforms/bluesky/atproto_syntax.h"
#include "platforms/bluesky/directory.h"
#include "platforms/common/answers.h"
#include "platforms/common/said.h"

namespace postq::bluesky {
namespace {

constexpr int kMostLost = 3;  // requests without an answer, each after half a minute

}  // namespace

Result<std::string> AppView::get(std::string_view method, const std::string& query) {
  if (stopped_) return pass_on(error_);
  Call call;
  call.method = method;
  call.query = query;
  call.answer_limit = kLargestAnswer;
  auto answer = caller_.exchange(call);
  lost_ = answer && !*answer && answer->error().sent == HttpFailure::Sent::maybe_sent;
  if (answer && !*answer) {
    if (!lost_ || ++lost_count_ == kMostLost) stop(error_of(answer->error()));
    return pass_on(error_of(answer->error()));
  }
  if (answer && (*answer)->status == 200) {
    if (!clock_skew_) clock_skew_ = clock_skew(**answer, context_.now());
    return std::move((*answer)->body);
  }
  SendAnswer refused = answer ? caller_.meaning(**answer) : std::move(answer.error());
  // Nothing was sent, so nothing is in doubt.
  if (refused.error.kind == ErrorKind::unknown) {
    refused.error.kind = ErrorKind::try_later;
    refused.error.message = "what people say to " + account_.name + " can't be read: " + refused.error.message;
  }
  if (answer && (*answer)->status == 400 && read_error((*answer)->body).name == "NotFound") {
    refused.error.kind = ErrorKind::not_found;
  }
  if (refused.limited) {
    limited_until_ = refused.try_at;
    stop(refused.error);
  }
  return pass_on(std::move(refused.error));
}

void AppView::stop(const Error& error) {
  stopped_ = true;
  error_ = error;
}

void AppView::explain(ItemsReading& reading) const {
  reading.clock_skew = clock_skew_;
  if (!stopped_) return;
  reading.complete = false;
  reading.limited_until = limited_until_;
  reading.error = error_;
}

std::string uris_query(const std::vector<std::string>& uris, std::size_t from) {
  std::string query;
  for (std::size_t i = from; i < std::min(from + kUrisAtOnce, uris.size()); ++i) {
    query += (query.empty() ? "uris=" : "&uris=") + escaped(uris[i]);
  }
  return query;
}

RemotePost said_of(const Account& account, const PostView& view, TimePoint now) {
  RemotePost said;
  said.remote_id = view.uri;
  said.person = view.person;
  // When it counts: authors may say any time, and the AppView sorts by the earlier one, too.
  const TimePoint indexed = std::min(view.indexed_at.value_or(now), now);
  said.created_at = std::min(view.created_at.value_or(indexed), indexed);
  said.reply_to = view.parent;
  said.conversation = !view.root.empty() ? view.root : !view.parent.empty() ? view.parent : view.uri;
  said.text = view.text;
  for (const auto& [did, handle] : view.mentions) {
    if (did != account.remote_id && did != view.person.id) said.mentions.push_back(handle);
  }
  said.visibility = "public";
  said.language = view.language;
  // By the DID, so that it still leads there when they have renamed themselves.
  const auto uri = parse_record_uri(view.uri);
  if (uri) said.url = "https://bsky.app/profile/" + uri->repo + "/post/" + uri->key;
  return said;
}

}  // namespace postq::bluesky
