#include "platforms/mastodon/deviation.h"

#include <algorithm>
#include <array>

#include <postq/text/text.h>

#include "platforms/mastodon/http.h"
#include "platforms/mastodon/server.h"
#include "platforms/mastodon/text.h"

namespace postq {
namespace {

constexpr std::size_t kQuoted = 60;  // columns of a warning

// From those that fewest people see. mutuals_only is GoToSocial's, limited and list are Pleroma's and Akkoma's.
constexpr std::array<std::string_view, 8> kFewestFirst{"direct",  "list",  "limited",  "mutuals_only",
                                                       "private", "local", "unlisted", "public"};

std::string_view meaning(std::string_view visibility) {
  if (visibility == "public") return "public, for everybody";
  if (visibility == "unlisted") return "unlisted, for everybody who finds it";
  if (visibility == "private") return "private, for your followers";
  if (visibility == "direct") return "direct, for those it mentions";
  return visibility;
}

std::size_t reach_of(std::string_view visibility) {
  return static_cast<std::size_t>(std::find(kFewestFirst.begin(), kFewestFirst.end(), visibility) -
                                  kFewestFirst.begin());
}

std::string main_tag(const std::string& language) {
  return language.substr(0, language.find('-'));
}

// Whom the text names, and the server doesn't. Mastodon looks for them before it answers (ProcessMentionsService);
// others do that later, so that an answer without them tells nothing.
std::vector<std::string> named_for_nothing(const Account& account, const MastodonPost& asked,
                                           const MastodonStatus& got) {
  std::vector<std::string> names;
  const MastodonServer server = server_of(account);
  const bool tells = server.is(MastodonSoftware::mastodon) || server.is(MastodonSoftware::glitch);
  if (!tells || !got.tells_mentions) return names;
  const std::string host = instance_of(account);
  for (std::string& name : names_in(asked.text)) {
    const bool known = std::any_of(got.mentions.begin(), got.mentions.end(),
                                   [&](const auto& mention) { return mentions("@" + name, mention.second, host); });
    const bool oneself = !got.author_acct.empty() && mentions("@" + name, got.author_acct, host);
    if (!known && !oneself) names.push_back("@" + std::move(name));
  }
  return names;
}

}  // namespace

Deviation deviation_of(const Account& account, const MastodonPost& asked, const MastodonStatus& got) {
  if (!asked.visibility.empty() && !got.visibility.empty() && asked.visibility != got.visibility) {
    // A word that nobody here knows may mean anything.
    const bool wider = reach_of(got.visibility) > reach_of(asked.visibility);
    return {"as " + std::string(meaning(visible_line(got.visibility))) + ", and was approved as " +
                std::string(meaning(asked.visibility)),
            wider};
  }
  if (!asked.warning.empty() && got.warning.empty()) {
    return {"without its warning \"" + shorten(visible_line(asked.warning), kQuoted) + "\"", true};
  }
  if (!asked.reply_to.empty() && got.reply_to.empty()) return {"as a post of its own, and was approved as an answer"};
  if (got.media.size() < asked.media.size()) {
    return {"with " + std::to_string(got.media.size()) + " of its " + std::to_string(asked.media.size()) + " media"};
  }
  if (!asked.language.empty() && !got.language.empty() && main_tag(asked.language) != main_tag(got.language)) {
    return {"in the language " + visible_line(got.language) + ", and was approved in " + asked.language};
  }
  const auto nobody = named_for_nothing(account, asked, got);
  if (nobody.empty()) return {};
  std::string words = "without telling " + visible_line(nobody.front());
  for (std::size_t i = 1; i < nobody.size(); ++i) words += ", " + visible_line(nobody[i]);
  return {words + ": " + instance_of(account) +
          (nobody.size() == 1 ? " knows no such account" : " knows no such accounts")};
}

}  // namespace postq
