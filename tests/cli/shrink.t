A picture that is too large for one of its accounts is refused with the numbers, and made smaller where that is wanted.

  $ . "$TESTDIR/setup.sh"
  $ feed
  $ sqlite3 "$HOME/.local/share/postq/postq.db" \
  >   "INSERT INTO accounts (name, platform, base_url, remote_id, settings, created_at) VALUES ('fed', 'mastodon',
  >    'https://fed.example', '1', '{\"url\":\"https://fed.example\",\"image_size_limit\":\"200000\"}', 1)"
  $ python3 - <<'PYTHON'
  > import random, struct, zlib
  > def chunk(kind, data):
  >     return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
  > noise = random.Random(1)
  > rows = b"".join(b"\0" + noise.randbytes(800 * 3) for _ in range(600))
  > header = struct.pack(">IIBBBBB", 800, 600, 8, 2, 0, 0, 0)
  > with open("oak.png", "wb") as file:
  >     file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
  > PYTHON

  $ postq add "An oak" --to site,fed --media oak.png --alt "An oak"
  postq: this can't be sent to 1 of 2 accounts; nothing was queued
  
    site         ok
    fed          oak.png is too large: 1.5 MB of 200 kB
  
    your text is safe:  */shrink.t/home/.local/state/postq/rescue/20261122-204000.md (glob)
    postq add --recover --shrink --to site,fed --media oak.png --alt 'An oak'    make the picture smaller
    postq add --recover --to site --media oak.png --alt 'An oak'    only there
  [2]
  $ postq add --recover --shrink --to site,fed --media oak.png --alt 'An oak'
  Going on with 20261122-204000.md: "An oak"
  Queued for review as 1.
    when        as soon as it is approved
                oak.png, shrunk from 800x600, 1.4 MB to [0-9]+x[0-9]+, 1[0-9][0-9] kB (re)
    site        6              HELD: nothing by hand on site in 14 days
                feed readers can't show its media: site has no public address:
                  postq account set site --url https://YOUR.SITE/
    fed         6 of 500       HELD: fed's timeline could not be read over 14 days
                               yet, so nobody knows the mix
  Next: postq review 1
  1
  $ postq show 1 | grep -c "Picture .*shrunk from 800x600, 1.4 MB"
  1
  $ cd "$HOME/.local/share/postq/media" && sha256sum -- * | awk '{print $1 == $2}' | sort -u
  1
  $ find . -type f -size -200000c | wc -l
  1
