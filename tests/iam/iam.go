// Package iam decides requests as AWS does (IAM user guide, "Policy evaluation
// logic" and "IAM JSON policy elements: Condition operators"): in go
// policies and a request; out comes whether it is allowed. It knows identity policies and
// the operators that dominoc's policies use; an unknown operator is a bug of the calling
// test.
package iam

import (
	"fmt"
	"slices"
	"strings"
)

// Statement is a statement of a policy, in IAM's terms.
type Statement struct {
	Effect    string // Allow or Deny
	Action    []string
	Resource  []string
	Condition map[string]map[string][]string // operator, key, values
}

// Request is an action on one resource. AWS asks once for each resource of a
// call, and all must be allowed.
type Request struct {
	Action   string
	Resource string              // ARN, or * for an action that knows no resources
	Context  map[string][]string // condition keys; an absent key is absent in the request
}

// Allowed reports whether some statement allows the request and none denies it.
func Allowed(statements []Statement, r Request) bool {
	allowed := false
	for _, s := range statements {
		switch {
		case !s.Matches(r):
		case s.Effect == "Deny":
			return false
		default:
			allowed = true
		}
	}
	return allowed
}

// Matches reports whether the statement is about the request.
func (s Statement) Matches(r Request) bool {
	about := func(pattern string) bool { return Like(strings.ToLower(pattern), strings.ToLower(r.Action)) }
	on := func(pattern string) bool { return Like(pattern, r.Resource) }
	if !slices.ContainsFunc(s.Action, about) || !slices.ContainsFunc(s.Resource, on) {
		return false
	}
	for operator, keys := range s.Condition {
		for key, values := range keys {
			wanted, known := filled(values, r.Context)
			if !known || !holds(operator, wanted, r.Context[key]) {
				return false
			}
		}
	}
	return true
}

// filled returns a condition's values with the request's keys for policy variables, such
// as ${aws:PrincipalTag/team}. A key that the request does not have is not known, and
// the condition does not hold (IAM user guide, "Policy elements: Variables and tags").
func filled(values []string, context map[string][]string) (all []string, known bool) {
	for _, value := range values {
		for {
			before, rest, found := strings.Cut(value, "${")
			if !found {
				break
			}
			key, after, _ := strings.Cut(rest, "}")
			if len(context[key]) != 1 {
				return nil, false
			}
			value = before + context[key][0] + after
		}
		all = append(all, value)
	}
	return all, true
}

// Like reports whether a pattern matches a text: * is any characters, slashes
// and colons too, and ? is one.
func Like(pattern, text string) bool {
	star, resume := -1, 0 // the last *, and where the text after it is tried next
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, resume = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			resume++
			p, t = star+1, resume
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// holds reports whether a condition holds for the values that a key has in the
// request; none is an absent key.
func holds(operator string, wanted, has []string) bool {
	operator, ifExists := strings.CutSuffix(operator, "IfExists")
	set, operator, prefixed := strings.Cut(operator, ":")
	if !prefixed {
		set, operator = "", set
	}
	if operator == "Null" {
		return (len(has) == 0) == (wanted[0] == "true")
	}
	test, negated := comparison(operator)
	matches := func(value string) bool {
		return slices.ContainsFunc(wanted, func(pattern string) bool { return test(pattern, value) }) != negated
	}
	switch {
	case len(has) == 0:
		return ifExists || set == "ForAllValues" || negated && set == ""
	case set == "ForAllValues":
		return !slices.ContainsFunc(has, func(value string) bool { return !matches(value) })
	case set == "ForAnyValue" || len(has) == 1:
		return slices.ContainsFunc(has, matches)
	}
	panic(fmt.Sprintf("%s: a key of several values needs ForAllValues or ForAnyValue", operator))
}

// comparison is that of an operator, and whether it is negated.
func comparison(operator string) (test func(pattern, value string) bool, negated bool) {
	switch operator {
	case "StringEquals":
		return func(pattern, value string) bool { return pattern == value }, false
	case "StringNotEquals":
		return func(pattern, value string) bool { return pattern == value }, true
	case "StringLike":
		return Like, false
	case "StringNotLike":
		return Like, true
	case "ArnEquals", "ArnLike":
		return arnLike, false
	case "ArnNotEquals", "ArnNotLike":
		return arnLike, true
	case "Bool":
		return strings.EqualFold, false
	}
	panic(fmt.Sprintf("operator %q is not known", operator))
}

// arnLike compares the six parts of an ARN one by one.
func arnLike(pattern, arn string) bool {
	const parts = 6
	patterns, values := strings.SplitN(pattern, ":", parts), strings.SplitN(arn, ":", parts)
	if len(patterns) != parts || len(values) != parts {
		return false
	}
	for i := range parts {
		if !Like(patterns[i], values[i]) {
			return false
		}
	}
	return true
}
