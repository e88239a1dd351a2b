"""Pod identity associations: which role a service account has."""

import time
import uuid

from ..fault import in_use, missing
from ..request import reply

LISTED = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId", "ownerArn")


def answer(_, request, cluster, rest):
    if not rest:
        if request.method == "POST":
            return reply({"association": make(request, cluster, request.json)})
        return reply({"associations": list(listed(request, cluster))})
    association = find(cluster, rest[0])
    if request.method == "DELETE":
        del cluster.associations[rest[0]]
    if request.method == "POST":
        wanted = request.json
        association |= {key: wanted[key] for key in ("roleArn", "targetRoleArn", "disableSessionTags") if wanted.get(key) is not None}
        association["modifiedAt"] = time.time()
    return reply({"association": association})


def listed(request, cluster):
    for one in cluster.associations.values():
        if request.parameter("namespace") in (None, one["namespace"]) and request.parameter("serviceAccount") in (None, one["serviceAccount"]):
            yield {key: one[key] for key in LISTED if key in one}


def find(cluster, id):
    if id not in cluster.associations:
        raise missing(f"Association {id} not found")
    return cluster.associations[id]


def make(request, cluster, wanted, owner=None):
    for one in cluster.associations.values():
        if (one["namespace"], one["serviceAccount"]) == (wanted["namespace"], wanted["serviceAccount"]):
            raise in_use(f"Association already exists: {one['associationId']}")
    id = "a-" + uuid.uuid4().hex[:17]
    association = {
        "clusterName": cluster.name,
        "namespace": wanted["namespace"],
        "serviceAccount": wanted["serviceAccount"],
        "roleArn": wanted["roleArn"],
        "associationId": id,
        "associationArn": request.arn("podidentityassociation", cluster.name, id),
        "tags": wanted.get("tags") or {},
        "createdAt": time.time(),
        "modifiedAt": time.time(),
        "disableSessionTags": bool(wanted.get("disableSessionTags")),
    }
    if wanted.get("targetRoleArn"):
        association |= {"targetRoleArn": wanted["targetRoleArn"], "externalId": str(uuid.uuid4())}
    if owner:
        association["ownerArn"] = owner
    cluster.associations[id] = association
    return association
