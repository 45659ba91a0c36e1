#include "cli/flags/compose_flags.h"

#include <algorithm>
#include <array>
#include <functional>

#include <postq/base/command_words.h>
#include <postq/text/editor_page.h>
#include <postq/text/encoding.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/compose/editing.h"
#include "cli/flags/editor_text.h"
#include "cli/parser/kept_text.h"

namespace postq {

namespace {

constexpr std::string_view kPostAdvice = "# Write the post above this line; save and quit. An empty text ends it.\n";
constexpr std::size_t kNameColumn = 12;
constexpr std::size_t kTailShown = 34;  // columns of the text's end that are shown before the limit

// What lies in a rescue file is a text, or a page that an editor was opened on. What was typed below its line stays in
// the file, which is the text's own until that is stored: it is kept by itself.
Result<std::string> text_of_rescued(World& world, const std::string& page) {
  auto parts = parts_of_page(page, {});
  if (parts.text.empty()) return std::move(parts.left_out);
  POSTQ_CHECK(keep_left_out(world, parts.left_out));
  return std::move(parts.text);
}

// What was typed beside the text: " --to site --at 'fri 9am' --lang de".
std::string everything_again(Context& context, const ComposeFlags& flags);

// Empty when the editor is to be asked.
Result<std::string> text_from_flags(Context& context, const ComposeFlags& flags, std::string_view command) {
  auto& world = context.world;
  if (!flags.file.empty()) return world.read_file(flags.file);
  if (flags.text_given && flags.text != "-") return flags.text;
  if (flags.text == "-" || !world.stdin_is_terminal()) {
    if (flags.edit && flags.text != "-") return std::string{};
    POSTQ_TRY(auto text, world.read_stdin());
    if (text.empty()) {
      return fail(ErrorKind::usage, "no text: standard input is empty",
                  flags.media.empty() ? "postq " + std::string(command) + " \"what you want to say\""
                                      : "postq " + std::string(command) + " \"\"" + everything_again(context, flags) +
                                            "    the pictures alone");
    }
    return text;
  }
  return std::string{};
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ",") + word;
  return out;
}

// Is it one of the flags of a command that begins with them?
bool names_flag(std::string_view command, std::string_view flag) {
  for (auto at = command.find(flag); at != std::string_view::npos; at = command.find(flag, at + 1)) {
    const auto end = at + flag.size();
    if (end == command.size() || command[end] == ' ') return true;
  }
  return false;
}

// The pictures again, each with what belongs to it. An empty --alt stands where a later picture has one.
std::string media_again(Context& context, const ComposeFlags& flags) {
  std::string words;
  const auto alts = flags.alts();
  const auto focuses = flags.focuses();
  const auto last_of = [](const std::vector<std::string>& values) {
    const auto last = std::find_if(values.rbegin(), values.rend(), [](const auto& value) { return !value.empty(); });
    return static_cast<std::size_t>(values.rend() - last);
  };
  const auto with_alt = last_of(alts);
  const auto with_focus = last_of(focuses);
  const auto count = std::max({flags.media.size(), with_alt, with_focus});
  for (std::size_t i = 0; i < count; ++i) {
    if (i < flags.media.size()) words += " --media " + word_again(context, flags.media[i]);
    if (i < with_alt) words += " --alt " + word_again(context, alts[i]);
    if (i < with_focus) words += " --focus " + (focuses[i].empty() ? "0,0" : quoted_word(focuses[i]));
    const auto part = i < flags.media.size() ? flags.parts.meant_for(i) : 1;
    if (part > 1) words += " --part " + std::to_string(part);
  }
  if (flags.media.empty()) {
    for (const auto part : flags.parts.typed()) words += " --part " + std::to_string(part);
  }
  return words;
}

// What was typed beside the text and its accounts: " --at 'fri 9am' --lang de"; of the texts for single accounts those
// that `keeps` names, and nothing that `instead`, flags in front of it, says otherwise.
std::string words_again(Context& context, const ComposeFlags& flags, const std::function<bool(std::string_view)>& keeps,
                        std::string_view instead = {}) {
  const auto& request = flags.request;
  std::string words;
  const auto add = [&](std::string_view flag, const std::string& value) {
    if (!value.empty() && !names_flag(instead, flag))
      words += " " + std::string(flag) + " " + word_again(context, value);
  };
  const auto add_switch = [&](std::string_view flag, bool on) {
    if (on && !names_flag(instead, flag)) words += " " + std::string(flag);
  };
  add_switch("--thread", request.thread);
  add("--at", request.at);
  add_switch("--next", request.next_free_slot);
  add("--until", request.until);
  if (!names_flag(instead, "--media") && !names_flag(instead, "--alt")) words += media_again(context, flags);
  add_switch("--no-alt", flags.no_alt);
  add_switch("--shrink", request.shrink);
  for (const auto& variant : flags.variants) {
    if (keeps(std::string_view(variant).substr(0, variant.find('='))))
      words += " --variant " + word_again(context, variant);
  }
  add("--cw", request.warning);
  add_switch("--sensitive", request.sensitive);
  add("--visibility", request.visibility);
  add("--lang", request.language);
  add("--reply-to", request.reply_to);
  add("--replies", request.replies);
  add("--quotes", request.quotes);
  add("--label", request.label);
  add_switch("--together", request.together);
  add("--key", request.key);
  return words;
}

std::string everything_again(Context& context, const ComposeFlags& flags) {
  std::string words = flags.request.to.empty() ? "" : " --to " + quoted_word(joined(flags.request.to));
  words += words_again(context, flags, [](std::string_view) { return true; });
  if (flags.split) words += " --split";
  if (flags.no_split) words += " --no-split";
  return words;
}

// With the JPEG in place of a file that the advice converts into one: "heif-convert a.heic a.heic.jpg".
ComposeFlags with_converted(ComposeFlags flags, std::string_view advice) {
  for (auto& path : flags.media) {
    for (const auto& jpeg : {path + ".jpg", path.substr(path.rfind('/') + 1) + ".jpg"}) {
      if (advice.find("heif-convert " + quoted_word(path) + " " + quoted_word(jpeg) + " ") == std::string_view::npos) {
        continue;
      }
      path = jpeg;
      break;
    }
  }
  return flags;
}

// With the accounts and times that are meant, where that is known; the rest that was typed wrong is repeated: nobody
// but its author knows what is right.
ComposeFlags with_meant(Context& context, ComposeFlags flags) {
  auto& request = flags.request;
  for (auto& account : request.to) account = meant_accounts(context, account);
  for (auto& variant : flags.variants) {
    const auto equals = std::min(variant.find('='), variant.size());
    variant = meant_accounts(context, variant.substr(0, equals)) + variant.substr(equals);
  }
  if (!request.at.empty()) request.at = meant_time(context, request.at);
  if (!request.until.empty()) request.until = meant_time(context, request.until);
  return flags;
}

bool recovers(const ComposeFlags& flags) {
  return flags.recover && flags.recover->count() > 0;
}

// A picture is too large for it, and --shrink would help.
bool has_to_be_shrunk(const AccountContent& content) {
  return !content.can_be_sent() && content.problems.front().remedy.ends_with(" --shrink");
}

// "2 parts on bsky, 3 on x"; empty when an account can't be served so.
std::string parts_when_split(const Composed& composed) {
  std::string parts;
  for (const auto& content : composed.contents) {
    if (content.can_be_sent()) continue;
    const auto split = split_for(*content.platform, composed.draft, content.account);
    if (!split) return {};
    parts += (parts.empty() ? "" : ", ") + std::to_string(split->texts.size()) +
             (parts.empty() ? " parts on " : " on ") + content.account.name;
  }
  return parts;
}

// The flags with a place for another text where an alt text is too long for this account; nothing where none is.
std::optional<ComposeFlags> with_other_alts(const ComposeFlags& flags, const AccountContent& content) {
  if (content.can_be_sent() || content.problems.front().kind != "alt-too-long") return std::nullopt;
  ComposeFlags other = flags;
  for (const auto& problem : content.problems) {
    if (problem.kind != "alt-too-long") continue;
    for (auto& alt : other.alt) {
      if (count_graphemes(alt) == problem.count || count_code_points(alt) == problem.count) alt = "TEXT";
    }
  }
  return other;
}

// The flags with a place for another file where this one is of a kind, or a size, that the account doesn't take.
std::optional<ComposeFlags> with_other_file(const ComposeFlags& flags, const Problem& problem) {
  if (problem.kind != "media-type" && problem.kind != "media-too-large") return std::nullopt;
  auto other = flags;
  bool named = false;
  for (auto& path : other.media) {
    const auto name = path.substr(path.rfind('/') + 1);
    if (problem.message.find(name + " is ") == std::string::npos) continue;
    path = "FILE";
    named = true;
  }
  return named ? std::optional{std::move(other)} : std::nullopt;
}

// What to do about pictures that are too many there, in words; empty where that isn't the trouble.
std::string leave_out(const AccountContent& content) {
  const auto& problem = content.problems.front();
  if (problem.kind == "repeated-media") return "leave out one --media of it";
  if (problem.kind == "mixed-media") return "leave out the other --media";
  if (problem.kind != "too-many-media") return {};
  if (problem.limit == 0) return content.account.name + " goes without pictures only";
  return "leave out " + std::to_string(problem.count - problem.limit) + " --media" +
         (content.platform->traits().threads ? ", or spread them over a thread with --part" : "");
}

// Another text would change nothing.
bool only_media(const Composed& composed) {
  constexpr std::array<std::string_view, 7> kMediaKinds{"too-many-media", "repeated-media",  "mixed-media",
                                                        "media-type",     "media-too-large", "alt-too-long",
                                                        "needs-media"};
  return std::all_of(composed.contents.begin(), composed.contents.end(), [&](const AccountContent& content) {
    return std::all_of(content.problems.begin(), content.problems.end(), [&](const Problem& problem) {
      return !problem.fatal || std::find(kMediaKinds.begin(), kMediaKinds.end(), problem.kind) != kMediaKinds.end();
    });
  });
}

// `post` and `reply` send; `add` and `reply --draft` queue.
bool sends_now(std::string_view command) {
  return !command.starts_with("add") && !names_flag(command, "--draft");
}

std::string problem_line(const AccountContent& content) {
  const std::string name = pad(content.account.name, kNameColumn);
  if (content.can_be_sent()) {
    std::string line = name + " ok";
    if (content.limit > 0) {
      line += "           " + std::to_string(content.length) + " of " + std::to_string(content.limit);
    }
    return line;
  }
  const auto& problem = content.problems.front();
  std::string line = name + " " + visible_line(problem.message);
  if (problem.kind == "too-long" && problem.count > problem.limit && problem.limit > 0) {
    line += ", " + std::to_string(problem.count - problem.limit) + " too many";
  }
  if (problem.ends_at > 0 && problem.part >= 1) {
    const auto& text = content.content.parts[static_cast<std::size_t>(problem.part) - 1].text;
    std::string tail = text.substr(0, std::min(problem.ends_at, text.size()));
    const auto columns = display_width(tail);
    if (columns > kTailShown) {
      std::size_t from = tail.size() - std::min(tail.size(), kTailShown);
      while (from < tail.size() && (static_cast<unsigned char>(tail[from]) & 0xc0U) == 0x80U) ++from;
      tail = "..." + tail.substr(from);
    }
    line += "; ends at:\n" + std::string(kNameColumn + 6, ' ') + "\"" + visible_line(tail) + "|\"";
  }
  return line;
}

// A text that isn't UTF-8 is refused with the command that converts it where it lies: a file of the person's where it
// was, everything else in a rescue file.
Status check_encoding(Context& context, const ReadText& read, const ComposeFlags& flags, std::string_view command) {
  if (foreign_encoding(read.text).empty()) return {};
  const bool in_file = read.rescue.empty() && !flags.file.empty() && flags.file != "-";
  auto path = in_file ? flags.file : read.rescue;
  if (path.empty()) {
    POSTQ_TRY(auto* const rescue, context.world.rescue());
    POSTQ_TRY(path, rescue->save(read.text, stamp(context.world.now())));
  }
  auto refused =
      readable_text(read.text, path, "| postq " + std::string(command) + " -" + everything_again(context, flags));
  if (!in_file) refused.error().rescue = path;
  return pass_on(refused.error());
}

constexpr std::size_t kOpening = 50;  // columns of a text that tell it from others

// The first line with something on it.
std::string first_words(const std::string& text) {
  const auto begin = std::min(text.find_first_not_of(" \t\n"), text.size());
  return shorten(visible_line(text.substr(begin, text.find('\n', begin) - begin)), kOpening);
}

// How the text in a rescue file begins.
std::string opening_of(Rescue& rescue, const std::string& path) {
  const auto page = rescue.load(path);
  if (!page) return {};
  const auto parts = parts_of_page(*page, {});
  return first_words(parts.text.empty() ? parts.left_out : parts.text);
}

// Several texts may be meant, and the wrong one would go out under what was typed for another.
Error which_text(Context& context, Rescue& rescue, const ComposeFlags& flags, std::string_view command,
                 const std::vector<RescuedText>& texts) {
  constexpr std::size_t kShown = 5;
  Error error{ErrorKind::usage, std::to_string(texts.size()) + " rescued texts: which one?", {}, {}};
  const auto words = everything_again(context, flags) + (flags.edit ? " --edit" : "");
  for (std::size_t i = 0; i < std::min(texts.size(), kShown); ++i) {
    error.hint += "postq " + std::string(command) + " --recover " + quoted_word(texts[i].path) + words + "    \"" +
                  opening_of(rescue, texts[i].path) + "\"\n";
  }
  error.hint += "postq rescue    all of them";
  return error;
}

// The text that --recover means, as it lies there.
Result<ReadText> rescued_text(Context& context, Rescue& rescue, const ComposeFlags& flags, std::string_view command) {
  ReadText read;
  read.rescue = flags.recover_from;
  if (read.rescue.empty()) {
    POSTQ_TRY(const auto texts, rescue.recoverable());
    if (texts.size() > 1) return pass_on(which_text(context, rescue, flags, command, texts));
    POSTQ_TRY(read.rescue, texts.empty() ? rescue.newest() : Result<std::string>(texts.front().path));
  } else if (const auto texts = rescue.list()) {
    const auto& typed = flags.recover_from;
    const auto named = std::find_if(texts->begin(), texts->end(), [&](const RescuedText& text) {
      const auto name = text.path.substr(text.path.rfind('/') + 1);
      return text.path == typed || name == typed || name == typed + ".md";
    });
    if (named != texts->end()) {
      read.rescue = named->path;
      const auto actor = context.world.actor();
      if (!named->mine) read.author = named->author.empty() ? actor.person : named->author;
      if (!named->mine && read.author.empty()) read.author = "a person";
      if (!named->mine && actor.agent) {
        return fail(ErrorKind::refused,
                    "that text was written by " + read.author + ", and " + actor.name + " goes on with its own only",
                    "postq rescue    which those are");
      }
    }
  }
  POSTQ_TRY(read.text, rescue.load(read.rescue));
  return read;
}

void say_what_is_taken(Context& context, const ComposeFlags& flags, const ReadText& read) {
  if (flags.recover_from.empty()) {
    context.say("Going on with " + visible_line(read.rescue.substr(read.rescue.rfind('/') + 1)) + ": \"" +
                first_words(read.text) + "\"");
  } else if (!read.author.empty()) {
    context.say("It was written by " + visible_line(read.author) + ".");
  }
}

}  // namespace

