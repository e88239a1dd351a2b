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
		{Type: "g5.2xlarge", VCPUs: 8, MemoryMiB: 32768, Architecture: "x86_64", GPUs: 1, GPUMaker: "nvidia", GPUModel: "a10g", Accelerated: true, ENIs: 4, IPv4PerENI: 15, Nitro: true},
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
	require.True(t, find("gr6.4xlarge").NVIDIA(), "in EC2's list, not in that of accelerators")
	require.True(t, find("gr6f.4xlarge").Accelerated, "a fraction of a GPU")
	require.Equal(t, 12, find("inf2.48xlarge").Neuron)
	require.Zero(t, find("dl1.24xlarge").Neuron, "Gaudi")
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

func TestTypesSinceJanuaryAreKnown(t *testing.T) {
	for name, size := range map[string][2]int{"c8i.2xlarge": {8, 16}, "m8i.4xlarge": {16, 64}, "p6-b300.48xlarge": {192, 4096}} {
		i, known := catalog.FindInstance(name)
		require.True(t, known, name)
		require.Equal(t, size, [2]int{i.VCPUs, i.MemoryGiB()}, name)
	}
	require.Equal(t, "2026-05-10", catalog.InstancesAsOf())
}

func TestOfferings(t *testing.T) {
	find := func(region string) catalog.Offerings {
		o, known := catalog.FindOfferings(region)
		require.True(t, known, region)
		return o
	}
	require.Equal(t, "abd", find("ca-central-1").Zones)
	require.Equal(t, "acd", find("ap-northeast-1").Zones)
	require.Equal(t, "ab", find("us-west-1").Zones)
	require.Empty(t, find("us-gov-west-1").Zones, "unknown")

	require.Equal(t, []string{"us-west-1a", "us-west-1b"}, catalog.ZonesOf("us-west-1"))
	require.Empty(t, catalog.ZonesOf("us-gov-west-1"))
	require.Empty(t, catalog.ZonesOf("cn-north-1"))

	require.True(t, find("us-west-2").Has("g5.2xlarge"))
	require.False(t, find("us-west-1").Has("g5.2xlarge"))
	require.False(t, find("us-gov-west-1").Has("g5.2xlarge"))
	require.False(t, find("eu-central-2").Has("m7i-flex.2xlarge"))

	require.Equal(t, "d", find("us-west-2").Lacks("g5.2xlarge", "abcd"))
	require.Empty(t, find("us-west-2").Lacks("g5.2xlarge", "abce"), "there is no e that anything is known of")
	require.Empty(t, find("us-west-2").Lacks("m6i.2xlarge", "abcd"))
	require.Empty(t, find("us-gov-west-1").Lacks("m6i.2xlarge", "abc"))

	_, known := catalog.FindOfferings("cn-north-1")
	require.False(t, known)
	require.True(t, catalog.OfferedAnywhere("inf2.xlarge"))
	require.False(t, catalog.OfferedAnywhere("m9g.2xlarge"), "newer than the data")
	require.Equal(t, "2026-05-10", catalog.OfferingsAsOf())
}

// A default type is there because the usual one is not, and like it.
func TestDefaultTypesAreOfferedInTheirRegions(t *testing.T) {
	usual := map[string]string{"platform": "m7i-flex.2xlarge", "default": "m6i.2xlarge", "default-gpu": "g5.2xlarge"}
	seen := map[[2]string]bool{}
	for _, d := range catalog.DefaultTypes() {
		key := [2]string{d.Region, d.NodePool}
		require.False(t, seen[key], key)
		seen[key] = true
		offered, known := catalog.FindOfferings(d.Region)
		require.True(t, known, d.Region)
		require.True(t, offered.Has(d.Type), "%+v", d)
		instance, _ := catalog.FindInstance(d.Type)
		want, _ := catalog.FindInstance(usual[d.NodePool])
		require.Equal(t, []int{want.VCPUs, want.MemoryMiB, want.GPUs}, []int{instance.VCPUs, instance.MemoryMiB, instance.GPUs}, "%+v", d)
		require.Equal(t, want.Architecture, instance.Architecture, "%+v", d)
	}
	for _, r := range catalog.Regions() {
		offered, known := catalog.FindOfferings(r.Name)
		for pool, usual := range usual {
			if known && !offered.Has(usual) && !seen[[2]string{r.Name, pool}] {
				require.Equal(t, "default-gpu", pool, r.Name)
				require.Contains(t, []string{"ap-south-2", "ap-southeast-4", "ca-west-1"}, r.Name, "a region without such GPUs")
			}
		}
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
	require.Equal(t, "aws", catalog.RegionNamed("us-west-3").Partition)
	require.Equal(t, "aws-us-gov", catalog.RegionNamed("us-gov-north-1").Partition)
	require.Equal(t, "amazonaws.com.cn", catalog.RegionNamed("cn-south-1").DNSSuffix)
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
