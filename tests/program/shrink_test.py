#!/usr/bin/env python3
"""Shrinking pictures by the whole program: what it opens, what it needs, and what becomes of a text when it can't.

    shrink_test.py POSTQ [unittest arguments]
"""

import os
import random
import resource
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import Home, is_sanitized, rescue_file  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
LIBRARIES = ("libturbojpeg.so", "libpng16.so", "libwebp.so")
LIMIT = 300_000


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def noisy_png(path, width, height, step=1):
    """Every `step`th row is noise, which no PNG can make small; the others are black."""
    noise = random.Random(1)
    black = bytes(width * 3)
    rows = b"".join(b"\0" + (black if row % step else noise.randbytes(width * 3)) for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))
    return path


class Shrinking(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="postq-shrink-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = Home(BINARY, os.path.join(self.folder, "home"))
        self.home.run("account", "add", "site", "--platform", "feed", "--path", os.path.join(self.folder, "site"), check=0)
        with sqlite3.connect(self.home.database()) as queue:
            queue.execute("INSERT INTO accounts (name, platform, base_url, remote_id, settings, created_at) VALUES "
                          "('fed', 'mastodon', 'https://fed.example', '1', ?, 1)",
                          (f'{{"url":"https://fed.example","image_size_limit":"{LIMIT}"}}',))
        self.picture = noisy_png(os.path.join(self.folder, "oak.png"), 900, 600)

    def opened(self, *arguments):
        """The picture libraries that a run of postq opens."""
        trace = os.path.join(self.folder, "trace")
        done = self.home.run(*arguments, prefix=("strace", "-f", "-qq", "-e", "trace=openat", "-o", trace))
        if not os.path.exists(trace) or not os.path.getsize(trace):
            self.skipTest("strace can't look here: " + done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(trace, encoding="utf-8", errors="replace") as file:
            lines = [line for line in file if "ENOENT" not in line]
        return [library for library in LIBRARIES if any(library in line for line in lines)]

    def test_the_libraries_are_opened_by_a_picture_that_is_too_large_and_by_nothing_else(self):
        self.assertEqual(self.opened("add", "An oak", "--to", "site,fed"), [])
        self.assertEqual(self.opened("add", "An oak", "--to", "site", "--media", self.picture, "--no-alt"), [])
        self.assertEqual(self.opened("add", "An oak", "--to", "site", "--shrink", "--media", self.picture, "--no-alt"), [])
        self.assertEqual(self.opened("list"), [])
        self.assertEqual(self.opened("add", "Oak", "--to", "fed", "--shrink", "--media", self.picture, "--no-alt"),
                         list(LIBRARIES))

    def test_a_library_that_is_missing_is_named_with_what_to_install_and_the_text_is_kept(self):
        # An empty file in front of it on the search path can't be opened as a library.
        broken = os.path.join(self.folder, "lib")
        os.mkdir(broken)
        with open(os.path.join(broken, "libwebp.so.7"), "w", encoding="utf-8"):
            pass

        done = self.home.run("add", "An oak", "--to", "fed", "--shrink", "--media", self.picture, "--no-alt",
                             LD_LIBRARY_PATH=broken)

        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("can't shrink oak.png, which is too large: the library of the package libwebp7 can't be opened", done.stderr)
        self.assertIn("sudo apt install libturbojpeg0 libpng16-16 libwebp7", done.stderr)
        with open(rescue_file(done.stderr), encoding="utf-8") as file:
            self.assertEqual(file.read(), "An oak")
        self.assertEqual(self.home.rows(), [])

    @unittest.skipIf(is_sanitized(BINARY), "the sanitizer's own memory would be counted")
    def test_a_picture_of_twelve_million_pixels_takes_no_more_than_150_megabytes(self):
        picture = noisy_png(os.path.join(self.folder, "large.png"), 4000, 3000, step=10)
        command = [BINARY, "add", "An oak", "--to", "fed", "--shrink", "--media", picture, "--no-alt"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        done = subprocess.run(command, env=self.home.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=120, check=False)

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("large.png, shrunk from 4000x3000, ", done.stderr)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        self.assertGreater(peak * 1024, before)  # it was this run that was measured
        self.assertLess(peak, 150)


if __name__ == "__main__":
    unittest.main()
