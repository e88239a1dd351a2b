"""An installation of Domino's Terraform modules, in the emulated AWS.

    python -m installation make http://127.0.0.1:5555 infra.tfstate cluster.tfstate nodes.tfstate
    python -m installation look http://127.0.0.1:5555

make creates what the states describe, by calls of AWS's API as Terraform makes them,
and prints the ids of the states with those that AWS chose instead. It creates what an
environment takes over, what it may take in addition, and what it names by id, with the
roles and tags of those; of the network it leaves out the ways into and out of it.

look prints everything of those services that the account holds, as AWS describes it: a
description and the tags of each thing, by its kind and id.
"""

import json
import sys

import boto3

REGION = "us-west-2"


def main():
    command, endpoint, *states = sys.argv[1:]
    clients = Clients(endpoint)
    print(json.dumps(make(clients, states) if command == "make" else look(clients)))


class Clients:
    """Those of the SDK, made when they are used."""

    def __init__(self, endpoint):
        self._endpoint, self._made = endpoint, {}

    def __getattr__(self, service):
        if service not in self._made:
            self._made[service] = boto3.client(
                service, endpoint_url=self._endpoint, region_name=REGION, aws_access_key_id="emulated", aws_secret_access_key="emulated"
            )
        return self._made[service]


# --- make


def make(clients, states):
    found = [one for state in states for one in instances(state)]
    ids = {}
    for kind, maker in MAKERS.items():
        for attributes in [a for k, a in found if k == kind]:
            mine = json.loads(replaced(json.dumps(attributes), ids))
            for old, new in maker(clients, mine):
                if old and old != new:
                    ids[old] = new
    return ids


def instances(state):
    with open(state) as file:
        for resource in json.load(file)["resources"]:
            if resource["mode"] == "managed":
                for instance in resource["instances"]:
                    yield resource["type"], instance["attributes"]


def replaced(text, ids):
    for old in sorted(ids, key=len, reverse=True):
        text = text.replace(old, ids[old])
    return text


def pairs(tags, key="Key", value="Value"):
    return [{key: k, value: v} for k, v in sorted((tags or {}).items())]


def tagged(kind, a):
    return [{"ResourceType": kind, "Tags": pairs(a["tags_all"])}] if a.get("tags_all") else []


def stated(**members):
    """The members that say something: to Terraform, an empty text and zero are not set."""
    return {key: value for key, value in members.items() if value not in (None, "", 0, [], {})}


def vpc(clients, a):
    made = clients.ec2.create_vpc(CidrBlock=a["cidr_block"], TagSpecifications=tagged("vpc", a))["Vpc"]
    for attribute, value in (("EnableDnsSupport", a["enable_dns_support"]), ("EnableDnsHostnames", a["enable_dns_hostnames"])):
        clients.ec2.modify_vpc_attribute(VpcId=made["VpcId"], **{attribute: {"Value": value}})
    yield a["id"], made["VpcId"]


def vpc_range(clients, a):
    made = clients.ec2.associate_vpc_cidr_block(VpcId=a["vpc_id"], CidrBlock=a["cidr_block"])
    yield a["id"], made["CidrBlockAssociation"]["AssociationId"]


def subnet(clients, a):
    made = clients.ec2.create_subnet(
        VpcId=a["vpc_id"], CidrBlock=a["cidr_block"], AvailabilityZone=a["availability_zone"], TagSpecifications=tagged("subnet", a)
    )
    yield a["id"], made["Subnet"]["SubnetId"]


def security_group(clients, a):
    made = clients.ec2.create_security_group(
        GroupName=a["name"], Description=a["description"], VpcId=a["vpc_id"], TagSpecifications=tagged("security-group", a)
    )
    for rule in rules(clients.ec2, made["GroupId"]):  # that AWS makes, and Terraform takes away
        clients.ec2.revoke_security_group_egress(GroupId=made["GroupId"], SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
    yield a["id"], made["GroupId"]


def rules(ec2, group):
    return ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]


