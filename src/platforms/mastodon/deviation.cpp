#include "platforms/mastodon/deviation.h"

#include <algorithm>
#include <array>

#include <postq/text/text.h>

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

}  // namespace

Deviation deviation_of(const MastodonPost& asked, const MastodonStatus& got) {
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
  return {};
}

}  // namespace postq
