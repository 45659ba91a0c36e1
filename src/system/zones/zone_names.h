#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postq {

// The folder of the zone data: $TZDIR, else the one of the tzdata package.
std::string zone_folder();

// Whether the folder has data under exactly this name. Refuses what could lead out of the folder, the copies with leap
// seconds, and files that are no zone of their own.
bool has_zone_file(std::string_view name);

// All names the folder's index (tzdata.zi, else zone1970.tab) has; empty without an index. Takes a millisecond: only
// for messages and for names in the wrong case.
std::vector<std::string> list_zone_names();

// The same name in its right case.
std::optional<std::string> in_right_case(std::string_view typed, const std::vector<std::string>& names);

// The zone that was probably meant: the one of this city, or the nearest in spelling.
std::optional<std::string> suggest_zone(std::string_view typed, const std::vector<std::string>& names);

}  // namespace postq
