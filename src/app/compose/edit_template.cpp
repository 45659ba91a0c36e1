#include "app/compose/edit_template.h"

#include <algorithm>
#include <charconv>

#include <postq/text/editor_page.h>
#include <postq/text/text.h>

namespace postq {

namespace {

constexpr std::string_view kOnlyFor = "-- only for ";
constexpr std::string_view kOnlyForEnd = " --";
constexpr std::string_view kNoAlt = "--no-alt";
constexpr std::string_view kBlank = " \t\n";

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

// Without the line feeds and blank lines at the end; what stands before the first letter is the author's.
std::string_view trim_end(std::string_view text) {
  const auto last = text.find_last_not_of(kBlank);
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

// A value on one line: line feeds as \n, and so backslashes as two.
std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescaped(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool escape = value[i] == '\\' && i + 1 < value.size();
    if (escape && value[i + 1] == 'n') {
      out += '\n';
      ++i;
    } else if (escape && value[i + 1] == '\\') {
      out += '\\';
      ++i;
    } else {
      out += value[i];
    }
  }
  return out;
}

std::string joined(const std::vector<Draft::Part>& parts) {
  std::vector<std::string> texts;
  for (const auto& part : parts) texts.push_back(part.text);
  return join_thread(texts);
}

// "2027-01-15 09:00 Europe/Berlin", as parse_when() reads it.
std::string time_words(WallTime wall, std::string_view zone) {
  auto words = format_wall(wall);
  if (const auto t = words.find('T'); t != std::string::npos) words[t] = ' ';
  if (words.size() > 3 && words.compare(words.size() - 3, 3, ":00") == 0) words.resize(words.size() - 3);
  return words.append(" ").append(zone);
}

std::string time_words(const Schedule& schedule) {
  return schedule.wall ? time_words(*schedule.wall, schedule.zone) : "";
}

std::string until_words(const Schedule& schedule, const Zone& zone) {
  return schedule.until ? time_words(zone.wall(*schedule.until), zone.name()) : "";
}

std::string alt_words(const Media& media) {
  return media.decorative ? std::string(kNoAlt) : escaped(media.alt);
}

// The part of the thread that it is in, counted from 1.
std::string part_words(const Draft& draft, const Media* media) {
  for (std::size_t i = 0; i < draft.parts.size(); ++i) {
    for (const auto& each : draft.parts[i].media) {
      if (&each == media) return std::to_string(i + 1);
    }
  }
  return "1";
}

// One line of the template below the scissors that can be changed.
struct Field {
  std::string name;
  std::string value;
  std::string note;  // above it, may be empty
};

std::vector<Field> fields_of(const Draft& draft, const Zone& zone) {
  std::vector<Field> fields{
      {"time", time_words(draft.schedule), "as in `fri 9am` or `2027-01-15 09:00`; empty: as soon as approved"},
      {"until", until_words(draft.schedule, zone), "never sent after this"},
      {"warning", escaped(draft.warning), "shown instead of the text until a reader opens it"},
      {"visibility", escaped(draft.visibility), "empty: public"},
      {"language", escaped(draft.language), ""},
      {"reply-to", escaped(draft.reply_to), "URL of the post that this answers"},
      {"replies", draft.replies,
       "who may reply: empty for everybody, nobody, or some of mentioned,followers,following"},
      {"quotes", draft.quotes, "who may quote it: empty for everybody, or nobody"},
  };
  const bool pictures = !media_of(draft).empty();
  if (pictures || draft.sensitive) {
    fields.push_back(
        {"sensitive", draft.sensitive ? "yes" : "", "yes: the pictures are hidden until a reader opens them"});
  }
  int n = 0;
  for (const auto* media : media_of(draft)) {
    ++n;
    const auto note = "picture " + std::to_string(n) + ": " + visible_line(media->name) + "; " + std::string(kNoAlt) +
                      " if it is decoration";
    fields.push_back({"alt " + std::to_string(n), alt_words(*media), note});
    fields.push_back({"focus " + std::to_string(n), media->focus, ""});
    if (draft.parts.size() > 1) fields.push_back({"part " + std::to_string(n), part_words(draft, media), ""});
  }
  return fields;
}

std::string comment(std::string_view text) {
  std::string out;
  for (const auto& line : wrap(text, 76)) out += "# " + line + "\n";
  return out;
}

// Reads the part of the template below the scissors.
class Below {
 public:
  Below(const Draft& before, const WhenContext& when) : before_(before), draft_(before), when_(when) {
    draft_.variants.clear();
  }

