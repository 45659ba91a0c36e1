#include "app/stats/chart.h"

#include <algorithm>
#include <array>

#include <postq/base/markup.h>

#include "app/stats/words.h"

namespace postq {

namespace {

constexpr int kTop = 10;
constexpr int kPlot = 150;   // pixels that the highest value takes
constexpr int kBottom = 24;  // for the labels of the axis
constexpr int kHeight = kTop + kPlot + kBottom;
constexpr int kAxisWidth = 38;
constexpr std::size_t kMostLabels = 4;  // beside each other on a phone
constexpr std::size_t kMostDots = 62;   // more run into each other
constexpr double kWidestBar = 70;       // percent; the rest is for its number

// "12.5%", "7px": three decimals are finer than any screen.
std::string number(double value) {
  auto thousandths = static_cast<std::int64_t>(value * 1000 + (value < 0 ? -0.5 : 0.5));
  std::string text = thousandths < 0 ? "-" : "";
  thousandths = std::abs(thousandths);
  text += std::to_string(thousandths / 1000);
  auto rest = std::to_string(1000 + thousandths % 1000).substr(1);
  rest.erase(rest.find_last_not_of('0') + 1);
  return rest.empty() ? text : text + "." + rest;
}

std::string percent(double value) {
  return number(value) + "%";
}

std::string attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + escape_markup(value) + "\"";
}

std::string begin_svg(const ChartWords& words, int height) {
  return "<svg class=\"plot\" role=\"img\" width=\"100%\"" + attribute("height", std::to_string(height)) +
         attribute("id", words.id) + attribute("aria-labelledby", words.id + "-title " + words.id + "-text") +
         ">\n<title" + attribute("id", words.id + "-title") + ">" + escape_markup(words.title) + "</title>\n<desc" +
         attribute("id", words.id + "-text") + ">" + escape_markup(words.description) + "</desc>\n";
}

std::string text_at(std::string_view x, double y, std::string_view classes, std::string_view anchor,
                    std::string_view text) {
  return "<text" + attribute("x", x) + attribute("y", number(y)) + attribute("class", classes) +
         attribute("text-anchor", anchor) + ">" + escape_markup(text) + "</text>\n";
}

std::string level_line(double y, std::string_view classes) {
  return "<line x1=\"0\" x2=\"100%\"" + attribute("y1", number(y)) + attribute("y2", number(y)) +
         attribute("class", classes) + "/>\n";
}

// What stands left of the plot and on the grid: the value at the bottom, half way and at the top.
struct Scale {
  std::array<std::string, 3> labels;

  static double y_of(std::size_t step) { return kTop + kPlot - static_cast<double>(step) * kPlot / 2; }

  std::string axis() const {
    std::string svg = "<svg class=\"axis\" aria-hidden=\"true\"" + attribute("width", std::to_string(kAxisWidth)) +
                      attribute("height", std::to_string(kHeight)) + ">\n";
    for (std::size_t i = 0; i < labels.size(); ++i) {
      svg += text_at(std::to_string(kAxisWidth - 6), y_of(i) + 4, "tick", "end", labels[i]);
    }
    return svg + "</svg>\n";
  }

  static std::string grid() { return level_line(y_of(1), "grid") + level_line(y_of(2), "grid"); }
};

std::string in_frame(const Scale& scale, const std::string& plot) {
  return "<div class=\"chart\">\n" + scale.axis() + plot + "</div>\n";
}

// A few labels under the plot, the first and the last among them.
template <typename Points>
std::string labels_below(const Points& points) {
  std::string svg;
  const auto shown = std::min(points.size(), kMostLabels);
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t at = shown == 1 ? 0 : i * (points.size() - 1) / (shown - 1);
    const double middle = (static_cast<double>(at) + 0.5) * 100 / static_cast<double>(points.size());
    const bool first = i == 0;
    const bool last = i + 1 == shown;
    const auto* const anchor = points.size() < kMostLabels ? "middle" : first ? "start" : last ? "end" : "middle";
    const double x = points.size() < kMostLabels ? middle : first ? 0 : last ? 100 : middle;
    svg += text_at(percent(x), kHeight - 6, "tick", anchor, points[at].label);
  }
  return svg;
}

// The smallest even number that looks round and isn't below.
std::int64_t round_top(std::int64_t most) {
  for (std::int64_t unit = 1;; unit *= 10) {
    for (const std::int64_t step : {2, 4, 6, 8, 10}) {
      if (step * unit >= most) return step * unit;
    }
  }
}

std::string bar(double x, double width, double y, double height, std::string_view classes) {
  return "<rect" + attribute("x", percent(x)) + attribute("width", percent(width)) + attribute("y", number(y)) +
         attribute("height", number(height)) + attribute("class", classes) + "/>";
}

// Above its line or below it, so that two names never meet.
std::string level(const ShareLevel& level, double y, std::string_view classes, double text_y) {
  return level_line(y, classes) + text_at("100%", text_y, "level", "end", level.name);
}

}  // namespace