void add_compose_flags(Arguments command, ComposeFlags& flags) {
  auto& request = flags.request;
  const bool is_post = flags.writing == Writing::post;
  const auto text =
      command.add_option("TEXT", flags.text, "What to say; - reads it from standard input; without it, the editor");
  text->each([&flags](const std::string&) { flags.text_given = true; });
  if (is_post) {
    command.add_option("--to", request.to, "Accounts or groups, or all")->comma_separated()->option_text("ACCOUNT,...");
  }
  command.add_option("--file", flags.file, "Read the text from a file")->option_text("FILE");
  command.add_flag("--edit", flags.edit, "Open the text in your editor first");
  command.add_flag("--thread", request.thread, "Split into parts at lines of ---");
  command.add_option("--media", flags.media, "A picture or film; repeat it for more")
      ->option_text("FILE")
      ->repeatable();
  command.add_option("--alt", flags.alt, "What the picture shows, behind its --media")
      ->option_text("TEXT")
      ->repeatable();
  flags.parts.add_to(command);
  command.add_flag("--no-alt", flags.no_alt, "The pictures are decoration and need no description");
  command.add_flag("--shrink", request.shrink, "Make pictures smaller that are too large for an account");
  command.add_option("--focus", flags.focus, "What a crop keeps in sight: X,Y from -1 to 1")
      ->option_text("X,Y")
      ->repeatable();
  command.add_flag("--sensitive", request.sensitive, "Hide the pictures until a reader opens them");
  if (is_post) {
    command.add_option("--variant", flags.variants, "Another text for one account; repeat it for more")
        ->option_text("ACCOUNT=TEXT|@FILE")
        ->repeatable();
  }
  command.add_flag("--split", flags.split, "Where the text is too long, make it a thread");
  command.add_flag("--no-split", flags.no_split, "Never do that, whatever config.toml says");
  command.add_option("--cw", request.warning, "A warning shown before the text")->option_text("TEXT");
  command.add_option("--visibility", request.visibility, "public, unlisted, private or direct")
      ->one_of({"public", "unlisted", "private", "direct"})
      ->option_text("WHO");
  command.add_option("--lang", request.language, "Language of the text; for several, the main one first")
      ->option_text("CODE,...");
  if (is_post) {
    command.add_option("--reply-to", request.reply_to, "The post to answer")->option_text("URL");
    command
        .add_option("--replies", request.replies, "Who may reply: everybody, nobody, or mentioned,followers,following")
        ->option_text("WHO");
    command.add_option("--quotes", request.quotes, "Who may quote it: everybody or nobody")->option_text("WHO");
  }
  command.add_option("--label", request.label, "A word to find it by")->option_text("WORD");
  flags.recover =
      command.add_option("--recover", flags.recover_from, "Go on with a rescued text; without FILE, the only one")
          ->option_text("[FILE]")
          ->optional_value();
}

