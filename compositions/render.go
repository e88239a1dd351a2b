package compositions

import (
	"encoding/base64"
	"fmt"
	"maps"
	"strings"

	"github.com/dominoc/dominoc/compositions/components/environment"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
)

// keyAnnotation names a composed object's key, as Crossplane sets it.
const keyAnnotation = "crossplane.io/composition-resource-name"

// Rendered is an object that a composite resource composes, as Crossplane will make
// it. Values that only AWS knows are plan.Unknown.
type Rendered struct {
	Component string // key of the composite resource in the environment; empty for the environment itself
	Key       string
	Object    map[string]any
}

// Render lowers the concrete plan of an environment: every object that its composite
// resources compose. It reads no Composition. With children, the child XRs stand
// before what they compose.
func (f *Fleet) Render(name string, children bool) ([]map[string]any, error) {
	e, err := f.Environment(name)
	if err != nil {
		return nil, err
	}
	return e.render(children)
}

func (e Environment) render(children bool) ([]map[string]any, error) {
	var objects []map[string]any
	if children {
		composites, _ := e.parent()
		all, err := e.rendered("", composites)
		if err != nil {
			return nil, err
		}
		objects = objectsOf(all)
	}
	all, err := e.Composed()
	return append(objects, objectsOf(all)...), err
}

func objectsOf(all []Rendered) []map[string]any {
	objects := make([]map[string]any, len(all))
	for i, r := range all {
		objects[i] = r.Object
	}
	return objects
}

// Composed returns what the components of an environment compose, and the usages
// between the components.
func (e Environment) Composed() ([]Rendered, error) {
	var all []Rendered
	for _, c := range Components(e.Plan) {
		some, err := e.rendered(c.Key, c.Concrete())
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	_, usages := e.parent()
	some, err := e.rendered("", usages)
	return append(all, some...), err
}

// parent returns what DominoEnvironment itself composes: its children, and the usages
// between them.
func (e Environment) parent() (children, usages []resource.Resource) {
	for _, r := range parent(e.Plan, e.Children).Concrete() {
		if r.Object.GetObjectKind().GroupVersionKind().Group == xr.Group {
			children = append(children, r)
		} else {
			usages = append(usages, r)
		}
	}
	return children, usages
}

func (e Environment) rendered(component string, resources []resource.Resource) ([]Rendered, error) {
	all := make([]Rendered, len(resources))
	for i, r := range resources {
		object, err := xr.Content(r.Object)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", e.Plan.Name, r.Key, err)
		}
		metadata := object["metadata"].(map[string]any)
		metadata["namespace"] = e.Plan.Namespace
		annotations, _ := metadata["annotations"].(map[string]any)
		annotations = maps.Clone(annotations)
		if annotations == nil {
			annotations = map[string]any{}
		}
		annotations[keyAnnotation] = r.Key
		metadata["annotations"] = annotations
		all[i] = Rendered{component, r.Key, object}
	}
	return all, nil
}

// Comment returns YAML comment lines that show what a rendered object holds in base64,
// which is the user data of a launch template, or "" for any other object.
func Comment(object map[string]any) string {
	text := userData(object)
	if text == "" {
		return ""
	}
	var comment strings.Builder
	comment.WriteString("# userData is this in base64:\n")
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if line != "" {
			line = "   " + line
		}
		comment.WriteString("#" + line + "\n")
	}
	return comment.String()
}

// userData returns what nodes read when they start, out of the base64 in which a launch
// template has it; "" for any other object.
func userData(object map[string]any) string {
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

// concretePart reads a part of the spec of DominoEnvironment.
func concretePart(spec map[string]any) environment.Part {
	return func(path string) map[string]any {
		return maps.Clone(lookUp(map[string]any{"spec": spec}, path))
	}
}

// lookUp returns the object at a path of names, such as spec.pools.default.
func lookUp(object map[string]any, names string) map[string]any {
	for name := range strings.SplitSeq(names, ".") {
		object = object[name].(map[string]any)
	}
	return object
}

// SpecOf returns the spec of DominoEnvironment: the plan without the values that only
// AWS knows.
func SpecOf(p *plan.Plan) map[string]any {
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
