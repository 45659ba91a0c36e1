#pragma once

#include <cstdint>

namespace postq {

// Ids are types, so that a delivery id never lands where a post id belongs.
enum class PostId : std::int64_t {};
enum class DeliveryId : std::int64_t {};
enum class AccountId : std::int64_t {};
enum class ApprovalId : std::int64_t {};
enum class AttemptId : std::int64_t {};
enum class ItemId : std::int64_t {};
enum class ListenId : std::int64_t {};

template <typename Id>
constexpr std::int64_t number(Id id) {
  return static_cast<std::int64_t>(id);
}

}  // namespace postq
