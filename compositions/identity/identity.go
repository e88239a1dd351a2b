// Package identity lowers DominoIdentity: who the environment is to AWS, and the
// key that its data is encrypted with.
//
// What comes in is little: whether the key is ours, and who administers it. What
// comes out:
//
//   - the KMS key with its policy and alias, unless the user brought a key. Data
//     that outlives the environment needs it, so it is never deleted unless the
//     environment allows deletion;
//   - the control plane's role, which EKS alone can take on;
//   - two roles for nodes, platform and compute. Both have what a node needs to
//     join, pull images and be reached through Session Manager. Only the
//     platform's may scale the cluster (R17): users' code runs on the others.
//
// It exports keyARN. Other components refer to the key and to the roles by the
// names of their objects, <environment>-identity-key, -cluster, -platform and
// -compute.
package identity

import (
	"slices"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// Lower makes the key and the roles of an environment.
func Lower(common v1alpha1.Common, spec v1alpha1.IdentitySpec, _ v1alpha1.IdentityStatus) []resource.Resource {
	i := identity{resource.Component{Common: common, Component: "identity"}}
	return slices.Concat(
		i.key(spec),
		i.controlPlane(),
		i.nodes("platform"),
		i.nodes("compute"),
		i.autoscaler("platform"),
	)
}

type identity struct{ resource.Component }
