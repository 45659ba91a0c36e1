#include "app/compose/edit.h"

#include <algorithm>
#include <map>

#include <postq/base/command_words.h>
#include <postq/text/text.h>
#include <postq/time/when.h>

#include "app/compose/edit_template.h"
#include "app/compose/shrink.h"
#include "app/words/select.h"
#include "app/words/when_words.h"
#include "cli/agents.h"
#include "cli/commands.h"
#include "cli/flags/compose_flags.h"
#include "cli/parser/kept_text.h"

namespace postq {

namespace {

struct EditOptions {
  std::string id;
  std::optional<std::string> text;
  std::string file;
  bool thread = false;
  std::vector<std::string> media;
  std::vector<std::string> alt;
  bool no_alt = false;
  bool shrink = false;
  std::optional<std::string> at;
  std::optional<std::string> until;
  std::vector<std::string> to;
  std::optional<std::string> warning;
  std::optional<std::string> visibility;
  std::optional<std::string> language;
  std::optional<std::string> reply_to;
  std::optional<std::string> replies;
  std::optional<std::string> quotes;
  bool sensitive = false;
  bool not_sensitive = false;
  std::vector<std::string> focus;
  PartFlags parts;
  bool split = false;
  std::vector<std::string> variants;
  std::optional<std::string> label;
  std::string recover;

