package crds

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"sync"

	internal "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/gomodule"
)

// Define makes the kind of a CompositeResourceDefinition known, converted by
// Crossplane's own code. It fails when Crossplane would refuse the XRD or the
// API server the CRD made of it: a schema that is not structural, a CEL rule
// that does not compile or whose estimated cost is too high.
func (v *Validator) Define(xrd any) error {
	if errs := v.Validate(xrd); len(errs) > 0 {
		return errs.ToAggregate()
	}
	crd, err := convert(xrd)
	if err != nil {
		return err
	}
	if err := accept(crd); err != nil {
		return err
	}
	return v.add(crd)
}

// converter is the program that converts an XRD to a CRD with Crossplane's code.
var converter = sync.OnceValues(func() (string, error) {
	return gomodule.Tool("tests/crds/crossplane", "crossplane")
})

func convert(xrd any) (*apiextensions.CustomResourceDefinition, error) {
	program, err := converter()
	if err != nil {
		return nil, err
	}
	data, err := stored(xrd)
	if err != nil {
		return nil, err
	}
	command := exec.Command(program)
	command.Stdin = bytes.NewReader(data)
	stderr := &bytes.Buffer{}
	command.Stderr = stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("XRD to CRD: %w: %s", err, stderr)
	}
	crd := &apiextensions.CustomResourceDefinition{}
	return crd, json.Unmarshal(out, crd)
}

// stored returns an XRD with the identity that the API server gives it: the CRD
// names it as its owner.
func stored(xrd any) ([]byte, error) {
	content, err := decode(xrd)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{Object: content}
	u.SetUID("00000000-0000-0000-0000-000000000000")
	return u.MarshalJSON()
}

// accept returns the API server's validation of a new CRD.
func accept(crd *apiextensions.CustomResourceDefinition) error {
	crd = crd.DeepCopy()
	apiextensions.SetDefaults_CustomResourceDefinition(crd)
	apiextensions.SetDefaults_CustomResourceDefinitionSpec(&crd.Spec)
	in := &internal.CustomResourceDefinition{}
	if err := apiextensions.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(crd, in, nil); err != nil {
		return err
	}
	for _, version := range crd.Spec.Versions {
		if version.Storage {
			in.Status.StoredVersions = []string{version.Name} // the server fills it in
		}
	}
	errs := validation.ValidateCustomResourceDefinition(context.Background(), in)
	if err := errs.ToAggregate(); err != nil {
		return fmt.Errorf("%s: %w", crd.Name, err)
	}
	return nil
}

func (v *Validator) add(crd *apiextensions.CustomResourceDefinition) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, version := range crd.Spec.Versions {
		k, err := compile(crd, version.Name)
		if err != nil {
			return err
		}
		v.kinds[schema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}] = k
	}
	return nil
}
