package xr

import (
	"testing"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/compositions/resource"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

func TestSymbolicKeepsShapeAndReplacesValues(t *testing.T) {
	symbols := &Symbols{}
	pool := Symbolic(symbols, "spec", v1alpha1.NodePoolSpec{
		Pool:          "default",
		Role:          "compute",
		InstanceTypes: []string{"m6i.2xlarge", "m6a.2xlarge"},
		Labels:        map[string]string{"a": "b"},
		Taints:        []v1alpha1.TaintSpec{{Key: "gpu", Effect: "NO_SCHEDULE"}},
		Disk:          v1alpha1.DiskSpec{SizeGiB: 400, Type: "gp3"},
		Zones:         map[string]v1alpha1.ZoneSpec{"z0": {Zone: "us-west-2a", Min: 0}},
	})
	require.Equal(t, v1alpha1.NodeRole("compute"), pool.Role, "an enum is shape")
	require.Equal(t, "spec.pool", only(t, pool.Pool, textSymbol))
	require.Equal(t, "spec.instanceTypes", only(t, pool.InstanceTypes[0], listSymbol))
	require.Len(t, pool.InstanceTypes, 1, "one element stands for the whole list")
	require.Contains(t, pool.Labels, symbol(mapSymbol, "spec.labels"))
	require.Equal(t, "spec.taints[0].key", only(t, pool.Taints[0].Key, textSymbol))
	require.Empty(t, pool.Taints[0].Value, "an absent field stays absent")
	require.Empty(t, pool.Version)
	require.Equal(t, "spec.disk.sizeGiB", symbols.pathOf(float64(pool.Disk.SizeGiB)))
	require.Zero(t, pool.Disk.IOPS, "an absent number stays absent")
	require.Equal(t, "spec.zones.z0.min", symbols.pathOf(float64(pool.Zones["z0"].Min)), "a required number is a value even when it is 0")
}

func only(t *testing.T, text string, kind rune) string {
	t.Helper()
	path, ok := cutSymbol(text, kind)
	require.True(t, ok, "%q is one symbol", text)
	return path
}

// compose lowers one object whose content is given and returns its template.
func compose(t *testing.T, symbols *Symbols, content map[string]any, exports ...resource.Export) map[string]any {
	t.Helper()
	composition, err := Compose(Network, symbols, []resource.Resource{{
		Key:     "thing",
		Object:  &unstructured.Unstructured{Object: content},
		Ready:   []xpv1.ConditionType{xpv1.TypeReady, xpv1.TypeSynced},
		Exports: exports,
	}})
	require.NoError(t, err)
	step := composition["spec"].(map[string]any)["pipeline"].([]any)[0].(map[string]any)
	return step["input"].(map[string]any)
}

func template(t *testing.T, input map[string]any) map[string]any {
	t.Helper()
	return input["resources"].([]any)[0].(map[string]any)
}

func text(path string) string { return symbol(textSymbol, path) }

func TestAFieldThatIsOneSymbolIsCopied(t *testing.T) {
	got := template(t, compose(t, &Symbols{}, map[string]any{
		"kind": "VPC", "spec": map[string]any{"region": text("spec.common.region"), "dns": true},
	}))
	require.Equal(t, map[string]any{"kind": "VPC", "spec": map[string]any{"dns": true}}, got["base"])
	require.Empty(t, cmp.Diff([]patch{{
		"type": "FromCompositeFieldPath", "fromFieldPath": "spec.common.region", "toFieldPath": "spec.region",
		"policy": map[string]any{"fromFieldPath": "Required"},
	}}, got["patches"]))
}

func TestATextWithSymbolsIsCombinedAndItsPercentSignsDoubled(t *testing.T) {
	got := template(t, compose(t, &Symbols{}, map[string]any{
		"kind": "Role", "metadata": map[string]any{"annotations": map[string]any{
			"crossplane.io/external-name": "50%-" + text("spec.common.name") + "-of-" + text("spec.common.region"),
		}},
	}))
	require.Equal(t, map[string]any{"kind": "Role"}, got["base"])
	require.Empty(t, cmp.Diff([]patch{{
		"type": "CombineFromComposite", "toFieldPath": "metadata.annotations[crossplane.io/external-name]",
		"policy": map[string]any{"fromFieldPath": "Required"},
		"combine": map[string]any{
			"strategy":  "string",
			"string":    map[string]any{"fmt": "50%%-%s-of-%s"},
			"variables": []any{map[string]any{"fromFieldPath": "spec.common.name"}, map[string]any{"fromFieldPath": "spec.common.region"}},
		},
	}}, got["patches"]))
}

func TestATextThatStandsInBase64IsEncodedByTheFunction(t *testing.T) {
	got := template(t, compose(t, &Symbols{}, map[string]any{"kind": "LaunchTemplate", "spec": map[string]any{
		"constant": resource.Base64("100%\n"),
		"copied":   resource.Base64(text("spec.userData")),
		"combined": resource.Base64("name: " + text("spec.common.name") + "\n"),
	}}))
	require.Equal(t, map[string]any{"kind": "LaunchTemplate", "spec": map[string]any{"constant": "MTAwJQo="}}, got["base"])
	encoded := []any{map[string]any{"type": "string", "string": map[string]any{"type": "Convert", "convert": "ToBase64"}}}
	require.Empty(t, cmp.Diff([]patch{
		{
			"type": "CombineFromComposite", "toFieldPath": "spec.combined",
			"policy": map[string]any{"fromFieldPath": "Required"},
			"combine": map[string]any{
				"strategy":  "string",
				"string":    map[string]any{"fmt": "name: %s\n"},
				"variables": []any{map[string]any{"fromFieldPath": "spec.common.name"}},
			},
			"transforms": encoded,
		},
		{
			"type": "FromCompositeFieldPath", "fromFieldPath": "spec.userData", "toFieldPath": "spec.copied",
			"policy": map[string]any{"fromFieldPath": "Required"}, "transforms": encoded,
		},
	}, got["patches"]))
}

func TestAMapThatHoldsASymbolIsMergedBesideItsConstants(t *testing.T) {
	got := template(t, compose(t, &Symbols{}, map[string]any{
		"kind": "Subnet", "spec": map[string]any{"tags": map[string]any{
			symbol(mapSymbol, "spec.common.tags"): "", "kubernetes.io/role/elb": "1", "Name": text("spec.name"),
		}},
	}))
	require.Equal(t, map[string]any{"kind": "Subnet", "spec": map[string]any{"tags": map[string]any{"kubernetes.io/role/elb": "1"}}}, got["base"])
	require.Empty(t, cmp.Diff([]patch{
		{
			"type": "FromCompositeFieldPath", "fromFieldPath": "spec.common.tags", "toFieldPath": "spec.tags",
			"policy": map[string]any{"fromFieldPath": "Required", "toFieldPath": "MergeObjects"},
		},
		{
			"type": "FromCompositeFieldPath", "fromFieldPath": "spec.name", "toFieldPath": "spec.tags.Name",
			"policy": map[string]any{"fromFieldPath": "Required"},
		},
	}, got["patches"]))
}

func TestListsKeepTheirPlacesWhereSymbolsWere(t *testing.T) {
	symbols := &Symbols{}
	got := template(t, compose(t, symbols, map[string]any{
		"kind": "Cluster",
		"spec": map[string]any{
			"whole":   []any{symbol(listSymbol, "spec.cidrs")},
			"texts":   []any{text("spec.a"), "constant"},
			"objects": []any{map[string]any{"id": text("spec.b")}, map[string]any{"size": symbols.number("spec.size")}},
		},
	}))
	require.Equal(t, map[string]any{"kind": "Cluster", "spec": map[string]any{
		"texts":   []any{"", "constant"},
		"objects": []any{map[string]any{}, map[string]any{}},
	}}, got["base"])
	var to []string
	for _, p := range got["patches"].([]patch) {
		to = append(to, p["fromFieldPath"].(string)+" "+p["toFieldPath"].(string))
	}
	require.Equal(t, []string{
		"spec.b spec.objects[0].id", "spec.size spec.objects[1].size", "spec.a spec.texts[0]", "spec.cidrs spec.whole",
	}, to)
}

func TestAValueOfTheStatusIsStickyAndReadFromTheEnvironment(t *testing.T) {
	input := compose(t, &Symbols{},
		map[string]any{"kind": "Key", "spec": map[string]any{"policy": text("spec.account") + text("status.keyARN")}},
		resource.Export{From: "status.atProvider.arn", To: "keyARN"},
		resource.Export{From: "status.atProvider.latestVersion", To: "version", Text: true})
	require.Empty(t, cmp.Diff([]any{
		patch{"type": "FromCompositeFieldPath", "fromFieldPath": "status.keyARN", "toFieldPath": "status.keyARN"},
		patch{"type": "ToCompositeFieldPath", "fromFieldPath": "status.keyARN", "toFieldPath": "status.keyARN"},
		patch{"type": "FromCompositeFieldPath", "fromFieldPath": "status.version", "toFieldPath": "status.version"},
		patch{"type": "ToCompositeFieldPath", "fromFieldPath": "status.version", "toFieldPath": "status.version"},
		patch{"type": "FromCompositeFieldPath", "fromFieldPath": "spec.account", "toFieldPath": "spec.account"},
	}, input["environment"].(map[string]any)["patches"]))
	patches := template(t, input)["patches"].([]patch)
	require.Equal(t, "CombineFromEnvironment", patches[0]["type"])
	require.Equal(t, "ToEnvironmentFieldPath", patches[1]["type"])
	require.Equal(t, "ToCompositeFieldPath", patches[2]["type"])
	require.Equal(t, "status.version", patches[4]["toFieldPath"])
	require.NotEmpty(t, patches[4]["transforms"], "a number becomes text")
}

// What the status repeats goes first and replaces the whole; what AWS made known
// below the same field comes after it.
func TestAStatusRepeatsAFieldOfTheSpecAndAddsToIt(t *testing.T) {
	composition, err := Compose(Kind{Name: "Thing", Repeated: []string{"outputs"}}, &Symbols{}, []resource.Resource{{
		Key:     "key",
		Object:  &unstructured.Unstructured{Object: map[string]any{"kind": "Key"}},
		Exports: []resource.Export{{From: "status.atProvider.arn", To: "outputs.keyARN"}},
	}})
	require.NoError(t, err)
	step := composition["spec"].(map[string]any)["pipeline"].([]any)[0].(map[string]any)
	require.Empty(t, cmp.Diff([]any{
		patch{"type": "FromCompositeFieldPath", "fromFieldPath": "spec.outputs", "toFieldPath": "status.outputs"},
		patch{"type": "ToCompositeFieldPath", "fromFieldPath": "status.outputs", "toFieldPath": "status.outputs"},
		patch{"type": "FromCompositeFieldPath", "fromFieldPath": "status.outputs.keyARN", "toFieldPath": "status.outputs.keyARN"},
		patch{"type": "ToCompositeFieldPath", "fromFieldPath": "status.outputs.keyARN", "toFieldPath": "status.outputs.keyARN"},
	}, step["input"].(map[string]any)["environment"].(map[string]any)["patches"]))
}

func TestACompositionIsNamedByItsContent(t *testing.T) {
	name := func(kind string) any {
		composition, err := Compose(Network, &Symbols{}, []resource.Resource{{
			Key: "thing", Object: &unstructured.Unstructured{Object: map[string]any{"kind": kind}},
		}})
		require.NoError(t, err)
		return composition["metadata"].(map[string]any)["name"]
	}
	require.Equal(t, name("VPC"), name("VPC"))
	require.NotEqual(t, name("VPC"), name("Subnet"))
}

func TestEveryKindHasADefinition(t *testing.T) {
	for _, kind := range Kinds() {
		t.Run(kind.Name, func(t *testing.T) {
			definition, err := Definition(kind)
			require.NoError(t, err)
			spec := definition["spec"].(map[string]any)
			require.Equal(t, "Namespaced", spec["scope"])
			for field, value := range spec["versions"].([]any)[0].(map[string]any) {
				require.NotEmpty(t, value, "Crossplane drops an empty %s and owns the versions from then on", field)
			}
		})
	}
}

func TestADigestTellsValuesApart(t *testing.T) {
	values := []any{nil, "", "1", 1.0, true, "true", []any{}, []any{"a", "b"}, []any{"ab"}, map[string]any{"a": "b"}, map[string]any{"ab": ""}}
	seen := map[string]any{}
	for _, value := range values {
		require.NotContains(t, seen, digest(value), "%#v", value)
		seen[digest(value)] = value
	}
}

// Which resources have an id in Git decides what a Composition patches; the ids
// themselves are only carried.
func TestOfAMapOfANamedTypeTheKeysAreShape(t *testing.T) {
	symbolic := Symbolic(&Symbols{}, "spec.ids", v1alpha1.ComponentIDs{"vpc": "vpc-1"})
	require.Len(t, symbolic, 1)
	require.Contains(t, symbolic["vpc"], "spec.ids.vpc")
	require.NotContains(t, symbolic["vpc"], "vpc-1")
}
