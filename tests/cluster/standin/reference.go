package standin

import (
	"fmt"
	"regexp"
	"strings"
)

// reference is what a CRD says of a field that refers to another object.
type reference struct {
	service string // of the object, such as ec2/VPC
	field   string // that takes its id
}

// described is how the provider's CRDs speak of references. "in" is missing when
// the object is of the same group.
var described = regexp.MustCompile(`^References? to (?:a )?(\w+)(?:\s+in\s+(\w+))?\s+to\s+populate\s+(\w+)`)

func (d *definition) reference(group string) (reference, bool) {
	found := described.FindStringSubmatch(d.description)
	if found == nil {
		return reference{}, false
	}
	if found[2] != "" {
		group = found[2]
	}
	return reference{service: group + "/" + found[1], field: found[3]}, true
}

// A resolver fills the fields of one object that references speak of.
type resolver struct {
	world   *world
	of      *object
	changed bool
}

// unresolved says which object is missing.
type unresolved struct{ message string }

func (u unresolved) Error() string { return u.message }

// resolve walks a part of the spec beside its definition.
func (r *resolver) resolve(value any, d *definition) error {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if d.items == nil {
				return nil
			}
			if err := r.resolve(item, d.items); err != nil {
				return err
			}
		}
	case map[string]any:
		return r.fields(v, d)
	}
	return nil
}

func (r *resolver) fields(fields map[string]any, d *definition) error {
	group, _, _ := strings.Cut(r.of.service(), "/")
	for name, value := range fields {
		property, ok := d.properties[name]
		if !ok {
			continue
		}
		refers, ok := property.reference(group)
		if !ok {
			if err := r.resolve(value, property); err != nil {
				return err
			}
			continue
		}
		if err := r.fill(fields, refers, value); err != nil {
			return err
		}
	}
	return nil
}

// fill sets the field of a reference unless it is set: like the provider, the
// stand-in resolves once.
func (r *resolver) fill(fields map[string]any, refers reference, value any) error {
	if current, set := fields[refers.field]; set && current != "" {
		return nil
	}
	names, many := value.([]any)
	if !many {
		names = []any{value}
	}
	ids := make([]any, len(names))
	for i, name := range names {
		id, err := r.id(refers, name)
		if err != nil {
			return err
		}
		ids[i] = id
	}
	r.changed = true
	if many {
		fields[refers.field] = ids
	} else {
		fields[refers.field] = ids[0]
	}
	return nil
}

// id is what the referenced object gives to the field.
func (r *resolver) id(refers reference, name any) (string, error) {
	ref, _ := name.(map[string]any)
	text, _ := ref["name"].(string)
	target := r.world.find(refers.service, r.of.GetNamespace(), text)
	if target == nil || !target.exists() {
		return "", unresolved{fmt.Sprintf("cannot resolve references: %s: referenced %s %q is not there yet", refers.field, refers.service, text)}
	}
	return target.gives(refers.field), nil
}

// gives is the value of an object that a field of another is to have.
func (o *object) gives(field string) string {
	if value := o.observed(field); value != "" && field != "role" {
		return value
	}
	lower := strings.ToLower(field)
	if strings.HasSuffix(lower, "arn") || lower == "kmskey" || lower == "kmskeyid" || lower == "kmsmasterkeyid" {
		return o.observed("arn")
	}
	return o.name()
}
