Programs read JSON Lines with stable names, errors too.

  $ . "$TESTDIR/setup.sh"
  $ feed
  $ postq add "Hello" --at "fri 9am" --label news --json
  {"schema":"postq.add/1","id":1,"existed":false,"not_before":"2026-11-27T08:00:00Z","wall_time":"2026-11-27T09:00:00","zone":"Europe/Berlin","accounts":[{"account":"site","length":5,"limit":0,"problems":[]}]}
  $ postq list --json
  {"schema":"postq.list/1","name":"1@site","post":1,"account":"site","origin":"scheduled","state":"queued","standing":"to-review","approved":false,"paused":false,"next_at":"2026-11-27T08:00:00Z","not_before":"2026-11-27T08:00:00Z","until":null,"missed_at":null,"public_at":null,"author":"anna","label":"news","parts":1,"parts_sent":0,"media":0,"url":"","text":"Hello"}
  $ postq show 1 --json
  {"schema":"postq.show/1","id":1,"origin":"scheduled","author":"anna","created_at":"2026-11-22T20:40:00Z","changed_at":"2026-11-22T20:40:00Z","label":"news","together":false,"not_before":"2026-11-27T08:00:00Z","wall_time":"2026-11-27T09:00:00","zone":"Europe/Berlin","until":null,"warning":"","visibility":"public","language":"","reply_to":"","deliveries":[{"name":"1@site","account":"site","state":"queued","standing":"to-review","revision":1,"next_at":"2026-11-27T08:00:00Z","missed_at":null,"public_at":null,"retracted_at":null,"paused":false,"held_by":"","limit":0,"review":null,"parts":[{"text":"Hello","length":5,"media":[]}],"attempts":[]}]}
  $ postq status --json
  {"schema":"postq.status/1","now":"2026-11-22T20:40:00Z","zone":"Europe/Berlin","paused":false,"paused_reason":"","last_flush":null,"flush_is_missing":false,"pending":1,"missed":0,"approved":0,"failed":0,"unconfirmed":0,"counts_stop_at":1000,"unconfirmed_names":[],"failed_names":[],"next":[],"accounts":[{"account":"site","platform":"feed","by_hand":0,"by_hand_posts":0,"by_hand_answers":0,"scheduled":0,"counted":true,"room":0,"held":true,"rule":"ratio","message":"HELD: write one by hand","sign_in_needed":false}]}
  $ postq policy --json | head -n 3
  {"schema":"postq.policy/1","account":"","rule":"pause","sentence":"Nothing goes out while it, its account or everything is paused, or while the platform wants a break or a new sign-in.","can_be_set":false,"origin":"default"}
  {"schema":"postq.policy/1","account":"","rule":"until","sentence":"A post with an end (--until) never goes out after it.","can_be_set":false,"origin":"default"}
  {"schema":"postq.policy/1","account":"","rule":"alt_text","sentence":"Nothing is approved, or goes out, with a picture that has no alt text.","can_be_set":true,"origin":"default"}
  $ postq show 9 --json
  {"error":"not-found","message":"there is no post 9","hint":"postq list"}
  [4]
  $ postq log --json | jq -c '[.seq, .event, .subject, .actor]'
  {"schema":"postq.log/1","seq":1,"at":"2026-11-22T20:40:00Z","event":"created","subject":"queue","actor":"postq","agent":false,"body":{"chain":"queue","chain_no":1,"at":1795380000,"kind":"created","post":null,"delivery":null,"actor":"postq","agent":false,"details":{"uuid":"zszbfauf7k4j34lphsiqfstcq5yriw4t"}},"hash":"2e732fab544f5966b3e215c406265a46579ec4359ffc81920275ff550f69cdfe"}
  {"schema":"postq.log/1","seq":2,"at":"2026-11-22T20:40:00Z","event":"account added","subject":"site","actor":"anna","agent":false,"body":{"chain":"site","chain_no":1,"at":1795380000,"kind":"account added","post":null,"delivery":null,"actor":"anna","agent":false,"details":{"account":1,"platform":"feed","remote_id":"urn:uuid:844a3387-b829-4c3a-9890-9d22b2bafdbd","settings":{"path":"*/json.t/home/site"}}},"hash":"d10c99da653484e4e04a0d21007a367a99b864603dc0b292cb18eab5134ade42"} (glob)
  {"schema":"postq.log/1","seq":3,"at":"2026-11-22T20:40:00Z","event":"zone set","subject":"queue","actor":"anna","agent":false,"body":{"chain":"queue","chain_no":2,"at":1795380000,"kind":"zone set","post":null,"delivery":null,"actor":"anna","agent":false,"details":{"zone":"Europe/Berlin"}},"hash":"33df4171336f3e15dd2f3bc5d327693626c4be4a65a83ff878bff8f50af3c6f3"}
  {"schema":"postq.log/1","seq":4,"at":"2026-11-22T20:40:00Z","event":"added","subject":"1","post":1,"actor":"anna","agent":false,"body":{"chain":"queue","chain_no":3,"at":1795380000,"kind":"added","post":1,"delivery":null,"actor":"anna","agent":false,"details":{"origin":"scheduled","key":"qzwn6fxhhbmbe5mlafr4","draft":"6ee70fb1dedfd28fe0332b896650693e14d5f94639a3439a4c94103901edc532","deliveries":[{"delivery":1,"account":1,"digest":"7b870800d414544b107c3dea282d7aa8a93fcc618a3c286adeafbf7eaa09d709"}]}},"hash":"6c6426efcf1a485f1bc3fdae31dd399ea6a49632d8e8ab1b657b06d812e858cf"}
  $ postq list --json | jq -r .name | "$POSTQ" rm -
  1@site is out of the queue
  The text is kept. Back again:  postq retry 1@site
  $ postq list --all
  1@site\tcancelled\tFri 09:00\tHello (esc)
