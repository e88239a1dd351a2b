package diff

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/immutable"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Report is what a change of the files does to one environment.
type Report struct {
	Name    string
	Fate    Fate
	Dangers []Danger
	Changes []Change // in the order of components, each by key

	// Replaced are the removed pools that a pool which existed before replaces (R5): from
	// the old to the new.
	Replaced map[string]string
}

// Fate is what happens to the environment as a whole.
type Fate string

// The fates.
const (
	Changed Fate = "changed"
	New     Fate = "new"
	Moved   Fate = "moved"   // to another account or region; its resources stay
	Removed Fate = "removed" // with all its resources
	Kept    Fate = "kept"    // removed from the files, and kept by its protection: nothing changes
)

// Compare returns what happens to an environment; base is nil for a new one, head for a
// removed one.
func Compare(base, head *Environment) Report {
	switch {
	case base == nil:
		return Report{Name: head.Name, Fate: New, Changes: changes(nil, head)}
	case head == nil && protected(base):
		return Report{Name: base.Name, Fate: Kept}
	}
	r := Report{Name: base.Name, Fate: Changed, Changes: changes(base, head)}
	if head == nil {
		r.Fate = Removed
	}
	c := comparison{base, head, r.Changes, &findings{}}
	if c.moved(); c.dangers != nil { // all else follows from it
		r.Fate, r.Dangers = Moved, c.dangers
		if c.dangers[0].Subject == "account" {
			r.Changes = abandoned(base, head)
		}
		return r
	}
	r.Dangers = c.detect()
	if head != nil {
		r.Replaced = c.replaced()
	}
	return r
}

// protected reports whether sync tools keep the environment's objects when their files
// are removed.
func protected(e *Environment) bool {
	return e.Spec == nil || e.Spec.Common.Deletion != "allow"
}

// changes returns the changes of the resources, matched by component and key.
func changes(base, head *Environment) []Change {
	before, after := byKey(base), byKey(head)
	following := followers(after)
	if base != nil && base.Live {
		maps.DeleteFunc(after, func(_ string, r Resource) bool { return isManifest(r.Component) })
		known(after, before)
	}
	followControlPlane(before, after, following)
	var all []Change
	for _, id := range union(before, after) {
		c, differs := change(before[id], after[id])
		if f := fieldAt(c, "version"); f != nil && following[id] {
			f.Follows = "the control plane"
		}
		if differs {
			all = append(all, c)
		}
	}
	return inOrder(followTemplates(all, before, after))
}

// abandoned returns the changes when the provider turns to another account: it
// creates everything there, and deletes nothing in the old one.
func abandoned(base, head *Environment) []Change {
	before, after := byKey(base), byKey(head)
	var all []Change
	for _, id := range union(before, after) {
		c, _ := change(before[id], after[id])
		c.Silent = placeOf(c.Kind) == inManagement
		switch {
		case c.new == nil:
			c.Action = Leave
		case c.old != nil:
			c.Action = Replace
		}
		all = append(all, c)
	}
	return inOrder(all)
}

func inOrder(all []Change) []Change {
	slices.SortStableFunc(all, func(a, b Change) int {
		return cmp.Or(cmp.Compare(rank(a.Component), rank(b.Component)), cmp.Compare(a.Component, b.Component), cmp.Compare(a.Key, b.Key))
	})
	return all
}

// known fills in values that the new state does not know, and names in AWS, from the
// present state.
func known(after, before map[string]Resource) {
	for id, r := range after {
		if there, ok := before[id]; ok {
			r.Object = filled(plain(r.Object), plain(there.Object)).(map[string]any)
			if awsName(r.Object) == "" {
				r.Object = withAWSName(r.Object, awsName(there.Object))
			}
			after[id] = r
		}
	}
}

func byKey(e *Environment) map[string]Resource {
	out := map[string]Resource{}
	if e == nil {
		return out
	}
	for _, r := range e.Resources {
		out[r.Component+"/"+r.Key] = r
	}
	return out
}

// order is the order in which components are created.
var order = []string{"network", "identity", "security", "cluster", v1alpha1.PoolPrefix, "addons", "storage", "endpoints", "registry", "domain", inClusterComponent, providerComponent}

