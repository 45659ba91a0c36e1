#include "app/sync/account_marks.h"

#include <array>

namespace postq {

std::string mark_name(std::string_view what, std::string_view account) {
  return std::string(what) + std::string(account);
}

void forget_marks(StateFiles& state, std::string_view account) {
  using namespace account_mark;
  constexpr std::array kAll{kUnreadable, kItemsUnreadable, kSignedOut, kNoTurn, kTriedOn, kDoubtful};
  for (const auto what : kAll) {
    const auto name = mark_name(what, account);
    if (state.read_mark(name).value_or(0) != 0) state.write_mark(name, 0);
  }
}

}  // namespace postq
