"""What leads out of a VPC: gateways that are attached to it, and peerings that it has a part in.

AWS refuses a route through anything else; moto takes it. The texts of gateways
are in hashicorp/terraform-provider-aws#9222 and smoketurner/serverless-vpc-plugin#147,
that of a peering in hashicorp/terraform#2185, that of a second attachment in
hashicorp/terraform-provider-aws#10852.
"""

from moto.ec2.models import ec2_backends

from . import conditions
from .fault import Fault


def check(request, operation):
    if operation in ("CreateRoute", "ReplaceRoute"):
        route(request)
    if operation == "AttachVpnGateway":
        vpn_gateway(request)
    if operation == "CreateTransitGatewayVpcAttachment":
        one_in_each_zone(request)


def route(request):
    form, ec2 = request.form, request.backend(ec2_backends)
    table = ec2.route_tables.get(form.get("RouteTableId"))
    if table is None:
        return
    transit, peering, gateway = (form.get(name) or "" for name in ("TransitGatewayId", "VpcPeeringConnectionId", "GatewayId"))
    if transit and not any(a.transit_gateway_id == transit for a in attachments(ec2, table.vpc_id)):
        raise Fault("InvalidTransitGatewayID.NotFound", f"The transitGateway ID '{transit}' does not exist.")
    if peering and not any(p.id == peering and table.vpc_id in (p.vpc.id, p.peer_vpc.id) for p in ec2.vpc_pcxs.values()):
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


def meet(request, answer):
    """The team of a peering connection that nobody has taken part in yet asks for the VPC that was just made."""
    if not answer.good:
        return answer
    ec2 = request.backend(ec2_backends)
    newest = list(ec2.vpcs.values())[-1]
    for connection in ec2.vpc_pcxs.values():
        if connection.vpc.is_default:
            connection.vpc = newest
    return answer