Result<ReadText> read_text(Context& context, const ComposeFlags& flags, std::string_view command,
                           std::string_view below) {
  auto& world = context.world;
  POSTQ_TRY(auto* const rescue, world.rescue());
  ReadText read;
  if (recovers(flags)) {
    // It lies in a rescue file already, which goes once its row is committed.
    POSTQ_TRY(read, rescued_text(context, *rescue, flags, command));
    POSTQ_CHECK(check_encoding(context, read, flags, command));
    POSTQ_TRY(read.text, text_of_rescued(world, read.text));
    say_what_is_taken(context, flags, read);
    if (!flags.edit) return read;
  } else {
    POSTQ_TRY(read.text, text_from_flags(context, flags, command));
  }
  POSTQ_CHECK(check_encoding(context, read, flags, command));
  // A pipe or an editor is gone by the time something fails, an argument hard to get back: all are kept.
  const bool write_it = flags.edit || (!flags.text_given && flags.file.empty() && world.stdin_is_terminal());
  if (!write_it) {
    if (!read.text.empty()) {
      POSTQ_TRY(read.rescue, rescue->save(read.text, stamp(world.now())));
    }
    return read;
  }
  auto edited_text = from_editor(context, read.text, below.empty() ? kPostAdvice : below, *rescue);
  if (!edited_text && edited_text.error().kind == ErrorKind::interrupted && !flags.media.empty()) {
    auto& hint = edited_text.error().hint;
    hint += (hint.empty() ? "" : "\n") + ("postq " + std::string(command)) + " \"\"" +
            everything_again(context, flags) + "    the pictures alone";
  }
  POSTQ_TRY(const auto edited, std::move(edited_text));
  auto kept = rescue->save(edited.text, stamp(world.now()));
  if (!kept) {
    kept.error().rescue = edited.path;
    return pass_on(std::move(kept).error());
  }
  // What a person typed may lie there while they think; a script's text is in the queue in a moment.
  if (auto safe = rescue->secure(*kept); !safe) {
    safe.error().rescue = edited.path;
    return pass_on(std::move(safe).error());
  }
  rescue->drop(edited.path);
  if (!read.rescue.empty()) rescue->drop(read.rescue);
  return ReadText{edited.text, *std::move(kept), read.author};
}

