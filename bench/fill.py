#!/usr/bin/env python3
"""Fills a fresh postq database with N posts on one account, as years of use leave it.

    fill.py DATABASE N ITEMS

All but 6,000 are sent, over the last years at about 10 a day per account; 5,000 are approved for the time to come, 1,000
wait for review. ITEMS is how often somebody said something, over ten years: one in four of the last month's waits for an
answer, and one in fifty was found by a saved search. The triggers are taken away while it runs (the rows come ready-made)
and put back.
"""

import hashlib
import sqlite3
import sys
import time

QUEUED, PENDING = 5000, 1000
PEOPLE = 2000
YEAR = 365 * 86400


def archive_id(at, account, own, remote_id):
    """As src/sqlite/archive/archive.cpp makes it."""
    value = 0xCBF29CE484222325
    for byte in remote_id.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return at << 24 | own << 23 | (account & 0x7F) << 16 | (value ^ value >> 32) & 0xFFFF


def fill_items(database, account, count, now, posts, step):
    """What people said: over the last ten years, each below the own post that was the newest then. Who waits does since a
    month at most."""
    database.executemany("INSERT INTO people(account_id, person_id, handle, name, ignored) VALUES(?, ?, ?, ?, 0)",
                         ((account, f"person-{n}", f"@person{n}@example.social", f"Person {n}") for n in range(PEOPLE)))

    def rows():
        for n in range(count):
            ago = 60 + (count - n) * 10 * YEAR // count
            at, own = now - ago, f"remote-{max(1, posts - ago // step)}"
            heard, waits = n % 50 == 0, ago < YEAR // 12 and n % 4 == 1
            state = "open" if heard or waits else "answered"
            yield (account, f"said-{n}", "heard" if heard else "reply", f"person-{n % PEOPLE}", own, own,
                   f"What somebody said, number {n}, about an acorn on a mug and the opening hours of the workshop.", at, at, state,
                   None if state == "open" else at + 7200, None if state == "answered" else int(waits))

    database.executemany("""INSERT INTO items(account_id, remote_id, kind, person_id, ignored, reply_to, conversation, text, warning,
        visibility, language, url, created_at, first_seen_at, state, reason, settled_at, waits)
        VALUES(?, ?, ?, ?, 0, ?, ?, ?, '', 'public', 'en', '', ?, ?, ?, '', ?, ?)""", rows())


def fill_archive(database, account):
    said = [(archive_id(at, account, own, remote_id), text) for own, table in ((1, "timeline"), (0, "items"))
            for at, remote_id, text in database.execute(f"SELECT created_at, remote_id, text FROM {table} WHERE account_id = ?", (account,))]
    said.sort()  # the index is built in memory as long as the ids grow
    database.executemany("INSERT INTO archive(rowid, words) VALUES(?, ?)", said)


def main():
    path, count, items = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous=OFF")
    database.execute("PRAGMA foreign_keys=OFF")
    database.execute("PRAGMA cache_size=-200000")
    account, = database.execute("SELECT id FROM accounts LIMIT 1").fetchone()
    identity, = database.execute("SELECT coalesce(remote_id, name) FROM accounts LIMIT 1").fetchone()
    platform, = database.execute("SELECT platform FROM accounts LIMIT 1").fetchone()
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
              "identity": identity, "platform": platform}
    # The claim compares documents with their digests, and approvals with their events.
    database.create_function("digest", 1, lambda text: hashlib.sha256(text.encode()).digest(), deterministic=True)
    database.create_function("link", 1, lambda body: hashlib.sha256(bytes(32) + body.encode()).digest(), deterministic=True)
    digest = "(SELECT d.digest FROM temp.written d WHERE d.i = n.i)"
    # What is written by hand goes out at once: none of it is queued.
    origin = "CASE WHEN i % 3 = 0 AND i <= :queued THEN 'hand-written' ELSE 'scheduled' END"
    sent_at = "(:now - (:queued - i) * :step - 60)"

    def insert(sql):
        names = {key: value for key, value in values.items() if ":" + key in sql}
        database.execute(sql, names)

    database.execute("CREATE TEMP TABLE written(i INTEGER PRIMARY KEY, digest BLOB, document TEXT)")
    insert(f"""INSERT INTO temp.written SELECT i, digest(document), document FROM (
        SELECT i, json_object('version', 1, 'platform', :platform, 'account', :identity,
               'parts', json_array(json_object('text', {text}))) AS document FROM n)""")
    insert("INSERT INTO contents(digest, document, created_at) SELECT digest, document, :now FROM temp.written")
    insert(f"""INSERT INTO posts(id, origin, client_key, request_digest, draft, author, created_at, changed_at)
        SELECT :base + i, {origin}, 'bench-' || (:base + i), {digest},
               json_object('version', 1, 'parts', json_array(json_object('text', {text}))), 'anna', :now, :now FROM n""")
    seq, = database.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
    chain, = database.execute("SELECT coalesce(max(chain_no), 0) FROM events WHERE chain = 'queue'").fetchone()
    values.update(seq=seq, chain=chain)
    delivery, = database.execute("SELECT coalesce(max(id), 0) FROM deliveries").fetchone()
    approval, = database.execute("SELECT coalesce(max(id), 0) FROM approvals").fetchone()
    values.update(delivery=delivery, approval=approval)
    insert(f"""INSERT INTO events(seq, chain, chain_no, at, kind, post_id, delivery_id, body, prev, hash)
        SELECT :seq + i, 'queue', :chain + i, :now, kind, :base + i, :delivery + i, body, zeroblob(32), link(body) FROM (
        SELECT i, CASE WHEN i <= :pending THEN 'approved' ELSE 'added' END AS kind,
               '{{"chain":"queue","chain_no":' || (:chain + i) || ',"at":' || :now || ',"kind":"approved","post":' || (:base + i) ||
               ',"delivery":' || (:delivery + i) || ',"actor":"anna","agent":false,"details":{{"digest":"' || lower(hex({digest})) ||
               '","revision":1,"how":"review","reason":""}}}}' AS body FROM n)""")
    insert(f"""INSERT INTO approvals(id, delivery_id, digest, revision, verdict, how, person, at, event_seq)
        SELECT :approval + i, :delivery + i, {digest}, 1, 'approved', 'review', 'anna', :now, :seq + i FROM n WHERE i <= :pending""")
    insert(f"""INSERT INTO deliveries(id, post_id, account_id, origin, state, digest, approval_id, not_before, next_at, public_at)
        SELECT :delivery + i, :base + i, :account, {origin},
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
    fill_items(database, account, items, now, base + queued_from, step)
    database.execute("INSERT INTO archive(archive) VALUES('delete-all')")
    fill_archive(database, account)
    for _, sql in triggers:
        database.execute(sql)
    database.execute("COMMIT")
    database.execute("ANALYZE")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


if __name__ == "__main__":
    main()
