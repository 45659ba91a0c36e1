#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace postq::test {

// A disk that fails when it is told to, for every connection opened while one of these lives. It stands between SQLite
// and the file system; only one may live at a time.
class FaultyDisk {
 public:
  enum class Call : std::uint8_t { write, sync };
  enum class Fault : std::uint8_t { io_error, full };

  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // The nth such call from now on fails, once; counted from 1.
  void fail(Call call, int nth, Fault fault = Fault::io_error);
  void heal();
  bool failed() const;  // the call that was to fail came

  // One call that changes a file, in the order they came.
  struct Change {
    enum class Kind : std::uint8_t { write, truncate, sync, remove };
    Kind kind = Kind::write;
    std::string path;
    std::size_t at = 0;  // truncate: the new size
    std::string bytes;
  };
  // All of them since this disk is there.
  const std::vector<Change>& changes() const;

  // What of the bytes that no sync has confirmed is there when the power is back.
  enum class Kept : std::uint8_t { none, every_other_write, half_of_the_last };
  // The files as a power cut right after the first `count` changes leaves them.
  std::map<std::string, std::string> after_power_loss(std::size_t count, Kept kept) const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace postq::test