Result<ReadText> keep_typed_text(Context& context, const ComposeFlags& flags, std::string_view command) {
  auto& world = context.world;
  POSTQ_TRY(auto* const rescue, world.rescue());
  if (recovers(flags)) {
    auto read = rescued_text(context, *rescue, flags, command);
    if (!read && read.error().kind != ErrorKind::not_found) return read;
    return read ? ReadText{{}, std::move(read->rescue), std::move(read->author)} : ReadText{};
  }
  // What can't be read wasn't typed here, and is where it was.
  auto text = text_from_flags(context, flags, command).value_or("");
  if (text.empty()) return ReadText{};
  POSTQ_TRY(auto path, rescue->save(text, stamp(world.now())));
  return ReadText{std::move(text), std::move(path)};
}

Status check_one_source(Context& context, const ComposeFlags& flags, std::string_view command) {
  std::vector<std::string> given;
  if (flags.text_given) given.emplace_back("TEXT");
  if (!flags.file.empty()) given.emplace_back("--file");
  if (recovers(flags)) given.emplace_back("--recover");
  if (given.size() < 2) return {};
  Error error{ErrorKind::usage, "text comes from one place: " + given[0], "leave out all but one", {}};
  for (std::size_t i = 1; i < given.size(); ++i) error.message += " and " + given[i];
  error.message += " were given";
  if (!flags.text_given || flags.text == "-" || flags.text.empty()) return pass_on(std::move(error));
  POSTQ_TRY(auto* const rescue, context.world.rescue());
  const auto lying = rescue->recoverable();  // before TEXT is one of them
  POSTQ_TRY(error.rescue, rescue->save(flags.text, stamp(context.world.now())));
  const std::string again = "postq " + std::string(command);
  const std::string words = everything_again(context, flags);
  error.hint = again + " --recover " + quoted_word(error.rescue) + words + "    the text typed here";
  if (!flags.file.empty()) {
    error.hint += "\n" + again + " --file " + quoted_word(flags.file) + words + "    that of --file";
  }
  const auto meant = !flags.recover_from.empty() ? flags.recover_from
                     : lying && !lying->empty()  ? lying->front().path
                                                 : std::string();
  if (recovers(flags) && !meant.empty()) {
    error.hint += "\n" + again + " --recover " + quoted_word(meant) + words + "    that of --recover";
  }
  return pass_on(std::move(error));
}

