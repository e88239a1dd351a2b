package health_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
)

// now is when the tests look at their cluster.
var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// cluster is a small environment as an API server has it: its objects, each under
// the place that the tests call it by, and its Compositions.
type cluster struct {
	environment *health.Environment
	objects     map[string]*health.Object
}

// read reads testdata/environment.yaml: a healthy environment of two parts, of
// which the second, a pool, needs what the first makes known.
func read(t *testing.T) cluster {
	t.Helper()
	content, err := os.ReadFile("testdata/environment.yaml")
	require.NoError(t, err)
	c := cluster{
		environment: &health.Environment{Compositions: map[string]map[string]any{}},
		objects:     map[string]*health.Object{},
	}
	for document := range strings.SplitSeq(string(content), "\n---\n") {
		var object map[string]any
		require.NoError(t, yaml.UnmarshalStrict([]byte(document), &object))
		c.add(object)
	}
	return c
}

// add puts an object below the one whose place its own begins with; the places
// are those of the report.
func (c *cluster) add(content map[string]any) {
	metadata := content["metadata"].(map[string]any)
	name := metadata["name"].(string)
	if content["kind"] == "Composition" {
		c.environment.Compositions[name] = content
		return
	}
	o := &health.Object{APIVersion: content["apiVersion"].(string), Kind: content["kind"].(string), Name: name, Namespace: "domino-prod", Content: content}
	annotations, _ := metadata["annotations"].(map[string]any)
	place, _ := annotations["place"].(string)
	c.objects[place] = o
	if place == "" {
		c.environment.Root = o
		return
	}
	above := place[:max(0, strings.LastIndex(place, "/"))]
	c.objects[above].Children = append(c.objects[above].Children, o)
}

// condition sets a condition of an object.
func (c cluster) condition(place, kind, status, reason, message string) {
	o := c.objects[place]
	conditions, _ := o.Content["status"].(map[string]any)["conditions"].([]any)
	set := map[string]any{"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": "2026-11-27T11:56:00Z"}
	for i := range conditions {
		if conditions[i].(map[string]any)["type"] == kind {
			conditions[i] = set
			return
		}
	}
	o.Content["status"].(map[string]any)["conditions"] = append(conditions, set)
}

// remove takes an object, and what it composes, out of the tree.
func (c cluster) remove(place string) {
	above := c.objects[place[:max(0, strings.LastIndex(place, "/"))]]
	for i, child := range above.Children {
		if child == c.objects[place] {
			above.Children = append(above.Children[:i:i], above.Children[i+1:]...)
			return
		}
	}
}

func (c cluster) metadata(place string) map[string]any {
	return c.objects[place].Content["metadata"].(map[string]any)
}

func (c cluster) annotate(place, name, value string) {
	c.metadata(place)["annotations"].(map[string]any)[name] = value
}

func (c cluster) judge() health.Report { return health.Judge(c.environment, now) }

// only returns the report's one finding.
func only(t *testing.T, r health.Report) health.Finding {
	t.Helper()
	require.False(t, r.Well)
	require.Len(t, r.Findings, 1)
	return r.Findings[0]
}

func TestAHealthyEnvironmentHasNothingToSay(t *testing.T) {
	r := read(t).judge()
	require.True(t, r.Well)
	require.Empty(t, r.Findings)
	require.Equal(t, []health.Part{
		{Key: "cluster", Kind: "DominoCluster", Name: "prod-cluster", State: health.Well, Objects: 2, Well: 2},
		{Key: "pool-default", Kind: "DominoNodePool", Name: "prod-pool-default", State: health.Well, Objects: 1, Well: 1},
	}, r.Parts)
}

func TestAResourceThatIsNotSyncedIsAProblemEvenWhileItIsReady(t *testing.T) {
	c := read(t)
	c.condition("pool-default/nodes-z0", "Synced", "False", "ReconcileError",
		`update failed: refuse to update the external resource because the following update requires replacing it: cannot change the value of the argument "disk"`)
	f := only(t, c.judge())
	require.Equal(t, health.Wrong, f.State)
	require.Equal(t, "pool-default/nodes-z0", f.Place)
	require.Equal(t, `cannot change the value of the argument "disk": AWS cannot change this in place, and the provider never replaces`, f.Says)
	require.Equal(t, 4*time.Minute, now.Sub(*f.Since))
}

