package compositions

import (
	"encoding/base64"
	"fmt"
	"maps"

	"github.com/dominoc/dominoc/compositions/components/environment"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
)

// keyAnnotation carries a composed object's key, as Crossplane sets it.
const keyAnnotation = "crossplane.io/composition-resource-name"

// Render lowers the concrete plan of an environment: every object that its
// composite resources compose, as Crossplane will make it, values that only AWS
// knows as plan.Unknown. It reads no Composition. With children, the child XRs
// stand before what they compose.
func (f *Fleet) Render(name string, children bool) ([]map[string]any, error) {
	e, err := f.find(name)
	if err != nil {
		return nil, err
	}
	return e.render(children)
}

// UserData is what nodes read when they start, out of the base64 in which a launch
// template has it; "" for any other object.
func UserData(object map[string]any) string {
	if object["kind"] != "LaunchTemplate" {
		return ""
	}
	encoded, _ := lookUp(object, "spec.forProvider")["userData"].(string)
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		panic("user data is written in base64: " + err.Error())
	}
	return string(text)
}

func (f *Fleet) find(name string) (environmentOutput, error) {
	for _, e := range f.environments {
		if e.plan.Name == name {
			return e, nil
		}
	}
	return environmentOutput{}, fmt.Errorf("no environment %q in the fleet", name)
}

// Names are the names of the environments, in the order of the inputs.
func (f *Fleet) Names() []string {
	names := make([]string, len(f.environments))
	for i, e := range f.environments {
		names[i] = e.plan.Name
	}
	return names
}

func (e environmentOutput) render(children bool) ([]map[string]any, error) {
	var resources []resource.Resource
	composites, usages := e.parent()
	if children {
		resources = composites
	}
	for _, c := range Components(e.plan) {
		resources = append(resources, c.Concrete()...)
	}
	return rendered(e.plan.Namespace, append(resources, usages...))
}

// parent is what DominoEnvironment itself composes: its children, and the usages
// between them.
func (e environmentOutput) parent() (children, usages []resource.Resource) {
	for _, r := range parent(e.plan, e.children).Concrete() {
		if r.Object.GetObjectKind().GroupVersionKind().Group == xr.Group {
			children = append(children, r)
		} else {
			usages = append(usages, r)
		}
	}
	return children, usages
}

func rendered(namespace string, resources []resource.Resource) ([]map[string]any, error) {
	out := make([]map[string]any, len(resources))
	for i, r := range resources {
		content, err := xr.Content(r.Object)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Key, err)
		}
		metadata := content["metadata"].(map[string]any)
		metadata["namespace"] = namespace
		annotations, _ := metadata["annotations"].(map[string]any)
		metadata["annotations"] = with(annotations, keyAnnotation, r.Key)
		out[i] = content
	}
	return out, nil
}

func with(m map[string]any, key string, value any) map[string]any {
	out := maps.Clone(m)
	if out == nil {
		out = map[string]any{}
	}
	out[key] = value
	return out
}

// concretePart reads a part of the spec of DominoEnvironment.
func concretePart(spec map[string]any) environment.Part {
	return func(path string) map[string]any {
		return maps.Clone(lookUp(map[string]any{"spec": spec}, path))
	}
}

// specOf is the spec of DominoEnvironment: the plan without what only AWS knows.
func specOf(p *plan.Plan) map[string]any {
	spec, err := xr.Content(p.Spec)
	if err != nil {
		panic("a plan is plain data: " + err.Error())
	}
	dropUnknown(spec)
	return spec
}

func dropUnknown(fields map[string]any) {
	for name, value := range fields {
		switch v := value.(type) {
		case string:
			if v == plan.Unknown {
				delete(fields, name)
			}
		case map[string]any:
			dropUnknown(v)
		}
	}
}
