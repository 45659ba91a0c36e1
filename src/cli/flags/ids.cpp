#include "cli/flags/ids.h"

#include <sstream>

namespace postq {

Result<std::vector<std::string>> expand_ids(Context& context, const std::vector<std::string>& typed) {
  std::vector<std::string> ids;
  for (const auto& word : typed) {
    if (word != "-") {
      ids.push_back(word);
      continue;
    }
    POSTQ_TRY(const auto text, context.world.read_stdin());
    std::istringstream lines(text);
    for (std::string id; lines >> id;) ids.push_back(id);
  }
  if (ids.empty()) return fail(ErrorKind::usage, "no ids on standard input", "postq list --json | jq -r .name");
  return ids;
}

}  // namespace postq
