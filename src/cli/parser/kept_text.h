#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/parser/typed_words.h"

namespace postq {

// What stands behind --recover to mean the text at `path`: " FILE", or nothing where no other can be meant.
std::string behind_recover(Rescue& rescue, const std::string& path);

// Does the command take a text to post?
bool takes_text(const CLI::App& command);

// Whether the words that are given are put right already: those of the command that was meant.
enum class PutRight : std::uint8_t { no, yes };

// The command ended before it kept its text: what was typed as one, or comes through a pipe, is kept, and the error
// says where, and the command that goes on. `words` are the command and all that was typed behind it. An error that
// has a rescue file, and one of a command whose text is safe, stay as they are.
Error keep_text(Context& context, const CLI::App& command, const std::vector<std::string>& words, Error error,
                PutRight put_right = PutRight::no);

// What was typed for --to and --at, with the accounts that are meant in place of those that there aren't, and the time
// that is advised in place of one that can't be read. Unchanged where nothing better is known.
std::string meant_accounts(Context& context, const std::string& typed);
std::string meant_time(Context& context, const std::string& typed);

// A value as it is typed again. A long one would bury the command that it is part of: it is kept, and read from its
// file.
std::string word_again(Context& context, const std::string& value);

// The words, with the time of --at or --until that was typed without quotes (`--at fri 9am`) and the accounts of --to
// without commas (`--to masto bsky`) as one value each: else their rest would be taken for text.
std::vector<TypedWord> with_whole_values(Context& context, std::vector<TypedWord> words);

// The command as it was meant: flags before the dashes, a --media for each file. Without its text.
std::string put_right(Context& context, const CLI::App& command, const std::vector<TypedWord>& words);

// A program typed what only a person may: the error gets the same command for the person to type. A text is kept; what
// a program may do with it is to queue it for review.
Error keep_for_person(Context& context, const CLI::App& command, const std::vector<std::string>& words, Error error,
                      const std::string& person);

// The same where no command is known: words with spaces in them are taken for text.
Error keep_words(Context& context, const std::vector<std::string>& words, Error error);

}  // namespace postq