def security_group_rule(clients, a):
    authorize = {"ingress": clients.ec2.authorize_security_group_ingress, "egress": clients.ec2.authorize_security_group_egress}[a["type"]]
    ports = {} if a["protocol"] == "-1" else {"FromPort": a["from_port"], "ToPort": a["to_port"]}
    other = a["security_group_id"] if a["self"] else a["source_security_group_id"]
    made = authorize(
        GroupId=a["security_group_id"],
        IpPermissions=[
            dict(
                IpProtocol=a["protocol"],
                UserIdGroupPairs=[{"GroupId": other, "Description": a["description"]}] if other else [],
                IpRanges=[{"CidrIp": block, "Description": a["description"]} for block in a["cidr_blocks"] or []],
                **ports,
            )
        ],
    )
    [rule] = made["SecurityGroupRules"]
    yield a["security_group_rule_id"], rule["SecurityGroupRuleId"]


def key_pair(clients, a):
    clients.ec2.create_key_pair(KeyName=a["key_name"], KeyType=a["key_type"], TagSpecifications=tagged("key-pair", a))
    return []


def kms_key(clients, a):
    made = clients.kms.create_key(
        Description=a["description"],
        KeySpec=a["customer_master_key_spec"],
        KeyUsage=a["key_usage"],
        Policy=a["policy"],
        Tags=pairs(a["tags_all"], "TagKey", "TagValue"),
    )
    clients.kms.enable_key_rotation(KeyId=made["KeyMetadata"]["KeyId"])
    yield a["key_id"], made["KeyMetadata"]["KeyId"]


def kms_alias(clients, a):
    clients.kms.create_alias(AliasName=a["name"], TargetKeyId=a["target_key_id"])
    return []


def role(clients, a):
    clients.iam.create_role(RoleName=a["name"], AssumeRolePolicyDocument=a["assume_role_policy"], Path=a["path"], Tags=pairs(a["tags_all"]))
    return []


def policy(clients, a):
    clients.iam.create_policy(PolicyName=a["name"], PolicyDocument=a["policy"], Path=a["path"], Tags=pairs(a["tags_all"]))
    return []


def attachment(clients, a):
    clients.iam.attach_role_policy(RoleName=a["role"], PolicyArn=a["policy_arn"])
    return []


def log_group(clients, a):
    clients.logs.create_log_group(logGroupName=a["name"], tags=a["tags_all"], **stated(kmsKeyId=a["kms_key_id"]))
    clients.logs.put_retention_policy(logGroupName=a["name"], retentionInDays=a["retention_in_days"])
    return []


def cluster(clients, a):
    [network], [access], [addresses] = a["vpc_config"], a["access_config"], a["kubernetes_network_config"]
    made = clients.eks.create_cluster(
        name=a["name"],
        version=a["version"],
        roleArn=a["role_arn"],
        resourcesVpcConfig={
            "subnetIds": network["subnet_ids"],
            "securityGroupIds": network["security_group_ids"],
            "endpointPrivateAccess": network["endpoint_private_access"],
            "endpointPublicAccess": network["endpoint_public_access"],
        },
        kubernetesNetworkConfig={"serviceIpv4Cidr": addresses["service_ipv4_cidr"], "ipFamily": addresses["ip_family"]},
        logging={"clusterLogging": [{"types": a["enabled_cluster_log_types"], "enabled": True}]},
        encryptionConfig=[{"resources": e["resources"], "provider": {"keyArn": e["provider"][0]["key_arn"]}} for e in a["encryption_config"]],
        accessConfig={
            "authenticationMode": access["authentication_mode"],
            "bootstrapClusterCreatorAdminPermissions": access["bootstrap_cluster_creator_admin_permissions"],
        },
        bootstrapSelfManagedAddons=a["bootstrap_self_managed_addons"],
        upgradePolicy={"supportType": a["upgrade_policy"][0]["support_type"]},
        tags=a["tags_all"],
    )["cluster"]
    yield network["cluster_security_group_id"], made["resourcesVpcConfig"]["clusterSecurityGroupId"]
    yield a["endpoint"], made["endpoint"]
    issuer = a["identity"][0]["oidc"][0]["issuer"]
    yield issuer.removeprefix("https://"), made["identity"]["oidc"]["issuer"].removeprefix("https://")


def oidc_provider(clients, a):
    made = clients.iam.create_open_id_connect_provider(
        Url="https://" + a["url"], ClientIDList=a["client_id_list"], ThumbprintList=a["thumbprint_list"], Tags=pairs(a["tags_all"])
    )
    yield a["arn"], made["OpenIDConnectProviderArn"]


