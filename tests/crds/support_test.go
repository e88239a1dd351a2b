package crds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

var long = strings.Repeat("a", 64)

// requireErrors wants as many errors as parts, each containing its part.
func requireErrors(t *testing.T, errs field.ErrorList, wants []string) {
	t.Helper()
	require.Len(t, errs, len(wants), "%v", errs)
	for i, want := range wants {
		require.ErrorContains(t, errs[i], want)
	}
}

// parts returns what requireErrors wants: nothing for "".
func parts(want string) []string {
	if want == "" {
		return nil
	}
	return []string{want}
}

// replace breaks a good text; it fails when there is nothing to break.
func replace(t *testing.T, text, from, to string) string {
	t.Helper()
	require.Contains(t, text, from)
	return strings.Replace(text, from, to, 1)
}
