package catalog_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/catalog"
)

func TestInstanceTypesOfTheInstallPage(t *testing.T) {
	for _, want := range []catalog.Instance{
		{Type: "m7i-flex.2xlarge", VCPUs: 8, MemoryMiB: 32768, Architecture: "x86_64", ENIs: 4, IPv4PerENI: 15, Nitro: true},
		{Type: "m6i.2xlarge", VCPUs: 8, MemoryMiB: 32768, Architecture: "x86_64", ENIs: 4, IPv4PerENI: 15, Nitro: true},
		{Type: "g5.2xlarge", VCPUs: 8, MemoryMiB: 32768, Architecture: "x86_64", GPUs: 1, GPUMaker: "nvidia", Accelerated: true, ENIs: 4, IPv4PerENI: 15, Nitro: true},
	} {
		t.Run(want.Type, func(t *testing.T) {
			got, known := catalog.FindInstance(want.Type)
			require.True(t, known)
			require.Empty(t, cmp.Diff(want, got))
		})
	}
}

func TestKindsOfInstanceTypes(t *testing.T) {
	find := func(name string) catalog.Instance {
		i, known := catalog.FindInstance(name)
		require.True(t, known, name)
		return i
	}
	require.Equal(t, catalog.ARM64, find("m7g.2xlarge").Architecture)
	require.Equal(t, catalog.ARM64, find("g5g.2xlarge").Architecture)
	require.False(t, find("m4.2xlarge").Nitro, "Xen")
	require.True(t, find("m5.metal").Nitro, "bare metal takes prefixes too")
	require.True(t, find("m5.metal").BareMetal)
	require.False(t, find("g4ad.2xlarge").NVIDIA(), "AMD")
	require.False(t, find("g6f.xlarge").NVIDIA(), "a fraction of a GPU")
	require.False(t, find("inf2.xlarge").NVIDIA(), "Inferentia is no GPU")
	require.Equal(t, "m7i-flex", find("m7i-flex.2xlarge").Family())
	require.Equal(t, 32, find("m9g.2xlarge").MemoryGiB(), "known to the library of limits only")
}

func TestAnUnknownInstanceType(t *testing.T) {
	_, known := catalog.FindInstance("m6i.3xlarge")
	require.False(t, known)
}

func TestEveryInstanceTypeIsWhole(t *testing.T) {
	all := catalog.Instances()
	require.Greater(t, len(all), 1300)
	require.True(t, slices.IsSortedFunc(all, func(a, b catalog.Instance) int { return strings.Compare(a.Type, b.Type) }))
	for _, i := range all {
		require.Positive(t, min(i.VCPUs, i.MemoryMiB, i.ENIs, i.IPv4PerENI), "%+v", i)
		require.Contains(t, []string{catalog.X8664, catalog.ARM64}, i.Architecture, i.Type)
	}
}

func TestPartitionsOfRegions(t *testing.T) {
	for region, want := range map[string]catalog.Region{
		"us-west-2":     {Name: "us-west-2", Partition: "aws", DNSSuffix: "amazonaws.com", LoadBalancerLogAccount: "797873946194"},
		"eu-south-1":    {Name: "eu-south-1", Partition: "aws", DNSSuffix: "amazonaws.com", OptIn: true, LoadBalancerLogAccount: "635631232127"},
		"us-gov-west-1": {Name: "us-gov-west-1", Partition: "aws-us-gov", DNSSuffix: "amazonaws.com", LoadBalancerLogAccount: "048591011584"},
		"cn-north-1":    {Name: "cn-north-1", Partition: "aws-cn", DNSSuffix: "amazonaws.com.cn", LoadBalancerLogAccount: "638102146993"},
		"eu-central-2":  {Name: "eu-central-2", Partition: "aws", DNSSuffix: "amazonaws.com", OptIn: true},
	} {
		got, known := catalog.FindRegion(region)
		require.True(t, known)
		require.Empty(t, cmp.Diff(want, got))
	}
	_, known := catalog.FindRegion("us-west-3")
	require.False(t, known)
	require.Greater(t, len(catalog.Regions()), 30)
}

func TestVersionsOfKubernetes(t *testing.T) {
	got, known := catalog.FindVersion("1.34")
	require.True(t, known)
	require.Equal(t, catalog.Version{Kubernetes: "1.34", EndOfStandardSupport: "2026-12-02", EndOfExtendedSupport: "2027-12-02", Source: "aws-eks-user-guide-013856044148"}, got)
	_, known = catalog.FindVersion("1.99")
	require.False(t, known)
	all := catalog.Versions()
	require.Equal(t, "1.24", all[0].Kubernetes, "oldest first")
}

func TestNamesOfEndpointServices(t *testing.T) {
	services := func(region string) []string {
		r, known := catalog.FindRegion(region)
		require.True(t, known)
		return []string{r.EndpointService("s3"), r.EndpointService("ecr.dkr"), r.EndpointService("glue")}
	}
	require.Equal(t, []string{"com.amazonaws.us-gov-west-1.s3", "com.amazonaws.us-gov-west-1.ecr.dkr", ""}, services("us-gov-west-1"))
	require.Equal(t, []string{"com.amazonaws.cn-north-1.s3", "cn.com.amazonaws.cn-north-1.ecr.dkr", ""}, services("cn-north-1"))
}

func TestEveryFileNamesItsSources(t *testing.T) {
	files, err := filepath.Glob("data/*.csv")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(text), "# source: "), file)
	}
}

func TestEveryTableHasItsDate(t *testing.T) {
	files, err := filepath.Glob("data/*.csv")
	require.NoError(t, err)
	tables := catalog.Tables()
	require.Len(t, tables, len(files))
	for _, table := range tables {
		require.Regexp(t, `^20\d\d-\d\d-\d\d$`, table.Date, table.File)
		require.NotEmpty(t, table.What, table.File)
	}
	require.Equal(t, "2026-11-22", catalog.DateOf("eks-versions.csv"))
}
