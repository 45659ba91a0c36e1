#!/bin/sh
# Shows postq at work on this machine: builds it, makes a home of its own for it below build/demo, gives it a feed in a
# folder to publish to, and queues the sample posts of config/samples. Nothing of yours is read or changed, and nothing
# leaves this machine. On a terminal you then review some of them, write one by hand, and see what goes out and what is
# held. Without a terminal it stops at the review, because that takes a person.
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
export XDG_CACHE_HOME="$demo/cache" XDG_RUNTIME_DIR="$demo" POSTQ_MACHINE_DIR="$demo/machine"
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

page=$demo/site/index.html
if ! { [ -t 0 ] && [ -t 1 ]; }; then
  cat >&2 <<EOT

== Here a person is needed
Nothing goes out unread: the next step is \`postq review\`, and only a person at a terminal can do it. This is no
terminal, so the demo stops here. Run it in one:  sh scripts/demo.sh
EOT
  [ "$refused" -eq 0 ]
  exit
fi

say "now you: read some of them; y is yes, n is no, ? explains the rest, q leaves (what you answered is kept)"
run postq review || true

say "scheduled posts go out only if you also write some by hand: one opens room for three"
printf 'Say something in your own words, on one line: ' >&2
IFS= read -r words || words=
if [ -n "$words" ]; then
  run postq post --to blog --yes -- "$words" || true
fi

say "what cron does every five minutes"
run postq flush --yes || true

say "how it stands: the mix, what is held, what comes next"
run postq status
held=$(postq list --approved 2>/dev/null | cut -f1 | head -n 1)
if [ -n "$held" ]; then
  run postq why "$held"
fi

cat >&2 <<EOT

== The page to open:  file://$page
   Its feeds lie beside it: feed.json (JSON Feed), atom.xml.
   Going on in this home:  . $demo/env && postq
EOT
cat >"$demo/env" <<EOT
export XDG_CONFIG_HOME='$demo/config' XDG_DATA_HOME='$demo/data' XDG_STATE_HOME='$demo/state' POSTQ_MACHINE_DIR='$demo/machine' PATH='$demo/bin':"\$PATH"
EOT
