package storage_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/stretchr/testify/require"
	efs "github.com/upbound/provider-aws/v2/apis/namespaced/efs/v1beta1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/compositions/components/storage"
	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/lowered"
)

// environment is a plan of storage with the environment it belongs to.
type environment struct {
	common v1alpha1.Common
	spec   v1alpha1.StorageSpec
}

const fileSystemARN = "arn:aws:elasticfilesystem:us-west-2:123456789012:file-system/fs-0123456789abcdef0"

func (e environment) lower() []resource.Resource {
	return storage.Lower(e.common, e.spec, v1alpha1.StorageStatus{FileSystemARN: fileSystemARN})
}

// threeZones is what an environment with our own network and key has.
func threeZones() environment {
	made := func(component, key string) v1alpha1.Reference {
		return v1alpha1.Reference{Name: v1alpha1.ObjectName("prod-us", component, key)}
	}
	return environment{lowered.Common(), v1alpha1.StorageSpec{
		KeyARN: "arn:aws:kms:us-west-2:123456789012:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
		Datasets: v1alpha1.DatasetsSpec{
			ThroughputMode: "elastic",
			SecurityGroup:  made("security", "efs"),
			MountTargets: map[string]v1alpha1.MountTargetSpec{
				"z0": {Subnet: made("network", "private-z0")},
				"z1": {Subnet: made("network", "private-z1")},
				"z2": {Subnet: made("network", "private-z2")},
			},
			Backup: v1alpha1.BackupSpec{ColdAfterDays: 35, DeleteAfterDays: 125},
		},
		Buckets: v1alpha1.BucketsSpec{
			Data: bucket("data"), Registry: bucket("registry"), Logs: bucket("logs"),
			Backups: bucket("backups"), Monitoring: expiring("monitoring"),
		},
		LoadBalancerLogAccount: "797873946194",
	}}
}

func bucket(role string) v1alpha1.BucketSpec {
	return v1alpha1.BucketSpec{Name: "prod-us-123456789012-" + role, NoncurrentVersionDays: 30}
}

func expiring(role string) v1alpha1.BucketSpec {
	spec := bucket(role)
	spec.RetentionDays = 400
	return spec
}

// takenUp is one zone of the user's own, with data that exists and may go.
func takenUp() environment {
	e := threeZones()
	e.common.Deletion = "allow"
	e.common.Region, e.common.Partition = "us-gov-west-1", "aws-us-gov"
	e.spec.KeyARN = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1"
	e.spec.Datasets.ThroughputMode = ""
	e.spec.Datasets.FileSystemID = "fs-0123456789abcdef0"
	e.spec.Datasets.AccessPointID = "fsap-0123456789abcdef0"
	e.spec.Datasets.MountTargets = map[string]v1alpha1.MountTargetSpec{"z0": {Subnet: v1alpha1.Reference{ID: "subnet-0123456789abcdef0"}}}
	e.spec.LoadBalancerLogAccount = ""
	return e
}

func TestThreeZonesAreAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "three-zones.yaml", threeZones().lower())
}

func TestDataThatExistsIsAsTheGoldenFileSays(t *testing.T) {
	// Its objects are the same but for what the user brings; the file shows those.
	var brought []resource.Resource
	for _, key := range []string{"file-system", "access-point", "mount-z0", "backup-vault", "encryption-data", "policy-monitoring"} {
		brought = append(brought, find(t, takenUp().lower(), key))
	}
	lowered.Check(t, takenUp().lower())
	lowered.Golden(t, "taken-up.yaml", brought)
}

// takenOver is storage of others that the environment took over as it is, encrypted with
// keys of AWS.
func takenOver() environment {
	e := threeZones()
	e.spec.KeyARN = ""
	d := &e.spec.Datasets
	d.ThroughputMode, d.FileSystemID, d.AccessPointID = "", "fs-0123456789abcdef0", "fsap-0123456789abcdef0"
	d.SecurityGroup = v1alpha1.Reference{ID: "sg-0123456789abcdef0"}
	d.Adopted = &v1alpha1.AdoptedDatasetsSpec{Backup: &v1alpha1.AdoptedBackupSpec{
		RoleARN: "arn:aws:iam::123456789012:role/prod-us-efs-backup", Schedule: "cron(0 3 * * ? *)", BeginsInMinutes: 60, CompletesInMinutes: 180,
	}}
	for _, b := range []*v1alpha1.BucketSpec{&e.spec.Buckets.Data, &e.spec.Buckets.Registry, &e.spec.Buckets.Logs, &e.spec.Buckets.Backups, &e.spec.Buckets.Monitoring} {
		b.NoncurrentVersionDays, b.RetentionDays, b.Adopted = 0, 0, &v1alpha1.AdoptedBucketSpec{Policy: `{"Version":"2012-10-17","Statement":[]}`}
	}
	return e
}