def addon(clients, a):
    made = clients.eks.create_addon(
        clusterName=a["cluster_name"],
        addonName=a["addon_name"],
        addonVersion=a["addon_version"],
        resolveConflicts=a["resolve_conflicts_on_create"],
        tags=a["tags_all"],
        **stated(configurationValues=a["configuration_values"], serviceAccountRoleArn=a["service_account_role_arn"]),
    )["addon"]
    yield a["arn"], made["addonArn"]


def launch_template(clients, a):
    made = clients.ec2.create_launch_template(
        LaunchTemplateName=a["name"],
        TagSpecifications=tagged("launch-template", a),
        LaunchTemplateData=stated(
            BlockDeviceMappings=[disk(one) for one in a["block_device_mappings"]],
            ImageId=a["image_id"],
            KeyName=a["key_name"],
            MetadataOptions=[
                stated(HttpEndpoint=m["http_endpoint"], HttpTokens=m["http_tokens"], HttpPutResponseHopLimit=m["http_put_response_hop_limit"])
                for m in a["metadata_options"]
            ][0],
            SecurityGroupIds=a["vpc_security_group_ids"],
            TagSpecifications=[{"ResourceType": one["resource_type"], "Tags": pairs(one["tags"])} for one in a["tag_specifications"]],
            UserData=a["user_data"],
        ),
    )["LaunchTemplate"]
    yield a["id"], made["LaunchTemplateId"]


def disk(mapping):
    [ebs] = mapping["ebs"]
    return {
        "DeviceName": mapping["device_name"],
        "Ebs": stated(
            DeleteOnTermination=ebs["delete_on_termination"] == "true",
            Encrypted=ebs["encrypted"] == "true",
            Iops=ebs["iops"],
            KmsKeyId=ebs["kms_key_id"],
            Throughput=ebs["throughput"],
            VolumeSize=ebs["volume_size"],
            VolumeType=ebs["volume_type"],
        ),
    }


def node_group(clients, a):
    [sizes], [template], [update] = a["scaling_config"], a["launch_template"], a["update_config"]
    made = clients.eks.create_nodegroup(
        clusterName=a["cluster_name"],
        nodegroupName=a["node_group_name"],
        nodeRole=a["node_role_arn"],
        subnets=a["subnet_ids"],
        scalingConfig={"minSize": sizes["min_size"], "maxSize": sizes["max_size"], "desiredSize": sizes["desired_size"]},
        instanceTypes=a["instance_types"],
        amiType=a["ami_type"],
        capacityType=a["capacity_type"],
        version=a["version"],
        releaseVersion=a["release_version"],
        labels=a["labels"],
        taints=[stated(key=t["key"], value=t["value"], effect=t["effect"]) for t in a["taint"]],
        launchTemplate={"name": template["name"], "version": template["version"]},
        updateConfig=stated(maxUnavailable=update["max_unavailable"], maxUnavailablePercentage=update["max_unavailable_percentage"]),
        tags=a["tags_all"],
    )["nodegroup"]
    yield a["arn"], made["nodegroupArn"]
    yield a["resources"][0]["autoscaling_groups"][0]["name"], made["resources"]["autoScalingGroups"][0]["name"]


def autoscaling_tag(clients, a):
    [tag] = a["tag"]
    clients.autoscaling.create_or_update_tags(
        Tags=[
            {
                "ResourceId": a["autoscaling_group_name"],
                "ResourceType": "auto-scaling-group",
                "Key": tag["key"],
                "Value": tag["value"],
                "PropagateAtLaunch": tag["propagate_at_launch"],
            }
        ]
    )
    return []


def file_system(clients, a):
    made = clients.efs.create_file_system(
        CreationToken=a["creation_token"],
        PerformanceMode=a["performance_mode"],
        ThroughputMode=a["throughput_mode"],
        Encrypted=a["encrypted"],
        KmsKeyId=a["kms_key_id"],
        Tags=pairs(a["tags_all"]),
    )
    yield a["id"], made["FileSystemId"]


