package sync

// write are the verbs for a server-side apply and for the deletion of applied objects.
var write = []any{"get", "list", "watch", "create", "update", "patch", "delete"}

// rights returns a service account for an environment's Kustomization with its
// permissions: to write the kinds of environments/<name>/ in the environment's
// namespace, and nothing else. Flux requires the account in the Kustomization's own
// namespace. None of these objects is pruned: the Kustomization needs them while it
// deletes an environment, and Flux prunes in no particular order.
func (f flux) rights(e Environment) []Manifest {
	rules := make([]any, len(environmentKinds))
	for i, kind := range environmentKinds {
		rules[i] = Object{"apiGroups": []any{kind.group}, "resources": []any{kind.resource}, "verbs": write}
	}
	account := object("v1", "ServiceAccount", f.Flux.Namespace, e.Namespace, nil)
	role := object(rbacAPI, "Role", e.Namespace, syncRole, nil)
	role["rules"] = rules
	binding := object(rbacAPI, "RoleBinding", e.Namespace, syncRole, nil)
	binding["roleRef"] = Object{"apiGroup": rbacGroup, "kind": "Role", "name": syncRole}
	binding["subjects"] = []any{Object{"kind": "ServiceAccount", "name": e.Namespace, "namespace": f.Flux.Namespace}}
	return []Manifest{
		e.manifest("account.yaml", account), e.manifest("role.yaml", role), e.manifest("binding.yaml", binding),
	}
}

const (
	rbacGroup = "rbac.authorization.k8s.io"
	rbacAPI   = rbacGroup + "/v1"

	// syncRole is the Role, and its binding, in an environment's namespace.
	syncRole = "dominoc-sync"
)

// platformRights returns a service account for the platform's Kustomization with its
// permissions. They are wide, though they name each kind: a Provider or a Function is a
// program that the management cluster runs with the permissions that Crossplane gives
// it, a Composition and the ClusterRole of composed kinds decide what Crossplane
// creates, and an admission policy decides what others may do. The account deletes
// nothing, because nothing of platform/ is ever pruned.
//
// The Kustomization of sync/ creates accounts and permissions, and that of crossplane/ a
// HelmRelease. Both run as Flux itself: an account that may create these could give
// itself any permission.
func (f flux) platformRights() []Manifest {
	rule := func(group string, verbs []any, resources ...any) Object {
		return Object{"apiGroups": []any{group}, "resources": resources, "verbs": verbs}
	}
	apply := []any{"get", "list", "watch", "create", "update", "patch"}
	account := object("v1", "ServiceAccount", f.Flux.Namespace, platformName, nil)
	role := clusterObject(rbacAPI, "ClusterRole", platformName)
	role["rules"] = []any{
		rule("pkg.crossplane.io", apply, "providers", "functions", "deploymentruntimeconfigs", "imageconfigs"),
		rule("apiextensions.crossplane.io", apply, "compositeresourcedefinitions", "compositions", "managedresourceactivationpolicies"),
		rule(rbacGroup, append(apply[:len(apply):len(apply)], "escalate"), "clusterroles"), // without having the permissions itself
		rule("admissionregistration.k8s.io", apply, "validatingadmissionpolicies", "validatingadmissionpolicybindings"),
		rule("", []any{"get", "list", "watch"}, "configmaps"),                                    // the parameters of the policies: naming them requires reading them
		rule("apiextensions.k8s.io", []any{"get", "list", "watch"}, "customresourcedefinitions"), // Flux waits for one
	}
	binding := clusterObject(rbacAPI, "ClusterRoleBinding", platformName)
	binding["roleRef"] = Object{"apiGroup": rbacGroup, "kind": "ClusterRole", "name": platformName}
	binding["subjects"] = []any{Object{"kind": "ServiceAccount", "name": platformName, "namespace": f.Flux.Namespace}}
	return []Manifest{
		{"sync/platform-account.yaml", account}, {"sync/platform-role.yaml", role}, {"sync/platform-binding.yaml", binding},
	}
}

// clusterObject returns an object of cluster scope that is not pruned.
func clusterObject(apiVersion, kind, name string) Object {
	out := object(apiVersion, kind, "", name, nil)
	delete(out["metadata"].(Object), "namespace")
	return out
}
