#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/base/digest.h>
#include <postq/base/result.h>
#include <postq/time/time.h>

namespace postq {

// A picture before it was shrunk.
struct Original {
  std::int64_t bytes = 0;
  int width = 0;
  int height = 0;
  bool flattened = false;  // its transparent places became white

  bool operator==(const Original&) const = default;
};

// A picture or film: the bytes as they will be sent lie in the media store under the digest.
struct Media {
  Digest digest;
  std::string name;  // of the file it came from, for people
  std::string mime;
  std::int64_t bytes = 0;
  int width = 0;  // pixels; 0 if unknown
  int height = 0;
  std::string alt;
  bool decorative = false;  // --no-alt: the author says it needs no description
  std::string focus = {};   // "0.5,-0.3": what has to stay in sight when it is cropped; see normalise_focus()
  std::optional<Original> shrunk_from = {};
  bool animated = false;  // a picture that moves

  bool operator==(const Media&) const = default;
};

// When a person wants it out. Without a wall time: as soon as it is approved.
struct Schedule {
  std::optional<WallTime> wall;
  std::string zone;                // of the wall time; empty without one
  TimePoint not_before{};          // the instant of the wall time today; the epoch without one
  std::optional<TimePoint> until;  // never sent after it

  bool operator==(const Schedule&) const = default;
};

// What a person typed, before any platform's rules: round-trips through edit.
struct Draft {
  struct Part {
    std::string text;
    std::vector<Media> media;
    bool operator==(const Part&) const = default;
  };

  std::vector<Part> parts;                                   // a thread has several; never empty
  std::map<std::string, std::vector<std::string>> variants;  // account name: other texts, one per part
  // Account name: of each of `parts`, the text of its variant that the pictures go with. Only for an account where that
  // isn't the text of the same place.
  std::map<std::string, std::vector<std::size_t>> variant_places;
  std::string warning;
  std::string visibility;  // as the platform spells it: public, unlisted, private, direct; empty = public
  std::string language;    // see normalise_languages(); empty = the configured one
  std::string reply_to;    // URL of the post to answer; see normalise_reply_to()
  std::string replies;     // who may reply: empty = everybody; see normalise_replies()
  std::string quotes;      // who may quote it: empty = everybody, or "nobody"
  bool sensitive = false;  // pictures stay hidden until a reader opens them, also without a warning
  Schedule schedule;

  bool operator==(const Draft&) const = default;
};

// The exact bytes stored in posts.draft; `draft_from_json(to_json(draft)) == draft`.
std::string to_json(const Draft& draft);
Result<Draft> draft_from_json(std::string_view json);

// Who may reply, as typed: "everybody" and "" give "", else "nobody", or some of "mentioned", "followers" and
// "following" (whom the author follows) in this order with commas between them. kind usage for everything else.
Result<std::string> normalise_replies(std::string_view typed);
// "everybody" and "" give "", else "nobody"; kind usage for everything else.
Result<std::string> normalise_quotes(std::string_view typed);
// Language tags in the shape of BCP 47 that begin with a code of ISO 639, the main one first: "de", "pt-BR,en"; empty
// stays so. Whether a tag is registered is the platforms' business. kind usage.
Result<std::string> normalise_languages(std::string_view typed);
// The address of a post, https:// or at:// (http:// too: some servers have no other); empty stays so. kind usage.
Result<std::string> normalise_post_url(std::string_view typed);
// The same, or an id on the account's own Mastodon instance (digits; GoToSocial: 26 letters and digits, a ULID).
Result<std::string> normalise_reply_to(std::string_view typed);
// "X,Y", both from -1 to 1, from the left and from the bottom: in its shortest form; empty stays so. kind usage.
Result<std::string> normalise_focus(std::string_view typed);

// Splits a text into the parts of a thread at lines that are just `---`; empty parts are dropped.
std::vector<std::string> split_thread(std::string_view text);
std::string join_thread(const std::vector<std::string>& parts);

// What this account gets of the draft: its variant's texts with the draft's media.
std::vector<Draft::Part> parts_for(const Draft& draft, const std::string& account);

}  // namespace postq
