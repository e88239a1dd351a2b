"""IAM: UpdateRole keeps what it does not name, which moto clears; a policy that is attached stays; a role has ten at most."""

from moto.iam.models import iam_backends

from .fault import Fault


def answer(_, request):
    backend = iam_backends[request.account][request.partition]
    action = request.form.get("Action")
    if action == "UpdateRole":
        return update_role(request, backend)
    if action == "AttachRolePolicy":
        limit_attached(backend, request.form.get("RoleName"), request.form.get("PolicyArn"))
    if action == "DeletePolicy":
        keep_attached(backend, request.form.get("PolicyArn"))
    return None


def update_role(request, backend):
    roles = backend.roles.values()
    role = next((role for role in roles if role.name == request.form.get("RoleName")), None)
    if role is None:
        return None
    description, duration = role.description, role.max_session_duration
    answer = request.moto()
    if "Description" not in request.form:
        role.description = description
    if "MaxSessionDuration" not in request.form:
        role.max_session_duration = duration
    return answer


def keep_attached(backend, arn):
    """moto lets the policy go, and no call takes it from the role any more, which can then never go."""
    if any(arn in role.managed_policies for role in backend.roles.values()):
        raise Fault("DeleteConflict", "Cannot delete a policy attached to entities.", 409)


# The quota "Managed policies attached to an IAM role" as it is unless it was raised.
POLICIES_PER_ROLE = 10


def limit_attached(backend, name, arn):
    role = next((role for role in backend.roles.values() if role.name == name), None)
    if role and arn not in role.managed_policies and len(role.managed_policies) >= POLICIES_PER_ROLE:
        raise Fault("LimitExceeded", f"Cannot exceed quota for PoliciesPerRole: {POLICIES_PER_ROLE}", 409)
