What is on the account's own timeline counts: by hand what nobody scheduled, and no longer what was deleted.

  $ . "$TESTDIR/setup.sh"
  $ postq sync
  No account yet:  postq
  $ feed
  $ item() { python3 - "$HOME/site/feed.json" "$@" <<'EOF'
  > import json, sys
  > path, action, name, *rest = sys.argv[1:]
  > feed = json.load(open(path))
  > if action == "add":
  >     feed["items"].insert(0, {"id": name, "content_text": rest[1], "date_published": rest[0]})
  > elif action == "edit":
  >     next(item for item in feed["items"] if item["id"] == name)["content_text"] = rest[0]
  > else:
  >     feed["items"] = [item for item in feed["items"] if item["id"] != name]
  > json.dump(feed, open(path, "w"))
  > EOF
  > }
  $ postq sync
  site  no posts; back to 8 Nov 21:40
  $ item add tag:1 2026-11-21T10:00:00Z "The kettle is on, and the new sign is drying."
  $ item add tag:2 2026-11-22T10:00:00Z "A second one, by hand as well."
  $ item add tag:3 2026-10-01T10:00:00Z "Too old to count."
  $ postq sync
  site  2 posts read: 2 by hand; back to 8 Nov 21:40; 2 new
  $ postq status | sed -n 3,4p
  Account  By hand, 14 days  Scheduled  A scheduled post now
  site     2                 0          may go, room for 6
  $ export POSTQ_NOW=2026-11-22T21:00:00Z
  $ item rm tag:2
  $ item edit tag:1 "The kettle is off."
  $ postq sync site
  site  1 post read: 1 by hand; back to 8 Nov 22:00; 1 deleted
  $ postq status | sed -n 3,4p
  Account  By hand, 14 days  Scheduled  A scheduled post now
  site     1                 0          may go, room for 3
  $ postq sync --json
  {"schema":"postq.sync/1","account":"site","readable":true,"read":true,"posts":1,"by_hand":1,"by_hand_posts":1,"by_hand_answers":0,"scheduled":0,"undecided":0,"nothing":0,"from":"2026-11-08T21:00:00Z","new":0,"deleted":0,"waiting_again":0,"clock_skew":null,"withdrawn":[],"items_readable":false}
  $ postq log | tail -n 2
  21:40  site   timeline read: 2 new  by anna
  22:00  site   timeline read: 1 deleted  by anna
  $ export POSTQ_NOW=2026-11-24T21:00:00Z
  $ mv "$HOME/site" "$HOME/elsewhere"
  $ postq sync
  site: its timeline can't be read: can't reach */sync.t/home/site: No such file or directory (glob)
    is its disk mounted? if it moved:  postq account list    shows where postq looks
  [3]
  $ postq sync --json
  {"schema":"postq.sync/1","account":"site","readable":true,"read":false,"kind":"config","message":"can't reach */sync.t/home/site: No such file or directory","hint":"is its disk mounted? if it moved:  postq account list    shows where postq looks","withdrawn":[],"items_readable":false} (glob)
  [3]
  $ postq status | sed -n 3,9p
  Account  By hand, 14 days  Scheduled  A scheduled post now
  site     1                 0          HELD: its timeline can't be read
  
  site's timeline can't be read since 22:00; last read 2 days ago.
    postq sync site   read it now
  
  Queue      empty
  $ mv "$HOME/elsewhere" "$HOME/site"
  $ postq sync
  site  1 post read: 1 by hand; back to 10 Nov 22:00
  $ postq sync sight
  postq: there is no account 'sight'
    your accounts: site
  [4]
