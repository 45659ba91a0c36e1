#include "sqlite/database/rows.h"

namespace postq::sqlite {

namespace {

SecretFrom secret_from(std::string_view word) {
  if (word == "none") return SecretFrom::none;
  return word == "command" ? SecretFrom::command : SecretFrom::file;
}

constexpr std::string_view kLiveByName = " WHERE c.removed_at IS NULL ORDER BY c.name";
constexpr std::string_view kAccountById = " WHERE c.id = ?1";
constexpr std::string_view kDeliveryById = " WHERE d.id = ?1";
constexpr std::string_view kApprovalById = " WHERE a.id = ?1";
constexpr std::string_view kAttemptsOfDelivery = " WHERE t.delivery_id = ?1 ORDER BY t.id";

}  // namespace

Result<Account> read_account(const Row& row) {
  Account account;
  account.id = row.id<AccountId>(0);
  account.name = row.text(1);
  account.platform = row.text(2);
  account.base_url = row.text(3);
  account.remote_id = row.text(4);
  account.remote_name = row.text(5);
  if (row.view(6) != "{}") {
    POSTQ_TRY(account.settings, settings_from_json(row.view(6)));
  }
  account.secret_from = secret_from(row.view(7));
  account.created_at = row.time(8);
  account.paused_until = row.maybe_time(9);
  account.limited_until = row.maybe_time(10);
  account.sign_in_needed = row.flag(11);
  account.removed = row.flag(12);
  return account;
}

Result<Delivery> read_delivery(const Row& row) {
  Delivery delivery;
  delivery.id = row.id<DeliveryId>(0);
  delivery.post = row.id<PostId>(1);
  delivery.account = row.id<AccountId>(2);
  delivery.account_name = row.text(3);
  const auto origin = origin_from_word(row.view(4));
  const auto state = state_from_word(row.view(5));
  if (!origin || !state) {
    return fail(ErrorKind::storage,
                "delivery " + std::to_string(number(delivery.id)) + " has a state that postq never writes",
                "postq doctor");
  }
  delivery.origin = *origin;
  delivery.state = *state;
  delivery.digest = row.digest(6);
  delivery.revision = row.integer(7);
  if (!row.is_null(8)) delivery.approval = row.id<ApprovalId>(8);
  if (!row.is_null(9)) {
    // One that can't be read is no time that anybody approved, and this row's trouble alone.
    delivery.schedule.wall = parse_wall(row.view(9)).value_or(WallTime{});
    delivery.schedule.zone = row.text(10);
  }
  delivery.schedule.not_before = row.time(11);
  delivery.next_at = row.time(12);
  delivery.schedule.until = row.maybe_time(13);
  delivery.paused = row.flag(14);
  delivery.missed_at = row.maybe_time(15);
  delivery.retracted_at = row.maybe_time(16);
  delivery.public_at = row.maybe_time(17);
  delivery.verdict = row.text(18);
  delivery.verdict_at = row.maybe_time(19);
  delivery.tries = row.integer(20);
  return delivery;
}

Approval read_approval(const Row& row) {
  return read_approval_from(row, 0);
}

Approval read_approval_from(const Row& row, int first) {
  Approval approval;
  approval.id = row.id<ApprovalId>(first);
  approval.delivery = row.id<DeliveryId>(first + 1);
  approval.digest = row.digest(first + 2);
  approval.revision = row.integer(first + 3);
  // Anything but a clear yes is a no.
  approval.verdict = review_verdict_from_word(row.view(first + 4)).value_or(ReviewVerdict::rejected);
  approval.how = row.view(first + 5) == word(ApprovedHow::written) ? ApprovedHow::written : ApprovedHow::review;
  approval.person = row.text(first + 6);
  approval.reason = row.text(first + 7);
  approval.at = row.time(first + 8);
  return approval;
}

Attempt read_attempt(const Row& row) {
  Attempt attempt;
  attempt.id = row.id<AttemptId>(0);
  attempt.delivery = row.id<DeliveryId>(1);
  attempt.account = row.id<AccountId>(2);
  attempt.part = static_cast<int>(row.integer(3));
  attempt.key = row.text(4);
  attempt.request = row.text(5);
  attempt.started_at = row.time(6);
  attempt.ended_at = row.maybe_time(7);
  if (!row.is_null(8)) attempt.outcome = outcome_from_word(row.view(8)).value_or(Outcome::unconfirmed);
  attempt.detail = row.text(9);
  attempt.answered = row.flag(10);
  attempt.looked = row.text(11);
  return attempt;
}

Actor read_author(const Row& row, int first) {
  return {row.text(first), !row.is_null(first + 1), row.text(first + 1)};
}

PartDetail read_part(const Row& row, int first) {
  PartDetail part;
  part.n = static_cast<int>(row.integer(first));
  part.fingerprint = row.integer(first + 1);
  if (!row.is_null(first + 2)) {
    part.receipt = Receipt{row.text(first + 2), row.text(first + 3), row.text(first + 4), row.time(first + 5)};
  }
  return part;
}

RemotePost read_said(const Row& row, int first) {
  RemotePost said;
  said.remote_id = row.text(first);
  said.person = {row.text(first + 1), row.text(first + 2), row.text(first + 3), row.flag(first + 4)};
  said.created_at = row.time(first + 5);
  said.reply_to = row.text(first + 6);
  said.conversation = row.text(first + 7);
  said.text = row.text(first + 8);
  said.warning = row.text(first + 9);
  said.visibility = row.text(first + 10);
  said.language = row.text(first + 11);
  said.url = row.text(first + 12);
  said.mentions = handles_of(row.view(first + 13));
  said.deleted = row.flag(first + 14);
  return said;
}

std::string words_of(const std::vector<std::string>& handles) {
  std::string words;
  for (const auto& handle : handles) words += (words.empty() ? "" : " ") + handle;
  return words;
}

std::vector<std::string> handles_of(std::string_view words) {
  std::vector<std::string> handles;
  while (!words.empty()) {
    const auto end = words.find(' ');
    if (end != 0) handles.emplace_back(words.substr(0, end));
    words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
  }
  return handles;
}

Result<std::vector<Account>> load_accounts(Database& db) {
  std::vector<Account> accounts;
  POSTQ_CHECK(db.each(joined<kSelectAccount, kLiveByName>, {}, [&](const Row& row) -> Status {
    POSTQ_TRY(auto account, read_account(row));
    accounts.push_back(std::move(account));
    return {};
  }));
  return accounts;
}

Result<Account> load_account(Database& db, AccountId account) {
  POSTQ_TRY(auto found, db.first(joined<kSelectAccount, kAccountById>, {account}, read_account));
  if (!found) return fail(ErrorKind::not_found, "there is no such account", "postq account list");
  return *std::move(found);
}

Result<Delivery> load_delivery(Database& db, DeliveryId delivery) {
  POSTQ_TRY(auto found, db.first(joined<kSelectDelivery, kDeliveryById>, {delivery}, read_delivery));
  if (!found) {
    return fail(ErrorKind::not_found, "there is no delivery " + std::to_string(number(delivery)), "postq list");
  }
  return *std::move(found);
}

Result<std::optional<std::string>> find_document(Database& db, const Digest& digest) {
  constexpr std::string_view kDocument = "SELECT document FROM contents WHERE digest = ?1";
  return db.first(kDocument, {digest}, [](const Row& row) { return row.text(0); });
}

Result<std::string> load_document(Database& db, const Digest& digest) {
  POSTQ_TRY(auto document, find_document(db, digest));
  if (!document) return fail(ErrorKind::storage, "the queue lost the content of a delivery", "postq doctor");
  return *std::move(document);
}

Result<std::optional<Approval>> load_approval(Database& db, std::optional<ApprovalId> approval) {
  if (!approval) return std::optional<Approval>{};
  return db.first(joined<kSelectApproval, kApprovalById>, {*approval}, read_approval);
}

Result<std::vector<PartDetail>> load_parts(Database& db, DeliveryId delivery) {
  constexpr std::string_view kParts = R"sql(
    SELECT n, fingerprint, remote_id, remote_ref, url, sent_at FROM parts WHERE delivery_id = ?1 ORDER BY n)sql";
  std::vector<PartDetail> parts;
  POSTQ_CHECK(db.each(kParts, {delivery}, [&](const Row& row) { parts.push_back(read_part(row, 0)); }));
  return parts;
}

Result<std::vector<Attempt>> load_attempts(Database& db, DeliveryId delivery) {
  std::vector<Attempt> attempts;
  POSTQ_CHECK(db.each(joined<kSelectAttempt, kAttemptsOfDelivery>, {delivery},
                      [&](const Row& row) { attempts.push_back(read_attempt(row)); }));
  return attempts;
}

std::string name_of(const Delivery& delivery) {
  return text_of(delivery.post) + "@" + delivery.account_name;
}

std::string text_of(PostId post) {
  return std::to_string(number(post));
}

}  // namespace postq::sqlite
