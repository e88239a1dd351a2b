package immutable

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/externalname"
)

const eks = "eks.aws.m.upbound.io/"

// refused asks for a change of a field below spec.
func refused(t *testing.T, kind, path string, before, after any) (Refusal, bool) {
	t.Helper()
	k, known := Of(kind)
	require.True(t, known, kind)
	return k.Refuses(Change{Path: "spec." + path, Old: before, New: after, Object: object(kind)})
}

// object is one of a kind, with what texts say of it.
func object(kind string) map[string]any {
	group, name, _ := strings.Cut(kind, "/")
	return map[string]any{
		"apiVersion": group + "/v1beta1",
		"kind":       name,
		"metadata": map[string]any{
			"name": "prod-x", "namespace": "domino-prod",
			"annotations": map[string]any{externalname.Annotation: "prod-default-z0"},
		},
		"spec": map[string]any{
			"forProvider":       map[string]any{"region": "us-west-2", "manifest": map[string]any{"kind": "StorageClass"}},
			"initProvider":      map[string]any{"scalingConfig": map[string]any{"minSize": 1.0, "maxSize": 9.0}},
			"providerConfigRef": map[string]any{"name": "prod"},
		},
	}
}

func TestWhatIsRefusedAndWhatIsNot(t *testing.T) {
	list := func(ids ...any) []any { return ids }
	for name, c := range map[string]struct {
		kind, path    string
		before, after any
		want          string // the field; empty when it is not refused
		unless        bool
	}{
		"a field":                 {kind: "ec2.aws.m.upbound.io/VPC", path: "forProvider.cidrBlock", before: "10.0.0.0/16", after: "10.1.0.0/16", want: "cidrBlock"},
		"a field that may change": {kind: "ec2.aws.m.upbound.io/VPC", path: "forProvider.enableDnsSupport", before: true, after: false},
		"a field with the start of another's name": {kind: "ec2.aws.m.upbound.io/VPC", path: "forProvider.cidrBlocks", before: "a", after: "b"},
		"a tag":                                        {kind: "ec2.aws.m.upbound.io/VPC", path: "forProvider.tags[kubernetes.io/cluster/prod]", before: nil, after: "shared"},
		"a tag that is called like a field":            {kind: "ec2.aws.m.upbound.io/VPC", path: "forProvider.tags.cidrBlock", before: "a", after: "b"},
		"an element of a list":                         {kind: eks + "NodeGroup", path: "forProvider.instanceTypes[0]", before: "m6i.large", after: "m7i.large", want: "instanceTypes"},
		"instance types that move to the template":     {kind: eks + "NodeGroup", path: "forProvider.instanceTypes", before: list("m6i.large"), after: nil, want: "instanceTypes"},
		"an instance type that leaves the template":    {kind: eks + "NodeGroup", path: "forProvider.instanceTypes", before: nil, after: list("m6i.large"), want: "instanceTypes"},
		"another instance type of the template":        {kind: "ec2.aws.m.upbound.io/LaunchTemplate", path: "forProvider.instanceType", before: "m6i.large", after: "m7i.large"},
		"a reference":                                  {kind: "ec2.aws.m.upbound.io/Subnet", path: "forProvider.vpcIdRef.name", before: "a", after: "b", want: "vpcId"},
		"a reference that becomes an id":               {kind: "ec2.aws.m.upbound.io/Subnet", path: "forProvider.vpcIdRef", before: map[string]any{"name": "a"}, after: nil, want: "vpcId"},
		"one of several references":                    {kind: eks + "NodeGroup", path: "forProvider.subnetIdRefs[0].name", before: "a", after: "b", want: "subnetIds"},
		"references without a name of their own":       {kind: "efs.aws.m.upbound.io/MountTarget", path: "forProvider.securityGroupsRefs[0].name", before: "a", after: "b"},
		"what stands below a field":                    {kind: "efs.aws.m.upbound.io/AccessPoint", path: "forProvider.rootDirectory.creationInfo.permissions", before: "777", after: "755", want: "rootDirectory"},
		"an object with such a field in it":            {kind: eks + "NodeGroup", path: "forProvider.launchTemplate", before: map[string]any{"name": "a"}, after: map[string]any{"name": "b"}, want: "launchTemplate.name"},
		"an object in which another field changed":     {kind: eks + "NodeGroup", path: "forProvider.launchTemplate", before: map[string]any{"name": "a", "version": "1"}, after: map[string]any{"name": "a", "version": "2"}},
		"an object with such a reference in it":        {kind: eks + "Cluster", path: "forProvider.vpcConfig", before: map[string]any{"subnetIdRefs": list(map[string]any{"name": "a"})}, after: map[string]any{"subnetIdRefs": list(map[string]any{"name": "b"})}, want: "vpcConfig.subnetIds"},
		"the next version":                             {kind: eks + "Cluster", path: "forProvider.version", before: "1.34", after: "1.35"},
		"a version that is skipped":                    {kind: eks + "Cluster", path: "forProvider.version", before: "1.33", after: "1.35", want: "version"},
		"the version before":                           {kind: eks + "Cluster", path: "forProvider.version", before: "1.35", after: "1.34", want: "version", unless: true},
		"two versions before":                          {kind: eks + "Cluster", path: "forProvider.version", before: "1.35", after: "1.33", want: "version"},
		"a version that is not known yet":              {kind: eks + "NodeGroup", path: "forProvider.version", before: "1.35", after: "(known after apply)"},
		"a node group's version before":                {kind: eks + "NodeGroup", path: "forProvider.version", before: "1.35", after: "1.34", want: "version", unless: true},
		"a node group two versions further":            {kind: eks + "NodeGroup", path: "forProvider.version", before: "1.33", after: "1.35"},
		"an older image":                               {kind: eks + "NodeGroup", path: "forProvider.releaseVersion", before: "1.35.2-20260415", after: "1.35.2-20260401", want: "releaseVersion"},
		"a newer image":                                {kind: eks + "NodeGroup", path: "forProvider.releaseVersion", before: "1.35.9-20260415", after: "1.35.10-20260415"},
		"secrets that get a key":                       {kind: eks + "Cluster", path: "forProvider.encryptionConfig", before: nil, after: map[string]any{"resources": list("secrets")}},
		"another key for the secrets":                  {kind: eks + "Cluster", path: "forProvider.encryptionConfig.provider.keyArn", before: "arn:a", after: "arn:b", want: "encryptionConfig"},
		"another subnet of the control plane, by id":   {kind: eks + "Cluster", path: "forProvider.vpcConfig.subnetIds[1]", before: "subnet-1", after: "subnet-2", want: "vpcConfig.subnetIds", unless: true},
		"other subnets of the control plane, by id":    {kind: eks + "Cluster", path: "forProvider.vpcConfig.subnetIds", before: list("a", "b"), after: list("a", "c"), want: "vpcConfig.subnetIds", unless: true},
		"a zone more for the control plane":            {kind: eks + "Cluster", path: "forProvider.vpcConfig.subnetIds", before: list("a", "b"), after: list("a", "b", "c"), want: "vpcConfig.subnetIds"},
		"a zone more for the control plane, by ref":    {kind: eks + "Cluster", path: "forProvider.vpcConfig.subnetIdRefs[2]", before: nil, after: map[string]any{"name": "z2"}, want: "vpcConfig.subnetIds"},
		"another security group of the control plane":  {kind: eks + "Cluster", path: "forProvider.vpcConfig.securityGroupIdRefs[0].name", before: "a", after: "b"},
		"the size of a node group":                     {kind: eks + "NodeGroup", path: "initProvider.scalingConfig.maxSize", before: 5.0, after: 9.0, want: "scalingConfig"},
		"what a file system that exists keeps":         {kind: "efs.aws.m.upbound.io/FileSystem", path: "initProvider.lifecyclePolicy", after: []any{map[string]any{}}},
		"something else that is said at creation only": {kind: eks + "NodeGroup", path: "initProvider.labels.a", before: "1", after: "2", want: "labels.a"},
		"versioning that is taken away":                {kind: "s3.aws.m.upbound.io/BucketVersioning", path: "forProvider.versioningConfiguration.status", before: "Enabled", after: "Disabled", want: "versioningConfiguration.status"},
		"versioning that is suspended":                 {kind: "s3.aws.m.upbound.io/BucketVersioning", path: "forProvider.versioningConfiguration.status", before: "Enabled", after: "Suspended"},
		"the disks of a storage class":                 {kind: "kubernetes.m.crossplane.io/Object", path: "forProvider.manifest.parameters.type", before: "gp2", after: "gp3", want: "manifest.parameters"},
		"a chart's release":                            {kind: "helm.m.crossplane.io/Release", path: "forProvider.chart.version", before: "1", after: "2"},
		"whom the provider is":                         {kind: eks + "NodeGroup", path: "providerConfigRef.name", before: "a", after: "b"},
		"a kind without such a field":                  {kind: eks + "ClusterAuth", path: "forProvider.refreshPeriod", before: "a", after: "b"},
	} {
		t.Run(name, func(t *testing.T) {
			refusal, stuck := refused(t, c.kind, c.path, c.before, c.after)
			require.Equal(t, c.want, refusal.Field)
			require.Equal(t, c.want != "", stuck)
			require.Equal(t, c.unless, refusal.Unless != "", "%q", refusal.Unless)
		})
	}
}

