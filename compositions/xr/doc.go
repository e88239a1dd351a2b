// Package xr assembles composite resources: it turns what lowering returns for
// a symbolic plan into a Composition, a schema into an XRD, and a plan into an
// XR.
//
// The idea (there is one definition of every resource, and two readings of it):
//
//	lower(concrete plan) = the objects that Crossplane will make
//	lower(symbolic plan) = the same objects, with a symbol at each value
//
// Symbolic replaces every value of a plan by a symbol that carries its path.
// Compose walks the objects that lowering made of it: a field that is one symbol
// becomes a FromCompositeFieldPath patch, a text that contains symbols a
// CombineFromComposite, a list or map that is one symbol a patch of the whole
// object, and what is left is the base. A symbol of a status path is a value
// that only AWS knows; see environment.go for how it reaches its readers and
// why losing it for a moment strips nothing.
//
// What comes out depends on the shape of the plan alone. So Compositions are
// named by their content, environments of one shape share them, and an edit of
// one environment cannot change another. The package knows neither AWS nor what
// the components are, and it applies nothing.
//
// Its callers are package compositions, which assembles, components/environment,
// whose children are XRs, and those that name kinds and groups of ours: composed,
// bootstrap, sync, output and the command line.
package xr
