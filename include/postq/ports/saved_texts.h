#pragma once

#include <optional>
#include <string>

#include <postq/ports/files.h>

namespace postq {

// What a rescue folder is, too, that knows what this process put there.
class SavedTexts {
 public:
  virtual ~SavedTexts() = default;
  // The path of the text that was saved last; empty when it was dropped, because it is a row now. Nothing: none was.
  virtual std::optional<std::string> last_saved() const = 0;
};

inline std::optional<std::string> last_saved(const Rescue& rescue) {
  const auto* const texts = dynamic_cast<const SavedTexts*>(&rescue);
  return texts == nullptr ? std::nullopt : texts->last_saved();
}

}  // namespace postq