  // Nothing but the id: the editor.
  bool wants_editor() const {
    return !text && file.empty() && !thread && media.empty() && alt.empty() && !no_alt && !at && !until && to.empty() &&
           !warning && !visibility && !language && !reply_to && variants.empty() && !label && !replies && !quotes &&
           !sensitive && !not_sensitive && focus.empty() && parts.typed().empty() && !split && !shrink;
  }
};

Result<std::string> text_of(Context& context, const EditOptions& options) {
  if (!options.file.empty()) {
    POSTQ_TRY(auto raw, context.world.read_file(options.file));
    return readable_text(std::move(raw), options.file, "| postq edit " + options.id + " --text -");
  }
  return *options.text == "-" ? context.world.read_stdin() : Result<std::string>(*options.text);
}

Status put_text(Context& context, const EditOptions& options, Draft& draft) {
  if (options.text || !options.file.empty()) {
    POSTQ_TRY(const auto raw, text_of(context, options));
    POSTQ_TRY(const auto text, normalise_text(raw));
    const bool thread = options.thread || draft.parts.size() > 1;
    set_texts(draft, thread ? split_thread(text) : std::vector<std::string>{text});
  } else if (options.thread) {
    std::vector<std::string> texts;
    for (const auto& part : draft.parts) {
      for (auto& piece : split_thread(part.text)) texts.push_back(std::move(piece));
    }
    set_texts(draft, texts);
  }
  return {};
}

Status put_variants(Context& context, const EditOptions& options, Draft& draft) {
  for (const auto& variant : options.variants) {
    const auto equals = variant.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fail(ErrorKind::usage, "--variant '" + variant + "' names no account",
                  "--variant ACCOUNT=TEXT or ACCOUNT=@FILE; ACCOUNT= takes its own text away");
    }
    const auto account = variant.substr(0, equals);
    const auto typed = variant.substr(equals + 1);
    draft.variant_places.erase(account);
    if (typed.empty()) {
      draft.variants.erase(account);
      continue;
    }
    POSTQ_TRY(const auto raw, variant_text(context, account, typed));
    POSTQ_TRY(const auto text, normalise_text(raw));
    draft.variants[account] = draft.parts.size() > 1 ? split_thread(text) : std::vector<std::string>{text};
  }
  return {};
}

// New files take the place of the old ones. With --shrink they get as small as all accounts of the post need them, and
// so do those that are there already. Another account may need them upright.
Status put_files(World& world, const EditOptions& options, const std::vector<Account>& accounts, Draft& draft) {
  const auto limits = limits_for_all(world.platforms(), accounts);
  if (options.media.empty()) {
    if (!options.shrink && options.to.empty()) return {};
    for (auto* const media : media_of(draft)) POSTQ_CHECK(fit_kept(world, *media, limits, options.shrink));
    return {};
  }
  for (auto& part : draft.parts) part.media.clear();
  for (const auto& path : options.media) {
    POSTQ_TRY(auto media, keep_file(world, path, limits, options.shrink));
    draft.parts.front().media.push_back(std::move(media));
  }
  return {};
}

// --alt alone describes the pictures that are there.
Status put_media(World& world, const EditOptions& options, const std::vector<Account>& accounts, Draft& draft) {
  if (!options.media.empty() && options.alt.size() > options.media.size()) {
    return fail(ErrorKind::usage, "more --alt than --media", "give one --alt behind each --media");
  }
  POSTQ_CHECK(options.parts.check(false));
  POSTQ_CHECK(put_files(world, options, accounts, draft));
  const auto media = media_of(draft);
  if (options.alt.size() > media.size()) {
    return fail(ErrorKind::usage,
                media.empty() ? "it has no picture to describe"
                              : "more --alt than pictures: there are " + std::to_string(media.size()),
                "postq edit " + options.id + " --media FILE --alt TEXT");
  }
  if (options.focus.size() > media.size()) {
    return fail(ErrorKind::usage, "more --focus than pictures: there are " + std::to_string(media.size()),
                "postq edit " + options.id + " --media FILE --focus X,Y");
  }
  if (options.media.empty() && options.parts.typed().size() > media.size()) {
    return fail(ErrorKind::usage, "more --part than pictures: there are " + std::to_string(media.size()),
                "postq edit " + options.id + " --media FILE --part N");
  }
  const bool paired = !options.media.empty();
  const auto focuses = paired ? options.parts.paired("--focus", options.focus, media.size()) : options.focus;
  const auto alts = paired ? options.parts.paired("--alt", options.alt, media.size()) : options.alt;
  for (std::size_t i = 0; i < focuses.size(); ++i) {
    if (paired && focuses[i].empty()) continue;
    POSTQ_TRY(media[i]->focus, normalise_focus(focuses[i]));
  }
  for (std::size_t i = 0; i < media.size(); ++i) {
    if (i < alts.size() && !(paired && alts[i].empty())) {
      POSTQ_TRY(media[i]->alt, normalise_text(alts[i]));
      media[i]->decorative = false;
    } else if (options.no_alt) {
      media[i]->alt.clear();
      media[i]->decorative = true;
    }
  }
  // --part alone moves the pictures that are there, the first one first.
  std::map<std::size_t, std::size_t> parts;
  for (std::size_t i = 0; i < options.media.size(); ++i) parts[i] = options.parts.of(i);
  for (std::size_t i = 0; options.media.empty() && i < options.parts.typed().size(); ++i) {
    parts[i] = options.parts.typed()[i];
  }
  return place_media(draft, parts);
}

Status put_times(Context& context, const EditOptions& options, Draft& draft) {
  if (!options.at && !options.until) return {};
  auto& schedule = draft.schedule;
  if (options.at && options.at->empty()) {
    schedule.wall.reset();
    schedule.zone.clear();
    schedule.not_before = {};
  } else if (options.at) {
    POSTQ_TRY(const auto at, read_when(context.world, *options.at));
    schedule.wall = at.wall;
    schedule.zone = at.zone;
    schedule.not_before = at.instant;
    if (!at.note.empty()) context.say(at.note);
  }
  if (options.until) {
    schedule.until.reset();
    if (!options.until->empty()) {
      POSTQ_TRY(const auto until, read_when(context.world, *options.until));
      schedule.until = until.instant;
      if (!until.note.empty()) context.say(until.note);
    }
  }
  if (schedule.until && schedule.wall && *schedule.until <= schedule.not_before) {
    return fail(ErrorKind::usage, "its end lies before its time", "give --until behind --at");
  }
  return {};
}

// Those that the post will go to.
Result<std::vector<Account>> accounts_after(Store& store, const OpenedPost& post, const PostEdit& edit) {
  if (edit.accounts) return *edit.accounts;
  std::vector<Account> accounts;
  for (const auto& detail : post.detail.deliveries) {
    // What went to an account that was removed since stays as it is.
    auto account = account_of(store, detail.delivery);
    if (!account && account.error().kind == ErrorKind::not_found) continue;
    if (!account) return pass_on(account.error());
    accounts.push_back(std::move(*account));
  }
  return accounts;
}

// Threads for the accounts for which it is too long.
Status split_where_too_long(World& world, const std::vector<Account>& accounts, PostEdit& edit) {
  for (const auto& account : accounts) {
    const auto* const platform = world.platforms().find(account.platform);
    if (platform == nullptr) continue;
    if (auto split = split_for(*platform, edit.draft, account)) take_split(*std::move(split), account.name, edit.draft);
  }
  return {};
}

Result<PostEdit> edit_from_flags(Context& context, Store& store, const EditOptions& options, const OpenedPost& post) {
  PostEdit edit;
  edit.draft = post.draft;
  edit.label = options.label;
  POSTQ_CHECK(put_text(context, options, edit.draft));
  if (!options.to.empty()) {
    POSTQ_TRY(edit.accounts, accounts_for(context.world, store, options.to));
  }
  std::vector<Account> accounts;
  if (options.split || options.shrink || !options.media.empty() || !options.to.empty()) {
    POSTQ_TRY(accounts, accounts_after(store, post, edit));
  }
  POSTQ_CHECK(put_media(context.world, options, accounts, edit.draft));
  POSTQ_CHECK(put_variants(context, options, edit.draft));
  POSTQ_CHECK(put_times(context, options, edit.draft));
  if (options.warning) {
    POSTQ_TRY(edit.draft.warning, normalise_text(*options.warning));
  }
  if (options.visibility) edit.draft.visibility = *options.visibility;
  if (options.language) {
    POSTQ_TRY(edit.draft.language, normalise_languages(*options.language));
  }
  if (options.reply_to) {
    POSTQ_TRY(edit.draft.reply_to, normalise_reply_to(*options.reply_to));
  }
  if (options.replies) {
    POSTQ_TRY(edit.draft.replies, normalise_replies(*options.replies));
  }
  if (options.quotes) {
    POSTQ_TRY(edit.draft.quotes, normalise_quotes(*options.quotes));
  }
  if (options.sensitive || options.not_sensitive) edit.draft.sensitive = options.sensitive;
  if (options.split) POSTQ_CHECK(split_where_too_long(context.world, accounts, edit));
  const bool blank = std::all_of(edit.draft.parts.begin(), edit.draft.parts.end(), [](const Draft::Part& part) {
    return part.text.find_first_not_of(" \t\n") == std::string::npos && part.media.empty();
  });
  if (blank) return fail(ErrorKind::usage, "the text is empty", "postq rm " + options.id + "    takes the post out");
  return edit;
}

// The post can't change any more: what was written for it goes out as another, unless it may still come back.
Error too_late(Error error, const PostDetail& post, const std::string& path) {
  if (path.empty()) return error;
  const bool is_settled = std::all_of(post.deliveries.begin(), post.deliveries.end(), [](const DeliveryDetail& detail) {
    return detail.delivery.state != DeliveryState::sending && detail.delivery.state != DeliveryState::unconfirmed;
  });
  error.rescue = path;
  error.hint += "\n" + (is_settled ? "postq add --recover " + quoted_word(path) + "    what you wrote, as another post"
                                   : "postq edit " + std::to_string(number(post.id)) + " --recover " +
                                         quoted_word(path) + "    once that is settled");
  return error;
}

// The editor, as often as it takes while a person is there to say so.
Result<Edited> edit_in_editor(Context& context, Store& store, PostId id, const std::string& recover) {
  auto& world = context.world;
  EditorText text{world, recover};
  for (;;) {
    POSTQ_TRY(const auto post, open_post(store, id));
    if (const auto editable = check_editable(post.detail); !editable) {
      return pass_on(too_late(editable.error(), post.detail, text.path()));
    }
    POSTQ_TRY(const auto contents, contents_of(world, store, post));
    auto draft = text.edit(post.draft, contents);
    const auto apply = [&](const Draft& wanted) {
      PostEdit edit;
      edit.draft = wanted;
      return apply_edit(world, store, post, edit);
    };
    auto edited = draft ? apply(*draft) : pass_on(draft.error());
    if (edited) {
      text.forget();
      return edited;
    }
    auto error = edited.error();
    // It may have gone out while it was written on.
    if (const auto now = store.post(id)) {
      const auto editable = check_editable(*now);
      if (!editable) return pass_on(too_late(editable.error(), *now, text.path()));
    }
    error.hint = with_number(std::move(error.hint), id);
    error.rescue = text.path();
    if (!text.path().empty()) {
      error.hint +=
          (error.hint.empty() ? "" : "\n") + ("postq edit " + std::to_string(number(id)) + " --recover ") + text.path();
    }
    if (error.kind == ErrorKind::interrupted || error.kind == ErrorKind::storage) return pass_on(error);
    report(context, error);
    POSTQ_TRY(const auto key, world.terminal().read_key("e edit it again   q leave it > "));
    if (key != "e" && key != "edit" && key != "\n") return fail(ErrorKind::interrupted, "");
  }
}

// What is to be shrunk was typed already, with its descriptions.
Error with_files(Context& context, const EditOptions& options, const std::string& id, Error error) {
  const auto asked = "postq edit " + id + " --media FILE --shrink";
  const auto at = error.hint.find(asked);
  if (at == std::string::npos || options.media.empty()) return error;
  std::string again = "postq edit " + id;
  const auto alts = options.parts.paired("--alt", options.alt, options.media.size());
  for (std::size_t i = 0; i < options.media.size(); ++i) {
    again += " --media " + word_again(context, options.media[i]);
    if (!options.alt.empty()) again += " --alt " + word_again(context, alts[i]);
    if (const auto part = options.parts.of(i); part > 1) again += " --part " + std::to_string(part);
  }
  error.hint.replace(at, asked.size(), again + (options.no_alt ? " --no-alt" : "") + " --shrink");
  return error;
}

void say_names(Context& context, const std::vector<std::string>& names, std::string_view what) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  if (!names.empty()) context.say(list + std::string(what));
}

