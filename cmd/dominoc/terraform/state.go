package terraform

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// object is an instance of a resource.
type object struct {
	Resource
	tainted bool
	deposed bool
}

// reader collects the objects of a state, in its order, and the outputs of other states
// that it has a copy of.
type reader struct {
	objects []object
	copies  map[string]raw
}

// resources reads a list of resources as a state file has it: one element for all
// instances of a resource.
func (r *reader) resources(list raw) {
	for element := range list.elements() {
		resource := element.object()
		o := object{Resource: Resource{Managed: resource["mode"].text() == "managed", Type: resource["type"].text(), Name: resource["name"].text()}}
		trunk := strings.TrimPrefix(resource["module"].text()+"."+kindOf(o.Managed, o.Type)+"."+o.Name, ".")
		for element := range resource["instances"].elements() {
			instance := element.object()
			o.Index, o.Address = index(instance["index_key"]), trunk+bracket(instance["index_key"])
			o.tainted, o.deposed = instance["status"].text() == "tainted", instance["deposed"].text() != ""
			r.add(o, instance["attributes"], marks(instance["sensitive_attributes"]))
		}
	}
}

// module reads a module as terraform show -json prints it: one element for each instance.
func (r *reader) module(m raw) {
	fields := m.object()
	for element := range fields["resources"].elements() {
		shown := element.object()
		r.add(object{
			Resource{
				Address: shown["address"].text(), Managed: shown["mode"].text() == "managed",
				Type: shown["type"].text(), Name: shown["name"].text(), Index: index(shown["index"]),
			},
			shown["tainted"].value() == true, shown["deposed_key"].text() != "",
		}, shown["values"], masks(shown["sensitive_values"]))
	}
	for child := range fields["child_modules"].elements() {
		r.module(child)
	}
}

// add keeps of an object what the table lists and Terraform does not mark as sensitive.
func (r *reader) add(o object, attributes raw, sensitive func(string) bool) {
	if !o.Managed && o.Type == "terraform_remote_state" {
		maps.Copy(r.copies, copied(attributes))
	}
	if k, known := keptResources[kindOf(o.Managed, o.Type)]; known {
		o.Attributes = map[string]any{}
		for name, attribute := range attributes.fields() {
			inner, ok := k.field(name)
			switch {
			case !ok:
			case sensitive(name) && !inner.presence:
				o.Withheld = append(o.Withheld, name)
			default:
				if v := inner.of(attribute.value()); v != nil {
					o.Attributes[name] = v
				}
			}
		}
		slices.Sort(o.Withheld)
	}
	if o.Managed && o.Type == "aws_launch_template" {
		o.UserData = userDataOf(attributes.object()["user_data"].text(), sensitive("user_data"))
	}
	r.objects = append(r.objects, o)
}

// copied returns the outputs of another state. A state file has them next to their type.
func copied(attributes raw) map[string]raw {
	outputs := attributes.object()["outputs"].object()
	if outputs["type"] != nil && outputs["value"] != nil {
		return outputs["value"].object()
	}
	return outputs
}

// marks reads sensitive_attributes of a state file: a list of paths, each a list of steps.
// An attribute with a mark anywhere in it is sensitive as a whole. If the marks cannot be
// understood, every attribute is.
func marks(paths raw) func(string) bool {
	names := map[string]bool{}
	every := !paths.is('[') && !paths.null()
	for path := range paths.elements() {
		var first map[string]raw
		for step := range path.elements() {
			first = step.object()
			break
		}
		every = every || first["type"].text() != "get_attr" || !first["value"].is('"')
		names[first["value"].text()] = true
	}
	return func(name string) bool { return every || names[name] }
}

// masks reads sensitive_values of show -json: an object like the values, in which true
// stands for a sensitive one.
func masks(values raw) func(string) bool {
	fields := values.object()
	every := !values.is('{') && !values.null() && values.value() != false
	return func(name string) bool { return every || masked(fields[name].value()) }
}

// masked reports whether anything in a value of sensitive_values is sensitive.
func masked(value any) bool {
	switch value := value.(type) {
	case nil:
		return false
	case map[string]any:
		for _, inner := range value {
			if masked(inner) {
				return true
			}
		}
		return false
	case []any:
		return slices.ContainsFunc(value, masked)
	}
	return value != false
}

// index returns the key of count or for_each as text.
func index(key raw) string {
	if key.null() || key.is('"') {
		return key.text()
	}
	return string(key)
}

// bracket returns the key of count or for_each as it is in an address.
func bracket(key raw) string {
	switch {
	case key.null():
		return ""
	case key.is('"'):
		quoted := strconv.Quote(key.text())
		return "[" + strings.ReplaceAll(strings.ReplaceAll(quoted, "${", "$${"), "%{", "%%{") + "]"
	}
	return "[" + string(key) + "]"
}
