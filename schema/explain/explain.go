// Package explain is what `dominoc explain` prints about fields, the codes of
// diagnostics, and the requirements of Domino that messages name (R6).
//
// In comes a topic as the user writes it; out comes text for a terminal, or the nearest
// topic that exists. The texts of codes and requirements are data: codes.txt and
// requirements.txt hold one entry each, and a test requires an entry for every code in
// the sources. Fields are explained by the shapes of package shape. DIAGNOSTICS.md and
// the rules in SARIF are made of the same entries. The codes of dangers belong to
// compositions/diff: the caller, cmd/dominoc/cli, hands them in.
package explain

import (
	"cmp"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/shape"
)

//go:embed codes.txt
var codes string

//go:embed requirements.txt
var requirements string

// Requirement is something that Domino needs, by the id that messages name.
type Requirement struct{ ID, Text string }

// housePrefix begins the codes of the rules in a fleet's policy.
const housePrefix = "policy-"

// Rules returns what each code of a diagnostic means, sorted by code.
func Rules() []diag.Rule {
	var all []diag.Rule
	for entry := range strings.SplitSeq(uncommented(codes), "\n\n") {
		lines := strings.Split(strings.TrimSpace(entry), "\n")
		rule := diag.Rule{Code: lines[0]}
		for _, line := range lines[1:] {
			example, isExample := strings.CutPrefix(line, "- e.g. ")
			mend, isMend := strings.CutPrefix(line, "- mend: ")
			switch {
			case isExample:
				rule.Example = example
			case isMend:
				rule.Mend = mend
			default:
				rule.Means = strings.TrimSpace(rule.Means + " " + line)
			}
		}
		all = append(all, rule)
	}
	return all
}

// RuleOf returns what a code means. The codes of a fleet's own rules begin with
// "policy-" and mean what the fleet's policy says.
func RuleOf(code string, rules []diag.Rule) (diag.Rule, bool) {
	if i := slices.IndexFunc(rules, func(r diag.Rule) bool { return r.Code == code }); i >= 0 {
		return rules[i], true
	}
	if name, ok := strings.CutPrefix(code, housePrefix); ok && name != "" {
		return diag.Rule{
			Code:    code,
			Anchor:  housePrefix + "rules",
			Means:   fmt.Sprintf("A rule of this fleet: %q in environments/policy, which says what it means.", name),
			Example: fmt.Sprintf("policy: rules: %q: violations: [{environment: \"dev\", path: \"zones\", message: \"...\"}]", name),
			Mend:    "do as the message says; accept: takes the warnings of a policy with a reason",
		}, true
	}
	return diag.Rule{}, false
}

// Requirements returns all requirements, in the order of the install page.
func Requirements() []Requirement {
	var all []Requirement
	for line := range strings.Lines(uncommented(requirements)) {
		id, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		all = append(all, Requirement{id, text})
	}
	return all
}

// uncommented is a text without the lines in front that begin with "#".
func uncommented(text string) string {
	for strings.HasPrefix(text, "#") {
		_, text, _ = strings.Cut(text, "\n")
	}
	return strings.TrimSpace(text)
}

// Unknown is the error of a topic that is nothing that can be explained.
type Unknown struct{ reason string }

func (e *Unknown) Error() string { return e.reason }

// Topic explains a field (pools.default.size), a code, a code with its subject
// (data-loss/logs) or a requirement (R6). further are rules of other packages. The
// error is an *Unknown for a topic that does not exist, and says which one was
// probably meant.
func Topic(topic string, further []diag.Rule) (string, error) {
	for _, r := range Requirements() {
		if strings.EqualFold(r.ID, topic) {
			return requirement(r), nil
		}
	}
	rules := slices.Concat(Rules(), further)
	code, _, _ := strings.Cut(topic, "/")
	if _, known := RuleOf(code, rules); known {
		return ofCode(code, rules), nil
	}
	field, err := fieldAt(topic)
	if err != nil {
		return "", &Unknown{cmp.Or(meant(topic, rules), err.Error())}
	}
	return field.String(), nil
}

// ofCode explains a code, which may be that of a diagnostic and of a danger.
func ofCode(code string, rules []diag.Rule) string {
	var texts []string
	for _, rule := range rules {
		if rule.Code == code {
			texts = append(texts, about(rule))
		}
	}
	if texts == nil {
		rule, _ := RuleOf(code, rules)
		return about(rule)
	}
	return strings.Join(texts, "\n")
}

// meant is the code or requirement that a topic is nearly.
func meant(topic string, rules []diag.Rule) string {
	if !strings.Contains(topic, "-") && !looksLikeRequirement.MatchString(topic) {
		return "" // a field
	}
	var names []string
	for _, r := range rules {
		names = append(names, r.Code)
	}
	if near := diag.Nearest(topic, names); near != "" {
		return fmt.Sprintf("%q is neither a field nor a code; did you mean the code %q?", topic, near)
	}
	if looksLikeRequirement.MatchString(topic) {
		all := Requirements()
		return fmt.Sprintf("%q is not a requirement; they are %s to %s, T and D", topic, all[0].ID, all[len(all)-3].ID)
	}
	return ""
}

var looksLikeRequirement = regexp.MustCompile(`^[A-Za-z][0-9]{1,2}$`)

// about is a code for a reader, with the messages that the schema has for it.
func about(r diag.Rule) string {
	messages := messages(r.Code)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n    %s\n\nFor example\n    %s\n\nTo mend it\n    %s\n", r.Code, r.Means, r.Example, r.Mend)
	if len(messages) > 0 {
		b.WriteString("\nMessages\n")
	}
	for _, m := range messages {
		fmt.Fprintf(&b, "    %s: %s\n", m.Path, m.Text)
	}
	fmt.Fprintf(&b, "\n%s\n", r.Page())
	return b.String()
}

// requirement is a requirement for a reader, with the codes that enforce it.
func requirement(r Requirement) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: a requirement of Domino\n\n%s\n", r.ID, r.Text)
	named := regexp.MustCompile(`\b` + r.ID + `\b`)
	first := true
	for _, rule := range Rules() {
		if !named.MatchString(rule.Means) && !slices.ContainsFunc(messages(rule.Code), func(m shape.Rule) bool { return named.MatchString(m.Text) }) {
			continue
		}
		if first {
			b.WriteString("\nCodes\n")
			first = false
		}
		fmt.Fprintf(&b, "    %s: %s\n", rule.Code, rule.Means)
	}
	return b.String()
}

// Complete returns the topics that begin as begun does: fields, one level deep, codes
// and requirements. For an empty text it returns fields only.
func Complete(begun string, further []diag.Rule) []string {
	all := completePath(begun)
	if begun == "" {
		return all
	}
	for _, r := range slices.Concat(Rules(), further) {
		if strings.HasPrefix(r.Code, begun) && !slices.Contains(all, r.Code) {
			all = append(all, r.Code)
		}
	}
	for _, r := range Requirements() {
		if strings.HasPrefix(r.ID, begun) {
			all = append(all, r.ID)
		}
	}
	return all
}
