#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <postq/ports/store.h>

#include "app/world.h"

namespace postq {

// One account's share of a draft, checked: what `add`, `edit`, `post` and review show and store.
struct AccountContent {
  Account account;
  const Platform* platform = nullptr;
  Content content;
  std::string document;
  Digest digest;
  std::vector<Problem> problems;  // fatal ones first
  std::size_t length = 0;         // of the longest part, as the account counts
  std::size_t limit = 0;          // 0 = none

  bool can_be_sent() const { return problems.empty() || !problems.front().fatal; }
};

// Renders the draft for each account and checks it. kind config for an account whose platform this postq doesn't know.
Result<std::vector<AccountContent>> render_for(World& world, const Draft& draft, const std::vector<Account>& accounts);
AccountContent render_for(const Platform& platform, const Draft& draft, const Account& account);

// What the store keeps of it.
NewDelivery new_delivery(const AccountContent& content, const Schedule& schedule);

// kind config where a group of the config is called as an account is: --to could mean either.
Status check_group_names(const Config& config, const std::vector<Account>& accounts);

// The accounts meant by --to: account names, groups of the config, `all`. Without any: the only account, or the
// config's default; kind usage with the list when there are several.
Result<std::vector<Account>> accounts_for(World& world, Store& store, const std::vector<std::string>& to);

// --- add and post
// -----------------------------------------------------------------------------------------------------

struct MediaArgument {
  std::string path;
  std::string alt;
  bool decorative = false;
  std::string focus = {};  // "X,Y"
  std::size_t part = 1;    // of the thread, counted from 1
};

// What becomes of a text that is too long for an account: the config says, unless a flag does.
enum class Split : std::uint8_t { as_configured, always, never };

// Everything `add` and `post` take, as typed.
struct ComposeRequest {
  std::string command = "add";  // for advice: "post", "reply i7"
  std::string text;             // normalised by compose()
  bool thread = false;          // parts split at lines of ---
  std::vector<std::string> to;
  std::string at;  // words; empty = as soon as approved
  bool next_free_slot = false;
  std::string until;
  std::vector<MediaArgument> media;
  bool shrink = false;                          // pictures that are too large for an account are made smaller
  std::map<std::string, std::string> variants;  // account: text
  std::string warning;
  std::string visibility;
  std::string language;
  std::string reply_to;
  std::string replies;
  std::string quotes;
  bool sensitive = false;
  Split split = Split::as_configured;
  std::string label;
  bool together = false;
  std::string key;  // empty: a random one
  Origin origin = Origin::scheduled;
  std::optional<ItemId> answers = {};  // what somebody said
};

// What came of it: either queued, or refused because of `problems` (nothing was queued).
struct Composed {
  Draft draft;
  std::vector<AccountContent> contents;
  std::vector<std::string> notes;  // how words were understood ("02:30 does not exist ...")
  std::optional<When> when;
  std::optional<When> until;
  bool fits() const;  // every account can be sent
};

// Reads the words, copies media into the media store, renders and checks. Touches no network and queues nothing.
Result<Composed> compose(World& world, Store& store, const ComposeRequest& request);

// The texts of a thread that says on this account what the draft says, with each part cut in pieces that fit: at the
// end of a paragraph, of a sentence or of a word, never within a link. Nothing when all fit as they are, or when the
// platform knows no threads.
struct SplitText {
  std::vector<std::string> texts;
  std::vector<std::size_t> places;  // of each part, the text that begins it: its pictures go there
};
std::optional<SplitText> split_for(const Platform& platform, const Draft& draft, const Account& account);
// Makes it the account's own thread.
void take_split(SplitText split, const std::string& account, Draft& draft);

// Looks up what a platform left open when it rendered: mentions, previews of links, the post to answer. Blocking.
Result<Content> resolve_content(World& world, const Platform& platform, const Account& account, const Content& content);

// The same for everything that is about to be posted by its author, who reads it afterwards and not in a review. Says
// on the terminal what it does; kind and message of the first thing that can't be looked up now.
Status resolve_all(World& world, Composed& composed);

// What tells a post from what would be added under its key: "its text and pictures", "its time"; as it is now.
Result<std::vector<std::string>> differences(Store& store, PostId post, const Composed& composed,
                                             const ComposeRequest& request);

// Puts it into the queue. The key makes a repeat harmless, also where its time was typed as "in 2h" or --next, which is
// another one each time.
Result<Added> enqueue(World& world, Store& store, const Composed& composed, const ComposeRequest& request);

}  // namespace postq
