#include "platforms/mastodon/server.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include <postq/text/text.h>

#include "platforms/common/languages.h"

namespace postq {
namespace {

constexpr std::array<std::string_view, 5> kSoftware{"mastodon", "glitch", "gotosocial", "pixelfed", "other"};
constexpr std::array<std::string_view, 11> kLearned{"software",
                                                    "software_name",
                                                    "version",
                                                    "max_characters",
                                                    "characters_reserved_per_url",
                                                    "max_media_attachments",
                                                    "image_size_limit",
                                                    "image_matrix_limit",
                                                    "video_size_limit",
                                                    "description_limit",
                                                    "supported_mime_types"};
constexpr std::size_t kPixelfedWarning = 140;

// A setting as a number; what it was when it is none or makes no sense.
template <typename Number>
void read_number(const Account& account, const char* name, Number& number) {
  const std::string_view text = account.setting(name);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && value > 0) number = value;
}

bool holds(std::string_view text, std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [&](char a, char b) { return lower(a) == b; }) != text.end();
}

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\n") == std::string::npos;
}

class Finder {
 public:
  Finder(const Account& account, const Content& content, std::vector<Problem>& problems)
      : account_(account), content_(content), problems_(problems), server_(server_of(account)) {}

  void find() {
    for (std::size_t i = 0; i < content_.parts.size(); ++i) media(i);
    if (server_.is(MastodonSoftware::pixelfed)) pixelfed();
    if (server_.is(MastodonSoftware::other)) other();
    if (!content_.replies.empty() && !server_.is(MastodonSoftware::gotosocial)) {
      add("replies", 0, "anybody may reply: " + instance_title() + " can't be told otherwise",
          "postq edit ID --replies everybody")
          .fatal = false;
    }
    if (languages_of(content_.language).size() > 1 && !server_.is(MastodonSoftware::pixelfed)) {
      add("language", 0, "only its first language is told: " + instance_title() + " knows one for a post",
          "postq edit ID --lang " + main_language(content_.language))
          .fatal = false;
    }
    if (!content_.quotes.empty() && !takes_quote_policy(server_)) {
      add("quotes", 0, "anybody may quote it: " + instance_title() + " can't be told otherwise",
          "postq edit ID --quotes everybody")
          .fatal = false;
    }
    std::stable_partition(problems_.begin(), problems_.end(), [](const Problem& problem) { return problem.fatal; });
  }

 private:
  Problem& add(std::string kind, std::size_t part, const std::string& message, std::string remedy) {
    Problem problem;
    problem.kind = std::move(kind);
    problem.part = static_cast<int>(part) + 1;
    problem.message = (content_.parts.size() > 1 ? "part " + std::to_string(problem.part) + ": " : "") + message;
    problem.remedy = std::move(remedy);
    return problems_.emplace_back(std::move(problem));
  }

  void media(std::size_t part) {
    const std::vector<Media>& all = content_.parts[part].media;
    std::set<Digest> seen;
    bool film = false;
    for (const Media& one : all) {
      film = film || !one.mime.starts_with("image/");
      if (!seen.insert(one.digest).second) {
        add("repeated-media", part, one.name + " is attached twice", "postq edit ID");
      }
    }
    if (film && all.size() > 1 && !server_.is(MastodonSoftware::gotosocial)) {
      add("mixed-media", part, "a film goes alone: " + std::to_string(all.size()) + " media", "postq edit ID");
    }
  }

  std::string instance_title() const {
    return title_of(server_) + (server_.version.empty() ? "" : " " + server_.version);
  }

  // What servers do with what they don't know is theirs to say, and these were never looked at.
  void other() {
    if (!content_.visibility.empty() && content_.visibility != "public") {
      add("unsure", 0,
          "whether it keeps to \"" + content_.visibility + "\" nobody here knows: " + instance_title() +
              " is no software that postq was tried with",
          "postq edit ID --visibility public")
          .fatal = false;
    }
    if (!content_.warning.empty()) {
      add("unsure", 0,
          "whether it hides the text behind the warning nobody here knows: " + instance_title() +
              " is no software that postq was tried with",
          "postq edit ID")
          .fatal = false;
    }
  }

  void pixelfed() {
    // Answers may be text alone there, and the later parts of a thread are answers.
    std::vector<std::size_t> blank;
    std::erase_if(problems_, [&](const Problem& problem) {
      const auto part = static_cast<std::size_t>(problem.part) - 1;
      if (problem.kind != "needs-media" || (part == 0 && content_.reply_to.empty())) return false;
      if (is_blank(content_.parts[part].text)) blank.push_back(part);
      return true;
    });
    for (const std::size_t part : blank) add("empty", part, "neither text nor media", "postq edit ID");
    if (content_.visibility == "direct") {
      add("visibility", 0, "Pixelfed has no direct posts", "postq edit ID --visibility private");
    }
    if (const std::size_t length = count_code_points(content_.warning); length > kPixelfedWarning) {
      Problem& problem =
          add("warning-too-long", 0,
              "the warning is too long: " + std::to_string(length) + " of " + std::to_string(kPixelfedWarning),
              "postq edit ID --cw TEXT");
      problem.count = length;
      problem.limit = kPixelfedWarning;
    }
    for (std::size_t part = 0; part < content_.parts.size(); ++part) {
      if (content_.parts[part].text.find('<') == std::string::npos) continue;
      add("cut-text", part, "Pixelfed may drop what stands behind a <", "postq edit ID").fatal = false;
    }
  }

