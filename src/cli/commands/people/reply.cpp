#include "cli/commands/people/reply.h"

#include <postq/text/text.h>

#include "app/inbox/inbox.h"
#include "cli/commands.h"
#include "cli/commands/publishing/by_hand.h"
#include "cli/output/attention.h"

namespace postq {

namespace {

// Says where the text lies, and the command that goes on with it: that of a post of its own when there is nothing left
// to answer.
void name_way_on(Context& context, Store& store, const ReplyFlags& flags, const ReplyTarget* target,
                 const std::string& rescue, Error& error) {
  const bool unknown = target == nullptr && error.kind == ErrorKind::not_found;
  std::string command =
      "reply " + (unknown ? "iN" : flags.item) + (flags.draft ? " --draft" : "") + (flags.all ? " --all" : "");
  if (error.kind == ErrorKind::refused && !rescue.empty()) {
    const auto id = item_id_from_words(flags.item);
    const auto item = id ? store.item(*id) : Result<Item>(pass_on(id.error()));
    const bool deleted = (target != nullptr && target->item.deleted_at) || (item && item->deleted_at);
    if (deleted) {
      command = "post --to " + (target != nullptr ? target->account.name : item->account_name);
    } else if (item && item->state == ItemState::answered && flags.again == Again::no) {
      error.hint.clear();  // the same with the text
      command += " --again";
    }
  }
  if (flags.again == Again::yes) command += " --again";
  name_rescue(context, rescue, command, flags.compose, error);
}

// Nobody is told how to answer what isn't there.
Result<Item> item_typed(World& world, const std::string& typed) {
  POSTQ_TRY(const auto id, item_id_from_words(typed));
  POSTQ_TRY(auto* const store, world.store(StoreUse::read));
  return item_named(*store, name_of(id));
}

// The command again, without its text.
std::string command_of(const ReplyFlags& flags) {
  return "reply " + flags.item + (flags.draft ? " --draft" : "") + (flags.all ? " --all" : "") +
         (flags.again == Again::yes ? " --again" : "");
}

// Refuses where no person is, with what was typed kept: what a program may do with it is a draft.
Exit refuse_without_person(Context& context, const ReplyFlags& flags) {
  if (const auto there = item_typed(context.world, flags.item); !there) {
    POSTQ_TRY(const auto kept, keep_typed_text(context, flags.compose, "reply iN"));
    auto error = there.error();
    name_rescue(context, kept.rescue, "reply iN", flags.compose, error);
    return pass_on(std::move(error));
  }
  const std::string command =
      "reply " + flags.item + (flags.again == Again::yes ? " --again" : "") + (flags.all ? " --all" : "");
  POSTQ_TRY(const auto kept, keep_typed_text(context, flags.compose, command));
  const std::string words = kept.rescue.empty() ? "" : recover_words(context, flags.compose);
  auto error = require_person(context.world, "answering", "postq " + command + words).error();
  error.hint += "\nqueue it for review:  postq " + command + " --draft" + (words.empty() ? " \"...\"" : words);
  name_rescue(context, kept.rescue, command, flags.compose, error);
  return pass_on(std::move(error));
}

bool comes_from_the_editor(const ReplyFlags& flags, World& world) {
  const auto& compose = flags.compose;
  const bool recovered = compose.recover && compose.recover->count() > 0;
  return !compose.text_given && compose.file.empty() && !recovered && world.stdin_is_terminal();
}

// What a person is asked before it goes out.
std::string heading_of(const Item& item, std::size_t width) {
  std::string text;
  for (const auto& row : wrap("Answering " + name_of(item.id) + ", " + visible_line(name_of(item.said.person)) +
                                  ": \"" + shorten(visible_line(opening_of(item.said.text)), 50) + "\"",
                              width)) {
    text += row + "\n";
  }
  return text + "\n";
}

std::string as_json(const Item& item, const Added& added, const std::vector<std::string>& left_out) {
  return JsonLine()
      .text("schema", "postq.reply/1")
      .number("id", number(added.post))
      .text("item", name_of(item.id))
      .flag("draft", true)
      .list("not_told", left_out)
      .str();
}

// One answer, from its text to what became of it. `target` is marked deleted when the platform says so.
class Answering {
 public:
  Answering(Context& context, Store& store, const ReplyFlags& flags, ReplyTarget& target, const ReadText& read)
      : context_(context), world_(context.world), store_(store), flags_(flags), target_(target), read_(read) {}

  Exit run() {
    std::string text = read_.text;
    if (flags_.all) text = naming(not_told(target_.item, target_.account, text), text);
    for (;;) {
      auto typed = flags_.compose.request;
      typed.text = text;
      typed.command = command();
      typed.origin = flags_.draft ? Origin::scheduled : Origin::hand_written;
      POSTQ_TRY(const auto request, as_answer(target_, std::move(typed)));
      POSTQ_TRY(auto composed, compose(world_, store_, request));
      if (!composed.fits()) return pass_on(refused(composed));
      left_out_ = not_told(target_.item, target_.account, text);
      bool all = false;
      auto outcome = flags_.draft ? queue(composed, request) : send(composed, request, all);
      if (!all) return outcome;
      text = naming(left_out_, text);
    }
  }

  // The text is a row: it needs no rescue file any more.
  bool stored() const { return stored_; }

 private:
  Error refused(const Composed& composed) const {
    return refusal(context_, flags_.compose, command(), composed, read_.rescue);
  }
  std::string command() const { return command_of(flags_); }

  auto claim() const { return claim_answer(world_, store_, target_, flags_.again); }

