#include "cli/context.h"

#include <algorithm>

#include <postq/text/text.h>

#include "cli/output/fit.h"
#include "cli/output/typed_places.h"

namespace postq {

namespace {

// On a narrow screen no line is broken within a word. Programs get lines as they are.
std::string fitted(const Context& context, std::string_view line) {
  constexpr int kNarrow = 80;  // below it; lines are written for this
  const auto& terminal = context.world.terminal();
  const int wide = terminal.size().columns;
  const auto columns = static_cast<std::size_t>(std::max(wide, 1));
  if (context.json || wide >= kNarrow || line.size() <= columns || !terminal.person_present()) {
    return std::string(line) + "\n";
  }
  std::string text;
  while (true) {
    const auto end = std::min(line.find('\n'), line.size());
    for (const auto& piece : fit_line(line.substr(0, end), columns)) text += piece + "\n";
    if (end == line.size()) return text;
    line.remove_prefix(end + 1);
  }
}

}  // namespace

void Context::result(std::string_view line) {
  world.terminal().out(fitted(*this, result_with_typed_places(*this, line)));
}

void Context::say(std::string_view line) {
  if (!quiet && !json) world.terminal().say(fitted(*this, with_typed_places(*this, line, Advice::in_lines)));
}

bool Context::may_ask() const {
  return !no_input && !json && world.terminal().person_present();
}

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::bug:
      return 1;
    case ErrorKind::usage:
      return 2;
    case ErrorKind::config:
    case ErrorKind::sign_in:
      return 3;
    case ErrorKind::not_found:
      return 4;
    case ErrorKind::refused:
      return 5;
    case ErrorKind::platform:
      return 6;
    case ErrorKind::storage:
      return 7;
    case ErrorKind::unknown:
      return 8;
    case ErrorKind::try_later:
      return 75;
    case ErrorKind::interrupted:
      return 130;
  }
  return 1;
}

std::string_view word(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::bug:
      return "bug";
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::config:
      return "config";
    case ErrorKind::sign_in:
      return "sign-in";
    case ErrorKind::not_found:
      return "not-found";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::platform:
      return "platform";
    case ErrorKind::storage:
      return "storage";
    case ErrorKind::unknown:
      return "unknown";
    case ErrorKind::try_later:
      return "try-later";
    case ErrorKind::interrupted:
      return "interrupted";
  }
  return "bug";
}

namespace {

// Every line of a hint starts below the message, indented.
std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    out += "  ";
    out += text.substr(0, end);
    out += '\n';
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

// Before anybody is told that a text is safe, it is.
Status secure_rescue(World& world, const std::string& path) {
  if (path.empty()) return {};
  POSTQ_TRY(auto* const rescue, world.rescue());
  return rescue->secure(path);
}

}  // namespace

int report(Context& context, const Error& error) {
  auto& terminal = context.world.terminal();
  const auto safe = secure_rescue(context.world, error.rescue);
  const auto hint = with_typed_places(context, error.hint);
  if (context.json) {
    context.result(JsonLine()
                       .text("schema", "postq.error/1")
                       .text("kind", word(error.kind))
                       .text("message", error.message)
                       .text("hint", hint)
                       .text("rescue", error.rescue)
                       .str());
    return exit_code(error.kind);
  }
  if (error.kind == ErrorKind::interrupted && error.message.empty()) return exit_code(error.kind);
  std::string text = "postq: " + visible_text(with_typed_places(context, error.message, Advice::in_lines)) + "\n";
  if (!error.rescue.empty()) {
    text +=
        (safe ? "  your text is safe:  " : "  your text, perhaps not for long:  ") + visible_line(error.rescue) + "\n";
    if (!safe) text += "  " + visible_line(safe.error().message) + ": copy it to another disk\n";
  }
  text += indented(visible_text(hint));
  text.pop_back();
  terminal.say(fitted(context, text));
  return exit_code(error.kind);
}

Status require_person(World& world, std::string_view what, std::string_view command) {
  if (world.actor().agent) {
    return fail(ErrorKind::refused,
                std::string(what) + " needs a person, and POSTQ_AGENT says that a program runs this",
                "ask the person to type `" + std::string(command) + "`");
  }
  if (world.clock_is_fixed()) {
    return fail(ErrorKind::refused, std::string(what) + " needs the real clock, and POSTQ_NOW is set",
                "unset POSTQ_NOW");
  }
  if (!world.terminal().person_present()) {
    return fail(ErrorKind::refused, std::string(what) + " needs a person at a terminal",
                "type `" + std::string(command) + "` in a terminal, or `ssh -t HOST " + std::string(command) + "`");
  }
  return {};
}

}  // namespace postq
