"""Calls to AT Protocol servers of this machine, as any client makes them."""

import http.client
import json
import time
import urllib.parse


def call(host, port, method, body=None, token=None, **query):
    """The answer to a query, or with a body to a procedure: JSON, or bytes where it is none. AssertionError if not 200."""
    connection = http.client.HTTPConnection(host, port, timeout=60)
    headers = {"authorization": "Bearer " + token} if token else {}
    path = "/xrpc/" + method + ("?" + urllib.parse.urlencode(query, doseq=True) if query else "")
    if body is None:
        connection.request("GET", path, headers=headers)
    else:
        connection.request("POST", path, json.dumps(body), {"content-type": "application/json", **headers})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        raise AssertionError(f"{method}: {answer.status} {content!r}")
    return json.loads(content) if answer.getheader("content-type", "").startswith("application/json") else content


def now(ago=0):
    seconds = time.time() - ago
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1000):03}Z"
