#pragma once

#include <string_view>

namespace postq {

// The log file of commands that send. Text is made visible before it is written; it never holds a secret.
class Log {
 public:
  virtual ~Log() = default;
  virtual void info(std::string_view text) = 0;
  virtual void warn(std::string_view text) = 0;
  virtual void error(std::string_view text) = 0;
};

}  // namespace postq
