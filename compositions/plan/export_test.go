package plan

import (
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Storage, Registry and Domain are those parts of a plan on their own.

func Storage(env *v1alpha1.Environment, at diag.Locator) (*v1alpha1.StorageSpec, diag.List) {
	r := newResolver(env, at)
	return r.storage(), r.found
}

func Registry(env *v1alpha1.Environment, at diag.Locator) (*v1alpha1.RegistrySpec, diag.List) {
	r := newResolver(env, at)
	return r.registry(), r.found
}

func Domain(env *v1alpha1.Environment, at diag.Locator) (*v1alpha1.DomainSpec, *ZoneProvider, diag.List) {
	r := newResolver(env, at)
	return r.domain(), r.zoneProvider(), r.found
}
