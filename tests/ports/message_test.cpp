#include <rapidcheck.h>

#include <postq/ports/http_client.h>

#include "support/catch.h"

using namespace postq;

namespace {

HttpRequest status_request() {
  HttpRequest request;
  request.method = "POST";
  request.url = "https://social.example/api/v1/statuses";
  request.headers = {{"Authorization", "Bearer canary", true}, {"Content-Type", "application/json"}};
  request.body = R"({"status":"hello"})";
  return request;
}

const TimePoint kNow = time_point(784'111'777);  // 1994-11-06T08:49:37Z

}  // namespace

TEST_CASE("a shown request has its secrets masked") {
  CHECK(show_request(status_request()) ==
        "POST https://social.example/api/v1/statuses\n"
        "Authorization: ********\n"
        "Content-Type: application/json\n"
        "\n"
        "{\"status\":\"hello\"}\n");
}

TEST_CASE("a token in the URL or the body of a shown request is masked too") {
  HttpRequest request;
  request.method = "POST";
  request.url = "https://api.example/bot123:abc/send";
  request.body = "password=123:abc&again=123:abc&longer=123:abcdef";
  request.secrets = {"", "123:abc", "123:abcdef"};

  const auto shown = show_request(request);

  CHECK(shown == "POST https://api.example/bot********/send\n\npassword=********&again=********&longer=********\n");
}

TEST_CASE("a shown request tells the size of what isn't text") {
  auto request = status_request();
  request.headers.clear();

  request.body = std::string("\x89PNG\r\n\x1a\n\0\0", 10);
  CHECK(show_request(request) == "POST https://social.example/api/v1/statuses\n\n<10 bytes>\n");

  request.body = std::string(1, '\0');
  CHECK(show_request(request) == "POST https://social.example/api/v1/statuses\n\n<1 byte>\n");

  request.read_body = [](char*, std::size_t) -> Result<std::size_t> { return fail(ErrorKind::bug, "shown, not read"); };
  request.body_size = 412'331;
  CHECK(show_request(request) == "POST https://social.example/api/v1/statuses\n\n<412,331 bytes>\n");
}

TEST_CASE("a request without a body is shown without one") {
  HttpRequest request;
  request.url = "https://social.example/";

  CHECK(show_request(request) == "GET https://social.example/\n");
}

TEST_CASE("the first header of a name counts, and a missing one is empty") {
  HttpAnswer answer;
  answer.headers = {{"link", "<a>"}, {"date", "x"}, {"link", "<b>"}};

  CHECK(answer.header("link") == "<a>");
  CHECK(answer.header("retry-after").empty());
}

TEST_CASE("all three forms of an HTTP date are read") {
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == kNow);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == kNow);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == kNow);
  CHECK(parse_http_date(" Sun, 06 Nov 1994 08:49:37 GMT ") == kNow);
  CHECK(parse_http_date("Wed Nov 16 08:49:37 1994") == kNow + std::chrono::days{10});
  CHECK(parse_http_date("Friday, 01-Jan-27 00:00:00 GMT") == time_point(1'798'761'600));
  CHECK(parse_http_date("Tue, 29 Feb 2028 23:59:60 GMT") == time_point(1'835'481'600));
}

TEST_CASE("what is no HTTP date isn't read as one") {
  for (const auto* text :
       {"", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 6 Nov 1994 08:49:37 GMT", "Son, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMTx",
        "1994-11-06T08:49:37Z", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun Nov 06 08:49:37 94"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_http_date(text));
  }
}

TEST_CASE("Retry-After is read as seconds or as a date") {
  CHECK(parse_retry_after("120", kNow) == Seconds{120});
  CHECK(parse_retry_after(" 0 ", kNow) == Seconds{0});
  CHECK(parse_retry_after("0.65", kNow) == Seconds{1});
  CHECK(parse_retry_after("2.000", kNow) == Seconds{2});
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:51:37 GMT", kNow) == Seconds{120});
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", kNow) == Seconds{0});
}

TEST_CASE("a Retry-After too long to count is a very long time, not an overflow") {
  CHECK(parse_retry_after("999999999999999999999999999999", kNow) > std::chrono::years{99});
}

TEST_CASE("a Retry-After that says nothing is ignored") {
  for (const auto* text : {"", "-5", "soon", "1e9", "12 s", "1.", ".5", "+3", "0x10"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_retry_after(text, kNow));
  }
}

TEST_CASE("no text makes the readers of dates and waits stumble") {
  CHECK(rc::check("any text is read or refused", [](const std::string& text) {
    const auto wait = parse_retry_after(text, kNow);
    RC_ASSERT(!wait || *wait >= Seconds{0});
    RC_ASSERT(!parse_http_date(text + "\n\n!"));
  }));
}
