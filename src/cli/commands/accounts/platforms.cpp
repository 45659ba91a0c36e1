#include <algorithm>

#include <postq/text/text.h>

#include "cli/commands.h"
#include "cli/flags/account_flags.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

std::string unit_name(TextUnit unit) {
  switch (unit) {
    case TextUnit::graphemes:
      return "characters";
    case TextUnit::code_points:
      return "code points";
    case TextUnit::utf16:
      return "UTF-16 units";
    case TextUnit::bytes:
      return "bytes";
  }
  return "characters";
}

std::string yes_or_no(bool yes) {
  return yes ? "yes" : "no";
}

// The limits that hold for an account without settings; what a server decides itself is asked when it is added.
std::string text_limit(const Limits& limits) {
  if (limits.text == 0) return "any length";
  return std::to_string(limits.text) + " " + unit_name(limits.unit);
}

std::string platform_json(const Platform& platform) {
  const auto& traits = platform.traits();
  const auto limits = platform.limits(Account{});
  std::vector<std::string> settings;
  for (const auto& spec : traits.settings) {
    settings.push_back(JsonLine()
                           .text("flag", flag_of(spec.name))
                           .text("help", spec.help)
                           .flag("required", spec.required)
                           .flag("switch", spec.is_switch)
                           .str());
  }
  return JsonLine()
      .text("schema", "postq.platforms/1")
      .text("name", traits.name)
      .text("title", traits.title)
      .text("summary", traits.summary)
      .flag("media", traits.media)
      .flag("threads", traits.threads)
      .flag("replies", traits.replies)
      .flag("timeline", traits.timeline)
      .flag("items", traits.items)
      .flag("searches", traits.searches)
      .flag("retract", traits.retract)
      .flag("network", traits.network)
      .text("secret", traits.secret)
      .text("sign_in", traits.sign_in)
      .text("cost", traits.cost)
      .number("text_limit", static_cast<std::int64_t>(limits.text))
      .raw_list("settings", settings)
      .str();
}

void say_more(Context& context, const std::vector<const Platform*>& platforms) {
  if (platforms.empty()) return;
  context.say("More about one, with the settings to type:  postq platforms " + platforms.front()->traits().name);
}

// For a screen that is too narrow for the table.
void show_below(Context& context, const PlatformTraits& traits) {
  std::string has;
  for (const auto& [it_has, what] :
       {std::pair{traits.media, "media"}, std::pair{traits.threads, "threads"}, std::pair{traits.timeline, "timeline"},
        std::pair{traits.retract, "retract"}, std::pair{traits.items, "inbox"}}) {
    if (it_has) has += (has.empty() ? "" : ", ") + std::string(what);
  }
  context.result(traits.name);
  print_wrapped(context, traits.summary, 2);
  print_wrapped(context, "Has: " + has, 2);
  print_wrapped(context, "Sign-in: " + traits.sign_in, 2);
}

void show_table(Context& context, const std::vector<const Platform*>& platforms) {
  constexpr std::size_t kName = 12;
  constexpr std::size_t kWord = 9;
  if (context.world.terminal().plain()) {
    for (const auto* platform : platforms) {
      const auto& traits = platform->traits();
      context.result(traits.name + ": " + traits.summary);
    }
    say_more(context, platforms);
    return;
  }
  if (text_goes_below(context.world, kName + 5 * kWord)) {
    for (const auto* platform : platforms) show_below(context, platform->traits());
    context.say("");
    return say_more(context, platforms);
  }
  context.result(pad("", kName) + pad("media", kWord) + pad("threads", kWord) + pad("timeline", kWord) +
                 pad("retract", kWord) + "inbox");
  for (const auto* platform : platforms) {
    const auto& traits = platform->traits();
    context.result(pad(traits.name, kName) + pad(yes_or_no(traits.media), kWord) +
                   pad(yes_or_no(traits.threads), kWord) + pad(yes_or_no(traits.timeline), kWord) +
                   pad(yes_or_no(traits.retract), kWord) + yes_or_no(traits.items));
    for (const auto& line : wrap(traits.summary, 80 - kName)) context.result(pad("", kName) + line);
    for (const auto& line : wrap("Sign-in: " + traits.sign_in, 80 - kName)) context.result(pad("", kName) + line);
  }
  context.say("");
  say_more(context, platforms);
}

void show_one(Context& context, const Platform& platform) {
  constexpr std::size_t kLabel = 12;
  const auto& traits = platform.traits();
  const auto limits = platform.limits(Account{});
  const auto line = [&](std::string_view label, const std::string& text) {
    const auto lines = wrap(text, 80 - kLabel);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      context.result(pad(i == 0 ? label : std::string_view{}, kLabel) + lines[i]);
    }
  };
  for (const auto& text : wrap(traits.title + ": " + traits.summary, 80)) context.result(text);
  context.result("");
  line("text", text_limit(limits) + (limits.needs_media ? ", and never without a picture" : ""));
  line("media",
       traits.media ? (limits.media == 0 ? "as many as you like" : std::to_string(limits.media) + " a post") : "no");
  line("threads", yes_or_no(traits.threads));
  line("replies", traits.replies ? "--reply-to works" : "no");
  line("timeline", traits.timeline ? "read back: the mix is counted on what is really there"
                                   : "can't be read: the mix is counted by what postq sent");
  line("inbox", listening_words(traits));
  line("retract", yes_or_no(traits.retract));
  line("twice?", traits.repeat == RetrySafety::idempotent
                     ? "a repeat is recognised there, so a lost answer settles itself"
                 : traits.repeat == RetrySafety::after_reading ? "a lost answer is settled by reading the timeline"
                                                               : "a lost answer is settled by you: postq resolve");
  line("sign-in", traits.sign_in);
  line("cost", traits.cost);
  if (!traits.visibilities.empty()) {
    std::string all;
    for (const auto& visibility : traits.visibilities) all += (all.empty() ? "" : ", ") + visibility;
    line("visibility", all);
  }
  context.result("");
  std::string command = "postq account add NAME --platform " + traits.name;
  for (const auto& spec : traits.settings) {
    if (spec.required) command += " " + flag_of(spec.name) + " " + placeholder(spec.name);
  }
  context.result("  " + command);
  for (const auto& spec : traits.settings) {
    constexpr std::size_t kHelpColumn = 25;
    std::string left = "    " + flag_of(spec.name) + (spec.is_switch ? "" : " " + placeholder(spec.name));
    for (const auto& text : wrap(spec.help + (spec.required ? "" : " (optional)"), 80 - kHelpColumn)) {
      context.result(pad(left, kHelpColumn) + text);
      left.clear();
    }
  }
}

Exit run_platforms(const std::string& name, Context& context) {
  const auto& platforms = context.world.platforms();
  std::vector<const Platform*> shown = platforms.all();
  if (!name.empty()) {
    POSTQ_TRY(const auto* const one, platform_named(context.world, name));
    shown = {one};
  }
  if (context.json) {
    for (const auto* platform : shown) context.result(platform_json(*platform));
  } else if (name.empty()) {
    show_table(context, shown);
  } else {
    show_one(context, *shown.front());
  }
  return kDone;
}

}  // namespace

void setup_platforms(Arguments command, Context& context) {
  auto name = std::make_shared<std::string>();
  command.add_option("NAME", *name, "Everything about this one");
  command.footer(
      "Examples:\n"
      "  postq platforms\n"
      "  postq platforms feed");
  command.callback([name, &context] { context.outcome = run_platforms(*name, context); });
}

}  // namespace postq
