"""What spec_check.py must find wrong, and what it must let pass: for `spec_check.py --self-test`."""

import base64
import copy
import json

from spec_check import FORMATS, Checker, graphemes

AUTHORIZATION = ["Authorization", "Bearer abc"]
JSON = ["Content-Type", "application/json"]
DID = "did:plc:annannannannannannannann"
CID = "bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454"
INSTANCE = "https://fake.example"
PDS = "https://pds.test/xrpc/"


def request(method, url, headers=(), body="", **more):
    body = body if isinstance(body, (str, bytes)) else json.dumps(body)
    held = {"body_base64": base64.b64encode(body).decode()} if isinstance(body, bytes) else {"body": body}
    return {"method": method, "url": url, "headers": [list(pair) for pair in headers], **held, **more}


def status(**fields):
    return request("POST", INSTANCE + "/api/v1/statuses", (AUTHORIZATION, JSON, ["Idempotency-Key", "k"]), fields)


def put(record=None, **fields):
    post = {"$type": "app.bsky.feed.post", "text": "hello", "createdAt": "2026-11-22T20:44:00.000Z", **(record or {})}
    body = {"repo": DID, "collection": "app.bsky.feed.post", "rkey": "3m6abcabcabcd", "record": post, "swapRecord": None, **fields}
    return request("POST", PDS + "com.atproto.repo.putRecord", (AUTHORIZATION, JSON), body)


def gated(gate=None, key="3m6abcabcabcd", collection="app.bsky.feed.threadgate"):
    post = {"$type": "app.bsky.feed.post", "text": "hello", "createdAt": "2026-11-22T20:44:00.000Z"}
    value = {"$type": collection, "post": f"at://{DID}/app.bsky.feed.post/3m6abcabcabcd", "createdAt": "2026-11-22T20:44:00.000Z",
             "allow": [{"$type": "app.bsky.feed.threadgate#mentionRule"}], **(gate or {})}
    create = "com.atproto.repo.applyWrites#create"
    writes = [{"$type": create, "collection": "app.bsky.feed.post", "rkey": "3m6abcabcabcd", "value": post},
              {"$type": create, "collection": collection, "rkey": key, "value": value}]
    return request("POST", PDS + "com.atproto.repo.applyWrites", (AUTHORIZATION, JSON), {"repo": DID, "writes": writes})


def upload(head, content=b"bytes", end=b"--x--\r\n"):
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n' + head + b"\r\n" + content + b"\r\n" + end
    return request("POST", INSTANCE + "/api/v2/media", (AUTHORIZATION, ["Content-Type", 'multipart/form-data; boundary="x"']), body)


def hook(headers=(), **body):
    event = {"type": "postq.post.publish", "timestamp": "2026-11-22T20:44:00Z", "data": {"text": "hello"}, **body}
    held = {"webhook-id": "msg_1", "webhook-timestamp": "1795380240", "webhook-signature": "v1," + base64.b64encode(bytes(32)).decode()}
    return request("POST", "https://example.org/hook", [*({**held, **dict(headers)}).items(), JSON], event)


