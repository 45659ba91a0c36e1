#include "platforms/common/request_keys.h"

#include <algorithm>

#include <postq/base/digest.h>

namespace postq {
namespace {

constexpr std::size_t kHashLength = 16;
constexpr Seconds kKeyLives{std::chrono::minutes{45}};  // servers say an hour, and count from a moment of their own

}  // namespace

std::string approval_key(const ApprovedDelivery& delivery, int part) {
  const Approval& approval = delivery.approval();
  const std::string id = std::to_string(number(delivery.id())) + "-" + std::to_string(part);
  const std::string facts = delivery.digest().hex() + "|" + id + "|" + std::to_string(approval.revision) + "|" +
                            std::to_string(unix_seconds(approval.at));
  return "postq-" + id + "-" + sha256(facts).hex().substr(0, kHashLength);
}

std::optional<std::string> key_in_use(const ApprovedDelivery& delivery, int part, const std::vector<Attempt>& earlier) {
  const auto found = std::find_if(earlier.rbegin(), earlier.rend(), [&](const Attempt& attempt) {
    return attempt.part == part && attempt.started_at > delivery.approval().at;
  });
  if (found == earlier.rend()) return std::nullopt;
  return found->key;
}

std::string hourly_key(const ApprovedDelivery& delivery, int part, const std::vector<Attempt>& earlier, TimePoint now,
                       bool (*spent)(Outcome outcome)) {
  const std::string begin = approval_key(delivery, part) + "-";
  std::string key = begin + "1";
  for (int generation = 1;; key = begin + std::to_string(++generation)) {
    std::optional<TimePoint> first_used;
    bool is_spent = false;
    for (const Attempt& attempt : earlier) {
      if (attempt.part != part || attempt.key != key) continue;
      first_used = std::min(first_used.value_or(attempt.started_at), attempt.started_at);
      is_spent = is_spent || (attempt.outcome && spent(*attempt.outcome));
    }
    if (!first_used || (!is_spent && now < *first_used + kKeyLives)) return key;
  }
}

}  // namespace postq
