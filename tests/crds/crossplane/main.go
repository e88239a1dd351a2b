// Command crossplane prints the CustomResourceDefinition that Crossplane makes
// of a CompositeResourceDefinition: YAML on standard input, JSON on standard
// output. The conversion is Crossplane's own package; it is in a module of its
// own because it needs a newer crossplane-runtime than provider-aws supports.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/crossplane/crossplane-runtime/v2/pkg/xcrd"
	v1 "github.com/crossplane/crossplane/apis/v2/apiextensions/v1"
	_ "github.com/crossplane/crossplane/v2/proto/render/v1alpha1" // keeps the module, whose cluster/crds the tests read
	"sigs.k8s.io/yaml"
)

func main() {
	if err := convert(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func convert(in io.Reader, out io.Writer) error {
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	definition := &v1.CompositeResourceDefinition{}
	if err := yaml.UnmarshalStrict(data, definition); err != nil {
		return err
	}
	crd, err := xcrd.ForCompositeResource(definition)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(crd)
}
