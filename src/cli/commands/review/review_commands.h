#pragma once

#include <string>
#include <vector>

#include "cli/context.h"

namespace postq {

// `postq review` and `postq approve`, which is a review of the posts that are named.
struct ReviewOptions {
  std::vector<std::string> ids;  // none: everything pending
  bool late = false;             // only what missed its time
  std::string command = "review";
};
Exit run_review(const ReviewOptions& options, Context& context);

}  // namespace postq
