The first minutes: no account, a text that is kept, an account, a post.

  $ . "$TESTDIR/setup.sh"
  $ postq
  postq queues posts, you read each one and say yes, and it sends them at their
  time, as long as you also write some by hand.
  
  No account yet. Add one:
    postq account add feed --path PATH     a folder with your posts as pages, JSON
                                           Feed and Atom
    postq account add webhook --url URL    hands each post, signed, to a program
                                           of yours; pictures by name, digest and
                                           alt text
    postq account add mastodon --url URL   an account on Mastodon, GoToSocial,
                                           Pixelfed or another server with its API
    postq account add bluesky --handle HANDLE
                                           an account on Bluesky, or on any server
                                           of the AT Protocol
  
  What each can do:  postq platforms
  $ postq add "Ink & Oak has a new face" --at "fri 9am"
  postq: no account to post to
    your text is safe:  */first-run.t/home/.local/state/postq/rescue/20261122-204000.md (glob)
    postq account add site --platform feed --path ~/public_html     no sign-in
    postq platforms                                                 all of them
    then go on:  postq add --recover --at 'fri 9am'
  [3]
  $ postq account add site --platform feed --path ~/site
  Times are read in Europe/Berlin, this machine's zone (--zone sets another).
  site is added.
    a new feed in */first-run.t/home/site (glob)
    no public address yet, so its feeds can't be subscribed to:
    postq account set site --url https://YOUR.SITE/
    its pages are in en; to change that: postq account set site --lang LANG
    0 by hand, 0 scheduled in the last 14 days; write one by hand to make room
  Next:  postq post "..." --to site
  $ postq add --recover --at "fri 9am"
  Going on with 20261122-204000.md: "Ink & Oak has a new face"
  Queued for review as 1.
    when        Fri 27 Nov 2026 09:00 Berlin, in 4 days
    site        24             HELD: nothing by hand on site in 14 days
  Next: postq review 1
  1
  $ postq list
  1@site\tto review\tFri 09:00\tInk & Oak has a new face (esc)
  $ postq show 1
  Post 1, written by anna, Sun 22 Nov 2026 21:40 Berlin
  ------------------------------------------------------------------------------
  Ink & Oak has a new face
  ------------------------------------------------------------------------------
  When      Fri 27 Nov 2026 09:00 Berlin, in 4 days
  
  1@site  to review, Fri 09:00
    Length    24
    Review    nobody has said yes or no
  $ postq why 1
  1@site is due Fri 09:00 and has not been reviewed: nobody has said yes to it.
  
  Written   by anna, Sun 22 Nov 2026 21:40 Berlin
  Forecast  HELD: nothing by hand on site in 14 days
  
  Next:
    postq review 1         read it and say yes or no
    postq post --to site   say hello there before Fri 09:00
  $ postq status
  Sun 22 Nov 2026, 21:40 (Europe/Berlin)
  
  Account  By hand, 14 days  Scheduled  A scheduled post now
  site     0                 0          HELD: write one by hand
  
  Queue      1 to review
  Last run   never. Posts go out only when `postq flush` runs:
             postq timer show   prints the line for crontab -e
  
  "By hand" means you were there when it went out: postq post, postq reply, or any
  app. The rule: at least 1 by hand for every 3 scheduled.
  
  Next:
    postq review           read what is queued and say yes or no
    postq post --to site   say hello on site yourself
