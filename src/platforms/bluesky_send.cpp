#include "platforms/bluesky_send.h"

#include <algorithm>

#include "platforms/answers.h"
#include "platforms/atproto_syntax.h"
#include "platforms/bluesky_directory.h"
#include "platforms/bluesky_record.h"
#include "platforms/bluesky_session.h"

namespace postq::bluesky {
namespace {

constexpr Seconds kBlobKept{std::chrono::minutes{5}};  // "eg, minutes", says the lexicon of uploadBlob

// Every picture that a part brings along.
std::vector<const Media*> pictures_of(const Content::Part& part) {
  std::vector<const Media*> pictures;
  for (const Media& media : part.media) pictures.push_back(&media);
  if (part.media.empty() && part.card && part.card->thumbnail) pictures.push_back(&*part.card->thumbnail);
  return pictures;
}

Result<Upload> upload(Caller& caller, const Media& media, TimePoint now) {
  Call call;
  call.method = "com.atproto.repo.uploadBlob";
  call.media = &media;
  POSTQ_TRY(const std::string answer, caller.ask(call));
  auto blob = read_blob(answer, media.bytes);
  if (!blob) return fail(ErrorKind::try_later, "the answer to uploading " + media.name + " can't be read");
  return Upload{media.digest, std::move(*blob), true, now + kBlobKept};
}

class Sending {
 public:
  Sending(const Account& account, const ApprovedDelivery& delivery, const Outgoing& outgoing, Outside& outside)
      : account_(account), delivery_(delivery), outgoing_(outgoing), outside_(outside), caller_(account, outside) {}

  SendAnswer run() {
    Call put;
    put.method = method_of(outgoing_.body);
    put.body = outgoing_.body;
    put.before_send = outside_.may_send;
    for (bool again = false;; again = true) {
      const Answered answered = caller_.exchange(put);
      if (!answered) return answered.error();
      if (!*answered) return answer_without_reply(answered->error());
      const HttpAnswer& answer = **answered;
      if (answer.status == 200) return taken(answer);
      const std::string name = read_error(answer.body).name;
      // A repeat came so late that the blobs were dropped meanwhile. The record was not written.
      if (name == "BlobNotFound" && !again) {
        if (const Status uploaded = upload_again(); !uploaded) return unsent(uploaded.error());
        continue;
      }
      if (name == "InvalidSwap") return looked_up(answer, true);
      // To a second applyWrites the server says no more than that.
      if (answer.status == 500) return looked_up(answer, put.method != "com.atproto.repo.putRecord");
      return caller_.meaning(answer);
    }
  }

 private:
  SendAnswer taken(const HttpAnswer& answer) const {
    const auto written = read_written(answer.body);
    if (written && written->uri == uri().text()) return sent(*written, answer);
    SendAnswer unclear;
    unclear.error = {ErrorKind::unknown, "the server took the post, and its answer can't be read", {}, {}};
    unclear.clock_skew = clock_skew(answer, outside_.now());
    return unclear;
  }

  SendAnswer sent(const StrongRef& ref, const HttpAnswer& answer) const {
    SendAnswer result;
    result.outcome = Outcome::sent;
    result.receipt = {ref.uri, ref.cid, page_of(account_.remote_id, outgoing_.key), outside_.now()};
    result.clock_skew = clock_skew(answer, outside_.now());
    return result;
  }

  // InvalidSwap says that there is another record under this key, a 500 says nothing: the repository knows.
  // `only_creates`: nothing of ours can have been written where another record is.
  SendAnswer looked_up(const HttpAnswer& answer, bool only_creates) {
    SendAnswer result = caller_.meaning(answer);
    result.outcome = Outcome::unconfirmed;
    result.error.kind = ErrorKind::unknown;
    const auto pds = caller_.pds();
    if (!pds) return result;
    Call get;
    get.method = "com.atproto.repo.getRecord";
    get.query = "repo=" + escaped(account_.remote_id) + "&collection=" + std::string(kPosts) +
                "&rkey=" + escaped(outgoing_.key);
    const HttpResult got = caller_.read(*pds, get);
    if (!got || got->status != 200) return result;
    const auto post = read_post(got->body);
    const Likeness likeness = compare_record(outgoing_.body, got->body);
    const bool ours = likeness == Likeness::same || likeness == Likeness::edited;
    if (post && post->ref.uri == uri().text() && ours) return sent(post->ref, answer);
    if (only_creates && likeness == Likeness::other) {
      result.outcome = Outcome::refused;
      result.error = {ErrorKind::platform, "another post has the record key " + outgoing_.key + " already", {}, {}};
    }
    return result;
  }

