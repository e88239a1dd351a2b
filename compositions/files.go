package compositions

import (
	"errors"
	"path"
	"strings"

	"github.com/dominoc/dominoc/compositions/addons"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/xr"
)

// document is an object and the file that it becomes.
type document struct {
	path   string
	object map[string]any
}

// Files are the manifests of the fleet: platform/ once per management cluster,
// environments/<name>/ for each environment, and in-cluster/<name>/ for a Flux or
// Argo CD inside a new cluster. The last stands apart, because whoever syncs
// environments/ syncs what is below it.
func (f *Fleet) Files() ([]emit.File, error) {
	documents, err := f.platform()
	if err != nil {
		return nil, err
	}
	for _, e := range f.environments {
		documents = append(documents, e.documents()...)
		documents = append(documents, e.inCluster()...)
	}
	files := make([]emit.File, len(documents))
	failures := make([]error, len(documents))
	parallel(len(documents), func(i int) {
		files[i].Path = documents[i].path
		files[i].Content, failures[i] = emit.YAML(documents[i].object)
	})
	return files, errors.Join(failures...)
}

// CompositeFile is the file of an environment's DominoEnvironment, in the folder of
// the environment's manifests.
const CompositeFile = "environment.yaml"

// Composite is what Files has as CompositeFile of an environment. The Compositions
// that it is pinned to are named by their content, so all that Crossplane makes of
// two environments is the same when this is.
func (f *Fleet) Composite(name string) ([]byte, error) {
	e, err := f.find(name)
	if err != nil {
		return nil, err
	}
	for _, d := range e.documents() {
		if path.Base(d.path) == CompositeFile {
			return emit.YAML(d.object)
		}
	}
	return nil, nil
}

// documents are the manifests of one environment. Under protection none of them
// is pruned when it leaves the repository but the guard itself, which must go
// when the environment's file says so.
func (e environmentOutput) documents() []document {
	composite := xr.Composite(xr.Environment, e.plan.Name, e.composition, specOf(e.plan))
	composite["metadata"].(map[string]any)["namespace"] = e.plan.Namespace
	folder := path.Join("environments", e.plan.Name)
	out := []document{
		{path.Join(folder, "namespace.yaml"), namespace(e.plan)},
		{path.Join(folder, CompositeFile), composite},
	}
	for _, config := range providerConfigs(e.plan) {
		name := config["metadata"].(map[string]any)["name"].(string)
		out = append(out, document{path.Join(folder, "provider-"+name+".yaml"), config})
	}
	if e.plan.Spec.Common.Deletion != "protect" {
		return out
	}
	for _, d := range out {
		keep(d.object)
	}
	return append(out, document{path.Join(folder, "protection.yaml"), protection(e.plan)})
}

// inCluster are the manifests that the new cluster syncs itself.
func (e environmentOutput) inCluster() []document {
	var out []document
	for _, m := range addons.Manifests(e.plan.Spec.Common, e.plan.Spec.Addons) {
		out = append(out, document{path.Join("in-cluster", e.plan.Name, m.Path), m.Object})
	}
	return out
}

// keep keeps an object that leaves the repository from being pruned.
func keep(object map[string]any) {
	object["metadata"].(map[string]any)["annotations"] = xr.DoNotPrune()
}

// lookUp is the object at a path of names, such as spec.pools.default.
func lookUp(object map[string]any, names string) map[string]any {
	for name := range strings.SplitSeq(names, ".") {
		object = object[name].(map[string]any)
	}
	return object
}
