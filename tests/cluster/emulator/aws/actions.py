"""The IAM action that a call needs, and the resources that it names.

Most actions are called as the operation. S3 has its own names for many; see
"Required permissions for Amazon S3 API operations" in its user guide.
"""

import re

from moto.ec2.models import ec2_backends
from moto.efs.models import efs_backends

S3 = {
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",  # the old name of the next one; their requests are the same
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}

# EC2's resource types by the prefix of their ids.
EC2 = {
    "eipalloc": "elastic-ip",
    "fl": "vpc-flow-log",
    "igw": "internet-gateway",
    "lt": "launch-template",
    "nat": "natgateway",
    "pcx": "vpc-peering-connection",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "subnet": "subnet",
    "tgw": "transit-gateway",
    "tgw-attach": "transit-gateway-attachment",
    "vgw": "vpn-gateway",
    "vpc": "vpc",
    "vpce": "vpc-endpoint",
}
EC2_ID = re.compile(r"(" + "|".join(EC2) + r")-[0-9a-f]{8,17}")

# What a parameter of a service names: the part of an ARN after the account.
# {} stands for the parameter; other parameters go by their names.
NAMES = {
    "autoscaling": {"Tags.member.1.ResourceId": "autoScalingGroup:any:autoScalingGroupName/{}"},
    "backup": {"backupPlanId": "backup-plan:{}", "backupVaultName": "backup-vault:{}"},
    "ecr": {"repositoryName": "repository/{}"},
    "elasticfilesystem": {"FileSystemId": "file-system/{}", "AccessPointId": "access-point/{}"},
    "kms": {"KeyId": "key/{}", "TargetKeyId": "key/{}", "AliasName": "{}"},
    "logs": {"logGroupName": "log-group:{}"},
}

PRINCIPAL = re.compile(r"arn:[\w-]+:iam::(\d+):(role|user)/(?:.*/)?([^/]+)$")

# EKS names a cluster in each path, and what is in it by the label that is its own.
EKS = {
    "addonName": "addon/{cluster}/{}/any",
    "associationId": "podidentityassociation/{cluster}/{}",
    "nodegroupName": "nodegroup/{cluster}/{}/any",
}


def action(request, operation):
    if request.service == "s3":
        return "s3:" + S3.get(operation, operation)
    return f"{request.service}:{operation}"


def resources(request, parameters):
    """ARNs of what a call names; more than IAM asks about, as an action may not know all of their types."""
    found = {value for value in parameters.values() if isinstance(value, str) and value.startswith("arn:")}
    own = {
        "ec2": ec2,
        "eks": eks,
        "elasticfilesystem": efs,
        "iam": iam,
        "route53": route53,
        "s3": s3,
    }.get(request.service, named)
    return sorted(found | set(own(request, parameters)))


def named(request, parameters):
    for parameter, resource in NAMES.get(request.service, {}).items():
        value = parameters.get(parameter)
        if value and not str(value).startswith("arn:"):
            yield regional(request, resource.format(value))


def regional(request, resource):
    return f"arn:{request.partition}:{request.service}:{request.region}:{request.account}:{resource}"


def ec2(request, parameters):
    """An association is no resource to IAM: what it associates is asked about. Of two VPCs that are
    peered, the requester's is asked about when the connection is asked for, and the other when it is
    accepted."""
    values = [str(value) for name, value in parameters.items() if name != "PeerVpcId"]
    for value in values + [one for value in values for one in associated(request, value)]:
        found = EC2_ID.fullmatch(value)
        if found:
            yield regional(request, f"{EC2[found[1]]}/{value}")


def associated(request, association):
    """The ids of what an association of a route table, or of a range, is between, and of the VPC that accepts a peering."""
    backend = request.backend(ec2_backends)
    if association.startswith("rtbassoc-"):
        for table in backend.route_tables.values():
            if association in table._associations:
                return [table.id, table._associations[association]]
    if association.startswith("vpc-cidr-assoc-"):
        for vpc in backend.vpcs.values():
            if association in vpc._cidr_block_association_set:
                return [vpc.id]
    if association in backend.vpc_pcxs and request.form.get("Action") == "AcceptVpcPeeringConnection":
        return [backend.vpc_pcxs[association].peer_vpc.id]
    return []


def eks(request, parameters):
    cluster = parameters.get("clusterName") or parameters.get("name")
    if not cluster:
        return
    yield regional(request, f"cluster/{cluster}")
    for parameter, resource in EKS.items():
        if parameters.get(parameter):
            yield regional(request, resource.format(parameters[parameter], cluster=cluster))
    principal = PRINCIPAL.match(parameters.get("principalArn", ""))
    if principal:
        account, kind, name = principal.groups()
        yield regional(request, f"access-entry/{cluster}/{kind}/{account}/{name}/any")
    provider = request.json.get("identityProviderConfig") if request.body[:1] == b"{" else None
    if provider:
        yield regional(request, f"identityproviderconfig/{cluster}/oidc/{provider['name']}/any")


def efs(request, parameters):
    """A mount target is no resource to IAM: its file system is asked about."""
    yield from named(request, parameters)
    target = request.backend(efs_backends).mount_targets_by_id.get(parameters.get("MountTargetId"))
    if target:
        yield regional(request, f"file-system/{target.file_system_id}")


def iam(request, parameters):
    for parameter, kind in (("RoleName", "role"), ("PolicyName", "policy")):
        if parameters.get(parameter):
            yield f"arn:{request.partition}:iam::{request.account}:{kind}/{parameters[parameter]}"


def route53(request, parameters):
    zone = parameters.get("Id") or parameters.get("HostedZoneId")
    if zone and "hostedzone" in request.path:
        yield f"arn:{request.partition}:route53:::hostedzone/{zone}"


def s3(request, parameters):
    if parameters.get("Bucket"):
        yield f"arn:{request.partition}:s3:::{parameters['Bucket']}"
