"""Access entries: who may do what inside a cluster.

The text about groups is from terraform-aws-modules/terraform-aws-eks #2915.
"""

import time
import uuid

from ..actions import PRINCIPAL
from ..fault import Fault, in_use, invalid, missing
from ..request import reply


def answer(_, request, cluster, rest):
    if cluster.settings["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        raise Fault(
            "InvalidRequestException",
            "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
        )
    if not rest:
        return create(request, cluster) if request.method == "POST" else reply({"accessEntries": sorted(cluster.entries)})
    principal, *below = rest
    if principal not in cluster.entries:
        raise missing("The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.")
    found = cluster.entries[principal]
    if below[:1] == ["access-policies"]:
        return policies(request, cluster, principal, found["policies"], "/".join(below[1:]))
    if request.method == "DELETE":
        del cluster.entries[principal]
        return reply({})
    if request.method == "POST":
        check_groups(request.json)
        found["entry"] |= {key: request.json[key] for key in ("kubernetesGroups", "username") if request.json.get(key) is not None}
        found["entry"]["modifiedAt"] = time.time()
    return reply({"accessEntry": found["entry"]})


def create(request, cluster):
    wanted = request.json
    principal, kind = wanted["principalArn"], wanted.get("type", "STANDARD")
    parts = PRINCIPAL.match(principal)
    if not parts:
        raise invalid("The specified principalArn is invalid: invalid principal.")
    if kind == "STANDARD":
        check_groups(wanted)
    if principal in cluster.entries:
        raise in_use("The specified access entry resource is already in use on this cluster.")
    account, type_, name = parts.groups()
    entry = {
        "clusterName": cluster.name,
        "principalArn": principal,
        "kubernetesGroups": wanted.get("kubernetesGroups") or ([] if kind == "STANDARD" else ["system:nodes"]),
        "accessEntryArn": request.arn("access-entry", cluster.name, type_, account, name, str(uuid.uuid4())),
        "createdAt": time.time(),
        "modifiedAt": time.time(),
        "tags": wanted.get("tags") or {},
        "username": wanted.get("username") or username(request, principal, kind, account, type_, name),
        "type": kind,
    }
    cluster.entries[principal] = {"entry": entry, "policies": {}}
    return reply({"accessEntry": entry})


def check_groups(wanted):
    for group in wanted.get("kubernetesGroups") or []:
        if group.startswith("system:"):
            raise invalid(f"The kubernetes group name {group} is invalid, it cannot start with system:")


def username(request, principal, kind, account, type_, name):
    if kind != "STANDARD":
        return "system:node:{{EC2PrivateDNSName}}"
    if type_ == "user":
        return principal
    return f"arn:{request.partition}:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}"


def policies(request, cluster, principal, associated, policy):
    common = {"clusterName": cluster.name, "principalArn": principal}
    if request.method == "GET":
        return reply(common | {"associatedAccessPolicies": list(associated.values())})
    if request.method == "DELETE":
        if policy not in associated:
            raise missing("The specified policyArn is not associated")
        del associated[policy]
        return reply({})
    wanted = request.json["policyArn"]
    if "cluster-access-policy/" not in wanted:
        raise invalid("The specified policyArn is invalid")
    since = associated.get(wanted, {}).get("associatedAt", time.time())
    associated[wanted] = {
        "policyArn": wanted,
        "accessScope": {"namespaces": []} | request.json["accessScope"],
        "associatedAt": since,
        "modifiedAt": time.time(),
    }
    return reply(common | {"associatedAccessPolicy": associated[wanted]})
