# Sourced by every transcript: a fresh home, a fixed clock, and `postq` as the binary under test.
export HOME="$PWD/home" POSTQ_NOW=2026-11-22T20:40:00Z USER=anna LOGNAME=anna TZ=Europe/Berlin LC_ALL=C.UTF-8
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME POSTQ_AGENT POSTQ_USER SUDO_USER POSTQ_CONFIG POSTQ_DB
unset COLUMNS EDITOR VISUAL POSTQ_EDITOR XDG_RUNTIME_DIR
export POSTQ_MACHINE_DIR="$PWD/machine"
mkdir -m 700 "$HOME"
postq() { "$POSTQ" "$@" </dev/null; }
feed() { postq account add "${1:-site}" --platform feed --path "$HOME/${1:-site}" 2>/dev/null; }
