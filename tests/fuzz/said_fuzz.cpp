#include <cstdint>
#include <cstdlib>

#include <postq/text/text.h>

#include "base/utf8.h"
#include "platforms/bluesky/views.h"
#include "platforms/common/said.h"
#include "platforms/mastodon/json.h"
#include "platforms/mastodon/said.h"

namespace {

constexpr postq::TimePoint kNow = postq::time_point(1795348800);

// What would be stored: text that SQLite, a terminal's guard and JSON can take.
void check_text(const std::string& text) {
  if (!postq::is_valid_utf8(text) || text.find('\0') != std::string::npos) std::abort();
}

void check(const postq::RemotePost& said) {
  for (const auto& text : {said.remote_id, said.text, said.warning, said.person.id, said.person.handle,
                           said.person.name, said.language, said.url, said.reply_to, said.conversation}) {
    check_text(text);
  }
  if (said.created_at > kNow) std::abort();
  if (!said.url.empty() && !said.url.starts_with("https://") && !said.url.starts_with("http://")) std::abort();
}

void check(const postq::MastodonStatus& status) {
  check(postq::said_of({}, status, kNow));
}

void check(const postq::bluesky::PostView& view) {
  for (const auto& text : {view.uri, view.text, view.language, view.parent, view.root, view.quoted, view.person.id,
                           view.person.handle, view.person.name}) {
    check_text(text);
  }
}

}  // namespace

// Whatever strangers put into a server's answer, it is read without harm, and what is kept of it can be stored.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body{reinterpret_cast<const char*>(data), size};
  check_text(postq::kept_text(body));
  check_text(postq::kept_name(body));

  for (const auto& status : postq::read_statuses_of_others(body).value_or(std::vector<postq::MastodonStatus>{})) {
    check(status);
  }
  for (const auto& one : postq::read_notifications(body).value_or(std::vector<postq::MastodonNotification>{})) {
    if (one.status) check(*one.status);
  }
  const auto context = postq::read_context(body).value_or(postq::MastodonContext{});
  for (const auto& status : context.ancestors) check(status);
  for (const auto& status : context.descendants) check(status);
  postq::read_ignored(body);

  for (const auto& view : postq::bluesky::read_notifications(body).value_or(postq::bluesky::PostViews{}).posts) {
    check(view);
  }
  for (const auto& view : postq::bluesky::read_views(body).value_or(postq::bluesky::PostViews{}).posts) check(view);
  for (const auto& view : postq::bluesky::read_thread(body).value_or(postq::bluesky::ThreadView{}).posts) check(view);
  return 0;
}
