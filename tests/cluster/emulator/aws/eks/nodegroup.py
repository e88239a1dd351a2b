"""Node groups: what EKS refuses of sizes, versions and instance types, and the Auto Scaling group behind each.

Sources of the texts: reports of users (terraform-aws-modules/terraform-aws-eks
#1279, #1514, #1545, #1875, #3306, #3459 and #3521, sassoftware/viya4-iac-aws #298,
rancher/rancher #27777, rancher/eks-operator #11 and #161, awslabs/ec2-spot-workshops #154,
eksctl-io/eksctl #6461 and HHS/simpler-grants-gov #12404) and the API reference of
NodegroupScalingConfig for the ranges, of CreateNodegroup for what a launch template's
image excludes and for the type of a group without one, of Nodegroup for the types that
are not shown. No report has the text on a type that leaves a launch template: it is made
of the one on a type that comes into it. Reports of types that are not offered, or of
another architecture, are of types in the group; those in a template are taken to be alike.
"""

import base64
import email
import time

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.eks.models import DEFAULT_REMOTE_ACCESS

from .. import autoscaling
from ..fault import Fault, invalid
from . import cluster as clusters
from . import update
from .catalog import number

# What a group has that names no strategy (terraform-aws-modules/terraform-aws-eks #3625).
STRATEGY = {"updateStrategy": "DEFAULT"}


def answer(world, request, cluster, rest):
    if not rest:
        return create(world, request, cluster) if request.method == "POST" else None
    name, *change = rest
    group = clusters.known(request, cluster).nodegroups.get(name)
    if change and group:
        return update_version(world, request, cluster, group) if change == ["update-version"] else update_config(request, cluster, group)
    answer = request.moto()
    if not answer.good or group is None:
        return answer
    body = complete(world, answer.json, cluster, group)
    if request.method == "DELETE":
        body["nodegroup"]["status"] = "DELETING"
        request.backend(autoscaling_backends).autoscaling_groups.pop(autoscaling_group(group), None)
    return answer.with_json(body)


def create(world, request, cluster):
    wanted = request.json
    check_sizes(wanted.get("scalingConfig") or {}, "minSize can't be greater than desiredSize")
    check_version(request, cluster, wanted.get("version"))
    check_update(wanted.get("updateConfig") or {})
    for subnet in wanted.get("subnets") or []:
        clusters.find_subnets(request, [subnet])
    check_template(request, wanted.get("launchTemplate"), wanted)
    types, in_template = wanted.get("instanceTypes") or [], template_type(request, wanted.get("launchTemplate"))
    if types and in_template:
        raise Fault("InvalidRequestException", "Cannot specify instance types in launch template and API request")
    check_types(world, request, types or in_template, wanted.get("subnets") or [], wanted.get("amiType"))
    answer = request.moto()
    if not answer.good:
        return answer
    group = clusters.known(request, cluster).nodegroups[wanted["nodegroupName"]]
    if in_template:
        group.instance_types = None
    group.version = wanted.get("version") or clusters.known(request, cluster).version
    group.update_config = STRATEGY | (wanted.get("updateConfig") or {"maxUnavailable": 1})
    group.node_repair_config = wanted.get("nodeRepairConfig")
    group.resources["autoScalingGroups"] = [{"name": f"eks-{group.nodegroup_name}-{group.uuid}"}]
    autoscaling.make(request, cluster.name, group, autoscaling_group(group))
    cluster.node_groups[group.nodegroup_name] = time.time()
    body = answer.json
    body["nodegroup"]["resources"] = dict(group.resources)
    return answer.with_json(complete(world, body, cluster, group))


def autoscaling_group(group):
    return group.resources["autoScalingGroups"][0]["name"]


def check_sizes(sizes, below):
    """Sizes that EKS takes: at most one node at least, and the desired number between the others.

    below is the text for a minimum above the desired number; creating and updating have different ones.
    """
    if sizes.get("maxSize", 1) < 1:
        raise invalid("1 validation error detected: Value '0' at 'scalingConfig.maxSize' failed to satisfy constraint: Member must have value greater than or equal to 1")
    desired = sizes.get("desiredSize")
    if desired is None:
        return
    if sizes.get("minSize", 0) > desired:
        raise invalid(below)
    if desired > sizes.get("maxSize", desired):
        raise invalid("desiredSize can't be greater than maxSize")


def check_version(request, cluster, wanted, have=None):
    """Nodes are never newer than their control plane, and an update does not take them back."""
    limit = clusters.known(request, cluster).version
    if wanted and (number(wanted) > number(limit) or have and number(wanted) < number(have)):
        raise invalid(f"Nodegroup Kubernetes version should be equal to Cluster kubernetes version {limit} or NodeGroup kubernetes version {have or limit}")


def check_update(config):
    """How nodes are replaced: one of two strategies (API reference of NodegroupUpdateConfig)."""
    if config.get("updateStrategy", "DEFAULT") not in ("DEFAULT", "MINIMAL"):
        raise invalid("updateStrategy failed to satisfy constraint: Member must satisfy enum value set: [DEFAULT, MINIMAL]")
    if "maxUnavailable" in config and "maxUnavailablePercentage" in config:
        raise invalid("Only one of maxUnavailable and maxUnavailablePercentage can be specified")


