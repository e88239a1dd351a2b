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

from .request import Answer


def answer(environ, permissions):
    """Answers a request that is for the emulator itself; nothing for others."""
    path = environ.get("PATH_INFO", "").strip("/").split("/")
    if path[0] != "emulator" or environ["REQUEST_METHOD"] != "PUT":
        return None
    if path[1:] == ["permissions"]:
        permissions.limit(**body(environ))
    elif path[1] == "node-groups" and len(path) == 6:
        account, region, cluster, name = path[2:]
        group = eks_backends[account][region].clusters[cluster].nodegroups[name]
        for attribute, value in body(environ).items():
            setattr(group, attribute, value)
    else:
        return None
    return Answer(200, b"{}", [("Content-Type", "application/json")])


def body(environ):
    return json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
