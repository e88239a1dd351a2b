"""Tags of everything in EKS; moto has those of clusters only."""

from moto.eks.models import eks_backends

from ..fault import missing
from ..request import reply


def answer(world, request, arn):
    tags = find(world, request, arn)
    if request.method == "GET":
        return reply({"tags": tags})
    if request.method == "POST":
        tags.update(request.json["tags"])
    for key in request.parameters("tagKeys"):
        tags.pop(key, None)
    return reply({})


def find(world, request, arn):
    for known, tags in tagged(world, request.account, request.region):
        if known == arn:
            return tags
    raise missing(f"Resource was not found: {arn}")


def named(world, account, region, arn):
    """The tags of what an ARN names, nothing if there is no such thing. A caller that does not know
    the id at the end of an ARN writes any."""
    matches = arn.removesuffix("any")
    for known, tags in tagged(world, account, region):
        if known == arn or matches != arn and known.startswith(matches):
            return tags or {}
    return None


def tagged(world, account, region):
    for cluster in eks_backends[account][region].clusters.values():
        yield cluster.arn, cluster.tags
        for group in cluster.nodegroups.values():
            yield group.arn, group.tags
    for cluster in world.memory_of(account, region).clusters.values():
        for addon in cluster.addons.values():
            yield addon["addonArn"], addon["tags"]
        for found in cluster.entries.values():
            yield found["entry"]["accessEntryArn"], found["entry"]["tags"]
        for association in cluster.associations.values():
            yield association["associationArn"], association["tags"]
        for provider in cluster.providers.values():
            yield provider["identityProviderConfigArn"], provider["tags"]
