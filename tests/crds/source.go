package crds

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/tests/gomodule"
)

// source is a folder of CRDs in a Go module. Files are called
// <group>_<plural>.yaml, as controller-gen does it.
type source struct {
	groups []string // suffixes of the API groups it has
	nested string   // the nested module that pins it
	module string
	folder string
}

func modules() []source {
	return []source{
		{
			groups: []string{"aws.m.upbound.io"},
			nested: ".", module: "github.com/upbound/provider-aws/v2", folder: "package/crds",
		},
		{
			groups: []string{"pt.fn.crossplane.io"},
			nested: "tests/function/patchandtransform",
			module: "github.com/crossplane-contrib/function-patch-and-transform", folder: "package/input",
		},
		{
			groups: []string{"apiextensions.crossplane.io", "pkg.crossplane.io", "protection.crossplane.io", "ops.crossplane.io"},
			nested: "tests/crds/crossplane", module: "github.com/crossplane/crossplane/v2", folder: "cluster/crds",
		},
		{
			groups: []string{"helm.m.crossplane.io"},
			nested: "tests/crds/providers", module: "github.com/crossplane-contrib/provider-helm", folder: "package/crds",
		},
		{
			groups: []string{"kubernetes.m.crossplane.io"},
			nested: "tests/crds/providers", module: "github.com/crossplane-contrib/provider-kubernetes", folder: "package/crds",
		},
	}
}

func (s source) has(group string) bool {
	for _, suffix := range s.groups {
		if group == suffix || strings.HasSuffix(group, "."+suffix) {
			return true
		}
	}
	return false
}

// find reads the CRD of a kind from the first source that has its group.
func find(sources []source, gvk schema.GroupVersionKind) (*apiextensions.CustomResourceDefinition, error) {
	for _, s := range sources {
		if s.has(gvk.Group) {
			return s.read(gvk)
		}
	}
	return nil, fmt.Errorf("no definition of %s is at hand", gvk)
}

func (s source) read(gvk schema.GroupVersionKind) (*apiextensions.CustomResourceDefinition, error) {
	dir, err := gomodule.Dir(s.nested, s.module)
	if err != nil {
		return nil, err
	}
	// The plural of a kind begins like the kind but for its last letter.
	stem := strings.ToLower(gvk.Kind[:len(gvk.Kind)-1])
	files, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(s.folder), gvk.Group+"_"+stem+"*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		crd, err := readCRD(file)
		if err != nil {
			return nil, err
		}
		if crd.Spec.Names.Kind == gvk.Kind {
			return crd, nil
		}
	}
	return nil, fmt.Errorf("%s has no kind %s in group %q", s.module, gvk.Kind, gvk.Group)
}

func readCRD(file string) (*apiextensions.CustomResourceDefinition, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	crd := &apiextensions.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(data, crd); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return crd, nil
}
