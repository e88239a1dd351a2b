package check

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func member(name, region string, source v1alpha1.CredentialsSource) Member {
	return Member{Environment: &v1alpha1.Environment{Name: name, Region: region, Provider: v1alpha1.Provider{Source: source}}}
}

func TestOneAccountOfTheProvidersServesAllEnvironments(t *testing.T) {
	const role = "arn:aws:iam::112233445566:role/dominoc"
	for name, c := range map[string]struct {
		role    string
		members []Member
		want    []string
	}{
		"Pod Identity needs no role": {"", []Member{member("a", "us-west-2", "PodIdentity")}, nil},
		"IRSA names one":             {role, []Member{member("a", "us-west-2", "IRSA")}, nil},
		"a token needs one": {"", []Member{member("b", "us-west-2", "WebIdentity"), member("a", "us-west-2", "IRSA")},
			[]string{"gitops-provider: missing; a, b get credentials by a token, which EKS gives to the pods of a service account that names a role"}},
		"a role for nobody": {role, []Member{member("a", "us-west-2", "Upbound")},
			[]string{`gitops-provider: "` + role + `" has no effect: no environment gets its credentials by a token`}},
		"a role comes before Pod Identity": {role, []Member{member("a", "us-west-2", "IRSA"), member("b", "us-west-2", "PodIdentity")},
			[]string{`gitops-provider: "` + role + `" takes precedence over Pod Identity for the same pods, so provider.source of b has no effect`}},
		"another partition": {role, []Member{member("a", "us-west-2", "IRSA"), member("b", "us-gov-west-1", "IRSA")},
			[]string{`gitops-partition: "` + role + `" is of partition "aws", so the providers get no role of aws-us-gov (b)`}},
		"two partitions by Pod Identity": {"", []Member{member("b", "us-gov-west-1", "PodIdentity"), member("c", "eu-west-1", "PodIdentity"), member("a", "us-west-2", "PodIdentity")},
			[]string{"gitops-partition: syncs aws (a, c) and aws-us-gov (b) into one management cluster, which can assume roles of one partition only"}},
		"one partition, whichever": {"", []Member{member("a", "us-gov-west-1", "PodIdentity"), member("b", "us-gov-east-1", "PodIdentity")}, nil},
		"nor by a token of another": {role, []Member{member("a", "us-west-2", "IRSA"), member("b", "us-gov-west-1", "WebIdentity")},
			[]string{`gitops-partition: "` + role + `" is of partition "aws", so the providers get no role of aws-us-gov (b)`}},
		"nor by Upbound's": {"", []Member{member("a", "us-west-2", "PodIdentity"), member("b", "us-gov-west-1", "Upbound")},
			[]string{"gitops-partition: syncs aws (a) and aws-us-gov (b) into one management cluster, which can assume roles of one partition only"}},
	} {
		t.Run(name, func(t *testing.T) {
			provider := v1alpha1.ProviderAccount{RoleARN: c.role}
			var got []string
			for _, m := range append(account(provider, c.members), partitions(provider, c.members)...) {
				got = append(got, m.code+": "+m.message)
			}
			require.Equal(t, c.want, got)
		})
	}
}
