package cluster

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// A release is tested by its program, a fleet of one's own by its folder.
var (
	fleetRoot      = flag.String("fleet", "", "folder whose environments/ is the fleet; default the repository")
	dominocProgram = flag.String("dominoc", "", "executable of dominoc; default built from the repository")
)

// environmentKind is the composite resource of an environment.
var environmentKind = schema.GroupVersionKind{Group: "dominoc.dev", Version: "v1alpha1", Kind: "DominoEnvironment"}

var compositionKind = schema.GroupVersionKind{Group: "apiextensions.crossplane.io", Version: "v1", Kind: "Composition"}

// fleet is what dominoc makes of a set of environments.
type fleet struct {
	dominoc      *harness.Dominoc
	arguments    []string         // of Crossplane
	platform     []harness.Object // in the order that the sync objects give
	environments map[string][]harness.Object
	renders      map[string][]harness.Object // by environment, once asked for
}

func compile(t *testing.T, root string) fleet {
	t.Helper()
	dominoc, err := harness.NewDominoc(*dominocProgram, root)
	require.NoError(t, err)
	out := t.TempDir()
	require.NoError(t, dominoc.Build(out))
	f := fleet{dominoc: dominoc, environments: map[string][]harness.Object{}, renders: map[string][]harness.Object{}}
	f.arguments, err = harness.CrossplaneArguments(out)
	require.NoError(t, err)
	for _, p := range order(t, out) {
		objects, err := harness.Manifests(filepath.Join(out, p.folder))
		require.NoError(t, err)
		if name := p.environment(); name != "" {
			f.environments[name] = append(standing(t, out, name), objects...)
			continue
		}
		require.Empty(t, f.environments, "they are let in before %s", p.folder)
		f.platform = append(f.platform, objects...)
	}
	return f
}

// standing is the namespace of an environment, which is made by sync/.
func standing(t *testing.T, out, environment string) []harness.Object {
	t.Helper()
	objects, err := harness.Manifests(filepath.Join(out, "sync", "environments", environment))
	require.NoError(t, err)
	of, _ := harness.Split(objects, "Namespace")
	require.Len(t, of, 1)
	return of
}

