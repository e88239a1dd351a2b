package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func TestStorageOfAnEnvironmentWithDefaults(t *testing.T) {
	bucket := func(role string) v1alpha1.BucketSpec {
		return v1alpha1.BucketSpec{Name: "prod-us-123456789012-" + role, NoncurrentVersionDays: 30}
	}
	target := func(slot string) v1alpha1.MountTargetSpec {
		return v1alpha1.MountTargetSpec{Subnet: v1alpha1.Reference{Name: "prod-us-network-private-" + slot}}
	}
	got, found := plan.Storage(prod(), nowhere)
	require.Empty(t, found)
	require.Empty(t, cmp.Diff(&v1alpha1.StorageSpec{
		KeyARN: plan.Unknown,
		Datasets: v1alpha1.DatasetsSpec{
			ThroughputMode: "elastic",
			SecurityGroup:  v1alpha1.Reference{Name: "prod-us-security-efs"},
			MountTargets:   map[string]v1alpha1.MountTargetSpec{"z0": target("z0"), "z1": target("z1"), "z2": target("z2")},
			Backup:         v1alpha1.BackupSpec{ColdAfterDays: 35, DeleteAfterDays: 125},
		},
		Buckets: v1alpha1.BucketsSpec{
			Data: bucket("data"), Registry: bucket("registry"), Logs: bucket("logs"),
			Backups: bucket("backups"), Monitoring: bucket("monitoring"),
		},
		LoadBalancerLogAccount: "797873946194",
	}, got))
}

func TestStorageInAVPCOfTheUsersWithDataThatExists(t *testing.T) {
	env := existing()
	env.Zones = env.Zones[:1]
	env.Region = "eu-central-2" // the logs of its load balancers are written by a service
	env.Encryption.KeyARN = "arn:aws:kms:eu-central-2:123456789012:key/mrk-1"
	env.Storage.Datasets.Existing = &v1alpha1.ExistingDatasets{FileSystemID: "fs-0123456789abcdef0", AccessPointID: "fsap-0123456789abcdef0"}
	env.Storage.Buckets.Data.Name = "acme-domino-data"
	got, found := plan.Storage(env, nowhere)
	require.Empty(t, found)
	require.Equal(t, env.Encryption.KeyARN, got.KeyARN)
	require.Equal(t, "fs-0123456789abcdef0", got.Datasets.FileSystemID)
	require.Equal(t, "fsap-0123456789abcdef0", got.Datasets.AccessPointID)
	require.Equal(t, map[string]v1alpha1.MountTargetSpec{"z0": {Subnet: v1alpha1.Reference{ID: "subnet-0000000000000000a"}}}, got.Datasets.MountTargets)
	require.Equal(t, "acme-domino-data", got.Buckets.Data.Name)
	require.Empty(t, got.LoadBalancerLogAccount)
}

// A zone that comes later gets a mount target of its own and moves no other.
func TestMountTargetsAreKeyedBySlot(t *testing.T) {
	env := prod()
	three, _ := plan.Storage(env, nowhere)
	env.Zones = env.Zones[:1]
	one, _ := plan.Storage(env, nowhere)
	require.Equal(t, three.Datasets.MountTargets["z0"], one.Datasets.MountTargets["z0"])
}

func TestDefaultBucketNamesFitWhenTheEnvironmentsNameIsTheLongest(t *testing.T) {
	env := prod()
	env.Name = strings.Repeat("n", 32)
	_, found := plan.Storage(env, nowhere)
	require.Empty(t, found)
}

func TestRegistry(t *testing.T) {
	env := prod()
	off, found := plan.Registry(env, nowhere)
	require.Nil(t, off)
	require.Empty(t, found)
	env.Registry.ECR = v1alpha1.ECR{Enabled: true, PullThroughCache: true}
	on, found := plan.Registry(env, nowhere)
	require.Empty(t, found)
	require.Equal(t, &v1alpha1.RegistrySpec{
		KeyARN: plan.Unknown,
		Repositories: map[string]v1alpha1.RepositorySpec{
			"environment": {Name: "prod-us/environment"}, "genai-model": {Name: "prod-us/genai-model"}, "model": {Name: "prod-us/model"},
		},
		PullThroughCachePrefix: "prod-us/quay",
	}, on)
}

