package takeover_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/takeover"
	"github.com/dominoc/dominoc/cmd/dominoc/terraform"
	"github.com/dominoc/dominoc/compositions/proof"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/installation"
)

// expectation is what is true of a set (testdata/README.md of package terraform).
type expectation struct {
	Name, Region, Version string
	Zones                 []string
	Importable            bool
	Pools                 map[string]struct {
		Terraform     string
		Min, Max      int64
		InstanceTypes []string
		Kept          bool
	}
	Adopted struct {
		Cluster         string
		LaunchTemplates map[string]string
		NodeGroups      map[string][]string
		OIDC            *string
	}
	Brought struct {
		VPC                     string
		Subnets                 map[string][]string
		Key                     string
		FileSystem, AccessPoint string
		Buckets                 map[string]string
		SecurityGroups, Roles   map[string]string
	}
}

func TestTheRealSetsAreTakenOverAsExpected(t *testing.T) {
	for _, name := range []string{"a-base", "b-existing", "c-pools"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", "terraform", "testdata", name, "expect.json"))
			require.NoError(t, err)
			var want, got expectation
			require.NoError(t, json.Unmarshal(text, &want))
			f := empty(t, set(t, name)...)
			taken := f.decide(t, takeover.Options{FQDN: fqdn})
			f.write(t, taken)
			got = seen(taken, f.load().Environment)
			for name, p := range want.Pools {
				if p.Kept { // its groups are Terraform's
					p.Min, p.Max, p.InstanceTypes = 0, 0, nil
					want.Pools[name] = p
				}
			}
			delete(want.Brought.SecurityGroups, "fileSystem") // no object names it
			require.Empty(t, cmp.Diff(want, got))
		})
	}
}

// seen is what an environment has of the things that are expected.
func seen(taken *takeover.Takeover, env *v1alpha1.Environment) expectation {
	var got expectation
	got.Name, got.Region, got.Version, got.Zones, got.Importable = env.Name, env.Region, env.Cluster.Version, env.Zones, true
	for _, p := range taken.Report.Pools {
		one := got.Pools[p.Name]
		one.Terraform, one.Kept = p.Terraform, p.Kept != ""
		if pool, said := env.Pools[p.Name]; said {
			one.Min, one.Max, one.InstanceTypes = *pool.Size.Min, *pool.Size.Max, pool.InstanceTypes
		}
		if got.Pools == nil {
			got.Pools = map[string]struct {
				Terraform     string
				Min, Max      int64
				InstanceTypes []string
				Kept          bool
			}{}
		}
		got.Pools[p.Name] = one
	}
	got.Adopted.Cluster, got.Adopted.LaunchTemplates, got.Adopted.NodeGroups = env.Name, map[string]string{}, map[string][]string{}
	for name, pool := range env.Adopted.Pools {
		got.Adopted.LaunchTemplates[name] = env.IDs["pool-"+name]["template"]
		for _, zone := range env.Zones {
			got.Adopted.NodeGroups[name] = append(got.Adopted.NodeGroups[name], pool.Groups[zone])
		}
	}
	if arn, adopted := env.IDs["cluster"]["issuer"]; adopted && env.Adopted.OIDCProvider {
		got.Adopted.OIDC = &arn
	}
	b, vpc := &got.Brought, env.Network.VPC
	b.VPC, b.Key = vpc.ID, env.Encryption.KeyARN
	b.Subnets = map[string][]string{"private": {}, "public": {}, "pod": {}}
	for _, zone := range env.Zones {
		for role, subnets := range map[string]map[string]v1alpha1.Subnet{"private": vpc.Subnets.Private, "public": vpc.Subnets.Public, "pod": vpc.Subnets.Pod} {
			if subnet, there := subnets[zone]; there {
				b.Subnets[role] = append(b.Subnets[role], subnet.ID)
			}
		}
	}
	b.FileSystem, b.AccessPoint = env.Storage.Datasets.Existing.FileSystemID, env.Storage.Datasets.Existing.AccessPointID
	buckets := env.Storage.Buckets
	b.Buckets = map[string]string{"data": buckets.Data.Name, "registry": buckets.Registry.Name, "logs": buckets.Logs.Name, "backups": buckets.Backups.Name, "monitoring": buckets.Monitoring.Name}
	b.SecurityGroups = map[string]string{"controlPlane": env.Adopted.SecurityGroups.ControlPlane, "nodes": env.Adopted.SecurityGroups.Nodes}
	b.Roles = map[string]string{"controlPlane": env.Adopted.Roles.ControlPlane, "nodes": env.Adopted.Roles.Nodes}
	return got
}

