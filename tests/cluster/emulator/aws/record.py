"""The record of calls: a file with a line of JSON for each.

    {"account", "region", "service", "operation", "action", "resources", "agent", "status", "error", "body"}

agent is the user agent; error and body stand where AWS refused. A line with
"stray" is a connection that somebody wanted to make past the emulator.
"""

import json
import re
import threading

from . import actions, operations

ERROR = re.compile(rb"<Code>(\w[\w.]*)</Code>|\"(?:__type|code)\": ?\"(?:[^\"]*#)?([\w.]+)\"")


class Record:
    def __init__(self, path):
        self.file = open(path, "a", buffering=1)
        self.lock = threading.Lock()

    def write(self, request, answer):
        operation, parameters = operations.name(request)
        line = {
            "account": request.account,
            "region": request.region,
            "service": request.service,
            "operation": operation,
            "action": actions.action(request, operation),
            "resources": actions.resources(request, parameters),
            "agent": request.environ.get("HTTP_USER_AGENT", ""),
            "status": answer.status,
        }
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