func TestAKindThatNoTableHasIsNotKnown(t *testing.T) {
	_, known := Of("rds.aws.m.upbound.io/Instance")
	require.False(t, known)
}

// An id that AWS made comes into the files by this annotation, and one that is
// there stays.
func TestANameInAWSIsGivenOnce(t *testing.T) {
	k, _ := Of("s3.aws.m.upbound.io/Bucket")
	change := Change{Path: "metadata.annotations[crossplane.io/external-name]", Old: "data", New: "blobs"}
	refusal, stuck := k.Refuses(change)
	require.True(t, stuck)
	require.Equal(t, "AWS does not rename resources: the provider would leave data unchanged and manage another one", refusal.Why)

	change.Old = nil
	_, stuck = k.Refuses(change)
	require.False(t, stuck)

	change.Path = "metadata.annotations[crossplane.io/composition-resource-name]"
	_, stuck = k.Refuses(change)
	require.False(t, stuck)
}

func TestWhatToDoIsWrittenForTheResource(t *testing.T) {
	size, _ := refused(t, eks+"NodeGroup", "initProvider.scalingConfig.maxSize", 5.0, 9.0)
	require.Equal(t, "merge it, and change the size in AWS: aws eks update-nodegroup-config --region us-west-2 --cluster-name prod "+
		"--nodegroup-name prod-default-z0 --scaling-config minSize=1,maxSize=9", size.Instead)

	route, _ := refused(t, "ec2.aws.m.upbound.io/Route", "forProvider.destinationCidrBlock", "a", "b")
	require.Equal(t, "the provider cannot change destinationCidrBlock in place", route.Why)
	require.Equal(t, "delete it when its loss can be tolerated, and Crossplane creates it again from the files: "+
		"kubectl -n domino-prod delete route.ec2.aws.m.upbound.io prod-x", route.Instead)

	version, _ := refused(t, eks+"Cluster", "forProvider.version", "1.33", "1.35")
	require.Equal(t, "EKS upgrades a control plane by one minor version at a time, and 1.35 is further from 1.33", version.Why)
}

