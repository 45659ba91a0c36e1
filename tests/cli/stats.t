What was by hand, what was scheduled, and what came of it, day by day of the zone.

  $ . "$TESTDIR/setup.sh"
  $ postq stats
  $ feed
  $ postq stats
  $ python3 - "$HOME/site/feed.json" <<'END'
  > import json, sys
  > feed = json.load(open(sys.argv[1]))
  > for number, at in enumerate(["2026-11-12T09:00:00Z", "2026-11-17T22:59:59Z", "2026-11-17T23:00:00Z", "2026-11-20T10:00:00Z",
  >                              "2026-11-20T11:00:00Z"]):
  >     feed["items"].insert(0, {"id": f"tag:{number}", "content_text": f"By hand, number {number}", "date_published": at})
  > json.dump(feed, open(sys.argv[1], "w"))
  > END
  $ postq sync
  $ postq stats --days 7
  $ TERM=dumb postq stats --days 3
  $ postq stats --since "17 nov" --until "18 nov" --csv | cat -A
  $ postq stats --since yesterday --json
  $ postq stats --since 2020-01-01 --until 2020-01-31

What can't be meant is refused with what to type.

  $ postq stats --account sight
  $ postq stats --since tomorrow
  $ postq stats --since fri --until "1 nov"
  $ postq stats --days 0
  $ postq stats --days 7 --since fri
  $ postq stats --csv --json

A page for a browser is written as a whole, or not at all.

  $ postq stats --html page.html
  $ head -n 2 page.html; tail -n 1 page.html; stat -c %a page.html
  $ postq stats --html - --days 1 | grep -c "<svg class=\"plot\""
  $ postq stats --html home
  $ postq stats --html home/.config/none/page.html --json
  $ chmod 500 home/site; postq stats --html home/site/page.html; ls home/site/page.html*
