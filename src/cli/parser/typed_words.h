#pragma once

#include <string>
#include <vector>

#include "cli/parser/arguments.h"

namespace postq {

// What a word of a command line is, read beside the parser and also where that gives up.
struct TypedWord {
  enum class Kind : std::uint8_t {
    command,   // its name, and the names below it
    flag,      // one that the command has; its value may stand behind a =
    value,     // of the flag before it
    unknown,   // looks like a flag, and the command has none of that name
    perhaps,   // behind an unknown flag: its value, or what it would be without it
    text,      // what is to be posted
    argument,  // another word that the command asks for: an ID
    extra,     // more than it asks for
    file,      // another picture behind the value of --media, which takes one
    dashes,    // the -- behind which all is text
  };
  std::string word;
  Kind kind = Kind::extra;
  bool behind_dashes = false;
  bool lacks_value = false;             // a flag that needs one, and another flag or nothing follows it
  const CLI::Option* option = nullptr;  // of a flag, also where one stands behind the dashes; and of its value
  bool has_text = false;                // "--text=Hi", of a command whose text stands by itself

  std::string option_name() const;  // "--platform", "NAME"; empty: it has none
};

// `words` are the command's name and all that was typed behind it.
std::vector<TypedWord> read_words(const CLI::App& command, const std::vector<std::string>& words);

// The words of several that make up the text to post, joined; empty where it is to be read from elsewhere.
std::string typed_text(const std::vector<TypedWord>& words);

// A second -- and another file behind --media: the parser drops the one, and may take the other for the text.
bool is_lost(const TypedWord& word);

// What nobody asked for, in order.
std::vector<TypedWord> left_over(const std::vector<TypedWord>& words);

}  // namespace postq
