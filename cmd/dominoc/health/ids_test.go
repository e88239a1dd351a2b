package health_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/compositions/externalname"
)

// reconciled returns what becomes of the cluster's id, whose form must be "prod".
func reconciled(c cluster, committed health.IDs) (health.IDs, []health.IDFinding) {
	wanted := []externalname.Identity{{Component: "cluster", Key: "cluster", APIVersion: "eks.aws.m.upbound.io/v1beta1", Kind: "Cluster", Name: "prod-cluster-cluster"}}
	return health.Reconcile(c.environment, wanted, committed, func(_, id string) bool { return id == "prod" })
}

func TestTheIdOfAReadyObjectIsAdded(t *testing.T) {
	ids, findings := reconciled(read(t), nil)
	require.Equal(t, health.IDs{"cluster": {"cluster": "prod"}}, ids)
	require.Equal(t, []health.IDFinding{{Component: "cluster", Key: "cluster", Kind: "Cluster", Verdict: health.Added, Has: "prod"}}, findings)
	_, findings = reconciled(read(t), ids)
	require.Empty(t, findings, "what is committed and confirmed is nothing to say")
}

func TestAnIdIsNotTakenFromAnObjectThatCannotBeTrusted(t *testing.T) {
	for why, change := range map[string]func(cluster){
		"is not ready":     func(c cluster) { c.condition("cluster/cluster", "Ready", "False", "Creating", "") },
		"is being deleted": func(c cluster) { c.metadata("cluster/cluster")["deletionTimestamp"] = "2026-11-27T11:59:00Z" },
		"may exist in AWS without the provider knowing its id": func(c cluster) {
			c.annotate("cluster/cluster", "crossplane.io/external-create-pending", "2026-11-27T11:50:00Z")
		},
		"has no id":                            func(c cluster) { c.annotate("cluster/cluster", "crossplane.io/external-name", "") },
		`has "x", which is no id of a Cluster`: func(c cluster) { c.annotate("cluster/cluster", "crossplane.io/external-name", "x") },
		"is not made yet":                      func(c cluster) { c.remove("cluster/cluster") },
	} {
		t.Run(why, func(t *testing.T) {
			c := read(t)
			change(c)
			ids, findings := reconciled(c, nil)
			require.Empty(t, ids)
			require.Len(t, findings, 1)
			require.Equal(t, health.Missing, findings[0].Verdict)
			require.Equal(t, why, findings[0].Why)
		})
	}
}

// The committed id is the last trace of what AWS has: whatever a cluster shows, it
// is not written over.
func TestACommittedIdStays(t *testing.T) {
	committed := health.IDs{"cluster": {"cluster": "prod"}}
	for verdict, change := range map[health.Verdict]func(cluster){
		health.Changed: func(c cluster) { c.annotate("cluster/cluster", "crossplane.io/external-name", "other") },
		health.Gone:    func(c cluster) { c.remove("cluster") },
	} {
		c := read(t)
		change(c)
		ids, findings := reconciled(c, committed)
		require.Equal(t, committed, ids)
		require.Len(t, findings, 1)
		require.Equal(t, verdict, findings[0].Verdict)
	}
}

// An id that waits for a resource of its name would be given to the next one.
func TestTheIdOfWhatTheEnvironmentNoLongerHasIsDropped(t *testing.T) {
	ids, findings := reconciled(read(t), health.IDs{"cluster": {"cluster": "prod"}, "pool-old": {"template": "lt-1"}})
	require.Equal(t, 1, ids.Len())
	require.Equal(t, []health.IDFinding{{Component: "pool-old", Key: "template", Verdict: health.Dropped, Committed: "lt-1"}}, findings)
}
