#include "system/zones/zone_names.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <sys/stat.h>
#include <utility>

#include <postq/text/text.h>
#include <postq/time/utc_offset.h>

namespace postq {
namespace {

// Lower case, with the blanks and dashes that people type for the underscore.
std::string plain(std::string_view text) {
  std::string result{text};
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ' || c == '-') c = '_';
  }
  return result;
}

std::string city_of(std::string_view name) {
  return plain(name.substr(name.rfind('/') + 1));
}

// Lines "Z NAME ..." define a zone, lines "L TARGET NAME" another name for one.
void read_tzdata(std::istream& file, std::set<std::string>& names) {
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields{line};
    std::string kind;
    std::string first;
    std::string second;
    fields >> kind >> first >> second;
    if (kind == "Z") names.insert(first);
    if (kind == "L") names.insert(second);
  }
}

// Lines of fields between tabs, the third of which is the name.
void read_table(std::istream& file, std::set<std::string>& names) {
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream fields{line};
    std::string countries;
    std::string place;
    std::string name;
    if (fields >> countries >> place >> name) names.insert(name);
  }
}

}  // namespace

std::string zone_folder() {
  const char* const folder = std::getenv("TZDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo";
}

bool has_zone_file(std::string_view name) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  constexpr std::size_t kLongest = 64;
  if (name.empty() || name.size() > kLongest || name.front() == '/' || name.front() == '-') return false;
  if (name.find_first_not_of(kAllowed) != std::string_view::npos) return false;
  if (name.starts_with("right/") || name.starts_with("posix/")) return false;
  if (name == "localtime" || name == "posixrules" || name == "Factory") return false;
  struct stat file {};
  return ::stat((zone_folder() + "/" + std::string{name}).c_str(), &file) == 0 && S_ISREG(file.st_mode);
}

std::vector<std::string> list_zone_names() {
  std::set<std::string> names;
  const auto folder = zone_folder();
  std::ifstream tzdata{folder + "/tzdata.zi"};
  read_tzdata(tzdata, names);
  if (names.empty()) {
    std::ifstream table{folder + "/zone1970.tab"};
    read_table(table, names);
  }
  names.erase("Factory");
  return {names.begin(), names.end()};
}

std::optional<std::string> in_right_case(std::string_view typed, const std::vector<std::string>& names) {
  const auto meant = plain(typed);
  const auto same =
      std::find_if(names.begin(), names.end(), [&](const std::string& name) { return plain(name) == meant; });
  if (same == names.end()) return {};
  return *same;
}

std::optional<std::string> suggest_zone(std::string_view typed, const std::vector<std::string>& names) {
  constexpr std::size_t kShortest = 4;  // PST and BST are near to EST, and wrong by hours
  constexpr std::size_t kLongest = 64;  // what is longer is no name, and would take long to compare
  if (typed.size() < kShortest || typed.size() > kLongest) return {};
  const auto meant = plain(typed);
  for (const auto& name : names) {
    if (city_of(name) == city_of(meant)) return name;
  }
  // Few slips are at the first letter, and without it every short word is near to some city.
  const bool has_region = meant.find('/') != std::string::npos;
  std::vector<std::string> spellings;
  std::vector<std::string> candidates;
  for (const auto& name : names) {
    if (offset_of_etc_zone(name)) continue;  // near to each other by spelling, and hours apart
    auto spelling = has_region ? plain(name) : city_of(name);
    if (spelling.front() != meant.front()) continue;
    spellings.push_back(std::move(spelling));
    candidates.push_back(name);
  }
  const auto near = closest(meant, spellings);
  if (!near) return {};
  const auto at = std::find(spellings.begin(), spellings.end(), *near) - spellings.begin();
  return candidates.at(static_cast<std::size_t>(at));
}

}  // namespace postq
