package composed_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/compositions/composed"
)

// rendered is an environment with one component that makes one object.
const rendered = `
apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {name: parent}
spec:
  compositeTypeRef: {apiVersion: dominoc.dev/v1alpha1, kind: DominoEnvironment}
  mode: Pipeline
  pipeline:
  - step: resources
    functionRef: {name: function-patch-and-transform}
    input:
      apiVersion: pt.fn.crossplane.io/v1beta1
      kind: Resources
      resources:
      - name: network
        base:
          apiVersion: dominoc.dev/v1alpha1
          kind: DominoNetwork
          spec: {crossplane: {compositionRef: {name: child}}}
        patches:
        - {type: FromCompositeFieldPath, fromFieldPath: spec.network, toFieldPath: spec, policy: {fromFieldPath: Required, toFieldPath: MergeObjects}}
---
apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {name: child}
spec:
  compositeTypeRef: {apiVersion: dominoc.dev/v1alpha1, kind: DominoNetwork}
  mode: Pipeline
  pipeline:
  - step: resources
    functionRef: {name: function-patch-and-transform}
    input:
      apiVersion: pt.fn.crossplane.io/v1beta1
      kind: Resources
      environment:
        patches:
        - {type: FromCompositeFieldPath, fromFieldPath: status.keyARN, toFieldPath: status.keyARN}
        - {type: ToCompositeFieldPath, fromFieldPath: status.keyARN, toFieldPath: status.keyARN}
        - {type: FromCompositeFieldPath, fromFieldPath: spec.account, toFieldPath: spec.account}
      resources:
      - name: thing
        base:
          kind: Thing
          spec: {tags: {a: ours}, list: ["", constant]}
        patches:
        - {type: FromCompositeFieldPath, fromFieldPath: spec.tags, toFieldPath: spec.tags, policy: {fromFieldPath: Required, toFieldPath: MergeObjects}}
        - {type: FromCompositeFieldPath, fromFieldPath: spec.name, toFieldPath: "spec.list[0]", policy: {fromFieldPath: Required}}
        - {type: FromEnvironmentFieldPath, fromFieldPath: status.keyARN, toFieldPath: spec.key, policy: {fromFieldPath: Required}}
        - type: CombineFromComposite
          toFieldPath: metadata.name
          policy: {fromFieldPath: Required}
          combine: {strategy: string, variables: [{fromFieldPath: spec.name}], string: {fmt: "100%%-%s"}}
        - type: CombineFromEnvironment
          toFieldPath: spec.policy
          policy: {fromFieldPath: Required}
          combine: {strategy: string, variables: [{fromFieldPath: spec.account}, {fromFieldPath: status.keyARN}], string: {fmt: "%s: %s"}}
        - {type: FromCompositeFieldPath, fromFieldPath: spec.name, toFieldPath: spec.encoded, policy: {fromFieldPath: Required}, transforms: [{type: string, string: {type: Convert, convert: ToBase64}}]}
        - type: CombineFromComposite
          toFieldPath: spec.userData
          policy: {fromFieldPath: Required}
          combine: {strategy: string, variables: [{fromFieldPath: spec.name}], string: {fmt: "for %s"}}
          transforms: [{type: string, string: {type: Convert, convert: ToBase64}}]
        - {type: ToEnvironmentFieldPath, fromFieldPath: status.atProvider.arn, toFieldPath: status.keyARN}
        - {type: ToCompositeFieldPath, fromFieldPath: status.atProvider.version, toFieldPath: status.version, transforms: [{type: convert, convert: {toType: string}}]}
        readinessChecks: [{type: None}]
---
apiVersion: v1
kind: Namespace
metadata: {name: domino-prod}
---
apiVersion: dominoc.dev/v1alpha1
kind: DominoEnvironment
metadata: {name: prod, namespace: domino-prod}
spec:
  crossplane: {compositionRef: {name: parent}}
  network: {name: vpc, account: "123", tags: {a: theirs, b: theirs}}
`

func read(t *testing.T, text string) ([]composed.Environment, error) {
	t.Helper()
	return composed.Environments(documents(t, text))
}

func documents(t *testing.T, text string) []map[string]any {
	t.Helper()
	var objects []map[string]any
	for document := range strings.SplitSeq(text, "\n---\n") {
		var object map[string]any
		require.NoError(t, yaml.UnmarshalStrict([]byte(document), &object))
		objects = append(objects, object)
	}
	return objects
}

