#include "time/time_phrase.h"

#include <algorithm>
#include <utility>

#include "time/civil.h"

namespace postq {
namespace {

namespace chrono = std::chrono;

class PhraseReader {
 public:
  PhraseReader(std::string_view typed, const WhenContext& context)
      : context_(context), words_(split_time_words(typed)) {
    phrase_.typed = typed;
    phrase_.zone = &context.zone;
  }

  Result<TimePhrase> read();

 private:
  void split_joined();
  void spell_out_seconds();
  Status take_zone();
  Status take_offset();
  void take_words(std::size_t count);
  void take_zone_of_clock();
  Status read_length(std::size_t first, TimePhrase::Direction direction);
  bool read_bare_length();
  Status read_day_and_clock();
  Result<bool> read_clock_word();
  Status take_clock_behind_length();

  Date today() const { return date_of(phrase_.reading_zone().wall(context_.now)); }
  std::string examples() const { return time_examples(today()); }
  bool more() const { return at_ < words_.size(); }
  std::string_view text() const { return more() ? std::string_view{words_[at_].text} : std::string_view{}; }
  tl::unexpected<Error> unreadable(std::size_t at) const;

  const WhenContext& context_;
  std::vector<TimeWord> words_;
  std::size_t at_ = 0;
  TimePhrase phrase_;
};

tl::unexpected<Error> PhraseReader::unreadable(std::size_t at) const {
  return unreadable_time(words_, at, phrase_.day, phrase_.zone_words, today());
}

Result<TimePhrase> PhraseReader::read() {
  if (words_.empty()) return fail(ErrorKind::usage, "the time is empty", examples());
  split_joined();
  spell_out_seconds();
  POSTQ_CHECK(take_zone());
  POSTQ_CHECK(take_offset());
  if (words_.empty()) {
    return fail(ErrorKind::usage, quoted(phrase_.typed) + " names a time zone and no time", examples());
  }
  take_zone_of_clock();
  if (words_.size() == 1 && words_[0].text == "now") {
    phrase_.is_now = true;
    return std::move(phrase_);
  }
  if (words_[0].text == "in") {
    POSTQ_CHECK(read_length(1, TimePhrase::Direction::ahead));
  } else if (words_[0].text.starts_with('+')) {
    words_[0].text.erase(0, 1);
    POSTQ_CHECK(read_length(words_[0].text.empty() ? 1 : 0, TimePhrase::Direction::ahead));
  } else if (words_.size() > 1 && words_.back().text == "ago") {
    words_.pop_back();
    POSTQ_CHECK(read_length(0, TimePhrase::Direction::back));
  } else if (!read_bare_length()) {
    POSTQ_CHECK(read_day_and_clock());
  }
  return std::move(phrase_);
}

// "@1796084098", the seconds since 1970 as date(1) reads them, are a date and a time in UTC.
void PhraseReader::spell_out_seconds() {
  constexpr std::int64_t kLast = 253'402'300'799;  // of the year 9999
  constexpr std::size_t kMostDigits = 12;
  const auto& typed = words_.front().text;
  const auto number = typed.starts_with('@') ? digits_value(typed.substr(1), kMostDigits) : std::nullopt;
  if (!number || *number > kLast) return;
  const auto wall = utc_zone().wall(time_point(*number));
  const auto seconds = since_midnight(wall);
  const auto clock = padded(seconds.count() / 3600, 2) + ":" + padded(seconds.count() / 60 % 60, 2) + ":" +
                     padded(seconds.count() % 60, 2) + "+00:00";
  const auto date = iso_date(date_of(wall));
  words_.front() = {date, date};
  words_.insert(words_.begin() + 1, {clock, clock});
}

// "2027-01-15T09:00" is two words here.
void PhraseReader::split_joined() {
  constexpr std::size_t kDateSize = 10;
  const auto [text, typed] = words_.front();
  if (text.size() <= kDateSize || text[kDateSize] != 't' || text[4] != '-') return;
  words_.front() = {text.substr(0, kDateSize), typed.substr(0, kDateSize)};
  words_.insert(words_.begin() + 1, {text.substr(kDateSize + 1), typed.substr(kDateSize + 1)});
}

void PhraseReader::take_words(std::size_t count) {
  std::string taken;
  for (std::size_t i = words_.size() - count; i < words_.size(); ++i) taken += " " + words_[i].typed;
  phrase_.zone_words.insert(0, taken);
  words_.resize(words_.size() - count);
}

// The last words may name a zone, or the city of the zone in force: format_time() writes that, and may be pasted.
Status PhraseReader::take_zone() {
  const auto& last = words_.back();
  if (last.text == "z" || last.text == "utc") {
    phrase_.zone = &utc_zone();
    take_words(1);
    return {};
  }
  const auto city_words = split_time_words(zone_label(context_.zone.name()));
  const auto same = [](const TimeWord& a, const TimeWord& b) { return a.text == b.text; };
  if (words_.size() > city_words.size() && std::equal(city_words.rbegin(), city_words.rend(), words_.rbegin(), same)) {
    words_.resize(words_.size() - city_words.size());
    return {};
  }
  if (is_time_word(last.text) || looks_like_offset(last.text)) return {};
  const bool surely_a_zone = last.text.find('/') != std::string::npos;
  if (!context_.find_zone) return unreadable(words_.size() - 1);
  auto found = context_.find_zone(last.typed);
  if (found) {
    phrase_.zone = *found;
    take_words(1);
    return {};
  }
  if (surely_a_zone) return pass_on(std::move(found).error());
  const auto zone_hint = found.error().hint.empty() ? "" : found.error().hint + "; ";
  return fail(ErrorKind::usage, "can't read " + quoted(last.typed) + " as a time or a time zone",
              zone_hint + examples());
}

// "UTC+2", also as two words, means what people mean by it, and never the zone Etc/GMT+2, which is on the other side.
Status PhraseReader::take_offset() {
  if (words_.empty()) return {};
  const bool apart = words_.size() > 1 &&
                     (words_[words_.size() - 2].text == "utc" || words_[words_.size() - 2].text == "gmt") &&
                     (words_.back().text.starts_with('+') || words_.back().text.starts_with('-'));
  const auto text = (apart ? words_[words_.size() - 2].text : "") + words_.back().text;
  if (!looks_like_offset(text)) return {};
  const auto ahead = read_named_offset(text);
  if (!ahead) {
    const bool has_sign = text.find_first_of("+-") != std::string::npos;
    return fail(ErrorKind::usage, "there is no offset " + quoted(text),
                has_sign ? "offsets go from `UTC-12` to `UTC+14`"
                         : "type `UTC+2` for two hours ahead of UTC, `UTC-2` for two behind it");
  }
  take_words(apart ? 2 : 1);
  phrase_.offset = FixedOffset{*ahead};
  phrase_.offset_is_named = true;
  return {};
}

// `14:30z` names the zone too, unless another one is typed behind it; an offset there decides what today is as well.
void PhraseReader::take_zone_of_clock() {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const auto clock = read_clock(words_[i]);
    if (!clock || !*clock) continue;
    auto offset = (*clock)->utc ? Seconds{0} : (*clock)->offset;
    // `date` and git write the offset apart.
    if (!offset && i + 1 < words_.size()) offset = read_utc_offset(words_[i + 1].text);
    if (!offset) continue;
    if ((*clock)->utc && phrase_.zone_words.empty()) {
      phrase_.zone = &utc_zone();
      phrase_.zone_words = " UTC";
    } else {
      phrase_.offset = FixedOffset{*offset};
      phrase_.zone_words.insert(0, " " + say_offset(*offset));
    }
    return;
  }
}

Status PhraseReader::read_length(std::size_t first, TimePhrase::Direction direction) {
  const bool ahead = direction == TimePhrase::Direction::ahead;
  POSTQ_TRY(phrase_.length, read_amounts(words_, first, ahead ? "in " : ""));
  phrase_.direction = direction;
  at_ = first + phrase_.length->words;
  if (ahead) POSTQ_CHECK(take_clock_behind_length());
  if (more()) return unreadable(at_);
  return {};
}

// "in 3 days at 9am": a time of day fits only whole days.
Status PhraseReader::take_clock_behind_length() {
  if (text() == "at") ++at_;
  if (!more() || phrase_.length->exact != Seconds{0}) return {};
  POSTQ_TRY(const bool has_clock, read_clock_word());
  if (has_clock && (phrase_.clock->utc || phrase_.clock->offset)) return unreadable(at_ - 1);
  return {};
}

// "2h" alone, which says neither from when nor where to.
bool PhraseReader::read_bare_length() {
  const auto length = read_amounts(words_, 0, "");
  if (!length || length->words != words_.size()) return false;
  phrase_.length = *length;
  return true;
}

Status PhraseReader::read_day_and_clock() {
  while (more()) {
    if (text() == "at" || text() == "on") {
      ++at_;
      continue;
    }
    if (!phrase_.clock) {
      POSTQ_TRY(const bool read, read_clock_word());
      if (read) continue;
    }
    POSTQ_TRY(const auto read, read_day(words_, at_, today(), phrase_.day));
    if (read > 0) {
      at_ += read;
      continue;
    }
    return unreadable(at_);
  }
  if (!phrase_.day.given() && !phrase_.clock) {
    return fail(ErrorKind::usage, quoted(phrase_.typed) + " names no time", examples());
  }
  return {};
}

Result<bool> PhraseReader::read_clock_word() {
  POSTQ_TRY(const auto clock, read_clock(words_[at_]));
  if (!clock) return false;
  phrase_.clock = clock;
  phrase_.clock_typed = clock->utc || clock->offset ? clock_words(clock->since_midnight) : words_[at_].text;
  ++at_;
  if (!clock->utc && !clock->offset && more()) {
    if (const auto offset = read_utc_offset(text())) {
      phrase_.clock->offset = offset;
      ++at_;
    }
  }
  return true;
}

}  // namespace

Result<TimePhrase> read_phrase(std::string_view typed, const WhenContext& context) {
  return PhraseReader{typed, context}.read();
}

ShiftedWall shifted(WallTime wall, chrono::months months, chrono::days days) {
  const auto clock = since_midnight(wall);
  chrono::year_month_day date{date_of(wall)};
  std::string note;
  if (months != chrono::months{0}) {
    const auto day = date.day();
    date += months;
    if (!date.ok()) {
      date = date.year() / date.month() / chrono::last;
      note = "there is no " + std::to_string(unsigned{day}) + " " +
             std::string{kMonthNames.at(unsigned{date.month()} - 1)} + "; taken as " + date_words(Date{date});
    }
  }
  return {WallTime{Date{date} + days} + clock, std::move(note)};
}

}  // namespace postq
