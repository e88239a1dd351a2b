"""The WSGI application: each request goes to its service's module, or to moto."""

import json
import sys
import traceback

from . import acm, autoscaling, backup, control, ec2, ecr, efs, eks, iam, kms, logs, route53, s3
from .attempts import Attempts
from .fault import Fault
from .permissions import Permissions
from .request import Answer, Request

# By the name that a signature has for a service. A module's answer() gives an
# Answer, or nothing: then moto answers.
SERVICES = {
    "acm": acm,
    "autoscaling": autoscaling,
    "backup": backup,
    "ec2": ec2,
    "ecr": ecr,
    "eks": eks,
    "elasticfilesystem": efs,
    "iam": iam,
    "kms": kms,
    "logs": logs,
    "route53": route53,
    "s3": s3,
}


class Layer:
    def __init__(self, moto, world, record):
        self.moto, self.world, self.record = moto, world, record
        self.attempts = Attempts()
        self.permissions = Permissions()

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "CONNECT":
            return self.stray(environ, start_response)
        request = Request(environ, self.moto)
        if not request.service:
            return self.unsigned(environ, start_response)
        request.body  # read once, before moto does
        with self.world.lock:
            line = self.record.call(request)
        answer = self.answer(request, line)
        self.record.write(line, answer)
        return self.respond(request, answer, start_response)

    def unsigned(self, environ, start_response):
        """The tests' own requests, and moto's pages."""
        answer = control.answer(self.world, self.permissions, environ)
        if answer is None:
            return self.moto(environ, start_response)
        return self.respond(Request(environ, self.moto), answer, start_response)

    def respond(self, request, answer, start_response):
        headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
        start_response(f"{answer.status} {answer.status}", headers + [("Content-Length", str(len(answer.body)))])
        return [] if request.method == "HEAD" else [answer.body]

    def stray(self, environ, start_response):
        """A caller that has this server as its proxy is on its way to the real AWS."""
        self.record.stray(environ.get("RAW_URI") or environ.get("PATH_INFO", ""))
        start_response("403 403", [("Content-Length", "0")])
        return []

    def answer(self, request, line):
        service = SERVICES.get(request.service)
        try:
            with self.world.lock:
                before = self.attempts.before(request)
                if before is not None:
                    return before
                self.permissions.check(line)
                answer = service.answer(self.world, request) if service else None
                return self.attempts.keep(request, answer or request.moto())
        except Fault as fault:
            return refusal(request, fault)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            raise


def refusal(request, fault):
    """A fault in the protocol of the service."""
    if request.service in ("ec2", "autoscaling", "iam", "s3"):
        return query_refusal(request, fault)
    body = dict(fault.members, message=fault.message, __type=fault.code)
    kind = "application/x-amz-json-1.1" if request.target and not request.form else "application/json"
    return Answer(fault.status, json.dumps(body).encode(), [("Content-Type", kind), ("x-amzn-ErrorType", fault.code)])


def query_refusal(request, fault):
    error = f"<Error><Code>{fault.code}</Code><Message>{fault.message}</Message></Error>"
    if request.service == "ec2":
        text = f"<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>"
    elif request.service == "s3":
        text = error
    else:
        text = f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>"
    return Answer(fault.status, text.encode(), [("Content-Type", "text/xml")])
