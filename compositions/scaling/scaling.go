// Package scaling says how the size of a managed node group changes in AWS.
//
// In go the size that Git states, the one before or in AWS, and how many nodes AWS wants
// there to be; out comes whether EKS takes the change, and the call that makes it. Where
// sizes stand in objects and plans is left to the callers: package diff, before a merge,
// and package sizes of the command line, after it.
package scaling

import (
	"fmt"
	"strings"
)

// Bounds are how many nodes a group may have.
type Bounds struct {
	Min int64 `json:"min"`
	Max int64 `json:"max"`
}

func (b Bounds) String() string { return fmt.Sprintf("%d to %d", b.Min, b.Max) }

// Change is a new size of a node group.
type Change struct {
	Region  string `json:"region"`
	Cluster string `json:"cluster"` // its name in AWS
	Group   string `json:"group"`   // its name in AWS
	Before  Bounds `json:"before"`
	After   Bounds `json:"after"`

	// Desired is how many nodes AWS wants the group to have, which the autoscaler
	// changes; nil where AWS was not asked.
	Desired *int64 `json:"desired,omitempty"`
}

// Refused reports whether EKS refuses the change alone; where the desired size is not
// known, whether it may. EKS accepts no minimum above and no maximum below it
// (UpdateNodegroupConfig, NodegroupScalingConfig).
func (c Change) Refused() bool {
	if c.Desired != nil {
		return c.After.Min > *c.Desired || c.After.Max < *c.Desired
	}
	return c.After.Min > c.Before.Min || c.After.Max < c.Before.Max
}

// Refusal returns why EKS refuses the change.
func (c Change) Refusal() string {
	switch {
	case c.Desired != nil:
		return fmt.Sprintf("%s has %d nodes, outside of %s", c.Group, *c.Desired, c.After)
	case c.After.Max >= c.Before.Max:
		return fmt.Sprintf("EKS refuses the minimum of %d while the group has fewer nodes", c.After.Min)
	case c.After.Min <= c.Before.Min:
		return fmt.Sprintf("EKS refuses the maximum of %d while the group has more nodes", c.After.Max)
	}
	return fmt.Sprintf("EKS refuses the minimum of %d while the group has fewer nodes, and the maximum of %d while it has more", c.After.Min, c.After.Max)
}

// Grows reports whether the group may have more nodes after the change than before.
func (c Change) Grows() bool { return c.After.Max > c.Before.Max }

// Ends returns how many nodes the call ends at once: AWS wants more than the new maximum.
func (c Change) Ends() int64 {
	if c.Desired == nil {
		return 0
	}
	return max(0, *c.Desired-c.After.Max)
}

// Call returns the arguments of the AWS CLI that make the change. They state the desired
// size only where EKS would refuse the change without it: the nearest one that it takes.
func (c Change) Call() []string {
	scaling := fmt.Sprintf("minSize=%d,maxSize=%d", c.After.Min, c.After.Max)
	if c.Desired != nil && c.Refused() {
		scaling += fmt.Sprintf(",desiredSize=%d", min(max(*c.Desired, c.After.Min), c.After.Max))
	}
	return []string{"eks", "update-nodegroup-config", "--region", c.Region, "--cluster-name", c.Cluster, "--nodegroup-name", c.Group, "--scaling-config", scaling}
}

// Command returns the call as a person types it.
func (c Change) Command() string { return "aws " + strings.Join(c.Call(), " ") }
