#!/bin/sh
# Shows postq at work on this machine: builds it, makes a home of its own for it below build/demo, gives it a feed in a
# folder to publish to, and queues the sample posts of config/samples. Nothing of yours is read or changed, and nothing
# leaves this machine. On a terminal it then hands you a shell in which `postq` is that postq; leave it with exit.
#
#   sh scripts/demo.sh
set -eu
export LC_ALL=C.UTF-8

cd "$(dirname "$0")/.."
top=$(pwd)
demo=$top/build/demo
samples=$top/config/samples

say() { printf '\n== %s\n' "$*" >&2; }

# run COMMAND...: shows what is typed, then does it.
run() {
  printf '\n$ %s\n' "$*" >&2
  "$@"
}

say "building postq"
sh scripts/setup.sh build
launcher=
if command -v ccache >/dev/null 2>&1; then
  launcher=ccache
fi
mkdir -p build
cmake --preset release -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" >build/configure.log 2>&1 || {
  cat build/configure.log >&2
  exit 1
}
ninja -C build/release -j "$(nproc 2>/dev/null || echo 2)" postq >&2

say "a home for the demo: $demo"
rm -rf "$demo"
mkdir -p "$demo/bin" "$demo/config/postq" "$demo/site"
chmod 700 "$demo"
ln -s "$top/build/release/src/postq" "$demo/bin/postq"
export XDG_CONFIG_HOME="$demo/config" XDG_DATA_HOME="$demo/data" XDG_STATE_HOME="$demo/state"
export XDG_CACHE_HOME="$demo/cache" XDG_RUNTIME_DIR="$demo"
export PATH="$demo/bin:$PATH"
unset POSTQ_CONFIG POSTQ_DB POSTQ_NOW
(umask 077 && cp config/postq.toml "$demo/config/postq/config.toml")

say "an account: a feed, which is a folder with a page and needs no sign-in"
run postq account add blog --platform feed --path "$demo/site" --url http://localhost/

say "queuing the sample posts"
# Fields stand between tabs and may be empty; `read` would take several tabs for one, so they become a visible sign.
added=0
refused=0
tab=$(printf '\t')
unit=$(printf '\037')
while IFS= read -r row; do
  case $row in
    '#'* | '') continue ;;
  esac
  IFS=$unit read -r file at media alt flags <<ROW
$(printf '%s' "$row" | tr "$tab" "$unit")
ROW
  # The flags are shell words of our own file, quotes included.
  eval "set -- $flags"
  if [ -n "$at" ]; then
    set -- "$@" --at "$at"
  fi
  while [ -n "$media" ]; do
    set -- "$@" --media "$samples/${media%%|*}" --alt "${alt%%|*}"
    case $media in
      *'|'*) media=${media#*|} alt=${alt#*|} ;;
      *) media= ;;
    esac
  done
  if postq add --to blog --file "$samples/$file" "$@" </dev/null >/dev/null 2>"$demo/add.log"; then
    added=$((added + 1))
  else
    refused=$((refused + 1))
    echo "$file:" >&2
    cat "$demo/add.log" >&2
  fi
done <"$samples/samples.tsv"
echo "$added queued, $refused refused" >&2

run postq status

cat >&2 <<'EOT'

== What to try
  postq review                        read what is queued, say yes or no
  postq post "Hello" --to blog        by hand: this is what opens room for scheduled posts
  postq flush --dry-run               what would go out now, and what is held and why
  postq policy                        the rules, in sentences
  postq help
EOT
if [ -t 0 ] && [ -t 1 ]; then
  echo "== A shell in which postq is the demo's; the site is $demo/site/index.html" >&2
  exec "${SHELL:-/bin/sh}"
fi
[ "$refused" -eq 0 ]
