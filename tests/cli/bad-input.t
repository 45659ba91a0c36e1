Everything that can be typed wrong gets an error that names it, and nothing is lost.

  $ . "$TESTDIR/setup.sh"
  $ feed

Texts:

  $ postq add ""
  postq: the text is empty
    postq add "what you want to say"
    a picture needs none:  --media FILE --alt TEXT
  [2]
  $ printf 'bad \377 byte' | "$POSTQ" add -
  postq: text is not valid UTF-8 at line 1, byte 5
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000.md (glob)
    convert it:  iconv -f WINDOWS-1252 -t UTF-8 */bad-input.t/home/.local/state/postq/rescue/20261122-204000.md | postq add - (glob)
  [2]
  $ printf 'a nul \0 byte' | "$POSTQ" add -
  postq: text holds the control character U+0000 at line 1, byte 7
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    remove it; only line feeds and tabs can be posted
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ postq add "bell $(printf '\007')"
  postq: text holds the control character U+0007 at line 1, byte 6
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    remove it; only line feeds and tabs can be posted
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ postq add
  postq: no text: standard input is empty
    postq add "what you want to say"
  [2]

Accounts and times:

  $ postq add "Hello" --to sit
  postq: there is no account 'sit'
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    did you mean site? Your accounts: site
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --to site (glob)
  [4]
  $ postq add "Hello" --at "yesterday 9am"
  postq: `yesterday 9am` has passed: it is Sun 22 Nov 2026, 21:40 (Europe/Berlin)
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    type `tomorrow 09:00`
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --at 'tomorrow 09:00' (glob)
  [2]
  $ postq add "Hello" --at "2027-02-30 09:00"
  postq: there is no 2027-02-30: Feb 2027 has 28 days
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    type `2027-02-28` for its last day
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --at '2027-02-30 09:00' (glob)
  [2]
  $ postq add "Hello" --at "2026-11-20 09:00"
  postq: `2026-11-20 09:00` has passed: it is Sun 22 Nov 2026, 21:40 (Europe/Berlin)
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    type `2027-11-20 09:00`
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --at '2027-11-20 09:00' (glob)
  [2]
  $ postq add "Hello" --at 900
  postq: `900` is a bare number, which is never a time
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    try `fri 9am`, `tomorrow 14:30`, `2027-01-15 09:00` or `in 2h`
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --at 900 (glob)
  [2]
  $ postq add "Hello" --at "tomorow"
  postq: can't read `tomorow` as a time or a time zone
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    a zone is written like `Europe/Berlin` or `UTC`; try `fri 9am`, `tomorrow 14:30`, `2027-01-15 09:00` or `in 2h`
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --at tomorow (glob)
  [2]
  $ postq add "Hello" --at "fri 9am" --until "thu 9am"
  postq: --until lies before --at
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    give an end behind the time it goes out
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --at 'fri 9am' --until 'thu 9am' (glob)
  [2]
  $ postq when "fri 9am"
  Fri 27 Nov 2026 09:00 Berlin
  2026-11-27T08:00:00Z
  in 4 days
  $ postq when "2027-03-28 02:30"
  Sun 28 Mar 2027 03:30 Berlin
  2027-03-28T01:30:00Z
  in 125 days
  note: 02:30 does not exist on Sun 28 Mar (the clock goes forward); taken as 03:30

Media:

  $ postq add "Hello" --media missing.png
  postq: there is no file missing.png
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --media missing.png (glob)
  [4]
  $ mkdir folder; mkfifo pipe; : > empty.png; echo text > notes.png; ln -s /etc/hostname link.png
  $ postq add "Hello" --media folder
  postq: folder is a folder
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    name the files in it, one --media each
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --media folder (glob)
  [2]
  $ postq add "Hello" --media pipe
  postq: pipe is a pipe
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    save it to a file first
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --media pipe (glob)
  [2]
  $ postq add "Hello" --media empty.png
  postq: empty.png is empty
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --media empty.png (glob)
  [2]
  $ postq add "Hello" --media notes.png
  postq: notes.png is no picture or film that can be posted
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    JPEG, PNG, GIF, WebP, MP4 and MOV can
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --media notes.png (glob)
  [2]
  $ postq add "Hello" --media link.png
  postq: link.png is a link to /etc/hostname
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    name the file itself
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --media link.png (glob)
  [2]
  $ postq add "Hello" --alt "nothing to see"
  postq: --alt describes a picture, and there is no --media
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    --media FILE --alt TEXT
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --alt 'nothing to see' (glob)
  [2]

