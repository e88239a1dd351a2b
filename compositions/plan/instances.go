package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/ordered"
	"github.com/dominoc/dominoc/schema/catalog"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The minimum of a node of the platform or default pool (R2, R3).
const (
	floorVCPUs     = 8
	floorMemoryGiB = 32
)

// instances returns the known types of a pool, and checks each (R2 to R4). AWS adds types all
// the time: an unknown type is a warning.
func (r *resolver) instances(name string, pool v1alpha1.Pool) []catalog.Instance {
	var types []catalog.Instance
	for i, text := range pool.InstanceTypes {
		path := diag.Path{"pools", name, "instanceTypes"}.Index(i)
		t, known := catalog.FindInstance(text)
		if !known {
			r.warn("instance-type-unknown", path, problem{
				message: fmt.Sprintf("%q is not in the list of instance types of %s: its size, GPUs, architecture, addresses and quotas are not checked", text, catalog.InstancesAsOf()),
				hint:    didYouMean(text, catalog.InstanceNames()),
			})
			r.checkOffered(path, name, pool, catalog.Instance{Type: text})
			continue
		}
		types = append(types, t)
		r.checkOffered(path, name, pool, t)
		r.checkInstance(path, name, pool, t)
	}
	r.checkArchitectures(name, pool, types)
	return types
}

func (r *resolver) checkInstance(path diag.Path, name string, pool v1alpha1.Pool, t catalog.Instance) {
	hint := func() string { return would(t, r.wanted(name, pool)) } // searches the whole catalogue
	if floored(name, pool) && !aboveFloor(t) {
		r.refuse("instance-type-floor", path, problem{
			message: fmt.Sprintf("%q has %d vCPU and %d GiB of memory; nodes of the %s pool have at least %d and %d (%s)",
				t.Type, t.VCPUs, t.MemoryGiB(), serves(name, pool), floorVCPUs, floorMemoryGiB, floorRules[serves(name, pool)]),
			hint: hint(),
		})
	}
	if gpu(pool) && !t.NVIDIA() {
		r.refuse("instance-type-gpu", path, problem{message: fmt.Sprintf("%q has no whole NVIDIA GPU, which a GPU pool needs (R4)", t.Type), hint: hint()})
	}
	if !gpu(pool) && t.NVIDIA() {
		r.warn("gpu-unused", path, problem{
			message: fmt.Sprintf("%q has NVIDIA GPUs, but the pool's image has no drivers for them", t.Type),
			hint:    fmt.Sprintf("set gpu: true on pool %q", name),
		})
	}
	if pool.Neuron && t.Neuron == 0 {
		r.refuse("instance-type-neuron", path, problem{message: fmt.Sprintf("%q has no AWS accelerator (Inferentia, Trainium), which a pool with neuron: true needs", t.Type), hint: hint()})
	}
	if !pool.Neuron && t.Neuron > 0 {
		r.refuseUnlessAccepted("neuron-unused", path, problem{
			message: fmt.Sprintf("%q has AWS accelerators, but the pool's image has no drivers for them", t.Type),
			hint:    fmt.Sprintf("set neuron: true on pool %q; the image of an existing pool cannot change: add another pool", name),
		})
	}
	if r.env.Cluster.PrefixDelegation && !t.Nitro {
		r.refuse("instance-type-prefixes", path, problem{message: fmt.Sprintf("%q is not on the Nitro system, which cluster.prefixDelegation needs", t.Type), hint: hint()})
	}
	// Nodes ignore soci below this size.
	if pool.SOCI && (t.VCPUs < sociVCPUs || t.MemoryMiB < sociMemoryMiB) {
		r.refuse("instance-type-soci", path, problem{
			message: fmt.Sprintf("%q has %d vCPU and %d GiB of memory; nodes ignore soci below %d and 8", t.Type, t.VCPUs, t.MemoryGiB(), sociVCPUs),
			hint: would(t, func(other catalog.Instance) bool {
				return r.wanted(name, pool)(other) && other.VCPUs >= sociVCPUs && other.MemoryMiB >= sociMemoryMiB
			}),
			notes: []diag.Note{r.note(diag.Path{"pools", name, "soci"}, "soci is set here")},
		})
	}
}

// floorRules are the requirements of the pools whose nodes have a least size.
var floorRules = map[string]string{poolPlatform: "R2", poolDefault: "R3"}

func floored(name string, pool v1alpha1.Pool) bool { return floorRules[serves(name, pool)] != "" }

func aboveFloor(t catalog.Instance) bool {
	return t.VCPUs >= floorVCPUs && t.MemoryMiB >= floorMemoryGiB*1024
}

