"""Add-ons, and the pod identities that belong to one."""

import time
import uuid

from ..fault import in_use, missing
from ..request import reply
from . import podidentity, update
from .catalog import ADDONS


def answer(world, request, cluster, rest):
    if not rest:
        return create(world, request, cluster) if request.method == "POST" else reply({"addons": sorted(cluster.addons)})
    addon = find(cluster, rest[0])
    if rest[1:] == ["update"]:
        return change(request, cluster, addon)
    if request.method == "DELETE":
        set_identities(request, cluster, addon, [])
        del cluster.addons[rest[0]]
        return reply({"addon": addon | {"status": "DELETING"}})
    return reply({"addon": view(world, addon)})


def find(cluster, name):
    if name not in cluster.addons:
        raise missing(f"No addon: {name} found in cluster: {cluster.name}", clusterName=cluster.name, addonName=name)
    return cluster.addons[name]


def create(world, request, cluster):
    wanted = request.json
    name = wanted["addonName"]
    if name in cluster.addons:
        raise in_use("Addon already exists.", clusterName=cluster.name, addonName=name)
    addon = {
        "addonName": name,
        "clusterName": cluster.name,
        "status": "ACTIVE",
        "addonVersion": wanted.get("addonVersion") or ADDONS.get(name, "v1.0.0-eksbuild.1"),
        "health": {"issues": []},
        "addonArn": request.arn("addon", cluster.name, name, str(uuid.uuid4())),
        "createdAt": time.time(),
        "modifiedAt": time.time(),
        "tags": wanted.get("tags") or {},
    }
    addon |= {key: wanted[key] for key in ("serviceAccountRoleArn", "configurationValues", "namespaceConfig") if wanted.get(key)}
    cluster.addons[name] = addon
    set_identities(request, cluster, addon, wanted.get("podIdentityAssociations"))
    return reply({"addon": view(world, addon)})


def change(request, cluster, addon):
    wanted = request.json
    addon |= {key: wanted[key] for key in ("addonVersion", "serviceAccountRoleArn", "configurationValues") if wanted.get(key) is not None}
    addon["modifiedAt"] = time.time()
    set_identities(request, cluster, addon, wanted.get("podIdentityAssociations"))
    return update.begin(cluster, "AddonUpdate", addon=addon["addonName"])


def set_identities(request, cluster, addon, wanted):
    """Those that are wanted replace those that are there; nothing says: leave them."""
    if wanted is None:
        return
    for id, association in list(cluster.associations.items()):
        if association.get("ownerArn") == addon["addonArn"]:
            del cluster.associations[id]
    made = [podidentity.make(request, cluster, dict(one, namespace="kube-system"), addon["addonArn"]) for one in wanted]
    addon["podIdentityAssociations"] = [one["associationArn"] for one in made]
    if not made:
        del addon["podIdentityAssociations"]


def view(world, addon):
    return addon | {"status": "CREATING"} if world.taking(addon["createdAt"]) else addon