void tell(Context& context, const std::string& id, Origin origin, const Edited& edited) {
  if (!edited.anything) {
    context.say("Nothing changed in post " + id + ".");
    return;
  }
  const bool by_hand = origin == Origin::hand_written;
  say_names(context, edited.changed, by_hand ? " changed." : " changed: to review again.");
  say_names(context, edited.joined, by_hand ? " joined." : " joined: to review.");
  say_names(context, edited.removed, " taken out.");
  const bool one = edited.untouched.size() == 1;
  const std::string stays = one ? " stays as it was" : " stay as they were";
  const std::string approval = one ? ", and keeps its approval" : ", and keep their approvals";
  say_names(context, edited.untouched, stays + (edited.keeps_approval ? approval : "") + ".");
  say_names(context, edited.out,
            edited.out.size() == 1 ? " is public already and stays." : " are public already and stay.");
  for (const auto& content : edited.contents) {
    std::string line = "  " + pad(content.account.name, 12) + std::to_string(content.length);
    if (content.limit > 0) line += " of " + std::to_string(content.limit);
    for (const auto& problem : content.problems) line += "; " + visible_line(problem.message);
    context.say(line);
  }
  if (edited.changed.empty() && edited.joined.empty()) return;
  if (origin != Origin::hand_written) return say_who_reviews(context, id);
  context.say("Next: postq post " + id);
}

