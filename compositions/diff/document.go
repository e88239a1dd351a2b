package diff

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// documents compares two texts as JSON, and reports whether both are JSON: white space
// and the order of names have no meaning there.
func (c *compared) documents(path Path, before, after string) bool {
	b, ok := document(before)
	a, both := document(after)
	if !ok || !both {
		return false
	}
	path = path.child(Step{Sort: Document})
	if isPolicy(b) && isPolicy(a) {
		c.policies(path, statementsFirst(b), statementsFirst(a))
	} else {
		c.values(path, b, a)
	}
	return true
}

// document returns the JSON in a text if it is an object or a list.
func document(s string) (any, bool) {
	if trimmed := strings.TrimSpace(s); trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' {
		return nil, false
	}
	var value any
	if json.Unmarshal([]byte(s), &value) != nil {
		return nil, false
	}
	return value, true
}

// userData compares base64 user data as text, and reports whether it did.
func (c *compared) userData(path Path, before, after any) bool {
	if c.kind != kindLaunchTemplate || path.Full() != "spec.forProvider.userData" {
		return false
	}
	b, ok := decoded(before)
	a, both := decoded(after)
	if ok && both {
		c.add(Field{Path: path.child(Step{Sort: Decoded}), Old: b, New: a})
	}
	return ok && both
}

// decoded decodes base64; nil stays nil.
func decoded(value any) (any, bool) {
	if value == nil {
		return nil, true
	}
	text, isText := value.(string)
	plain, ok := decodedText(text)
	return plain, isText && ok
}

func decodedText(text string) (string, bool) {
	plain, err := base64.StdEncoding.DecodeString(text)
	return string(plain), err == nil
}

// isPolicy reports whether a document is an IAM policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func isPolicy(document any) bool {
	m, ok := document.(map[string]any)
	return ok && m["Statement"] != nil && m["Version"] != nil
}

// statementsFirst returns a policy in which a single element is a list of one, wherever
// IAM permits both, and all lists are sorted, because their order has no meaning.
func statementsFirst(policy any) map[string]any {
	out := maps.Clone(policy.(map[string]any))
	statements := listOf(out["Statement"])
	normal := make([]any, len(statements))
	for i, s := range statements {
		normal[i] = statement(s)
	}
	out["Statement"] = normal
	return out
}

func statement(value any) any {
	m, ok := value.(map[string]any)
	if !ok {
		return value
	}
	out := maps.Clone(m)
	for _, name := range []string{"Action", "NotAction", "Resource", "NotResource"} {
		if out[name] != nil {
			out[name] = sorted(listOf(out[name]))
		}
	}
	for _, name := range []string{"Principal", "NotPrincipal"} {
		if out[name] != nil {
			out[name] = principals(out[name])
		}
	}
	if conditions, ok := out["Condition"].(map[string]any); ok {
		out["Condition"] = conditionsOf(conditions)
	}
	return out
}

// principals normalises principals; "*" is short for all AWS principals.
func principals(value any) any {
	if value == "*" {
		value = map[string]any{"AWS": "*"}
	}
	m, ok := value.(map[string]any)
	if !ok {
		return value
	}
	return eachSorted(m)
}

func conditionsOf(conditions map[string]any) map[string]any {
	out := map[string]any{}
	for operator, keys := range conditions {
		out[operator] = keys
		if m, ok := keys.(map[string]any); ok {
			out[operator] = eachSorted(m)
		}
	}
	return out
}

// eachSorted returns an object in which each value is a sorted list.
func eachSorted(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for name, value := range m {
		out[name] = sorted(listOf(value))
	}
	return out
}

func listOf(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	return []any{value}
}

func sorted(list []any) []any {
	return slices.SortedFunc(slices.Values(list), func(a, b any) int {
		return strings.Compare(canonical(a), canonical(b))
	})
}

// policies compares two policies statement by statement.
func (c *compared) policies(path Path, before, after map[string]any) {
	for _, name := range union(before, after) {
		if name != "Statement" {
			c.values(path.field(name), before[name], after[name])
			continue
		}
		c.statements(path.field(name), before[name].([]any), after[name].([]any))
	}
}

// statements matches statements by Sid, and those without one by common parts.
func (c *compared) statements(path Path, before, after []any) {
	var removed []any
	rest := slices.Clone(after)
	for i, b := range before {
		if j := slices.IndexFunc(rest, func(a any) bool { return reflect.DeepEqual(a, b) }); j >= 0 {
			rest = slices.Delete(rest, j, j+1)
			continue
		}
		j := slices.IndexFunc(rest, func(a any) bool {
			return akin(b, a) && !slices.ContainsFunc(before, func(b any) bool { return reflect.DeepEqual(a, b) })
		})
		if j < 0 {
			removed = append(removed, b)
			continue
		}
		c.inStatement(path.child(stepTo(b, before, i)), b, rest[j])
		rest = slices.Delete(rest, j, j+1)
	}
	if len(removed)+len(rest) > 0 {
		c.add(Field{Path: path, Removed: removed, Added: slices.Clip(rest), statement: &inStatement{}})
	}
}

// akin reports whether one statement may have become the other: both have the same Sid,
// or neither has one and both have the same effect on the same actions or resources.
func akin(b, a any) bool {
	if sid := fieldpath.At(b, "Sid"); sid != nil || fieldpath.At(a, "Sid") != nil {
		return sid == fieldpath.At(a, "Sid")
	}
	same := func(name string) bool { return reflect.DeepEqual(fieldpath.At(b, name), fieldpath.At(a, name)) }
	return same("Effect") && (same("Action") || same("Resource"))
}

// stepTo leads to a statement: by its Sid if that is unique, else by its index.
func stepTo(statement any, among []any, i int) Step {
	sid := fieldpath.Text(statement, "Sid")
	if sid != "" && len(valuesOf("Sid", among)) > 0 {
		return Step{Sort: Matching, Name: "Sid", Value: sid}
	}
	return Step{Sort: Indexed, Index: i}
}

// inStatement compares the parts of a statement, where every list is a set.
func (c *compared) inStatement(path Path, before, after any) {
	b, isObject := before.(map[string]any)
	a, both := after.(map[string]any)
	if !isObject || !both {
		c.values(path, before, after)
		return
	}
	for _, part := range union(b, a) {
		inner := &compared{kind: c.kind}
		inner.inPart(path.field(part), b[part], a[part])
		for _, f := range inner.fields {
			f.statement = &inStatement{effect: fieldpath.Text(b["Effect"]), part: part}
			c.add(f)
		}
	}
}

func (c *compared) inPart(path Path, before, after any) {
	switch b := before.(type) {
	case []any:
		if a, ok := after.([]any); ok {
			c.sets(path, b, a)
			return
		}
	case map[string]any:
		if a, ok := after.(map[string]any); ok {
			for _, name := range union(b, a) {
				c.inPart(path.field(name), b[name], a[name])
			}
			return
		}
	}
	c.values(path, before, after)
}
