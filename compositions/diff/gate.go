package diff

import (
	"fmt"
	"slices"
	"strings"
)

// anyDanger denotes all dangers.
const anyDanger = "any"

// A FailOn names the dangers that fail a run: each element is a class, a code with or
// without a subject, or any.
type FailOn []string

// FailOnValues returns the possible elements, without subjects.
func FailOnValues() []string {
	var values []string
	for _, class := range Classes() {
		values = append(values, string(class.Name))
	}
	for _, code := range Codes() {
		values = append(values, code.Name)
	}
	return append(values, anyDanger)
}

// Unknown returns the first element that names no danger, or "".
func (f FailOn) Unknown() string {
	known := FailOnValues()
	for _, value := range f {
		if !slices.Contains(known, value) && !IsCode(value) {
			return value
		}
	}
	return ""
}

// Fails reports whether an unaccepted danger fails the run.
func (f FailOn) Fails(d Danger) bool {
	return slices.ContainsFunc(f, func(value string) bool {
		return value == anyDanger || value == string(d.Class()) || d.Is(value)
	})
}

// Explain returns the meaning of the class, and its codes.
func (c ClassInfo) Explain() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s: a class of the dangers of dominoc diff\n\n%s\n", c.Name, c.About)
	if c.Gated {
		out.WriteString("\nThe checks that dominoc init writes fail by it.\n")
	}
	if !c.Own {
		out.WriteString("\nOnly the fleet's policy accepts it, in " + PolicyFolder + ".\n")
	}
	out.WriteString("\n")
	for _, code := range Codes() {
		if code.Class == c.Name {
			fmt.Fprintf(&out, "    %s\n", code.Name)
		}
	}
	return out.String()
}