Exit run_edit(const EditOptions& options, Context& context) {
  auto& world = context.world;
  POSTQ_TRY(const auto selection, parse_selection(options.id));
  if (selection.first != selection.last) {
    return fail(ErrorKind::usage, "edit takes one post at a time",
                "postq edit " + std::to_string(number(selection.first)));
  }
  const auto id = std::to_string(number(selection.first));
  if (selection.account) {
    return fail(ErrorKind::usage, "a post is edited for all its accounts; one of them can have another text",
                "postq edit " + id + " --variant " + *selection.account + "=TEXT");
  }
  if (options.wants_editor() && !context.may_ask()) {
    return fail(ErrorKind::usage, "no terminal to open an editor on", "postq edit " + id + " --text TEXT");
  }
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  if (world.actor().agent) {
    POSTQ_TRY(const auto post, store->post(selection.first));
    POSTQ_CHECK(check_editable(post));  // or the person would be sent to type what nobody may
    POSTQ_CHECK(check_agents_own(context, *store, {post}, "edit"));
  }
  Edited edited;
  if (options.wants_editor()) {
    POSTQ_TRY(edited, edit_in_editor(context, *store, selection.first, options.recover));
  } else {
    POSTQ_TRY(const auto post, open_post(*store, selection.first));
    POSTQ_TRY(const auto edit, edit_from_flags(context, *store, options, post));
    auto applied = apply_edit(world, *store, post, edit);
    if (!applied) return pass_on(with_files(context, options, id, applied.error()));
    edited = *std::move(applied);
  }
  if (context.json) {
    context.result(JsonLine()
                       .text("schema", "postq.edit/1")
                       .number("id", number(selection.first))
                       .flag("anything", edited.anything)
                       .list("changed", edited.changed)
                       .list("joined", edited.joined)
                       .list("removed", edited.removed)
                       .list("untouched", edited.untouched)
                       .list("out", edited.out)
                       .str());
    return kDone;
  }
  POSTQ_TRY(const auto post, store->post(selection.first));
  tell(context, id, post.origin, edited);
  return kDone;
}

}  // namespace

