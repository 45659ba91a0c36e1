#include "cli/commands/accounts/set.h"

#include <map>
#include <memory>
#include <set>

#include <postq/ports/changeable_settings.h>
#include <postq/text/text.h>

#include "app/setup/accounts.h"
#include "app/words/select.h"
#include "cli/flags/account_flags.h"

namespace postq {

namespace {

struct SetFlags {
  std::string name;
  std::map<std::string, std::string> settings;  // by the setting's name
  std::map<std::string, Argument> typed;
};

Settings typed_settings(const SetFlags& flags) {
  Settings settings;
  for (const auto& [name, option] : flags.typed) {
    if (option->count() > 0) settings[name] = flags.settings.at(name);
  }
  return settings;
}

std::string settable_flags(const Platform& platform) {
  const auto* const changeable = changeable_settings_of(platform);
  std::string all;
  if (changeable == nullptr) return all;
  for (const auto& spec : platform.traits().settings) {
    if (changeable->is_changeable(spec.name)) {
      all += (all.empty() ? "" : ", ") + flag_of(spec.name) + " " + placeholder(spec.name);
    }
  }
  return all;
}

Exit run_set(const SetFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  POSTQ_TRY(const auto account, account_or_line(world, *store, flags.name));
  POSTQ_TRY(const auto* const platform, platform_named(world, account.platform));
  const auto changes = typed_settings(flags);
  if (changes.empty()) {
    const auto all = settable_flags(*platform);
    return fail(ErrorKind::usage, "nothing to change was named",
                all.empty() ? "nothing of " + account.name + " can be: postq account show " + account.name
                            : "postq account set " + account.name + " takes " + all);
  }
  POSTQ_TRY(const auto identity, change_account(world, *store, account, changes));
  POSTQ_TRY(const auto now, store->account(account.name));
  if (context.json) {
    context.result(JsonLine()
                       .text("schema", "postq.account/1")
                       .text("name", now.name)
                       .text("platform", now.platform)
                       .raw("settings", settings_to_json(now.settings))
                       .flag("changed", now.settings != account.settings)
                       .str());
    return kDone;
  }
  for (const auto& [name, value] : changes) {
    context.say(account.name + ": " + name + " is " + visible_line(now.setting(name)) + ".");
  }
  say_note(context, identity.note);
  return kDone;
}

}  // namespace

void setup_account_set(Arguments account, Context& context) {
  auto flags = std::make_shared<SetFlags>();
  const auto set = account.add_subcommand("set", "Change what may change of an account: a feed's language, address");
  set->add_option("NAME", flags->name, "The account")->required();
  for (const auto* platform : context.world.platforms().all()) {
    const auto* const changeable = changeable_settings_of(*platform);
    if (changeable == nullptr) continue;
    for (const auto& spec : platform->traits().settings) {
      if (!changeable->is_changeable(spec.name) || flags->typed.contains(spec.name)) continue;
      flags->typed[spec.name] =
          set->add_option(flag_of(spec.name), flags->settings[spec.name], platform->traits().name + ": " + spec.help)
              ->option_text(placeholder(spec.name));
    }
  }
  set->footer(
      "What is public already follows: a feed's pages, its links and its feeds are made anew. To another --path the "
      "folder is moved first.\n\n"
      "Examples:\n"
      "  postq account set site --lang de\n"
      "  postq account set site --url https://example.org/blog/\n"
      "  mv ~/public_html ~/www && postq account set site --path ~/www");
  set->callback([flags, &context] { context.outcome = run_set(*flags, context); });
}

}  // namespace postq
