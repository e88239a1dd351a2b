package cluster

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// A comparison that finds nothing proves nothing unless it finds these.
func TestAComparisonSeesWhatDiffers(t *testing.T) {
	want := harness.Object{"region": "r", "list": []any{harness.Object{"a": "1"}}, "text": "x/" + unknown}
	definition := harness.Object{"properties": harness.Object{"mode": harness.Object{"default": "d"}}}
	filled := harness.Object{"f:vpcId": harness.Object{}}
	for name, c := range map[string]struct {
		got         harness.Object
		differences int
	}{
		"TheSame":                 {harness.Object{"region": "r", "list": []any{harness.Object{"a": "1"}}, "text": "x/y"}, 0},
		"ADefaultAndAFilledField": {harness.Object{"region": "r", "list": []any{harness.Object{"a": "1"}}, "text": "x/y", "mode": "d", "vpcId": "v"}, 0},
		"AnotherValue":            {harness.Object{"region": "s", "list": []any{harness.Object{"a": "1"}}, "text": "x/y"}, 1},
		"AMissingField":           {harness.Object{"list": []any{harness.Object{"a": "1"}}, "text": "x/y"}, 1},
		"AFieldThatIsNotRendered": {harness.Object{"region": "r", "list": []any{harness.Object{"a": "1"}}, "text": "x/y", "mode": "e"}, 1},
		"AnotherItem":             {harness.Object{"region": "r", "list": []any{harness.Object{"a": "2"}}, "text": "x/y"}, 1},
		"AFieldInAnItem":          {harness.Object{"region": "r", "list": []any{harness.Object{"a": "1", "b": "2"}}, "text": "x/y"}, 1},
		"AnItemTooMany":           {harness.Object{"region": "r", "list": []any{harness.Object{"a": "1"}, "b"}, "text": "x/y"}, 1},
		"WhatIsStillUnknown":      {harness.Object{"region": "r", "list": []any{harness.Object{"a": "1"}}, "text": "x/" + unknown}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var said []string
			comparison{report: func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }}.
				equal("spec", want, c.got, filled, definition)
			require.Len(t, said, c.differences, "%v", said)
		})
	}
}
