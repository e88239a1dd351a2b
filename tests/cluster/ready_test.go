package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/harness"
	"github.com/dominoc/dominoc/tests/cluster/standin"
)

// takes is how long the stand-in makes AWS take: enough that what must wait is
// seen to wait.
func takes(service string) time.Duration {
	switch service {
	case "eks/Cluster":
		return 5 * time.Second
	case "eks/NodeGroup":
		return 3 * time.Second
	case "ec2/NATGateway":
		return 2 * time.Second
	}
	return 0
}

// provider starts the stand-in for all kinds that the fleet activates.
func (s *suite) provider(t *testing.T) *standin.Provider {
	t.Helper()
	ctx := context.Background()
	definition := schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}
	var crds []unstructured.Unstructured
	for _, name := range s.fleet.activated(t) {
		crd, err := s.Client.Read(ctx, definition, "", name)
		require.NoError(t, err)
		crds = append(crds, *crd)
	}
	p, err := standin.Start(s.Client.Dynamic, crds, takes)
	require.NoError(t, err)
	t.Cleanup(p.Stop)
	return p
}

// environmentsReady says which environment is not ready, and why.
func (s *suite) environmentsReady(ctx context.Context) error {
	environments, err := s.Client.List(ctx, environmentKind, "")
	if err != nil {
		return err
	}
	if len(environments) != len(s.fleet.environments) {
		return fmt.Errorf("%d environments, not %d", len(environments), len(s.fleet.environments))
	}
	for _, e := range environments {
		for _, condition := range []string{"Synced", "Ready"} {
			if harness.Condition(&e, condition) != "True" {
				return fmt.Errorf("%s is not %s: %s%s", e.GetName(), condition, harness.Message(&e, condition), s.waiting(ctx, e.GetNamespace()))
			}
		}
	}
	return nil
}

// waiting lists the composite resources of a namespace that are not ready.
func (s *suite) waiting(ctx context.Context, namespace string) string {
	xrs, err := s.composites(ctx)
	if err != nil {
		return err.Error()
	}
	var text strings.Builder
	for _, xr := range xrs {
		if xr.GetNamespace() == namespace && harness.Condition(&xr, "Ready") != "True" {
			fmt.Fprintf(&text, "\n  %s %s: %s; %s", xr.GetKind(), xr.GetName(), harness.Message(&xr, "Synced"), harness.Message(&xr, "Ready"))
		}
	}
	return text.String()
}

func (s *suite) ready(t *testing.T) {
	s.stand = s.provider(t)
	ctx := context.Background()
	err := harness.Eventually(ctx, 3*time.Minute, func() error { return s.environmentsReady(ctx) })
	t.Log(timeline(s.stand.History()))
	require.NoError(t, err)
}

// timeline shows for each second which kinds became ready.
func timeline(events []standin.Event) string {
	if len(events) == 0 {
		return "nothing happened"
	}
	begin := events[0].Time
	type moment struct {
		second int
		what   string
	}
	counts := map[moment]int{}
	for _, e := range events {
		counts[moment{int(e.Time.Sub(begin).Seconds()), e.What + " " + e.Service}]++
	}
	moments := make([]moment, 0, len(counts))
	for m := range counts {
		moments = append(moments, m)
	}
	slices.SortFunc(moments, func(a, b moment) int {
		if a.second != b.second {
			return a.second - b.second
		}
		return strings.Compare(a.what, b.what)
	})
	var text strings.Builder
	last := -1
	for _, m := range moments {
		if m.second != last {
			fmt.Fprintf(&text, "\n%4ds ", m.second)
			last = m.second
		}
		fmt.Fprintf(&text, " %d×%s", counts[m], m.what)
	}
	return text.String()
}
