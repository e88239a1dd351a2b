package health

import (
	"slices"
	"strings"
	"time"
)

// State is how an object is.
type State string

// The states, the worst first.
const (
	Wrong   State = "wrong"   // the user must act
	Waiting State = "waiting" // for another object, which is not well
	Working State = "working" // a change is under way
	Well    State = "well"
)

// verdict is the state of an object, with the text about it.
type verdict struct {
	state State
	says  string
	raw   string // the message from which says is made, if it differs
	hint  string
	since time.Time
	on    []*Object // what it waits for
}

// untouched is how long a managed resource may exist without a condition from its
// provider.
const untouched = 2 * time.Minute

// judge judges an object by itself, without the objects that a composite resource
// composes.
func (j *judgement) judge(o *Object) verdict {
	switch {
	case o.Content == nil:
		return verdict{state: Working, says: "is not there"}
	case o.Paused():
		return verdict{state: Wrong, says: "is paused: neither Crossplane nor the provider changes it",
			hint: "remove the annotation crossplane.io/paused when the reason no longer applies"}
	case o.Composite():
		return composite(o)
	case !o.managed():
		return other(o)
	}
	return j.managed(o)
}

// composite judges the conditions of a composite resource.
func composite(o *Object) verdict {
	synced, ready, responsive := o.Condition("Synced"), o.Condition("Ready"), o.Condition("Responsive")
	switch {
	case synced.False():
		return failure(synced)
	case responsive.False():
		return verdict{state: Wrong, says: "is reconciled at intervals only, because its objects changed too often: " + responsive.Message,
			hint: "Crossplane's start flags --circuit-breaker-burst and --circuit-breaker-refill-rate", since: responsive.Since}
	case o.Deleting():
		return verdict{state: Working, says: "is being deleted", since: deleted(o)}
	case synced.Status == "":
		return verdict{state: Working, says: "is not reconciled yet"}
	case !ready.True():
		return verdict{state: Working, says: saying("is not ready", ready.Message), since: ready.Since}
	}
	return verdict{state: Well}
}

// other judges an object that no provider reconciles: a usage, configuration or secret.
func other(o *Object) verdict {
	if o.Ready() {
		return verdict{state: Well}
	}
	ready := o.Condition("Ready")
	return verdict{state: Working, says: saying("is not ready", ready.Message), since: ready.Since}
}

// managed judges a managed resource. If it is not Synced it is wrong even if it is Ready:
// those are the conditions after a refused replacement. If AWS refuses an asynchronous
// update, only LastAsyncOperation shows it.
func (j *judgement) managed(o *Object) verdict {
	synced, ready, last := o.Condition("Synced"), o.Condition("Ready"), o.Condition("LastAsyncOperation")
	switch {
	case synced.False() && unresolved(synced.Message):
		return j.unresolved(o, synced)
	case synced.False() && o.CreateUnfinished():
		return verdict{state: Wrong, says: "the provider stopped while it created this, and does not know whether AWS has it", since: synced.Since, raw: synced.Message,
			hint: "look in AWS: if it is there, set the annotation crossplane.io/external-name to its id; then take off crossplane.io/external-create-pending"}
	case synced.False():
		return j.failure(o, synced)
	case last.False():
		return j.failure(o, last)
	case o.Deleting():
		return verdict{state: Working, says: "is being deleted", since: deleted(o)}
	case synced.Status == "" && ready.Status == "":
		return j.untouched(o)
	case !ready.True():
		return verdict{state: Working, says: saying(doing(ready), ready.Message), since: ready.Since}
	}
	if v, is := o.outgrown(); is {
		return v
	}
	return o.asked()
}

func (j *judgement) untouched(o *Object) verdict {
	created := moment(text(o.field("metadata.creationTimestamp")))
	if len(o.Warnings) > 0 {
		return verdict{state: Wrong, says: Sentence(o.Warnings[0].Message), raw: o.Warnings[0].Message, since: created}
	}
	if j.now.Sub(created) < untouched {
		return verdict{state: Working, says: "waits for its provider", since: created}
	}
	group, _, _ := strings.Cut(o.APIVersion, "/")
	return verdict{state: Wrong, says: "no provider has taken it up", since: created,
		hint: "is the provider of " + group + " installed and healthy? (kubectl get providers)"}
}

// unresolved reports whether a message is about a reference whose object is not ready.
func unresolved(message string) bool {
	return strings.Contains(message, "referenced field was empty") || strings.Contains(message, "cannot get referenced resource")
}

func (j *judgement) unresolved(o *Object, synced Condition) verdict {
	v := verdict{state: Waiting, since: synced.Since, raw: synced.Message}
	names := references(o.field("spec"), false)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		for _, target := range j.byName[name] {
			if !target.Ready() {
				v.on = append(v.on, target)
			}
		}
	}
	if len(v.on) == 0 {
		return failure(synced)
	}
	v.says = "waits for what it refers to"
	return v
}

// references returns the names of the objects that a value refers to.
func references(value any, reference bool) []string {
	var out []string
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			out = append(out, references(element, reference)...)
		}
	case map[string]any:
		if name := text(v["name"]); reference && name != "" {
			return []string{name}
		}
		for field, below := range v {
			if field != "providerConfigRef" {
				out = append(out, references(below, strings.HasSuffix(strings.TrimSuffix(field, "s"), "Ref"))...)
			}
		}
	}
	return out
}

// failure returns the verdict on a failed managed resource, with a hint if another owner
// has to act.
func (j *judgement) failure(o *Object, c Condition) verdict {
	if v, is := j.foreign(o, c); is {
		return v
	}
	v := failure(c)
	v.hint = o.opened(c.Message)
	return v
}

func failure(c Condition) verdict {
	return verdict{state: Wrong, says: Sentence(c.Message), raw: c.Message, since: c.Since}
}

func doing(ready Condition) string {
	switch ready.Reason {
	case "Creating":
		return "is being created"
	case "Deleting":
		return "is being deleted"
	}
	return "is not ready"
}

func saying(what, why string) string {
	if why == "" {
		return what
	}
	return what + ": " + why
}

func deleted(o *Object) time.Time { return moment(text(o.field("metadata.deletionTimestamp"))) }
