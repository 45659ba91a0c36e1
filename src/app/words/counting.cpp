#include "app/words/counting.h"

#include <postq/core/unpaged.h>
#include <postq/policy/count_doubt.h>

namespace postq {

Result<Counting> counting_of(Store& store, const Account& account, const Snapshot& snapshot,
                             const RuleContext& context) {
  Counting counting;
  counting.doubt = count_doubt(snapshot, context);
  if (!snapshot.readable) return counting;
  POSTQ_TRY(const auto known, store.timeline_known(account.id));
  counting.in_part = known.read_at && !snapshot.read_at;
  const bool gap = known.complete && known.complete->from > context.now - context.settings.window;
  if (gap && known.cursor == kUnpagedCursor) {
    counting.leaves_out = "its server shows the newest posts only: older ones, if there are any, aren't counted";
  }
  return counting;
}

}  // namespace postq
