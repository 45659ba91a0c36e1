#include <algorithm>
#include <utility>

#include <postq/text/text.h>

#include "app/compose/compose.h"
#include "cli/commands.h"

namespace postq {

namespace {

struct ConfigFlags {
  std::string key;
  bool show_origin = false;
};

// "policy.accounts.bsky" and "ratio" out of "policy.accounts.bsky.ratio"; the table is empty for a key at the top.
std::pair<std::string, std::string> table_and_key(const std::string& full) {
  const auto dot = full.rfind('.');
  if (dot == std::string::npos) return {"", full};
  return {full.substr(0, dot), full.substr(dot + 1)};
}

void add_value(JsonLine& line, bool value) {
  line.flag("value", value);
}

void add_value(JsonLine& line, std::int64_t value) {
  line.number("value", value);
}

void add_value(JsonLine& line, const std::string& value) {
  line.text("value", value);
}

void add_value(JsonLine& line, const std::vector<std::string>& value) {
  line.list("value", value);
}

std::string json_of(const ConfigLine& key) {
  JsonLine line;
  line.text("schema", "postq.config/1").text("key", key.key);
  std::visit([&line](const auto& value) { add_value(line, value); }, key.value);
  return line.text("origin", key.origin).str();
}

void print_as_toml(Context& context, const Config& config) {
  std::string table;
  for (const auto& line : config.lines) {
    const auto [in, key] = table_and_key(line.key);
    if (in != table) {
      context.result("");
      context.result("[" + in + "]");
      table = in;
    }
    context.result(key + " = " + visible_line(toml_text(line.value)));
  }
}

Exit print_one(const ConfigFlags& flags, Context& context, const Config& config) {
  std::vector<std::string> known;
  bool any = false;
  for (const auto& line : config.lines) {
    known.push_back(line.key);
    // A table's name stands for all of it.
    const bool within = line.key.starts_with(flags.key + ".");
    if (line.key != flags.key && !within) continue;
    any = true;
    if (context.json) {
      context.result(json_of(line));
    } else {
      context.result((flags.show_origin ? line.origin + "\t" : "") + (within ? line.key + " = " : "") +
                     visible_line(toml_text(line.value)));
    }
  }
  if (any) return kDone;
  const bool in_policy = std::find(known.begin(), known.end(), "policy." + flags.key) != known.end();
  const auto meant = in_policy ? std::optional("policy." + flags.key) : closest(flags.key, known);
  return fail(ErrorKind::not_found, "there is no key " + flags.key,
              meant ? "did you mean " + *meant + "?" : "postq config    shows all of them");
}

// Without a zone in the file it is the one that `account add` was told, or the machine's.
void put_zone_in_force(World& world, Config& config) {
  const auto line = std::find_if(config.lines.begin(), config.lines.end(),
                                 [](const ConfigLine& each) { return each.key == "zone" && each.origin == "default"; });
  const auto zone = world.zone();
  const auto store = world.store(StoreUse::read);
  if (line == config.lines.end() || !zone || !store) return;
  const auto told = (*store)->zone();
  line->value = (*zone)->name();
  line->origin = told && !told->empty() ? "account add" : "this machine";
}

Exit run_config(const ConfigFlags& flags, Context& context) {
  POSTQ_TRY(const auto* const read, context.world.config());
  auto in_force = *read;
  put_zone_in_force(context.world, in_force);
  const auto* const config = &in_force;
  if (!flags.key.empty()) return print_one(flags, context, *config);
  if (context.json) {
    for (const auto& line : config->lines) context.result(json_of(line));
  } else if (flags.show_origin) {
    for (const auto& line : config->lines) {
      context.result(line.origin + "\t" + line.key + " = " + visible_line(toml_text(line.value)));
    }
  } else {
    print_as_toml(context, *config);
  }
  return kDone;
}

Exit run_path(Context& context) {
  POSTQ_TRY(const auto places, context.world.places());
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.config/1").text("path", places.config).str());
  } else {
    context.result(visible_line(places.config));
  }
  return kDone;
}

// Names that stand in the file for accounts, and where. A rule for one that isn't there holds nothing.
std::vector<std::pair<std::string, std::string>> names_in(const Config& config) {
  std::vector<std::pair<std::string, std::string>> names;
  for (const auto& name : config.accounts) {
    if (!config.groups.contains(name)) names.emplace_back("accounts", name);
  }
  for (const auto& [group, members] : config.groups) {
    for (const auto& name : members) names.emplace_back("groups." + group, name);
  }
  for (const auto& [name, policy] : config.account_policies) names.emplace_back("policy.accounts", name);
  return names;
}

// No mistake: a file may be written before its accounts are added.
std::vector<std::string> unknown_accounts(World& world, const Config& config) {
  std::vector<std::string> notes;
  const auto store = world.store(StoreUse::read);
  if (!store) return notes;
  const auto accounts = (*store)->accounts();
  if (!accounts) return notes;
  std::vector<std::string> known;
  for (const auto& account : *accounts) known.push_back(account.name);
  for (const auto& [place, name] : names_in(config)) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto meant = closest(name, known);
    notes.push_back(place + " names " + name + ", and there is no such account" +
                    (meant ? "; did you mean " + *meant + "?" : ""));
  }
  return notes;
}

Exit run_check(Context& context) {
  POSTQ_TRY(const auto places, context.world.places());
  POSTQ_TRY(const auto* const config, context.world.config());
  if (!config->zone.empty()) POSTQ_CHECK(context.world.zone().map([](const Zone*) {}));
  if (const auto store = context.world.store(StoreUse::read)) {
    POSTQ_TRY(const auto accounts, (*store)->accounts());
    POSTQ_CHECK(check_group_names(*config, accounts));
  }
  const auto set = std::count_if(config->lines.begin(), config->lines.end(),
                                 [](const ConfigLine& line) { return line.origin != "default"; });
  const auto notes = unknown_accounts(context.world, *config);
  if (context.json) {
    context.result(JsonLine()
                       .text("schema", "postq.config/1")
                       .text("path", places.config)
                       .flag("ok", true)
                       .list("notes", notes)
                       .str());
    return kDone;
  }
  const std::string path = visible_line(places.config);
  if (set == 0) {
    context.say("Nothing is set in " + path + "; the defaults are in force.");
  } else {
    context.say(path + " is fine: " + std::to_string(set) + (set == 1 ? " key is set." : " keys are set."));
  }
  for (const auto& note : notes) context.say("note: " + visible_line(note));
  return kDone;
}

}  // namespace

void setup_config(Arguments command, Context& context) {
  auto flags = std::make_shared<ConfigFlags>();
  command.add_option("KEY", flags->key, "Only this one, such as policy.ratio");
  command.add_flag("--show-origin", flags->show_origin, "Say where each value comes from");
  const auto path = command.add_subcommand("path", "Where the file is");
  path->footer(
      "Examples:\n"
      "  $EDITOR \"$(postq config path)\"");
  path->callback([&context] { context.outcome = run_path(context); });
  const auto check = command.add_subcommand("check", "Is the file right?");
  check->footer(
      "Examples:\n"
      "  postq config check\n"
      "  postq config check --config new.toml");
  check->callback([&context] { context.outcome = run_check(context); });
  command.commands_are_optional();
  command.footer(
      "postq never writes the file: open it in an editor.\n\n"
      "Examples:\n"
      "  postq config --show-origin\n"
      "  postq config policy.ratio\n"
      "  $EDITOR \"$(postq config path)\" && postq config check");
  command.callback([flags, command, &context] {
    if (command.is_alone()) context.outcome = run_config(*flags, context);
  });
}

}  // namespace postq
