#include <algorithm>

#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/words/select.h"
#include "cli/commands.h"
#include "cli/flags/account_flags.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

constexpr std::size_t kNoteMargin = 5;
constexpr std::size_t kLongestWords = 200;  // bytes; servers cut or refuse more

struct ListenFlags {
  std::string words;
  std::vector<std::string> accounts;
  std::string id;
};

bool can_search(World& world, const Account& account) {
  const auto* const platform = world.platforms().find(account.platform);
  return platform != nullptr && platform->traits().searches;
}

// The accounts named, which have to be able to; without a name, all that are.
Result<std::vector<Account>> accounts_meant(World& world, Store& store, const std::vector<std::string>& names) {
  std::vector<Account> meant;
  std::string others;
  if (names.empty()) {
    POSTQ_TRY(const auto known, store.accounts());
    for (const auto& account : known) {
      if (can_search(world, account)) {
        meant.push_back(account);
      } else {
        others += (others.empty() ? "" : ", ") + account.name;
      }
    }
    if (meant.empty()) {
      return fail(ErrorKind::config, others.empty() ? "no account yet" : "none of your accounts can search: " + others,
                  "postq platforms");
    }
    return meant;
  }
  for (const auto& name : names) {
    POSTQ_TRY(auto account, account_named(store, name));
    if (!can_search(world, account)) {
      return fail(ErrorKind::usage, name + " can't search: " + account.platform + " finds no posts by words",
                  "postq platforms " + account.platform);
    }
    const auto same = [&](const Account& other) { return other.id == account.id; };
    if (std::none_of(meant.begin(), meant.end(), same)) meant.push_back(std::move(account));
  }
  return meant;
}

std::string name_of(ListenId listen) {
  return "l" + std::to_string(number(listen));
}

// Why nothing may ever come of it; empty: it works there.
std::string doubt_of(World& world, Store& store, const Listen& listen) {
  const auto account = store.account(listen.account_name);
  const auto* const platform = account ? world.platforms().find(account->platform) : nullptr;
  return platform == nullptr ? std::string() : platform->search_doubt(*account, listen.words);
}

std::string as_json(const Listen& listen, const std::string& doubt) {
  return JsonLine()
      .text("schema", "postq.listen/1")
      .text("id", name_of(listen.id))
      .text("account", listen.account_name)
      .text("words", listen.words)
      .number("found", listen.found)
      .time("read_at", listen.read_at)
      .time("created_at", listen.created_at)
      .text("note", doubt)
      .str();
}

Exit run_add(const ListenFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(const auto words, normalise_text(flags.words));
  if (words.find_first_not_of(" \t\n") == std::string::npos) {
    return fail(ErrorKind::usage, "listen for what? the words are empty", "postq listen add \"my name\"");
  }
  if (words.size() > kLongestWords || words.find('\n') != std::string::npos) {
    return fail(ErrorKind::usage, "a search is one line of at most " + std::to_string(kLongestWords) + " bytes",
                "postq listen add \"my name\"");
  }
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  POSTQ_TRY(const auto accounts, accounts_meant(world, *store, flags.accounts));
  POSTQ_TRY(const auto known, store->listens());
  for (const auto& account : accounts) {
    const auto same = std::find_if(known.begin(), known.end(), [&](const Listen& listen) {
      return listen.account == account.id && listen.words == words;
    });
    Listen listen;
    if (same != known.end()) {
      listen = *same;
    } else {
      POSTQ_TRY(listen.id, store->add_listen(account.id, words, world.audit()));
      listen.account_name = account.name;
      listen.words = words;
      listen.created_at = world.now();
    }
    const auto doubt = doubt_of(world, *store, listen);
    if (context.json) {
      context.result(as_json(listen, doubt));
      continue;
    }
    context.say("Listening on " + account.name + " for \"" + visible_line(words) + "\"" +
                (same != known.end() ? ", as before." : "."));
    if (!doubt.empty()) {
      for (const auto& row : wrap("note: " + visible_line(doubt), columns(world) - 2)) context.say("  " + row);
    }
    context.result(name_of(listen.id));
  }
  context.say("Nobody waits there: what it finds is in  postq inbox --heard    first look:  postq sync");
  return kDone;
}

