"""Auto Scaling: the group behind a node group. It has sizes and tags, and no instances.

How many tags a group has at most is in the user guide ("Tag Auto Scaling groups and
instances"). CreateOrUpdateTags answers with LimitExceeded beyond it (spinnaker/clouddriver
#315); the words are those of the API reference, as no report has AWS's.
"""

from moto.autoscaling.models import FakeAutoScalingGroup, autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.eks.models import eks_backends

from .fault import Fault

MOST_TAGS = 50  # those whose keys begin with aws: not counted


def make(request, cluster, group, name):
    """The group that EKS makes for a node group, with the tags that EKS puts on it."""
    tags = {
        "eks:cluster-name": cluster,
        "eks:nodegroup-name": group.nodegroup_name,
        "k8s.io/cluster-autoscaler/enabled": "true",
        f"k8s.io/cluster-autoscaler/{cluster}": "owned",
        f"kubernetes.io/cluster/{cluster}": "owned",
    }
    backend = request.backend(autoscaling_backends)
    backend.autoscaling_groups[name] = WithoutInstances(
        name=name,
        availability_zones=[],
        desired_capacity=0,
        max_size=0,
        min_size=0,
        launch_config_name=None,
        launch_template=None,
        vpc_zone_identifier=",".join(group.subnets),
        default_cooldown=None,
        health_check_period=15,
        health_check_type="EC2",
        load_balancers=[],
        target_group_arns=[],
        placement_group=None,
        termination_policies=[],
        autoscaling_backend=backend,
        ec2_backend=request.backend(ec2_backends),
        tags=[{"Key": key, "Value": value, "PropagateAtLaunch": "true"} for key, value in tags.items()],
        mixed_instances_policy=None,
        capacity_rebalance=group.capacity_type == "SPOT",
    )
    resize(request, name, group.scaling_config)


class WithoutInstances(FakeAutoScalingGroup):
    """moto's group starts instances by a launch template; ours are never looked at."""

    def _set_launch_configuration(self, *_):
        self.launch_config_name = None

    def set_desired_capacity(self, capacity):
        self.desired_capacity = capacity


def resize(request, name, sizes):
    group = request.backend(autoscaling_backends).autoscaling_groups[name]
    group.min_size, group.max_size, group.desired_capacity = sizes["minSize"], sizes["maxSize"], sizes["desiredSize"]


def answer(_, request):
    operation = request.form.get("Action")
    if operation == "SetDesiredCapacity":
        return set_desired(request)
    if operation in ("CreateOrUpdateTags", "DeleteTags"):
        for name, keys in tagged(request.form).items():
            group = known(request, name)
            if operation == "CreateOrUpdateTags":
                check_tags(group, keys)
    return None


def tagged(form):
    """The keys of the tags that a request names, by group."""
    groups = {}
    for name, group in form.items():
        if name.endswith(".ResourceId"):
            groups.setdefault(group, set()).add(form.get(name.removesuffix("ResourceId") + "Key"))
    return groups


def check_tags(group, keys):
    keys = keys | {tag["Key"] for tag in group.tags}
    if len([key for key in keys if not key.startswith("aws:")]) > MOST_TAGS:
        raise Fault(
            "LimitExceeded",
            "You have already reached a limit for your Amazon EC2 Auto Scaling resources (for example, Auto Scaling groups, launch configurations, or lifecycle hooks).",
        )


def known(request, name):
    groups = request.backend(autoscaling_backends).autoscaling_groups
    if name not in groups:
        raise Fault("ValidationError", f"AutoScalingGroup name not found - null {name}")
    return groups[name]


def set_desired(request):
    """What the autoscaler does. EKS shows the number as the node group's desired size."""
    name, desired = request.form["AutoScalingGroupName"], int(request.form["DesiredCapacity"])
    group = known(request, name)
    if not group.min_size <= desired <= group.max_size:
        bound = "above max value" if desired > group.max_size else "below min value"
        raise Fault("ValidationError", f"New SetDesiredCapacity value {desired} is {bound} {group.max_size if desired > group.max_size else group.min_size} for the AutoScalingGroup.")
    answer = request.moto()
    for cluster in request.backend(eks_backends).clusters.values():
        for node_group in cluster.nodegroups.values():
            if node_group.resources["autoScalingGroups"][0]["name"] == name:
                node_group.scaling_config["desiredSize"] = desired
    return answer
