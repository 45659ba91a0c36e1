#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postq {

// The words of the AT Protocol, checked as its interoperability files say.
bool is_handle(std::string_view text);        // "ann.example.org"
bool is_did(std::string_view text);           // "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
bool is_language_tag(std::string_view text);  // BCP 47, well-formed: "pt-BR"
bool is_cid(std::string_view text);           // what a record's content is known by: "bafyrei..."; its letters alone

// A record's address.
struct RecordUri {
  std::string repo;  // DID or handle
  std::string collection;
  std::string key;

  std::string text() const { return "at://" + repo + "/" + collection + "/" + key; }
};
std::optional<RecordUri> parse_record_uri(std::string_view text);  // "at://did:plc:.../app.bsky.feed.post/3jzf..."

// A post as people name it: an at:// address, or a page of any of the apps: https://bsky.app/profile/NAME/post/KEY.
std::optional<RecordUri> parse_post_address(std::string_view text);

}  // namespace postq
