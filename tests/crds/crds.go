// Package crds validates objects offline as a management cluster would: it is the API server
// of a test, without a server.
//
// A Validator checks objects of the kinds that dominoc emits against the real definitions:
// the CRDs in provider-aws's and Crossplane's modules, the input of
// function-patch-and-transform, the CRDs that Crossplane makes of dominoc's XRDs (Define),
// and the types of k8s.io/api. It does what the API server does on creation: defaults,
// structural schema, CEL rules, list types, metadata. It also refuses unknown fields, which
// a server prunes silently, and kinds that a namespaced composite resource may not compose.
//
// Checks that need other objects (whether a referenced name exists, whether an update is
// allowed) are left to tests/cluster.
package crds

import (
	"fmt"
	"sync"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Scope is Namespaced or Cluster.
type Scope = apiextensions.ResourceScope

// Validator validates objects. It reads a definition when it first needs the kind, and keeps
// it. Several goroutines may use it.
type Validator struct {
	mu      sync.Mutex
	kinds   map[schema.GroupVersionKind]*kind
	sources []source
}

// New makes a Validator that knows the kinds of the modules.
func New() *Validator {
	return &Validator{kinds: map[schema.GroupVersionKind]*kind{}, sources: modules()}
}

// Scope returns the scope of a kind; an error if it has no definition.
func (v *Validator) Scope(gvk schema.GroupVersionKind) (Scope, error) {
	if scope, ok := coreScope(gvk); ok {
		return scope, nil
	}
	k, err := v.kind(gvk)
	if err != nil {
		return "", err
	}
	return k.scope, nil
}

// Name returns the name of the CRD of a kind, <plural>.<group>.
func (v *Validator) Name(gvk schema.GroupVersionKind) (string, error) {
	k, err := v.kind(gvk)
	if err != nil {
		return "", err
	}
	return k.name, nil
}

// Validate returns the errors for which the API server would refuse an object; none if it
// would accept it. The object is any value that marshals to JSON, and is not changed.
func (v *Validator) Validate(object any) field.ErrorList {
	content, err := decode(object)
	if err != nil {
		return field.ErrorList{field.InternalError(nil, err)}
	}
	return v.validate(content)
}

// Composed is Validate for a resource that a composite resource in namespace
// composes. Crossplane puts it into that namespace, refuses kinds of cluster
// scope, and warns of any other namespace.
func (v *Validator) Composed(object any, namespace string) field.ErrorList {
	content, err := decode(object)
	if err != nil {
		return field.ErrorList{field.InternalError(nil, err)}
	}
	if errs := v.composable(content, namespace); len(errs) > 0 {
		return errs
	}
	u := unstructured.Unstructured{Object: content}
	u.SetNamespace(namespace)
	return v.validate(u.Object)
}

func (v *Validator) composable(content map[string]any, namespace string) field.ErrorList {
	u := unstructured.Unstructured{Object: content}
	scope, err := v.Scope(u.GroupVersionKind())
	if err != nil {
		return field.ErrorList{field.Invalid(field.NewPath("kind"), u.GetKind(), err.Error())}
	}
	if scope != apiextensions.NamespaceScoped {
		return field.ErrorList{field.Forbidden(field.NewPath("kind"),
			fmt.Sprintf("%s has cluster scope and cannot be composed by a namespaced composite resource", u.GetKind()))}
	}
	if ns := u.GetNamespace(); ns != "" && ns != namespace {
		return field.ErrorList{field.Invalid(field.NewPath("metadata", "namespace"), ns,
			fmt.Sprintf("a composed resource lives in its composite's namespace %q", namespace))}
	}
	return nil
}

func (v *Validator) validate(content map[string]any) field.ErrorList {
	gvk := (&unstructured.Unstructured{Object: content}).GroupVersionKind()
	if _, ok := coreScope(gvk); ok {
		return validateCore(content, gvk)
	}
	k, err := v.kind(gvk)
	if err != nil {
		return field.ErrorList{field.Invalid(field.NewPath("kind"), gvk.String(), err.Error())}
	}
	errs := k.validate(content)
	errs = append(errs, validateMetadata(content, k.scope)...)
	if gvk.GroupKind() == compositionKind {
		errs = append(errs, v.validatePipeline(content)...)
	}
	return errs
}

// kind returns the definition of a kind, which it reads the first time.
func (v *Validator) kind(gvk schema.GroupVersionKind) (*kind, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if k, ok := v.kinds[gvk]; ok {
		return k, nil
	}
	crd, err := find(v.sources, gvk)
	if err != nil {
		return nil, err
	}
	k, err := compile(crd, gvk.Version)
	if err != nil {
		return nil, err
	}
	v.kinds[gvk] = k
	return k, nil
}

// decode copies an object into the API server's representation: whole numbers as int64,
// others as float64.
func decode(object any) (map[string]any, error) {
	data, err := utiljson.Marshal(object)
	if err != nil {
		return nil, err
	}
	content := map[string]any{}
	return content, utiljson.Unmarshal(data, &content)
}