func TestStorageThatIsTakenOverIsAsTheGoldenFileSays(t *testing.T) {
	lowered.Golden(t, "taken-over.yaml", takenOver().lower())
}

// A resource that is taken over has its external name from the start: without one the
// provider would write it again.
func TestWhatIsTakenOverIsNamedOrInGit(t *testing.T) {
	for _, r := range takenOver().lower() {
		rule, _ := externalname.Of(r.Kind())
		_, named := r.ExternalName()
		require.True(t, named || rule.InGit(), r.Key)
	}
}

func TestStorageThatIsTakenOverMayHaveNoBackup(t *testing.T) {
	e := takenOver()
	e.spec.Datasets.Adopted.Backup = nil
	for _, r := range e.lower() {
		require.NotContains(t, r.Key, "backup-")
	}
}

func find(t *testing.T, resources []resource.Resource, key string) resource.Resource {
	t.Helper()
	i := slices.IndexFunc(resources, func(r resource.Resource) bool { return r.Key == key })
	require.GreaterOrEqual(t, i, 0, "no resource under %q", key)
	return resources[i]
}

// No composite resource may have more than 60 resources (design 3).
func TestThreeZonesStayWellBelowTheLimitOfResources(t *testing.T) {
	require.Len(t, threeZones().lower(), 49)
}

// The page's table, in its order (R14).
func TestTheAccessPointIsThatOfTheInstallPage(t *testing.T) {
	point := lowered.Content(t, find(t, threeZones().lower(), "access-point"))
	for _, row := range []struct {
		path  string
		value any
	}{
		{"rootDirectory.path", "/domino"},
		{"posixUser.uid", 0.0},
		{"posixUser.gid", 0.0},
		{"rootDirectory.creationInfo.ownerUid", 0.0},
		{"rootDirectory.creationInfo.ownerGid", 0.0},
		{"rootDirectory.creationInfo.permissions", "777"},
	} {
		fields := append([]string{"spec", "forProvider"}, strings.Split(row.path, ".")...)
		value, found, err := unstructured.NestedFieldNoCopy(point, fields...)
		require.NoError(t, err)
		require.True(t, found, row.path)
		require.Equal(t, row.value, value, row.path)
	}
}

// The provider ignores differences of a field that initProvider has and forProvider
// has not: those are what AWS has of a file system that is taken up.
func TestAFileSystemThatExistsKeepsWhatTheEnvironmentDoesNotState(t *testing.T) {
	ignored := func(e environment) []string {
		system := find(t, e.lower(), "file-system").Object.(*efs.FileSystem)
		decided, err := system.GetParameters()
		require.NoError(t, err)
		initial, err := system.GetInitParameters()
		require.NoError(t, err)
		return slices.DeleteFunc(slices.Sorted(maps.Keys(initial)), func(name string) bool { _, also := decided[name]; return also })
	}
	require.Equal(t, []string{"lifecycle_policy", "provisioned_throughput_in_mibps", "throughput_mode"}, ignored(takenUp()))
	stated := takenUp()
	stated.spec.Datasets.ThroughputMode = "bursting"
	require.Equal(t, []string{"lifecycle_policy"}, ignored(stated))
	require.Empty(t, ignored(threeZones()))
}

func TestWhatHoldsDataStaysWhenItsObjectGoes(t *testing.T) {
	for _, r := range threeZones().lower() {
		prefix, _, _ := strings.Cut(r.Key, "-")
		switch {
		case r.Key == "backup-vault", r.Key == "file-system", r.Key == "access-point", holdsBucket(prefix):
			require.Equal(t, []string{"Observe", "Create", "Update", "LateInitialize"}, policies(t, r), r.Key)
		default:
			require.Empty(t, policies(t, r), "%s holds nothing and would be in the way", r.Key)
		}
	}
}

func holdsBucket(prefix string) bool {
	switch prefix {
	case "bucket", "ownership", "private", "versioning", "encryption", "lifecycle", "policy", "logging":
		return true
	}
	return false
}

func TestWithDeletionAllowedEverythingGoes(t *testing.T) {
	forced := 0
	for _, r := range takenUp().lower() {
		require.Empty(t, policies(t, r), r.Key)
		if force, found, _ := unstructured.NestedBool(lowered.Content(t, r), "spec", "forProvider", "forceDestroy"); found {
			require.True(t, force, r.Key)
			forced++
		}
	}
	require.Equal(t, 6, forced, "five buckets and the vault")
}

