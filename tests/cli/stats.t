What was by hand, what was scheduled, and what came of it, day by day of the zone.

  $ . "$TESTDIR/setup.sh"
  $ postq stats
  No account yet:  postq
  $ feed
  $ postq stats
  Mon 26 Oct to Sun 22 Nov 2026, 28 days (Europe/Berlin). Today is not over.
  Nothing was posted, and nobody spoke, as far as postq knows.
    postq sync              reads the timelines now
    postq stats --days 90   looks further back
  $ python3 - "$HOME/site/feed.json" <<'END'
  > import json, sys
  > feed = json.load(open(sys.argv[1]))
  > for number, at in enumerate(["2026-11-12T09:00:00Z", "2026-11-17T22:59:59Z", "2026-11-17T23:00:00Z", "2026-11-20T10:00:00Z",
  >                              "2026-11-20T11:00:00Z"]):
  >     feed["items"].insert(0, {"id": f"tag:{number}", "content_text": f"By hand, number {number}", "date_published": at})
  > json.dump(feed, open(sys.argv[1], "w"))
  > END
  $ postq sync
  site  5 posts read: 5 by hand; back to 8 Nov 21:40; 5 new
  $ postq stats --days 7
  Mon 16 Nov to Sun 22 Nov 2026, 7 days (Europe/Berlin). Today is not over.
  
              by hand #, scheduled =                            By hand  Scheduled
  Mon 16 Nov                                                          0          0
  Tue 17 Nov  #                                                       1          0
  Wed 18 Nov  #                                                       1          0
  Thu 19 Nov                                                          0          0
  Fri 20 Nov  ##                                                      2          0
  Sat 21 Nov                                                          0          0
  Sun 22 Nov                                                          0          0
  
  In all      4 by hand                                               4          0
  
  Ratio, by hand:scheduled, as counted at the end of the day
             16 Nov   17 Nov   19 Nov   20 Nov      now    Over   Rule   Aim
  site          1:0      2:0      3:0      5:0      5:0    14 d    1:3   1:1
  
  People
  site        nobody spoke
  
  What came of a post: the mean, and in brackets the median
  site      Nothing to compare: what readers did with the by-hand posts can't be
            read.
  
  No post was sent past the rules.
  
  postq stats --html stats.html   a page with charts
  $ TERM=dumb postq stats --days 3
  Fri 20 Nov to Sun 22 Nov 2026, 3 days (Europe/Berlin). Today is not over.
  
  Fri 20 Nov: 2 by hand, 0 scheduled
  Sat 21 Nov: 0 by hand, 0 scheduled
  Sun 22 Nov: 0 by hand, 0 scheduled
  In all: 2 by hand, 0 scheduled
  
  Ratio, by hand:scheduled, as counted at the end of the day
  site, 20 Nov: 5 by hand, 0 scheduled in 14 days
  site, 21 Nov: 5 by hand, 0 scheduled in 14 days
  site, now: 5 by hand, 0 scheduled in 14 days
  site: the rule, 1:3, was kept every day; the aim, 1:1, was kept every day
  
  People
  site: nobody spoke
  
  What came of a post: the mean, and in brackets the median
  site: Nothing to compare: what readers did with the by-hand posts can't be read.
  
  No post was sent past the rules.
  
  postq stats --html stats.html  (a page with charts)
  $ postq stats --from "17 nov" --until "18 nov" --csv | cat -A
  account,date,by_hand_posts,by_hand_answers,by_hand,scheduled,past_rules,window_by_hand,window_scheduled,share_by_hand,rule_share,aim_share,items,answered^M$
  site,2026-11-17,1,0,1,0,0,2,0,1.00,0.25,0.50,0,0^M$
  site,2026-11-18,1,0,1,0,0,3,0,1.00,0.25,0.50,0,0^M$
  $ postq stats --from yesterday --json
  {"schema":"postq.stats/1","account":"site","zone":"Europe/Berlin","since":"2026-11-21","until":"2026-11-22","today_goes_on":true,"readable":true,"known_from":"2026-11-08T20:40:00Z","window_seconds":1209600,"ratio":"1:3","aim":"1:1","by_hand":0,"by_hand_posts":0,"by_hand_answers":0,"scheduled":0,"people":{"items":0,"answered":0,"dismissed":0,"open":0,"people":0,"people_answered":0,"median_seconds_to_answer":null},"by_hand_results":{"posts":0,"readable":0,"likes":null,"replies":null,"boosts":null},"scheduled_results":{"posts":0,"readable":0,"likes":null,"replies":null,"boosts":null},"past_rules":[],"days":[{"date":"2026-11-21","by_hand_posts":0,"by_hand_answers":0,"by_hand":0,"scheduled":0,"past_rules":0,"window_by_hand":5,"window_scheduled":0,"items":0,"answered":0},{"date":"2026-11-22","by_hand_posts":0,"by_hand_answers":0,"by_hand":0,"scheduled":0,"past_rules":0,"window_by_hand":5,"window_scheduled":0,"items":0,"answered":0}]}
  $ postq stats --from 2020-01-01 --until 2020-01-31
  Wed 1 Jan to Fri 31 Jan 2020, 31 days (Europe/Berlin).
  Nothing was posted, and nobody spoke, as far as postq knows.
    postq stats   the last 28 days

What can't be meant is refused with what to type.

  $ postq stats --account sight
  postq: there is no account 'sight'
    your accounts: site
  [4]
  $ postq stats --from tomorrow
  postq: `tomorrow` lies ahead
    write it as 7d, fri, "1 nov", "fri 14:00", 2026-11-01, yesterday or today
  [2]
  $ postq stats --from fri --until "1 nov"
  postq: `fri` (Fri 00:00) comes after `1 nov` (1 Nov 23:59:59)
    write it as 7d, fri, "1 nov", "fri 14:00", 2026-11-01, yesterday or today
  [2]
  $ postq stats --days 0
  postq: stats look at 1 to 1100 days at once
    postq stats --days 28
  [2]
  $ postq stats --days 7 --from fri
  postq: --days and --from both say where to begin
    leave one of them out
  [2]
  $ postq stats --csv --json
  {"schema":"postq.error/1","kind":"usage","message":"--csv goes with neither --json nor --html","hint":"one of them at a time","rescue":""}
  [2]

A page for a browser is written as a whole, or not at all.

  $ postq stats --html page.html
  Written: */stats.t/page.html (glob)
  $ head -n 2 page.html; tail -n 1 page.html; stat -c %a page.html
  <!doctype html>
  <html lang="en">
  </html>
  600
  $ postq stats --html - --days 1 | grep -c "<svg class=\"plot\""
  2
  $ postq stats --html home
  postq: */stats.t/home is a folder (glob)
    postq stats --html home/stats.html
  [2]
  $ postq stats --html home/.config/none/page.html --json
  {"schema":"postq.stats.html/1","path":"*/stats.t/home/.config/none/page.html"} (glob)
  $ postq stats --html page.html/another.html
  postq: can't make */stats.t/page.html: Not a directory (glob)
  [3]
  $ ls page*
  page.html

Only what stats wrote is written over.

  $ postq stats --html page.html
  Written: */stats.t/page.html (glob)
  $ echo mine > mine.html
  $ postq stats --html mine.html
  postq: */stats.t/mine.html is there, and is no page of statistics: nothing was written (glob)
    postq stats --html OTHER.html    or move mine.html away first
  [5]
  $ cat mine.html
  mine
  $ postq stats --html - --json
  {"schema":"postq.error/1","kind":"usage","message":"--html - and --json both write to standard output","hint":"one of them at a time","rescue":""}
  [2]
