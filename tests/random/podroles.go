package random

import (
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// podRoles returns roles of the user's pods for a third of the environments, of each sort:
// with policies of AWS and of the account, with statements, and in both ways. They are
// derived: a draw would change what follows.
func podRoles(env *v1alpha1.Environment, region catalog.Region) map[string]v1alpha1.PodRole {
	if len(env.Name)%3 != 1 {
		return nil
	}
	roles := map[string]v1alpha1.PodRole{
		"reports": {
			Namespace: "reports", ServiceAccount: "reports", By: "podIdentity",
			Statements: []v1alpha1.PolicyStatement{
				{Effect: "Allow", Actions: []string{"s3:ListAllMyBuckets"}, Resources: []string{"*"}},
				{
					Effect: "Deny", Actions: []string{"s3:Delete*"}, Resources: []string{arn(region, "s3", "", "", "reports/${aws:PrincipalTag/kubernetes-namespace}/*")},
					Conditions: map[string]map[string][]string{"StringNotEquals": {"aws:PrincipalAccount": {env.Account}}},
				},
			},
		},
		"a-role-of-thirty-one-characters": {
			Namespace: "default", ServiceAccount: "loader.v2", By: "podIdentity",
			PolicyARNs: []string{arn(region, "iam", "", "aws", "policy/AmazonS3ReadOnlyAccess"), arn(region, "iam", "", env.Account, "policy/"+env.Name)},
		},
	}
	if addon, given := env.Cluster.Addons["eks-pod-identity-agent"]; given && !addon.Enabled {
		env.Accept["pod-role-agent"] = "the agent is a DaemonSet of ours"
	}
	if len(env.Tags)%2 == 0 && (env.Adopted == nil || env.Adopted.OIDCProvider) {
		roles["by-token"] = v1alpha1.PodRole{
			Namespace: "default", ServiceAccount: "by-token", By: "irsa",
			PolicyARNs: []string{arn(region, "iam", "", "aws", "policy/AmazonS3ReadOnlyAccess")},
			Statements: []v1alpha1.PolicyStatement{{Effect: "Allow", Actions: []string{"sqs:*"}, Resources: []string{arn(region, "sqs", region.Name, env.Account, "work")}}},
		}
	}
	return roles
}

// externalDNS returns the role of external-dns for some environments with roles of pods,
// derived as well.
func externalDNS(env *v1alpha1.Environment, region catalog.Region) *v1alpha1.ExternalDNS {
	if env.Cluster.PodRoles == nil || len(env.Name)%2 == 0 {
		return nil
	}
	dns := &v1alpha1.ExternalDNS{HostedZoneID: "Z0123456789ABCDEFGHIJ", Namespace: "domino-platform", ServiceAccount: "external-dns", By: "podIdentity"}
	if env.Account[len(env.Account)-1]%2 == 0 {
		dns.HostedZoneID, dns.RoleARN = "", arn(region, "iam", "", "210987654321", "role/dns")
	}
	return dns
}
