package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

var (
	usageKind     = schema.GroupVersionKind{Group: "protection.crossplane.io", Version: "v1beta1", Kind: "Usage"}
	namespaceKind = schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}
	clusterKind   = schema.GroupVersionKind{Group: "eks.aws.m.upbound.io", Version: "v1beta1", Kind: "Cluster"}
)

// stateful tells the kinds that hold what users made, the key to it, or a record of it. Images are
// not among them: they are built again, and a registry may leave the file of an
// environment that stays, so that nothing keeps it.
func stateful(held string) bool {
	service, _, _ := strings.Cut(held, " ")
	return slices.Contains([]string{"efs/FileSystem", "s3/Bucket", "kms/Key", "cloudwatchlogs/Group"}, service)
}

// protected holds that an environment whose file says nothing of deletion cannot
// be deleted, and that trying it changes nothing.
func (s *suite) protected(environment string) func(t *testing.T) {
	return func(t *testing.T) {
		s.unchanged(t, func() {
			err := s.Client.Delete(context.Background(), environmentKind, "domino-"+environment, environment)
			require.ErrorContains(t, err, `deletion: \"protect\" in the environment's file`)
		})
	}
}

// forced deletes a protected environment all the same: somebody takes the guard
// away first. The cluster stays, because AWS protects it, and with it what it
// needs. When that protection is taken off too, by hand, everything goes but the
// data: AWS still holds it.
func (s *suite) forced(environment string) func(t *testing.T) {
	return func(t *testing.T) {
		ctx := context.Background()
		namespace := "domino-" + environment
		data := s.data(t, environment)
		require.NotEmpty(t, data)
		require.NoError(t, s.Client.Delete(ctx, usageKind, namespace, environment+"-protected"))
		require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error {
			return ignoreGone(s.Client.Delete(ctx, environmentKind, namespace, environment))
		}))
		cluster, err := s.Client.Read(ctx, clusterKind, namespace, environment+"-cluster-cluster")
		require.NoError(t, err)
		require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error {
			return s.attempted(ctx, cluster)
		}))
		require.Contains(t, s.world.holds(t, environment), "eks/Cluster "+environment)
		s.world.unguard(t, cluster)
		s.disappears(t, environment)
		require.Equal(t, data, s.data(t, environment))
	}
}

// attempted says that nobody has tried to delete an object.
func (s *suite) attempted(ctx context.Context, o *unstructured.Unstructured) error {
	live, err := s.Client.Read(ctx, o.GroupVersionKind(), o.GetNamespace(), o.GetName())
	if err != nil {
		return err
	}
	if live.GetDeletionTimestamp() == nil {
		return errors.New("the cluster is not deleted yet")
	}
	return nil
}

// data is what AWS holds of an environment's data.
func (s *suite) data(t *testing.T, environment string) []string {
	t.Helper()
	return slices.DeleteFunc(slices.Clone(s.world.holds(t, environment)), func(held string) bool { return !stateful(held) })
}

// allowed deletes an environment that may be: all of it goes from the cluster and
// from AWS, the data after the cluster whose it was, and its namespace with it.
func (s *suite) allowed(environment string) func(t *testing.T) {
	return func(t *testing.T) {
		ctx := context.Background()
		require.NotEmpty(t, s.data(t, environment))
		begin := time.Now()
		require.NoError(t, s.Client.Delete(ctx, environmentKind, "domino-"+environment, environment))
		s.disappears(t, environment)
		require.Empty(t, s.world.holds(t, environment), "AWS still holds")
		s.dataWentLast(t, environment, begin)
		require.NoError(t, s.Client.Delete(ctx, namespaceKind, "", "domino-"+environment))
		require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error {
			_, err := s.Client.Read(ctx, namespaceKind, "", "domino-"+environment)
			return gone(err, "namespace domino-"+environment)
		}))
	}
}

// disappears waits until nothing is composed in an environment any more.
func (s *suite) disappears(t *testing.T, environment string) {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error {
		time.Sleep(time.Second)
		left, err := s.composed(ctx, "domino-"+environment)
		if err != nil || len(left) == 0 {
			return err
		}
		return fmt.Errorf("%d objects are left:\n%s", len(left), strings.Join(hanging(left), "\n"))
	}))
}

// hanging says of objects that are left whether they are being deleted.
func hanging(left map[string]*unstructured.Unstructured) []string {
	var lines []string
	for id, o := range left {
		state := "is not being deleted"
		if o.GetDeletionTimestamp() != nil {
			state = fmt.Sprintf("is being deleted, held by %v", o.GetFinalizers())
		}
		lines = append(lines, id+" "+state)
	}
	slices.Sort(lines)
	return lines
}

// dataWentLast holds that data went only once no node and no control plane was
// left to use it.
func (s *suite) dataWentLast(t *testing.T, environment string, since time.Time) {
	t.Helper()
	var users, data []time.Time
	for _, e := range s.world.history() {
		if e.Namespace != "domino-"+environment || e.What != "deleted" || e.Time.Before(since) {
			continue
		}
		switch {
		case e.Service == "eks/Cluster" || e.Service == "eks/NodeGroup":
			users = append(users, e.Time)
		case stateful(e.Service):
			data = append(data, e.Time)
		}
	}
	require.NotEmpty(t, users)
	require.NotEmpty(t, data)
	last := slices.MaxFunc(users, time.Time.Compare)
	for _, at := range data {
		require.False(t, at.Before(last), "data was deleted %s before the last of the cluster", last.Sub(at))
	}
	t.Logf("%s: the cluster was gone %s after the deletion, the last data after %s", environment,
		last.Sub(since).Round(time.Second), slices.MaxFunc(data, time.Time.Compare).Sub(since).Round(time.Second))
}

func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// gone is no error once something is not found.
func gone(err error, what string) error {
	switch {
	case err == nil:
		return fmt.Errorf("%s is still there", what)
	case apierrors.IsNotFound(err):
		return nil
	}
	return err
}

// allowDeletion is the edit that deleting an environment begins with: it reaches
// the cluster and the data before anything is deleted.
func allowDeletion() change {
	return change{
		title: "TheFileSaysSo", environment: "staging-eu",
		edits:   [][2]string{{"stage: rehearsal\n", "stage: rehearsal\ndeletion: allow\n"}},
		changed: []string{"* staging-eu-*"},
	}
}

// together runs deletions at the same time: most of one is waiting.
func (s *suite) together(steps map[string]func(t *testing.T)) func(t *testing.T) {
	return func(t *testing.T) {
		for name, run := range steps {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				run(t)
			})
		}
	}
}
