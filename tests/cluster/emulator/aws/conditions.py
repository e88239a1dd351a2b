"""What the conditions of a policy ask about a call, beside its action and resources.

    {"context", "facts", "made", "implied"}

context has the condition keys of the request, facts those of each resource that
there is, by its ARN, as it was before the call, and made the ARNs of what the
call makes: IAM asks about them too, with * for the id that nobody knows yet.
implied are the further calls that AWS asks for in the same breath, with action,
resources and context of their own: tags that come with a creation, and roles and
keys that are handed on. The keys are those of ../../../../compositions/privilege/data;
see the pages of the services in the Service Authorization Reference.
"""

import re

from moto.acm.models import acm_backends
from moto.autoscaling.models import autoscaling_backends
from moto.backup.models import backup_backends
from moto.ec2.models import ec2_backends
from moto.ecr.models import ecr_backends
from moto.efs.models import efs_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends

from .eks import tags as eks_tags

# The tags of the query protocol: EC2 has those of a creation in a specification.
FORM_TAG = re.compile(r"((?:TagSpecifications?\.\d+\.)?Tags?(?:\.member)?\.\d+)\.Key")
FORM_KEY = re.compile(r"TagKeys\.member\.\d+")

RECORD = re.compile(rb"<Name>([^<]*)</Name>\s*<Type>([^<]*)</Type>")

# What EC2 makes, by the operation.
EC2_MADE = {
    "AllocateAddress": "elastic-ip",
    "AuthorizeSecurityGroupEgress": "security-group-rule",
    "AuthorizeSecurityGroupIngress": "security-group-rule",
    "CreateFlowLogs": "vpc-flow-log",
    "CreateInternetGateway": "internet-gateway",
    "CreateLaunchTemplate": "launch-template",
    "CreateNatGateway": "natgateway",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateTransitGatewayVpcAttachment": "transit-gateway-attachment",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
    "CreateVpcPeeringConnection": "vpc-peering-connection",
}

# The action by which other services tag what they make, and what that is.
TAGGED = {
    ("acm", "RequestCertificate"): ("acm:AddTagsToCertificate", "certificate/*"),
    ("backup", "CreateBackupPlan"): ("backup:TagResource", "backup-plan:*"),
    ("elasticfilesystem", "CreateAccessPoint"): ("elasticfilesystem:TagResource", "access-point/*"),
    ("elasticfilesystem", "CreateFileSystem"): ("elasticfilesystem:TagResource", "file-system/*"),
    ("kms", "CreateKey"): ("kms:TagResource", "key/*"),
}

# Whom an operation hands a role to, and where in the body the role is.
PASSED = {
    ("backup", "CreateBackupSelection"): ("backup.amazonaws.com", ("BackupSelection", "IamRoleArn")),
    ("eks", "CreateAddon"): ("pods.eks.amazonaws.com", ("podIdentityAssociations", "roleArn")),
    ("eks", "CreateCluster"): ("eks.amazonaws.com", ("roleArn",)),
    ("eks", "CreateNodegroup"): ("eks.amazonaws.com", ("nodeRole",)),
    ("eks", "CreatePodIdentityAssociation"): ("pods.eks.amazonaws.com", ("roleArn",)),
}

# What an operation asks of its caller for the key that it encrypts with, and where in
# the body the key is: the AWS Backup guide, "Create a backup vault, required
# permissions", and the CloudFormation resource schemas for the others.
ENCRYPTED = {
    ("backup", "CreateBackupVault"): (("EncryptionKeyArn",), ("CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey", "RetireGrant")),
    ("ecr", "CreateRepository"): (("encryptionConfiguration", "kmsKey"), ("CreateGrant", "DescribeKey", "RetireGrant")),
    ("eks", "CreateCluster"): (("encryptionConfig", "provider", "keyArn"), ("CreateGrant", "DescribeKey")),
    ("elasticfilesystem", "CreateFileSystem"): (("KmsKeyId",), ("CreateGrant", "DescribeKey", "GenerateDataKeyWithoutPlaintext")),
}


def known(world, request, operation, parameters, arns):
    """All that is known before the call is answered."""
    asked = context(request, parameters)
    new = made(request, operation)
    return {
        "context": asked,
        "facts": facts_of(world, arns + new),
        "made": new,
        "implied": list(implied(world, request, operation, asked, new)),
    }


