#pragma once

#include <string>
#include <string_view>

#include <postq/base/result.h>

namespace postq {

// The system's journal by its socket, /dev/log: syslog(3) speaks the same, but never says whether anybody listens.
class SystemJournal {
 public:
  explicit SystemJournal(std::string socket) : socket_(std::move(socket)) {}

  bool answers() const;
  // kind not_found when nobody listens, or what listens doesn't take it within a second.
  Status tell(std::string_view line) const;

 private:
  std::string socket_;
};

}  // namespace postq