// The provider sends an update and says that it is synced; what AWS answered is in
// another condition.
func TestAnUpdateThatFailedAfterItWasSentIsAProblem(t *testing.T) {
	c := read(t)
	c.condition("cluster/cluster", "LastAsyncOperation", "False", "AsyncUpdateFailure", "async update failed: boom")
	f := only(t, c.judge())
	require.Equal(t, health.Wrong, f.State)
	require.Equal(t, "boom", f.Says)
}

func TestWhatIsNotMadeYetNamesTheValueAndWhoMakesItKnown(t *testing.T) {
	c := read(t)
	c.remove("pool-default")
	c.condition("", "Ready", "False", "Creating", "Unready resources: cluster, pool-default")
	c.condition("cluster", "Ready", "False", "Creating", "Unready resources: cluster")
	c.condition("cluster/cluster", "Ready", "False", "Creating", "")
	delete(c.objects[""].Content["status"].(map[string]any), "cluster")
	r := c.judge()
	require.Len(t, r.Findings, 2, "the composite resources themselves say nothing more")
	require.Equal(t, "pool-default", r.Findings[0].Place)
	require.Equal(t, health.Waiting, r.Findings[0].State)
	require.Equal(t, []health.Need{{What: "cluster endpoint", Place: "cluster/cluster"}}, r.Findings[0].WaitsFor)
	require.Equal(t, "cluster/cluster", r.Findings[1].Place)
	require.Equal(t, health.Working, r.Findings[1].State)
	require.Equal(t, "is being created", r.Findings[1].Says)
	require.Equal(t, health.Part{Key: "pool-default", State: health.Waiting}, r.Parts[1])
}

func TestAReferenceToWhatIsNotReadyIsNoProblem(t *testing.T) {
	c := read(t)
	c.condition("cluster/cluster", "Ready", "False", "Creating", "")
	c.condition("pool-default/nodes-z0", "Synced", "False", "ReconcileError",
		"cannot resolve references: mg.Spec.ForProvider.ClusterName: referenced field was empty (referenced resource may not yet be ready)")
	r := c.judge()
	require.Len(t, r.Findings, 2)
	require.Equal(t, health.Waiting, r.Findings[0].State)
	require.Equal(t, []health.Need{{Place: "cluster/cluster"}}, r.Findings[0].WaitsFor)
}

// Nothing will ever come of a reference whose object is ready, or is not there.
func TestAReferenceThatCannotBeResolvedIsAProblem(t *testing.T) {
	c := read(t)
	c.condition("pool-default/nodes-z0", "Synced", "False", "ReconcileError", "cannot resolve references: referenced field was empty (referenced resource may not yet be ready)")
	require.Equal(t, health.Wrong, only(t, c.judge()).State)
}

func TestAnInterruptedCreationSaysHowToMendIt(t *testing.T) {
	c := read(t)
	c.annotate("cluster/cluster", "crossplane.io/external-create-pending", "2026-11-27T11:50:00Z")
	c.annotate("cluster/cluster", "crossplane.io/external-create-succeeded", "2026-11-27T11:40:00Z")
	require.True(t, c.objects["cluster/cluster"].CreateUnfinished())
	c.condition("cluster/cluster", "Synced", "False", "ReconcileError", "cannot determine creation result - remove the crossplane.io/external-create-pending annotation if it is safe to proceed")
	f := only(t, c.judge())
	require.Equal(t, health.Wrong, f.State)
	require.Contains(t, f.Hint, "crossplane.io/external-name")
}

func TestWhatNoProviderTakesUpIsAProblemAfterAWhile(t *testing.T) {
	c := read(t)
	o := c.objects["cluster/logs"]
	delete(o.Content, "status")
	c.metadata("cluster/logs")["creationTimestamp"] = "2026-11-27T11:59:00Z"
	require.Equal(t, health.Working, only(t, c.judge()).State)
	c.metadata("cluster/logs")["creationTimestamp"] = "2026-11-27T11:50:00Z"
	f := only(t, c.judge())
	require.Equal(t, health.Wrong, f.State)
	require.Contains(t, f.Hint, "cloudwatchlogs.aws.m.upbound.io")
}

