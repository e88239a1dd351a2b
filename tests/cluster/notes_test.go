package cluster

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// notes is the file of the kinds and fields that provider-aws and AWS took in the
// last green run of floor two. Nothing but such a run writes it; tests of the
// repository hold what is emitted against it.
const notes = "testdata/provider.txt"

// note writes the notes. It is the last step of a run: one that failed before
// does not come here.
func (s *suite) note(t *testing.T) {
	require.False(t, s.whole.Failed())
	covered := map[string]bool{}
	for _, name := range s.covered {
		covered[name] = true
	}
	require.NotEmpty(t, covered)
	var text strings.Builder
	fmt.Fprintln(&text, "# Kinds and fields that provider-aws and the emulated AWS took in the last green run of")
	fmt.Fprintln(&text, "# floor two. Written by TestProvider; do not edit.")
	for _, line := range slices.Sorted(maps.Keys(covered)) {
		fmt.Fprintln(&text, line)
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(notes), 0o755))
	require.NoError(t, os.WriteFile(notes, []byte(text.String()), 0o644))
}

// cover remembers the kinds and fields of what is there and in sync: those that are
// rendered, and those that their references filled.
func (s *suite) cover(t *testing.T) {
	composed, err := s.composed(context.Background(), "")
	require.NoError(t, err)
	note := func(path string) { s.covered = append(s.covered, path) }
	for _, name := range s.fleet.names() {
		objects, err := s.fleet.rendered(name)
		require.NoError(t, err)
		for _, object := range objects {
			o := composed[identify(&unstructured.Unstructured{Object: object})]
			if o == nil || !strings.HasSuffix(o.GroupVersionKind().Group, harness.AWSGroup) || harness.Condition(o, "Synced") != "True" {
				continue
			}
			kind := o.GroupVersionKind().Group + "/" + o.GetKind()
			spec, _ := object["spec"].(harness.Object)
			for _, part := range []string{"forProvider", "initProvider"} {
				fields(kind+" "+part, spec[part], note)
			}
			filled, err := ownedBy(o, referenceResolver)
			require.NoError(t, err)
			leaves(kind+" forProvider", below(below(filled, "spec"), "forProvider"), note)
		}
	}
}

// fields calls f for the path of each value; elements of a list are not told
// apart, nor are the keys of tags, labels and claims.
func fields(path string, value any, f func(string)) {
	switch v := value.(type) {
	case nil:
	case harness.Object:
		if strings.HasSuffix(path, ".tags") || strings.HasSuffix(path, ".labels") || strings.HasSuffix(path, ".requiredClaims") {
			f(path)
			return
		}
		for key, below := range v {
			fields(path+"."+key, below, f)
		}
	case []any:
		for _, item := range v {
			fields(path, item, f)
		}
	default:
		f(path)
	}
}

// leaves calls f for the path of each field that managedFields has and no field
// below; the values of a set are none.
func leaves(path string, owned harness.Object, f func(string)) {
	for key, value := range owned {
		name, ok := strings.CutPrefix(key, "f:")
		if !ok {
			continue
		}
		deeper, _ := value.(harness.Object)
		leaf := true
		leaves(path+"."+name, deeper, func(below string) { leaf = false; f(below) })
		if leaf {
			f(path + "." + name)
		}
	}
}

func TestFieldsThatReferencesFillAreTold(t *testing.T) {
	var told []string
	set := harness.Object{".": harness.Object{}, `v:"subnet-1"`: harness.Object{}}
	owned := harness.Object{"f:vpcConfig": harness.Object{".": harness.Object{}, "f:subnetIds": set}, "f:roleArn": harness.Object{}}
	leaves("Cluster forProvider", owned, func(path string) { told = append(told, path) })
	require.ElementsMatch(t, []string{"Cluster forProvider.roleArn", "Cluster forProvider.vpcConfig.subnetIds"}, told)
}
