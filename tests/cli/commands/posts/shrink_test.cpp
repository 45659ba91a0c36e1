// --shrink as it is typed, on accounts that take small pictures only.
#include <postq/media/media.h>

#include "app/review_world.h"
#include "cli/commands.h"
#include "system/images/sample_pictures.h"

using namespace postq;
using namespace postq::test;
using postq::pictures::Size;

namespace {

// Accounts on a platform that takes pictures of 60 kB.
struct PictureWorld : ReviewWorld {
  PictureWorld() {
    known_platforms.paper.takes.image_bytes = 60'000;
    shrinker = make_pictures();
    add_account("site");
  }

  std::string file(const std::string& name, const std::string& bytes) const {
    write_file(folder() + "/" + name, bytes);
    return folder() + "/" + name;
  }
  std::string large_photo(const std::string& name = "oak.jpg") const {
    return file(name, pictures::test::jpeg_of(pictures::test::four_corners({640, 480}, 150), 97));
  }

  int type(std::vector<std::string> words) {
    words.insert(words.begin(), "postq");
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    Context context{*this};
    return run_command_line(static_cast<int>(argv.size()), argv.data(), context);
  }
  std::string said() { return person.take_screen(); }

  Media media_of(PostId post, const std::string& account = "site") {
    const auto content = content_from_document(delivery(post, account).document);
    REQUIRE(content);
    REQUIRE(content->parts.front().media.size() == 1);
    return content->parts.front().media.front();
  }
  bool queue_is_empty() { return queue().list({}).value().empty(); }
};

constexpr PostId kFirst{1};

// Without the line breaks of the screen.
std::string in_one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const char shown = c == '\n' ? ' ' : c;
    if (shown != ' ' || !line.ends_with(' ')) line += shown;
  }
  return line;
}

}  // namespace

TEST_CASE("a picture that is too large is refused with the numbers, and the way on is to shrink it") {
  PictureWorld world;
  const auto photo = world.large_photo();

  CHECK(world.type({"add", "An oak", "--media", photo, "--alt", "It's old"}) == 2);

  const auto said = world.said();
  CAPTURE(said);
  const auto size = (std::filesystem::file_size(photo) + 999) / 1000;
  CHECK(has(said, "oak.jpg is too large: " + std::to_string(size) + " kB of 60 kB"));
  CHECK(
      has(said, "postq add --recover --shrink --media " + photo + " --alt 'It'\\''s old'    make the picture smaller"));
  CHECK(world.queue_is_empty());

  CHECK(world.type({"add", "--recover", "--shrink", "--media", photo, "--alt", "It's old"}) == 0);

  CHECK(world.text_of(kFirst) == "An oak");
  CHECK(world.media_of(kFirst).alt == "It's old");
}

