#pragma once

#include <string_view>

namespace postq {

// Of the page that `stats --html` writes: light and dark, from 320 pixels on, and on paper.
constexpr std::string_view kStatsStyle = R"css(:root {
  --paper: #faf8f4; --card: #fff; --ink: #22262b; --soft: #5e6670; --line: #e5e0d6; --grid: #ece8df;
  --hand: #256b4a; --planned: #b0601a; --planned-soft: #f0d9bf; --few: #b0601a12;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --card: #1d2125; --ink: #e6e4df; --soft: #9fa6ae; --line: #343a40; --grid: #2b3035;
    --hand: #6cc296; --planned: #e3a460; --planned-soft: #54391d; --few: #e3a46014;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 2rem 1rem 3rem; max-width: 66rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word;
}
header { margin-bottom: 1.5rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.015em; }
h2 { margin: 0 0 .25rem; font-size: 1.25rem; line-height: 1.3; }
h3 { margin: 1.5rem 0 .25rem; font-size: 1rem; }
p { margin: .25rem 0 .75rem; }
.soft, header p, footer { color: var(--soft); }
header p { margin: .35rem 0 0; }
section {
  margin: 0 0 1rem; padding: 1.1rem 1.15rem;
  background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
}
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 100%), 1fr)); gap: .75rem; margin: 0 0 1rem; }
.tiles > div { padding: .8rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.tiles dt { color: var(--soft); font-size: .875rem; }
.tiles dd { margin: 0; }
.tiles .figure { font-size: 1.6rem; font-weight: 650; line-height: 1.25; }
.tiles .more { color: var(--soft); font-size: .875rem; }
.tiles .hand { color: var(--hand); }
.tiles .planned { color: var(--planned); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 2.5rem; }
.pair > div { min-width: 0; }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: 0 0 .5rem; font-size: .875rem; color: var(--soft); }
.key svg { width: .8rem; height: .8rem; margin-right: .4rem; vertical-align: -.08rem; }
.chart { display: flex; margin: .25rem 0 .5rem; }
.chart svg { display: block; overflow: visible; }
.chart .axis { flex: none; }
.chart .plot { flex: 1 1 0; min-width: 0; }
.patterns { position: absolute; }
svg text { font-size: 12px; fill: var(--ink); }
svg .tick, svg .level { fill: var(--soft); }
svg .level, svg .value { paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
svg .name { font-weight: 600; font-size: 13px; }
.grid { stroke: var(--grid); }
.base { stroke: var(--soft); }
.reach { fill: transparent; }
g:hover > .reach { fill: var(--grid); }
.by-hand { fill: var(--hand); }
.scheduled { fill: url(#hatch); stroke: var(--planned); stroke-width: 1; }
.hatch-ground { fill: var(--planned-soft); }
.hatch-line { fill: var(--planned); }
.share { stroke: var(--hand); stroke-width: 2; stroke-linecap: round; }
.dot { fill: var(--hand); }
.too-few { fill: var(--few); }
.rule { stroke: var(--planned); stroke-width: 1.5; stroke-dasharray: 6 4; }
.aim { stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 1.5 4; stroke-linecap: round; }
details { font-size: .9375rem; }
summary { cursor: pointer; color: var(--soft); width: fit-content; padding: .15rem 0; }
summary:focus-visible { outline: .15rem solid var(--hand); outline-offset: .15rem; border-radius: .2rem; }
table { width: 100%; margin: .5rem 0; border-collapse: collapse; font-size: .875rem; }
th, td { padding: .3rem .4rem; text-align: right; vertical-align: top; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { padding-left: 0; text-align: left; }
th:last-child, td:last-child { padding-right: 0; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 400; }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0; }
table.words td, table.words th { text-align: left; }
h2, table.words th:first-child, table.words td:last-child { overflow-wrap: anywhere; }
table.words th:first-child, table.words td { min-width: 5rem; }
footer { margin-top: 1.5rem; font-size: .875rem; }
@media print {
  body { max-width: none; background: none; }
  section, .tiles > div { break-inside: avoid; }
  .chart { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

}  // namespace postq
