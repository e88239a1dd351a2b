package plan

import "github.com/dominoc/dominoc/schema/v1alpha1"

// zonesOfGroup is how many zones an Auto Scaling group spans: each zone of a pool
// has a node group of its own (R7).
const zonesOfGroup = 1

// minimal is the update strategy that takes nodes away before it adds others.
const minimal = "MINIMAL"

// Surge is how many nodes EKS adds to a node group of at most so many nodes before
// it takes any away: twice the group's zones, or as many as may be missing at a
// time where that is more. It raises the group's desired and largest size by them,
// so they are added to the maximum. The minimal strategy adds none.
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