func TestAnObjectIsPatchedAsTheFunctionDoesIt(t *testing.T) {
	environments, err := read(t, rendered)
	require.NoError(t, err)
	require.Len(t, environments, 1)
	require.Equal(t, "prod", environments[0].Name)
	require.Empty(t, cmp.Diff([]composed.Resource{{Component: "network", Key: "thing", Object: map[string]any{
		"kind": "Thing",
		"metadata": map[string]any{
			"name": "100%-vpc", "namespace": "domino-prod",
			"annotations": map[string]any{"crossplane.io/composition-resource-name": "thing"},
		},
		"spec": map[string]any{
			"tags":   map[string]any{"a": "ours", "b": "theirs"},
			"list":   []any{"vpc", "constant"},
			"key":    "(known after apply)",
			"policy": "123: (known after apply)",

			"encoded":  "dnBj",
			"userData": "Zm9yIHZwYw==",
		},
	}}}, environments[0].Resources))
}

// Each part of the manifests in turn is replaced by one that dominoc does not
// write, or that cannot be.
func TestWhatIsNotKnownIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"another function": {
			"functionRef: {name: function-patch-and-transform}", "functionRef: {name: function-kcl}",
			`prod: the Composition "parent": its function is "function-kcl"; one of ours runs "function-patch-and-transform"`,
		},
		"a Composition that is missing": {
			"metadata: {name: child}", "metadata: {name: other}",
			`prod: network: the Composition "child": it is not among the manifests`,
		},
		"another part of a resource": {
			"readinessChecks: [{type: None}]", "connectionDetails: []",
			`prod: network: the Composition "child": unknown field "connectionDetails" is not of ours`,
		},
		"another transform of a text": {
			"convert: ToBase64}}]}", "convert: ToUpper}}]}",
			`prod: network: the Composition "child": resource "thing": patches[5] of spec.encoded is of a form that dominoc does not write: type "FromCompositeFieldPath", policy "Required" and "", transforms [map[string:map[convert:ToUpper type:Convert] type:string]]`,
		},
		"another part of a patch": {
			"fromFieldPath: spec.name, toFieldPath", "patchSetName: tags, toFieldPath",
			`prod: network: the Composition "child": unknown field "patchSetName" is not of ours`,
		},
		"another type of patch": {
			"type: FromEnvironmentFieldPath", "type: PatchSet",
			`prod: network: the Composition "child": resource "thing": patches[2] of spec.key is of a form that dominoc does not write: type "PatchSet", policy "Required" and ""`,
		},
		"another policy": {
			"policy: {fromFieldPath: Required, toFieldPath: MergeObjects}}\n        - {type: FromCompositeFieldPath, fromFieldPath: spec.name", "policy: {toFieldPath: ForceMergeObjects}}\n        - {type: FromCompositeFieldPath, fromFieldPath: spec.name",
			`prod: network: the Composition "child": resource "thing": patches[0] of spec.tags is of a form that dominoc does not write: type "FromCompositeFieldPath", policy "" and "ForceMergeObjects"`,
		},
		"another transform": {
			"toType: string", "toType: int",
			`prod: network: the Composition "child": resource "thing": patches[8] of status.version is of a form that dominoc does not write: type "ToCompositeFieldPath", transforms [map[convert:map[toType:int] type:convert]]`,
		},
		"another verb": {
			"100%%-%s", "100-%d",
			`prod: network: the Composition "child": resource "thing": patches[3] of metadata.name is of a form that dominoc does not write: type "CombineFromComposite", policy "Required" and "", a combination by "string" of 1 variables in "100-%d"`,
		},
		"an environment patch of another form": {
			"- {type: FromCompositeFieldPath, fromFieldPath: spec.account, toFieldPath: spec.account}", "- {type: FromCompositeFieldPath, fromFieldPath: spec.account, toFieldPath: spec.account, policy: {fromFieldPath: Required}}",
			`prod: network: the Composition "child": environment: patches[2] of spec.account is of a form that dominoc does not write: type "FromCompositeFieldPath", policy "Required" and ""`,
		},
		"a value that is missing": {
			"name: vpc, ", "",
			`prod: network: resource "thing": spec.name has no value, and Crossplane would not make the resource`,
		},
		"a number in a text": {
			"name: vpc, ", "name: 7, ",
			`prod: network: resource "thing": spec.name is 7, and only a text can stand in a text`,
		},
		"an element that is missing": {
			`list: ["", constant]`, "list: []",
			`prod: network: resource "thing": spec.list[0]: there is no place for a value`,
		},
		"an object without a component": {
			"apiVersion: dominoc.dev/v1alpha1\n          kind: DominoNetwork", "apiVersion: v1\n          kind: Secret",
			`prod: network: the environment composes a Secret itself, and not a component`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, rendered, c.from)
			_, err := read(t, strings.Replace(rendered, c.from, c.to, 1))
			require.EqualError(t, err, c.want)
		})
	}
}

func TestWhatIsReadIsNotChanged(t *testing.T) {
	objects := documents(t, rendered)
	_, err := composed.Environments(objects)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(documents(t, rendered), objects))
}
