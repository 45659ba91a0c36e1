#!/usr/bin/env python3
"""Holds the requests that tests made against the platforms' published specifications: Mastodon's OpenAPI file, the
lexicons of the AT Protocol, and the headers of Standard Webhooks.

    spec_check.py REQUESTS [--specs FOLDER] [--expect mastodon,bluesky,webhook]
    spec_check.py --self-test [--specs FOLDER]

REQUESTS has one JSON object a line, as request_log.h writes them. Exit 0: all of them are right; 1: some aren't, each
said on a line of its own; 77: skipped, since the folder of specifications isn't there.

The specifications are stricter here than a server is: a field or parameter that they don't know is wrong. What differs
from them on purpose is named in DIFFERENCES.
"""

import argparse
import base64
import binascii
import collections
import json
import os
import pathlib
import re
import sys
import unicodedata
import urllib.parse

SKIPPED = 77


class Wrong(Exception):
    """What is wrong with a request."""


def require(condition, message):
    if not condition:
        raise Wrong(message)


class Request:
    def __init__(self, line):
        value = json.loads(line)
        self.method = value["method"]
        self.url = urllib.parse.urlsplit(value["url"])
        self.path = urllib.parse.unquote(self.url.path)
        self.headers = {name.lower(): text for name, text in value["headers"]}
        self.body = base64.b64decode(value["body_base64"]) if "body_base64" in value else value["body"].encode()
        self.on_purpose = value.get("wrong_on_purpose", "")
        # A value behind every name, or it wouldn't be a query.
        self.query = urllib.parse.parse_qsl(self.url.query, keep_blank_values=True, strict_parsing=bool(self.url.query))

    def mime(self):
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self):
        require(self.mime() == "application/json", f"the body is '{self.mime()}', not application/json")
        try:
            return json.loads(self.body)
        except ValueError as problem:
            raise Wrong(f"the body is no JSON: {problem}") from None

    def kind(self):
        if self.path.startswith("/xrpc/"):
            return "bluesky"
        if "webhook-id" in self.headers:
            return "webhook"
        if self.path.startswith(("/api/", "/oauth/")) or self.path == "/.well-known/oauth-authorization-server":
            return "mastodon"
        return "page"


def bearer(request):
    header = request.headers.get("authorization")
    require(header is None or re.fullmatch(r"Bearer [!-~]+", header), "Authorization is no Bearer token")
    return header is not None


# --- pages, for link cards and identities


def check_page(request):
    """Strangers' servers: they are read, and learn nothing."""
    require(request.method == "GET", "pages are only read")
    require("authorization" not in request.headers and "cookie" not in request.headers, "a secret goes to a stranger")
    require(not request.body, "a page is asked for with a body")


# --- Standard Webhooks


