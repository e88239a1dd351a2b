package explain

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/shape"
)

func TestExplainSaysWhatTheSchemaSays(t *testing.T) {
	x, err := fieldAt("pools.gpu.size.min")
	require.NoError(t, err)
	require.Empty(t, x.fields)
	require.Equal(t, "a whole number from 0 to 1000", x.kind)
	require.Contains(t, x.doc, "min is the least number of nodes")
	require.Contains(t, codesOf(x.rules), "pool-size-floor")

	x, err = fieldAt(`pools."default-gpu".capacityType`)
	require.NoError(t, err)
	require.Equal(t, `"onDemand"`, x.def)
	require.Equal(t, `one of "onDemand", "spot"`, x.kind)
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
		x, err := fieldAt(path)
		require.NoError(t, err, path)
		if code != "" {
			require.Contains(t, codesOf(x.rules), code, path)
		}
	}
}

func codesOf(rules []shape.Rule) []string {
	var all []string
	for _, r := range rules {
		all = append(all, r.Code)
	}
	return all
}

// A rule that this cannot read would be missing from the reference.
func TestEveryRuleIsRead(t *testing.T) {
	rules := shape.Read().Rules[shape.Environment]
	source := 0
	for _, f := range schema.Files() {
		if strings.Contains(f.Name, "/rules_") && !strings.HasSuffix(f.Name, "rules_values.cue") {
			source += strings.Count(string(f.Content), "error(")
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
		_, err := fieldAt(path)
		require.Error(t, err, path)
		require.ErrorContains(t, err, want)
	}
}

func TestWhatStandsBesideTheEnvironmentsIsExplained(t *testing.T) {
	x, err := fieldAt("gitops.repository.url")
	require.NoError(t, err)
	require.True(t, x.required)
	require.Equal(t, []string{"gitops-secret"}, codesOf(x.rules))

	x, err = fieldAt("gitops")
	require.NoError(t, err)
	require.Contains(t, x.doc, "GitOps is how the manifests reach the management cluster")

	x, err = fieldAt("name")
	require.NoError(t, err)
	require.NotContains(t, codesOf(x.rules), "gitops-secret")
}

func TestPathsComplete(t *testing.T) {
	require.Empty(t, cmp.Diff([]string{"zones"}, completePath("zo")))
	require.Empty(t, cmp.Diff([]string{"pools.default.size.min", "pools.default.size.max"}, completePath("pools.default.size.m")))
	require.Empty(t, completePath("nowhere.x"))
	require.Contains(t, completePath(""), "name")
	require.Empty(t, cmp.Diff([]string{"gitops"}, completePath("gi")))
	require.Empty(t, cmp.Diff([]string{"gitops.repository.branch"}, completePath("gitops.repository.b")))
}

func TestExplainDistinguishesElementsFromFields(t *testing.T) {
	_, err := fieldAt("network.peers[0].cidr")
	require.NoError(t, err)
	_, err = fieldAt("pools[0]")
	require.NoError(t, err, "any name will do")
	_, err = fieldAt("domain[0]")
	require.EqualError(t, err, "domain is not a list: it has no element 0")
}
