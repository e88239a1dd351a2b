package diff

import (
	"slices"
	"strings"
)

// sets are the lists, below spec.forProvider, that the provider keeps as sets: in
// another order they are the same. A test checks this list against the CRDs of
// provider-aws. Not in those, but sets in the Terraform provider's schemas all
// the same, is taint, a list of objects.
var sets = map[string]string{
	"acm.aws.m.upbound.io/Certificate":                 "subjectAlternativeNames",
	"backup.aws.m.upbound.io/Selection":                "resources",
	"ec2.aws.m.upbound.io/LaunchTemplate":              "vpcSecurityGroupIds",
	"ec2.aws.m.upbound.io/TransitGatewayVPCAttachment": "subnetIds",
	"efs.aws.m.upbound.io/MountTarget":                 "securityGroups",
	"eks.aws.m.upbound.io/AccessEntry":                 "kubernetesGroups",
	"eks.aws.m.upbound.io/AccessPolicyAssociation":     "accessScope.namespaces",
	"eks.aws.m.upbound.io/Cluster":                     "enabledClusterLogTypes encryptionConfig.resources vpcConfig.publicAccessCidrs vpcConfig.securityGroupIds vpcConfig.subnetIds",
	"eks.aws.m.upbound.io/NodeGroup":                   "subnetIds taint",
	"iam.aws.m.upbound.io/OpenIDConnectProvider":       "clientIdList",
	"route53.aws.m.upbound.io/Record":                  "records",
}

// sharedSets are the lists of shared objects whose order says nothing.
var sharedSets = map[string]string{
	"apiextensions.crossplane.io/ManagedResourceActivationPolicy": "spec.activate",
	"rbac.authorization.k8s.io/ClusterRole":                       "rules",
	"rbac.authorization.k8s.io/Role":                              "rules",
	kindKustomization:                                             "spec.healthChecks",
}

// isSet reports whether the list at a path of a kind has no order. A list of
// references has that of what it refers to.
func isSet(kind string, path Path) bool {
	names := path.names()
	if sharedSets[kind] == strings.Join(names, ".") {
		return true
	}
	if len(path.outside()) < len(path) || len(names) < 2 {
		return false
	}
	if names[1] == "managementPolicies" {
		return true
	}
	name := strings.Join(names[2:], ".")
	if list, refers := strings.CutSuffix(name, "Refs"); refers {
		name = strings.TrimSuffix(list, "s") + "s"
	}
	return slices.Contains(strings.Fields(sets[kind]), name)
}