def check_webhook(request):
    require(request.method == "POST", "a webhook is posted")
    require(re.fullmatch(r"[!-~]+", request.headers["webhook-id"]), "webhook-id holds spaces or is empty")
    require(re.fullmatch(r"[1-9][0-9]{8,}", request.headers.get("webhook-timestamp", "")), "webhook-timestamp is no Unix time")
    signatures = request.headers.get("webhook-signature", "").split(" ")
    for signature in signatures:
        version, _, text = signature.partition(",")
        require(version == "v1", f"webhook-signature has version '{version}'")
        try:
            require(len(base64.b64decode(text, validate=True)) == 32, "webhook-signature is no SHA-256")
        except binascii.Error:
            raise Wrong("webhook-signature is no base64") from None
    event = request.json()
    require(isinstance(event, dict) and isinstance(event.get("type"), str), "an event has a type")
    require(re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", event["type"]), f"'{event['type']}' is no type of an event")
    require(is_datetime(event.get("timestamp")), "an event has a timestamp")
    require(isinstance(event.get("data"), dict), "an event has data")


# --- Mastodon: OpenAPI 3.1

STRING = {"type": "string"}
DIFFERENCES = {
    # (method, path): (schema of the body, content types), with the reason.
    # redirect_uris is one string before Mastodon 4.3, and newer servers still take one (docs: "String or Array").
    ("POST", "/api/v1/apps"): ({"redirect_uris": STRING}, ["application/json"]),
    # GoToSocial: the kind of text, since accounts may write Markdown by default. Mastodon passes it over.
    ("POST", "/api/v1/statuses"): ({"content_type": STRING}, ["application/json"]),
    # RFC 6749 has forms, and refresh tokens, which Pixelfed gives.
    ("POST", "/oauth/token"): ({"refresh_token": STRING}, ["application/x-www-form-urlencoded"]),
}
# The documentation of verify_credentials names the newer and narrower scope; servers take either, and those before 4.3
# know only this one.
WIDER_SCOPES = {"profile": "read:accounts"}


class OpenApi:
    def __init__(self, folder):
        with open(folder / "mastodon" / "openapi.schema.json", encoding="utf-8") as file:
            self.spec = json.load(file)
        self.paths = []
        for template, operations in self.spec["paths"].items():
            pattern = re.sub(r"\\\{[^}]*\\\}", "([^/]+)", re.escape(template))
            self.paths.append((template.count("{"), re.compile(pattern), template, operations))
        self.paths.sort(key=lambda entry: entry[0])  # a literal path goes before a template
        self.registered = []  # scopes, one set for each app
        self.needed = {}  # scope -> where

    def operation(self, request):
        known = ""
        for _, pattern, template, operations in self.paths:
            if not pattern.fullmatch(request.url.path):  # as it was sent: an id may hold a slash
                continue
            if request.method.lower() in operations:
                return template, operations[request.method.lower()]
            known = template
        raise Wrong(f"{known} takes no {request.method}" if known else "there is no such path")

    def resolve(self, schema):
        while "$ref" in schema:
            target = self.spec
            for name in schema["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            schema = target
        return schema

    def properties(self, schema):
        """All properties and the required ones of an object, those of allOf together."""
        schema = self.resolve(schema)
        known, needed = dict(schema.get("properties", {})), set(schema.get("required", []))
        for part in schema.get("allOf", []):
            more, required = self.properties(part)
            known.update(more)
            needed |= required
        return known, needed

    def check(self, request):
        template, operation = self.operation(request)
        known = {}
        for parameter in operation.get("parameters", []):
            known[(parameter["in"], parameter["name"].lower().removesuffix("[]"))] = parameter
        given = set()
        for name, text in request.query:
            key = ("query", name.removesuffix("[]"))
            require(key in known, f"{template} has no parameter '{name}'")
            given.add(key)
            self.check_word(text, known[key].get("schema", {}), name)
        for (place, name), parameter in known.items():
            if place == "header" and name in request.headers:
                require(request.headers[name], f"{name} is empty")
            if place == "query" and parameter.get("required"):
                require((place, name) in given, f"{template} lacks '{name}'")
        if "idempotency-key" in request.headers:
            require(("header", "idempotency-key") in known, f"{template} takes no Idempotency-Key")
        self.check_sign_in(request, template, operation)
        self.check_body(request, template, operation)

    def check_sign_in(self, request, template, operation):
        signed = bearer(request)
        security = operation.get("security")
        require(signed or not security, f"{template} wants a token")
        for scheme in security or []:
            for scopes in scheme.values():
                for scope in scopes:
                    self.needed.setdefault(scope, f"{request.method} {template}")

    def check_body(self, request, template, operation):
        body = operation.get("requestBody")
        if body is None:
            require(not request.body, f"{template} takes no body")
            return
        if not request.body:
            require(not body.get("required"), f"{template} wants a body")
            return
        content = body["content"]
        extra, types = DIFFERENCES.get((request.method, template), ({}, list(content)))
        require(request.mime() in types, f"{template} takes {types}, not '{request.mime()}'")
        schema = self.resolve(next(iter(content.values()))["schema"])
        fields, strict = self.fields(request)
        choices = schema.get("oneOf", [schema])
        problems = []
        for choice in choices:
            try:
                self.check_fields(fields, strict, choice, extra, request)
                break
            except Wrong as problem:
                problems.append(str(problem))
        else:
            raise Wrong("; or ".join(dict.fromkeys(problems)))
        if template == "/api/v1/apps":
            self.registered.append(set(fields.get("scopes", "read").split()))

    def fields(self, request):
        """The fields of a body; whether they have types, or are all words."""
        if request.mime() == "application/json":
            value = request.json()
            require(isinstance(value, dict), "the body is no object")
            return value, True
        if request.mime() == "application/x-www-form-urlencoded":
            pairs = urllib.parse.parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True)
            require(len(dict(pairs)) == len(pairs), "a field stands twice in the form")
            return dict(pairs), False
        return self.parts(request), False

    @staticmethod
    def parts(request):
        match = re.search(r'boundary="?([^";]+)"?', request.headers["content-type"])
        require(match, "multipart without a boundary")
        boundary = b"--" + match.group(1).encode()
        pieces = request.body.split(boundary)
        require(len(pieces) > 2 and pieces[-1].strip() == b"--" and pieces[0] == b"", "the multipart body has no end")
        fields = {}
        for piece in pieces[1:-1]:
            head, gap, content = piece.partition(b"\r\n\r\n")
            require(gap and piece.startswith(b"\r\n") and content.endswith(b"\r\n"), "a part without its empty line")
            name = re.search(rb'name="([^"]*)"', head)
            require(name, "a part without a name")
            field = name.group(1).decode()
            if b"filename=" in head:
                require(re.search(rb"content-type: *[a-z]+/[a-z0-9.+-]+", head, re.I), f"the part '{field}' has no type")
                fields[field] = "(a file)"
                require(len(content) > 2, f"the part '{field}' is empty")
            else:
                fields[field] = content[:-2].decode()
        return fields

    def check_fields(self, fields, strict, schema, extra, request):
        known, needed = self.properties(schema)
        known = {**known, **extra}
        if fields.get("grant_type") == "refresh_token":
            needed = {"grant_type", "refresh_token", "client_id", "client_secret"}
        for name in sorted(needed):
            require(name in fields, f"'{name}' is missing")
        for name, value in fields.items():
            require(name in known, f"there is no field '{name}'")
            if strict:
                self.check_value(value, known[name], name)
            else:
                self.check_word(value, known[name], name)
        if "poll" in fields:
            require("media_ids" not in fields, "a poll goes with no media")
        if request.path == "/oauth/token" and fields.get("grant_type") != "refresh_token":
            require(fields["grant_type"] == "authorization_code", f"grant_type is '{fields['grant_type']}'")

    def check_value(self, value, schema, where):
        schema = self.resolve(schema)
        kind = schema.get("type")
        names = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "number": (int, float)}
        if kind in names:
            right = isinstance(value, names[kind]) and (kind == "boolean" or not isinstance(value, bool))
            require(right, f"'{where}' is {json.dumps(value)}, not of type {kind}")
        if "enum" in schema:
            require(value in schema["enum"], f"'{where}' is '{value}', none of {schema['enum']}")
        if schema.get("format") == "date-time":
            require(is_datetime(value), f"'{where}' is no time")
        if kind == "array":
            for entry in value:
                self.check_value(entry, schema.get("items", {}), where + "[]")
        if kind == "object":
            for name, entry in value.items():
                require(name in schema.get("properties", {}), f"there is no field '{where}.{name}'")
                self.check_value(entry, schema["properties"][name], f"{where}.{name}")

    def check_word(self, text, schema, where):
        """A value in a query or form: a word for a boolean or a number."""
        schema = self.resolve(schema)
        kind = schema.get("type")
        if kind == "array":
            schema = self.resolve(schema.get("items", {}))
            kind = schema.get("type")
        if kind == "integer":
            require(re.fullmatch(r"-?[0-9]+", text), f"'{where}' is '{text}', no number")
        if kind == "boolean":
            require(text in ("true", "false"), f"'{where}' is '{text}', neither true nor false")
        if "enum" in schema:
            require(text in schema["enum"], f"'{where}' is '{text}', none of {schema['enum']}")

    def finish(self):
        """Every endpoint that was called is within what postq asks for when it registers."""
        for scopes in self.registered:
            for scope, where in self.needed.items():
                enough = [scope, WIDER_SCOPES.get(scope, scope)]
                require(any(one in scopes or one.partition(":")[0] in scopes for one in enough), f"{where} needs the scope {scope}, which isn't asked for")


