#pragma once

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <postq/base/digest.h>
#include <postq/core/json_line.h>
#include <postq/text/text.h>

namespace postq::testing {

// Every request that a test's server or imitation of one was given, as lines of JSON in the file that POSTQ_REQUESTS
// names: spec_check.py holds them against the platforms' published specifications. Without the variable nothing is
// written.
class RequestLog {
 public:
  // While it lives, requests are wrong on purpose, and why.
  class WrongOnPurpose {
   public:
    explicit WrongOnPurpose(std::string why) { RequestLog::instance().set_reason(std::move(why)); }
    ~WrongOnPurpose() { RequestLog::instance().set_reason({}); }
    WrongOnPurpose(const WrongOnPurpose&) = delete;
    WrongOnPurpose& operator=(const WrongOnPurpose&) = delete;
  };

  static RequestLog& instance() {
    static RequestLog log;
    return log;
  }

  // Headers are name and value, in any case.
  void note(const std::string& method, const std::string& url,
            const std::vector<std::pair<std::string, std::string>>& headers, const std::string& body) {
    const std::lock_guard lock(mutex_);
    if (!file_.is_open()) return;
    std::vector<std::string> pairs;
    for (const auto& [name, value] : headers) pairs.push_back("[" + json_string(name) + "," + json_string(value) + "]");
    JsonLine line;
    line.text("method", method).text("url", url).raw_list("headers", pairs);
    // A picture's bytes are no text.
    const bool text = is_valid_utf8(body);
    line.text(text ? "body" : "body_base64", text ? body : base64_encode(body));
    if (!reason_.empty()) line.text("wrong_on_purpose", reason_);
    file_ << line.str() << "\n" << std::flush;
  }

 private:
  RequestLog() {
    if (const char* const path = std::getenv("POSTQ_REQUESTS")) file_.open(path, std::ios::trunc);
  }
  void set_reason(std::string why) {
    const std::lock_guard lock(mutex_);
    reason_ = std::move(why);
  }

  std::mutex mutex_;
  std::ofstream file_;
  std::string reason_;
};

}  // namespace postq::testing
