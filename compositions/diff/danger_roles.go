package diff

import (
	"fmt"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// podRolesOf returns the roles of the user's pods, by name.
func podRolesOf(spec *v1alpha1.EnvironmentSpec) map[string]v1alpha1.PodRoleSpec {
	if spec.PodRoles == nil {
		return nil
	}
	return spec.PodRoles.Roles
}

// disrobed reports the service accounts of the user's pods that lose their role, or get it in
// another way. What a role may do other detectors compare: its policies are resources.
func (c comparison) disrobed(before, after *v1alpha1.EnvironmentSpec) {
	holders := map[string]string{} // the roles by service account
	for name, role := range ordered.All(podRolesOf(after)) {
		holders[accountOf(role)] = name
	}
	for name, was := range ordered.All(podRolesOf(before)) {
		is, stays := podRolesOf(after)[name]
		account, subject := accountOf(was), "pod role "+name
		switch next := holders[account]; {
		case stays && next == name:
			c.rerouted(name, was, is)
		case next != "":
			c.reportOn(podRoles, outage, subject, fmt.Sprintf("the service account %s has the role %s instead of %s: what only that one allows, AWS refuses its pods", account, next, name),
				byHand("make sure that the other role allows what the pods need"))
		case stays:
			c.reportOn(podRoles, outage, subject, fmt.Sprintf("the service account %s loses the role %s, which %s gets: AWS refuses what its pods call", account, name, accountOf(is)),
				byHand("let the pods run as the other service account first"))
		default:
			c.reportOn(podRoles, outage, subject, fmt.Sprintf("the role %s is deleted: AWS refuses what the pods of service account %s call", name, account),
				byHand("remove the program from the cluster first"))
		}
	}
}

// podRoles is the component of the roles of the user's pods.
const podRoles = "pod-roles"

// trustOfPods reports whether a change is that of a role of pods itself: whom it trusts has
// dangers of its own, and what it allows is in its policies.
func trustOfPods(change Change) bool {
	return change.Component == podRoles && change.Kind == "iam.aws.m.upbound.io/Role"
}

func accountOf(role v1alpha1.PodRoleSpec) string { return role.Namespace + "/" + role.ServiceAccount }

// rerouted reports a role that pods get in another way. Running pods keep the source of
// credentials that they were started with (EKS user guide, "Use pod identity with the AWS
// SDK"), and the role no longer trusts it.
func (c comparison) rerouted(name string, was, is v1alpha1.PodRoleSpec) {
	if was.IRSA == is.IRSA {
		return
	}
	way, instead := "EKS Pod Identity", "restart the pods as soon as the environment is ready: kubectl rollout restart"
	if is.IRSA {
		way, instead = "the cluster's OIDC provider", "give the service account the annotation eks.amazonaws.com/role-arn first, and restart the pods as soon as the environment is ready: kubectl rollout restart"
	}
	c.reportOn(podRoles, outage, "pod role "+name+"/by",
		fmt.Sprintf("the role %s is taken on by %s, which running pods of service account %s do not use yet: until they restart, AWS refuses what they call", name, way, accountOf(is)),
		byHand(instead))
}
