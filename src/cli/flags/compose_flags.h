#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/compose/compose.h"
#include "cli/context.h"
#include "cli/flags/part_flags.h"
#include "cli/parser/arguments.h"

namespace postq {

// What is written: a post, or an answer, whose account and target are known.
enum class Writing : std::uint8_t { post, answer };

// The flags that `add`, `post` and `reply` share, as typed.
struct ComposeFlags {
  Writing writing = Writing::post;
  std::string text;
  bool text_given = false;
  std::string file;
  bool edit = false;
  std::vector<std::string> media;
  std::vector<std::string> alt;  // as typed; see alts()
  bool no_alt = false;
  std::vector<std::string> focus;     // as typed; see focuses()
  PartFlags parts;                    // each belongs to the --media before it
  std::vector<std::string> variants;  // ACCOUNT=TEXT or ACCOUNT=@FILE
  Argument recover;                   // --recover was given if it counts
  std::string recover_from;           // a path or the name of a rescued text; empty: the only one
  bool split = false;
  bool no_split = false;
  ComposeRequest request;

  // One for each of media, empty where it has none; what is too many stays behind.
  std::vector<std::string> alts() const { return parts.paired("--alt", alt, media.size()); }
  std::vector<std::string> focuses() const { return parts.paired("--focus", focus, media.size()); }
};

void add_compose_flags(Arguments command, ComposeFlags& flags);  // those that flags.writing takes

// The text, from where the flags say: argument, file, standard input, the editor, a rescue file. Saved to a rescue file
// before anything else happens to it.
struct ReadText {
  std::string text;
  std::string rescue;       // path; empty if there was nothing to save
  std::string author = {};  // who wrote it, where that is somebody else: "claude, for anna"
};
// `below` stands under the text in the editor, and is left out again; empty: advice on how to write a post.
Result<ReadText> read_text(Context& context, const ComposeFlags& flags, std::string_view command,
                           std::string_view below = {});

// The same of what was typed or piped in, without opening an editor: for where nobody may go on, and nothing may be
// lost. Empty when there is none; kind storage when it can't be kept.
Result<ReadText> keep_typed_text(Context& context, const ComposeFlags& flags, std::string_view command);

// kind usage when more than one of TEXT, --file and --recover was given; TEXT is kept then.
Status check_one_source(Context& context, const ComposeFlags& flags, std::string_view command);

// kind usage when --json or --no-input rules the question out that `what` asks without --yes.
Status check_question(const Context& context, bool yes, std::string_view what,
                      const std::function<std::string()>& command);

// " --recover --to site --lang de": goes on with the rescued text and all that was typed beside it.
std::string recover_words(Context& context, const ComposeFlags& flags);

// Says in the error where the text lies, and the command that goes on with it and all that was typed beside it.
void name_rescue(Context& context, const std::string& rescue, std::string_view command, const ComposeFlags& flags,
                 Error& error);

// A file's text, or the refusal of one that isn't UTF-8 with the command that converts it, where `then` says what to do
// with the converted text: "| postq add -".
Result<std::string> readable_text(std::string raw, const std::string& path, const std::string& then);

// The text of --variant ACCOUNT=TYPED: what was typed or, behind an @, the text of a file. A text may begin with a
// mention: "@ann thanks" is a file only where there is one of that name, and "@@ann" never is.
Result<std::string> variant_text(Context& context, const std::string& account, const std::string& typed);

// Fills the request from flags that have a form of their own: media, variants, --split.
Status read_attachments(Context& context, ComposeFlags& flags);

// What is too long or otherwise can't be sent, for each account, and what to type, with all that was typed before;
// nothing was queued.
Error refusal(Context& context, const ComposeFlags& flags, std::string_view command, const Composed& composed,
              const std::string& rescue);

}  // namespace postq
