"""Roles whose rights are to read, and to write a few things: what they may not is denied.

Policies are not evaluated: a test names the actions. Each service words it in its own way;
so do these, after the errors that users report. Who calls without a role is the owner.
"""

from .fault import Fault

READS = ("Describe", "Get", "Head", "List")

CODES = {"ec2": "UnauthorizedOperation", "eks": "AccessDeniedException", "logs": "AccessDeniedException"}


def check(world, request, line):
    """Denies a call, whose line in the record names the role, the operation and the action."""
    if world.writes is None or not line["role"] or request.service == "sts":
        return
    if line["operation"].startswith(READS) or line["action"] in world.writes:
        return
    on = f" on resource: {line['resources'][0]}" if line["resources"] else ""
    raise Fault(
        CODES.get(request.service, "AccessDenied"),
        f"User: {line['role']} is not authorized to perform: {line['action']}{on} because no identity-based policy allows the {line['action']} action",
        403,
    )
