// Package bootstrap makes the objects that a management cluster needs before its first
// environment: the values of Crossplane's Helm chart, the providers and the function,
// the source of their images, the account of the providers' pods, the policy that
// activates the managed kinds in use, and the permission to compose other kinds.
//
// The kinds that the fleet composes and the user's environments/gitops go in; plain
// objects come out, equal for equal input. Package xr makes XRDs and Compositions;
// package sync decides what applies the objects, and in which order. The callers are
// sync, compositions, output and the command line.
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

// list converts a list for use in an object.
func list[T any](elements []T) []any {
	out := make([]any, len(elements))
	for i, e := range elements {
		out[i] = e
	}
	return out
}
