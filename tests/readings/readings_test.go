// Package readings holds the two readings of a plan together: what Crossplane
// will make of the emitted Compositions, by the real function, and what
// dominoc render says that it will make.
package readings

import (
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/xr"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/tests/function"
	"github.com/dominoc/dominoc/tests/random"
)

// plans is how many plans of each kind of composite resource are read twice,
// environments how many random ones there are to find them in: some kinds are
// in a quarter of all environments.
const plans, environments = 200, 900

// together is how many environments are compiled at once. Nearly each has Compositions
// of its own, and all 900 would take 5 GiB.
const together = 60

// Every emitted Composition, run by the real function on the composite resource
// that Crossplane would have, with each status path filled, gives exactly the
// objects that lowering the concrete plan gives. Nothing in lowering looks at a
// value, or this fails.
func TestTheFunctionMakesWhatRenderSays(t *testing.T) {
	all := random.Fleet(environments)
	identify(t, all[:identified])
	richestFirst(t, all)
	f := start(t)
	done := tally{made: map[string]int{}}
	for some := range slices.Chunk(all, together) {
		if done.complete() {
			break
		}
		fleet := compileAll(t, some)
		parallel(fleet.fleet.Names(), func(name string) { fleet.compare(t, f, name, &done) })
	}
	for _, kind := range xr.Kinds() {
		require.GreaterOrEqual(t, done.made[kind.Name], plans, "plans of %s", kind.Name)
	}
}

// compare reads an environment twice, if it has something of which too little was
// read.
func (f fleet) compare(t *testing.T, by *function.Function, name string, done *tally) {
	want, err := f.fleet.Render(name, true)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if !done.wants(want) {
		return
	}
	c := crossplane{t: t, function: by, compositions: f.compositions}
	got := c.reconcile(f.composites[name])
	if diff := cmp.Diff(byName(want), byName(got)); diff != "" {
		t.Errorf("%s: render says -, the function makes +\n%s", name, diff)
	}
	done.add(c.ran)
}

// richestFirst sorts environments: some as they come, then those with the most
// components, so that the rare kinds are soon enough.
func richestFirst(t *testing.T, all []*v1alpha1.Environment) {
	t.Helper()
	components := map[*v1alpha1.Environment]int{}
	for _, env := range all {
		p, found := plan.Resolve(env, nowhere)
		require.False(t, found.HasErrors())
		spec, err := xr.Content(p.Spec)
		require.NoError(t, err)
		components[env] = len(spec)
	}
	slices.SortStableFunc(all[together:], func(a, b *v1alpha1.Environment) int { return components[b] - components[a] })
}

// tally counts the plans that were read twice, by kind.
type tally struct {
	mu   sync.Mutex
	made map[string]int
}

// wants tells whether there is a kind among objects of which there are too few.
func (t *tally) wants(objects []function.Object) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.ContainsFunc(objects, func(object function.Object) bool {
		return object["apiVersion"] == xr.APIVersion && t.made[text(object, "kind")] < plans
	})
}

// complete tells whether there are enough of all kinds.
func (t *tally) complete() bool {
	return !slices.ContainsFunc(xr.Kinds(), func(kind xr.Kind) bool { return t.made[kind.Name] < plans })
}

func (t *tally) add(ran map[string]int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for kind, n := range ran {
		t.made[kind] += n
	}
}

// crossplane does what Crossplane does with one environment, as far as it
// decides what an object looks like.
type crossplane struct {
	t            *testing.T
	function     *function.Function
	compositions map[string]func() composition
	ran          map[string]int // Compositions that were run, by kind
}

// reconcile composes what a composite wants, and what each composite among
// that wants in turn.
func (c *crossplane) reconcile(composite function.Object) []function.Object {
	if c.ran == nil {
		c.ran = map[string]int{}
	}
	c.ran[composite["kind"].(string)]++
	name := text(composite, "spec", "crossplane", "compositionRef", "name")
	parse, ok := c.compositions[name]
	if !ok {
		c.t.Errorf("%s is pinned to %q, which was not emitted", nameOf(composite), name)
		return nil
	}
	composition := parse()
	composition.input.fill(composite, plan.Unknown)
	result, err := c.function.Run(c.t.Context(), composition.object, composite, nil)
	if err != nil || len(result.Messages) > 0 {
		c.t.Errorf("%s: %v %q", nameOf(composite), err, messages(result))
		return nil
	}
	var all []function.Object
	for _, key := range slices.Sorted(maps.Keys(result.Resources)) {
		object := result.Resources[key].Object
		place(object, composite, key)
		all = append(all, object)
		if object["apiVersion"] == xr.APIVersion {
			all = append(all, c.reconcile(maps.Clone(object))...)
		}
	}
	return all
}

func messages(result *function.Result) []string {
	if result == nil {
		return nil
	}
	return result.Messages
}

// place does to a composed object what Crossplane does before it is applied.
func place(object, composite function.Object, key string) {
	metadata := object["metadata"].(function.Object)
	metadata["namespace"] = composite["metadata"].(function.Object)["namespace"]
	annotations, _ := metadata["annotations"].(function.Object)
	if annotations == nil {
		annotations = function.Object{}
		metadata["annotations"] = annotations
	}
	annotations["crossplane.io/composition-resource-name"] = key
}

func byName(objects []function.Object) map[string]function.Object {
	named := map[string]function.Object{}
	for _, object := range objects {
		named[nameOf(object)] = object
	}
	return named
}

func nameOf(object function.Object) string {
	return strings.Join([]string{text(object, "apiVersion"), text(object, "kind"), text(object, "metadata", "name")}, " ")
}

// parallel calls f for each name; t.Fatal is not for the goroutines it runs in.
func parallel(names []string, f func(string)) {
	next := make(chan string)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for name := range next {
				f(name)
			}
		})
	}
	for _, name := range names {
		next <- name
	}
	close(next)
	workers.Wait()
}
