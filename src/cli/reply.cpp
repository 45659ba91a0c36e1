#include "cli/reply.h"

#include <CLI/CLI.hpp>

#include <postq/core/text.h>

#include "app/inbox.h"
#include "cli/by_hand.h"
#include "cli/commands.h"

namespace postq {

namespace {

// Says where the text lies, and the command that goes on with it: that of a post of its own when there is nothing left
// to answer.
void name_way_on(Context& context, Store& store, const ReplyFlags& flags, const ReplyTarget* target,
                 const std::string& rescue, Error& error) {
  const bool unknown = target == nullptr && error.kind == ErrorKind::not_found;
  std::string command = "reply " + (unknown ? "iN" : flags.item) + (flags.draft ? " --draft" : "");
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

// Refuses where no person is, with what was typed kept: what a program may do with it is a draft.
Exit refuse_without_person(Context& context, const ReplyFlags& flags) {
  if (const auto there = item_typed(context.world, flags.item); !there) {
    POSTQ_TRY(const auto kept, keep_typed_text(context, flags.compose, "reply iN"));
    auto error = there.error();
    name_rescue(context, kept.rescue, "reply iN", flags.compose, error);
    return pass_on(std::move(error));
  }
  const std::string command = "reply " + flags.item + (flags.again == Again::yes ? " --again" : "");
  POSTQ_TRY(const auto kept, keep_typed_text(context, flags.compose, command));
  const std::string words = kept.rescue.empty() ? "" : recover_words(context, flags.compose);
  auto error = require_person(context.world, "answering", "postq " + command + words).error();
  error.hint += "\nqueue it for review:  postq " + command + " --draft" + (words.empty() ? " \"...\"" : words);
  name_rescue(context, kept.rescue, command, flags.compose, error);
  return pass_on(std::move(error));
}

bool comes_from_the_editor(const ReplyFlags& flags, World& world) {
  const auto& compose = flags.compose;
  const bool recovered = compose.recover != nullptr && compose.recover->count() > 0;
  return !compose.text_given && compose.file.empty() && !recovered && world.stdin_is_terminal();
}

// What a person is asked before it goes out.
std::string heading_of(const Item& item) {
  return "Answering " + name_of(item.id) + ", " + name_of(item.said.person) + ": \"" +
         shorten(visible_line(opening_of(item.said.text)), 50) + "\"\n\n";
}

std::string as_json(const Item& item, const Added& added) {
  return JsonLine()
      .text("schema", "postq.reply/1")
      .number("id", number(added.post))
      .text("item", name_of(item.id))
      .flag("draft", true)
      .str();
}

// One answer, from its text to what became of it. `target` is marked deleted when the platform says so.
class Answering {
 public:
  Answering(Context& context, Store& store, const ReplyFlags& flags, ReplyTarget& target, const ReadText& read)
      : context_(context), world_(context.world), store_(store), flags_(flags), target_(target), read_(read) {}

  Exit run() {
    auto typed = flags_.compose.request;
    typed.text = read_.text;
    typed.origin = flags_.draft ? Origin::scheduled : Origin::hand_written;
    POSTQ_TRY(const auto request, as_answer(target_, std::move(typed)));
    POSTQ_TRY(auto composed, compose(world_, store_, request));
    if (!composed.fits()) return pass_on(refused(composed));
    return flags_.draft ? queue(composed, request) : send(composed, request);
  }

  // The text is a row: it needs no rescue file any more.
  bool stored() const { return stored_; }

 private:
  Error refused(const Composed& composed) const {
    return refusal(context_, flags_.compose, "reply " + flags_.item, composed, read_.rescue);
  }

  auto claim() const { return claim_answer(world_, store_, target_, flags_.again); }

  Exit queue(const Composed& composed, const ComposeRequest& request) {
    POSTQ_TRY(const auto held, claim());
    POSTQ_TRY(const auto added, enqueue(world_, store_, composed, request));
    stored_ = true;
    if (!read_.rescue.empty()) {
      POSTQ_TRY(auto* const rescue, world_.rescue());
      rescue->drop(read_.rescue);
    }
    const auto id = std::to_string(number(added.post));
    if (context_.json) {
      context_.result(as_json(target_.item, added));
      return kDone;
    }
    context_.say("Queued for review as " + id + ", an answer to " + name_of(target_.item.id) + ".");
    context_.say("Next: postq review " + id);
    context_.result(id);
    return kDone;
  }

  Exit send(Composed& composed, const ComposeRequest& request) {
    if (auto found = resolve_all(world_, composed); !found) {
      if (found.error().kind != ErrorKind::not_found) return pass_on(found.error());
      target_.item.deleted_at = world_.now();
      return pass_on(gone(target_.item));
    }
    // The name of whom it answers may have become a part of the text.
    if (!composed.fits()) return pass_on(refused(composed));
    ByHand by_hand;
    by_hand.heading = heading_of(target_.item);
    by_hand.question = "Send it now? [y/n] ";
    by_hand.unless = {ErrorKind::interrupted, "nothing was sent", "", {}};
    by_hand.ask = !flags_.yes;
    by_hand.command = "postq reply " + flags_.item;
    by_hand.claim = [this] { return claim(); };
    return send_by_hand(context_, store_, composed, request, by_hand, read_.rescue, stored_);
  }

  Context& context_;
  World& world_;
  Store& store_;
  const ReplyFlags& flags_;
  ReplyTarget& target_;
  const ReadText& read_;
  bool stored_ = false;
};

}  // namespace

Exit run_reply(ReplyFlags& flags, Context& context) {
  auto& world = context.world;
  POSTQ_CHECK(check_one_source(context, flags.compose, "reply " + flags.item));
  if (!flags.draft && !require_person(world, "answering", "")) return refuse_without_person(context, flags);
  POSTQ_TRY(const auto id, item_id_from_words(flags.item));
  flags.item = name_of(id);
  POSTQ_TRY(auto* const store, world.store(StoreUse::write));
  auto target = reply_target(world, *store, id, flags.again);
  // Nobody writes in vain; but what is written already is kept before anything is said.
  if (!target && comes_from_the_editor(flags, world)) return pass_on(target.error());
  std::string above;
  if (target && (flags.compose.edit || comes_from_the_editor(flags, world))) {
    POSTQ_TRY(above, quoted(world, *store, target->item));
  }
  const auto failed = [&](Error error, const std::string& rescue) -> Exit {
    name_way_on(context, *store, flags, target ? &*target : nullptr, rescue, error);
    return pass_on(std::move(error));
  };
  const auto read = read_text(context, flags.compose, "reply " + flags.item, above);
  if (!read) return failed(read.error(), read.error().rescue);
  if (!target) return failed(target.error(), read->rescue);
  if (!flags.draft) {
    const auto command = [&] { return "reply " + flags.item + recover_words(context, flags.compose); };
    if (auto status = check_question(context, flags.yes, "reply", command); !status) {
      return failed(status.error(), read->rescue);
    }
  }
  if (auto status = read_attachments(context, flags.compose); !status) return failed(status.error(), read->rescue);
  Answering answer(context, *store, flags, *target, *read);
  auto outcome = answer.run();
  return outcome || answer.stored() ? outcome : failed(outcome.error(), read->rescue);
}

void setup_reply(CLI::App& command, Context& context) {
  auto flags = std::make_shared<ReplyFlags>();
  flags->compose.writing = Writing::answer;
  command.add_option("ITEM", flags->item, "Whom to answer: i7, as the inbox names it")->required();
  add_compose_flags(command, flags->compose);
  command.add_flag_callback(
      "--again", [flags] { flags->again = Again::yes; }, "Answer once more what was answered already");
  command.add_flag("--draft", flags->draft, "Queue it for review instead: for scripts, and to sleep on it");
  command.add_flag("-y,--yes", flags->yes, "Do not ask again (a terminal is needed all the same)");
  command.footer(
      "Goes out at once, by hand, from the account that the item came in on, with its warning and for no more "
      "people than it. Without TEXT the editor opens, with the conversation above a line with scissors.\n\n"
      "Examples:\n"
      "  postq reply i7\n"
      "  postq reply i7 \"Yes, I do! Write to me.\"\n"
      "  postq reply i7 --draft \"Thank you\"      a person reviews it first");
  command.callback([flags, &context] { context.outcome = run_reply(*flags, context); });
}

}  // namespace postq
