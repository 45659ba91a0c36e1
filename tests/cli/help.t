Help names every command, and each has examples.

  $ . "$TESTDIR/setup.sh"
  $ postq help
  postq queues posts, you read each one and say yes, and it sends them at their
  time, as long as you also write some by hand.
  
  write
    add         Queue a post for review; cron sends it
    post        Write a post and send it now, by hand
    reply       Answer somebody in your inbox, by hand
    record      Note a post you made in an app, where postq can't look
    edit        Change a queued post; it goes back to review
  
  decide
    review      Read what is queued and say yes or no
    approve     Review just these posts
    reject      Say no, with a reason
    reschedule  Move a post to another time
    rm          Take a post out of the queue
    pause       Stop everything, an account or a post, at once
    resume      Go on after a pause
    resolve     Say whether an unconfirmed post is out
    retry       Queue a failed or removed post again
  
  send
    flush       Send what is due, approved and within the rules
    send        Send one reviewed post past the rules, with a reason
    retract     Delete a post from its platform
  
  see
    status      What goes out next, what is held and why
    list        Posts and where they stand
    show        One post, whole; or what somebody said
    why         Why a post has not gone out, and what lets it go
    when        How a time is understood, or when a post goes
    search      Find words in what you and others said
    log         What happened, and whether the record is whole
    policy      The rules in force; `policy simulate` runs the queue forward
    stats       By hand and scheduled over time, people, answers and results
  
  listen
    sync        Read your own timelines, and what people say
    inbox       Who waits for an answer, longest first
    dismiss     Say that somebody needs no answer, and why
    listen      Saved searches: your name, a tag, your site
  
  set up
    account     Add, list, show, test and remove accounts
    platforms   What postq can publish to
    timer       Run flush every five minutes
    config      The configuration in force and where it comes from
    doctor      Check that posts will go out
    rescue      Texts that could not be queued: list and delete them
  
  help
    help        All commands, one, exit-codes, times, files, environment, agents
  
  Everywhere: --json, -q, --no-input, --color WHEN, --config FILE, --db FILE
  
    postq add "Release 2.1 is out" --at "fri 9am"    queue it
    postq review                                     read it and say yes
    postq timer install                              let it go out
    postq                                            will it, and if not, why not
  $ names() { sed -n 's/^  \([a-z]*\)  *[A-Z].*/\1/p'; }
  $ for c in $(postq help | names); do for s in "" $(postq $c --help | names); do postq $c $s --help | grep -q '^Examples:' || echo "$c $s"; done; done
  $ postq timer --help | names | tr '\n' ' '
  install show status remove  (no-eol)
  $ postq help exit-codes
  0    done; also: nothing due, or held by a rule, which is normal
  1    a bug in postq
  2    usage: what was typed can't be meant
  3    configuration or sign-in
  4    no such post, account or file
  5    refused by a rule or by the review; or a person is needed
  6    the platform said no
  7    the database or the disk
  8    outcome unknown: a post may be out, and postq is looking
  75   try later: busy, offline or limited
  130  interrupted
  $ postq add --help
  postq add [TEXT] [FLAG...]
  Queue a post for review; cron sends it
  
  Examples:
    postq add "Release 2.1 is out" --to all --at "fri 9am"
    postq add --file launch.md --media oak.png --alt "A green wordmark"
    git log -1 --format=%s | postq add --label release
    postq add --recover --edit
  
    TEXT                    What to say; - reads it from standard input; without
                            it, the editor
  
    --to ACCOUNT,...        Accounts or groups, or all
    --file FILE             Read the text from a file
    --edit                  Open the text in your editor first
    --thread                Split into parts at lines of ---
    --media FILE            A picture or film; repeat it for more
    --alt TEXT              What the picture shows, behind its --media
    --part N                Of a thread, the part that this picture goes to
    --no-alt                The pictures are decoration and need no description
    --shrink                Make pictures smaller that are too large for an
                            account
    --focus X,Y             What a crop keeps in sight: X,Y from -1 to 1
    --sensitive             Hide the pictures until a reader opens them
    --variant ACCOUNT=TEXT|@FILE
                            Another text for one account; repeat it for more
    --split                 Where the text is too long, make it a thread
    --no-split              Never do that, whatever config.toml says
    --cw TEXT               A warning shown before the text
    --visibility WHO        public, unlisted, private or direct
    --lang CODE,...         Language of the text; for several, the main one first
    --reply-to URL          The post to answer
    --replies WHO           Who may reply: everybody, nobody, or
                            mentioned,followers,following
    --quotes WHO            Who may quote it: everybody or nobody
    --label WORD            A word to find it by
    --recover [FILE]        Go on with a rescued text; without FILE, the only one
    --at WHEN               When; see `postq help times`
    --next                  The next free slot
    --until WHEN            Never send it after this
    --together              All accounts in one run, or none
    --key KEY               The caller's name for this post: adding it again
                            changes nothing
  
  Everywhere
    -h,--help               This text
    --json                  Print JSON Lines, errors too
    -q,--quiet              Only results, no talk
    --no-input              Never ask
    --color WHEN            auto, always or never
    --config FILE           Another config.toml
    --db FILE               Another database
  $ for c in add post reply record edit review approve reject reschedule rm pause resume resolve retry flush send retract inbox dismiss listen search status list show why when log policy stats sync account platforms timer config doctor; do postq $c --help | grep -q Example || echo "no example: $c"; done
  $ postq --version
  postq 0.1.0

