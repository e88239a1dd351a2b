package sync

// write is what a server-side apply and the deletion of what was applied need.
var write = []any{"get", "list", "watch", "create", "update", "patch", "delete"}

// rights are a service account for an environment's Kustomization, and what it may
// do: write the kinds of environments/<name>/ in the environment's namespace, and
// nothing else. Flux takes the account from the Kustomization's own namespace.
// None of them is pruned: while the Kustomization deletes an environment it needs
// them, and nothing orders what Flux prunes at once.
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

// platformRights are a service account for the platform's Kustomization, and what it
// may do. That is wide, though it names each kind: a Provider or a Function is a
// program that the management cluster runs, with the rights that Crossplane gives
// it, a Composition and the ClusterRole of composed kinds decide what Crossplane
// itself makes, and an admission policy decides what others may. It deletes nothing,
// for nothing of platform/ is ever pruned.
//
// The Kustomization of sync/ itself makes accounts and rights, and that of crossplane/
// a HelmRelease. Both run as Flux does: an account with the right to make these could
// give itself any other.
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
		rule(rbacGroup, append(apply[:len(apply):len(apply)], "escalate"), "clusterroles"), // it need not hold itself what Crossplane may compose
		rule("admissionregistration.k8s.io", apply, "validatingadmissionpolicies", "validatingadmissionpolicybindings"),
		rule("", []any{"get", "list", "watch"}, "configmaps"),                                    // the parameters of the policies: who names them must read them
		rule("apiextensions.k8s.io", []any{"get", "list", "watch"}, "customresourcedefinitions"), // whose presence is waited for
	}
	binding := clusterObject(rbacAPI, "ClusterRoleBinding", platformName)
	binding["roleRef"] = Object{"apiGroup": rbacGroup, "kind": "ClusterRole", "name": platformName}
	binding["subjects"] = []any{Object{"kind": "ServiceAccount", "name": platformName, "namespace": f.Flux.Namespace}}
	return []Manifest{
		{"sync/platform-account.yaml", account}, {"sync/platform-role.yaml", role}, {"sync/platform-binding.yaml", binding},
	}
}

// clusterObject is an object of cluster scope that is not pruned.
func clusterObject(apiVersion, kind, name string) Object {
	out := object(apiVersion, kind, "", name, nil)
	delete(out["metadata"].(Object), "namespace")
	return out
}
