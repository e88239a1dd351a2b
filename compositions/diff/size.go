package diff

import (
	"fmt"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// size is the number of nodes that a group has and may have, before and after.
type size struct {
	region, cluster, group string
	before, after          bounds
	desired                float64 // by AWS; only where it was asked
	live                   bool
}

type bounds struct{ min, max float64 }

func boundsOf(group map[string]any) bounds {
	scaling := fieldpath.At(group, "spec", "initProvider", "scalingConfig")
	least, _ := plain(fieldpath.At(scaling, "minSize")).(float64)
	most, _ := plain(fieldpath.At(scaling, "maxSize")).(float64)
	return bounds{least, most}
}

// command passes the new size to AWS, and a desired size if the current number of nodes
// is outside it.
func (s size) command() string {
	scaling := fmt.Sprintf("minSize=%v,maxSize=%v", s.after.min, s.after.max)
	if s.live && s.refused() {
		scaling += fmt.Sprintf(",desiredSize=%v", min(max(s.desired, s.after.min), s.after.max))
	}
	return fmt.Sprintf("aws eks update-nodegroup-config --region %s --cluster-name %s --nodegroup-name %s --scaling-config %s",
		s.region, s.cluster, s.group, scaling)
}

// refused reports whether EKS refuses the new size or, if the number of nodes is
// unknown, whether it may.
func (s size) refused() bool {
	if s.live {
		return s.after.min > s.desired || s.after.max < s.desired
	}
	return s.after.min > s.before.min || s.after.max < s.before.max
}

// refusal returns why EKS refuses the size.
func (s size) refusal() string {
	switch {
	case s.live:
		return fmt.Sprintf("%s has %v nodes, outside of %v to %v", s.group, s.desired, s.after.min, s.after.max)
	case s.after.max >= s.before.max:
		return fmt.Sprintf("EKS refuses the minimum of %v while the group has fewer nodes", s.after.min)
	case s.after.min <= s.before.min:
		return fmt.Sprintf("EKS refuses the maximum of %v while the group has more nodes", s.after.max)
	}
	return fmt.Sprintf("EKS refuses the minimum of %v while the group has fewer nodes, and the maximum of %v while it has more", s.after.min, s.after.max)
}
