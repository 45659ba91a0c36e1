#include "platforms/mastodon/said.h"

#include <algorithm>
#include <utility>

#include "platforms/common/said.h"
#include "platforms/mastodon/http.h"

namespace postq {

RemotePost said_of(const Account& account, const MastodonStatus& status, TimePoint now) {
  RemotePost said;
  said.remote_id = status.id;
  said.person.id = status.author;
  // People of the account's own instance are told without it.
  const bool here = status.author_handle.find('@') == std::string::npos;
  said.person.handle = "@" + status.author_handle + (here ? "@" + instance_of(account) : "");
  said.person.name = status.author_name;
  said.person.ignored = status.bot;
  said.created_at = std::min(status.created_at.value_or(now), now);
  said.reply_to = status.reply_to;
  if (said.reply_to.empty()) said.conversation = status.id;
  said.text = kept_text(status.shown);
  for (const auto& [id, acct] : status.mentions) {
    const bool elsewhere = acct.find('@') != std::string::npos;
    auto handle = "@" + acct + (elsewhere ? "" : "@" + instance_of(account));
    if (id == account.remote_id || id == status.author || handle == account.remote_name) continue;
    said.mentions.push_back(std::move(handle));
  }
  said.warning = kept_text(status.warning);
  said.visibility = kept_name(status.visibility);
  said.language = status.language;
  said.url = status.url;
  return said;
}

ItemKind item_kind_of(const Account& account, const MastodonStatus& status) {
  if (status.reply_to_account == account.remote_id) return ItemKind::reply;
  return status.quote && status.quoted_author == account.remote_id ? ItemKind::quote : ItemKind::mention;
}

std::string path_with_ids(std::string path, const std::vector<std::string>& ids) {
  char mark = '?';
  for (const std::string& id : ids) {
    path += mark + std::string("id%5B%5D=") + id;
    mark = '&';
  }
  return path;
}

}  // namespace postq
