#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <postq/core/actor.h>
#include <postq/ports/files.h>
#include <postq/ports/saved_texts.h>

namespace postq {

class RescueFolder final : public Rescue, public SavedTexts {
 public:
  static std::vector<std::string> elsewhere_by_default() { return {"/tmp", "/var/tmp", "/dev/shm"}; }

  // Nothing: the person whose home it is.
  using Author = std::function<std::optional<Actor>()>;

  // Where its folder takes no text (a full disk, a read-only one), the first of `elsewhere` that does is used.
  // `when_saved` is told each path.
  explicit RescueFolder(const std::string& state_folder, std::vector<std::string> elsewhere = elsewhere_by_default(),
                        std::function<void(const std::string&)> when_saved = {}, Author author = {});

  // What stands between the stamp and the ending of a name: ".claude+anna"; empty for nothing.
  static std::string mark_of(const std::optional<Actor>& author);

  Result<std::string> save(std::string_view text, const std::string& stamp) override;
  Status secure(const std::string& path) override;
  void drop(const std::string& path) override;
  void drop_with_copies(const std::string& path) override;
  Result<std::string> newest() override;
  Result<std::vector<RescuedText>> recoverable() override;
  Result<std::vector<RescuedText>> list() override;
  Result<std::string> load(const std::string& path) override;
  std::optional<std::string> last_saved() const override { return last_saved_; }

 private:
  Result<std::string> kept_already(std::string_view text);
  Result<std::string> save_here(std::string_view text, const std::string& stamp) const;
  std::string own_mark() const { return mark_of(author_ ? author_() : std::nullopt); }
  std::string prefix_elsewhere() const;
  bool is_ours_elsewhere(const std::string& path) const;
  bool hides_no_text(const std::string& path);
  std::vector<RescuedText> list_here(std::error_code& error) const;
  void list_elsewhere(std::vector<RescuedText>& texts) const;
  std::optional<std::string> save_elsewhere(std::string_view text);

  std::string folder_;
  std::vector<std::string> elsewhere_;
  std::function<void(const std::string&)> when_saved_;
  Author author_;
  std::optional<std::string> last_saved_;
};

}  // namespace postq