Keys:

  $ postq -q add "Once" --key k1
  1
  $ postq -q add "Once" --key k1
  1
  $ postq -q add "Something else" --key k1
  postq: the key 'k1' belongs to post 1, which differs in its text or pictures
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    postq show 1    the post of that key
    postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --key k1-2    this as another post (glob)
  [5]

Words:

  $ postq ad "Hello"
  postq: there is no command 'ad'
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    did you mean `postq add`?
    then go on:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ postq add Hello World
  postq: add does not know what to do with 'World'
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    put a text of several words in quotes
    postq add --help
    then go on:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ postq add "Hello" --too site
  postq: add has no flag --too; did you mean --to?
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    postq add --help
    then go on:  postq add --to site --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ postq account lst
  postq: account has no command 'lst'
    did you mean `postq account list`?
    postq account --help
  [2]
  $ postq account add work --plattform feed
  postq: account add has no flag --plattform; did you mean --platform?
    postq account add --help
  [2]
  $ postq account add
  postq: account add needs NAME
    NAME    What you call it; a platform's own name implies --platform
    postq account add --help
  [2]
  $ postq config path extra
  postq: config path does not know what to do with 'extra'
    postq config path --help
  [2]
  $ postq config zone path
  postq: config path does not know what to do with 'zone'
    postq config path --help
  [2]
  $ postq add "Hello" --at
  postq: --at needs a value
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    --at WHEN    When; see `postq help times`
    postq add --help
    with that put right:  postq add --at WHEN --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
A wrong flag loses nothing that came through a pipe; a word behind it is its value, not the text:

  $ echo "From a pipe" | "$POSTQ" add --too site --lang en
  postq: add has no flag --too; did you mean --to?
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    postq add --help
    then go on:  postq add --to site --lang en --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ grep -hxF "From a pipe" home/.local/state/postq/rescue/*
  From a pipe
  $ echo "From a pipe, too" | "$POSTQ" add - --lbl=a --no-alt
  postq: add has no flag --lbl=a; did you mean --label?
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    postq add --help
    then go on:  postq add --label=a --no-alt --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ grep -hxF "From a pipe, too" home/.local/state/postq/rescue/*
  From a pipe, too
  $ postq add "Hello" --lang "klingon!"
  postq: 'klingon!' is no language tag
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    such as en, pt-BR, or de,en
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --lang 'klingon!' (glob)
  [2]
  $ postq add "Hello" --reply-to notaurl
  postq: 'notaurl' is not the address of a post
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    copy it from the browser: it begins with https:// (or at://)
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --reply-to notaurl (glob)
  [2]
  $ postq list --limit many
  postq: --limit takes a number, not 'many'
    -n,--limit N    At most this many; 0: all (50 at a terminal, else all)
    postq list --help
  [2]
  $ postq list --limit 99999999999999999999
  postq: -n takes a number of rows, and 0 stands for all
    postq list -n 100
  [2]
  $ postq list --limit 2 --limit 3
  postq: --limit was given more than once
    -n,--limit N    At most this many; 0: all (50 at a terminal, else all)
    postq list --help
  [2]
  $ postq list --all=maybe
  postq: --all takes no value
    --all    Those that are over, too; newest first
    postq list --help
  [2]
  $ postq inbox --state closed
  postq: --state takes open, answered or dismissed, not 'closed'
    --state STATE    open (without it), answered or dismissed
    postq inbox --help
  [2]
  $ postq edit 1 --text one --file two
  postq: --text and --file don't go together
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    --text TEXT    Another text; - reads it from standard input
    postq edit --help
    with that put right:  postq edit 1 --file */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ postq add "Hello" --key ""
  postq: --key: an empty key names nothing
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    --key KEY    The caller's name for this post: adding it again changes nothing
    postq add --help
    with that put right:  postq add --key '' --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ postq reject 1
  postq: a rejection needs a reason: the author reads it
    postq reject 1 --reason TEXT
  [2]
  $ postq reject 1 1@site --reason " "
  postq: a rejection needs a reason: the author reads it
    postq reject 1 1@site --reason TEXT
  [2]
  $ postq resolve 1@site --sent --not-sent
  postq: is it out or not? Look at the account first
    postq resolve 1@site --sent URL
    postq resolve 1@site --not-sent
  [2]
  $ postq add "--dashes first"
  postq: add has no flag --dashes first
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    a text that begins with - goes behind --:  postq add -- "-..."
    postq add --help
    then go on:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ postq add "hello" --to site -- more
  postq: add does not know what to do with 'more'
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    put a text of several words in quotes
    postq add --help
    then go on:  postq add --to site --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ postq add -- "-5 degrees" --to site
  postq: --to stands behind --, where all is text
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    flags go before --
    then go on:  postq add --to site --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ postq status -- x
  postq: status does not know what to do with 'x'
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    postq status --help
    what was typed:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [2]
  $ postq timer go
  postq: timer has no command 'go'
    it has install, show, status, remove
    postq timer --help
  [2]
  $ postq add --media missing.png "behind a flag that can be repeated"
  postq: there is no file missing.png
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    with that put right:  postq add --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md --media missing.png (glob)
  [4]
  $ postq log -n -1
  postq: -n takes a number of rows, and 0 stands for all
    postq log -n 100
  [2]
  $ postq search oak "small jobs" --own --limit=-1
  postq: -n takes a number of rows, and 0 stands for all
    postq search oak 'small jobs' --own -n 100
  [2]
  $ postq pause 1 --until "mon 9am"
  postq: nothing was paused: --until goes with an account; a post is moved to another time instead
    postq reschedule 1 mon 9am
  [2]
  $ postq show 99
  postq: there is no post 99
    postq list
  [4]
  $ postq show x
  postq: 'x' names no post
    use an ID such as 12, 12@ACCOUNT or 12-17
  [2]
  $ postq show 1@sit
  postq: post 1 does not go to 'sit'
    it goes to site
  [4]
  $ postq help tims
  postq: there is no help about 'tims'
    did you mean `postq help times`?
  [2]

