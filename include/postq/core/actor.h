#pragma once

#include <string>
#include <string_view>

#include <postq/base/result.h>

namespace postq {

// Who does something: every event and post has one, and every approval.
struct Actor {
  std::string name;  // login; under sudo SUDO_USER; POSTQ_USER; an agent's POSTQ_AGENT
  bool agent = false;
  std::string person = {};  // for whom an agent acts; empty: nobody wrote it down

  bool operator==(const Actor&) const = default;
};

// "anna"; "claude, for anna"; "claude, a program" where nobody wrote down for whom. As it is: not made visible.
std::string say_actor(const Actor& actor);

// A name that events and reviews may show: UTF-8, at most 64 characters, not blank, nothing in it that can't be seen.
// kind usage; the message goes on behind what the name is ("holds ...").
Status check_actor_name(std::string_view name);

}  // namespace postq
