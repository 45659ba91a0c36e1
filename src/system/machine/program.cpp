#include "system/machine/program.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include "os/child.h"

namespace postq {

Result<ProgramEnd> run_program(const std::vector<std::string>& words, std::chrono::milliseconds deadline) {
  if (words.empty() || words.front().empty()) return fail(ErrorKind::bug, "no program to run");
  ChildOrder order;
  order.words = words;
  order.deadline = deadline;
  auto end = run_child(order);
  switch (end.how) {
    case ChildEnd::How::exited:
      return ProgramEnd{end.number, std::move(end.output)};
    case ChildEnd::How::signalled:
      return ProgramEnd{128 + end.number, std::move(end.output)};
    case ChildEnd::How::not_started:
      if (end.number == ENOENT) return fail(ErrorKind::not_found, "there is no program " + words.front());
      return fail(ErrorKind::config, "can't run " + words.front() + ": " + std::strerror(end.number));
    case ChildEnd::How::too_late:
    case ChildEnd::How::given_up:
    case ChildEnd::How::said_too_much:
      break;
  }
  return fail(ErrorKind::config,
              words.front() + " gave no answer within " + std::to_string(deadline.count() / 1000) + " s");
}

}  // namespace postq
