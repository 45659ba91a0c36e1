#pragma once

#include "app/stats/stats.h"
#include "cli/context.h"

namespace postq {

// The figures for a person at a terminal; in plain mode one fact a line.
void print_stats(Context& context, const Stats& stats, const Zone& zone);

// JSON Lines (postq.stats/1): one object for each account, with its days.
void print_stats_json(Context& context, const Stats& stats, const Zone& zone);

// RFC 4180: a header, then a row for each account and day.
void print_stats_csv(Context& context, const Stats& stats, const Zone& zone);

}  // namespace postq
