#include "system/secrets/token_command.h"

#include <cstring>
#include <utility>

#include <postq/base/command_words.h>

#include "os/child.h"

namespace postq {

Result<Secret> run_token_command(std::string_view line, const TokenCommandLimits& limits) {
  auto split = split_command(line);
  if (!split) return fail(ErrorKind::config, "a quote in the token command isn't closed");
  if (split->empty() || split->front().empty()) return fail(ErrorKind::config, "the token command is empty");
  const std::string name = split->front();
  const auto failed = [&name](const std::string& why) {
    return fail(ErrorKind::config, "the token command " + name + " " + why, "run it yourself to see what it says");
  };
  ChildOrder order;
  order.words = std::move(*split);
  order.errors = ChildOrder::Errors::dropped;
  order.deadline = limits.deadline;
  order.most_output = limits.output;
  order.more_is_wrong = true;
  order.own_variables = OwnVariables::dropped;
  auto end = run_child(order);
  switch (end.how) {
    case ChildEnd::How::not_started:
      return failed(std::string("can't be started: ") + std::strerror(end.number));
    case ChildEnd::How::too_late:
    case ChildEnd::How::given_up:
      return failed("got no answer in " + std::to_string(limits.deadline.count() / 1000) + " s");
    case ChildEnd::How::said_too_much:
      return failed("prints more than a token");
    case ChildEnd::How::signalled:
      return failed("was stopped by signal " + std::to_string(end.number));
    case ChildEnd::How::exited:
      break;
  }
  if (end.number != 0) return failed("ended with exit code " + std::to_string(end.number));
  if (!end.output.empty() && end.output.back() == '\n') end.output.pop_back();
  if (end.output.empty()) return failed("prints nothing");
  return Secret(std::move(end.output));
}

}  // namespace postq
