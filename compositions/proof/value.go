package proof

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
)

// plain returns the text that Terraform compares for a value. An unset value is equal to
// the zero value of its sort.
func plain(s sort, value any) string {
	switch v := value.(type) {
	case nil:
		return zero(s)
	case string:
		if v == "" {
			return zero(s)
		}
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(value)
}

func zero(s sort) string {
	switch s {
	case number:
		return "0"
	case boolean:
		return "false"
	}
	return ""
}

// same reports whether the provider takes two values of a field for equal.
func (f *field) same(ours, theirs any) bool {
	o, t := plain(f.sort, ours), plain(f.sort, theirs)
	if o == t {
		return true
	}
	switch f.compares {
	case "suppressOpenIDURL": // an issuer with and without its scheme
		return strings.TrimPrefix(o, "https://") == strings.TrimPrefix(t, "https://")
	case "SuppressEquivalentPolicyDiffs", "SuppressEquivalentJSONDiffs":
		return sameJSON(o, t)
	}
	return false
}

func sameJSON(a, b string) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(x, y)
}

// elements returns a list; none for no list.
func elements(value any) []any {
	list, _ := value.([]any)
	return list
}

// canonical returns a text that is equal for equal blocks, by the names of an object or
// by those of Terraform.
func canonical(fields []*field, element any) string {
	m, _ := element.(map[string]any)
	var out strings.Builder
	for _, f := range fields {
		value, said := m[f.name]
		if !said {
			value = m[f.attribute]
		}
		fmt.Fprintf(&out, "%s=%q ", f.name, plain(f.sort, value))
	}
	return out.String()
}

// shown returns a list of AWS for the reader; nil for an empty one.
func shown(f *field, list []any) any {
	switch {
	case len(list) == 0:
		return nil
	case f.below == nil:
		return list
	}
	out := make([]any, len(list))
	for i, element := range list {
		out[i] = named(f, element)
	}
	return out
}

// named returns a block of AWS by the names of the object, without unset values.
func named(f *field, value any) any {
	m, ok := block(value)
	if !ok {
		return value
	}
	byAttribute := map[string]*field{}
	for _, below := range f.below {
		byAttribute[below.attribute] = below
	}
	out := map[string]any{}
	for attribute, value := range ordered.All(m) {
		below, known := byAttribute[attribute]
		switch {
		case !known || isZero(value):
		case below.sort == one:
			if inner, there := block(value); there {
				out[below.name] = named(below, inner)
			}
		case below.below != nil:
			if list := shown(below, elements(value)); list != nil {
				out[below.name] = list
			}
		default:
			if list, many := value.([]any); !many || len(list) > 0 {
				out[below.name] = value
			}
		}
	}
	return out
}
