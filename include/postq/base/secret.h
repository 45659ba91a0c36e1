#pragma once

#include <string>
#include <utility>

namespace postq {

// A token or password. It has no operator<< and no conversion to a string, so that it can't slip into a message or a
// log.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  // Only for the line that puts it into a request or into its file.
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace postq
