#include "platforms/bluesky/sign_in.h"

#include <postq/core/json_line.h>

#include "platforms/bluesky/answers.h"
#include "platforms/bluesky/atproto_syntax.h"
#include "platforms/bluesky/directory.h"
#include "platforms/common/answers.h"

namespace postq::bluesky {

HttpRequest sign_in_request(const Account& account, const std::string& host, const std::string& name,
                            const Secret& password) {
  HttpRequest request = get_request(account, method_url(host, "com.atproto.server.createSession", ""));
  request.method = "POST";
  request.headers.push_back({"Content-Type", "application/json", false});
  request.body = JsonLine().text("identifier", name).text("password", password.reveal()).str();
  request.secrets = {password.reveal()};
  return request;
}

Error sign_in_error(const Account& account, const std::string& host, const HttpAnswer& answer, const std::string& said,
                    const Secret& password) {
  const std::string place = host.substr(host.find("//") + 2);
  const std::string login = sign_in_command(account);
  const std::string name = read_error(answer.body).name;
  if (name == "AuthFactorTokenRequired") {
    return {ErrorKind::sign_in,
            place + " wants the code it mailed: that is the main password",
            "make an app password and use that:\nhttps://bsky.app/settings/app-passwords",
            {}};
  }
  if (answer.status == 401 && (name == "AuthenticationRequired" || name.empty())) {
    const std::string typed(account.setting("handle"));
    const std::string whose = is_did(typed) ? typed : "@" + typed;
    if (!is_app_password(password)) {
      return {ErrorKind::sign_in,
              place + " doesn't take that password of " + whose + ", and it doesn't read like an app password",
              sign_in_command(account,
                              "an app password reads like abcd-efgh-ijkl-mnop; make one here:\n"
                              "https://bsky.app/settings/app-passwords"),
              {}};
    }
    return {ErrorKind::sign_in, place + " doesn't take the app password of " + whose, login, {}};
  }
  const std::string says = place + " says " + std::to_string(answer.status) + (said.empty() ? "" : ": " + said);
  if (answer.status == 401 || answer.status == 403) return {ErrorKind::sign_in, says, login, {}};
  if (answer.status == 429) {
    return {ErrorKind::try_later, says + "; it takes 30 sign-ins in 5 minutes", "postq tries again by itself", {}};
  }
  if (answer.status >= 500) return {ErrorKind::try_later, says, {}, {}};
  return {ErrorKind::platform, says, account.id == AccountId{} ? "" : "postq account show " + account.name, {}};
}

bool is_app_password(const Secret& password) {
  constexpr std::size_t kGroup = 5;  // four letters and a hyphen
  const std::string& text = password.reveal();
  if (text.size() != 4 * kGroup - 1) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_hyphen = i % kGroup == kGroup - 1;
    const bool is_letter = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9');
    if (is_hyphen ? text[i] != '-' : !is_letter) return false;
  }
  return true;
}

}  // namespace postq::bluesky
