"""Clusters: the fields that moto lacks, and the zones that a control plane keeps."""

import ipaddress
import time
import uuid
from dataclasses import dataclass, field

from moto.ec2.models import ec2_backends
from moto.eks.models import eks_backends

from ..fault import Fault, invalid, missing
from . import update

# Settings that are taken as they come, and the type of the update that changes them.
SETTINGS = {
    "accessConfig": "AccessConfigUpdate",
    "computeConfig": "AutoModeUpdate",
    "controlPlaneScalingConfig": "ControlPlaneScalingConfigUpdate",
    "deletionProtection": "DeletionProtectionUpdate",
    "storageConfig": "AutoModeUpdate",
    "upgradePolicy": "UpgradePolicyUpdate",
    "zonalShiftConfig": "ZonalShiftConfigUpdate",
}

# The guide's ids of zones in which subnets of a control plane cannot reside.
WITHOUT_CONTROL_PLANE = {"use1-az3", "usw1-az2", "cac1-az3"}

# What the guide calls reserved addresses, which the ranges of a public endpoint cannot include. Its own
# example is one of documentation, so those are taken.
RESERVED = [
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
        "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/4 240.0.0.0/4"
    ).split()
]


@dataclass
class Cluster:
    """A cluster, beside what moto knows of it."""

    name: str
    created: float = field(default_factory=time.time)
    security_group: str = ""
    vpc: str = ""
    zones: list = field(default_factory=list)  # of the control plane, for ever
    settings: dict = field(default_factory=dict)
    addons: dict = field(default_factory=dict)  # by name
    entries: dict = field(default_factory=dict)  # access entries by principal
    associations: dict = field(default_factory=dict)  # pod identities by id
    providers: dict = field(default_factory=dict)  # identity providers by name
    node_groups: dict = field(default_factory=dict)  # when each was created, by name
    updates: dict = field(default_factory=dict)  # by id


def find(world, request, name):
    clusters = world.memory(request).clusters
    if name not in clusters:
        raise missing(f"No cluster found for name: {name}.", clusterName=name)
    return clusters[name]


def known(request, cluster):
    """What moto knows of a cluster."""
    return request.backend(eks_backends).clusters[cluster.name]


def create(world, request):
    config = request.json.get("resourcesVpcConfig") or {}
    refuse_reserved(config)
    subnets = find_subnets(request, config.get("subnetIds") or [])
    if len({subnet.availability_zone for subnet in subnets}) < 2:
        raise invalid("Subnets specified must be in at least two different AZs")
    for subnet in subnets:
        if subnet.availability_zone_id in WITHOUT_CONTROL_PLANE:
            raise Fault(
                "UnsupportedAvailabilityZoneException",
                f"Cannot create cluster '{request.json['name']}' because {subnet.availability_zone}, the targeted "
                "availability zone, does not currently have sufficient capacity to support the cluster.",
            )
    for group in config.get("securityGroupIds") or []:
        if not request.backend(ec2_backends).get_security_group_from_id(group):
            raise invalid(f"The security group ID '{group}' does not exist")
    answer = request.moto()
    if not answer.good:
        return answer
    cluster = remember(request, subnets)
    world.memory(request).clusters[cluster.name] = cluster
    return answer.with_json(complete(world, answer.json, cluster))


def refuse_reserved(config):
    """The words are ours: the guide has none."""
    for text in config.get("publicAccessCidrs") or []:
        if text != "0.0.0.0/0" and any(ipaddress.ip_network(text).overlaps(r) for r in RESERVED):
            raise invalid(f"The following CIDRs are not allowed in publicAccessCidrs: {text}")


def find_subnets(request, ids):
    try:
        return [request.backend(ec2_backends).get_subnet(id) for id in ids]
    except Exception as missing_subnet:
        raise invalid(f"The subnet ID '{', '.join(ids)}' does not exist") from missing_subnet


def remember(request, subnets):
    wanted = request.json
    access = wanted.get("accessConfig") or {}
    settings = {name: wanted[name] for name in SETTINGS if wanted.get(name) is not None}
    settings["accessConfig"] = {"authenticationMode": access.get("authenticationMode", "CONFIG_MAP")}
    settings.setdefault("upgradePolicy", {"supportType": "EXTENDED"})
    settings.setdefault("deletionProtection", False)
    cluster = Cluster(wanted["name"], vpc=subnets[0].vpc_id, zones=zones(subnets), settings=settings)
    cluster.security_group = own_security_group(request, cluster)
    return cluster


