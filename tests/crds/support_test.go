package crds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

var long = strings.Repeat("a", 64)

// requireErrors requires as many errors as parts, each containing its part.
func requireErrors(t *testing.T, errs field.ErrorList, wants []string) {
	t.Helper()
	require.Len(t, errs, len(wants), "%v", errs)
	for i, want := range wants {
		require.ErrorContains(t, errs[i], want)
	}
}

// parts returns the parts for requireErrors: none for "".
func parts(want string) []string {
	if want == "" {
		return nil
	}
	return []string{want}
}

// replace replaces a part of a valid text; it fails if the text does not have it.
func replace(t *testing.T, text, from, to string) string {
	t.Helper()
	require.Contains(t, text, from)
	return strings.Replace(text, from, to, 1)
}
