// Package resource is the vocabulary of lowering: one composed object, how
// Crossplane knows that it is ready, and what it makes known once AWS answers.
//
// A component package turns its part of the plan into a list of Resources with
// ordinary typed Go. It is called twice, with the same code: with the concrete
// plan (that is what `dominoc render` prints) and with a symbolic one, in which
// each value is a symbol that carries its path (that is what package xr makes a
// Composition of). So lowering may branch on shape only: booleans, enums, map
// keys, the length of a list of structs, whether an optional field is there.
// It never looks into a text or a number, never computes with one, and puts
// none into a map key; what needs that is decided in plan.
//
// The package has no type of AWS and knows nothing of patches. Its callers are the
// component packages, which lower; xr and compositions, which read what they
// return; and graph, which names the same keys.
package resource

import (
	"maps"
	"strings"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Object is a Kubernetes object: a typed managed resource, or unstructured.
type Object interface {
	runtime.Object
	metav1.Object
}

// Managed is a managed resource of a provider.
type Managed interface {
	Object
	SetManagementPolicies(xpv1.ManagementPolicies)
	SetProviderConfigReference(*xpv1.ProviderConfigReference)
}

// Resource is one object of a composite resource.
type Resource struct {
	// Key is the identity of the resource within its composite
	// (crossplane.io/composition-resource-name). A changed key deletes the
	// old object and then creates a new one, so it derives from stable names
	// and zone slots only.
	Key string

	// Object is what Crossplane applies; its metadata.name and kind are set.
	Object Object

	// Ready are the conditions that must be True, by type. Empty: the object
	// is ready as soon as it exists.
	Ready []xpv1.ConditionType

	// Exports are the fields that it makes known to its composite.
	Exports []Export
}

// Export copies a field of the observed object into the composite's status.
type Export struct {
	From string // field path in the object, such as status.atProvider.arn
	To   string // field path below the composite's status, such as keyARN
	Text bool   // the field is a number, the status a text
}

// Exporting adds an export.
func (r Resource) Exporting(from, to string) Resource {
	r.Exports = append(r.Exports, Export{From: from, To: to})
	return r
}

// ExportingText adds an export of a number as text.
func (r Resource) ExportingText(from, to string) Resource {
	r.Exports = append(r.Exports, Export{From: from, To: to, Text: true})
	return r
}

// Named gives the resource its name in AWS, for the kinds whose name is chosen by
// us and for what exists already.
func (r Resource) Named(awsName string) Resource {
	return r.annotated(externalname.Annotation, awsName)
}

// After delays the creation of a resource until a value that only AWS knows is known, for
// a resource that does not contain the value. The fact names the value, such as
// cluster-endpoint. The value is in an annotation, so that it is required as any value of
// the object is.
func (r Resource) After(fact, value string) Resource {
	return r.annotated("dominoc.dev/after-"+fact, value)
}

func (r Resource) annotated(key, value string) Resource {
	annotations := maps.Clone(r.Object.GetAnnotations())
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[key] = value
	r.Object.SetAnnotations(annotations)
	return r
}

// Retained keeps the resource in AWS when its object is deleted, unless
// the environment allows deletion. LateInitialize stays: without it the id that
// AWS gave is never stored and a restarted provider makes a second one.
func (r Resource) Retained(deletion v1alpha1.Deletion) Resource {
	if deletion == "allow" {
		return r
	}
	r.Object.(Managed).SetManagementPolicies(xpv1.ManagementPolicies{
		xpv1.ManagementActionObserve, xpv1.ManagementActionCreate,
		xpv1.ManagementActionUpdate, xpv1.ManagementActionLateInitialize,
	})
	return r
}

// NotLateInitialized keeps the provider from copying AWS's values into the
// spec. Only for kinds whose name in AWS is chosen by us.
func (r Resource) NotLateInitialized() Resource {
	r.Object.(Managed).SetManagementPolicies(xpv1.ManagementPolicies{
		xpv1.ManagementActionObserve, xpv1.ManagementActionCreate,
		xpv1.ManagementActionUpdate, xpv1.ManagementActionDelete,
	})
	return r
}

// Component makes the resources of one component of one environment.
type Component struct {
	v1alpha1.Common
	Component string // name of the component, part of every name
}

// Managed makes a managed resource: ready when Ready and Synced, named by its
// key, reaching AWS through the environment's ProviderConfig.
func (c Component) Managed(key string, kind schema.GroupVersionKind, object Managed) Resource {
	object.GetObjectKind().SetGroupVersionKind(kind)
	object.SetName(v1alpha1.ObjectName(c.Name, c.Component, key))
	object.SetProviderConfigReference(&xpv1.ProviderConfigReference{Kind: "ProviderConfig", Name: c.Name})
	return Resource{Key: key, Object: object, Ready: []xpv1.ConditionType{xpv1.TypeReady, xpv1.TypeSynced}}
}

// ARN is the ARN of a resource in the environment's partition.
func (c Component) ARN(service, region, account, resource string) string {
	return strings.Join([]string{"arn", c.Partition, service, region, account, resource}, ":")
}

// Ref refers to the object that this component makes under a key.
func (c Component) Ref(key string) *xpv1.NamespacedReference {
	return c.RefIn(c.Component, key)
}

// RefIn refers to the object that another component makes under a key.
func (c Component) RefIn(component, key string) *xpv1.NamespacedReference {
	return RefTo(v1alpha1.ObjectName(c.Name, component, key))
}

// RefTo refers to an object in the environment's namespace by its name.
func RefTo(name string) *xpv1.NamespacedReference {
	return &xpv1.NamespacedReference{Name: name}
}

// Resolve splits a reference of the plan into the two fields that a managed
// resource has for it: the id of what exists, or a reference to what makes it.
func Resolve(r v1alpha1.Reference) (id *string, ref *xpv1.NamespacedReference) {
	if r.Name != "" {
		return nil, RefTo(r.Name)
	}
	return &r.ID, nil
}

// ResolveAll is Resolve for a list of one sort: all exist, or all are made.
func ResolveAll(list []v1alpha1.Reference) (ids []*string, refs []xpv1.NamespacedReference) {
	for _, r := range list {
		id, ref := Resolve(r)
		if ref != nil {
			refs = append(refs, *ref)
		} else {
			ids = append(ids, id)
		}
	}
	return ids, refs
}

// TagsOf are the tags of a resource that AWS calls by name: the environment's,
// further sets, and Name.
func (c Component) TagsOf(name string, further ...map[string]string) map[string]*string {
	tags := map[string]*string{"Name": &name}
	for _, set := range append(further, c.Tags) {
		for key, value := range set {
			tags[key] = &value
		}
	}
	return tags
}

// Tagged are the tags of a resource without a name: the environment's.
func (c Component) Tagged() map[string]*string {
	return TextMap(c.Tags)
}
