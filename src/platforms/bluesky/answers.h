#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/secret.h>
#include <postq/time/time.h>

// What a PDS and the directory of DIDs answer, as values. Nothing where an answer isn't what it should be.
namespace postq::bluesky {

// {"error": "ExpiredToken", "message": "Token has expired"}; empty where there is none.
struct XrpcError {
  std::string name;
  std::string message;
};
XrpcError read_error(std::string_view body);

// Of createSession, refreshSession and getSession; only the first two bring tokens.
struct SessionAnswer {
  std::string did;
  std::string handle;
  Secret access;
  Secret refresh;
  std::string pds;  // from the DID document, when one came along
};
std::optional<SessionAnswer> read_session(std::string_view body);

// {"did": "..."} of resolveHandle.
std::optional<std::string> read_did(std::string_view body);

// Where the account of a DID document is kept; empty when it doesn't say.
std::string read_pds(std::string_view did_document);

// A record as it stood at one moment.
struct StrongRef {
  std::string uri;
  std::string cid;

  bool operator==(const StrongRef&) const = default;
};
std::optional<StrongRef> read_written(std::string_view body);  // of putRecord and applyWrites

// The blob of an uploadBlob answer, byte for byte as JSON; it has to be of that size.
std::optional<std::string> read_blob(std::string_view body, std::int64_t size);

// A post that is in a repository.
struct PostRecord {
  StrongRef ref;
  std::string text;
  std::optional<TimePoint> created_at;
  std::optional<StrongRef> parent;  // of a reply
  std::optional<StrongRef> root;
  bool quotes = false;
  std::optional<std::int64_t> media;  // pictures and films; nothing: it has something of an unknown kind
};
std::optional<PostRecord> read_post(std::string_view body);                             // of getRecord
std::optional<PostRecord> read_seen_post(std::string_view body, std::string_view uri);  // of getPosts

struct PostList {
  std::vector<PostRecord> posts;  // those that could be read
  std::string cursor;             // empty: there is no more
  std::size_t listed = 0;
};
std::optional<PostList> read_posts(std::string_view body);  // of listRecords

// How the record in a getRecord answer stands to the post that a body of write_body() writes. When it was made doesn't
// matter: each attempt says that anew.
enum class Likeness : std::uint8_t {
  same,
  edited,  // ours, changed since: made within the time of our attempts, and says so as we do
  other,
  unreadable,
};
Likeness compare_record(std::string_view put_body, std::string_view got_body, TimeRange attempts);

}  // namespace postq::bluesky