func TestEveryLineOfTheTablesIsWhole(t *testing.T) {
	for kind, k := range kinds() {
		require.Equal(t, len(k.fields) > 0, remedies[k.remedy] != "", "%s: what to do instead is said where something is refused", kind)
		for _, r := range k.rules {
			require.NotNil(t, conditions[r.when], "%s: no condition is called %s", kind, r.when)
			require.NotEmpty(t, r.said.Why, kind)
			require.NotEmpty(t, r.said.Instead, kind)
			command := strings.Contains(r.said.Instead, ": kubectl ") || strings.Contains(r.said.Instead, ": aws ")
			require.Equal(t, command, r.said.Remedy == Command, r.said.Instead)
			require.True(t, command || slices.Contains([]Remedy{ReplacePool, KeepValue, StepByStep, NodesFirst, UpgradeFirst, EntriesFirst}, r.said.Remedy), r.said.Remedy)
			require.True(t, strings.HasPrefix(r.said.Source, "https://"), "%s: %s has no source", kind, r.said.Field)
		}
	}
}

func TestEveryConditionAndRemedyIsUsed(t *testing.T) {
	for name := range conditions {
		require.Contains(t, ruleTable, ","+name, name)
	}
	for name := range remedies {
		require.Contains(t, providerTable, ","+string(name)+"\n", string(name))
	}
}

func TestAReferenceIsResolvedOnce(t *testing.T) {
	resolved := func(path string, before, after any) string {
		refusal, kept := Resolved(Change{Path: "spec." + path, Old: before, New: after, Object: object(eks + "Cluster")})
		require.Equal(t, kept, refusal != Refusal{})
		if kept {
			require.Contains(t, refusal.Instead, "kubectl -n domino-prod delete cluster.eks.aws.m.upbound.io prod-x")
		}
		return refusal.Field
	}
	require.Equal(t, "vpcConfig.subnetIds", resolved("forProvider.vpcConfig.subnetIdRefs", []any{"a", "b"}, []any{"a"}))
	require.Equal(t, "roleArn", resolved("forProvider.roleArnRef.name", "a", "b"))
	require.Equal(t, "roleArn", resolved("forProvider.roleArnRef", map[string]any{"name": "a"}, nil), "what it found stays")
	require.Empty(t, resolved("forProvider.roleArnRef", nil, map[string]any{"name": "a"}), "there is nothing that it found")
	require.Empty(t, resolved("forProvider.vpcConfig.subnetIds", []any{"a", "b"}, []any{"a"}))
	require.Empty(t, resolved("providerConfigRef.name", "a", "b"), "it is resolved each time")
}
