package resource

import (
	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Identified gives resources the ids by which Git knows them, by key, so that the
// provider takes up what exists. One that has a name in AWS keeps it.
func Identified(resources []Resource, ids v1alpha1.ComponentIDs) []Resource {
	for i, r := range resources {
		id, known := ids[r.Key]
		if _, named := r.ExternalName(); known && !named {
			resources[i] = r.Named(id)
		}
	}
	return resources
}

// ExternalName is what AWS knows the resource by, if that is known before it is
// made.
func (r Resource) ExternalName() (name string, known bool) {
	name, known = r.Object.GetAnnotations()[externalname.Annotation]
	return name, known
}

// Kind returns the kind of the resource's object, such as Role.
func (r Resource) Kind() string { return r.Object.GetObjectKind().GroupVersionKind().Kind }
