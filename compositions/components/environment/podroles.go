package environment

import (
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/compositions/xr"
)

// PodRolesKey is the key of the child XR with the roles of the user's own pods.
const PodRolesKey = "pod-roles"

// podRoles make the roles, which may trust the cluster's OIDC provider once it is known.
func (p Plan) podRoles(key string, kind xr.Kind, part Part) resource.Resource {
	spec := part("spec.podRoles")
	if p.Spec.PodRoles.OIDCProvider == p.Unknown {
		spec["oidcProvider"] = p.Status.Cluster.OIDCProvider
	}
	return p.child(key, kind, spec, part)
}
