// Package lowering holds one component to what every component promises, for
// the tests of the component packages.
//
// A Case is a plan of a component and the function that lowers it. Check lowers
// it in both readings and requires: objects that the API server would accept,
// names that fit, no more than 60 resources, a Composition that is valid and
// within 256 KiB, the same keys in both readings, and the concrete reading as
// the golden file has it (UPDATE=1 rewrites it). That the real function makes
// the same of the Composition is left to the two-readings test of the fleet.
package lowering

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/crds"
)

// The promises of a composite resource (design 3).
const (
	maxResources   = 60
	maxComposition = 256 << 10 // bytes
	maxName        = 63
)

// Common is an environment whose name is as long as names may be.
func Common(deletion v1alpha1.Deletion) v1alpha1.Common {
	const name = "environment-of-32-characters-abc"
	cluster := "kubernetes.io/cluster/" + name
	return v1alpha1.Common{
		Name:          name,
		Account:       "123456789012",
		Region:        "us-west-2",
		Partition:     "aws",
		DNSSuffix:     "amazonaws.com",
		Tags:          map[string]string{"team": "data"},
		ClusterShared: map[string]string{cluster: "shared"},
		ClusterOwned:  map[string]string{cluster: "owned"},
		Deletion:      deletion,
	}
}

// Case is a plan of one component.
type Case[Spec, Status any] struct {
	Component string
	Common    v1alpha1.Common
	Spec      Spec
	Status    Status // filled in as AWS would
	Lower     func(v1alpha1.Common, Spec, Status) []resource.Resource
}

// Concrete lowers the plan itself.
func (c Case[Spec, Status]) Concrete() []resource.Resource {
	return c.Lower(c.Common, c.Spec, c.Status)
}

// Composition lowers the plan's symbols and assembles them.
func (c Case[Spec, Status]) Composition(t *testing.T) map[string]any {
	t.Helper()
	symbols := &xr.Symbols{}
	resources := c.Lower(
		xr.Symbolic(symbols, "spec.common", c.Common),
		xr.Symbolic(symbols, "spec", c.Spec),
		xr.Symbolic(symbols, "status", c.Status),
	)
	require.Equal(t, keys(c.Concrete()), keys(resources), "both readings have the same resources")
	composition, err := xr.Compose(xr.Kind{Name: "Domino" + c.Component}, symbols, resources)
	require.NoError(t, err)
	return composition
}

// Check holds a case to the promises, and its objects to a golden file.
func Check[Spec, Status any](t *testing.T, c Case[Spec, Status], golden string) {
	t.Helper()
	concrete := c.Concrete()
	require.LessOrEqual(t, len(concrete), maxResources)
	validator := crds.New()
	for _, r := range concrete {
		require.LessOrEqual(t, len(r.Object.GetName()), maxName, r.Object.GetName())
		require.Empty(t, validator.Composed(Content(t, r), "domino-"+c.Common.Name), r.Key)
	}
	composition := c.Composition(t)
	require.Empty(t, validator.Validate(composition))
	text, err := json.Marshal(composition)
	require.NoError(t, err)
	require.LessOrEqual(t, len(text), maxComposition)
	requireGolden(t, golden, concrete)
}

// Content is the object of a resource as it is applied.
func Content(t *testing.T, r resource.Resource) map[string]any {
	t.Helper()
	content, err := xr.Content(r.Object)
	require.NoError(t, err, r.Key)
	return content
}

// Find is the resource under a key.
func Find(t *testing.T, resources []resource.Resource, key string) resource.Resource {
	t.Helper()
	i := slices.IndexFunc(resources, func(r resource.Resource) bool { return r.Key == key })
	require.GreaterOrEqual(t, i, 0, "no resource under %q", key)
	return resources[i]
}

func keys(resources []resource.Resource) []string {
	all := make([]string, len(resources))
	for i, r := range resources {
		all[i] = r.Key
	}
	slices.Sort(all)
	return all
}

func requireGolden(t *testing.T, file string, resources []resource.Resource) {
	t.Helper()
	var got bytes.Buffer
	for _, r := range resources {
		text, err := yaml.Marshal(Content(t, r))
		require.NoError(t, err, r.Key)
		got.WriteString("---\n# " + r.Key + "\n")
		got.Write(text)
	}
	path := filepath.Join("testdata", file)
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(path, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "UPDATE=1 writes it")
	require.Empty(t, cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")))
}
