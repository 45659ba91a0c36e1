#include "platforms/mastodon/media.h"

#include <algorithm>
#include <memory>

#include <postq/ports/files.h>

#include "platforms/common/answers.h"
#include "platforms/common/url.h"
#include "platforms/mastodon/http.h"
#include "platforms/mastodon/json.h"
#include "platforms/mastodon/server.h"

namespace postq {
namespace {

constexpr std::string_view kScope = "write:media";
// Media that no post uses are removed after a day.
constexpr Seconds kLife{std::chrono::hours{24}};
constexpr Seconds kSpare{std::chrono::hours{1}};        // not taken for a post when less of that life is left
constexpr Seconds kMostWork{std::chrono::minutes{30}};  // a server that takes longer never ends
constexpr Seconds kShortestWait{2};
constexpr Seconds kLongestWait{60};
constexpr std::chrono::minutes kUploadDeadline{10};  // a film over a slow line

// A file and its alt text as multipart/form-data (RFC 7578), read piece by piece.
class Form {
 public:
  Form(const Media& media, std::unique_ptr<MediaReader> reader)
      : boundary_("postq-" + media.digest.hex().substr(0, 32)), reader_(std::move(reader)) {
    const std::string dashes = "--" + boundary_ + "\r\n";
    if (!media.alt.empty()) {
      head_ = dashes + "Content-Disposition: form-data; name=\"description\"\r\n\r\n" + media.alt + "\r\n";
    }
    if (!media.focus.empty()) {
      head_ += dashes + "Content-Disposition: form-data; name=\"focus\"\r\n\r\n" + media.focus + "\r\n";
    }
    // The name that the file has here is nobody's business there.
    const std::string kind = media.mime.substr(media.mime.find('/') + 1);
    head_ += dashes + "Content-Disposition: form-data; name=\"file\"; filename=\"media." + kind +
             "\"\r\nContent-Type: " + media.mime + "\r\n\r\n";
    tail_ = "\r\n--" + boundary_ + "--\r\n";
  }

  std::string content_type() const { return "multipart/form-data; boundary=" + boundary_; }
  std::uint64_t size() const { return head_.size() + reader_->size() + tail_.size(); }

  Result<std::size_t> read(char* buffer, std::size_t size) {
    if (head_at_ < head_.size()) return copy(head_, head_at_, buffer, size);
    if (!file_read_) {
      // The file's reader refuses its last bytes, or its end, when they aren't those that were approved.
      POSTQ_TRY(const std::size_t got, reader_->read(buffer, size));
      if (got != 0) return got;
      file_read_ = true;
    }
    return copy(tail_, tail_at_, buffer, size);
  }

 private:
  static std::size_t copy(const std::string& from, std::size_t& at, char* buffer, std::size_t size) {
    const std::size_t count = from.copy(buffer, size, at);
    at += count;
    return count;
  }

  std::string boundary_;
  std::unique_ptr<MediaReader> reader_;
  std::string head_;
  std::string tail_;
  std::size_t head_at_ = 0;
  std::size_t tail_at_ = 0;
  bool file_read_ = false;
};

class Uploader {
 public:
  Uploader(const Account& account, PlatformContext& context)
      : account_(account), context_(context), software_(server_of(account).software) {}

  // Set once the server has asked to be left alone for a while.
  std::optional<TimePoint> limited_until() const { return limited_until_; }

  // What an earlier try uploaded, if the server still has it unattached.
  Result<std::optional<Upload>> look_at(const Upload& known) {
    const TimePoint now = context_.now();
    if (known.expires_at < now + kSpare) return std::optional<Upload>{};
    POSTQ_TRY(const auto request,
              signed_request(account_, "GET", "/api/v1/media/" + escape_segment(known.remote_ref), context_));
    const HttpResult answer = context_.http.exchange(request);
    if (!answer) return pass_on(error_of(answer.error()));
    if (answer->status == 404) return std::optional<Upload>{};
    Upload upload = known;
    upload.ready = answer->status == 200 || software_ == MastodonSoftware::pixelfed;
    if (answer->status < 200 || answer->status >= 300) return pass_on(refusal(request, *answer));
    if (!upload.ready && now > known.expires_at - kLife + kMostWork) {
      return fail(ErrorKind::platform, instance_of(account_) + " never ends working on a picture or film",
                  "postq edit ID --media FILE    with a smaller one");
    }
    return std::optional(upload);
  }

