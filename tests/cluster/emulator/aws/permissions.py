"""What a role may do, where a test says so: the others may do everything.

    PUT /emulator/permissions
    {"role": "arn:…", "statements": [{"Effect", "Action", "Resource", "Condition"}], "types": {"eks:TagResource": ["arn:*:eks:…"]}}

limits a role to the statements of its policies; types are the ARNs of which IAM knows that
an action is about them, as patterns. A call is evaluated as the record has it, with what
it implies: see conditions.py, and "Policy evaluation logic" in the IAM user guide.
"""

import re
from functools import cache

from .fault import Fault

# The words by which services refuse, where they are not those of the others.
CODES = {"autoscaling": "AccessDenied", "ec2": "UnauthorizedOperation", "iam": "AccessDenied", "s3": "AccessDenied"}
BY_STATUS_400 = ("acm", "ecr", "kms", "logs")  # as the JSON protocol has it


class Permissions:
    def __init__(self):
        self.limits = {}  # statements and types by the role's ARN

    def limit(self, role, statements, types):
        self.limits[role] = statements, types

    def check(self, line):
        """Refuses a call that the policies of its role do not allow."""
        if line["role"] not in self.limits or line["service"] == "sts":
            return
        statements, types = self.limits[line["role"]]
        asked = [line | {"resources": line["resources"] + line["made"]}] + line["implied"]
        for request in asked:
            denied = refused(request, statements, types.get(request["action"], []))
            if denied:
                raise fault(line["service"], line["role"], request["action"], denied)


def fault(service, role, action, resource):
    message = f"User: {role} is not authorized to perform: {action} on resource: {resource}"
    status = 400 if service in BY_STATUS_400 else 403
    return Fault(CODES.get(service, "AccessDeniedException"), message, status)


def refused(request, statements, types):
    """The first resource on which a request is not allowed; nothing if it is."""
    statements = [s for s in statements if request["action"] in s["Action"]]
    about = [arn for arn in request["resources"] if any(like(pattern, arn) for pattern in types)]
    for arn in about:
        if not allowed(statements, arn, request["context"] | request["facts"].get(arn, {})):
            return arn
    if not about and not any(allowed(statements, s["Resource"][0], request["context"]) for s in statements):
        return "*"
    return None


def allowed(statements, resource, context):
    effects = {s["Effect"] for s in statements if matches(s, resource, context)}
    return effects == {"Allow"}


def matches(statement, resource, context):
    if not any(like(pattern, resource) for pattern in statement["Resource"]):
        return False
    conditions = statement.get("Condition") or {}
    return all(
        holds(operator, values, context.get(key, []))
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


def holds(operator, wanted, has):
    """Whether a condition holds for the values of a key; none is an absent key."""
    if operator == "Null":
        return (not has) == (wanted[0] == "true")
    for_all = operator.startswith("ForAllValues:")
    name = operator.removeprefix("ForAllValues:").removesuffix("IfExists")
    negated = name in ("StringNotEquals", "StringNotLike", "ArnNotEquals", "ArnNotLike")
    if not has:
        return for_all or negated or operator.endswith("IfExists")
    equal = name in ("StringEquals", "StringNotEquals")
    met = [any(value == want if equal else like(want, value) for want in wanted) != negated for value in has]
    return all(met)


def like(pattern, text):
    return compiled(pattern).fullmatch(text) is not None


@cache
def compiled(pattern):
    return re.compile("".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern))
