"""What tests do to AWS that no API does: change what cannot be changed.

    PUT /emulator/node-groups/{account}/{region}/{cluster}/{name}
    {"instance_types": ["m5.large"]}

sets attributes of a node group as they are, so that the provider finds something
that it can put right only by replacing it.

    PUT /emulator/permissions

limits a role: see permissions.py.
"""

import json

from moto.eks.models import eks_backends

from .request import reply


def answer(world, permissions, environ):
    """Answers a request that is for the emulator itself; nothing for others."""
    path = environ.get("PATH_INFO", "").strip("/").split("/")
    if path[0] != "emulator" or environ["REQUEST_METHOD"] != "PUT":
        return None
    content = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    if path[1:] == ["permissions"]:
        permissions.limit(**content)
        return reply({})
    change = {("node-groups", 4): node_group}.get((path[1], len(path) - 2))
    if change is None:
        return None
    change(world, content, *path[2:])
    return reply({})


def node_group(_, attributes, account, region, cluster, name):
    group = eks_backends[account][region].clusters[cluster].nodegroups[name]
    for attribute, value in attributes.items():
        setattr(group, attribute, value)