func TestWhatIsPausedOrGoneOrGoingIsNotWell(t *testing.T) {
	for name, c := range map[string]struct {
		change func(cluster)
		state  health.State
		says   string
	}{
		"APausedResource":     {func(c cluster) { c.annotate("cluster/cluster", "crossplane.io/paused", "true") }, health.Wrong, "is paused: neither Crossplane nor the provider changes it"},
		"AReferenceToNothing": {func(c cluster) { c.objects["cluster/cluster"].Content = nil }, health.Working, "is not made yet"},
		"AReferenceToNothingOfAnUnknownComposition": {func(c cluster) {
			c.objects["cluster/cluster"].Content = nil
			delete(c.environment.Compositions, "cluster-1")
		}, health.Working, "is not there"},
		"ADeletedResource": {func(c cluster) {
			c.metadata("cluster/cluster")["deletionTimestamp"] = "2026-11-27T11:59:00Z"
		}, health.Working, "is being deleted"},
		"ACompositeThatCrossplaneCannotReconcile": {func(c cluster) {
			c.condition("cluster", "Synced", "False", "ReconcileError", "cannot compose resources: boom")
		}, health.Wrong, "boom"},
		"ACompositeThatChangedTooOften": {func(c cluster) { c.condition("cluster", "Responsive", "False", "WatchCircuitOpen", "Too many events") }, health.Wrong, "is reconciled at intervals only, because its objects changed too often: Too many events"},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := read(t)
			c.change(cluster)
			f := only(t, cluster.judge())
			require.Equal(t, c.state, f.State)
			require.Equal(t, c.says, f.Says)
		})
	}
}

func TestProblemsComeFirst(t *testing.T) {
	c := read(t)
	c.condition("cluster/cluster", "Ready", "False", "Creating", "")
	c.condition("pool-default/nodes-z0", "Synced", "False", "ReconcileError", "boom")
	r := c.judge()
	require.Equal(t, []string{"pool-default/nodes-z0", "cluster/cluster"}, []string{r.Findings[0].Place, r.Findings[1].Place})
	require.Equal(t, health.Wrong, r.Parts[1].State)
}

func TestOutputsSayWhatIsMissingAndWhoMakesItKnown(t *testing.T) {
	c := read(t)
	outputs, missing := c.environment.Outputs()
	require.Equal(t, map[string]any{"account": "123456789012", "endpoint": "https://x"}, outputs)
	require.Empty(t, missing)
	delete(c.objects[""].Content["status"].(map[string]any)["outputs"].(map[string]any), "endpoint")
	delete(c.objects[""].Content["status"].(map[string]any)["outputs"].(map[string]any), "account")
	_, missing = c.environment.Outputs()
	require.Len(t, missing, 2)
	require.Equal(t, "status.outputs.endpoint", missing[0].Field)
	require.Equal(t, "cluster/cluster", missing[0].Place)
	require.Equal(t, "status.outputs.account", missing[1].Field)
}

// The provider sets a size at creation only: what differs later is for a person, unless
// the provider changes sizes in place.
func TestASizeThatIsNotGitsIsAProblemWhereNoProviderChangesIt(t *testing.T) {
	sized := func(part string, most int64) health.Report {
		c := read(t)
		group := c.objects["pool-default/nodes-z0"].Content
		group["spec"].(map[string]any)[part] = map[string]any{"scalingConfig": map[string]any{"minSize": int64(1), "maxSize": int64(10), "desiredSize": int64(1)}}
		group["status"].(map[string]any)["atProvider"] = map[string]any{"scalingConfig": map[string]any{"minSize": int64(1), "maxSize": most, "desiredSize": int64(4)}}
		return c.judge()
	}
	require.True(t, sized("initProvider", 10).Well, "how many nodes there are is the autoscaler's")
	require.True(t, sized("forProvider", 20).Well)
	f := only(t, sized("initProvider", 20))
	require.Equal(t, health.Wrong, f.State)
	require.Equal(t, "has a size of 1 to 20 in AWS, and 1 to 10 in Git: the provider sets it at creation only", f.Says)
}
