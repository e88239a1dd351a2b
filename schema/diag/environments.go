package diag

import (
	"slices"
	"strconv"
	"strings"
)

// In is the list as that of one environment: what it found concerns the
// environment of this name.
func (l List) In(environment string) List {
	out := slices.Clone(l)
	for i := range out {
		if len(out[i].Environments) == 0 {
			out[i].Environments = []string{environment}
		}
	}
	return out
}

// merged is a sorted list with each diagnostic once, with the environments of
// all that are equal.
func (l List) merged() List {
	out := l[:0:0]
	for i := 0; i < len(l); {
		end := i + 1
		for end < len(l) && compare(l[i], l[end]) == 0 {
			end++
		}
		out = append(out, union(l[i:end]))
		i = end
	}
	return out
}

// union is the first of the list, with the environments of all.
func union(l List) Diagnostic {
	d := l[0]
	if len(l) == 1 {
		return d
	}
	var all []string
	for _, one := range l {
		all = append(all, one.Environments...)
	}
	slices.Sort(all)
	d.Environments = slices.Compact(all)
	return d
}

// many is from how many environments on the text format prints a sentence once that
// concerns each of them at a line of its own.
const many = 10

// told returns a sorted list for a person: of equal sentences about many environments,
// each at its own line, the first, with the environments of all.
func (l List) told() List {
	type sentence struct {
		severity                  Severity
		code, path, message, hint string
	}
	of := func(d Diagnostic) sentence { return sentence{d.Severity, d.Code, d.Path, d.Message, d.Hint} }
	alike := map[sentence]List{}
	for _, d := range l {
		if len(d.Environments) > 0 {
			alike[of(d)] = append(alike[of(d)], d)
		}
	}
	var out List
	for _, d := range l {
		switch same := alike[of(d)]; {
		case len(d.Environments) == 0 || len(same) < many:
			out = append(out, d)
		case d.Pos == same[0].Pos:
			out = append(out, union(same))
		}
	}
	return out
}

// where names the environments of a diagnostic that concerns several, "" for any
// other: "in 1000 environments: a, b, c and 997 more".
func (d Diagnostic) where() string {
	const most = 3
	n := len(d.Environments)
	if n < 2 {
		return ""
	}
	text := "in " + strconv.Itoa(n) + " environments: "
	if n <= most+1 {
		return text + strings.Join(d.Environments[:n-1], ", ") + " and " + d.Environments[n-1]
	}
	return text + strings.Join(d.Environments[:most], ", ") + " and " + strconv.Itoa(n-most) + " more"
}
