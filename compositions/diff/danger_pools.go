package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// updatedPools returns the first change of a node group that exists before and after,
// for each pool.
func (c comparison) updatedPools() []Change {
	var all []Change
	for _, change := range c.changes {
		seen := slices.ContainsFunc(all, func(other Change) bool { return other.Component == change.Component })
		if change.Kind == kindNodeGroup && change.old != nil && change.new != nil && !seen {
			all = append(all, change)
		}
	}
	return all
}

// taints reports taints that EKS adds to running nodes at once.
func (c comparison) taints() {
	for _, change := range c.updatedPools() {
		var evicts, closes []any
		for _, t := range without(listAt(change.new, "taint"), listAt(change.old, "taint")) {
			switch effect := fieldpath.At(t, "effect"); {
			case fieldpath.Text(t, "key") == plan.DrainingTaint: // of a pool that is replaced
			case effect == "NO_EXECUTE":
				evicts = append(evicts, tainted(t))
			case effect == "NO_SCHEDULE":
				closes = append(closes, tainted(t))
			}
		}
		pool := poolOf(change.Component)
		var messages []string
		if evicts != nil {
			messages = append(messages, fmt.Sprintf("every pod on pool %s that does not tolerate %s is evicted at once (NoExecute)", pool, listed(evicts)))
		}
		if closes != nil {
			messages = append(messages, fmt.Sprintf("pods that do not tolerate %s no longer start on pool %s, not even after a restart (NoSchedule)", listed(closes), pool))
		}
		if messages == nil {
			continue
		}
		d := about(outage, change, strings.Join(messages, "; "),
			c.separatePool("put the taint on a new pool, and let the workloads that tolerate it move there", pool))
		d.Subject, d.Key = pool+"/taints", ""
		c.report(d)
	}
}

// tainted writes a taint as its key and value.
func tainted(taint any) string {
	if value := fieldpath.Text(taint, "value"); value != "" {
		return fieldpath.Text(taint, "key") + "=" + value
	}
	return fieldpath.Text(taint, "key")
}

// relabelled reports pools whose running nodes lose a label that no other pool had
// before: EKS changes the labels of running nodes.
func (c comparison) relabelled() {
	for _, change := range c.updatedPools() {
		before, _ := provided(change.old, "labels").(map[string]any)
		after, _ := provided(change.new, "labels").(map[string]any)
		var lost, instead []any
		for name, value := range ordered.All(before) {
			if value != after[name] && !c.labelledElsewhere(change.Component, name, value) {
				lost, instead = append(lost, fmt.Sprintf("%s=%v", name, value)), append(instead, after[name])
			}
		}
		if lost == nil {
			continue
		}
		pool := poolOf(change.Component)
		keep := "keep the label"
		if c.exchangedType(change.Component) != nil && before[plan.AcceleratorLabel] != after[plan.AcceleratorLabel] {
			keep = "keep the instance type, whose GPU is in the label"
		}
		d := about(outage, change, fmt.Sprintf("nodes of pool %s lose %s: selectors on it, such as those of Domino's hardware tiers, match no node", pool, listed(lost)),
			c.separatePool(keep+"; for another one, add a pool that has it and move the workloads", pool))
		d.Subject, d.Key, d.facts = pool+"/labels", "", instead
		c.report(d)
	}
}

// labelledElsewhere reports whether another pool has a label before and after.
func (c comparison) labelledElsewhere(component, name string, value any) bool {
	has := func(r Resource) bool {
		return r.Component != component && kindOf(r.Object) == kindNodeGroup && fieldpath.At(provided(r.Object, "labels"), name) == value
	}
	return slices.ContainsFunc(c.base.Resources, func(r Resource) bool {
		return has(r) && slices.ContainsFunc(c.head.Resources, func(o Resource) bool { return o.Component == r.Component && has(o) })
	})
}

// reroutes reports routes that use another connection than before.
func (c comparison) reroutes() {
	for _, change := range c.changes {
		if change.Kind != "ec2.aws.m.upbound.io/Route" || change.old == nil || change.new == nil {
			continue
		}
		before, after := c.base.way(change.old), c.head.way(change.new)
		if before == "" || after == "" || before == after {
			continue
		}
		c.report(about(outage, change, fmt.Sprintf("traffic to %v uses %s instead of %s: until the other side routes back through it, it is lost",
			provided(change.new, "destinationCidrBlock"), after, before), byHand("first let the other network route through the new connection")))
	}
}

// way returns the connection to another network that a route uses, or "". A connection
// that the environment requests is named by its id if that is committed, else by the
// other VPC.
func (e *Environment) way(route map[string]any) string {
	for _, name := range []string{"vpcPeeringConnectionId", "transitGatewayId", "gatewayId"} {
		if id := providedText(route, name); id != "" {
			return id
		}
	}
	if asked := e.named(providedText(route, "vpcPeeringConnectionIdRef", "name")); asked != nil {
		return cmp.Or(awsName(asked), "the peering connection with "+gateway(asked))
	}
	return ""
}

// gatewayed reports existing route tables that get a route to the gateway endpoint of
// S3: open connections to S3 end, and traffic comes from private addresses (VPC user
// guide, gateway endpoints).
func (c comparison) gatewayed() {
	for _, change := range c.changes {
		if change.Kind != "ec2.aws.m.upbound.io/VPCEndpointRouteTableAssociation" || change.Action != Create || !c.before(change.new, "routeTableId") {
			continue
		}
		c.report(about(addressChange, change, "traffic to S3 uses the gateway endpoint: open connections to S3 end, and the source becomes a private address, which bucket policies with aws:SourceIp do not match",
			byHand("merge when no execution reads or writes much, and allow the VPC or the endpoint in bucket policies (aws:SourceVpce)")))
	}
}

// rekeyed reports another key: with the new key alone, data that the old one encrypted
// cannot be read.
func (c comparison) rekeyed() {
	before, after, changed := c.keys()
	if !changed {
		return
	}
	c.reportOn("identity", outage, "encryption",
		fmt.Sprintf("roles may use %s instead of %s: volumes, objects, images and secrets that the old key encrypted cannot be read", keyNamed(after), keyNamed(before)),
		inSteps("keep the key; another one needs a new environment", merging(take(), keep("encryption", "keyARN"))))
}

// keys returns the ARNs of the environment's key before and after, plan.Unknown for a
// key that the environment creates.
func (c comparison) keys() (before, after string, changed bool) {
	b, a, known := c.specs()
	if !known {
		return "", "", false
	}
	before, after = keyOf(b), keyOf(a)
	return before, after, before != after
}

// narrowed reports policies that allow less than before.
func (c comparison) narrowed() {
	for _, change := range c.changes {
		if change.Action != Update || !c.narrows(change) || trustOfPods(change) {
			continue
		}
		var fields []string // in the policy
		for _, f := range change.Fields {
			if f.statement != nil {
				fields = append(fields, f.Path.String())
			}
		}
		d := about(outage, change, fmt.Sprintf("%s %s allows less: %s", shortKind(change.Kind), change.called(), strings.Join(fields, ", ")),
			byHand("make sure that nothing needs what is no longer allowed"))
		d.facts = newContent(change)
		c.report(d)
	}
}

func keyOf(spec *v1alpha1.EnvironmentSpec) string {
	if identityOf(spec).CreateKey {
		return plan.Unknown
	}
	return spec.Cluster.KeyARN
}

func keyNamed(arn string) string {
	if arn == plan.Unknown {
		return "a key of the environment's own"
	}
	return arn
}
