package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
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
	require.Empty(t, cmp.Diff(v1alpha1.StorageSpec{
		Key: v1alpha1.Reference{Name: "prod-us-identity-key"},
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
	require.Equal(t, v1alpha1.Reference{ID: env.Encryption.KeyARN}, got.Key)
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
		Key: v1alpha1.Reference{Name: "prod-us-identity-key"},
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

func TestMistakesInStorageRegistryAndDomain(t *testing.T) {
	storage := func(env *v1alpha1.Environment) diag.List { _, found := plan.Storage(env, there); return found }
	registry := func(env *v1alpha1.Environment) diag.List { _, found := plan.Registry(env, there); return found }
	domain := func(env *v1alpha1.Environment) diag.List { _, _, found := plan.Domain(env, there); return found }
	for _, c := range []struct {
		name string
		part func(*v1alpha1.Environment) diag.List
		edit func(*v1alpha1.Environment)
		want string
	}{
		{"a bucket is called as another's default", storage, func(env *v1alpha1.Environment) {
			env.Storage.Buckets.Logs.Name = "prod-us-123456789012-data"
		}, `
storage.buckets.logs.name: error: the data and the logs bucket are both called "prod-us-123456789012-data"; each role has a bucket of its own (R15) [bucket-unique]
  name: the data bucket
`},
		{"a bucket has a suffix of S3's", storage, func(env *v1alpha1.Environment) {
			env.Storage.Buckets.Data.Name = "acme--ol-s3"
		}, `
storage.buckets.data.name: error: data bucket "acme--ol-s3" ends with "--ol-s3", which S3 keeps for itself (R15) [bucket-name]
  hint: set storage.buckets.data.name
`},
		{"the environment's name makes a prefix of S3's", storage, func(env *v1alpha1.Environment) {
			env.Name = "sthree-a"
			b := &env.Storage.Buckets
			b.Registry.Name, b.Logs.Name, b.Backups.Name, b.Monitoring.Name = "acme-registry", "acme-logs", "acme-backups", "acme-monitoring"
		}, `
name: error: data bucket "sthree-a-123456789012-data" begins with "sthree-", which S3 keeps for itself (R15) [bucket-name]
  hint: set storage.buckets.data.name
`},
		{"data that exists, without its key", storage, func(env *v1alpha1.Environment) {
			env.Storage.Datasets.Existing = &v1alpha1.ExistingDatasets{FileSystemID: "fs-01234567", AccessPointID: "fsap-01234567"}
		}, `
storage.datasets.existing.fileSystemID: error: "fs-01234567" is encrypted with a key that exists already, and without encryption.keyARN a new one would be made [existing-key]
  hint: set encryption.keyARN to the key of the file system; EFS cannot change it
`},
		{"a name that ECR does not take", registry, func(env *v1alpha1.Environment) {
			env.Name, env.Registry.ECR.Enabled = "prod--us", true
		}, `
name: error: "prod--us" has two hyphens in a row, which ECR does not allow in the repositories that begin with it (R16) [repository-name]
  hint: choose another name, or leave registry.ecr off
  registry.ecr.enabled: the registry
`},
		{"a cache without a registry", registry, func(env *v1alpha1.Environment) {
			env.Registry.ECR.PullThroughCache = true
		}, `
registry.ecr.pullThroughCache: error: a cache of quay.io, but no registry that it would be part of (R16) [cache-without-registry]
  hint: set registry.ecr.enabled to true, or leave the cache out
`},
		{"a cache in GovCloud", registry, func(env *v1alpha1.Environment) {
			env.Region, env.Registry.ECR = "us-gov-west-1", v1alpha1.ECR{Enabled: true, PullThroughCache: true}
		}, `
registry.ecr.pullThroughCache: error: ECR has no cache of quay.io in "us-gov-west-1", which is of partition "aws-us-gov"; allowed are regions of partition "aws" [cache-region]
  hint: leave it out, and copy the images into the registry
  region: the region
`},
		{"a name too long for a certificate", domain, func(env *v1alpha1.Environment) {
			env.Domain.FQDN = strings.Repeat("d", 53) + ".example.com"
			env.Domain.HostedZone = &v1alpha1.HostedZone{ID: "Z0123456789ABC", Name: "example.com"}
		}, `
domain.fqdn: error: "` + strings.Repeat("d", 53) + `.example.com" has 65 characters, at most 64 are allowed in a certificate of ACM (R19) [certificate-name-length]
  hint: shorten the name, or bring a certificate whose first name is another one: domain.certificate.arn
  domain.hostedZone: the zone in which it would be validated
`},
		{"a certificate of another account", domain, func(env *v1alpha1.Environment) {
			env.Domain.Certificate = &v1alpha1.Certificate{ARN: "arn:aws:acm:us-west-2:210987654321:certificate/1"}
		}, `
domain.certificate.arn: error: the certificate is in account "210987654321", the environment in "123456789012": a load balancer takes one of its own account only (R19) [certificate-account]
  account: the environment's account
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := prod()
			c.edit(env)
			require.Equal(t, strings.TrimPrefix(c.want, "\n"), lines(c.part(env)))
		})
	}
}
