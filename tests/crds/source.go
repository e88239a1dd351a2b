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
// <group>_<plural>.yaml, as controller-gen does it, or else by a pattern.
type source struct {
	groups  []string // suffixes of the API groups it has
	nested  string   // the nested module that pins it
	module  string   // with its version and hash where no package of it can be imported to pin it
	sum     string
	folder  string
	pattern string // of file names, the kind's stem at %s
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
			groups: []string{"meta.pkg.crossplane.io"},
			nested: "tests/crds/crossplane", module: "github.com/crossplane/crossplane/v2", folder: "cluster/meta",
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
		{
			groups: []string{"source.toolkit.fluxcd.io"},
			module: "github.com/fluxcd/source-controller@v1.8.0", folder: "config/crd/bases",
			sum: "h1:h549HUCBEG4jGs3uFYfb2+/XhJjcz+pvB8VG4mdSYDw=",
		},
		{
			groups: []string{"kustomize.toolkit.fluxcd.io"},
			module: "github.com/fluxcd/kustomize-controller@v1.9.4", folder: "config/crd/bases",
			sum: "h1:VBnBMhnemqnE5Zca2AoG2gC4472MoiTmk9rdqvLoMcY=",
		},
		{
			groups: []string{"argoproj.io"},
			module: "github.com/argoproj/argo-cd/v3@v3.3.2", folder: "manifests/crds", pattern: "%s*-crd.yaml",
			sum: "h1:kVHBj5Z0Wm2D6s69l0q6lC/WH5tc4E1peXgEEOPrLLU=",
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
	dir, err := s.dir()
	if err != nil {
		return nil, err
	}
	// The plural of a kind begins like the kind but for its last letter.
	stem := strings.ToLower(gvk.Kind[:len(gvk.Kind)-1])
	pattern := gvk.Group + "_" + stem + "*.yaml"
	if s.pattern != "" {
		pattern = fmt.Sprintf(s.pattern, stem)
	}
	files, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(s.folder), pattern))
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

func (s source) dir() (string, error) {
	if s.sum != "" {
		return gomodule.Download(s.module, s.sum)
	}
	return gomodule.Dir(s.nested, s.module)
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