  const Account& account_;
  const Content& content_;
  std::vector<Problem>& problems_;
  const MastodonServer server_;
};

}  // namespace

MastodonServer server_of(const Account& account) {
  MastodonServer server;
  const auto known = std::find(kSoftware.begin(), kSoftware.end(), account.setting("software"));
  if (known != kSoftware.end()) server.software = static_cast<MastodonSoftware>(known - kSoftware.begin());
  server.version = account.setting("version");
  server.name = account.setting("software_name");
  read_number(account, "max_characters", server.text);
  read_number(account, "characters_reserved_per_url", server.url);
  read_number(account, "max_media_attachments", server.media);
  read_number(account, "description_limit", server.alt);
  read_number(account, "image_size_limit", server.image_bytes);
  read_number(account, "image_matrix_limit", server.image_pixels);
  read_number(account, "video_size_limit", server.video_bytes);
  std::string_view types = account.setting("supported_mime_types");
  while (!types.empty()) {
    const std::size_t space = std::min(types.find(' '), types.size());
    server.mime.emplace_back(types.substr(0, space));
    types.remove_prefix(std::min(space + 1, types.size()));
  }
  return server;
}

Settings settings_of(const MastodonServer& server) {
  std::string types;
  for (const std::string& mime : server.mime) types += (types.empty() ? "" : " ") + mime;
  return {{"software", std::string(kSoftware.at(static_cast<std::size_t>(server.software)))},
          {"software_name", server.is(MastodonSoftware::other) ? server.name : std::string()},
          {"version", server.version},
          {"max_characters", std::to_string(server.text)},
          {"characters_reserved_per_url", std::to_string(server.url)},
          {"max_media_attachments", std::to_string(server.media)},
          {"description_limit", std::to_string(server.alt)},
          {"image_size_limit", std::to_string(server.image_bytes)},
          {"image_matrix_limit", std::to_string(server.image_pixels)},
          {"video_size_limit", std::to_string(server.video_bytes)},
          {"supported_mime_types", types}};
}

Account without_server_settings(Account account) {
  for (const std::string_view name : kLearned) account.settings.erase(std::string(name));
  return account;
}

MastodonSoftware software_of(std::string_view name, std::string_view version, std::string_view source_url) {
  const bool glitch = holds(version, "glitch") || holds(source_url, "glitch");
  if (!name.empty()) {
    if (name == "pixelfed") return MastodonSoftware::pixelfed;
    if (name == "gotosocial") return MastodonSoftware::gotosocial;
    if (name == "mastodon") return glitch ? MastodonSoftware::glitch : MastodonSoftware::mastodon;
    return MastodonSoftware::other;
  }
  if (holds(version, "pixelfed")) return MastodonSoftware::pixelfed;
  if (holds(version, "gotosocial") || holds(source_url, "gotosocial")) return MastodonSoftware::gotosocial;
  if (glitch) return MastodonSoftware::glitch;
  const bool says_so = source_url.ends_with("/mastodon/mastodon") && !holds(version, "compatible");
  return says_so ? MastodonSoftware::mastodon : MastodonSoftware::other;
}

std::string title_of(const MastodonServer& server) {
  switch (server.software) {
    case MastodonSoftware::mastodon:
      return "Mastodon";
    case MastodonSoftware::glitch:
      return "Mastodon (glitch)";
    case MastodonSoftware::gotosocial:
      return "GoToSocial";
    case MastodonSoftware::pixelfed:
      return "Pixelfed";
    case MastodonSoftware::other:
      break;
  }
  return server.name.empty() ? "a server that speaks Mastodon's API" : server.name;
}

Limits limits_of(const MastodonServer& server) {
  Limits limits;
  limits.text = server.text;
  const bool plain = server.is(MastodonSoftware::gotosocial) || server.is(MastodonSoftware::pixelfed);
  limits.unit = plain ? TextUnit::code_points : TextUnit::graphemes;
  limits.media = server.media;
  limits.alt = server.alt;
  limits.alt_unit = TextUnit::code_points;  // Ruby's, Go's runes and PHP's mb_strlen alike
  if (server.is(MastodonSoftware::mastodon) || server.is(MastodonSoftware::glitch)) {
    limits.stills = {"image/webp"};  // mastodon/mastodon#36514; a GIF becomes a film
  }
  limits.image_bytes = server.image_bytes;
  limits.image_pixels = server.image_pixels;
  limits.video_bytes = server.video_bytes;
  limits.mime = server.mime;
  limits.needs_media = server.is(MastodonSoftware::pixelfed);
  return limits;
}

bool is_mastodon_since(const MastodonServer& server, int wanted_major, int wanted_minor) {
  if (!server.is(MastodonSoftware::mastodon) && !server.is(MastodonSoftware::glitch)) return false;
  int major = 0;
  int minor = 0;
  const char* const end = server.version.data() + server.version.size();
  const auto [dot, error] = std::from_chars(server.version.data(), end, major);
  if (error != std::errc{} || dot == end || *dot != '.') return false;
  if (std::from_chars(dot + 1, end, minor).ec != std::errc{}) return false;
  return major > wanted_major || (major == wanted_major && minor >= wanted_minor);
}

bool takes_quote_policy(const MastodonServer& server) {
  return is_mastodon_since(server, 4, 5);
}

void add_server_problems(const Account& account, const Content& content, std::vector<Problem>& problems) {
  Finder(account, content, problems).find();
}

}  // namespace postq
