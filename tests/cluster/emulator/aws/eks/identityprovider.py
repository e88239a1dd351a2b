"""Identity providers: who else may sign in to a cluster."""

import uuid

from ..fault import missing
from ..request import reply
from . import update


def answer(_, request, cluster, rest):
    if not rest:
        return reply({"identityProviderConfigs": [{"type": "oidc", "name": name} for name in cluster.providers]})
    if rest == ["associate"]:
        return associate(request, cluster)
    name = request.json["identityProviderConfig"]["name"]
    if name not in cluster.providers:
        raise missing("Identity provider config is not associated with the cluster")
    if rest == ["disassociate"]:
        del cluster.providers[name]
        return update.begin(cluster, "DisassociateIdentityProviderConfig")
    return reply({"identityProviderConfig": {"oidc": cluster.providers[name]}})


def associate(request, cluster):
    wanted, tags = request.json["oidc"], request.json.get("tags") or {}
    name = wanted["identityProviderConfigName"]
    arn = request.arn("identityproviderconfig", cluster.name, "oidc", name, str(uuid.uuid4()))
    cluster.providers[name] = wanted | {"clusterName": cluster.name, "status": "ACTIVE", "tags": tags, "identityProviderConfigArn": arn}
    return update.begin(cluster, "AssociateIdentityProviderConfig", tags=tags)
