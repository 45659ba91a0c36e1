#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace postq {

// The words of an enumeration: one spelling each, in the database, in flags and in JSON.
template <typename Enum, std::size_t N>
std::string_view spelled(const std::array<std::pair<Enum, std::string_view>, N>& table, Enum value) {
  for (const auto& [entry, text] : table) {
    if (entry == value) return text;
  }
  return "?";
}

template <typename Enum, std::size_t N>
std::optional<Enum> meant(const std::array<std::pair<Enum, std::string_view>, N>& table, std::string_view text) {
  for (const auto& [entry, spelling] : table) {
    if (spelling == text) return entry;
  }
  return std::nullopt;
}

}  // namespace postq