// checkArchitectures refuses types of another architecture than the pool's.
func (r *resolver) checkArchitectures(name string, pool v1alpha1.Pool, types []catalog.Instance) {
	others := slices.DeleteFunc(slices.Clone(types), func(t catalog.Instance) bool {
		return t.Architecture == string(pool.Architecture)
	})
	if len(others) == 0 {
		return
	}
	if len(others) < len(types) {
		r.refuse("mixed-architectures", diag.Path{"pools", name, "instanceTypes"}, problem{
			message: fmt.Sprintf("%s %s %s, the other types %s; the nodes of a pool run one image, and this one is %s",
				quoted(others), are(others), others[0].Architecture, pool.Architecture, pool.Architecture),
			hint: would(others[0], r.wanted(name, pool)),
		})
		return
	}
	r.refuse("architecture", diag.Path{"pools", name, "instanceTypes"}, problem{
		message: fmt.Sprintf("%s %s %s, but the pool's architecture is %q", quoted(others), are(others), others[0].Architecture, pool.Architecture),
		hint:    strings.TrimSuffix(would(others[0], r.wanted(name, pool))+"; or set architecture: "+strconv.Quote(others[0].Architecture), "; "),
		notes:   []diag.Note{r.note(diag.Path{"pools", name, "architecture"}, "images of Domino are x86_64 unless you bring your own")},
	})
}

func are(types []catalog.Instance) string {
	if len(types) == 1 {
		return "is"
	}
	return "are"
}

func quoted(types []catalog.Instance) string {
	var names []string
	for _, t := range types {
		names = append(names, strconv.Quote(t.Type))
	}
	return strings.Join(names, ", ")
}

// wanted returns a function that reports whether a pool could have a type.
func (r *resolver) wanted(name string, pool v1alpha1.Pool) func(catalog.Instance) bool {
	return func(t catalog.Instance) bool {
		return t.Architecture == string(pool.Architecture) &&
			(!floored(name, pool) || aboveFloor(t)) &&
			r.mayOffer(t.Type) &&
			t.NVIDIA() == gpu(pool) && (t.Neuron > 0) == pool.Neuron && t.Accelerated == (gpu(pool) || pool.Neuron) && t.Nitro && !t.BareMetal
	}
}

// would returns advice with up to three suitable types, the most similar to the refused one
// first: by size, family, class (the first letter), generation.
func would(refused catalog.Instance, wanted func(catalog.Instance) bool) string {
	fitting := slices.DeleteFunc(catalog.Instances(), func(t catalog.Instance) bool { return !wanted(t) })
	slices.SortStableFunc(fitting, func(a, b catalog.Instance) int {
		return cmp.Or(
			cmp.Compare(distance(a, refused), distance(b, refused)),
			ordered.TrueFirst(a.Family() == refused.Family(), b.Family() == refused.Family()),
			ordered.TrueFirst(a.Type[0] == refused.Type[0], b.Type[0] == refused.Type[0]),
			cmp.Compare(abs(generation(a)-generation(refused)), abs(generation(b)-generation(refused))),
		)
	})
	if len(fitting) == 0 {
		return ""
	}
	return "suitable types: " + quoted(fitting[:min(3, len(fitting))])
}

// distance returns the difference of two types in size: vCPUs, memory at four GiB a vCPU,
// and GPUs.
func distance(a, b catalog.Instance) int {
	return abs(a.VCPUs-b.VCPUs) + abs(a.MemoryGiB()-b.MemoryGiB())/4 + abs(a.GPUs-b.GPUs)
}

// generation returns the 6 of m6i.2xlarge.
func generation(t catalog.Instance) int {
	digits := strings.TrimLeft(t.Type, "abcdefghijklmnopqrstuvwxyz-")
	return int(digits[0] - '0')
}

func abs(n int) int { return max(n, -n) }

// device is a resource that a device plugin offers on a node, with its minimum count.
type device struct {
	resource string
	count    int
}

// devices returns the accelerators of a pool's nodes, with the count of the type that has
// the fewest: the autoscaler must not expect more.
func devices(pool v1alpha1.Pool, types []catalog.Instance) []device {
	switch {
	case gpu(pool):
		return []device{{labelGPU, fewest(types, func(t catalog.Instance) int { return t.GPUs })}}
	case pool.Neuron:
		return []device{{resourceNeuron, fewest(types, func(t catalog.Instance) int { return t.Neuron })}}
	}
	return nil
}

// fewest returns the smallest count; 1 if all types are newer than the catalogue.
func fewest(types []catalog.Instance, count func(catalog.Instance) int) int {
	if len(types) == 0 {
		return 1
	}
	return count(slices.MinFunc(types, func(a, b catalog.Instance) int { return cmp.Compare(count(a), count(b)) }))
}
