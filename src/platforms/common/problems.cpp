// What is wrong with a content for an account: limits first, then what a reviewer should mend.
#include <algorithm>

#include <postq/base/command_words.h>
#include <postq/ports/platform.h>
#include <postq/text/text.h>

#include "platforms/common/text_unit.h"

namespace postq {
namespace {

constexpr std::string_view kEdit = "postq edit ID";

class Finder {
 public:
  Finder(const Platform& platform, const Account& account, const Content& content)
      : platform_(platform), account_(account), content_(content), limits_(platform.limits(account)) {}

  std::vector<Problem> find() {
    whole();
    for (std::size_t i = 0; i < content_.parts.size(); ++i) {
      text(i);
      media(i);
    }
    std::stable_partition(found_.begin(), found_.end(), [](const Problem& problem) { return problem.fatal; });
    return std::move(found_);
  }

 private:
  Problem& add(std::string kind, std::size_t index, const std::string& message, std::string remedy) {
    Problem problem;
    problem.kind = std::move(kind);
    problem.part = static_cast<int>(index) + 1;
    problem.message = (content_.parts.size() > 1 ? "part " + std::to_string(problem.part) + ": " : "") + message;
    problem.remedy = std::move(remedy);
    return found_.emplace_back(std::move(problem));
  }

  Problem& add_whole(std::string kind, std::string message, std::string remedy) {
    Problem problem;
    problem.kind = std::move(kind);
    problem.message = std::move(message);
    problem.remedy = std::move(remedy);
    return found_.emplace_back(std::move(problem));
  }

  void whole() {
    const PlatformTraits& traits = platform_.traits();
    const std::size_t parts = content_.parts.size();
    if (parts == 0) add_whole("empty", "nothing to say", std::string(kEdit));
    const std::size_t most = traits.threads ? limits_.parts : 1;
    if (parts > 1 && most != 0 && parts > most) {
      Problem& problem =
          traits.threads ? add_whole("too-many-parts", "too many parts: " + of(parts, most), std::string(kEdit))
                         : add_whole("no-threads", traits.title + " takes no threads: " + of(parts, most) + " parts",
                                     "postq edit ID --variant " + account_.name + "=TEXT");
      problem.count = parts;
      problem.limit = most;
    }
    if (!content_.reply_to.empty() && !traits.replies) {
      add_whole("no-replies", traits.title + " can't answer another post", std::string(kEdit));
    }
    visibility(traits);
    audience(traits);
  }

  // What the author asked for and this platform can't do, where a reader would notice: it is said, and no more.
  void audience(const PlatformTraits& traits) {
    const auto note = [this](std::string kind, std::string message, std::string remedy) {
      add_whole(std::move(kind), std::move(message), std::move(remedy));
      found_.back().fatal = false;
    };
    if (!traits.replies) return;  // nobody replies or quotes there
    if (!content_.replies.empty() && !traits.limits_replies) {
      note("replies", "anybody may reply: " + traits.title + " has no limit on that",
           "postq edit ID --replies everybody");
    }
    if (!content_.quotes.empty() && !traits.limits_quotes) {
      note("quotes", "anybody may quote it: " + traits.title + " has no limit on that",
           "postq edit ID --quotes everybody");
    }
    const bool pictures = std::any_of(content_.parts.begin(), content_.parts.end(),
                                      [](const Content::Part& part) { return !part.media.empty(); });
    if (content_.sensitive && pictures && !traits.hides_pictures) {
      note("sensitive", "the pictures are shown at once: " + traits.title + " hides none without a warning",
           "postq edit ID --cw TEXT");
    }
  }

  void visibility(const PlatformTraits& traits) {
    const std::string& wanted = content_.visibility;
    if (wanted.empty() || (traits.visibilities.empty() && wanted == "public")) return;
    if (std::find(traits.visibilities.begin(), traits.visibilities.end(), wanted) != traits.visibilities.end()) return;
    std::string known;
    for (const std::string& one : traits.visibilities) known += (known.empty() ? "" : ", ") + one;
    const std::string takes = known.empty() ? " is always public" : " knows only " + known;
    add_whole("visibility", account_.name + takes + "; the post says " + wanted,
              "postq edit ID --visibility " + (traits.visibilities.empty() ? "public" : traits.visibilities.front()));
  }

  void text(std::size_t index) {
    const std::string& text = content_.parts[index].text;
    const bool blank = text.find_first_not_of(" \t\n") == std::string::npos;
    if (blank && content_.parts[index].media.empty() && !limits_.needs_media) {
      add("empty", index, "neither text nor media", std::string(kEdit));
    }
    const std::size_t count = platform_.count(account_, content_, index);
    if (limits_.text != 0 && count > limits_.text) {
      Problem& problem = add("too-long", index, "too long: " + of(count, limits_.text), std::string(kEdit));
      problem.count = count;
      problem.limit = limits_.text;
      problem.ends_at = ends_at(index, [this](const Content& cut, std::size_t part) {
        return platform_.count(account_, cut, part) <= limits_.text;
      });
    } else if (limits_.text_bytes != 0 && text.size() > limits_.text_bytes) {
      Problem& problem =
          add("too-long", index, "too long: " + of(text.size(), limits_.text_bytes) + " bytes", std::string(kEdit));
      problem.count = text.size();
      problem.limit = limits_.text_bytes;
      problem.ends_at = ends_at(index, [this](const Content& cut, std::size_t part) {
        return cut.parts[part].text.size() <= limits_.text_bytes;
      });
    }
  }

