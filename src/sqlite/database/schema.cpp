#include "sqlite/database/schema.h"

namespace postq::sqlite {

// Times are whole seconds, UTC. JSON columns hold the exact bytes that were hashed. The triggers hold the promises that
// matter even when the code around them is wrong; they stop bugs, not a hand with another program. SQLite builds a
// table in memory for IN with more than two words, at each statement: where rows are written often, the words stand
// apart.
const std::string_view kSchemaV1 = R"sql(
CREATE TABLE store (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  uuid          TEXT    NOT NULL,
  epoch         INTEGER NOT NULL,
  last_flush_at INTEGER,
  paused_at     INTEGER,
  paused_reason TEXT    NOT NULL DEFAULT '',
  zone          TEXT    NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE accounts (
  id             INTEGER PRIMARY KEY,
  name           TEXT NOT NULL,
  platform       TEXT NOT NULL,
  base_url       TEXT NOT NULL DEFAULT '',
  remote_id      TEXT,
  remote_name    TEXT,
  settings       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),
  secret_from    TEXT NOT NULL DEFAULT 'file' CHECK (secret_from IN ('none','file','command')),
  created_at     INTEGER NOT NULL,
  paused_until   INTEGER,
  limited_until  INTEGER,
  sign_in_needed INTEGER NOT NULL DEFAULT 0 CHECK (sign_in_needed IN (0,1)),
  removed_at     INTEGER
) STRICT;
CREATE UNIQUE INDEX accounts_name ON accounts(name) WHERE removed_at IS NULL;

CREATE TABLE posts (
  id             INTEGER PRIMARY KEY,
  origin         TEXT NOT NULL CHECK (origin IN ('hand-written','scheduled')),
  client_key     TEXT NOT NULL UNIQUE,
  request_digest BLOB NOT NULL CHECK (length(request_digest) = 32),
  draft          TEXT NOT NULL CHECK (json_valid(draft)),
  revision       INTEGER NOT NULL DEFAULT 1,
  label          TEXT NOT NULL DEFAULT '',
  together       INTEGER NOT NULL DEFAULT 0 CHECK (together IN (0,1)),
  author         TEXT NOT NULL,
  created_at     INTEGER NOT NULL,
  changed_at     INTEGER NOT NULL,
  UNIQUE (id, origin)
) STRICT;
CREATE INDEX posts_label ON posts(label) WHERE label <> '';

CREATE TABLE media (
  digest   BLOB PRIMARY KEY CHECK (length(digest) = 32),
  mime     TEXT NOT NULL,
  bytes    INTEGER NOT NULL,
  width    INTEGER,
  height   INTEGER,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE contents (
  digest     BLOB PRIMARY KEY CHECK (length(digest) = 32),
  document   TEXT NOT NULL CHECK (json_valid(document)),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE approvals (
  id          INTEGER PRIMARY KEY,
  delivery_id INTEGER NOT NULL REFERENCES deliveries(id) DEFERRABLE INITIALLY DEFERRED,
  digest      BLOB NOT NULL REFERENCES contents(digest),
  revision    INTEGER NOT NULL,
  verdict     TEXT NOT NULL CHECK (verdict IN ('approved','rejected')),
  how         TEXT NOT NULL CHECK (how IN ('review','written')),
  person      TEXT NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',
  signature   TEXT,
  at          INTEGER NOT NULL,
  event_seq   INTEGER NOT NULL REFERENCES events(seq) DEFERRABLE INITIALLY DEFERRED,
  CHECK (verdict = 'approved' OR reason <> '')
) STRICT;
CREATE INDEX approvals_delivery ON approvals(delivery_id, id);

CREATE TABLE deliveries (
  id           INTEGER PRIMARY KEY,
  post_id      INTEGER NOT NULL REFERENCES posts(id),
  account_id   INTEGER NOT NULL REFERENCES accounts(id),
  origin       TEXT NOT NULL CHECK (origin IN ('hand-written','scheduled')),
  state        TEXT NOT NULL DEFAULT 'queued'
               CHECK (state = 'queued' OR state = 'sending' OR state = 'unconfirmed' OR state = 'sent'
                      OR state = 'failed' OR state = 'cancelled' OR state = 'expired'),
  digest       BLOB NOT NULL REFERENCES contents(digest),
  revision     INTEGER NOT NULL DEFAULT 1,
  approval_id  INTEGER REFERENCES approvals(id),
  wall_time    TEXT,
  zone         TEXT,
  not_before   INTEGER NOT NULL DEFAULT 0,
  next_at      INTEGER NOT NULL DEFAULT 0,
  until_at     INTEGER,
  paused       INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0,1)),
  missed_at    INTEGER,
  retracted_at INTEGER,
  public_at    INTEGER,
  verdict      TEXT,
  verdict_at   INTEGER,
  tries        INTEGER NOT NULL DEFAULT 0,
  media        INTEGER NOT NULL DEFAULT 0,
  media_without_alt INTEGER NOT NULL DEFAULT 0,
  UNIQUE (post_id, account_id),
  FOREIGN KEY (post_id, origin) REFERENCES posts(id, origin),
  CHECK (state NOT IN ('cancelled','expired') OR approval_id IS NULL),
  CHECK (approval_id IS NOT NULL OR state = 'queued' OR state = 'cancelled' OR state = 'failed' OR state = 'expired'),
  CHECK (state NOT IN ('unconfirmed','sent') OR public_at IS NOT NULL),
  CHECK (next_at >= not_before),
  CHECK ((wall_time IS NULL) = (zone IS NULL))
) STRICT;
-- The columns behind the id repeat what the index's condition says, so that counting never reads the rows.
CREATE INDEX deliveries_due ON deliveries(account_id, next_at, id) WHERE state = 'queued' AND approval_id IS NOT NULL;
CREATE INDEX deliveries_open ON deliveries(account_id, state, id) WHERE state IN ('sending','unconfirmed');
CREATE INDEX deliveries_public ON deliveries(account_id, public_at, origin)
  WHERE public_at IS NOT NULL AND origin = 'scheduled';
CREATE INDEX deliveries_by_hand ON deliveries(account_id, public_at, origin)
  WHERE public_at IS NOT NULL AND origin = 'hand-written';
CREATE INDEX deliveries_todo ON deliveries(next_at, id, post_id, state, approval_id)
  WHERE state = 'queued' AND approval_id IS NULL;
CREATE INDEX deliveries_approved ON deliveries(next_at, id, state, approval_id)
  WHERE state = 'queued' AND approval_id IS NOT NULL;
CREATE INDEX deliveries_missed ON deliveries(next_at, id, post_id, state, approval_id, missed_at)
  WHERE state = 'queued' AND missed_at IS NOT NULL;
CREATE INDEX deliveries_live ON deliveries(account_id, next_at, id)
  WHERE state <> 'sent' AND state <> 'cancelled' AND state <> 'expired';
CREATE INDEX deliveries_failed ON deliveries(next_at, id, state) WHERE state = 'failed';
CREATE INDEX deliveries_dropped ON deliveries(id) WHERE state IN ('cancelled','expired');
CREATE INDEX deliveries_timed ON deliveries(wall_time, zone, not_before, id, state)
  WHERE state = 'queued' AND wall_time IS NOT NULL;
CREATE INDEX deliveries_until ON deliveries(until_at) WHERE state = 'queued' AND until_at IS NOT NULL;

CREATE TABLE parts (
  delivery_id INTEGER NOT NULL REFERENCES deliveries(id),
  n           INTEGER NOT NULL CHECK (n >= 1),
  account_id  INTEGER NOT NULL REFERENCES accounts(id),
  remote_id   TEXT,
  remote_ref  TEXT,
  url         TEXT,
  sent_at     INTEGER,
  fingerprint INTEGER NOT NULL DEFAULT 0,
  text_key    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (delivery_id, n),
  CHECK ((remote_id IS NULL) = (sent_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX parts_remote ON parts(account_id, remote_id) WHERE remote_id IS NOT NULL;

CREATE TABLE attempts (
  id          INTEGER PRIMARY KEY,
  delivery_id INTEGER NOT NULL,
  part        INTEGER NOT NULL,
  account_id  INTEGER NOT NULL REFERENCES accounts(id),
  idem_key    TEXT NOT NULL,
  request     BLOB NOT NULL,
  started_at  INTEGER NOT NULL,
  ended_at    INTEGER,
  outcome     TEXT CHECK (outcome = 'sent' OR outcome = 'refused' OR outcome = 'not-sent' OR outcome = 'unconfirmed'
                          OR outcome = 'absent'),
  detail      TEXT NOT NULL DEFAULT '',
  FOREIGN KEY (delivery_id, part) REFERENCES parts(delivery_id, n),
  CHECK (outcome IS NULL OR outcome = 'unconfirmed' OR ended_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX attempts_in_air ON attempts(account_id) WHERE outcome IS NULL;
CREATE UNIQUE INDEX attempts_open ON attempts(delivery_id, part) WHERE outcome IS NULL OR outcome = 'unconfirmed';
CREATE INDEX attempts_doubt ON attempts(account_id, started_at) WHERE outcome IS NULL OR outcome = 'unconfirmed';
CREATE INDEX attempts_absent ON attempts(account_id, started_at) WHERE outcome = 'absent';
CREATE INDEX attempts_key ON attempts(account_id, idem_key);
CREATE INDEX attempts_delivery ON attempts(delivery_id, part);

CREATE TABLE uploads (
  account_id  INTEGER NOT NULL,
  delivery_id INTEGER NOT NULL,
  part        INTEGER NOT NULL,
  digest      BLOB NOT NULL REFERENCES media(digest),
  remote_ref  TEXT NOT NULL,
  ready       INTEGER NOT NULL CHECK (ready IN (0,1)),
  expires_at  INTEGER NOT NULL,
  PRIMARY KEY (delivery_id, part, digest),
  FOREIGN KEY (delivery_id, part) REFERENCES parts(delivery_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE timeline (
  account_id    INTEGER NOT NULL REFERENCES accounts(id),
  remote_id     TEXT NOT NULL,
  created_at    INTEGER NOT NULL,
  counts_as     TEXT NOT NULL CHECK (counts_as IN ('hand-written','scheduled','undecided','nothing')),
  why           TEXT NOT NULL CHECK (why IN ('receipt','key','client','copy','ghost','open-attempt','plain','boost',
                                             'own-thread','direct','deleted','recorded')),
  kind          TEXT NOT NULL CHECK (kind IN ('post','reply','own-reply','quote','boost')),
  reply_to      TEXT,
  client        TEXT,
  visibility    TEXT,
  text          TEXT NOT NULL DEFAULT '',
  fingerprint   INTEGER NOT NULL DEFAULT 0,
  first_seen_at INTEGER NOT NULL,
  last_seen_at  INTEGER NOT NULL,
  deleted_at    INTEGER,
  PRIMARY KEY (account_id, remote_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX timeline_count ON timeline(account_id, created_at, counts_as, kind, why);
CREATE INDEX timeline_undecided ON timeline(account_id) WHERE counts_as = 'undecided';

CREATE TABLE cursors (
  account_id    INTEGER NOT NULL REFERENCES accounts(id),
  stream        TEXT NOT NULL,
  cursor        TEXT NOT NULL DEFAULT '',
  complete_from INTEGER,
  complete_to   INTEGER,
  full_read_at  INTEGER,
  read_at       INTEGER,
  clock_skew    INTEGER,
  PRIMARY KEY (account_id, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
  id            INTEGER PRIMARY KEY,
  account_id    INTEGER NOT NULL REFERENCES accounts(id),
  remote_id     TEXT NOT NULL,
  kind          TEXT NOT NULL CHECK (kind IN ('mention','reply','quote','heard')),
  person_id     TEXT NOT NULL,
  person_name   TEXT NOT NULL,
  ignored       INTEGER NOT NULL DEFAULT 0 CHECK (ignored IN (0,1)),
  reply_to      TEXT,
  conversation  TEXT,
  text          TEXT NOT NULL,
  url           TEXT,
  created_at    INTEGER NOT NULL,
  first_seen_at INTEGER NOT NULL,
  state         TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open','answered','dismissed')),
  reason        TEXT NOT NULL DEFAULT '',
  answered_by   TEXT,
  settled_at    INTEGER,
  deleted_at    INTEGER,
  UNIQUE (account_id, remote_id),
  CHECK (state <> 'dismissed' OR reason <> '')
) STRICT;
CREATE INDEX items_waiting ON items(account_id, created_at) WHERE state = 'open' AND kind <> 'heard' AND ignored = 0;

CREATE TABLE events (
  seq         INTEGER PRIMARY KEY,
  chain       TEXT NOT NULL,
  chain_no    INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  kind        TEXT NOT NULL,
  post_id     INTEGER,
  delivery_id INTEGER,
  body        TEXT NOT NULL,
  prev        BLOB NOT NULL CHECK (length(prev) = 32),
  hash        BLOB NOT NULL CHECK (length(hash) = 32),
  UNIQUE (chain, chain_no)
) STRICT;
CREATE INDEX events_post ON events(post_id, seq);

CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER approvals_no_update BEFORE UPDATE ON approvals BEGIN SELECT RAISE(ABORT, 'approvals are append-only'); END;
CREATE TRIGGER approvals_no_delete BEFORE DELETE ON approvals BEGIN SELECT RAISE(ABORT, 'approvals are append-only'); END;
CREATE TRIGGER contents_no_update BEFORE UPDATE ON contents BEGIN SELECT RAISE(ABORT, 'contents are immutable'); END;
CREATE TRIGGER contents_no_delete BEFORE DELETE ON contents BEGIN SELECT RAISE(ABORT, 'contents are kept'); END;
CREATE TRIGGER posts_origin_fixed BEFORE UPDATE OF origin ON posts WHEN NEW.origin <> OLD.origin
  BEGIN SELECT RAISE(ABORT, 'origin is fixed'); END;
CREATE TRIGGER deliveries_origin_fixed BEFORE UPDATE OF origin, post_id, account_id ON deliveries
  WHEN NEW.origin <> OLD.origin OR NEW.post_id <> OLD.post_id OR NEW.account_id <> OLD.account_id
  BEGIN SELECT RAISE(ABORT, 'origin, post and account are fixed'); END;
CREATE TRIGGER accounts_remote_fixed BEFORE UPDATE OF remote_id, platform ON accounts
  WHEN OLD.remote_id IS NOT NULL AND (NEW.remote_id IS NOT OLD.remote_id OR NEW.platform <> OLD.platform)
  BEGIN SELECT RAISE(ABORT, 'an account keeps its identity'); END;
CREATE TRIGGER deliveries_change_guard BEFORE UPDATE OF digest, wall_time, zone, until_at ON deliveries
  WHEN (NEW.digest <> OLD.digest OR NEW.wall_time IS NOT OLD.wall_time OR NEW.zone IS NOT OLD.zone
        OR NEW.until_at IS NOT OLD.until_at)
   AND (OLD.state = 'sending' OR OLD.state = 'unconfirmed' OR OLD.state = 'sent' OR NEW.approval_id IS NOT NULL
        OR NEW.revision <= OLD.revision)
  BEGIN SELECT RAISE(ABORT, 'what was approved changes only while nothing is being sent, raises the revision and voids the approval'); END;
CREATE TRIGGER deliveries_withdrawal BEFORE UPDATE OF approval_id, revision ON deliveries
  WHEN NEW.revision < OLD.revision
    OR (OLD.approval_id IS NOT NULL AND NEW.approval_id IS NOT OLD.approval_id AND NEW.revision <= OLD.revision)
  BEGIN SELECT RAISE(ABORT, 'an approval that is withdrawn or replaced raises the revision'); END;
CREATE TRIGGER deliveries_approval_matches BEFORE UPDATE OF approval_id, state, revision ON deliveries
  WHEN NEW.approval_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM approvals a
       WHERE a.id = NEW.approval_id AND a.delivery_id = NEW.id AND a.digest = NEW.digest
         AND a.revision = NEW.revision AND a.verdict = 'approved')
  BEGIN SELECT RAISE(ABORT, 'no approval of this content'); END;
CREATE TRIGGER deliveries_state_arrows BEFORE UPDATE OF state ON deliveries
  WHEN NEW.state <> OLD.state AND NOT CASE OLD.state
    WHEN 'queued' THEN NEW.state = 'sending' OR NEW.state = 'cancelled' OR NEW.state = 'expired'
    WHEN 'sending' THEN NEW.state = 'sent' OR NEW.state = 'failed' OR NEW.state = 'unconfirmed' OR NEW.state = 'queued'
    WHEN 'unconfirmed' THEN NEW.state = 'sent' OR NEW.state = 'queued' OR NEW.state = 'failed'
    WHEN 'failed' THEN NEW.state = 'queued' OR NEW.state = 'cancelled'
    WHEN 'cancelled' THEN NEW.state = 'queued'
    WHEN 'expired' THEN NEW.state = 'queued'
    ELSE 0 END
  BEGIN SELECT RAISE(ABORT, 'no such change of state'); END;
CREATE TRIGGER deliveries_born BEFORE INSERT ON deliveries
  WHEN NEW.state <> 'queued' OR NEW.approval_id IS NOT NULL OR NEW.public_at IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'a delivery is born queued and pending'); END;
)sql";

// With IN in its condition the index was asked for by IN as well, and each such statement built a table of the two
// words first. And the texts that a new one is compared with are read from an index alone; what other schedulers posted
// is found without reading the rest of the timeline.
const std::string_view kSchemaV2 = R"sql(
DROP INDEX deliveries_open;
CREATE INDEX deliveries_open ON deliveries(account_id, id, state) WHERE state = 'sending' OR state = 'unconfirmed';
CREATE INDEX parts_texts ON parts(account_id, sent_at, delivery_id, fingerprint, text_key)
  WHERE n = 1 AND sent_at IS NOT NULL;
CREATE INDEX timeline_foreign ON timeline(created_at, fingerprint) WHERE why = 'client';
)sql";

// What people say. Nothing wrote items before, so the table is made anew. What others said in a conversation (`around`)
// lies among them, to be found by the same indices; its ids are negative, so that i1, i2, i3 are what a person reads.
// waits: 1 somebody does, 0 a saved search found it, NULL it isn't shown unasked. A plain column, written by whoever
// changes the row and checked here, because SQLite reads the whole row to tell a generated one, also beside an index
// that holds it. The archive keeps no text of its own: its rowids (archive/archive.h) tell the time of a text and whose
// it is.
const std::string_view kSchemaV3 = R"sql(
CREATE TABLE people (
  account_id INTEGER NOT NULL REFERENCES accounts(id),
  person_id  TEXT    NOT NULL,
  handle     TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  ignored    INTEGER NOT NULL CHECK (ignored IN (0,1)),
  PRIMARY KEY (account_id, person_id)
) STRICT, WITHOUT ROWID;

DROP TABLE items;
CREATE TABLE items (
  id            INTEGER PRIMARY KEY,
  account_id    INTEGER NOT NULL,
  remote_id     TEXT    NOT NULL,
  kind          TEXT    NOT NULL CHECK (kind = 'mention' OR kind = 'reply' OR kind = 'quote' OR kind = 'heard'
                                        OR kind = 'around'),
  person_id     TEXT    NOT NULL,
  ignored       INTEGER NOT NULL,
  reply_to      TEXT    NOT NULL,
  conversation  TEXT    NOT NULL,
  text          TEXT    NOT NULL,
  warning       TEXT    NOT NULL,
  visibility    TEXT    NOT NULL,
  language      TEXT    NOT NULL,
  url           TEXT    NOT NULL,
  created_at    INTEGER NOT NULL,
  first_seen_at INTEGER NOT NULL,
  state         TEXT    NOT NULL CHECK (state = 'open' OR state = 'answered' OR state = 'dismissed'),
  reason        TEXT    NOT NULL,
  answered_by   TEXT,
  settled_at    INTEGER,
  deleted_at    INTEGER,
  waits         INTEGER,
  UNIQUE (account_id, remote_id),
  FOREIGN KEY (account_id, person_id) REFERENCES people(account_id, person_id),
  CHECK ((kind = 'around') = (id < 0)),
  CHECK ((state = 'open') = (settled_at IS NULL)),
  CHECK ((state = 'dismissed') = (reason <> '')),
  CHECK (waits IS CASE WHEN state = 'open' AND deleted_at IS NULL AND ignored = 0 AND kind <> 'around'
                       THEN kind <> 'heard' END)
) STRICT;
CREATE INDEX items_open ON items(account_id, waits, created_at, id, person_id) WHERE waits IS NOT NULL;
CREATE INDEX items_time ON items(account_id, created_at);
CREATE INDEX items_conversation ON items(account_id, conversation, created_at) WHERE conversation <> '';
CREATE INDEX items_settled ON items(settled_at, state, kind, created_at) WHERE settled_at IS NOT NULL;

CREATE TABLE listens (
  id         INTEGER PRIMARY KEY,
  account_id INTEGER NOT NULL REFERENCES accounts(id),
  words      TEXT    NOT NULL,
  cursor     TEXT    NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  read_at    INTEGER,
  found      INTEGER NOT NULL DEFAULT 0,
  removed_at INTEGER
) STRICT;

ALTER TABLE posts ADD COLUMN answers INTEGER REFERENCES items(id);
CREATE INDEX posts_answers ON posts(answers) WHERE answers IS NOT NULL;

ALTER TABLE timeline ADD COLUMN likes INTEGER;
ALTER TABLE timeline ADD COLUMN replies INTEGER;
ALTER TABLE timeline ADD COLUMN boosts INTEGER;
ALTER TABLE timeline ADD COLUMN replies_read INTEGER;
CREATE INDEX timeline_answers ON timeline(account_id, reply_to) WHERE reply_to IS NOT NULL;

CREATE VIRTUAL TABLE archive USING fts5(words, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');
)sql";

// What keeps a queue from sending twice and from standing still. attempts.answered: a response came, so that something
// may be out although it said no; looked: what looking for a lost one has asked so far (the platform's own JSON).
// deliveries.deaths: how often the process died while it was being prepared. accounts.resumed_at: when a pause of it
// last ended; blocked_*: since when nothing could be sent, what kept it, and when that ends if it is known.
// cursors.place: when the walk began that was cut off and goes on; unpaged: the server shows one page only, whatever it
// is asked for. items.mentions: handles of whom it mentions beside the account, with spaces between them. A part that
// stands twice keeps both its receipts. What its author has to send isn't to be reviewed, and is found by itself.
// posts.author_for: for whom the agent acted that wrote it; NULL where a person did, '' where nobody wrote it down.
const std::string_view kSchemaV4 = R"sql(
ALTER TABLE attempts ADD COLUMN answered INTEGER NOT NULL DEFAULT 0 CHECK (answered IN (0,1));
ALTER TABLE attempts ADD COLUMN looked TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN resumed_at INTEGER;
ALTER TABLE accounts ADD COLUMN blocked_since INTEGER;
ALTER TABLE accounts ADD COLUMN blocked_until INTEGER;
ALTER TABLE accounts ADD COLUMN blocked_by TEXT NOT NULL DEFAULT ''
  CHECK (blocked_by = '' OR blocked_by = 'unreachable' OR blocked_by = 'limited' OR blocked_by = 'sign-in');
ALTER TABLE cursors ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE cursors ADD COLUMN unpaged INTEGER NOT NULL DEFAULT 0 CHECK (unpaged IN (0,1));
-- The delivery that went back to review because of this post, which takes no other one back.
ALTER TABLE timeline ADD COLUMN explains INTEGER;
ALTER TABLE timeline ADD COLUMN media INTEGER;
-- What has no receipt is compared with what is about to go, and those are few among many.
CREATE INDEX timeline_unsent_here ON timeline(account_id, created_at) WHERE why <> 'receipt' AND explains IS NULL;
DROP INDEX deliveries_todo;
CREATE INDEX deliveries_todo ON deliveries(next_at, id, post_id, state, approval_id, origin)
  WHERE state = 'queued' AND approval_id IS NULL;
CREATE INDEX deliveries_unsent ON deliveries(next_at, id, state, origin)
  WHERE state = 'queued' AND origin = 'hand-written';
CREATE TABLE second_receipts (
  id           INTEGER PRIMARY KEY,
  delivery_id  INTEGER NOT NULL,
  part         INTEGER NOT NULL,
  attempt_id   INTEGER NOT NULL REFERENCES attempts(id),
  remote_id    TEXT    NOT NULL,
  remote_ref   TEXT    NOT NULL,
  url          TEXT    NOT NULL,
  sent_at      INTEGER NOT NULL,
  retracted_at INTEGER,
  FOREIGN KEY (delivery_id, part) REFERENCES parts(delivery_id, n)
) STRICT;
CREATE INDEX second_receipts_standing ON second_receipts(delivery_id, part) WHERE retracted_at IS NULL;
ALTER TABLE posts ADD COLUMN author_for TEXT;
UPDATE posts SET author_for = ''
 WHERE id IN (SELECT e.post_id FROM events e WHERE e.kind = 'added' AND e.delivery_id IS NULL
                 AND CASE WHEN json_valid(e.body) THEN json_extract(e.body, '$.agent') ELSE 0 END);
ALTER TABLE items ADD COLUMN mentions TEXT NOT NULL DEFAULT '';
-- What an own post answered waits again when that is gone.
CREATE INDEX items_answered ON items(account_id, answered_by) WHERE answered_by IS NOT NULL;
-- A no is told to its author once.
CREATE INDEX approvals_rejected ON approvals(event_seq) WHERE verdict = 'rejected';
-- And so is a removal by somebody else; by seq.
CREATE INDEX events_cancelled ON events(kind) WHERE kind = 'cancelled';
CREATE INDEX events_pauses ON events(chain, chain_no) WHERE kind = 'stopped' OR kind = 'account paused';
-- A text is compared with all that wait on its account.
CREATE INDEX parts_waiting ON parts(account_id, text_key, delivery_id)
  WHERE n = 1 AND sent_at IS NULL AND text_key <> 0;
CREATE INDEX events_out ON events(delivery_id) WHERE kind = 'sent' OR kind = 'part sent';
CREATE INDEX events_accounts ON events(chain, chain_no)
  WHERE kind = 'account added' OR kind = 'signed in' OR kind = 'settings changed';
)sql";

}  // namespace postq::sqlite
