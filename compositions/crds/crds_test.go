package crds

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/schema/diag"
)

const definitions = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: ec2.aws.m.upbound.io
  names:
    kind: VPC
  versions:
  - name: v1beta1
    served: true
    schema:
      openAPIV3Schema:
        properties:
          spec:
            type: object
            properties:
              forProvider:
                type: object
                required: [region]
                properties:
                  region: {type: string}
                  tags: {type: object, additionalProperties: {type: string}}
                  ids: {type: array, items: {type: object, properties: {id: {type: integer}}}}
                  class: {type: string, enum: [a, b]}
                  port: {x-kubernetes-int-or-string: true}
                  enabled: {type: boolean}
                  fixed: {type: string, x-kubernetes-validations: [{rule: self == oldSelf}]}
`

func TestEachWayInWhichAReleaseRefusesAResource(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ec2.aws.m.upbound.io_vpcs.yaml"), []byte(definitions), 0o644))
	for want, stated := range map[string]map[string]any{
		"": {
			"region": "(known after apply)", "tags": map[string]any{"x": "y"}, "ids": []any{map[string]any{"id": 1}}, "class": "a", "port": "http", "enabled": true,
		},
		"spec.forProvider.region: the release requires it":                                        {},
		"spec.forProvider.zone: the release has no such field, and the API server drops it":       {"region": "r", "zone": "z"},
		"spec.forProvider.tags.* is a number, and the release wants string":                       {"region": "r", "tags": map[string]any{"x": 1.0}},
		"spec.forProvider.ids[].id is text, and the release wants integer":                        {"region": "r", "ids": []any{map[string]any{"id": "1"}}},
		"spec.forProvider.ids is an object, and the release wants array":                          {"region": "r", "ids": map[string]any{}},
		"spec.forProvider.class: the release does not allow \"c\"":                                {"region": "r", "class": "c"},
		"spec.forProvider.enabled is a number, and the release wants boolean":                     {"region": "r", "enabled": int64(1)},
		"spec.forProvider.fixed cannot change in this release":                                    {"region": "r", "fixed": "f"},
		"spec.forProvider.ids[].name: the release has no such field, and the API server drops it": {"region": "r", "ids": []any{map[string]any{"name": "n"}}},
		"spec.forProvider.region is a list, and the release wants string":                         {"region": []any{"r"}},
	} {
		r, err := Open(dir, "crds")
		require.NoError(t, err)
		require.NoError(t, r.Add("dev", map[string]any{
			"apiVersion": "ec2.aws.m.upbound.io/v1beta1", "kind": "VPC", "spec": map[string]any{"forProvider": stated},
		}))
		if want == "" {
			require.Empty(t, r.Problems())
			continue
		}
		require.Len(t, r.Problems(), 1, want)
		found := r.Problems()[0]
		require.Equal(t, "VPC.ec2.aws.m.upbound.io: "+want+"; environments: dev", found.Message)
		require.Equal(t, diag.Pos{File: "crds/ec2.aws.m.upbound.io_vpcs.yaml"}, found.Pos)
	}
}
