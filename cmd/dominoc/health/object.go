// Package health judges an environment in a management cluster: what is well, what is
// being changed, what waits for what, and what is wrong, with the relevant sentence of the
// provider's error.
//
// In go the tree of an environment's objects as the API server has them, and the
// Compositions to which its composite resources are pinned; out come a Report, its text,
// the ids of its objects and its outputs. Reading the cluster is left to package live, the
// time to the caller. Packages cli, live, ids and change call it.
package health

import (
	"strings"
	"time"
)

// Environment is what a management cluster has of an environment.
type Environment struct {
	Root         *Object                   // the DominoEnvironment
	Compositions map[string]map[string]any // by name; those that could be read
}

// Object is one object of the tree.
type Object struct {
	APIVersion, Kind, Namespace, Name string

	// Content is the object as the API server has it, nil when a composite
	// resource refers to it and it is not there.
	Content map[string]any

	Children []*Object // what it composes, in the order of its references
	Warnings []Warning // about it, the newest first
}

// Warning is a warning event.
type Warning struct {
	Reason, Message string
	Count           int64
	Last            time.Time
}

// Condition is one of an object's conditions. The zero Condition is one that the
// object does not have.
type Condition struct {
	Type, Status, Reason, Message string
	Since                         time.Time
}

// True says that the condition holds.
func (c Condition) True() bool { return c.Status == "True" }

// False says that the condition is known not to hold.
func (c Condition) False() bool { return c.Status == "False" }

// Condition is the object's condition of a type.
func (o *Object) Condition(kind string) Condition {
	conditions, _ := o.field("status.conditions").([]any)
	for _, entry := range conditions {
		c, _ := entry.(map[string]any)
		if c["type"] == kind {
			return Condition{kind, text(c["status"]), text(c["reason"]), text(c["message"]), moment(text(c["lastTransitionTime"]))}
		}
	}
	return Condition{}
}

// Annotation is an annotation's value, empty when it is not there.
func (o *Object) Annotation(name string) string {
	annotations, _ := o.field("metadata.annotations").(map[string]any)
	return text(annotations[name])
}

// Key is what the object is called in the Composition that makes it, empty for
// what is not composed.
func (o *Object) Key() string { return o.Annotation("crossplane.io/composition-resource-name") }

// ExternalName is what AWS knows the object by.
func (o *Object) ExternalName() string { return o.Annotation("crossplane.io/external-name") }

// Ready says that the object is, whatever its kind reports.
func (o *Object) Ready() bool {
	reports := o.managed() || o.Composite() || o.Kind == "Usage" // the kind has this condition
	return o.Content != nil && (!reports || o.Condition("Ready").True())
}

// Synced says that the object is as its spec wants it, as far as its kind tells.
func (o *Object) Synced() bool {
	return o.Content != nil && (!o.managed() && !o.Composite() || o.Condition("Synced").True())
}

// Deleting says that somebody deleted the object and it is still there.
func (o *Object) Deleting() bool { return o.field("metadata.deletionTimestamp") != nil }

// Paused says that nobody works on the object until somebody says so.
func (o *Object) Paused() bool { return o.Annotation("crossplane.io/paused") == "true" }

// CreateUnfinished says that the provider began to create the object in AWS and
// does not know whether it did: what AWS gave for an id may be lost.
func (o *Object) CreateUnfinished() bool {
	began := moment(o.Annotation("crossplane.io/external-create-pending"))
	ended := moment(o.Annotation("crossplane.io/external-create-succeeded"))
	if failed := moment(o.Annotation("crossplane.io/external-create-failed")); failed.After(ended) {
		ended = failed
	}
	return !began.IsZero() && began.After(ended)
}

// Composite says that the object is a composite resource.
func (o *Object) Composite() bool { return strings.HasPrefix(o.APIVersion, "dominoc.dev/") }

// managed says that a provider works on the object: that it is a managed
// resource, and no configuration of a provider.
func (o *Object) managed() bool {
	group, _, _ := strings.Cut(o.APIVersion, "/")
	return (strings.HasSuffix(group, ".m.upbound.io") || strings.HasSuffix(group, ".m.crossplane.io")) && o.Kind != "ProviderConfig"
}

// field returns the value at a field path of the object; nil if it has none.
func (o *Object) field(path string) any { return lookUp(o.Content, path) }

// All calls visit for the object and all that is below it, with the composite
// resources above.
func (o *Object) All(visit func(object *Object, above []*Object)) { o.all(visit, nil) }

func (o *Object) all(visit func(*Object, []*Object), above []*Object) {
	visit(o, above)
	for _, child := range o.Children {
		child.all(visit, append(above[:len(above):len(above)], o))
	}
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

// moment is a time as Kubernetes writes it, zero for what is none.
func moment(text string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, text) // zero with an error
	return t
}
