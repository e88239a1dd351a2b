package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// providers have the definitions of the managed resources: provider-aws in the
// version that dominoc itself requires.
const providerAWS = "github.com/upbound/provider-aws/v2"

// DefineManaged defines managed resource kinds, given as <plural>.<group>, as
// installing the provider's package does: inactive, so that a kind that no
// activation policy names does not become a resource of the API. ProviderConfig
// is defined right away.
func (c *Cluster) DefineManaged(ctx context.Context, names []string) error {
	dir, err := c.modules.dir(".", providerAWS)
	if err != nil {
		return err
	}
	folder := filepath.Join(dir, "package", "crds")
	objects := make([]Object, 0, len(names)+2)
	for _, name := range names {
		crd, err := readDefinition(folder, name)
		if err != nil {
			return err
		}
		objects = append(objects, managedResourceDefinition(crd))
	}
	for _, name := range []string{"providerconfigs.aws.m.upbound.io", "providerconfigusages.aws.m.upbound.io"} {
		crd, err := readDefinition(folder, name)
		if err != nil {
			return err
		}
		objects = append(objects, crd)
	}
	return c.Client.ApplyAll(ctx, objects)
}

// readDefinition reads the CRD called <plural>.<group>; its file is called
// <group>_<plural>.yaml.
func readDefinition(folder, name string) (Object, error) {
	plural, group, ok := strings.Cut(name, ".")
	if !ok {
		return nil, fmt.Errorf("%q is not <plural>.<group>", name)
	}
	data, err := os.ReadFile(filepath.Join(folder, group+"_"+plural+".yaml"))
	if err != nil {
		return nil, err
	}
	crd := Object{}
	return crd, yaml.Unmarshal(data, &crd)
}

// managedResourceDefinition is the CRD as Crossplane's package manager makes it.
func managedResourceDefinition(crd Object) Object {
	spec := Object{"state": "Inactive"}
	for key, value := range crd["spec"].(Object) {
		spec[key] = value
	}
	return Object{
		"apiVersion": "apiextensions.crossplane.io/v1alpha1", "kind": "ManagedResourceDefinition",
		"metadata": Object{"name": crd["metadata"].(Object)["name"]},
		"spec":     spec,
	}
}
