"""The record of calls: a file with a line of JSON for each.

    {"account", "region", "role", "service", "operation", "action", "resources", "context", "facts", "made", "implied", "status", "error", "body"}

role is the ARN of the role whose credentials signed the call, or nothing; error
and body stand where AWS refused. What conditions ask, from context to implied, is in
conditions.py. A line with
"stray" is a connection that somebody wanted to make past the emulator.
"""

import json
import re
import threading
from functools import cache

from moto.sts.models import sts_backends

from . import actions, conditions, operations

ERROR = re.compile(rb"<Code>(\w[\w.]*)</Code>|\"(?:__type|code)\": ?\"(?:[^\"]*#)?([\w.]+)\"")


class Record:
    def __init__(self, path, world):
        self.world = world
        self.file = open(path, "a", buffering=1)
        self.lock = threading.Lock()

    def call(self, request):
        """A line about a call, as everything is before it is answered."""
        operation, parameters = operations.name(request)
        resources = actions.resources(request, parameters)
        return {
            "account": request.account,
            "region": request.region,
            "role": role(request.account, request.partition, request.key),
            "service": request.service,
            "operation": operation,
            "action": actions.action(request, operation),
            "resources": resources,
        } | conditions.known(self.world, request, operation, parameters, resources)

    def write(self, line, answer):
        line["status"] = answer.status
        if answer.status < 400 and not line["operation"].startswith("Create"):
            # What another call has made since the look: without it this one were refused.
            line["facts"] = conditions.facts_of(self.world, line["resources"]) | line["facts"]
        if answer.status >= 400:
            code = ERROR.search(answer.body)
            line["error"] = (code[1] or code[2]).decode() if code else ""
            line["body"] = answer.body[:500].decode("utf-8", "replace")
        self.append(line)

    def stray(self, target):
        self.append({"stray": target})

    def append(self, line):
        with self.lock:
            self.file.write(json.dumps(line) + "\n")


@cache
def role(account, partition, key):
    """The role that STS gave a key for; the newest keys are the likeliest."""
    for assumed in reversed(sts_backends[account][partition].assumed_roles):
        if assumed.access_key_id == key:
            return assumed.role_arn
    return ""
