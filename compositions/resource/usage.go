package resource

import (
	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Subject is an object that a Usage speaks of, by its kind and metadata.name.
type Subject struct {
	Kind schema.GroupVersionKind
	Name string
}

// Subject is the object that a component makes under a key.
func (c Component) Subject(component, key string, kind schema.GroupVersionKind) Subject {
	return Subject{kind, v1alpha1.ObjectName(c.Name, component, key)}
}

// Composite is another component's composite resource, kept as a whole: of what
// it composes any part may still leave the environment's file.
func (c Component) Composite(kind, key string) Subject {
	return Subject{schema.GroupVersionKind{Group: "dominoc.dev", Version: "v1alpha1", Kind: kind}, c.Name + "-" + key}
}

func (s Subject) fields() map[string]any {
	apiVersion, kind := s.Kind.ToAPIVersionAndKind()
	return map[string]any{"apiVersion": apiVersion, "kind": kind, "resourceRef": map[string]any{"name": s.Name}}
}

// Usage keeps an object from being deleted while another one stands on it, and
// repeats a refused deletion once that one is gone. The other one is a managed
// resource, never an XR, whose finalizer goes at once; an XR that is kept keeps
// all that it composes.
//
// When the composite is deleted, its Usages go only after those that stand on the
// objects. In an edit Crossplane lets go of what left the composite, a Usage among
// it, at once, and before it applies anything. So what an edit may take away while
// the one that stands on it stays is kept by a Usage of the same composite, which
// leaves with it; a Usage of another composite would never be told to go.
//
// Its only condition is Ready (reason Available).
func (c Component) Usage(key string, of, by Subject, reason string) Resource {
	usage := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "protection.crossplane.io/v1beta1",
		"kind":       "Usage",
		"spec": map[string]any{
			"of":             of.fields(),
			"by":             by.fields(),
			"reason":         reason,
			"replayDeletion": true,
		},
	}}
	usage.SetName(v1alpha1.ObjectName(c.Name, c.Component, key))
	return Resource{Key: key, Object: usage, Ready: []xpv1.ConditionType{xpv1.TypeReady}}
}
