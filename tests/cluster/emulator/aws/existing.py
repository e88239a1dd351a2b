"""What was there before anything was made: things that users name by their ids.

The file is a list of JSON objects:

    {"account": "…", "region": "…", "kind": "hosted-zone", "id": "Z…", "name": "example.com"}
    {"account": "…", "region": "…", "kind": "transit-gateway", "id": "tgw-…"}
    {"account": "…", "region": "…", "kind": "vpn-gateway", "id": "vgw-…"}
    {"account": "…", "region": "…", "kind": "peering-connection", "id": "pcx-…", "cidr": "10.64.0.0/16"}
    {"account": "…", "region": "…", "kind": "peering-request", "id": "pcx-…", "cidr": "10.74.0.0/16", "from": "345678901234"}
    {"account": "…", "region": "…", "kind": "vpc", "id": "vpc-…", "cidr": "10.72.0.0/16"}
    {"account": "…", "region": "…", "kind": "role", "name": "platform-team"}
    {"account": "…", "region": "…", "kind": "policy", "name": "boundary"}
"""

import json

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.route53.models import route53_backends
from moto.utilities.utils import get_partition

from . import connections


def read(path):
    with open(path) as file:
        for one in json.load(file):
            MAKERS[one["kind"]](one)


def hosted_zone(one):
    backend = route53_backends[one["account"]][get_partition(one["region"])]
    zone = backend.create_hosted_zone(one["name"], private_zone=False)
    del backend.zones[zone.resource_id]
    zone.resource_id = one["id"]
    backend.zones[one["id"]] = zone


def transit_gateway(one):
    backend = ec2_backends[one["account"]][one["region"]]
    gateway = backend.create_transit_gateway(description="the network team's")
    del backend.transit_gateways[gateway.id]
    gateway.id = one["id"]
    backend.transit_gateways[one["id"]] = gateway


def vpn_gateway(one):
    backend = ec2_backends[one["account"]][one["region"]]
    gateway = backend.create_vpn_gateway()
    del backend.vpn_gateways[gateway.id]
    gateway.id = one["id"]
    backend.vpn_gateways[one["id"]] = gateway


def peering_connection(one):
    """One of another team, with the next VPC that is made in the account: see connections.meet."""
    backend = ec2_backends[one["account"]][one["region"]]
    ours, theirs = backend.get_default_vpc(), backend.create_vpc(one["cidr"])
    connection = backend.create_vpc_peering_connection(ours, theirs)
    del backend.vpc_pcxs[connection.id]
    connection.id = one["id"]
    backend.vpc_pcxs[one["id"]] = connection
    backend.accept_vpc_peering_connection(one["id"])


def peering_request(one):
    """That of another account, for the next VPC that is made in this one: see connections.meet."""
    asking, asked = ec2_backends[one["from"]][one["region"]], ec2_backends[one["account"]][one["region"]]
    connection = asking.create_vpc_peering_connection(asking.create_vpc(one["cidr"]), asked.get_default_vpc())
    for backend in (asking, asked):
        del backend.vpc_pcxs[connection.id]
    connection.id = one["id"]
    asking.vpc_pcxs[one["id"]] = connection
    connections.apart_tags(connection, asked)


def vpc(one):
    """One of another team, which accepts whoever asks for a peering connection."""
    backend = ec2_backends[one["account"]][one["region"]]
    made = backend.create_vpc(one["cidr"])
    del backend.vpcs[made.id]
    made.id, made.accepts = one["id"], True
    backend.vpcs[one["id"]] = made


def role(one):
    backend = iam_backends[one["account"]][get_partition(one["region"])]
    backend.create_role(
        role_name=one["name"],
        assume_role_policy_document="{}",
        path="/",
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration=3600,
    )


def policy(one):
    """One that allows everything: what limits roles here is what the others say."""
    backend = iam_backends[one["account"]][get_partition(one["region"])]
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    backend.create_policy("a permissions boundary", "/", json.dumps(everything), one["name"], [])


MAKERS = {
    "hosted-zone": hosted_zone,
    "peering-connection": peering_connection,
    "peering-request": peering_request,
    "policy": policy,
    "role": role,
    "transit-gateway": transit_gateway,
    "vpc": vpc,
    "vpn-gateway": vpn_gateway,
}
