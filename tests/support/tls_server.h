#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <vector>

namespace postq::testing {

// Certificates made by the openssl command for one test program run; the directory goes with the object.
class TestCertificates {
 public:
  TestCertificates() {
    auto pattern = (std::filesystem::temp_directory_path() / "postq-tls-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    directory_ = pattern;
    run("openssl ecparam -name prime256v1 -genkey -noout -out ca.key");
    run("openssl req -x509 -new -key ca.key -subj '/CN=postq test CA' -days 2 -out ca.pem");
    issue("good", "IP:127.0.0.1,DNS:localhost", "2");
    issue("expired", "IP:127.0.0.1,DNS:localhost", "-1");
    issue("other", "DNS:elsewhere.example", "2");
    run("openssl ecparam -name prime256v1 -genkey -noout -out self.key");
    run("openssl req -x509 -new -key self.key -subj /CN=self -days 2 -addext subjectAltName=IP:127.0.0.1 -out "
        "self.pem");
  }
  ~TestCertificates() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  // `name` is ca, good, expired, other (valid for another host) or self (self-signed).
  std::string certificate(const std::string& name) const { return directory_ + "/" + name + ".pem"; }
  std::string key(const std::string& name) const { return directory_ + "/" + name + ".key"; }

 private:
  void run(const std::string& command) const {
    if (std::system(("cd " + directory_ + " && " + command + " >log 2>&1").c_str()) != 0) {
      throw std::runtime_error("failed: " + command);
    }
  }

  void issue(const std::string& name, const std::string& alternative_names, const std::string& days) const {
    run("openssl ecparam -name prime256v1 -genkey -noout -out " + name + ".key");
    run("openssl req -new -key " + name + ".key -subj /CN=" + name + " -out " + name + ".csr");
    std::ofstream(directory_ + "/" + name + ".ext") << "subjectAltName=" << alternative_names << "\n";
    run("openssl x509 -req -in " + name + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days " + days + " -extfile " +
        name + ".ext -out " + name + ".pem");
  }

  std::string directory_;
};

// `openssl s_server -www` on a free port of 127.0.0.1: answers each GET with a page of HTML.
class TlsServer {
 public:
  TlsServer(const std::string& certificate, const std::string& key, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"openssl", "s_server",  "-www", "-accept", "127.0.0.1:0",
                                   "-cert",   certificate, "-key", key};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);

    int out[2];
    if (pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int failed = posix_spawnp(&process_, "openssl", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    output_ = out[0];
    if (failed != 0) throw std::runtime_error("openssl s_server can't be started");
    port_ = read_port();
  }
  ~TlsServer() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    close(output_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url(const std::string& host = "127.0.0.1") const { return "https://" + host + ":" + port_ + "/"; }
  const std::string& port() const { return port_; }

 private:
  // It says "ACCEPT 127.0.0.1:40123" once it listens.
  std::string read_port() const {
    std::string said;
    char c = 0;
    while (read(output_, &c, 1) == 1) {
      said += c;
      const auto at = said.find("ACCEPT 127.0.0.1:");
      if (c == '\n' && at != std::string::npos) return said.substr(at + 17, said.size() - at - 18);
    }
    throw std::runtime_error("openssl s_server doesn't listen: " + said);
  }

  pid_t process_ = -1;
  int output_ = -1;
  std::string port_;
};

}  // namespace postq::testing
