package compositions

import (
	"path"
	"strings"

	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/xr"
)

// document is an object and the file that it becomes.
type document struct {
	path   string
	object map[string]any
}

// Files are the manifests of the fleet: platform/ once per management cluster,
// environments/<name>/ for each environment.
func (f *Fleet) Files() ([]emit.File, error) {
	documents, err := f.platform()
	if err != nil {
		return nil, err
	}
	for _, e := range f.environments {
		of, err := e.documents()
		if err != nil {
			return nil, err
		}
		documents = append(documents, of...)
	}
	files := make([]emit.File, len(documents))
	for i, d := range documents {
		content, err := emit.YAML(d.object)
		if err != nil {
			return nil, err
		}
		files[i] = emit.File{Path: d.path, Content: content}
	}
	return files, nil
}

// documents are the manifests of one environment.
func (e environmentOutput) documents() ([]document, error) {
	spec, err := specOf(e.plan)
	if err != nil {
		return nil, err
	}
	composite := xr.Composite(xr.Environment, e.plan.Name, e.composition, spec)
	objects := []struct {
		file   string
		object map[string]any
	}{
		{"namespace.yaml", namespace(e.plan)},
		{"provider.yaml", providerConfig(e.plan)},
		{"environment.yaml", inNamespace(composite, e.plan.Namespace)},
	}
	if e.plan.Spec.Common.Deletion == "protect" {
		objects = append(objects, struct {
			file   string
			object map[string]any
		}{"protection.yaml", protection(e.plan)})
	}
	var out []document
	for _, o := range objects {
		if e.plan.Spec.Common.Deletion == "protect" {
			annotate(o.object, xr.DoNotPrune)
		}
		out = append(out, document{path.Join("environments", e.plan.Name, o.file), o.object})
	}
	return out, nil
}

func inNamespace(object map[string]any, namespace string) map[string]any {
	object["metadata"].(map[string]any)["namespace"] = namespace
	return object
}

func annotate(object, annotations map[string]any) {
	object["metadata"].(map[string]any)["annotations"] = annotations
}

// lookUp is the object at a path of names, such as spec.pools.default.
func lookUp(object map[string]any, names string) map[string]any {
	for name := range strings.SplitSeq(names, ".") {
		object = object[name].(map[string]any)
	}
	return object
}
