package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/tests/cluster/harness"
)

// scaled is the node group whose size the tests change.
const scaled = "dev-default-a"

// TestSizesInPlace is floor two with a later release of provider-aws: the minimum and
// maximum of a node group follow Git, and the number of its nodes is the autoscaler's.
func TestSizesInPlace(t *testing.T) {
	w := emulate(t, clusterDelay)
	w.release = harness.SizesInPlace
	s := start(t, sizedInPlace(t), w)
	s.arise(t)
	require.Equal(t, []int32{2, 5, 2}, sizes(w.size(t, scaled)))
	w.scale(t, scaled, 3)
	stays := func(t *testing.T) { require.EqualValues(t, 3, *w.size(t, scaled).DesiredSize) }
	then(t, "TheDesiredSizeSurvivesTenPolls", func(t *testing.T) {
		w.looked(t, scaled, 11)
		stays(t)
		require.Zero(t, w.called(t, "eks:UpdateNodegroupConfig", "/"+scaled+"/"))
	})
	then(t, "SizesFollowGit", func(t *testing.T) {
		s.sources.edit(t, "dev", "size: {min: 2, max: 5}", "size: {min: 1, max: 8}")
		s.update(t, "dev")
		require.NoError(t, harness.Eventually(context.Background(), 2*harness.Poll, func() error {
			if has := fmt.Sprint(sizes(w.size(t, scaled))); has != "[1 8 3]" {
				return fmt.Errorf("AWS has %s", has)
			}
			return nil
		}))
	})
	then(t, "AnUpgradeOfTheGroup", s.changes([]change{{
		title: "KubernetesIsUpgraded", environment: "dev",
		edits:   [][2]string{{`version: "1.34"`, `version: "1.35"`}},
		changed: []string{"Cluster dev-cluster-cluster", "NodeGroup dev-*-nodes-z*"},
	}}))
	then(t, "TheDesiredSizeSurvivesIt", stays)
	then(t, "TheProviderIsKilledAtRest", w.killed)
	then(t, "TheDesiredSizeSurvivesThatToo", func(t *testing.T) {
		w.looked(t, scaled, 3)
		stays(t)
	})
}

// sizedInPlace are the sources of dev, a version of Kubernetes behind, for a management
// cluster whose provider-aws changes sizes in place.
func sizedInPlace(t *testing.T) sources {
	t.Helper()
	from := copied(t, *fleetRoot)
	from.only(t, "dev")
	from.hold(t, "dev", "1.34")
	from.edit(t, "dev", "size: max: 5", "size: {min: 2, max: 5}")
	folder := filepath.Join(from.root, "environments", "gitops")
	require.NoError(t, os.Mkdir(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "gitops.cue"), []byte(`package gitops

import "github.com/dominoc/dominoc/schema/v1alpha1"

gitops: v1alpha1.#GitOps & {
	tool: "flux"
	repository: url: "https://git.example.com/fleet"
	provider: roleARN: "arn:aws:iam::112233445566:role/dominoc-management"
	packages: {providerAWS: "v2.8.0", sizesInPlace: true}
}
`), 0o644))
	return from
}

// TestSizesInPlaceCompile keeps the edits of TestSizesInPlace true, which runs at night.
func TestSizesInPlaceCompile(t *testing.T) {
	from := sizedInPlace(t)
	require.Equal(t, []string{"dev"}, compile(t, from.root).names())
	from.edit(t, "dev", "size: {min: 2, max: 5}", "size: {min: 1, max: 8}")
	from.edit(t, "dev", `version: "1.34"`, `version: "1.35"`)
	compile(t, from.root)
}

// scale changes the desired size of a node group of dev, as the cluster autoscaler does.
func (w *emulated) scale(t *testing.T, group string, desired int32) {
	t.Helper()
	name := *w.group(t, group).Resources.AutoScalingGroups[0].Name
	_, err := w.accounts["dev"].AutoScaling.SetDesiredCapacity(context.Background(), &autoscaling.SetDesiredCapacityInput{AutoScalingGroupName: &name, DesiredCapacity: &desired})
	require.NoError(t, err)
}

// looked waits until the provider has looked at a node group some times more. The first
// look may have begun before.
func (w *emulated) looked(t *testing.T, group string, times int) {
	t.Helper()
	looks := func() int { return w.called(t, "eks:DescribeNodegroup", "/"+group+"/") }
	before := looks()
	require.NoError(t, harness.Eventually(context.Background(), time.Duration(times+2)*harness.Poll, func() error {
		if n := looks() - before; n < times {
			return fmt.Errorf("the provider looked %d times", n)
		}
		return nil
	}))
}

func (w *emulated) group(t *testing.T, name string) types.Nodegroup {
	t.Helper()
	groups, err := w.accounts["dev"].NodeGroups(context.Background(), "dev")
	require.NoError(t, err)
	for _, group := range groups {
		if *group.NodegroupName == name {
			return group
		}
	}
	require.Fail(t, "AWS has no node group "+name)
	return types.Nodegroup{}
}

func (w *emulated) size(t *testing.T, group string) *types.NodegroupScalingConfig {
	t.Helper()
	return w.group(t, group).ScalingConfig
}

func sizes(c *types.NodegroupScalingConfig) []int32 {
	return []int32{*c.MinSize, *c.MaxSize, *c.DesiredSize}
}
