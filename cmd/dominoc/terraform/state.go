package terraform

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// document is a JSON document that Terraform or OpenTofu wrote: a state file of version 4,
// or what show -json prints, whose fields do not overlap. Fields of other documents are
// here to tell the user what the file is.
type document struct {
	Version   json.RawMessage   `json:"version"`
	Terraform string            `json:"terraform_version"`
	Serial    int64             `json:"serial"`
	Lineage   string            `json:"lineage"`
	Outputs   map[string]output `json:"outputs"`
	Resources []resource        `json:"resources"`

	FormatVersion string  `json:"format_version"`
	Values        *values `json:"values"`

	Encrypted json.RawMessage `json:"encrypted_data"` // a state that OpenTofu encrypted
	Planned   json.RawMessage `json:"planned_values"` // a plan
	Backend   json.RawMessage `json:"backend"`        // .terraform/terraform.tfstate
}

type output struct {
	Value     json.RawMessage `json:"value"`
	Sensitive bool            `json:"sensitive"`
}

// resource is one resource of a state file, with all instances.
type resource struct {
	Module    string     `json:"module"`
	Mode      string     `json:"mode"`
	Type      string     `json:"type"`
	Name      string     `json:"name"`
	Instances []instance `json:"instances"`
}

type instance struct {
	Index      json.RawMessage            `json:"index_key"`
	Status     string                     `json:"status"`
	Deposed    string                     `json:"deposed"`
	Attributes map[string]json.RawMessage `json:"attributes"`
	Sensitive  json.RawMessage            `json:"sensitive_attributes"`
}

// values is what show -json prints of a state.
type values struct {
	Outputs map[string]output `json:"outputs"`
	Root    module            `json:"root_module"`
}

type module struct {
	Resources []shown  `json:"resources"`
	Children  []module `json:"child_modules"`
}

// shown is one instance of a resource as show -json prints it.
type shown struct {
	Address    string                     `json:"address"`
	Mode       string                     `json:"mode"`
	Type       string                     `json:"type"`
	Name       string                     `json:"name"`
	Index      json.RawMessage            `json:"index"`
	Tainted    bool                       `json:"tainted"`
	Deposed    string                     `json:"deposed_key"`
	Attributes map[string]json.RawMessage `json:"values"`
	Sensitive  json.RawMessage            `json:"sensitive_values"`
}

// object is an instance of either form.
type object struct {
	Resource
	tainted bool
	deposed bool
}

// objects returns all instances of a document, in its order, and the outputs of other
// states that it has a copy of.
func (d document) objects() ([]object, map[string]json.RawMessage) {
	c := collector{copies: map[string]json.RawMessage{}}
	for _, r := range d.Resources {
		for _, i := range r.Instances {
			managed := r.Mode == "managed"
			c.add(object{Resource{
				Address: address(r.Module, kindOf(managed, r.Type), r.Name, i.Index),
				Managed: managed, Type: r.Type, Name: r.Name, Index: index(i.Index),
			}, i.Status == "tainted", i.Deposed != ""}, i.Attributes, marks(i.Sensitive))
		}
	}
	if d.Values != nil {
		c.module(d.Values.Root)
	}
	return c.objects, c.copies
}

type collector struct {
	objects []object
	copies  map[string]json.RawMessage
}

func (c *collector) module(m module) {
	for _, r := range m.Resources {
		c.add(object{Resource{
			Address: r.Address, Managed: r.Mode == "managed", Type: r.Type, Name: r.Name, Index: index(r.Index),
		}, r.Tainted, r.Deposed != ""}, r.Attributes, masks(r.Sensitive))
	}
	for _, child := range m.Children {
		c.module(child)
	}
}

// add keeps of an object what the table lists and Terraform does not mark as sensitive.
func (c *collector) add(o object, attributes map[string]json.RawMessage, sensitive func(string) bool) {
	if !o.Managed && o.Type == "terraform_remote_state" {
		c.copy(attributes["outputs"])
	}
	if k, known := keptResources[kindOf(o.Managed, o.Type)]; known {
		for name := range attributes {
			if _, ok := k.field(name); ok && sensitive(name) {
				o.Withheld = append(o.Withheld, name)
				delete(attributes, name)
			}
		}
		slices.Sort(o.Withheld)
		o.Attributes = k.ofRaw(attributes)
	}
	c.objects = append(c.objects, o)
}

// copy remembers the outputs of another state. A state file has them next to their type.
func (c *collector) copy(raw json.RawMessage) {
	var outputs, typed map[string]json.RawMessage
	if json.Unmarshal(raw, &outputs) != nil {
		return
	}
	if outputs["type"] != nil && json.Unmarshal(outputs["value"], &typed) == nil {
		outputs = typed
	}
	maps.Copy(c.copies, outputs)
}

// marks reads sensitive_attributes of a state file: a list of paths, each a list of steps.
// An attribute with a mark anywhere in it is sensitive as a whole. If the marks cannot be
// understood, every attribute is.
func marks(raw json.RawMessage) func(string) bool {
	var paths [][]struct {
		Type  string          `json:"type"`
		Value json.RawMessage `json:"value"`
	}
	if len(raw) > 0 && json.Unmarshal(raw, &paths) != nil {
		return func(string) bool { return true }
	}
	names := map[string]bool{}
	for _, path := range paths {
		var name string
		if len(path) == 0 || path[0].Type != "get_attr" || json.Unmarshal(path[0].Value, &name) != nil {
			return func(string) bool { return true }
		}
		names[name] = true
	}
	return func(name string) bool { return names[name] }
}

// masks reads sensitive_values of show -json: an object like the values, in which true
// stands for a sensitive one.
func masks(raw json.RawMessage) func(string) bool {
	var fields map[string]any
	if len(raw) > 0 && json.Unmarshal(raw, &fields) != nil {
		return func(string) bool { return true }
	}
	return func(name string) bool { return masked(fields[name]) }
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
func index(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// address returns the address of an instance, as terraform state rm takes it.
func address(module, kind, name string, raw json.RawMessage) string {
	var b strings.Builder
	if module != "" {
		b.WriteString(module + ".")
	}
	b.WriteString(kind + "." + name)
	switch key := index(raw); {
	case len(raw) == 0 || bytes.Equal(raw, []byte("null")):
	case raw[0] == '"':
		quoted := strings.ReplaceAll(strings.ReplaceAll(strconv.Quote(key), "${", "$${"), "%{", "%%{")
		b.WriteString("[" + quoted + "]")
	default:
		b.WriteString("[" + key + "]")
	}
	return b.String()
}
