package crds

import (
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Fields returns the paths of all fields that a kind has, such as
// spec.forProvider.vpcIdRef.name, without the indices of lists. One that ends in
// .* is open: the fields below it are not defined.
func (v *Validator) Fields(gvk schema.GroupVersionKind) (map[string]bool, error) {
	k, err := v.kind(gvk)
	if err != nil {
		return nil, err
	}
	fields := map[string]bool{}
	collect(k.structural, "", fields)
	return fields, nil
}

func collect(s *structural.Structural, path string, into map[string]bool) {
	for s.Items != nil {
		s = s.Items
	}
	if s.XPreserveUnknownFields || s.AdditionalProperties != nil {
		into[path+".*"] = true
	}
	for name, below := range s.Properties {
		field := name
		if path != "" {
			field = path + "." + name
		}
		into[field] = true
		collect(&below, field, into)
	}
}
