package diff

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/fieldpath"
	"github.com/dominoc/dominoc/compositions/plan"
	"github.com/dominoc/dominoc/compositions/scaling"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// onlyLive begins the sentence about what the files do not say.
const onlyLive = "only dominoc diff --live can tell whether "

// drains reports pools that take no more pods because another pool replaces them, before
// that one is seen to be ready.
func (c comparison) drains() {
	for _, change := range c.updatedPools() {
		if drained(change.old) || !drained(change.new) {
			continue
		}
		pool, successor := poolOf(change.Component), c.successor(change.Component)
		message := fmt.Sprintf("no further pod starts on pool %s", pool)
		d := about(poolReplaced, change, message, byHand("merge when dominoc status shows that "+successor+" is ready"))
		switch lacks := c.seen(successor).Lacks(); {
		case len(groupsOf(c.base, v1alpha1.PoolPrefix+successor)) > 0 && !c.base.Live:
			d.Message += fmt.Sprintf(", and %s%s, which replaces it, is ready", onlyLive, successor)
		case lacks != "":
			d.Code = outage
			d.Message += fmt.Sprintf(", before pool %s, which replaces it, is ready: %s", successor, lacks)
		default:
			continue
		}
		d.Key = ""
		c.report(d)
	}
}

// drained reports whether a node group has the taint of a pool that another replaces.
func drained(group map[string]any) bool {
	for _, t := range listAt(group, "taint") {
		if fieldpath.Text(t, "key") == plan.DrainingTaint {
			return true
		}
	}
	return false
}

// seen returns what the provider saw of the node groups of a pool.
func (c comparison) seen(pool string) scaling.Pool {
	var all scaling.Pool
	for _, r := range groupsOf(c.base, v1alpha1.PoolPrefix+pool) {
		all = append(all, scaling.SeenOf(awsName(r.Object), r.Object))
	}
	return all
}

// handover completes the danger of a removed pool whose successor exists. There is none
// once the cluster shows that the successor is ready and the pool has no node.
func (c comparison) handover(d Danger, pool, successor string) (Danger, bool) {
	d.Code = poolReplaced
	d.Instead = byHand("merge when dominoc status shows that the pool has no nodes: close it first (dominoc replace), and end or move what still runs there")
	if !c.base.Live {
		d.Message = fmt.Sprintf("pool %s is removed, with what still runs on its nodes: %s%s, which replaces it, is ready, and %s has no nodes", pool, onlyLive, successor, pool)
		return d, true
	}
	if lacks := c.seen(successor).Lacks(); lacks != "" {
		d.Code = outage
		d.Message += fmt.Sprintf(", before pool %s, which replaces it, is ready: %s", successor, lacks)
		d.Instead = byHand("merge when dominoc status shows that " + successor + " is ready")
		return d, true
	}
	nodes, known := c.seen(pool).Nodes()
	switch {
	case !known:
		d.Message = fmt.Sprintf("pool %s is removed, with what still runs on its nodes: the provider has not counted them", pool)
	case nodes > 0:
		d.Message = fmt.Sprintf("pool %s is removed with %s, and what runs there ends", pool, words.Count(nodes, "node"))
	default:
		return d, false
	}
	return d, true
}

// otherwise are the flags of dominoc replace for what a pool has otherwise than before.
func (c comparison) otherwise(pool string) string {
	flags := ""
	before, after, known := c.specs()
	if !known {
		return ""
	}
	b, a := before.Pools[pool], after.Pools[pool]
	flag := func(format, before, after string) {
		if before != after {
			flags += " " + fmt.Sprintf(format, after)
		}
	}
	flag("--instance-types %s", strings.Join(b.Types(), ","), strings.Join(a.Types(), ","))
	flag("--capacity-type %s", capacityTypes[b.CapacityType], capacityTypes[a.CapacityType])
	flag("--ami %s", amiOf(b), amiOf(a))
	if amiOf(b) == amiOf(a) {
		kind := func(amiType, part string) string { return strconv.FormatBool(strings.Contains(amiType, part)) }
		flag("--architecture %s", architectures[kind(b.AMIType, "ARM")], architectures[kind(a.AMIType, "ARM")])
		flag("--gpu=%s", kind(b.AMIType, "NVIDIA"), kind(a.AMIType, "NVIDIA"))
		flag("--neuron=%s", kind(b.AMIType, "NEURON"), kind(a.AMIType, "NEURON"))
	}
	return flags
}

// The values of a pool's fields by those of its node groups.
var (
	capacityTypes = map[string]string{"ON_DEMAND": "onDemand", "SPOT": "spot"}
	architectures = map[string]string{"true": "arm64", "false": "x86_64"}
)

// amiOf returns the user's image of a pool, or eks.
func amiOf(pool v1alpha1.NodePoolSpec) string {
	if pool.Image == nil {
		return "eks"
	}
	return pool.Image.ID
}
