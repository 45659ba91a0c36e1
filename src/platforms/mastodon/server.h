#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <postq/ports/platform.h>

namespace postq {

// What speaks Mastodon's API, as far as it makes a difference to us.
enum class MastodonSoftware : std::uint8_t {
  mastodon,
  glitch,  // a fork of Mastodon in which accounts may write Markdown by default
  gotosocial,
  pixelfed,
  other,
};

// An instance as it described itself when the account was last tested. Kept in the account's settings, so that limits
// and counting need no network; before the first test these are Mastodon's own numbers.
struct MastodonServer {
  MastodonSoftware software = MastodonSoftware::mastodon;
  std::string version;
  std::string name;        // as nodeinfo says it; kept of `other` alone
  std::string source_url;  // of its code, as it says; not kept
  std::size_t text = 500;
  std::size_t url = 23;  // what a link counts
  std::size_t media = 4;
  std::size_t alt = 1500;
  std::int64_t image_bytes = 0;
  std::int64_t image_pixels = 0;
  std::int64_t video_bytes = 0;
  std::vector<std::string> mime;

  bool is(MastodonSoftware one) const { return software == one; }
};

MastodonServer server_of(const Account& account);
Settings settings_of(const MastodonServer& server);

// The account without the settings that its instance told: those that a person typed.
Account without_server_settings(Account account);

// What an instance says that it runs. `name` is nodeinfo's, and decides wherever there is one; without it the words in
// its version, as in "3.5.3 (compatible; Pixelfed 0.11.13)", and the address of its source, where it says one. What
// neither tells is `other`: no number is anybody's alone.
MastodonSoftware software_of(std::string_view name, std::string_view version, std::string_view source_url);

// "Mastodon"; of others the name they give themselves.
std::string title_of(const MastodonServer& server);

Limits limits_of(const MastodonServer& server);

// Whether it is Mastodon itself, or the fork, of at least that version.
bool is_mastodon_since(const MastodonServer& server, int major, int minor);

// Whether it knows quotes, and can be told that nobody may quote a post: Mastodon since 4.5.
bool takes_quote_policy(const MastodonServer& server);

// What this software refuses or mangles, beyond the limits.
void add_server_problems(const Account& account, const Content& content, std::vector<Problem>& problems);

}  // namespace postq
