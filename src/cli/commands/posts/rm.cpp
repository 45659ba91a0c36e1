
#include <postq/text/text.h>

#include "app/words/select.h"
#include "cli/agents.h"
#include "cli/commands.h"
#include "cli/flags/ids.h"

namespace postq {

namespace {

constexpr std::size_t kAskAbove = 3;  // posts; fewer can be typed again

struct RmFlags {
  std::vector<std::string> ids;
  bool yes = false;
  bool dry_run = false;
};

struct ToRemove {
  std::vector<Delivery> deliveries;
  std::vector<Delivery> stay;  // sent, or out of the queue already
  std::size_t posts = 0;
};

Result<ToRemove> sort_out(const Selected& selected) {
  ToRemove found;
  for (const auto& post : selected.posts) {
    bool any = false;
    for (const auto& detail : post.deliveries) {
      const auto& delivery = detail.delivery;
      if (!selected.contains(delivery.id)) continue;
      switch (delivery.state) {
        case DeliveryState::queued:
        case DeliveryState::failed:
          found.deliveries.push_back(delivery);
          any = true;
          break;
        case DeliveryState::sending:
          return fail(ErrorKind::refused, name_of(delivery) + " is being sent right now; nothing was removed",
                      "postq pause    stops what is behind it\npostq show " + name_of(delivery));
        case DeliveryState::unconfirmed:
          return fail(ErrorKind::refused, name_of(delivery) + " is UNCONFIRMED: it may be public; nothing was removed",
                      "postq resolve " + name_of(delivery) + " --sent URL    it is there\npostq resolve " +
                          name_of(delivery) + " --not-sent    it is not");
        case DeliveryState::sent:
        case DeliveryState::cancelled:
        case DeliveryState::rejected:
        case DeliveryState::expired:
          found.stay.push_back(delivery);
          break;
      }
    }
    if (any) ++found.posts;
  }
  if (!found.deliveries.empty()) return found;
  const auto& first = found.stay.front();
  if (first.state == DeliveryState::sent) {
    return fail(ErrorKind::refused, name_of(first) + " is sent, so it is not in the queue any more",
                "to delete it from the platform:  postq retract " + name_of(first));
  }
  return fail(ErrorKind::refused, name_of(first) + " is " + std::string(word(first.state)) + " already",
              "to queue it again:  postq retry " + name_of(first));
}

// " 27" where all of a post left, else " 27@bsky 27@masto".
std::string names_again(const Selected& selected, const ToRemove& found) {
  std::string names;
  for (const auto& post : selected.posts) {
    std::string some;
    std::size_t count = 0;
    for (const auto& delivery : found.deliveries) {
      if (delivery.post != post.id) continue;
      some += " " + name_of(delivery);
      ++count;
    }
    names += count == post.deliveries.size() ? " " + std::to_string(number(post.id)) : some;
  }
  return names;
}

Exit run_rm(const RmFlags& flags, Context& context) {
  POSTQ_TRY(auto* const store, context.world.store(flags.dry_run ? StoreUse::read : StoreUse::write));
  POSTQ_TRY(const auto ids, expand_ids(context, flags.ids));
  POSTQ_TRY(const auto selected, select(*store, ids));
  POSTQ_TRY(const auto found, sort_out(selected));
  if (!flags.dry_run) POSTQ_CHECK(check_agents_own(context, *store, selected.posts, "rm"));
  if (found.posts > kAskAbove && !flags.yes && !flags.dry_run) {
    const std::string posts = std::to_string(found.posts) + " posts";
    if (!context.may_ask()) {
      return fail(ErrorKind::usage, "that would take " + posts + " out of the queue, and nobody is there to ask",
                  "add --yes");
    }
    POSTQ_TRY(const auto answer, context.world.terminal().read_key("Take " + posts + " out of the queue? [y/n] "));
    if (answer != "y" && answer != "Y") return fail(ErrorKind::interrupted, "nothing was removed");
  }
  std::vector<DeliveryId> deliveries;
  for (const auto& delivery : found.deliveries) deliveries.push_back(delivery.id);
  if (!flags.dry_run) POSTQ_CHECK(store->cancel(deliveries, context.world.audit()));
  for (const auto& delivery : found.deliveries) {
    if (context.json) {
      context.result(JsonLine()
                         .text("schema", "postq.rm/1")
                         .text("name", name_of(delivery))
                         .flag("removed", !flags.dry_run)
                         .str());
    } else {
      context.say(name_of(delivery) + (flags.dry_run ? " would leave the queue" : " is out of the queue"));
    }
  }
  for (const auto& delivery : found.stay) {
    context.say(name_of(delivery) + " is " + std::string(word(delivery.state)) + ", and stays so" +
                (delivery.state == DeliveryState::sent ? ":  postq retract " + name_of(delivery) : ""));
  }
  if (flags.dry_run) return kDone;
  const bool agent = context.world.actor().agent;  // it may not put it back
  context.say("The text is kept." + (agent ? "" : " Back again:  postq retry" + names_again(selected, found)));
  return kDone;
}

}  // namespace

void setup_rm(Arguments command, Context& context) {
  auto flags = std::make_shared<RmFlags>();
  command.add_option("ID", flags->ids, "Posts or deliveries: 12, 12@site, 12-17; - reads them")->required();
  command.add_flag("-y,--yes", flags->yes, "Do not ask, also for more than 3 posts");
  command.add_flag("--dry-run", flags->dry_run, "Say what would leave the queue, and change nothing");
  command.footer(
      "Nothing is deleted: text, pictures and record stay.\n\n"
      "Examples:\n"
      "  postq rm 12\n"
      "  postq rm 12@site 14-16\n"
      "  postq list --label spring --json | jq -r .name | postq rm --yes -");
  command.callback([flags, &context] { context.outcome = run_rm(*flags, context); });
}

}  // namespace postq
