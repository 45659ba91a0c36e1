A database that can't be used is left as it is, with a word.

  $ . "$TESTDIR/setup.sh"
  $ feed
  $ postq -q add "Hello"
  1
  $ D=~/.local/share/postq/postq.db

Not a database, another program's, a newer postq's:

  $ echo "not a database, but long enough to look like one, and then some more of it" > other.db
  $ postq --db other.db list
  postq: other.db is damaged or not a database (file is not a database)
    postq --db other.db doctor
  [7]
  $ sqlite3 foreign.db "CREATE TABLE t(a); PRAGMA application_id=7"
  $ postq --db foreign.db list
  postq: foreign.db is not a queue of postq's, so it is left alone
    name another file with --db
  [7]
  $ cp $D newer.db; sqlite3 newer.db "PRAGMA user_version=99"
  $ postq --db newer.db list
  postq: newer.db was made by a newer postq (its version is 99, this one knows 4)
    install the newer postq
  [7]

A queue that something has cut off is no first run; where there never was one, it is:

  $ mv $D kept.db; rm -f $D-wal $D-shm; : > $D; chmod 600 $D
  $ postq add "Hello again"
  postq: */postq.db is empty, not a queue of postq's (glob)
    your text is safe:  */rescue/*.md (glob)
    look for a backup of it
    to begin anew:  postq doctor --forget-queue
    then go on:  postq add --recover
  [7]
  $ postq doctor --forget-queue
  The queue at */postq.db is forgotten; `postq add` begins a new one. (glob)
  $ ls $D
  ls: cannot access '*/postq.db': No such file or directory (glob)
  [2]
  $ mv kept.db $D; chmod 600 $D
  $ mkdir fresh; : > fresh/postq.db; chmod 600 fresh/postq.db
  $ XDG_STATE_HOME=$PWD/fresh postq -q --db fresh/postq.db account add site --platform feed --path $PWD/fresh/site
  $ postq --db fresh/postq.db list
  Nothing is queued. What is over:  postq --db fresh/postq.db list --all

Others may write it:

  $ chmod 666 $D; postq list
  postq: other users can write */storage.t/home/.local/share/postq/postq.db (glob)
    chmod 600 */storage.t/home/.local/share/postq/postq.db (glob)
  [3]
  $ chmod 600 $D; postq list
  1@site\tto review\tonce approved\tHello (esc)

Standard output that is full, or gone:

  $ postq list > /dev/full
  postq: can't write the output: No space left on device
  [7]
  $ postq list --all | head -n 0