Status check_question(const Context& context, bool yes, std::string_view what,
                      const std::function<std::string()>& command) {
  if (yes || !(context.no_input || context.json)) return {};
  return fail(ErrorKind::usage, std::string(what) + " asks before it sends, and --json or --no-input rules that out",
              "say yes beforehand:  postq " + command() + " --yes");
}

std::string recover_words(Context& context, const ComposeFlags& flags) {
  return " --recover" + everything_again(context, flags);
}

void name_rescue(Context& context, const std::string& path, std::string_view command, const ComposeFlags& flags,
                 Error& error) {
  constexpr std::string_view kRecover = "--recover";
  if (path.empty()) return;
  if (error.rescue.empty()) error.rescue = path;
  auto& hint = error.hint;
  if (hint.find(path) != std::string::npos) return;  // it says already what becomes of it
  if (hint.find(kRecover) == std::string::npos) {
    const bool mistyped = error.kind == ErrorKind::usage || error.kind == ErrorKind::not_found;
    hint += (hint.empty() || hint.back() == '\n' ? "" : "\n");
    hint += (mistyped ? "with that put right:  postq " : "then go on:  postq ") + std::string(command);
    const auto converted = with_converted(flags, hint);
    hint += recover_words(context, mistyped ? with_meant(context, converted) : converted);
  }
  const auto rescue = context.world.rescue();
  const auto file = rescue ? behind_recover(**rescue, path) : " " + quoted_word(path);
  if (file.empty()) return;
  for (auto at = hint.find(kRecover); at != std::string::npos; at = hint.find(kRecover, at + kRecover.size())) {
    hint.insert(at + kRecover.size(), file);
  }
}

