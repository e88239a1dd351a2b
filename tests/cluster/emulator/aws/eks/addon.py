"""Add-ons, and the pod identities that belong to one."""

import json
import time
import uuid

from ..fault import in_use, invalid, missing
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
    check_configuration(name, wanted.get("configurationValues"))
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
    check_configuration(addon["addonName"], wanted.get("configurationValues"))
    addon |= {key: wanted[key] for key in ("addonVersion", "serviceAccountRoleArn", "configurationValues") if wanted.get(key) is not None}
    addon["modifiedAt"] = time.time()
    set_identities(request, cluster, addon, wanted.get("podIdentityAssociations"))
    return update.begin(cluster, "AddonUpdate", addon=addon["addonName"])


def check_configuration(name, text):
    """The configuration is a JSON object; of the schemas of add-ons, the tags that the driver of EBS puts on volumes."""
    if not text:
        return
    try:
        values = json.loads(text)
    except ValueError:
        raise invalid("The configuration values are not valid JSON")
    tags = values.get("controller", {}).get("extraVolumeTags", {}) if name == "aws-ebs-csi-driver" else {}
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise invalid("ConfigurationValue provided in request is not supported: Json schema validation failed with error: [$.controller.extraVolumeTags: string expected]")


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
