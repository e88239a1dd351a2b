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
