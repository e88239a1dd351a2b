"""Backup: changes and the end of a plan, its selections, and that no vault has recovery points."""

import time
import uuid

from moto.backup.models import backup_backends

from .fault import Fault, missing
from .request import reply


def answer(world, request):
    if request.path[:1] == ["tags"] and request.method == "GET":  # moto counts on a slash at the end
        return reply({"Tags": request.backend(backup_backends).list_tags(request.path[1])})
    if request.path[:1] == ["backup-vaults"] and request.path[2:] == ["recovery-points"]:
        return reply({"RecoveryPoints": []})
    if request.path[:2] != ["backup", "plans"] or len(request.path) < 3:
        return None
    plan, below = request.path[2], request.path[3:]
    selections = world.memory(request).backup_plans.setdefault(plan, {})
    if not below and request.method == "POST":
        return update(request, plan)
    if not below and request.method == "DELETE":
        return delete(request, plan, selections)
    if below[:1] != ["selections"]:
        return None
    if len(below) == 1:
        return create(request, plan, selections) if request.method == "PUT" else listed(selections)
    if below[1] not in selections:
        raise missing(f"Cannot find Backup selection with ID {below[1]}")
    if request.method == "DELETE":
        del selections[below[1]]
        return reply({})
    return reply(selections[below[1]])


def update(request, id):
    plan = find(request, id)
    version = str(uuid.uuid4())
    plan.backup_plan = request.json["BackupPlan"]
    for rule in plan.backup_plan["Rules"]:
        rule.setdefault("RuleId", str(uuid.uuid4()))
        rule.setdefault("StartWindowMinutes", 480)
        rule.setdefault("CompletionWindowMinutes", 10080)
        rule.setdefault("ScheduleExpressionTimezone", "Etc/UTC")
    plan.version_id = version
    return reply({"BackupPlanId": id, "BackupPlanArn": plan.backup_plan_arn, "CreationDate": time.time(), "VersionId": version})


def delete(request, id, selections):
    """moto keeps a plan that is deleted and describes it still."""
    find(request, id)
    if selections:
        raise Fault("InvalidRequestException", "Related backup plan selections must be deleted prior to backup plan deletion")
    answer = request.moto()
    del request.backend(backup_backends).plans[id]
    return answer


def find(request, id):
    plans = request.backend(backup_backends).plans
    if id not in plans:
        raise missing(f"Failed reading Backup plan with provided version: {id}")
    return plans[id]


CONDITIONS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")


def create(request, plan, selections):
    """AWS describes a selection without conditions by empty lists of them."""
    find(request, plan)
    id = str(uuid.uuid4())
    request.json["BackupSelection"].setdefault("Conditions", {kind: [] for kind in CONDITIONS})
    selections[id] = {
        "SelectionId": id,
        "BackupPlanId": plan,
        "CreationDate": time.time(),
        "BackupSelection": request.json["BackupSelection"],
    }
    return reply({name: selections[id][name] for name in ("SelectionId", "BackupPlanId", "CreationDate")})


def listed(selections):
    return reply({"BackupSelectionsList": [
        {
            "SelectionId": one["SelectionId"],
            "BackupPlanId": one["BackupPlanId"],
            "SelectionName": one["BackupSelection"]["SelectionName"],
            "IamRoleArn": one["BackupSelection"]["IamRoleArn"],
        }
        for one in selections.values()
    ]})
