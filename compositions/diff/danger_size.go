package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/scaling"
)

// sizes reports pools whose size changes, or the way in which it reaches AWS.
func (c comparison) sizes() {
	pools := map[string][]Change{}
	for _, change := range c.changes {
		if change.Kind == kindNodeGroup && change.new != nil {
			pools[change.Component] = append(pools[change.Component], change)
		}
	}
	for _, component := range slices.Sorted(maps.Keys(pools)) {
		c.size(component, pools[component])
	}
}

// size reports what becomes of a pool's size. A provider that changes sizes in place has
// them in forProvider; for another one they are for creation only.
func (c comparison) size(component string, groups []Change) {
	about := func(code, message string, do Advice) Danger {
		return Danger{Code: code, Subject: poolOf(component), Component: component, Message: message, Instead: do}
	}
	var commands, moved, refusals []string
	var wait Advice
	for _, group := range groups {
		if group.Action == Create {
			wait = byHand("wait until the groups in the new zones have nodes: until then the other groups carry the load")
			continue
		}
		s, follows := sizeOf(group), sizedInPlace(group.new) && !sizedInPlace(group.old)
		switch same, known := s.Before == s.After, s.Desired != nil; {
		case same && (known || !follows):
			continue
		case follows && known:
			moved = append(moved, fmt.Sprintf("%s has a size of %s in AWS, and %s in Git", s.Group, s.Before, s.After))
		case follows:
			moved = append(moved, s.Group)
		case !sizedInPlace(group.new):
			commands = append(commands, s.Command())
		}
		if s.Refused() {
			refusals = append(refusals, s.Refusal())
		}
	}
	if commands != nil {
		d := about(sizeByHand, "the size of a node group is set at creation only: nothing happens in AWS until you run this", wait)
		d.Run = commands
		c.report(d)
	}
	if moved != nil {
		c.report(about(sizesFollow, "the sizes of node groups follow Git from now on, and a group whose size in AWS differs changes at once: "+strings.Join(moved, "; "),
			byHand("before merging, run dominoc sizes: it lists the groups whose size in AWS differs from Git, and --run changes them")))
	}
	if refusals != nil {
		c.report(about(scaleFirst, strings.Join(slices.Compact(refusals), "; "),
			byHand("merge, and run dominoc sizes: it knows how many nodes there are, and states the desired size where EKS needs it")))
	}
}

// sizeOf returns the new size of a node group, and the present one: AWS's where it was
// asked.
func sizeOf(change Change) scaling.Change {
	s := scaling.Change{
		Region: providedText(change.new, "region"), Cluster: fieldpath.Text(change.new, "spec", "providerConfigRef", "name"), Group: awsName(change.new),
		Before: boundsOf(statedSize(change.old)), After: boundsOf(statedSize(change.new)),
	}
	inAWS := fieldpath.At(change.old, "status", "atProvider", "scalingConfig")
	if desired, live := plain(fieldpath.At(inAWS, "desiredSize")).(float64); live {
		n := int64(desired)
		s.Desired = &n
		if sizedInPlace(change.new) && fieldpath.At(inAWS, "maxSize") != nil {
			s.Before = boundsOf(inAWS)
		}
	}
	return s
}

// sizedInPlace reports whether the provider changes the size of a group in AWS.
func sizedInPlace(group map[string]any) bool {
	return fieldpath.At(group, "spec", "forProvider", "scalingConfig", "maxSize") != nil
}

// statedSize is the part of a node group that states its minimum and maximum.
func statedSize(group map[string]any) any {
	if sizedInPlace(group) {
		return fieldpath.At(group, "spec", "forProvider", "scalingConfig")
	}
	return fieldpath.At(group, "spec", "initProvider", "scalingConfig")
}

func boundsOf(size any) scaling.Bounds {
	least, _ := plain(fieldpath.At(size, "minSize")).(float64)
	most, _ := plain(fieldpath.At(size, "maxSize")).(float64)
	return scaling.Bounds{Min: int64(least), Max: int64(most)}
}
