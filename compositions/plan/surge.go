package plan

import "github.com/dominoc/dominoc/schema/v1alpha1"

// zonesOfGroup is the number of zones of an Auto Scaling group: each zone of a pool has a
// node group of its own (R7).
const zonesOfGroup = 1

// minimal is the update strategy by which EKS removes nodes before it adds others.
const minimal = "MINIMAL"

// Surge returns the number of nodes that EKS adds to a node group before it removes any:
// twice the group's zones, or as many as may be unavailable at a time if that is more. EKS
// raises the group's desired and maximum size by them, so they come on top of the maximum,
// most. The minimal strategy adds none.
// https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
func Surge(update v1alpha1.Update, most int64) int64 {
	if update.Strategy == minimal {
		return 0
	}
	missing := number(update.MaxUnavailable)
	if share := update.MaxUnavailablePercentage; share != nil {
		missing = (*share*most + 99) / 100
	}
	return max(2*zonesOfGroup, missing)
}
