package ordered_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/ordered"
)

func TestIterationIsInOrderAndMayStopEarly(t *testing.T) {
	var seen []string
	for key := range ordered.All(map[string]int{"c": 3, "a": 1, "b": 2}) {
		seen = append(seen, key)
		if key == "b" {
			break
		}
	}
	require.Equal(t, []string{"a", "b"}, seen)
}
