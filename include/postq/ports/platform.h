#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <postq/core/account.h>
#include <postq/core/content.h>
#include <postq/core/delivery.h>
#include <postq/core/item.h>
#include <postq/core/timeline.h>
#include <postq/ports/http_client.h>
#include <postq/ports/secrets.h>

namespace postq {

class MediaStore;

// One setting that `account add` takes for a platform: `--url`, `--path`, ...
struct SettingSpec {
  std::string name;  // "url": the flag without its dashes, and the key in the account's settings
  std::string help;
  bool required = false;
  bool is_switch = false;  // takes no value; stored as "yes"
  bool is_path = false;    // names a file or folder: stored absolute, since cron runs elsewhere
};

// How safe it is to send an attempt's stored body again with its key.
enum class RetrySafety : std::uint8_t {
  never,          // absence can't be proved either: a person decides
  idempotent,     // the platform recognises the key: the same post comes back
  after_reading,  // an authoritative list tells whether it is there
};

struct PlatformTraits {
  std::string name;     // as typed: "feed"
  std::string title;    // as people write it: "Feed"
  std::string summary;  // one line for `postq platforms`
  std::vector<SettingSpec> settings;
  std::string secret;       // what the token is called ("signing secret"); empty: none is needed
  std::string sign_in;      // effort, in words: "none", "paste the signing secret"
  std::string secret_help;  // said before it is asked for: where a person gets one; may be empty
  std::string cost = "free";
  RetrySafety repeat = RetrySafety::never;
  Seconds repeat_for{0};    // `harmless` holds this long after the first attempt; 0 = for ever
  Seconds repeat_after{0};  // ... and not before this long after the last one ended
  bool threads = false;
  bool media = false;
  bool retract = false;
  bool timeline = false;  // own posts can be read back: the ratio is counted on the truth
  bool tells_apps_apart = false;
  bool network = true;            // sending needs the network; a feed is a folder
  bool prepares = true;           // prepare() has something to do; else it isn't called
  bool resolves = false;          // mentions, cards or reply targets are looked up before review
  bool replies = false;           // takes a reply target
  bool limits_replies = false;    // can be told who may reply
  bool limits_quotes = false;     // can be told that nobody may quote, or knows no quotes
  bool hides_pictures = false;    // can hide pictures that have no warning
  bool items = false;             // tells what people say to the account
  bool searches = false;          // finds posts of strangers by words
  bool signs_in_browser = false;  // begin_sign_in() and finish_sign_in() work; a pasted token does as well
  bool languages = false;         // a post says which language it is in, and readers choose by it
  // What --visibility may say here, as typed; empty = public only. A post meant for fewer people than the platform can
  // keep it to is refused.
  std::vector<std::string> visibilities;
};

enum class TextUnit : std::uint8_t { graphemes, code_points, utf16, bytes };

// What an account takes; 0 = no limit.
struct Limits {
  std::size_t text = 0;  // per part, in `unit`, as Platform::count counts
  TextUnit unit = TextUnit::graphemes;
  std::size_t text_bytes = 0;
  std::size_t parts = 0;
  std::size_t media = 0;  // per part
  std::size_t alt = 0;    // in `alt_unit`
  TextUnit alt_unit = TextUnit::graphemes;
  std::int64_t image_bytes = 0;
  std::int64_t image_pixels = 0;
  std::int64_t video_bytes = 0;
  std::vector<std::string> mime;    // accepted; empty = all that postq knows
  bool needs_media = false;         // takes no text-only posts
  std::vector<std::string> stills;  // types of which an animation is shown as its first picture
  bool turns_pictures = true;       // false: shows pixels as they are stored, whatever way up Exif says they are
};

// Why a content can't be sent, or what a reviewer should mend.
struct Problem {
  bool fatal = true;  // false: it may be queued and is marked ("no alt text")
  std::string
      kind;  // stable, for --json: too-long, too-many-media, media-too-large, media-type, needs-media, empty, ...
  std::string message;  // "too long: 512 of 300"
  std::string remedy;   // what to type, with ID for the post: "postq edit ID --media FILE"; may be empty
  int part = 1;
  std::size_t count = 0;
  std::size_t limit = 0;
  std::size_t ends_at = 0;  // too-long: byte offset up to which the text would fit
};

// Who an account is on its platform.
struct Identity {
  std::string remote_id;
  std::string remote_name;
  std::string note;  // one line for the person who added it; may be empty
  // What the place says about itself and pure functions need (its limits, its software): replaces the account's
  // settings of these names, kept with the others. check_settings() takes them as they are.
  Settings settings = {};
  // What identify() saved while the account wasn't stored yet, to be stored with it. Filled by whoever handed it
  // secrets of which nothing is kept.
  SecretValues session = {};
  // What the person should change, though it works: "that is the main password, ...". May be empty.
  std::string warning = {};
};

// A sign-in that goes on in a browser.
struct SignIn {
  std::string open_url;  // what the person opens
  SecretValues keep;     // until finish_sign_in(), and never shown; `state` is what the answer has to bring back
};

// What adapters may use of the outside world. They keep no state of their own.
struct PlatformContext {
  HttpClient& http;
  Secrets& secrets;
  MediaStore& media;
  Now now;
  // Asked right before the first byte of a request that can become visible: stopped meanwhile, or too late? Adapters
  // hand it to HttpRequest::before_send.
  std::function<Status()> may_send = {};
};

// A media file that the platform already has.
struct Upload {
  Digest digest;
  std::string remote_ref;
  bool ready = true;
  TimePoint expires_at{};
};

// What prepare() made of a part; `ask_again_at` set: the platform is still working on the media, or wants to be left
// alone until then.
struct Prepared {
  std::vector<Upload> uploads;  // also those that were ready before it asked to wait
  std::optional<TimePoint> ask_again_at;
  bool limited = false;  // the whole account has to wait until ask_again_at
  Error error = {};      // limited: what was said, for a person
};

// What is known when the exact body of a part is made.
struct PartContext {
  int part = 1;
  std::string key;               // from request_key()
  std::vector<Receipt> earlier;  // of parts 1 .. part-1
  std::vector<Upload> uploads;   // of this part
  TimePoint now{};               // start of the attempt; the only time that may enter the body
  int place_in_second = 0;       // after this many that began on this account in the second of `now`
};

// One request that can become visible: the stored body and its key.
struct PreparedRequest {
  int part = 1;
  int parts = 1;
  std::string key;
  std::string body;  // attempts.request
};

// How what stands there differs from what was approved, in words that follow "it is out"; empty: not at all.
struct Deviation {
  std::string words;   // "for everybody to see, and was approved for your followers"
  bool wider = false;  // more people can see it
};

// What became of it. Outcome::absent is settle()'s alone.
struct SendAnswer {
  Outcome outcome = Outcome::unconfirmed;
  Receipt receipt;                    // sent
  Error error;                        // everything else: what was said, for a person
  std::optional<TimePoint> try_at;    // when to go on, whatever the outcome (Retry-After)
  bool limited = false;               // the whole account has to wait until try_at
  bool sign_in_needed = false;        // not_sent: the account wants a new sign-in
  std::optional<Seconds> clock_skew;  // the answer's Date less our clock
  bool answered = false;              // a response came, whatever it said: something may be out
  Deviation deviation = {};           // sent
};

// What is known here when a part is looked for among the account's own posts.
struct Look {
  TimePoint from{};                    // start of the part's first attempt
  TimePoint until{};                   // end of its last one, or its deadline where nobody saw the end
  std::vector<std::string> explained;  // own posts since then that have a receipt of ours, or were seen before `from`
  std::vector<std::string> visibilities_seen;  // of own posts that the account's list has shown
};

// What looking for a lost attempt found.
struct Settlement {
  enum class Kind : std::uint8_t { sent, absent, undecided };
  Kind kind = Kind::undecided;
  Receipt receipt;
  std::string detail;                        // what was looked at, for `why`
  std::optional<TimePoint> limited_until;    // undecided: the whole account has to wait until then
  std::string looked = {};                   // undecided: kept for the next look (Attempt::looked)
  std::vector<std::string> candidates = {};  // undecided: addresses of own posts that may be it, for a person
  Deviation deviation = {};                  // sent
};

struct TimelineRequest {
  TimePoint from;      // read everything since then
  std::string cursor;  // of the last reading: only what came since is needed; empty = read it all
};

struct TimelineReading {
  std::vector<TimelineItem> items;
  std::string cursor;
  TimeRange complete;  // read without a gap
  bool full = false;   // everything in `complete` was walked: what is missing was deleted
  std::optional<Seconds> clock_skew;
  bool whole = false;                // ... over the whole window; set by who asked for it
  std::vector<Reactions> reactions;  // of own posts, where they came along
  // Nothing was read: the whole account has to wait until then, as the platform said in `error`.
  std::optional<TimePoint> limited_until;
  Error error;
};

// An own post under which somebody may have said something.
struct OwnPost {
  std::string remote_id;
  TimePoint created_at{};
  std::int64_t replies = 0;      // when its conversation was last read
  std::int64_t replies_now = 0;  // as the timeline last told; 0 where it doesn't
};

struct ItemsRequest {
  TimePoint from;                // nothing that was said before is wanted
  std::string cursor;            // of the last reading: only what came since is needed; empty = read it all
  std::vector<OwnPost> own;      // newest first: their conversations are read where there may be something new, since
                                 // notifications leave some answers out
  bool whole = false;            // read them all, and look at all of `open`
  std::vector<RemotePost> open;  // stored, and not settled, longest first: whether they are still there. A reading that
                                 // is not `whole` looks at the first few only
};

struct ItemsReading {
  std::vector<FoundItem> items;      // new ones, and known ones as they are now; in any order, repeats allowed
  std::vector<RemotePost> around;    // what others said in these conversations, to show them
  std::vector<std::string> gone;     // of `open`: deleted
  std::vector<OwnPost> read;         // own posts whose conversation was read, with the replies they had then
  std::vector<Reactions> reactions;  // where they came along
  std::string cursor;
  bool complete = true;  // false: more than one reading takes; the next one goes on
  std::optional<Seconds> clock_skew;
  // The whole account has to wait until then.
  std::optional<TimePoint> limited_until;
  Error error;  // with a message: the platform said it instead of the rest; what was read before is kept
};

struct SearchRequest {
  std::string words;   // as typed: words, "#tag", "example.org"
  TimePoint from;      // nothing older
  std::string cursor;  // of the last one
};

// A platform adapter: values in, values out, plus the PlatformContext it is handed. Thread-safe because it holds no
// state. Adding one is a folder in src/platforms/, a line in platforms.def and a test; see docs of the contract test.
class Platform {
 public:
  virtual ~Platform() = default;

