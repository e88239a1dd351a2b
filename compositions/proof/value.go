package proof

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
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

// same reports whether the provider treats two values of a field as equal.
func (f *field) same(ours, theirs any) bool {
	o, t := plain(f.sort, ours), plain(f.sort, theirs)
	if o == t {
		return true
	}
	switch f.compares {
	case "suppressOpenIDURL": // an issuer with and without its scheme
		return strings.TrimPrefix(o, "https://") == strings.TrimPrefix(t, "https://")
	case "suppressEquivalentKeyARNOrID": // a key by its id or by its ARN
		return lastPart(o) == lastPart(t)
	case "SuppressEquivalentJSONDocuments":
		return sameJSON(o, t, func(v any) any { return v })
	case "SuppressEquivalentPolicyDiffs", "SuppressEquivalentIAMPolicyDocuments":
		return sameJSON(o, t, policy)
	}
	return false
}

// mayBeMissing reports whether the provider treats a missing block as one whose fields are
// all omitted.
func (f *field) mayBeMissing() bool { return f.compares == "SuppressMissingOptionalConfigurationBlock" }

func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// sameJSON reports whether two documents are equal after normalization.
func sameJSON(a, b string, normal func(any) any) bool {
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && reflect.DeepEqual(normal(x), normal(y))
}

// policy normalizes an IAM document: a list of one element becomes that element, and lists
// are sorted. Other equivalent forms count as different.
func policy(document any) any {
	switch v := document.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			out[name] = policy(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = policy(inner)
		}
		if len(out) == 1 {
			return out[0]
		}
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		return out
	}
	return document
}

// elements returns the elements of a list; none for any other value.
func elements(value any) []any {
	list, _ := value.([]any)
	return list
}

// canonical returns a text that is equal for values that are equal as elements of a set. A
// block has the names of the object or those of Terraform.
func (f *field) canonical(value any) string {
	switch {
	case f.below != nil:
		var all []string
		for _, element := range asList(value) {
			all = append(all, canonicalBlock(f.below, element))
		}
		if f.sort == setOfBlocks {
			slices.Sort(all)
			all = slices.Compact(all)
		}
		return fmt.Sprintf("%q", all)
	case f.sort == texts:
		var all []string
		m, _ := value.(map[string]any)
		for key, inner := range ordered.All(m) {
			all = append(all, key, plain(text, inner))
		}
		return fmt.Sprintf("%q", all)
	case f.sort == list || f.sort == set:
		var all []string
		for _, element := range elements(value) {
			all = append(all, plain(text, element))
		}
		if f.sort == set {
			slices.Sort(all)
		}
		return fmt.Sprintf("%q", all)
	case value == nil && f.fallback != "":
		return f.fallback
	}
	return plain(f.sort, value)
}

func canonicalBlock(fields []*field, element any) string {
	m, _ := element.(map[string]any)
	var all []string
	for _, f := range fields {
		value, said := m[f.name]
		if !said {
			value = m[f.attribute]
		}
		all = append(all, f.name+"="+f.canonical(value))
	}
	return fmt.Sprintf("%q", all)
}

// told returns blocks of AWS with what a state of an older provider does not say of them.
func (f *field) told(blocks []any) []any {
	var all []any
	for _, one := range blocks {
		m, ok := one.(map[string]any)
		for _, below := range f.below {
			if _, said := m[below.attribute]; ok && !said && below.unstated != "" {
				m = maps.Clone(m)
				m[below.attribute] = below.unstatedValue()
			}
		}
		if ok {
			one = m
		}
		all = append(all, one)
	}
	return all
}

// unstatedValue is what AWS has where a state does not say, in the shape of the field.
func (f *field) unstatedValue() any {
	if f.sort == list || f.sort == set {
		return []any{f.unstated}
	}
	return f.unstated
}

// asList returns a list, or the list of a single block.
func asList(value any) []any {
	if one, ok := value.(map[string]any); ok {
		return []any{one}
	}
	return elements(value)
}

// shown returns AWS's list in the shape of the object; nil for an empty one.
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

// named returns AWS's block in the shape of the object, without unset values.
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
