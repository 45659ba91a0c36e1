#!/bin/sh
# Builds postq and runs its tests, from nothing: installs what is missing (Debian 12), configures, builds, tests, checks.
# Its last line is "N passed, N failed"; the exit status is not 0 when anything failed or nothing ran.
#
#   sh scripts/test.sh             the tests, as fast as they come
#   sh scripts/test.sh --asan      the same under the address and undefined-behaviour sanitizers
#   sh scripts/test.sh --faults    the slow ones: kills, full disks, lost answers
#   sh scripts/test.sh --real      against servers that really exist, from npm, started on this machine, and the pages and
#                                  feeds before judges that do (browser, checkers, schemas); exit status 77 where npm's
#                                  registry is out of reach or a judge is missing: it says what wasn't tried
#   sh scripts/test.sh --real-full    the same with people who answer: Bluesky's feeds, notifications and search, which need
#                                  PostgreSQL and Redis, of their own and gone afterwards
#   sh scripts/test.sh --tidy      clang-tidy over everything, counted in sources
#   sh scripts/test.sh --fuzz [SECONDS]    each fuzz target for so long (60)
set -eu
export LC_ALL=C.UTF-8

mode=tests
preset=dev
seconds=60
# The exit status of --real and --real-full where the servers can't be had: npm's registry is out of reach, or not trusted.
not_here=77
for argument in "$@"; do
  case $argument in
    --asan) preset=asan ;;
    --faults) mode=faults ;;
    --real) mode=real ;;
    --real-full) mode=real-full ;;
    --tidy) mode=tidy preset=tidy ;;
    --fuzz) mode=fuzz preset=fuzz ;;
    [0-9]*) seconds=$argument ;;
    -h | --help) sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "test.sh: no such option: $argument (--asan, --faults, --real, --real-full, --tidy, --fuzz)" >&2; exit 2 ;;
  esac
done

cd "$(dirname "$0")/.."
jobs=$(nproc 2>/dev/null || echo 2)
build=build/$preset
passed=0
failed=0

say() { echo "== $*"; }

# check NAME COMMAND...: one more thing that passes or fails.
check() {
  name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    echo "FAILED: $name"
    failed=$((failed + 1))
  fi
}

absent=  # what can't be tried on this machine
finish() {
  if [ -n "$absent" ]; then
    echo "SKIPPED: $absent"
  fi
  echo "$passed passed, $failed failed"
  if [ "$failed" -eq 0 ] && [ -n "$absent" ]; then
    exit "$not_here"
  fi
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

build_failed() {
  echo "FAILED: $*"
  failed=$((failed + 1))
  finish
}

say "looking for packages that are missing"
case $mode in
  tidy | fuzz) sh scripts/setup.sh build test "$mode" || build_failed "installing packages" ;;
  real) sh scripts/setup.sh build test real judges || build_failed "installing packages" ;;
  real-full) sh scripts/setup.sh build test real databases || build_failed "installing packages" ;;
  *) sh scripts/setup.sh build test || build_failed "installing packages" ;;
esac

say "configuring ($preset)"
launcher=
if command -v ccache >/dev/null 2>&1; then
  launcher=ccache
fi
mkdir -p build
if ! cmake --preset "$preset" -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" >build/configure.log 2>&1; then
  cat build/configure.log
  build_failed "configuring"
fi

if [ "$mode" = tidy ]; then
  say "clang-tidy"
  exec python3 scripts/tidy.py "$build"
fi

say "building ($jobs at a time)"
case $mode in
  fuzz) targets=postq_fuzz ;;
  real-full) targets=postq ;;
  *) targets=all ;;
esac
ninja -C "$build" -j "$jobs" "$targets" || build_failed "building"