// The prefix of the Terraform modules is cut at 24 characters, so that two
// environments could share a cache.
func TestCachePrefixesOfLongNamesFitAndDiffer(t *testing.T) {
	prefixes := map[string]bool{}
	for _, name := range []string{
		strings.Repeat("n", 25), strings.Repeat("n", 26), strings.Repeat("n", 32), strings.Repeat("n", 17) + "-nnnnnnnnnnnnnn",
	} {
		env := prod()
		env.Name = name
		env.Registry.ECR = v1alpha1.ECR{Enabled: true, PullThroughCache: true}
		spec, found := plan.Registry(env, nowhere)
		require.Empty(t, found)
		require.LessOrEqual(t, len(spec.PullThroughCachePrefix), 30)
		require.NotContains(t, spec.PullThroughCachePrefix, "--", "ECR refuses two hyphens in a row")
		prefixes[spec.PullThroughCachePrefix] = true
	}
	require.Len(t, prefixes, 4)
}

func TestDomain(t *testing.T) {
	env := prod()
	none, provider, found := plan.Domain(env, nowhere)
	require.Nil(t, none)
	require.Nil(t, provider)
	require.Empty(t, found)

	env.Domain.HostedZone = &v1alpha1.HostedZone{ID: "Z0123456789ABC", Name: "example.com"}
	own, provider, found := plan.Domain(env, nowhere)
	require.Empty(t, found)
	require.Nil(t, provider)
	require.Equal(t, &v1alpha1.DomainSpec{FQDN: "domino.example.com", HostedZone: v1alpha1.HostedZoneSpec{ID: "Z0123456789ABC"}}, own)

	env.Domain.HostedZone.RoleARN = "arn:aws:iam::210987654321:role/dns"
	elsewhere, provider, found := plan.Domain(env, nowhere)
	require.Empty(t, found)
	require.Equal(t, &plan.ZoneProvider{Name: "prod-us-hosted-zone", RoleARN: env.Domain.HostedZone.RoleARN}, provider)
	require.Equal(t, provider.Name, elsewhere.HostedZone.ProviderConfig)
}

func TestMistakesInBucketNames(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*v1alpha1.Environment)
		want string
	}{
		{"a bucket is called as another's default", func(env *v1alpha1.Environment) {
			env.Storage.Buckets.Logs.Name = "prod-us-123456789012-data"
		}, `
storage.buckets.logs.name: error: the data and the logs bucket are both named "prod-us-123456789012-data"; each role needs a separate bucket (R15) [bucket-unique]
  name: the data bucket
`},
		{"a bucket has a suffix of S3's", func(env *v1alpha1.Environment) {
			env.Storage.Buckets.Data.Name = "acme--ol-s3"
		}, `
storage.buckets.data.name: error: data bucket "acme--ol-s3" ends with "--ol-s3", which S3 reserves (R15) [bucket-name]
  hint: set storage.buckets.data.name
`},
		{"the environment's name makes a prefix of S3's", func(env *v1alpha1.Environment) {
			env.Name = "sthree-a"
			b := &env.Storage.Buckets
			b.Registry.Name, b.Logs.Name, b.Backups.Name, b.Monitoring.Name = "acme-registry", "acme-logs", "acme-backups", "acme-monitoring"
		}, `
name: error: data bucket "sthree-a-123456789012-data" begins with "sthree-", which S3 reserves (R15) [bucket-name]
  hint: set storage.buckets.data.name
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := prod()
			c.edit(env)
			_, found := plan.Storage(env, there)
			require.Equal(t, strings.TrimPrefix(c.want, "\n"), lines(found))
		})
	}
}
