#include "system/config/toml_config.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace postq {

// A broken file made toml++ contradict itself.
struct TomlAssertion {};
constexpr void toml_assert(bool holds) {
  if (!holds) throw TomlAssertion{};
}

}  // namespace postq

// On some broken files, "[&" for one, toml++ 3.3 doesn't report an error but fails an assertion, which release builds
// even take for granted. Such a file is the user's mistake and not ours: here a failed assertion becomes an error.
#undef NDEBUG
#define TOML_ASSERT(condition) ::postq::toml_assert(static_cast<bool>(condition))
#define TOML_EXCEPTIONS 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <postq/core/account.h>
#include <postq/text/text.h>

#include "system/config/config_file.h"
#include "system/config/keys.h"

namespace postq {

namespace {

constexpr auto kSeeAll = "config/postq.toml, in the documentation folder, has every key";

std::optional<ConfigValue> value_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return ConfigValue(text->get());
  if (const auto* number = node.as_integer()) return ConfigValue(number->get());
  if (const auto* chosen = node.as_boolean()) return ConfigValue(chosen->get());
  if (const auto* list = node.as_array()) {
    std::vector<std::string> names;
    for (const auto& element : *list) {
      const auto* name = element.as_string();
      if (name == nullptr) return std::nullopt;
      names.push_back(name->get());
    }
    return ConfigValue(std::move(names));
  }
  return std::nullopt;
}

// What stands there instead, after "not".
std::string say(const toml::node& node) {
  if (node.is_table()) return "a table";
  if (node.is_array()) return "this list";
  if (const auto value = value_of(node)) return toml_text(*value);
  return node.is_floating_point() ? "a fraction" : "a date or time";
}

template <typename Keys>
std::vector<std::string> names_of(const Keys& keys) {
  std::vector<std::string> names;
  for (const auto& key : keys) names.push_back(key.name);
  return names;
}

using ZoneCheck = std::function<Status(const std::string&)>;

// Goes through the parsed file. toml++ hands keys out by name, so mistakes are put into the order of the file at the
// end.
class Reader {
 public:
  Reader(const std::string& path, const ZoneCheck& check_zone)
      : path_(path), file_name_(path.substr(path.rfind('/') + 1)), check_zone_(check_zone) {}

  Result<Config> read(const toml::table& file) {
    read_keys(file, "", general_keys(), {"groups", "policy"}, config_);
    list_keys(&file, "", general_keys(), config_, Listed::all);
    if (const auto* groups = table_in(file, "groups", "groups")) read_groups(*groups);

    // The accounts' policies begin as a copy of [policy], so that comes first, wherever it stands.
    const auto* policy = table_in(file, "policy", "policy");
    if (policy != nullptr) read_keys(*policy, "policy.", policy_keys(), {"accounts"}, config_.policy);
    list_keys(policy, "policy.", policy_keys(), config_.policy, Listed::all);
    if (policy != nullptr) {
      if (const auto* accounts = table_in(*policy, "accounts", "policy.accounts")) read_accounts(*accounts);
    }
    if (mistakes_.empty()) return std::move(config_);
    if (const auto* zone = file.get("zone"); zone != nullptr && !config_.zone.empty() && check_zone_) {
      const auto checked = check_zone_(config_.zone);
      if (!checked) complain(zone->source(), "zone: " + checked.error().message, checked.error().hint);
    }
    return pass_on(all_mistakes());
  }

  tl::unexpected<Error> broken(const toml::parse_error& problem, std::string_view text) const {
    if (ends_within_text(problem, text)) {
      return fail(ErrorKind::config,
                  path_ + ":" + std::to_string(problem.source().begin.line) + ": the text isn't closed on this line",
                  "put the missing quote behind it; what stands below is read when this is right");
    }
    std::string reason(problem.description());
    if (!reason.empty()) reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    return fail(ErrorKind::config, place(problem.source().begin) + ": " + reason,
                "what stands behind it is read when this is right");
  }

 private:
  enum class Listed : std::uint8_t { all, only_set };

  struct Mistake {
    toml::source_position at;
    Error error;
  };

