package cluster

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/dominoc/dominoc/tests/cluster/harness"
	"github.com/dominoc/dominoc/tests/cluster/standin"
)

// protected holds that an environment whose file does not allow it cannot be
// deleted.
func (s *suite) protected(t *testing.T) {
	const name = "prod-us"
	ctx := context.Background()
	environments, err := s.Client.Of(environmentKind, "domino-"+name)
	require.NoError(t, err)
	err = environments.Delete(ctx, name, metav1.DeleteOptions{})
	require.ErrorContains(t, err, `deletion: "protect"`)
	live, err := environments.Get(ctx, name, metav1.GetOptions{})
	require.NoError(t, err)
	require.Nil(t, live.GetDeletionTimestamp())
}

// deleted deletes an environment that allows it, as kubectl does, and holds that
// nothing of it stays and nothing of another goes.
func (s *suite) deleted(t *testing.T) {
	const name = "dev"
	ctx := context.Background()
	others := s.elsewhere(t, name)
	begin := time.Now()
	environments, err := s.Client.Of(environmentKind, "domino-"+name)
	require.NoError(t, err)
	background := metav1.DeletePropagationBackground
	require.NoError(t, environments.Delete(ctx, name, metav1.DeleteOptions{PropagationPolicy: &background}))
	err = harness.Eventually(ctx, 10*time.Minute, func() error {
		left := s.composed(t, "domino-"+name)
		if len(left) > 0 {
			return fmt.Errorf("%d objects are left: %s", len(left), some(left))
		}
		return nil
	})
	history := since(s.stand.History(), begin)
	t.Log(timeline(history))
	require.NoError(t, err)
	require.Equal(t, others, s.elsewhere(t, name), "another environment moved")
	s.order(t, history)
}

// order holds that what stands on something goes before it.
func (s *suite) order(t *testing.T, history []standin.Event) {
	t.Helper()
	first, last := map[string]int{}, map[string]int{}
	for i, event := range history {
		if event.What != "deleted" {
			continue
		}
		if _, seen := first[event.Service]; !seen {
			first[event.Service] = i
		}
		last[event.Service] = i
	}
	for _, pair := range [][2]string{
		{"eks/NodeGroup", "eks/Cluster"}, {"eks/Addon", "eks/Cluster"}, {"helm/Release", "eks/Cluster"},
		{"eks/Cluster", "ec2/VPC"}, {"ec2/Subnet", "ec2/VPC"}, {"eks/NodeGroup", "ec2/LaunchTemplate"},
	} {
		require.Contains(t, last, pair[0])
		require.Contains(t, first, pair[1])
		require.Less(t, last[pair[0]], first[pair[1]], "%s goes before %s", pair[0], pair[1])
	}
}

// elsewhere are the versions of what other environments have.
func (s *suite) elsewhere(t *testing.T, but string) map[string]string {
	t.Helper()
	versions := s.versions(t)
	for id := range versions {
		if strings.Contains(id, " domino-"+but+"/") {
			delete(versions, id)
		}
	}
	return versions
}

func since(history []standin.Event, begin time.Time) []standin.Event {
	var recent []standin.Event
	for _, event := range history {
		if event.Time.After(begin) {
			recent = append(recent, event)
		}
	}
	return recent
}

func some[T any](m map[string]T) string {
	var keys []string
	for key := range m {
		if len(keys) == 10 {
			return strings.Join(keys, ", ") + " …"
		}
		keys = append(keys, key)
	}
	return strings.Join(keys, ", ")
}
