#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <postq/ports/secrets.h>
#include <postq/time/time.h>

#include "platforms/mastodon/server.h"

namespace postq {

// What Mastodon's API says and is told. Everything read here comes from outside: nothing is returned for an answer that
// isn't what it should be, half of it included.

struct MastodonProfile {
  std::string id;
  std::string acct;  // "anna"
  std::string url;
};

struct MastodonStatus {
  std::string id;
  std::string url;  // empty unless it is a plain http(s) address
  std::optional<TimePoint> created_at;
  std::string text;
  std::string visibility;
  std::string client;  // the app's name; empty when the server doesn't tell
  std::string reply_to;
  std::string reply_to_account;
  std::string author;
  std::string author_acct;  // "mira", or "mira@elsewhere.example"; empty unless it can stand in a text
  bool boost = false;
  bool quote = false;
  // What others say is kept and shown with:
  std::string shown;                                          // its text for people to read, with what is attached
  std::vector<std::pair<std::string, std::string>> mentions;  // id and handle, as author_handle
  bool tells_mentions = false;                                // there is a list of them, be it an empty one
  std::string warning;
  std::string language;
  std::string author_name;    // as they call themselves
  std::string author_handle;  // author_acct, also when it can't stand in a text
  bool bot = false;
  std::string quoted_author;  // whose post it quotes, where that is told
  std::int64_t likes = 0;
  std::int64_t replies = 0;
  std::int64_t boosts = 0;
  bool edited = false;             // its words may be other ones than those that were posted
  std::vector<std::string> media;  // ids
};

struct MastodonNotification {
  std::string id;
  std::string type;
  std::optional<TimePoint> created_at;
  std::optional<MastodonStatus> status;
};

struct MastodonContext {
  std::vector<MastodonStatus> ancestors;
  std::vector<MastodonStatus> descendants;
};

struct MastodonMedia {
  std::string id;
  bool ready = false;  // it has an address
};

// What POST /api/v1/statuses is told.
struct MastodonPost {
  std::string text;
  std::vector<std::string> media;
  std::string reply_to;
  std::string warning;
  std::string visibility;
  std::string language;
  std::string content_type;
  bool sensitive = false;  // a warning hides pictures, too
  bool no_quotes = false;
  std::vector<std::string> replies;  // who may reply, where the server can be told; empty: everybody
};

// Whether it can be a server's id of a post: not an address or request key that stands in for one.
bool is_status_id(std::string_view id);

// Where an instance's nodeinfo lies, from /.well-known/nodeinfo, and the name of its software in that: [a-z0-9-]. Empty
// when it doesn't say.
std::string read_nodeinfo_address(std::string_view body);
std::string read_software_name(std::string_view body);
std::optional<MastodonServer> read_instance(std::string_view body);  // of /api/v2/instance and of /api/v1/instance
std::optional<MastodonProfile> read_profile(std::string_view body);
std::optional<MastodonStatus> read_status(std::string_view body);
// Nothing also when one of them can't be read: such a list proves nothing.
std::optional<std::vector<MastodonStatus>> read_statuses(std::string_view body);
std::optional<std::vector<MastodonStatus>> read_descendants(std::string_view body);  // of a context
std::optional<std::vector<MastodonStatus>> read_found(std::string_view body);        // of a search
// Lists that strangers fill: what can't be read in them is left out, and what is no UTF-8 is repaired.
std::optional<std::vector<MastodonNotification>> read_notifications(std::string_view body);
std::optional<MastodonContext> read_context(std::string_view body);
std::optional<std::vector<MastodonStatus>> read_statuses_of_others(std::string_view body);  // a list, or a search's
std::vector<std::string> read_ignored(std::string_view body);       // of relationships: ids that are muted or blocked
std::optional<std::string> read_source(std::string_view body);      // the text as it was typed
std::optional<std::string> read_first_text(std::string_view body);  // of a history of edits: before the first of them
std::optional<MastodonMedia> read_media(std::string_view body);
std::string read_app_name(std::string_view body);             // of an app; empty when the server doesn't tell
std::vector<std::string> read_scopes(std::string_view body);  // of an app; empty when the server doesn't tell
// Whether the server's metadata (RFC 8414) say that it takes proofs of code exchange, but not our kind.
bool refuses_s256(std::string_view body);
std::optional<SecretValues> read_app(std::string_view body);                   // client_id, client_secret
std::optional<SecretValues> read_token(std::string_view body, TimePoint now);  // token, refresh_token, expires_at
// What an error says of itself; empty when it says nothing.
std::string read_error(std::string_view body);

std::string post_body(const MastodonPost& post);
std::optional<MastodonPost> read_post(std::string_view body);
std::string app_body(const std::string& redirect_uri, const std::string& scopes);

}  // namespace postq