  virtual const PlatformTraits& traits() const = 0;

  // --- pure ---
  // Checks and completes the settings given to `account add`; sets account.base_url and account.settings. kind usage.
  virtual Status check_settings(Account& account) const = 0;
  virtual Limits limits(const Account& account) const = 0;
  // The length of a part's text as this account counts it (links may count less, a warning more). `part` is the index
  // into content.parts, from 0.
  virtual std::size_t count(const Account& account, const Content& content, std::size_t part) const;
  // The account's own content; without `resolved` where names have to be looked up first.
  virtual Content render(const Account& account, const Draft& draft) const;
  // Everything wrong with it, limits first. The base version compares limits(), count() and media.
  virtual std::vector<Problem> problems(const Account& account, const Content& content) const;
  // The key of an attempt, chosen before the first byte is sent: unique, and the same for a repeat of that attempt.
  // `earlier` are the attempts at this delivery so far, oldest first.
  virtual std::string request_key(const Account& account, const ApprovedDelivery& delivery, int part,
                                  const std::vector<Attempt>& earlier, TimePoint now) const;
  // The exact body of a part, without secrets; stored before it is sent.
  virtual Result<std::string> body(const Account& account, const ApprovedDelivery& delivery,
                                   const PartContext& facts) const = 0;
  // Why a saved search for these words may never find anything there, for a person; empty where it can. The base
  // version knows no reason.
  virtual std::string search_doubt(const Account& account, const std::string& words) const;
  // The request that sends `outgoing`, for --dry-run and `v`: secrets masked, nothing contacted. For a platform without
  // network: what would be written where.
  virtual std::string show(const Account& account, const PreparedRequest& outgoing) const = 0;

