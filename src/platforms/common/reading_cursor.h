#pragma once

#include <optional>
#include <string>

#include <postq/ports/platform.h>

namespace postq {

// Where a reading of a timeline goes on from the last one, for platforms that list posts by time and have no cursor of
// their own that would last.
class ReadingCursor {
 public:
  // A cursor that says nothing, or comes from the future, and a window that begins earlier than what was read: then
  // everything is read.
  ReadingCursor(const TimelineRequest& request, TimePoint now);

  // What has to be read begins here.
  TimePoint since() const { return since_; }
  // Where an earlier reading was cut off: what is older is still to be read, behind what is new. Empty: it wasn't.
  const std::string& place() const { return place_; }
  // The cursor for the next reading, when this one was read since `read_since`: empty after one that had to stop
  // before it was there, so that everything is read again.
  std::string next(TimePoint read_since) const;
  // The cursor of a reading that was cut off at that place.
  std::string unfinished(const std::string& place) const;

 private:
  TimePoint now_;
  TimePoint since_;
  TimePoint known_from_;  // read without a gap since then, this reading included
  TimePoint wanted_;      // where the window begins
  std::string place_;
};

}  // namespace postq
