#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <postq/core/draft.h>
#include <postq/time/when.h>

#include "app/compose/compose.h"

namespace postq {

// What a person gets into the editor: the text, a line with scissors, and below it the other things that can be changed
// (time, warning, alt texts, texts of single accounts), among notes. `contents` gives the counts; it may be empty.
// Times are shown in `zone`.
std::string edit_template(const Draft& draft, const std::vector<AccountContent>& contents, const Zone& zone);

// The draft that the person made of it. What was left as it stood in the template of `before` stays exactly as it was
// in `before`, a time in the past too; a line that was removed changes nothing, an empty one clears. kind usage, naming
// the line, for what can't be meant; kind interrupted when the text was emptied: that means, leave it.
Result<Draft> parse_edit_template(std::string_view text, const Draft& before, const WhenContext& when);

// What a person typed below the scissors of `page`, which was `given` as a template: all of it, or only the notes,
// which say nothing to postq. Empty where it was left as it stood.
std::string typed_below(std::string_view page, std::string_view given);
std::string notes_below(std::string_view page, std::string_view given);

// Puts texts into the parts of a draft: media stay with their part; those of parts that are gone go to the last one.
void set_texts(Draft& draft, const std::vector<std::string>& texts);

// Puts media into other parts: the n-th of them all, from 0, into the part of that number, from 1. kind usage where
// there is no such part.
Status place_media(Draft& draft, const std::map<std::size_t, std::size_t>& parts);

// The media of all parts, in order: picture 1, picture 2, ...
std::vector<Media*> media_of(Draft& draft);
std::vector<const Media*> media_of(const Draft& draft);

}  // namespace postq
