package upgrade

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// environment has the pools and the add-ons "name version", such as "gpu 1.33".
func environment(version string, pools, addons []string) *v1alpha1.Environment {
	env := &v1alpha1.Environment{Name: "prod", Region: "us-west-2", Pools: map[string]v1alpha1.Pool{}}
	env.Cluster = v1alpha1.Cluster{Version: version, SupportType: "EXTENDED", Addons: map[string]v1alpha1.Addon{}}
	for _, pool := range pools {
		name, held, _ := strings.Cut(pool, " ")
		env.Pools[name] = v1alpha1.Pool{Version: held}
	}
	for _, addon := range addons {
		name, stated, _ := strings.Cut(addon, " ")
		env.Cluster.Addons[name] = v1alpha1.Addon{Enabled: true, Version: stated}
	}
	return env
}

// report is that of an environment with the add-ons that every environment has.
func report(a Ask) Report {
	a.Addons = map[string]string{"coredns": "", "eks-pod-identity-agent": "", catalog.KubeProxy: "", "vpc-cni": ""}
	for name, addon := range a.Environment.Cluster.Addons {
		a.Addons[name] = addon.Version
	}
	return Plan(a)
}

// steps are those of a report: the fields that each edits.
func steps(r Report) []string {
	var all []string
	for _, step := range r.Steps {
		var edits []string
		for _, c := range step.Changes {
			edit := c.Path.String() + " removed"
			if c.Value != nil {
				edit = fmt.Sprintf("%s %v", c.Path, c.Value)
			}
			edits = append(edits, edit)
		}
		all = append(all, strings.Join(edits, ", "))
	}
	return all
}

func TestTheStepsOfAnUpgrade(t *testing.T) {
	tests := []struct {
		name string
		ask  Ask
		want []string
	}{
		{"ToTheNextVersion", Ask{Environment: environment("1.33", []string{"platform", "default"}, nil)}, []string{
			"pools.default.version 1.33, pools.platform.version 1.33",
			"cluster.version 1.34",
			"pools.default.version removed",
			"pools.platform.version removed",
		}},
		{"PoolsThatAreHeldStayHeldAtFirst", Ask{Environment: environment("1.33", []string{"platform 1.33", "default"}, nil)}, []string{
			"pools.default.version 1.33",
			"cluster.version 1.34",
			"pools.default.version removed",
			"pools.platform.version removed",
		}},
		{"WhatWasBegunIsDoneFirst", Ask{Environment: environment("1.34", []string{"platform 1.33", "default"}, nil)}, []string{
			"pools.platform.version removed",
		}},
		{"AllPoolsAtOnce", Ask{Environment: environment("1.34", []string{"platform 1.33", "default 1.33"}, nil), All: true}, []string{
			"pools.default.version removed, pools.platform.version removed",
		}},
		{"APoolIsKept", Ask{Environment: environment("1.34", []string{"platform", "gpu 1.33"}, nil), Keep: []string{"gpu"}}, []string{
			"pools.platform.version 1.34",
			"cluster.version 1.35",
			"pools.platform.version removed",
		}},
		{"ThroughSeveralVersions", Ask{Environment: environment("1.33", []string{"platform"}, nil), To: "1.35"}, []string{
			"pools.platform.version 1.33", "cluster.version 1.34", "pools.platform.version removed",
			"pools.platform.version 1.34", "cluster.version 1.35", "pools.platform.version removed",
		}},
		{"AnAddonOfWhichOneVersionSuitsBothGoesFirst", Ask{Environment: environment("1.33", []string{"platform 1.33"}, []string{"vpc-cni v1.19.2-eksbuild.1"})}, []string{
			`cluster.addons."vpc-cni".version v1.21.1-eksbuild.8`,
			"cluster.version 1.34",
			"pools.platform.version removed",
		}},
		{"AnAddonWithoutSuchAVersionGoesRightAfter", Ask{Environment: environment("1.32", []string{"platform 1.32"}, []string{"coredns v1.11.4-eksbuild.2"})}, []string{
			"cluster.version 1.33",
			"cluster.addons.coredns.version v1.12.2-eksbuild.4",
			"pools.platform.version removed",
		}},
		{"KubeProxyFollowsThePools", Ask{Environment: environment("1.33", []string{"platform 1.33"}, []string{"kube-proxy v1.33.3-eksbuild.6"})}, []string{
			"cluster.version 1.34",
			"pools.platform.version removed",
			`cluster.addons."kube-proxy".version v1.34.6-eksbuild.13`,
		}},
		{"BackByOneVersion", Ask{Environment: environment("1.34", []string{"platform", "default 1.33"}, []string{"kube-proxy v1.34.1-eksbuild.2"}), To: "1.33"}, []string{
			"pools.platform.version 1.33",
			`cluster.addons."kube-proxy".version v1.33.10-eksbuild.13`,
			"cluster.version 1.33",
			"pools.default.version removed, pools.platform.version removed",
		}},
		{"NeverBackByTwo", Ask{Environment: environment("1.34", []string{"platform"}, nil), To: "1.32"}, nil},
		{"NothingAfterTheNewest", Ask{Environment: environment("1.36", []string{"platform"}, nil)}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { require.Equal(t, test.want, steps(report(test.ask))) })
	}
}

