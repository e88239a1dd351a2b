package plan_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// What AWS makes for a node group gets the environment's tags where the file says so,
// and nothing is other without.
func TestTagsOfWhatAWSMakesForANodeGroup(t *testing.T) {
	tagged := func(tagging v1alpha1.Tagging) v1alpha1.EnvironmentSpec {
		return resolve(t, func(env *v1alpha1.Environment) {
			env.Tags, env.Tagging = map[string]string{"team": "data"}, tagging
		})
	}
	all := map[string]string{"team": "data", "dominoc.dev/environment": "prod-us"}

	spec := tagged(v1alpha1.Tagging{})
	require.Nil(t, spec.GroupTags)
	require.False(t, spec.Pools["default"].TagInterfaces)
	require.NotContains(t, spec.Cluster.Addons["vpc-cni"].Configuration, "ADDITIONAL_ENI_TAGS")

	spec = tagged(v1alpha1.Tagging{AutoScalingGroups: true})
	require.Len(t, spec.GroupTags, len(spec.Pools))
	tags := map[string]string{}
	for _, tag := range spec.GroupTags["default"].GroupTags {
		tags[tag.Key] = tag.Value
	}
	require.Equal(t, all, tags)
	require.Len(t, spec.GroupTags["default"].Zones, 3)
	require.False(t, spec.Pools["default"].TagInterfaces)

	spec = tagged(v1alpha1.Tagging{NetworkInterfaces: true})
	require.Nil(t, spec.GroupTags)
	require.True(t, spec.Pools["default"].TagInterfaces)
	var configuration struct{ Env map[string]string }
	require.NoError(t, json.Unmarshal([]byte(spec.Cluster.Addons["vpc-cni"].Configuration), &configuration))
	var interfaces map[string]string
	require.NoError(t, json.Unmarshal([]byte(configuration.Env["ADDITIONAL_ENI_TAGS"]), &interfaces))
	require.Equal(t, all, interfaces)
}

// AWS takes 50 tags on a group, and a composite resource has at most 60 resources.
func TestMoreTagsThanGroupsTake(t *testing.T) {
	numbered := func(n int) map[string]string {
		all := map[string]string{}
		for i := range n {
			all[fmt.Sprintf("tag-%d", i)] = "x"
		}
		return all
	}
	codes := func(env *v1alpha1.Environment) []string {
		_, found := plan.Resolve(env, nowhere)
		var codes []string
		for _, d := range found {
			codes = append(codes, d.Code)
		}
		return codes
	}
	tagged := func(env *v1alpha1.Environment, tags int) []string {
		env.Tagging.AutoScalingGroups, env.Tags = true, numbered(tags)
		return codes(env)
	}
	require.Contains(t, tagged(dev(), 40), "group-tags")
	require.NotContains(t, tagged(dev(), 30), "group-tags")

	// Labels alone are tags for the autoscaler, next to that of the zone and the five of EKS.
	labelled := func(labels int) []string {
		env := dev()
		edited(env, "default", func(p *v1alpha1.Pool) { p.Labels = numbered(labels) })
		return codes(env)
	}
	own := len(resolve(t, func(env *v1alpha1.Environment) { *env = *dev() }).Pools["default"].AutoscalerTags)
	require.NotContains(t, labelled(44-own), "group-tags")
	require.Contains(t, labelled(45-own), "group-tags")
}
