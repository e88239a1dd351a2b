"""What leads out of a VPC: gateways that are attached to it, and peerings that it has a part in.

AWS refuses a route through anything else; moto takes it. The texts of gateways
are in hashicorp/terraform-provider-aws#9222 and smoketurner/serverless-vpc-plugin#147,
that of a peering in hashicorp/terraform#2185, that of a second attachment in
hashicorp/terraform-provider-aws#10852. A route through a peering that is not
accepted yet is a black hole (peering guide, "Update your route tables").
"""

import copy
from ipaddress import ip_network

from moto.ec2.models import ec2_backends
from moto.ec2.models.route_tables import Route

from . import conditions
from .fault import Fault

# The states of a peering connection that AWS shows for a while and that is no more.
GONE = ("deleted", "expired", "failed", "rejected")


def check(request, operation):
    if operation in ("CreateRoute", "ReplaceRoute"):
        route(request)
    if operation == "AttachVpnGateway":
        vpn_gateway(request)
    if operation == "CreateTransitGatewayVpcAttachment":
        one_in_each_zone(request)
    if operation == "DeleteVpcPeeringConnection":
        delete(request)


def route(request):
    form, ec2 = request.form, request.backend(ec2_backends)
    table = ec2.route_tables.get(form.get("RouteTableId"))
    if table is None:
        return
    transit, peering, gateway = (form.get(name) or "" for name in ("TransitGatewayId", "VpcPeeringConnectionId", "GatewayId"))
    if transit and not any(a.transit_gateway_id == transit for a in attachments(ec2, table.vpc_id)):
        raise Fault("InvalidTransitGatewayID.NotFound", f"The transitGateway ID '{transit}' does not exist.")
    known = ec2.vpc_pcxs.get(peering)
    if peering and (known is None or known._status.code in GONE):
        raise Fault("InvalidVpcPeeringConnectionID.NotFound", f"The vpcPeeringConnection ID '{peering}' does not exist")
    if peering and table.vpc_id not in (known.vpc.id, known.peer_vpc.id):
        raise apart(table, peering)
    if gateway.startswith("vgw-") and table.vpc_id not in vpn_attachments(ec2, gateway):
        raise apart(table, gateway)


def apart(table, gateway):
    return Fault("InvalidParameterValue", f"route table {table.id} and network gateway {gateway} belong to different networks")


def attachments(ec2, vpc):
    """Those of transit gateways."""
    return [a for a in ec2.transit_gateway_attachments.values() if a.resource_type == "vpc" and a.resource_id == vpc]


def vpn_attachments(ec2, gateway):
    """The VPCs that a VPN gateway is attached to."""
    known = ec2.vpn_gateways.get(gateway)
    return {vpc for vpc, a in known.attachments.items() if a.state == "attached"} if known else set()


def vpn_gateway(request):
    """A VPN gateway is attached to one VPC, and a VPC to one VPN gateway (VPC user guide, quotas)."""
    form, ec2 = request.form, request.backend(ec2_backends)
    vpc, gateway = form["VpcId"], form["VpnGatewayId"]
    others = [other for other in ec2.vpn_gateways if other != gateway and vpc in vpn_attachments(ec2, other)]
    if others or vpn_attachments(ec2, gateway) - {vpc}:
        raise Fault("VpnGatewayAttachmentLimitExceeded", "The maximum number of virtual private gateway attachments has been reached.")


def one_in_each_zone(request):
    """The reference of CreateTransitGatewayVpcAttachment: one subnet for each Availability Zone."""
    ec2 = request.backend(ec2_backends)
    ids = [id for name, id in request.form.items() if name.startswith("SubnetIds.")]
    zones = [ec2.get_subnet(id).availability_zone for id in ids]
    if len(set(zones)) < len(zones):
        raise Fault("DuplicateSubnetsInSameZone", "Duplicate Subnets for same AZ")


def attach_transit_gateway(request):
    """moto looks for the attachment's tags among those of a route table, and propagates no routes."""
    answer = request.moto()
    if not answer.good:
        return answer
    ec2 = request.backend(ec2_backends)
    made = attachments(ec2, request.form["VpcId"])[-1]
    made.add_tags(conditions.given(request))
    table = ec2.transit_gateways[made.transit_gateway_id].options["PropagationDefaultRouteTableId"]
    ec2.enable_transit_gateway_route_table_propagation(made.id, table)
    return answer


def state(route):
    return "blackhole" if route.vpc_pcx and route.vpc_pcx._status.code != "active" else "active"


Route.state = property(state)  # moto's is always active


def ask(request):
    """moto knows no VPCs that share addresses, and takes a second connection between two."""
    form, ec2 = request.form, request.backend(ec2_backends)
    theirs = ec2_backends[form.get("PeerOwnerId") or request.account][form.get("PeerRegion") or request.region]
    vpc, peer = ec2.vpcs.get(form["VpcId"]), theirs.vpcs.get(form["PeerVpcId"])
    for connection in ec2.vpc_pcxs.values():
        if connection._status.code not in GONE and {connection.vpc.id, connection.peer_vpc.id} == {form["VpcId"], form["PeerVpcId"]}:
            raise Fault("VpcPeeringConnectionAlreadyExists", f"A peering connection between the VPCs exists: {connection.id}")
    answer = request.moto()
    if not answer.good:
        return answer
    made = list(ec2.vpc_pcxs.values())[-1]
    if any(a.overlaps(b) for a in ranges(vpc) for b in ranges(peer)):
        made._status.code, made._status.message = "failed", "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range"
    elif getattr(peer, "accepts", False):
        made._status.accept()
    apart_tags(made, theirs)
    return answer


def ranges(vpc):
    return [ip_network(association["cidr_block"]) for association in vpc.cidr_block_association_set]


def apart_tags(connection, theirs):
    """Each side's account and region has tags of its own for a connection; its state is one."""
    if theirs is not connection.ec2_backend:
        side = copy.copy(connection)
        side.ec2_backend = theirs
        theirs.vpc_pcxs[connection.id] = side


def delete(request):
    known = request.backend(ec2_backends).vpc_pcxs.get(request.form["VpcPeeringConnectionId"])
    if known and known._status.code in GONE:
        text = f"Invalid state transition for {known.id}, attempted to transition from {known._status.code} to deleting"
        raise Fault("InvalidStateTransition", text)


def pending(ec2, vpc):
    """Requests of other accounts that nobody has answered: AWS keeps the VPC (peering guide, "Delete a VPC peering connection")."""
    return [c for c in ec2.vpc_pcxs.values() if c._status.code == "pending-acceptance" and c.peer_vpc.id == vpc and c.vpc.owner_id != c.peer_vpc.owner_id]


def meet(request, answer):
    """The team of a peering connection that nobody has taken part in yet asks for the VPC that was just made."""
    if not answer.good:
        return answer
    ec2 = request.backend(ec2_backends)
    newest = list(ec2.vpcs.values())[-1]
    for connection in ec2.vpc_pcxs.values():
        if connection.vpc.is_default:
            connection.vpc = newest
        if connection.peer_vpc.is_default:
            connection.peer_vpc = newest
    return answer
