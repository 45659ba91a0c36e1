#pragma once

#include <cstdint>
#include <memory>

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

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace postq::test
