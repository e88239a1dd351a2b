package plan_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// reports is a role of the user's pods.
func reports() v1alpha1.PodRole {
	return v1alpha1.PodRole{
		Namespace: "reports", ServiceAccount: "reports", By: "podIdentity",
		Statements: []v1alpha1.PolicyStatement{{
			Effect: "Allow", Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::reports/*"},
			Conditions: map[string]map[string][]string{"StringEquals": {"aws:ResourceTag/team": {"reports"}}},
		}},
	}
}

// roled has one role, as edit leaves it.
func roled(edit func(role *v1alpha1.PodRole)) func(env *v1alpha1.Environment) {
	return func(env *v1alpha1.Environment) {
		role := reports()
		edit(&role)
		env.Cluster.PodRoles = map[string]v1alpha1.PodRole{"reports": role}
	}
}

func allowing(actions, resources []string) func(env *v1alpha1.Environment) {
	return roled(func(r *v1alpha1.PodRole) {
		r.Statements = []v1alpha1.PolicyStatement{{Effect: "Allow", Actions: actions, Resources: resources}}
	})
}

func TestPodRoles(t *testing.T) {
	test(t, []mistake{
		{"good", nil, roled(func(*v1alpha1.PodRole) {})},
		{"without rights", nil, roled(func(r *v1alpha1.PodRole) { r.Statements = nil })},
		{"everything", nil, allowing([]string{"*"}, []string{"*"})},
		{"everything with a service", nil, allowing([]string{"s3:Get*", "iam:*"}, []string{"arn:aws:s3:::reports", "*"})},
		{"all that lists a service", nil, allowing([]string{"s3:List*"}, []string{"*"})},
		{"everything with a bucket", nil, allowing([]string{"s3:*"}, []string{"arn:aws:s3:::reports/*"})},
		{"nothing", nil, roled(func(r *v1alpha1.PodRole) {
			r.Statements[0] = v1alpha1.PolicyStatement{Effect: "Deny", Actions: []string{"*"}, Resources: []string{"*"}}
		})},
		{"an administrator", nil, roled(func(r *v1alpha1.PodRole) { r.PolicyARNs = []string{"arn:aws:iam::aws:policy/AdministratorAccess"} })},
		{"an accepted administrator", nil, func(env *v1alpha1.Environment) {
			allowing([]string{"*"}, []string{"*"})(env)
			env.Accept["pod-role-wide"] = "the program administers the account"
		}},
		{"too long", nil, roled(func(r *v1alpha1.PodRole) {
			for i := range 200 {
				r.Statements[0].Resources = append(r.Statements[0].Resources, fmt.Sprintf("arn:aws:s3:::reports/of year %d/*", 1900+i))
			}
		})},
		{"the account of the load balancer controller", nil, roled(func(r *v1alpha1.PodRole) {
			r.Namespace, r.ServiceAccount = "kube-system", "aws-load-balancer-controller"
		})},
		{"the account of the EFS driver", nil, roled(func(r *v1alpha1.PodRole) {
			r.Namespace, r.ServiceAccount = "kube-system", "efs-csi-controller-sa"
		})},
		{"no agent", nil, func(env *v1alpha1.Environment) {
			roled(func(*v1alpha1.PodRole) {})(env)
			env.Cluster.Addons = map[string]v1alpha1.Addon{"eks-pod-identity-agent": {}}
		}},
		{"no agent, by a token", nil, func(env *v1alpha1.Environment) {
			roled(func(r *v1alpha1.PodRole) { r.By = "irsa" })(env)
			env.Cluster.Addons = map[string]v1alpha1.Addon{"eks-pod-identity-agent": {}}
		}},
	})
}

// external-dns may write to one zone, or assume the role of another account, and nothing else.
func TestTheRoleOfExternalDNS(t *testing.T) {
	for roleARN, want := range map[string]string{
		"": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["route53:ListHostedZones"],"Resource":["*"]},` +
			`{"Effect":"Allow","Action":["route53:ChangeResourceRecordSets","route53:ListResourceRecordSets","route53:ListTagsForResources"],"Resource":["arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"]}]}`,
		"arn:aws:iam::210987654321:role/dns": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],"Resource":["arn:aws:iam::210987654321:role/dns"]}]}`,
	} {
		env := prod()
		env.Cluster.ExternalDNS = &v1alpha1.ExternalDNS{RoleARN: roleARN, Namespace: "domino-platform", ServiceAccount: "external-dns", By: "podIdentity"}
		if roleARN == "" {
			env.Cluster.ExternalDNS.HostedZoneID = "Z0123456789ABCDEFGHIJ"
		}
		p, found := plan.Resolve(env, nowhere)
		require.False(t, found.HasErrors(), "%v", found)
		require.Equal(t, want, p.Spec.PodRoles.Roles["external-dns"].Document)
		require.Equal(t, "arn:aws:iam::123456789012:role/prod-us-external-dns", p.Spec.Outputs.PodRoles["external-dns"])
	}
}

// A role by Pod Identity has an association, one by a token has none and makes the cluster
// tell its OIDC provider.
func TestTheWayToARoleOfPods(t *testing.T) {
	for by, irsa := range map[v1alpha1.PodRoleBy]bool{"podIdentity": false, "irsa": true} {
		env := prod()
		roled(func(r *v1alpha1.PodRole) { r.By = by })(env)
		p, found := plan.Resolve(env, nowhere)
		require.False(t, found.HasErrors(), "%v", found)
		require.Equal(t, irsa, p.Spec.Cluster.OIDCKnown)
		require.Equal(t, irsa, p.Spec.PodRoles.OIDCProvider != "")
		arn := p.Spec.Outputs.PodRoles["reports"]
		require.Equal(t, "arn:aws:iam::123456789012:role/prod-us-reports", arn)
		var associated []string
		for _, a := range p.Spec.Addons.PodIdentities {
			if a.RoleARN == arn {
				associated = append(associated, a.Namespace+"/"+a.ServiceAccount)
			}
		}
		require.Equal(t, !irsa, len(associated) == 1, "%v", associated)
	}
}
