package cluster

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// A change is an edit of one environment's file with all that it may do in the
// cluster. Objects are given as kind and name, with * as in path.Match; each
// pattern stands for one object at least.
type change struct {
	title       string
	environment string
	edits       [][2]string // texts of the file, each with what replaces it
	command     []string    // of dominoc, which edits the file

	changed []string // managed resources and what else is composed, but XRs
	made    []string
	gone    []string

	disturbed disturbance // none when nil
	felt      bool        // by all environments, which may say so in their status
}

// apply edits the environment's file.
func (c change) apply(t *testing.T, s sources) {
	t.Helper()
	for _, e := range c.edits {
		s.edit(t, c.environment, e[0], e[1])
	}
	if c.command == nil {
		return
	}
	dominoc, err := harness.NewDominoc(*dominocProgram, s.root)
	require.NoError(t, err)
	out, said, code, err := dominoc.Run(c.command...)
	require.NoError(t, err)
	require.Zero(t, code, "%s%s", out, said)
}

// A disturbance applies a change and does something while Crossplane makes it.
type disturbance func(t *testing.T, s *suite, environment string, apply func())

// dayTwo are the changes that an environment sees in its life.
func dayTwo() []change {
	return []change{
		{
			title: "APoolMayGrow", environment: "prod-us",
			edits:   [][2]string{{`"default-gpu": size: max: 4`, `"default-gpu": size: max: 8`}},
			changed: []string{"NodeGroup prod-us-default-gpu-nodes-z*"},
		},
		{
			title: "APoolIsAdded", environment: "dev",
			edits: [][2]string{{"platform: {}\n", "platform: {}\n" + batch}},
			made:  []string{"DominoNodePool dev-pool-batch", "* dev-batch-*"},
		},
		{
			// EKS rolls the nodes: the type is in the launch template.
			title: "APoolHasAnotherInstanceType", environment: "dev",
			edits:   [][2]string{{`batch: {instanceTypes: ["m6i.xlarge"]`, `batch: {instanceTypes: ["m7i.xlarge"]`}},
			changed: []string{"LaunchTemplate dev-batch-template", "NodeGroup dev-batch-nodes-z0"},
		},
		{
			title: "APoolGetsASuccessor", environment: "dev",
			command: []string{"replace", "dev", "batch", "--instance-types", "m7i.large", "--write"},
			made:    []string{"DominoNodePool dev-pool-batch-2", "* dev-batch-2-*"},
		},
		{
			title: "TheOldPoolIsClosed", environment: "dev",
			command: []string{"replace", "dev", "batch", "--write"},
			changed: []string{"NodeGroup dev-batch-nodes-z0"},
			made:    []string{"GroupTag dev-batch-z0-*"},
		},
		{
			title: "ItIsOpenedAgain", environment: "dev",
			edits:   [][2]string{{"draining:", "_was:"}},
			changed: []string{"NodeGroup dev-batch-nodes-z0"},
			gone:    []string{"GroupTag dev-batch-z0-*"},
		},
		{
			title: "ItIsClosedForGood", environment: "dev",
			edits:   [][2]string{{"_was:", "draining:"}},
			changed: []string{"NodeGroup dev-batch-nodes-z0"},
			made:    []string{"GroupTag dev-batch-z0-*"},
		},
		{
			// The account's quota had room for two nodes beside the old pool's three.
			title: "TheOldPoolIsRemoved", environment: "dev",
			edits:   [][2]string{{`size: max: 2, replaces: "batch"`, `size: max: 3, replaces: "batch"`}},
			command: []string{"replace", "dev", "batch", "--write"},
			changed: []string{"NodeGroup dev-batch-2-nodes-z0"},
			gone:    []string{"DominoNodePool dev-pool-batch", "* dev-batch-*"},
		},
		{
			title: "TwoZonesAreAdded", environment: "dev",
			edits: [][2]string{{`zones: ["us-east-1a"]`, `zones: ["us-east-1a", "us-east-1b", "us-east-1c"]`}},
			made:  []string{"* dev-*-z1", "* dev-*-z2", "GroupTag dev-*-z1-*", "GroupTag dev-*-z2-*"},
			// The sizes of a new group: those of one that is there are EKS's.
			changed: []string{"NodeGroup dev-*-nodes-z0"},
		},
		{
			title: "KubernetesIsUpgraded", environment: "staging-eu",
			edits:   [][2]string{{`version: "1.34"`, `version: "1.35"`}},
			changed: []string{"Cluster staging-eu-cluster-cluster", "NodeGroup staging-eu-*-nodes-z*"},
		},
		{
			title: "ECRIsEnabled", environment: "dev",
			edits: [][2]string{{"deletion: \"allow\"\n", "deletion: \"allow\"\n\tregistry: ecr: enabled: true\n"}},
			made:  []string{"DominoRegistry dev-registry", "* dev-registry-*", "Policy dev-identity-nodes-ecr", "RolePolicyAttachment dev-identity-*-ecr"},
		},
		{
			title: "APoolIsRemoved", environment: "prod-us",
			edits: [][2]string{{highmem, ""}},
			gone:  []string{"DominoNodePool prod-us-pool-highmem", "* prod-us-highmem-*"},
		},
	}
}

