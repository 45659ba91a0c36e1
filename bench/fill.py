#!/usr/bin/env python3
"""Fills a fresh postq database with N posts on one account, as years of use leave it.

    fill.py DATABASE N

All but 6,000 are sent, over the last years at about 10 a day per account; 5,000 are approved for the time to come, 1,000
wait for review. The triggers are taken away while it runs (the rows come ready-made) and put back.
"""

import sqlite3
import sys
import time

QUEUED, PENDING = 5000, 1000


def main():
    path, count = sys.argv[1], int(sys.argv[2])
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous=OFF")
    database.execute("PRAGMA foreign_keys=OFF")
    database.execute("PRAGMA cache_size=-200000")
    account, = database.execute("SELECT id FROM accounts LIMIT 1").fetchone()
    identity, = database.execute("SELECT coalesce(remote_id, name) FROM accounts LIMIT 1").fetchone()
    base, = database.execute("SELECT coalesce(max(id), 0) FROM posts").fetchone()
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    database.execute("BEGIN IMMEDIATE")
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    now = int(time.time())
    pending_from = count - PENDING if count > PENDING + QUEUED else count - count // 10
    queued_from = pending_from - (QUEUED if count > PENDING + QUEUED else count // 5)
    step = 8640  # seconds between two sent posts: ten a day
    database.execute("CREATE TEMP TABLE n(i INTEGER PRIMARY KEY)")
    database.execute("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ?) INSERT INTO n SELECT i FROM c", (count,))
    text = "'A post of middling length, number ' || i || ', as people write them: news from the workshop, a link, and a thank you.'"
    values = {"base": base, "account": account, "now": now, "queued": queued_from, "pending": pending_from, "step": step,
              "identity": identity}
    digest = "CAST(printf('%032d', :base + i) AS BLOB)"
    sent_at = "(:now - (:queued - i) * :step - 60)"

    def insert(sql):
        names = {key: value for key, value in values.items() if ":" + key in sql}
        database.execute(sql, names)

    insert(f"""INSERT INTO contents(digest, document, created_at)
        SELECT {digest}, json_object('version', 1, 'platform', 'feed', 'account', :identity,
               'parts', json_array(json_object('text', {text}))), :now FROM n""")
    insert(f"""INSERT INTO posts(id, origin, client_key, request_digest, draft, author, created_at, changed_at)
        SELECT :base + i, CASE WHEN i % 3 = 0 THEN 'hand-written' ELSE 'scheduled' END, 'bench-' || (:base + i), {digest},
               json_object('version', 1, 'parts', json_array(json_object('text', {text}))), 'anna', :now, :now FROM n""")
    seq, = database.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
    chain, = database.execute("SELECT coalesce(max(chain_no), 0) FROM events WHERE chain = 'queue'").fetchone()
    values.update(seq=seq, chain=chain)
    insert("""INSERT INTO events(seq, chain, chain_no, at, kind, post_id, body, prev, hash)
        SELECT :seq + i, 'queue', :chain + i, :now, 'added', :base + i, '{}', zeroblob(32), randomblob(32) FROM n""")
    delivery, = database.execute("SELECT coalesce(max(id), 0) FROM deliveries").fetchone()
    approval, = database.execute("SELECT coalesce(max(id), 0) FROM approvals").fetchone()
    values.update(delivery=delivery, approval=approval)
    insert(f"""INSERT INTO approvals(id, delivery_id, digest, revision, verdict, how, person, at, event_seq)
        SELECT :approval + i, :delivery + i, {digest}, 1, 'approved', 'review', 'anna', :now, :seq + i FROM n WHERE i <= :pending""")
    insert(f"""INSERT INTO deliveries(id, post_id, account_id, origin, state, digest, approval_id, not_before, next_at, public_at)
        SELECT :delivery + i, :base + i, :account, CASE WHEN i % 3 = 0 THEN 'hand-written' ELSE 'scheduled' END,
               CASE WHEN i <= :queued THEN 'sent' ELSE 'queued' END, {digest},
               CASE WHEN i <= :pending THEN :approval + i END,
               CASE WHEN i <= :queued THEN {sent_at} ELSE :now + 86400 + (i - :queued) * :step END,
               CASE WHEN i <= :queued THEN {sent_at} ELSE :now + 86400 + (i - :queued) * :step END,
               CASE WHEN i <= :queued THEN {sent_at} END FROM n""")
    insert(f"""INSERT INTO parts(delivery_id, n, account_id, remote_id, url, sent_at, fingerprint)
        SELECT :delivery + i, 1, :account, CASE WHEN i <= :queued THEN 'remote-' || (:base + i) END,
               CASE WHEN i <= :queued THEN 'https://example.org/' || i END,
               CASE WHEN i <= :queued THEN {sent_at} END, i * 2654435761 % 4611686018427387904 FROM n""")
    insert(f"""INSERT INTO timeline(account_id, remote_id, created_at, counts_as, why, kind, text, first_seen_at, last_seen_at)
        SELECT :account, 'remote-' || (:base + i), {sent_at}, CASE WHEN i % 3 = 0 THEN 'hand-written' ELSE 'scheduled' END,
               'receipt', 'post', {text}, {sent_at}, {sent_at} FROM n WHERE i <= :queued""")
    for _, sql in triggers:
        database.execute(sql)
    database.execute("COMMIT")
    database.execute("ANALYZE")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


if __name__ == "__main__":
    main()