func (f fleet) names() []string {
	var names []string
	for name := range f.environments {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// rendered is what Crossplane will compose of an environment. It is computed
// once.
func (f fleet) rendered(name string) ([]harness.Object, error) {
	if found, ok := f.renders[name]; ok {
		return found, nil
	}
	objects, err := f.dominoc.Render(name)
	if err == nil && len(objects) == 0 {
		err = fmt.Errorf("nothing is rendered of %s", name)
	}
	f.renders[name] = objects
	return objects, err
}

// activated are the managed resource kinds that the fleet's policies name.
func (f fleet) activated() []string {
	policies, _ := harness.Split(f.platform, "ManagedResourceActivationPolicy")
	var names []string
	for _, policy := range policies {
		activate, _, _ := unstructured.NestedStringSlice(policy, "spec", "activate")
		names = append(names, activate...)
	}
	return names
}

// composites are the kinds of the fleet's composite resources.
func (f fleet) composites() []schema.GroupVersionKind {
	definitions, _ := harness.Split(f.platform, "CompositeResourceDefinition")
	var kinds []schema.GroupVersionKind
	for _, definition := range definitions {
		kind, _, _ := unstructured.NestedString(definition, "spec", "names", "kind")
		kinds = append(kinds, environmentKind.GroupVersion().WithKind(kind))
	}
	return kinds
}

// suite is a running cluster with a fleet.
type suite struct {
	*harness.Cluster
	whole   *testing.T // the test whose steps the others are
	sources sources
	fleet   fleet
	world   world
	begin   time.Time
	applied int // environments

	undisturbed func() // takes back that an interrupt stops the cluster
	tokens      *harness.Tokens
	covered     []string // kinds and fields that a provider took

	managed []unstructured.Unstructured                // definitions of managed resources, once read
	schemas map[schema.GroupVersionKind]harness.Object // of CRDs, once read
}

// start starts a cluster for a fleet, until the test ends.
func start(t *testing.T, from sources, w world) *suite {
	t.Helper()
	s := &suite{whole: t, sources: from, fleet: compile(t, from.root), world: w, begin: time.Now()}
	t.Cleanup(func() { s.down(t) })
	s.up(t)
	t.Logf("the cluster is up after %s", time.Since(s.begin).Round(100*time.Millisecond))
	return s
}

// up starts a cluster that has nothing.
func (s *suite) up(t *testing.T) {
	t.Helper()
	cluster, err := harness.Start(s.fleet.arguments)
	require.NoError(t, err)
	s.Cluster, s.tokens = cluster, cluster.CountTokens()
	s.applied, s.managed, s.schemas = 0, nil, map[schema.GroupVersionKind]harness.Object{}
	s.undisturbed = harness.OnInterrupt(func() { _ = cluster.Stop(true) })
}

// down stops the cluster and forgets it, but for its logs when something failed.
func (s *suite) down(t *testing.T) {
	t.Helper()
	if s.Cluster == nil {
		return
	}
	cluster := s.Cluster
	s.Cluster = nil
	s.tokens.Stop()
	s.undisturbed()
	if s.whole.Failed() {
		t.Logf("the logs are in %s", cluster.Folder)
	}
	require.NoError(t, cluster.Stop(s.whole.Failed()))
}

// platform applies what comes before the environments and waits until the fleet's
// kinds are there.
func (s *suite) platform(t *testing.T) { s.defined(t, s.fleet.activated()) }

// extended applies the platform of the edited sources if their environments have kinds that
// none had.
func (s *suite) extended(t *testing.T) {
	t.Helper()
	old, extended := s.fleet.activated(), compile(t, s.sources.root)
	more := slices.DeleteFunc(extended.activated(), func(kind string) bool { return slices.Contains(old, kind) })
	if len(more) == 0 {
		return
	}
	s.fleet.platform, s.managed = extended.platform, nil // which are read again
	s.defined(t, more)
}

// defined applies the platform, some of whose kinds of managed resources are new, and waits
// until they and the fleet's are there.
func (s *suite) defined(t *testing.T, kinds []string) {
	t.Helper()
	ctx := context.Background()
	require.NotEmpty(t, kinds)
	require.NoError(t, s.DefineManaged(ctx, kinds))
	packages, others := packages(s.fleet.platform)
	s.apply(t, packages)
	s.apply(t, others)
	definitions, _ := harness.Split(s.fleet.platform, "CompositeResourceDefinition")
	require.NotEmpty(t, definitions)
	require.NoError(t, s.Client.Established(ctx, time.Minute, definitions...))
	for _, name := range s.fleet.activated() {
		crd := harness.Object{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": harness.Object{"name": name}}
		require.NoError(t, s.Client.Established(ctx, time.Minute, crd))
	}
	s.revised(t, s.fleet.platform)
}

var revisionKind = compositionKind.GroupVersion().WithKind("CompositionRevision")

// revised waits until Crossplane has a revision that it can run of each Composition
// among the objects: it warns of a composite resource that comes before. Sync tools
// take longer from one to the other.
func (s *suite) revised(t *testing.T, objects []harness.Object) {
	t.Helper()
	compositions, _ := harness.Split(objects, compositionKind.Kind)
	require.NoError(t, harness.Eventually(context.Background(), time.Minute, func() error {
		revisions, err := s.Client.List(context.Background(), revisionKind, "")
		if err != nil {
			return err
		}
		valid := map[string]bool{}
		for _, r := range revisions {
			if harness.Condition(&r, "ValidPipeline") == "True" {
				valid[r.GetLabels()["crossplane.io/composition-name"]] = true
			}
		}
		for _, composition := range compositions {
			if name := (&unstructured.Unstructured{Object: composition}).GetName(); !valid[name] {
				return fmt.Errorf("Crossplane has no revision of %s that it can run", name)
			}
		}
		return nil
	}))
}

// packages are the objects that make Crossplane fetch images; they are applied
// paused, because their programs run as processes or not at all.
func packages(platform []harness.Object) (paused, others []harness.Object) {
	for _, object := range platform {
		if !strings.HasPrefix(object["apiVersion"].(string), "pkg.crossplane.io/") {
			others = append(others, object)
			continue
		}
		u := &unstructured.Unstructured{Object: object}
		u = u.DeepCopy()
		annotations := maps.Clone(u.GetAnnotations())
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations["crossplane.io/paused"] = "true"
		u.SetAnnotations(annotations)
		paused = append(paused, u.Object)
	}
	return paused, others
}

// apply applies objects one after the other and reports every refusal.
func (s *suite) apply(t *testing.T, objects []harness.Object) {
	t.Helper()
	for _, object := range objects {
		if err := s.Client.Apply(context.Background(), object); err != nil {
			t.Errorf("refused: %v", err)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
}

// environments applies the namespaces of environments, then their folders.
func (s *suite) environments(t *testing.T, names ...string) {
	for _, name := range names {
		namespaces, others := harness.Split(s.fleet.environments[name], "Namespace")
		s.apply(t, namespaces)
		s.apply(t, others)
		s.applied++
	}
}

// upgradable are the sources of the sample fleet, with one environment that is a
// version of Kubernetes behind.
func upgradable(t *testing.T) sources {
	t.Helper()
	from := copied(t, *fleetRoot)
	from.hold(t, "staging-eu", "1.34")
	return from
}

func TestFleet(t *testing.T) {
	s := start(t, upgradable(t), playAWS(takes))
	step(t, "PlatformIsAccepted", s.platform)
	step(t, "MistakesAreRefused", s.refused)
	step(t, "AnEnvironmentIsAccepted", func(t *testing.T) { s.environments(t, "prod-us") })
	then(t, "StatusSaysWhatWaits", s.waiting("prod-us"))
	s.world.begin(t, s)
	step(t, "ItBecomesReady", s.ready)
	t.Log(s.tokenTable()) // of one XR of each kind, but of pools
	s.rest(t)
	then(t, "ResourcesAreWhatRenderSays", s.rendered)
	then(t, "OutputsAreComplete", s.outputs)
	then(t, "StatusIsContent", s.well)
	then(t, "IdsAreCommitted", s.identified("clinic"))
	then(t, "CrossplaneWarnsOfNothing", s.silent)
	then(t, "NothingMoves", s.rests)
	then(t, "DayTwo", s.changes(dayTwo()))
	then(t, "WhatNothingNeedsIsRemoved", s.collected)
	then(t, "TheBreakerStaysClosed", s.closed)
}

// arise brings the whole fleet up on a cluster that has nothing.
func (s *suite) arise(t *testing.T) {
	step(t, "PlatformIsAccepted", s.platform)
	step(t, "EnvironmentsAreAccepted", func(t *testing.T) { s.environments(t, s.fleet.names()...) })
	s.world.begin(t, s)
	step(t, "EnvironmentsBecomeReady", s.ready)
}

// rest brings the rest of the fleet up.
func (s *suite) rest(t *testing.T) {
	others := slices.DeleteFunc(s.fleet.names(), func(name string) bool { return name == "prod-us" })
	step(t, "OthersAreAccepted", func(t *testing.T) { s.environments(t, others...) })
	step(t, "EveryXRIsSynced", s.synced)
	step(t, "EnvironmentsBecomeReady", s.ready)
}

// TestFaultsAndDeletion is what goes wrong, and the end.
func TestFaultsAndDeletion(t *testing.T) {
	s := start(t, copied(t, *fleetRoot), playAWS(takes))
	s.arise(t)
	then(t, "ARefusalIsSeen", s.refusal)
	then(t, "StatusFieldsAreLost", s.forgets)
	then(t, "ProgramsAreKilledAtRest", s.restart)
	then(t, "ACompositionIsMissing", s.misled("sandbox"))
	then(t, "Faults", s.changes(inTheMiddle()))
	then(t, "TheClusterIsRebuiltFromGit", s.rebuilt)
	then(t, "ProtectionRefuses", s.protected("prod-us"))
	then(t, "DeletionIsAllowed", s.changes([]change{allowDeletion()}))
	then(t, "Deletions", s.together(map[string]func(*testing.T){
		"AllOfASmallEnvironmentGoes": s.allowed("dev"),
		"AllOfALargeEnvironmentGoes": s.allowed("staging-eu"),
		"DataOfAForcedDeletionStays": s.forced("clinic"),
	}))
	then(t, "TheBreakerStaysClosed", s.closed)
}

// step runs a part of a test and ends the test when it fails: nothing that
// follows could hold.
func step(t *testing.T, name string, run func(*testing.T)) {
	t.Helper()
	if !then(t, name, run) {
		t.FailNow()
	}
}

// then runs a part of a test and tells whether it passed.
func then(t *testing.T, name string, run func(*testing.T)) bool {
	t.Helper()
	begin := time.Now()
	passed := t.Run(name, run)
	t.Logf("%-28s %s", name, time.Since(begin).Round(100*time.Millisecond))
	return passed
}

// composites are all composite resources of the fleet.
func (s *suite) composites(ctx context.Context) ([]unstructured.Unstructured, error) {
	var all []unstructured.Unstructured
	for _, kind := range s.fleet.composites() {
		found, err := s.Client.List(ctx, kind, "")
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func (s *suite) synced(t *testing.T) {
	ctx := context.Background()
	require.NoError(t, harness.Eventually(ctx, s.world.patience(), func() error { return s.allSynced(ctx) }))
}

// allSynced says which XR is not synced, and why.
func (s *suite) allSynced(ctx context.Context) error {
	xrs, err := s.composites(ctx)
	if err != nil {
		return err
	}
	if len(xrs) <= s.applied {
		return fmt.Errorf("only %d XRs", len(xrs))
	}
	for _, xr := range xrs {
		if harness.Condition(&xr, "Synced") != "True" {
			return fmt.Errorf("%s %s is not synced: %s", xr.GetKind(), xr.GetName(), harness.Message(&xr, "Synced"))
		}
	}
	return nil
}