def context(request, parameters):
    """The condition keys of a request; none for what it does not say."""
    keys = tags(request) | {name: [str(value)] for name, value in single(request, parameters).items() if value is not None}
    if request.service == "acm" and "DomainName" in request.json:
        names = [request.json["DomainName"], *request.json.get("SubjectAlternativeNames", [])]
        keys["acm:DomainNames"] = [name.lower() for name in names]
    if request.service == "route53" and request.body:
        records = [(name.decode(), kind.decode()) for name, kind in RECORD.findall(request.body)]
        if records:
            keys["route53:ChangeResourceRecordSetsNormalizedRecordNames"] = [name.lower().rstrip(".") for name, _ in records]
            keys["route53:ChangeResourceRecordSetsRecordTypes"] = [kind for _, kind in records]
    return keys


def single(request, parameters):
    """The keys that have one value."""
    if request.service == "ec2":
        return {"ec2:VpceServiceName": request.form.get("ServiceName"), "ec2:AccepterVpc": accepter(request.form, request)}
    if request.service == "iam":
        return {
            "iam:AWSServiceName": request.form.get("AWSServiceName"),
            "iam:PermissionsBoundary": request.form.get("PermissionsBoundary"),
            "iam:PolicyARN": request.form.get("PolicyArn") if "RoleName" in request.form else None,
        }
    if request.service == "eks":
        body = request.json if request.body[:1] == b"{" else {}
        return {
            "eks:issuerUrl": body.get("oidc", {}).get("issuerUrl"),
            "eks:policyArn": parameters.get("policyArn"),
            "eks:principalArn": parameters.get("principalArn"),
        }
    if request.service == "elasticfilesystem" and request.path[-1:] == ["file-systems"] and request.method == "POST":
        return {"elasticfilesystem:Encrypted": str(request.json.get("Encrypted", False)).lower()}
    return {}


def accepter(form, request):
    """The VPC that is asked for a peering connection."""
    if form.get("Action") != "CreateVpcPeeringConnection":
        return None
    region, account = form.get("PeerRegion") or request.region, form.get("PeerOwnerId") or request.account
    return f"arn:{request.partition}:ec2:{region}:{account}:vpc/{form.get('PeerVpcId')}"


def tags(request):
    """The tags that a request gives or takes away."""
    given, keys = {}, []
    if "Action" in request.form:
        for name, key in request.form.items():
            found = FORM_TAG.fullmatch(name)
            if found:
                keys.append(key)
                if found[1] + ".Value" in request.form:
                    given[key] = request.form[found[1] + ".Value"]
            elif FORM_KEY.fullmatch(name):
                keys.append(key)
    elif request.body[:1] == b"{":
        for name, value in request.json.items():
            if name.lower() in ("tags", "backupplantags", "backupvaulttags"):
                given |= value if isinstance(value, dict) else dict(map(pair, value))
            elif name.lower() in ("tagkeys", "tagkeylist"):
                keys += value
    keys += [key for key in given if key not in keys] + request.parameters("tagKeys")
    found = {f"aws:RequestTag/{key}": [value] for key, value in given.items()}
    return found | {"aws:TagKeys": keys} if keys else found


def given(request):
    """The tags that a request gives."""
    prefix = "aws:RequestTag/"
    return {name.removeprefix(prefix): values[0] for name, values in tags(request).items() if name.startswith(prefix)}


def pair(tag):
    """A tag of a list: services write its parts as Key or TagKey."""
    tag = {name.lower().removeprefix("tag"): value for name, value in tag.items()}
    return tag["key"], tag.get("value", "")


def made(request, operation):
    if request.service == "ec2" and operation in EC2_MADE:
        return [own(request, EC2_MADE[operation] + "/*")]
    return []


def own(request, resource):
    return f"arn:{request.partition}:{request.service}:{request.region}:{request.account}:{resource}"


def implied(world, request, operation, asked, new):
    given = {name: values for name, values in asked.items() if name.startswith("aws:")}
    if request.service == "ec2" and new and given:
        yield call(world, "ec2:CreateTags", new, given | {"ec2:CreateAction": [operation]})
    if given and (request.service, operation) in TAGGED:
        action, resource = TAGGED[request.service, operation]
        created = {"elasticfilesystem:CreateAction": [operation]} if request.service == "elasticfilesystem" else {}
        yield call(world, action, [own(request, resource)], given | created)
    if (request.service, operation) in PASSED:
        service, path = PASSED[request.service, operation]
        for role in sorted(set(at(request.json, path))):
            yield call(world, "iam:PassRole", [role], {"iam:PassedToService": [service]})
    if (request.service, operation) in ENCRYPTED:
        path, actions = ENCRYPTED[request.service, operation]
        for key in sorted(set(at(request.json, path))):
            for action in actions:
                yield call(world, "kms:" + action, [key], {"kms:GrantIsForAWSResource": ["true"]} if action == "CreateGrant" else {})


