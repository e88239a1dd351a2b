package diff

import (
	"slices"
	"strings"
)

// sets are the lists, below spec.forProvider, that the provider stores as sets, whose
// order has no meaning. A test checks this list against the CRDs of provider-aws. taint,
// a list of objects, is a set in the Terraform provider's schemas but not in those CRDs.
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

// sharedSets are the lists of shared objects whose order has no meaning.
var sharedSets = map[string]string{
	"apiextensions.crossplane.io/ManagedResourceActivationPolicy": "spec.activate",
	"rbac.authorization.k8s.io/ClusterRole":                       "rules",
	"rbac.authorization.k8s.io/Role":                              "rules",
	kindKustomization:                                             "spec.healthChecks",
}

// isSet reports whether the order of the list at a path of a kind has no meaning. A list
// of references is a set if the list that it fills in is one.
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
