"""EKS. moto has clusters and node groups; the rest is here.

What AWS makes beside a cluster or node group exists too: the cluster's security
group in EC2, the node group's group in Auto Scaling.
"""

from ..fault import Fault
from . import access, addon, catalog, cluster, identityprovider, nodegroup, podidentity, tags, update


# By the part of the path after the cluster's name.
PARTS = {
    "access-entries": access,
    "addons": addon,
    "encryption-config": cluster.Encryption,
    "identity-provider-configs": identityprovider,
    "node-groups": nodegroup,
    "pod-identity-associations": podidentity,
    "update-config": cluster.Configuration,
    "updates": update,
}


def answer(world, request):
    kind, *rest = request.path
    if kind == "tags":
        return tags.answer(world, request, "/".join(rest))
    if kind != "clusters":
        return catalog.answer(request)
    if not rest:
        return cluster.create(world, request) if request.method == "POST" else None
    if len(rest) == 1:
        return cluster.answer(world, request, rest[0])
    name, part, *below = rest
    if part not in PARTS:
        return None
    found = cluster.find(world, request, name)
    if request.method == "POST" and part != "updates" and below != ["describe"] and world.taking(found.created):
        raise Fault("InvalidRequestException", f"Cluster '{name}' is not in ACTIVE status")
    return PARTS[part].answer(world, request, found, below)
