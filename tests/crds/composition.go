package crds

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

var compositionKind = schema.GroupKind{Group: "apiextensions.crossplane.io", Kind: "Composition"}

// validatePipeline validates the inputs of the functions, and the objects in them, which
// Crossplane does not check.
func (v *Validator) validatePipeline(composition map[string]any) field.ErrorList {
	var errs field.ErrorList
	steps, _, _ := unstructured.NestedSlice(composition, "spec", "pipeline")
	for i, step := range steps {
		input, ok, _ := unstructured.NestedMap(step.(map[string]any), "input")
		if !ok {
			continue
		}
		path := field.NewPath("spec", "pipeline").Index(i).Child("input")
		errs = append(errs, below(path, v.validateInput(input))...)
	}
	return errs
}

// validateInput validates the input of a function. It has a kind but no name.
func (v *Validator) validateInput(input map[string]any) field.ErrorList {
	gvk := (&unstructured.Unstructured{Object: input}).GroupVersionKind()
	k, err := v.kind(gvk)
	if err != nil {
		return field.ErrorList{field.Invalid(field.NewPath("kind"), gvk.String(), err.Error())}
	}
	errs := k.validate(input)
	resources, _, _ := unstructured.NestedSlice(input, "resources")
	for i, resource := range resources {
		base, ok, _ := unstructured.NestedMap(resource.(map[string]any), "base")
		if !ok {
			continue
		}
		errs = append(errs, below(field.NewPath("resources").Index(i).Child("base"), v.validateBase(base))...)
	}
	return errs
}

// validateBase validates the base of a composed object: its kind, its scope and that it has no
// unknown field. Patches add the other fields, so a missing field is not an error.
func (v *Validator) validateBase(base map[string]any) field.ErrorList {
	if errs := v.composable(base, ""); len(errs) > 0 {
		return errs
	}
	gvk := (&unstructured.Unstructured{Object: base}).GroupVersionKind()
	if _, core := coreScope(gvk); core {
		return nil
	}
	k, err := v.kind(gvk)
	if err != nil {
		return field.ErrorList{field.Invalid(field.NewPath("kind"), gvk.String(), err.Error())}
	}
	return k.unknown(base, true)
}

// below prefixes the paths of errors with the path of the validated part.
func below(path *field.Path, errs field.ErrorList) field.ErrorList {
	for _, err := range errs {
		err.Field = fmt.Sprintf("%s.%s", path, err.Field)
	}
	return errs
}
