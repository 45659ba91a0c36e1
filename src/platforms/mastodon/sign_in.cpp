#include "platforms/mastodon/sign_in.h"

#include <algorithm>

#include <postq/base/digest.h>

#include "platforms/common/answers.h"
#include "platforms/common/url.h"
#include "platforms/mastodon/http.h"
#include "platforms/mastodon/json.h"

namespace postq {
namespace {

constexpr std::size_t kRandomBytes = 32;  // RFC 7636 wants a verifier of 43 letters or more
constexpr Seconds kRefreshBefore{std::chrono::hours{24 * 30}};

std::string base64url(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.resize(text.find_last_not_of('=') + 1);
  return text;
}

// A value inside a query or form: "/" is escaped as well.
std::string escape_value(std::string_view value) {
  std::string escaped;
  for (const char c : escape_path(value)) {
    if (c == '/') {
      escaped += "%2F";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string form_of(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string form;
  for (const auto& [name, value] : fields) form += (form.empty() ? "" : "&") + name + "=" + escape_value(value);
  return form;
}

std::string words(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& word : list) text += (text.empty() ? "" : " ") + word;
  return text;
}

const Secret& value_of(const SecretValues& values, const std::string& name) {
  static const Secret none;
  const auto found = values.find(name);
  return found == values.end() ? none : found->second;
}

// POST /oauth/token: every field may hold a secret, and none is ever shown.
Result<SecretValues> fetch_token(const Account& account, const std::vector<std::pair<std::string, std::string>>& fields,
                                 PlatformContext& context) {
  HttpRequest request = mastodon_request(account, "POST", "/oauth/token");
  request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded", false});
  request.body = form_of(fields);
  for (const auto& [name, value] : fields) {
    if (name == "grant_type" || name == "redirect_uri") continue;
    request.secrets.push_back(value);
    request.secrets.push_back(escape_value(value));
  }
  auto answer = ask(account, request, "", context);
  const std::string again = sign_in_command(account);
  if (!answer) {
    Error error = answer.error();
    // 400 and 401 are how OAuth says that the code is wrong, used up or too old.
    if (error.kind == ErrorKind::platform) error.kind = ErrorKind::sign_in;
    if (error.hint.empty() && !again.empty()) error.hint = again + "    begins anew";
    return pass_on(std::move(error));
  }
  auto token = read_token(answer->body, context.now());
  if (!token) return fail(ErrorKind::sign_in, instance_of(account) + " gave no access token", again);
  return std::move(*token);
}

// Pixelfed knows neither fine scopes nor says so.
Result<bool> wants_wide_scopes(const Account& account, PlatformContext& context) {
  const auto answer = ask(account, mastodon_request(account, "GET", "/api/v1/instance"), "", context);
  if (!answer) {
    if (answer.error().kind == ErrorKind::try_later || answer.error().kind == ErrorKind::config) {
      return pass_on(answer.error());
    }
    return false;  // an instance may keep it from strangers
  }
  const auto server = read_instance(answer->body);
  return server && server->is(MastodonSoftware::pixelfed);
}

// Servers that know no proofs ignore them; one that names its kinds is believed.
bool takes_proof(const Account& account, PlatformContext& context) {
  const auto answer =
      ask(account, mastodon_request(account, "GET", "/.well-known/oauth-authorization-server"), "", context);
  return !answer || !refuses_s256(answer->body);
}

// Whether the token ends before then, and can be exchanged.
bool runs_out(const SecretValues& values, TimePoint then) {
  const auto ends = parse_rfc3339(value_of(values, "expires_at").reveal());
  return ends && *ends < then && !value_of(values, "refresh_token").empty();
}

}  // namespace

std::vector<std::string> mastodon_scopes(bool wide) {
  if (wide) return {"read", "write"};
  return {"read:accounts", "read:statuses",  "read:notifications", "read:follows",
          "read:search",   "write:statuses", "write:media"};
}

std::vector<std::string> missing_scopes(const std::vector<std::string>& needed,
                                        const std::vector<std::string>& granted) {
  std::vector<std::string> missing;
  for (const std::string& scope : needed) {
    const std::string wide = scope.substr(0, scope.find(':'));
    const bool covered = std::any_of(granted.begin(), granted.end(),
                                     [&](const std::string& one) { return one == scope || one == wide; });
    if (!covered) missing.push_back(scope);
  }
  return missing;
}

Result<SignIn> begin_mastodon_sign_in(const Account& account, const std::string& redirect_uri,
                                      const std::string& random_bytes, PlatformContext& context) {
  if (random_bytes.size() < kRandomBytes) return fail(ErrorKind::bug, "a sign-in needs 32 random bytes");
  POSTQ_TRY(const bool wide, wants_wide_scopes(account, context));
  const std::string scopes = words(mastodon_scopes(wide));
  const bool proof = takes_proof(account, context);

  HttpRequest request = mastodon_request(account, "POST", "/api/v1/apps");
  request.headers.push_back({"Content-Type", "application/json", false});
  request.body = app_body(redirect_uri, scopes);
  POSTQ_TRY(const auto answer, ask_instance(account, request, "", context));
  auto app = read_app(answer.body);
  if (!app) return pass_on(no_instance(account));
  SignIn begun;
  begun.keep = std::move(*app);
  const std::string verifier = base64url(random_bytes);
  const std::string state = sha256("postq state " + verifier).hex().substr(0, 32);
  begun.keep["state"] = Secret(state);
  std::vector<std::pair<std::string, std::string>> fields{{"response_type", "code"},
                                                          {"client_id", begun.keep["client_id"].reveal()},
                                                          {"redirect_uri", redirect_uri},
                                                          {"scope", scopes},
                                                          {"state", state}};
  if (proof) {
    begun.keep["verifier"] = Secret(verifier);
    fields.emplace_back("code_challenge", base64url(sha256(verifier).view()));
    fields.emplace_back("code_challenge_method", "S256");
  }
  begun.open_url = account.base_url + "/oauth/authorize?" + form_of(fields);
  return begun;
}

Result<SecretValues> finish_mastodon_sign_in(const Account& account, const SignIn& begun,
                                             const std::string& redirect_uri, const std::string& code,
                                             PlatformContext& context) {
  std::vector<std::pair<std::string, std::string>> fields{
      {"grant_type", "authorization_code"},
      {"code", code},
      {"client_id", value_of(begun.keep, "client_id").reveal()},
      {"client_secret", value_of(begun.keep, "client_secret").reveal()},
      {"redirect_uri", redirect_uri}};
  if (const Secret& verifier = value_of(begun.keep, "verifier"); !verifier.empty()) {
    fields.emplace_back("code_verifier", verifier.reveal());
  }
  POSTQ_TRY(auto values, fetch_token(account, fields, context));
  for (const char* name : {"client_id", "client_secret"}) values[name] = value_of(begun.keep, name);
  return values;
}

Status refresh_mastodon_token(const Account& account, PlatformContext& context) {
  if (account.secret_from != SecretFrom::file) return {};  // a token command looks after its own
  POSTQ_TRY(SecretValues kept, context.secrets.load(account));
  if (!runs_out(kept, context.now() + kRefreshBefore)) return {};
  // A refresh token works once: whoever was first has saved what came of it.
  POSTQ_TRY(const auto lock, context.secrets.lock(account));
  POSTQ_TRY(kept, context.secrets.load(account));
  if (!runs_out(kept, context.now() + kRefreshBefore)) return {};
  auto fresh = fetch_token(account,
                           {{"grant_type", "refresh_token"},
                            {"refresh_token", value_of(kept, "refresh_token").reveal()},
                            {"client_id", value_of(kept, "client_id").reveal()},
                            {"client_secret", value_of(kept, "client_secret").reveal()}},
                           context);
  if (!fresh) {
    if (!runs_out(kept, context.now())) return {};  // the old one is good for another while
    return pass_on(fresh.error());
  }
  for (auto& [name, value] : *fresh) kept[name] = std::move(value);
  return context.secrets.save(account, kept);
}

}  // namespace postq