def check_types(world, request, types, subnets, image):
    """Instance types that the region offers, and every zone of the group one of them, also for a group without nodes.

    What EKS says of a zone that lacks some of several types is not known: it is taken.
    """
    architecture = "arm64" if "_ARM_64" in (image or "") else "x86_64"
    for one in types if image and image != "CUSTOM" else []:
        known = INSTANCE_TYPES.get(one)
        if known and architecture not in known["ProcessorInfo"]["SupportedArchitectures"]:
            raise invalid(f"[{one}] is not a valid instance type for requested amiType {image}")
    offered = world.offerings.get(request.region)
    if not offered or not types:
        return
    lacking = offered.lacks(types)
    if lacking:
        raise invalid(f"The following supplied instance types do not exist: [{', '.join(lacking)}]")
    for subnet in clusters.find_subnets(request, subnets):
        zone = subnet.availability_zone
        if not any(offered.has(one, zone) for one in types):
            raise Fault(
                "InvalidRequestException",
                f"Your requested instance type ({types[0]}) is not supported in your requested Availability Zone ({zone}). Please retry "
                f"your request by not specifying an Availability Zone or choosing {', '.join(offered.zones_of(types[0]))}.",
            )


def check_template(request, template, wanted, had=None):
    """A launch template that there is, and that goes together with what is wanted beside it.

    had is the template that the group has, on an update.
    """
    if not template:
        return
    data = template_data(request, template)
    if data is None:
        raise invalid(f"Launch template details can't be found: {template.get('name') or template.get('id')}")
    if data.get("ImageId"):
        if wanted.get("amiType", "CUSTOM") != "CUSTOM":
            raise invalid("You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your launch template.")
        if wanted.get("version"):
            raise invalid("You cannot specify a kubernetes version to use when specifying an image id to use within the launch template.")
        if wanted.get("releaseVersion"):
            raise invalid("You cannot specify an ami release version to use when specifying an image id to use within the launch template.")
    else:
        if wanted.get("amiType") == "CUSTOM":
            raise invalid("You must specify an image id in your launch template, when specifying CUSTOM as AMI Type.")
        check_user_data(data.get("UserData"))
    if had and bool(data.get("ImageId")) != bool(template_data(request, had).get("ImageId")):
        raise invalid("You cannot change between a launch template with a custom AMI and one without.")


def check_user_data(encoded):
    """Where EKS chooses the image it adds a part of its own, and so wants parts. The provider says nothing by an empty text."""
    text = base64.b64decode(str(encoded or ""))
    if text and email.message_from_bytes(text).get_content_maintype() != "multipart":
        raise invalid("Ec2LaunchTemplateInvalidConfiguration: User data was not in the MIME multipart format.")


def template_type(request, template):
    """The instance type of a launch template, as a list of one or none."""
    data = template and template_data(request, template) or {}
    return [data["InstanceType"]] if data.get("InstanceType") else []


def template_data(request, template):
    for known in request.backend(ec2_backends).launch_templates.values():
        if template.get("name") == known.name or template.get("id") == known.id:
            wanted = template.get("version") or "$Default"
            number = {"$Latest": known.latest_version_number, "$Default": known.default_version_number}.get(wanted, wanted)
            for version in known.versions:
                if str(version.number) == str(number):
                    return version.data
    return None


def update_version(world, request, cluster, group):
    wanted = request.json
    check_version(request, cluster, wanted.get("version"), group.version)
    template = dict(group.launch_template or {}, **(wanted.get("launchTemplate") or {}))
    check_template(request, template, wanted, group.launch_template)
    had, types = template_type(request, group.launch_template), template_type(request, template)
    if bool(had) != bool(types):
        raise invalid(f"You must continue to {'' if had else 'not '}specify an instance type within the launch template")
    check_types(world, request, types, group.subnets, group.ami_type)
    group.version = wanted.get("version") or group.version
    group.release_version = wanted.get("releaseVersion") or group.release_version
    if wanted.get("launchTemplate"):
        group.launch_template = template
    return update.begin(cluster, "VersionUpdate", node_group=group.nodegroup_name)


def update_config(request, cluster, group):
    sizes = dict(group.scaling_config, **(request.json.get("scalingConfig") or {}))
    check_sizes(sizes, f"Minimum capacity {sizes.get('minSize')} can't be greater than desired size {sizes.get('desiredSize')}")
    check_update(request.json.get("updateConfig") or {})
    answer = request.moto()
    if not answer.good:
        return answer
    if request.json.get("updateConfig"):
        group.update_config = STRATEGY | request.json["updateConfig"]
    autoscaling.resize(request, autoscaling_group(group), group.scaling_config)
    return update.begin(cluster, "ConfigUpdate", node_group=group.nodegroup_name)


def complete(world, body, cluster, group):
    described = body["nodegroup"]
    described |= {"version": group.version, "updateConfig": group.update_config}
    if group.remote_access is DEFAULT_REMOTE_ACCESS:  # moto invents an SSH key
        described.pop("remoteAccess", None)
        described.get("resources", {}).pop("remoteAccessSecurityGroup", None)
    if group.node_repair_config:
        described["nodeRepairConfig"] = group.node_repair_config
    if described.get("launchTemplate"):
        described.pop("diskSize", None)
    if not group.instance_types:
        described.pop("instanceTypes", None)
    if world.taking(cluster.node_groups.get(group.nodegroup_name, 0)):
        described["status"] = "CREATING"
    return body
