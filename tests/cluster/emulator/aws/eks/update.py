"""Updates: of a cluster's version, and the memory of all others."""

import time
import uuid

from moto.eks.models import eks_backends

from ..fault import invalid, missing
from ..request import reply
from .catalog import number


def begin(cluster, kind, node_group=None, addon=None, **members):
    """A change of something, which took effect; AWS says for a while that it is at it."""
    update = {
        "id": str(uuid.uuid4()),
        "status": "Successful",
        "type": kind,
        "params": [],
        "createdAt": time.time(),
        "errors": [],
    }
    cluster.updates[update["id"]] = (update, node_group, addon)
    return reply({"update": update} | members)


def answer(world, request, cluster, rest):
    if rest:
        return describe(world, cluster, rest[0])
    if request.method == "GET":
        wanted = request.parameter("nodegroupName"), request.parameter("addonName")
        return reply({"updateIds": [id for id, (_, *of) in cluster.updates.items() if tuple(of) == wanted]})
    return version(request, cluster)


def describe(world, cluster, id):
    if id not in cluster.updates:
        raise missing(f"No update found for ID: {id}")
    update = cluster.updates[id][0]
    status = "InProgress" if world.taking(update["createdAt"]) else update["status"]
    return reply({"update": update | {"status": status}})


def version(request, cluster):
    """A control plane goes up one minor version at a time."""
    moto, wanted = request.backend(eks_backends).clusters[cluster.name], request.json["version"]
    have = number(moto.version)
    if number(wanted) == have:
        raise invalid(f"Cluster is already at the desired configuration with version: {wanted}")
    if number(wanted) != (have[0], have[1] + 1):
        raise invalid(f"Unsupported Kubernetes minor version update from {moto.version} to {wanted}")
    moto.version = wanted
    return begin(cluster, "VersionUpdate")
