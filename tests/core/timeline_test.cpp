#include <postq/core/timeline.h>

#include "support/catch.h"

using namespace postq;

TEST_CASE("schedulers are known by name, in any case, and a person may name more") {
  CHECK(is_scheduler("Buffer", {}));
  CHECK(is_scheduler("POSTQ", {}));
  CHECK_FALSE(is_scheduler("Tusky", {}));
  CHECK(is_scheduler("tusky", {"Tusky"}));
  CHECK_FALSE(is_scheduler("", {""}));
  CHECK_FALSE(is_scheduler("Buffering", {}));
}

TEST_CASE("the words of a timeline can be read back") {
  for (const auto kind :
       {TimelineKind::post, TimelineKind::reply, TimelineKind::own_reply, TimelineKind::quote, TimelineKind::boost}) {
    CHECK(timeline_kind_from_word(word(kind)) == kind);
  }
  for (const auto counts : {CountsAs::hand_written, CountsAs::scheduled, CountsAs::undecided, CountsAs::nothing}) {
    CHECK(counts_as_from_word(word(counts)) == counts);
  }
  CHECK_FALSE(timeline_kind_from_word("essay"));
}
