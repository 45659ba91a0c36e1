#include <algorithm>

#include <postq/base/command_words.h>
#include <postq/text/text.h>

#include "app/flush/settle_by_hand.h"
#include "app/inbox/inbox.h"
#include "cli/commands.h"
#include "cli/flags/ids.h"
#include "cli/output/attention.h"
#include "cli/output/typed_places.h"

namespace postq {

namespace {

struct RetractFlags {
  std::vector<std::string> ids;
  bool yes = false;
  bool dry_run = false;
};

bool is_out(const DeliveryDetail& detail) {
  for (const auto& part : detail.parts) {
    if (part.receipt && !detail.delivery.retracted_at) return true;
  }
  for (const auto& second : detail.twice) {
    if (!second.retracted_at) return true;
  }
  return false;
}

// Where it stands, each address of it.
std::string places_of(const DeliveryDetail& detail) {
  std::string url;
  for (const auto& part : detail.parts) {
    if (part.receipt && url.empty() && !detail.delivery.retracted_at) url = part.receipt->url;
  }
  for (const auto& second : detail.twice) {
    const auto& also = second.receipt.url.empty() ? second.receipt.remote_id : second.receipt.url;
    if (!second.retracted_at) url += (url.empty() ? "" : "  and  ") + also;
  }
  return url;
}

struct Chosen {
  std::vector<DeliveryDetail> out;
  std::vector<DeliveryDetail> unclear;  // may be out, and can't be taken back before that is known
};
Chosen choose(const Selected& selected) {
  Chosen chosen;
  for (const auto& post : selected.posts) {
    for (const auto& detail : post.deliveries) {
      if (!selected.contains(detail.delivery.id)) continue;
      if (is_out(detail)) chosen.out.push_back(detail);
      if (may_be_out(detail)) chosen.unclear.push_back(detail);
    }
  }
  return chosen;
}

Error doubt_of(const DeliveryDetail& detail) {
  const std::string name = name_of(detail.delivery);
  if (detail.delivery.state == DeliveryState::sending) {
    return {ErrorKind::unknown, name + " is being sent: it may be public in a moment", "postq why " + name, {}};
  }
  return {ErrorKind::unknown,
          name + " is UNCONFIRMED: it may be public",
          "postq why " + name + "    what is known of it\npostq resolve " + name +
              " --sent URL    if it is there; then postq retract " + name,
          {}};
}

void json_line(Context& context, const std::string& name, const Error* trouble) {
  JsonLine line;
  line.text("schema", "postq.retract/1").text("name", name).flag("retracted", trouble == nullptr);
  if (trouble != nullptr) {
    line.text("kind", word(trouble->kind)).text("message", trouble->message);
    line.text("hint", with_typed_places(context, trouble->hint));
  }
  context.result(line.str());
}

void tell_doubt(Context& context, const std::vector<DeliveryDetail>& unclear) {
  for (const auto& detail : unclear) {
    const auto doubt = doubt_of(detail);
    if (context.json) {
      json_line(context, name_of(detail.delivery), &doubt);
    } else {
      context.say(doubt.message);
      say_lines(context, doubt.hint);
    }
  }
}

void show_what_goes(Context& context, const std::vector<DeliveryDetail>& out, bool dry_run) {
  for (const auto& detail : out) {
    const auto url = places_of(detail);
    if (dry_run && context.json) {
      context.result(JsonLine()
                         .text("schema", "postq.retract/1")
                         .text("name", name_of(detail.delivery))
                         .text("url", url)
                         .flag("dry_run", true)
                         .str());
    }
    context.say("  " + name_of(detail.delivery) + "  " + visible_line(url));
  }
}

void tell_end(Context& context, const Retracted& entry) {
  if (context.json) return json_line(context, entry.name, entry.status ? nullptr : &entry.status.error());
  if (entry.status) return context.say(entry.name + "  deleted");
  const auto& error = entry.status.error();
  const bool untried = error.kind == ErrorKind::interrupted;
  context.say(untried && error.message == "not tried" ? "not tried: " + entry.name
                                                      : entry.name + "  NOT deleted: " + visible_line(error.message));
  say_lines(context, error.hint);
}

// What was cut short comes first, then what is surely still public, then what nobody knows.
int code_of(const std::vector<Retracted>& done, bool unclear) {
  const auto any = [&](ErrorKind kind) {
    return std::any_of(done.begin(), done.end(),
                       [kind](const Retracted& entry) { return !entry.status && entry.status.error().kind == kind; });
  };
  for (const auto kind : {ErrorKind::interrupted, ErrorKind::platform}) {
    if (any(kind)) return exit_code(kind);
  }
  if (unclear) return exit_code(ErrorKind::unknown);
  for (const auto& entry : done) {
    if (!entry.status) return exit_code(entry.status.error().kind);
  }
  return kDone;
}

Exit run_retract(const RetractFlags& flags, Context& context) {
  auto& world = context.world;
  if (!flags.dry_run) POSTQ_CHECK(require_person(world, "retracting", "postq retract" + quoted_words(flags.ids)));
  POSTQ_TRY(auto* const store, world.store(flags.dry_run ? StoreUse::read : StoreUse::write));
  POSTQ_TRY(const auto ids, expand_ids(context, flags.ids));
  POSTQ_TRY(const auto selected, select(*store, ids));
  const auto chosen = choose(selected);
  if (chosen.out.empty() && chosen.unclear.size() == 1) return pass_on(doubt_of(chosen.unclear.front()));
  if (chosen.out.empty() && chosen.unclear.empty()) {
    return fail(ErrorKind::refused, "nothing of that is public", "postq show " + ids.front());
  }
  tell_doubt(context, chosen.unclear);
  if (chosen.out.empty()) return exit_code(ErrorKind::unknown);
  show_what_goes(context, chosen.out, flags.dry_run);
  if (flags.dry_run) {
    context.say("would be deleted; nothing was contacted");
    return kDone;
  }
  if (!flags.yes && context.may_ask()) {
    POSTQ_TRY(const auto answer, world.terminal().read_key("Delete from the platform? It can't be undone. [y/n] "));
    if (answer != "y" && answer != "Y") return fail(ErrorKind::interrupted, "nothing was deleted");
  }
  RetractWatch watch;
  if (context.may_ask()) watch.on_begin = [&](const std::string& name) { context.say("deleting " + name + " ..."); };
  watch.on_end = [&](const Retracted& entry) { tell_end(context, entry); };
  POSTQ_TRY(const auto done, retract(world, *store, chosen.out, watch));
  for (const auto& post : selected.posts) {
    if (!post.answers) continue;
    const auto item = store->item(*post.answers);
    if (!item || !item->waits()) continue;
    context.say(name_of(item->said.person) + " waits for an answer again:  postq reply " + name_of(item->id));
  }
  return code_of(done, !chosen.unclear.empty());
}

}  // namespace

void setup_retract(Arguments command, Context& context) {
  auto flags = std::make_shared<RetractFlags>();
  command.add_option("ID", flags->ids, "Posts or deliveries: 12, 12@site")->required();
  command.add_flag("-y,--yes", flags->yes, "Do not ask again (a terminal is needed all the same)");
  command.add_flag("--dry-run", flags->dry_run, "Show what would be deleted, and contact nobody");
  command.footer(
      "A scheduled post still counts in the mix once it is retracted, one by hand no longer.\n\n"
      "Examples:\n"
      "  postq retract 15\n"
      "  postq retract 15@site");
  command.callback([flags, &context] { context.outcome = run_retract(*flags, context); });
}

}  // namespace postq
