"""DNS: a zone that is created with a VPC is private; moto wants to be told."""

import re


def answer(_, request):
    body = request.body
    if request.method != "POST" or request.path[1:] != ["hostedzone"] or b"<VPC>" not in body or b"<PrivateZone>true" in body:
        return None
    body = re.sub(rb"<PrivateZone>false</PrivateZone>", b"", body)
    if b"</HostedZoneConfig>" in body:
        body = body.replace(b"</HostedZoneConfig>", b"<PrivateZone>true</PrivateZone></HostedZoneConfig>")
    else:
        body = body.replace(b"<VPC>", b"<HostedZoneConfig><PrivateZone>true</PrivateZone></HostedZoneConfig><VPC>", 1)
    request.body = body
    return None
