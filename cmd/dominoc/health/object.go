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

	"github.com/dominoc/dominoc/compositions/externalname"
)

// Environment is what a management cluster has of an environment.
type Environment struct {
	Root         *Object                   // the DominoEnvironment
	Compositions map[string]map[string]any // by name; those that could be read
}

// Object is one object of the tree.
type Object struct {
	APIVersion, Kind, Namespace, Name string

	// Content is the object as the API server has it; nil if a composite resource
	// refers to it but it does not exist.
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

// Condition is a condition of an object. The zero Condition is one that the object does
// not have.
type Condition struct {
	Type, Status, Reason, Message string
	Since                         time.Time
}

// True reports whether the condition holds.
func (c Condition) True() bool { return c.Status == "True" }

// False reports whether the condition is known not to hold.
func (c Condition) False() bool { return c.Status == "False" }

// Condition returns the object's condition of a type.
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

// Annotation returns the value of an annotation; empty if the object does not have it.
func (o *Object) Annotation(name string) string {
	annotations, _ := o.field("metadata.annotations").(map[string]any)
	return text(annotations[name])
}

// Key returns the object's name in the Composition that makes it; empty if it is not
// composed.
func (o *Object) Key() string { return o.Annotation("crossplane.io/composition-resource-name") }

// ExternalName is what AWS knows the object by.
func (o *Object) ExternalName() string { return o.Annotation(externalname.Annotation) }

// Ready reports whether the object exists and, if its kind has the condition, is Ready.
func (o *Object) Ready() bool {
	reports := o.managed() || o.Composite() || o.Kind == "Usage" // the kind has this condition
	return o.Content != nil && (!reports || o.Condition("Ready").True())
}

// Synced reports whether the object exists and, if its kind has the condition, is Synced.
func (o *Object) Synced() bool {
	return o.Content != nil && (!o.managed() && !o.Composite() || o.Condition("Synced").True())
}

// Deleting reports whether the object is being deleted.
func (o *Object) Deleting() bool { return o.field("metadata.deletionTimestamp") != nil }

// Paused reports whether Crossplane and the provider leave the object alone until a user
// removes the annotation.
func (o *Object) Paused() bool { return o.Annotation("crossplane.io/paused") == "true" }

// CreateUnfinished reports whether the provider began to create the object in AWS and did
// not record the result: the id that AWS returned may be lost.
func (o *Object) CreateUnfinished() bool {
	began := moment(o.Annotation("crossplane.io/external-create-pending"))
	ended := moment(o.Annotation("crossplane.io/external-create-succeeded"))
	if failed := moment(o.Annotation("crossplane.io/external-create-failed")); failed.After(ended) {
		ended = failed
	}
	return !began.IsZero() && began.After(ended)
}

// Composite reports whether the object is a composite resource.
func (o *Object) Composite() bool { return strings.HasPrefix(o.APIVersion, "dominoc.dev/") }

// managed reports whether the object is a managed resource, which a provider reconciles.
// A ProviderConfig is not.
func (o *Object) managed() bool {
	group, _, _ := strings.Cut(o.APIVersion, "/")
	return (strings.HasSuffix(group, ".m.upbound.io") || strings.HasSuffix(group, ".m.crossplane.io")) && o.Kind != "ProviderConfig"
}

// field returns the value at a field path of the object; nil if it has none.
func (o *Object) field(path string) any { return lookUp(o.Content, path) }

// All calls visit for the object and all objects below it, with the composite resources
// above each.
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

// moment parses a time of Kubernetes; zero if the text is not a time.
func moment(text string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, text) // zero with an error
	return t
}
