package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// group is resources with the same change.
type group struct {
	action diff.Action
	kind   string
	keys   []string
	name   string // in AWS, of a single one
	fields []diff.Field
	place  string // where it is
	sign   string // equal for changes that are alike

	neverMade bool // as of diff.Change
}

// section is the groups of one component.
type section struct {
	title  string
	groups []group
}

// A field that changes in so many resources of so many components appears once.
const (
	manyResources  = 6
	manyComponents = 3
)

// common is a field that changes alike in many resources.
type common struct {
	field     diff.Field
	resources int
	places    map[string]bool
	kinds     map[string]bool
}

// title returns the number of resources, and their kind if all have one.
func (c common) title() string {
	of := words.Count(c.resources, "resource")
	if len(c.kinds) == 1 {
		of = fmt.Sprintf("%d %s", c.resources, slices.Collect(maps.Keys(c.kinds))[0])
	}
	return of + " in " + words.Count(len(c.places), "component")
}

// lifted moves fields that change alike everywhere out of the changes.
func lifted(changes []diff.Change) ([]common, []diff.Change) {
	counts := map[string]*common{}
	var order []string
	for _, c := range changes {
		for _, f := range c.Fields {
			sign := signature(f)
			if counts[sign] == nil {
				counts[sign] = &common{field: f, places: map[string]bool{}, kinds: map[string]bool{}}
				order = append(order, sign)
			}
			counts[sign].resources++
			counts[sign].places[c.Component] = true
			counts[sign].kinds[kind(c)] = true
		}
	}
	var out []common
	for _, sign := range order {
		if n := counts[sign]; n.resources >= manyResources && len(n.places) >= manyComponents {
			out = append(out, *n)
		} else {
			delete(counts, sign)
		}
	}
	return out, rest(changes, counts)
}

// rest returns the changes without the fields that are shown elsewhere, and without
// changes that have no others.
func rest(changes []diff.Change, told map[string]*common) []diff.Change {
	var out []diff.Change
	for _, c := range changes {
		fields := slices.DeleteFunc(slices.Clone(c.Fields), func(f diff.Field) bool { return told[signature(f)] != nil })
		if len(c.Fields) > 0 && len(fields) == 0 {
			continue
		}
		c.Fields = fields
		out = append(out, c)
	}
	return out
}

// signature is equal for fields that the reader cannot tell apart.
func signature(f diff.Field) string {
	mark := ""
	if f.Refused != nil {
		mark = "!"
	}
	return mark + fieldText(f)
}

// sections groups the changes with an effect by component.
func sections(changes []diff.Change) []section {
	var all []section
	for _, c := range changes {
		title := component(c.Component)
		if len(all) == 0 || all[len(all)-1].title != title {
			all = append(all, section{title: title})
		}
		all[len(all)-1].add(c)
	}
	return all
}

// component names a component for the reader.
func component(key string) string {
	if pool, ok := strings.CutPrefix(key, v1alpha1.PoolPrefix); ok {
		return "pool " + pool
	}
	return key
}

// add adds a change to the group of equal changes.
func (s *section) add(c diff.Change) {
	sign := string(c.Action) + " " + kind(c)
	for _, f := range c.Fields {
		sign += "\n" + signature(f)
	}
	if i := slices.IndexFunc(s.groups, func(g group) bool { return g.sign == sign }); i >= 0 {
		g := &s.groups[i]
		g.keys, g.name = append(g.keys, c.Key), ""
		return
	}
	s.groups = append(s.groups, group{action: c.Action, kind: kind(c), keys: []string{c.Key}, name: c.AWSName, fields: c.Fields, place: place(c), sign: sign, neverMade: c.NeverMade})
}

// place names the place of a resource.
func place(c diff.Change) string {
	if c.InAWS() {
		return "in AWS"
	}
	return "in the cluster"
}

// kind returns a change's kind without the group.
func kind(c diff.Change) string { return c.Kind[strings.Index(c.Kind, "/")+1:] }

// mostKeys is how many keys of a group are named.
const mostKeys = 6

// title returns the line of a group: NodeGroup nodes-z0, nodes-z1, nodes-z2.
func (g group) title() string {
	s := g.kind + " " + some(g.keys)
	if g.name != "" && g.name != g.keys[0] {
		s += " (" + g.name + ")"
	}
	switch g.action {
	case diff.Create:
		if g.neverMade {
			s += ": AWS has refused it so far; Crossplane tries again with the new values"
		}
	case diff.Leave:
		s += ": left " + g.place + ", no longer managed"
	case diff.Replace:
		s += ": the provider manages this one and leaves the other"
	case diff.Stuck:
		s += ": stuck"
	}
	return s
}

// some joins names, at most mostKeys.
func some(names []string) string {
	if len(names) <= mostKeys {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostKeys-1], ", "), len(names)-mostKeys+1)
}

// silent summarises the changes in the management cluster only, or returns "".
func silent(changes []diff.Change) string {
	kinds, fields := map[string]int{}, map[string]int{}
	for _, c := range changes {
		switch {
		case !c.Silent:
		case c.Action == diff.Update:
			for _, f := range c.Fields {
				fields[f.Path.String()]++
			}
		default:
			kinds[kind(c)]++
		}
	}
	var parts []string
	if len(kinds) > 0 {
		parts = append(parts, counted(kinds))
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		parts = append(parts, fmt.Sprintf("%s of %s", name, words.Count(fields[name], "resource")))
	}
	if parts == nil {
		return ""
	}
	return "in the management cluster only: " + strings.Join(parts, ", ")
}

// effective returns the changes with an effect outside of the management cluster.
func effective(changes []diff.Change) []diff.Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c diff.Change) bool { return c.Silent })
}

// tally counts a component's resources by kind: 9 Subnet, 1 VPC.
func tally(changes []diff.Change) string {
	counts := map[string]int{}
	for _, c := range changes {
		counts[kind(c)]++
	}
	return counted(counts)
}

// counted joins numbers with their names, sorted by name.
func counted(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
	}
	return strings.Join(parts, ", ")
}
