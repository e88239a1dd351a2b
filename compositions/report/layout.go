package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/words"
)

// line is a line of a report. Text and markdown print the same lines.
type line struct {
	depth int
	mark  string // what happens, in one or two characters; empty for anything else
	text  string
	tone  tone
}

// tone selects the colour of a line.
type tone int

const (
	plainly tone = iota
	faintly
	boldly
	adding
	changing
	removing
	alarming
)

// marks are the signs before a resource, and their colours.
var marks = map[diff.Action]struct {
	mark string
	tone tone
}{
	diff.Create:  {"+", adding},
	diff.Update:  {"~", changing},
	diff.Replace: {"±", removing},
	diff.Destroy: {"-", removing},
	diff.Leave:   {".", changing},
	diff.Stuck:   {"!", alarming},
}

// mostEdits is how many edits of an environment are shown.
const mostEdits = 8

// edits returns the edits, at the user's lines.
func edits(e Environment) []line {
	var all []line
	for _, edit := range e.Edits[:min(mostEdits, len(e.Edits))] {
		f := diff.Field{Old: inShort(edit.Old), New: inShort(edit.New)}
		where := edit.Pos.String() + ": "
		if edit.Follows {
			where = "and so "
		}
		all = append(all, line{text: where + edit.Path + fieldText(f), tone: faintly})
	}
	if more := len(e.Edits) - mostEdits; more > 0 {
		all = append(all, line{text: "and " + words.Count(more, "further edit"), tone: faintly})
	}
	for _, note := range e.Notes {
		all = append(all, line{text: note})
	}
	return all
}

// fieldsInside is the placeholder of a group of fields.
type fieldsInside struct{}

// inShort shortens the value of an edit: the fields of a group can be read in the file.
func inShort(v any) any {
	if _, group := v.(map[string]any); group {
		return fieldsInside{}
	}
	return v
}

// resources returns the changes of the resources.
func resources(e Environment) []line {
	if e.Fate != diff.Changed {
		return tallies(e)
	}
	var all []line
	told, rest := lifted(effective(e.Changes))
	if e.shared {
		told, rest = nil, e.Changes
	}
	for _, c := range told {
		all = append(all, line{text: c.title(), tone: boldly})
		all = append(all, fieldLine(c.field))
	}
	for _, s := range sections(rest) {
		all = append(all, line{text: s.title, tone: boldly})
		for _, g := range s.groups {
			m := marks[g.action]
			all = append(all, line{depth: 1, mark: m.mark, text: g.title(), tone: m.tone})
			for i, f := range g.fields {
				if more := len(g.fields) - i; e.shared && i == mostSharedFields && more > 1 {
					all = append(all, line{depth: 3, text: "and " + words.Count(more, "further field")})
					break
				}
				all = append(all, fieldLine(f))
			}
		}
	}
	return append(all, asides(e)...)
}

// mostSharedFields is how many fields of a shared object are shown: a definition has
// thousands.
const mostSharedFields = 8

func fieldLine(f diff.Field) line {
	if f.Refused != nil {
		return line{depth: 3, mark: "!", text: fieldText(f), tone: alarming}
	}
	return line{depth: 3, text: fieldText(f)}
}

// asides returns remarks that are not changes of AWS resources.
func asides(e Environment) []line {
	var all []line
	for _, old := range slices.Sorted(maps.Keys(e.Replaced)) {
		all = append(all, line{text: fmt.Sprintf("pool %s is replaced by %s, which was there before (R5)", old, e.Replaced[old]), tone: faintly})
	}
	if s := silent(e.Changes); s != "" {
		all = append(all, line{text: s, tone: faintly})
	}
	return all
}

// tallies returns the resources of an added or removed environment, one line for a
// component and an action.
func tallies(e Environment) []line {
	var all []line
	rest := effective(e.Changes)
	for len(rest) > 0 {
		first := rest[0]
		alike := func(c diff.Change) bool { return c.Component == first.Component && c.Action == first.Action }
		same := slices.DeleteFunc(slices.Clone(rest), func(c diff.Change) bool { return !alike(c) })
		rest = slices.DeleteFunc(rest, alike)
		m := marks[first.Action]
		text := component(first.Component) + ": " + tally(same)
		if first.Action == diff.Leave {
			text += ": left in AWS, no longer managed"
		}
		all = append(all, line{mark: m.mark, text: text, tone: m.tone})
	}
	return all
}

