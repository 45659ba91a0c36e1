#include "system/machine/system_journal.h"

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>

#include "support/catch.h"
#include "system/machine/machine.h"

using namespace postq;

namespace {

// A journal as /dev/log is one: a socket that takes datagrams.
class Listener {
 public:
  Listener() {
    auto pattern = (std::filesystem::temp_directory_path() / "postq-journal-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Listener() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::string path() const { return folder_ + "/log"; }
  void stop() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  std::string taken() const {
    std::string message(4096, '\0');
    const auto size = ::recv(socket_, message.data(), message.size(), MSG_DONTWAIT);
    message.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return message;
  }

 private:
  std::string folder_;
  int socket_ = -1;
};

}  // namespace

TEST_CASE("a line reaches the system's journal under postq's name") {
  Listener listener;
  MachineSettings settings;
  settings.journal = listener.path();
  const auto machine = make_machine(settings);

  CHECK(machine->has_system_journal());
  CHECK(machine->tell_system("record 12:ab"));

  const auto message = listener.taken();
  CHECK(message.starts_with("<14>"));
  CHECK(message.ends_with(" postq[" + std::to_string(::getpid()) + "]: record 12:ab"));
}

TEST_CASE("where no journal answers, that is said") {
  Listener listener;
  SECTION("nobody listens any more") {
    listener.stop();
    const auto told = SystemJournal(listener.path()).tell("record 12:ab");
    REQUIRE_FALSE(told);
    CHECK(told.error().kind == ErrorKind::not_found);
    CHECK(told.error().message.find("no system journal took it") != std::string::npos);
    CHECK_FALSE(SystemJournal(listener.path()).answers());
  }
  SECTION("there is none") {
    CHECK_FALSE(SystemJournal("/nonexistent/log").answers());
    CHECK_FALSE(SystemJournal("/nonexistent/log").tell("x"));
    CHECK_FALSE(SystemJournal(std::string(300, 'x')).tell("x"));
  }
}
