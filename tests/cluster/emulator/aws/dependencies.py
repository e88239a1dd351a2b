"""What EC2 does not delete while something stands on it.

moto knows some of these. AWS says DependencyViolation for all of them.
"""

from moto.ec2.models import ec2_backends
from moto.efs.models import efs_backends
from moto.eks.models import eks_backends

from . import connections
from .fault import Fault


def check(world, request, operation):
    named, users = {
        "DeleteSubnet": ("SubnetId", subnet_users),
        "DeleteSecurityGroup": ("GroupId", group_users),
        "DeleteVpc": ("VpcId", vpc_users),
        "DetachInternetGateway": ("VpcId", address_users),
    }.get(operation, (None, None))
    if named is None or named not in request.form:
        return
    id = request.form[named]
    for user in users(world, request, id):
        kind = {"SubnetId": "subnet", "GroupId": "resource", "VpcId": "vpc"}[named]
        text = f"The {kind} '{id}' has dependencies and cannot be deleted."
        if operation == "DeleteSecurityGroup":
            text = f"resource {id} has a dependent object"
        if operation == "DetachInternetGateway":
            text = f"Network {id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway."
        raise Fault("DependencyViolation", text, usedBy=user)


def subnet_users(world, request, id):
    """Whatever has a network interface in it."""
    ec2 = request.backend(ec2_backends)
    for gateway in ec2.nat_gateways.values():
        if gateway.subnet_id == id and gateway.state != "deleted":
            yield gateway.id
    for attachment in ec2.transit_gateway_attachments.values():
        if id in getattr(attachment, "subnet_ids", []):
            yield attachment.id
    for endpoint in ec2.vpc_end_points.values():
        if id in (endpoint.subnet_ids or []):
            yield endpoint.id
    for target in request.backend(efs_backends).mount_targets_by_id.values():
        if target.subnet_id == id:
            yield target.mount_target_id
    for cluster in request.backend(eks_backends).clusters.values():
        if id in cluster.resources_vpc_config.get("subnetIds", []):
            yield cluster.name
        for group in cluster.nodegroups.values():
            if id in group.subnets:
                yield group.nodegroup_name


def group_users(_, request, id):
    """Interfaces that have the group, and rules of other groups that name it."""
    ec2 = request.backend(ec2_backends)
    for endpoint in ec2.vpc_end_points.values():
        if id in (endpoint.security_group_ids or []):
            yield endpoint.id
    for target in request.backend(efs_backends).mount_targets_by_id.values():
        if id in (target.security_groups or []):
            yield target.mount_target_id
    for cluster in request.backend(eks_backends).clusters.values():
        if id in cluster.resources_vpc_config.get("securityGroupIds", []):
            yield cluster.name
    for groups in list(ec2.groups.values()):
        for group in list(groups.values()):
            if group.id != id and any(names(rule, id) for rule in [*group.ingress_rules, *group.egress_rules]):
                yield group.id


def names(rule, id):
    return rule.source_group.get("GroupId") == id


def vpc_users(world, request, id):
    ec2 = request.backend(ec2_backends)
    for subnets in ec2.subnets.values():
        for subnet in subnets.values():
            if subnet.vpc_id == id:
                yield subnet.id
    for gateway in ec2.internet_gateways.values():
        if gateway.vpc and gateway.vpc.id == id:
            yield gateway.id
    for attachment in connections.attachments(ec2, id):
        yield attachment.id
    for gateway in ec2.vpn_gateways:
        if id in connections.vpn_attachments(ec2, gateway):
            yield gateway
    for connection in connections.pending(ec2, id):
        yield connection.id
    for endpoint in ec2.vpc_end_points.values():
        if endpoint.vpc_id == id:
            yield endpoint.id
    for group in ec2.groups.get(id, {}).values():
        if group.name != "default":
            yield group.id


def address_users(_, request, id):
    """NAT gateways that have a public address in the VPC."""
    for gateway in request.backend(ec2_backends).nat_gateways.values():
        if gateway.vpc_id == id and gateway.state != "deleted" and gateway.connectivity_type == "public":
            yield gateway.id