TEST_CASE("a shrunk picture is stored as it will be sent, and says what it was") {
  PictureWorld world;
  const auto photo = world.large_photo();

  CHECK(world.type({"add", "An oak", "--shrink", "--media", photo, "--no-alt"}) == 0);

  const auto media = world.media_of(kFirst);
  CHECK(media.bytes <= 60'000);
  CHECK(media.name == "oak.jpg");
  const auto stored = file_text(world.media().value()->path_of(media.digest));
  CHECK(static_cast<std::int64_t>(stored.size()) == media.bytes);
  CHECK(sha256(stored) == media.digest);
  CHECK(inspect_media(stored) == MediaInfo{"image/jpeg", media.width, media.height, false});
  REQUIRE(media.shrunk_from);
  CHECK(media.shrunk_from->width == 640);
  CHECK(media.shrunk_from->bytes > 60'000);
  // The large one lies nowhere.
  CHECK(std::distance(std::filesystem::directory_iterator(world.folder() + "/media"), {}) == 1);

  const auto from = "shrunk from 640x480, " + std::to_string((media.shrunk_from->bytes + 500) / 1000) + " kB";
  const auto sides = std::to_string(media.width) + "x" + std::to_string(media.height);
  CHECK(has(world.said(),
            "oak.jpg, " + from + " to " + sides + ", " + std::to_string((media.bytes + 500) / 1000) + " kB"));
  CHECK(world.type({"show", "1"}) == 0);
  CHECK(has(world.said(), from));
  CHECK(world.type({"show", "1", "--json"}) == 0);
  CHECK(has(world.said(), R"("shrunk_from":{"bytes":)"));
}

TEST_CASE("a picture is shrunk until all accounts of its post take it, by bytes and by pixels") {
  PictureWorld world;
  world.known_platforms.paper.image_bytes_on["tiny"] = 25'000;
  world.known_platforms.paper.takes.image_pixels = 20'000;
  world.add_account("tiny");

  CHECK(world.type({"add", "An oak", "--to", "all", "--shrink", "--media", world.large_photo(), "--no-alt"}) == 0);

  const auto media = world.media_of(kFirst, "site");
  CHECK(media == world.media_of(kFirst, "tiny"));
  CHECK(media.bytes <= 25'000);
  CHECK(media.width * media.height <= 20'000);
  CHECK(media.width * media.height > 19'000);
}

TEST_CASE("a picture that all accounts take stays as it is") {
  PictureWorld world;
  const auto small = world.file("small.jpg", pictures::test::jpeg_of(pictures::test::four_corners({64, 48})));

  CHECK(world.type({"add", "An oak", "--shrink", "--media", small, "--no-alt"}) == 0);
  CHECK(world.type({"add", "An oak again", "--media", small, "--no-alt"}) == 0);

  CHECK(world.media_of(kFirst) == world.media_of(PostId{2}));
  CHECK_FALSE(world.media_of(kFirst).shrunk_from);
}

TEST_CASE("adding a picture to shrink again with the same key changes nothing") {
  PictureWorld world;
  const auto photo = world.large_photo();
  const std::vector<std::string> words{"add", "An oak", "--key", "oak", "--shrink", "--media", photo, "--no-alt"};

  CHECK(world.type(words) == 0);
  CHECK(world.type(words) == 0);

  CHECK(has(world.said(), "Already queued as 1 (same --key)."));
  CHECK(world.queue().list({}).value().size() == 1);
}

TEST_CASE("a transparent picture that becomes a JPEG says what became of its transparency") {
  PictureWorld world;
  world.known_platforms.paper.takes.mime = {"image/jpeg"};
  auto canvas = pictures::test::four_corners({320, 240}, 200);
  pictures::test::pixel(canvas, 5, 5) = 0;
  const auto png = world.file("logo.png", pictures::test::png_of(canvas));

  CHECK(world.type({"add", "A logo", "--shrink", "--media", png, "--no-alt"}) == 0);

  CHECK(has(in_one_line(world.said()), ", on white instead of transparent"));
  CHECK(world.media_of(kFirst).mime == "image/jpeg");
}

TEST_CASE("films, animations and damaged pictures that are too large are named, and the text is kept") {
  PictureWorld world;
  world.known_platforms.paper.takes.image_bytes = 20;
  world.known_platforms.paper.takes.video_bytes = 20;
  const auto film = std::string("\0\0\0\x18", 4) + "ftypisom" + std::string(4, '\0') + "isommp42" +
                    std::string("\0\0\0\x08", 4) + "moov";
  auto cut = pictures::test::jpeg_of(pictures::test::four_corners({640, 480}, 150));
  cut.resize(cut.size() / 2);
  const auto header = cut.substr(0, 200);  // its tables are cut as well: it is found before anything is decoded
  struct Case {
    std::string name;
    std::string bytes;
    std::string said;
  };
  const Case cases[] = {
      {"oak.gif", file_text(world.picture("oak.gif")),
       "can't shrink oak.gif, which is too large: it is image/gif, and only JPEG, PNG and WebP pictures are shrunk"},
      {"oak.mp4", film, "oak.mp4 is too large: "},
      {"header.jpg", header + "\xff\xd9", "header.jpg: the JPEG file is damaged: "},
      {"cut.jpg", cut + "\xff\xd9", "can't shrink cut.jpg, which is too large: it is damaged"},
  };
  for (const auto& each : cases) {
    const auto path = world.file(each.name, each.bytes);

    CHECK(world.type({"add", "An oak", "--shrink", "--media", path, "--no-alt"}) == 2);

    const auto said = world.said();
    CAPTURE(said);
    CHECK(has(said, each.said));
    CHECK(has(said, "your text is safe:  "));
    CHECK(has(said, "postq add --recover"));
  }
  CHECK(world.queue_is_empty());
}

TEST_CASE("without the libraries a picture that fits goes on, and for one that doesn't the text is kept") {
  PictureWorld world;
  world.shrinker.reset();
  const auto small = world.file("small.jpg", pictures::test::jpeg_of(pictures::test::four_corners({64, 48})));
  CHECK(world.type({"add", "An oak", "--shrink", "--media", small, "--no-alt"}) == 0);

  CHECK(world.type({"add", "Another oak", "--shrink", "--media", world.large_photo(), "--no-alt"}) == 3);

  CHECK(has(world.said(), "your text is safe:  " + world.rescue().value()->newest().value()));
}

TEST_CASE("an edit shrinks what it puts in, and what is there when an account joins that takes less") {
  PictureWorld world;
  world.known_platforms.paper.image_bytes_on["tiny"] = 20'000;
  world.add_account("tiny");
  const auto photo = world.large_photo();
  CHECK(world.type({"add", "An oak", "--to", "site"}) == 0);

  CHECK(world.type({"edit", "1", "--media", photo, "--alt", "An oak"}) == 2);
  const auto refused = world.said();
  CAPTURE(refused);
  CHECK(has(refused, "postq edit 1 --media " + photo + " --alt 'An oak' --shrink"));

  CHECK(world.type({"edit", "1", "--media", photo, "--alt", "An oak", "--shrink"}) == 0);
  const auto first = world.media_of(kFirst);
  CHECK(first.bytes <= 60'000);
  CHECK(first.alt == "An oak");

  CHECK(world.type({"edit", "1", "--to", "site,tiny", "--shrink"}) == 0);
  const auto second = world.media_of(kFirst, "tiny");
  CHECK(second.bytes <= 20'000);
  CHECK(second.alt == "An oak");
  CHECK(second.shrunk_from == first.shrunk_from);  // what the person gave, not what lay between
  CHECK(world.media_of(kFirst, "site") == second);

  CHECK(world.type({"edit", "1", "--shrink"}) == 0);
  CHECK(has(world.said(), "Nothing changed in post 1."));
}

TEST_CASE("who posts at once sees that a picture was shrunk before it goes out") {
  PictureWorld world;
  world.person.keys = {"n"};

  world.type({"post", "An oak", "--shrink", "--media", world.large_photo(), "--alt", "An oak"});

  const auto said = world.said();
  CAPTURE(said);
  CHECK(has(said, "[oak.jpg, shrunk from 640x480, "));
  CHECK(has(said, "] An oak"));
}
