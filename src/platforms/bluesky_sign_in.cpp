#include "platforms/bluesky_sign_in.h"

#include <postq/core/json_line.h>

#include "platforms/bluesky_answers.h"
#include "platforms/bluesky_directory.h"

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

Error sign_in_error(const Account& account, const std::string& host, const HttpAnswer& answer,
                    const std::string& said) {
  const std::string place = host.substr(host.find("//") + 2);
  const std::string login = "postq account login " + account.name;
  const std::string name = read_error(answer.body).name;
  if (name == "AuthFactorTokenRequired") {
    return {ErrorKind::sign_in,
            place + " wants the code it mailed: that is the main password",
            "make an app password and use that:\nhttps://bsky.app/settings/app-passwords",
            {}};
  }
  if (answer.status == 401 && (name == "AuthenticationRequired" || name.empty())) {
    return {ErrorKind::sign_in,
            place + " doesn't take the app password of @" + std::string(account.setting("handle")),
            login,
            {}};
  }
  const std::string says = place + " says " + std::to_string(answer.status) + (said.empty() ? "" : ": " + said);
  if (answer.status == 401 || answer.status == 403) return {ErrorKind::sign_in, says, login, {}};
  if (answer.status == 429) {
    return {ErrorKind::try_later, says + "; it takes 30 sign-ins in 5 minutes", "postq tries again by itself", {}};
  }
  if (answer.status >= 500) return {ErrorKind::try_later, says, {}, {}};
  return {ErrorKind::platform, says, "postq account show " + account.name, {}};
}

}  // namespace postq::bluesky