Result<std::string> readable_text(std::string raw, const std::string& path, const std::string& then) {
  const auto encoding = foreign_encoding(raw);
  if (encoding.empty()) return raw;
  auto error = normalise_text(raw).error();
  error.hint = "convert it:  iconv -f " + std::string(encoding) + " -t UTF-8 " + quoted_word(path) + " " + then;
  return pass_on(std::move(error));
}

Result<std::string> variant_text(Context& context, const std::string& account, const std::string& typed) {
  constexpr std::size_t kLongestPath = 255;
  if (typed.size() < 2 || typed.front() != '@') return typed;
  const std::string rest = typed.substr(1);
  if (rest.front() == '@') return rest;
  const bool has_spaces = rest.find_first_of(" \t\n") != std::string::npos;
  if (rest.find('\n') != std::string::npos || rest.size() > kLongestPath) return typed;
  auto text = context.world.read_file(rest);
  if (text) {
    const auto copy = rest + ".utf8";
    return readable_text(std::move(*text), rest,
                         "> " + quoted_word(copy) + "    then --variant " + quoted_word(account + "=@" + copy));
  }
  if (text.error().kind != ErrorKind::not_found) return text;
  const bool is_path = rest.front() == '/' || rest.front() == '.' || rest.front() == '~';
  if (has_spaces && !is_path) return typed;
  auto error = text.error();
  error.hint =
      "for a text that begins with an @, put a second one before it:  --variant " + quoted_word(account + "=@" + typed);
  return pass_on(std::move(error));
}