// batch is a pool that no sample has.
const batch = `		batch: {instanceTypes: ["m6i.xlarge"], instanceTypeIn: "launchTemplate", size: max: 3}
`

// highmem is a pool of the sample's production.
const highmem = `		highmem: {
			instanceTypes: ["r6i.4xlarge", "r5.4xlarge"]
			size: max: 6
			disk: {
				sizeGiB:         800
				throughputMiBps: 750
			}
			labels: "example.com/tier": "highmem"
			taints: [{
				key:    "example.com/highmem"
				value:  "true"
				effect: "NoSchedule"
			}]
		}
`

// changes makes each change and holds that it does what it may, and no more.
func (s *suite) changes(changes []change) func(t *testing.T) {
	return func(t *testing.T) {
		for _, c := range changes {
			then(t, c.title, func(t *testing.T) { s.change(t, c) })
		}
	}
}

func (s *suite) change(t *testing.T, c change) {
	ctx := context.Background()
	before, err := s.look(ctx)
	require.NoError(t, err)
	c.apply(t, s.sources)
	foretold := s.foretold(t, c.environment)
	apply := func() { s.update(t, c.environment) }
	if c.disturbed == nil {
		apply()
	} else {
		c.disturbed(t, s, c.environment, apply)
	}
	require.NoError(t, s.settled(ctx, c.environment))
	require.NoError(t, harness.Eventually(ctx, 5*time.Minute, func() error { return s.cameTrue(ctx, c.environment, before, foretold) }))
	require.NoError(t, s.stands(ctx, 4*time.Second))
	after, err := s.look(ctx)
	require.NoError(t, err)
	require.Empty(t, s.strayed(c, before, after), "another environment moved")
	d := before.of(c.environment, false).difference(after.of(c.environment, false))
	require.Empty(t, d.again, "deleted and made again")
	expected(t, "changed", c.changed, d.changed)
	expected(t, "made", c.made, d.made)
	expected(t, "gone", c.gone, d.gone)
	s.heldOnce(t, c.environment)
}

// update compiles the edited sources and applies what is different, as a sync
// tool does: what left an environment's folder is pruned, unless it says no.
func (s *suite) update(t *testing.T, environment string) {
	t.Helper()
	old := s.fleet
	s.fleet = compile(t, s.sources.root)
	require.Equal(t, old.activated(), s.fleet.activated(), "a kind that the fleet did not have")
	_, platform := packages(different(old.platform, s.fleet.platform))
	s.apply(t, platform)
	s.revised(t, platform)
	s.apply(t, different(old.environments[environment], s.fleet.environments[environment]))
	for _, object := range old.environments[environment] {
		u := &unstructured.Unstructured{Object: object}
		if u.GetAnnotations()["kustomize.toolkit.fluxcd.io/prune"] != "disabled" && !named(s.fleet.environments[environment], u) {
			require.NoError(t, s.Client.Delete(context.Background(), u.GroupVersionKind(), u.GetNamespace(), u.GetName()))
		}
	}
}

// named tells whether an object is among others.
func named(objects []harness.Object, o *unstructured.Unstructured) bool {
	return slices.ContainsFunc(objects, func(other harness.Object) bool {
		return identify(&unstructured.Unstructured{Object: other}) == identify(o)
	})
}

// different are the objects that are not among the old ones.
func different(old, objects []harness.Object) []harness.Object {
	return slices.DeleteFunc(slices.Clone(objects), func(o harness.Object) bool {
		return slices.ContainsFunc(old, func(other harness.Object) bool { return reflect.DeepEqual(o, other) })
	})
}

// settled waits until an environment is what dominoc render says, everything is
// ready and nothing moves.
func (s *suite) settled(ctx context.Context, environment string) error {
	err := harness.Eventually(ctx, s.world.patience(), func() error {
		time.Sleep(time.Second) // looking costs more than waiting
		if err := s.environmentsReady(ctx); err != nil {
			return err
		}
		differences, err := s.differences(ctx, environment)
		if err != nil || len(differences) == 0 {
			return err
		}
		return errors.New(strings.Join(differences, "\n"))
	})
	if err != nil {
		return err
	}
	return s.stands(ctx, 4*time.Second)
}

// difference is what became of an environment's objects between two sights.
type difference struct{ again, changed, made, gone []string }