// dangersOf returns the dangers of an environment, each with its advice. An advice that
// several share appears once.
func dangersOf(e Environment) []line {
	var all []line
	merged := mergedDangers(e.Dangers, anywhere)
	for i, d := range merged {
		word, t := "danger", alarming
		if d.Accepted != "" {
			word, t = "accepted", faintly
		}
		all = append(all, line{text: word + " " + d.ids() + ": " + d.sentence(), tone: t})
		if d.Accepted != "" {
			all = append(all, line{depth: 1, text: "because: " + d.Accepted, tone: faintly})
			all = append(all, commands(d.Danger)...)
			continue
		}
		if i+1 < len(merged) && sameRemedy(d.Danger, merged[i+1].Danger) {
			continue
		}
		if d.Instead.Sentence != "" {
			all = append(all, line{depth: 1, text: "do: " + d.Instead.Sentence})
		}
		all = append(all, commands(d.Danger)...)
	}
	return all
}

// several is a danger, and others that differ in their subject only.
type several struct {
	Danger
	also []string // their subjects
}

// mergedDangers merges dangers with the same text if together permits it.
func mergedDangers(all []Danger, together func(a, b Danger) bool) []several {
	var out []several
	for _, d := range all {
		i := slices.IndexFunc(out, func(s several) bool {
			return s.Code == d.Code && s.sentence() == several{Danger: d}.sentence() && sameRemedy(s.Danger, d) && together(s.Danger, d)
		})
		if i < 0 {
			out = append(out, several{Danger: d})
			continue
		}
		out[i].also = append(out[i].also, d.Subject)
	}
	return out
}

// anywhere merges dangers of all places.
func anywhere(Danger, Danger) bool { return true }

func sameRemedy(a, b Danger) bool {
	return a.Code == b.Code && a.Accepted == b.Accepted && a.Instead.Sentence == b.Instead.Sentence && slices.Equal(a.Run, b.Run)
}

// ids returns the dangers' IDs: node-roll/default, /highmem.
func (s several) ids() string {
	ids := s.ID()
	for _, subject := range s.also {
		ids += ", /" + subject
	}
	return ids
}

// sentence returns what happens, and to which resources.
func (s several) sentence() string {
	if len(s.Of) == 0 {
		return s.Message
	}
	return byKind(s.Of) + ": " + s.Message
}

// byKind lists resources, each kind once: Subnet private-z0, private-z1; VPC vpc.
func byKind(described []string) string {
	var kinds []string
	keys := map[string][]string{}
	for _, of := range described {
		kind, key, _ := strings.Cut(of, " ")
		if keys[kind] == nil {
			kinds = append(kinds, kind)
		}
		keys[kind] = append(keys[kind], key)
	}
	var parts []string
	for _, kind := range kinds {
		parts = append(parts, kind+" "+some(keys[kind]))
	}
	return strings.Join(parts, "; ")
}

// commands returns the commands, which are to be run whether the danger is accepted or
// not.
func commands(d Danger) []line {
	var all []line
	for _, command := range d.Run {
		all = append(all, line{depth: 1, text: "$ " + command})
	}
	return all
}

// body returns all lines of an environment except the first.
func body(e Environment) [][]line {
	return slices.DeleteFunc([][]line{edits(e), dangersOf(e), resources(e)}, func(part []line) bool { return len(part) == 0 })
}

// bodyText returns the body for comparison: equal for environments that differ only in
// their name.
func bodyText(e Environment) string {
	var b strings.Builder
	for _, part := range body(e) {
		for _, l := range part {
			fmt.Fprintln(&b, l.depth, l.mark, strings.ReplaceAll(l.text, e.Name, "\x00"))
		}
	}
	return b.String()
}

// alike is environments whose reports differ only in their name.
type alike struct {
	first  Environment
	others []string
}

func (a alike) names() []string { return append([]string{a.first.Name}, a.others...) }

// folded groups environments whose reports are alike, in the order of the first of each
// group.
func folded(all []Environment) []alike {
	var out []alike
	index := map[string]int{}
	for _, e := range all {
		text := e.Summary() + bodyText(e)
		if i, seen := index[text]; seen {
			out[i].others = append(out[i].others, e.Name)
			continue
		}
		index[text] = len(out)
		out = append(out, alike{first: e})
	}
	return out
}
