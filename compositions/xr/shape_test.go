package xr

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/tests/random"
)

// shapeOf is the key of a plan of some sort.
func shapeOf(sort string, plan any) []byte {
	s := Shape{Key: []byte(sort)}
	s.Add(plan)
	return s.Key
}

// Two plans have one shape where their symbolic copies are equal, and only there.
func TestAShapeStandsForTheSymbolicCopy(t *testing.T) {
	shapes, copies := map[string]string{}, map[string]string{}
	met := 0
	same := func(seed uint64, shape []byte, symbolic any) {
		text, err := json.Marshal(symbolic)
		require.NoError(t, err)
		if known, again := copies[string(text)]; again {
			require.Equal(t, known, string(shape), "seed %d", seed)
			met++
		}
		if known, again := shapes[string(shape)]; again {
			require.Equal(t, known, string(text), "seed %d", seed)
		}
		copies[string(text)], shapes[string(shape)] = string(shape), string(text)
	}
	for seed := range uint64(200) {
		p, found := plan.Resolve(random.Environment(random.New(seed)), func(diag.Path) diag.Pos { return diag.Pos{} })
		require.False(t, found.HasErrors())
		spec := p.Spec
		same(seed, shapeOf("environment ", spec), Symbolic(&Symbols{}, "spec", spec))
		same(seed, shapeOf("storage ", spec.Storage), Symbolic(&Symbols{}, "spec", spec.Storage))
		same(seed, shapeOf("common ", spec.Common), Symbolic(&Symbols{}, "spec.common", spec.Common))
		for _, pool := range spec.Pools {
			same(seed, shapeOf("pool ", pool), Symbolic(&Symbols{}, "spec", pool))
		}
	}
	require.NotZero(t, met, "no shape was met twice")
}

// A list of structs differs by its length, a map by its keys, an enum and a boolean
// by their value; texts and numbers differ by whether they are there.
func TestWhatIsShapeTellsPlansApart(t *testing.T) {
	type part struct {
		Text  string            `json:"text,omitempty"`
		Must  string            `json:"must"`
		Yes   bool              `json:"yes"`
		List  []struct{}        `json:"list,omitempty"`
		Map   map[string]part   `json:"map,omitempty"`
		Texts map[string]string `json:"texts,omitempty"`
		There *struct{}         `json:"there,omitempty"`
	}
	shape := func(p part) string { return string(shapeOf("", p)) }
	different := map[string]bool{}
	for _, p := range []part{
		{}, {Text: "a"}, {Yes: true}, {List: make([]struct{}, 1)}, {List: make([]struct{}, 2)}, {There: &struct{}{}},
		{Map: map[string]part{"a": {}}}, {Map: map[string]part{"b": {}}}, {Map: map[string]part{"a": {Text: "a"}}},
		{Texts: map[string]string{"a": "b"}},
	} {
		require.False(t, different[shape(p)], "%+v", p)
		different[shape(p)] = true
	}
	require.Equal(t, shape(part{Text: "a", Texts: map[string]string{"a": "b"}}), shape(part{Text: "b", Must: "c", Texts: map[string]string{"b": "c"}}))
}
