// Package bootstrap makes what a management cluster needs before it can take an
// environment: Crossplane itself as values of its Helm chart, the providers and
// the function, where their images come from, the account of the providers'
// pods, the policy that activates the managed kinds in use, and the right to
// compose what is no managed resource.
//
// In go the kinds that the fleet composes and what the user says in
// environments/gitops; out come plain objects, equal for equal input. XRDs and
// Compositions are made by package xr, who applies all of it and in which order
// is decided in package sync. Its callers are sync, compositions, output and the
// command line.
package bootstrap

// Object is a Kubernetes object.
type Object = map[string]any

// object is an object of cluster scope.
func object(apiVersion, kind, name string, spec Object) Object {
	out := Object{"apiVersion": apiVersion, "kind": kind, "metadata": Object{"name": name}}
	if spec != nil {
		out["spec"] = spec
	}
	return out
}

// list is a list as an object holds it.
func list[T any](elements []T) []any {
	out := make([]any, len(elements))
	for i, e := range elements {
		out[i] = e
	}
	return out
}
