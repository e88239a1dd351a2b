package function_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/tests/function"
)

func object(t *testing.T, text string) function.Object {
	t.Helper()
	content := function.Object{}
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), &content))
	return content
}

// composition uses each kind of patch that a Composition of ours may have.
const composition = `
apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata: {name: tries}
spec:
  compositeTypeRef: {apiVersion: dominoc.dev/v1alpha1, kind: Try}
  mode: Pipeline
  pipeline:
  - step: compose
    functionRef: {name: function-patch-and-transform}
    input:
      apiVersion: pt.fn.crossplane.io/v1beta1
      kind: Resources
      environment:
        patches:
        - {type: FromCompositeFieldPath, fromFieldPath: status.keyARN, toFieldPath: keyARN}
        - {type: ToCompositeFieldPath, fromFieldPath: keyARN, toFieldPath: status.keyARN}
      resources:
      - name: value
        base: {apiVersion: v1, kind: ConfigMap, metadata: {name: value}}
        patches:
        - {fromFieldPath: spec.region, toFieldPath: data.region, policy: {fromFieldPath: Required}}
        - {fromFieldPath: spec.size, toFieldPath: data.size, policy: {fromFieldPath: Required}}
      - name: text
        base: {apiVersion: v1, kind: ConfigMap, metadata: {name: text}}
        patches:
        - type: CombineFromComposite
          toFieldPath: data.text
          policy: {fromFieldPath: Required}
          combine:
            strategy: string
            string: {fmt: "100%% of %s in %s"}
            variables: [{fromFieldPath: spec.name}, {fromFieldPath: spec.region}]
      - name: whole
        base: {apiVersion: v1, kind: ConfigMap, metadata: {name: whole}, data: {Name: whole}}
        patches:
        - fromFieldPath: spec.tags
          toFieldPath: data
          policy: {fromFieldPath: Required, toFieldPath: ForceMergeObjects}
      - name: later
        base: {apiVersion: v1, kind: ConfigMap, metadata: {name: later}}
        patches:
        - type: FromEnvironmentFieldPath
          fromFieldPath: keyARN
          toFieldPath: data.key
          policy: {fromFieldPath: Required}
      - name: key
        base: {apiVersion: kms.aws.m.upbound.io/v1beta1, kind: Key, metadata: {name: key}}
        patches:
        - {type: ToCompositeFieldPath, fromFieldPath: status.atProvider.arn, toFieldPath: status.keyARN}
        readinessChecks:
        - {type: MatchCondition, matchCondition: {type: Ready, status: "True"}}
        - {type: MatchCondition, matchCondition: {type: Synced, status: "True"}}
`

const composite = `
apiVersion: dominoc.dev/v1alpha1
kind: Try
metadata: {name: prod}
spec: {name: prod, region: us-west-2, size: 4, tags: {team: data, cost: "7"}}
`

func TestRun(t *testing.T) {
	f, err := function.Start()
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Stop()) }()
	run := func(t *testing.T, xr string, observed map[string]function.Object) *function.Result {
		result, err := f.Run(t.Context(), object(t, composition), object(t, xr), observed)
		require.NoError(t, err)
		return result
	}
	data := func(r *function.Result) map[string]any {
		all := map[string]any{}
		for key, resource := range r.Resources {
			all[key] = resource.Object["data"]
		}
		return all
	}

	t.Run("ValuesTextsAndWholeObjectsArePatched", func(t *testing.T) {
		require.Empty(t, cmp.Diff(map[string]any{
			"value": map[string]any{"region": "us-west-2", "size": 4.0},
			"text":  map[string]any{"text": "100% of prod in us-west-2"},
			"whole": map[string]any{"Name": "whole", "team": "data", "cost": "7"},
			"key":   nil,
		}, data(run(t, composite, nil))))
	})

	t.Run("WhatRequiresAStatusWaitsForIt", func(t *testing.T) {
		result := run(t, composite, nil)
		require.NotContains(t, result.Resources, "later")
		require.Contains(t, result.Messages[0], "not adding new composed resource")

		result = run(t, composite+"status: {keyARN: arn}", nil)
		require.Equal(t, map[string]any{"key": "arn"}, result.Resources["later"].Object["data"])
	})

	t.Run("AnObservedFieldBecomesStatus", func(t *testing.T) {
		result := run(t, composite, observedKey(t, "True"))
		require.Equal(t, function.Object{"keyARN": "arn:key"}, result.Status)
	})

	t.Run("AStatusSurvivesTheLossOfItsSource", func(t *testing.T) {
		result := run(t, composite+"status: {keyARN: arn:key}", nil)
		require.Equal(t, function.Object{"keyARN": "arn:key"}, result.Status)
	})

	t.Run("ReadyIsReadyAndSynced", func(t *testing.T) {
		require.True(t, run(t, composite, observedKey(t, "True")).Resources["key"].Ready)
		require.False(t, run(t, composite, observedKey(t, "False")).Resources["key"].Ready)
	})

	t.Run("AnotherFunctionIsRefused", func(t *testing.T) {
		other := strings.Replace(composition, "{name: function-patch-and-transform}", "{name: function-kcl}", 1)
		_, err := f.Run(t.Context(), object(t, other), object(t, composite), nil)
		require.EqualError(t, err, `step "compose": function "function-kcl" is not "function-patch-and-transform"`)
	})

	t.Run("AnInputThatTheFunctionRefusesIsAnError", func(t *testing.T) {
		broken := strings.Replace(composition, "strategy: string", "strategy: sum", 1)
		_, err := f.Run(t.Context(), object(t, broken), object(t, composite), nil)
		require.ErrorContains(t, err, "strategy")
	})
}

// observedKey returns the key as the provider left it.
func observedKey(t *testing.T, synced string) map[string]function.Object {
	return map[string]function.Object{"key": object(t, `
apiVersion: kms.aws.m.upbound.io/v1beta1
kind: Key
metadata: {name: key}
status:
  atProvider: {arn: "arn:key"}
  conditions:
  - {type: Ready, status: "True"}
  - {type: Synced, status: "`+synced+`"}`)}
}
