package diff

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// rolls are the pools whose nodes EKS replaces, one danger each.
func (c comparison) rolls() []Danger {
	var all []Danger
	seen := map[string]bool{}
	for _, change := range c.changes {
		if change.Kind != kindNodeGroup || change.Action != Update || seen[change.Component] {
			continue
		}
		if reasons := rollReasons(change); len(reasons) > 0 {
			seen[change.Component] = true
			d := about(nodeRoll, change, fmt.Sprintf("EKS replaces all nodes of the pool, %s at a time in each zone, and first adds %d there, which subnets and quotas must have room for: %s",
				pace(change.new), surge(change.new), strings.Join(reasons, ", ")))
			d.Key = ""
			all = append(all, d)
		}
	}
	return all
}

// rollReasons are why EKS replaces the nodes of a group.
func rollReasons(group Change) []string {
	var reasons []string
	for _, f := range group.Fields {
		switch f.Path.Full() {
		case "spec.forProvider.launchTemplate.version":
			reasons = append(reasons, "new launch template")
		case "spec.forProvider.version":
			reasons = append(reasons, fmt.Sprintf("Kubernetes %v", f.New))
		case "spec.forProvider.releaseVersion":
			reasons = append(reasons, fmt.Sprintf("image %v", f.New))
		}
	}
	return reasons
}

// pace is how many nodes are missing at a time.
func pace(group map[string]any) string {
	if n, ok := provided(group, "updateConfig", "maxUnavailablePercentage").(float64); ok {
		return fmt.Sprintf("%v%%", n)
	}
	if n, ok := provided(group, "updateConfig", "maxUnavailable").(float64); ok && n != 1 {
		return fmt.Sprintf("%v", n)
	}
	return "one"
}

// surge is how many nodes EKS adds to a group before it takes any away: twice the
// zones of the group, of which there is one, or what may be missing at a time.
// https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
func surge(group map[string]any) int {
	missing, _ := provided(group, "updateConfig", "maxUnavailable").(float64)
	if share, ok := provided(group, "updateConfig", "maxUnavailablePercentage").(float64); ok {
		missing = math.Ceil(share * boundsOf(group).max / 100)
	}
	return max(2, int(missing))
}

// sizes are the pools whose size in the file is another one: the provider does
// not tell AWS.
func (c comparison) sizes() []Danger {
	var all []Danger
	for i, change := range c.changes {
		if !resized(change) || i > 0 && c.changes[i-1].Component == change.Component && resized(c.changes[i-1]) {
			continue
		}
		all = append(all, c.size(change.Component)...)
	}
	return all
}

func resized(c Change) bool {
	return c.Kind == kindNodeGroup && c.new != nil && slices.ContainsFunc(c.Fields, func(f Field) bool {
		return strings.HasPrefix(f.Path.Full(), "spec.initProvider.scalingConfig.m")
	})
}

// size is what to do about a pool that got another size.
func (c comparison) size(component string) []Danger {
	hand := Danger{Code: sizeByHand, Subject: poolOf(component), Component: component,
		Message: "a node group is told its size when it is made only: nothing happens in AWS until this is run"}
	first := Danger{Code: scaleFirst, Subject: poolOf(component), Component: component,
		Instead: "scale them first, or add desiredSize to the command"}
	var refusals []string
	for _, change := range c.changes {
		switch {
		case change.Component != component || change.Kind != kindNodeGroup:
		case change.Action == Create:
			hand.Instead = "wait until the groups in the new zones have nodes: until then the others carry the load"
		case resized(change):
			s := sizeOf(change)
			hand.Run = append(hand.Run, s.command())
			if s.refused() {
				refusals = append(refusals, s.refusal())
			}
		}
	}
	if refusals == nil {
		return []Danger{hand}
	}
	first.Message = strings.Join(slices.Compact(refusals), "; ")
	return []Danger{hand, first}
}