// The verdict of each published example of the modules: with the two zones that it asks for
// none can be taken over, with a third one nearly all.
func TestEachExampleOfTheModulesHasItsVerdict(t *testing.T) {
	first := map[string]string{ // after one further apply
		"fips-on":          "narrow eks.public_access.cidrs",
		"only-efs-storage": "storage.s3.create = true",
	}
	kept := map[string][]string{
		"custom-node-pool": {"custom-gpu-1"},
		"nodes-custom-ami": {"default", "default-gpu", "platform"},
	}
	for _, name := range installation.Examples() {
		t.Run(name, func(t *testing.T) {
			two := decided(t, installation.Example(name, installation.Zones(2)).Files()...)
			require.False(t, two.Proven())
			require.Empty(t, two.Files)
			require.Contains(t, refused(two), "(R6)")

			three := decided(t, installation.Example(name, installation.Zones(3)).Files()...)
			if name == "dataplane" {
				require.Contains(t, refused(three), "(R1)")
				require.Contains(t, refused(three), "(R14)")
				require.Contains(t, refused(three), "(R15)")
				return
			}
			if before, further := first[name]; further {
				require.Contains(t, refused(three), before)
				require.Len(t, three.Report.Refused, 1)
				return
			}
			require.True(t, three.Proven(), "%s", three.Report.In("text"))
			var stay []string
			for _, p := range three.Report.Pools {
				if p.Kept != "" {
					stay = append(stay, p.Name)
				}
			}
			require.Equal(t, kept[name], stay, "%s", three.Report.In("text"))
		})
	}
}

// decided returns the environment of an installation in an empty repository.
func decided(t *testing.T, files ...terraform.File) *takeover.Takeover {
	t.Helper()
	return empty(t, files...).decide(t, takeover.Options{FQDN: fqdn})
}

func refused(taken *takeover.Takeover) string {
	var all []string
	for _, r := range taken.Report.Refused {
		all = append(all, r.What+"; first: "+r.First)
	}
	return strings.Join(all, "\n")
}

// A state of one root, with other modules around, or printed by terraform show, is the same
// installation.
func TestTheFormOfTheStatesDoesNotMatter(t *testing.T) {
	i := installation.Example("minimal-wo-bastion", installation.Zones(3))
	want := decided(t, i.Files()...)
	for form, files := range map[string][]terraform.File{"one root": i.Single(), "show -json": i.Shown()} {
		got := decided(t, files...)
		require.Empty(t, cmp.Diff(want.Files, got.Files), form)
	}
}

// What is taken over gets the tags of the environment, and those of its own pool: the
// modules give them to the node groups alone.
func TestOnlyTagsOfOursAreAdded(t *testing.T) {
	taken := decided(t, set(t, "c-pools")...)
	tags := map[string]bool{}
	for _, change := range taken.Report.Changes {
		for _, tag := range change.Tags {
			tags[tag] = true
		}
	}
	require.Equal(t, []string{"Name", "dominoc.dev/environment", "purpose"}, slices.Sorted(maps.Keys(tags)))
	require.Empty(t, taken.Report.Wrong)
}

// Crossplane's provider adds tags by itself: the report has them for each resource, and the
// printed one once. A resource that has them, because it was taken over before, gets none.
func TestTagsOfTheProviderAreReported(t *testing.T) {
	f := empty(t, set(t, "a-base")...)
	taken := f.decide(t, takeover.Options{FQDN: fqdn})
	for _, change := range taken.Report.Changes {
		require.Equal(t, proof.ProviderTags(), change.ProviderTags, change.Address)
	}
	line := "each also gets the tags of Crossplane's provider: " + strings.Join(proof.ProviderTags(), ", ")
	require.Equal(t, 1, strings.Count(taken.Report.In("text"), line))
	require.Equal(t, 1, strings.Count(taken.Report.In("markdown"), line))
	require.Equal(t, len(taken.Report.Changes), strings.Count(taken.Report.In("json"), `"providerTags"`))

	f.write(t, taken)
	for _, r := range f.state.Of(true, "aws_eks_cluster") {
		for _, key := range proof.ProviderTags() {
			r.Attributes["tags_all"].(map[string]any)[key] = "x"
		}
	}
	checked := f.check(t)
	require.True(t, checked.Proven(), "%v", checked.Report.Wrong)
	for _, change := range checked.Report.Changes {
		require.Equal(t, strings.HasSuffix(change.Object, "Cluster/"+f.name()+"-cluster-cluster"), len(change.ProviderTags) == 0, change.Object)
	}
	require.Contains(t, checked.Report.In("text"), "of them also get the tags of Crossplane's provider")
}