  Status line(std::string_view line, int number) {
    if (const auto account = only_for(line); !account.empty()) {
      account_ = account;
      texts_[account_];
      return {};
    }
    if (!account_.empty()) {
      texts_[account_] += std::string(line) + "\n";
      return {};
    }
    const auto value = trim(line);
    if (value.empty() || value.front() == '#') return {};
    const auto colon = value.find(':');
    if (colon == std::string_view::npos) return wrong(number, "has no colon; put # before a note", value);
    return field(std::string(trim(value.substr(0, colon))), trim(value.substr(colon + 1)), number);
  }

  Result<Draft> finish() {
    for (const auto& [account, text] : texts_) {
      const auto old = before_.variants.find(account);
      if (old != before_.variants.end() && trim_end(join_thread(old->second)) == trim_end(text)) {
        draft_.variants[account] = old->second;
        continue;
      }
      draft_.variant_places.erase(account);
      auto parts = split_thread(trim_end(text));
      if (!parts.empty() && !trim(text).empty()) draft_.variants[account] = std::move(parts);
    }
    std::erase_if(draft_.variant_places, [&](const auto& place) { return !draft_.variants.contains(place.first); });
    const auto& schedule = draft_.schedule;
    if (schedule != before_.schedule && schedule.until && schedule.wall && *schedule.until <= schedule.not_before) {
      return fail(ErrorKind::usage, "`until` lies before `time`", "give an end behind the time it goes out");
    }
    return draft_;
  }

  const std::map<std::size_t, std::size_t>& parts() const { return parts_; }

  // The account that a line begins the text of; empty for every other line.
  static std::string only_for(std::string_view line) {
    line = trim(line);
    if (line.size() <= kOnlyFor.size() + kOnlyForEnd.size() || line.substr(0, kOnlyFor.size()) != kOnlyFor ||
        line.substr(line.size() - kOnlyForEnd.size()) != kOnlyForEnd)
      return "";
    const auto name = line.substr(kOnlyFor.size(), line.size() - kOnlyFor.size() - kOnlyForEnd.size());
    return check_account_name(name) ? std::string(name) : "";
  }

 private:
  static tl::unexpected<Error> wrong(int number, std::string_view what, std::string_view line) {
    return fail(ErrorKind::usage, "line " + std::to_string(number) + " " + std::string(what),
                shorten(visible_line(line), 70));
  }

  Status field(const std::string& name, std::string_view value, int number) {
    const auto known = fields_of(before_, when_.zone);
    const auto found = std::find_if(known.begin(), known.end(), [&](const Field& f) { return f.name == name; });
    if (found == known.end()) {
      std::vector<std::string> names;
      for (const auto& each : known) names.push_back(each.name);
      const auto meant = closest(name, names);
      return wrong(number, "is none of those that can be changed" + (meant ? "; did you mean `" + *meant + ":`?" : ""),
                   name);
    }
    if (value == trim(found->value)) return {};
    auto status = set(name, value);
    if (!status) {
      auto error = status.error();
      error.message = "line " + std::to_string(number) + " (" + name + "): " + error.message;
      return pass_on(std::move(error));
    }
    return {};
  }

  Status set(const std::string& name, std::string_view value) {
    if (name == "time") return set_time(value);
    if (name == "until") return set_until(value);
    if (name == "warning") {
      draft_.warning = unescaped(value);
    } else if (name == "visibility") {
      draft_.visibility = unescaped(value);
    } else if (name == "language") {
      POSTQ_TRY(draft_.language, normalise_languages(unescaped(value)));
    } else if (name == "reply-to") {
      POSTQ_TRY(draft_.reply_to, normalise_reply_to(unescaped(value)));
    } else if (name == "replies") {
      POSTQ_TRY(draft_.replies, normalise_replies(value));
    } else if (name == "quotes") {
      POSTQ_TRY(draft_.quotes, normalise_quotes(value));
    } else if (name == "sensitive") {
      if (!value.empty() && value != "yes" && value != "no") {
        return fail(ErrorKind::usage, "it is yes, or empty", "");
      }
      draft_.sensitive = value == "yes";
    } else if (name.starts_with("part ")) {
      return set_part(name, value);
    } else if (name.starts_with("focus ")) {
      POSTQ_TRY(media_at(name, "focus ").focus, normalise_focus(value));
    } else {
      auto& media = media_at(name, "alt ");
      media.decorative = value == kNoAlt;
      media.alt = media.decorative ? "" : unescaped(value);
    }
    return {};
  }

