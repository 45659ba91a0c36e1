#include "system/files/machine_memory.h"

#include <algorithm>
#include <charconv>

#include "system/files/machine_folder.h"

namespace postq {

namespace {

// A database names itself; in a damaged or forged one it could be anything.
std::string epoch_name(const std::string& uuid) {
  constexpr std::size_t kLongest = 100;
  std::string name = "epoch-";
  for (const char c : uuid.substr(0, kLongest)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    name += plain ? c : '_';
  }
  return name;
}

class RememberedState final : public StateFiles {
 public:
  RememberedState(std::unique_ptr<StateFiles> home, std::string machine_folder)
      : home_(std::move(home)), machine_(std::move(machine_folder)) {}

  bool stop_requested() const override { return home_->stop_requested(); }
  Status write_stop(std::string_view reason) override { return home_->write_stop(reason); }
  Status remove_stop() override { return home_->remove_stop(); }

  Result<std::optional<StoreId>> read_store_id() override {
    POSTQ_TRY(auto id, home_->read_store_id());
    if (id) id->epoch = std::max(id->epoch, seen(id->uuid));
    return id;
  }
  Status write_store_id(const StoreId& id) override {
    machine_.write(epoch_name(id.uuid), std::to_string(id.epoch));
    return home_->write_store_id(id);
  }
  std::string machine_id() const override { return home_->machine_id(); }

  std::optional<std::int64_t> read_mark(const std::string& name) const override { return home_->read_mark(name); }
  void write_mark(const std::string& name, std::int64_t unix_seconds) override {
    home_->write_mark(name, unix_seconds);
  }
  std::uint64_t free_bytes() const override { return home_->free_bytes(); }

 private:
  std::int64_t seen(const std::string& uuid) const {
    const auto text = machine_.read(epoch_name(uuid)).value_or("");
    std::int64_t epoch = 0;
    std::from_chars(text.data(), text.data() + text.size(), epoch);
    return epoch;
  }

  std::unique_ptr<StateFiles> home_;
  MachineFolder machine_;
};

}  // namespace

std::unique_ptr<StateFiles> with_machine_memory(std::unique_ptr<StateFiles> home, std::string machine_folder) {
  return std::make_unique<RememberedState>(std::move(home), std::move(machine_folder));
}

}  // namespace postq
