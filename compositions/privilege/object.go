package privilege

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/plan"
)

// awsGroup ends the API group of every managed resource of provider-aws.
const awsGroup = ".aws.m.upbound.io"

// object is one object of an environment, with the others by name.
type object struct {
	Environment
	others  map[string]map[string]any
	content map[string]any
}

// kind returns the object's kind as in the table; false for kinds unknown to AWS, such
// as a Usage.
func (o object) kind() (string, bool) {
	group, _, _ := strings.Cut(fieldpath.Text(o.content, "apiVersion"), "/")
	service, managed := strings.CutSuffix(group, awsGroup)
	return service + "/" + fieldpath.Text(o.content, "kind"), managed
}

// role returns the ARN of the role that the provider assumes for the object. An error is
// a ProviderConfig without a role: a bug of dominoc.
func (o object) role() (string, error) {
	config := fieldpath.Text(o.content, "spec", "providerConfigRef", "name")
	if arn := o.Roles[config]; arn != "" {
		return arn, nil
	}
	return "", fmt.Errorf("ProviderConfig %q: the role that it assumes is not known", config)
}

// allows reports whether the management policies, all of them by default, include an
// operation. To the provider, adopting a resource is updating its tags.
func (o object) allows(operation string) bool {
	if operation == adopt {
		operation = "update"
	}
	policies, limited := fieldpath.At(o.content, "spec", "managementPolicies").([]any)
	return !limited || slices.ContainsFunc(policies, func(policy any) bool {
		name, _ := policy.(string)
		return name == "*" || strings.EqualFold(name, operation)
	})
}

// value is the value of a placeholder. One that only AWS knows is a *.
type value struct {
	text  string
	known bool
}

var unknown = value{"*", false}

// values returns the values of a placeholder; none if the object has no such field.
func (o object) values(placeholder string) []value {
	switch placeholder {
	case "partition":
		return []value{{o.Partition, true}}
	case "account":
		return []value{{o.Account, true}}
	case "environment":
		return []value{{o.Name, true}}
	case "dnsSuffix":
		return []value{{o.DNSSuffix, true}}
	case "fqdn":
		return []value{{o.FQDN, true}}
	case "boundary":
		return values(o.Boundary)
	case "groupTags":
		return texts(o.GroupTags)
	case "region":
		return o.region()
	case "name", "id":
		return []value{externalName(o.content)}
	}
	return o.field(placeholder)
}

// region returns the object's region or, for global resources, the environment's.
func (o object) region() []value {
	if own := o.field("region"); len(own) > 0 {
		return own
	}
	return []value{{o.Region, true}}
}

// externalName returns the name or id of an object in AWS.
func externalName(content map[string]any) value {
	if name := fieldpath.Text(content, "metadata", "annotations", externalname.Annotation); name != "" {
		return value{name, true}
	}
	return unknown
}

// field returns the values of a field, by its path below forProvider: the elements of a
// list, and the name or id of a referenced object.
func (o object) field(path string) []value {
	var out []value
	parents, name := o.parents(path)
	for _, parent := range parents {
		out = append(out, values(parent[name])...)
		for _, refers := range []string{name + "Ref", name + "Refs", strings.TrimSuffix(name, "s") + "Refs"} {
			out = append(out, o.references(parent[refers])...)
		}
	}
	return out
}

// has reports whether a field is set and not false, or has the requested value.
func (o object) has(path string) bool {
	if path, wanted, asked := strings.Cut(path, "="); asked {
		return slices.Contains(o.field(path), value{wanted, true})
	}
	parents, name := o.parents(path)
	return len(o.field(path)) > 0 || slices.ContainsFunc(parents, func(parent map[string]any) bool {
		return parent[name] != nil && parent[name] != false
	})
}

// parents returns the maps that may hold a field, and its last name.
func (o object) parents(path string) ([]map[string]any, string) {
	names := strings.Split(path, ".")
	spec := fieldpath.At(o.content, "spec")
	parents := append(structs(fieldpath.At(spec, "forProvider")), structs(fieldpath.At(spec, "initProvider"))...)
	for _, name := range names[:len(names)-1] {
		var below []map[string]any
		for _, parent := range parents {
			below = append(below, structs(parent[name])...)
		}
		parents = below
	}
	return parents, names[len(names)-1]
}

// references returns the names or ids of objects that a field refers to by name.
func (o object) references(field any) []value {
	var out []value
	for _, reference := range structs(field) {
		out = append(out, externalName(o.others[fieldpath.Text(reference, "name")]))
	}
	return out
}

// values returns a text, or the texts of a list.
func values(field any) []value {
	switch v := field.(type) {
	case string:
		if v == plan.Unknown {
			return []value{unknown}
		}
		return []value{{v, true}}
	case []any:
		var out []value
		for _, element := range v {
			out = append(out, values(element)...)
		}
		return out
	}
	return nil
}

// texts returns known values.
func texts(list []string) []value {
	var out []value
	for _, text := range list {
		out = append(out, value{text, true})
	}
	return out
}

// structs returns a map, or the maps of a list.
func structs(field any) []map[string]any {
	switch v := field.(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		var out []map[string]any
		for _, element := range v {
			out = append(out, structs(element)...)
		}
		return out
	}
	return nil
}