  Status set_time(std::string_view words) {
    auto& schedule = draft_.schedule;
    if (words.empty()) {
      schedule.wall.reset();
      schedule.zone.clear();
      schedule.not_before = {};
      return {};
    }
    POSTQ_TRY(auto at, parse_when(words, when_));
    schedule.wall = at.wall;
    schedule.zone = std::move(at.zone);
    schedule.not_before = at.instant;
    return {};
  }

  Status set_until(std::string_view words) {
    draft_.schedule.until.reset();
    if (words.empty()) return {};
    POSTQ_TRY(const auto until, parse_when(words, when_));
    draft_.schedule.until = until.instant;
    return {};
  }

  Status set_part(std::string_view name, std::string_view value) {
    std::size_t part = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), part);
    if (error != std::errc{} || end != value.data() + value.size() || part == 0) {
      return fail(ErrorKind::usage, "it is the number of a part of the thread, from 1", "");
    }
    parts_[number_of(name, "part ")] = part;
    return {};
  }

  // The picture of "alt 2" or "focus 2"; field() has seen to it that there is one.
  Media& media_at(std::string_view name, std::string_view before_number) {
    return *media_of(draft_)[number_of(name, before_number)];
  }

  // Counted from 0.
  static std::size_t number_of(std::string_view name, std::string_view before_number) {
    std::size_t n = 1;
    std::from_chars(name.data() + before_number.size(), name.data() + name.size(), n);
    return n - 1;
  }

  const Draft& before_;
  Draft draft_;
  const WhenContext& when_;
  std::string account_;  // whose text the lines are
  std::map<std::string, std::string> texts_;
  std::map<std::size_t, std::size_t> parts_;  // of pictures that go elsewhere
};

// Somebody cleared the whole file and wrote a new text; unless parts of the template are still there.
bool looks_like_bare_text(const std::vector<std::string_view>& lines, const std::vector<Field>& fields) {
  return std::none_of(lines.begin(), lines.end(), [&](std::string_view line) {
    if (!Below::only_for(line).empty()) return true;
    return std::any_of(fields.begin(), fields.end(),
                       [&](const Field& field) { return line.substr(0, field.name.size() + 1) == field.name + ":"; });
  });
}

Result<Draft> with_text(Draft draft, const Draft& before, std::string_view text) {
  const auto old = joined(before.parts);
  if (trim_end(text) == trim_end(old)) return draft;
  if (trim(text).empty()) {
    return fail(ErrorKind::interrupted, "the text was emptied, so nothing was changed",
                "postq rm ID    takes the post out");
  }
  set_texts(draft, split_thread(trim_end(text)));
  return draft;
}

}  // namespace

std::vector<Media*> media_of(Draft& draft) {
  std::vector<Media*> media;
  for (auto& part : draft.parts) {
    for (auto& each : part.media) media.push_back(&each);
  }
  return media;
}

std::vector<const Media*> media_of(const Draft& draft) {
  std::vector<const Media*> media;
  for (const auto& part : draft.parts) {
    for (const auto& each : part.media) media.push_back(&each);
  }
  return media;
}

Status place_media(Draft& draft, const std::map<std::size_t, std::size_t>& parts) {
  std::vector<Draft::Part> placed;
  for (const auto& part : draft.parts) placed.push_back({part.text, {}});
  std::size_t n = 0;
  for (std::size_t i = 0; i < draft.parts.size(); ++i) {
    for (const auto& media : draft.parts[i].media) {
      const auto wanted = parts.find(n++);
      const std::size_t part = wanted == parts.end() ? i + 1 : wanted->second;
      if (part > placed.size()) {
        return fail(ErrorKind::usage,
                    media.name + " can't go to part " + std::to_string(part) + ": there " +
                        (placed.size() == 1 ? "is one part" : "are " + std::to_string(placed.size())),
                    "a line of --- alone begins the next part");
      }
      placed[part - 1].media.push_back(media);
    }
  }
  draft.parts = std::move(placed);
  return {};
}

