#include "cli/parser/kept_text.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include <postq/base/command_words.h>
#include <postq/ports/saved_texts.h>
#include <postq/text/text.h>

#include "app/compose/editing.h"
#include "app/words/when_words.h"
#include "cli/parser/typing_error.h"

namespace postq {

namespace {

using Kind = TypedWord::Kind;

bool has_option(const CLI::App& command, const char* name) {
  return command.get_option_no_throw(name) != nullptr;
}

bool is_given(const std::vector<TypedWord>& words, std::string_view flag) {
  return std::any_of(words.begin(), words.end(),
                     [&](const TypedWord& word) { return word.kind == Kind::flag && word.option->get_name() == flag; });
}

bool has_space(std::string_view word) {
  return word.find_first_of(" \n\t") != std::string_view::npos;
}

// `postq post 12` names a post.
bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "-" stands for standard input, as does nothing in front of a pipe.
bool comes_from_stdin(World& world, const CLI::App& command, const std::vector<TypedWord>& words) {
  const bool named = std::any_of(words.begin(), words.end(), [](const TypedWord& word) {
    const bool is_source =
        word.kind == Kind::text ||
        (word.kind == Kind::value && (word.option->get_name() == "--text" || word.option->get_name() == "--file"));
    return is_source && word.word == "-";
  });
  if (named) return true;
  // An empty text is one, too.
  if (std::any_of(words.begin(), words.end(), [](const auto& word) { return word.kind == Kind::text; })) return false;
  if (!has_option(command, "TEXT") || is_given(words, "--file") || is_given(words, "--recover")) return false;
  return !world.stdin_is_terminal();
}

// A command that takes no text gets words behind -- all the same, and those were meant as text.
std::string text_among(const std::vector<TypedWord>& words) {
  std::string text;
  for (const auto& word : words) {
    if (word.kind != Kind::extra || word.option != nullptr || !(word.behind_dashes || has_space(word.word))) continue;
    text += (text.empty() ? "" : " ") + word.word;
  }
  return text;
}

std::string text_of(World& world, const CLI::App& command, const std::vector<TypedWord>& words) {
  // `edit 1 2` names two posts.
  const bool by_flag = !has_option(command, "TEXT") && !is_given(words, "--text");
  if (!takes_text(command) || by_flag) return text_among(words);
  auto text = typed_text(words);
  if (command.get_name() == "post" && is_number(text)) return {};
  if (!text.empty()) return text;
  if (comes_from_stdin(world, command, words)) text = world.read_stdin().value_or("");
  if (!text.empty()) return text;
  for (const auto& word : words) {
    if (word.kind == Kind::perhaps) text += (text.empty() ? "" : " ") + word.word;
  }
  return text;
}

// Whether --recover, which goes on with the text that was kept before, is repeated as well.
enum class Recover : std::uint8_t { left_out, repeated };

struct Again {
  std::string words;
  bool works = true;  // false: something in it is still wrong
};

bool is_flag_of(const TypedWord& word, std::string_view name) {
  return word.option != nullptr && word.option->get_name() == name;
}

// What help shows for a flag's value: "FILE".
std::string placeholder(const CLI::Option& option) {
  const auto text = option.get_option_text();
  return text.empty() ? "VALUE" : quoted_word(text);
}

// The account or the time that is meant, where what was typed is none; all else as it was typed.
std::string meant_value(Context& context, const TypedWord& word) {
  if (word.kind == Kind::argument) {
    const auto at = word.word.find('@');
    if (at == std::string::npos || !is_number(std::string_view(word.word).substr(0, at))) return word.word;
    return word.word.substr(0, at + 1) + meant_accounts(context, word.word.substr(at + 1));
  }
  if (word.kind != Kind::value) return word.word;
  const auto flag = word.option->get_name();
  if (flag == "--to" || flag == "--account") return meant_accounts(context, word.word);
  return flag == "--at" || flag == "--until" ? meant_time(context, word.word) : word.word;
}

// The command again without its text; a flag that was probably meant stands for the wrong one, and what stood behind
// the dashes and is a flag comes before them.
Again words_again(Context& context, const CLI::App& command, const std::vector<TypedWord>& words,
                  const std::string& text, Recover recover = Recover::left_out) {
  Again again{"postq", true};
  const bool edits = !has_option(command, "TEXT");
  for (const auto& word : words) {
    std::string said;
    switch (word.kind) {
      case Kind::command:
      case Kind::argument:
        said = meant_value(context, word);
        break;
      case Kind::flag:
      case Kind::value:
        if ((is_flag_of(word, "--recover") && recover == Recover::left_out) || is_flag_of(word, "--text")) continue;
        if (edits && is_flag_of(word, "--file")) continue;
        said = meant_value(context, word);
        if (word.lacks_value) {
          again.words += " " + said + " " + placeholder(*word.option);
          again.works = false;
          continue;
        }
        break;
      case Kind::unknown: {
        if (has_space(word.word.substr(0, word.word.find('=')))) continue;  // it is text
        if (means_text(word.word, command)) continue;                       // the text follows
        const auto meant = meant_flag(word.word, command);
        again.works = again.works && meant.has_value();
        said = meant.value_or(word.word.substr(0, word.word.find('='))) +
               word.word.substr(std::min(word.word.find('='), word.word.size()));
        break;
      }
      case Kind::perhaps:
        if (word.word == text) continue;
        said = word.word;
        break;
      case Kind::extra:
        if (word.option == nullptr || (is_flag_of(word, "--recover") && recover == Recover::left_out)) continue;
        said = word.word;
        break;
      case Kind::file:
        again.words += " --media";
        said = word.word;
        break;
      case Kind::text:
      case Kind::dashes:
        continue;
    }
    again.words += " " + word_again(context, said);
  }
  return again;
}

// How to go on with the text at `path`, of the words or of the pipe.
std::string way_on(Context& context, Rescue& rescue, const CLI::App& command, const std::vector<TypedWord>& words,
                   const std::string& text, const std::string& path, bool mistyped, bool refused) {
  const std::string file = behind_recover(rescue, path);
  if (!takes_text(command)) return "what was typed:  postq add --recover" + file;
  const auto again = words_again(context, command, words, text);
  const bool extra = !left_over(words).empty();
  const std::string lead = again.works && (extra || !mistyped) ? "then go on:  " : "with that put right:  ";
  if (!has_option(command, "TEXT") && refused) return "as another post:  postq add --recover" + file;
  if (!has_option(command, "TEXT")) return lead + again.words + " --file " + quoted_word(path);
  return lead + again.words + " --recover" + file;
}

enum class Kept : std::uint8_t { text, value };  // a value is no text of a post

Error kept(Context& context, const std::string& text, Error error,
           const std::function<std::string(Rescue&, const std::string&)>& hint, Kept what = Kept::text) {
  const auto rescue = context.world.rescue();
  if (text.empty() || !rescue) return error;
  auto path = (*rescue)->save(text, what == Kept::value ? kValueStamp : stamp(context.world.now()));
  if (!path) {
    // No file can hold it; what it says instead has the text, and the error may say it already.
    if (error.hint.find(path.error().hint) != std::string::npos) return error;
    error.hint += (error.hint.empty() ? "" : "\n") + path.error().hint;
    return error;
  }
  const std::string line = hint(**rescue, *path);
  error.hint += (error.hint.empty() ? "" : "\n") + line;
  error.rescue = *std::move(path);
  return error;
}

}  // namespace

std::string behind_recover(Rescue& rescue, const std::string& path) {
  const auto texts = rescue.recoverable();
  const bool only = texts && texts->size() == 1 && texts->front().path == path;
  return only ? "" : " " + quoted_word(path);
}

bool takes_text(const CLI::App& command) {
  return has_option(command, "TEXT") || has_option(command, "--text");
}

std::vector<TypedWord> with_whole_values(Context& context, std::vector<TypedWord> words) {
  const auto is_more_of = [&context](const std::string& flag, const std::string& value, const std::string& word) {
    if (flag == "--at" || flag == "--until") return bool{read_when(context.world, value + " " + word)};
    const auto store = context.world.store(StoreUse::read);
    return store && (*store)->account(word).has_value();
  };
  const auto is_loose = [](const TypedWord& word) {
    return (word.kind == Kind::text || (word.kind == Kind::extra && word.option == nullptr)) && !word.behind_dashes;
  };
  for (std::size_t i = 0; i + 1 < words.size();) {
    auto& value = words[i];
    const std::string flag = value.kind == Kind::value ? value.option->get_name() : "";
    const bool takes_more = flag == "--at" || flag == "--until" || flag == "--to";
    if (!takes_more || !is_loose(words[i + 1]) || !is_more_of(flag, value.word, words[i + 1].word)) {
      ++i;
      continue;
    }
    value.word += (flag == "--to" ? "," : " ") + words[i + 1].word;
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
  return words;
}

std::string meant_accounts(Context& context, const std::string& typed) {
  const auto store = context.world.store(StoreUse::read);
  const auto config = context.world.config();
  if (!store || !config) return typed;
  const auto accounts = (*store)->accounts();
  std::vector<std::string> names;
  for (const auto& account : accounts ? *accounts : std::vector<Account>{}) names.push_back(account.name);
  std::string meant;
  for (std::size_t at = 0; at <= typed.size();) {
    const auto end = std::min(typed.find(',', at), typed.size());
    const auto name = typed.substr(at, end - at);
    const bool known = name == "all" || (*config)->groups.contains(name) || (*store)->account(name).has_value();
    meant += (at == 0 ? "" : ",") + (known ? name : closest(name, names).value_or(name));
    at = end + 1;
  }
  return meant;
}

std::string meant_time(Context& context, const std::string& typed) {
  constexpr std::string_view kType = "type `";
  const auto when = read_when(context.world, typed);
  if (when || !when.error().hint.starts_with(kType)) return typed;
  const auto& hint = when.error().hint;
  // What has more to say gives a part of it, or a choice.
  if (hint.find('`', kType.size()) + 1 != hint.size()) return typed;
  auto meant = hint.substr(kType.size(), hint.size() - kType.size() - 1);
  return read_when(context.world, meant) ? meant : typed;
}

std::string word_again(Context& context, const std::string& value) {
  constexpr std::size_t kLongest = 300;
  if (value.size() <= kLongest) return quoted_word(value);
  auto& file = context.long_values[value];
  if (file.empty()) {
    const auto rescue = context.world.rescue();
    if (rescue) file = (*rescue)->save(value, kValueStamp).value_or("");
  }
  return file.empty() ? quoted_word(value) : "\"$(cat " + quoted_word(file) + ")\"";
}

namespace {

// The command again, with its reason from the file: " --reason \"$(cat FILE)\"".
std::string with_reason_from(Context& context, const std::vector<TypedWord>& words, const std::string& path) {
  std::string again = "postq";
  for (const auto& word : words) {
    if (is_flag_of(word, "--reason")) {
      if (word.kind == Kind::flag) again += " --reason \"$(cat " + quoted_word(path) + ")\"";
    } else {
      again += " " + quoted_word(meant_value(context, word));
    }
  }
  return again;
}

std::string typed_reason(const std::vector<TypedWord>& words) {
  for (const auto& word : words) {
    if (!is_flag_of(word, "--reason")) continue;
    if (word.kind == Kind::value) return word.word;
    if (const auto equals = word.word.find('='); equals != std::string::npos) return word.word.substr(equals + 1);
  }
  return {};
}

}  // namespace

Error keep_text(Context& context, const CLI::App& command, const std::vector<std::string>& words, Error error,
                PutRight put_right) {
  const auto rescue = context.world.rescue();
  if (!error.rescue.empty() || !rescue || last_saved(**rescue)) return error;
  const auto typed = with_whole_values(context, read_words(command, words));
  const auto text = text_of(context.world, command, typed);
  const bool mistyped =
      put_right == PutRight::no && (error.kind == ErrorKind::usage || error.kind == ErrorKind::not_found);
  // Why somebody said no, or stopped everything, is as much work to write as a post.
  const auto reason = typed_reason(typed);
  const bool has_words = has_space(reason) && reason.find_first_not_of(" \n\t") != std::string::npos;
  if (text.empty() && has_words) {
    return kept(
        context, reason, std::move(error),
        [&](Rescue&, const std::string& path) {
          return (mistyped ? "with that put right:  " : "then go on:  ") + with_reason_from(context, typed, path);
        },
        Kept::value);
  }
  const bool refused = error.kind == ErrorKind::refused;
  return kept(context, text, std::move(error), [&](Rescue& folder, const std::string& path) {
    return way_on(context, folder, command, typed, text, path, mistyped, refused);
  });
}

std::string put_right(Context& context, const CLI::App& command, const std::vector<TypedWord>& words) {
  return words_again(context, command, words, {}, Recover::repeated).words;
}

namespace {

// The file that --recover was to go on with; empty: none was named, or there is none.
std::string recovered(Context& context, const std::vector<TypedWord>& words) {
  std::string path;
  for (const auto& word : words) {
    if (!is_flag_of(word, "--recover")) continue;
    const auto equals = word.word.find('=');
    if (word.kind == Kind::value) return word.word;
    if (equals != std::string::npos) return word.word.substr(equals + 1);
    const auto rescue = context.world.rescue();
    if (rescue) path = (*rescue)->newest().value_or("");
  }
  return path;
}

}  // namespace

Error keep_for_person(Context& context, const CLI::App& command, const std::vector<std::string>& words, Error error,
                      const std::string& person) {
  auto typed = read_words(command, words);
  const auto text = takes_text(command) ? text_of(context.world, command, typed) : std::string();
  const std::string ask = "ask " + person + " to type:  ";
  if (text.empty()) {
    error.hint = ask + words_again(context, command, typed, text).words;
    if (command.get_name() == "post" && !typed_text(typed).empty()) error.hint += " " + quoted_word(typed_text(typed));
    if (const auto path = recovered(context, typed); !path.empty()) {
      error.hint += " --recover " + quoted_word(path);
      error.hint = "queue it for review:  postq add --recover " + quoted_word(path) + "\nor " + error.hint;
    }
    return error;
  }
  if (!has_option(command, "TEXT")) {
    return kept(context, text, std::move(error), [&](Rescue& folder, const std::string& path) {
      return "queue it as another post:  postq add --recover" + behind_recover(folder, path) + "\nor " + ask +
             words_again(context, command, typed, text).words + " --file " + quoted_word(path);
    });
  }
  // A person reads what somebody else wrote before it goes out.
  std::erase_if(typed, [](const TypedWord& word) { return is_flag_of(word, "--yes"); });
  const auto sends = words_again(context, command, typed, text).words;
  auto queues = words_again(context, command, typed, text).words;
  constexpr std::string_view kPost = "postq post";
  if (queues.starts_with(kPost)) {
    queues.replace(0, kPost.size(), "postq add");
  } else {
    queues += " --draft";
  }
  return kept(context, text, std::move(error), [&](Rescue& folder, const std::string& path) {
    // To the person it is somebody else's text.
    return "queue it for review:  " + queues + " --recover" + behind_recover(folder, path) + "\nor " + ask + sends +
           " --recover " + quoted_word(path);
  });
}

Error keep_words(Context& context, const std::vector<std::string>& words, Error error) {
  std::string text;
  for (const auto& word : words) {
    if (has_space(word)) text += (text.empty() ? "" : " ") + word;
  }
  return kept(context, text, std::move(error), [](Rescue& folder, const std::string& path) {
    return "what was typed:  postq add --recover" + behind_recover(folder, path);
  });
}

}  // namespace postq
