"""IAM: UpdateRole keeps what it does not name; moto clears it."""

from moto.iam.models import iam_backends


def answer(_, request):
    if request.form.get("Action") != "UpdateRole" or "RoleName" not in request.form:
        return None
    roles = iam_backends[request.account][request.partition].roles.values()
    role = next((role for role in roles if role.name == request.form["RoleName"]), None)
    if role is None:
        return None
    description, duration = role.description, role.max_session_duration
    answer = request.moto()
    if "Description" not in request.form:
        role.description = description
    if "MaxSessionDuration" not in request.form:
        role.max_session_duration = duration
    return answer
