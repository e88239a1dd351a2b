package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Environment is one state of an environment.
type Environment struct {
	Name string

	// Spec is the spec of its DominoEnvironment; nil if unknown.
	Spec *v1alpha1.EnvironmentSpec

	// Live: the resources are read from a management cluster, which knows values that the
	// files do not. They are what Applied returns.
	Live bool

	// Resources in any order, each component and key once.
	Resources []Resource

	// Subnets are the addresses that its pools need; nil if its file is unknown.
	Subnets []plan.SubnetRoom

	// Kept are the pools that stay with Terraform, by name; nil if its file is unknown.
	Kept map[string]v1alpha1.KeptPool
}

// Resource is an object that a component composes.
type Resource struct {
	Component string // the component's key in its parent, such as network or pool-default
	Key       string // the object's key in the component
	Object    map[string]any

	// Refused: the object is in a management cluster, and AWS refused to create the
	// resource.
	Refused bool

	// Denied: the object is in a management cluster, and AWS denied the last change of the
	// resource to the provider's role.
	Denied bool
}

// place is where a kind takes effect.
type place int

const (
	inAWS        place = iota
	inCluster          // inside the environment's own cluster
	inManagement       // in the management cluster only
)

// placeOf derives the place from the kind. ClusterAuth creates only a token.
func placeOf(kind string) place {
	group, name, _ := strings.Cut(kind, "/")
	switch {
	case name == "ClusterAuth" || name == "ProviderConfig":
		return inManagement
	case strings.HasSuffix(group, ".aws.m.upbound.io"):
		return inAWS
	case strings.HasSuffix(group, ".m.crossplane.io"):
		return inCluster
	}
	return inManagement
}

// InAWS reports whether the resource is an AWS resource.
func (c Change) InAWS() bool { return placeOf(c.Kind) == inAWS }

// kindOf returns an object's group and kind, such as ec2.aws.m.upbound.io/VPC.
func kindOf(object map[string]any) string {
	group, _, _ := strings.Cut(fieldpath.Text(object, "apiVersion"), "/")
	return group + "/" + fieldpath.Text(object, "kind")
}

// awsName returns the AWS name or id that an object states, or "".
func awsName(object map[string]any) string {
	return fieldpath.Text(object, "metadata", "annotations", externalname.Annotation)
}

// withAWSName returns a copy of an object with a name in AWS.
func withAWSName(object map[string]any, name string) map[string]any {
	if name == "" {
		return object
	}
	return with(object, name, "metadata", "annotations", externalname.Annotation)
}

// with returns a copy of an object in which one field is set. Parts that do not contain
// the field are shared.
func with(value, to any, names ...string) map[string]any {
	out := map[string]any{}
	object, _ := value.(map[string]any)
	maps.Copy(out, object)
	if len(names) > 1 {
		to = with(object[names[0]], to, names[1:]...)
	}
	out[names[0]] = to
	return out
}

// provided returns the value below spec.forProvider.
func provided(object map[string]any, names ...string) any {
	return fieldpath.At(fieldpath.At(object, "spec", "forProvider"), names...)
}

// providedText returns the text below spec.forProvider, or "".
func providedText(object map[string]any, names ...string) string {
	return fieldpath.Text(provided(object, names...))
}

// listAt returns the list below spec.forProvider, or nil.
func listAt(object map[string]any, names ...string) []any {
	list, _ := provided(object, names...).([]any)
	return list
}

// retained reports whether the management policies forbid the provider to delete the
// resource.
func retained(object map[string]any) bool {
	policies, _ := fieldpath.At(object, "spec", "managementPolicies").([]any)
	return len(policies) > 0 && !slices.ContainsFunc(policies, func(p any) bool { return p == "*" || p == "Delete" })
}

// poolOf returns the pool of a component, or "".
func poolOf(component string) string {
	if pool, ok := strings.CutPrefix(component, v1alpha1.PoolPrefix); ok {
		return pool
	}
	return ""
}
