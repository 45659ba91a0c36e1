#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Charts as inline SVG: as wide as the page, with letters that keep their size on a phone, so x is in percent and y in
// pixels. What is said by colour is said by a pattern or by words as well, and a title and a description tell those who
// see none of it. Classes are those of style.h.
namespace postq {

struct ChartWords {
  std::string id;  // unique on the page: letters, digits and dashes
  std::string title;
  std::string description;
};

// Bars of two sorts, one on the other.
struct StackedBar {
  std::string label;  // on the axis
  std::int64_t by_hand = 0;
  std::int64_t scheduled = 0;
  std::string tip;  // when pointed at
};
std::string stacked_bars(const ChartWords& words, const std::vector<StackedBar>& bars);

// A share in percent over time, with lines that it should not fall below. Nothing where there is none.
struct SharePoint {
  std::string label;
  std::optional<int> percent;
  std::string tip;
};
struct ShareLevel {
  std::string name;  // "rule 1:3"
  int percent = 0;
};
std::string share_line(const ChartWords& words, const std::vector<SharePoint>& points,
                       const std::optional<ShareLevel>& rule, const std::optional<ShareLevel>& aim);

// Pairs of bars, lying, on one scale.
struct ComparedPair {
  std::string name;  // "Likes"
  double by_hand = 0;
  double scheduled = 0;
};
std::string compared_bars(const ChartWords& words, const std::vector<ComparedPair>& pairs);

// The pattern that marks what is scheduled; once on a page that has charts.
std::string chart_patterns();

}  // namespace postq
