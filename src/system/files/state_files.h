#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <postq/ports/files.h>

namespace postq {

// Where a queue's state lies.
struct StatePlaces {
  std::string shared;  // STOP, which stops every queue
  std::string own;     // what is remembered of this queue
  // Where an older postq remembered it, read where `own` doesn't have it; nobody writes there. Empty: nowhere.
  std::string before = {};
};

class StateFolder final : public StateFiles {
 public:
  StateFolder(StatePlaces places, std::string database, std::string machine_id_file = "/etc/machine-id");
  // Both in one folder.
  StateFolder(std::string folder, std::string database, std::string machine_id_file = "/etc/machine-id");

  bool stop_requested() const override;
  Status write_stop(std::string_view reason) override;
  Status remove_stop() override;

  Result<std::optional<StoreId>> read_store_id() override;
  Status write_store_id(const StoreId& id) override;
  std::string machine_id() const override;

  std::optional<std::int64_t> read_mark(const std::string& name) const override;
  void write_mark(const std::string& name, std::int64_t unix_seconds) override;

  std::uint64_t free_bytes() const override;

 private:
  std::string stop_path() const { return places_.shared + "/STOP"; }
  std::string store_id_path() const { return places_.own + "/store-id"; }
  std::string mark_path(const std::string& name) const { return places_.own + "/marks/" + name; }
  // Of the file in the folder of its own, else in the one before.
  Result<std::string> read_own(const std::string& name) const;

  StatePlaces places_;
  std::string database_;
  std::string machine_id_file_;
};

}  // namespace postq