void set_texts(Draft& draft, const std::vector<std::string>& texts) {
  std::vector<Draft::Part> parts;
  for (const auto& text : texts) parts.push_back({text, {}});
  if (parts.empty()) parts.emplace_back();
  for (std::size_t i = 0; i < draft.parts.size(); ++i) {
    auto& target = parts[std::min(i, parts.size() - 1)].media;
    auto& media = draft.parts[i].media;
    target.insert(target.end(), std::make_move_iterator(media.begin()), std::make_move_iterator(media.end()));
  }
  if (parts.size() != draft.parts.size()) draft.variant_places.clear();
  draft.parts = std::move(parts);
}

std::string typed_below(std::string_view page, std::string_view given) {
  const auto lines = lines_of(given);
  const auto cut = std::find_if(lines.begin(), lines.end(), is_scissors);
  // Everything from there on.
  return cut == lines.end()
             ? ""
             : parts_of_page(page, given.substr(static_cast<std::size_t>(cut->data() - given.data()))).left_out;
}

std::string notes_below(std::string_view page, std::string_view given) {
  std::string notes;
  const auto typed = typed_below(page, given);
  for (const auto line : lines_of(page)) {
    // What follows is a text, and a # in it is a tag.
    if (!Below::only_for(line).empty()) break;
    const auto trimmed = trim(line);
    const bool is_typed = ("\n" + typed + "\n").find("\n" + std::string(line) + "\n") != std::string::npos;
    if (trimmed.starts_with('#') && trimmed.find_first_not_of("# \t") != std::string_view::npos && is_typed) {
      notes.append(line).append("\n");
    }
  }
  return notes;
}

std::string edit_template(const Draft& draft, const std::vector<AccountContent>& contents, const Zone& zone) {
  std::string text;
  for (const auto& content : contents) {
    text += "# " + pad(content.account.name, 12) + std::to_string(content.length);
    if (content.limit != 0) text += " of " + std::to_string(content.limit);
    text += "\n";
    for (const auto& problem : content.problems) text += comment("   " + visible_line(problem.message));
  }
  text +=
      "# Above this block: the text. A line of --- alone begins the next post of a\n"
      "# thread. Empty it to leave everything as it is. Below: what else can change.\n";
  for (const auto& field : fields_of(draft, zone)) {
    if (!field.note.empty()) text += "# " + field.note + "\n";
    text += field.name + ":" + (field.value.empty() ? "" : " " + field.value) + "\n";
  }
  text += "#\n# Another text for one account: a line `-- only for ACCOUNT --`, then the text.\n";
  for (const auto& [account, texts] : draft.variants) {
    text += std::string(kOnlyFor) + account + std::string(kOnlyForEnd) + "\n" + join_thread(texts) + "\n";
  }
  return editor_page(joined(draft.parts), text);
}

Result<Draft> parse_edit_template(std::string_view text, const Draft& before, const WhenContext& when) {
  POSTQ_TRY(const auto normal, normalise_text(text));
  const auto lines = lines_of(normal);
  const auto scissors = std::count_if(lines.begin(), lines.end(), is_scissors);
  if (scissors > 1) {
    return fail(ErrorKind::usage, "the line `# -- >8 --` is there twice", "keep only the one below the text");
  }
  if (scissors == 0) {
    if (looks_like_bare_text(lines, fields_of(before, when.zone))) return with_text(before, before, normal);
    return fail(ErrorKind::usage, "the line `# -- >8 --` below the text is gone",
                "put it back, so that the text can be told from the rest");
  }
  std::string above;
  Below below{before, when};
  bool cut = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (is_scissors(lines[i])) {
      cut = true;
    } else if (cut) {
      POSTQ_CHECK(below.line(lines[i], static_cast<int>(i) + 1));
    } else {
      above.append(lines[i]).append("\n");
    }
  }
  POSTQ_TRY(auto draft, below.finish());
  POSTQ_TRY(draft, with_text(std::move(draft), before, above));
  POSTQ_CHECK(place_media(draft, below.parts()));
  return draft;
}

}  // namespace postq
