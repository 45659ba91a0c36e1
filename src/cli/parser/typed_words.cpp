#include "cli/parser/typed_words.h"

#include <algorithm>
#include <array>

#include "cli/parser/typing_error.h"

namespace postq {

namespace {

using Kind = TypedWord::Kind;

constexpr std::string_view kMedia = "--media";
constexpr std::string_view kDashes = "--";

// "oak.png": what a shell makes of *.png, and hardly a text.
bool names_media(std::string_view word) {
  constexpr std::array<std::string_view, 11> kEndings{".png",  ".jpg", ".jpeg", ".gif", ".webp", ".heic",
                                                      ".avif", ".mp4", ".mov",  ".m4v", ".webm"};
  if (word.find_first_of(" \n") != std::string_view::npos) return false;
  const auto dot = word.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  std::string ending;
  for (const char c : word.substr(dot)) ending += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

// As the parser tells them: "-5" looks like a flag, "- 5" and "---" don't.
bool looks_like_flag(std::string_view word) {
  const std::size_t name = word.starts_with("--") ? 2 : 1;
  if (word.size() <= name || word.front() != '-') return false;
  return std::string_view("-! \n").find(word[name]) == std::string_view::npos;
}

// The option of that name, of the command or of one above it.
const CLI::Option* option_of(const CLI::App& command, const std::string& word) {
  const auto name = word.substr(0, word.find('='));
  for (const auto* app = &command; app != nullptr; app = app->get_parent()) {
    const auto* const option = app->get_option_no_throw(name);
    if (option != nullptr && !option->get_positional()) return option;
  }
  return nullptr;
}

const CLI::App* command_below(const CLI::App& command, const std::string& word) {
  for (const auto* below : command.get_subcommands([](const CLI::App*) { return true; })) {
    if (below->get_name() == word) return below;
  }
  return nullptr;
}

class Reader {
 public:
  explicit Reader(const CLI::App& command) : command_(&command) { find_arguments(); }

  std::vector<TypedWord> read(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      words_.push_back({words[i], Kind::extra, dashes_, false, nullptr});
      more_than_text_ = words.size() - i > 1;
      if (i == 0) {
        words_.back().kind = Kind::command;
      } else {
        place(words_.back());
      }
    }
    if (wants_value_ != nullptr && !value_may_miss_) words_.back().lacks_value = words_.back().kind == Kind::flag;
    return std::move(words_);
  }

 private:
  void find_arguments() {
    arguments_ = command_->get_options([](const CLI::Option* option) { return option->get_positional(); });
    argument_ = 0;
    taken_ = 0;
  }

  void place(TypedWord& word) {
    if (dashes_) return place_behind(word);
    const bool more_media = std::exchange(after_media_, false) && names_media(word.word);
    if (const auto* const flag = std::exchange(wants_value_, nullptr);
        flag != nullptr && !value_may_miss_ && is_flag(word.word)) {
      words_[words_.size() - 2].lacks_value = true;
    } else if (flag != nullptr && !(value_may_miss_ && looks_like_flag(word.word))) {
      word.kind = Kind::value;
      word.option = flag;
      after_media_ = flag->get_name() == kMedia;
      return;
    }
    if (more_media) {
      word.kind = Kind::file;
      after_media_ = true;
      return;
    }
    const bool may_be_value = std::exchange(unknown_before_, false);
    if (word.word == "--") {
      word.kind = Kind::dashes;
      dashes_ = true;
    } else if (looks_like_flag(word.word)) {
      place_flag(word);
    } else if (const auto* const below = command_below(*command_, word.word); below != nullptr && argument_ == 0) {
      word.kind = Kind::command;
      command_ = below;
      find_arguments();
    } else if (may_be_value) {
      word.kind = Kind::perhaps;
    } else {
      place_argument(word);
    }
  }

  // Exactly one: what has more to it may be a value.
  bool is_flag(const std::string& word) const {
    return word.starts_with("--") && word.size() > 2 && word.find('=') == std::string::npos &&
           option_of(*command_, word) != nullptr;
  }

  void place_flag(TypedWord& word) {
    word.option = option_of(*command_, word.word);
    const bool has_value = word.word.find('=') != std::string::npos;
    if (word.option == nullptr) {
      word.kind = Kind::unknown;
      word.has_text = has_value && means_text(word.word, *command_);
      if (means_text(word.word, *command_)) return;  // what follows is the text
      const auto meant = meant_flag(word.word, *command_);
      const auto* const option = meant ? option_of(*command_, *meant) : nullptr;
      unknown_before_ = !has_value && (option == nullptr || option->get_expected_max() > 0);
      return;
    }
    word.kind = Kind::flag;
    after_media_ = has_value && word.option->get_name() == kMedia;
    if (has_value || word.option->get_expected_max() == 0) return;
    wants_value_ = word.option;
    value_may_miss_ = word.option->get_expected_min() == 0;
  }

  // All of it is text, but who types flags there mostly means flags.
  void place_behind(TypedWord& word) {
    if (const auto* const flag = std::exchange(wants_value_, nullptr); flag != nullptr) {
      word.option = flag;
      return;
    }
    if (word.word == kDashes) return;  // it has its meaning already
    const auto* const option = looks_like_flag(word.word) ? option_of(*command_, word.word) : nullptr;
    // With words behind it or another flag before it, it is no text of its own: "-- --to site --recover".
    if (option == nullptr || (!more_than_text_ && !flag_behind_dashes_)) place_argument(word);
    if (word.kind != Kind::extra) return;
    word.option = option;
    flag_behind_dashes_ = flag_behind_dashes_ || option != nullptr;
    if (word.option == nullptr || word.word.find('=') != std::string::npos) return;
    if (word.option->get_expected_max() > 0) wants_value_ = word.option;
    value_may_miss_ = false;
  }

  void place_argument(TypedWord& word) {
    while (argument_ < arguments_.size() && taken_ >= arguments_[argument_]->get_items_expected_max()) {
      ++argument_;
      taken_ = 0;
    }
    if (argument_ >= arguments_.size()) return;
    ++taken_;
    word.kind = arguments_[argument_]->get_name() == "TEXT" ? Kind::text : Kind::argument;
  }

  const CLI::App* command_;
  std::vector<TypedWord> words_;
  std::vector<const CLI::Option*> arguments_;
  std::size_t argument_ = 0;  // the one that the next word is for
  int taken_ = 0;             // words that it has
  const CLI::Option* wants_value_ = nullptr;
  bool value_may_miss_ = false;
  bool unknown_before_ = false;
  bool dashes_ = false;
  bool after_media_ = false;
  bool more_than_text_ = false;  // this isn't the last word
  bool flag_behind_dashes_ = false;
};

// "--dashes first": nobody calls a flag that.
bool is_rather_text(const TypedWord& word) {
  const auto name = std::string_view(word.word).substr(0, word.word.find('='));
  return word.kind == Kind::unknown && !word.has_text && name.find_first_of(" \n") != std::string_view::npos;
}

bool is_text(const TypedWord& word) {
  if (word.kind == Kind::value && word.option->get_name() == "--text") return word.word != "-";
  if (word.kind == Kind::text) return word.word != "-";
  return is_rather_text(word) || (word.kind == Kind::extra && word.option == nullptr);
}

std::string joined(const std::vector<TypedWord>& words, bool (*counts)(const TypedWord&)) {
  std::string text;
  for (const auto& word : words) {
    if (counts(word)) text += (text.empty() ? "" : " ") + word.word;
  }
  return text;
}

}  // namespace

std::string TypedWord::option_name() const {
  return option == nullptr ? std::string() : option->get_name();
}

std::vector<TypedWord> read_words(const CLI::App& command, const std::vector<std::string>& words) {
  return Reader(command).read(words);
}

std::string typed_text(const std::vector<TypedWord>& words) {
  auto text = joined(words, is_text);
  for (const auto& word : words) {
    const bool inside = (word.kind == Kind::flag && word.word.starts_with("--text=")) || word.has_text;
    if (inside) text = word.word.substr(word.word.find('=') + 1) + (text.empty() ? "" : " ") + text;
  }
  return text;
}

bool is_lost(const TypedWord& word) {
  return word.kind == Kind::file || (word.kind == Kind::extra && word.behind_dashes && word.word == kDashes);
}

std::vector<TypedWord> left_over(const std::vector<TypedWord>& words) {
  std::vector<TypedWord> over;
  for (const auto& word : words) {
    if (word.kind == Kind::unknown || word.kind == Kind::extra || word.kind == Kind::file) over.push_back(word);
  }
  return over;
}

}  // namespace postq
