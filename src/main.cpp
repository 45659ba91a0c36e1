#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "cli/commands.h"
#include "real_world.h"
#include "system/files/last_words.h"

namespace {

// --config, --db and --color are needed before the words are parsed. Both `--flag value` and `--flag=value` are fine.
postq::EarlyFlags early_flags(int argc, char** argv) {
  postq::EarlyFlags flags;
  const auto take = [&](std::string_view name, int& i, auto& into) {
    const std::string_view word = argv[i];
    if (word == name && i + 1 < argc) {
      into = argv[++i];
    } else if (word.size() > name.size() && word.substr(0, name.size()) == name && word[name.size()] == '=') {
      into = std::string(word.substr(name.size() + 1));
    }
  };
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--") break;
    take("--config", i, flags.config);
    take("--db", i, flags.database);
    take("--color", i, flags.color);
  }
  return flags;
}

// cron, systemd and careless parents start programs with closed descriptors; the next file opened would become one.
// Where somebody reads what is said, but the results go nowhere, writing them fails: a script would take none for all.
void keep_standard_streams_open() {
  const bool is_heard = fcntl(STDERR_FILENO, F_GETFD) >= 0;
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) >= 0) continue;
    const bool fails = descriptor == STDOUT_FILENO && is_heard;
    open("/dev/null", descriptor == STDIN_FILENO || fails ? O_RDONLY : O_WRONLY);
  }
}

// Every command touches a hundred pages of memory and more, one page fault each. Asked for at once they take a tenth of
// a millisecond less, a twentieth of `status`. Before Linux 5.14 the answer is no, and they come one by one.
void take_memory_at_once() {
  constexpr std::size_t kBytes = std::size_t{448} << 10;
  constexpr std::size_t kFirst = std::size_t{100} << 10;  // from the heap, and beyond what it has yet: it grows
  mallopt(M_TOP_PAD, kBytes);
  void* const first = std::malloc(kFirst);
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(first) + page - 1) / page * page;
  const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0));
  const bool from_heap = first != nullptr && begin < end && end - begin <= 2 * kBytes;
  if (from_heap) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_WRITE);
  std::free(first);
}

// A core would hold the tokens of all accounts, and lie in a folder or go to a program that nobody thinks of. Programs
// that we start are as they always are.
void keep_secrets_out_of_cores() {
  prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL);
}

// What is held of a text lies in the world, which is gone by the time an exception reaches main.
int run_or_keep(int argc, char** argv, postq::Context& context) {
  try {
    return run_command_line(argc, argv, context);
  } catch (...) {
    postq::last_words::speak();
    throw;
  }
}

int run(int argc, char** argv) {
  const auto world = postq::make_real_world(early_flags(argc, argv));
  postq::Context context{*world};
  const int code = run_or_keep(argc, argv, context);
  if (const auto written = world->terminal().flush(); !written) {
    context.json = false;  // that would go where the output can't
    return report(context, written.error());
  }
  // Giving back, piece by piece, what SQLite knows of the schema takes a twentieth of a small command's time; the
  // system takes it all back at once. Who wrote closes the queue, which empties its write-ahead log.
  if (world->only_read()) std::_Exit(code);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  umask(077);
  keep_secrets_out_of_cores();
  keep_standard_streams_open();
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of that write (EFBIG), and said
  // 64 workers with an arena each would cost more memory than they save time.
  mallopt(M_ARENA_MAX, 2);
  take_memory_at_once();
  postq::watch_for_interrupts();
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("postq: there is too little memory for it now\n", stderr);
    return 75;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "postq: a bug in postq: %s\n  nothing more was done; please report it\n", problem.what());
    return 1;
  }
}
