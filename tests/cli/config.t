Mistakes in the configuration are named with line and column, and nothing runs on half of it.

  $ . "$TESTDIR/setup.sh"
  $ mkdir -p -m 700 ~/.config/postq; C=~/.config/postq/config.toml; umask 077
  $ printf '[policy]\nratio = 1:3"\n' > $C; postq policy
  postq: */config.t/home/.config/postq/config.toml:2:10: error while parsing time: expected 2-digit hour, saw ':' (glob)
    what stands behind it is read when this is right
  [3]
  $ printf '[policy]\nratoi = "1:3"\n' > $C; postq policy
  postq: */config.t/home/.config/postq/config.toml:2:1: there is no key policy.ratoi (glob)
    did you mean policy.ratio?
  [3]
  $ printf '[policy]\nratio = "none"\n' > $C; postq policy
  postq: */config.t/home/.config/postq/config.toml:2:9: policy.ratio wants by hand to scheduled, such as "1:3", or "off", not "none" (glob)
  [3]
  $ printf 'zone = "Europe/Berln"\n' > $C; postq status
  postq: */config.t/home/.config/postq/config.toml: zone: no time zone is called `Europe/Berln` (glob)
    try `Europe/Berlin`
  [3]
  $ printf '[policy]\nratio = "1:2"\n' > $C; chmod 666 $C; postq policy
  postq: others may write to */config.t/home/.config/postq/config.toml and change what postq may send (glob)
    chmod go-w '*/config.t/home/.config/postq/config.toml' (glob)
  [3]
  $ chmod 600 $C; postq config policy.ratio
  "1:2"
  $ postq policy | head -n 17
  The rules in force:
    pause           Nothing goes out while it, its account or everything is
                    paused, while the platform wants a break or a new sign-in, or
                    while an earlier post may be out there and the timeline wasn't
                    read since.
    until           A post with an end (--until) never goes out after it.
    alt_text        No scheduled post is approved, or goes out, with a picture
                    that has no alt text.
    repeat          The identical text is held for 10 min; nearly the same text
                    within 30 days is pointed out.
    together        A post added with --together goes to all its accounts in one
                    flush, or to none.
    people_waiting  Scheduled posts go with a warning while somebody waits longer
                    than 24 h for an answer on their account.
    ratio           On each account at least 1 by hand for every 2 scheduled,
                    counted over the last 14 days; answers to others are by hand
                    too. (config.toml:2)
  $ postq --config nowhere.toml policy
  postq: there is no nowhere.toml, which --config names
    make it, or leave --config out
  [3]
  $ POSTQ_CONFIG=nowhere.toml postq list
  postq: there is no nowhere.toml, which POSTQ_CONFIG names
    make it, or leave POSTQ_CONFIG out
  [3]

Programs get values and not their spelling in the file:

  $ printf 'zone = "Europe/Berlin"\naccounts = ["a", "b"]\nsplit = true\n[policy]\nmax_per_day = 7\n' > $C
  $ for key in zone accounts split policy.max_per_day policy.ratio; do postq config $key --json; done
  {"schema":"postq.config/1","key":"zone","value":"Europe/Berlin","origin":"config.toml:1"}
  {"schema":"postq.config/1","key":"accounts","value":["a","b"],"origin":"config.toml:2"}
  {"schema":"postq.config/1","key":"split","value":true,"origin":"config.toml:3"}
  {"schema":"postq.config/1","key":"policy.max_per_day","value":7,"origin":"config.toml:5"}
  {"schema":"postq.config/1","key":"policy.ratio","value":"1:3","origin":"default"}