def zones(subnets):
    return sorted({subnet.availability_zone for subnet in subnets})


def own_security_group(request, cluster):
    """AWS makes a group for each cluster; it is in EC2 as others are."""
    group = request.backend(ec2_backends).create_security_group(
        f"eks-cluster-sg-{cluster.name}-{uuid.uuid4().hex[:8]}",
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.",
        cluster.vpc,
        tags={f"kubernetes.io/cluster/{cluster.name}": "owned"},
    )
    return group.id


def answer(world, request, name):
    if request.method == "DELETE":
        return delete(world, request, name)
    answer = request.moto()
    if not answer.good:
        return answer
    return answer.with_json(complete(world, answer.json, find(world, request, name)))


def delete(world, request, name):
    cluster = find(world, request, name)
    if cluster.settings["deletionProtection"]:
        raise Fault("InvalidRequestException", "Cluster deletion protection is enabled")
    answer = request.moto()
    if not answer.good:
        return answer
    del world.memory(request).clusters[name]
    request.backend(ec2_backends).delete_security_group(group_id=cluster.security_group)
    body = complete(world, answer.json, cluster)
    body["cluster"]["status"] = "DELETING"
    return answer.with_json(body)


def complete(world, body, cluster):
    """moto's description with the fields that it lacks; while a cluster is being made, without those that AWS does not know yet."""
    described = body["cluster"]
    network = described.setdefault("kubernetesNetworkConfig", {})
    if network.setdefault("ipFamily", "ipv4") == "ipv4":
        network.setdefault("serviceIpv4Cidr", "172.20.0.0/16")
    network.setdefault("elasticLoadBalancing", {"enabled": False})
    complete_vpc(described.setdefault("resourcesVpcConfig", {}), cluster)
    described |= cluster.settings | {"certificateAuthority": {"data": world.authority}}
    if world.taking(cluster.created):
        described["status"] = "CREATING"
        for name in ("endpoint", "certificateAuthority", "identity"):
            described.pop(name, None)
    return body


def complete_vpc(config, cluster):
    config |= {"vpcId": cluster.vpc, "clusterSecurityGroupId": cluster.security_group}
    config.setdefault("endpointPublicAccess", True)
    config.setdefault("endpointPrivateAccess", False)
    config.setdefault("securityGroupIds", [])
    config.setdefault("publicAccessCidrs", [])
    if config["endpointPublicAccess"] and not config["publicAccessCidrs"]:
        config["publicAccessCidrs"] = ["0.0.0.0/0"]


class Configuration:
    """UpdateClusterConfig."""

    @staticmethod
    def answer(_, request, cluster, __):
        wanted, moto, kind = request.json, known(request, cluster), "EndpointAccessUpdate"
        vpc = wanted.get("resourcesVpcConfig")
        refuse_reserved(vpc or {})
        if vpc:
            same_zones(request, cluster, vpc.get("subnetIds"))
            kind = "VpcConfigUpdate" if {"subnetIds", "securityGroupIds"} & set(vpc) else kind
            moto.resources_vpc_config = dict(moto.resources_vpc_config or {}, **vpc)
        if wanted.get("logging"):
            moto.logging, kind = wanted["logging"], "LoggingUpdate"
        if wanted.get("kubernetesNetworkConfig"):
            moto.kubernetes_network_config = dict(moto.kubernetes_network_config or {}, **wanted["kubernetesNetworkConfig"])
            kind = "AutoModeUpdate"
        if wanted.get("remoteNetworkConfig") is not None:
            moto.remote_network_config, kind = wanted["remoteNetworkConfig"], "RemoteNetworkConfigUpdate"
        for name in SETTINGS.keys() & wanted.keys():
            cluster.settings[name], kind = wanted[name], SETTINGS[name]
        return update.begin(cluster, kind)


def same_zones(request, cluster, subnets):
    """The zones of a control plane are those that it was made with; the subnets in them may change.

    The text is AWS's, as users report it.
    """
    if not subnets:
        return
    wanted = zones(find_subnets(request, subnets))
    if wanted != cluster.zones:
        raise invalid(
            f"Provided subnets belong to the AZs '{','.join(wanted)}'. But they should belong to the exact set of AZs "
            f"'{','.join(cluster.zones)}' in which subnets were provided during cluster creation."
        )


class Encryption:
    """AssociateEncryptionConfig."""

    @staticmethod
    def answer(_, request, cluster, __):
        known(request, cluster).encryption_config = request.json["encryptionConfig"]
        return update.begin(cluster, "AssociateEncryptionConfig")
