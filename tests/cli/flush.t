What flush says to cron: nothing, unless something needs a person.

  $ . "$TESTDIR/setup.sh"
  $ feed
  $ postq flush
  $ postq -q add "Hello"
  1
  $ postq flush
  $ postq flush --dry-run
  nothing is due
  $ postq pause --reason "fire at the shop"
  PAUSED, everything, since 21:40. Nothing more goes out.
  
  Stopped in time   0 approved posts
  
  You can still write:        postq post    postq reply iN    (each asks once more)
  Later:                      postq resume
  
  PAUSED, everything, since 21:40. Nothing more goes out.
  $ postq flush
  $ postq status | head -n 3
  Sun 22 Nov 2026, 21:40 (Europe/Berlin)
  
  PAUSED, everything, since Sun 22 Nov 2026 21:40 Berlin, by anna (fire at the
  $ postq pause 1
  PAUSED  1@site
  Later:  postq resume 1
  $ POSTQ_USER=ben postq reject 1 --reason "not now"
  1@site is rejected.
  Changed, it comes to review again:  postq edit 1
  $ postq list --all
  1@site\trejected\t\tHello (esc)
  $ postq list rejected --json | jq -r .state
  rejected
  $ postq list cancelled
  No post is like that. What is over:  postq list --all
  $ postq status | grep -A 1 rejected
  1@site was rejected by ben, 21:40: not now
    postq edit 1   change it; it goes to review again
  $ postq status | grep rejected
  1@site was rejected by ben, 21:40: not now
  $ postq retry 1
  1@site is queued again
  What needs a look first:  postq review
  $ postq reschedule 1 "sat 10:00"
  1@site goes Sat 28 Nov 2026 10:00 Berlin, in 5 days.
  Back in review:  postq review 1
  $ postq edit 1 --text "Hello again"
  1@site changed: to review again.
    site        11
  Next: postq review 1
  $ postq show 1
  Post 1, written by anna, Sun 22 Nov 2026 21:40 Berlin, changed by anna, 21:40
  ------------------------------------------------------------------------------
  Hello again
  ------------------------------------------------------------------------------
  When      Sat 28 Nov 2026 10:00 Berlin, in 5 days
  
  1@site  PAUSED, Sat 10:00
    Length    11
    Review    rejected by ben 21:40: not now
    Paused    by anna, 21:40; postq resume 1@site
  $ postq rm 1
  1@site is out of the queue
  The text is kept. Back again:  postq retry 1
  $ postq log
  21:40  queue   created  by postq
  21:40  site    account added  by anna
  21:40  queue   zone set: Europe/Berlin  by anna
  21:40  1       added  by anna
  21:40  queue   stopped: fire at the shop  by anna
  21:40  1@site  paused  by anna
  21:40  1@site  rejected: not now  by ben
  21:40  1@site  queued (was rejected)  by anna
  21:40  1       rescheduled  by anna
  21:40  1@site  rescheduled  by anna
  21:40  1       edited  by anna
  21:40  1@site  edited  by anna
  21:40  1@site  cancelled  by anna
  $ postq log --verify 2>/dev/null | sed 's/[0-9a-f]\{64\}/HEAD/'
  HEAD  queue
  HEAD  site
  13:HEAD  (all of it)
  $ head=$(postq log --verify --json | jq -r .head)
  $ postq log --verify --head "$head" 2>&1 | tail -1 | sed 's/[0-9a-f]\{64\}/HEAD/'
  The record holds all that was in it when 13:HEAD was taken.
  $ postq log --verify --head 99999:${head#*:}
  PROBLEM  the record ends at event 13, and the head is of event 99999: what came between was cut off
  The record is not whole: something besides postq wrote to the database. Next: postq doctor
  [7]
  $ postq log --verify --head yesterday
  postq: 'yesterday' is no head of a record: it is NUMBER:HASH, or the hash of one chain
    postq log --verify    prints them; journalctl -t postq    has those of each flush
  [2]
