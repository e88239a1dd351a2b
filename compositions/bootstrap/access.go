package bootstrap

import "strings"

// RuntimeName is the DeploymentRuntimeConfig and service account of the AWS providers,
// by which they get their credentials.
const RuntimeName = "provider-aws"

// RuntimeConfig gives all AWS providers one service account, and so one IAM role of the
// management cluster. With IRSA the account names the role; with Pod Identity an EKS
// association does.
func RuntimeConfig(roleARN string) Object {
	account := Object{"name": RuntimeName}
	if roleARN != "" {
		account["annotations"] = Object{"eks.amazonaws.com/role-arn": roleARN}
	}
	return object("pkg.crossplane.io/v1beta1", "DeploymentRuntimeConfig", RuntimeName,
		Object{"serviceAccountTemplate": Object{"metadata": account}})
}

// ActivationPolicy activates managed kinds: without it none has a CRD, because the
// chart's own policy for all of them is off.
func ActivationPolicy(name string, kinds []string) Object {
	return object("apiextensions.crossplane.io/v1alpha1", "ManagedResourceActivationPolicy", name,
		Object{"activate": list(kinds)})
}

// Role permits Crossplane to compose kinds for which neither a provider nor an XRD adds
// the permission.
func Role(kinds []string) Object {
	role := object("rbac.authorization.k8s.io/v1", "ClusterRole", "dominoc:composed", nil)
	role["metadata"].(Object)["labels"] = Object{"rbac.crossplane.io/aggregate-to-crossplane": "true"}
	var rules []any
	for _, kind := range kinds {
		resource, group, _ := strings.Cut(kind, ".")
		rules = append(rules, Object{
			"apiGroups": []any{group},
			"resources": []any{resource},
			"verbs":     []any{"get", "list", "watch", "create", "update", "patch", "delete"},
		})
	}
	role["rules"] = rules
	return role
}
