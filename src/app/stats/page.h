#pragma once

#include <string>

#include "app/stats/stats.h"

namespace postq {

// One HTML page that needs nothing besides itself: charts as inline SVG with a table under each, no scripts, nothing
// from the network; readable on a phone, in light and dark, and without seeing the charts.
std::string stats_page(const Stats& stats, const Zone& zone);

// Whether these bytes are such a page.
bool is_stats_page(std::string_view bytes);

}  // namespace postq
