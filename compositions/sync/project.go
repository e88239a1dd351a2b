package sync

import "github.com/dominoc/dominoc/schema/v1alpha1"

// project is the project of sync/, platform/ and Crossplane's chart. It permits their
// contents, which is much: the author of a Provider or a ClusterRole decides what runs
// in the management cluster, and with which permissions.
func (a argocd) project() Object {
	kinds := []any{
		kindOf("", "Namespace"), // of the environments
		kindOf("apiextensions.crossplane.io", "*"),
		kindOf("pkg.crossplane.io", "*"),
		kindOf(rbacGroup, "ClusterRole"), // what Crossplane may compose
		kindOf("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
		kindOf("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
	}
	repositories := []any{a.Repository.URL}
	if a.Crossplane.Install {
		kinds = append(kinds, kindOf(rbacGroup, "ClusterRoleBinding")) // of the chart
		repositories = append(repositories, a.GitOps.Crossplane.Chart)
	}
	return object(argoAPI, "AppProject", a.ArgoCD.Namespace, a.ArgoCD.Project, Object{
		"description":              "What dominoc build writes into sync/ and platform/, and Crossplane's chart. Its rights are wide: packages and cluster roles decide what runs in this cluster.",
		"sourceRepos":              repositories,
		"destinations":             []any{in(a.ArgoCD.Namespace), in(a.GitOps.Crossplane.Namespace), in(v1alpha1.Namespace("*"))},
		"clusterResourceWhitelist": kinds,
	})
}

// projectOf is the project of one environment: it permits the kinds of
// environments/<name>/ in the environment's namespace, and nothing else.
func (a argocd) projectOf(e Environment) Object {
	kinds := make([]any, len(environmentKinds))
	for i, kind := range environmentKinds {
		kinds[i] = kindOf(kind.group, kind.kind)
	}
	project := object(argoAPI, "AppProject", a.ArgoCD.Namespace, e.Namespace, Object{
		"description":                "What dominoc build writes into environments/" + e.Name + "/.",
		"sourceRepos":                []any{a.Repository.URL},
		"destinations":               []any{in(e.Namespace)},
		"clusterResourceWhitelist":   []any{},
		"namespaceResourceWhitelist": kinds,
	})
	project["metadata"].(Object)["annotations"] = Object{waveName: "-1"} // Argo CD deletes it with the environment's file
	return project
}

// in returns a namespace of the cluster that Argo CD runs in.
func in(namespace string) Object { return Object{"server": inside, "namespace": namespace} }

func kindOf(group, kind string) Object { return Object{"group": group, "kind": kind} }
