"""The name of the operation that a request asks for, and of its parameters.

Where the protocol does not say the operation, the method and path do, by the
service models that botocore has.
"""

import re
from functools import cache
from urllib.parse import unquote

import botocore.session

# botocore's name for a service, where a signature has another.
MODELS = {"elasticfilesystem": "efs"}
REST = ("backup", "eks", "elasticfilesystem", "route53", "s3", "s3control")


def name(request):
    """The operation and what it names: labels of the path, the query, the body's own members."""
    service = "s3control" if request.service == "s3" and request.path[0] == "v20180820" else request.service
    if service not in REST:
        return request.target, request.form if "Action" in request.form else scalars(request.json)
    operation, labels = match(service, request)
    body = scalars(request.json) if request.body[:1] == b"{" else {}
    return operation, body | {key: values[0] for key, values in request.query.items()} | labels


def scalars(members):
    return {key: value for key, value in members.items() if isinstance(value, (str, int, bool))}


def match(service, request):
    """The most particular operation that fits."""
    fitting = []
    for operation, method, pattern, marks, literal in table(service):
        found = pattern.fullmatch(request.uri.rstrip("/") or "/")
        if method == request.method and found and all(mark in request.query for mark in marks):
            fitting.append((len(marks), literal, operation, found))
    if not fitting:
        return "", {}
    *_, operation, found = max(fitting, key=lambda one: one[:2])
    return operation, dict(zip(labels(service, operation), map(unquote, found.groups())))


@cache
def table(service):
    """Method, pattern of the path, what the query must have, and how many letters of the path are fixed."""
    model = botocore.session.get_session().get_service_model(MODELS.get(service, service))
    rows = []
    for operation in model.operation_names:
        http = model.operation_model(operation).http
        path, _, query = http["requestUri"].partition("?")
        marks = [mark.partition("=")[0] for mark in query.split("&") if mark]
        fixed = re.sub(r"\{[^}]*\}", "", path)
        rows.append((operation, http["method"], re.compile(pattern(path)), marks, len(fixed)))
    return rows


def pattern(path):
    parts = re.split(r"(\{[^}]*\})", path.rstrip("/") or "/")
    return "".join((r"(.+)" if part.endswith("+}") else r"([^/]+)") if part.startswith("{") else re.escape(part) for part in parts)


@cache
def labels(service, operation):
    model = botocore.session.get_session().get_service_model(MODELS.get(service, service))
    path = model.operation_model(operation).http["requestUri"].partition("?")[0]
    return [label.rstrip("+") for label in re.findall(r"\{([^}]*)\}", path)]