func policies(t *testing.T, r resource.Resource) []string {
	t.Helper()
	list, _, err := unstructured.NestedStringSlice(lowered.Content(t, r), "spec", "managementPolicies")
	require.NoError(t, err)
	return list
}

// A field that S3 fills in by itself is stated, or the provider would take it away
// with every poll, for ever.
func TestEveryBucketSaysThatClientsBringNoKeys(t *testing.T) {
	buckets := 0
	for _, r := range slices.Concat(threeZones().lower(), takenUp().lower()) {
		if !strings.HasPrefix(r.Key, "encryption-") {
			continue
		}
		rules, _, err := unstructured.NestedSlice(lowered.Content(t, r), "spec", "forProvider", "rule")
		require.NoError(t, err)
		require.Len(t, rules, 1)
		require.Equal(t, []any{"SSE-C"}, rules[0].(map[string]any)["blockedEncryptionTypes"], r.Key)
		buckets++
	}
	require.Equal(t, 10, buckets)
}

// A first backup is of everything: it has the week that AWS gives it, not the three
// hours that the provider would.
func TestABackupHasAWeek(t *testing.T) {
	rules, _, err := unstructured.NestedSlice(lowered.Content(t, find(t, threeZones().lower(), "backup-plan")), "spec", "forProvider", "rule")
	require.NoError(t, err)
	require.Len(t, rules, 1)
	require.EqualValues(t, 7*24*60, rules[0].(map[string]any)["completionWindow"])
}

// Whatever is taken up has the keys of what would be made, so that nothing is
// made anew when its id is added to the file or taken out of it.
func TestExistingDataHasTheSameKeys(t *testing.T) {
	for key, id := range map[string]string{"file-system": "fs-0123456789abcdef0", "access-point": "fsap-0123456789abcdef0"} {
		made := find(t, threeZones().lower(), key).Object
		taken := find(t, takenUp().lower(), key).Object
		require.Equal(t, made.GetName(), taken.GetName())
		require.Empty(t, made.GetAnnotations())
		require.Equal(t, id, taken.GetAnnotations()["crossplane.io/external-name"])
	}
}

func TestEveryBucketRefusesRequestsInTheClearAndNoOther(t *testing.T) {
	for _, role := range []string{"data", "registry", "logs", "backups", "monitoring"} {
		for i, statement := range bucketPolicy(t, threeZones(), role) {
			if i > 0 {
				require.Equal(t, "Allow", statement["Effect"])
				continue
			}
			require.Equal(t, "Deny", statement["Effect"])
			require.Equal(t, map[string]any{"Bool": map[string]any{"aws:SecureTransport": []any{"false"}}}, statement["Condition"])
		}
	}
}

func TestOnlyTheMonitoringBucketTakesLogs(t *testing.T) {
	require.Len(t, bucketPolicy(t, threeZones(), "logs"), 1)
	require.Len(t, bucketPolicy(t, threeZones(), "monitoring"), 5)
}

func TestLoadBalancerLogsAreWrittenByTheRegionsAccountOrAService(t *testing.T) {
	old := bucketPolicy(t, threeZones(), "monitoring")[1]["Principal"]
	require.Equal(t, map[string]any{"AWS": "arn:aws:iam::797873946194:root"}, old)
	young := bucketPolicy(t, takenUp(), "monitoring")[1]["Principal"]
	require.Equal(t, map[string]any{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}, young)
}

func bucketPolicy(t *testing.T, e environment, role string) []map[string]any {
	t.Helper()
	content := lowered.Content(t, find(t, e.lower(), "policy-"+role))
	text, found, err := unstructured.NestedString(content, "spec", "forProvider", "policy")
	require.NoError(t, err)
	require.True(t, found)
	var document struct{ Statement []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(text), &document))
	return document.Statement
}

// The backups are gone when the backup selection has nothing to select.
func TestTheSelectionNamesTheFileSystemByItsExportedARN(t *testing.T) {
	exported := find(t, threeZones().lower(), "file-system").Exports
	require.Contains(t, exported, resource.Export{From: "status.atProvider.arn", To: "fileSystemARN"})
	content := lowered.Content(t, find(t, threeZones().lower(), "backup-selection"))
	selected, _, err := unstructured.NestedStringSlice(content, "spec", "forProvider", "resources")
	require.NoError(t, err)
	require.Equal(t, []string{fileSystemARN}, selected)
}

func TestEverythingIsReadyWhenReadyAndSynced(t *testing.T) {
	for _, r := range threeZones().lower() {
		require.Equal(t, []xpv1.ConditionType{xpv1.TypeReady, xpv1.TypeSynced}, r.Ready, r.Key)
	}
}