void setup_edit(Arguments command, Context& context) {
  auto options = std::make_shared<EditOptions>();
  command.add_option("ID", options->id, "The post")->required();
  command.add_option("--text", options->text, "Another text; - reads it from standard input")->option_text("TEXT");
  command.add_option("--file", options->file, "Another text, from a file")
      ->option_text("FILE")
      ->excludes(command.find("--text"));
  command.add_flag("--thread", options->thread, "Split into parts at lines of ---");
  command.add_option("--to", options->to, "All accounts it goes to")->comma_separated()->option_text("ACCOUNT,...");
  command.add_option("--at", options->at, "Another time; empty: as soon as approved")->option_text("WHEN");
  command.add_option("--until", options->until, "Never after this; empty: no end")->option_text("WHEN");
  command.add_option("--media", options->media, "Pictures instead of those that are there; repeat it for more")
      ->option_text("FILE")
      ->repeatable();
  command.add_option("--alt", options->alt, "What the pictures show: in their order, or behind each --media")
      ->option_text("TEXT")
      ->repeatable();
  options->parts.add_to(command);
  command.add_option("--focus", options->focus, "What a crop keeps in sight: X,Y from -1 to 1")
      ->option_text("X,Y")
      ->repeatable();
  command.add_flag("--no-alt", options->no_alt, "The pictures are decoration and need no description");
  command.add_flag("--shrink", options->shrink, "Make pictures smaller that are too large for an account");
  command.add_option("--variant", options->variants, "Another text for one account; repeat it for more")
      ->option_text("ACCOUNT=TEXT|@FILE")
      ->repeatable();
  command.add_option("--cw", options->warning, "A warning shown before the text; empty: none")->option_text("TEXT");
  command.add_option("--visibility", options->visibility, "public, unlisted, private or direct")
      ->one_of({"public", "unlisted", "private", "direct"})
      ->option_text("WHO");
  command.add_option("--lang", options->language, "Language of the text; for several, the main one first")
      ->option_text("CODE,...");
  command.add_option("--reply-to", options->reply_to, "The post to answer; empty: none")->option_text("URL");
  command
      .add_option("--replies", options->replies, "Who may reply: everybody, nobody, or mentioned,followers,following")
      ->option_text("WHO");
  command.add_option("--quotes", options->quotes, "Who may quote it: everybody or nobody")->option_text("WHO");
  const auto hide = command.add_flag("--sensitive", options->sensitive, "Hide the pictures until a reader opens them");
  command.add_flag("--not-sensitive", options->not_sensitive, "Show the pictures at once")->excludes(hide);
  command.add_flag("--split", options->split, "Where the text is too long, make it a thread");
  command.add_option("--label", options->label, "A word to find it by; empty: none")->option_text("WORD");
  command.add_option("--recover", options->recover, "Go on in the editor with a text that could not be stored")
      ->option_text("FILE");
  command.footer(
      "Without flags it opens your editor. What changes goes back to review; an account whose content "
      "stays the same keeps its approval.\n\n"
      "Examples:\n"
      "  postq edit 12\n"
      "  postq edit 12 --text \"Open Saturday 8 to 13\"\n"
      "  postq edit 12 --alt \"A wooden sign with an acorn\"\n"
      "  postq edit 12 --variant site=@long.txt");
  command.callback([options, &context] { context.outcome = run_edit(*options, context); });
}

}  // namespace postq
