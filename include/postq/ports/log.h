#pragma once

#include <string>
#include <string_view>

namespace postq {

// What commands that use the network note for whoever looks for a cause later. A line never holds a secret (a Secret
// has no way into a string by itself), and is made visible and single on its way (visible_line).
// Logging never fails a command: what can't be written is dropped, and trouble() says why.
class Log {
 public:
  virtual ~Log() = default;
  virtual void info(std::string_view line) = 0;
  virtual void warn(std::string_view line) = 0;
  virtual void error(std::string_view line) = 0;
  // Why lines are lost; empty while none was.
  virtual std::string trouble() const = 0;
};

}  // namespace postq
