Ranges of days are --from and --until, and both days belong to them. It is a Sunday.

  $ . "$TESTDIR/setup.sh"
  $ feed
  $ postq -q add "Today" --at 22:30
  1
  $ postq -q add "Friday" --at "fri 9am"
  2
  $ postq -q add "Saturday" --at "sat 9am"
  3
  $ days() { postq list "$@" | cut -f 4; }
  $ days --from sun
  Today
  Friday
  Saturday
  $ days --from today --until today
  Today
  $ days --from fri --until fri
  Friday
  $ days --from "27 nov" --until sat
  Friday
  Saturday
  $ days --until fri
  Today
  Friday
  $ days --from "fri 9:01"
  Saturday
  $ days --until "fri 9:00"
  Today
  Friday
  $ postq list --from sat --until fri --to site
  3@site\tto review\tSat 09:00\tSaturday (esc)
  $ postq list --to mon
  postq: there is no account 'mon'; --to takes accounts
    --until mon ends a range of days
  [4]
  $ postq list --from 2d
  postq: `2d` could lie ahead or back
    type `in 2d` or `2d ago`
  [2]
  $ postq stats --from "1 nov" --until "30 nov" | head -n 1
  Sun 1 Nov to Sun 22 Nov 2026, 22 days (Europe/Berlin). Today is not over.
  $ postq stats --from "last sun" --until yesterday | head -n 1
  Sun 15 Nov to Sat 21 Nov 2026, 7 days (Europe/Berlin).
  $ postq stats --since "1 nov" | head -n 1
  Sun 1 Nov to Sun 22 Nov 2026, 22 days (Europe/Berlin). Today is not over.
  $ postq inbox --older 24h --until fri
  postq: --until and --older don't go together
    --until WHEN    Said up to then; a day counts as well
    postq inbox --help
  [2]
