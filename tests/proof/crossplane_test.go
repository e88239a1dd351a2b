package proof

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/gomodule"
)

// crossplane reads the types of provider-aws out of its source: what a field of
// forProvider is called in Terraform, and what a reference fills in.
type crossplane struct {
	t      *testing.T
	dir    string
	groups map[string]map[string]*ast.StructType
}

// field is a field below forProvider.
type field struct {
	name      string // in the object
	attribute string // in Terraform
	below     []field
	refers    string // kind that a reference fills it in from
	takes     string // what of that kind: its name, or arn
}

func newCrossplane(t *testing.T) *crossplane {
	dir, err := gomodule.Dir(".", "github.com/upbound/provider-aws/v2")
	require.NoError(t, err)
	return &crossplane{t, dir, map[string]map[string]*ast.StructType{}}
}

func (c *crossplane) folder(group string) string {
	service, _, _ := strings.Cut(group, ".")
	return filepath.Join(c.dir, "apis", "namespaced", service, "v1beta1")
}

// structs are the structs of a group, by name.
func (c *crossplane) structs(group string) map[string]*ast.StructType {
	if known, ok := c.groups[group]; ok {
		return known
	}
	out := map[string]*ast.StructType{}
	files, err := filepath.Glob(filepath.Join(c.folder(group), "zz_*_types.go"))
	require.NoError(c.t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		require.NoError(c.t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if s, ok := spec.Type.(*ast.StructType); ok {
					out[spec.Name.Name] = s
				}
			}
			return true
		})
	}
	c.groups[group] = out
	return out
}

var resourceType = regexp.MustCompile(`return "(aws_\w+)"`)

// terraform returns the resource type of a kind.
func (c *crossplane) terraform(group, kind string) string {
	content, err := os.ReadFile(filepath.Join(c.folder(group), "zz_"+strings.ToLower(kind)+"_terraformed.go"))
	require.NoError(c.t, err)
	return resourceType.FindStringSubmatch(string(content))[1]
}

// fields returns what a kind has below forProvider.
func (c *crossplane) fields(group, kind string) []field {
	spec, there := c.structs(group)[kind+"Spec"]
	require.True(c.t, there, "%s: no kind %s", group, kind)
	for _, f := range spec.Fields.List {
		if len(f.Names) == 1 && f.Names[0].Name == "ForProvider" {
			return c.below(group, element(f.Type))
		}
	}
	require.Fail(c.t, "no forProvider", "%s/%s", group, kind)
	return nil
}

func (c *crossplane) below(group, name string) []field {
	var all []field
	s, there := c.structs(group)[name]
	require.True(c.t, there, "%s: no struct %s", group, name)
	for _, f := range s.Fields.List {
		if f.Tag == nil {
			continue
		}
		tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`"))
		attribute, _, _ := strings.Cut(tag.Get("tf"), ",")
		if attribute == "-" || attribute == "" {
			continue
		}
		one := field{attribute: attribute}
		one.name, _, _ = strings.Cut(tag.Get("json"), ",")
		if of := element(f.Type); strings.Contains(of, "Parameters") {
			one.below = c.below(group, of)
		}
		one.refers, one.takes = reference(f.Doc)
		all = append(all, one)
	}
	return all
}

// element returns the name of the type behind pointers and lists.
func element(e ast.Expr) string {
	switch v := e.(type) {
	case *ast.StarExpr:
		return element(v.X)
	case *ast.ArrayType:
		return element(v.Elt)
	case *ast.Ident:
		return v.Name
	}
	return ""
}

// reference reads the markers above a field that a reference can fill in.
func reference(doc *ast.CommentGroup) (kind, takes string) {
	if doc == nil {
		return "", ""
	}
	for _, line := range doc.List {
		marker, value, _ := strings.Cut(strings.TrimPrefix(line.Text, "// +crossplane:generate:reference:"), "=")
		switch marker {
		case "type":
			path := strings.Split(value, "/")
			last := path[len(path)-1]
			_, kind, _ = strings.Cut(last, ".")
			if len(path) > 2 {
				kind = path[len(path)-2] + ".aws.m.upbound.io/" + kind
			}
			takes = "name"
		case "extractor":
			if takes = value; strings.HasSuffix(value, "ARNExtractor()") || strings.Contains(value, `"arn"`) {
				takes = "arn"
			}
		}
	}
	switch {
	case strings.Contains(takes, "ExternalNameIfClusterActive"):
		takes = "name"
	case strings.Contains(takes, "TerraformID") || strings.Contains(takes, "ExtractResourceID"):
		takes = "id"
	case strings.Contains(takes, "ExtractParamPath"):
		takes = strings.Split(takes, `"`)[1]
	}
	return kind, takes
}
