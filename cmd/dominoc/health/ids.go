package health

import (
	"cmp"
	"slices"
	"strings"
)

// Identity is a resource whose id belongs in Git: its place in the environment,
// and the object that has the id.
type Identity struct {
	Component, Key   string
	APIVersion, Kind string
	Name             string // metadata.name
}

// IDs are ids by component and key.
type IDs map[string]map[string]string

// Verdict is what became of one id.
type Verdict string

// The verdicts. Only an added one changes what is committed, and one that is
// dropped: an id that is committed and that the cluster does not confirm stays,
// because with it goes the last trace of what AWS has.
const (
	Added   Verdict = "added"   // the cluster has it
	Changed Verdict = "changed" // the cluster has another one
	Gone    Verdict = "gone"    // the cluster has none
	Missing Verdict = "missing" // neither has one that could be trusted
	Dropped Verdict = "dropped" // the environment has no such resource any more
)

// IDFinding is an id that is not as it is committed.
type IDFinding struct {
	Component, Key string
	Kind           string // empty for what the environment no longer has
	Verdict        Verdict
	Committed, Has string // the id in Git, that in the cluster
	Why            string // of one that is missing
}

// Reconcile gives the ids to commit for an environment, from those that are
// committed and what a management cluster shows, and says where the two differ.
// fits says whether a text may be an id of a kind.
//
// An id is taken from an object that is Ready, that nobody is deleting, and of
// which the provider knows that it finished creating it: any other may be lost,
// or belong to a resource that is made a second time.
func Reconcile(e *Environment, wanted []Identity, committed IDs, fits func(kind, id string) bool) (IDs, []IDFinding) {
	objects := map[Identity]*Object{}
	e.Root.All(func(o *Object, _ []*Object) {
		objects[Identity{APIVersion: o.APIVersion, Kind: o.Kind, Name: o.Name}] = o
	})
	ids, known := IDs{}, map[[2]string]bool{}
	var findings []IDFinding
	for _, w := range wanted {
		known[[2]string{w.Component, w.Key}] = true
		id, finding := reconcile(objects[Identity{APIVersion: w.APIVersion, Kind: w.Kind, Name: w.Name}], w, committed[w.Component][w.Key], fits)
		ids.put(w.Component, w.Key, id)
		if finding != nil {
			findings = append(findings, *finding)
		}
	}
	findings = append(findings, dropped(committed, known)...)
	slices.SortStableFunc(findings, func(a, b IDFinding) int {
		return cmp.Or(strings.Compare(a.Component, b.Component), strings.Compare(a.Key, b.Key))
	})
	return ids, findings
}

func (ids IDs) put(component, key, id string) {
	if id == "" {
		return
	}
	if ids[component] == nil {
		ids[component] = map[string]string{}
	}
	ids[component][key] = id
}

// Len is the number of ids.
func (ids IDs) Len() int {
	n := 0
	for _, keys := range ids {
		n += len(keys)
	}
	return n
}

// reconcile is the id to commit for one resource.
func reconcile(o *Object, w Identity, committed string, fits func(kind, id string) bool) (string, *IDFinding) {
	f := &IDFinding{Component: w.Component, Key: w.Key, Kind: w.Kind, Committed: committed}
	if o != nil {
		f.Has = o.ExternalName()
	}
	switch {
	case committed != "" && f.Has == committed:
		return committed, nil
	case committed != "" && f.Has == "":
		f.Verdict = Gone
		return committed, f
	case committed != "":
		f.Verdict = Changed
		return committed, f
	}
	if f.Why = untrusted(o, w.Kind, fits); f.Why != "" {
		f.Verdict = Missing
		return "", f
	}
	f.Verdict = Added
	return f.Has, f
}

// untrusted says why an object's id is not taken, empty when it is.
func untrusted(o *Object, kind string, fits func(kind, id string) bool) string {
	switch {
	case o == nil || o.Content == nil:
		return "is not made yet"
	case o.Deleting():
		return "is being deleted"
	case o.CreateUnfinished():
		return "may exist in AWS without the provider knowing its id"
	case !o.Ready():
		return "is not ready"
	case o.ExternalName() == "":
		return "has no id"
	case !fits(kind, o.ExternalName()):
		return "has \"" + o.ExternalName() + "\", which is no id of a " + kind
	}
	return ""
}

func dropped(committed IDs, known map[[2]string]bool) []IDFinding {
	var out []IDFinding
	for component, keys := range committed {
		for key, id := range keys {
			if !known[[2]string{component, key}] {
				out = append(out, IDFinding{Component: component, Key: key, Verdict: Dropped, Committed: id})
			}
		}
	}
	return out
}
