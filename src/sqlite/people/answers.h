#pragma once

#include <string>

#include <postq/ports/store.h>

#include "sqlite/database/database.h"

// Which items are answered. An own post that replies to an item answers it, and with it everything open that the same
// person said before in the same conversation; the earliest answer is the one that is kept, so that the order of
// readings doesn't matter. A quote answers nobody. Where the answer is gone, retracted or deleted there, the person
// waits again, unless another own post answers them. What a person re-opened stays open until something new answers it.
// Everything runs inside the caller's transaction.
namespace postq::sqlite {

struct GivenAnswer {
  std::string remote_id;
  TimePoint at{};
};

// What settles items, and what comes of it.
struct Settling {
  const AuditContext& audit;
  std::vector<WithdrawnAnswer> withdrawn{};
};

// A post on the account's timeline replies to `reply_to`. Returns how many items became answered.
Result<std::int64_t> answer(Database& db, AccountId account, std::string_view reply_to, const GivenAnswer& given,
                            Settling& settling);
// The same for an item that is known.
Result<std::int64_t> answer(Database& db, ItemId item, const GivenAnswer& given, Settling& settling);

// An item that is new, or whose kind or conversation is: the answer may have been read before it.
Result<std::int64_t> look_for_answer(Database& db, ItemId item, Settling& settling);

// An own post is gone, and is marked so in the timeline: what it answered waits again. Returns how many of them.
Result<std::int64_t> take_answer_back(Database& db, AccountId account, std::string_view remote_id, Settling& settling);

// An item is settled or gone as of now: who approved an answer to it that still waits is asked once more.
Status withdraw_answers(Database& db, ItemId item, std::string_view what_became, Settling& settling);

// What a delivery answers with its first part, as the post said when it was added: nothing for most.
struct Answered {
  ItemId item{};
  AccountId account{};
  std::string remote_id;
  std::string handle;
};
Result<std::optional<Answered>> answered_by(Database& db, PostId post);

}  // namespace postq::sqlite
