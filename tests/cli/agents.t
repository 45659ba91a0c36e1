A program that acts for a person (POSTQ_AGENT): what it may do, what it may not, and what is left of it.

  $ . "$TESTDIR/setup.sh"
  $ claude() { POSTQ_AGENT=claude postq "$@"; }
  $ feed
  $ postq add -q "By anna"
  1
  $ claude add -q "By an agent"
  2
  $ postq list
  1@site\tto review\tonce approved\tBy anna (esc)
  2@site\tto review\tonce approved\t[claude] By an agent (esc)
  $ postq show 2 | head -1
  Post 2, written by claude, for anna, Sun 22 Nov 2026 21:40 Berlin
  $ postq list --json | jq -c '[.name, .author, .agent, .for]'
  ["1@site","anna",false,""]
  ["2@site","claude",true,"anna"]
  $ claude edit 2 -q --text "By an agent, twice"
  $ claude rm 1
  postq: post 1 was written by anna, and an agent changes only its own
    ask anna to type:  postq rm 1
  [5]
  $ claude reject 1 --reason "no good"
  postq: reject needs a person, and POSTQ_AGENT says that claude runs this
    ask anna to type:  postq reject 1 --reason 'no good'
  [5]
  $ claude post "The kettle is on"
  postq: post needs a person, and POSTQ_AGENT says that claude runs this
    your text is safe:  */agents.t/home/.local/state/postq/rescue/20261122-204000*.md (glob)
    queue it for review:  postq add --recover
    or ask anna to type:  postq post --recover */agents.t/home/.local/state/postq/rescue/20261122-204000*.claude+anna.md (glob)
  [5]
  $ claude account rm site
  postq: account rm needs a person, and POSTQ_AGENT says that claude runs this
    ask anna to type:  postq account rm site
  [5]
  $ claude flush
  postq: flush needs a person, and POSTQ_AGENT says that claude runs this
    ask anna to type:  postq flush
  [5]
  $ claude flush --dry-run
  nothing is due
  $ claude pause site --until "2099-01-05 09:00" | tail -1
  PAUSED  site, until Mon * 09:00 Berlin (glob)
  $ claude pause site --until "in 2h"
  postq: an agent may not lift a pause, and that would end the one of site earlier
    postq account show site
  [5]
  $ postq log | grep refused | sed 's/.*  refused/refused/'
  refused to an agent: rm 1; post 1 was written by anna, and an agent changes only its own  by claude, for anna
  refused to an agent: reject 1; a person does it  by claude, for anna
  refused to an agent: post; a person does it  by claude, for anna
  refused to an agent: account rm site; a person does it  by claude, for anna
  refused to an agent: flush; a person does it  by claude, for anna
  refused to an agent: pause site; an agent may not lift a pause, and that would end the one of site earlier  by claude, for anna
  $ claude rm 2 -q
  $ postq log --verify -q | tail -1 | sed 's/.* (/(/'
  (all of it)
  $ claude help agents | sed -n '/^  adds/,/^$/p'
    adds      add, reply --draft
    reads     status, list, show, why, when, search, log, policy,
              policy simulate, stats, sync, inbox, listen, listen list, account,
              account list, account show, platforms, timer, timer show,
              timer status, config, config path, config check, doctor, rescue,
              rescue list, help
    stops     pause
    changes   edit, reschedule, rm
    never     post, reply, record, review, approve, reject, resume, resolve,
              retry, flush, send, retract, policy ..., inbox --walk, dismiss,
              listen ..., account ..., timer ..., config ...,
              doctor --forget-queue, rescue ...
  
