package privilege

import (
	"slices"
	"strings"
)

// Statement allows actions on resources under conditions.
type Statement struct {
	Actions   []string // sorted
	Resources []string // sorted ARNs, or *
	Clauses   []Clause // all must be true; an operator and key occur once
}

// Clause is a condition: the key has one of the values.
type Clause struct {
	Operator, Key string
	Values        []string // sorted
}

// grants returns what a line of the table allows for an object: one action on one
// resource each.
func (o object) grants(r row) []Statement {
	if !o.allows(r.operation) || r.needs != "" && !o.has(r.needs) {
		return nil
	}
	conditions, complete := o.conditions(r)
	if !complete {
		return nil
	}
	var out []Statement
	for _, pattern := range r.resources {
		for _, resource := range o.resources(pattern) {
			if r.operation == adopt && !resource.known {
				continue // AWS has it, so that its id is known; without one the provider makes another
			}
			for _, action := range r.actions {
				out = append(out, Statement{[]string{action}, []string{resource.text}, o.limit(conditions, resource)})
			}
		}
	}
	return out
}

// conditions fills in a line's conditions. They are incomplete if one has no value: then
// the line grants nothing.
func (o object) conditions(r row) (out []Clause, complete bool) {
	for _, c := range r.conditions {
		if c.Key == boundaryKey && o.Boundary == "" {
			continue
		}
		filled := Clause{Operator: c.Operator, Key: c.Key}
		for _, pattern := range c.Values {
			for _, v := range o.expand(pattern) {
				filled.Values = append(filled.Values, v.text)
			}
		}
		if len(filled.Values) == 0 {
			return nil, false
		}
		out = append(out, filled)
	}
	return out, true
}

// resources returns the ARNs of a pattern.
func (o object) resources(pattern string) []value {
	if pattern == "*" {
		return []value{{"*", true}}
	}
	return o.expand("arn:{partition}:" + pattern)
}

// limit adds the condition that a resource with an unknown id carries the environment's
// tag.
func (o object) limit(conditions []Clause, resource value) []Clause {
	ours := tagged(resourceTag, o.Name)
	demanded := slices.ContainsFunc(conditions, func(c Clause) bool { return c.Operator == ours.Operator && c.Key == ours.Key })
	if resource.known || demanded {
		return slices.Clone(conditions)
	}
	return append(slices.Clone(conditions), ours)
}

// expand fills in the placeholders of a pattern: each combination of their values, none
// if one has no value. A value that is an ARN replaces the whole pattern.
func (o object) expand(pattern string) []value {
	before, rest, found := strings.Cut(pattern, "{")
	if !found {
		return []value{{pattern, true}}
	}
	placeholder, after, _ := strings.Cut(rest, "}")
	var out []value
	for _, v := range o.values(placeholder) {
		for _, tail := range o.expand(after) {
			out = append(out, join(before, v, tail))
		}
	}
	return out
}

func join(before string, v, tail value) value {
	for _, whole := range []value{tail, v} {
		if strings.HasPrefix(whole.text, "arn:") {
			return whole
		}
	}
	return value{before + v.text + tail.text, v.known && tail.known}
}