  // The longest prefix of whole graphemes that fits, found by halving, as only the platform knows how it counts.
  template <typename Fits>
  std::size_t ends_at(std::size_t index, const Fits& fits) const {
    const std::string& text = content_.parts[index].text;
    Content cut = content_;
    std::size_t low = 0;
    std::size_t high = count_graphemes(text);
    while (low < high) {
      const std::size_t middle = low + (high - low + 1) / 2;
      cut.parts[index].text = text.substr(0, grapheme_prefix(text, middle));
      if (fits(cut, index)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return grapheme_prefix(text, low);
  }

  void media(std::size_t index) {
    const PlatformTraits& traits = platform_.traits();
    const std::vector<Media>& media = content_.parts[index].media;
    if (media.empty()) {
      if (limits_.needs_media) {
        add("needs-media", index, "needs a picture: " + traits.title + " takes no text-only posts",
            "postq edit ID --media FILE --alt TEXT");
      }
      return;
    }
    const std::size_t most = traits.media ? limits_.media : 0;
    if (!traits.media || (most != 0 && media.size() > most)) {
      Problem& problem =
          add("too-many-media", index,
              traits.media ? "too many media: " + of(media.size(), most) : traits.title + " takes no pictures or films",
              std::string(kEdit));
      problem.count = media.size();
      problem.limit = most;
    }
    for (const Media& one : media) {
      file(index, one);
      animation(index, one);
      description(index, one);
    }
  }

  void file(std::size_t index, const Media& media) {
    if (!limits_.mime.empty() &&
        std::find(limits_.mime.begin(), limits_.mime.end(), media.mime) == limits_.mime.end()) {
      std::string takes;
      for (const std::string& mime : limits_.mime) takes += (takes.empty() ? "" : ", ") + mime;
      add("media-type", index, media.name + " is " + media.mime + "; " + account_.name + " takes " + takes,
          "postq edit ID --media FILE");
    }
    const bool still = media.mime.starts_with("image/");
    const std::int64_t most = still ? limits_.image_bytes : limits_.video_bytes;
    const std::int64_t pixels = std::int64_t{media.width} * media.height;
    if (most > 0 && media.bytes > most) {
      too_large(index, media, size_text(media.bytes) + " of " + size_text(most), media.bytes, most);
    } else if (still && limits_.image_pixels > 0 && pixels > limits_.image_pixels) {
      const std::string sides = std::to_string(media.width) + " x " + std::to_string(media.height);
      too_large(index, media,
                sides + " pixels, and " + account_.name + " takes " + std::to_string(limits_.image_pixels), pixels,
                limits_.image_pixels);
    }
  }

  // It is queued all the same: the author may have chosen a first picture that says enough.
  void animation(std::size_t index, const Media& media) {
    const auto& stills = limits_.stills;
    if (!media.animated || std::find(stills.begin(), stills.end(), media.mime) == stills.end()) return;
    add("animation", index, media.name + " is animated, and " + account_.name + " shows its first picture only", "")
        .fatal = false;
  }

  void too_large(std::size_t index, const Media& media, const std::string& how, std::int64_t count, std::int64_t most) {
    constexpr std::string_view kShrinkable[] = {"image/jpeg", "image/png", "image/webp"};
    const bool shrinkable =
        std::find(std::begin(kShrinkable), std::end(kShrinkable), media.mime) != std::end(kShrinkable);
    Problem& problem = add("media-too-large", index, media.name + " is too large: " + how,
                           std::string("postq edit ID --media FILE") + (shrinkable ? " --shrink" : ""));
    problem.count = static_cast<std::size_t>(count);
    problem.limit = static_cast<std::size_t>(most);
  }

  // --alt goes by the order of the pictures: the texts of those before this one are given again. Where they are long,
  // the editor has them all.
  std::string describe_again(const Media& media) const {
    constexpr std::size_t kLongest = 300;
    std::string command(kEdit);
    for (const auto& part : content_.parts) {
      for (const Media& each : part.media) {
        if (&each == &media) return command.size() > kLongest ? std::string(kEdit) : command + " --alt TEXT";
        command += " --alt " + (each.alt.empty() ? "TEXT" : quoted_word(each.alt));
      }
    }
    return command;
  }

  void description(std::size_t index, const Media& media) {
    if (media.alt.empty() && !media.decorative) {
      add("no-alt", index, media.name + " has no alt text", describe_again(media)).fatal = false;
      return;
    }
    const std::size_t length = limits_.alt == 0 ? 0 : count_in(limits_.alt_unit, media.alt);
    if (length > limits_.alt) {
      Problem& problem =
          add("alt-too-long", index, "the alt text of " + media.name + " is too long: " + of(length, limits_.alt),
              describe_again(media));
      problem.count = length;
      problem.limit = limits_.alt;
    }
  }

  static std::string of(std::size_t count, std::size_t limit) {
    return std::to_string(count) + " of " + std::to_string(limit);
  }

  // Rounded up, so that a file a little above a limit doesn't read as equal to it.
  static std::string size_text(std::int64_t bytes) {
    constexpr std::int64_t kKilo = 1000;
    if (bytes < kKilo) return std::to_string(bytes) + " bytes";
    if (bytes < kKilo * kKilo) return std::to_string((bytes + kKilo - 1) / kKilo) + " kB";
    const std::int64_t tenths = (bytes * 10 + kKilo * kKilo - 1) / (kKilo * kKilo);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
  }

  const Platform& platform_;
  const Account& account_;
  const Content& content_;
  const Limits limits_;
  std::vector<Problem> found_;
};

}  // namespace

std::vector<Problem> Platform::problems(const Account& account, const Content& content) const {
  return Finder(*this, account, content).find();
}

}  // namespace postq
