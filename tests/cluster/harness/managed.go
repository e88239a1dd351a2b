package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// provider is a module with the definitions of managed resources, in the version that a
// module of this repository pins.
type provider struct {
	group  string // of its configuration; those of its managed resources end in it
	nested string
	module string
}

func providers() []provider {
	return []provider{
		{"aws.m.upbound.io", ".", "github.com/upbound/provider-aws/v2"},
		{"helm.m.crossplane.io", "tests/crds/providers", "github.com/crossplane-contrib/provider-helm"},
		{"kubernetes.m.crossplane.io", "tests/crds/providers", "github.com/crossplane-contrib/provider-kubernetes"},
	}
}

// DefineManaged defines managed resource kinds, given as <plural>.<group>, as
// installing a provider's package does: inactive, so that a kind that no
// activation policy names does not become a resource of the API. The kinds of
// the providers' configuration are defined right away.
func (c *Cluster) DefineManaged(ctx context.Context, names []string) error {
	var objects []Object
	for _, p := range providers() {
		dir, err := c.modules.dir(p.nested, p.module)
		if err != nil {
			return err
		}
		folder := filepath.Join(dir, "package", "crds")
		for _, name := range append([]string{"providerconfigs." + p.group, "providerconfigusages." + p.group}, names...) {
			if !strings.HasSuffix(name, "."+p.group) {
				continue
			}
			crd, err := readDefinition(folder, name)
			if err != nil {
				return err
			}
			if slices.Contains(names, name) {
				crd = managedResourceDefinition(crd)
			}
			objects = append(objects, crd)
		}
	}
	return c.Client.ApplyAll(ctx, objects)
}

// DefineProviderConfigs defines the kinds of the providers' configuration, for one
// namespace and for all.
func (c *Cluster) DefineProviderConfigs(ctx context.Context) error {
	var objects []Object
	for _, p := range providers() {
		dir, err := c.modules.dir(p.nested, p.module)
		if err != nil {
			return err
		}
		for _, plural := range []string{"providerconfigs.", "clusterproviderconfigs."} {
			crd, err := readDefinition(filepath.Join(dir, "package", "crds"), plural+p.group)
			if err != nil {
				return err
			}
			objects = append(objects, crd)
		}
	}
	if err := c.Client.ApplyAll(ctx, objects); err != nil {
		return err
	}
	return c.Client.Established(ctx, patience, objects...)
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

// managedResourceDefinition returns the CRD as Crossplane's package manager makes it.
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