Exit run_list(Context& context) {
  auto& world = context.world;
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  POSTQ_TRY(const auto listens, store->listens());
  if (listens.empty()) {
    context.say("No saved search yet:  postq listen add \"your name\"");
    return kDone;
  }
  std::size_t accounts = 0;
  std::size_t words = 0;
  for (const auto& listen : listens) {
    accounts = std::max(accounts, listen.account_name.size());
    words = std::max(words, std::min<std::size_t>(display_width(visible_line(listen.words)), 40));
  }
  for (const auto& listen : listens) {
    const auto doubt = doubt_of(world, *store, listen);
    if (context.json) {
      context.result(as_json(listen, doubt));
      continue;
    }
    const auto shown = visible_line(listen.words);
    const std::string found = std::to_string(listen.found) + " found";
    const std::string when =
        listen.read_at ? "last looked " + say_relative(*listen.read_at, world.now()) : "not looked yet:  postq sync";
    context.result(world.terminal().plain() ? name_of(listen.id) + ": on " + listen.account_name + " for " + shown +
                                                  ", " + found + ", " + when
                                            : pad(name_of(listen.id), 4) + " " + pad(listen.account_name, accounts) +
                                                  "  " + pad(shown, words) + "  " + pad(found, 9) + "  " + when);
    if (listen.found == 0 && listen.read_at && !doubt.empty()) print_wrapped(context, visible_line(doubt), kNoteMargin);
  }
  return kDone;
}

// "l3", also "L3" and "3".
Result<ListenId> listen_named(Store& store, const std::string& typed) {
  const bool lettered = !typed.empty() && (typed[0] == 'l' || typed[0] == 'L');
  const auto digits = lettered ? typed.substr(1) : typed;
  POSTQ_TRY(const auto listens, store.listens());
  for (const auto& listen : listens) {
    if (std::to_string(number(listen.id)) == digits) return listen.id;
  }
  return fail(ErrorKind::not_found, "there is no saved search '" + typed + "'", "postq listen list");
}

Exit run_rm(const ListenFlags& flags, Context& context) {
  POSTQ_TRY(auto* const store, context.world.store(StoreUse::write));
  POSTQ_TRY(const auto listen, listen_named(*store, flags.id));
  POSTQ_CHECK(store->remove_listen(listen, context.world.audit()));
  if (context.json) {
    context.result(JsonLine().text("schema", "postq.listen/1").text("id", name_of(listen)).flag("removed", true).str());
  } else {
    context.say(name_of(listen) + " is removed; what it found stays.");
  }
  return kDone;
}

}  // namespace

void setup_listen(Arguments command, Context& context) {
  auto flags = std::make_shared<ListenFlags>();
  const auto add = command.add_subcommand("add", "Listen for words, a #tag, your name, links to your site");
  add->add_option("WORDS", flags->words, "As you would type them into the platform's search")->required();
  add->add_option("--account", flags->accounts, "On these accounts; without it, on all that can search")
      ->comma_separated()
      ->option_text("ACCOUNT,...");
  add->footer(
      "Examples:\n"
      "  postq listen add \"ink and oak\"\n"
      "  postq listen add \"#woodcut\" --account bsky\n"
      "  postq listen add example.org    links to your site");
  add->callback([flags, &context] { context.outcome = run_add(*flags, context); });
  const auto list = command.add_subcommand("list", "The saved searches, and what they found");
  list->footer(
      "Examples:\n"
      "  postq listen list\n"
      "  postq inbox --heard    what they found");
  list->callback([&context] { context.outcome = run_list(context); });
  const auto rm = command.add_subcommand("rm", "Stop listening");
  rm->add_option("ID", flags->id, "The saved search: l3")->required();
  rm->footer(
      "Examples:\n"
      "  postq listen rm l3");
  rm->callback([flags, &context] { context.outcome = run_rm(*flags, context); });
  command.commands_are_optional();
  command.footer(
      "What a saved search finds is in `postq inbox --heard`: nobody waits there, and anybody can be answered.\n\n"
      "Examples:\n"
      "  postq listen add \"ink and oak\"\n"
      "  postq listen add \"#woodcut\" --account bsky\n"
      "  postq listen rm l3");
  command.callback([command, &context] {
    if (command.is_alone()) context.outcome = run_list(context);
  });
}

}  // namespace postq
