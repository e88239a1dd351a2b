"""What EKS offers: versions of Kubernetes, add-ons, access policies."""

from ..request import reply

VERSIONS = ["1.30", "1.31", "1.32", "1.33", "1.34", "1.35"]
DEFAULT_VERSION = "1.34"

ADDONS = {
    "aws-ebs-csi-driver": "v1.54.0-eksbuild.1",
    "aws-efs-csi-driver": "v2.2.0-eksbuild.1",
    "coredns": "v1.13.1-eksbuild.1",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.2",
    "external-dns": "v0.20.0-eksbuild.1",
    "kube-proxy": "v1.34.3-eksbuild.2",
    "metrics-server": "v0.8.0-eksbuild.6",
    "snapshot-controller": "v8.3.0-eksbuild.1",
    "vpc-cni": "v1.21.1-eksbuild.1",
}

POLICIES = [
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSViewPolicy",
]


def answer(request):
    if request.path == ["addons", "supported-versions"]:
        return reply({"addons": [versions(request, name) for name in ADDONS if request.parameter("addonName") in (None, name)]})
    if request.path == ["addons", "configuration-schemas"]:
        name, version = request.parameter("addonName"), request.parameter("addonVersion")
        return reply({"addonName": name, "addonVersion": version, "configurationSchema": "{}"})
    if request.path == ["access-policies"]:
        prefix = f"arn:{request.partition}:eks::aws:cluster-access-policy"
        return reply({"accessPolicies": [{"name": name, "arn": f"{prefix}/{name}"} for name in POLICIES]})
    if request.path == ["cluster-versions"]:
        return reply({"clusterVersions": [cluster_version(version) for version in reversed(VERSIONS)]})
    return None


def versions(request, name):
    wanted = request.parameter("kubernetesVersion")
    compatible = [
        {"clusterVersion": version, "platformVersions": ["*"], "defaultVersion": True}
        for version in VERSIONS
        if wanted in (None, version)
    ]
    version = {
        "addonVersion": ADDONS[name],
        "architecture": ["amd64", "arm64"],
        "requiresConfiguration": False,
        "compatibilities": compatible,
    }
    return {"addonName": name, "type": "networking", "publisher": "eks", "owner": "aws", "addonVersions": [version]}


def cluster_version(version):
    return {
        "clusterVersion": version,
        "clusterType": "eks",
        "defaultVersion": version == DEFAULT_VERSION,
        "status": "STANDARD_SUPPORT",
        "versionStatus": "STANDARD_SUPPORT",
        "defaultPlatformVersion": "eks.1",
        "kubernetesPatchVersion": version + ".1",
    }


def number(version):
    """A version that can be compared."""
    return tuple(int(part) for part in version.split("."))
