package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// specs returns both specs, if they are known.
func (c comparison) specs() (before, after *v1alpha1.EnvironmentSpec, known bool) {
	if c.head == nil || c.base.Spec == nil || c.head.Spec == nil {
		return nil, nil, false
	}
	return c.base.Spec, c.head.Spec, true
}

// moved reports another account or region.
func (c comparison) moved() {
	before, after, known := c.specs()
	if !known {
		return
	}
	if b, a := before.Common.Account, after.Common.Account; b != a {
		c.reportOn("", environmentMoved, "account",
			fmt.Sprintf("account %s becomes %s: the provider would find nothing there, create everything again, and leave the resources in %s unmanaged", b, a, b),
			newEnvironment("keep the account, and create an environment in the new one, with its own name, host name and range (dominoc new)", c.base))
	}
	if b, a := before.Common.Region, after.Common.Region; b != a {
		c.reportOn("", environmentMoved, "region",
			fmt.Sprintf("region %s becomes %s: nothing moves, and the provider refuses every change", b, a),
			newEnvironment("keep the region, and create an environment in the new one, with its own name, host name and range (dominoc new)", c.base))
	}
}

// zones reports slots that get another zone.
func (c comparison) zones(before, after *v1alpha1.EnvironmentSpec) {
	for i, zone := range before.Zones {
		d := Danger{Code: zonesReordered, Subject: zone, Component: "network"}
		switch {
		case i >= len(after.Zones):
			d.Message = "the zone is removed from the list: its subnets and nodes are deleted"
			d.Instead = leftOut("keep the zone: an environment never loses one")
		case after.Zones[i] != zone:
			d.Message = fmt.Sprintf("slot z%d is %s and becomes %s: subnets, addresses and node groups belong to a slot", i, zone, after.Zones[i])
			d.Instead = leftOut("keep the order: " + strings.Join(before.Zones, ", ") + "; append new zones")
		default:
			continue
		}
		c.report(d)
	}
}

// controlPlane reports other zones for the control plane.
func (c comparison) controlPlane(before, after *v1alpha1.EnvironmentSpec) {
	if slices.Equal(slices.Sorted(slices.Values(before.ControlPlaneZones)), slices.Sorted(slices.Values(after.ControlPlaneZones))) {
		return
	}
	cluster := controlPlane(byKey(c.base))
	if neverMade(cluster, controlPlane(byKey(c.head))) {
		return
	}
	c.report(Danger{Code: controlPlaneZone, Subject: "cluster", Component: "cluster",
		Message: fmt.Sprintf("the control plane was created in %s, and EKS accepts no subnet in another zone (%s)",
			strings.Join(before.ControlPlaneZones, ", "), strings.Join(after.ControlPlaneZones, ", ")),
		Instead: leftOut("keep controlPlaneZones; other zones need a new environment" + c.unlessNeverMade(cluster.Object, nil))})
}

// versions reports Kubernetes versions that EKS refuses.
func (c comparison) versions() {
	for _, change := range c.changes {
		f := fieldAt(change, "version")
		if f == nil || f.Refused == nil || change.Kind != kindCluster && change.Kind != kindNodeGroup {
			continue
		}
		code := versionSkipped
		if minor(f.New) < minor(f.Old) {
			code = versionLowered
		}
		d := about(code, change, refusal(*f), Advice{})
		d.Instead, _ = c.remedy(d, change, *f)
		c.report(d)
	}
}

// refusal returns why AWS or the provider refuses a field.
func refusal(f Field) string {
	if f.Refused.Unless == "" {
		return f.Refused.Why
	}
	return f.Refused.Why + ", unless " + f.Refused.Unless
}

// minor returns the minor number of a Kubernetes version.
func minor(version any) int { return catalog.Minor(fieldpath.Text(version)) }

// once returns a list with each ID once: the first danger, whose message includes those
// of the others.
func once(all []Danger) []Danger {
	index := map[string]int{}
	var out []Danger
	for _, d := range all {
		i, met := index[d.ID()]
		if !met {
			index[d.ID()] = len(out)
			out = append(out, d)
			continue
		}
		if !slices.Contains(strings.Split(out[i].Message, alsoSays), d.Message) {
			out[i].Message += alsoSays + d.Message
		}
		out[i].facts = append(out[i].facts, d.facts...)
	}
	return out
}

// alsoSays separates the messages of one danger.
const alsoSays = "; "
