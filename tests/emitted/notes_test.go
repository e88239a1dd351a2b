package emitted

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// notes are the kinds and fields that provider-aws and an emulated AWS took. A
// green run of TestProvider in tests/cluster writes them, and nothing else does.
const notes = "../cluster/testdata/provider.txt"

// What the real provider was never given has not been proved: whoever emits a new
// kind or field lets TestProvider create it.
func TestTheProviderHasTakenEveryKindAndField(t *testing.T) {
	content, err := os.ReadFile(notes)
	require.NoError(t, err)
	taken := map[string]bool{}
	for line := range strings.Lines(string(content)) {
		taken[strings.TrimSuffix(line, "\n")] = true
	}
	untaken := map[string]bool{}
	for _, objects := range compiledFleet(t).rendered {
		for _, object := range objects {
			for _, field := range awsFields(object) {
				if !taken[field] {
					untaken[field] = true
				}
			}
		}
	}
	for _, field := range awaited() {
		require.True(t, untaken[field], "%s has been taken, or is no longer emitted: it awaits no run", field)
		delete(untaken, field)
	}
	require.Empty(t, slices.Sorted(maps.Keys(untaken)), "TestProvider in tests/cluster is to create these")
}

// awaited are the fields that no run of TestProvider has been given yet, such as
// "ec2.aws.m.upbound.io/LaunchTemplate forProvider.imageId". The next run writes them
// into the notes, and then this list fails. Those of a file system that is taken up are
// created by none of its environments; those of a node group are for a later provider
// (TestSizesInPlace). A key pair has a template that is taken over (TestTakeover), and so has
// user data that is Terraform's still.
func awaited() []string {
	return []string{
		"ec2.aws.m.upbound.io/LaunchTemplate forProvider.keyName",
		"ec2.aws.m.upbound.io/LaunchTemplate initProvider.userData",
		"efs.aws.m.upbound.io/FileSystem initProvider.provisionedThroughputInMibps",
		"efs.aws.m.upbound.io/FileSystem initProvider.throughputMode",
		"eks.aws.m.upbound.io/NodeGroup forProvider.scalingConfig.maxSize",
		"eks.aws.m.upbound.io/NodeGroup forProvider.scalingConfig.minSize",
	}
}

// awsFields are the lines that the notes need for an object.
func awsFields(object unstructured.Unstructured) []string {
	kind := object.GroupVersionKind()
	if !strings.HasSuffix(kind.Group, ".aws.m.upbound.io") {
		return nil
	}
	var fields []string
	for _, part := range []string{"forProvider", "initProvider"} {
		value, _, _ := unstructured.NestedFieldNoCopy(object.Object, "spec", part)
		fields = append(fields, leaves(kind.Group+"/"+kind.Kind+" "+part, value)...)
	}
	return fields
}

// leaves are the paths of the values below a path, as TestProvider writes them: its
// module shares no package with this one. Elements of a list are not told apart, nor
// are the keys of tags, labels and claims.
func leaves(path string, value any) []string {
	var paths []string
	switch v := value.(type) {
	case nil:
	case map[string]any:
		if strings.HasSuffix(path, ".tags") || strings.HasSuffix(path, ".labels") || strings.HasSuffix(path, ".requiredClaims") {
			return []string{path}
		}
		for key, below := range v {
			paths = append(paths, leaves(path+"."+key, below)...)
		}
	case []any:
		for _, item := range v {
			paths = append(paths, leaves(path, item)...)
		}
	default:
		return []string{path}
	}
	return paths
}
