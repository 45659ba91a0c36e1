#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <postq/ports/files.h>

namespace postq {

class StateFolder final : public StateFiles {
 public:
  StateFolder(std::string folder, std::string database, std::string machine_id_file = "/etc/machine-id");

  bool stop_requested() const override;
  Status write_stop(std::string_view reason) override;
  Status remove_stop() override;

  Result<std::optional<StoreId>> read_store_id() override;
  Status write_store_id(const StoreId& id) override;
  std::string machine_id() const override;

  // Whether the database is where every command looks for it. Before there were marks of queues, the identity that is
  // kept here was that one's.
  enum class UsualPlace : std::uint8_t { no, yes };

  // Whether there was a queue at the database's path: where it is missing then, it isn't a beginning.
  bool had_queue(UsualPlace place) const;
  Status remember_queue();  // durable
  Status forget_queue();

  std::optional<std::int64_t> read_mark(const std::string& name) const override;
  void write_mark(const std::string& name, std::int64_t unix_seconds) override;

  std::uint64_t free_bytes() const override;

 private:
  std::string stop_path() const { return folder_ + "/STOP"; }
  std::string store_id_path() const { return folder_ + "/store-id"; }
  std::string mark_path(const std::string& name) const { return folder_ + "/marks/" + name; }
  std::string queues_path() const { return folder_ + "/queues"; }
  std::string queue_path() const;

  std::string folder_;
  std::string database_;
  std::string machine_id_file_;
};

}  // namespace postq