  Exit queue(const Composed& composed, const ComposeRequest& request) {
    POSTQ_TRY(const auto held, claim());
    POSTQ_TRY(const auto added, enqueue(world_, store_, composed, request));
    stored_ = true;
    if (!read_.rescue.empty()) {
      POSTQ_TRY(auto* const rescue, world_.rescue());
      rescue->drop_with_copies(read_.rescue);
    }
    const auto id = std::to_string(number(added.post));
    if (context_.json) {
      context_.result(as_json(target_.item, added, left_out_));
      return kDone;
    }
    context_.say("Queued for review as " + id + ", an answer to " + name_of(target_.item.id) + ".");
    if (!left_out_.empty()) {
      context_.say("Not told: " + joined(left_out_) + ", to whom it also speaks. To tell them, name them:");
      context_.say("  postq edit " + id);
    }
    context_.say("Next: postq review " + id);
    context_.result(id);
    return kDone;
  }

  // `all` is set, and nothing sent, when those are to be named as well to whom the item also speaks.
  Exit send(Composed& composed, const ComposeRequest& request, bool& all) {
    if (auto found = resolve_all(world_, composed); !found) {
      if (found.error().kind != ErrorKind::not_found) return pass_on(found.error());
      target_.item.deleted_at = world_.now();
      return pass_on(gone(target_.item));
    }
    // The name of whom it answers may have become a part of the text.
    if (!composed.fits()) return pass_on(refused(composed));
    ByHand by_hand;
    by_hand.heading = heading_of(target_.item, columns(context_.world));
    by_hand.question = "Send it now? [y/n] ";
    if (!left_out_.empty()) {
      by_hand.footing = "Not told: " + joined(left_out_) + ", to whom it also speaks.\n";
      by_hand.question =
          left_out_.size() == 1 ? "Send it now? [y/n, a: name them too] " : "Send it now? [y/n, a: name all of them] ";
      by_hand.other_key = "a";
      by_hand.other = &all;
    }
    by_hand.unless = {ErrorKind::interrupted, "nothing was sent", "", {}};
    by_hand.ask = !flags_.yes || !read_.author.empty();  // nothing of others goes out unread
    by_hand.command = "postq " + command();
    by_hand.claim = [this] { return claim(); };
    return send_by_hand(context_, store_, composed, request, by_hand, read_.rescue, stored_);
  }

  Context& context_;
  World& world_;
  Store& store_;
  const ReplyFlags& flags_;
  ReplyTarget& target_;
  const ReadText& read_;
  std::vector<std::string> left_out_;  // not told by the text as it is
  bool stored_ = false;
};

}  // namespace

Exit run_reply(ReplyFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_CHECK(check_one_source(context, flags.compose, command_of(flags)));
  if (!flags.draft && !require_person(world, "answering", "")) return refuse_without_person(context, flags);
  POSTQ_TRY(const auto id, item_id_from_words(flags.item));
  flags.item = name_of(id);
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  auto target = reply_target(world, *store, id, flags.again);
  // Nobody writes in vain; but what is written already is kept before anything is said.
  if (!target && comes_from_the_editor(flags, world)) return pass_on(target.error());
  std::string below;
  if (target && (flags.compose.edit || comes_from_the_editor(flags, world))) {
    POSTQ_TRY(below, below_the_answer(world, *store, *target));
  }
  const auto failed = [&](Error error, const std::string& rescue) -> Exit {
    name_way_on(context, *store, flags, target ? &*target : nullptr, rescue, error);
    return pass_on(std::move(error));
  };
  const auto read = read_text(context, flags.compose, command_of(flags), below);
  if (!read) return failed(read.error(), read.error().rescue);
  if (!target) return failed(target.error(), read->rescue);
  if (!flags.draft) {
    const auto command = [&] { return command_of(flags) + recover_words(context, flags.compose); };
    if (auto status = check_question(context, flags.yes && read->author.empty(), "reply", command); !status) {
      return failed(status.error(), read->rescue);
    }
  }
  if (auto status = read_attachments(context, flags.compose); !status) return failed(status.error(), read->rescue);
  Answering answer(context, *store, flags, *target, *read);
  auto outcome = answer.run();
  return outcome || answer.stored() ? outcome : failed(outcome.error(), read->rescue);
}

void setup_reply(Arguments command, Context& context) {
  auto flags = std::make_shared<ReplyFlags>();
  flags->compose.writing = Writing::answer;
  command.add_option("ITEM", flags->item, "Whom to answer: i7, as the inbox names it")->required();
  add_compose_flags(command, flags->compose);
  command.add_flag_callback(
      "--again", [flags] { flags->again = Again::yes; }, "Answer once more what was answered already");
  command.add_flag("--all", flags->all, "Name those whom it speaks to besides you, so that they are told as well");
  command.add_flag("--draft", flags->draft, "Queue it for review instead: for scripts, and to sleep on it");
  command.add_flag("-y,--yes", flags->yes, "Do not ask again (a terminal is needed all the same)");
  command.footer(
      "Goes out at once, by hand, from the account that the item came in on, with its warning and for no more "
      "people than it. Without TEXT the editor opens, with the conversation below a line with scissors.\n\n"
      "Examples:\n"
      "  postq reply i7\n"
      "  postq reply i7 \"Yes, I do! Write to me.\"\n"
      "  postq reply i7 --draft \"Thank you\"      a person reviews it first");
  command.callback([flags, &context] { context.outcome = run_reply(*flags, context); });
}

}  // namespace postq
