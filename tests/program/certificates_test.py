#!/usr/bin/env python3
"""A webhook behind a certificate that isn't right: nothing is sent, the post stays queued, the cause is named.

    certificates_test.py POSTQ [unittest arguments]
"""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from postq_home import SECRET, Home, ScriptedServer  # noqa: E402

BINARY = os.path.abspath(sys.argv.pop(1))
TEXT = "A post for one receiver and nobody else"


class Authority:
    """A certificate authority of our own, and what it signed."""

    def __init__(self, folder):
        self.folder = folder
        self.openssl("req", "-x509", *self.new_key("ca"), "-subj", "/CN=A CA of our own", "-days", "2", "-out", "ca.pem")
        self.issue("good", "IP:127.0.0.1", "2")
        self.issue("expired", "IP:127.0.0.1", "-1")
        self.issue("other", "DNS:elsewhere.example", "2")
        self.openssl("req", "-x509", *self.new_key("self"), "-subj", "/CN=self", "-days", "2",
                     "-addext", "subjectAltName=IP:127.0.0.1", "-out", "self.pem")

    @staticmethod
    def new_key(name):
        return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", name + ".key"

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def issue(self, name, alternative_name, days):
        self.openssl("req", *self.new_key(name), "-subj", "/CN=" + name, "-out", name + ".csr")
        with open(os.path.join(self.folder, name + ".ext"), "w", encoding="utf-8") as file:
            file.write("subjectAltName=" + alternative_name)
        self.openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-days", days, "-extfile", name + ".ext", "-out", name + ".pem")

    def path(self, file):
        return os.path.join(self.folder, file)

    def pair(self, name):
        return self.path(name + ".pem"), self.path(name + ".key")


class Certificates(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="postq-certificates-")
        cls.authority = Authority(cls.folder.name)
        cls.server = ScriptedServer(tls=cls.authority.pair("good"))
        cls.template = Home(BINARY, os.path.join(cls.folder.name, "template"))
        cls.template.configure('[policy]\nratio = "off"\n')
        cls.template.add_webhook("hook", cls.server.url, "--ca-file", cls.authority.path("ca.pem"))
        cls.template.run("add", TEXT, check=0)
        cls.template.approve("1")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.folder.cleanup()

    def setUp(self):
        self.home = self.template.copy(os.path.join(self.folder.name, self.id().rsplit(".", 1)[1]))
        self.server.tls = self.authority.pair("good")
        self.server.published.clear()

    def stays_queued(self, certificate, cause):
        self.server.tls = self.authority.pair(certificate)
        done = self.home.run("flush")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(f"1@hook  not sent, will be tried again: certificate of 127.0.0.1:{self.server.port} {cause}", done.stderr)
        row = self.home.rows()[0]
        self.assertEqual((row["state"], row["approved"]), ("queued", True))
        self.assertEqual(self.server.published, [])
        self.assertIn(cause, " ".join(self.home.run("why", "1", check=0).stdout.split()))

        self.server.tls = self.authority.pair("good")
        self.home.run("flush", prefix=("faketime", "-f", "+10m"), check=0)
        self.assertEqual([text for _, text in self.server.published], [TEXT])

    def test_the_accounts_own_ca_is_trusted(self):
        self.home.run("flush", check=0)
        self.assertEqual([text for _, text in self.server.published], [TEXT])

    def test_expired(self):
        self.stays_queued("expired", "has expired")

    def test_for_another_host(self):
        self.stays_queued("other", "is for another host")

    def test_self_signed(self):
        self.stays_queued("self", "is self-signed")

    def test_an_account_behind_a_wrong_certificate_is_not_added(self):
        for certificate, cause in (("expired", "has expired"), ("other", "is for another host"), ("self", "is self-signed")):
            self.server.tls = self.authority.pair(certificate)
            done = self.home.run("account", "add", "second", "--platform", "webhook", "--url", self.server.url,
                                 "--allow-private", "--ca-file", self.authority.path("ca.pem"), stdin="whsec_" + SECRET + "\n")
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn(cause, done.stderr)
        self.assertNotIn("second", self.home.run("account", "list", check=0).stdout)

    def test_the_systems_authorities_do_not_vouch_for_it(self):
        done = self.home.run("account", "add", "second", "--platform", "webhook", "--url", self.server.url,
                             "--allow-private", stdin="whsec_" + SECRET + "\n")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("--ca-file", done.stderr)

    def test_a_ca_file_that_is_gone(self):
        home = Home(BINARY, os.path.join(self.folder.name, "gone"))
        home.configure('[policy]\nratio = "off"\n')
        authority = os.path.join(self.folder.name, "soon-gone.pem")
        os.link(self.authority.path("ca.pem"), authority)
        home.add_webhook("hook", self.server.url, "--ca-file", authority)
        home.run("add", TEXT, check=0)
        home.approve("1")
        os.unlink(authority)
        done = home.run("flush")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("check the account's --ca-file", done.stderr)
        self.assertEqual(self.server.published, [])
        self.assertEqual(home.rows()[0]["state"], "queued")


if __name__ == "__main__":
    unittest.main()
