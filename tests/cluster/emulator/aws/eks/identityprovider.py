"""Identity providers: who else may sign in to a cluster.

What is refused is from the API reference of OidcIdentityProviderConfigRequest.
"""

import uuid

from ..fault import invalid, missing
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
    check(wanted)
    name = wanted["identityProviderConfigName"]
    arn = request.arn("identityproviderconfig", cluster.name, "oidc", name, str(uuid.uuid4()))
    cluster.providers[name] = wanted | {"clusterName": cluster.name, "status": "ACTIVE", "tags": tags, "identityProviderConfigArn": arn}
    return update.begin(cluster, "AssociateIdentityProviderConfig", tags=tags)


def check(wanted):
    for prefix in ("usernamePrefix", "groupsPrefix"):
        if "system:" in (wanted.get(prefix) or ""):
            raise invalid(f"The {prefix} can't contain system:")
    for claim, value in (wanted.get("requiredClaims") or {}).items():
        if not 1 <= len(claim) <= 63 or not 1 <= len(value) <= 253:
            raise invalid(f"requiredClaims {claim} failed to satisfy constraint: a key has 1 to 63 characters, a value 1 to 253")
