package identity

import (
	iam "github.com/upbound/provider-aws/v2/apis/namespaced/iam/v1beta1"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// LowerPodRoles makes the roles of the user's own pods: each with its own policy, and the
// policies that are attached to it. They are a composite resource of their own, because an
// environment may have many, and has them too where key and roles have another owner.
//
// Their keys, which never change, begin with what they are of, because a name may end in
// anything: role-NAME, policy-NAME and, for attachments, own-NAME and <hash of the policy's
// ARN>-NAME.
func LowerPodRoles(common v1alpha1.Common, spec v1alpha1.PodRolesSpec, _ v1alpha1.PodRolesStatus) []resource.Resource {
	i := identity{Component: resource.Component{Common: common, Component: podRoles}}
	var list []resource.Resource
	for name, role := range ordered.All(spec.Roles) {
		list = append(list, i.ofPods(name, role, spec.OIDCProvider)...)
	}
	return list
}

// podRoles is the component of these roles.
const podRoles = "pod-roles"

// ofPods makes one role with its policies.
func (i identity) ofPods(name string, spec v1alpha1.PodRoleSpec, oidcProvider string) []resource.Resource {
	key := podRoleKey("role-" + name)
	description := "Pods of service account " + spec.ServiceAccount + " in " + spec.Namespace
	role := i.podRole(key, name, description)
	if spec.IRSA {
		role = i.role(key, i.Name+"-"+name, description, i.webIdentity(spec, oidcProvider))
	}
	list := []resource.Resource{role}
	if spec.Document != "" {
		own := podRoleKey("policy-" + name)
		list = append(list, i.documented(own, name, "What "+name+" of "+i.Name+" may do", &spec.Document),
			i.attachedAs(podRoleKey("own-"+name), key, iam.RolePolicyAttachmentParameters{PolicyArnRef: i.Ref(own)}))
	}
	for hash, policy := range ordered.All(spec.Policies) {
		list = append(list, i.attachedAs(podRoleKey(hash+"-"+name), key, iam.RolePolicyAttachmentParameters{PolicyArn: &policy.ARN}))
	}
	return list
}

// podRoleKey makes a key that fits into the name of an object.
func podRoleKey(key string) string { return resource.Within(resource.Room(podRoles), key) }

// webIdentity lets the pods of one service account take on a role by the cluster's OIDC
// provider, with tokens that are meant for AWS (EKS user guide, "Assign IAM roles to
// Kubernetes service accounts").
func (i identity) webIdentity(spec v1alpha1.PodRoleSpec, oidcProvider string) statement {
	return statement{
		Effect:    "Allow",
		Principal: principal{"Federated": i.ARN("iam", "", i.Account, "oidc-provider/"+oidcProvider)},
		Action:    []string{"sts:AssumeRoleWithWebIdentity"},
		Condition: condition{"StringEquals": {
			oidcProvider + ":aud": {"sts.amazonaws.com"},
			oidcProvider + ":sub": {"system:serviceaccount:" + spec.Namespace + ":" + spec.ServiceAccount},
		}},
	}
}
