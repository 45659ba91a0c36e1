Who waits for an answer. A feed tells nobody's words, so here nobody does; tests/program/inbox_test.py has the rest.

  $ . "$TESTDIR/setup.sh"
  $ postq inbox
  Nobody waits for an answer.
  No account yet:  postq
  $ feed
  $ postq inbox
  Nobody waits for an answer.
  None of your accounts is on a platform that tells what people say:  postq platforms
  $ postq inbox --heard
  Nothing was heard. Saved searches:  postq listen list
  $ postq inbox --state answered
  Nothing is like that. Bots and muted people as well:  postq inbox --all
  $ postq inbox --json
  $ postq inbox --state gone
  postq: --state takes open, answered or dismissed, not 'gone'
    --state STATE    open (without it), answered or dismissed
    postq inbox --help
  [2]
  $ postq inbox --account sight
  postq: there is no account 'sight'
    your accounts: site
  [4]
  $ postq inbox --older yesterdayish
  postq: can't read `yesterdayish` as a time or a time zone
    write it as 7d, fri, "1 nov", "fri 14:00", 2026-11-01, yesterday or today
  [2]
  $ postq inbox --from tomorrow
  postq: `tomorrow` lies ahead
    write it as 7d, fri, "1 nov", "fri 14:00", 2026-11-01, yesterday or today
  [2]
  $ postq inbox --walk
  postq: walking through the inbox needs the real clock, and POSTQ_NOW is set
    unset POSTQ_NOW
  [5]
  $ postq show i7
  postq: there is no item i7
    postq inbox --all
  [4]
  $ postq show seven
  postq: 'seven' names no post
    use an ID such as 12, 12@ACCOUNT or 12-17
  [2]
  $ postq log i7
  postq: there is no item i7
    postq inbox --all
  [4]
  $ postq reply i7 "Yes"
  postq: there is no item i7
    your text is safe:  */rescue/*.md (glob)
    postq inbox --all
    with that put right:  postq reply iN --recover
  [4]
  $ unset POSTQ_NOW
  $ postq reply i7 "Yes"
  postq: there is no item i7
    your text is safe:  */rescue/*.md (glob)
    postq inbox --all
    with that put right:  postq reply iN --recover
  [4]
  $ postq reply i7 "Yes" --to site
  postq: reply has no flag --to
    your text is safe:  */rescue/*.md (glob)
    postq reply --help
    with that put right:  postq reply i7 --to site --recover
  [2]
  $ postq reply i7 "Yes" --draft
  postq: there is no item i7
    your text is safe:  */rescue/*.md (glob)
    postq inbox --all
    with that put right:  postq reply iN --draft --recover
  [4]
  $ postq reply seven "Yes" --draft
  postq: "seven" is no item: they are written i7
    your text is safe:  */inbox.t/home/.local/state/postq/rescue/*.md (glob)
    postq inbox
    with that put right:  postq reply seven --draft --recover
  [2]
  $ postq dismiss i7
  postq: why does it need no answer? --reason is missing
    postq dismiss i7 --reason TEXT
  [2]
  $ postq dismiss i7 --reason spam
  postq: dismissing needs a person at a terminal
    type `postq dismiss i7 --reason TEXT` in a terminal, or `ssh -t HOST postq dismiss i7 --reason TEXT`
  [5]
  $ postq listen
  No saved search yet:  postq listen add "your name"
  $ postq listen add oak
  postq: none of your accounts can search: site
    postq platforms
  [3]
  $ postq listen add oak --account site
  postq: site can't search: feed finds no posts by words
    postq platforms feed
  [2]
  $ postq listen add
  postq: listen add needs WORDS
    WORDS    As you would type them into the platform's search
    postq listen add --help
  [2]
  $ postq listen rm l1
  postq: there is no saved search 'l1'
    postq listen list
  [4]
  $ postq search oak
  Nothing that postq read or sent says that. It knows what came in since it reads:  postq sync
  $ postq search oak --json
  $ postq search
  postq: search needs WORDS
    WORDS    All of them occur; "quoted words" together, oa* as a beginning
    postq search --help
  [2]
  $ postq search oak --own --others
  postq: --own and --others together leave nothing
    leave one of the two flags out
  [2]