Every page fits a terminal of 80 columns, and says in its own words what is to be typed:

  $ pages() { for c in $(postq help | names); do postq $c --help; for s in $(postq $c --help | names); do postq $c $s --help; done; done; for t in "" exit-codes times environment files; do postq help $t; done; }
  $ pages > pages; grep -c '^postq ' pages
  58
  $ grep -E '.{81}' pages
  [1]
  $ grep -nE 'TEXT:|\<U?INT\>|FLOAT|REQUIRED|Excludes:|Needs:|Env:|:\{' pages
  [1]

A command's page comes by both ways, and with the shared flags anywhere:

  $ postq help account rm
  postq account rm NAME [FLAG...]
  Remove an account with nothing queued
  
  Examples:
    postq account rm work
    postq list --account work    what would have to go before
  
    NAME                    The account
  
    -y,--yes                Do not ask
  
  Everywhere
    -h,--help               This text
    --json                  Print JSON Lines, errors too
    -q,--quiet              Only results, no talk
    --no-input              Never ask
    --color WHEN            auto, always or never
    --config FILE           Another config.toml
    --db FILE               Another database
  $ postq account rm --help | diff - <(postq -q --color never help --db x.db account rm --no-input)
  $ postq -h account rm | diff - <(postq help account rm)
  $ for words in -h --help "--color never help" "help -q" "help --config=x.toml"; do postq $words | diff - <(postq help); done
  $ postq help account ad
  postq: there is no help about 'account ad'
    did you mean `postq help account add`?
  [2]
  $ postq help add site
  postq: there is no help about 'add site'
    postq help add
  [2]
  $ postq help times files
  postq: there is no help about 'times files'
    postq help times
  [2]
  $ postq help --quite
  postq: help has no flag --quite; did you mean --quiet?
    postq help --help
  [2]

The same for programs:

  $ postq --version --json
  {"schema":"postq.version/1","version":"0.1.0"}
  $ postq help --json | head -n 2
  {"schema":"postq.help/1","command":"add","group":"write","summary":"Queue a post for review; cron sends it"}
  {"schema":"postq.help/1","command":"post","group":"write","summary":"Write a post and send it now, by hand"}
  $ postq --json --help | diff - <(postq help --json)
  $ postq help exit-codes --json | head -n 2
  {"schema":"postq.help/1","code":0,"meaning":"done; also: nothing due, or held by a rule, which is normal"}
  {"schema":"postq.help/1","code":1,"meaning":"a bug in postq"}
  $ postq help --json times | jq -r .text | diff - <(postq help times; echo)
  $ postq account --help --json | jq -c '[.command, .usage, .commands]'
  ["account","postq account [COMMAND] [FLAG...]",["add","list","login","set","show","test","rm"]]
  $ postq account rm --json --help | jq -c '[.command, .group, .arguments[0], (.flags[] | select(.names[1] == "--yes"))]'
  ["account rm","set up",{"name":"NAME","required":true,"repeats":false,"text":"The account"},{"names":["-y","--yes"],"value":"","required":false,"text":"Do not ask"}]
  $ postq help --json nothing
  {"schema":"postq.error/1","kind":"usage","message":"there is no help about 'nothing'","hint":"postq help","rescue":""}
  [2]
