package health

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
)

// IDs are ids by component and key.
type IDs map[string]map[string]string

// Verdict is the result of comparing one id.
type Verdict string

// The verdicts. Only Added and Dropped change the committed ids. A committed id that the
// cluster does not confirm stays: it may be the last record of a resource in AWS.
const (
	Added   Verdict = "added"   // the cluster has it
	Changed Verdict = "changed" // the cluster has another one
	Gone    Verdict = "gone"    // the cluster has none
	Missing Verdict = "missing" // neither has an id that can be trusted
	Dropped Verdict = "dropped" // the environment has no such resource any more
)

// IDFinding is an id that differs from the committed one.
type IDFinding struct {
	Component, Key string
	Kind           string // empty for a resource that the environment no longer has
	Verdict        Verdict
	Committed, Has string // the id in Git, that in the cluster
	Why            string // why it is missing
}

// Reconcile returns the ids to commit for an environment, from the committed ids and those
// in a management cluster, and the differences. fits reports whether a text may be an id of
// a kind.
//
// An id is taken only from an object that is Ready, is not being deleted, and whose creation
// the provider completed. The id of any other object may be lost, or belong to a resource
// that is created a second time.
func Reconcile(e *Environment, wanted []externalname.Identity, committed IDs, fits func(kind, id string) bool) (IDs, []IDFinding) {
	objects := map[externalname.Identity]*Object{}
	e.Root.All(func(o *Object, _ []*Object) {
		objects[externalname.Identity{APIVersion: o.APIVersion, Kind: o.Kind, Name: o.Name}] = o
	})
	ids, known := IDs{}, map[[2]string]bool{}
	var findings []IDFinding
	for _, w := range wanted {
		known[[2]string{w.Component, w.Key}] = true
		id, finding := reconcile(objects[externalname.Identity{APIVersion: w.APIVersion, Kind: w.Kind, Name: w.Name}], w, committed[w.Component][w.Key], fits)
		if id != "" && ids[w.Component] == nil {
			ids[w.Component] = map[string]string{}
		}
		if id != "" {
			ids[w.Component][w.Key] = id
		}
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

// Len returns the number of ids.
func (ids IDs) Len() int {
	n := 0
	for _, keys := range ids {
		n += len(keys)
	}
	return n
}

// reconcile returns the id to commit for one resource.
func reconcile(o *Object, w externalname.Identity, committed string, fits func(kind, id string) bool) (string, *IDFinding) {
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

// untrusted returns the reason why an object's id is not taken; empty if it is.
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