# --- the AT Protocol: lexicons

SEGMENT = r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
HANDLE = re.compile(rf"({SEGMENT}\.)+[a-zA-Z]([a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?")
DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]")
NSID = re.compile(rf"[a-zA-Z]([a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?(\.{SEGMENT})+\.[a-zA-Z][a-zA-Z0-9]{{0,62}}")
RECORD_KEY = re.compile(r"[a-zA-Z0-9._:~-]{1,512}")
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
CID = re.compile(r"b[a-z2-7]{20,}|Qm[1-9A-HJ-NP-Za-km-z]{44}|z[1-9A-HJ-NP-Za-km-z]{20,}")
DATETIME = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)"
                      r"(\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])")
LANGUAGE = re.compile(r"i|[a-z]{2,3}(-[a-zA-Z0-9]{1,8})*|i(-[a-zA-Z0-9]{1,8})+|x(-[a-zA-Z0-9]{1,8})+")
AT_URI = re.compile(r"at://(?P<who>[^/#?]+)(/(?P<collection>[^/#?]+)(/(?P<key>[^/#?]+))?)?")


def is_datetime(text):
    return (isinstance(text, str) and len(text) <= 64 and DATETIME.fullmatch(text) is not None and
            not text.endswith("-00:00") and not text.startswith("000"))


