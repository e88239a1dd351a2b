package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// closed holds that no XR was ever kept from reconciling by Crossplane's circuit
// breaker, and prints what it took.
func (s *suite) closed(t *testing.T) {
	t.Log(s.tokenTable())
	require.Zero(t, s.tokens.Opens(), "Crossplane's circuit breaker opened")
	xrs, err := s.composites(context.Background())
	require.NoError(t, err)
	for _, xr := range xrs {
		if harness.Condition(&xr, "Responsive") == "False" {
			t.Errorf("%s %s: %s", xr.GetKind(), xr.GetName(), harness.Message(&xr, "Responsive"))
		}
	}
}

// rates are refill rates, in tokens per second, for which the table has the burst
// that would have sufficed for all XRs of a controller together. Each has a bucket of
// its own, of which Crossplane has no metric: it needs less.
var rates = []float64{1, 5, 10, 20, 50, 100}

func (s *suite) tokenTable() string {
	_, total := s.tokens.Needs(1)
	bursts := make([]map[string]float64, len(rates))
	var text strings.Builder
	fmt.Fprintf(&text, "tokens of the circuit breaker, as if all XRs of a controller shared a bucket\n%-50s %8s", "controller", "in all")
	for i, rate := range rates {
		bursts[i], _ = s.tokens.Needs(rate)
		fmt.Fprintf(&text, " %6g/s", rate)
	}
	for _, controller := range slices.Sorted(maps.Keys(total)) {
		fmt.Fprintf(&text, "\n%-50s %8.0f", controller, total[controller])
		for i := range rates {
			fmt.Fprintf(&text, " %8.0f", bursts[i][controller])
		}
	}
	return text.String()
}
