package readings

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/crossplane/crossplane-runtime/v2/pkg/fieldpath"
	"github.com/stretchr/testify/require"
	k8s "k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/function"
	"github.com/dominoc/dominoc/tests/random"
)

// fleet is random environments, compiled, and the emitted manifests of theirs
// that the function sees.
type fleet struct {
	fleet        *compositions.Fleet
	compositions map[string]func() composition // by name; parsed when first asked for
	composites   map[string]function.Object    // by environment
	definitions  []function.Object
}

// composition is an emitted Composition, and the function's input in it.
type composition struct {
	object function.Object
	input  input
}

// compile compiles n random environments, of which some have ids.
func compile(t *testing.T, n int) fleet {
	t.Helper()
	environments := random.Fleet(n)
	identify(t, environments[:min(identified, n)])
	return compileAll(t, environments)
}

func compileAll(t *testing.T, environments []*v1alpha1.Environment) fleet {
	t.Helper()
	compiled, diagnostics, err := compositions.Compile(inputs(environments))
	require.NoError(t, err)
	require.False(t, diagnostics.HasErrors(), "%v", diagnostics)
	files, err := output.Of(compiled, v1alpha1.GitOps{}).Files()
	require.NoError(t, err)
	out := fleet{fleet: compiled, compositions: map[string]func() composition{}, composites: map[string]function.Object{}}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file.Path), ".yaml")
		switch path.Dir(file.Path) {
		case "platform/compositions":
			out.compositions[name] = sync.OnceValue(func() composition { return parseComposition(file) })
		case "platform/definitions":
			out.definitions = append(out.definitions, parse(file))
		}
		if name == "environment" {
			composite := parse(file)
			out.composites[text(composite, "metadata", "name")] = composite
		}
	}
	return out
}

func inputs(environments []*v1alpha1.Environment) []compositions.Input {
	var all []compositions.Input
	for i, env := range environments {
		provider := catalog.ProviderAWS{SizesInPlace: i%3 == 0}
		all = append(all, compositions.Input{Environment: env, At: nowhere, Provider: provider})
	}
	return all
}

func nowhere(diag.Path) diag.Pos { return diag.Pos{} }

// identified is how many environments are looked at for ids: an environment with
// ids shares its Compositions with no other, and they are compiled twice.
const identified = 24

// identify gives every second environment ids: of all its resources whose id AWS
// makes, or of every third, as when a pool was added since.
func identify(t *testing.T, environments []*v1alpha1.Environment) {
	t.Helper()
	compiled, diagnostics, err := compositions.Compile(inputs(environments))
	require.NoError(t, err)
	require.False(t, diagnostics.HasErrors(), "%v", diagnostics)
	for i := 0; i < len(environments); i += 2 {
		env := environments[i]
		identities, err := compiled.Identities(env.Name)
		require.NoError(t, err)
		env.IDs = map[string]v1alpha1.ComponentIDs{}
		for j, identity := range identities {
			if i%4 == 0 && j%3 != 0 {
				continue
			}
			if env.IDs[identity.Component] == nil {
				env.IDs[identity.Component] = v1alpha1.ComponentIDs{}
			}
			env.IDs[identity.Component][identity.Key] = idOf(env, identity)
		}
	}
}

// idOf is an id of the form of its kind, one for each resource: the last digits of the
// example are others.
func idOf(env *v1alpha1.Environment, identity externalname.Identity) string {
	rule, _ := externalname.Of(identity.Kind)
	example := strings.ReplaceAll(rule.Example, "123456789012", env.Account)
	sum := crc32.ChecksumIEEE([]byte(env.Name + identity.Name))
	return example[:len(example)-7] + fmt.Sprintf("%08x", sum)[:7]
}

// parse reads a file that the compiler has just written.
func parse(file emit.File) function.Object {
	object := function.Object{}
	if err := yaml.UnmarshalStrict(file.Content, &object); err != nil {
		panic(file.Path + ": " + err.Error())
	}
	return object
}

// start starts the function for one test.
func start(t *testing.T) *function.Function {
	t.Helper()
	f, err := function.Start()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Stop()) })
	return f
}

// patch is a patch of a Composition, as far as the tests look at it.
type patch struct {
	Type          string
	FromFieldPath string
	ToFieldPath   string
	Transforms    []any
	Combine       struct {
		Variables []struct{ FromFieldPath string }
	}
}

// reads are the paths that the patch takes values from.
func (p patch) reads() []string {
	paths := []string{p.FromFieldPath}
	for _, variable := range p.Combine.Variables {
		paths = append(paths, variable.FromFieldPath)
	}
	return paths
}

// input is the function's input in a Composition.
type input struct {
	Environment struct{ Patches []patch }
	Resources   []struct {
		Name    string
		Base    function.Object
		Patches []patch
	}
}

func parseComposition(file emit.File) composition {
	out := composition{object: parse(file)}
	steps := out.object["spec"].(function.Object)["pipeline"].([]any)
	data, err := json.Marshal(steps[0].(function.Object)["input"])
	if err == nil {
		err = json.Unmarshal(data, &out.input)
	}
	if err != nil || len(steps) != 1 {
		panic(fmt.Sprintf("%s: %d steps, %v", file.Path, len(steps), err))
	}
	return out
}

// statusReads are the status paths that a Composition's resources need.
func (in input) statusReads() []string {
	var paths []string
	for _, resource := range in.Resources {
		for _, p := range resource.Patches {
			if strings.HasPrefix(p.Type, "To") {
				continue
			}
			for _, path := range p.reads() {
				if strings.HasPrefix(path, "status.") {
					paths = append(paths, path)
				}
			}
		}
	}
	return paths
}

// An export copies a field of an observed resource into the status.
type export struct {
	key, from, to string
	text          bool // the field is a number, the status a text
}

// exports are what a Composition's resources make known.
func (in input) exports() []export {
	var exports []export
	for _, resource := range in.Resources {
		for _, p := range resource.Patches {
			if p.Type == "ToCompositeFieldPath" {
				exports = append(exports, export{resource.Name, p.FromFieldPath, p.ToFieldPath, len(p.Transforms) > 0})
			}
		}
	}
	return exports
}

// fill gives every status path that the resources need a value.
func (in input) fill(composite function.Object, value string) {
	for _, path := range in.statusReads() {
		set(composite, path, value)
	}
}

func set(object function.Object, path string, value any) {
	if err := fieldpath.Pave(object).SetValue(path, value); err != nil {
		panic(err) // the paths come from the Composition, and the status is empty
	}
}

func unset(object function.Object, path string) {
	if err := fieldpath.Pave(object).DeleteField(path); err != nil {
		panic(err) // it was set a moment ago
	}
}

// clone is a deep copy.
func clone(object function.Object) function.Object {
	return k8s.DeepCopyJSON(object)
}

// text is the string at a path of keys, or nothing.
func text(object function.Object, path ...string) string {
	for _, key := range path[:len(path)-1] {
		object, _ = object[key].(function.Object)
	}
	value, _ := object[path[len(path)-1]].(string)
	return value
}
