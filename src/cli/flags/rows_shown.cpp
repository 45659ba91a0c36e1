#include "cli/flags/rows_shown.h"

#include <algorithm>

#include <postq/base/command_words.h>

namespace postq {

namespace {

constexpr std::int64_t kMostRows = 1'000'000'000;  // far from where numbers overflow

bool is_limit(const std::string& word) {
  return word == "-n" || word == "--limit";
}

// "-n5", "--limit=5".
bool has_limit_in_it(const std::string& word) {
  return word.starts_with("--limit=") ||
         (word.size() > 2 && word.starts_with("-n") && word[2] >= '0' && word[2] <= '9');
}

}  // namespace

Result<RowsShown> rows_shown(const Context& context, std::optional<std::int64_t> typed, std::int64_t usual) {
  if (typed && (*typed < 0 || *typed > kMostRows)) {
    return fail(ErrorKind::usage, "-n takes a number of rows, and 0 stands for all",
                typed_without_limit(context) + " -n 100");
  }
  if (typed) return RowsShown{*typed};
  const bool reader = context.world.terminal().person_present() && !context.json && !context.quiet;
  return RowsShown{reader ? usual : 0};
}

std::int64_t most_counted(const RowsShown& shown) {
  constexpr std::int64_t kScreens = 10;
  return kScreens * std::max<std::int64_t>(shown.limit, 1);
}

void say_left_out(Context& context, const RowsShown& shown, std::int64_t total, std::string_view which) {
  const auto most = most_counted(shown);
  const auto all = total == most + 1 ? "more than " + std::to_string(most) : std::to_string(total);
  context.say("Shown: " + std::string(which) + " " + std::to_string(shown.limit) + " of " + all +
              ".  All of them:  " + typed_without_limit(context) + " -n 0");
}

std::string typed_without_limit(const Context& context) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < context.words.size(); ++i) {
    const auto& word = context.words[i];
    if (word == "--") break;
    if (is_limit(word)) {
      ++i;
    } else if (!has_limit_in_it(word)) {
      words.push_back(word);
    }
  }
  return "postq" + quoted_words(words);
}

}  // namespace postq