  Result<Upload> upload(const Media& media) {
    POSTQ_TRY(auto reader, context_.media.open(media.digest));
    const auto form = std::make_shared<Form>(media, std::move(reader));
    POSTQ_TRY(auto request, signed_request(account_, "POST", "/api/v2/media", context_));
    request.headers.push_back({"Content-Type", form->content_type(), false});
    request.body_size = form->size();
    request.read_body = [form](char* buffer, std::size_t size) { return form->read(buffer, size); };
    request.deadline = kUploadDeadline;
    const HttpResult answer = context_.http.exchange(request);
    if (!answer) return pass_on(error_of(answer.error()));
    if (answer->status < 200 || answer->status >= 300) return pass_on(refusal(request, *answer));
    const auto made = read_media(answer->body);
    if (!made || made->id.empty()) {
      // What broke off on the way may come whole another time; an answer without an id won't have one then.
      return fail(made ? ErrorKind::platform : ErrorKind::try_later,
                  instance_of(account_) + " took " + media.name + " and gave no id for it");
    }
    // Pixelfed answers 202 as well, and lets posts use it at once.
    const bool ready = answer->status != 202 || software_ == MastodonSoftware::pixelfed;
    return Upload{media.digest, made->id, ready, context_.now() + kLife};
  }

 private:
  Error refusal(const HttpRequest& request, const HttpAnswer& answer) {
    const SendAnswer meaning = refused_post(account_, request, answer, context_.now());
    if (meaning.limited) limited_until_ = meaning.try_at;
    Error error = error_of_answer(account_, request, answer, std::string(kScope));
    if (answer.status == 404) error.kind = ErrorKind::platform;
    return error;
  }

  const Account& account_;
  PlatformContext& context_;
  const MastodonSoftware software_;
  std::optional<TimePoint> limited_until_;
};

Status prepare_all(const std::vector<Media>& media, const std::vector<Upload>& known, Uploader& uploader,
                   PlatformContext& context, Prepared& prepared) {
  for (const Media& one : media) {
    std::optional<Upload> upload;
    const auto earlier =
        std::find_if(known.begin(), known.end(), [&](const Upload& other) { return other.digest == one.digest; });
    if (earlier != known.end()) {
      POSTQ_TRY(upload, uploader.look_at(*earlier));
    }
    if (!upload) {
      POSTQ_TRY(upload, uploader.upload(one));
    }
    if (!upload->ready) {
      // The longer it takes, the less often it is worth asking.
      const TimePoint now = context.now();
      const Seconds worked = now - (upload->expires_at - kLife);
      const TimePoint again = now + std::clamp(worked, kShortestWait, kLongestWait);
      prepared.ask_again_at = std::max(prepared.ask_again_at.value_or(again), again);
    }
    prepared.uploads.push_back(std::move(*upload));
  }
  return {};
}

}  // namespace

Result<Prepared> prepare_mastodon_media(const Account& account, const Content::Part& part,
                                        const std::vector<Upload>& known, PlatformContext& context) {
  Prepared prepared;
  Uploader uploader(account, context);
  const Status status = prepare_all(part.media, known, uploader, context, prepared);
  if (!status && !uploader.limited_until()) return pass_on(status.error());
  if (!status) {
    // What is uploaded already is kept for the next try, and being asked to wait is no failed one.
    prepared.ask_again_at = uploader.limited_until();
    prepared.limited = true;
    prepared.error = status.error();
  }
  return prepared;
}

}  // namespace postq