std::string stacked_bars(const ChartWords& words, const std::vector<StackedBar>& bars) {
  std::int64_t most = 0;
  for (const auto& each : bars) most = std::max(most, each.by_hand + each.scheduled);
  const auto top = round_top(most);
  const Scale scale{{"0", std::to_string(top / 2), std::to_string(top)}};
  const double slot = 100.0 / static_cast<double>(std::max<std::size_t>(1, bars.size()));
  const auto height_of = [top](std::int64_t count) {
    return static_cast<double>(count) * kPlot / static_cast<double>(top);
  };
  std::string svg = begin_svg(words, kHeight) + Scale::grid();
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const auto& each = bars[i];
    const double x = static_cast<double>(i) * slot;
    const double lower = height_of(each.by_hand);
    const double upper = height_of(each.scheduled);
    // The whole slot can be pointed at, also where nothing was posted.
    svg += "<g><title>" + escape_markup(each.tip) + "</title>" + bar(x, slot, kTop, kPlot, "reach");
    if (each.by_hand > 0) svg += bar(x + slot * 0.12, slot * 0.76, kTop + kPlot - lower, lower, "by-hand");
    if (each.scheduled > 0) {
      const double gap = each.by_hand > 0 ? 2 : 0;
      svg += bar(x + slot * 0.12, slot * 0.76, kTop + kPlot - lower - upper, std::max(1.0, upper - gap), "scheduled");
    }
    svg += "</g>\n";
  }
  svg += level_line(kTop + kPlot, "base") + labels_below(bars);
  return in_frame(scale, svg + "</svg>\n");
}

std::string share_line(const ChartWords& words, const std::vector<SharePoint>& points,
                       const std::optional<ShareLevel>& rule, const std::optional<ShareLevel>& aim) {
  const Scale scale{{"0%", "50%", "100%"}};
  const auto y_of = [](int share) { return kTop + kPlot - static_cast<double>(share) * kPlot / 100; };
  const auto x_of = [&points](std::size_t i) {
    return (static_cast<double>(i) + 0.5) * 100 / static_cast<double>(points.size());
  };
  std::string svg = begin_svg(words, kHeight);
  if (rule) {
    svg += bar(0, 100, y_of(rule->percent), kTop + kPlot - y_of(rule->percent), "too-few") + "\n";
  }
  svg += Scale::grid();
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    if (!points[i].percent || !points[i + 1].percent) continue;
    svg += "<line" + attribute("x1", percent(x_of(i))) + attribute("y1", number(y_of(*points[i].percent))) +
           attribute("x2", percent(x_of(i + 1))) + attribute("y2", number(y_of(*points[i + 1].percent))) +
           " class=\"share\"/>\n";
  }
  const bool dots = points.size() <= kMostDots;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].percent) continue;
    svg += "<circle" + attribute("cx", percent(x_of(i))) + attribute("cy", number(y_of(*points[i].percent))) +
           attribute("r", dots ? "2.5" : "1.25") + " class=\"dot\"><title>" + escape_markup(points[i].tip) +
           "</title></circle>\n";
  }
  if (rule) svg += level(*rule, y_of(rule->percent), "rule", y_of(rule->percent) + 13);
  if (aim) svg += level(*aim, y_of(aim->percent), "aim", y_of(aim->percent) - 5);
  svg += level_line(kTop + kPlot, "base") + labels_below(points);
  return in_frame(scale, svg + "</svg>\n");
}

std::string compared_bars(const ChartWords& words, const std::vector<ComparedPair>& pairs) {
  constexpr int kGroup = 62;
  constexpr int kBar = 16;
  double most = 0;
  for (const auto& pair : pairs) most = std::max({most, pair.by_hand, pair.scheduled});
  const auto width_of = [most](double value) { return most > 0 ? value / most * kWidestBar : 0; };
  const int height = static_cast<int>(pairs.size()) * kGroup;
  std::string svg = begin_svg(words, height);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& pair = pairs[i];
    const double y = static_cast<double>(i) * kGroup;
    svg += text_at("0", y + 13, "name", "start", pair.name);
    const auto one = [&](double value, double top, std::string_view classes, std::string_view sort) {
      const double width = width_of(value);
      svg += bar(0, std::max(width, 0.4), top, kBar, classes) + "\n<text" + attribute("x", percent(width)) +
             " dx=\"8\"" + attribute("y", number(top + kBar - 4)) + " class=\"value\">" +
             escape_markup(decimal(value) + " " + std::string(sort)) + "</text>\n";
    };
    one(pair.by_hand, y + 19, "by-hand", "by hand");
    one(pair.scheduled, y + 19 + kBar + 3, "scheduled", "scheduled");
  }
  return "<div class=\"chart\">\n" + svg + "</svg>\n</div>\n";
}

std::string chart_patterns() {
  return "<svg width=\"0\" height=\"0\" class=\"patterns\" aria-hidden=\"true\"><defs><pattern id=\"hatch\" "
         "width=\"6\" "
         "height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" "
         "class=\"hatch-ground\"/><rect width=\"3\" height=\"6\" class=\"hatch-line\"/></pattern></defs></svg>\n";
}

}  // namespace postq
