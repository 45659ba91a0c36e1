#!/bin/sh
# Installs the Debian packages that a job needs and this machine lacks. The second time it only looks.
#
#   sh scripts/setup.sh build          what the program is built from and runs with
#   sh scripts/setup.sh build test     ... and what its tests use
#   sh scripts/setup.sh tidy           the compiler and linter of `scripts/test.sh --tidy`
#   sh scripts/setup.sh fuzz           the compiler of `scripts/test.sh --fuzz`
#   sh scripts/setup.sh real           what the servers of `scripts/test.sh --real` are installed with
#   sh scripts/setup.sh judges         what judges the pages and feeds there
#   sh scripts/setup.sh databases      what those of `scripts/test.sh --real-full` keep their things in; as services of this
#                                      machine they are neither started now nor at boot
#
# Needs root or sudo only if something is missing.
set -eu

build_packages='g++ cmake ninja-build
  libabsl-dev libcli11-dev libcurl4-openssl-dev libexpected-dev libfmt-dev libncurses-dev libspdlog-dev libsqlite3-dev
  libpng-dev libssl-dev libtomlplusplus-dev libturbojpeg0-dev libutf8proc-dev libwebp-dev nlohmann-json3-dev zlib1g-dev
  libcurl4 libpng16-16 libturbojpeg0 libwebp7 ca-certificates tzdata'
test_packages='catch2 librapidcheck-dev
  clang-format-14 faketime jq less man-db nodejs openssl python3 python3-cram sqlite3 strace tmux'
tidy_packages='clang-14 clang-tidy-14'
fuzz_packages='clang-14 libclang-rt-14-dev'
# A Node from elsewhere brings its own npm and headers, and Debian's would not go with it.
real_packages='g++ make nodejs python3'
command -v npm >/dev/null 2>&1 || real_packages="$real_packages npm"
[ -e /usr/include/node/node.h ] || real_packages="$real_packages libnode-dev"
judge_packages='chromium default-jre-headless libxml2-utils nodejs python3 python3-feedparser'
command -v npm >/dev/null 2>&1 || judge_packages="$judge_packages npm"
database_packages='postgresql redis-server'

wanted=
for group in "$@"; do
  case $group in
    build) wanted="$wanted $build_packages" ;;
    test) wanted="$wanted $test_packages" ;;
    tidy) wanted="$wanted $tidy_packages" ;;
    fuzz) wanted="$wanted $fuzz_packages" ;;
    real) wanted="$wanted $real_packages" ;;
    judges) wanted="$wanted $judge_packages" ;;
    databases) wanted="$wanted $database_packages" ;;
    *) echo "setup: no such group of packages: $group (build, test, tidy, fuzz, real, judges, databases)" >&2; exit 2 ;;
  esac
done

if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
  echo "setup: this is not Debian, so nothing is installed. Wanted, by Debian's names:" >&2
  # shellcheck disable=SC2086  # a list of words
  printf '  %s\n' $wanted >&2
  exit 0
fi

installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p')
missing=
for package in $wanted; do
  printf '%s\n' "$installed" | grep -qxF -- "$package" || missing="$missing $package"
done
if [ -z "$missing" ]; then
  exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
  as_root='env'
elif command -v sudo >/dev/null 2>&1; then
  as_root='sudo env'
else
  echo "setup: these packages are missing and installing them needs root:" >&2
  echo "  apt-get install --no-install-recommends$missing" >&2
  exit 3
fi

echo "setup: installing what is missing:$missing" >&2
log=$(mktemp)
policy=
clean_up() {
  rm -f "$log"
  [ -z "$policy" ] || $as_root rm -f "$policy"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# Silent when all is well; the whole story when it is not.
run_apt() {
  $as_root DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" \
    >"$log" 2>&1 </dev/null || {
    cat "$log" >&2
    echo "setup: apt-get $1 failed, see above" >&2
    exit 3
  }
}

# sudo asks for its password here, where a person still sees it.
if [ "$as_root" != env ]; then
  sudo -v 2>/dev/null || sudo true
fi
services=
for package in $database_packages; do
  case " $missing " in *" $package "*) services="$services $package" ;; esac
done
# Debian's packages start their services unless a policy forbids it.
if [ -n "$services" ] && [ ! -e /usr/sbin/policy-rc.d ]; then
  policy=/usr/sbin/policy-rc.d
  printf '#!/bin/sh\nexit 101\n' | $as_root sh -c "cat >$policy && chmod 755 $policy"
fi
run_apt update
# shellcheck disable=SC2086  # a list of words
run_apt install --no-install-recommends $missing
if [ -n "$services" ] && command -v systemctl >/dev/null 2>&1; then
  # shellcheck disable=SC2086  # a list of words, which are also the names of the services
  $as_root systemctl disable $services >/dev/null 2>&1 || true
fi
echo "setup: done" >&2