FACET = {"index": {"byteStart": 0, "byteEnd": 5}, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example"}]}
IMAGE = {"alt": "a cat", "image": {"$type": "blob", "ref": {"$link": CID}, "mimeType": "image/png", "size": 90}, "aspectRatio": {"width": 2, "height": 1}}
IMAGES = {"$type": "app.bsky.embed.images", "images": [IMAGE]}
TOKEN = "grant_type=authorization_code&code=c&client_id=i&client_secret=s&redirect_uri=urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob"
FORM = ["Content-Type", "application/x-www-form-urlencoded"]

RIGHT = [
    status(status="hello", visibility="unlisted", sensitive=False, language="en", spoiler_text="food", in_reply_to_id="1"),
    status(media_ids=["1", "2"], visibility="public"),
    status(status="hello", content_type="text/plain"),
    request("GET", INSTANCE + "/api/v1/accounts/109/statuses?limit=40&exclude_reblogs=true&max_id=7", [AUTHORIZATION]),
    request("GET", INSTANCE + "/api/v2/instance"),
    request("POST", INSTANCE + "/api/v1/apps", [JSON], {"client_name": "postq", "redirect_uris": "http://127.0.0.1:1/callback", "scopes": "read write"}),
    request("POST", INSTANCE + "/oauth/token", [FORM], TOKEN),
    request("POST", INSTANCE + "/oauth/token", [FORM], "grant_type=refresh_token&refresh_token=r&client_id=i&client_secret=s"),
    upload(b"Content-Type: image/png\r\n"),
    put(),
    gated(),
    gated({"allow": []}),
    put({"facets": [FACET], "langs": ["en"], "embed": IMAGES, "reply": {"root": {"uri": f"at://{DID}/app.bsky.feed.post/3m6abcabcabcd", "cid": CID}, "parent": {"uri": f"at://{DID}/app.bsky.feed.post/3m6abcabcabcd", "cid": CID}}}),
    put({"text": "e\u0301" * 300}),
    request("GET", PDS + f"com.atproto.repo.listRecords?repo={DID}&collection=app.bsky.feed.post&limit=100", [AUTHORIZATION]),
    request("POST", PDS + "com.atproto.server.refreshSession", [AUTHORIZATION]),
    request("POST", PDS + "com.atproto.repo.uploadBlob", (AUTHORIZATION, ["Content-Type", "image/png"]), b"\x89PNG\xff"),
    hook(),
    request("GET", "https://a.example/an/article?x=1"),
]

WRONG = [
    # Mastodon: paths, methods, parameters, bodies, types.
    request("GET", INSTANCE + "/api/v1/nothing", [AUTHORIZATION]),
    request("PATCH", INSTANCE + "/api/v1/statuses/1", [AUTHORIZATION]),
    request("GET", INSTANCE + "/api/v1/accounts/109/statuses?limit=forty", [AUTHORIZATION]),
    request("GET", INSTANCE + "/api/v1/accounts/109/statuses?exclude_reblogs=1", [AUTHORIZATION]),
    request("GET", INSTANCE + "/api/v1/accounts/109/statuses?since=7", [AUTHORIZATION]),
    request("GET", INSTANCE + "/api/v1/accounts/109/statuses"),
    request("GET", INSTANCE + "/api/v2/search?type=statuses", [AUTHORIZATION]),
    request("DELETE", INSTANCE + "/api/v1/statuses/1", [AUTHORIZATION], "{}"),
    request("DELETE", INSTANCE + "/api/v1/statuses/1", [AUTHORIZATION, ["Idempotency-Key", "k"]]),
    request("DELETE", INSTANCE + "/api/v1/statuses/1", [["Authorization", "Bearer a b"]]),
    status(visibility="public"),
    status(status="hello", visibility="followers"),
    status(status="hello", sensitive="false"),
    status(status="hello", media_ids="1"),
    status(status="hello", media_ids=[1]),
    status(status="hello", in_reply_to_id=1),
    status(status="hello", markdown=True),
    status(status=None),
    status(status="hello", scheduled_at="tomorrow"),
    request("POST", INSTANCE + "/api/v1/statuses", [AUTHORIZATION], "status=hello"),
    request("POST", INSTANCE + "/api/v1/statuses", [AUTHORIZATION, JSON], "{"),
    request("POST", INSTANCE + "/api/v1/statuses", [AUTHORIZATION, JSON], "[]"),
    request("POST", INSTANCE + "/api/v1/apps", [JSON], {"client_name": "postq"}),
    request("POST", INSTANCE + "/oauth/token", [FORM], TOKEN.replace("code=c&", "")),
    request("POST", INSTANCE + "/oauth/token", [FORM], TOKEN.replace("authorization_code", "password")),
    request("POST", INSTANCE + "/oauth/token", [FORM], "grant_type=refresh_token&client_id=i&client_secret=s"),
    request("POST", INSTANCE + "/oauth/token", [JSON], {"grant_type": "authorization_code"}),
    upload(b""),
    upload(b"Content-Type: image/png\r\n", content=b""),
    upload(b"Content-Type: image/png\r\n", end=b""),
    # Bluesky: methods, parameters, records.
    request("GET", PDS + "com.atproto.repo.nothing", [AUTHORIZATION]),
    request("GET", PDS + "com.atproto.repo.putRecord", [AUTHORIZATION]),
    request("POST", PDS + "com.atproto.server.refreshSession", [AUTHORIZATION, JSON], "{}"),
    request("GET", PDS + f"com.atproto.repo.listRecords?repo={DID}", [AUTHORIZATION]),
    request("GET", PDS + f"com.atproto.repo.listRecords?repo={DID}&collection=posts", [AUTHORIZATION]),
    request("GET", PDS + f"com.atproto.repo.listRecords?repo={DID}&collection=app.bsky.feed.post&limit=101", [AUTHORIZATION]),
    request("GET", PDS + f"com.atproto.repo.listRecords?repo={DID}&collection=app.bsky.feed.post&reverse=yes", [AUTHORIZATION]),
    request("GET", PDS + f"com.atproto.repo.listRecords?repo={DID}&repo={DID}&collection=app.bsky.feed.post", [AUTHORIZATION]),
    request("POST", PDS + "com.atproto.repo.uploadBlob", [AUTHORIZATION], b"\x89PNG"),
    request("POST", PDS + "com.atproto.repo.uploadBlob", [AUTHORIZATION, ["Content-Type", "image/png"]]),
    put(repo="did:plc:"),
    put(rkey="3m6abcabcabc"),
    put(collection="app.bsky.feed.like"),
    put(swapCommit=None),
    put(because="so"),
    put({"text": None}),
    put({"text": "x" * 301}),
    put({"text": "e" + "\u0301" * 1500}),
    put({"createdAt": "2026-11-22 20:44:00"}),
    put({"createdAt": "2026-11-22T20:44:00-00:00"}),
    put({"langs": ["en", "de", "fr", "nl"]}),
    put({"langs": ["English!"]}),
    put({"mood": "good"}),
    put({"facets": [{**FACET, "index": {"byteStart": 0, "byteEnd": 6}}]}),
    put({"facets": [{**FACET, "index": {"byteStart": -1, "byteEnd": 5}}]}),
    put({"facets": [{**FACET, "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "a.example"}]}]}),
    put({"facets": [{**FACET, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "ann.test"}]}]}),
    put({"facets": [{**FACET, "features": [{"$type": "app.bsky.richtext.facet#shout"}]}]}),
    put({"embed": {"images": [IMAGE]}}),
    put({"embed": {**IMAGES, "$type": "app.bsky.embed.images#main"}}),
    put({"embed": {**IMAGES, "images": [IMAGE] * 5}}),
    put({"embed": {**IMAGES, "images": [{**IMAGE, "aspectRatio": {"width": 0, "height": 1}}]}}),
    put({"embed": {**IMAGES, "images": [{**IMAGE, "image": {**IMAGE["image"], "mimeType": "text/plain"}}]}}),
    put({"embed": {**IMAGES, "images": [{**IMAGE, "image": {**IMAGE["image"], "size": 2_000_001}}]}}),
    put({"embed": {**IMAGES, "images": [{**IMAGE, "image": {"cid": CID, "mimeType": "image/png"}}]}}),
    put({"reply": {"root": {"uri": "https://bsky.app/profile/a/post/b", "cid": CID}}}),
    gated({"allow": [{"$type": "app.bsky.feed.threadgate#friendRule"}]}),
    gated({"allow": [{"$type": "app.bsky.feed.threadgate#mentionRule"}] * 6}),
    gated({"createdAt": "now"}),
    gated({"post": f"at://{DID}/app.bsky.feed.post/3m6abcabcabce"}),
    gated(key="3m6abcabcabce"),
    gated({"$type": "app.bsky.feed.postgate"}),
    gated({"allow": None}),
    gated(collection="app.bsky.feed.postgate"),
    # Webhooks and pages.
    hook(headers={"webhook-timestamp": "yesterday"}),
    hook(headers={"webhook-signature": "v1,AAAA"}),
    hook(headers={"webhook-signature": "v2," + base64.b64encode(bytes(32)).decode()}),
    hook(timestamp="now"),
    hook(type="Publish!"),
    hook(data=None),
    request("GET", "https://a.example/an/article", [AUTHORIZATION]),
    request("POST", "https://a.example/an/article"),
]


def run(folder):
    failures = []

    def expect(condition, words):
        if not condition:
            failures.append(words)

    every = Checker(folder)
    for right in RIGHT:
        problem = every.wrong_with(json.dumps(right))
        expect(not problem, f"wrongly refused: {problem}")
        marked = {**copy.deepcopy(right), "wrong_on_purpose": "it is not"}
        expect(every.wrong_with(json.dumps(marked)), f"a mark that is wrong itself passes: {right['url']}")
    for wrong in WRONG:
        expect(every.wrong_with(json.dumps(wrong)), f"passes: {json.dumps(wrong)[:300]}")
        marked = {**wrong, "wrong_on_purpose": "this test"}
        expect(not every.wrong_with(json.dumps(marked)), f"a marked request is refused: {wrong['url']}")

    # An endpoint outside of what is asked for at registration is found at the end.
    checker = Checker(folder)
    narrow = request("POST", INSTANCE + "/api/v1/apps", [JSON], {"client_name": "postq", "redirect_uris": "a:b", "scopes": "read"})
    checker.wrong_with(json.dumps(narrow))
    checker.wrong_with(json.dumps(status(status="hello")))
    try:
        checker.mastodon.finish()
        failures.append("a scope that was never asked for passes")
    except Exception:  # noqa: BLE001
        pass

    # The interoperability vectors of the AT Protocol.
    vectors = folder / "bluesky" / "interop-test-files" / "syntax"
    for name, kind in (("aturi", "at-uri"), ("datetime", "datetime"), ("did", "did"), ("handle", "handle"), ("recordkey", "record-key"), ("tid", "tid")):
        for valid in (True, False):
            path = vectors / f"{name}_syntax_{'valid' if valid else 'invalid'}.txt"
            for line in path.read_text(encoding="utf-8").splitlines():
                if line and not line.startswith("#"):
                    expect(bool(FORMATS[kind](line)) == valid, f"{kind}: '{line}' is {'in' * (not valid)}valid")
    for text, count in (("abc", 3), ("e\u0301", 1), ("👩‍👩‍👧", 1), ("🇩🇪🇫🇷", 2), ("👍🏽!", 2), ("", 0)):
        expect(graphemes(text) == count, f"'{text}' has {graphemes(text)} graphemes, not {count}")

    print("\n".join(failures) or f"{len(RIGHT)} right and {len(WRONG)} wrong requests told apart")
    return 1 if failures else 0
