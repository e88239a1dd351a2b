package diff

import (
	"bytes"
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/cli"
	"github.com/dominoc/dominoc/compositions/composed"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/tests/apiserver"
)

// These pull requests are compared with a management cluster, which has all that the
// base composes. What stands under "cluster" is what the provider and AWS added to
// some of the objects: annotations and a status.
func TestTheCatalogueOfLiveComparisons(t *testing.T) {
	catalogue(t, "testdata/live", func(t *testing.T, archive *txtar.Archive) string {
		dir := t.TempDir()
		content, err := os.ReadFile("testdata/environment.cue")
		require.NoError(t, err)
		base := patched(t, string(content), section(archive, "before"))
		write(t, dir, base)
		server := &apiserver.Server{Objects: composing(t, dir, section(archive, "cluster"))}
		listening, kubeconfig, err := server.Start(t.TempDir())
		require.NoError(t, err)
		defer listening.Close()
		write(t, dir, patched(t, base, section(archive, "edit")))

		var out, said bytes.Buffer
		code := cli.Run(context.Background(), []string{"diff", "--live", "-C", dir, "--kubeconfig", kubeconfig}, cli.Streams{Out: &out, Err: &said})
		require.Equal(t, cli.Good, code, "%s", &said)
		require.Empty(t, said.String())
		return out.String()
	})
}

// composing builds the environment of a folder and gives the objects that a management
// cluster then has, with what is added to some of them.
func composing(t *testing.T, dir, additions string) []map[string]any {
	t.Helper()
	var said bytes.Buffer
	require.Equal(t, cli.Good, cli.Run(context.Background(), []string{"build", "-C", dir}, cli.Streams{Out: &said, Err: &said}), "%s", &said)
	rendered := filepath.Join(dir, "rendered")
	var manifests []map[string]any
	require.NoError(t, filepath.WalkDir(rendered, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".yaml") {
			return err
		}
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		objects, err := emit.Objects(content)
		manifests = append(manifests, objects...)
		return err
	}))
	require.NoError(t, os.RemoveAll(rendered))
	environments, err := composed.Environments(manifests)
	require.NoError(t, err)
	require.Len(t, environments, 1)

	root, parts := environments[0].Composite, map[string]map[string]any{}
	objects := []map[string]any{root}
	for _, r := range environments[0].Resources {
		parent := root
		if r.Component != "" {
			if parent = parts[r.Component]; parent == nil {
				parent = component(root, r.Component)
				parts[r.Component] = parent
			}
		}
		refer(parent, r.Object)
		objects = append(objects, r.Object)
	}
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		refer(root, parts[key])
		objects = append(objects, parts[key])
	}
	return added(t, objects, additions)
}

// component is the composite resource of a component.
func component(root map[string]any, key string) map[string]any {
	metadata := root["metadata"].(map[string]any)
	return map[string]any{
		"apiVersion": root["apiVersion"], "kind": "DominoPart", "spec": map[string]any{},
		"metadata": map[string]any{
			"name": metadata["name"].(string) + "-" + key, "namespace": metadata["namespace"],
			"annotations": map[string]any{"crossplane.io/composition-resource-name": key},
		},
	}
}

// refer has a composite resource say that it composes an object.
func refer(parent, object map[string]any) {
	spec := parent["spec"].(map[string]any)
	crossplane, _ := spec["crossplane"].(map[string]any)
	if crossplane == nil {
		crossplane = map[string]any{}
		spec["crossplane"] = crossplane
	}
	references, _ := crossplane["resourceRefs"].([]any)
	crossplane["resourceRefs"] = append(references, map[string]any{
		"apiVersion": object["apiVersion"], "kind": object["kind"], "name": object["metadata"].(map[string]any)["name"],
	})
}

// added are the objects with the annotations and status of those of a text that have
// their kind and name.
func added(t *testing.T, objects []map[string]any, text string) []map[string]any {
	t.Helper()
	additions, err := emit.Objects([]byte(text))
	require.NoError(t, err)
	for _, addition := range additions {
		more := addition["metadata"].(map[string]any)
		i := slices.IndexFunc(objects, func(o map[string]any) bool {
			return o["kind"] == addition["kind"] && o["metadata"].(map[string]any)["name"] == more["name"]
		})
		require.GreaterOrEqual(t, i, 0, "%v %v", addition["kind"], more["name"])
		annotations, _ := more["annotations"].(map[string]any)
		maps.Copy(objects[i]["metadata"].(map[string]any)["annotations"].(map[string]any), annotations)
		objects[i]["status"] = addition["status"]
	}
	return objects
}
