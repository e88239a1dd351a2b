package tests

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The worked example of ARCHITECTURE.md is one subnet of the sample fleet's
// production: its source, and both readings as the compiler gives them.
func TestArchitectureShowsTheTwoReadingsOfASubnet(t *testing.T) {
	fleet := sample(t)
	requireBlock(t, "ARCHITECTURE.md", "lowering", fenced("go", text(t, "compositions/components/network/subnet.go", "subnet")))
	requireBlock(t, "ARCHITECTURE.md", "rendered", fenced("yaml", yamlOf(t, rendered(t, fleet, "prod-us-network-private-z0"))))
	requireBlock(t, "ARCHITECTURE.md", "composed", fenced("yaml", yamlOf(t, composed(t, fleet, "private-z0"))))
}

// sample is the fleet below environments/, compiled.
func sample(t *testing.T) *compositions.Fleet {
	t.Helper()
	folders, err := load.New(root(t)).Find([]string{"./environments/..."})
	require.NoError(t, err)
	var inputs []compositions.Input
	for _, result := range load.New(root(t)).All(folders, 1) {
		require.NotNil(t, result.Environment, "%s: %v", result.Folder.Dir, result.Diagnostics)
		inputs = append(inputs, compositions.Input{Environment: result.Environment, At: result.Source.At})
	}
	fleet, diagnostics, err := compositions.Compile(inputs)
	require.NoError(t, err)
	require.False(t, diagnostics.HasErrors(), "%v", diagnostics)
	return fleet
}

func rendered(t *testing.T, fleet *compositions.Fleet, name string) map[string]any {
	t.Helper()
	objects, err := fleet.Render("prod-us", true)
	require.NoError(t, err)
	for _, object := range objects {
		if object["kind"] == "Subnet" && object["metadata"].(map[string]any)["name"] == name {
			return object
		}
	}
	require.FailNow(t, "no subnet is called "+name)
	return nil
}

// composed is a resource's template in the Composition that prod-us has for its
// network.
func composed(t *testing.T, fleet *compositions.Fleet, key string) any {
	t.Helper()
	objects, err := fleet.Render("prod-us", true)
	require.NoError(t, err)
	for _, object := range objects {
		if object["kind"] == "DominoNetwork" {
			spec := object["spec"].(map[string]any)["crossplane"].(map[string]any)
			return template(t, fleet, spec["compositionRef"].(map[string]any)["name"].(string), key)
		}
	}
	require.FailNow(t, "prod-us has no network")
	return nil
}

func template(t *testing.T, fleet *compositions.Fleet, composition, key string) any {
	t.Helper()
	files, err := output.Of(fleet, v1alpha1.GitOps{}).Files()
	require.NoError(t, err)
	for _, file := range files {
		if !strings.HasSuffix(file.Path, "/"+composition+".yaml") {
			continue
		}
		content := struct {
			Spec struct {
				Pipeline []struct {
					Input struct{ Resources []map[string]any }
				}
			}
		}{}
		require.NoError(t, yaml.Unmarshal(file.Content, &content))
		for _, resource := range content.Spec.Pipeline[0].Input.Resources {
			if resource["name"] == key {
				return resource
			}
		}
	}
	require.FailNow(t, "no template", "%s of %s", key, composition)
	return nil
}

// text is that of a function, as gofmt prints it.
func text(t *testing.T, file, name string) string {
	t.Helper()
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, filepath.Join(root(t), filepath.FromSlash(file)), nil, parser.ParseComments|parser.SkipObjectResolution)
	require.NoError(t, err)
	for _, declaration := range parsed.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || function.Name.Name != name {
			continue
		}
		var text bytes.Buffer
		require.NoError(t, format.Node(&text, files, function))
		return text.String() + "\n"
	}
	require.FailNow(t, "no function", "%s in %s", name, file)
	return ""
}

func yamlOf(t *testing.T, object any) string {
	t.Helper()
	text, err := emit.YAML(object)
	require.NoError(t, err)
	return string(text)
}

func fenced(language, content string) string {
	return "```" + language + "\n" + content + "```\n"
}