  Status upload_again() {
    const auto& parts = delivery_.content().parts;
    const auto index = static_cast<std::size_t>(outgoing_.part) - 1;
    if (index >= parts.size()) return fail(ErrorKind::bug, "a part that isn't there");
    for (const Media* media : pictures_of(parts[index])) {
      POSTQ_CHECK(upload(caller_, *media, outside_.now()));
    }
    return {};
  }

  SendAnswer unsent(Error error) const {
    SendAnswer answer;
    answer.outcome = Outcome::not_sent;
    answer.sign_in_needed = error.kind == ErrorKind::sign_in;
    answer.try_at = caller_.wait_until();
    answer.limited = answer.try_at.has_value();
    answer.error = std::move(error);
    return answer;
  }

  RecordUri uri() const { return {account_.remote_id, std::string(kPosts), outgoing_.key}; }

  const Account& account_;
  const ApprovedDelivery& delivery_;
  const Outgoing& outgoing_;
  Outside& outside_;
  Caller caller_;
};

}  // namespace

std::string page_of(std::string_view repo, std::string_view key) {
  return "https://bsky.app/profile/" + std::string(repo) + "/post/" + std::string(key);
}

Result<Prepared> prepare_part(const Account& account, const ApprovedDelivery& delivery, const PartFacts& facts,
                              Outside& outside) {
  const auto& parts = delivery.content().parts;
  if (facts.part < 1 || static_cast<std::size_t>(facts.part) > parts.size()) {
    return fail(ErrorKind::bug, "a part that isn't there");
  }
  Caller caller(account, outside);
  Prepared prepared;
  for (const Media* media : pictures_of(parts[static_cast<std::size_t>(facts.part) - 1])) {
    const TimePoint now = outside.now();
    const auto known = std::find_if(facts.uploads.begin(), facts.uploads.end(), [&](const Upload& upload) {
      return upload.digest == media->digest && upload.ready && upload.expires_at > now;
    });
    if (known != facts.uploads.end()) {
      prepared.uploads.push_back(*known);
      continue;
    }
    auto made = upload(caller, *media, now);
    if (!made && caller.wait_until()) {
      prepared.ask_again_at = caller.wait_until();
      prepared.limited = true;
      prepared.error = std::move(made.error());
      return prepared;
    }
    if (!made) return pass_on(std::move(made.error()));
    prepared.uploads.push_back(std::move(*made));
  }
  return prepared;
}

SendAnswer send_part(const Account& account, const ApprovedDelivery& delivery, const Outgoing& outgoing,
                     Outside& outside) {
  return Sending(account, delivery, outgoing, outside).run();
}

Status delete_post(const Account& account, const Receipt& receipt, Outside& outside) {
  const auto uri = parse_record_uri(receipt.remote_id);
  if (!uri || uri->repo != account.remote_id || uri->collection != kPosts) {
    return fail(ErrorKind::not_found, receipt.remote_id + " is no post of " + account.name);
  }
  Caller caller(account, outside);
  // The post first: that is what people see. Its gates may be another app's work; without them the server says yes too.
  for (const std::string_view collection : {kPosts, kReplyGates, kQuoteGates}) {
    Call call;
    call.method = "com.atproto.repo.deleteRecord";
    call.body = delete_body(uri->repo, collection, uri->key);
    POSTQ_CHECK(caller.ask(call));
  }
  return {};
}

}  // namespace postq::bluesky