def access_point(clients, a):
    [user], [root] = a["posix_user"], a["root_directory"]
    [info] = root["creation_info"]
    made = clients.efs.create_access_point(
        ClientToken=a["id"],
        FileSystemId=a["file_system_id"],
        PosixUser={"Uid": user["uid"], "Gid": user["gid"]},
        RootDirectory={
            "Path": root["path"],
            "CreationInfo": {"OwnerUid": info["owner_uid"], "OwnerGid": info["owner_gid"], "Permissions": info["permissions"]},
        },
        Tags=pairs(a["tags_all"]),
    )
    yield a["id"], made["AccessPointId"]


def mount_target(clients, a):
    made = clients.efs.create_mount_target(FileSystemId=a["file_system_id"], SubnetId=a["subnet_id"], SecurityGroups=a["security_groups"])
    yield a["id"], made["MountTargetId"]


def bucket(clients, a):
    clients.s3.create_bucket(Bucket=a["bucket"], CreateBucketConfiguration={"LocationConstraint": REGION})
    clients.s3.put_bucket_tagging(Bucket=a["bucket"], Tagging={"TagSet": pairs(a["tags_all"])})
    clients.s3.put_bucket_policy(Bucket=a["bucket"], Policy=a["policy"])
    clients.s3.put_bucket_versioning(Bucket=a["bucket"], VersioningConfiguration={"Status": "Enabled"})
    return []


def bucket_encryption(clients, a):
    [rule] = a["rule"]
    [default] = rule["apply_server_side_encryption_by_default"]
    clients.s3.put_bucket_encryption(
        Bucket=a["bucket"],
        ServerSideEncryptionConfiguration={
            "Rules": [
                {
                    "ApplyServerSideEncryptionByDefault": stated(
                        SSEAlgorithm=default["sse_algorithm"], KMSMasterKeyID=default["kms_master_key_id"]
                    ),
                    "BucketKeyEnabled": rule["bucket_key_enabled"] or False,
                }
            ]
        },
    )
    return []


def bucket_logging(clients, a):
    clients.s3.put_bucket_logging(
        Bucket=a["bucket"], BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": a["target_bucket"], "TargetPrefix": a["target_prefix"]}}
    )
    return []


def bucket_access(clients, a):
    clients.s3.put_public_access_block(
        Bucket=a["bucket"],
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": a["block_public_acls"],
            "BlockPublicPolicy": a["block_public_policy"],
            "IgnorePublicAcls": a["ignore_public_acls"],
            "RestrictPublicBuckets": a["restrict_public_buckets"],
        },
    )
    return []


def repository(clients, a):
    [encryption], [scanning] = a["encryption_configuration"], a["image_scanning_configuration"]
    clients.ecr.create_repository(
        repositoryName=a["name"],
        imageTagMutability=a["image_tag_mutability"],
        imageScanningConfiguration={"scanOnPush": scanning["scan_on_push"]},
        encryptionConfiguration={"encryptionType": encryption["encryption_type"], "kmsKey": encryption["kms_key"]},
        tags=pairs(a["tags_all"]),
    )
    return []


def cache(clients, a):
    clients.ecr.create_pull_through_cache_rule(ecrRepositoryPrefix=a["ecr_repository_prefix"], upstreamRegistryUrl=a["upstream_registry_url"])
    return []


def backup_vault(clients, a):
    clients.backup.create_backup_vault(BackupVaultName=a["name"], EncryptionKeyArn=a["kms_key_arn"], BackupVaultTags=a["tags_all"])
    return []


def backup_plan(clients, a):
    made = clients.backup.create_backup_plan(
        BackupPlan={"BackupPlanName": a["name"], "Rules": [backup_rule(one) for one in a["rule"]]}, BackupPlanTags=a["tags_all"]
    )
    yield a["id"], made["BackupPlanId"]


def backup_rule(rule):
    [lifecycle] = rule["lifecycle"]
    return {
        "RuleName": rule["rule_name"],
        "TargetBackupVaultName": rule["target_vault_name"],
        "ScheduleExpression": rule["schedule"],
        "StartWindowMinutes": rule["start_window"],
        "CompletionWindowMinutes": rule["completion_window"],
        "Lifecycle": {"MoveToColdStorageAfterDays": lifecycle["cold_storage_after"], "DeleteAfterDays": lifecycle["delete_after"]},
    }


def backup_selection(clients, a):
    made = clients.backup.create_backup_selection(
        BackupPlanId=a["plan_id"], BackupSelection={"SelectionName": a["name"], "IamRoleArn": a["iam_role_arn"], "Resources": a["resources"]}
    )
    yield a["id"], made["SelectionId"]


