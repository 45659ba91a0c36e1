#include "cli/flags/account_flags.h"

#include <algorithm>

#include <postq/ports/secret_settings.h>
#include <postq/text/text.h>

#include "app/words/select.h"
#include "cli/flags/account_meant.h"
#include "cli/output/fit.h"
#include "cli/output/typed_places.h"

namespace postq {

namespace {

constexpr std::size_t kMostColumns = 80;
constexpr std::string_view kPlain = "http://";
constexpr std::string_view kSecure = "https://";

std::size_t columns_of(const Context& context) {
  return std::min(static_cast<std::size_t>(std::max(context.world.terminal().size().columns, 1)), kMostColumns);
}

std::string_view word_at(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  return text.substr(at, std::min(text.find_first_of(" \n,", at), text.size()) - at);
}

// What stands behind the flag in the text, a word or nothing; nothing at all where the flag doesn't.
std::optional<std::string_view> word_behind(std::string_view text, std::string_view flag) {
  constexpr std::string_view kNameSigns = "abcdefghijklmnopqrstuvwxyz-";
  for (auto at = text.find(flag); at != std::string_view::npos; at = text.find(flag, at + 1)) {
    const auto end = at + flag.size();
    if (end < text.size() && kNameSigns.find(text[end]) != std::string_view::npos) continue;
    return end < text.size() && text[end] == ' ' ? word_at(text, end + 1) : std::string_view{};
  }
  return std::nullopt;
}

// The server that was typed with https:// is named with http:// in the hint.
void take_scheme(std::string_view hint, std::string& value) {
  if (!value.starts_with(kSecure)) return;
  const auto plain = std::string(kPlain) + value.substr(kSecure.size());
  for (auto at = hint.find(kPlain); at != std::string_view::npos; at = hint.find(kPlain, at + 1)) {
    const auto server = word_at(hint, at);
    if (plain == server || plain.starts_with(std::string(server) + "/")) value = plain;
  }
}

}  // namespace

std::string lower_case(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

void take_advised(const Platform& platform, std::string_view hint, Settings& settings) {
  const auto* const secret_settings = secret_settings_of(platform);
  for (const auto& spec : platform.traits().settings) {
    if (secret_settings != nullptr && secret_settings->is_secret(spec.name)) continue;
    if (const auto typed = settings.find(spec.name); typed != settings.end()) take_scheme(hint, typed->second);
    const auto word = word_behind(hint, flag_of(spec.name));
    if (!word) continue;
    if (spec.is_switch) {
      settings[spec.name] = "yes";
    } else if (word->find("://") != std::string_view::npos) {
      settings[spec.name] = std::string(*word);
    } else {
      settings.try_emplace(spec.name, placeholder(spec.name));
    }
  }
}

void say_wrapped(Context& context, const std::string& text, std::size_t indent) {
  const std::string line = std::string(indent, ' ') + with_typed_places(context, text, Advice::in_lines);
  for (const auto& row : fit_line(line, columns_of(context))) context.say(row);
}

std::string sentence_case(std::string_view words) {
  std::string sentence(words);
  if (!sentence.empty() && sentence.front() >= 'a' && sentence.front() <= 'z') {
    sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');
  }
  return sentence;
}

std::string prompt_for(Context& context, const std::string& question) {
  auto rows = wrap_words(question, columns_of(context));
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) context.world.terminal().say(rows[i] + "\n");
  return rows.back() + " ";
}

std::string flag_of(std::string_view setting) {
  std::string flag = "--";
  for (const char c : setting) flag += c == '_' ? '-' : c;
  return flag;
}

std::string placeholder(std::string_view setting) {
  std::string word;
  for (const char c : setting.substr(setting.rfind('_') + 1))
    word += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return word;
}

void say_note(Context& context, const std::string& note) {
  for (std::string_view rest = note; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    say_wrapped(context, visible_line(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

Result<const Platform*> platform_named(World& world, std::string_view name) {
  if (const auto* const found = world.platforms().find(name)) return found;
  std::string all;
  for (const auto* platform : world.platforms().all()) all += (all.empty() ? "" : ", ") + platform->traits().name;
  const auto* const meant = platform_meant(world, name);
  return fail(ErrorKind::usage, "postq can't publish to '" + std::string(name) + "'",
              (meant != nullptr ? "did you mean " + meant->traits().name + "? " : "") + "It knows: " + all +
                  "    postq platforms");
}

Result<Account> account_or_line(World& world, Store& store, const std::string& name) {
  auto account = account_named(store, name);
  if (account || account.error().kind == ErrorKind::storage || world.platforms().find(name) == nullptr) return account;
  Error error = account.error();
  const auto line = "postq account add " + name;
  error.hint = error.kind == ErrorKind::not_found ? line + "    adds one\n" + error.hint : line;
  return pass_on(std::move(error));
}

std::string listening_words(const PlatformTraits& traits) {
  if (!traits.items && !traits.searches) return "no: what people say there can't be read";
  if (!traits.items) return "no, but words can be listened for: postq listen add";
  if (!traits.searches) return "mentions, replies and quotes come in";
  return "mentions, replies and quotes come in, and words can be listened for";
}

}  // namespace postq