def is_did(text):
    return len(text) <= 2048 and DID.fullmatch(text) is not None


def is_handle(text):
    return len(text) <= 253 and HANDLE.fullmatch(text) is not None


def is_nsid(text):
    return len(text) <= 317 and NSID.fullmatch(text) is not None


def is_record_key(text):
    return RECORD_KEY.fullmatch(text) is not None and text not in (".", "..")


def is_at_uri(text):
    found = AT_URI.fullmatch(text)
    return (found is not None and len(text) <= 8192 and text.isascii() and (is_did(found["who"]) or is_handle(found["who"])) and
            (found["collection"] is None or is_nsid(found["collection"])) and (found["key"] is None or is_record_key(found["key"])))


FORMATS = {
    "at-identifier": lambda text: is_did(text) or is_handle(text),
    "at-uri": is_at_uri,
    "cid": lambda text: CID.fullmatch(text) is not None,
    "datetime": is_datetime,
    "did": is_did,
    "handle": is_handle,
    "language": lambda text: LANGUAGE.fullmatch(text) is not None,
    "nsid": is_nsid,
    "record-key": is_record_key,
    "tid": lambda text: TID.fullmatch(text) is not None,
    "uri": lambda text: re.fullmatch(r"[a-z][a-z0-9.+-]*:\S{1,8190}", text, re.I) is not None,
}


def graphemes(text):
    """Letters as people count them, near enough for a limit: what joins the one before it isn't counted."""
    count, joined, flag = 0, False, False
    for letter in text:
        code = ord(letter)
        extends = unicodedata.category(letter) in ("Mn", "Me", "Mc") or code in (0x200C, 0x200D) or 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F
        regional = 0x1F1E6 <= code <= 0x1F1FF
        second_flag = regional and flag
        if not (extends or joined or second_flag):
            count += 1
        flag = regional and not second_flag
        joined = code == 0x200D
    return count


