package load

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestExplainSaysWhatTheSchemaSays(t *testing.T) {
	x, err := Explain("pools.gpu.size.min")
	require.NoError(t, err)
	require.Empty(t, x.Fields)
	require.Equal(t, "a whole number from 0 to 1000", x.Kind)
	require.Contains(t, x.Doc, "min is never gone below")
	require.Contains(t, codes(x.Rules), "pool-size-floor")

	x, err = Explain(`pools."default-gpu".capacityType`)
	require.NoError(t, err)
	require.Equal(t, `"onDemand"`, x.Default)
	require.Equal(t, `one of "onDemand", "spot"`, x.Kind)
}

func TestARuleIsExplainedWhereItFindsFault(t *testing.T) {
	for path, code := range map[string]string{
		"zones":                          "zones-count",
		"zones[0]":                       "zones-region",
		"pools.default.replaces":         "pool-replaces",
		"pools.default.disk.iops":        "pool-disk-gp2",
		"controlPlaneZones":              "control-plane-zones-count",
		"pools.default.zones":            "pool-zones-compute",
		"pools.default.taints":           "pool-taints-unique",
		"pools.default.labels":           "pool-label-key",
		"storage.datasets.backup":        "",
		"pools.default.disk.type":        "",
		"network.natGateways":            "",
		"cluster.endpoint.allowedCIDRs":  "endpoint-open",
		"cluster.addons":                 "addon-unknown",
		"domain.fqdn":                    "",
		"cluster.admins[0].policy":       "",
		"cluster.logs.retentionDays":     "log-retention",
		"storage.buckets.data.name":      "",
		"network.vpc.subnets.private.us": "",
	} {
		x, err := Explain(path)
		require.NoError(t, err, path)
		if code != "" {
			require.Contains(t, codes(x.Rules), code, path)
		}
	}
}

func codes(rules []Rule) []string {
	var all []string
	for _, r := range rules {
		all = append(all, r.Code)
	}
	return all
}

// A rule that this cannot read would be missing from the reference.
func TestEveryRuleIsRead(t *testing.T) {
	k, err := readSchema()
	require.NoError(t, err)
	rules, err := k.rules(environment)
	require.NoError(t, err)
	source := 0
	for name, content := range k.content {
		if strings.Contains(name, "/rules_") && !strings.HasSuffix(name, "rules_values.cue") {
			source += strings.Count(string(content), "error(")
		}
	}
	require.Len(t, rules, source)
	for _, r := range rules {
		require.NotEmpty(t, r.Path)
		require.NotEmpty(t, r.Text)
	}
}

func TestAPathThatIsNotThereIsSaidToBe(t *testing.T) {
	for path, want := range map[string]string{
		"pools.default.sise":    `pools.default has no field "sise"; did you mean "size"?`,
		"xyz":                   "the environment has no field \"xyz\"; it has name, account, ",
		"name.first":            "name has no fields",
		"pools[":                `"pools[" is not a path`,
		"cluster.addons.a.nope": "",
		"gitops.flx":            `gitops has no field "flx"; did you mean "flux"?`,
		"gitops.flux.secret":    `flux has no field "secret"; it has namespace, secretName`,
	} {
		_, err := Explain(path)
		require.Error(t, err, path)
		require.ErrorContains(t, err, want)
		var unknown *NoField
		require.ErrorAs(t, err, &unknown)
	}
}

func TestWhatStandsBesideTheEnvironmentsIsExplained(t *testing.T) {
	x, err := Explain("gitops.repository.url")
	require.NoError(t, err)
	require.True(t, x.Required)
	require.Equal(t, []string{"gitops-secret"}, codes(x.Rules))

	x, err = Explain("gitops")
	require.NoError(t, err)
	require.Contains(t, x.Doc, "GitOps is how the manifests reach the management cluster")

	x, err = Explain("name")
	require.NoError(t, err)
	require.NotContains(t, codes(x.Rules), "gitops-secret")
}

func TestPathsComplete(t *testing.T) {
	require.Empty(t, cmp.Diff([]string{"zones"}, CompletePath("zo")))
	require.Empty(t, cmp.Diff([]string{"pools.default.size.min", "pools.default.size.max"}, CompletePath("pools.default.size.m")))
	require.Empty(t, CompletePath("nowhere.x"))
	require.Contains(t, CompletePath(""), "name")
	require.Empty(t, cmp.Diff([]string{"gitops"}, CompletePath("gi")))
	require.Empty(t, cmp.Diff([]string{"gitops.repository.branch"}, CompletePath("gitops.repository.b")))
}

func TestExplainDistinguishesElementsFromFields(t *testing.T) {
	_, err := Explain("network.peers[0].cidr")
	require.NoError(t, err)
	_, err = Explain("pools[0]")
	require.NoError(t, err, "any name will do")
	_, err = Explain("domain[0]")
	require.EqualError(t, err, "domain is not a list: it has no element 0")
}
