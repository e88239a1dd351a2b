"""A request to AWS, and an answer."""

import io
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qs, unquote

from moto.iam.models import get_account_id_from
from moto.utilities.utils import get_partition

SIGNATURE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")


@dataclass
class Answer:
    """What the caller gets: the body is bytes."""

    status: int
    body: bytes
    headers: list = field(default_factory=list)

    @property
    def good(self):
        return self.status < 300

    @property
    def json(self):
        return json.loads(self.body)

    def with_json(self, value):
        """The answer with another body; its headers stay, as they say of the format."""
        return Answer(self.status, json.dumps(value).encode(), self.headers)


def reply(value, status=200):
    return Answer(status, json.dumps(value).encode(), [("Content-Type", "application/json")])


def xml(text):
    return Answer(200, b'<?xml version="1.0" encoding="UTF-8"?>' + text.encode(), [("Content-Type", "application/xml")])


class Request:
    """A signed request: who asks which service in which region for what."""

    def __init__(self, environ, moto):
        self.environ, self._moto = environ, moto
        raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ.get("PATH_INFO", "/")
        if raw.startswith("http"):  # by way of a proxy, which is this server
            raw = "/" + raw.split("/", 3)[3]
        self.uri, _, query = raw.partition("?")
        self.path = [unquote(part) for part in self.uri.strip("/").split("/")]
        self.query = parse_qs(query, keep_blank_values=True)
        signature = SIGNATURE.search(environ.get("HTTP_AUTHORIZATION", ""))
        self.key, self.region, self.service = signature.groups() if signature else ("", "", "")

    @cached_property
    def body(self):
        length = int(self.environ.get("CONTENT_LENGTH") or 0)
        return self.environ["wsgi.input"].read(length) if length else b""

    @property
    def method(self):
        return self.environ["REQUEST_METHOD"]

    @cached_property
    def account(self):
        return get_account_id_from(self.key)

    @property
    def partition(self):
        return get_partition(self.region)

    @cached_property
    def json(self):
        """The body of a JSON protocol."""
        return json.loads(self.body or b"{}")

    @cached_property
    def form(self):
        """The body of the query protocol: EC2, IAM, STS, Auto Scaling."""
        return {name: values[0] for name, values in parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True).items()}

    @property
    def target(self):
        """The operation, where a header or the form has it."""
        return self.environ.get("HTTP_X_AMZ_TARGET", "").split(".")[-1] or self.form.get("Action", "")

    def parameter(self, name):
        """A parameter of the query string."""
        return self.query.get(name, [None])[0]

    def parameters(self, name):
        return self.query.get(name, [])

    def backend(self, backends):
        """moto's memory of a service, for the request's account and region."""
        return backends[self.account][self.region]

    def arn(self, *parts):
        """An ARN in the request's account and region: the resource's parts are joined by slashes."""
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:" + "/".join(parts)

    def moto(self):
        """What moto answers."""
        got = {}
        self.environ["wsgi.input"] = io.BytesIO(self.body)
        self.environ["CONTENT_LENGTH"] = str(len(self.body))
        chunks = self._moto(self.environ, lambda status, headers, _=None: got.update(status=status, headers=headers))
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        return Answer(int(got["status"].split()[0]), body, list(got["headers"]))

    def instead(self, method, path, query=""):
        """Another request of the same caller."""
        uri = f"{path}?{query}"
        environ = dict(self.environ, REQUEST_METHOD=method, PATH_INFO=path, RAW_URI=uri, REQUEST_URI=uri, QUERY_STRING=query, CONTENT_LENGTH="0")
        environ["wsgi.input"] = io.BytesIO(b"")
        return Request(environ, self._moto)