Nobody is at a terminal:

  $ postq review
  1@site\tonce approved\tOnce (esc)
  postq: a review needs the real clock, and POSTQ_NOW is set
    unset POSTQ_NOW
  [5]
  $ postq approve 1
  1@site\tonce approved\tOnce (esc)
  postq: approving needs the real clock, and POSTQ_NOW is set
    unset POSTQ_NOW
  [5]
  $ postq post "Hello"
  postq: posting needs the real clock, and POSTQ_NOW is set
    your text is safe:  */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
    unset POSTQ_NOW
    then go on:  postq post --recover */bad-input.t/home/.local/state/postq/rescue/20261122-204000-*.md (glob)
  [5]
  $ POSTQ_AGENT=robot postq approve 1
  postq: approve needs a person, and POSTQ_AGENT says that robot runs this
    ask anna to type:  postq approve 1
  [5]
  $ POSTQ_AGENT=robot postq retract 1 1@site
  postq: retract needs a person, and POSTQ_AGENT says that robot runs this
    ask anna to type:  postq retract 1 1@site
  [5]
  $ POSTQ_AGENT=robot postq resolve 1@site --sent "https://example.org/a b"
  postq: resolve needs a person, and POSTQ_AGENT says that robot runs this
    ask anna to type:  postq resolve 1@site --sent 'https://example.org/a b'
  [5]
  $ POSTQ_AGENT=robot postq send 1@site --reason "it starts"
  postq: send needs a person, and POSTQ_AGENT says that robot runs this
    ask anna to type:  postq send 1@site --reason 'it starts'
  [5]
  $ postq send 1@site
  postq: 1@site has not been reviewed
    postq review 1
  [5]

  $ postq list
  1@site\tto review\tonce approved\tOnce (esc)

A picture without a description is queued and marked:

  $ echo iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg== | base64 -d > dot.png
  $ postq add "A dot" --media dot.png
  Queued for review as 2.
    when        as soon as it is approved
    site        5              HELD: 1 picture has no alt text
                dot.png has no alt text:
                  postq edit 2 --alt TEXT
                feed readers can't show its media: site has no public address:
                  postq account set site --url https://YOUR.SITE/
  Next: postq review 2
  2