class Lexicons:
    def __init__(self, folder):
        self.documents = {}
        for path in (folder / "bluesky" / "lexicons").rglob("*.json"):
            with open(path, encoding="utf-8") as file:
                document = json.load(file)
            self.documents[document["id"]] = document["defs"]

    def definition(self, ref, home):
        """The definition that a ref means, and the document it stands in."""
        nsid, _, name = ref.partition("#")
        nsid = nsid or home
        require(nsid in self.documents, f"there is no lexicon {nsid}")
        definitions = self.documents[nsid]
        require((name or "main") in definitions, f"there is no {ref} in {nsid}")
        return definitions[name or "main"], nsid

    def check(self, request):
        nsid = request.path.removeprefix("/xrpc/")
        method, _ = self.definition(nsid, nsid)
        wanted = {"query": "GET", "procedure": "POST"}.get(method["type"])
        require(request.method == wanted, f"{nsid} is a {method['type']}, not for {request.method}")
        bearer(request)
        self.check_query(request, nsid, method.get("parameters", {}))
        if method["type"] == "query" or "input" not in method:
            require(not request.body, f"{nsid} takes no body")
            return
        encoding = method["input"]["encoding"]
        if encoding != "application/json":
            require(request.body, f"{nsid} wants a body")
            require(re.fullmatch(r"[a-z]+/[a-z0-9.+-]+", request.mime()), f"'{request.mime()}' is no media type")
            return
        body = request.json()
        self.check_value(body, method["input"]["schema"], nsid, "the body")
        if nsid in ("com.atproto.repo.putRecord", "com.atproto.repo.createRecord"):
            self.check_record(body)
        if nsid == "com.atproto.repo.applyWrites":
            for write in body["writes"]:
                if "value" in write:
                    self.check_record({**write, "record": write["value"]})
                    self.check_gate(write, body["repo"])

    @staticmethod
    def check_gate(write, repo):
        """A gate has the key of its post, says its lexicon in words."""
        if write["collection"] in ("app.bsky.feed.threadgate", "app.bsky.feed.postgate"):
            post = f"at://{repo}/app.bsky.feed.post/{write['rkey']}"
            require(write["value"]["post"] == post, f"a gate with the key of {post} is for {write['value']['post']}")

    def check_query(self, request, nsid, parameters):
        known = parameters.get("properties", {})
        given = collections.defaultdict(list)
        for name, text in request.query:
            require(name in known, f"{nsid} has no parameter '{name}'")
            given[name].append(text)
        for name in parameters.get("required", []):
            require(name in given, f"{nsid} lacks '{name}'")
        for name, texts in given.items():
            schema = known[name]
            require(schema["type"] == "array" or len(texts) == 1, f"'{name}' stands twice")
            schema = schema["items"] if schema["type"] == "array" else schema
            for text in texts:
                value = text
                if schema["type"] == "integer":
                    require(re.fullmatch(r"-?[0-9]+", text), f"'{name}' is '{text}', no number")
                    value = int(text)
                elif schema["type"] == "boolean":
                    require(text in ("true", "false"), f"'{name}' is '{text}', neither true nor false")
                    value = text == "true"
                self.check_value(value, schema, nsid, name)

    def check_record(self, body):
        record = body["record"]
        kind = record.get("$type") if isinstance(record, dict) else None
        require(kind == body["collection"], f"a record of type {kind} goes into {body['collection']}")
        definition, home = self.definition(kind, kind)
        require(definition["type"] == "record", f"{kind} is no record")
        if definition.get("key") == "tid" and "rkey" in body:
            require(FORMATS["tid"](body["rkey"]), f"the key '{body['rkey']}' is no TID")
        self.check_value(record, definition["record"], home, "record")
        # Not in the lexicon's schema but in its words: offsets are bytes of the text.
        size = len(record.get("text", "").encode())
        for facet in record.get("facets", []):
            start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
            require(start < end <= size, f"a facet from {start} to {end} in {size} bytes")

    def check_value(self, value, schema, home, where):
        kind = schema["type"]
        if kind == "ref":
            definition, home = self.definition(schema["ref"], home)
            self.check_value(value, definition, home, where)
        elif kind == "union":
            self.check_union(value, schema, home, where)
        elif kind in ("object", "record"):
            self.check_object(value, schema.get("record", schema), home, where)
        elif kind == "array":
            require(isinstance(value, list), f"{where} is no list")
            require(schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)), f"{where} has {len(value)} elements")
            for i, entry in enumerate(value):
                self.check_value(entry, schema["items"], home, f"{where}[{i}]")
        elif kind == "string":
            self.check_string(value, schema, where)
        elif kind == "integer":
            require(isinstance(value, int) and not isinstance(value, bool), f"{where} is no integer")
            require(schema.get("minimum", value) <= value <= schema.get("maximum", value), f"{where} is {value}")
            require(value in schema.get("enum", [value]), f"{where} is {value}")
        elif kind == "boolean":
            require(isinstance(value, bool) and value == schema.get("const", value), f"{where} is {json.dumps(value)}")
        elif kind == "blob":
            self.check_blob(value, schema, where)
        elif kind == "unknown":
            require(isinstance(value, dict), f"{where} is no object")
        else:
            raise Wrong(f"{where}: this program doesn't know the type {kind}")

    def check_object(self, value, schema, home, where):
        require(isinstance(value, dict), f"{where} is no object")
        known, nullable = schema.get("properties", {}), schema.get("nullable", [])
        for name in schema.get("required", []):
            require(name in value, f"{where} lacks '{name}'")
        for name, entry in value.items():
            if name == "$type" and name not in known:
                continue
            require(name in known, f"{where} has no field '{name}'")
            if entry is None:
                require(name in nullable, f"{where}.{name} is null")
            else:
                self.check_value(entry, known[name], home, f"{where}.{name}")

    def check_union(self, value, schema, home, where):
        require(isinstance(value, dict) and isinstance(value.get("$type"), str), f"{where} lacks its $type")
        kind = value["$type"]
        require(not kind.endswith("#main"), f"{where}: '{kind}' is written without #main")
        refs = {(home + ref if ref.startswith("#") else ref).removesuffix("#main") for ref in schema["refs"]}
        require(kind in refs, f"{where} is of type {kind}, none of {sorted(refs)}")
        definition, home = self.definition(kind, home)
        self.check_value(value, definition, home, where)

    @staticmethod
    def check_string(value, schema, where):
        require(isinstance(value, str), f"{where} is no string")
        size = len(value.encode())
        require(schema.get("minLength", 0) <= size <= schema.get("maxLength", size), f"{where} has {size} bytes")
        if "maxGraphemes" in schema:
            require(graphemes(value) <= schema["maxGraphemes"], f"{where} has {graphemes(value)} graphemes")
        if "enum" in schema:
            require(value in schema["enum"], f"{where} is '{value}'")
        if "format" in schema:
            require(FORMATS[schema["format"]](value), f"{where} is '{value}', no {schema['format']}")

    @staticmethod
    def check_blob(value, schema, where):
        require(isinstance(value, dict) and value.get("$type") == "blob", f"{where} is no blob")
        require(set(value) == {"$type", "ref", "mimeType", "size"}, f"{where} has the fields {sorted(value)}")
        link = value["ref"].get("$link") if isinstance(value["ref"], dict) else None
        require(isinstance(link, str) and FORMATS["cid"](link), f"{where} links to nothing")
        accepted = schema.get("accept", ["*/*"])
        fits = any(value["mimeType"] == one or (one.endswith("/*") and value["mimeType"].startswith(one[:-1])) or one == "*/*" for one in accepted)
        require(fits, f"{where} is {value['mimeType']}, none of {accepted}")
        size = value["size"]
        require(isinstance(size, int) and 0 < size <= schema.get("maxSize", size), f"{where} has {size} bytes")