  // A new secret out of 32 random bytes, where the other side takes the one that we choose. The base version gives
  // nothing: the platform hands its tokens out.
  virtual Secret make_secret(const std::string& random_bytes) const;

  // --- outside; blocking; each may take up to its deadlines ---
  // Only with traits().signs_in_browser; kind usage otherwise. `redirect_uri` is a loopback address where somebody
  // listens, or urn:ietf:wg:oauth:2.0:oob for a code that the person copies; `random_bytes` are 32, fresh each time.
  virtual Result<SignIn> begin_sign_in(const Account& account, const std::string& redirect_uri,
                                       const std::string& random_bytes, PlatformContext& context) const;
  // The secrets to save for a code that came back: `token`, and what else the platform needs later.
  virtual Result<SecretValues> finish_sign_in(const Account& account, const SignIn& begun,
                                              const std::string& redirect_uri, const std::string& code,
                                              PlatformContext& context) const;
  // Who this is. For platforms without sign-in: whether the place is usable.
  virtual Result<Identity> identify(const Account& account, PlatformContext& context) const = 0;
  // Looks up what render() left open. The base version returns it as it is.
  virtual Result<Content> resolve(const Account& account, const Content& content, PlatformContext& context) const;
  // Sign-in freshness and uploads: all harmless to repeat. The base version has nothing to do.
  virtual Result<Prepared> prepare(const Account& account, const ApprovedDelivery& delivery, const PartContext& facts,
                                   PlatformContext& context) const;
  virtual SendAnswer send(const Account& account, const ApprovedDelivery& delivery, const PreparedRequest& outgoing,
                          PlatformContext& context) const = 0;
  // Looks whether a lost attempt is there. The base version can't tell.
  virtual Settlement settle(const Account& account, const ApprovedDelivery& delivery, const Attempt& attempt,
                            const Look& look, PlatformContext& context) const;
  // Own posts since a time. Only with traits().timeline; kind bug otherwise.
  virtual Result<TimelineReading> read_timeline(const Account& account, const TimelineRequest& request,
                                                PlatformContext& context) const;
  // Mentions, replies and quotes. Only with traits().items; kind bug otherwise.
  virtual Result<ItemsReading> read_items(const Account& account, const ItemsRequest& request,
                                          PlatformContext& context) const;
  // Public posts with these words, as items of kind heard. Only with traits().searches; kind bug otherwise.
  virtual Result<ItemsReading> search(const Account& account, const SearchRequest& request,
                                      PlatformContext& context) const;
  // Deletes a part and looks whether it is gone: success only then, also when it was gone before. kind platform with
  // its address where it is still there, kind unknown where nobody can tell.
  virtual Status retract(const Account& account, const Receipt& receipt, PlatformContext& context) const;
};

// All platforms by name.
class Platforms {
 public:
  virtual ~Platforms() = default;
  virtual std::vector<const Platform*> all() const = 0;
  virtual const Platform* find(std::string_view name) const = 0;  // nullptr if there is none
};

}  // namespace postq