func (s sight) difference(later sight) difference {
	var d difference
	for _, id := range slices.Sorted(maps.Keys(s)) {
		before := s[id]
		now, there := later[id]
		switch {
		case !there:
			d.gone = append(d.gone, before.Kind+" "+before.Name)
		case now.UID != before.UID:
			d.again = append(d.again, id)
		case !composite(now) && touched(before, now):
			d.changed = append(d.changed, now.Kind+" "+now.Name)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(later)) {
		if _, there := s[id]; !there {
			d.made = append(d.made, later[id].Kind+" "+later[id].Name)
		}
	}
	return d
}

// cameTrue says in what an environment differs from what was foretold of it. The
// nodes follow a control plane when AWS is done with it.
func (s *suite) cameTrue(ctx context.Context, environment string, before sight, foretold difference) error {
	now, err := s.look(ctx)
	if err != nil {
		return err
	}
	if d := before.of(environment, false).difference(now.of(environment, false)).composed(); !reflect.DeepEqual(foretold, d) {
		return fmt.Errorf("dominoc diff --live foretold %+v\nand it came to %+v", foretold, d)
	}
	return nil
}

func (d difference) all() []string { return slices.Concat(d.again, d.changed, d.made, d.gone) }

// strayed is what became of other environments in a change.
func (s *suite) strayed(c change, before, after sight) []string {
	before, after = before.of(c.environment, true), after.of(c.environment, true)
	if c.felt {
		return before.difference(after).all()
	}
	return s.world.moves(before, after)
}

// composed is the difference without composite resources, sorted.
func (d difference) composed() difference {
	sorted := func(objects []string) []string {
		objects = slices.DeleteFunc(slices.Clone(objects), func(o string) bool { return strings.HasPrefix(o, "Domino") })
		if len(objects) == 0 {
			return nil
		}
		slices.Sort(objects)
		return objects
	}
	return difference{sorted(d.again), sorted(d.changed), sorted(d.made), sorted(d.gone)}
}

// composite tells composite resources, whose spec is the plan and in whose status
// and references everything that happens can be seen.
func composite(o metav1.PartialObjectMetadata) bool {
	return o.GroupVersionKind().Group == environmentKind.Group
}

// touched tells whether somebody changed what an object wants to be: its spec,
// which the generation counts, or the metadata that is ours.
func touched(before, now metav1.PartialObjectMetadata) bool {
	if now.Generation == 0 { // of a kind whose changes are not counted
		return before.ResourceVersion != now.ResourceVersion
	}
	return before.Generation != now.Generation || !reflect.DeepEqual(ours(before), ours(now))
}

// ours are the labels and annotations but those that Usages come and go with, and
// names that the provider spells in two ways.
func ours(o metav1.PartialObjectMetadata) map[string]string {
	all := map[string]string{}
	maps.Copy(all, o.Labels)
	maps.Copy(all, o.Annotations)
	maps.DeleteFunc(all, func(key, _ string) bool {
		return key == "crossplane.io/in-use" || strings.HasPrefix(key, "protection.crossplane.io/") ||
			key == "crossplane.io/external-name" && respelled(o.Kind)
	})
	return all
}

// respelled tells the kinds to which AWS gives no name: the provider makes one of
// their fields, another after it was restarted than when it made them.
func respelled(kind string) bool {
	return slices.Contains([]string{"Route", "VPCEndpointRouteTableAssociation", "VPCEndpointSubnetAssociation"}, kind)
}

// expected holds objects against the patterns of those that are expected.
func expected(t *testing.T, what string, patterns, objects []string) {
	t.Helper()
	met := map[string]bool{}
	for _, object := range objects {
		i := slices.IndexFunc(patterns, func(pattern string) bool {
			matches, err := path.Match(pattern, object)
			require.NoError(t, err)
			return matches
		})
		if i < 0 {
			t.Errorf("%s was %s", object, what)
			continue
		}
		met[patterns[i]] = true
	}
	for _, pattern := range patterns {
		if !met[pattern] {
			t.Errorf("nothing like %q was %s", pattern, what)
		}
	}
}

// heldOnce holds that AWS holds nothing of an environment twice: for everything
// that it holds there is a managed resource.
func (s *suite) heldOnce(t *testing.T, environment string) {
	t.Helper()
	composed, err := s.composed(context.Background(), "domino-"+environment)
	require.NoError(t, err)
	known := map[string]bool{}
	for _, o := range composed {
		known[serviceOf(o)+" "+o.GetAnnotations()["crossplane.io/external-name"]] = true
	}
	for _, name := range s.world.holds(t, environment) {
		if !known[name] {
			t.Errorf("AWS holds %s, which no managed resource stands for", name)
		}
	}
}

// serviceOf is the service of a managed resource's group, and its kind: eks/Cluster.
func serviceOf(o *unstructured.Unstructured) string {
	service, _, _ := strings.Cut(o.GroupVersionKind().Group, ".")
	return fmt.Sprintf("%s/%s", service, o.GetKind())
}

// Each change is one that dominoc takes; it costs seconds to know that before a
// cluster is there.
func TestTheChangesCompile(t *testing.T) {
	from := upgradable(t)
	for _, c := range slices.Concat(dayTwo(), inTheMiddle(), []change{allowDeletion()}) {
		c.apply(t, from)
	}
	compile(t, from.root)
}
