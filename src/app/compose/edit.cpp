#include "app/compose/edit.h"

#include <algorithm>

#include <postq/text/text.h>

#include "app/compose/edit_template.h"
#include "app/compose/editing.h"
#include "app/words/select.h"
#include "app/words/when_words.h"

namespace postq {

namespace {

bool has_public_parts(const DeliveryDetail& detail) {
  return std::any_of(detail.parts.begin(), detail.parts.end(),
                     [](const PartDetail& p) { return p.receipt.has_value(); });
}

// Taken out by a person, not by a no in review: an edit doesn't bring it back.
bool was_taken_out(const DeliveryDetail& detail) {
  return detail.delivery.state == DeliveryState::cancelled;
}

bool has(const std::vector<Account>& accounts, AccountId id) {
  return std::any_of(accounts.begin(), accounts.end(), [&](const Account& account) { return account.id == id; });
}

bool contains(const std::vector<DeliveryId>& ids, DeliveryId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

Error busy(const Delivery& delivery) {
  const auto name = name_of(delivery);
  if (delivery.state == DeliveryState::sending) {
    return {ErrorKind::refused, name + " is being sent right now", "postq show " + name, {}};
  }
  return {ErrorKind::refused,
          name + " is UNCONFIRMED: it may be public, so it can't be changed",
          "postq resolve " + name + " --sent URL    it is there\npostq resolve " + name + " --not-sent    it is not",
          {}};
}

// Where all of a post went out, so that nothing of it can change any more.
Error already_out(const PostDetail& post) {
  const auto id = std::to_string(number(post.id));
  const bool public_still = std::any_of(post.deliveries.begin(), post.deliveries.end(), [](const DeliveryDetail& d) {
    return d.delivery.state == DeliveryState::sent && !d.delivery.retracted_at;
  });
  const std::string show = "postq show " + id + "    what went out, and where";
  if (!public_still) return {ErrorKind::refused, "post " + id + " was public, so it can't be changed", show, {}};
  return {ErrorKind::refused,
          "post " + id + " is public already, so it can't be changed",
          show + "\npostq retract " + id + "    take it back",
          {}};
}

// Why this delivery can't change; nothing: it can.
std::optional<Error> why_fixed(const PostDetail& post, const DeliveryDetail& detail) {
  const auto& delivery = detail.delivery;
  if (delivery.state == DeliveryState::sent) return already_out(post);
  if (delivery.state == DeliveryState::sending || delivery.state == DeliveryState::unconfirmed) {
    return busy(delivery);
  }
  if (!has_public_parts(detail)) return std::nullopt;
  return Error{ErrorKind::refused,
               "a part of " + name_of(delivery) + " is public already, so it can't be changed",
               "postq show " + name_of(delivery),
               {}};
}

// Goes through the accounts of a post and collects what changes.
class Planner {
 public:
  Planner(World& world, Store& store, const OpenedPost& post, const PostEdit& edit)
      : world_(world), store_(store), post_(post), edit_(edit) {}

  Result<Edited> apply() {
    if (edit_.draft.schedule != post_.draft.schedule) POSTQ_CHECK(check_scheduled(post_.detail));
    POSTQ_TRY(const auto known, store_.accounts());
    const bool wholly_out = std::all_of(post_.detail.deliveries.begin(), post_.detail.deliveries.end(), was_taken_out);
    for (const auto& detail : post_.detail.deliveries) POSTQ_CHECK(existing(detail, known, wholly_out));
    if (edit_.accounts) {
      for (const auto& account : *edit_.accounts) POSTQ_CHECK(joining(account));
    }
    if (goes_nowhere_) {
      return fail(ErrorKind::refused, "post " + id() + " would go to no account any more", "postq rm " + id());
    }
    if (auto problem = why_not(affected_, post_.detail.id)) return pass_on(std::move(*problem));
    for (const auto& [account, texts] : edit_.draft.variants) {
      const auto same = [&account = account](const AccountContent& content) { return content.account.name == account; };
      if (std::none_of(edited_.contents.begin(), edited_.contents.end(), same)) {
        return fail(ErrorKind::usage, "there is a text only for " + account + ", where post " + id() + " doesn't go",
                    "postq edit " + id() + " --to A,B    names all its accounts");
      }
    }
    POSTQ_CHECK(store());
    return std::move(edited_);
  }

 private:
  std::string id() const { return std::to_string(number(post_.detail.id)); }

  Result<AccountContent> render(const Draft& draft, const Schedule& schedule, const Account& account) {
    Draft own = draft;
    own.schedule = schedule;
    POSTQ_TRY(auto rendered, render_for(world_, own, std::vector<Account>{account}));
    return std::move(rendered.front());
  }

  Schedule schedule_after(const Delivery& delivery) const {
    if (!edit_.reschedule_only.empty()) {
      return contains(edit_.reschedule_only, delivery.id) ? edit_.draft.schedule : delivery.schedule;
    }
    return edit_.draft.schedule == post_.draft.schedule ? delivery.schedule : edit_.draft.schedule;
  }

  Status existing(const DeliveryDetail& detail, const std::vector<Account>& known, bool wholly_out) {
    const auto& delivery = detail.delivery;
    const auto name = name_of(delivery);
    const auto account =
        std::find_if(known.begin(), known.end(), [&](const Account& a) { return a.id == delivery.account; });
    if (account == known.end()) return {};  // removed; nothing of it is queued any more
    if (delivery.state == DeliveryState::sent) {
      edited_.out.push_back(name);
      goes_nowhere_ = false;
      return {};
    }
    const bool asked_for = edit_.accounts && has(*edit_.accounts, account->id);
    if (edit_.accounts && !asked_for) return leave_out(detail);
    if (was_taken_out(detail) && !asked_for && !wholly_out) return {};
    goes_nowhere_ = false;

    const auto schedule = schedule_after(delivery);
    POSTQ_TRY(const auto before, render(post_.draft, delivery.schedule, *account));
    POSTQ_TRY(auto after, render(edit_.draft, schedule, *account));
    const bool over = delivery.dropped() || delivery.state == DeliveryState::expired;
    const bool same = before.document == after.document && delivery.schedule.not_before == schedule.not_before;
    if (same && !(over && asked_for)) {
      edited_.untouched.push_back(name);
      edited_.keeps_approval = edited_.keeps_approval || delivery.approval.has_value();
    } else {
      if (auto fixed = why_fixed(post_.detail, detail)) return pass_on(*std::move(fixed));
      changes_.emplace_back(delivery.id, new_delivery(after, schedule));
      edited_.changed.push_back(name);
      affected_.push_back(after);
    }
    edited_.contents.push_back(std::move(after));
    return {};
  }

  Status leave_out(const DeliveryDetail& detail) {
    const auto& delivery = detail.delivery;
    if (delivery.dropped() || delivery.state == DeliveryState::expired) return {};
    if (delivery.state == DeliveryState::sending || delivery.state == DeliveryState::unconfirmed)
      return pass_on(busy(delivery));
    if (has_public_parts(detail)) {
      return fail(ErrorKind::refused, "a part of " + name_of(delivery) + " is public already",
                  "postq retract " + name_of(delivery));
    }
    cancelled_.push_back(delivery.id);
    edited_.removed.push_back(name_of(delivery));
    return {};
  }

  Status joining(const Account& account) {
    for (const auto& detail : post_.detail.deliveries) {
      if (detail.delivery.account == account.id) return {};
    }
    goes_nowhere_ = false;
    POSTQ_TRY(auto content, render(edit_.draft, edit_.draft.schedule, account));
    joined_.push_back(new_delivery(content, edit_.draft.schedule));
    edited_.joined.push_back(id() + "@" + account.name);
    affected_.push_back(content);
    edited_.contents.push_back(std::move(content));
    return {};
  }

  Status store() {
    const bool new_label = edit_.label && *edit_.label != post_.detail.label;
    Draft draft = edit_.draft;
    // One account's own time is not the draft's.
    if (!edit_.reschedule_only.empty() && !edited_.untouched.empty()) draft.schedule = post_.draft.schedule;
    const bool new_draft = draft != post_.draft;
    const bool all_out =
        !edited_.out.empty() && edited_.untouched.empty() && changes_.empty() && joined_.empty() && cancelled_.empty();
    if (new_draft && all_out) return pass_on(already_out(post_.detail));
    if (new_draft || new_label || !changes_.empty() || !joined_.empty()) {
      Change change;
      change.post = post_.detail.id;
      change.post_revision = post_.detail.revision;
      change.other_target = draft.reply_to != post_.draft.reply_to;
      if (new_draft) change.draft = to_json(draft);
      if (new_label) change.label = edit_.label;
      for (const auto* media : media_of(draft)) change.media.push_back(*media);
      change.deliveries = std::move(changes_);
      change.added = std::move(joined_);
      change.what = edit_.what;
      POSTQ_CHECK(store_.change(change, world_.audit()));
      edited_.anything = true;
    }
    if (!cancelled_.empty()) {
      POSTQ_CHECK(store_.cancel(cancelled_, world_.audit()));
      edited_.anything = true;
    }
    return {};
  }

  World& world_;
  Store& store_;
  const OpenedPost& post_;
  const PostEdit& edit_;
  Edited edited_;
  std::vector<AccountContent> affected_;
  std::vector<std::pair<DeliveryId, NewDelivery>> changes_;
  std::vector<NewDelivery> joined_;
  std::vector<DeliveryId> cancelled_;
  bool goes_nowhere_ = true;
};

}  // namespace

Result<OpenedPost> open_post(Store& store, PostId post) {
  POSTQ_TRY(auto detail, store.post(post));
  POSTQ_TRY(auto draft, draft_from_json(detail.draft));
  return OpenedPost{std::move(detail), std::move(draft)};
}

Status check_editable(const PostDetail& post) {
  std::optional<Error> first;
  for (const auto& detail : post.deliveries) {
    if (auto fixed = why_fixed(post, detail)) {
      if (!first) first = std::move(fixed);
    } else if (!was_taken_out(detail)) {
      return {};
    }
  }
  // What a person took out as a whole comes back by an edit.
  return first ? Status(pass_on(*std::move(first))) : Status();
}

Result<Edited> apply_edit(World& world, Store& store, const OpenedPost& post, const PostEdit& edit) {
  return Planner(world, store, post, edit).apply();
}

std::optional<Error> why_not(const std::vector<AccountContent>& contents, PostId post) {
  Error error{ErrorKind::usage, "", "", {}};
  std::vector<std::string> names;
  std::string details;
  for (const auto& content : contents) {
    if (content.can_be_sent()) continue;
    const auto& problem = content.problems.front();
    names.push_back(content.account.name);
    details += "\n  " + content.account.name + ": " + problem.message;
    if (problem.remedy.empty()) continue;
    const auto remedy = with_number(problem.remedy, post);
    if (error.hint.find(remedy) == std::string::npos) error.hint += (error.hint.empty() ? "" : "\n") + remedy;
  }
  if (names.empty()) return std::nullopt;
  error.message = "post " + std::to_string(number(post)) + " can't go to " + list(names) +
                  " like this; it stays as it was" + details;
  return error;
}

Result<std::vector<AccountContent>> contents_of(World& world, Store& store, const OpenedPost& post) {
  POSTQ_TRY(const auto known, store.accounts());
  std::vector<Account> accounts;
  for (const auto& detail : post.detail.deliveries) {
    for (const auto& account : known) {
      if (account.id == detail.delivery.account && detail.delivery.state != DeliveryState::sent) {
        accounts.push_back(account);
      }
    }
  }
  return render_for(world, post.draft, accounts);
}

Result<Draft> EditorText::open_editor(Rescue& rescue, const Draft& before, const std::string& asked,
                                      const WhenContext& when) {
  const auto page = edit_page(world_, rescue, path_, given_);
  if (!page) {
    if (rescue.load(path_).value_or("") == given_) forget();
    return pass_on(page.error());
  }
  if (page->not_yet) return pass_on(*page->not_yet);
  auto draft = parse_edit_template(page->text, before, when);
  const bool emptied = !draft && draft.error().kind == ErrorKind::interrupted;
  if (!draft && !emptied && page->text != given_) return draft;
  POSTQ_CHECK(keep_left_out(world_, emptied ? typed_below(page->text, asked) : notes_below(page->text, asked)));
  if (!draft) forget();
  return draft;
}

Result<Draft> EditorText::edit(const Draft& before, const std::vector<AccountContent>& contents) {
  POSTQ_TRY(const auto when, when_context(world_));
  POSTQ_TRY(auto* const rescue, world_.rescue());
  const auto asked = edit_template(before, contents, when.zone);
  if (path_.empty()) {
    given_ = asked;
    POSTQ_TRY(path_, rescue->save(given_, stamp(world_.now())));
  }
  auto draft = open_editor(*rescue, before, asked, when);
  if (!draft) draft.error().rescue = path_;
  return draft;
}

void EditorText::forget() {
  if (path_.empty()) return;
  if (const auto rescue = world_.rescue()) (*rescue)->drop(path_);
  path_.clear();
}

}  // namespace postq