if [ "$mode" = fuzz ]; then
  mkdir -p "$build/found"
  for source in tests/fuzz/*_fuzz.cpp; do
    name=$(basename "$source" .cpp)
    # What led somewhere new is kept, and is where the next run begins.
    set -- "$build/corpus/$name"
    mkdir -p "$1"
    if [ -d "tests/fuzz/seeds/$name" ]; then set -- "$@" "tests/fuzz/seeds/$name"; fi
    if [ -f "tests/fuzz/$name.dict" ]; then set -- "$@" "-dict=tests/fuzz/$name.dict"; fi
    say "$name, $seconds s"
    check "$name (what it found is in $build/found)" "$build/tests/fuzz/$name" "$@" \
      -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=4096 -verbosity=0 -print_final_stats=1 \
      -artifact_prefix="$build/found/$name-"
  done
  finish
fi

# One number over all kinds of tests: the cases of a test program if it counts them, else the program itself.
count_cases() {
  awk '
    /^[0-9]+\/[0-9]+ Testing: / { good = bad = 0 }
    /^Command: ""$/ { bad = 1 }  # its program was not there; ctest ends that block with "Test Passed."
    /^All tests passed \(.* in [0-9]+ test cases?\)$/ { good += $(NF - 2) }
    /^test cases: / {
      for (i = 3; i <= NF; ++i) { if ($i == "passed") good += $(i - 1); if ($i == "failed") bad += $(i - 1) }
    }
    /^[0-9]+ passed, [0-9]+ failed$/ { good += $1; bad += $3 }
    /^Test Passed\.$/ { passed += good || bad ? good : 1; failed += bad }
    /^Test Failed\.$/ { passed += good; failed += bad ? bad : 1 }
    END { print passed + 0, failed + 0 }
  ' "$1"
}

# run_ctest ARGUMENT...: adds what ctest ran to the two counts.
run_ctest() {
  rm -f "$build/Testing/Temporary/LastTest.log"
  status=0
  ctest --test-dir "$build" --output-on-failure --no-tests=error --timeout 600 "$@" || status=$?
  # shellcheck disable=SC2046  # two numbers
  set -- $(count_cases "$build/Testing/Temporary/LastTest.log")
  passed=$((passed + $1))
  failed=$((failed + $2))
  if [ "$status" -ne 0 ] && [ "$2" -eq 0 ]; then
    echo "FAILED: ctest (status $status)"
    failed=$((failed + 1))
  fi
}

if [ "$mode" = faults ]; then
  say "fault tests"
  run_ctest -C faults -L faults -j 1
  finish
fi

# install_servers FOLDER INTO: installs what FOLDER/package-lock.json lists, unless it is there already. No package's own
# script runs but the one that compiles SQLite's binding, with the headers of the Node that is here.
install_servers() {
  wanted=$({ cat "$1/package.json" "$1/package-lock.json" && node --version; } | sha256sum)
  if [ "$(cat "$2/installed" 2>/dev/null)" = "$wanted" ]; then
    return 0
  fi
  mkdir -p "$2"
  rm -f "$2/installed"
  cp "$1/package.json" "$1/package-lock.json" "$2/"
  log=$2/npm.log
  if ! (cd "$2" && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline) >"$log" 2>&1; then
    cat "$log"
    if grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT' "$log"; then
      echo "npm's registry can't be reached: nothing can be installed from it"
      return "$not_here"
    fi
    if grep -qE 'SELF_SIGNED_CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER' "$log"; then
      echo "this machine doesn't trust the certificate that npm's registry shows it; if a proxy stands between, its CA belongs"
      echo "into /usr/local/share/ca-certificates, then: update-ca-certificates"
      return "$not_here"
    fi
    return 1
  fi
  if [ ! -d "$2/node_modules/better-sqlite3" ]; then
    echo "$wanted" >"$2/installed"
    return 0
  fi
  node_home=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  if [ -e "$node_home/include/node/node.h" ]; then
    export npm_config_nodedir="$node_home"
  fi
  if ! (cd "$2" && JOBS=$jobs npm_config_build_from_source=true npm rebuild better-sqlite3) >"$log" 2>&1; then
    cat "$log"
    return 1
  fi
  echo "$wanted" >"$2/installed"
}

# test_with NAME FOLDER INTO TEST: installs what FOLDER lists and runs a test with it. Servers are started and stopped by
# the test itself.
test_with() {
  name=$1
  shift
  say "installing the $name"
  status=0
  install_servers "$1" "$2" || status=$?
  if [ "$status" -eq "$not_here" ]; then
    absent="$absent${absent:+, }the $name"
    return
  fi
  [ "$status" -eq 0 ] || build_failed "installing the $name"
  say "$name"
  rm -f "$2/status"
  # Ctrl-C is the test's to answer: tee goes when it does.
  { python3 "$3" "$build/src/postq" "$2" 2>&1 || echo $? >"$2/status"; } | tee -i "$2/tests.log"
  into=$2
  # shellcheck disable=SC2046  # two numbers
  set -- $(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$into/tests.log" | tail -n 1) 0 0
  passed=$((passed + $1))
  failed=$((failed + $2))
  if [ -e "$into/status" ] && [ "$(cat "$into/status")" -eq "$not_here" ]; then
    absent="$absent${absent:+, }the $name"
  elif [ -e "$into/status" ] && [ "$2" -eq 0 ]; then
    echo "FAILED: the tests ended with $(cat "$into/status")"
    failed=$((failed + 1))
  fi
}

if [ "$mode" = real ]; then
  # Node.js is here for certain now, so it can say what it takes for a grapheme.
  say "graphemes, by Node.js $(node --version)"
  check "graphemes end where Intl.Segmenter ends them" "$build/tests/postq_text_tests" "graphemes end where*"
  test_with "judges of pages and feeds" tests/real/judges build/judges tests/real/pages_test.py
  test_with "real servers" tests/real build/real tests/real/bluesky_test.py
  finish
fi
if [ "$mode" = real-full ]; then
  test_with "real servers with people" tests/real/full build/real-full tests/real/two_way_test.py
  finish
fi

say "tests"
run_ctest -j "$jobs"

say "layout of the code"
if command -v clang-format-14 >/dev/null 2>&1; then
  find include src tests bench -name '*.h' -o -name '*.cpp' | sort >build/sources.txt
  check "clang-format (clang-format-14 -i FILE mends it)" \
    xargs clang-format-14 --dry-run -Werror --ferror-limit=3 <build/sources.txt
else
  echo "clang-format-14 is not here: not checked"
fi
finish