// Each step of a long way is taken, and each time the rest of the way is what was told.
func TestTheRestOfTheWayIsWhatWasTold(t *testing.T) {
	env := environment("1.30", []string{"platform", "default", "gpu 1.29"}, []string{"coredns v1.11.1-eksbuild.9", "kube-proxy v1.30.7-eksbuild.2", "vpc-cni v1.17.1-eksbuild.1"})
	got := report(Ask{Environment: env, To: "1.36"})
	require.Greater(t, len(got.Steps), 20)
	for len(got.Steps) > 0 {
		take(env, got.Steps[0])
		rest := report(Ask{Environment: env, To: "1.36"})
		require.Equal(t, steps(got)[1:], append([]string{}, steps(rest)...))
		got = rest
	}
	require.Equal(t, "1.36", env.Cluster.Version)
	for name, pool := range env.Pools {
		require.Empty(t, pool.Version, name)
	}
}

// take edits an environment as a step says.
func take(env *v1alpha1.Environment, step Step) {
	for _, c := range step.Changes {
		value, _ := c.Value.(string)
		switch {
		case c.Path[0] == "pools":
			pool := env.Pools[c.Path[1]]
			pool.Version = value
			env.Pools[c.Path[1]] = pool
		case c.Path[1] == "version":
			env.Cluster.Version = value
		default:
			env.Cluster.Addons[c.Path[2]] = v1alpha1.Addon{Enabled: true, Version: value}
		}
	}
}

func TestAKeptPoolMayNotFallBehindTooFar(t *testing.T) {
	for held, want := range map[string][]string{
		"1.33": {},
		"1.32": {"pool gpu would be 4 minor versions behind the control plane; at most 3 are allowed"},
	} {
		env := environment("1.35", []string{"platform 1.35", "gpu " + held}, nil)
		require.Equal(t, want, report(Ask{Environment: env, Keep: []string{"gpu"}}).Blocked)
	}
}

// The image of a user's pool determines the version of its nodes: no step changes it.
func TestAPoolWithAnImageOfItsOwnIsNoted(t *testing.T) {
	env := environment("1.34", []string{"platform 1.34"}, nil)
	env.Pools["own"] = v1alpha1.Pool{AMI: "ami-0a1b2c3d4e5f60718"}
	up := report(Ask{Environment: env})
	require.Equal(t, []string{"cluster.version 1.35", "pools.platform.version removed"}, steps(up))
	require.Contains(t, up.Notes, "pool own has a custom image, ami-0a1b2c3d4e5f60718, which determines the version of its nodes: it may be at most 3 minor versions older than 1.35")
	back := report(Ask{Environment: env, To: "1.33"})
	require.Equal(t, "pools.platform.version 1.33", steps(back)[0])
	require.Contains(t, back.Notes, "pool own has a custom image, ami-0a1b2c3d4e5f60718: its version may not be newer than 1.33 either")
}

func TestTheWindowForARollback(t *testing.T) {
	env := environment("1.34", []string{"platform 1.33", "default"}, nil)
	open := report(Ask{Environment: env, Date: "2026-07-08", Upgraded: "2026-07-01"}).Rollback
	require.Equal(t, "to 1.33 until 2026-07-08; the nodes of default must be rolled back first", open.Says)
	require.Empty(t, open.Run)
	closed := report(Ask{Environment: env, Date: "2026-07-09", Upgraded: "2026-07-01"}).Rollback
	require.True(t, closed.Closed)
	unknown := report(Ask{Environment: env}).Rollback
	require.Len(t, unknown.Run, 3, "AWS knows when")
	require.Nil(t, report(Ask{Environment: env, Date: "2027-08-01"}).Rollback, "EKS no longer supports 1.33")
}

func TestTheEndOfSupport(t *testing.T) {
	tests := []struct {
		name, date string
		extended   bool
		want       string
	}{
		{"InStandardSupport", "2026-07-28", true, "standard until 2026-07-29, tomorrow; then extended, at 0.60 USD per cluster hour instead of 0.10, until 2027-07-29"},
		{"EKSUpgradesAtItsEnd", "2026-07-01", false, "standard until 2026-07-29, in 28 days; then EKS upgrades the control plane by itself (cluster.supportType STANDARD)"},
		{"InExtendedSupport", "2026-07-29", true, "standard ended on 2026-07-29; extended until 2027-07-29, in 365 days, at 0.60 USD per cluster hour instead of 0.10"},
		{"WithoutSupport", "2027-07-29", true, "all support ended on 2027-07-29: EKS upgrades the control plane by itself"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { require.Equal(t, test.want, supportOf("1.33", test.extended, test.date).Says) })
	}
}