Status read_attachments(Context& context, ComposeFlags& flags) {
  auto& request = flags.request;
  if (flags.media.empty() && !flags.alt.empty()) {
    return fail(ErrorKind::usage, "--alt describes a picture, and there is no --media", "--media FILE --alt TEXT");
  }
  if (flags.media.empty() && !flags.focus.empty()) {
    return fail(ErrorKind::usage, "--focus is of a picture, and there is no --media", "--media FILE --focus X,Y");
  }
  if (flags.alt.size() > flags.media.size()) {
    return fail(ErrorKind::usage, "more --alt than --media", "give one --alt behind each --media");
  }
  if (flags.focus.size() > flags.media.size()) {
    return fail(ErrorKind::usage, "more --focus than --media", "give one --focus behind each --media");
  }
  POSTQ_CHECK(flags.parts.check(true));
  if (flags.split && flags.no_split) {
    return fail(ErrorKind::usage, "--split and --no-split together", "give one of them");
  }
  if (flags.split || flags.no_split) request.split = flags.split ? Split::always : Split::never;
  const auto alts = flags.alts();
  const auto focuses = flags.focuses();
  for (std::size_t i = 0; i < flags.media.size(); ++i) {
    request.media.push_back({flags.media[i], alts[i], flags.no_alt && alts[i].empty(), focuses[i], flags.parts.of(i)});
  }
  for (const auto& variant : flags.variants) {
    const auto equals = variant.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(ErrorKind::usage, "--variant '" + variant + "' names no account",
                  "--variant ACCOUNT=TEXT or ACCOUNT=@FILE");
    }
    const auto account = variant.substr(0, equals);
    POSTQ_TRY(request.variants[account], variant_text(context, account, variant.substr(equals + 1)));
  }
  return {};
}