# By the types of Terraform, in the order in which one needs the other. Each maker yields
# the ids of the state with those of AWS.
MAKERS = {
    "aws_vpc": vpc,
    "aws_vpc_ipv4_cidr_block_association": vpc_range,
    "aws_subnet": subnet,
    "aws_security_group": security_group,
    "aws_security_group_rule": security_group_rule,
    "aws_key_pair": key_pair,
    "aws_kms_key": kms_key,
    "aws_kms_alias": kms_alias,
    "aws_iam_role": role,
    "aws_iam_policy": policy,
    "aws_iam_role_policy_attachment": attachment,
    "aws_cloudwatch_log_group": log_group,
    "aws_eks_cluster": cluster,
    "aws_iam_openid_connect_provider": oidc_provider,
    "aws_launch_template": launch_template,
    "aws_eks_node_group": node_group,
    "aws_eks_addon": addon,
    "aws_autoscaling_group_tag": autoscaling_tag,
    "aws_efs_file_system": file_system,
    "aws_efs_access_point": access_point,
    "aws_efs_mount_target": mount_target,
    "aws_s3_bucket": bucket,
    "aws_s3_bucket_server_side_encryption_configuration": bucket_encryption,
    "aws_s3_bucket_logging": bucket_logging,
    "aws_s3_bucket_public_access_block": bucket_access,
    "aws_ecr_repository": repository,
    "aws_ecr_pull_through_cache_rule": cache,
    "aws_backup_vault": backup_vault,
    "aws_backup_plan": backup_plan,
    "aws_backup_selection": backup_selection,
}


# --- look


def look(clients):
    held = {}
    for kind, id, described, tags in holdings(clients):
        held[f"{kind} {id}"] = {"description": plain(described), "tags": dict(sorted(tags.items()))}
    return held


def plain(described):
    """A description as JSON, without its tags, which are apart, and what is of the answer alone."""
    own = {key: value for key, value in described.items() if key not in ("tags", "Tags", "TagList", "ResponseMetadata")}
    if "SizeInBytes" in own:  # of a file system, as it was at a time
        own["SizeInBytes"] = own["SizeInBytes"]["Value"]
    return json.loads(json.dumps(own, default=str, sort_keys=True))


def flat(tags, key="Key", value="Value"):
    return {one[key]: one[value] for one in tags or []}


def holdings(clients):
    yield from network(clients.ec2)
    yield from clusters(clients.eks)
    yield from identities(clients.iam)
    yield from stores(clients)
    for group in clients.autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]:
        yield "autoscaling/Group", group["AutoScalingGroupName"], group, flat(group["Tags"])
    for group in clients.logs.describe_log_groups()["logGroups"]:
        tags = clients.logs.list_tags_log_group(logGroupName=group["logGroupName"])["tags"]
        yield "logs/Group", group["logGroupName"], group, tags


def network(ec2):
    for kind, call, members, id in (
        ("VPC", ec2.describe_vpcs, "Vpcs", "VpcId"),
        ("Subnet", ec2.describe_subnets, "Subnets", "SubnetId"),
        ("SecurityGroup", ec2.describe_security_groups, "SecurityGroups", "GroupId"),
        ("SecurityGroupRule", ec2.describe_security_group_rules, "SecurityGroupRules", "SecurityGroupRuleId"),
        ("RouteTable", ec2.describe_route_tables, "RouteTables", "RouteTableId"),
        ("KeyPair", ec2.describe_key_pairs, "KeyPairs", "KeyName"),
        ("LaunchTemplate", ec2.describe_launch_templates, "LaunchTemplates", "LaunchTemplateId"),
    ):
        for one in call()[members]:
            yield "ec2/" + kind, one[id], one, flat(one.get("Tags"))
    for template in ec2.describe_launch_templates()["LaunchTemplates"]:
        id = template["LaunchTemplateId"]
        for version in ec2.describe_launch_template_versions(LaunchTemplateId=id)["LaunchTemplateVersions"]:
            yield "ec2/LaunchTemplateVersion", f"{id} {version['VersionNumber']}", version, {}


