#include "system/machine/system_journal.h"

#include <syslog.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

namespace postq {

namespace {

// An open socket, or -1 with errno set.
int connected(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  const timeval second{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  const int why = errno;
  ::close(socket);
  errno = why;
  return -1;
}

// As syslog(3) writes it: daemons that know no journal read this too.
std::string message_of(std::string_view line) {
  std::array<char, 32> stamp{};
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  const auto length = std::strftime(stamp.data(), stamp.size(), "%b %e %H:%M:%S", &local);
  return "<" + std::to_string(LOG_USER | LOG_INFO) + ">" + std::string(stamp.data(), length) + " postq[" +
         std::to_string(::getpid()) + "]: " + std::string(line);
}

}  // namespace

bool SystemJournal::answers() const {
  const int socket = connected(socket_);
  if (socket >= 0) ::close(socket);
  return socket >= 0;
}

Status SystemJournal::tell(std::string_view line) const {
  const int socket = connected(socket_);
  int why = errno;
  bool told = false;
  if (socket >= 0) {
    const std::string message = message_of(line);
    told = ::send(socket, message.data(), message.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(message.size());
    why = errno;
    ::close(socket);
  }
  if (told) return {};
  return fail(ErrorKind::not_found, "no system journal took it: " + socket_ + ": " + std::strerror(why));
}

}  // namespace postq
