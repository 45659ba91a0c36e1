#pragma once

#include <optional>
#include <string>
#include <vector>

#include <postq/ports/platform.h>

namespace postq {

// A key that is made of a part's approval alone: every attempt at it has the same one while the approval stands, and so
// has every copy of the database. Letters, digits and hyphens only.
std::string approval_key(const ApprovedDelivery& delivery, int part);

// The key of an attempt that was made under this approval, where it is another one than approval_key() gives: an older
// postq made keys of the moment.
std::optional<std::string> key_in_use(const ApprovedDelivery& delivery, int part, const std::vector<Attempt>& earlier);

// For servers that know a key for an hour: approval_key() with a number, and the next number once the one in use is
// 45 minutes old. `spent`: whether a key that met this outcome is of no use any more.
std::string hourly_key(const ApprovedDelivery& delivery, int part, const std::vector<Attempt>& earlier, TimePoint now,
                       bool (*spent)(Outcome outcome));

}  // namespace postq
