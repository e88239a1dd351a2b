package graph

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/goldenfile"
)

// sample are the plans of the sample fleet, for each test its own.
func sample(t *testing.T) map[string]v1alpha1.EnvironmentSpec {
	t.Helper()
	var specs map[string]v1alpha1.EnvironmentSpec
	require.NoError(t, json.Unmarshal(planned(), &specs))
	require.NotEmpty(t, specs)
	return specs
}

// planned are the plans, as JSON: loading takes longer than all tests do.
var planned = sync.OnceValue(func() []byte {
	root := filepath.Join("..", "..")
	folders, err := load.New(root).Find([]string{"./environments/...", "./govcloud/..."})
	if err != nil {
		panic(err)
	}
	specs := map[string]v1alpha1.EnvironmentSpec{}
	for _, r := range load.New(root).All(folders, 1) {
		p, found := plan.Resolve(r.Environment, r.Source.At)
		if found.HasErrors() {
			panic(fmt.Sprint(found))
		}
		specs[p.Name] = p.Spec
	}
	content, err := json.Marshal(specs)
	if err != nil {
		panic(err)
	}
	return content
})

// requireGolden compares with a file below testdata, or writes it.
func requireGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if goldenfile.Updating() {
		goldenfile.Write(t, file, []byte(got))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestTheSampleFleetIsDrawnAsTheGoldenFilesShow(t *testing.T) {
	for name, spec := range sample(t) {
		t.Run(name, func(t *testing.T) {
			requireGolden(t, name+".svg", Draw(spec).SVG())
			requireGolden(t, name+".mmd", Draw(spec).Mermaid())
		})
	}
}

// changed is production with a pool more, one that is larger, one that goes, no
// registry, and another address range, which AWS refuses.
func changed(t *testing.T) Picture {
	t.Helper()
	before, after := sample(t)["prod-us"], sample(t)["prod-us"]
	batch := after.Pools["default"]
	batch.Pool = "batch-of-the-research-team"
	batch.Labels = map[string]string{"dominodatalab.com/node-pool": batch.Pool}
	after.Pools["batch-of-the-research-team"] = batch
	delete(after.Pools, "highmem")
	after.Registry = nil
	return DrawChange(&before, &after, []Effect{
		{Component: "pool-default", Key: "nodes-z1", Mark: Changed, Why: "update pool-default/nodes-z1: labels"},
		{Component: "network", Key: "private-z2", Mark: Stuck, Why: "stuck network/private-z2: cidrBlock"},
		{Component: "cluster", Key: "cluster", Mark: Changed, Why: "update cluster/cluster: version"},
		{Component: "storage", Key: "lifecycle-data", Mark: Changed, Why: "update storage/lifecycle-data"},
		{Component: "network", Key: "vpc", Mark: Changed, Why: "update network/vpc: tags"},
		{Component: "identity", Key: "compute", Mark: Stuck, Why: "stuck identity/compute: description"},
		{Component: "registry", Key: "repo-model", Mark: Left, Why: "leave registry/repo-model"},
		{Component: "registry", Key: "cache-quay", Mark: Removed, Why: "destroy registry/cache-quay"},
		{Component: "security", Key: "kubelet", Mark: Added, Why: "create security/kubelet"},
	})
}

func TestAChangeIsMarkedAsTheGoldenFilesShow(t *testing.T) {
	requireGolden(t, "change.svg", changed(t).SVG())
	requireGolden(t, "change.mmd", changed(t).Mermaid())
}