func rank(component string) int {
	if poolOf(component) != "" {
		component = v1alpha1.PoolPrefix
	}
	if i := slices.Index(order, component); i >= 0 {
		return i
	}
	return len(order)
}

// change returns what happens to one resource, and false if nothing does.
func change(before, after Resource) (Change, bool) {
	r := after
	if r.Object == nil {
		r = before
	}
	c := Change{
		Component: r.Component, Key: r.Key, Kind: kindOf(r.Object),
		Object: fieldpath.Text(r.Object, "metadata", "name"), AWSName: awsName(r.Object),
		old: before.Object, new: after.Object,
	}
	c.Silent = placeOf(c.Kind) == inManagement && r.Component != inClusterComponent
	switch {
	case before.Object == nil:
		c.Action = Create
	case after.Object == nil && retained(before.Object):
		c.Action = Leave
	case after.Object == nil:
		c.Action = Destroy
	case kindOf(before.Object) != kindOf(after.Object):
		c.Action = Replace
	case neverMade(before, after):
		return c.first()
	default:
		return c.altered()
	}
	return c, true
}

// first is the change of a resource that AWS never created: Crossplane creates it with
// the new values, but the provider keeps references that it has resolved already.
func (c Change) first() (Change, bool) {
	c, differs := c.altered()
	if c.Silent {
		return c, differs
	}
	c.NeverMade = true
	for i := range c.Fields {
		f := &c.Fields[i]
		f.Refused = nil
		if refusal, kept := immutable.Resolved(c.ofField(*f)); kept {
			f.Refused = &refusal
		}
	}
	if c.Action = taken(c.Fields); c.Action == Update {
		c.Action, c.old = Create, nil
	}
	return c, differs
}

// altered compares two objects of one kind.
func (c Change) altered() (Change, bool) {
	if isManifest(c.Component) {
		c.Action, c.Fields = Update, manifestDifferences(c.Kind, c.old, c.new)
		return c, len(c.Fields) > 0
	}
	c.Fields = differences(c.Kind, c.old, c.new)
	known, _ := immutable.Of(c.Kind)
	for i := range c.Fields {
		f := &c.Fields[i]
		if refusal, refused := known.Refuses(c.ofField(*f)); refused && !c.statedNow(*f) {
			f.Refused = &refusal
		}
	}
	c.Action = taken(c.Fields)
	if before, after := awsName(c.old), awsName(c.new); before != "" && before != after {
		c.Action = Replace
	}
	c.Silent = c.Silent || !slices.ContainsFunc(c.Fields, Field.applies)
	return c, len(c.Fields) > 0
}

// statedNow reports whether a field is gone from what is said at creation because
// forProvider states it.
func (c Change) statedNow(f Field) bool {
	return f.atCreation() && f.New == nil && provided(c.new, f.Path.names()[2:]...) != nil
}

// ofField returns the change of a field as package immutable reads it. For elements of a
// list it contains both lists.
func (c Change) ofField(f Field) immutable.Change {
	outside := f.Path.outside()
	change := immutable.Change{Path: outside.Full(), Old: f.Old, New: f.New, Object: c.new}
	if f.Removed != nil || f.Added != nil {
		change.Old, change.New = fieldpath.At(c.old, outside.names()...), fieldpath.At(c.new, outside.names()...)
	}
	return change
}

// taken returns the action that the fields lead to. The provider refuses an update as a
// whole, so one refused field blocks all others. A field that the provider reads at
// creation only blocks nothing, and changes nothing by itself.
func taken(fields []Field) Action {
	stays, moves := false, false
	for _, f := range fields {
		switch {
		case f.Refused != nil && !f.atCreation():
			return Stuck
		case f.Refused != nil:
			stays = true
		case f.applies():
			moves = true
		}
	}
	if stays && !moves {
		return Stuck
	}
	return Update
}

// shortKind returns a kind without its group: VPC.
func shortKind(kind string) string {
	_, name, _ := strings.Cut(kind, "/")
	return name
}
