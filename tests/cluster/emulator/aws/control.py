"""What tests do to AWS that no API does: change what cannot be changed.

    PUT /emulator/node-groups/{account}/{region}/{cluster}/{name}
    {"instance_types": ["m5.large"]}

sets attributes of a node group as they are, so that the provider finds something
that it can put right only by replacing it.
"""

import json

from moto.eks.models import eks_backends

from .request import Answer


def answer(environ):
    """Answers a request that is for the emulator itself; nothing for others."""
    path = environ.get("PATH_INFO", "").strip("/").split("/")
    if path[0] != "emulator" or environ["REQUEST_METHOD"] != "PUT" or len(path) != 6 or path[1] != "node-groups":
        return None
    account, region, cluster, name = path[2:]
    group = eks_backends[account][region].clusters[cluster].nodegroups[name]
    for attribute, value in json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))).items():
        setattr(group, attribute, value)
    return Answer(200, b"{}", [("Content-Type", "application/json")])
