Programs read JSON Lines with stable names, errors too.

  $ . "$TESTDIR/setup.sh"
  $ feed
  $ postq add "Hello" --at "fri 9am" --label news --json
  {"schema":"postq.add/1","id":1,"existed":false,"not_before":"2026-11-27T08:00:00Z","wall_time":"2026-11-27T09:00:00","zone":"Europe/Berlin","accounts":[{"account":"site","length":5,"limit":0,"problems":[],"state":"to-review","reason":""}]}
  $ postq list --json
  {"schema":"postq.list/1","name":"1@site","post":1,"account":"site","origin":"scheduled","state":"queued","standing":"to-review","approved":false,"paused":false,"next_at":"2026-11-27T08:00:00Z","not_before":"2026-11-27T08:00:00Z","until":null,"missed_at":null,"public_at":null,"author":"anna","agent":false,"for":"","label":"news","parts":1,"parts_sent":0,"media":0,"url":"","text":"Hello"}
  $ postq show 1 --json
  {"schema":"postq.show/1","id":1,"origin":"scheduled","author":"anna","agent":false,"for":"","created_at":"2026-11-22T20:40:00Z","changed_at":"2026-11-22T20:40:00Z","changed_by":"","label":"news","together":false,"not_before":"2026-11-27T08:00:00Z","wall_time":"2026-11-27T09:00:00","zone":"Europe/Berlin","until":null,"warning":"","visibility":"public","language":"","reply_to":"","replies":"","quotes":"","sensitive":false,"deliveries":[{"name":"1@site","account":"site","state":"queued","standing":"to-review","revision":1,"next_at":"2026-11-27T08:00:00Z","missed_at":null,"public_at":null,"retracted_at":null,"paused":false,"held_by":"","limit":0,"review":null,"damage":"","stands_twice":[],"parts":[{"text":"Hello","length":5,"media":[]}],"attempts":[]}]}
  $ postq status --json
  {"schema":"postq.status/1","now":"2026-11-22T20:40:00Z","zone":"Europe/Berlin","paused":false,"paused_reason":"","last_flush":null,"flush_is_missing":false,"clock_is_off":false,"pending":1,"missed":0,"sent_late":0,"pending_posts":1,"approved_posts":0,"approved":0,"failed":0,"unconfirmed":0,"unsent":0,"counts_stop_at":null,"waiting":0,"longest_waiting":null,"longest_waiting_person":"","sending":0,"sending_names":[],"unconfirmed_names":[],"failed_names":[],"unsent_names":[],"news":[],"stands_twice":[],"next":[],"accounts":[{"account":"site","platform":"feed","by_hand":0,"by_hand_posts":0,"by_hand_answers":0,"scheduled":0,"counted":true,"read_at":"2026-11-22T20:40:00Z","unreadable_since":null,"room":0,"held":true,"rule":"ratio","message":"HELD: write one by hand","sign_in_needed":false}]}
  $ postq policy --json | head -n 2
  {"schema":"postq.policy/1","account":"","rule":"pause","sentence":"Nothing goes out while it, its account or everything is paused, while the platform wants a break or a new sign-in, or while an earlier post may be out there and the timeline wasn't read since.","can_be_set":false,"origin":"default"}
  {"schema":"postq.policy/1","account":"","rule":"until","sentence":"A post with an end (--until) never goes out after it.","can_be_set":false,"origin":"default"}
  $ postq show 9 --json
  {"schema":"postq.error/1","kind":"not-found","message":"there is no post 9","hint":"postq list","rescue":""}
  [4]
  $ POSTQ_NOW=noon postq list --json
  {"schema":"postq.error/1","kind":"usage","message":"POSTQ_NOW is no RFC 3339 time","hint":"such as 2026-11-22T20:40:00Z","rescue":""}
  [2]
  $ postq add "Hello" --to sit --json | jq -c 'keys'
  ["hint","kind","message","rescue","schema"]
  $ postq reschedule 1 sat 9am --dry-run --json
  {"schema":"postq.reschedule/1","name":"1@site","post":1,"dry_run":true,"not_before":"2026-11-28T08:00:00Z","wall_time":"2026-11-28T09:00:00","zone":"Europe/Berlin"}
  $ postq timer install --dry-run --json | jq -c '[.schema, .dry_run, (.files[] | .path[-14:], (.text | length > 0)), .commands]'
  ["postq.timer/1",true,"/postq.service",true,"er/postq.timer",true,["systemctl --user daemon-reload","systemctl --user enable --now postq.timer"]]
  $ postq timer remove --dry-run --json | jq -c '[.dry_run, (.files[] | .path[-14:], .text), .commands]'
  [true,"/postq.service",null,"er/postq.timer",null,["systemctl --user disable --now postq.timer","systemctl --user daemon-reload"]]
  $ postq log --json | jq -c '[.seq, .event, .subject, .actor]'
  [1,"created","queue","postq"]
  [2,"account added","site","anna"]
  [3,"zone set","queue","anna"]
  [4,"added","1","anna"]
  $ postq list --json | jq -r .name | "$POSTQ" rm -
  1@site is out of the queue
  The text is kept. Back again:  postq retry 1
  $ postq list --all
  1@site\tcancelled\tFri 09:00\tHello (esc)

What can't be seen is spelled out, so that no line reads other than it is:

  $ postq add "$(printf 'pay \342\200\256elbuod\342\200\254 no\342\200\213w')" --json | jq -c .id
  2
  $ postq show 2 --json | grep -o '"text":"[^"]*"'
  "text":"pay \u202eelbuod\u202c no\u200bw"