Error refusal(Context& context, const ComposeFlags& flags, std::string_view command, const Composed& composed,
              const std::string& rescue) {
  const auto too_long = [](const AccountContent& c) {
    return std::any_of(c.problems.begin(), c.problems.end(), [](const Problem& p) { return p.kind == "too-long"; });
  };
  const auto bad = static_cast<std::size_t>(std::count_if(composed.contents.begin(), composed.contents.end(),
                                                          [](const AccountContent& c) { return !c.can_be_sent(); }));
  const bool only_length = std::all_of(composed.contents.begin(), composed.contents.end(),
                                       [&](const AccountContent& c) { return c.can_be_sent() || too_long(c); });
  Error error{ErrorKind::usage, "", "", rescue};
  error.message = (only_length ? "too long for " : "this can't be sent to ") + std::to_string(bad) + " of " +
                  std::to_string(composed.contents.size()) +
                  (composed.contents.size() == 1 ? " account" : " accounts") + "; nothing was " +
                  (sends_now(command) ? "sent\n" : "queued\n");
  std::string fitting;
  std::string variants;
  for (const auto& content : composed.contents) {
    error.message += "\n  " + problem_line(content);
    if (content.can_be_sent()) {
      fitting += (fitting.empty() ? "" : ",") + content.account.name;
    } else {
      variants += " --variant " + content.account.name + "=@short.txt";
    }
  }
  error.message += "\n";
  const std::string to = flags.request.to.empty() ? "" : " --to " + joined(flags.request.to);
  const auto fits = [&composed](std::string_view name) {
    return std::any_of(composed.contents.begin(), composed.contents.end(), [name](const AccountContent& content) {
      return content.account.name == name && content.can_be_sent();
    });
  };
  const auto typed = [&](const std::string& what, const std::string& where, const std::string& rest) {
    return "postq " + std::string(command) + " --recover" + what + where + rest;
  };
  const auto again = [&](const std::string& what) {
    return typed(what, to, words_again(context, flags, [](std::string_view) { return true; }));
  };
  if (only_length) {
    error.hint = again(" --edit") + "    shorten it\n";
    if (const auto parts = parts_when_split(composed); !parts.empty()) {
      error.hint += again(" --split") + "    a thread: " + parts + "\n";
    }
    if (flags.writing == Writing::post) {
      error.hint += typed(variants, to, words_again(context, flags, fits)) + "    another text there\n";
    }
  } else {
    std::vector<std::string> lines;
    const auto all = [](std::string_view) { return true; };
    for (const auto& content : composed.contents) {
      if (content.can_be_sent()) continue;
      if (has_to_be_shrunk(content)) lines.push_back(again(" --shrink") + "    make the picture smaller");
      if (auto shorter = with_other_alts(flags, content)) {
        lines.push_back(typed("", to, words_again(context, *shorter, all)) + "    a shorter description");
      } else if (auto other = with_other_file(flags, content.problems.front()); other && !has_to_be_shrunk(content)) {
        lines.push_back(typed("", to, words_again(context, *other, all)) + "    with another file");
      } else if (auto advice = leave_out(content); !advice.empty()) {
        lines.push_back(std::move(advice));
      } else if (!has_to_be_shrunk(content)) {
        // Nothing is queued yet, so what would be an edit is another add.
        auto remedy = content.problems.front().remedy;
        constexpr std::string_view kEdit = "postq edit ID";
        if (remedy == kEdit) continue;
        if (remedy.starts_with(kEdit)) {
          const auto end = std::min(remedy.find("    "), remedy.size());
          const auto flags_there = remedy.substr(kEdit.size(), end - kEdit.size());
          remedy = typed(flags_there, names_flag(flags_there, "--to") ? "" : to,
                         words_again(context, flags, all, flags_there)) +
                   remedy.substr(end);
        }
        if (!remedy.empty()) lines.push_back(std::move(remedy));
      }
    }
    if (!only_media(composed)) lines.push_back(again(" --edit") + "    go on with this text");
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto end = lines.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::find(lines.begin(), end, lines[i]) == end) error.hint += lines[i] + "\n";
    }
  }
  if (!fitting.empty())
    error.hint += typed(" --to " + fitting, "", words_again(context, flags, fits)) + "    only there\n";
  return error;
}

}  // namespace postq
