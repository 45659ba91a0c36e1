#include "cli/output/author_json.h"

namespace postq {

JsonLine& author_json(JsonLine& line, const Actor& author) {
  return line.text("author", author.name).flag("agent", author.agent).text("for", author.person);
}

}  // namespace postq
