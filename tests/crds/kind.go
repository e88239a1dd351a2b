package crds

import (
	"context"
	"fmt"
	"strings"

	internal "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	budget "k8s.io/apiserver/pkg/apis/cel"
)

// kind is one version of a CRD, compiled.
type kind struct {
	name       string
	scope      Scope
	structural *structural.Structural
	schema     validation.SchemaValidator
	rules      *cel.Validator
}

func compile(crd *apiextensions.CustomResourceDefinition, version string) (*kind, error) {
	in := &internal.CustomResourceDefinition{}
	if err := apiextensions.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(crd, in, nil); err != nil {
		return nil, fmt.Errorf("%s: %w", crd.Name, err)
	}
	validator, err := internal.GetSchemaForVersion(in, version)
	if err != nil {
		return nil, err
	}
	if validator == nil || !serves(crd, version) {
		return nil, fmt.Errorf("%s has no version %q", crd.Name, version)
	}
	props := validator.OpenAPIV3Schema
	s, err := structural.NewStructural(props)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", crd.Name, err)
	}
	schema, _, err := validation.NewSchemaValidator(props)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", crd.Name, err)
	}
	rules := cel.NewValidator(s, true, budget.PerCallLimit)
	return &kind{name: crd.Name, scope: crd.Spec.Scope, structural: s, schema: schema, rules: rules}, nil
}

func serves(crd *apiextensions.CustomResourceDefinition, version string) bool {
	for _, v := range crd.Spec.Versions {
		if v.Name == version {
			return v.Served
		}
	}
	return false
}

// validate does to content what the API server does to a new object, defaults
// included.
func (k *kind) validate(content map[string]any) field.ErrorList {
	errs := k.unknown(content, true)
	defaulting.Default(content, k.structural)
	errs = append(errs, validation.ValidateCustomResource(nil, content, k.schema)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, k.structural, content)...)
	errs = append(errs, objectmeta.Validate(nil, content, k.structural, true)...)
	if len(errs) > 0 {
		return errs // rules may not be run on what does not have the types
	}
	violations, _ := k.rules.Validate(context.Background(), nil, k.structural, content, nil, budget.RuntimeCELCostBudget)
	return violations
}

// unknown removes the fields that the schema does not have and reports them.
func (k *kind) unknown(content map[string]any, root bool) field.ErrorList {
	var errs field.ErrorList
	options := structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	for _, path := range pruning.PruneWithOptions(content, k.structural, root, options) {
		errs = append(errs, field.Invalid(field.NewPath(path), last(path), "unknown field"))
	}
	return errs
}

func last(path string) string {
	return path[strings.LastIndex(path, ".")+1:]
}
