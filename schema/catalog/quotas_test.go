package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/catalog"
)

func TestTheQuotaOfVCPUs(t *testing.T) {
	for of, want := range map[[2]string]string{
		{"m6i.2xlarge", "onDemand"}:    "L-1216C47A",
		{"im4gn.large", "onDemand"}:    "L-1216C47A",
		{"g5.2xlarge", "onDemand"}:     "L-DB2E81BA",
		{"gr6.4xlarge", "spot"}:        "L-3819A6DF",
		{"p4d.24xlarge", "onDemand"}:   "L-417A185B",
		{"inf2.xlarge", "spot"}:        "L-B5D1601B",
		{"u-6tb1.metal", "onDemand"}:   "L-43DA4232",
		{"u7i-12tb.224xlarge", "spot"}: "",
		{"mac1.metal", "onDemand"}:     "",
		{"mac-m4.metal", "onDemand"}:   "",
	} {
		q, known := catalog.VCPUQuota(of[0], of[1])
		require.Equal(t, want, q.Code, of)
		require.Equal(t, want != "", known, of)
	}
}

func TestEveryInstanceTypeButTheMacsCountsAgainstAQuota(t *testing.T) {
	for _, i := range catalog.Instances() {
		_, known := catalog.VCPUQuota(i.Type, "onDemand")
		require.Equal(t, i.Family()[:min(3, len(i.Family()))] != "mac", known, i.Type)
	}
}

func TestEveryQuotaIsWhole(t *testing.T) {
	all := catalog.Quotas()
	require.Greater(t, len(all), 30)
	for _, q := range all {
		require.Regexp(t, `^L-[0-9A-F]{8}$`, q.Code)
		require.NotEmpty(t, q.Service+q.Name, q.Code)
		require.Contains(t, []string{
			"region", "account", "availability-zone", "vpc", "cluster", "node-group", "security-group", "role", "route-table",
		}, q.Scope, q.Code)
		require.True(t, q.Default > 0 || q.Default == catalog.Unconfirmed && q.Grows, q.Code)
		require.Equal(t, q.CapacityType == "", len(q.Families) == 0, q.Code)
	}
}

func TestTheDateOfTheVersions(t *testing.T) {
	require.Equal(t, "2026-11-22", catalog.VersionsAsOf())
	v, known := catalog.FindVersion("1.35")
	require.True(t, known)
	require.Equal(t, "endoflife.date-2026-08-22", v.Source)
}

func TestVersionsOfAddons(t *testing.T) {
	v, known := catalog.FindAddonVersion("coredns", "1.32")
	require.True(t, known)
	require.Equal(t, "v1.11.4-eksbuild.2", v.Earliest)
	require.Equal(t, "v1.11.4-eksbuild.40", v.Latest)
	_, known = catalog.FindAddonVersion("vpc-cni", "1.36")
	require.False(t, known)
}
