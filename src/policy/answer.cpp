#include "policy/answer.h"

#include <utility>

#include <postq/core/item.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

namespace postq {
namespace {

constexpr std::size_t kHandleColumns = 48;

}  // namespace

Verdict warn(std::string_view rule, std::string reason) {
  Verdict verdict = allow(rule);
  verdict.answer = Answer::warn;
  verdict.reason = std::move(reason);
  return verdict;
}

Verdict hold(std::string_view rule, Scope reach, std::string reason) {
  Verdict verdict = warn(rule, std::move(reason));
  verdict.answer = Answer::hold;
  verdict.reach = reach;
  return verdict;
}

std::string delivery_name(const Snapshot& snapshot, const Candidate& candidate) {
  return std::to_string(number(candidate.post)) + '@' +
         (candidate.account.empty() ? snapshot.account : candidate.account);
}

void offer_send(Verdict& verdict, const Snapshot& snapshot, const Candidate& candidate, const RuleContext& context) {
  if (!context.words || !context.settings.allow_send) return;
  verdict.remedies.push_back({"postq send " + delivery_name(snapshot, candidate) + " --reason \"...\"",
                              "past the rule, once; it still counts as scheduled"});
}

std::string name_of_person(const Snapshot::Waiting& waiting) {
  return shorten(visible_line(waiting.handle), kHandleColumns);
}

void offer_answer(Verdict& verdict, const Snapshot& snapshot, TimePoint now) {
  if (snapshot.longest_waiting.empty()) return;
  const auto& first = snapshot.longest_waiting.front();
  verdict.remedies.push_back({"postq reply " + name_of(first.item),
                              name_of_person(first) + " has waited " + format_duration(now - first.since)});
}

std::string count_of(std::int64_t count, std::string_view singular) {
  std::string text = std::to_string(count) + ' ';
  text += singular;
  if (count != 1) text += 's';
  return text;
}

}  // namespace postq
