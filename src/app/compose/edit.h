#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <postq/ports/store.h>

#include "app/compose/compose.h"
#include "app/world.h"

namespace postq {

// A post as it was read, for somebody who wants to change it.
struct OpenedPost {
  PostDetail detail;
  Draft draft;
};
Result<OpenedPost> open_post(Store& store, PostId post);

// What it shall become.
struct PostEdit {
  Draft draft;                                   // a schedule other than before goes to every delivery that changes
  std::optional<std::vector<Account>> accounts;  // all it shall go to; nothing: as it is
  std::optional<std::string> label;
  // Only these get the draft's schedule, and only that; the draft keeps its own while others have it.
  std::vector<DeliveryId> reschedule_only;
  std::string what = "edited";  // event kind
};

// What came of it; names as in "12@mastodon".
struct Edited {
  std::vector<AccountContent> contents;  // of every account it goes to
  std::vector<std::string> changed;      // back in review
  std::vector<std::string> untouched;    // the same content as before: an approval stays
  bool keeps_approval = false;           // one of those has one
  std::vector<std::string> out;          // already public: stays as it is
  std::vector<std::string> joined;
  std::vector<std::string> removed;
  bool anything = false;  // false: nothing differs, nothing was stored
};

// Whether anything of it can still change, so that nobody writes in vain; kind refused with the reason.
Status check_editable(const PostDetail& post);

// Renders the post anew for each account and stores what differs, in one step; only deliveries whose content differs
// lose their approval. Touches no network. kind usage when an account can't be sent the new content (all of them are
// named), kind refused when one that would change is being sent or may be out.
Result<Edited> apply_edit(World& world, Store& store, const OpenedPost& post, const PostEdit& edit);

// Why a content can't be sent, for all accounts that have a reason; remedies with the post's id in them.
std::optional<Error> why_not(const std::vector<AccountContent>& contents, PostId post);

// One text on its way through the editor. Its file stays until forget(): nothing typed is lost.
class EditorText {
 public:
  explicit EditorText(World& world) : world_(world) {}
  // Goes on with a file that an earlier try left.
  EditorText(World& world, std::string path) : world_(world), path_(std::move(path)) {}

  // Opens the editor: on the draft's template, or again on what was left there. Errors carry the file as `rescue`,
  // unless nothing was typed into it: then it is gone.
  Result<Draft> edit(const Draft& before, const std::vector<AccountContent>& contents);
  const std::string& path() const { return path_; }
  // The text is stored, or not wanted.
  void forget();

 private:
  // `asked`: the template of `before`.
  Result<Draft> open_editor(Rescue& rescue, const Draft& before, const std::string& asked, const WhenContext& when);

  World& world_;
  std::string path_;
  std::string given_;  // what the editor got first
};

// The accounts that the post goes to now, rendered as they are stored in its draft: for the counts in the template.
Result<std::vector<AccountContent>> contents_of(World& world, Store& store, const OpenedPost& post);

}  // namespace postq
