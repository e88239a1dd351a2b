package diff

import (
	"reflect"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// policyOf returns the policy in a resource, an IAM policy or a resource policy, or nil.
func policyOf(object map[string]any) map[string]any {
	for _, name := range []string{"policy", "assumeRolePolicy"} {
		value, ok := document(providedText(object, name))
		if ok && isPolicy(value) {
			return statementsFirst(value)
		}
	}
	return nil
}

// allowsMore reports whether a policy allows something that another does not: a
// statement allows what no single statement of the other allows, or a denial is missing.
// Undecidable cases count as more.
func allowsMore(policy, other map[string]any) bool {
	return someUncovered(policy, other, "Allow") || someUncovered(other, policy, "Deny")
}

// someUncovered reports whether the other policy leaves a statement of an effect
// uncovered. Each action on each resource is compared separately.
func someUncovered(policy, other map[string]any, effect string) bool {
	return slices.ContainsFunc(singles(policy, effect), func(s any) bool {
		return !slices.ContainsFunc(singles(other, effect), func(o any) bool { return coversStatement(o, s) })
	})
}

// singles returns the statements of an effect, split by action and resource.
func singles(policy map[string]any, effect string) []any {
	var all []any
	statements, _ := policy["Statement"].([]any)
	for _, s := range statements {
		if m, ok := s.(map[string]any); ok && m["Effect"] == effect {
			all = append(all, oneByOne(m)...)
		}
	}
	return all
}

// oneByOne splits a statement into statements of one action and one resource.
func oneByOne(statement map[string]any) []any {
	all := []any{any(statement)}
	for _, name := range []string{"Action", "Resource"} {
		var next []any
		for _, s := range all {
			list, ok := fieldpath.At(s, name).([]any)
			if !ok {
				next = append(next, s)
				continue
			}
			for _, element := range list {
				next = append(next, with(s, []any{element}, name))
			}
		}
		all = next
	}
	return all
}

// coversStatement reports whether a statement applies to everything that another applies
// to.
func coversStatement(outer, inner any) bool {
	for _, name := range []string{"Action", "Resource"} {
		if !coversPart(textsAt(outer, name), textsAt(inner, name), textsAt(outer, "Not"+name), textsAt(inner, "Not"+name)) {
			return false
		}
	}
	return coversPrincipals(fieldpath.At(outer, "Principal"), fieldpath.At(inner, "Principal")) &&
		reflect.DeepEqual(fieldpath.At(outer, "NotPrincipal"), fieldpath.At(inner, "NotPrincipal")) &&
		coversConditions(fieldpath.At(outer, "Condition"), fieldpath.At(inner, "Condition"))
}

// textsAt returns the list in a part of a statement, or nil.
func textsAt(statement any, name string) []any {
	list, _ := fieldpath.At(statement, name).([]any)
	return list
}

// coversPart compares the lists of one part of two statements: those that the statement
// names, or those that it excludes.
func coversPart(outer, inner, outerNot, innerNot []any) bool {
	switch {
	case outerNot != nil && innerNot != nil:
		return allMatched(outerNot, innerNot) // fewer exceptions are more
	case outerNot != nil || innerNot != nil:
		return false
	}
	return allMatched(inner, outer)
}

// allMatched reports whether each text matches one of the patterns.
func allMatched(texts, patterns []any) bool {
	for _, t := range texts {
		if !slices.ContainsFunc(patterns, func(p any) bool { return matches(fieldpath.Text(p), fieldpath.Text(t)) }) {
			return false
		}
	}
	return true
}

// matches reports whether an IAM pattern, in which * matches any text, matches
// everything that another pattern matches.
func matches(pattern, s string) bool {
	first, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == s
	}
	if !strings.HasPrefix(s, first) {
		return false
	}
	for i := len(first); i <= len(s); i++ {
		if matches(rest, s[i:]) {
			return true
		}
	}
	return false
}

func coversPrincipals(outer, inner any) bool {
	o, _ := outer.(map[string]any)
	i, _ := inner.(map[string]any)
	if slices.Contains(textsAt(o, "AWS"), any("*")) {
		return true
	}
	for kind := range i {
		if !allMatched(textsAt(i, kind), textsAt(o, kind)) {
			return false
		}
	}
	return (o == nil) == (i == nil)
}

// coversConditions reports whether the inner statement requires everything that the
// outer one requires.
func coversConditions(outer, inner any) bool {
	o, _ := outer.(map[string]any)
	for operator, keys := range o {
		wanted, _ := keys.(map[string]any)
		for key := range wanted {
			asked, wants := textsAt(fieldpath.At(inner, operator), key), textsAt(keys, key)
			if asked == nil {
				return false
			}
			if strings.Contains(operator, "Not") {
				asked, wants = wants, asked // fewer values are excluded
			}
			if !allMatched(asked, wants) {
				return false
			}
		}
	}
	return true
}

// widens and narrows report whether the policy in a changed resource allows more,
// or less, than before, a renamed resource of the environment being the same one.
func (c comparison) widens(change Change) bool {
	before, after, known := c.policies(change)
	return !known || allowsMore(after, before)
}

func (c comparison) narrows(change Change) bool {
	before, after, known := c.policies(change)
	return known && allowsMore(before, after)
}

// policies returns the policies of a resource before and after, in which renamed
// resources and the key have the same name.
func (c comparison) policies(change Change) (before, after map[string]any, known bool) {
	before, after = policyOf(change.old), policyOf(change.new)
	if before == nil || after == nil {
		return nil, nil, false
	}
	for _, other := range c.changes {
		if from, to := awsName(other.old), awsName(other.new); other.Action == Replace && from != "" && to != "" {
			after = renamedIn(after, to, from).(map[string]any)
		}
	}
	if from, to, changed := c.keys(); changed && strings.Contains(canonical(after), `"kms:`) {
		before, after = renamedIn(before, from, theKey).(map[string]any), renamedIn(after, to, theKey).(map[string]any)
	}
	return before, after, true
}

// theKey replaces the environment's key in compared policies.
const theKey = "the environment's key"

// renamedIn returns a value in which one word of each text is replaced.
func renamedIn(value any, from, to string) any {
	return fieldpath.Map(value, func(leaf any) any {
		if s, ok := leaf.(string); ok {
			return renamedWord(s, from, to)
		}
		return leaf
	})
}

// renamedWord replaces a name, but not as part of a longer name.
func renamedWord(s, from, to string) string {
	var out strings.Builder
	for {
		i := strings.Index(s, from)
		if i < 0 || from == "" {
			out.WriteString(s)
			return out.String()
		}
		end := i + len(from)
		whole := (i == 0 || !ofName(s[i-1])) && (end == len(s) || !ofName(s[end]))
		out.WriteString(s[:i])
		if whole {
			out.WriteString(to)
		} else {
			out.WriteString(from)
		}
		s = s[end:]
	}
}

func ofName(c byte) bool {
	return c == '-' || c == '.' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