def call(world, action, resources, asked):
    return {"action": action, "resources": resources, "context": asked, "facts": facts_of(world, resources)}


def at(value, path):
    """The texts at a path, in each element of a list."""
    if isinstance(value, list):
        for element in value:
            yield from at(element, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from at(value[path[0]], path[1:])


def facts_of(world, arns):
    return {arn: found for arn in arns if (found := facts(world, arn)) is not None}


def facts(world, arn):
    """The condition keys of a resource, nothing where there is no such resource, or its service has no such keys here."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or arn.endswith("*"):
        return None
    _, partition, service, region, account, resource = parts
    if service == "eks":
        tags = eks_tags.named(world, account, region, arn)
        found = None if tags is None else (tags, {})
    else:
        finder = FINDERS.get(service)
        found = finder(account, region or partition, resource, arn) if finder else None
    if found is None:
        return None
    given, further = found
    return {f"aws:ResourceTag/{key}": [value] for key, value in given.items()} | further


def ec2(account, region, resource, _):
    kind, _, name = resource.partition("/")
    backend = ec2_backends[account][region]
    network = next((vpc for vpc, groups in backend.groups.items() if vpc and name in groups), None) if kind == "security-group" else None
    further = {"ec2:Vpc": [f"arn:{backend.partition}:ec2:{region}:{account}:vpc/{network}"]} if network else {}
    return backend.tags.get(name, {}), further


def kms(account, region, resource, _):
    kind, _, name = resource.partition("/")
    backend = kms_backends[account][region]
    if kind != "key" or name not in backend.keys:
        return None
    aliases = sorted(backend.keys[name].aliases)
    return backend.tagger.get_tag_dict_for_resource(name), {"kms:ResourceAliases": aliases} if aliases else {}


def efs(account, region, resource, _):
    kind, _, name = resource.partition("/")
    backend = efs_backends[account][region]
    if name not in {"file-system": backend.file_systems_by_id, "access-point": backend.access_points}.get(kind, {}):
        return None
    return dict(map(pair, backend.list_tags_for_resource(name))), {}


def iam(account, partition, resource, arn):
    backend = iam_backends[account][partition]
    if arn in backend.open_id_providers:
        return {tag["Key"]: tag["Value"] for tag in backend.open_id_providers[arn].tag_list_type}, {}
    if arn in backend.managed_policies:
        return {tag["Key"]: tag["Value"] for tag in backend.managed_policies[arn].tags.values()}, {}
    role = next((role for role in backend.roles.values() if role.arn == arn), None)
    if role is None:
        return None
    boundary = role.permissions_boundary_arn
    given = {tag["Key"]: tag["Value"] for tag in (role.tags.values() if isinstance(role.tags, dict) else role.tags or [])}
    return given, {"iam:PermissionsBoundary": [boundary]} if boundary else {}


def backup(account, region, resource, arn):
    backend = backup_backends[account][region]
    return backend.list_tags(arn) if backend.tagger.has_tags(arn) else {}, {}


def acm(account, region, _, arn):
    certificate = acm_backends[account][region]._certificates.get(arn)
    return (dict(certificate.tags), {}) if certificate else None


def ecr(account, region, resource, arn):
    backend = ecr_backends[account][region]
    if resource.removeprefix("repository/") not in backend.repositories:
        return None
    return backend.tagger.get_tag_dict_for_resource(arn), {}


def logs(account, region, resource, arn):
    """The ARN of a log group ends with a star or without one."""
    backend = logs_backends[account][region]
    name = resource.removeprefix("log-group:").removesuffix(":*")
    if name not in backend.groups:
        return None
    arn = arn.removesuffix(":*")
    return backend.tagger.get_tag_dict_for_resource(arn + ":*") | backend.tagger.get_tag_dict_for_resource(arn), {}


def autoscaling(account, region, resource, _):
    group = autoscaling_backends[account][region].autoscaling_groups.get(resource.rpartition("/")[2])
    return ({tag["Key"]: tag["Value"] for tag in group.tags}, {}) if group else None


FINDERS = {
    "acm": acm,
    "autoscaling": autoscaling,
    "backup": backup,
    "ec2": ec2,
    "ecr": ecr,
    "elasticfilesystem": efs,
    "iam": iam,
    "kms": kms,
    "logs": logs,
}
