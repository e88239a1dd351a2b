package diff

import (
	"slices"

	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Name is the name of a resource that Crossplane is going to create. If AWS has a resource
// of that name, the provider finds it and changes it instead.
type Name struct {
	Account, Region, Partition string

	Kind string // group and kind, such as eks.aws.m.upbound.io/Cluster
	Name string // in AWS

	adopted bool // the environment takes over what has the name
}

// Owner is what AWS says about a name.
type Owner struct {
	Exists      bool
	Environment string // the value of its tag dominoc.dev/environment; empty without the tag
	Unknown     string // why there is no answer; empty if there is one
}

// Names returns the names of what the change creates in the head.
func (r Report) Names(head *Environment) []Name {
	if head == nil || head.Spec == nil {
		return nil
	}
	common := head.Spec.Common
	var all []Name
	for _, c := range r.Changes {
		if name := awsName(c.new); c.seeksName() && c.InAWS() && byName(c.Kind) && name != "" {
			all = append(all, Name{common.Account, common.Region, common.Partition, c.Kind, name, adoptsByName(head.Spec, c.Kind)})
		}
	}
	return all
}

// seeksName reports whether the provider looks for a name for the first time. Where AWS
// refused to create a resource, the provider had looked, and AWS had nothing of that name.
func (c Change) seeksName() bool {
	if c.NeverMade {
		return slices.ContainsFunc(c.Fields, func(f Field) bool { return f.Path.names()[0] == "metadata" })
	}
	return c.Action == Create || c.Action == Replace
}

// byName reports whether the provider finds a resource of the kind by a name that dominoc
// chooses.
func byName(kind string) bool {
	rule, _ := externalname.Of(shortKind(kind))
	return rule.Namer == externalname.Us
}

// adoptsByName reports whether an environment takes over the resources that have its names of
// a kind. It never takes over roles and policies.
func adoptsByName(spec *v1alpha1.EnvironmentSpec, kind string) bool {
	if spec == nil {
		return false
	}
	switch shortKind(kind) {
	case "Cluster", "Group", "NodeGroup", "IdentityProviderConfig":
		return spec.Cluster.Adopted != nil
	case "Alias":
		return takenKey(spec) != nil
	case "Repository":
		return takenRegistry(spec) != nil
	case "Vault", "Bucket":
		return spec.Storage != nil && spec.Storage.Datasets.Adopted != nil
	}
	return false
}
