package installation

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// object is an object in JSON.
type object = map[string]any

// state is a state file.
type state object

func (s state) resources() []object { return list(s["resources"]) }

// output returns the value of an output, an empty object if there is none.
func (s state) output(name string) object {
	outputs, _ := s["outputs"].(object)
	output, _ := outputs[name].(object)
	value, _ := output["value"].(object)
	if value == nil {
		return object{}
	}
	return value
}

// instance is one instance of a resource.
type instance struct {
	object
	kind, name string
	managed    bool
}

func (i instance) attributes() object {
	a, _ := i.object["attributes"].(object)
	return a
}

func (i instance) key() string {
	key, _ := i.object["index_key"].(string)
	return key
}

func (i instance) text(attribute string) string {
	text, _ := i.attributes()[attribute].(string)
	return text
}

// of returns the instances of a type, managed ones or data sources, in all states.
func (i *Installation) of(managed bool, kind string, names ...string) []instance {
	var all []instance
	i.each(func(in instance) {
		if in.managed == managed && in.kind == kind && (len(names) == 0 || slices.Contains(names, in.name)) {
			all = append(all, in)
		}
	})
	return all
}

func (i *Installation) each(do func(instance)) {
	for _, root := range Roots {
		for _, r := range i.roots[root].resources() {
			for _, in := range list(r["instances"]) {
				do(instanceOf(r, in))
			}
		}
	}
}

func instanceOf(r, in object) instance {
	kind, _ := r["type"].(string)
	name, _ := r["name"].(string)
	return instance{in, kind, name, r["mode"] == "managed"}
}

// remove removes instances, and resources that have none left.
func (i *Installation) remove(gone func(instance) bool) {
	for _, root := range Roots {
		var left []any
		for _, r := range i.roots[root].resources() {
			var instances []any
			for _, in := range list(r["instances"]) {
				if !gone(instanceOf(r, in)) {
					instances = append(instances, in)
				}
			}
			if r["instances"] = instances; len(instances) > 0 {
				left = append(left, r)
			}
		}
		i.roots[root]["resources"] = left
	}
}

// removeKinds removes all of a type, and of a resource if its name is given: "aws_iam_policy ecr".
func (i *Installation) removeKinds(kinds ...string) {
	i.remove(func(in instance) bool {
		mode := "data "
		if in.managed {
			mode = ""
		}
		return slices.Contains(kinds, mode+in.kind) || slices.Contains(kinds, mode+in.kind+" "+in.name)
	})
}

// add adds an instance to a root. Its address is as in a plan: module.eks.aws_vpc.this.
func (i *Installation) add(root, address string, index any, attributes object) {
	parts := strings.Split(address, ".")
	r := object{"mode": "managed", "type": parts[len(parts)-2], "name": parts[len(parts)-1]}
	if parts = parts[:len(parts)-2]; len(parts) > 0 && parts[len(parts)-1] == "data" {
		r["mode"], parts = "data", parts[:len(parts)-1]
	}
	if len(parts) > 0 {
		r["module"] = strings.Join(parts, ".")
	}
	in := object{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []any{}}
	if index != nil {
		in["index_key"] = index
	}
	for _, there := range i.roots[root].resources() {
		if there["module"] == r["module"] && there["mode"] == r["mode"] && there["type"] == r["type"] && there["name"] == r["name"] {
			there["instances"] = append(there["instances"].([]any), in)
			return
		}
	}
	r["instances"] = []any{in}
	i.roots[root]["resources"] = append(i.roots[root]["resources"].([]any), r)
}

// outputs changes an output in the state that made it and in all copies of it.
func (i *Installation) outputs(name string, change func(object)) {
	for _, root := range Roots {
		if value := i.roots[root].output(name); len(value) > 0 {
			change(value)
		}
	}
	for _, in := range i.of(false, "terraform_remote_state") {
		copies, _ := in.attributes()["outputs"].(object)
		values, _ := copies["value"].(object)
		if value, ok := values[name].(object); ok {
			change(value)
		}
	}
}

func list(value any) []object {
	values, _ := value.([]any)
	all := make([]object, 0, len(values))
	for _, v := range values {
		if o, ok := v.(object); ok {
			all = append(all, o)
		}
	}
	return all
}

// first returns the first block of a list, such as first(attributes, "vpc_config").
func first(of object, path ...string) object {
	for _, step := range path {
		blocks := list(of[step])
		if len(blocks) == 0 {
			return object{}
		}
		of = blocks[0]
	}
	return of
}

// copied returns a copy that shares nothing.
func copied(value object) object {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	out := object{}
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return out
}

// texts makes a list of texts.
func texts(all ...string) []any {
	out := make([]any, len(all))
	for i, text := range all {
		out[i] = text
	}
	return out
}

// anyOf makes a map of texts one of values.
func anyOf(m map[string]string) object {
	out := object{}
	for key, value := range m {
		out[key] = value
	}
	return out
}

// Show returns what terraform show -json prints of a state file.
func Show(s state) map[string]any {
	modules := map[string][]any{}
	for _, r := range s.resources() {
		path, _ := r["module"].(string)
		for _, in := range list(r["instances"]) {
			modules[path] = append(modules[path], shown(path, r, in))
		}
	}
	root := object{"resources": modules[""]}
	var children []any
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		if path != "" {
			children = append(children, object{"address": path, "resources": modules[path]})
		}
	}
	root["child_modules"] = children
	return object{"format_version": "1.0", "terraform_version": "1.11.4", "values": object{"outputs": s["outputs"], "root_module": root}}
}

// shown returns an instance as terraform show -json prints it.
func shown(path string, r, in object) object {
	address := fmt.Sprint(r["type"], ".", r["name"])
	if r["mode"] == "data" {
		address = "data." + address
	}
	if path != "" {
		address = path + "." + address
	}
	out := object{"mode": r["mode"], "type": r["type"], "name": r["name"], "values": in["attributes"], "sensitive_values": object{}}
	switch key := in["index_key"].(type) {
	case string:
		out["index"], address = key, fmt.Sprintf("%s[%q]", address, key)
	case float64, int:
		out["index"], address = key, fmt.Sprintf("%s[%v]", address, key)
	}
	out["address"] = address
	if marks, _ := in["sensitive_attributes"].([]any); len(marks) > 0 {
		mask := object{}
		for _, mark := range marks {
			step, _ := mark.([]any)[0].(object)
			name, _ := step["value"].(string)
			mask[name] = true
		}
		out["sensitive_values"] = mask
	}
	if r["type"] == "terraform_remote_state" {
		out["values"] = plainOutputs(in["attributes"].(object))
	}
	return out
}

// plainOutputs returns the attributes of a copy of another state without the types that
// only a state file has.
func plainOutputs(attributes object) object {
	out := maps.Clone(attributes)
	if outputs, ok := out["outputs"].(object); ok {
		out["outputs"] = outputs["value"]
	}
	return out
}
