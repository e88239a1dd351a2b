package takeover_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
)

// without returns an installation of which the cluster has no add-ons of EKS of these names.
func without(t *testing.T, of string, names ...string) fleet {
	t.Helper()
	f := empty(t, set(t, of)...)
	f.state.Resources = slices.DeleteFunc(f.state.Resources, func(r terraform.Resource) bool {
		return r.Managed && r.Type == "aws_eks_addon" && slices.Contains(names, r.Text("addon_name"))
	})
	return f
}

// What is no add-on of EKS stays as it is in the cluster: the environment makes none.
func TestAnInstallationWithoutAddonsIsTakenOver(t *testing.T) {
	all := []string{"coredns", "kube-proxy", "vpc-cni", "eks-pod-identity-agent"}
	for name, test := range map[string]struct {
		set  string
		none []string
	}{
		"DNS of its own":                    {"a-base", []string{"coredns"}},
		"none":                              {"c-pools", all},
		"none, and pods in their own range": {"a-base", all},
	} {
		t.Run(name, func(t *testing.T) {
			f := without(t, test.set, test.none...)
			f.write(t, f.decide(t, takeover.Options{FQDN: fqdn}))
			env := f.load().Environment
			for _, addon := range all {
				stated, given := env.Cluster.Addons[addon]
				require.Equal(t, slices.Contains(test.none, addon), given && !stated.Enabled, addon)
			}
			checked := f.check(t)
			require.True(t, checked.Proven(), "%s", checked.Report.In("text"))
			require.Empty(t, checked.Report.Wrong)
		})
	}
}