# --- all of them


class Checker:
    def __init__(self, folder):
        self.mastodon = OpenApi(folder)
        checks = {"mastodon": self.mastodon.check, "bluesky": Lexicons(folder).check, "webhook": check_webhook, "page": check_page}
        self.checks = checks
        self.counts = collections.Counter()

    def wrong_with(self, line):
        """What is wrong with a request; empty when it is right, or wrong as its test says."""
        request = Request(line)
        kind = request.kind()
        self.counts[kind] += 1
        try:
            self.checks[kind](request)
        except Wrong as problem:
            self.counts["wrong on purpose"] += bool(request.on_purpose)
            return "" if request.on_purpose else f"{kind}: {request.method} {request.path}: {problem}"
        return f"{request.method} {request.path}: said to be wrong ({request.on_purpose}), and isn't" if request.on_purpose else ""


def check_file(path, folder, expected):
    checker = Checker(folder)
    problems = collections.Counter()
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            problem = checker.wrong_with(line)
            if problem and not problems[problem]:
                print(f"line {number}: {problem}")
            problems[problem] += bool(problem)
    try:
        checker.mastodon.finish()
    except Wrong as problem:
        print(problem)
        problems[str(problem)] += 1
    for kind in expected:
        if not checker.counts[kind]:
            print(f"no request for {kind} at all: the tests didn't run, or write nothing down")
            problems[kind] += 1
    print("checked: " + ", ".join(f"{count} {kind}" for kind, count in sorted(checker.counts.items())))
    return 1 if sum(problems.values()) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("requests", nargs="?")
    beside = pathlib.Path(__file__).resolve().parents[2].parent / "shared" / "specs"
    parser.add_argument("--specs", default=os.environ.get("POSTQ_SPECS", beside), type=pathlib.Path)
    parser.add_argument("--expect", default="", help="kinds that must be among the requests")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if not (options.specs / "mastodon").is_dir() or not (options.specs / "bluesky").is_dir():
        print(f"skipped: no specifications in {options.specs} (POSTQ_SPECS names their folder)")
        return SKIPPED
    if options.self_test:
        sys.dont_write_bytecode = True
        import spec_check_test

        return spec_check_test.run(options.specs)
    return check_file(options.requests, options.specs, [kind for kind in options.expect.split(",") if kind])


if __name__ == "__main__":
    sys.exit(main())