  // The parser met the end of the line, which it takes for a character that may not stand in a text.
  static bool ends_within_text(const toml::parse_error& problem, std::string_view text) {
    if (problem.description().find("control characters") == std::string_view::npos) return false;
    const auto at = problem.source().begin;
    for (toml::source_index line = 1; line < at.line; ++line) {
      const auto end = text.find('\n');
      if (end == std::string_view::npos) return false;
      text.remove_prefix(end + 1);
    }
    // Counted in letters, of which a line has no more than bytes.
    auto line = text.substr(0, text.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto letters = std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
    return at.column > static_cast<toml::source_index>(letters);
  }

  std::string place(const toml::source_position& at) const {
    return path_ + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  }

  void complain(const toml::source_region& where, const std::string& message, std::string hint) {
    mistakes_.push_back(
        {where.begin, Error{ErrorKind::config, place(where.begin) + ": " + message, std::move(hint), {}}});
  }

  // The first, with the others below what helps against it.
  Error all_mistakes() {
    std::stable_sort(mistakes_.begin(), mistakes_.end(),
                     [](const Mistake& one, const Mistake& other) { return one.at < other.at; });
    Error all = std::move(mistakes_.front().error);
    for (std::size_t i = 1; i < mistakes_.size(); ++i) {
      const auto& [message, hint] = std::tie(mistakes_[i].error.message, mistakes_[i].error.hint);
      all.hint += (all.hint.empty() ? "" : "\n") + message + (hint.empty() ? "" : "\n  " + hint);
    }
    return all;
  }

  const toml::table* table_in(const toml::table& parent, std::string_view name, const std::string& full_name) {
    const auto* node = parent.get(name);
    if (node == nullptr || node->is_table()) return node == nullptr ? nullptr : node->as_table();
    complain(node->source(), full_name + " is a table of its own, not " + say(*node), "write [" + full_name + "]");
    return nullptr;
  }

  // The keys of one table into what they fill; `tables` may stand there as well and are read elsewhere.
  template <typename Target>
  void read_keys(const toml::table& table, const std::string& prefix, const std::vector<ConfigKey<Target>>& keys,
                 const std::vector<std::string>& tables, Target& target) {
    auto known = names_of(keys);
    known.insert(known.end(), tables.begin(), tables.end());
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (std::find(known.begin(), known.end(), name) == known.end()) complain_unknown(key, prefix, name, known);
    }
    for (const auto& key : keys) {
      const auto* node = table.get(key.name);
      if (node == nullptr) continue;
      const auto value = value_of(*node);
      if (!value || !key.set(target, *value)) {
        complain(node->source(), prefix + key.name + " wants " + key.form + ", not " + say(*node), {});
      }
    }
  }

  void complain_unknown(const toml::key& key, const std::string& prefix, const std::string& name,
                        const std::vector<std::string>& known) {
    const auto near = closest(name, known);
    const auto& policies = policy_keys();
    std::string hint = kSeeAll;
    if (near) {
      hint = "did you mean " + prefix + *near + "?";
    } else if (prefix.empty() &&
               std::any_of(policies.begin(), policies.end(), [&](const auto& one) { return one.name == name; })) {
      hint = "write it below a line [policy]";
    }
    complain(key.source(), "there is no key " + prefix + name, std::move(hint));
  }

  template <typename Target>
  void list_keys(const toml::table* table, const std::string& prefix, const std::vector<ConfigKey<Target>>& keys,
                 const Target& target, Listed listed) {
    for (const auto& key : keys) {
      const auto* node = table == nullptr ? nullptr : table->get(key.name);
      if (node == nullptr && listed == Listed::only_set) continue;
      config_.lines.push_back({prefix + key.name, key.value(target), origin(node)});
    }
  }

  std::string origin(const toml::node* node) const {
    return node == nullptr ? "default" : file_name_ + ":" + std::to_string(node->source().begin.line);
  }

  void read_groups(const toml::table& groups) {
    for (const auto& [key, node] : groups) {
      const std::string name(key.str());
      if (const auto checked = check_account_name(name); !checked) {
        complain(key.source(), "groups: " + checked.error().message, checked.error().hint);
        continue;
      }
      if (name == "all") {
        complain(key.source(), "groups: 'all' means every account, so no group can be called so",
                 "give the group another name");
        continue;
      }
      const auto value = value_of(node);
      const auto* members = value ? std::get_if<std::vector<std::string>>(&*value) : nullptr;
      const auto is_name = [](const std::string& member) { return check_account_name(member).has_value(); };
      if (members == nullptr || members->empty() || !std::all_of(members->begin(), members->end(), is_name)) {
        complain(node.source(),
                 "groups." + name + " wants a list of account names, such as [\"mastodon\", \"bsky\"]" + ", not " +
                     (members != nullptr && members->empty() ? "an empty one" : say(node)),
                 {});
        continue;
      }
      config_.groups[name] = *members;
      config_.lines.push_back({"groups." + name, *members, origin(&node)});
    }
  }

  void read_accounts(const toml::table& accounts) {
    for (const auto& [key, node] : accounts) {
      const std::string name(key.str());
      const auto full_name = "policy.accounts." + name;
      if (const auto checked = check_account_name(name); !checked) {
        complain(key.source(), "policy.accounts: " + checked.error().message, checked.error().hint);
        continue;
      }
      const auto* table = table_in(accounts, name, full_name);
      if (table == nullptr) continue;
      auto settings = config_.policy;
      read_keys(*table, full_name + ".", policy_keys(), {}, settings);
      list_keys(table, full_name + ".", policy_keys(), settings, Listed::only_set);
      config_.account_policies[name] = settings;
    }
  }

  const std::string& path_;
  std::string file_name_;
  Config config_;
  const ZoneCheck& check_zone_;
  std::vector<Mistake> mistakes_;
};

// The defaults, without toml++: most commands of most people run without a file.
Config defaults() {
  Config config;
  for (const auto& key : general_keys()) config.lines.push_back({key.name, key.value(config), "default"});
  for (const auto& key : policy_keys()) {
    config.lines.push_back({"policy." + key.name, key.value(config.policy), "default"});
  }
  return config;
}

}  // namespace

Result<Config> read_config(const std::string& path, const std::function<Status(const std::string&)>& check_zone) {
  POSTQ_TRY(const auto text, read_config_file(path));
  if (!text) return defaults();
  Reader reader(path, check_zone);
  try {
    return reader.read(toml::parse(*text));
  } catch (const toml::parse_error& problem) {
    return reader.broken(problem, *text);
  } catch (const TomlAssertion&) {
    return fail(ErrorKind::config, path + " is not TOML",
                "look for a name in [ ] that is not made of letters, digits, - and _");
  }
}

}  // namespace postq
