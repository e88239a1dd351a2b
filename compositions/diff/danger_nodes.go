package diff

import "fmt"

// rollReasons returns why EKS replaces the nodes of a group.
func (c comparison) rollReasons(group Change) []string {
	var reasons []string
	for _, f := range group.Fields {
		switch f.Path.Full() {
		case "spec.forProvider.launchTemplate.version":
			reasons = append(reasons, "new launch template")
			if types := c.exchangedType(group.Component); types != nil {
				reasons = append(reasons, fmt.Sprintf("instance type %v -> %v", types.Old, types.New))
			}
		case "spec.forProvider.version":
			reasons = append(reasons, fmt.Sprintf("Kubernetes %v", f.New))
		case "spec.forProvider.releaseVersion":
			image := "image no longer stated"
			if f.New != nil {
				image = fmt.Sprintf("image %v", f.New)
			}
			reasons = append(reasons, image)
		}
	}
	return reasons
}

// exchangedType returns the change of the instance type in a component's launch template,
// or nil.
func (c comparison) exchangedType(component string) *Field {
	for _, change := range c.changes {
		if change.Kind == kindLaunchTemplate && change.Component == component {
			return fieldAt(change, "instanceType")
		}
	}
	return nil
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