def clusters(eks):
    for name in eks.list_clusters()["clusters"]:
        cluster = eks.describe_cluster(name=name)["cluster"]
        yield "eks/Cluster", name, cluster, cluster["tags"]
        for group in eks.list_nodegroups(clusterName=name)["nodegroups"]:
            described = eks.describe_nodegroup(clusterName=name, nodegroupName=group)["nodegroup"]
            yield "eks/NodeGroup", group, described, described["tags"]
        for addon in eks.list_addons(clusterName=name)["addons"]:
            described = eks.describe_addon(clusterName=name, addonName=addon)["addon"]
            yield "eks/Addon", addon, described, described["tags"]
        for association in eks.list_pod_identity_associations(clusterName=name)["associations"]:
            yield "eks/PodIdentityAssociation", association["associationId"], association, {}


def identities(iam):
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        attached = [one["PolicyArn"] for one in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]]
        yield "iam/Role", name, role | {"attached": sorted(attached)}, flat(iam.list_role_tags(RoleName=name)["Tags"])
    for provider in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        described = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider["Arn"])
        yield "iam/OpenIDConnectProvider", provider["Arn"], described, flat(described["Tags"])
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        yield "iam/Policy", policy["Arn"], policy, {}


def stores(clients):
    for system in clients.efs.describe_file_systems()["FileSystems"]:
        yield "efs/FileSystem", system["FileSystemId"], system, flat(system["Tags"])
        for target in clients.efs.describe_mount_targets(FileSystemId=system["FileSystemId"])["MountTargets"]:
            groups = clients.efs.describe_mount_target_security_groups(MountTargetId=target["MountTargetId"])["SecurityGroups"]
            yield "efs/MountTarget", target["MountTargetId"], target | {"groups": groups}, {}
    for point in clients.efs.describe_access_points()["AccessPoints"]:
        yield "efs/AccessPoint", point["AccessPointId"], point, flat(point["Tags"])
    for bucket in clients.s3.list_buckets()["Buckets"]:
        yield "s3/Bucket", bucket["Name"], bucket | settings(clients.s3, bucket["Name"]), flat(clients.s3.get_bucket_tagging(Bucket=bucket["Name"])["TagSet"])
    for key in clients.kms.list_keys()["Keys"]:
        described, id = clients.kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"], {"KeyId": key["KeyId"]}
        described |= {"policy": clients.kms.get_key_policy(**id, PolicyName="default")["Policy"], "rotates": clients.kms.get_key_rotation_status(**id)["KeyRotationEnabled"]}
        yield "kms/Key", key["KeyId"], described, flat(clients.kms.list_resource_tags(**id)["Tags"], "TagKey", "TagValue")
    for alias in clients.kms.list_aliases()["Aliases"]:
        yield "kms/Alias", alias["AliasName"], alias, {}
    for repository in clients.ecr.describe_repositories()["repositories"]:
        tags = clients.ecr.list_tags_for_resource(resourceArn=repository["repositoryArn"])["tags"]
        yield "ecr/Repository", repository["repositoryName"], repository, flat(tags)
    for rule in clients.ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"]:
        yield "ecr/PullThroughCacheRule", rule["ecrRepositoryPrefix"], rule, {}
    yield from backups(clients.backup)


def settings(s3, bucket):
    """What a bucket is told to do, beside its tags."""
    return {
        "encryption": s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"],
        "logging": s3.get_bucket_logging(Bucket=bucket).get("LoggingEnabled"),
        "policy": s3.get_bucket_policy(Bucket=bucket)["Policy"],
        "access": s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"],
        "versions": s3.get_bucket_versioning(Bucket=bucket).get("Status"),
    }


def backups(backup):
    for vault in backup.list_backup_vaults()["BackupVaultList"]:
        yield "backup/Vault", vault["BackupVaultName"], vault, backup.list_tags(ResourceArn=vault["BackupVaultArn"])["Tags"]
    for plan in backup.list_backup_plans()["BackupPlansList"]:
        described = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])
        yield "backup/Plan", plan["BackupPlanId"], described, backup.list_tags(ResourceArn=plan["BackupPlanArn"])["Tags"]
        for selection in backup.list_backup_selections(BackupPlanId=plan["BackupPlanId"])["BackupSelectionsList"]:
            yield "backup/Selection", selection["SelectionId"], selection, {}


if __name__ == "__main__":
    main()
