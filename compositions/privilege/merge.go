package privilege

import (
	"cmp"
	"slices"
	"strings"
)

// merge combines statements without allowing more:
//
//   - an action on a resource once, under any of its conditions' values, or
//     without conditions if it is allowed without;
//   - the actions on a resource under the same conditions together;
//   - the reads of one service together, each for the resources of all: AWS asks about
//     those alone of which the action knows the type;
//   - the resources of the same actions under the same conditions together.
//
// In the last step the environment's tag on a resource may differ: all of them belong
// to the fleet. The result is sorted.
func merge(statements []Statement) []Statement {
	merged := fold(statements, func(s Statement) string {
		return key(s.Actions, s.Resources, []string{shape(s.Clauses, anyValue)})
	})
	merged = fold(needed(merged), func(s Statement) string {
		return key([]string{topic(s)}, s.Resources, []string{shape(s.Clauses, exactValue)})
	})
	merged = fold(merged, func(s Statement) string {
		if service, all := readsOf(s); all {
			return service
		}
		return key(s.Actions, s.Resources, []string{shape(s.Clauses, exactValue)})
	})
	merged = fold(merged, func(s Statement) string {
		return key([]string{topic(s)}, s.Actions, []string{shape(s.Clauses, ourValue)})
	})
	slices.SortFunc(merged, func(a, b Statement) int {
		return cmp.Or(
			slices.Compare(a.Resources, b.Resources),
			strings.Compare(shape(a.Clauses, exactValue), shape(b.Clauses, exactValue)),
			slices.Compare(a.Actions, b.Actions),
		)
	})
	return merged
}

// readsOf returns the service whose named resources a statement reads, and whether that is
// all that it allows.
func readsOf(s Statement) (service string, all bool) {
	service, _, _ = strings.Cut(s.Actions[0], ":")
	changes := func(action string) bool { return !reads(action) }
	return service, s.Resources[0] != "*" && len(s.Clauses) == 0 && !slices.ContainsFunc(s.Actions, changes)
}

// needed drops conditional statements whose actions are also allowed unconditionally.
func needed(statements []Statement) []Statement {
	free := map[string]bool{}
	for _, s := range statements {
		if len(s.Clauses) == 0 {
			free[key(s.Actions, s.Resources)] = true
		}
	}
	return slices.DeleteFunc(statements, func(s Statement) bool {
		return len(s.Clauses) > 0 && free[key(s.Actions, s.Resources)]
	})
}

// fold unites the statements with one key.
func fold(statements []Statement, key func(Statement) string) []Statement {
	var out []Statement
	at := map[string]int{}
	for _, s := range statements {
		k := key(s)
		i, met := at[k]
		if !met {
			at[k] = len(out)
			out = append(out, Statement{})
			i = len(out) - 1
		}
		a := out[i]
		out[i] = Statement{union(a.Actions, s.Actions), union(a.Resources, s.Resources), uniteClauses(a.Clauses, s.Clauses)}
	}
	return out
}

// uniteClauses unites the values of two lists of clauses of one shape.
func uniteClauses(a, b []Clause) []Clause {
	if a == nil {
		a = make([]Clause, len(b))
	}
	sorted := slices.Clone(b)
	slices.SortFunc(sorted, func(x, y Clause) int {
		return cmp.Or(strings.Compare(x.Operator, y.Operator), strings.Compare(x.Key, y.Key))
	})
	out := make([]Clause, len(sorted))
	for i, c := range sorted {
		out[i] = Clause{c.Operator, c.Key, union(a[i].Values, c.Values)}
	}
	return out
}

func union(a, b []string) []string {
	if slices.Equal(a, b) {
		return a
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// The clauses whose values may differ between statements that are united.
func anyValue(c Clause) bool { return !strings.HasPrefix(c.Operator, "ForAllValues") }

func ourValue(c Clause) bool {
	return c.Key == requestTag || c.Key == resourceTag || strings.HasSuffix(c.Key, ":CreateAction")
}

func exactValue(Clause) bool { return false }

// shape returns a text that is equal for clauses that differ only in free values.
func shape(clauses []Clause, free func(Clause) bool) string {
	parts := make([]string, len(clauses))
	for i, c := range clauses {
		parts[i] = c.Operator + " " + c.Key
		if !free(c) {
			parts[i] += " " + strings.Join(c.Values, " ")
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ";")
}

func key(parts ...[]string) string {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = strings.Join(part, " ")
	}
	return strings.Join(texts, "|")
}
