// The check of all requests against the published specifications must be able to find something: these requests are
// wrong, are said to be, and a check that finds them right fails.
#include <postq/core/json_line.h>

#include "support/catch.h"
#include "support/scripted_http.h"

using namespace postq;
using namespace postq::testing;

namespace {

void post(const std::string& url, const std::string& body) {
  ScriptedHttp http;
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Authorization", "Bearer abc", true}, {"Content-Type", "application/json", false}};
  request.body = body;
  CHECK(http.exchange(request));
}

}  // namespace

TEST_CASE("a request that is wrong on purpose is marked as that") {
  const RequestLog::WrongOnPurpose mark("so that the check of all requests is checked itself");

  post("https://fake.example/api/v1/statuses", JsonLine().text("status", "hi").text("visibility", "friends").str());
  post("https://pds.test/xrpc/com.atproto.repo.putRecord", JsonLine().text("repo", "ann").str());
}
