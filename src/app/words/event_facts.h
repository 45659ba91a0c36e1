#pragma once

#include <string>
#include <utility>
#include <vector>

#include <postq/ports/store.h>

namespace postq {

// What the body of an event says besides its columns.
struct EventFacts {
  Actor actor;
  std::vector<std::pair<std::string, std::string>> details;  // numbers as text

  // The detail, or an empty string.
  std::string detail(std::string_view name) const;
};

// Empty facts for a body that can't be read; `postq log --verify` is what complains about those.
EventFacts facts_of(const Event& event);

// The sentence of an event for people, without who and when: "approved", "sent  https://...", "failed: ...".
std::string say_event(const Event& event, const EventFacts& facts);

}  // namespace postq
