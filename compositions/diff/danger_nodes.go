package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
)

// rollReasons returns why EKS replaces the nodes of a group.
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

// pace returns how many nodes are missing at a time.
func pace(group map[string]any) string {
	if n, ok := provided(group, "updateConfig", "maxUnavailablePercentage").(float64); ok {
		return fmt.Sprintf("%v%%", n)
	}
	if n, ok := provided(group, "updateConfig", "maxUnavailable").(float64); ok && n != 1 {
		return fmt.Sprintf("%v", n)
	}
	return "one"
}

// sizes reports the pools whose size changes in the file: the provider does not pass the
// new size to AWS.
func (c comparison) sizes() {
	for i, change := range c.changes {
		if !resized(change) || i > 0 && c.changes[i-1].Component == change.Component && resized(c.changes[i-1]) {
			continue
		}
		c.size(change.Component)
	}
}

func resized(c Change) bool {
	return c.Kind == kindNodeGroup && c.new != nil && c.Action != Create && slices.ContainsFunc(c.Fields, func(f Field) bool {
		return strings.HasPrefix(f.Path.Full(), "spec.initProvider.scalingConfig.m")
	})
}

// size reports what to do about a resized pool.
func (c comparison) size(component string) {
	hand := Danger{Code: sizeByHand, Subject: poolOf(component), Component: component,
		Message: "the size of a node group is set at creation only: nothing happens in AWS until you run this"}
	var refusals []string
	for _, change := range c.changes {
		switch {
		case change.Component != component || change.Kind != kindNodeGroup:
		case change.Action == Create:
			hand.Instead = byHand("wait until the groups in the new zones have nodes: until then the other groups carry the load")
		case resized(change):
			s := size{
				region: providedText(change.new, "region"), cluster: fieldpath.Text(change.new, "spec", "providerConfigRef", "name"), group: awsName(change.new),
				before: boundsOf(change.old), after: boundsOf(change.new),
			}
			s.desired, s.live = plain(fieldpath.At(change.old, "status", "atProvider", "scalingConfig", "desiredSize")).(float64)
			hand.Run = append(hand.Run, s.command())
			if s.refused() {
				refusals = append(refusals, s.refusal())
			}
		}
	}
	c.report(hand)
	if refusals != nil {
		c.report(Danger{Code: scaleFirst, Subject: poolOf(component), Component: component, Message: strings.Join(slices.Compact(refusals), "; "),
			Instead: byHand("scale them first, or add desiredSize to the command")})
	}
}
