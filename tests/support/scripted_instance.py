"""A Mastodon instance on 127.0.0.1 with one account, anna, to whom other people talk: as much of the API as a program needs
that reads, answers and looks whether its answer arrived."""

import json
import time
import urllib.parse

from json_server import JsonHandler, JsonServer

TOKEN = "token-of-anna"


def stamp(seconds_ago):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - seconds_ago))


class Instance(JsonServer):
    def __init__(self):
        self.statuses = {}  # id -> status as the API tells it
        self.notifications = []
        self.posted = []  # texts that arrived
        self.loses_answers = False
        self.hides_posts = False  # its list of own posts can't be read
        self.next_id = 1000
        instance = self

        class Handler(JsonHandler):
            def do_GET(self):
                path, _, query = self.path.partition("?")
                status, value = instance.read(path, urllib.parse.parse_qs(query))
                self.answer(status, value)

            def do_DELETE(self):
                number = self.path.rsplit("/", 1)[-1]
                known = number in instance.statuses
                if known:
                    instance.remove(number)
                self.answer(200 if known else 404, {"id": number} if known else {"error": "Record not found"})

            def do_POST(self):
                text = self.body()
                if len(text) < int(self.headers.get("content-length", 0)):
                    self.close_connection = True  # the client died in the middle: nothing has arrived
                    return None
                body = json.loads(text or b"{}")
                if self.path != "/api/v1/statuses":
                    return self.answer(404, {"error": "Record not found"})
                made = instance.add("109", "anna", body["status"], 0, body.get("in_reply_to_id"))
                made["visibility"] = body.get("visibility", "public")
                made["application"] = {"name": "postq"}
                instance.posted.append(body["status"])
                if instance.loses_answers:
                    self.close_connection = True
                    return None
                return self.answer(200, made)

        self.listen(Handler)

    def add(self, author, acct, text, seconds_ago, reply_to=None):
        self.next_id += 1
        number = str(self.next_id)
        parent = self.statuses.get(reply_to)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
        self.statuses[number] = {
            "id": number, "created_at": stamp(seconds_ago), "content": f"<p>{escaped}</p>", "visibility": "public",
            "url": f"{self.url}/@{acct}/{number}", "uri": f"{self.url}/@{acct}/{number}", "spoiler_text": "",
            "language": "en", "in_reply_to_id": reply_to, "in_reply_to_account_id": parent and parent["account"]["id"],
            "account": {"id": author, "acct": acct, "username": acct, "display_name": acct.title(), "bot": False},
            "media_attachments": [], "application": {"name": "Web"}, "favourites_count": 0, "replies_count": 0,
            "reblogs_count": 0}
        return self.statuses[number]

    def say(self, acct, text, seconds_ago, reply_to=None):
        """Somebody says something to anna; its id."""
        made = self.add(str(sum(acct.encode())), acct, text, seconds_ago, reply_to)
        self.notifications.insert(0, {"id": made["id"], "type": "mention", "created_at": made["created_at"],
                                      "account": made["account"], "status": made})
        return made["id"]

    def remove(self, number):
        del self.statuses[number]
        self.notifications = [each for each in self.notifications if each["id"] != number]

    def read(self, path, query):
        gone = (404, {"error": "Record not found"})
        parts = path.strip("/").split("/")
        if path in ("/api/v1/instance", "/api/v2/instance"):
            return 200, {"version": "4.5.2", "configuration": {"statuses": {"max_characters": 500, "max_media_attachments": 4}}}
        if path == "/api/v1/accounts/verify_credentials":
            return 200, {"id": "109", "username": "anna", "acct": "anna"}
        if path == "/api/v1/apps/verify_credentials":
            return 200, {"name": "postq", "scopes": ["read", "write"]}
        if path == "/api/v1/accounts/109/statuses" and self.hides_posts:
            return 500, {"error": "Internal Server Error"}
        if path == "/api/v1/accounts/109/statuses":
            return 200, [] if "max_id" in query else self.newest(lambda s: s["account"]["id"] == "109", query)
        if path == "/api/v1/accounts/relationships":
            return 200, []
        if path == "/api/v1/notifications":
            since = int(query.get("since_id", ["0"])[0])
            return 200, [] if "max_id" in query else [n for n in self.notifications if int(n["id"]) > since]
        if path == "/api/v2/search":
            wanted = query["q"][0]
            return 200, {"statuses": [s for s in self.statuses.values() if s["url"] == wanted]}
        if path == "/api/v1/statuses":
            ids = query.get("id[]", [])
            return 200, [self.statuses[i] for i in ids if i in self.statuses]
        if len(parts) >= 4 and parts[:3] == ["api", "v1", "statuses"]:
            status = self.statuses.get(parts[3])
            if status is None:
                return gone
            if len(parts) == 4:
                return 200, status
            if parts[4] == "context":
                return 200, {"ancestors": self.ancestors(status), "descendants": self.descendants(status["id"])}
        return gone

    def newest(self, wanted, query):
        since = int(query.get("since_id", ["0"])[0])
        found = [s for s in self.statuses.values() if wanted(s) and int(s["id"]) > since]
        return sorted(found, key=lambda s: int(s["id"]), reverse=True)

    def ancestors(self, status):
        parent = self.statuses.get(status["in_reply_to_id"])
        return self.ancestors(parent) + [parent] if parent else []

    def descendants(self, number):
        found = []
        for status in self.statuses.values():
            if status["in_reply_to_id"] == number:
                found += [status] + self.descendants(status["id"])
        return found
